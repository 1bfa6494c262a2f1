//! The tables of a study: names and columns, once for writing and reading.

use crate::StudyError;
use crate::output::write_table;
use cluster_stats::{PairType, TripletType, record_columns};
use std::path::Path;

/// A CSV file.
#[derive(Clone, Copy, Debug)]
pub(super) struct Table {
    /// Its name.
    pub(super) name: &'static str,
    /// Its columns, joined by commas.
    columns: &'static str,
    /// Whether those of a record follow.
    records: bool,
}

const fn table(name: &'static str, columns: &'static str) -> Table {
    Table { name, columns, records: false }
}

pub(super) const ANNEALING: Table =
    Table { name: "annealing.csv", columns: "x,replica,sample", records: true };
pub(super) const ANNEALING_MEAN: Table =
    table("annealing_mean.csv", "x,sample,time,temperature,replicas,quantity,mean,standard_error");
pub(super) const LATTICES: Table = table("lattices.csv", "x,time,row,atoms");
pub(super) const TABLE_TWO: Table = table(
    "table2.csv",
    "convention,regularization,calibration_x,triplet,gamma1,gamma2,xi1,xi2,error,active_bounds,unique",
);
pub(super) const ERRORS: Table =
    table("errors.csv", "convention,closure,regularization,calibration_x,x,mean_error");
pub(super) const ERRORS_BY_TYPE: Table =
    table("errors_by_type.csv", "convention,closure,regularization,calibration_x,x,triplet,error");
pub(super) const ERRORS_BY_BOUND: Table =
    table("errors_by_bound.csv", "convention,regularization,bound,x,mean_error");
pub(super) const SPARSE_RATES: Table = table("rates_sa.csv", "x,system,alpha1,alpha2,misfit");
/// Of PA and of OA-1/2.
pub(super) const POSTERIORS: [Table; 2] = {
    let columns = "chain,draw,stage,misfit,k1,k2,k3,k4,k5,k6,k7,k8";
    [table("posterior_pa.csv", columns), table("posterior_oa_half.csv", columns)]
};

impl Table {
    pub(super) fn columns(&self) -> Vec<String> {
        let mut columns: Vec<String> = self.columns.split(',').map(str::to_owned).collect();
        if self.records {
            columns.extend(record_columns());
        }
        columns
    }

    pub(super) fn write<R: IntoIterator<Item = String>>(
        &self,
        directory: &Path,
        rows: impl IntoIterator<Item = R>,
    ) -> Result<(), StudyError> {
        write_table(directory, self.name, self.columns(), rows)
    }
}

/// What `annealing_mean.csv` has a mean of: the energy, then the concentrations in their order.
pub(super) fn quantities() -> Vec<String> {
    let pairs = PairType::ALL.map(|pair| pair.ascii().to_owned());
    let triplets = TripletType::ALL.map(TripletType::ascii);
    ["energy_per_site".to_owned()].into_iter().chain(pairs).chain(triplets).collect()
}
