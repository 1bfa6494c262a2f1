//! The draws of several chains, and what they say.

use ndarray::{Array1, Array2, Array3, ArrayView2, ArrayView3, Axis};
use rayon::prelude::*;

use crate::run::Storage;
use crate::{McmcError, Rejections, Summary, bulk_ess, mcse_mean, r_hat};

/// The draws of several chains of equal length.
///
/// Statistics pool all draws of all chains and come as one number for each parameter, in the order
/// of [`names`](Chains::names). Nothing is discarded as warm-up.
#[derive(Clone, Debug, PartialEq)]
pub struct Chains {
    names: Vec<String>,
    points: Array3<f64>,
    log_densities: Array2<f64>,
    stages: Array2<u8>,
    rejections: Vec<Rejections>,
}

/// How often proposals were accepted, as fractions from 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Acceptance {
    /// Of all draws, those accepted at the first stage.
    pub first: f64,
    /// Of the draws whose first proposal was rejected, those accepted at the second stage; NaN if
    /// there were none.
    pub second: f64,
    /// Of all draws, those accepted at either stage.
    pub overall: f64,
}

impl Chains {
    pub(crate) fn allocate(
        names: Vec<String>,
        chains: usize,
        draws: usize,
    ) -> Result<Self, McmcError> {
        let dimension = names.len();
        let size = |advice| McmcError::InvalidSize { chains, draws, dimension, advice };
        if chains == 0 || draws == 0 {
            return Err(size("ask for at least one chain and one draw"));
        }
        let too_large = || size("ask for fewer draws, they do not fit in memory");
        let rows = chains.checked_mul(draws).ok_or_else(too_large)?;
        let numbers = rows.checked_mul(dimension).ok_or_else(too_large)?;
        let points = zeros(numbers).ok_or_else(too_large)?;
        let log_densities = zeros(rows).ok_or_else(too_large)?;
        let stages = zeros(rows).ok_or_else(too_large)?;
        let ours = "the lengths are the products of the shapes";
        Ok(Self {
            names,
            points: Array3::from_shape_vec((chains, draws, dimension), points).expect(ours),
            log_densities: Array2::from_shape_vec((chains, draws), log_densities).expect(ours),
            stages: Array2::from_shape_vec((chains, draws), stages).expect(ours),
            rejections: Vec::new(),
        })
    }

