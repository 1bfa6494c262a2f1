//! Curves over time: models as lines, measurements as markers with bars, in one or more panels.

use super::drawing::{Area, Axis, Canvas, Key, Legend, Look, Panel, SERIES, WIDTH};
use super::{Figure, LETTERS};
use crate::StudyError;

/// A curve of a model, or of a measurement with its standard errors.
#[derive(Clone, Debug, PartialEq)]
pub struct Curve {
    /// What the legend calls it; curves of one name look alike in all panels.
    pub name: String,
    /// (x, y), in rising order of x.
    pub points: Vec<[f64; 2]>,
    /// Of a measurement: the standard error of each point, in the unit of y. `None` for a model.
    pub errors: Option<Vec<f64>>,
}

/// A panel of curves.
#[derive(Clone, Debug, PartialEq)]
pub struct CurvePanel {
    /// Its heading.
    pub title: String,
    /// Label of the y axis, with its unit.
    pub y: String,
    /// At least one.
    pub curves: Vec<Curve>,
}

/// Looks of models and of measurements.
const MODELS: [Look; 4] = [SERIES[0], SERIES[1], SERIES[2], SERIES[3]];
const MEASURED: [Look; 2] = [SERIES[4], SERIES[5]];

/// Most panels of a figure, and the height of a row of them in pixels.
const MOST: usize = LETTERS.len();
const ROW: f64 = 292.0;

/// Curves in panels, two a row, with one legend; `x` is the label of the x axis, with its unit.
///
/// ```
/// use mean_cluster::figures::{Curve, CurvePanel, curves};
/// let model = Curve { name: "model".into(), points: vec![[0.0, 1.0], [1.0, 0.4]], errors: None };
/// let data = Curve { name: "data".into(), points: vec![[0.5, 0.6]], errors: Some(vec![0.05]) };
/// let panel = CurvePanel { title: "decay".into(), y: "part left".into(), curves: vec![model, data] };
/// assert!(curves("t (s)", &[panel])?.svg().contains("part left"));
/// # Ok::<(), mean_cluster::StudyError>(())
/// ```
///
/// # Errors
/// [`StudyError::Figure`] without panels or for more than 8, for a panel without points, a number
/// that is not finite, or errors that are not one a point.
pub fn curves(x: &str, panels: &[CurvePanel]) -> Result<Figure, StudyError> {
    let refuse = |reason: String| Err(StudyError::Figure { figure: "curves".to_owned(), reason });
    if panels.is_empty() || panels.len() > MOST {
        return refuse(format!("it has {} panels, and 1 to {MOST} can be drawn", panels.len()));
    }
    let all = || panels.iter().flat_map(|panel| &panel.curves);
    for curve in all() {
        let finite = curve.points.iter().flatten().chain(curve.errors.iter().flatten());
        if !finite.clone().all(|value| value.is_finite()) {
            return refuse(format!("{} holds a number that is not finite", curve.name));
        }
        if curve.errors.as_ref().is_some_and(|errors| errors.len() != curve.points.len()) {
            return refuse(format!("{} has not one error for each point", curve.name));
        }
    }
    if let Some(panel) = panels.iter().find(|p| p.curves.iter().all(|c| c.points.is_empty())) {
        return refuse(format!("there is nothing in {}", panel.title));
    }

    // measurements have a look of their own in every figure
    let (mut models, mut measured): (Vec<&str>, Vec<&str>) = (Vec::new(), Vec::new());
    for curve in all() {
        let names = if curve.errors.is_some() { &mut measured } else { &mut models };
        if !names.contains(&curve.name.as_str()) {
            names.push(&curve.name);
        }
    }
    let model_look = |name: &str| -> Look {
        let at = models.iter().position(|known| *known == name).unwrap_or(0);
        MODELS[at % MODELS.len()]
    };
    let measured_look = |name: &str| -> Look {
        let at = measured.iter().position(|known| *known == name).unwrap_or(0);
        MEASURED[at % MEASURED.len()]
    };
    let lines = models.iter().map(|name| Key::line(*name, &model_look(name)));
    let markers = measured.iter().map(|name| Key::marker(*name, &measured_look(name)));
    let keys = lines.chain(markers);
    let rows = panels.len().div_ceil(2);
    let mut canvas = Canvas::new(WIDTH, 0.0);
    let legend = Legend(keys.collect()).draw(&mut canvas, [70.0, 8.0], WIDTH - 80.0);
    for (index, panel) in panels.iter().enumerate() {
        let (row, column) = (index / 2, index % 2);
        let top = legend + 38.0 + ROW * row as f64;
        let area = if panels.len() == 1 {
            Area { left: 78.0, top, width: WIDTH - 98.0, height: ROW - 80.0 }
        } else {
            let half = WIDTH / 2.0;
            Area { left: 78.0 + half * column as f64, top, width: half - 98.0, height: ROW - 80.0 }
        };
        let values = |axis: usize| {
            let curves = panel.curves.iter().flat_map(|curve| &curve.points);
            curves.map(move |point| point[axis])
        };
        let ends = panel.curves.iter().flat_map(|curve| {
            let errors = curve.errors.iter().flatten();
            curve.points.iter().zip(errors).flat_map(|(p, e)| [p[1] - e, p[1] + e])
        });
        let drawn = Panel::new(
            area,
            Axis::linear(x, values(0)),
            Axis::linear(panel.y.as_str(), values(1).chain(ends)),
        );
        let letter = if panels.len() == 1 { "" } else { LETTERS[index] };
        drawn.frame(&mut canvas, format!("{letter} {}", panel.title).trim());
        for curve in &panel.curves {
            match &curve.errors {
                None => {
                    let stroke = model_look(&curve.name).stroke();
                    drawn.line(&mut canvas, curve.points.iter().copied(), stroke);
                }
                Some(errors) => {
                    let look = measured_look(&curve.name);
                    let bars = curve.points.iter().zip(errors);
                    let bars = bars.map(|([x, y], e)| [[*x, y - e], [*x, y + e]]);
                    drawn.segments(&mut canvas, bars, look.colour);
                    drawn.markers(&mut canvas, curve.points.iter().copied(), &look, 3.4);
                }
            }
        }
    }
    canvas.set_height(legend + 38.0 + ROW * rows as f64);
    let caption = "Lines: models. Markers: measurements, with bars of one standard error.";
    Ok(Figure::new("curves", "Models and measurements over time", caption, canvas))
}
