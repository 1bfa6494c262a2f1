//! What can go wrong.

use std::borrow::Cow;
use std::error::Error;
use std::io;
use std::path::PathBuf;

use crate::{CheckpointError, Rejections};

/// The errors of this crate.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum McmcError {
    /// Bounds of a box that are not finite, or not in order.
    #[error(
        "component {component} of the box: [{lower}, {upper}] is not an interval; give finite \
         bounds, the lower below the upper"
    )]
    InvalidBounds {
        /// Which component, from 0.
        component: usize,
        /// The lower bound given.
        lower: f64,
        /// The upper bound given.
        upper: f64,
    },
    /// A number that must be positive and is not.
    #[error(
        "component {component}: {value} is not positive; a logarithm needs a lower bound above zero, \
         such as 1e-3 of the upper one"
    )]
    NotPositive {
        /// Which component, from 0.
        component: usize,
        /// The number given.
        value: f64,
    },
    /// A mean or a standard deviation of a Gaussian that is none.
    #[error(
        "component {component}: mean {mean} and standard deviation {standard_deviation}; give finite \
         numbers, the standard deviation above zero"
    )]
    InvalidNormal {
        /// Which component, from 0.
        component: usize,
        /// The mean given.
        mean: f64,
        /// The standard deviation given.
        standard_deviation: f64,
    },
    /// A Gaussian cut to an interval that has none of its probability.
    #[error(
        "component {component}: no probability is left in [{lower}, {upper}]; move the walls or the \
         mean, or widen the Gaussian"
    )]
    EmptyTruncation {
        /// Which component, from 0.
        component: usize,
        /// The lower wall.
        lower: f64,
        /// The upper wall.
        upper: f64,
    },
    /// A matrix of a linear transform that cannot be inverted.
    #[error(
        "the matrix of the transform ({rows} x {columns}) has no inverse; give a square, finite matrix \
         whose columns are independent"
    )]
    SingularMatrix {
        /// Its rows.
        rows: usize,
        /// Its columns.
        columns: usize,
    },
    /// A point that no coordinates of a transform reach, such as zero in logarithms.
    #[error("{point:?} has no coordinates: {reason}; give a point inside of the transform's range")]
    OutsideTransform {
        /// The point.
        point: Vec<f64>,
        /// Why not.
        reason: Cow<'static, str>,
    },
    /// A transform breaks the contract of [`Transform`](crate::Transform).
    #[error("the transform breaks its contract at {coordinates:?}: {breach}")]
    TransformContract {
        /// Where it was found.
        coordinates: Vec<f64>,
        /// What was found.
        breach: &'static str,
    },
    /// A point, box or list of scales without components.
    #[error("there are no parameters; give at least one component")]
    NoParameters,
    /// Two things that should have one entry for each parameter do not agree.
    #[error("{what} has {found} components, not {expected}; give one for each parameter")]
    Dimension {
        /// What has the wrong number.
        what: &'static str,
        /// The number it should have.
        expected: usize,
        /// The number it has.
        found: usize,
    },
    /// Random starts were asked for, but nothing tells the number of parameters.
    #[error(
        "the number of parameters is unknown; name the parameters, give the prior bounds for each \
         (UniformBox::from_bounds), or give the starts as points"
    )]
    UnknownDimension,
    /// Random starts were asked for, but the density has no known support to draw them from.
    #[error(
        "there is no box to draw random starts from; multiply the density by a UniformBox \
         (Posterior::new), or give the starts as points"
    )]
    UnknownSupport,
    /// A proposal scale that is zero, negative or not finite.
    #[error(
        "component {component}: the proposal scale {scale} is not a positive finite number; a zero \
         scale would freeze the component"
    )]
    InvalidScale {
        /// Which component, from 0.
        component: usize,
        /// The scale given.
        scale: f64,
    },
    /// A covariance that is no covariance.
    #[error(
        "the covariance of the kernel ({numbers} numbers) is not a square, finite, positive definite \
         matrix; add a little to its diagonal, or give standard deviations (Kernel::gaussian)"
    )]
    Covariance {
        /// The numbers given.
        numbers: usize,
    },
    /// No stages, or more than are counted.
    #[error("{stages} stages of delayed rejection; give one kernel for each of 1 to 255 stages")]
    StageCount {
        /// The number of kernels given.
        stages: usize,
    },
    /// A ladder of temperatures that is none.
    #[error(
        "no ladder of {levels} levels down to the power {hottest}; give 2 to 1000 levels and a power \
         between 0 and 1, such as 0.01"
    )]
    InvalidLadder {
        /// The levels asked for.
        levels: usize,
        /// The power asked for.
        hottest: f64,
    },
    /// Scales cannot be taken from a point that is zero in all components.
    #[error(
        "the start is zero in all {dimension} components and sets no scale; give the scales \
         yourself (DelayedRejection::new)"
    )]
    ZeroStart {
        /// The number of components.
        dimension: usize,
    },
    /// A point with a component that is NaN or infinite.
    #[error("component {component} of the start is {value}; give finite numbers")]
    NonFinitePoint {
        /// Which component, from 0.
        component: usize,
        /// Its value.
        value: f64,
    },
    /// No start was given.
    #[error(
        "no starting point; give one (starting_at), one for each chain (starting_at_each), or a density \
         with a known support (a UniformBox as prior)"
    )]
    NoStart,
    /// Neither one start nor one for each chain.
    #[error("{starts} starting points for {chains} chains; give one, or one for each chain")]
    StartCount {
        /// The number of starts.
        starts: usize,
        /// The number of chains.
        chains: usize,
    },
    /// The density is zero at the start of a chain.
    #[error(
        "chain {chain} cannot start at {point:?}: {reason}; start where the density is positive, \
         for instance at the result of minimize"
    )]
    StartRejected {
        /// Which chain, from 0.
        chain: usize,
        /// The start.
        point: Vec<f64>,
        /// Why the density is zero there.
        reason: Cow<'static, str>,
    },
    /// No draws or no chains were asked for, or more than fit in memory.
    #[error("cannot keep {chains} chains x {draws} draws x {dimension} parameters; {advice}")]
    InvalidSize {
        /// The number of chains.
        chains: usize,
        /// The number of draws of each chain.
        draws: usize,
        /// The number of parameters.
        dimension: usize,
        /// What to try.
        advice: &'static str,
    },
    /// The density said that something is broken.
    #[error("the log-density stopped the run at {point:?}: {source}")]
    Stopped {
        /// The point that caused it.
        point: Vec<f64>,
        /// The density's own error.
        source: Box<dyn Error + Send + Sync>,
    },
    /// The density is positive infinity.
    #[error(
        "the log-density is +infinity at {point:?}: it is no density there; bound it, or cut the \
         point out of the prior"
    )]
    InfiniteDensity {
        /// The point that caused it.
        point: Vec<f64>,
    },
    /// No start of the minimisation could be used.
    #[error(
        "none of {starts} starts has a positive density ({rejections}); try more starts, or points \
         that are known to work"
    )]
    NoStartSucceeded {
        /// The number of starts.
        starts: usize,
        /// Why they were rejected.
        rejections: Rejections,
    },
    /// A probability outside of 0..=1.
    #[error("{probability} is not a probability; give a number from 0 to 1")]
    InvalidProbability {
        /// The number given.
        probability: f64,
    },
    /// The run was asked to stop ([`Sampling::stop_when`](crate::Sampling::stop_when)).
    #[error("interrupted after {draws} draws; with a checkpoint the run goes on from there")]
    Interrupted {
        /// The draws that every chain has.
        draws: usize,
    },
    /// A file that could not be written or read.
    #[error("{path}: {source}; check the folder, the space and the permissions")]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A file that is no table of chains.
    #[error("{path}, line {line}: {problem}; give a file that Chains::write_csv wrote")]
    Table {
        /// The file.
        path: PathBuf,
        /// The line, from 1; 0 for the whole file.
        line: u64,
        /// What is wrong.
        problem: &'static str,
    },
    /// A checkpoint could not be written or read, or is not of this run.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// A density breaks the contract of [`LogDensity`](crate::LogDensity).
    #[error("the log-density breaks its contract at {point:?}: {breach}")]
    Contract {
        /// Where it was found.
        point: Vec<f64>,
        /// What was found.
        breach: &'static str,
    },
}
