//! The best point, from many starts.
//!
//! Minimises -ln(density) by the Nelder-Mead simplex (Nelder and Mead 1965, Comput. J. 7, 308; the
//! implementation of `argmin`), restarted with a fresh simplex around its best point until a round
//! no longer gains: a collapsed simplex is the known failure of the method. It needs no gradient,
//! and bears a density that is zero in places.
//!
//! Where the support is a box, the search runs in unbounded coordinates u and evaluates the density
//! at u clamped to the box, so that an optimum on a wall is reached exactly (k = 0 comes out as 0).

use std::cell::RefCell;

use argmin::core::{CostFunction, Executor, State};
use argmin::solver::neldermead::NelderMead;
use rand::Rng;
use rayon::prelude::*;

use crate::checks::{check_dimension, check_finite};
use crate::prior::dimension_of;
use crate::slice::typical_width;
use crate::{LogDensity, McmcError, Prior, Rejections, Target, UniformBox};

/// Simplex iterations of one round, for each parameter.
const ITERATIONS: u64 = 200;
/// The most rounds from one start.
const ROUNDS: usize = 20;
/// A round that gains less than this fraction of what all rounds gained is the last.
const LEAST_GAIN: f64 = 1e-9;
/// A round ends when the standard deviation of the simplex's values is this fraction of the spread of the
/// first simplex of all, or of 1, the natural unit of a log-density, where that spreads more. The smaller
/// simplex of a later round is no reason to go further.
const SPREAD: f64 = 1e-14;
/// Rounding of a value, relative to it.
const ROUNDING: f64 = 4.0 * f64::EPSILON;
/// The edge of the first simplex, as a fraction of the box; later rounds start smaller.
const FIRST_EDGE: f64 = 0.1;

/// Where [`minimize`] starts.
#[derive(Clone, Debug)]
pub struct Starts {
    kind: Kind,
}

#[derive(Clone, Debug)]
enum Kind {
    Random(usize),
    Points(Vec<Vec<f64>>),
}

impl Starts {
    /// This many points drawn uniformly from the density's support, which must be known. Of other
    /// priors take draws as [`points`](Self::points): [`overdispersed_starts`](crate::overdispersed_starts).
    pub fn random(count: usize) -> Self {
        Self { kind: Kind::Random(count) }
    }

    /// These points.
    pub fn points<P: AsRef<[f64]>>(points: impl IntoIterator<Item = P>) -> Self {
        let points = points.into_iter().map(|point| point.as_ref().to_vec()).collect();
        Self { kind: Kind::Points(points) }
    }

    fn into_points<D: LogDensity + ?Sized, R: Rng + ?Sized>(
        self,
        density: &D,
        mut rng: &mut R,
    ) -> Result<Vec<Vec<f64>>, McmcError> {
        let names = density.names().len();
        let points = match self.kind {
            Kind::Points(points) => points,
            Kind::Random(count) => {
                let support = density.support().ok_or(McmcError::UnknownSupport)?;
                let dimension = dimension_of(&density, &support)?;
                (0..count).map(|_| support.draw(dimension, &mut rng)).collect::<Result<_, _>>()?
            }
        };
        let dimension = points.first().ok_or(McmcError::NoStart)?.len();
        for point in &points {
            check_dimension("a start", dimension, point.len())?;
            check_finite(point)?;
        }
        if names > 0 {
            check_dimension("the list of names", dimension, names)?;
        }
        if dimension == 0 { Err(McmcError::NoParameters) } else { Ok(points) }
    }
}

/// A local maximum of the density.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Optimum {
    /// The point.
    pub point: Vec<f64>,
    /// The log-density there.
    pub log_density: f64,
}

/// What [`minimize`] found. Goes wherever a point is expected, as its best one.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Minimum {
    /// The point of largest density.
    pub point: Vec<f64>,
    /// The log-density there.
    pub log_density: f64,
    /// Where each start led, the best first; the first is `point`.
    pub optima: Vec<Optimum>,
    /// The number of starts that failed because the density is zero there.
    pub failed: usize,
    /// Rejected evaluations, the failed starts among them.
    pub rejections: Rejections,
}

impl AsRef<[f64]> for Minimum {
    fn as_ref(&self) -> &[f64] {
        &self.point
    }
}

/// Finds the point of largest density: minimises -ln(density) from each start, in parallel, with the
/// same bits on any number of threads.
///
/// ```
/// use bayes_mcmc::{Posterior, Starts, UniformBox, from_fn, minimize};
/// use rand::SeedableRng;
/// use rand_pcg::Pcg64;
///
/// # fn main() -> Result<(), bayes_mcmc::McmcError> {
/// let misfit = from_fn(|x| Ok(-(x[0] - 3.0).powi(2) - (x[1] + 1.0).powi(2))).named(["a", "b"]);
/// let posterior = Posterior::new(UniformBox::new(0.0, 50.0)?, misfit);
/// let best = minimize(&posterior, Starts::random(5), &mut Pcg64::seed_from_u64(1))?;
/// assert!((best.point[0] - 3.0).abs() < 1e-4 && best.point[1] == 0.0);
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// [`McmcError::NoStartSucceeded`] if the density is zero at all starts; [`McmcError::Stopped`] and
/// [`McmcError::InfiniteDensity`] from the density, with the point; [`McmcError::UnknownSupport`] and
/// [`McmcError::UnknownDimension`] if random starts cannot be drawn; [`McmcError::NoStart`],
/// [`McmcError::Dimension`] and [`McmcError::NonFinitePoint`] for the starts.
pub fn minimize<D: LogDensity + ?Sized, R: Rng + ?Sized>(
    density: &D,
    starts: Starts,
    rng: &mut R,
) -> Result<Minimum, McmcError> {
    let points = starts.into_points(density, rng)?;
    let support = density.support();
    if let Some(support) = &support {
        support.per_component().check_dimension(points[0].len())?;
    }
    let searches: Vec<_> =
        points.par_iter().map(|start| search(density, support.as_ref(), start)).collect();
    let mut optima = Vec::new();
    let mut rejections = Rejections::default();
    for search in searches {
        let (optimum, rejected) = search?;
        optima.extend(optimum);
        rejections.merge(&rejected);
    }
    // stable: equal optima stay in the order of their starts
    optima.sort_by(|a, b| b.log_density.total_cmp(&a.log_density));
    let Some(best) = optima.first() else {
        return Err(McmcError::NoStartSucceeded { starts: points.len(), rejections });
    };
    Ok(Minimum {
        point: best.point.clone(),
        log_density: best.log_density,
        failed: points.len() - optima.len(),
        optima,
        rejections,
    })
}

