//! Pair factorisation (Bethe): C(pattern) = product of C(pair) over the bonds of the window, over
//! the product of C(site)^(bonds of the site - 1).
//!
//! On windows without loops it is the pair approximation, exact on a Bethe lattice, and keeps all
//! pair marginals; on a triangle it is Kirkwood's superposition, which does not. 0 where a pair is
//! absent. Needs order 2 or more.
//!
//! Sources: Bethe, Proc. R. Soc. A 150, 552 (1935); Matsuda et al., Prog. Theor. Phys. 88, 1035
//! (1992); Kirkwood, J. Chem. Phys. 3, 300 (1935).

use super::{ClosureTask, ClusterClosure, PreparedClosure};
use crate::ClosureError;

/// The pair approximation on any window: pairs over sites.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PairFactorization;

impl ClusterClosure for PairFactorization {
    fn prepare(
        &self,
        task: &mut ClosureTask<'_>,
    ) -> Result<Box<dyn PreparedClosure>, ClosureError> {
        task.products(|task, window| {
            let mut factors = Vec::new();
            for (i, &site) in window.iter().enumerate() {
                let bonds = window.iter().filter(|other| task.lattice().adjacent(site, **other));
                factors.push((vec![site], 1 - bonds.count() as i32));
                let later = window[i + 1..].iter();
                let near = later.filter(|other| task.lattice().adjacent(site, **other));
                factors.extend(near.map(|&other| (vec![site, other], 1)));
            }
            Ok(factors)
        })
    }
}
