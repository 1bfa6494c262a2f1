//! Steady states by a damped Newton method, and their stability.
//!
//! Unknown are coordinates of the motions that keep marginals and conserved quantities, so that the
//! Jacobian is regular and conserved quantities stay those of the guess; optionally a rate constant
//! too, with one concentration prescribed. Derivatives are central differences. A step stops short
//! of negative concentrations and is halved until the residual falls. Where the closure does not
//! keep its marginals, what is found is a steady state of the projected motion
//! ([`ClosedHierarchy::conserving`]).

use super::closed_hierarchy::{ClosedHierarchy, Workspace};
use super::consistent::Projection;
use super::sums::{Sum, value};
use crate::OdeError;
use nalgebra::{DMatrix, DVector};

/// Half the distance of the central differences, a concentration or a rate constant: this share of
/// the smallest concentration, but within these bounds.
const DIFFERENCE: f64 = 1e-3;
const DIFFERENCES: [f64; 2] = [1e-9, 1e-6];
/// A step that moves nothing by more than this is the last.
const STEP_TOLERANCE: f64 = 1e-13;
/// A step that no share of makes the residual smaller is rounding if it is not longer than this.
const LEAST_STEP: f64 = 1e-9;
const MOST_STEPS: u32 = 200;
const MOST_HALVINGS: i32 = 40;
/// How much of the way to a wall a step may go.
const TO_THE_WALL: f64 = 0.9;
/// Differences that disagree by more than this share of the Jacobian: no derivative.
const KINK: f64 = 1e-2;

/// A steady state of a closed hierarchy and how deviations from it grow.
#[derive(Clone, Debug, PartialEq)]
pub struct SteadyState {
    /// The rate constants, in the order of [`Hierarchy::rates`](crate::Hierarchy::rates).
    pub rates: Vec<f64>,
    /// The concentrations of the state, per embedding.
    pub state: Vec<f64>,
    /// The concentrations of all types with an equation, smaller ones as marginals.
    pub concentrations: Vec<f64>,
    /// Eigenvalues of the Jacobian on the motions that keep marginals and conserved quantities, in
    /// 1/time, as (real, imaginary), largest real part first. `None` where the closure has no
    /// derivative, as pair closures at a state without one of the species.
    pub eigenvalues: Option<Vec<(f64, f64)>>,
    /// The largest |dC/dt| left, in 1/time.
    pub residual: f64,
    /// Newton steps.
    pub steps: u32,
}

impl SteadyState {
    /// The largest real part of the eigenvalues: how fast the worst deviation grows, in 1/time.
    pub fn growth_rate(&self) -> Option<f64> {
        let first = self.eigenvalues.as_ref()?.first();
        Some(first.map_or(f64::NEG_INFINITY, |(real, _)| *real))
    }

    /// Whether all deviations that keep the conserved quantities decay.
    pub fn is_stable(&self) -> Option<bool> {
        self.growth_rate().map(|rate| rate < 0.0)
    }
}

/// A rate constant that is unknown, and the concentration that is prescribed in its place.
#[derive(Clone, Copy)]
pub(super) struct Pin<'a> {
    pub(super) rate: usize,
    pub(super) cluster: &'a Sum,
    pub(super) value: f64,
}

impl ClosedHierarchy {
    /// A steady state near the state `guess`, with its conserved quantities; stable or not. From
    /// afar, integrate first and start from the end.
    ///
    /// ```
    /// use hierarchy_ode::{ClosedHierarchy, Hierarchy, Lattice, PairFactorization, Rule, Species};
    /// let rules = [Rule::change_beside("0", "1", "1").rate("lambda"), Rule::change("1", "0")];
    /// let species = Species::new(&["0", "1"])?;
    /// let hierarchy = Hierarchy::derive(Lattice::square(), species, &rules, 2)?;
    /// let closed = ClosedHierarchy::new(hierarchy, PairFactorization)?;
    /// let steady = closed.steady_state(&[1.0, 1.0], &closed.random_start(&[0.3, 0.7])?)?;
    /// assert!((steady.concentrations[1] - 8.0 / 11.0).abs() < 1e-12); // C1
    /// assert_eq!(steady.is_stable(), Some(true));
    /// # Ok::<(), hierarchy_ode::OdeError>(())
    /// ```
    ///
    /// # Errors
    /// [`OdeError::NoSteadyState`] with what is left where the search ended, those of the closure,
    /// and for the arguments [`OdeError::InvalidRate`], [`OdeError::WrongLength`] and those of
    /// [`check_state`](Self::check_state).
    pub fn steady_state(&self, rates: &[f64], guess: &[f64]) -> Result<SteadyState, OdeError> {
        self.hierarchy.check_rates(rates)?;
        self.check_state(guess)?;
        self.newton(&Projection::new(self), rates, guess, None)
    }

