//! What several tests need.

use hierarchy_ode::{Hierarchy, PeriodicLattice};
use lattice_core::RuleProcess;

/// The exact process of a hierarchy's rules, with a rate constant for each of `all_rates`.
pub(crate) fn process(hierarchy: &Hierarchy, cells: &[usize], rates: &[f64]) -> RuleProcess {
    let periodic = PeriodicLattice::new(hierarchy.lattice().clone(), cells).unwrap();
    let rules = hierarchy.rule_rates(rates).unwrap();
    RuleProcess::new(periodic, hierarchy.species().clone(), &rules).unwrap()
}
