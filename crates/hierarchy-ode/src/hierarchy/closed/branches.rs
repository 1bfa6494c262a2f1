//! Branches of steady states: along a rate constant, along a concentration, and to the threshold
//! where the concentration vanishes.

use super::closed_hierarchy::ClosedHierarchy;
use super::limit::{Approach, Limit};
use super::steady_state::{Pin, Root, SteadyState};
use super::sums::{Sum, value};
use crate::OdeError;

/// By how much the concentration falls from one point of the branch to the next, down to here.
const FALL: f64 = 0.7;
const BRANCH_END: f64 = 1e-3;
/// By how much it falls below that, and how far at the most.
const FAR_FALL: f64 = 0.1;
const LOWEST: f64 = 1e-30;
/// The least number of concentrations below the branch's end from which a threshold is told.
const LEAST_POINTS: usize = 5;
/// A root is taken for one of another branch where the logarithm of a coordinate or of the rate
/// constant differs from what the last roots let expect by more than this, times the step in that of
/// the concentration, and a little.
const FAR: f64 = 0.2;
const NEAR: f64 = 0.02;
/// How often the way from one point to the next is cut in two before the search is given up.
const MOST_CUTS: u32 = 8;
/// By how much, and how often, the rate constant is lowered in the search for a branch that leads
/// down.
const LOWER: f64 = 0.8;
const MOST_LOWER: i32 = 24;
/// How long the system runs, in units of the slowest rate constant, if no steady state is near.
const RELAXATIONS: f64 = 100.0;

/// Where a branch of steady states ends because a concentration vanishes.
#[derive(Clone, Debug, PartialEq)]
pub struct Threshold {
    /// The rate constant there, in 1/time.
    pub rate: f64,
    /// A bound of the error of `rate`, in 1/time: ten times the least change of the extrapolation
    /// from one concentration to the next, and rounding.
    pub error: f64,
    /// The power p with which the branch arrives, rate = threshold + a C^p for a small concentration
    /// C; `None` where it cannot be told. Maximum entropy has 1/3 with pairs on lattices
    /// with triangles, many closures 1/2 or 1.
    pub power: Option<f64>,
    /// Steady states on the way, the concentration falling to about 1e-3.
    pub branch: Vec<SteadyState>,
    /// The concentrations below that at which the branch was followed further, and the rate constants.
    pub approach: Vec<(f64, f64)>,
}

impl ClosedHierarchy {
    /// Steady states at each of `values` of the rate constant `rate`, by name, the others as in
    /// `rates`; the first near the state `guess`, each further one near what the last two predict.
    ///
    /// # Errors
    /// [`OdeError::UnknownRate`], [`OdeError::InvalidRate`] and those of
    /// [`steady_state`](Self::steady_state).
    pub fn steady_states_along_rate(
        &self,
        rates: &[f64],
        rate: &str,
        values: &[f64],
        guess: &[f64],
    ) -> Result<Vec<SteadyState>, OdeError> {
        let free = self.rate(rate)?;
        self.hierarchy.check_rates(rates)?;
        self.check_state(guess)?;
        let closed = self.consistent()?;
        let mut roots: Vec<Root> = Vec::new();
        for &value in values {
            let mut rates = rates.to_vec();
            rates[free] = value;
            closed.hierarchy.check_rates(&rates)?;
            let near = match &roots[..] {
                [] => closed.coordinates_of(guess),
                roots => line(roots, value, |root| root.rates[free]),
            };
            let found = closed.newton(&rates, &near, None).or_else(|error| {
                let last = roots.last().ok_or(error)?;
                closed.newton(&rates, &last.coordinates, None)
            })?;
            roots.push(found);
        }
        roots.iter().map(|root| closed.steady(root)).collect()
    }

    /// Steady states with each of `values` as the concentration of the type `cluster`, by name,
    /// and the rate constant `rate` that has them; goes round folds, where a rate has two steady
    /// states. The first is searched near the state `guess` and `rates`.
    ///
    /// # Errors
    /// [`OdeError::UnknownRate`], [`OdeError::Stats`] for a name of no type, and those of
    /// [`steady_state`](Self::steady_state).
    pub fn steady_states_along_cluster(
        &self,
        rates: &[f64],
        rate: &str,
        cluster: &str,
        values: &[f64],
        guess: &[f64],
    ) -> Result<Vec<SteadyState>, OdeError> {
        let closed = self.consistent()?;
        let mut follow = closed.follow(rates, rate, cluster, guess)?;
        for &value in values {
            follow.to(value)?;
        }
        follow.roots.iter().map(|root| closed.steady(root)).collect()
    }