    pub(super) fn newton(
        &self,
        motions: &Projection,
        rates: &[f64],
        guess: &[f64],
        pin: Option<Pin<'_>>,
    ) -> Result<SteadyState, OdeError> {
        let mut search = Search::new(self, motions, rates, guess, pin);
        let size = |residual: &DVector<f64>| residual.amax();
        let mut residual = search.residual()?;
        if size(&residual) == 0.0 {
            return search.finish(0);
        }
        for steps in 0..MOST_STEPS {
            let step = search.jacobian(&residual)?.lu().solve(&-&residual);
            let Some(step) = step.filter(|step| step.iter().all(|v| v.is_finite())) else {
                return Err(OdeError::NoSteadyState { steps, residual: size(&residual) });
            };
            let before = search.clone_position();
            let largest = search.possible_share(&step);
            let shares = (0..MOST_HALVINGS).map(|halvings| largest * 0.5_f64.powi(halvings));
            let mut better = None;
            for share in shares {
                search.advance(&before, &step, share);
                better = search.residual().ok().filter(|next| size(next) < size(&residual));
                if better.is_some() {
                    break;
                }
            }
            let small = step.amax() <= STEP_TOLERANCE;
            match better {
                Some(next) if !small => residual = next,
                Some(_) => return search.finish(steps + 1),
                // rounding is all that is left, or the search is lost
                None if step.amax() <= LEAST_STEP => {
                    search.restore(&before.0, &before.1);
                    return search.finish(steps);
                }
                None => return Err(OdeError::NoSteadyState { steps, residual: size(&residual) }),
            }
        }
        Err(OdeError::NoSteadyState { steps: MOST_STEPS, residual: size(&residual) })
    }
}

struct Search<'a> {
    closed: &'a ClosedHierarchy,
    motions: &'a Projection,
    pin: Option<Pin<'a>>,
    rates: Vec<f64>,
    state: Vec<f64>,
    work: Workspace,
}

