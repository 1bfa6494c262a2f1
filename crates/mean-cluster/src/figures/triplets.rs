//! Triplets against pairs: data and what closures make of them (paper, Fig. 8).

use super::annealing::pair_name;
use super::drawing::{
    Area, Axis, Canvas, GREY, Key, Legend, Look, Marker, ORANGE, Panel, SERIES, Stroke, VERMILLION,
    WIDTH,
};
use super::{Figure, LETTERS};
use crate::StudyError;
use closures::Closure;
use cluster_stats::{PairType, ReplicaMean, TripletPattern, TripletType};

/// A line of [`triplets`]: a closure evaluated on one set of data.
pub(crate) struct TripletCurve<'a> {
    pub(crate) name: String,
    pub(crate) data: &'a ReplicaMean,
    pub(crate) closure: &'a dyn Closure,
    pub(crate) stroke: Stroke,
}

/// Looks of data: symbols without lines.
const DATA: [Look; 2] = [
    Look { colour: GREY, dashes: &[], marker: Marker::Circle },
    Look { colour: ORANGE, dashes: &[], marker: Marker::Square },
];

/// Concentrations of `types` (ordered, per shape) against the pair each contains, for named sets of
/// data, with every closure evaluated at the pairs of every set.
///
/// # Errors
/// Those of the closures, and [`StudyError::Figure`] without data or types.
pub fn triplets(
    data: &[(&str, &ReplicaMean)],
    closures: &[(&str, &dyn Closure)],
    types: &[TripletType],
) -> Result<Figure, StudyError> {
    let mut curves = Vec::new();
    for (set, (data_name, data)) in data.iter().enumerate() {
        for (index, (name, closure)) in closures.iter().enumerate() {
            let look = SERIES[(1 + index + set * closures.len()) % SERIES.len()];
            let name = format!("{name} on {data_name}");
            curves.push(TripletCurve { name, data, closure: *closure, stroke: look.stroke() });
        }
    }
    triplet_curves(data, &curves, types)
}

/// PA's lines: solid for the first set of data, dotted for the second.
pub(crate) const PA_LINES: [Stroke; 2] = [
    Stroke { colour: VERMILLION, width: 2.0, dashes: &[] },
    Stroke { colour: VERMILLION, width: 2.0, dashes: &[2.0, 2.5] },
];

/// The figure of [`triplets`], of curves with looks of their own.
///
/// # Errors
/// As there.
pub(crate) fn triplet_curves(
    data: &[(&str, &ReplicaMean)],
    curves: &[TripletCurve<'_>],
    types: &[TripletType],
) -> Result<Figure, StudyError> {
    let figure = "triplets";
    if data.is_empty() || types.is_empty() {
        let reason = "it needs at least one set of data and one triplet type".to_owned();
        return Err(StudyError::Figure { figure: figure.to_owned(), reason });
    }
    let mut keys: Vec<Key> = Vec::new();
    for (index, (name, _)) in data.iter().enumerate() {
        keys.push(Key::marker(format!("data, {name}"), &DATA[index % 2]));
    }
    keys.extend(curves.iter().map(|curve| Key::stroke(&curve.name, curve.stroke)));
    let across = types.len().min(2);
    let (width, height) = (WIDTH / across as f64, 290.0);
    let mut canvas = Canvas::new(WIDTH, 0.0);
    let legend = Legend(keys).draw(&mut canvas, [20.0, 8.0], WIDTH - 30.0);
    for (index, triplet) in types.iter().enumerate() {
        let area = Area {
            left: 84.0 + width * (index % across) as f64,
            top: legend + 40.0 + height * (index / across) as f64,
            width: width - 100.0,
            height: height - 90.0,
        };
        panel(
            &mut canvas,
            area,
            LETTERS.get(index).copied().unwrap_or(""),
            *triplet,
            data,
            curves,
        )?;
    }
    canvas.set_height(legend + 15.0 + height * types.len().div_ceil(across) as f64);
    let caption = "Triplet concentrations (ordered, per shape) against the concentration of a pair \
                   they contain, at every sample of the annealing; lines are closures at the \
                   pairs of the data. Bars: one standard error over replicas. Dashes over \
                   a line: two closures that agree.";
    Ok(Figure::new(figure, "Triplets against pairs: data and closures", caption, canvas))
}

fn panel(
    canvas: &mut Canvas,
    area: Area,
    letter: &str,
    triplet: TripletType,
    data: &[(&str, &ReplicaMean)],
    curves: &[TripletCurve<'_>],
) -> Result<(), StudyError> {
    let pair = pair_of(triplet);
    let mut points: Vec<Vec<[f64; 3]>> = Vec::new();
    for (_, data) in data {
        let errors =
            data.standard_errors.iter().flatten().map(|e| e.concentrations.triplets[triplet]);
        let errors = errors.chain(std::iter::repeat(0.0));
        let records = data.mean.records().iter().zip(errors).map(|(record, error)| {
            let c = &record.concentrations;
            [c.pairs.get(pair), c.triplets[triplet], error]
        });
        points.push(records.collect());
    }
    let mut lines = Vec::new();
    for curve in curves {
        let mut line = Vec::new();
        for record in curve.data.mean.records() {
            let pairs = record.concentrations.pairs;
            line.push([pairs.get(pair), curve.closure.triplets(&pairs)?[triplet]]);
        }
        line.sort_by(|a, b| a[0].total_cmp(&b[0]));
        lines.push(line);
    }
    let x = points.iter().flatten().map(|p| p[0]);
    let y = points.iter().flatten().map(|p| p[1]).chain(lines.iter().flatten().map(|p| p[1]));
    let x = Axis::linear(pair_name(pair), x);
    let y = Axis::linear(format!("C of {}", symbol(triplet)), y);
    let panel = Panel::new(area, x, y);
    panel.frame(canvas, &format!("{letter} {}", symbol(triplet)));
    for (points, look) in points.iter().zip(DATA.iter().cycle()) {
        panel.segments(
            canvas,
            points.iter().map(|[x, y, e]| [[*x, y - e], [*x, y + e]]),
            look.colour,
        );
        panel.markers(canvas, points.iter().map(|p| [p[0], p[1]]), look, 3.2);
    }
    for (line, curve) in lines.into_iter().zip(curves) {
        panel.line(canvas, line, curve.stroke);
    }
    Ok(())
}

/// The pair a type is plotted against: its first two atoms; C+- for `-+-` and `+-+`.
fn pair_of(triplet: TripletType) -> PairType {
    match triplet.pattern() {
        TripletPattern::Ppp | TripletPattern::Ppm => PairType::PlusPlus,
        TripletPattern::Mmm | TripletPattern::Mmp => PairType::MinusMinus,
        TripletPattern::Pmp | TripletPattern::Mpm => PairType::PlusMinus,
    }
}

/// The name of a type as in the paper, with the minus sign of figures, hair spaces between two.
pub(crate) fn symbol(triplet: TripletType) -> String {
    triplet.symbol().replace('-', "−").replace("−−", "−\u{200a}−").replace("−−", "−\u{200a}−")
}
