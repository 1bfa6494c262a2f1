//! The plain pair approximation: what stands outside a known window knows of it only the site that
//! it acts on, C(W and w) = C(W) C(a, w) / C(a).
//!
//! An event changes the site a of a window W of `order` sites and depends on neighbors w of a
//! outside W. Each of these is taken to be independent of all else given a, whether it also touches
//! other sites of W or not: triangles are closed as chains around the site that changes, and the
//! thresholds of the contact process are 1/(z - 1) with pairs on every lattice. Where several events
//! need a pattern around different sites it gets the mean of their values. 0 where a pair is
//! absent. Needs order 2 or more.
//!
//! Sources: Matsuda, Ogita, Sasaki, Sato, Prog. Theor. Phys. 88, 1035 (1992); Keeling, Proc. R. Soc.
//! B 266, 859 (1999), without the correction for clustering.

use super::products::Products;
use super::{ClosureTask, ClusterClosure, Division, PreparedClosure};
use crate::ClosureError;

/// The pair approximation that closes triangles as chains around the site that changes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PlainPairApproximation;

impl ClusterClosure for PlainPairApproximation {
    fn prepare(
        &self,
        task: &mut ClosureTask<'_>,
    ) -> Result<Box<dyn PreparedClosure>, ClosureError> {
        let mut products = Products::default();
        let mut ways = Vec::new();
        for pattern in task.needed() {
            let divisions = task.divisions(pattern);
            if divisions.is_empty() {
                return Err(task.unknown(pattern));
            }
            for Division { window, center, outside } in &divisions {
                let mut powers = vec![(task.part(window)?, 1)];
                for &one in outside {
                    powers.push((task.part(&[*center, one])?, 1));
                }
                powers.push((task.part(&[*center])?, -(outside.len() as i32)));
                products.push(&powers);
            }
            ways.push(divisions.len());
        }
        let total = ways.iter().sum();
        Ok(Box::new(move |parts: &[f64], needed: &mut [f64]| {
            let mut values = vec![0.0; total];
            products.evaluate(parts, &mut values)?;
            let mut rest = &values[..];
            for (value, &ways) in needed.iter_mut().zip(&ways) {
                let (own, others) = rest.split_at(ways);
                *value = own.iter().sum::<f64>() / ways as f64;
                rest = others;
            }
            Ok(())
        }))
    }
}
