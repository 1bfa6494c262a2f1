//! The transition leaves exactly the density it should: on grids, where the whole transition matrix
//! can be written down. Proposals lie on the grid with the weights of the kernels, and the
//! probabilities come from the crate's own step. The same check then has to see classic mistakes
//! planted in a copy of the rule.

use bayes_mcmc::{
    Halt, Kernel, LogDensity, Path, Posterior, UniformBox, delayed_rejection_step, from_fn,
};
use std::convert::Infallible;

type Point = [f64; 2];

/// Acceptance probabilities of all stages, given the current point and all proposals.
type Rule<'a> = dyn Fn(&Grid, &[Point]) -> Vec<f64> + 'a;

/// A density on the sites of a grid with unit spacing (one row is a one-dimensional grid), and the
/// kernel of each stage. Sites beyond the prior do not exist.
struct Grid<'a> {
    log_density: &'a dyn LogDensity,
    kernels: Vec<Kernel>,
    /// The steps of each stage with their probabilities.
    steps: Vec<Vec<(Point, f64)>>,
    states: Vec<Point>,
}

impl<'a> Grid<'a> {
    fn new(size: [i32; 2], log_density: &'a dyn LogDensity, kernels: Vec<Kernel>) -> Self {
        let sites =
            (0..size[0]).flat_map(|i| (0..size[1]).map(move |j| [f64::from(i), f64::from(j)]));
        let steps = kernels.iter().map(|kernel| steps(size, kernel)).collect();
        let mut grid = Self { log_density, kernels, steps, states: Vec::new() };
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

    fn index(&self, point: Point) -> usize {
        self.states.iter().position(|state| *state == point).expect("moved to zero density")
    }

    /// The density, normalised.
    fn target(&self) -> Vec<f64> {
        let weight = |state: &Point| libm::exp(self.value(state));
        let weights: Vec<f64> = self.states.iter().map(weight).collect();
        let total: f64 = weights.iter().sum();
        weights.iter().map(|weight| weight / total).collect()
    }

    /// Probabilities of *accepted* moves (to the same state too).
    fn accepted(&self, rule: &Rule) -> Vec<Vec<f64>> {
        let mut matrix = vec![vec![0.0; self.states.len()]; self.states.len()];
        for (from, &x) in self.states.iter().enumerate() {
            self.add_paths(rule, &mut vec![x], 1.0, &mut matrix[from]);
        }
        matrix
    }

    /// All ways to complete a path, and what is accepted on them.
    fn add_paths(&self, rule: &Rule, path: &mut Vec<Point>, chance: f64, row: &mut [f64]) {
        if let Some(steps) = self.steps.get(path.len() - 1) {
            for (step, weight) in steps {
                path.push([path[0][0] + step[0], path[0][1] + step[1]]);
                self.add_paths(rule, path, chance * weight, row);
                path.pop();
            }
            return;
        }
        let mut reached = chance;
        for (stage, acceptance) in (1..).zip(rule(self, path)) {
            // the sum over the proposals of later stages makes up for their chance
            if reached > 0.0 && acceptance > 0.0 {
                row[self.index(path[stage])] += reached * acceptance;
            }
            reached *= 1.0 - acceptance;
        }
    }

    /// The transition matrix: what is not accepted stays.
    fn transitions(&self, rule: &Rule) -> Vec<Vec<f64>> {
        let mut matrix = self.accepted(rule);
        for (from, row) in matrix.iter_mut().enumerate() {
            row[from] += 1.0 - row.iter().sum::<f64>();
        }
        matrix
    }
}

/// The steps of a kernel on the grid: all in its box, or as far as a Gaussian weighs anything.
fn steps(size: [i32; 2], kernel: &Kernel) -> Vec<(Point, f64)> {
    let reach = |rows: i32| if rows == 1 { 0 } else { 21 };
    let along = |reach: i32| (-reach..=reach).map(f64::from);
    let mut steps: Vec<(Point, f64)> = along(reach(size[0]))
        .flat_map(|i| along(reach(size[1])).map(move |j| [i, j]))
        .map(|step| (step, libm::exp(kernel.log_density(&[0.0; 2], &step))))
        .filter(|(_, weight)| *weight > 1e-18)
        .collect();
    let total: f64 = steps.iter().map(|(_, weight)| weight).sum();
    steps.iter_mut().for_each(|(_, weight)| *weight /= total);
    steps
}

/// The crate's own acceptance probabilities: uniforms of 1 accept only what is certain.
fn ours(grid: &Grid, points: &[Point]) -> Vec<f64> {
    let stages = grid.kernels.len();
    let mut path = Path::new(stages, 2);
    for (stage, point) in points.iter().enumerate() {
        path.point_mut(stage).copy_from_slice(point);
    }
    let density = |point: &[f64]| Ok::<_, Infallible>(grid.value(point));
    let current = grid.value(&points[0]);
    let Ok(_) =
        delayed_rejection_step(&grid.kernels, &mut path, current, &vec![1.0; stages], density);
    (1..=stages).map(|stage| libm::exp(path.log_acceptance(stage))).collect()
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

/// The crate's rule on a grid, held to all three measures.
fn check(grid: &Grid, irreducible: bool, case: &str) {
    let (target, matrix) = (grid.target(), grid.transitions(&ours));
    assert!(moved(&target, &matrix) < 1e-12, "{case}");
    assert!(largest_imbalance(&target, &matrix) < 1e-14, "{case}");
    if irreducible {
        assert!(distance_of_stationary_law(&target, &matrix) < 1e-12, "{case}");
    }
}

fn line(weights: &'static [f64]) -> impl LogDensity {
    let last = weights.len() as f64 - 1.0;
    let prior = UniformBox::from_bounds([(0.0, last), (0.0, 1e-9)]).unwrap();
    Posterior::new(prior, from_fn(move |point| Ok(libm::log(weights[point[0] as usize]))))
}

/// A plane with walls, a hole and a slope.
fn plane() -> impl LogDensity {
    let likelihood = from_fn(|point| {
        if point == [2.0, 1.0] {
            return Err(Halt::reject("a hole"));
        }
        Ok(libm::sin(point[0] - 1.3 * point[1]) - 0.3 * point[0] * point[1])
    });
    Posterior::new(UniformBox::from_bounds([(0.0, 4.0), (0.0, 3.0)]).unwrap(), likelihood)
}

fn boxes<const N: usize>(reaches: [[f64; 2]; N]) -> Vec<Kernel> {
    // half widths are positive; a reach below 1 cannot leave the row
    reaches.map(|reach| Kernel::uniform_box(reach.map(|r| r.max(0.5))).unwrap()).into()
}

fn gaussians<const N: usize>(deviations: [f64; N]) -> Vec<Kernel> {
    deviations.map(|deviation| Kernel::gaussian([deviation; 2]).unwrap()).into()
}

const ROUGH: &[f64] = &[0.3, 1.0, 0.02, 4.0, 4.0, 0.7, 2.5, 0.1, 1.3, 0.9, 5.0];
/// Two sites inside the box have no probability.
const WITH_GAPS: &[f64] = &[2.0, 0.5, 0.0, 1.0, 3.0, 0.25, 0.0, 1.5, 0.8];
const FLAT: &[f64] = &[1.0; 7];

#[test]
fn two_stages_of_boxes_on_lines() {
    let densities = [line(ROUGH), line(WITH_GAPS), line(FLAT)];
    let reaches =
        [(1.0, 1.0), (2.0, 1.0), (3.0, 1.0), (3.0, 2.0), (4.0, 4.0), (2.0, 5.0), (10.0, 1.0)];
    for (which, density) in densities.iter().enumerate() {
        for (first, second) in reaches {
            let grid = Grid::new([11, 1], density, boxes([[first, 0.0], [second, 0.0]]));
            // a reach of 1 cannot jump a gap
            let irreducible = (which, first.max(second)) != (1, 1.0);
            check(&grid, irreducible, &format!("density {which}, reach {first} then {second}"));
        }
    }
}

#[test]
fn one_three_and_four_stages_of_boxes_on_lines() {
    for (which, density) in [line(ROUGH), line(WITH_GAPS), line(FLAT)].iter().enumerate() {
        for reaches in [[3.0, 2.0, 1.0], [2.0, 4.0, 3.0], [4.0, 1.0, 5.0], [2.0, 2.0, 2.0]] {
            let kernels = boxes(reaches.map(|reach| [reach, 0.0]));
            check(&Grid::new([11, 1], density, kernels), true, &format!("{which}: {reaches:?}"));
        }
        check(&Grid::new([11, 1], density, boxes([[3.0, 0.0]])), true, "one stage");
        let kernels = boxes([3.0, 2.0, 4.0, 1.0].map(|reach| [reach, 0.0]));
        check(&Grid::new([11, 1], density, kernels), true, "four stages");
    }
}

#[test]
fn gaussians_and_mixtures_on_lines() {
    for (which, density) in [line(ROUGH), line(WITH_GAPS), line(FLAT)].iter().enumerate() {
        for deviations in [[2.0, 0.7], [1.0, 1.5]] {
            let case = format!("{which}: {deviations:?}");
            check(&Grid::new([11, 1], density, gaussians(deviations)), true, &case);
        }
        check(&Grid::new([11, 1], density, gaussians([1.5, 0.9, 0.6])), true, "three Gaussians");
        let mut mixed = gaussians([1.2]);
        mixed.extend(boxes([[3.0, 0.0]]));
        mixed.extend(gaussians([0.8]));
        check(&Grid::new([11, 1], density, mixed), true, "a box between Gaussians");
    }
}

#[test]
fn boxes_and_gaussians_in_two_dimensions() {
    let density = plane();
    for reaches in [[[2.0, 1.0], [1.0, 1.0]], [[1.0, 2.0], [2.0, 1.0]], [[3.0, 3.0], [1.0, 0.0]]] {
        let grid = Grid::new([5, 4], &density, boxes(reaches));
        assert_eq!(grid.states.len(), 19);
        check(&grid, true, &format!("{reaches:?}"));
    }
    let three = boxes([[2.0, 1.0], [1.0, 1.0], [1.0, 2.0]]);
    check(&Grid::new([5, 4], &density, three), true, "three stages");
    let covariances = [[0.8, 0.3, 0.3, 0.5], [0.4, -0.1, -0.1, 0.3]];
    let correlated = covariances.map(|covariance| Kernel::correlated_gaussian(covariance).unwrap());
    check(&Grid::new([5, 4], &density, correlated.into()), true, "correlated Gaussians");
}

/// A plain copy of the rule, to be spoilt.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Mistake {
    None,
    /// For boxes: the indicator of the second stage.
    KernelDropped,
    BackwardsAcceptance,
    PlusForMinus,
    PlainMetropolisAtLaterStages,
}

/// The acceptance probability of the last point of a path, as the recursion is printed (Mira 2001).
fn copy_with(mistake: Mistake, grid: &Grid, path: &[Point]) -> f64 {
    let last = path.len() - 1;
    let backwards: Vec<Point> = path.iter().rev().copied().collect();
    let density = |point: &Point| libm::exp(grid.value(point));
    let flow = |path: &[Point]| {
        let mut flow = density(&path[0]);
        for stage in 1..last {
            let mut part = path[..=stage].to_vec();
            if mistake == Mistake::BackwardsAcceptance && path[0] == backwards[0] {
                part.reverse();
            }
            let acceptance = copy_with(mistake, grid, &part);
            flow *= match mistake {
                Mistake::PlainMetropolisAtLaterStages => 1.0,
                Mistake::PlusForMinus => 1.0 + acceptance,
                _ => 1.0 - acceptance,
            };
            if mistake != Mistake::KernelDropped {
                flow *= libm::exp(grid.kernels[stage - 1].log_density(&path[0], &path[stage]));
            }
        }
        flow
    };
    match (flow(&backwards), flow(path)) {
        (0.0, _) => 0.0,
        (_, 0.0) => 1.0,
        (back, there) => (back / there).min(1.0),
    }
}

fn rule_with(mistake: Mistake) -> impl Fn(&Grid, &[Point]) -> Vec<f64> {
    move |grid, path| {
        (1..path.len()).map(|stage| copy_with(mistake, grid, &path[..=stage])).collect()
    }
}

#[test]
fn the_check_sees_classic_mistakes() {
    let density = line(ROUGH);
    let cases = [
        boxes([[3.0, 0.0], [2.0, 0.0]]),
        boxes([[3.0, 0.0], [2.0, 0.0], [4.0, 0.0]]),
        gaussians([1.5, 1.0]),
    ];
    for kernels in cases {
        let grid = Grid::new([11, 1], &density, kernels);
        let stages = grid.kernels.len();
        let target = grid.target();
        let right = grid.transitions(&rule_with(Mistake::None));
        assert!(moved(&target, &right) < 1e-12 && largest_imbalance(&target, &right) < 1e-14);
        let ours = grid.transitions(&ours);
        let differences = ours.iter().flatten().zip(right.iter().flatten());
        assert!(differences.map(|(a, b)| (a - b).abs()).fold(0.0, f64::max) < 1e-13);
        for mistake in [
            Mistake::KernelDropped,
            Mistake::BackwardsAcceptance,
            Mistake::PlusForMinus,
            Mistake::PlainMetropolisAtLaterStages,
        ] {
            let wrong = grid.transitions(&rule_with(mistake));
            // the right rule: below 1e-12, 1e-14 and 1e-12
            let case = format!("{mistake:?}, {stages} stages");
            assert!(moved(&target, &wrong) > 1e-3, "{case}");
            assert!(largest_imbalance(&target, &wrong) > 1e-4, "{case}");
            assert!(distance_of_stationary_law(&target, &wrong) > 1e-3, "{case}");
        }
    }
}

/// The published loop stores a point only when it is accepted: the law of the jumps.
#[test]
fn the_check_sees_that_rejections_are_not_repeated() {
    for weights in [ROUGH, FLAT, WITH_GAPS] {
        let density = line(weights);
        let grid = Grid::new([11, 1], &density, boxes([[3.0, 0.0], [1.0, 0.0]]));
        let mut jumps = grid.accepted(&ours);
        for row in &mut jumps {
            let accepted: f64 = row.iter().sum();
            row.iter_mut().for_each(|p| *p /= accepted);
        }
        assert!(distance_of_stationary_law(&grid.target(), &jumps) > 0.01);
    }
}

/// The step accepts exactly where its uniform numbers are below its probabilities, and asks for the
/// density at the last proposal only if it needs it.
#[test]
fn decisions_follow_the_probabilities() {
    let density = line(WITH_GAPS);
    let grid = Grid::new([9, 1], &density, boxes([[3.0, 0.0], [2.0, 0.0]]));
    let mut stages = [0; 3];
    for &x in &grid.states {
        for (first, _) in &grid.steps[0] {
            for (second, _) in &grid.steps[1] {
                let points = [x, [x[0] + first[0], 0.0], [x[0] + second[0], 0.0]];
                let [a1, a2] = ours(&grid, &points)[..] else { panic!("two stages") };
                for uniforms in [[0.0, 0.0], [0.999, 0.0], [0.999, 0.999], [0.3, 0.6], [0.6, 0.3]] {
                    let mut path = Path::new(2, 2);
                    for (stage, point) in points.iter().enumerate() {
                        path.point_mut(stage).copy_from_slice(point);
                    }
                    let mut evaluated = 0;
                    let Ok(transition) = delayed_rejection_step(
                        &grid.kernels,
                        &mut path,
                        grid.value(&x),
                        &uniforms,
                        |point| {
                            evaluated += 1;
                            Ok::<_, Infallible>(grid.value(point))
                        },
                    );
                    let within = (first[0] - second[0]).abs() <= 3.0;
                    let stage = match () {
                        () if uniforms[0] < a1 => 1,
                        () if uniforms[1] < a2 => 2,
                        () => 0,
                    };
                    assert_eq!(transition.stage, stage, "{points:?} {uniforms:?}");
                    assert_eq!(transition.log_density, grid.value(&points[usize::from(stage)]));
                    assert_eq!(evaluated, if stage != 1 && within { 2 } else { 1 });
                    stages[usize::from(stage)] += 1;
                }
            }
        }
    }
    assert!(stages.iter().all(|count| *count > 100), "{stages:?}");
}
