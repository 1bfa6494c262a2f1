//! Rate equations of mean-cluster models: how the pairs of a two-species lattice evolve when a
//! closure supplies the triplets (Ahmadi, Foster, Protas, Phys. Rev. E 106, 025313, 2022).
//!
//! ```
//! use closures::PairApproximation;
//! use cluster_stats::PairConcentrations;
//! use hierarchy_ode::{ClosedModel, OdeError, RateConstants};
//!
//! let model = ClosedModel::conserving(PairApproximation);
//! let rates = RateConstants::from_array([0.9, 0.7, 0.3, 0.4, 0.2, 0.5, 0.6, 0.8])?;
//! let start = PairConcentrations::random_lattice(1.0 / 3.0);
//! let solution = model.solve(&rates, start, &[0.0, 0.5, 1.0])?;
//! for (time, pairs) in solution.times().iter().zip(solution.pairs()) {
//!     println!("t = {time}: {pairs}");
//! }
//!
//! // constant rates do not conserve composition by themselves: the published system drifts
//! let published = ClosedModel::published(PairApproximation).solve(&rates, start, &[0.0, 1.0])?;
//! assert!(published.composition_drift() > 1e-3 && solution.composition_drift() < 1e-12);
//!
//! // a trajectory that leaves the possible region ends with the reason and the time
//! let rates = RateConstants::from_array([0.0, 0.0, 20.0, 0.0, 0.0, 0.0, 0.0, 0.0])?;
//! let error = model.solve(&rates, start, &[0.0, 1.0]).unwrap_err();
//! assert!(matches!(error, OdeError::LeftPossibleRegion { time, .. } if time < 0.1));
//! # Ok::<(), OdeError>(())
//! ```
//!
//! # What is in it
//! - [`RateConstants`] k1..k8 and [`pair_rates`], the right-hand side (5) for any triplets.
//! - [`ClosedModel`]: the published system (8) and the composition-conserving one, for any
//!   [`Closure`](closures::Closure) by value, by reference or as `dyn`; [`Solution`].
//! - [`SparseSolution`], the closed form (29) of the sparse approximation, and [`SparseFit`], its
//!   alphas from data with their uncertainty.
//! - [`EquilibriumConstants`] (7), measured, predicted or as ratios of rates.
//! - [`Misfit`]: J(K) (17) and the log-likelihood (20) of a model and a measured trajectory.
//! - [`Identifiability`], [`Sensitivities`], [`RateProfile`]: which combinations of rates the data
//!   can tell, by exact derivatives.
//! - [`Hierarchy`]: the exact equations of all clusters up to an order, derived for any [`Lattice`],
//!   [`Species`] and [`Rule`]s; its [`ClusterTypes`] are counted by `cluster_stats::Counter`.
//! - [`ClosedHierarchy`]: such a hierarchy with a [`ClusterClosure`](closures::ClusterClosure) of
//!   `closures` or your own, integrated to a [`ClusterSolution`]; [`SteadyState`]s, their stability,
//!   [`Threshold`]s.
//! - [`Hierarchy::rule_rates`]: the rates of the rules for `lattice_core::RuleProcess`, the exact process
//!   that closed equations are measured against.
//! - [`OdeError`], whose [`rejection`](OdeError::rejection) tells samplers what to count and pass.
//!
//! # Which k is meant
//! Pairs and triplets are ordered and per shape. k multiplies what the closure returns: with a
//! closure per shape it is the k of (5); with [`WithPathShares`](closures::WithPathShares) it is
//! the published k of (8), 5/2 (angled) or 5 (linear) times as large for the same motion.
//!
//! # Your own model
//! A closure of your own is one method, [`Closure::triplets`](closures::Closure::triplets). For
//! rates that depend on time or state, call [`pair_rates`] from your own integrator. One for a
//! derived hierarchy is one method too, [`ClusterClosure::prepare`](closures::ClusterClosure::prepare).
//!
//! # What is not here
//! Sampling and optimisation over K: [`Misfit`] is the density, any sampler will do. Annealing.

mod combination;
mod coordinates;
mod dormand_prince;
mod equilibrium;
mod error;
mod follow;
mod gradient;
mod hierarchy;
mod identifiability;
mod integration;
mod misfit;
mod model;
mod motion;
mod path;
mod profile;
mod rates;
mod reactions;
mod rejection;
mod rosenbrock;
mod sensitivity;
mod solution;
mod sparse_fit;
mod sparse_solution;
#[cfg(test)]
mod stiff_problems;
mod walls;

/// Closures, cluster types and lattices, for crates that depend on this one alone.
pub use closures;
pub use combination::RateCombination;
pub use coordinates::IdentifiableCoordinates;
pub use equilibrium::EquilibriumConstants;
pub use error::OdeError;
pub use gradient::MisfitSlope;
pub use hierarchy::{
    ClosedHierarchy, ClusterContractReport, ClusterSolution, ClusterType, ClusterTypes,
    ConservedQuantity, Contribution, DerivationError, Hierarchy, Lattice, Pattern, PeriodicLattice,
    Rule, Site, Species, SteadyState, Term, Threshold, check_cluster_closure,
};
pub use identifiability::Identifiability;
pub use misfit::Misfit;
pub use model::ClosedModel;
pub use profile::{ProfilePoint, RateProfile};
pub use rates::{RateConstants, pair_rates};
pub use sensitivity::Sensitivities;
pub use solution::{Effort, Solution};
pub use sparse_fit::SparseFit;
pub use sparse_solution::SparseSolution;

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
