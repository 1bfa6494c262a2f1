//! Where the sparse approximation's linear system goes when alpha1 and alpha2 differ.

use super::annealing::pair_name;
use super::drawing::{
    Area, Axis, Canvas, GREY, Key, Legend, Panel, REFERENCE, SERIES, Stroke, WIDTH,
};
use super::{Figure, LETTERS};
use crate::StudyError;
use cluster_stats::{PairConcentrations, PairType};
use hierarchy_ode::SparseSolution;

/// Points of a curve.
const POINTS: usize = 201;

/// The pairs of a solution (29) up to time `until` > 0, in units of the annealing, and by how much
/// C+ has drifted, which swaps conserve.
///
/// # Errors
/// Those of [`SparseSolution::at`].
pub fn sparse_drift(solution: &SparseSolution, until: f64) -> Result<Figure, StudyError> {
    let times: Vec<f64> = (0..POINTS).map(|n| until * n as f64 / (POINTS - 1) as f64).collect();
    let pairs: Vec<PairConcentrations> =
        times.iter().map(|time| solution.at(*time)).collect::<Result<_, _>>()?;
    let [alpha1, alpha2] = solution.alphas();
    let mut canvas = Canvas::new(WIDTH, 610.0);
    let exit = solution.exit().filter(|(_, time)| *time <= until);
    let left_stroke = Stroke { colour: GREY, width: 1.6, dashes: &[4.0, 3.0] };

    let mut keys: Vec<Key> = Vec::new();
    let x = || Axis::fixed("time (fraction of the annealing)", 0.0, until, 5);
    let all = pairs.iter().flat_map(|p| p.to_array());
    let area = Area { left: 92.0, top: 60.0, width: WIDTH - 112.0, height: 200.0 };
    let upper = Panel::new(area, x(), Axis::linear("concentration", all.chain([0.0])));
    upper.horizontal(&mut canvas, 0.0, REFERENCE);
    for (pair, look) in PairType::ALL.into_iter().zip(&SERIES) {
        let curve = times.iter().zip(&pairs).map(|(t, p)| [*t, p.get(pair)]);
        upper.line(&mut canvas, curve, look.stroke());
        keys.push(Key::line(pair_name(pair), look));
    }
    upper.frame(&mut canvas, &format!("{} pairs (ordered)", LETTERS[0]));

    let drift: Vec<f64> = pairs.iter().map(|p| p.plus() - pairs[0].plus()).collect();
    let area = Area { left: 92.0, top: 350.0, width: WIDTH - 112.0, height: 200.0 };
    let axis = Axis::linear("C₊(t) − C₊(0)", drift.iter().copied().chain([0.0]));
    let lower = Panel::new(area, x(), axis);
    lower.horizontal(&mut canvas, 0.0, REFERENCE);
    let curve = times.iter().zip(&drift).map(|(t, d)| [*t, *d]);
    lower.line(&mut canvas, curve, SERIES[3].stroke());
    lower.frame(&mut canvas, &format!("{} drift of the fraction of (+)", LETTERS[1]));

    if let Some((pair, time)) = exit {
        upper.vertical(&mut canvas, time, left_stroke);
        lower.vertical(&mut canvas, time, left_stroke);
        keys.push(Key::stroke(format!("{} = 0 at t = {time:.3}", pair_name(pair)), left_stroke));
    }
    Legend(keys).draw(&mut canvas, [92.0, 8.0], WIDTH - 100.0);
    let end = drift[POINTS - 1];
    let left = match exit {
        Some((pair, time)) => format!("{} is negative from t = {time:.3} on", pair_name(pair)),
        None => "no pair concentration becomes negative".to_owned(),
    };
    let caption = format!(
        "The closed form (29) of the sparse approximation with α₁ = {alpha1}, α₂ = {alpha2} in \
         1/(annealing). C₊ = C₊₊ + C₊₋, which swaps conserve, has drifted by {end:.4} at \
         t = {until}; {left}."
    );
    Ok(Figure::new(
        "sparse_drift",
        "Composition drift of the sparse approximation",
        caption,
        canvas,
    ))
}
