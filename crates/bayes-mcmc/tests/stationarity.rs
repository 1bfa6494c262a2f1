//! The transition leaves exactly the density it should: on grids, where the whole transition matrix
//! can be written down. Kernels are uniform over grid steps, and the probabilities come from the
//! crate's own step. The same check then has to see classic mistakes planted in a copy of it.

#![allow(clippy::panic, clippy::unwrap_used, reason = "clippy does not know helpers of tests")]

use std::convert::Infallible;

use bayes_mcmc::{Halt, LogDensity, Posterior, UniformBox, delayed_rejection_step, from_fn};

type Point = [f64; 2];

/// A density on the sites of a grid with unit spacing (one row is a one-dimensional grid), and the
/// reach of the two kernels in steps. Sites beyond `prior` do not exist.
struct Grid<'a> {
    log_density: &'a dyn LogDensity,
    first_reach: [i32; 2],
    second_reach: [i32; 2],
    states: Vec<Point>,
}

impl<'a> Grid<'a> {
    fn new(size: [i32; 2], log_density: &'a dyn LogDensity, reach: [[i32; 2]; 2]) -> Self {
        let sites =
            (0..size[0]).flat_map(|i| (0..size[1]).map(move |j| [f64::from(i), f64::from(j)]));
        let mut grid =
            Self { log_density, first_reach: reach[0], second_reach: reach[1], states: Vec::new() };
        grid.states = sites.filter(|site| grid.value(site).is_finite()).collect();
        grid
    }

    fn value(&self, point: &[f64]) -> f64 {
        match self.log_density.log_density(point) {
            Ok(value) => value,
            Err(Halt::Reject(_)) => f64::NEG_INFINITY,
            Err(Halt::Stop(error)) => panic!("{error}"),
        }
    }

    fn first_scales(&self) -> [f64; 2] {
        self.first_reach.map(f64::from)
    }

    fn index(&self, point: Point) -> usize {
        self.states.iter().position(|state| *state == point).expect("moved to zero density")
    }

    /// The density, normalised.
    fn target(&self) -> Vec<f64> {
        let weights: Vec<f64> = self.states.iter().map(|state| self.value(state).exp()).collect();
        let total: f64 = weights.iter().sum();
        weights.iter().map(|weight| weight / total).collect()
    }

    /// Probabilities of *accepted* moves (to the same state too), from the acceptance probabilities
    /// `[a1, a2]` of a rule given (x, y1, y2).
    fn accepted(&self, rule: &dyn Fn(&Grid, Point, Point, Point) -> [f64; 2]) -> Vec<Vec<f64>> {
        let mut matrix = vec![vec![0.0; self.states.len()]; self.states.len()];
        for (from, &x) in self.states.iter().enumerate() {
            let (firsts, seconds) = (around(x, self.first_reach), around(x, self.second_reach));
            let chance = 1.0 / firsts.len() as f64;
            let second_chance = 1.0 / seconds.len() as f64;
            for &first in &firsts {
                for &second in &seconds {
                    let [a1, a2] = rule(self, x, first, second);
                    if a1 > 0.0 {
                        matrix[from][self.index(first)] += chance * second_chance * a1;
                    }
                    if a1 < 1.0 && a2 > 0.0 {
                        let flow = chance * (1.0 - a1) * second_chance * a2;
                        matrix[from][self.index(second)] += flow;
                    }
                }
            }
        }
        matrix
    }

    /// The transition matrix: what is not accepted stays.
    fn transitions(&self, rule: &dyn Fn(&Grid, Point, Point, Point) -> [f64; 2]) -> Vec<Vec<f64>> {
        let mut matrix = self.accepted(rule);
        for (from, row) in matrix.iter_mut().enumerate() {
            row[from] += 1.0 - row.iter().sum::<f64>();
        }
        matrix
    }
}

fn around(centre: Point, reach: [i32; 2]) -> Vec<Point> {
    let steps = |reach: i32| (-reach..=reach).map(f64::from);
    steps(reach[0])
        .flat_map(|i| steps(reach[1]).map(move |j| [centre[0] + i, centre[1] + j]))
        .collect()
}

/// The crate's own acceptance probabilities: uniforms of 1 accept only what is certain.
fn ours(grid: &Grid, x: Point, first: Point, second: Point) -> [f64; 2] {
    let density = |point: &[f64]| Ok::<_, Infallible>(grid.value(point));
    let proposals: [&[f64]; 2] = [&first, &second];
    let scales = grid.first_scales();
    let current = grid.value(&x);
    let Ok(transition) = delayed_rejection_step(current, proposals, [1.0, 1.0], &scales, density);
    [transition.log_acceptance_first.exp(), transition.log_acceptance_second.exp()]
}

