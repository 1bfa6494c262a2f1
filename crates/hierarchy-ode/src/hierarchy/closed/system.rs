//! The right-hand side of a closed hierarchy: from the state to coordinates, to all concentrations
//! that the equations show, through the closure, and back.

use super::super::Hierarchy;
use super::super::Pattern;
use super::super::equations::Term;
use super::consistent::{Motions, Projection};
use super::marginals::Marginals;
use super::moments::Moments;
use super::sums::{Beside, Sum, Sums};
use crate::OdeError;
use closures::{ClosureError, PreparedClosure};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Which equations a closed hierarchy integrates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Closing {
    /// Smaller clusters by their own equations, which are exact where no closure enters them.
    Exact,
    /// The largest windows, projected orthogonally on consistent motions.
    Projected,
    /// The largest windows alone.
    Windows,
}

/// The system of one way to close a hierarchy. Coordinates are moments, or the state itself where
/// the largest windows move alone.
#[derive(Clone)]
pub(super) struct System {
    pub(super) closing: Closing,
    closure: Arc<dyn PreparedClosure>,
    /// The coordinates as sums over the state.
    from_state: Sums,
    /// All types with an equation as sums over the coordinates and, behind them, 1.
    known: Sums,
    /// The same one by one.
    known_sums: Vec<Sum>,
    /// The parts that the closure asked for, likewise.
    parts: Sums,
    /// The types of the state, likewise: how the state moves with the coordinates.
    pub(super) spread: Vec<Sum>,
    spread_sums: Sums,
    /// Of the coordinates, or of the state where that is projected; over all types.
    equations: Sums,
    /// The rate constant of each of their terms, laid out beside it.
    rate_of: Beside<u32>,
    projection: Option<Projection>,
    /// The motions of the coordinates that keep what the rules conserve.
    pub(super) motions: Motions,
    types: usize,
}

impl System {
    pub(super) fn new(
        closing: Closing,
        hierarchy: &Hierarchy,
        marginals: &Marginals,
        moments: &Moments,
        conserved: &[Sum],
        (closure, parts): (Arc<dyn PreparedClosure>, &[Pattern]),
    ) -> Result<System, OdeError> {
        let state = hierarchy.state();
        let alone = closing == Closing::Windows;
        let sum_of = |pattern: &Pattern| {
            let known = if alone { marginals.of(pattern) } else { moments.parts.get(pattern) };
            known.cloned().ok_or_else(|| {
                let part = hierarchy.types.name_of(pattern);
                ClosureError::UnknownPart { part, order: hierarchy.order }.into()
            })
        };
        let sums_of = |patterns: &mut dyn Iterator<Item = &Pattern>| {
            patterns.map(sum_of).collect::<Result<Vec<Sum>, OdeError>>()
        };
        let with_equation = &hierarchy.types[..hierarchy.equations.len()];
        let known = sums_of(&mut with_equation.iter().map(|one| &one.pattern))?;
        let spread = known[state.clone()].to_vec();
        let identity = || (0..state.len()).map(|at| vec![(at, 1.0)]).collect();
        let from_state: Vec<Sum> = if alone { identity() } else { moments.of_state.clone() };
        let equations = match closing {
            Closing::Exact => moment_equations(hierarchy, moments),
            Closing::Projected | Closing::Windows => state
                .clone()
                .map(|at| hierarchy.equations[at].iter().map(|term| (*term, 1.0)).collect())
                .collect(),
        };
        let coefficient =
            |(term, factor): &(Term, f64)| (term.cluster, factor * term.coefficient as f64);
        let sums = equations.iter().map(|terms| terms.iter().map(coefficient).collect());
        let sums = Sums::new(&sums.collect::<Vec<Sum>>());
        let rate_of = sums.laid_out(0, |at, term| Some(equations[at].get(term)?.0.rate as u32));
        let conserved: Vec<Sum> = conserved.iter().map(|sum| compose(sum, &spread)).collect();
        let motions = Motions::new(from_state.len(), &conserved);
        let weights: Vec<f64> =
            hierarchy.types[state].iter().map(|one| one.weight as f64).collect();
        let projected = closing == Closing::Projected;
        let projection = projected.then(|| Projection::new(&motions, &weights, &spread));
        Ok(System {
            closing,
            closure,
            from_state: Sums::new(&from_state),
            known: Sums::new(&known),
            known_sums: known,
            parts: Sums::new(&sums_of(&mut parts.iter())?),
            spread_sums: Sums::new(&spread),
            spread,
            equations: sums,
            rate_of,
            projection,
            motions,
            types: hierarchy.types.len(),
        })
    }

    /// How many types the state has.
    pub(super) fn state_len(&self) -> usize {
        self.spread.len()
    }

    /// How many coordinates there are.
    pub(super) fn coordinates(&self) -> usize {
        self.from_state.len()
    }

