//! Posterior predictive bands over data, and profiles of the misfit.

use super::drawing::{
    Area, Axis, BLACK, Canvas, GREY, Key, LIGHT, Legend, Look, Marker, Panel, SERIES, SKY, Stroke,
    WIDTH,
};
use super::{Figure, LETTERS};
use crate::StudyError;
use hierarchy_ode::RateProfile;

/// What a posterior predicts for one quantity over time.
#[derive(Clone, Debug, PartialEq)]
pub struct PredictiveBand {
    /// The quantity, e.g. `C₊₋, PA`.
    pub name: String,
    /// Time and the 5, 50 and 95 % quantiles of predictions with errors.
    pub predicted: Vec<[f64; 4]>,
    /// Time and the 5 and 95 % quantiles of the model without errors.
    pub model: Vec<[f64; 3]>,
    /// Time, value and standard error of the data.
    pub data: Vec<[f64; 3]>,
}

/// Predictive bands over the data, a panel each.
///
/// # Errors
/// [`StudyError::Figure`] without bands or data.
pub fn predictive_bands(bands: &[PredictiveBand]) -> Result<Figure, StudyError> {
    if bands.is_empty() || bands.iter().any(|b| b.data.is_empty() || b.predicted.is_empty()) {
        return Err(nothing("predictive_bands", "there are no bands"));
    }
    let middle = Stroke { width: 1.5, ..SERIES[0].stroke() };
    let mut canvas = Canvas::new(WIDTH, 0.0);
    let keys = vec![
        Key::area("predictions, 90 %", LIGHT),
        Key::area("model, 90 %", SKY),
        Key::stroke("median", middle),
        Key::marker("data", &Look { colour: BLACK, dashes: &[], marker: Marker::Disc }),
    ];
    let legend = Legend(keys).draw(&mut canvas, [84.0, 8.0], WIDTH - 90.0);
    for (index, band) in bands.iter().enumerate() {
        let top = legend + 34.0 + 230.0 * index as f64;
        let area = Area { left: 84.0, top, width: WIDTH - 104.0, height: 150.0 };
        let values = band.data.iter().map(|point| point[1]);
        let all = values.chain(band.predicted.iter().flat_map(|p| [p[1], p[3]]));
        let x = Axis::linear("time (fraction of the annealing)", band.data.iter().map(|d| d[0]));
        let panel = Panel::new(area, x, Axis::linear("concentration", all));
        let outer: Vec<_> = band.predicted.iter().map(|p| [p[0], p[1], p[3]]).collect();
        panel.band(&mut canvas, &outer, GREY);
        panel.band(&mut canvas, &band.model, SKY);
        panel.line(&mut canvas, band.predicted.iter().map(|p| [p[0], p[2]]), middle);
        let bars = band.data.iter().map(|[t, y, e]| [[*t, y - e], [*t, y + e]]);
        panel.segments(&mut canvas, bars, BLACK);
        let places = band.data.iter().filter_map(|[t, y, _]| panel.place([*t, *y]));
        canvas.discs(places.collect(), 1.6, BLACK);
        panel.frame(&mut canvas, &format!("{} {}", LETTERS.get(index).unwrap_or(&""), band.name));
    }
    canvas.set_height(legend + 20.0 + 230.0 * bands.len() as f64);
    let caption = "Data: means over replicas with one standard error, often smaller than the dot. Blue \
                   band: 5 to 95 % of the trajectories at draws of the rates; grey band: the same with \
                   errors of the size and memory of the best fit's residual.";
    Ok(Figure::new("predictive", "Posterior predictions over the data", caption, canvas))
}

/// The least misfit along rates, a panel each, with the level `rise` above the least of all: the data
/// bound a rate where the curve is above it.
///
/// # Errors
/// [`StudyError::Figure`] for a profile without a point.
pub fn profiles(curves: &[(&str, &RateProfile)], rise: f64) -> Result<Figure, StudyError> {
    let level = Stroke { colour: GREY, width: 1.5, dashes: &[5.0, 4.0] };
    let mut canvas = Canvas::new(WIDTH, 0.0);
    let keys = vec![
        Key::line_and_marker("least misfit over the other rates", &SERIES[0]),
        Key::stroke("rise for 95 %", level),
    ];
    let legend = Legend(keys).draw(&mut canvas, [84.0, 8.0], WIDTH - 90.0);
    let width = WIDTH / 2.0;
    for (index, (name, profile)) in curves.iter().enumerate() {
        let least = profile.least().ok_or_else(|| nothing("profiles", "a profile is empty"))?;
        let points: Vec<[f64; 2]> = profile
            .points()
            .iter()
            .filter_map(|point| Some([point.value, point.best?.1]))
            .collect();
        let area = Area {
            left: 84.0 + width * (index % 2) as f64,
            top: legend + 34.0 + 200.0 * (index / 2) as f64,
            width: width - 100.0,
            height: 120.0,
        };
        let x = Axis::linear("1/(annealing)", points.iter().map(|p| p[0]));
        // where it rises far, the level must still be seen
        let top = least + 4.0 * rise;
        let shown = points.iter().map(|p| p[1].min(top)).chain([least + rise, least]);
        let panel = Panel::new(area, x, Axis::linear("misfit J", shown));
        panel.horizontal(&mut canvas, least + rise, level);
        let below = |point: &&[f64; 2]| point[1] <= top;
        let points = || points.iter().filter(below).copied();
        panel.line(&mut canvas, points(), Stroke { width: 1.5, ..SERIES[0].stroke() });
        panel.markers(&mut canvas, points(), &SERIES[0], 2.5);
        panel.frame(&mut canvas, name);
    }
    canvas.set_height(legend + 20.0 + 200.0 * curves.len().div_ceil(2) as f64);
    let caption = format!(
        "The least misfit J (17) over the other seven rates. The data bound a rate where the curve \
         rises above the dashed line, {rise:.2e} above the least; a flat curve says that they do not."
    );
    Ok(Figure::new("profiles", "Profiles of the misfit along the rates", caption, canvas))
}

fn nothing(figure: &str, reason: &str) -> StudyError {
    StudyError::Figure { figure: figure.to_owned(), reason: reason.to_owned() }
}