/// Total variation between the target and what one transition makes of it.
fn moved(target: &[f64], matrix: &[Vec<f64>]) -> f64 {
    let after = |to: usize| target.iter().zip(matrix).map(|(p, row)| p * row[to]).sum::<f64>();
    target.iter().enumerate().map(|(to, p)| (after(to) - p).abs()).sum::<f64>() / 2.0
}

/// Total variation between the target and the law the chain tends to from its first state.
fn distance_of_stationary_law(target: &[f64], matrix: &[Vec<f64>]) -> f64 {
    let size = target.len();
    let mut power = matrix.to_vec();
    for _ in 0..30 {
        let product =
            |i: usize, j: usize| (0..size).map(|k| power[i][k] * power[k][j]).sum::<f64>();
        let square: Vec<Vec<f64>> =
            (0..size).map(|i| (0..size).map(|j| product(i, j)).collect()).collect();
        // squaring doubles the rounding of the row sums
        power = square
            .into_iter()
            .map(|row| {
                let sum: f64 = row.iter().sum();
                row.into_iter().map(|p| p / sum).collect()
            })
            .collect();
    }
    power[0].iter().zip(target).map(|(a, b)| (a - b).abs()).sum::<f64>() / 2.0
}

fn largest_imbalance(target: &[f64], matrix: &[Vec<f64>]) -> f64 {
    let mut largest = 0.0_f64;
    for i in 0..target.len() {
        for j in 0..i {
            largest = largest.max((target[i] * matrix[i][j] - target[j] * matrix[j][i]).abs());
        }
    }
    largest
}

fn line(weights: &'static [f64]) -> impl LogDensity {
    let last = weights.len() as f64 - 1.0;
    let prior = UniformBox::from_bounds([(0.0, last), (0.0, 1e-9)]).unwrap();
    Posterior::new(prior, from_fn(move |point| Ok(weights[point[0] as usize].ln())))
}

const ROUGH: &[f64] = &[0.3, 1.0, 0.02, 4.0, 4.0, 0.7, 2.5, 0.1, 1.3, 0.9, 5.0];
/// Two sites inside the box have no probability.
const WITH_GAPS: &[f64] = &[2.0, 0.5, 0.0, 1.0, 3.0, 0.25, 0.0, 1.5, 0.8];
const FLAT: &[f64] = &[1.0; 7];

#[test]
fn detailed_balance_is_exact_on_lines() {
    let densities = [line(ROUGH), line(WITH_GAPS), line(FLAT)];
    let reaches = [(1, 1), (2, 1), (3, 1), (3, 2), (4, 4), (2, 5), (10, 1), (20, 20)];
    for (which, density) in densities.iter().enumerate() {
        for (first, second) in reaches {
            let grid = Grid::new([11, 1], density, [[first, 0], [second, 0]]);
            let (target, matrix) = (grid.target(), grid.transitions(&ours));
            let case = format!("density {which}, reach {first} then {second}");
            assert!(moved(&target, &matrix) < 1e-12, "{case}");
            assert!(largest_imbalance(&target, &matrix) < 1e-15, "{case}");
            // a reach of 1 cannot jump a gap
            if (which, first.max(second)) != (1, 1) {
                assert!(distance_of_stationary_law(&target, &matrix) < 1e-12, "{case}");
            }
        }
    }
}

#[test]
fn detailed_balance_is_exact_in_two_dimensions() {
    let likelihood = from_fn(|point| {
        if point == [2.0, 1.0] {
            return Err(Halt::reject("a hole"));
        }
        Ok((point[0] - 1.3 * point[1]).sin() - 0.3 * point[0] * point[1])
    });
    let prior = UniformBox::from_bounds([(0.0, 4.0), (0.0, 3.0)]).unwrap();
    let density = Posterior::new(prior, likelihood);
    for reach in [[[2, 1], [1, 1]], [[1, 2], [2, 1]], [[3, 3], [1, 0]], [[1, 1], [1, 1]]] {
        let grid = Grid::new([5, 4], &density, reach);
        assert_eq!(grid.states.len(), 19);
        let (target, matrix) = (grid.target(), grid.transitions(&ours));
        assert!(moved(&target, &matrix) < 1e-12, "{reach:?}");
        assert!(largest_imbalance(&target, &matrix) < 1e-15, "{reach:?}");
        assert!(distance_of_stationary_law(&target, &matrix) < 1e-12, "{reach:?}");
    }
}

/// A plain copy of the rule, to be spoilt.
#[derive(Clone, Copy, PartialEq)]
enum Mistake {
    None,
    ReachNotTested,
    BackwardsAcceptance,
    PlusForMinus,
    PlainMetropolisAtStageTwo,
}

