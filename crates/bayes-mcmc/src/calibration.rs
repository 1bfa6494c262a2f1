//! Simulation-based calibration: does a posterior mean what it says?
//!
//! Parameters drawn from the prior, data simulated with them, the posterior of those data sampled: then
//! the parameters are one more draw of the posterior, and their rank among L draws is uniform on
//! 0..=L. Whatever is wrong, in likelihood, prior, simulator or sampler, shows in the ranks: a hump for
//! posteriors too wide, a valley for too narrow ones, a slope for a bias.
//!
//! Sources: Talts, Betancourt, Simpson, Vehtari and Gelman 2018, arXiv 1804.06788; Sailynoja, Buerkner
//! and Vehtari 2022, Stat. Comput. 32, 32 (the distribution function of ranks).

use rand::RngExt;
use rand_pcg::Pcg64;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::stream::stream;
use crate::{Chains, Halt, McmcError, Prior};

/// Draws of the prior until the simulator takes one.
const TRIALS: usize = 1000;
/// Data sets that run between two looks at what is wanted.
const BATCH: usize = 64;
/// The least number of ranks to expect in a bin.
const EXPECTED: usize = 10;

/// The ranks of a calibration, which can go on.
///
/// ```
/// use bayes_mcmc::{AdaptiveDelayedRejection, Calibration, Normal, Posterior, Prior, Sampling};
/// use bayes_mcmc::from_fn;
///
/// # fn main() -> Result<(), bayes_mcmc::McmcError> {
/// // one measurement of a height, with noise of standard deviation 0.5
/// let (prior, noise) = (Normal::new(0.0, 1.0)?, Normal::new(0.0, 0.5)?);
/// let mut calibration = Calibration::new(["height"], 99, 7)?;
/// calibration.in_total(
///     100,
///     &prior,
///     |height, rng| Ok(height[0] + noise.draw(1, rng)?[0]),
///     |measured, seed| {
///         let likelihood = from_fn(|height| Ok(-2.0 * (height[0] - measured).powi(2)));
///         let posterior = Posterior::new(&prior, likelihood);
///         let sampling = Sampling::new(AdaptiveDelayedRejection::new());
///         sampling.starting_at([*measured]).chains(1).sample(&posterior, 2000, seed)
///     },
/// )?;
/// assert!(calibration.uniformity().iter().all(|parameter| parameter.p_value() > 1e-3));
/// # Ok(())
/// # }
/// ```
///
/// It can be written with serde between two calls, and goes on with the same bits.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Calibration {
    names: Vec<String>,
    draws: usize,
    seed: u64,
    ranks: Vec<Vec<usize>>,
    least_effective_size: f64,
}

/// How uniform the ranks of a parameter are; see [`Calibration::uniformity`].
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Uniformity {
    /// The parameter.
    pub name: String,
    /// The sum over bins of (found - expected)^2 / expected.
    pub chi_square: f64,
    /// The bins less one.
    pub degrees_of_freedom: usize,
    /// The probability of a larger chi-square if the ranks are uniform.
    pub chi_square_p_value: f64,
    /// The largest difference of the distribution functions of the ranks and of the uniform law.
    pub largest_difference: f64,
    /// The probability of a larger one if the ranks are uniform (Kolmogorov; a little too large,
    /// because ranks are discrete).
    pub difference_p_value: f64,
}

impl Uniformity {
    /// The smaller of both p-values, doubled for having been chosen, at most 1. Below 1e-3, say, the
    /// posterior is not to be trusted.
    pub fn p_value(&self) -> f64 {
        (2.0 * self.chi_square_p_value.min(self.difference_p_value)).min(1.0)
    }
}

impl Calibration {
    /// No data sets yet; ranks of the parameters of these names among `draws` draws (L, such as 99:
    /// L + 1 should have many divisors).
    ///
    /// # Errors
    /// [`McmcError::NoParameters`] without names, [`McmcError::InvalidSize`] without draws.
    pub fn new<N: Into<String>>(
        names: impl IntoIterator<Item = N>,
        draws: usize,
        seed: u64,
    ) -> Result<Self, McmcError> {
        let names: Vec<String> = names.into_iter().map(Into::into).collect();
        if names.is_empty() {
            return Err(McmcError::NoParameters);
        }
        if draws == 0 {
            let advice = "rank among at least one draw";
            return Err(McmcError::InvalidSize {
                chains: 1,
                draws,
                dimension: names.len(),
                advice,
            });
        }
        let least_effective_size = f64::INFINITY;
        Ok(Self { names, draws, seed, ranks: Vec::new(), least_effective_size })
    }