    /// Buffers for evaluations at these rates. Where `clamped`, closure and equations see 0 in the
    /// place of negative concentrations.
    pub(super) fn workspace(&self, rates: &[f64], clamped: bool) -> Workspace {
        let mut coordinates = vec![0.0; self.coordinates() + 1];
        coordinates[self.coordinates()] = 1.0;
        Workspace {
            equations: self.equations.scaled(&self.rate_of, rates),
            clamped,
            coordinates,
            parts: vec![0.0; self.parts.len()],
            values: vec![0.0; self.types],
            motion: vec![0.0; self.equations.len() + 1],
        }
    }

    /// A type with an equation as a sum over the coordinates and, behind them, 1.
    pub(super) fn known_sum(&self, at: usize) -> &Sum {
        &self.known_sums[at]
    }

    /// Writes the coordinates of a state.
    pub(super) fn write_coordinates(&self, state: &[f64], into: &mut [f64]) {
        self.from_state.evaluate(state, &mut into[..self.from_state.len()]);
    }

    /// Writes the concentrations of all types with an equation, from the coordinates and 1.
    pub(super) fn write_known(&self, coordinates: &[f64], into: &mut [f64]) {
        self.known.evaluate(coordinates, into);
    }

    /// Fills in all concentrations of the workspace from its coordinates.
    pub(super) fn close(&self, work: &mut Workspace) -> Result<(), OdeError> {
        let (known, needed) = work.values.split_at_mut(self.known.len());
        self.known.evaluate(&work.coordinates, known);
        self.parts.evaluate(&work.coordinates, &mut work.parts);
        if work.clamped {
            known.iter_mut().chain(&mut work.parts).for_each(|value| *value = value.max(0.0));
        }
        Ok(self.closure.evaluate(&work.parts, needed)?)
    }

    /// dC/dt of the state, at the coordinates of the workspace.
    #[inline]
    pub(super) fn state_slope(
        &self,
        work: &mut Workspace,
        into: &mut [f64],
    ) -> Result<(), OdeError> {
        self.close(work)?;
        match (self.closing, &self.projection) {
            (Closing::Exact, _) => {
                let moved = self.coordinates();
                work.equations.evaluate(&work.values, &mut work.motion[..moved]);
                work.motion[moved] = 0.0; // the constant does not move
                self.spread_sums.evaluate(&work.motion, into);
            }
            (_, None) => work.equations.evaluate(&work.values, into),
            (_, Some(projection)) => {
                let moved = into.len();
                work.equations.evaluate(&work.values, &mut work.motion[..moved]);
                projection.apply(&work.motion[..moved], into);
            }
        }
        Ok(())
    }

    /// The rates of change of the coordinates, at those of the workspace; not where the largest
    /// windows move alone, as what they do to a coordinate depends on the way to it.
    pub(super) fn coordinate_slope(
        &self,
        work: &mut Workspace,
        into: &mut [f64],
    ) -> Result<(), OdeError> {
        if self.closing == Closing::Exact {
            self.close(work)?;
            work.equations.evaluate(&work.values, into);
        } else {
            let mut slope = vec![0.0; self.state_len()];
            self.state_slope(work, &mut slope)?;
            self.write_coordinates(&slope, into);
        }
        Ok(())
    }
}

/// Buffers of evaluations at some rates.
pub(super) struct Workspace {
    /// The equations with their rate constants in the coefficients.
    equations: Sums,
    clamped: bool,
    /// The coordinates and, behind them, 1.
    pub(super) coordinates: Vec<f64>,
    parts: Vec<f64>,
    /// All types: those with an equation, then the needed ones.
    pub(super) values: Vec<f64>,
    motion: Vec<f64>,
}

/// Of each moment the terms of its equation with a factor: its own, where it is a type that has
/// one; else those of the shortest way to it from the state.
fn moment_equations(hierarchy: &Hierarchy, moments: &Moments) -> Vec<Vec<(Term, f64)>> {
    let with_equation = hierarchy.types[..hierarchy.equations.len()].iter();
    let position: BTreeMap<&Pattern, usize> =
        with_equation.map(|one| &one.pattern).zip(0..).collect();
    let start = hierarchy.state().start;
    let ways = moments.patterns.iter().zip(&moments.of_state);
    let equations = ways.map(|(pattern, way)| {
        let own = position.get(pattern).map(|&at| vec![(at, 1.0)]);
        let way = own.unwrap_or_else(|| way.iter().map(|&(at, n)| (start + at, n)).collect());
        let mut merged: BTreeMap<(usize, usize), f64> = BTreeMap::new();
        for (equation, factor) in way {
            for term in &hierarchy.equations[equation] {
                *merged.entry((term.rate, term.cluster)).or_default() +=
                    factor * term.coefficient as f64;
            }
        }
        merged.retain(|_, factor| *factor != 0.0);
        let term = |((rate, cluster), factor)| (Term { coefficient: 1, rate, cluster }, factor);
        merged.into_iter().map(term).collect()
    });
    equations.collect()
}

/// A sum over the state as one over what the state is summed of.
fn compose(sum: &[(usize, f64)], of: &[Sum]) -> Sum {
    let mut composed: BTreeMap<usize, f64> = BTreeMap::new();
    for &(at, factor) in sum {
        for &(inner, coefficient) in &of[at] {
            *composed.entry(inner).or_default() += factor * coefficient;
        }
    }
    composed.into_iter().collect()
}
