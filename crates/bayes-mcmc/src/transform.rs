//! Changes of variables: what is sampled, and what it means.

mod blocks;
mod contract;
mod identity;
mod linear;
mod log;
mod logit;
mod transformed;

pub use blocks::Blocks;
pub use contract::check_transform_contract;
pub use identity::Identity;
pub use linear::Linear;
pub use log::Log;
pub use logit::Logit;
pub use transformed::Transformed;

use crate::{Halt, UniformBox};

/// The label under which coordinates are counted at which a transform runs out of numbers, such as
/// e^800 or e^-800.
pub const OUTSIDE_TRANSFORM: &str = "outside the range of the transform";

/// A smooth one-to-one map between coordinates, in which a density is sampled, and its parameters.
///
/// Contract, which [`check_transform_contract`] tests:
/// - both directions are inverse to each other, as far as the numbers go;
/// - the log-Jacobian is ln |det d parameters / d coordinates|;
/// - parameters outside of the range, and coordinates that lead out of the finite numbers or onto the
///   edge of the range, are rejections;
/// - as many coordinates as parameters: slices of another length are an error that stops.
///
/// ```
/// use bayes_mcmc::{Halt, Transform, check_transform_contract};
///
/// /// Cubes: heavy tails are drawn in.
/// struct Cube;
///
/// impl Transform for Cube {
///     fn to_parameters(&self, coordinates: &[f64], parameters: &mut [f64]) -> Result<f64, Halt> {
///         let mut log_jacobian = 0.0;
///         for (x, u) in parameters.iter_mut().zip(coordinates) {
///             *x = u + u * u * u;
///             log_jacobian += (1.0 + 3.0 * u * u).ln();
///         }
///         Ok(log_jacobian)
///     }
///
///     fn to_coordinates(&self, parameters: &[f64], coordinates: &mut [f64]) -> Result<(), Halt> {
///         for (u, x) in coordinates.iter_mut().zip(parameters) {
///             // the one real root, by hyperbolic functions
///             *u = 2.0 / 3.0_f64.sqrt() * ((1.5 * 3.0_f64.sqrt() * x).asinh() / 3.0).sinh();
///         }
///         Ok(())
///     }
/// }
///
/// # fn main() -> Result<(), bayes_mcmc::McmcError> {
/// check_transform_contract(&Cube, [[0.3, -2.0], [0.0, 5.0]])?;
/// # Ok(())
/// # }
/// ```
pub trait Transform: Send + Sync {
    /// Writes the parameters at `coordinates`; the log-Jacobian there.
    ///
    /// # Errors
    /// [`Halt::Reject`] where they are no finite numbers inside of the range.
    fn to_parameters(&self, coordinates: &[f64], parameters: &mut [f64]) -> Result<f64, Halt>;

    /// Writes the coordinates of `parameters`.
    ///
    /// # Errors
    /// [`Halt::Reject`] outside of the range, such as 0 in logarithms.
    fn to_coordinates(&self, parameters: &[f64], coordinates: &mut [f64]) -> Result<(), Halt>;

    /// The box in coordinates that holds all of a box of parameters, if there is one with finite
    /// walls; none unless overridden.
    fn support(&self, _parameters: &UniformBox) -> Option<UniformBox> {
        None
    }

    /// The names of the coordinates, from those of the parameters; the same unless overridden.
    fn names(&self, parameters: &[String]) -> Vec<String> {
        parameters.to_vec()
    }
}

macro_rules! forward_transform {
    ($($pointer:ty),*) => {$(
        impl<T: Transform + ?Sized> Transform for $pointer {
            fn to_parameters(
                &self,
                coordinates: &[f64],
                parameters: &mut [f64],
            ) -> Result<f64, Halt> {
                (**self).to_parameters(coordinates, parameters)
            }

            fn to_coordinates(
                &self,
                parameters: &[f64],
                coordinates: &mut [f64],
            ) -> Result<(), Halt> {
                (**self).to_coordinates(parameters, coordinates)
            }

            fn support(&self, parameters: &UniformBox) -> Option<UniformBox> {
                (**self).support(parameters)
            }

            fn names(&self, parameters: &[String]) -> Vec<String> {
                (**self).names(parameters)
            }
        }
    )*};
}

forward_transform!(&T, Box<T>);

fn out_of_range() -> Halt {
    Halt::reject(OUTSIDE_TRANSFORM)
}

/// Names with a word before them.
fn prefixed(word: &str, names: &[String]) -> Vec<String> {
    names.iter().map(|name| format!("{word} {name}")).collect()
}
