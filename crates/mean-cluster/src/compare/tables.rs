//! The tables of a comparison: names and columns, once for writing and reading.

use crate::output::Table;

pub(super) const COMPARISON: Table = Table::new(
    "comparison.csv",
    "closure,calibration,x,mean_error,worst_type,worst_type_error,marginal_residual,negative",
);
pub(super) const BEST_RATES: Table = Table::new(
    "best_rates.csv",
    "closure,calibration,x,system,misfit,drift,k1,k2,k3,k4,k5,k6,k7,k8",
);
pub(super) const EXITS: Table = Table::new(
    "exits.csv",
    "closure,calibration,x,system,trials,pp_negative,mm_negative,pm_negative,undefined,unfinished,\
     beyond_triangles,first_exit,median_exit",
);
