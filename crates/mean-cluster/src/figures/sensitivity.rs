//! Which combinations of the rates data determine: singular values of d(trajectory)/dK.

use super::Figure;
use super::drawing::{Area, Axis, Canvas, GREY, Key, Legend, Panel, SERIES, Stroke, WIDTH};
use hierarchy_ode::Identifiability;

/// Values below this part of the largest are drawn at it: they are rounding.
const LEAST: f64 = 1e-17;

/// Singular values, each set divided by its largest, against their number, on a logarithmic axis,
/// with the level of the first set below which they count as zero.
pub fn flat_directions(sets: &[(&str, Identifiability)]) -> Figure {
    let relative = |found: &Identifiability| {
        let values = found.singular_values();
        values.map(|value| (value / values[0]).max(LEAST))
    };
    let level = sets.first().map_or(Identifiability::TOLERANCE, |(_, found)| found.tolerance());
    let mut canvas = Canvas::new(WIDTH, 400.0);
    let all = sets.iter().flat_map(|(_, found)| relative(found));
    let y = Axis::logarithmic("singular value / largest", all.chain([level]));
    let names: Vec<String> = (1..=8).map(|n: u32| n.to_string()).collect();
    let area = Area { left: 92.0, top: 66.0, width: WIDTH - 112.0, height: 280.0 };
    let panel = Panel::new(area, Axis::categories("number of the singular value", &names), y);
    let line = Stroke { colour: GREY, width: 1.5, dashes: &[5.0, 4.0] };
    panel.horizontal(&mut canvas, level, line);
    let mut keys = Vec::new();
    let mut ranks = Vec::new();
    for ((name, found), look) in sets.iter().zip(SERIES.iter().cycle()) {
        let values = relative(found);
        let points = || values.iter().enumerate().map(|(n, value)| [n as f64, *value]);
        panel.line(&mut canvas, points(), Stroke { width: 1.2, ..look.stroke() });
        panel.markers(&mut canvas, points(), look, 4.5);
        keys.push(Key::line_and_marker(*name, look));
        ranks.push(format!("{name}: {} of 8", found.rank()));
    }
    keys.push(Key::stroke("counts as zero below", line));
    panel.frame(&mut canvas, "");
    Legend(keys).draw(&mut canvas, [92.0, 8.0], WIDTH - 100.0);
    let caption = format!(
        "Singular values of d(trajectory)/dK, the trajectory (C₊₊, C₋₋, C₊₋) at the sample times \
         weighted as in J (17), by variational equations (right to about 10⁻⁹); below 10⁻¹⁵ of the \
         largest they are rounding, drawn at 10⁻¹⁷ or above. Directions that the data see: {}.",
        ranks.join("; ")
    );
    Figure::new("flat_directions", "Flat directions of the rates", caption, canvas)
}
