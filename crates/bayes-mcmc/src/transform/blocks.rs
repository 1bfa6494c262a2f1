//! Transforms side by side, each of its own parameters.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use super::Transform;
use crate::checks::check_dimension;
use crate::{Halt, UniformBox};

/// Groups of parameters, one after the other, each with a transform of its own.
///
/// ```
/// use bayes_mcmc::{Blocks, Identity, Log, Logit, check_transform_contract};
///
/// # fn main() -> Result<(), bayes_mcmc::McmcError> {
/// // two rates, a fraction, an offset
/// let transform = Blocks::new().with(2, Log).with(1, Logit::new(0.0, 1.0)?).with(1, Identity);
/// check_transform_contract(&transform, [[0.3, -2.0, 0.5, 7.0]])?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Default)]
pub struct Blocks {
    blocks: Vec<(Range<usize>, Arc<dyn Transform>)>,
}

impl Blocks {
    /// No parameters yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds this many parameters, with this transform.
    pub fn with(mut self, parameters: usize, transform: impl Transform + 'static) -> Self {
        let before = self.dimension();
        self.blocks.push((before..before + parameters, Arc::new(transform)));
        self
    }

    /// The number of parameters.
    pub fn dimension(&self) -> usize {
        self.blocks.last().map_or(0, |(range, _)| range.end)
    }

    fn check(&self, numbers: [usize; 2]) -> Result<(), Halt> {
        for found in numbers {
            check_dimension("the point", self.dimension(), found)?;
        }
        Ok(())
    }
}

impl Transform for Blocks {
    fn to_parameters(&self, coordinates: &[f64], parameters: &mut [f64]) -> Result<f64, Halt> {
        self.check([coordinates.len(), parameters.len()])?;
        let mut log_jacobian = 0.0;
        for (range, block) in &self.blocks {
            let range = range.clone();
            log_jacobian +=
                block.to_parameters(&coordinates[range.clone()], &mut parameters[range])?;
        }
        Ok(log_jacobian)
    }

    fn to_coordinates(&self, parameters: &[f64], coordinates: &mut [f64]) -> Result<(), Halt> {
        self.check([coordinates.len(), parameters.len()])?;
        for (range, block) in &self.blocks {
            let range = range.clone();
            block.to_coordinates(&parameters[range.clone()], &mut coordinates[range])?;
        }
        Ok(())
    }

    fn support(&self, parameters: &UniformBox) -> Option<UniformBox> {
        parameters.per_component().check_dimension(self.dimension()).ok()?;
        let mut bounds = Vec::with_capacity(self.dimension());
        for (range, block) in &self.blocks {
            let own: Option<Vec<_>> = range.clone().map(|i| parameters.bounds(i)).collect();
            let mapped = block.support(&UniformBox::from_bounds(own?).ok()?)?;
            bounds.extend(mapped.per_component().all(range.len()).ok()?.copied());
        }
        UniformBox::from_bounds(bounds).ok()
    }

    fn names(&self, parameters: &[String]) -> Vec<String> {
        let names = |(range, block): &(Range<usize>, Arc<dyn Transform>)| {
            block.names(parameters.get(range.clone()).unwrap_or_default())
        };
        self.blocks.iter().flat_map(names).collect()
    }
}

impl fmt::Debug for Blocks {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ranges: Vec<_> = self.blocks.iter().map(|(range, _)| range).collect();
        formatter.debug_struct("Blocks").field("ranges", &ranges).finish_non_exhaustive()
    }
}
