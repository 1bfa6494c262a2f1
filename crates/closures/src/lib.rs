//! Closures of mean-cluster models: the concentrations of triplets as functions of those of pairs.
//!
//! The rates of change of pair concentrations on the triangular lattice contain triplets; a
//! closure puts functions of the pairs in their place. This crate holds the [`Closure`] trait, the
//! classical pair approximation, the optimal and sparse approximations of Ahmadi, Foster and
//! Protas (Phys. Rev. E 106, 025313, 2022), the calibration of the optimal one to data, and a
//! check of what any closure keeps of the properties that triplets have.
//!
//! ```
//! use closures::*;
//! use cluster_stats::{Concentrations, PairConcentrations, Record, Trajectory, TripletType};
//!
//! // samples of an annealing run; here made up from a closure of one's own
//! let own = from_fn(|pairs| {
//!     let mut triplets = PairApproximation.triplets(pairs).expect("both species are present");
//!     triplets[TripletType::AngPpp] *= 0.9;
//!     triplets
//! });
//! let record = |i: u32| {
//!     let pairs = PairConcentrations::of_composition(0.4, 0.24 + 0.005 * f64::from(i));
//!     let concentrations = Concentrations { pairs, triplets: own.triplets(&pairs)? };
//!     Ok(Record { time: f64::from(i), temperature: None, energy_per_site: None, concentrations })
//! };
//! let data = Trajectory::new((0..20).map(record).collect::<Result<_, ClosureError>>()?)?;
//!
//! let optimal = OptimalApproximation::fit(&data, Regularization::hard())?;
//! let closures: [(&str, &dyn Closure); 3] =
//!     [("pair", &PairApproximation), ("sparse", &SparseApproximation), ("optimal", &optimal)];
//! for (name, closure) in closures {
//!     println!("{name:8} {:.2e}", mean_error(closure, &data)?); // eqs. (15), (30)
//! }
//! let calibration = calibrate(&data, Regularization::hard(), Convention::Consistent)?;
//! println!("{calibration}"); // exponents, errors, active bounds, uniqueness of all 16 types
//! # assert!(mean_error(&optimal, &data)? < mean_error(&SparseApproximation, &data)?);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What is here
//! - [`PairApproximation`], [`SparseApproximation`], [`OptimalApproximation`], all **per shape**, as
//!   the data are. [`WithPathShares`] and [`Convention`] make the published forms; the two
//!   conventions rank closures in opposite order: say which one is meant.
//! - [`LogOdds`]: exact marginals for any coefficients; from [`Features`] and a [`Reference`].
//! - [`KirkwoodSuperposition`], [`ClusteringMixture`], [`NormalizedKirkwood`], [`MaximumEntropy`],
//!   [`PowerOne`], [`PowerTwo`]; [`Projected`] moves any closure onto the pair marginals.
//! - [`calibrate`], [`calibrate_jointly`]: the exponents of OA within a [`Regularization`].
//!   [`Calibrator`]: any [`ClosureFamily`] on several trajectories; [`cross_validate`],
//!   [`Selection`]; [`ErrorReport`].
//! - [`triplet_errors`], [`mean_error`], and [`check_contract`], which measures what a closure keeps.
//!
//! # Write your own
//! A function: [`from_fn`]. Something with parameters: a struct with one method, which then goes
//! wherever the pair approximation goes, also as `&dyn Closure`. The vocabulary is that of
//! [`cluster_stats`], re-exported so that a crate needs no other dependency:
//! ```
//! use closures::cluster_stats::{PairConcentrations, TripletConcentrations};
//! use closures::{Closure, ClosureError, PairApproximation, Property, check_contract};
//!
//! /// The pair approximation, moved towards no correlation at all.
//! struct Damped {
//!     weight: f64,
//! }
//! impl Closure for Damped {
//!     fn triplets(&self, pairs: &PairConcentrations) -> Result<TripletConcentrations, ClosureError> {
//!         let classical = PairApproximation.triplets(pairs)?;
//!         let random = TripletConcentrations::random_lattice(pairs.minus());
//!         let mixed = |t| (1.0 - self.weight) * classical[t] + self.weight * random[t];
//!         Ok(TripletConcentrations::from_fn(mixed))
//!     }
//! }
//! let report = check_contract(&Damped { weight: 0.1 }, 1000);
//! assert!(report.violations([Property::Symmetric, Property::NonNegative], 1e-14).is_empty());
//! ```
//!
//! # What is not here
//! Lattices and annealing (`lattice-core`), counting and files (`cluster-stats`), the equations
//! that a closure closes and their integration (`hierarchy-ode`). Nothing here draws random
//! numbers: the same data give the same fit, bit for bit.

mod calibration;
mod calibrator;
mod closure;
mod clustering_mixture;
mod contract;
mod convention;
mod cross_validation;
mod descent;
mod error;
mod error_report;
mod exponents;
mod family;
mod features;
mod flat_set;
mod from_fn;
mod kirkwood;
mod least_squares;
mod log_odds;
mod maximum_entropy;
mod normalized_kirkwood;
mod odds;
mod optimal_approximation;
mod pair_approximation;
mod power;
mod projected;
mod published;
mod quadratic;
mod reference;
mod regularization;
mod shares;
mod sites;
mod sparse_approximation;
mod starts;
mod triplet_errors;

/// The vocabulary of pairs, triplets and trajectories, for crates that depend on this one alone.
pub use cluster_stats;

pub use calibration::{ActiveBound, Calibration, TripletFit, calibrate, calibrate_jointly};
pub use calibrator::{CalibrationData, Calibrator, JointCalibration, Parameter};
pub use closure::Closure;
pub use clustering_mixture::ClusteringMixture;
pub use contract::{ContractReport, Finding, Property, check_contract};
pub use convention::Convention;
pub use cross_validation::{Candidate, CrossValidation, Selection, cross_validate};
pub use error::ClosureError;
pub use error_report::{CompositionErrors, ErrorReport};
pub use exponents::{Exponent, Exponents};
pub use family::{ClosureFamily, FamilyFromFn, LogOddsFamily, Stage, family_from_fn};
pub use features::{Features, Monomials};
pub use from_fn::{FromFn, from_fn};
pub use kirkwood::KirkwoodSuperposition;
pub use log_odds::{LogOdds, OddsRatio};
pub use maximum_entropy::MaximumEntropy;
pub use normalized_kirkwood::NormalizedKirkwood;
pub use optimal_approximation::OptimalApproximation;
pub use pair_approximation::PairApproximation;
pub use power::{PowerOne, PowerTwo};
pub use projected::{Projected, Projection};
pub use reference::Reference;
pub use regularization::Regularization;
pub use shares::WithPathShares;
pub use sparse_approximation::SparseApproximation;
pub use triplet_errors::{mean_error, triplet_errors};
