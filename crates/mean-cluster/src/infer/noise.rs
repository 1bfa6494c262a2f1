//! Noise variances: what replicas measure, and how many independent numbers a trajectory is.
//!
//! The misfit is J = 1/2 sum_i w_i r_i^2 over the samples (weights w of the trapezoids) and the three
//! pairs. With r Gaussian noise of covariance C, J is a weighted sum of chi-squares whose weights are
//! half the eigenvalues of S = W^1/2 C W^1/2. The likelihood exp(-J/v) takes J/v for half a chi-square
//! of n degrees of freedom; mean and variance are those of the noise (Satterthwaite) if
//!
//! ```text
//! v = tr(S^2) / tr(S),   n = tr(S)^2 / tr(S^2)
//! ```
//!
//! White noise of variance s^2 at equal times, with C+- moving and C++, C-- moving along as
//! composition demands, gives v = 3 w s^2 and n the number of samples; noise that is correlated in time
//! gives a larger v and fewer degrees of freedom.
//! Sources: Satterthwaite, Biometrics Bulletin 2, 110 (1946); for likelihoods that ignore
//! correlations: Varin, Reid and Firth, Statistica Sinica 21, 5 (2011).

use cluster_stats::{StatsError, Trajectory};
use serde::{Deserialize, Serialize};

/// The noise of a mean over replicas, as the misfit J sees it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReplicaNoise {
    /// v: the variance to divide J by, of the **mean** over the replicas, in (concentration)^2, per
    /// unit of the duration as J. That of one replica is this times their number.
    #[serde(rename = "noise_variance")]
    pub variance: f64,
    /// n: how many independent numbers the noise of the trajectory amounts to; 1 to samples - 1.
    #[serde(rename = "noise_values")]
    pub values: f64,
}

impl ReplicaNoise {
    /// From replicas with equal sample times. tr(S^2) is estimated without bias, as the sample
    /// covariance of few replicas overstates it.
    ///
    /// # Errors
    /// [`StatsError::NoSamples`] for fewer than 3 replicas or 2 samples.
    pub fn of(replicas: &[Trajectory]) -> Result<ReplicaNoise, StatsError> {
        let (Some(first), true) = (replicas.first(), replicas.len() >= 3) else {
            return Err(StatsError::NoSamples);
        };
        let roots: Vec<f64> = first.trapezoid_shares().into_iter().map(f64::sqrt).collect();
        let samples = roots.len();
        if samples < 2 || replicas.iter().any(|replica| replica.records().len() != samples) {
            return Err(StatsError::NoSamples);
        }
        let mut rows: Vec<Vec<f64>> = replicas.iter().map(|r| weighted(r, &roots)).collect();
        let count = rows.len() as f64;
        for column in 0..3 * samples {
            let mean = rows.iter().map(|row| row[column]).sum::<f64>() / count;
            rows.iter_mut().for_each(|row| row[column] -= mean);
        }
        // S of one replica is D^T D / (R - 1); its traces are those of the small D D^T
        let freedom = count - 1.0;
        let (mut trace, mut square) = (0.0, 0.0);
        for (i, one) in rows.iter().enumerate() {
            for (j, other) in rows.iter().enumerate() {
                let product = one.iter().zip(other).map(|(a, b)| a * b).sum::<f64>() / freedom;
                trace += if i == j { product } else { 0.0 };
                square += product * product;
            }
        }
        let unbiased = freedom * freedom / ((freedom - 1.0) * (freedom + 2.0))
            * (square - trace * trace / freedom);
        // between all of the noise in one direction and equal parts in all
        let square = unbiased.clamp(trace * trace / (samples - 1) as f64, trace * trace);
        Ok(ReplicaNoise { variance: square / trace / count, values: trace * trace / square })
    }
}

fn weighted(replica: &Trajectory, roots: &[f64]) -> Vec<f64> {
    let pairs = replica.records().iter().map(|record| record.concentrations.pairs.to_array());
    pairs.zip(roots).flat_map(|(pairs, root)| pairs.map(|pair| root * pair)).collect()
}

