//! Draws of a posterior as figures take them.

use bayes_mcmc::Chains;

/// Draws of a posterior, chain after chain, with their misfits.
#[derive(Clone, Debug, PartialEq)]
pub struct Draws {
    names: Vec<String>,
    values: Vec<f64>,
    misfits: Vec<f64>,
}

impl Draws {
    /// The draws of chains whose log-density is `-misfit/variance`, up to a constant prior.
    pub fn of_chains(chains: &Chains, variance: f64) -> Draws {
        Draws {
            names: chains.names().to_vec(),
            values: chains.points().iter().copied().collect(),
            misfits: chains.log_densities().iter().map(|l| 0.0 - variance * l).collect(),
        }
    }

    /// Draws of the eight rates, with their misfits.
    #[cfg(feature = "figures")]
    pub(crate) fn of_rates(draws: impl Iterator<Item = ([f64; 8], f64)>) -> Draws {
        let (points, misfits): (Vec<[f64; 8]>, Vec<f64>) = draws.unzip();
        Draws { names: super::rate_names(), values: points.concat(), misfits }
    }

    /// Names of the parameters.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The misfit J of each draw.
    pub fn misfits(&self) -> &[f64] {
        &self.misfits
    }

    /// The points, one slice a draw, in the order of [`names`](Self::names).
    pub fn points(&self) -> impl ExactSizeIterator<Item = &[f64]> {
        self.values.chunks_exact(self.names.len().max(1))
    }

    /// Number of draws.
    pub fn len(&self) -> usize {
        self.misfits.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.misfits.is_empty()
    }

    /// At most about `count` draws, evenly spread over all chains.
    pub fn thinned(&self, count: usize) -> Draws {
        let step = self.len().div_ceil(count.max(1)).max(1);
        let points = self.points().step_by(step);
        Draws {
            names: self.names.clone(),
            values: points.flatten().copied().collect(),
            misfits: self.misfits.iter().copied().step_by(step).collect(),
        }
    }

    /// The median of each parameter (the lower one of an even number).
    pub fn medians(&self) -> Vec<f64> {
        let median = |parameter: usize| {
            let mut values: Vec<f64> = self.points().map(|point| point[parameter]).collect();
            let middle = values.len().saturating_sub(1) / 2;
            values.select_nth_unstable_by(middle, f64::total_cmp);
            values[middle]
        };
        if self.is_empty() { Vec::new() } else { (0..self.names.len()).map(median).collect() }
    }
}
