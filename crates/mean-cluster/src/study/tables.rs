//! The tables of a study: names and columns, once for writing and reading.

use crate::output::Table;
use cluster_stats::{PairType, TripletType};

pub(super) const ANNEALING: Table = Table::new("annealing.csv", "x,replica,sample").and_records();
pub(super) const ANNEALING_MEAN: Table = Table::new(
    "annealing_mean.csv",
    "x,sample,time,temperature,replicas,quantity,mean,standard_error",
);
pub(super) const LATTICES: Table = Table::new("lattices.csv", "x,time,row,atoms");
pub(super) const TABLE_TWO: Table = Table::new(
    "table2.csv",
    "convention,regularization,calibration_x,triplet,gamma1,gamma2,xi1,xi2,error,active_bounds,unique",
);
pub(super) const ERRORS: Table =
    Table::new("errors.csv", "convention,closure,regularization,calibration_x,x,mean_error");
pub(super) const ERRORS_BY_TYPE: Table = Table::new(
    "errors_by_type.csv",
    "convention,closure,regularization,calibration_x,x,triplet,error",
);
pub(super) const ERRORS_BY_BOUND: Table =
    Table::new("errors_by_bound.csv", "convention,regularization,bound,x,mean_error");
pub(super) const SPARSE_RATES: Table = Table::new("rates_sa.csv", "x,system,alpha1,alpha2,misfit");
/// Of PA and of OA-1/2.
pub(super) const POSTERIORS: [Table; 2] = {
    let columns = "chain,draw,stage,misfit,k1,k2,k3,k4,k5,k6,k7,k8";
    [Table::new("posterior_pa.csv", columns), Table::new("posterior_oa_half.csv", columns)]
};

/// What `annealing_mean.csv` has a mean of: the energy, then the concentrations in their order.
pub(super) fn quantities() -> Vec<String> {
    let pairs = PairType::ALL.map(|pair| pair.ascii().to_owned());
    let triplets = TripletType::ALL.map(TripletType::ascii);
    ["energy_per_site".to_owned()].into_iter().chain(pairs).chain(triplets).collect()
}
