//! Errors of closures by triplet type and by composition (paper, Figs. 9 to 12).

use super::drawing::{
    Area, Axis, Canvas, Key, LIGHT, Legend, Look, OA_HALF, OA_THIRD, PA, Panel, REFERENCE, SA,
    SERIES, Stroke, WIDTH,
};
use super::triplets::symbol;
use super::{Figure, LETTERS};
use cluster_stats::TripletType;

/// The errors J_i (15) of one closure, in the order of [`TripletType::ALL`].
#[derive(Clone, Debug, PartialEq)]
pub struct TypeErrors {
    /// Name in the legend; `PA`, `SA`, `OA-1/2`, `OA-1/3` have looks of their own.
    pub name: String,
    /// J_i
    pub errors: [f64; 16],
    /// Standard errors of J_i, if known.
    pub uncertainty: Option<[f64; 16]>,
}

/// A curve of an error or a ratio of errors over compositions.
#[derive(Clone, Debug, PartialEq)]
pub struct ErrorCurve {
    /// Name in the legend, as in [`TypeErrors`].
    pub name: String,
    /// (x, value, standard error; 0 if unknown), in rising x.
    pub points: Vec<[f64; 3]>,
}

/// A panel of [`errors_by_composition`].
#[derive(Clone, Debug, PartialEq)]
pub struct ErrorPanel {
    /// What stands above it.
    pub heading: String,
    /// Its curves.
    pub curves: Vec<ErrorCurve>,
}

/// A heading with the letter of its panel, if there are several.
fn headed(index: usize, panels: usize, heading: &str) -> String {
    match LETTERS.get(index) {
        Some(letter) if panels > 1 => format!("{letter} {heading}"),
        _ => heading.to_owned(),
    }
}

/// The looks of the closures by name, and of others in order.
pub(crate) fn look_of(name: &str, index: usize) -> Look {
    match name {
        "PA" => PA,
        "SA" => SA,
        "OA-1/2" => OA_HALF,
        "OA-1/3" => OA_THIRD,
        _ => SERIES[index % SERIES.len()],
    }
}

/// What an axis must hold to show a value and its bar; one that reaches 0 ends at a tenth of the
/// value, for a logarithmic axis has no 0.
fn reach([value, error]: [f64; 2]) -> [f64; 2] {
    [(value - error).max(0.1 * value), value + error]
}

/// J_i by triplet type, on a logarithmic axis, for several closures in each of a few panels side
/// by side. Values of 0 have no place there and are left out.
pub fn errors_by_type(panels: &[(&str, Vec<TypeErrors>)]) -> Figure {
    let mut keys = Vec::new();
    let mut named: Vec<&str> = Vec::new();
    for series in panels.iter().flat_map(|(_, series)| series) {
        if !named.contains(&series.name.as_str()) {
            keys.push(Key::marker(&series.name, &look_of(&series.name, named.len())));
            named.push(&series.name);
        }
    }
    let mut canvas = Canvas::new(WIDTH, 0.0);
    let legend = Legend(keys).draw(&mut canvas, [64.0, 8.0], WIDTH - 70.0);
    let width = (WIDTH - 64.0) / panels.len().max(1) as f64;
    // each closure has its own height in a row, so that equal errors do not hide one another
    let most = panels.iter().map(|(_, series)| series.len()).max().unwrap_or(1);
    let row = 8.0 * most.clamp(2, 6) as f64 + 6.0;
    let all = panels.iter().flat_map(|(_, series)| series).flat_map(|one| {
        let bars = one.uncertainty.unwrap_or([0.0; 16]);
        (0..16).flat_map(move |i| reach([one.errors[i], bars[i]]))
    });
    let x = Axis::logarithmic("error J of a type", all);
    let names: Vec<String> = TripletType::ALL.into_iter().rev().map(symbol).collect();
    let height_of = |triplet: TripletType| (15 - triplet.index()) as f64;
    for (index, (heading, series)) in panels.iter().enumerate() {
        let area = Area {
            left: 64.0 + width * index as f64,
            top: legend + 38.0,
            width: width - 44.0,
            height: 16.0 * row,
        };
        let y = Axis::categories("", &names);
        let y = if index == 0 { y } else { y.unlabelled() };
        let panel = Panel::new(area, x.clone(), y);
        for triplet in TripletType::ALL {
            let thin = Stroke { colour: LIGHT, width: 0.8, dashes: &[] };
            panel.horizontal(&mut canvas, height_of(triplet) - 0.5, thin);
        }
        panel.frame(&mut canvas, &headed(index, panels.len(), heading));
        for (place, one) in series.iter().enumerate() {
            let known = named.iter().position(|name| *name == one.name).unwrap_or(place);
            let look = look_of(&one.name, known);
            let shift = 0.76 * ((place as f64 + 0.5) / series.len() as f64 - 0.5);
            let at = |triplet: TripletType| height_of(triplet) - shift;
            let value = |triplet: TripletType| one.errors[triplet.index()];
            if let Some(uncertainty) = one.uncertainty {
                let bars = TripletType::ALL.map(|t| {
                    let (value, error) = (value(t), uncertainty[t.index()]);
                    [[value - error, at(t)], [value + error, at(t)]]
                });
                panel.segments(&mut canvas, bars, look.colour);
            }
            panel.markers(&mut canvas, TripletType::ALL.map(|t| [value(t), at(t)]), &look, 4.0);
        }
    }
    canvas.set_height(legend + 38.0 + 16.0 * row + 48.0);
    let caption = "Mean-square errors J (15) of closures by triplet type, half the integral over \
                   time of (closure − data)² with ordered per-shape data. Bars: jackknife standard \
                   errors over replicas, often smaller than the marker.";
    Figure::new("errors_by_type", "Errors by triplet type", caption, canvas)
}

