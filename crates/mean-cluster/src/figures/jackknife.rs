//! Standard errors of anything that is computed from the mean over replicas.

use crate::StudyError;
use cluster_stats::{Concentrations, Record, ReplicaMean, Trajectory};

/// The standard error of each of `N` figures that `of_mean` makes of the mean trajectory, by leaving
/// out one replica at a time: sqrt((R - 1)/R sum (f_r - mean f)^2) (Efron, SIAM 1982). None for a
/// single replica.
///
/// # Errors
/// Those of the mean and of `of_mean`.
pub fn jackknife<const N: usize>(
    replicas: &[Trajectory],
    mut of_mean: impl FnMut(&Trajectory) -> Result<[f64; N], StudyError>,
) -> Result<Option<[f64; N]>, StudyError> {
    let count = replicas.len();
    if count < 2 {
        return Ok(None);
    }
    let total = Sums::of(replicas)?;
    let mut values = Vec::with_capacity(count);
    for left_out in replicas {
        values.push(of_mean(&total.mean_without(left_out)?)?);
    }
    Ok(Some(std::array::from_fn(|figure| {
        let mean = values.iter().map(|v| v[figure]).sum::<f64>() / count as f64;
        let squares: f64 = values.iter().map(|v| (v[figure] - mean).powi(2)).sum();
        (squares * (count - 1) as f64 / count as f64).sqrt()
    })))
}

/// Sums over replicas at each sample: the energy, if it is known, then the concentrations.
struct Sums {
    samples: Vec<(f64, [f64; 19])>,
    replicas: usize,
}

impl Sums {
    fn of(replicas: &[Trajectory]) -> Result<Sums, StudyError> {
        let mut samples = vec![(0.0, [0.0; 19]); replicas[0].records().len()];
        // checks that all have one schedule
        ReplicaMean::of(replicas)?;
        for replica in replicas {
            for ((energy, sums), record) in samples.iter_mut().zip(replica.records()) {
                *energy += record.energy_per_site.unwrap_or(0.0);
                for (sum, value) in sums.iter_mut().zip(record.concentrations.to_array()) {
                    *sum += value;
                }
            }
        }
        Ok(Sums { samples, replicas: replicas.len() })
    }

    /// The mean of all others. No rounding makes it negative: a sum of numbers that are not negative
    /// is at least each of them.
    fn mean_without(&self, replica: &Trajectory) -> Result<Trajectory, StudyError> {
        let others = (self.replicas - 1) as f64;
        let record = |((energy, sums), record): (&(f64, [f64; 19]), &Record)| {
            let own = record.concentrations.to_array();
            let means = std::array::from_fn(|k| (sums[k] - own[k]) / others);
            Record {
                energy_per_site: record.energy_per_site.map(|own| (energy - own) / others),
                concentrations: Concentrations::from_array(means),
                ..*record
            }
        };
        let records = self.samples.iter().zip(replica.records()).map(record);
        Ok(Trajectory::new(records.collect())?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn for_a_mean_it_is_the_standard_error_of_the_mean() {
        let replica = |minus: f64| {
            let record = |time| Record {
                time,
                temperature: None,
                energy_per_site: Some(minus),
                concentrations: Concentrations::random_lattice(minus),
            };
            Trajectory::new(vec![record(0.0), record(1.0)]).unwrap()
        };
        let replicas = [0.30, 0.34, 0.35, 0.41].map(replica);
        let energy = |mean: &Trajectory| Ok([mean.first().energy_per_site.unwrap()]);
        let [error] = jackknife(&replicas, energy).unwrap().unwrap();
        let expected = ReplicaMean::of(&replicas).unwrap().standard_errors.unwrap()[0];
        assert!((error - expected.energy_per_site.unwrap()).abs() < 1e-15);
        assert_eq!(jackknife(&replicas[..1], energy).unwrap(), None);
    }
}