    /// Goes on until there are this many data sets; nothing happens if there are. What was done stays
    /// when an error ends it, so that it can be called again.
    ///
    /// `simulate` makes data of parameters; where it rejects them others are drawn, as the posterior
    /// must reject them too. `sample` gives chains of the posterior of data, by a seed; L draws are
    /// taken from them at even distances, so let there be several times L effective ones
    /// ([`least_effective_size`](Self::least_effective_size)). Data sets run in parallel, each by its
    /// own random numbers: a seed gives the same bits on any number of threads, and more data sets
    /// leave the first ones as they are.
    ///
    /// # Errors
    /// What prior and `sample` return, [`McmcError::Stopped`] for what `simulate` stops at, and
    /// [`McmcError::Dimension`] or [`McmcError::InvalidSize`] for chains of other parameters or with
    /// fewer than L draws.
    pub fn in_total<P: Prior + ?Sized, Y>(
        &mut self,
        data_sets: usize,
        prior: &P,
        simulate: impl Fn(&[f64], &mut Pcg64) -> Result<Y, Halt> + Sync,
        sample: impl Fn(&Y, u64) -> Result<Chains, McmcError> + Sync,
    ) -> Result<(), McmcError> {
        while self.ranks.len() < data_sets {
            let first = self.ranks.len();
            let batch = first..data_sets.min(first + BATCH);
            let done: Vec<Result<(Vec<usize>, f64), McmcError>> = batch
                .into_par_iter()
                .map(|number| {
                    let mut rng = stream(self.seed, number);
                    let (truth, data) = self.data_set(prior, &simulate, &mut rng)?;
                    let chains = sample(&data, rng.random())?;
                    let size = chains.bulk_ess().into_iter().fold(f64::INFINITY, f64::min);
                    Ok((self.rank(&truth, &chains, &mut rng)?, size))
                })
                .collect();
            for outcome in done {
                let (ranks, size) = outcome?;
                self.ranks.push(ranks);
                self.least_effective_size = self.least_effective_size.min(size);
            }
        }
        Ok(())
    }

    fn data_set<P: Prior + ?Sized, Y>(
        &self,
        prior: &P,
        simulate: impl Fn(&[f64], &mut Pcg64) -> Result<Y, Halt>,
        rng: &mut Pcg64,
    ) -> Result<(Vec<f64>, Y), McmcError> {
        let mut trial = 1;
        loop {
            let point = prior.draw(self.names.len(), rng)?;
            match simulate(&point, rng) {
                Ok(data) => return Ok((point, data)),
                Err(Halt::Stop(source)) => return Err(McmcError::Stopped { point, source }),
                Err(Halt::Reject(reason)) if trial == TRIALS => {
                    return Err(McmcError::StartRejected { chain: 0, point, reason });
                }
                Err(Halt::Reject(_)) => trial += 1,
            }
        }
    }

    /// For each parameter the number of the L draws below the truth; equal ones count at random.
    fn rank(
        &self,
        truth: &[f64],
        chains: &Chains,
        rng: &mut Pcg64,
    ) -> Result<Vec<usize>, McmcError> {
        let points = chains.points();
        let (count, draws, dimension) = points.dim();
        crate::checks::check_dimension("the chains", self.names.len(), dimension)?;
        let total = count * draws;
        if total < self.draws {
            let advice = "have the sampler draw more than the draws to rank among";
            return Err(McmcError::InvalidSize { chains: count, draws, dimension, advice });
        }
        let mut ranks = Vec::with_capacity(dimension);
        for (parameter, truth) in truth.iter().enumerate() {
            let (mut below, mut equal) = (0, 0);
            for kept in 0..self.draws {
                let place = kept * total / self.draws;
                let x = points[[place / draws, place % draws, parameter]];
                below += usize::from(x < *truth);
                equal += usize::from(x == *truth);
            }
            ranks.push(below + rng.random_range(0..=equal));
        }
        Ok(ranks)
    }

    /// The names of the parameters.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// Of each data set the ranks of all parameters, from 0 to L.
    pub fn ranks(&self) -> &[Vec<usize>] {
        &self.ranks
    }

    /// The smallest bulk effective sample size of all parameters and data sets so far. Below L the
    /// draws are not independent, and ranks not uniform even if all is right.
    pub fn least_effective_size(&self) -> f64 {
        self.least_effective_size
    }