fn copy_with(mistake: Mistake) -> impl Fn(&Grid, Point, Point, Point) -> [f64; 2] {
    move |grid, x, first, second| {
        let density = |point: Point| grid.value(&point).exp();
        let (at_x, at_first, at_second) = (density(x), density(first), density(second));
        let a1 = (at_first / at_x).min(1.0);
        let within = (0..2).all(|i| (first[i] - second[i]).abs() <= f64::from(grid.first_reach[i]));
        if a1 == 1.0 || at_second == 0.0 || !(within || mistake == Mistake::ReachNotTested) {
            return [a1, 0.0];
        }
        let back = match mistake {
            Mistake::BackwardsAcceptance if at_first == 0.0 => 1.0,
            Mistake::BackwardsAcceptance => (at_second / at_first).min(1.0),
            _ => (at_first / at_second).min(1.0),
        };
        let correction = match mistake {
            Mistake::PlusForMinus => (1.0 + back) / (1.0 + a1),
            Mistake::PlainMetropolisAtStageTwo => 1.0,
            _ => (1.0 - back) / (1.0 - a1),
        };
        [a1, (at_second / at_x * correction).min(1.0)]
    }
}

#[test]
fn the_check_sees_classic_mistakes() {
    let density = line(ROUGH);
    let grid = Grid::new([11, 1], &density, [[3, 0], [2, 0]]);
    let target = grid.target();
    let right = grid.transitions(&copy_with(Mistake::None));
    assert!(moved(&target, &right) < 1e-12 && largest_imbalance(&target, &right) < 1e-15);
    for mistake in [
        Mistake::ReachNotTested,
        Mistake::BackwardsAcceptance,
        Mistake::PlusForMinus,
        Mistake::PlainMetropolisAtStageTwo,
    ] {
        let wrong = grid.transitions(&copy_with(mistake));
        let name = mistake as u8;
        // the right rule: below 1e-12, 1e-15 and 1e-12
        assert!(moved(&target, &wrong) > 1e-3, "{name}");
        assert!(largest_imbalance(&target, &wrong) > 1e-4, "{name}");
        assert!(distance_of_stationary_law(&target, &wrong) > 1e-3, "{name}");
    }
}

/// The published loop stores a point only when it is accepted: the law of the jumps.
#[test]
fn the_check_sees_that_rejections_are_not_repeated() {
    for weights in [ROUGH, FLAT, WITH_GAPS] {
        let density = line(weights);
        let grid = Grid::new([11, 1], &density, [[3, 0], [1, 0]]);
        let mut jumps = grid.accepted(&ours);
        for row in &mut jumps {
            let accepted: f64 = row.iter().sum();
            row.iter_mut().for_each(|p| *p /= accepted);
        }
        assert!(distance_of_stationary_law(&grid.target(), &jumps) > 0.01);
    }
}

/// The step accepts exactly where its uniform numbers are below its probabilities, and asks for the
/// density at the second proposal only if it needs it.
#[test]
fn decisions_follow_the_probabilities() {
    let density = line(WITH_GAPS);
    let grid = Grid::new([9, 1], &density, [[3, 0], [2, 0]]);
    let scales = grid.first_scales();
    let mut stages = [0; 3];
    for &x in &grid.states {
        for first in around(x, grid.first_reach) {
            for second in around(x, grid.second_reach) {
                let [a1, a2] = ours(&grid, x, first, second);
                for (u1, u2) in [(0.0, 0.0), (0.999, 0.0), (0.999, 0.999), (0.3, 0.6), (0.6, 0.3)] {
                    let mut evaluated = Vec::new();
                    let Ok(transition) = delayed_rejection_step(
                        grid.value(&x),
                        [&first, &second],
                        [u1, u2],
                        &scales,
                        |point| {
                            evaluated.push(point[0]);
                            Ok::<_, Infallible>(grid.value(point))
                        },
                    );
                    let within = (first[0] - second[0]).abs() <= 3.0;
                    let (stage, state) = match () {
                        () if u1 < a1 => (1, first),
                        () if u2 < a2 => (2, second),
                        () => (0, x),
                    };
                    assert_eq!(transition.stage, stage, "{x:?} {first:?} {second:?} {u1} {u2}");
                    assert_eq!(transition.log_density, grid.value(&state));
                    let needed = if stage != 1 && within { 2 } else { 1 };
                    assert_eq!(evaluated.len(), needed);
                    stages[usize::from(stage)] += 1;
                }
            }
        }
    }
    assert!(stages.iter().all(|count| *count > 100), "{stages:?}");
}