    /// The room for each chain.
    pub(crate) fn storage(&mut self) -> impl IndexedParallelIterator<Item = Storage<'_>> {
        let (_, draws, dimension) = self.points.dim();
        let ours = "the arrays were made in standard layout";
        let points =
            self.points.as_slice_mut().expect(ours).par_chunks_exact_mut(draws * dimension);
        let log_densities = self.log_densities.as_slice_mut().expect(ours);
        let stages = self.stages.as_slice_mut().expect(ours);
        points
            .zip(log_densities.par_chunks_exact_mut(draws))
            .zip(stages.par_chunks_exact_mut(draws))
            .map(|((points, log_densities), stages)| Storage { points, log_densities, stages })
    }

    pub(crate) fn set_rejections(&mut self, rejections: Vec<Rejections>) {
        self.rejections = rejections;
    }

    /// The names of the parameters; `x1`, `x2`, ... if the density gave none.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The points: chain x draw x parameter.
    pub fn points(&self) -> ArrayView3<'_, f64> {
        self.points.view()
    }

    /// The draws of one parameter: chain x draw; `None` beyond the last.
    pub fn parameter(&self, index: usize) -> Option<ArrayView2<'_, f64>> {
        (index < self.names.len()).then(|| self.points.index_axis(Axis(2), index))
    }

    /// The log-densities of the points, as the density gave them: chain x draw.
    pub fn log_densities(&self) -> ArrayView2<'_, f64> {
        self.log_densities.view()
    }

    /// The stage at which each draw was accepted, 1 or 2; 0 where it repeats the one before:
    /// chain x draw.
    pub fn stages(&self) -> ArrayView2<'_, u8> {
        self.stages.view()
    }

    /// The number of chains.
    pub fn chains(&self) -> usize {
        self.points.len_of(Axis(0))
    }

    /// The number of draws of each chain.
    pub fn draws(&self) -> usize {
        self.points.len_of(Axis(1))
    }

    /// Evaluations rejected by the density, of each chain.
    pub fn rejections_by_chain(&self) -> &[Rejections] {
        &self.rejections
    }

    /// Evaluations rejected by the density, of all chains together.
    pub fn rejections(&self) -> Rejections {
        let mut total = Rejections::default();
        for rejections in &self.rejections {
            total.merge(rejections);
        }
        total
    }

    /// Acceptance by stage, over all chains.
    pub fn acceptance(&self) -> Acceptance {
        let count = |stage| self.stages.iter().filter(|s| **s == stage).count() as f64;
        let (first, second, draws) = (count(1), count(2), self.stages.len() as f64);
        Acceptance {
            first: first / draws,
            second: second / (draws - first),
            overall: (first + second) / draws,
        }
    }

    /// The means.
    pub fn mean(&self) -> Array1<f64> {
        self.for_each_parameter(|draws| mean(draws)).into()
    }

    /// The standard deviations, with n - 1; NaN for a single draw.
    pub fn standard_deviation(&self) -> Array1<f64> {
        self.for_each_parameter(|draws| draws.std(1.0)).into()
    }

    /// The quantiles at `probability` (0..=1), interpolated linearly between order statistics
    /// (Hyndman and Fan 1996, type 7; the default of R and NumPy).
    ///
    /// # Errors
    /// [`McmcError::InvalidProbability`] outside of 0..=1.
    pub fn quantile(&self, probability: f64) -> Result<Array1<f64>, McmcError> {
        if !(0.0..=1.0).contains(&probability) {
            return Err(McmcError::InvalidProbability { probability });
        }
        Ok(self.for_each_parameter(|draws| quantiles(draws, [probability])[0]).into())
    }

    /// [`r_hat`] of each parameter.
    pub fn r_hat(&self) -> Array1<f64> {
        self.for_each_parameter(|draws| r_hat(draws)).into()
    }

    /// [`bulk_ess`] of each parameter.
    pub fn bulk_ess(&self) -> Array1<f64> {
        self.for_each_parameter(|draws| bulk_ess(draws)).into()
    }

    /// [`mcse_mean`] of each parameter.
    pub fn mcse_mean(&self) -> Array1<f64> {
        self.for_each_parameter(|draws| mcse_mean(draws)).into()
    }

    /// All of this as a table to print, with a warning in words where the chains cannot be trusted.
    pub fn summary(&self) -> Summary {
        Summary::of(self)
    }

    /// `statistic` of the draws (chain x draw) of each parameter, in parallel.
    pub(crate) fn for_each_parameter<T: Send>(
        &self,
        statistic: impl Fn(ArrayView2<'_, f64>) -> T + Sync,
    ) -> Vec<T> {
        let parameters = (0..self.names.len()).into_par_iter();
        parameters.map(|index| statistic(self.points.index_axis(Axis(2), index))).collect()
    }
}

pub(crate) fn mean(draws: ArrayView2<'_, f64>) -> f64 {
    draws.sum() / draws.len() as f64
}

/// Type 7 quantiles of at least one draw.
pub(crate) fn quantiles<const N: usize>(
    draws: ArrayView2<'_, f64>,
    probabilities: [f64; N],
) -> [f64; N] {
    let mut sorted: Vec<f64> = draws.iter().copied().collect();
    sorted.sort_unstable_by(f64::total_cmp);
    probabilities.map(|probability| {
        let place = probability * (sorted.len() - 1) as f64;
        let below = place.floor() as usize;
        let above = (below + 1).min(sorted.len() - 1);
        sorted[below] + (place - below as f64) * (sorted[above] - sorted[below])
    })
}

/// A vector of zeros, if it fits in memory.
fn zeros<T: Clone + Default>(length: usize) -> Option<Vec<T>> {
    let mut values = Vec::new();
    values.try_reserve_exact(length).ok()?;
    values.resize(length, T::default());
    Some(values)
}
