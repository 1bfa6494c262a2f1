//! Mean field: C(pattern) = product of C(site) over its sites.
//!
//! Exact without correlations, and in the limit of many neighbours. Any order, but it uses nothing
//! of a state except its densities: it is meant for order 1. Range: all densities.

use super::{ClosureTask, ClusterClosure, PreparedClosure};
use crate::ClosureError;

/// Sites without correlation: the product of the densities.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MeanField;

impl ClusterClosure for MeanField {
    fn prepare(
        &self,
        task: &mut ClosureTask<'_>,
    ) -> Result<Box<dyn PreparedClosure>, ClosureError> {
        task.products(|_, window| Ok(window.iter().map(|site| (vec![*site], 1)).collect()))
    }
}
