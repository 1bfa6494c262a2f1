//! Which combinations of the rates a trajectory depends on: singular values of d(trajectory)/dK.

use super::Figure;
use super::drawing::{Area, Axis, Canvas, GREY, Key, Legend, Panel, SERIES, Stroke, WIDTH};
use crate::StudyError;
use closures::Closure;
use cluster_stats::PairConcentrations;
use hierarchy_ode::{ClosedModel, RateConstants};

/// Part of a rate by which it is moved for a difference.
const STEP: f64 = 1e-3;

/// Singular values below this part of the largest count as zero: differences of fourth order with
/// this step have errors of about 1e-10.
pub(crate) const RANK_TOLERANCE: f64 = 1e-7;

/// The singular values, largest first, of the derivative of the trajectory by the eight rates.
///
/// Rows are C++, C--, C+- at each of `times`, weighted so that squares sum to the integral (17) by
/// trapezoids; columns are central differences of fourth order with steps of 0.1 % of each rate,
/// which must be positive. The values are J's Gauss-Newton curvature: its square roots.
///
/// # Errors
/// Those of the model, and [`StudyError::Figure`] for a rate that is 0.
pub fn singular_values<C: Closure>(
    model: &ClosedModel<C>,
    rates: &RateConstants,
    start: PairConcentrations,
    times: &[f64],
) -> Result<[f64; 8], StudyError> {
    let rates = *rates.as_array();
    if let Some(index) = rates.iter().position(|rate| *rate <= 0.0) {
        let reason = format!("k{} is 0, where there are no differences on both sides", index + 1);
        return Err(StudyError::Figure { figure: "flat_directions".to_owned(), reason });
    }
    let weights = trapezoid_weights(times);
    let trajectory = |moved: [f64; 8]| -> Result<Vec<f64>, StudyError> {
        let solution = model.solve(&RateConstants::from_array(moved)?, start, times)?;
        let rows = solution.pairs().iter().zip(&weights);
        Ok(rows.flat_map(|(pairs, weight)| pairs.to_array().map(|c| c * weight.sqrt())).collect())
    };
    let mut columns: Vec<Vec<f64>> = Vec::with_capacity(8);
    for index in 0..8 {
        let step = STEP * rates[index];
        let at = |steps: f64| {
            let mut moved = rates;
            moved[index] += steps * step;
            trajectory(moved)
        };
        let [far_below, below, above, far_above] = [at(-2.0)?, at(-1.0)?, at(1.0)?, at(2.0)?];
        let difference = |row: usize| {
            (8.0 * (above[row] - below[row]) - (far_above[row] - far_below[row])) / (12.0 * step)
        };
        columns.push((0..above.len()).map(difference).collect());
    }
    let mut values = one_sided_jacobi(columns);
    values.sort_by(|a, b| b.total_cmp(a));
    Ok(std::array::from_fn(|index| values[index]))
}

fn trapezoid_weights(times: &[f64]) -> Vec<f64> {
    let gap = |n: usize| times.get(n + 1).map_or(0.0, |next| next - times[n]);
    (0..times.len()).map(|n| 0.5 * (gap(n) + if n > 0 { gap(n - 1) } else { 0.0 })).collect()
}

/// Singular values of a matrix given by its columns: rotate pairs of columns until all are
/// orthogonal; their lengths are the values, small ones to full relative precision of the columns
/// (Hestenes 1958).
fn one_sided_jacobi(mut columns: Vec<Vec<f64>>) -> Vec<f64> {
    let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    for _ in 0..60 {
        let mut rotated = false;
        for left in 0..columns.len() {
            for right in left + 1..columns.len() {
                let (head, tail) = columns.split_at_mut(right);
                let (a, b) = (&mut head[left], &mut tail[0]);
                let (aa, bb, ab) = (dot(a, a), dot(b, b), dot(a, b));
                if ab.abs() <= 1e-15 * (aa * bb).sqrt() {
                    continue;
                }
                rotated = true;
                let zeta = (bb - aa) / (2.0 * ab);
                let tangent = zeta.signum() / (zeta.abs() + (1.0 + zeta * zeta).sqrt());
                let cosine = 1.0 / (1.0 + tangent * tangent).sqrt();
                let sine = cosine * tangent;
                for (a, b) in a.iter_mut().zip(b.iter_mut()) {
                    (*a, *b) = (cosine * *a - sine * *b, sine * *a + cosine * *b);
                }
            }
        }
        if !rotated {
            break;
        }
    }
    columns.iter().map(|column| dot(column, column).sqrt()).collect()
}

