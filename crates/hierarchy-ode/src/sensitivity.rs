//! Forward sensitivities: d(pairs at the sample times)/dK by the variational equations.
//!
//! With y = C+-, z = (C++ - C--)/2 and the terms w of the rates (see `reactions.rs`)
//!   dy/dt = -(k1 w1 + .. + k8 w8),  dz/dt = k1 w1 + .. + k4 w4 - k5 w5 - .. - k8 w8
//! (dz/dt = 0 in the conserving system), and the sensitivities s = d(y, z)/dk_i obey the linear
//! equations ds/dt = (d(dy/dt, dz/dt)/d(y, z)) s + (-w_i, +-w_i), s = 0 at the start. They are
//! integrated with the trajectory by the Dormand-Prince method 5(4) at tolerances of 1e-11,
//! whatever those of the model are, with time in units of the duration: the sensitivities have a
//! unit of time, in which tolerances would otherwise be.
//! Sources: variational equations: Hairer, Norsett, Wanner, Solving Ordinary Differential
//! Equations I (1993), section I.14; the method: the same, section II.5.

use crate::integration::{check_times, integrate};
use crate::motion::Motion;
use crate::path::Path;
use crate::reactions::{slopes, terms};
use crate::{ClosedModel, OdeError, RateConstants};
use closures::Closure;
use cluster_stats::PairConcentrations;
use numerics::Stop;

/// Length of a state: y, z, then dy/dk_i and dz/dk_i for each rate.
const STATE: usize = 18;
const RTOL: f64 = 1e-11;
const ATOL: f64 = 1e-14;

/// How the pairs at some times depend on the eight rates.
#[derive(Clone, Debug, PartialEq)]
pub struct Sensitivities {
    times: Vec<f64>,
    pairs: Vec<PairConcentrations>,
    matrix: Vec<[f64; 8]>,
}

impl Sensitivities {
    /// The times, strictly increasing.
    pub fn times(&self) -> &[f64] {
        &self.times
    }

    /// The pairs (ordered) at each of the times.
    pub fn pairs(&self) -> &[PairConcentrations] {
        &self.pairs
    }

    /// d(output)/dK: three rows a time, in order of time, C++, C--, C+- of each; columns k1..k8; in
    /// units of time. Relative accuracy about 1e-9 of the largest entry of a column.
    pub fn matrix(&self) -> &[[f64; 8]] {
        &self.matrix
    }

    /// The matrix with the three rows of each time multiplied by the root of the time's weight.
    ///
    /// # Errors
    /// [`OdeError::InvalidValue`] for a weight that is negative or not finite, or too few weights.
    pub fn weighted(&self, weights: &[f64]) -> Result<Vec<[f64; 8]>, OdeError> {
        if weights.len() != self.times.len() {
            let (value, allowed) = (weights.len() as f64, "as many as there are times");
            return Err(OdeError::InvalidValue { name: "number of weights", value, allowed });
        }
        let mut rows = Vec::with_capacity(self.matrix.len());
        for (three, &weight) in self.matrix.chunks_exact(3).zip(weights) {
            let root = OdeError::check_positive("weight", weight, true)?.sqrt();
            rows.extend(three.iter().map(|row| row.map(|entry| root * entry)));
        }
        Ok(rows)
    }
}