    /// The value of the rate constant `rate`, by name, at which the concentration of the type
    /// `cluster`, by name, vanishes along the branch of steady states that starts near the state
    /// `guess` at `rates`: the threshold of a spreading process. The other rate constants stay.
    ///
    /// At the threshold itself closures that divide by concentrations have no derivative, and near
    /// it the rate constant is in general no analytic function of the concentration C: it arrives
    /// with a power of C, such as 1/3 or 1/2, that depends on the closure. So the branch is followed
    /// down by factors of ten, to 1e-30 if need be, until the rate constant no longer changes or its
    /// extrapolation by the power that its differences show (Aitken) no longer does.
    ///
    /// ```
    /// use closures::PairFactorization;
    /// use hierarchy_ode::{ClosedHierarchy, Hierarchy, Lattice, Rule, Species};
    /// let rules = [Rule::change_beside("0", "1", "1").rate("lambda"), Rule::change("1", "0")];
    /// let species = Species::new(&["0", "1"])?;
    /// let hierarchy = Hierarchy::derive(Lattice::square(), species, &rules, 2)?;
    /// let closed = ClosedHierarchy::new(hierarchy, PairFactorization)?;
    /// let active = closed.random_start(&[0.3, 0.7])?;
    /// let threshold = closed.threshold(&[1.0, 1.0], "lambda", "C1", &active)?;
    /// assert!((threshold.rate - 1.0 / 3.0).abs() < 1e-9);
    /// # Ok::<(), hierarchy_ode::OdeError>(())
    /// ```
    ///
    /// # Errors
    /// As [`steady_states_along_cluster`](Self::steady_states_along_cluster).
    pub fn threshold(
        &self,
        rates: &[f64],
        rate: &str,
        cluster: &str,
        guess: &[f64],
    ) -> Result<Threshold, OdeError> {
        let closed = self.consistent()?;
        let mut follow = closed.follow(rates, rate, cluster, guess)?;
        let free = follow.free;
        let first = closed.newton(rates, &closed.coordinates_of(guess), None);
        let mut found = first.and_then(|root| follow.down(cluster, root));
        // from far above the threshold the way down may fail where from nearer it does not
        for lower in 0..MOST_LOWER {
            if found.is_ok() {
                break;
            }
            let mut rates = rates.to_vec();
            rates[free] *= LOWER.powi(lower);
            if let Ok(root) = closed.relaxed(&rates, guess) {
                let again = follow.down(cluster, root);
                // that a branch is impossible says more than that none was found
                if matches!(again, Ok(_) | Err(OdeError::ImpossibleCluster { .. })) {
                    found = again;
                }
            }
        }
        found
    }

    /// A steady state near where the motion from the guess leads.
    fn relaxed(&self, rates: &[f64], guess: &[f64]) -> Result<Root, OdeError> {
        let moving = rates.iter().filter(|rate| **rate > 0.0);
        let slowest = moving.fold(f64::INFINITY, |least, rate| least.min(*rate));
        let path = self.solve(rates, guess, &[0.0, RELAXATIONS / slowest])?;
        self.newton(rates, &self.coordinates_of(&path.last_state(self)), None)
    }

    fn follow<'a>(
        &'a self,
        rates: &[f64],
        rate: &str,
        cluster: &str,
        guess: &[f64],
    ) -> Result<Follow<'a>, OdeError> {
        let free = self.rate(rate)?;
        let cluster = self.cluster(cluster)?.clone();
        self.hierarchy.check_rates(rates)?;
        self.check_state(guess)?;
        let guess = self.coordinates_of(guess);
        Ok(Follow { closed: self, free, cluster, rates: rates.to_vec(), guess, roots: Vec::new() })
    }

    fn rate(&self, name: &str) -> Result<usize, OdeError> {
        let rates = self.hierarchy.rates();
        rates
            .iter()
            .position(|known| known == name)
            .ok_or_else(|| OdeError::UnknownRate { name: name.to_owned(), known: rates.join(", ") })
    }

    /// A type with an equation, as a sum over the coordinates and 1.
    fn cluster(&self, name: &str) -> Result<&Sum, OdeError> {
        Ok(self.system.known_sum(self.hierarchy.position_with_equation(name)?))
    }
}

/// A branch that is followed along a concentration.
struct Follow<'a> {
    closed: &'a ClosedHierarchy,
    /// The rate constant that follows from the concentration.
    free: usize,
    cluster: Sum,
    rates: Vec<f64>,
    guess: Vec<f64>,
    roots: Vec<Root>,
}

