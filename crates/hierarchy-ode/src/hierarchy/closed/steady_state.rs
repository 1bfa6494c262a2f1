//! Steady states by a damped Newton method, and their stability.
//!
//! Unknown are the coordinates of consistent states that what the rules conserve leaves free, so
//! that the Jacobian is regular and conserved quantities stay those of the guess; optionally a rate
//! constant too, with one concentration prescribed. Everything is measured relative to the
//! coordinates themselves down to a least one, so that a state with concentrations of 1e-20 is found
//! with the same number of digits as any other. Derivatives are central differences. A step stops
//! short of negative concentrations and is halved until the residual falls; a trial at which the
//! closure has no value is a trial that failed. Where only the largest windows move
//! ([`ClosedHierarchy::largest_windows`]), what is found is a steady state of the projected motion.

use super::closed_hierarchy::ClosedHierarchy;
use super::marginals::check_possible;
use super::search::Search;
use super::sums::Sum;
use super::system::Closing;
use crate::OdeError;

/// A step that moves nothing by more than this share is the last.
const STEP_TOLERANCE: f64 = 1e-14;
/// A step that no share of makes the residual smaller is rounding if it is not longer than this.
const LEAST_STEP: f64 = 1e-8;
const MOST_STEPS: u32 = 200;
const MOST_HALVINGS: i32 = 40;
/// Coordinates below this count as this large, where nothing else is said.
const LEAST: f64 = 1e-6;

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
    /// As a sum over the coordinates and 1.
    pub(super) cluster: &'a Sum,
    pub(super) value: f64,
}

/// A root: coordinates with 1 behind them, and rate constants.
#[derive(Clone)]
pub(super) struct Root {
    pub(super) coordinates: Vec<f64>,
    pub(super) rates: Vec<f64>,
    steps: u32,
}

impl ClosedHierarchy {
    /// A steady state near the state `guess`, with its conserved quantities; stable or not. From
    /// afar, integrate first and start from the end.
    ///
    /// ```
    /// use closures::PairFactorization;
    /// use hierarchy_ode::{ClosedHierarchy, Hierarchy, Lattice, Rule, Species};
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
    /// [`OdeError::NoSteadyState`] with what is left where the search ended,
    /// [`OdeError::ImpossibleCluster`] if it ended where a concentration is negative, those of the closure,
    /// and for the arguments [`OdeError::InvalidRate`], [`OdeError::WrongLength`] and those of
    /// [`check_state`](Self::check_state).
    pub fn steady_state(&self, rates: &[f64], guess: &[f64]) -> Result<SteadyState, OdeError> {
        self.hierarchy.check_rates(rates)?;
        self.check_state(guess)?;
        let closed = self.consistent()?;
        let root = closed.newton(rates, &closed.coordinates_of(guess), None)?;
        closed.steady(&root)
    }

    /// The same system, or the projected one where only the largest windows move.
    pub(super) fn consistent(&self) -> Result<ClosedHierarchy, OdeError> {
        match self.system.closing {
            Closing::Windows => self.closed_by(Closing::Projected),
            closing => self.closed_by(closing),
        }
    }

    /// The coordinates of a state, and 1.
    pub(super) fn coordinates_of(&self, state: &[f64]) -> Vec<f64> {
        let mut coordinates = vec![1.0; self.system.coordinates() + 1];
        self.system.write_coordinates(state, &mut coordinates);
        coordinates
    }

    /// Newton's method from `guess`, coordinates and 1.
    pub(super) fn newton(
        &self,
        rates: &[f64],
        guess: &[f64],
        pin: Option<Pin<'_>>,
    ) -> Result<Root, OdeError> {
        let least = pin.map_or(LEAST, |pin| LEAST * pin.value.min(1.0));
        let mut search = Search::new(self, rates, guess, pin, least);
        let mut residual = search.residual()?;
        let root = |search: Search<'_>, steps| {
            let (coordinates, rates) = search.into_position();
            Ok(Root { coordinates, rates, steps })
        };
        if search.size(&residual) == 0.0 {
            return root(search, 0);
        }
        for steps in 0..MOST_STEPS {
            let lost = OdeError::NoSteadyState { steps, residual: search.fastest(&residual) };
            let Some(step) = search.step(&residual)? else { return Err(lost) };
            let before = search.position();
            let size = search.size(&residual);
            let largest = search.possible_share(&step);
            let shares = (0..MOST_HALVINGS).map(|halvings| largest * 0.5_f64.powi(halvings));
            let mut better = None;
            for share in shares {
                search.advance(&before, &step, share);
                better = search.residual().ok().filter(|next| search.size_at(&before, next) < size);
                if better.is_some() {
                    break;
                }
            }
            let length = step.iter().fold(0.0_f64, |most, v| most.max(v.abs()));
            match better {
                Some(next) if length > STEP_TOLERANCE => residual = next,
                Some(_) => return root(search, steps + 1),
                // rounding is all that is left, or the search is lost
                None if length <= LEAST_STEP => {
                    search.restore(&before);
                    return root(search, steps);
                }
                None => return Err(lost),
            }
        }
        let residual = search.fastest(&residual);
        Err(OdeError::NoSteadyState { steps: MOST_STEPS, residual })
    }

    /// The state and its stability at a root.
    pub(super) fn steady(&self, root: &Root) -> Result<SteadyState, OdeError> {
        let mut concentrations = vec![0.0; self.hierarchy.equations.len()];
        self.system.write_known(&root.coordinates, &mut concentrations);
        let state = concentrations[self.hierarchy.state()].to_vec();
        check_possible(&self.hierarchy, &state, self.impossible())?;
        let mut search = Search::new(self, &root.rates, &root.coordinates, None, LEAST);
        let slope = search.residual()?;
        let residual = search.fastest(&slope);
        let eigenvalues = search.eigenvalues(&slope);
        let (rates, steps) = (root.rates.clone(), root.steps);
        Ok(SteadyState { rates, state, concentrations, eigenvalues, residual, steps })
    }
}
