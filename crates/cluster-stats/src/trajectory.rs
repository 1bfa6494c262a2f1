//! Concentrations over time.

use crate::{Concentrations, StatsError};
use serde::{Deserialize, Serialize};

/// One sample of an annealing run or of an experiment.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// Fraction of the annealing experiment, 0 to 1, or any unit of time the user likes.
    pub time: f64,
    /// In the unit of the energy; `None` for the random initial state and where unknown.
    pub temperature: Option<f64>,
    /// Energy per site, in the unit of the energy model; `None` where unknown.
    pub energy_per_site: Option<f64>,
    /// Pairs and triplets, ordered and per shape.
    pub concentrations: Concentrations,
}

/// Samples at increasing times; never empty.
///
/// Integrals over time, as in the paper's eqs. (15) and (17), are trapezoids on these times. The
/// paper measures time in units of the experiment, so that its integrals are means over time.
#[derive(Clone, Debug, PartialEq)]
pub struct Trajectory {
    records: Vec<Record>,
}

impl Trajectory {
    /// From samples in order of time.
    ///
    /// # Errors
    /// [`StatsError::NoSamples`], [`StatsError::TimesNotIncreasing`],
    /// [`StatsError::NotFinite`] for a temperature or energy, [`StatsError::OutOfRange`] for a
    /// concentration that is negative by more than rounding, above 1 or not a number. Sum rules
    /// are not demanded here, because measured concentrations need not keep them: see
    /// [`Concentrations::check`].
    pub fn new(records: Vec<Record>) -> Result<Trajectory, StatsError> {
        if records.is_empty() {
            return Err(StatsError::NoSamples);
        }
        let mut previous = f64::NEG_INFINITY;
        for (index, record) in records.iter().enumerate() {
            if !record.time.is_finite() || record.time <= previous {
                return Err(StatsError::TimesNotIncreasing { index, time: record.time, previous });
            }
            previous = record.time;
            let optional =
                [("temperature", record.temperature), ("energy_per_site", record.energy_per_site)];
            for (name, value) in optional {
                if let Some(value) = value.filter(|v| !v.is_finite()) {
                    return Err(StatsError::NotFinite { index, name, value });
                }
            }
            record.concentrations.check_range(1e-9)?;
        }
        Ok(Trajectory { records })
    }

    /// The samples in order of time; at least one.
    pub fn records(&self) -> &[Record] {
        &self.records
    }

    /// The first sample.
    pub fn first(&self) -> &Record {
        &self.records[0]
    }

    /// The last sample.
    pub fn last(&self) -> &Record {
        &self.records[self.records.len() - 1]
    }

    /// The sample times, strictly increasing.
    pub fn times(&self) -> Vec<f64> {
        self.records.iter().map(|record| record.time).collect()
    }

    /// The weight of each sample in an integral over time by trapezoids: half the time between its
    /// neighbours; 0 for a single sample.
    pub fn trapezoid_weights(&self) -> Vec<f64> {
        let time = |index: usize| self.records[index].time;
        let last = self.records.len() - 1;
        (0..=last).map(|i| 0.5 * (time((i + 1).min(last)) - time(i.saturating_sub(1)))).collect()
    }

    /// The time from the first sample to the last, in the unit of the times; 0 for a single sample.
    pub fn duration(&self) -> f64 {
        self.last().time - self.first().time
    }

    /// The weight of each sample in a mean over time by trapezoids: the
    /// [`trapezoid_weights`](Self::trapezoid_weights) as parts of the [`duration`](Self::duration),
    /// whatever the unit of the times. Their sum is 1, and a single sample has weight 1.
    pub fn trapezoid_shares(&self) -> Vec<f64> {
        if self.records.len() == 1 {
            return vec![1.0];
        }
        let duration = self.duration();
        self.trapezoid_weights().into_iter().map(|weight| weight / duration).collect()
    }

    /// The composition: C- of the first sample. Swaps conserve it.
    pub fn minus(&self) -> f64 {
        self.first().concentrations.pairs.minus()
    }

    /// Integral over time of `integrand` at each sample, by trapezoids on the sample times; 0 for
    /// a single sample.
    pub fn integrate(&self, mut integrand: impl FnMut(&Record) -> f64) -> f64 {
        let values: Vec<f64> = self.records.iter().map(&mut integrand).collect();
        let steps = self.records.windows(2).zip(values.windows(2));
        steps.map(|(r, v)| 0.5 * (v[0] + v[1]) * (r[1].time - r[0].time)).sum()
    }

    /// Mean over time of `integrand` at each sample: the integral by trapezoids divided by the
    /// [`duration`](Self::duration), which does not depend on the unit of the times; for a single
    /// sample its value.
    pub fn mean_over_time(&self, mut integrand: impl FnMut(&Record) -> f64) -> f64 {
        match &self.records[..] {
            [single] => integrand(single),
            _ => self.integrate(integrand) / self.duration(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(time: f64) -> Record {
        Record {
            time,
            temperature: None,
            energy_per_site: None,
            concentrations: Concentrations::random_lattice(0.5),
        }
    }

    #[test]
    fn times_must_increase_and_values_be_finite() {
        assert!(matches!(Trajectory::new(vec![]), Err(StatsError::NoSamples)));
        let error = Trajectory::new(vec![record(0.0), record(0.5), record(0.5)]).unwrap_err();
        assert!(matches!(error, StatsError::TimesNotIncreasing { index: 2, .. }), "{error}");
        let hot = Record { temperature: Some(f64::INFINITY), ..record(0.0) };
        assert!(matches!(Trajectory::new(vec![hot]), Err(StatsError::NotFinite { .. })));
        let mut wrong = record(0.0);
        wrong.concentrations.pairs.plus_plus = f64::NAN;
        assert!(matches!(Trajectory::new(vec![wrong]), Err(StatsError::OutOfRange { .. })));
    }

    #[test]
    fn the_trapezoid_is_exact_for_a_line_on_uneven_times() {
        let data = Trajectory::new([0.0, 0.1, 0.7, 1.0].map(record).to_vec()).unwrap();
        assert!((data.integrate(|r| 2.0 * r.time + 1.0) - 2.0).abs() < 1e-15);
        let weighted = data.trapezoid_weights().into_iter().zip(data.records());
        let sum: f64 = weighted.map(|(weight, r)| weight * (2.0 * r.time + 1.0)).sum();
        assert!((sum - 2.0).abs() < 1e-15);
        assert_eq!(data.minus(), 0.5);
    }

    #[test]
    fn means_over_time_do_not_depend_on_the_unit_or_the_origin_of_time() {
        // the mean of a line is the middle of its ends
        for (unit, origin) in [(1.0, 0.0), (60.0, 5.0), (1e12, -3e11), (1e-12, 0.0)] {
            let times = [0.0, 0.1, 0.7, 1.0].map(|time| origin + unit * time);
            let data = Trajectory::new(times.map(record).to_vec()).unwrap();
            let line = |r: &Record| 2.0 * (r.time - origin) / unit + 1.0;
            assert!((data.duration() / unit - 1.0).abs() < 1e-12);
            assert!((data.mean_over_time(line) - 2.0).abs() < 1e-12, "{unit}");
            let shares = data.trapezoid_shares();
            assert!((shares.iter().sum::<f64>() - 1.0).abs() < 1e-14);
            assert!((shares[1] - 0.35).abs() < 1e-12);
        }
        let single = Trajectory::new(vec![record(7.0)]).unwrap();
        assert_eq!((single.duration(), single.trapezoid_shares()), (0.0, vec![1.0]));
        assert_eq!(single.mean_over_time(|r| r.time), 7.0);
    }
}
