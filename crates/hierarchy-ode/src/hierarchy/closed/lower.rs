//! How far the motion of a closed system is off the exact equations of its smaller clusters.

use super::super::Hierarchy;
use super::super::equations::Term;
use super::marginals::Marginals;
use super::sums::{Sum, value};

/// The largest difference between how the smaller types move and what their equations say, of
/// those equations into which no closure enters.
#[derive(Clone, Debug)]
pub(super) struct LowerEquations {
    equations: Vec<LowerEquation>,
}

#[derive(Clone, Debug)]
struct LowerEquation {
    /// How the type moves with the state.
    way: Sum,
    /// What its equation says.
    terms: Vec<Term>,
}

impl LowerEquations {
    pub(super) fn new(hierarchy: &Hierarchy, marginals: &Marginals) -> LowerEquations {
        let known = hierarchy.equations.len();
        let exact = |at: &usize| hierarchy.equations[*at].iter().all(|term| term.cluster < known);
        let equations = (0..hierarchy.state().start).filter(exact).filter_map(|at| {
            let way = marginals.of(&hierarchy.types[at].pattern)?.clone();
            Some(LowerEquation { way, terms: hierarchy.equations[at].clone() })
        });
        LowerEquations { equations: equations.collect() }
    }

    /// The largest of them, in 1/time: `slope` of the state, `values` of the types with an equation.
    pub(super) fn residual(&self, rates: &[f64], slope: &[f64], values: &[f64]) -> f64 {
        let off = self.equations.iter().map(|LowerEquation { way, terms }| {
            let value_of =
                |term: &Term| term.coefficient as f64 * rates[term.rate] * values[term.cluster];
            (value(way, slope) - terms.iter().map(value_of).sum::<f64>()).abs()
        });
        off.fold(0.0, f64::max)
    }
}