impl Follow<'_> {
    /// The rate constant of the last root.
    fn rate(&self) -> f64 {
        self.roots.last().map_or(f64::NAN, |root| root.rates[self.free])
    }

    /// The threshold, down from this root.
    fn down(&mut self, cluster: &str, first: Root) -> Result<Threshold, OdeError> {
        let mut density = value(&self.cluster, &first.coordinates);
        if density <= BRANCH_END {
            return Err(OdeError::NoBranch { cluster: cluster.to_owned(), value: density });
        }
        self.roots = vec![first];
        while density * FALL > BRANCH_END {
            density *= FALL;
            self.to(density)?;
        }
        let branch = self.roots.clone();
        let (mut limit, mut approach) = (Limit::default(), Vec::new());
        density = BRANCH_END;
        while density >= LOWEST {
            // below some concentration rounding may hide the branch: the error says how far it got
            if let Err(error) = self.to(density) {
                if approach.len() < LEAST_POINTS {
                    return Err(error);
                }
                break;
            }
            approach.push((density, self.rate()));
            if limit.add(self.rate()) {
                break;
            }
            density *= FAR_FALL;
        }
        let Approach { limit: rate, error, ratio } = limit.best();
        let power = ratio.map(|ratio| libm::log(ratio) / libm::log(FAR_FALL));
        let branch = branch.iter().map(|root| self.closed.steady(root));
        let branch = branch.collect::<Result<Vec<SteadyState>, OdeError>>()?;
        Ok(Threshold { rate, error, power, branch, approach })
    }

    /// Adds the root with this concentration; where it is too far, after some between.
    fn to(&mut self, density: f64) -> Result<(), OdeError> {
        let mut ways = vec![density];
        let mut between = self.roots.clone();
        let mut cuts = 0;
        while let Some(&next) = ways.last() {
            let along = |root: &Root| value(&self.cluster, &root.coordinates);
            let (near, rates) = match &between[..] {
                [] => (self.guess.clone(), self.rates.clone()),
                roots => predicted(roots, next, self.free, along),
            };
            let pin = Pin { rate: self.free, cluster: &self.cluster, value: next };
            let last = between.last().cloned();
            let mut found = self.closed.newton(&rates, &near, Some(pin)).or_else(|error| {
                let last = last.as_ref().ok_or(error)?;
                self.closed.newton(&last.rates, &last.coordinates, Some(pin))
            });
            if let (Ok(root), Some(last)) = (&found, &last)
                && between.len() > 1
                && let step = libm::log(next / along(last)).abs()
                && (is_elsewhere(&root.coordinates, &near, step)
                    || is_elsewhere(&[root.rates[self.free]], &[rates[self.free]], step))
            {
                found = Err(OdeError::BranchLost { concentration: next });
            }
            match (found, last) {
                (Ok(root), _) => {
                    between.push(root);
                    ways.pop();
                }
                (Err(error), last) => {
                    cuts += 1;
                    let Some(last) = last.filter(|_| cuts <= MOST_CUTS) else { return Err(error) };
                    ways.push((along(&last) * next).sqrt());
                }
            }
        }
        self.roots.extend(between.pop());
        Ok(())
    }
}

/// Whether a root is so far from where it was expected, after a step in the logarithm of the
/// concentration, that it may be on another branch.
fn is_elsewhere(found: &[f64], expected: &[f64], step: f64) -> bool {
    let far = |(found, expected): (&f64, &f64)| {
        *found > 0.0 && *expected > 0.0 && libm::log(found / expected).abs() > FAR * step + NEAR
    };
    found.iter().zip(expected).any(far)
}

/// The state and rate constants at `next` by the powers of the concentration that the last two
/// roots show, which hold over decades near a threshold; a straight line far from it.
fn predicted(
    roots: &[Root],
    next: f64,
    free: usize,
    along: impl Fn(&Root) -> f64,
) -> (Vec<f64>, Vec<f64>) {
    let [.., before, last] = roots else {
        return (roots[0].coordinates.clone(), roots[0].rates.clone());
    };
    let (from, to) = (along(before), along(last));
    let share = (libm::log(next) - libm::log(to)) / (libm::log(to) - libm::log(from));
    let power = |old: f64, new: f64| match new / old {
        ratio if share.is_finite() && ratio > 0.0 => new * libm::pow(ratio, share),
        _ => new,
    };
    let mut coordinates: Vec<f64> =
        before.coordinates.iter().zip(&last.coordinates).map(|(a, b)| power(*a, *b)).collect();
    if next > 0.1 * to {
        coordinates = line(roots, next, along);
    }
    let mut rates = last.rates.clone();
    rates[free] = power(before.rates[free], last.rates[free]);
    (coordinates, rates)
}

/// The line through the last two roots, where it stays positive; else the last one.
fn line(roots: &[Root], next: f64, along: impl Fn(&Root) -> f64) -> Vec<f64> {
    let last = &roots[roots.len() - 1];
    if let [.., before, last] = roots
        && along(last) != along(before)
    {
        let share = (next - along(last)) / (along(last) - along(before));
        let both = last.coordinates.iter().zip(&before.coordinates);
        let line: Vec<f64> = both.map(|(b, a)| b + share * (b - a)).collect();
        let possible = |(new, old): (&f64, &f64)| *new > 0.0 || *old <= 0.0;
        if line.iter().zip(&last.coordinates).all(possible) {
            return line;
        }
    }
    last.coordinates.clone()
}
