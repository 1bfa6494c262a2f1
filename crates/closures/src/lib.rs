//! Closures of mean-cluster models: concentrations of larger clusters as functions of smaller ones.
//!
//! Rates of change of pairs contain triplets; a closure puts functions of the pairs in their place.
//!
//! ```
//! use closures::*;
//! use cluster_stats::{Concentrations, Record, Trajectory};
//!
//! let concentrations = Concentrations::random_lattice(0.4); // or samples of an annealing run
//! let record = |time| Record { time, temperature: None, energy_per_site: None, concentrations };
//! let data = Trajectory::new(vec![record(0.0), record(1.0)])?;
//! let optimal = OptimalApproximation::fit(&data, Regularization::hard())?;
//! let closures: [(&str, &dyn Closure); 2] = [("pair", &PairApproximation), ("optimal", &optimal)];
//! for (name, closure) in closures {
//!     println!("{name:8} {:.2e}", mean_error(closure, &data)?); // eqs. (15), (30)
//! }
//! let fit = Calibrator::new().calibrate(&LogOddsFamily::default(), &[(&data).into()])?;
//! println!("{fit}"); // parameters, errors against the pair approximation
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What is here
//! - [`PairApproximation`], [`SparseApproximation`], [`OptimalApproximation`], all **per shape**, as
//!   the data are. [`WithPathShares`] and [`Convention`] make the published forms.
//! - [`LogOdds`]: exact marginals for any coefficients; from [`Features`] and a [`Reference`].
//! - [`KirkwoodSuperposition`], [`ClusteringMixture`], [`NormalizedKirkwood`], [`MaximumEntropy`],
//!   [`PowerOne`], [`PowerTwo`]; [`Projected`] moves any closure onto the pair marginals.
//! - [`ClusterClosure`]: closures of any window, on any lattice, at any order: [`MeanField`],
//!   [`PairFactorization`], [`PlainPairApproximation`], [`RegionFactorization`], [`MaximumEntropy`],
//!   [`FromTriplets`].
//! - [`calibrate`], [`calibrate_jointly`]: the exponents of OA within a [`Regularization`].
//!   [`Calibrator`]: any [`ClosureFamily`] on several trajectories; [`cross_validate`],
//!   [`Selection`]; [`ErrorReport`].
//! - [`triplet_errors`], [`mean_error`], and [`check_contract`], which measures what a closure keeps.
//! # Write your own
//! A struct with one method goes wherever the pair approximation goes, also as `&dyn Closure`; a
//! function through [`from_fn`]: `docs/write-your-own-closure.md`. For windows [`ClusterClosure`].
//! ```
//! use closures::{Property, check_contract, cluster_stats::TripletConcentrations, from_fn};
//! let uncorrelated = from_fn(|pairs| TripletConcentrations::random_lattice(pairs.minus()));
//! let report = check_contract(&uncorrelated, 1000);
//! assert!(report.violations([Property::Symmetric, Property::NonNegative], 1e-14).is_empty());
//! ```
//!
//! # What is not here
//! Counting (`cluster-stats`), rules and rate equations (`hierarchy-ode`), chance.

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
mod windows;

pub use calibration::{ActiveBound, Calibration, TripletFit, calibrate, calibrate_jointly};
pub use calibrator::{CalibrationData, Calibrator, JointCalibration, Parameter};
pub use closure::Closure;
/// The vocabulary of pairs, triplets and trajectories, for crates that depend on this one alone.
pub use cluster_stats;
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
pub use windows::{
    ClosureTask, ClusterClosure, ClusterClosureFn, Division, FromTriplets, MeanField,
    PairFactorization, PlainPairApproximation, PreparedClosure, RegionFactorization,
    cluster_closure_from_fn,
};

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
