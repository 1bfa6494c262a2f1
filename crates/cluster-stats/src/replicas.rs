//! Means and standard errors over replicas.

use crate::{Concentrations, Record, StatsError, Trajectory};

/// The mean over independent replicas of one schedule, with standard errors.
#[derive(Clone, Debug, PartialEq)]
pub struct ReplicaMean {
    /// The mean of every quantity at every sample; it keeps all sum rules.
    pub mean: Trajectory,
    /// Standard errors of the mean, one entry a sample; `None` for a single replica.
    pub standard_errors: Option<Vec<StandardErrors>>,
    /// Number of replicas.
    pub replicas: usize,
}

/// Standard errors of the mean over R replicas at one sample: the sample standard deviation
/// (R - 1 in the denominator) divided by the root of R.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StandardErrors {
    /// Of the energy per site; `None` where it is unknown.
    pub energy_per_site: Option<f64>,
    /// Of each concentration; ordered and per shape, as the means.
    pub concentrations: Concentrations,
}

impl ReplicaMean {
    /// The mean over `replicas`, in their order.
    ///
    /// # Errors
    /// [`StatsError::NoSamples`] without replicas, [`StatsError::ReplicasDiffer`] if sample times
    /// or temperatures differ, or the energy is known in some replicas only.
    pub fn of(replicas: &[Trajectory]) -> Result<ReplicaMean, StatsError> {
        let first = replicas.first().ok_or(StatsError::NoSamples)?;
        for (replica, other) in replicas.iter().enumerate() {
            same_schedule(first, other)
                .map_err(|what| StatsError::ReplicasDiffer { replica, what })?;
        }
        let samples = first.records().len();
        let mut records = Vec::with_capacity(samples);
        let mut errors = Vec::with_capacity(samples);
        for (index, record) in first.records().iter().enumerate() {
            let at_sample = || replicas.iter().map(move |replica| &replica.records()[index]);
            let (energy, energy_error) = match record.energy_per_site {
                Some(_) => {
                    let energies = at_sample().map(|r| r.energy_per_site.unwrap_or(f64::NAN));
                    let (mean, error) = mean_and_error(energies.collect());
                    (Some(mean), Some(error))
                }
                None => (None, None),
            };
            let values: Vec<[f64; 19]> = at_sample().map(|r| r.concentrations.to_array()).collect();
            let columns: [(f64, f64); 19] =
                std::array::from_fn(|c| mean_and_error(values.iter().map(|v| v[c]).collect()));
            records.push(Record {
                energy_per_site: energy,
                concentrations: Concentrations::from_array(columns.map(|(mean, _)| mean)),
                ..*record
            });
            errors.push(StandardErrors {
                energy_per_site: energy_error,
                concentrations: Concentrations::from_array(columns.map(|(_, error)| error)),
            });
        }
        Ok(ReplicaMean {
            mean: Trajectory::new(records)?,
            standard_errors: (replicas.len() > 1).then_some(errors),
            replicas: replicas.len(),
        })
    }
}

fn same_schedule(first: &Trajectory, other: &Trajectory) -> Result<(), String> {
    let (expected, found) = (first.records().len(), other.records().len());
    if expected != found {
        return Err(format!("{found} samples instead of {expected}"));
    }
    for (index, (a, b)) in first.records().iter().zip(other.records()).enumerate() {
        if a.time != b.time {
            return Err(format!("sample {index} at time {} instead of {}", b.time, a.time));
        }
        if a.temperature != b.temperature {
            let (wanted, got) = (a.temperature, b.temperature);
            return Err(format!("sample {index} at temperature {got:?} instead of {wanted:?}"));
        }
        if a.energy_per_site.is_some() != b.energy_per_site.is_some() {
            return Err(format!("sample {index} with the energy known in one of them only"));
        }
    }
    Ok(())
}

/// Mean and standard error (NaN for one value, which the caller leaves out).
pub(crate) fn mean_and_error(values: Vec<f64>) -> (f64, f64) {
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    (mean, (squares / (count - 1.0) / count).sqrt())
}
