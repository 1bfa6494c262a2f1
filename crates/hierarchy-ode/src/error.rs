//! What can go wrong.

use closures::ClosureError;
use cluster_stats::{PairType, StatsError};

/// Errors of `hierarchy-ode`. Times are in the caller's unit and on the caller's clock.
///
/// [`rejection`](OdeError::rejection) tells a sampler which of them mean "this point has no
/// likelihood" and which mean "stop, something is wrong".
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OdeError {
    /// A rate constant that is negative or not finite.
    #[error("k{number} = {value}, but a rate constant is finite and not negative")]
    InvalidRate {
        /// 1 to 8.
        number: usize,
        /// What was given.
        value: f64,
    },
    /// A setting or argument outside its range.
    #[error("{name} = {value}; it must be {allowed}")]
    InvalidValue {
        /// Its name.
        name: &'static str,
        /// What was given.
        value: f64,
        /// What is allowed, in words.
        allowed: &'static str,
    },
    /// No time to solve for.
    #[error("no times were given; ask for at least one")]
    NoTimes,
    /// Times that do not increase.
    #[error("time {index} is {time} after {previous}; times must be finite and increase strictly")]
    TimesNotIncreasing {
        /// Position in the list, from 0.
        index: usize,
        /// The time there.
        time: f64,
        /// The time before it.
        previous: f64,
    },
    /// A start later than the first requested time.
    #[error("the start, {start}, is later than the first requested time, {first}")]
    StartAfterFirstTime {
        /// The start.
        start: f64,
        /// The first requested time.
        first: f64,
    },
    /// Initial pairs of which one is negative or no number.
    #[error("the initial C{pair} = {value}, but a concentration is not negative")]
    ImpossibleStart {
        /// Which pair.
        pair: PairType,
        /// Its concentration.
        value: f64,
    },
    /// Initial pairs that break C++ + C-- + 2 C+- = 1 (3b).
    #[error(
        "the initial pairs give C++ + C-- + 2 C+- - 1 = {deviation:e} instead of 0; C+- is ordered here, half of the share of unlike bonds"
    )]
    StartSum {
        /// C++ + C-- + 2 C+- - 1.
        deviation: f64,
    },
    /// From a closure: one without a value at the concentrations it was given, or one that does not fit
    /// the hierarchy.
    #[error(transparent)]
    Closure(#[from] ClosureError),
    /// A closure without a value where the trajectory leads.
    #[error("the trajectory cannot be continued beyond t = {time}: {source}")]
    ClosureOnTrajectory {
        /// The last time that was reached.
        time: f64,
        /// What the closure said just beyond it.
        #[source]
        source: ClosureError,
    },
    /// A pair concentration that becomes negative, so that no configuration has these pairs.
    #[error(
        "C{pair} passes 0 at t = {time} (dC{pair}/dt = {rate:e}): no lattice has negative pairs; end before, or change the rates or the closure"
    )]
    LeftPossibleRegion {
        /// Which pair.
        pair: PairType,
        /// When it passes 0.
        time: f64,
        /// Its rate of change there, in 1/time.
        rate: f64,
    },
    /// More steps than allowed.
    #[error(
        "t = {time} was reached in {steps} steps, the limit: the rates are fast for this time span; lower them, shorten the time span, or raise the limit by `with_step_limit`"
    )]
    TooManySteps {
        /// The last time that was reached.
        time: f64,
        /// The limit.
        steps: u32,
    },
    /// A step below the resolution of time.
    #[error(
        "at t = {time} the step would be too small for the clock: the tolerances are below rounding, or the closure is not smooth there; raise the tolerances by `with_tolerances`, or end before"
    )]
    StepUnderflow {
        /// The last time that was reached.
        time: f64,
    },
    /// A closure without a derivative where the trajectory leads.
    #[error(
        "the closure has no derivative at {pairs}: it has a kink or an unbounded slope there (a power below 1 of a concentration that is 0), so that sensitivities have no value; end before, or start inside the region"
    )]
    NotDifferentiable {
        /// Where.
        pairs: cluster_stats::PairConcentrations,
    },
    /// An equilibrium constant (7) with denominator 0.
    #[error("Q{number} = {definition} = {numerator} / {denominator} has no value")]
    UndefinedEquilibriumConstant {
        /// 1 to 4.
        number: usize,
        /// What is divided by what.
        definition: &'static str,
        /// The numerator.
        numerator: f64,
        /// The denominator.
        denominator: f64,
    },
    /// Too few samples to compare a trajectory with.
    #[error("{samples} sample has no span of time to integrate over; at least 2 are needed")]
    TooFewSamples {
        /// How many there are.
        samples: usize,
    },
    /// Data that say nothing about alpha1 and alpha2.
    #[error("C+-(0) = 0: with the sparse approximation nothing ever moves, whatever alpha is")]
    NoUnlikePairs,
    /// A misfit that only falls towards infinite alpha.
    #[error(
        "the misfit of the sparse approximation has no minimum: it still falls at alpha1 + alpha2 = {sum}; the data leave C+-(0) faster than they are sampled"
    )]
    NoMinimum {
        /// Where the search ended.
        sum: f64,
    },
    /// A list of the wrong length.
    #[error("{found} {name} were given, {expected} are needed")]
    WrongLength {
        /// Of what.
        name: &'static str,
        /// How many are needed.
        expected: usize,
        /// How many there are.
        found: usize,
    },
    /// A hierarchy that would not fit into memory.
    #[error(
        "a hierarchy of order {order} would take about {estimate:.1e} events, the limit is {limit:.0e}; lower the order"
    )]
    HierarchyTooLarge {
        /// What was asked for.
        order: usize,
        /// Estimated events.
        estimate: f64,
        /// Most that are looked at.
        limit: f64,
    },
    /// From a lattice, its species, a rule or a configuration.
    #[error(transparent)]
    Lattice(#[from] lattice_core::LatticeError),
    /// From cluster types: a name that none or several have, counting.
    #[error(transparent)]
    Stats(StatsError),
    /// From deriving a hierarchy, or from the names of its rate constants.
    #[error(transparent)]
    Derivation(#[from] crate::DerivationError),
    /// A name of a rate constant that is not there, or that was left out.
    #[error("the rate constant {name} has no counterpart among {known}")]
    UnknownRate {
        /// The name.
        name: String,
        /// The names on the other side.
        known: String,
    },
    /// A search for a steady state that ended elsewhere.
    #[error(
        "no steady state was found: after {steps} steps the motion is still {residual:e}; start nearer, such as from the end of a long integration"
    )]
    NoSteadyState {
        /// Newton steps.
        steps: u32,
        /// The largest rate of change left, in 1/time.
        residual: f64,
    },
    /// A branch that could not be followed.
    #[error(
        "the branch of steady states was lost before the concentration {concentration:e}: the next ones lie elsewhere, or the branch ends there; start from other rates, or try another closure or `ClosedHierarchy::conserving`"
    )]
    BranchLost {
        /// The concentration that was not reached.
        concentration: f64,
    },
    /// A branch that starts where it should end.
    #[error(
        "the steady state near the guess has {cluster} = {value:e}, too little to follow its branch down; start from a larger one, at other rates"
    )]
    NoBranch {
        /// The cluster.
        cluster: String,
        /// Its concentration.
        value: f64,
    },
    /// A concentration that no configuration has, in a state that is given or in a steady state.
    #[error(
        "{name} = {value}, but a concentration is finite and not negative; if no state with it was given, the closure has no possible steady state near the guess: start elsewhere, or try another closure"
    )]
    ImpossibleCluster {
        /// The cluster.
        name: String,
        /// Its concentration.
        value: f64,
    },
    /// The patterns of a window that do not sum to 1.
    #[error(
        "the types of the window of {name}, each times its weight, sum to 1 + {deviation:e} instead of 1; concentrations are per embedding"
    )]
    WindowSum {
        /// A type on the window.
        name: String,
        /// The sum minus 1.
        deviation: f64,
    },
    /// Clusters that disagree about a smaller one.
    #[error(
        "two ways to sum larger clusters to {part} differ by {residual:e}: no configuration has these concentrations"
    )]
    InconsistentMarginals {
        /// The smaller one.
        part: String,
        /// The difference.
        residual: f64,
    },
    /// A closure whose value is not a finite number.
    #[error(
        "the closure gives {value} for {name}; a zero concentration stands in a denominator, or the state lies outside the possible region"
    )]
    ClusterNotFinite {
        /// The cluster.
        name: String,
        /// What came out.
        value: f64,
    },
    /// A closure of a hierarchy without a value where the trajectory leads.
    #[error("the trajectory cannot be continued beyond t = {time}: {source}")]
    ClusterClosureOnTrajectory {
        /// The last time that was reached.
        time: f64,
        /// What the closure said just beyond it.
        #[source]
        source: Box<OdeError>,
    },
    /// A concentration that becomes negative, so that no configuration has it.
    #[error(
        "{name} passes 0 at t = {time} (its rate of change is {rate:e}): no lattice has negative concentrations; end before, or change the rates or the closure"
    )]
    ClusterBecameNegative {
        /// The cluster.
        name: String,
        /// When it passes 0.
        time: f64,
        /// Its rate of change there, in 1/time.
        rate: f64,
    },
}

impl From<StatsError> for OdeError {
    /// Errors of a lattice are told as such, wherever they come from.
    fn from(error: StatsError) -> OdeError {
        match error {
            StatsError::Lattice(error) => OdeError::Lattice(error),
            other => OdeError::Stats(other),
        }
    }
}
