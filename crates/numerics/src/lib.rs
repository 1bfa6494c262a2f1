//! Numerical methods that know no physics, with the same bits on every processor.
//!
//! Methods are plain loops in a fixed order, and elementary functions come from `libm`. The
//! functions of the standard library and the products of large linear-algebra crates pick their code
//! by processor, and then the last bits differ.
//!
//! - [`Lu`], [`Cholesky`], [`eliminate`]: dense linear equations. They differ in the order of their
//!   operations, and so in last bits, which stand in results that are compared byte by byte.
//! - [`Descent`]: nonlinear least squares by Levenberg-Marquardt steps, also in a box.
//! - [`singular`]: singular values and directions of a matrix with few columns.
//! - [`Stages`], [`StepControl`]: one step of the Runge-Kutta method of Dormand and Prince, in any
//!   dimension, and the control of its length. Whoever integrates takes the steps, because what makes
//!   a step acceptable is theirs to say.
//! - [`Instructions`]: sets of vector instructions, chosen at run time.

mod cholesky;
mod dormand_prince;
mod instructions;
mod least_squares;
mod lu;
mod singular;
mod step_control;

pub use cholesky::Cholesky;
pub use dormand_prince::{RightSide, Stages, Vector};
pub use instructions::Instructions;
pub use least_squares::{Derivatives, Descent, LeastSquares, SumOfSquares};
pub use lu::{Lu, eliminate};
pub use singular::singular;
pub use step_control::{StepControl, Stop};

/// Returns the scalar product, summed from the first number on.
///
/// ```
/// assert_eq!(numerics::dot(&[1.0, 2.0], &[3.0, 4.0]), 11.0);
/// ```
#[inline]
pub fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