/// How many independent numbers a residual along equally spaced samples amounts to: the same n, with
/// its autocorrelations rho_k up to the first that is not positive, samples / (1 + 2 sum rho_k^2).
/// At least 3, so that a variance has a posterior mean.
pub fn independent_values(residual: &[f64]) -> f64 {
    let covariance = |lag: usize| {
        residual.iter().zip(residual.iter().skip(lag)).map(|(a, b)| a * b).sum::<f64>()
    };
    let variance = covariance(0);
    let rho = (1..residual.len()).map(|lag| covariance(lag) / variance);
    let squares: f64 = rho.take_while(|rho| *rho > 0.0).map(|rho| rho * rho).sum();
    (residual.len() as f64 / (1.0 + 2.0 * squares)).max(3.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use cluster_stats::{Concentrations, PairConcentrations, Record};
    use rand::{RngExt, SeedableRng};
    use rand_pcg::Pcg64;

    /// Replicas whose C+- is 0.2 with errors by `noise`.
    fn replicas(count: usize, mut noise: impl FnMut() -> Vec<f64>) -> Vec<Trajectory> {
        let one = |errors: Vec<f64>| {
            let record = |(n, error): (usize, &f64)| {
                let pairs = PairConcentrations::of_composition(0.4, 0.2 + error);
                let concentrations =
                    Concentrations { pairs, ..Concentrations::random_lattice(0.4) };
                let time = n as f64 / (errors.len() - 1) as f64;
                Record { time, temperature: None, energy_per_site: None, concentrations }
            };
            Trajectory::new(errors.iter().enumerate().map(record).collect()).unwrap()
        };
        (0..count).map(|_| one(noise())).collect()
    }

    #[test]
    fn white_noise_has_one_value_a_sample_and_frozen_noise_one_in_all() {
        let mut rng = Pcg64::seed_from_u64(3);
        let samples = 41;
        let mut uniform = move || 1e-3 * (rng.random::<f64>() - 0.5);
        let variance = 1e-6 / 12.0;
        let white = replicas(400, || (0..samples).map(|_| uniform()).collect());
        let noise = ReplicaNoise::of(&white).unwrap();
        let expected = 3.0 * variance / 40.0 / 400.0;
        assert!((noise.variance / expected - 1.0).abs() < 0.1, "{noise:?}, {expected}");
        assert!((noise.values / 40.0 - 1.0).abs() < 0.1, "{noise:?}");

        let mut rng = Pcg64::seed_from_u64(4);
        let mut uniform = move || 1e-3 * (rng.random::<f64>() - 0.5);
        let frozen = replicas(400, || vec![uniform(); samples]);
        let noise = ReplicaNoise::of(&frozen).unwrap();
        assert!((noise.variance / (3.0 * variance / 400.0) - 1.0).abs() < 0.2, "{noise:?}");
        assert!((noise.values - 1.0).abs() < 0.02, "{noise:?}");
        assert!(ReplicaNoise::of(&frozen[..2]).is_err());
    }

    #[test]
    fn the_misfit_of_noise_alone_has_the_mean_and_variance_of_the_likelihood() {
        // noise with a memory of several samples, in 60 steps
        let mut rng = Pcg64::seed_from_u64(5);
        let mut noise = move || {
            let mut error = 0.0;
            let mut step = || {
                error = 0.8 * error + 1e-3 * (rng.random::<f64>() - 0.5);
                error
            };
            (0..20).for_each(|_| _ = step());
            (0..61).map(|_| step()).collect::<Vec<f64>>()
        };
        let data = replicas(300, &mut noise);
        let found = ReplicaNoise::of(&data).unwrap();
        let of_one = found.variance * 300.0;
        // J of single replicas about the truth
        let misfits: Vec<f64> = replicas(4000, &mut noise)
            .iter()
            .map(|r| {
                let squares = |r: &Record| {
                    let error = r.concentrations.pairs.plus_minus - 0.2;
                    1.5 * error * error
                };
                r.mean_over_time(squares) / of_one
            })
            .collect();
        let mean = misfits.iter().sum::<f64>() / 4000.0;
        let variance = misfits.iter().map(|j| (j - mean).powi(2)).sum::<f64>() / 4000.0;
        assert!((mean / (0.5 * found.values) - 1.0).abs() < 0.1, "{mean} {found:?}");
        assert!((variance / (0.5 * found.values) - 1.0).abs() < 0.2, "{variance} {found:?}");
    }

    #[test]
    fn a_residual_that_alternates_is_many_numbers_and_a_smooth_one_few() {
        let alternating: Vec<f64> = (0..60).map(|n| if n % 2 == 0 { 1.0 } else { -1.0 }).collect();
        assert_eq!(independent_values(&alternating), 60.0);
        let smooth: Vec<f64> = (0..60).map(|n| libm::sin(n as f64 / 59.0 * 6.3)).collect();
        let values = independent_values(&smooth);
        assert!((3.0..8.0).contains(&values), "{values}");
    }
}