/// Curves over compositions on a logarithmic axis labelled `value`, two panels in a row, with a
/// line at `reference` if given.
pub fn errors_by_composition(value: &str, panels: &[ErrorPanel], reference: Option<f64>) -> Figure {
    let mut keys = Vec::new();
    let mut named: Vec<&str> = Vec::new();
    for curve in panels.iter().flat_map(|panel| &panel.curves) {
        if !named.contains(&curve.name.as_str()) {
            keys.push(Key::line_and_marker(&curve.name, &look_of(&curve.name, named.len())));
            named.push(&curve.name);
        }
    }
    let mut canvas = Canvas::new(WIDTH, 0.0);
    let legend = match keys.len() {
        0 | 1 => 0.0,
        _ => Legend(keys).draw(&mut canvas, [64.0, 8.0], WIDTH - 70.0),
    };
    let across = panels.len().clamp(1, 2);
    let (width, height) = (WIDTH / across as f64, 330.0);
    for (index, one) in panels.iter().enumerate() {
        let area = Area {
            left: 88.0 + width * (index % across) as f64,
            top: legend + 38.0 + height * (index / across) as f64,
            width: width - 104.0,
            height: height - 90.0,
        };
        let points = || one.curves.iter().flat_map(|curve| &curve.points);
        let x = Axis::linear("x (fraction of Li)", points().map(|p| p[0]));
        let reached = points().flat_map(|[_, y, error]| reach([*y, *error]));
        let y = Axis::logarithmic(value, reached.chain(reference));
        let panel = Panel::new(area, x, y);
        if let Some(reference) = reference {
            panel.horizontal(&mut canvas, reference, REFERENCE);
        }
        panel.frame(&mut canvas, &headed(index, panels.len(), &one.heading));
        for curve in &one.curves {
            let known = named.iter().position(|name| *name == curve.name).unwrap_or(0);
            let look = look_of(&curve.name, known);
            let bars = curve.points.iter().map(|[x, y, e]| [[*x, y - e], [*x, y + e]]);
            panel.segments(&mut canvas, bars, look.colour);
            let points = || curve.points.iter().map(|[x, y, _]| [*x, *y]);
            panel.line(&mut canvas, points(), look.stroke());
            panel.markers(&mut canvas, points(), &look, 4.0);
        }
    }
    canvas.set_height(legend + height * panels.len().div_ceil(across) as f64);
    let caption = "Bars: jackknife standard errors over replicas, the closures held fixed; \
                   often smaller than the marker.";
    Figure::new("errors_by_composition", "Errors by composition", caption, canvas)
}