/// Nelder-Mead rounds from one start; `None` if the density is zero there.
fn search<D: LogDensity + ?Sized>(
    density: &D,
    support: Option<&UniformBox>,
    start: &[f64],
) -> Result<(Option<Optimum>, Rejections), McmcError> {
    let mut target = Target::new(&density);
    let log_density = target.log_density(start)?;
    if log_density == f64::NEG_INFINITY {
        return Ok((None, target.into_rejections()));
    }
    let mut best = Optimum { point: start.to_vec(), log_density };
    let problem = RefCell::new(Problem { target, support, stopped: None });
    let spread = spread(&problem, &simplex(start, support, 0), log_density);
    for round in 0..ROUNDS {
        let before = best.log_density;
        let tolerance = (SPREAD * spread).max(f64::EPSILON * before.abs());
        let found = nelder_mead(&problem, simplex(&best.point, support, round), tolerance);
        if let Some(error) = problem.borrow_mut().stopped.take() {
            return Err(error);
        }
        if let Some((mut point, cost)) = found
            && -cost > before
        {
            clamp(&mut point, support);
            best = Optimum { point, log_density: -cost };
        }
        let gained = best.log_density - log_density;
        if best.log_density - before <= LEAST_GAIN * gained + ROUNDING * before.abs() {
            break;
        }
    }
    Ok((Some(best), problem.into_inner().target.into_rejections()))
}

/// How far the values at a simplex are from that at its first vertex, at most 1. A fraction of it is the
/// same accuracy for a misfit in any unit.
fn spread(problem: &RefCell<Problem<'_>>, simplex: &[Vec<f64>], log_density: f64) -> f64 {
    let shared = Shared(problem);
    let costs = simplex[1..].iter().filter_map(|vertex| shared.cost(vertex).ok());
    let spread = costs.map(|cost| (cost + log_density).abs()).filter(|spread| spread.is_finite());
    spread.fold(0.0, f64::max).min(1.0)
}

/// One round: the best vertex, unclamped, and its cost.
fn nelder_mead(
    problem: &RefCell<Problem<'_>>,
    simplex: Vec<Vec<f64>>,
    tolerance: f64,
) -> Option<(Vec<f64>, f64)> {
    let iterations = ITERATIONS * (simplex.len() as u64 - 1);
    let solver = NelderMead::new(simplex).with_sd_tolerance(tolerance).ok()?;
    let result = Executor::new(Shared(problem), solver)
        .configure(|state| state.max_iters(iterations))
        .timer(false)
        .run()
        .ok()?;
    let state = result.state();
    Some((state.get_best_param()?.clone(), state.get_best_cost()))
}

/// A simplex with `point` as one vertex and edges along the axes, away from the nearer wall.
fn simplex(point: &[f64], support: Option<&UniformBox>, round: usize) -> Vec<Vec<f64>> {
    let fraction = FIRST_EDGE / (1 + round) as f64;
    let mut vertices = vec![point.to_vec()];
    for (component, &x) in point.iter().enumerate() {
        let edge = match support.and_then(|support| support.bounds(component)) {
            Some((lower, upper)) if x > (lower + upper) / 2.0 => -fraction * (upper - lower),
            Some((lower, upper)) => fraction * (upper - lower),
            None => fraction * typical_width(point, None, component),
        };
        let mut vertex = point.to_vec();
        vertex[component] += edge;
        vertices.push(vertex);
    }
    vertices
}

fn clamp(point: &mut [f64], support: Option<&UniformBox>) {
    for (component, x) in point.iter_mut().enumerate() {
        if let Some((lower, upper)) = support.and_then(|support| support.bounds(component)) {
            *x = x.clamp(lower, upper);
        }
    }
}

/// The cost for `argmin`: -ln(density) at the clamped point, infinite where it was rejected.
struct Problem<'a> {
    target: Target<'a>,
    support: Option<&'a UniformBox>,
    stopped: Option<McmcError>,
}

struct Shared<'a, 'b>(&'a RefCell<Problem<'b>>);

impl CostFunction for Shared<'_, '_> {
    type Param = Vec<f64>;
    type Output = f64;

    /// Never an error: the solver would panic on one at its first simplex. After a stop the cost is
    /// infinite everywhere and the round runs out without evaluating the density.
    fn cost(&self, point: &Vec<f64>) -> Result<f64, argmin::core::Error> {
        let mut problem = self.0.borrow_mut();
        if problem.stopped.is_some() {
            return Ok(f64::INFINITY);
        }
        let mut point = point.clone();
        clamp(&mut point, problem.support);
        match problem.target.log_density(&point) {
            Ok(log_density) => Ok(-log_density),
            Err(error) => {
                problem.stopped = Some(error);
                Ok(f64::INFINITY)
            }
        }
    }
}