    /// How uniform the ranks are, for each parameter. The bins divide 0..=L evenly, each with ten
    /// ranks to expect if there are so many.
    pub fn uniformity(&self) -> Vec<Uniformity> {
        let values = self.draws + 1;
        let most = (self.ranks.len() / EXPECTED).clamp(2, values);
        let bins = (1..=most).rev().find(|bins| values.is_multiple_of(*bins)).unwrap_or(1);
        let of = |(parameter, name): (usize, &String)| {
            let ranks = self.ranks.iter().map(|ranks| ranks[parameter]);
            let mut found = vec![0.0; bins];
            let mut counts = vec![0.0; values];
            for rank in ranks {
                found[rank * bins / values] += 1.0;
                counts[rank] += 1.0;
            }
            let total = self.ranks.len() as f64;
            let expected = total / bins as f64;
            let chi_square: f64 =
                found.iter().map(|found| (found - expected).powi(2) / expected).sum();
            let (mut below, mut largest) = (0.0, 0.0_f64);
            for (rank, count) in (1..).zip(&counts) {
                below += count / total;
                largest = largest.max(f64::abs(below - f64::from(rank) / values as f64));
            }
            Uniformity {
                name: name.clone(),
                chi_square,
                degrees_of_freedom: bins - 1,
                chi_square_p_value: chi_square_tail(bins - 1, chi_square),
                largest_difference: largest,
                difference_p_value: kolmogorov(largest, total),
            }
        };
        self.names.iter().enumerate().map(of).collect()
    }
}

/// The probability of a larger chi-square with these degrees of freedom: by the recurrence of the incomplete
/// gamma function (DLMF 8.8.2) from erfc or exp, whose terms are all positive; 1 without freedom.
fn chi_square_tail(freedom: usize, chi_square: f64) -> f64 {
    let x = 0.5 * chi_square;
    if freedom == 0 || x <= 0.0 {
        return 1.0;
    }
    let odd = freedom % 2 == 1;
    let mut shape = if odd { 0.5 } else { 1.0 };
    let mut tail = if odd { libm::erfc(x.sqrt()) } else { libm::exp(-x) };
    while 2.0 * shape < freedom as f64 {
        tail += libm::exp(shape * libm::log(x) - x - libm::lgamma(shape + 1.0));
        shape += 1.0;
    }
    tail.min(1.0)
}

/// The probability of a larger difference of distribution functions of `count` values (Stephens 1970,
/// J. R. Stat. Soc. B 32, 115).
fn kolmogorov(difference: f64, count: f64) -> f64 {
    let root = count.sqrt();
    let x = (root + 0.12 + 0.11 / root) * difference;
    if x < 0.3 {
        return 1.0;
    }
    let term = |k: i32| {
        let k = f64::from(k);
        libm::exp(-2.0 * k * k * x * x)
    };
    let series: f64 = (1..=20).map(|k| if k % 2 == 1 { term(k) } else { -term(k) }).sum();
    (2.0 * series).clamp(0.0, 1.0)
}

#[cfg(test)]
mod tests {
    use super::chi_square_tail;

    #[test]
    fn chi_square_tails_are_those_of_the_tables() {
        // NIST/SEMATECH e-Handbook 1.3.6.7.4, upper critical values, three decimals
        for (freedom, value, expected) in [
            (1, 3.841, 0.05),
            (2, 9.210, 0.01),
            (5, 20.515, 0.001),
            (10, 18.307, 0.05),
            (19, 36.191, 0.01),
            (100, 124.342, 0.05),
        ] {
            approx::assert_relative_eq!(
                chi_square_tail(freedom, value),
                expected,
                max_relative = 1e-3
            );
        }
        // by mpmath with 40 digits: the regularized upper gamma function
        for (freedom, value, expected) in [
            (1, 3.841, 0.0500136837639567),
            (2, 9.21, 0.010001702004705479),
            (19, 36.191, 0.00999962865185401),
            (19, 12.0, 0.8856253321541486),
            (100, 124.342, 0.05000071576997177),
            (99, 300.0, 4.226653464419626e-22),
        ] {
            approx::assert_relative_eq!(
                chi_square_tail(freedom, value),
                expected,
                max_relative = 1e-12
            );
        }
        assert_eq!([chi_square_tail(0, 3.0), chi_square_tail(4, 0.0)], [1.0, 1.0]);
    }
}
