//! Branches of steady states: along a rate constant, along a concentration, and to the threshold
//! where the concentration vanishes.

use super::closed_hierarchy::ClosedHierarchy;
use super::consistent::Projection;
use super::steady_state::{Pin, SteadyState};
use super::sums::Sum;
use crate::OdeError;

/// Where the values lie from which the threshold is extrapolated: multiples of the first.
const NEAR_ZERO: f64 = 1e-3;
const POINTS: u32 = 7;
/// By how much the concentration falls from one point of the way to the next.
const FALL: f64 = 0.7;

/// Where a branch of steady states ends because a concentration vanishes.
#[derive(Clone, Debug, PartialEq)]
pub struct Threshold {
    /// The rate constant there, in 1/time.
    pub rate: f64,
    /// By how much the last two orders of the extrapolation differ.
    pub error: f64,
    /// The steady states on the way, the concentration falling.
    pub branch: Vec<SteadyState>,
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
        let motions = Projection::new(self);
        let mut branch: Vec<SteadyState> = Vec::new();
        for &value in values {
            let mut rates = rates.to_vec();
            rates[free] = value;
            self.hierarchy.check_rates(&rates)?;
            let near = predicted(&branch, guess, value, |steady| steady.rates[free]);
            let found = self.newton(&motions, &rates, &near, None).or_else(|error| {
                let last = branch.last().ok_or(error)?;
                self.newton(&motions, &rates, &last.state, None)
            })?;
            branch.push(found);
        }
        Ok(branch)
    }

    /// Steady states with each of `values` as the concentration of the type `cluster`, by name,
    /// and the rate constant `rate` that has them; goes round folds, where a rate has two steady
    /// states. The first is searched near the state `guess` and `rates`.
    ///
    /// # Errors
    /// [`OdeError::UnknownRate`], [`OdeError::UnknownCluster`], and those of
    /// [`steady_state`](Self::steady_state).
    pub fn steady_states_along_cluster(
        &self,
        rates: &[f64],
        rate: &str,
        cluster: &str,
        values: &[f64],
        guess: &[f64],
    ) -> Result<Vec<SteadyState>, OdeError> {
        let free = self.rate(rate)?;
        let (_, cluster) = self.cluster(cluster)?;
        self.hierarchy.check_rates(rates)?;
        self.check_state(guess)?;
        let motions = Projection::new(self);
        let mut branch = Vec::new();
        for &value in values {
            let found = self.pinned(&motions, rates, free, cluster, value, &branch, guess)?;
            branch.push(found);
        }
        Ok(branch)
    }

    /// The value of the rate constant `rate`, by name, at which the concentration of the type
    /// `cluster`, by name, vanishes along the branch of steady states that starts near the state
    /// `guess` at `rates`: the threshold of a spreading process. The other rate constants stay.
    ///
    /// At the threshold itself closures that divide by concentrations have no derivative. So the
    /// branch is followed to small concentrations and extrapolated to 0 by polynomials.
    ///
    /// ```
    /// use hierarchy_ode::{ClosedHierarchy, Hierarchy, Lattice, PairFactorization, Rule, Species};
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
        let free = self.rate(rate)?;
        let (at, sum) = self.cluster(cluster)?;
        self.hierarchy.check_rates(rates)?;
        self.check_state(guess)?;
        let motions = Projection::new(self);
        let mut branch = vec![self.newton(&motions, rates, guess, None)?];
        let mut value = branch[0].concentrations[at];
        if value <= 2.0 * f64::from(POINTS) * NEAR_ZERO {
            return Err(OdeError::NoBranch { cluster: cluster.to_owned(), value });
        }
        let last = f64::from(POINTS) * NEAR_ZERO;
        while value * FALL > last {
            value *= FALL;
            branch.push(self.pinned(&motions, rates, free, sum, value, &branch, guess)?);
        }
        let mut table: Vec<f64> = Vec::new();
        for multiple in (1..=POINTS).rev() {
            let value = f64::from(multiple) * NEAR_ZERO;
            branch.push(self.pinned(&motions, rates, free, sum, value, &branch, guess)?);
            table.push(branch[branch.len() - 1].rates[free]);
        }
        table.reverse();
        // Neville: value i of order k is the extrapolation from points i to i + k
        let mut error = f64::INFINITY;
        for order in 1..POINTS as usize {
            let before = table[0];
            for i in 0..table.len() - order {
                let (near, far) = ((i + 1) as f64, (i + 1 + order) as f64);
                table[i] = (far * table[i] - near * table[i + 1]) / (far - near);
            }
            error = (table[0] - before).abs();
        }
        Ok(Threshold { rate: table[0], error, branch })
    }

    #[expect(clippy::too_many_arguments, reason = "one place for both kinds of branch")]
    fn pinned(
        &self,
        motions: &Projection,
        rates: &[f64],
        rate: usize,
        cluster: &Sum,
        value: f64,
        branch: &[SteadyState],
        guess: &[f64],
    ) -> Result<SteadyState, OdeError> {
        let along = |steady: &SteadyState| super::sums::value(cluster, &steady.state);
        let near = predicted(branch, guess, value, along);
        let rates = branch.last().map_or(rates, |steady| &steady.rates);
        self.newton(motions, rates, &near, Some(Pin { rate, cluster, value }))
    }

    fn rate(&self, name: &str) -> Result<usize, OdeError> {
        let rates = self.hierarchy.rates();
        rates
            .iter()
            .position(|known| known == name)
            .ok_or_else(|| OdeError::UnknownRate { name: name.to_owned(), known: rates.join(", ") })
    }

    /// The position of a type with an equation, and its sum over the state.
    fn cluster(&self, name: &str) -> Result<(usize, &Sum), OdeError> {
        let at = self.hierarchy.position_with_equation(name)?;
        let sum = self.marginals.of(&self.hierarchy.types[at].pattern);
        Ok((at, sum.expect("every type with an equation is a marginal of the state")))
    }
}

/// The line through the last two states, where it is possible; else the last one, or the guess.
fn predicted(
    branch: &[SteadyState],
    guess: &[f64],
    value: f64,
    along: impl Fn(&SteadyState) -> f64,
) -> Vec<f64> {
    let Some(last) = branch.last() else { return guess.to_vec() };
    if let [.., before, last] = branch
        && along(last) != along(before)
    {
        let share = (value - along(last)) / (along(last) - along(before));
        let line = last.state.iter().zip(&before.state).map(|(b, a)| b + share * (b - a));
        let line: Vec<f64> = line.collect();
        let possible = |(new, old): (&f64, &f64)| *new > 0.0 || *old <= 0.0;
        if line.iter().zip(&last.state).all(possible) {
            return line;
        }
    }
    last.state.clone()
}
