//! The density to be sampled: one required method.

use std::borrow::Cow;
use std::error::Error;
use std::fmt;

use crate::UniformBox;

/// Why a log-density has no value at a point.
///
/// Any error converts into [`Halt::Stop`], so that `?` inside a density stops the run: what is
/// broken is never mistaken for what is improbable. Say [`Halt::reject`] where a failure only means
/// "not here".
#[derive(Debug)]
pub enum Halt {
    /// The density is zero at this point: the sampler rejects it, counts it under this label and
    /// goes on. Use a small, fixed set of labels ("C-- below zero"), without numbers in them.
    Reject(Cow<'static, str>),
    /// Something is broken: the run ends with [`McmcError::Stopped`](crate::McmcError::Stopped),
    /// which carries this error and the point.
    Stop(Box<dyn Error + Send + Sync>),
}

impl Halt {
    /// Zero density, counted under `reason`.
    pub fn reject(reason: impl Into<Cow<'static, str>>) -> Self {
        Halt::Reject(reason.into())
    }

    /// An error that ends the run.
    pub fn stop(error: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Halt::Stop(error.into())
    }
}

impl<E: Error + Send + Sync + 'static> From<E> for Halt {
    fn from(error: E) -> Self {
        Halt::Stop(Box::new(error))
    }
}

/// The logarithm of a probability density, known up to a constant.
///
/// Contract, which [`check_contract`](crate::check_contract) tests:
/// - pure: the same point gives the same bits, from any thread;
/// - the value is finite, or negative infinity where the density is zero. NaN is treated as a
///   rejection and counted; positive infinity ends the run;
/// - [`names`](LogDensity::names) is empty or has one name for each parameter;
/// - outside [`support`](LogDensity::support), if that is known, the density is zero.
///
/// Points are slices with one `f64` for each parameter, in the units of the model.
pub trait LogDensity: Sync {
    /// The log-density at `point`, finite or negative infinity.
    ///
    /// # Errors
    /// [`Halt::Reject`] where the density is zero for a reason worth counting, [`Halt::Stop`] when
    /// something is broken.
    fn log_density(&self, point: &[f64]) -> Result<f64, Halt>;

    /// One name for each parameter; empty (the default) if they have none.
    fn names(&self) -> Vec<String> {
        Vec::new()
    }

    /// The box outside of which the density is zero, if there is one and it is known. Random starts
    /// are drawn from it and the minimiser stays in it; the sampler does not use it.
    fn support(&self) -> Option<UniformBox> {
        None
    }
}

macro_rules! forward_log_density {
    ($($pointer:ty),*) => {$(
        impl<D: LogDensity + ?Sized> LogDensity for $pointer {
            fn log_density(&self, point: &[f64]) -> Result<f64, Halt> {
                (**self).log_density(point)
            }

            fn names(&self) -> Vec<String> {
                (**self).names()
            }

            fn support(&self) -> Option<UniformBox> {
                (**self).support()
            }
        }
    )*};
}

forward_log_density!(&D, Box<D>);

/// A function as a [`LogDensity`]; made by [`from_fn`].
#[derive(Clone)]
pub struct FromFn<F> {
    function: F,
    names: Vec<String>,
}

/// Makes a [`LogDensity`] of a function of a point.
///
/// ```
/// use bayes_mcmc::{LogDensity, from_fn};
///
/// let normal = from_fn(|point| Ok(-0.5 * point[0] * point[0])).named(["height"]);
/// assert_eq!(normal.log_density(&[2.0]).ok(), Some(-2.0));
/// ```
pub fn from_fn<F>(function: F) -> FromFn<F>
where
    F: Fn(&[f64]) -> Result<f64, Halt> + Sync,
{
    FromFn { function, names: Vec::new() }
}

impl<F> FromFn<F> {
    /// Names the parameters, in the order of the point.
    pub fn named<S: Into<String>>(mut self, names: impl IntoIterator<Item = S>) -> Self {
        self.names = names.into_iter().map(Into::into).collect();
        self
    }
}

impl<F> fmt::Debug for FromFn<F> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("FromFn").field("names", &self.names).finish_non_exhaustive()
    }
}

impl<F> LogDensity for FromFn<F>
where
    F: Fn(&[f64]) -> Result<f64, Halt> + Sync,
{
    fn log_density(&self, point: &[f64]) -> Result<f64, Halt> {
        (self.function)(point)
    }

    fn names(&self) -> Vec<String> {
        self.names.clone()
    }
}
