//! The tables of an inference: names and columns, once for writing and reading.

use crate::output::Table;

pub(super) const DATA: Table = Table::new("data.csv", "x,time,pair,mean,standard_error");
pub(super) const NOISE: Table = Table::new(
    "noise.csv",
    "closure,setting,x,noise_variance,noise_values,misfit,residual_values,variance",
);
pub(super) const DIAGNOSTICS: Table = Table::new(
    "diagnostics.csv",
    "closure,setting,parameter,mean,sd,q05,q50,q95,rhat,ess_bulk,ess_tail,mcse_mean",
);
pub(super) const IDENTIFIABILITY: Table = Table::new(
    "identifiability.csv",
    "closure,system,index,singular_value,direction,numerical,against_noise,noise_variance,\
     standard_error,prior_spread",
);
pub(super) const BEST: Table =
    Table::new("best_rates.csv", "closure,setting,k1,k2,k3,k4,k5,k6,k7,k8");
pub(super) const SHARES: Table =
    Table::new("prior_shares.csv", "closure,setting,k1,k2,k3,k4,k5,k6,k7,k8");
pub(super) const PREDICTIVE: Table =
    Table::new("predictive.csv", "closure,time,pair,q05,q50,q95,model_q05,model_q95");
/// Of the file of each closure.
pub(super) const DRAWS: &str = "setting,chain,draw,stage,log_density,k1,k2,k3,k4,k5,k6,k7,k8";
