//! A density in other coordinates.
//!
//! With x(u) the transform, p(u) = p(x(u)) |det dx/du|: probabilities of regions are the same.

use ndarray::Axis;
use rand::Rng;

use super::Transform;
use crate::room::with_room;
use crate::{Chains, Halt, LogDensity, McmcError, Prior, UniformBox};

/// Draws of a prior until one has coordinates.
const TRIALS: usize = 1000;

/// A density over the coordinates of a [`Transform`]: that of the parameters times the Jacobian.
/// Sample it, then look at the chains in the parameters:
///
/// ```
/// use bayes_mcmc::{AdaptiveDelayedRejection, Log, LogUniform, Posterior, Sampling, Transformed};
/// use bayes_mcmc::from_fn;
///
/// # fn main() -> Result<(), bayes_mcmc::McmcError> {
/// let likelihood = from_fn(|k| Ok(-0.5 * ((k[0] * k[1] - 1.0) / 0.1).powi(2))).named(["a", "b"]);
/// let posterior = Posterior::new(LogUniform::new(1e-3, 1e3)?, likelihood);
/// let in_logs = Transformed::new(&posterior, Log);
/// let chains = Sampling::new(AdaptiveDelayedRejection::new()).sample(&in_logs, 20_000, 7)?;
/// assert_eq!(chains.names(), ["ln a", "ln b"]);
/// let chains = in_logs.in_parameters(&chains)?;
/// assert_eq!(chains.names(), ["a", "b"]);
/// println!("{}", chains.summary());
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Transformed<D, T> {
    density: D,
    transform: T,
}

impl<D, T: Transform> Transformed<D, T> {
    /// `density` in the coordinates of `transform`.
    pub fn new(density: D, transform: T) -> Self {
        Self { density, transform }
    }

    /// The density over the parameters.
    pub fn density(&self) -> &D {
        &self.density
    }

    /// The transform.
    pub fn transform(&self) -> &T {
        &self.transform
    }

    /// The parameters at `coordinates`.
    ///
    /// # Errors
    /// [`McmcError::OutsideTransform`] if they are beyond the numbers.
    pub fn parameters(&self, coordinates: impl AsRef<[f64]>) -> Result<Vec<f64>, McmcError> {
        let coordinates = coordinates.as_ref();
        let mut parameters = vec![0.0; coordinates.len()];
        let outcome = self.transform.to_parameters(coordinates, &mut parameters);
        outcome.map_err(|halt| refused(halt, coordinates))?;
        Ok(parameters)
    }

    /// The coordinates of a point, such as a start.
    ///
    /// # Errors
    /// [`McmcError::OutsideTransform`] if it has none, as zero has no logarithm.
    pub fn coordinates(&self, parameters: impl AsRef<[f64]>) -> Result<Vec<f64>, McmcError> {
        let parameters = parameters.as_ref();
        let mut coordinates = vec![0.0; parameters.len()];
        let outcome = self.transform.to_coordinates(parameters, &mut coordinates);
        outcome.map_err(|halt| refused(halt, parameters))?;
        Ok(coordinates)
    }
}

impl<D: LogDensity, T: Transform> Transformed<D, T> {
    /// Chains of this density with their draws in the parameters, by the parameters' names, and with
    /// the log-densities over the parameters, without the Jacobian. Stages, rejections and swap rates
    /// stay.
    ///
    /// # Errors
    /// [`McmcError::Dimension`] for chains of another density.
    pub fn in_parameters(&self, chains: &Chains) -> Result<Chains, McmcError> {
        let mut points = chains.points().to_owned();
        let mut log_densities = chains.log_densities().to_owned();
        let mut parameters = vec![0.0; points.len_of(Axis(2))];
        for (mut point, log_density) in points.rows_mut().into_iter().zip(&mut log_densities) {
            let coordinates = point.to_vec();
            let outcome = self.transform.to_parameters(&coordinates, &mut parameters);
            *log_density -= outcome.map_err(|halt| refused(halt, &coordinates))?;
            point.iter_mut().zip(&parameters).for_each(|(x, parameter)| *x = *parameter);
        }
        chains.with_points(self.density.names(), points, log_densities)
    }
}

impl<D: LogDensity, T: Transform> LogDensity for Transformed<D, T> {
    fn log_density(&self, point: &[f64]) -> Result<f64, Halt> {
        with_room(point.len(), |parameters| {
            let log_jacobian = self.transform.to_parameters(point, parameters)?;
            Ok(self.density.log_density(parameters)? + log_jacobian)
        })
    }

    fn names(&self) -> Vec<String> {
        self.transform.names(&self.density.names())
    }

    fn support(&self) -> Option<UniformBox> {
        self.transform.support(&self.density.support()?)
    }
}

impl<P: Prior, T: Transform> Prior for Transformed<P, T> {
    fn draw(&self, dimension: usize, rng: &mut dyn Rng) -> Result<Vec<f64>, McmcError> {
        let mut trial = self.coordinates(self.density.draw(dimension, rng)?);
        for _ in 1..TRIALS {
            // a draw on a wall, with all its digits
            if !matches!(trial, Err(McmcError::OutsideTransform { .. })) {
                break;
            }
            trial = self.coordinates(self.density.draw(dimension, rng)?);
        }
        trial
    }
}

fn refused(halt: Halt, point: &[f64]) -> McmcError {
    let point = point.to_vec();
    match halt {
        Halt::Reject(reason) => McmcError::OutsideTransform { point, reason },
        Halt::Stop(source) => match source.downcast() {
            Ok(own) => *own,
            Err(source) => McmcError::Stopped { point, source },
        },
    }
}