/// Singular values, each set divided by its largest, against their number, on a logarithmic axis,
/// with the level below which they count as zero.
pub fn flat_directions(sets: &[(&str, [f64; 8])]) -> Figure {
    let relative = |values: &[f64; 8]| values.map(|value| value / values[0]);
    let mut canvas = Canvas::new(WIDTH, 400.0);
    let all = sets.iter().flat_map(|(_, values)| relative(values));
    let y = Axis::logarithmic("singular value / largest", all.chain([RANK_TOLERANCE]));
    let names: Vec<String> = (1..=8).map(|n: u32| n.to_string()).collect();
    let area = Area { left: 92.0, top: 66.0, width: WIDTH - 112.0, height: 280.0 };
    let panel = Panel::new(area, Axis::categories("number of the singular value", &names), y);
    let level = Stroke { colour: GREY, width: 1.5, dashes: &[5.0, 4.0] };
    panel.horizontal(&mut canvas, RANK_TOLERANCE, level);
    let mut keys = Vec::new();
    let mut ranks = Vec::new();
    for ((name, values), look) in sets.iter().zip(SERIES.iter().cycle()) {
        let values = relative(values);
        let points = || values.iter().enumerate().map(|(n, value)| [n as f64, *value]);
        panel.line(&mut canvas, points(), Stroke { width: 1.2, ..look.stroke() });
        panel.markers(&mut canvas, points(), look, 4.5);
        keys.push(Key::line_and_marker(*name, look));
        let rank = values.iter().filter(|value| **value > RANK_TOLERANCE).count();
        ranks.push(format!("{name}: {rank} of 8"));
    }
    keys.push(Key::stroke("counts as zero below", level));
    panel.frame(&mut canvas, "");
    Legend(keys).draw(&mut canvas, [92.0, 8.0], WIDTH - 100.0);
    let caption = format!(
        "Singular values of d(trajectory)/dK, the trajectory (C₊₊, C₋₋, C₊₋) at the sample times \
         weighted as in J (17), by central differences of fourth order (steps of 0.1 % of each \
         rate, solver tolerance 10⁻¹⁰); values below 10⁻⁷ of the largest are those errors. \
         Directions that the data see: {}.",
        ranks.join("; ")
    );
    Figure::new("flat_directions", "Flat directions of the rates", caption, canvas)
}

#[cfg(test)]
mod tests {
    use super::*;
    use closures::{PairApproximation, SparseApproximation};

    #[test]
    fn singular_values_of_a_known_matrix() {
        // [[3, 0], [4, 5]] has singular values 3 sqrt(5) and sqrt(5)
        let mut values = one_sided_jacobi(vec![vec![3.0, 4.0], vec![0.0, 5.0]]);
        values.sort_by(f64::total_cmp);
        let root = 5f64.sqrt();
        assert!((values[0] - root).abs() < 1e-14 && (values[1] - 3.0 * root).abs() < 1e-14);
    }

    #[test]
    fn ranks_are_those_of_the_combinations_the_rates_enter_by() {
        let rates = [0.9, 0.7, 0.3, 0.4, 0.2, 0.5, 0.6, 0.8].map(|k| 0.1 * k);
        let rates = RateConstants::from_array(rates).unwrap();
        let start = PairConcentrations::random_lattice(1.0 / 3.0);
        let times: Vec<f64> = (0..=20).map(|n| n as f64 / 20.0).collect();
        fn tight<C: Closure>(model: ClosedModel<C>) -> ClosedModel<C> {
            model.with_tolerances(1e-10, 1e-12).unwrap()
        }
        let rank = |values: [f64; 8]| {
            values.iter().filter(|value| **value > RANK_TOLERANCE * values[0]).count()
        };
        let values = |model| singular_values(&model, &rates, start, &times).unwrap();
        assert_eq!(rank(values(tight(ClosedModel::published(PairApproximation)))), 4);
        assert_eq!(rank(values(tight(ClosedModel::conserving(PairApproximation)))), 2);
        let sparse = tight(ClosedModel::published(SparseApproximation));
        assert_eq!(rank(singular_values(&sparse, &rates, start, &times).unwrap()), 2);
    }
}
