//! Equations that can be integrated, and their guarded evaluation.

use crate::OdeError;

/// Autonomous equations dy/dt = f(y) and the concentrations that a state means.
pub(crate) trait Motion {
    /// Writes dy/dt at y, which is finite, in 1/time.
    fn slope(&mut self, state: &[f64], into: &mut [f64]) -> Result<(), OdeError>;

    /// How many concentrations there are.
    fn concentration_count(&self, state: usize) -> usize {
        state
    }

    /// Writes the concentrations at y, an affine function.
    fn concentrations(&self, state: &[f64], into: &mut [f64]) {
        into.copy_from_slice(state);
    }

    /// Writes how they change with a change of y: the linear part of that function.
    fn changes(&self, change: &[f64], into: &mut [f64]) {
        into.copy_from_slice(change);
    }
}

/// Equations whose state is the concentrations.
impl<F: FnMut(&[f64], &mut [f64]) -> Result<(), OdeError>> Motion for F {
    fn slope(&mut self, state: &[f64], into: &mut [f64]) -> Result<(), OdeError> {
        self(state, into)
    }
}

/// The right-hand side where states are finite: it might answer overflow with a number.
pub(crate) fn evaluation<'a, M: Motion>(
    motion: &'a mut M,
    evaluations: &'a mut u32,
    failure: &'a mut Option<OdeError>,
) -> impl FnMut(&[f64], &mut [f64]) -> bool + 'a {
    move |state, into| {
        *evaluations = evaluations.saturating_add(1);
        if !is_finite(state) {
            return false;
        }
        match motion.slope(state, into) {
            Ok(()) => true,
            Err(error) => {
                *failure = Some(error);
                false
            }
        }
    }
}

pub(crate) fn is_finite(state: &[f64]) -> bool {
    state.iter().sum::<f64>().is_finite()
}
