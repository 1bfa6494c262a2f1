//! The draws of several chains, and what they say.

mod table;

use ndarray::{Array1, Array2, Array3, ArrayView2, ArrayView3, Axis};
use rayon::prelude::*;

use crate::chain::Chain;
use crate::checks::check_dimension;
use crate::diagnostics::{moments, quantile};
use crate::{McmcError, Rejections, Sampler, Summary, bulk_ess, mcse_mean, r_hat, tail_ess};

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
    swap_rates: Vec<Vec<f64>>,
}

/// How often proposals were accepted and moved the chain, as fractions from 0 to 1. A proposal that
/// rounds to the present point counts as rejected, so that a chain that never moves accepts nothing.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Acceptance {
    /// Of all draws, those accepted at the first stage.
    pub first: f64,
    /// Of the draws whose first proposal was rejected, those accepted at the second stage; NaN if
    /// there were none.
    pub second: f64,
    /// Of all draws, those accepted at any stage.
    pub overall: f64,
}

impl Chains {
    /// The draws that every chain has.
    pub(crate) fn of_run<S: Sampler>(names: &[String], chains: &[Chain<S>]) -> Self {
        let (count, dimension) = (chains.len(), names.len());
        let draws = chains.iter().map(|chain| chain.draws.len()).min().unwrap_or(0);
        let mut points = Vec::with_capacity(count * draws * dimension);
        let mut log_densities = Vec::with_capacity(count * draws);
        let mut stages = Vec::with_capacity(count * draws);
        for Chain { draws: all, .. } in chains {
            points.extend_from_slice(&all.points[..draws * dimension]);
            log_densities.extend_from_slice(&all.log_densities[..draws]);
            stages.extend_from_slice(&all.stages[..draws]);
        }
        let ours = "the lengths are the products of the shapes";
        Self {
            names: names.to_vec(),
            points: Array3::from_shape_vec((count, draws, dimension), points).expect(ours),
            log_densities: Array2::from_shape_vec((count, draws), log_densities).expect(ours),
            stages: Array2::from_shape_vec((count, draws), stages).expect(ours),
            rejections: chains.iter().map(|chain| chain.rejections.clone()).collect(),
            swap_rates: chains.iter().map(|chain| chain.sampler.swap_rates()).collect(),
        }
    }

    /// Other quantities of each draw, by name, such as combinations of parameters: `map` writes them
    /// from the point. Log-densities, stages and what else there is stay.
    ///
    /// ```
    /// # use bayes_mcmc::{DelayedRejection, from_fn};
    /// # fn main() -> Result<(), bayes_mcmc::McmcError> {
    /// # let density = from_fn(|k| Ok(-k[0] * k[0] - k[1] * k[1])).named(["k1", "k2"]);
    /// # let chains = DelayedRejection::new([1.0; 2], [0.5; 2])?.starting_at([0.0; 2]).sample(&density, 100, 7)?;
    /// let sum = chains.mapped(["4 k1 + k2"], |k, sum| sum[0] = 4.0 * k[0] + k[1])?;
    /// println!("{}", sum.summary());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`McmcError::NoParameters`] without names.
    pub fn mapped<N: Into<String>>(
        &self,
        names: impl IntoIterator<Item = N>,
        map: impl Fn(&[f64], &mut [f64]),
    ) -> Result<Self, McmcError> {
        let names: Vec<String> = names.into_iter().map(Into::into).collect();
        if names.is_empty() {
            return Err(McmcError::NoParameters);
        }
        let mut points = Array3::zeros((self.chains(), self.draws(), names.len()));
        let mut written = vec![0.0; names.len()];
        for (point, mut quantities) in self.points.rows().into_iter().zip(points.rows_mut()) {
            map(&point.to_vec(), &mut written);
            quantities.iter_mut().zip(&written).for_each(|(to, from)| *to = *from);
        }
        self.with_points(names, points, self.log_densities.clone())
    }

    /// The same chains with other points and log-densities, of the same shape but for the number of
    /// parameters.
    pub(crate) fn with_points(
        &self,
        names: Vec<String>,
        points: Array3<f64>,
        log_densities: Array2<f64>,
    ) -> Result<Self, McmcError> {
        let names = names_or_numbers(names, points.len_of(Axis(2)))?;
        let (stages, rejections) = (self.stages.clone(), self.rejections.clone());
        let swap_rates = self.swap_rates.clone();
        Ok(Self { names, points, log_densities, stages, rejections, swap_rates })
    }

