//! cluster-stats
mod concentrations;
mod counts;
mod error;
mod pairs;
mod shape;
mod trajectory;
mod triplet_type;
mod triplets;

pub use concentrations::{Concentrations, SumRule};
pub use counts::{ClusterCounts, CountClusters};
pub use error::StatsError;
pub use pairs::{PairConcentrations, PairType};
pub use shape::Shape;
pub use trajectory::{Record, Trajectory};
pub use triplet_type::{Pattern, TripletType};
pub use triplets::{Normalization, Orientation, TripletConcentrations};
