//! What a posterior predicts for the pairs, beside the data.
//!
//! A prediction is the trajectory at a draw of the rates plus an error as large and as long-lived as the
//! residual of the best fit: variance n v / 3 in C+- and, along the samples, an autoregression whose
//! coefficient rho gives n independent values, rho^2 = (m - n)/(m + n) for m samples. C++ and C-- miss
//! by the opposite, as composition is conserved. The first sample is the start of the model and exact.

use super::Discrepancy;
use super::fit::{MeasuredComposition, conserving};
use super::normal::standard_normal;
use super::posteriors::InferredRates;
use super::session::Session;
use crate::StudyError;
use crate::compare::ComparedClosure;
use cluster_stats::{PairConcentrations, PairType};
use hierarchy_ode::RateConstants;

/// Draws of each chain that are followed.
const DRAWS: usize = 100;

/// Predicted pairs, and the bands of them.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Prediction {
    /// Name of the closure in files.
    pub(super) closure: String,
    /// Draws with errors: chain, draw, sample.
    pub(super) draws: Vec<Vec<Vec<PairConcentrations>>>,
    /// At each sample and for each pair, the 5, 50 and 95 % quantiles of the predictions, then the 5
    /// and 95 % quantiles of the trajectories without errors.
    pub(super) bands: Vec<[[f64; 5]; 3]>,
}

impl Prediction {
    pub(super) fn new(
        session: &Session<'_>,
        compared: &ComparedClosure,
        at: &MeasuredComposition,
        posterior: &InferredRates,
        discrepancy: &Discrepancy,
    ) -> Result<Prediction, StudyError> {
        let model = conserving(&*compared.closure);
        let data = &at.annealed.mean.mean;
        let (start, times) = (data.first().concentrations.pairs, data.times());
        let points = posterior.chains.points();
        let every = posterior.chains.draws().div_ceil(DRAWS);
        let mut rng = session.generator(&format!("prediction {}", compared.name));
        let mut trajectories = Vec::new();
        let mut draws = Vec::new();
        for chain in 0..posterior.chains.chains() {
            let mut of_chain = Vec::new();
            for draw in (0..posterior.chains.draws()).step_by(every) {
                let rates = std::array::from_fn(|rate| points[(chain, draw, rate)]);
                let rates = RateConstants::from_array(rates)?;
                let solution = model.solve(&rates, start, &times)?;
                let errors = errors(discrepancy, times.len(), || standard_normal(&mut rng));
                let missed =
                    solution.pairs().iter().zip(errors).map(|(pairs, error)| PairConcentrations {
                        plus_plus: pairs.plus_plus - error,
                        minus_minus: pairs.minus_minus - error,
                        plus_minus: pairs.plus_minus + error,
                    });
                of_chain.push(missed.collect());
                trajectories.push(solution.pairs().to_vec());
            }
            draws.push(of_chain);
        }
        let bands = (0..times.len()).map(|sample| {
            PairType::ALL.map(|pair| {
                let value = |path: &Vec<PairConcentrations>| path[sample].get(pair);
                let [low, middle, high] =
                    quantiles(draws.iter().flatten().map(value), [0.05, 0.5, 0.95]);
                let [least, most] = quantiles(trajectories.iter().map(value), [0.05, 0.95]);
                [low, middle, high, least, most]
            })
        });
        let bands = bands.collect();
        Ok(Prediction { closure: compared.name.to_owned(), draws, bands })
    }
}

/// Errors of C+- at the samples.
fn errors(discrepancy: &Discrepancy, samples: usize, mut normal: impl FnMut() -> f64) -> Vec<f64> {
    let (values, count) = (discrepancy.values, (samples - 1) as f64);
    let size = (values * discrepancy.variance / 3.0).sqrt();
    let memory = ((count - values).max(0.0) / (count + values)).sqrt();
    let fresh = (1.0 - memory * memory).sqrt();
    let mut errors = vec![0.0; samples];
    let mut error = size * normal();
    for written in errors.iter_mut().skip(1) {
        *written = error;
        error = memory * error + fresh * size * normal();
    }
    errors
}

/// Quantiles, interpolated linearly between order statistics.
fn quantiles<const N: usize>(values: impl Iterator<Item = f64>, at: [f64; N]) -> [f64; N] {
    let mut sorted: Vec<f64> = values.collect();
    sorted.sort_unstable_by(f64::total_cmp);
    at.map(|part| {
        let place = part * (sorted.len() - 1) as f64;
        let below = place as usize;
        let above = (below + 1).min(sorted.len() - 1);
        sorted[below] + (place - below as f64) * (sorted[above] - sorted[below])
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::infer::{ReplicaNoise, independent_values};
    use rand::SeedableRng;
    use rand_pcg::Pcg64;

    #[test]
    fn errors_are_as_large_and_as_many_as_the_residual() {
        let noise = ReplicaNoise { variance: 1e-8, values: 5.0 };
        let at = Discrepancy { x: 0.3, noise, misfit: 1e-4, values: 20.0, variance: 1e-5 };
        let mut rng = Pcg64::seed_from_u64(2);
        let samples = 40_001;
        // a long path with the memory of a short one
        let short = errors(&at, 61, || standard_normal(&mut rng));
        assert!(short[0] == 0.0 && short.len() == 61);
        let long = Discrepancy { values: at.values * (samples - 1) as f64 / 60.0, ..at };
        let long = Discrepancy { variance: at.variance * at.values / long.values, ..long };
        let path = errors(&long, samples, || standard_normal(&mut rng));
        let square = path.iter().map(|e| e * e).sum::<f64>() / samples as f64;
        assert!((square / (20.0 * 1e-5 / 3.0) - 1.0).abs() < 0.05, "{square}");
        let values = independent_values(&path[1..]) / long.values;
        assert!((values - 1.0).abs() < 0.1, "{values}");
    }
}