    /// Chains from elsewhere, such as a file, for their statistics: points are chain x draw x parameter,
    /// log-densities and stages chain x draw. There are no rejections and swaps to tell of.
    ///
    /// # Errors
    /// [`McmcError::Dimension`] for shapes that do not fit, [`McmcError::NoParameters`] without names,
    /// [`McmcError::InvalidSize`] without draws.
    pub fn new<N: Into<String>>(
        names: impl IntoIterator<Item = N>,
        points: Array3<f64>,
        log_densities: Array2<f64>,
        stages: Array2<u8>,
    ) -> Result<Self, McmcError> {
        let names: Vec<String> = names.into_iter().map(Into::into).collect();
        let (chains, draws, dimension) = points.dim();
        if names.is_empty() {
            return Err(McmcError::NoParameters);
        }
        check_dimension("the list of names", dimension, names.len())?;
        for shape in [log_densities.dim(), stages.dim()] {
            check_dimension("the list of chains", chains, shape.0)?;
            check_dimension("each chain", draws, shape.1)?;
        }
        if chains * draws == 0 {
            let advice = "give at least one chain and one draw";
            return Err(McmcError::InvalidSize { chains, draws, dimension, advice });
        }
        let rejections = vec![Rejections::default(); chains];
        let swap_rates = vec![Vec::new(); chains];
        Ok(Self { names, points, log_densities, stages, rejections, swap_rates })
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

    /// The stage at which each draw was accepted, from 1; 0 where no proposal was accepted that differs
    /// from the present point, so that it repeats
    /// the one before unless temperatures were swapped or the chain jumped to another mode: chain x draw.
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

    /// Evaluations rejected by the density, of each chain, those of the warm-up included.
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

    /// How often each chain's neighbouring temperatures swapped their states, as fractions, the
    /// coldest pair first; empty for samplers without temperatures.
    pub fn swap_rates(&self) -> &[Vec<f64>] {
        &self.swap_rates
    }

    /// Acceptance by stage, over all chains.
    pub fn acceptance(&self) -> Acceptance {
        let count = |stage| self.stages.iter().filter(|s| **s == stage).count() as f64;
        let (first, second, draws) = (count(1), count(2), self.stages.len() as f64);
        Acceptance {
            first: first / draws,
            second: second / (draws - first),
            overall: 1.0 - count(0) / draws,
        }
    }

    /// The means.
    pub fn mean(&self) -> Array1<f64> {
        self.for_each_parameter(|draws| moments(draws)[0]).into()
    }

    /// The standard deviations, with n - 1; NaN for a single draw.
    pub fn standard_deviation(&self) -> Array1<f64> {
        self.for_each_parameter(|draws| moments(draws)[1]).into()
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
        let of = |draws: ArrayView2<'_, f64>| {
            let mut sorted: Vec<f64> = draws.iter().copied().collect();
            sorted.sort_unstable_by(f64::total_cmp);
            quantile(&sorted, probability)
        };
        Ok(self.for_each_parameter(of).into())
    }

    /// [`r_hat`] of each parameter.
    pub fn r_hat(&self) -> Array1<f64> {
        self.for_each_parameter(|draws| r_hat(draws)).into()
    }

    /// [`bulk_ess`] of each parameter.
    pub fn bulk_ess(&self) -> Array1<f64> {
        self.for_each_parameter(|draws| bulk_ess(draws)).into()
    }

    /// [`tail_ess`] of each parameter.
    pub fn tail_ess(&self) -> Array1<f64> {
        self.for_each_parameter(|draws| tail_ess(draws)).into()
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
        statistic: impl Fn(ArrayView2<'_, f64>) -> T + Sync + Send,
    ) -> Vec<T> {
        self.for_each_parameter_in(|| (), |(), draws| statistic(draws))
    }

    /// Likewise, with room to work in that the parameters of a thread share.
    pub(crate) fn for_each_parameter_in<R, T: Send>(
        &self,
        room: impl Fn() -> R + Sync + Send,
        statistic: impl Fn(&mut R, ArrayView2<'_, f64>) -> T + Sync + Send,
    ) -> Vec<T> {
        let parameters = (0..self.names.len()).into_par_iter();
        let each = self.names.len().div_ceil(rayon::current_num_threads());
        let of = |room: &mut R, index| statistic(room, self.points.index_axis(Axis(2), index));
        parameters.with_min_len(each).map_init(room, of).collect()
    }
}

/// The names of the parameters; `x1`, `x2`, ... if the density gave none.
pub(crate) fn names_or_numbers(
    names: Vec<String>,
    dimension: usize,
) -> Result<Vec<String>, McmcError> {
    if names.is_empty() {
        return Ok((1..=dimension).map(|i| format!("x{i}")).collect());
    }
    check_dimension("the list of names", dimension, names.len())?;
    Ok(names)
}