impl<'a> Search<'a> {
    fn new(
        closed: &'a ClosedHierarchy,
        motions: &'a Projection,
        rates: &[f64],
        guess: &[f64],
        pin: Option<Pin<'a>>,
    ) -> Search<'a> {
        let work = closed.workspace(rates);
        Search { closed, motions, pin, rates: rates.to_vec(), state: guess.to_vec(), work }
    }

    /// dC/dt in coordinates, then what the prescribed concentration is off by.
    fn residual(&mut self) -> Result<DVector<f64>, OdeError> {
        let mut slope = vec![0.0; self.state.len()];
        self.closed.slope(&mut self.work, &self.state, &mut slope)?;
        let mut residual = self.motions.coordinates(&slope);
        if let Some(pin) = self.pin {
            let off = value(pin.cluster, &self.state) - pin.value;
            residual = residual.push(off);
        }
        Ok(residual)
    }

    /// Moves by a multiple of one unknown.
    fn shift(&mut self, unknown: usize, by: f64) {
        if unknown < self.motions.dimension() {
            let direction = self.motions.direction(unknown);
            self.state.iter_mut().zip(direction).for_each(|(c, d)| *c += by * d);
        } else if let Some(pin) = self.pin {
            self.rates[pin.rate] += by;
            self.work = self.closed.workspace(&self.rates);
        }
    }

    fn jacobian(&mut self, at: &DVector<f64>) -> Result<DMatrix<f64>, OdeError> {
        let mut jacobian = DMatrix::zeros(at.len(), at.len());
        let (state, rates) = self.clone_position();
        let by = self.difference();
        for unknown in 0..at.len() {
            self.shift(unknown, by);
            let above = self.residual();
            self.restore(&state, &rates);
            self.shift(unknown, -by);
            let below = self.residual();
            self.restore(&state, &rates);
            jacobian.set_column(unknown, &((above? - below?) / (2.0 * by)));
        }
        Ok(jacobian)
    }

    fn difference(&self) -> f64 {
        let smallest = self.state.iter().filter(|c| **c > 0.0).fold(1.0, |a: f64, b| a.min(*b));
        (DIFFERENCE * smallest).clamp(DIFFERENCES[0], DIFFERENCES[1])
    }

    fn clone_position(&self) -> (Vec<f64>, Vec<f64>) {
        (self.state.clone(), self.rates.clone())
    }

    fn restore(&mut self, state: &[f64], rates: &[f64]) {
        self.state.copy_from_slice(state);
        if self.rates != rates {
            self.rates.copy_from_slice(rates);
            self.work = self.closed.workspace(rates);
        }
    }

    fn advance(&mut self, (state, rates): &(Vec<f64>, Vec<f64>), step: &DVector<f64>, share: f64) {
        self.restore(state, rates);
        for (unknown, by) in step.iter().enumerate() {
            self.shift(unknown, share * by);
        }
    }

    /// How much of a step, at most all, keeps concentrations and the rate from becoming negative.
    fn possible_share(&self, step: &DVector<f64>) -> f64 {
        let mut motion = vec![0.0; self.state.len()];
        for (unknown, by) in step.iter().enumerate().take(self.motions.dimension()) {
            let direction = self.motions.direction(unknown);
            motion.iter_mut().zip(direction).for_each(|(sum, d)| *sum += by * d);
        }
        let mut share = 1.0_f64;
        let mut limit = |value: f64, change: f64| {
            if value > 0.0 && value + change < 0.0 {
                share = share.min(TO_THE_WALL * value / -change);
            }
        };
        for (&c, change) in self.state.iter().zip(motion) {
            limit(c, change);
        }
        if let Some(pin) = self.pin {
            limit(self.rates[pin.rate], step[self.motions.dimension()]);
        }
        share
    }

    fn finish(mut self, steps: u32) -> Result<SteadyState, OdeError> {
        let mut slope = vec![0.0; self.state.len()];
        self.closed.slope(&mut self.work, &self.state, &mut slope)?;
        let coordinates = self.motions.coordinates(&slope);
        self.pin = None;
        let eigenvalues = self.eigenvalues(&coordinates);
        let concentrations = self.closed.concentrations(&self.state)?;
        let residual = coordinates.amax();
        let Search { rates, state, .. } = self;
        Ok(SteadyState { rates, state, concentrations, eigenvalues, residual, steps })
    }

    /// `None` where the motion is not linear around the state: one-sided differences in mixed
    /// directions disagree with the Jacobian.
    fn eigenvalues(&mut self, at: &DVector<f64>) -> Option<Vec<(f64, f64)>> {
        let jacobian = self.jacobian(at).ok()?;
        let position = self.clone_position();
        for (sign, period) in [(1.0, 2), (-1.0, 2), (1.0, 3), (-1.0, 3)] {
            let mixed = |unknown: usize, _| sign / (1.0 + (unknown % period) as f64);
            let direction = DVector::from_fn(at.len(), mixed);
            let by = self.difference();
            self.advance(&position, &direction, by);
            let there = self.residual();
            self.restore(&position.0, &position.1);
            let one_sided = (there.ok()? - at) / by;
            if (one_sided - &jacobian * direction).amax() > KINK * jacobian.amax() {
                return None;
            }
        }
        let values = jacobian.complex_eigenvalues();
        let mut values: Vec<(f64, f64)> = values.iter().map(|value| (value.re, value.im)).collect();
        values.sort_by(|one, other| other.0.total_cmp(&one.0).then(other.1.total_cmp(&one.1)));
        Some(values)
    }
}