impl<C: Closure> ClosedModel<C> {
    /// The pairs at `times` and their derivatives by the rates, with `initial` (ordered) at the
    /// first of the times, where all derivatives are 0.
    ///
    /// Right to about 1e-9, whatever the model's tolerances are, for closures that are smooth
    /// along the trajectory: by variational equations, not by differences of trajectories.
    ///
    /// ```
    /// use closures::SparseApproximation;
    /// use cluster_stats::PairConcentrations;
    /// use hierarchy_ode::{ClosedModel, RateConstants};
    /// let model = ClosedModel::conserving(SparseApproximation);
    /// let rates = RateConstants::from_array([0.1; 8])?;
    /// let start = PairConcentrations::random_lattice(0.5);
    /// let at = model.sensitivities(&rates, start, &[0.0, 2.0])?;
    /// // C+- = C+-(0) exp(-2 alpha t), and 2 alpha falls by 2 with each unit of k3
    /// let unlike = at.matrix()[5];
    /// assert!((unlike[2] - 2.0 * 2.0 * 0.25).abs() < 1e-9);
    /// # Ok::<(), hierarchy_ode::OdeError>(())
    /// ```
    ///
    /// # Errors
    /// As [`solve`](Self::solve), and [`OdeError::NotDifferentiable`] where the closure has no
    /// derivative on the trajectory.
    pub fn sensitivities(
        &self,
        rates: &RateConstants,
        initial: PairConcentrations,
        times: &[f64],
    ) -> Result<Sensitivities, OdeError> {
        let start = times.first().copied().ok_or(OdeError::NoTimes)?;
        check_times(start, times)?;
        let initial = self.possible(&initial)?;
        // the walls of the possible region, and typed errors for what cannot be followed
        integrate(self, rates, start, initial, times, |_, _| {})?;
        let mut found = Sensitivities {
            times: times.to_vec(),
            pairs: Vec::with_capacity(times.len()),
            matrix: Vec::with_capacity(3 * times.len()),
        };
        let duration = times[times.len() - 1] - start;
        let mut push = |state: &[f64]| {
            found.pairs.push(pairs(&initial, state));
            let by_rate =
                |from: usize| -> [f64; 8] { std::array::from_fn(|i| duration * state[from + i]) };
            let [y, z] = [2, 10].map(by_rate);
            found.matrix.push(std::array::from_fn(|i| z[i] - y[i]));
            found.matrix.push(std::array::from_fn(|i| 0.0 - z[i] - y[i]));
            found.matrix.push(y);
        };
        let mut state = vec![0.0; STATE];
        state[0] = initial.plus_minus;
        if duration == 0.0 {
            push(&state);
            return Ok(found);
        }
        let per_duration = rates.as_array().map(|k| k * duration);
        let equations = Variational { model: self, rates: &per_duration, initial };
        let limit = self.step_limit.unwrap_or(0).max(10_000);
        let mut path = Path::new(equations, 1.0, state.clone(), (RTOL, ATOL), limit)?;
        let mut index = 0;
        while index < times.len() {
            path.step().map_err(|stop| {
                let time = start + duration * path.control.time;
                match (stop, path.failure.take()) {
                    (Stop::StepUnderflow, Some(source)) => source,
                    (Stop::StepUnderflow, None) => OdeError::StepUnderflow { time },
                    (Stop::TooManySteps, _) => OdeError::TooManySteps { time, steps: limit },
                }
            })?;
            while index < times.len() && (times[index] - start) / duration <= path.control.time {
                path.state_at((times[index] - start) / duration, &mut state);
                push(&state);
                index += 1;
            }
        }
        Ok(found)
    }
}

/// The pairs that y and z mean: those of the start, moved.
fn pairs(initial: &PairConcentrations, state: &[f64]) -> PairConcentrations {
    let (y, z) = (state[0] - initial.plus_minus, state[1]);
    PairConcentrations {
        plus_plus: initial.plus_plus - y + z,
        minus_minus: initial.minus_minus - y - z,
        plus_minus: state[0],
    }
}

struct Variational<'a, C> {
    model: &'a ClosedModel<C>,
    rates: &'a [f64; 8],
    initial: PairConcentrations,
}

impl<C: Closure> Motion for Variational<'_, C> {
    fn slope(&mut self, state: &[f64], slope: &mut [f64]) -> Result<(), OdeError> {
        let seen = pairs(&self.initial, state).to_array().map(|c| c.max(0.0));
        let seen = PairConcentrations::from_array(seen);
        let closure = self.model.closure();
        let (Ok(terms), Some([by_y, by_z])) = (terms(closure, &seen), slopes(closure, &seen))
        else {
            return Err(OdeError::NotDifferentiable { pairs: seen });
        };
        let free = if self.model.conserves_composition() { 0.0 } else { 1.0 };
        // dy/dt and dz/dt of any eight terms
        let motion = |terms: &[f64; 8]| {
            let part =
                |from: usize| -> f64 { (from..from + 4).map(|i| self.rates[i] * terms[i]).sum() };
            let (plus, minus) = (part(0), part(4));
            [-(plus + minus), free * (plus - minus)]
        };
        let (speed, by_y, by_z) = (motion(&terms), motion(&by_y), motion(&by_z));
        (slope[0], slope[1]) = (speed[0], speed[1]);
        for i in 0..8 {
            let (y, z) = (state[2 + i], state[10 + i]);
            let sign = if i < 4 { free } else { -free };
            slope[2 + i] = by_y[0] * y + by_z[0] * z - terms[i];
            slope[10 + i] = by_y[1] * y + by_z[1] * z + sign * terms[i];
        }
        Ok(())
    }
}
