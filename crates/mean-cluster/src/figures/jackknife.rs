//! Standard errors of anything that is computed from the mean over replicas.

use crate::StudyError;
use cluster_stats::{ReplicaMean, Trajectory};

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
    let mut values = Vec::with_capacity(count);
    for left_out in 0..count {
        let others = replicas.iter().enumerate().filter(|(index, _)| *index != left_out);
        let others: Vec<Trajectory> = others.map(|(_, replica)| replica.clone()).collect();
        values.push(of_mean(&ReplicaMean::of(&others)?.mean)?);
    }
    Ok(Some(std::array::from_fn(|figure| {
        let mean = values.iter().map(|v| v[figure]).sum::<f64>() / count as f64;
        let squares: f64 = values.iter().map(|v| (v[figure] - mean).powi(2)).sum();
        (squares * (count - 1) as f64 / count as f64).sqrt()
    })))
}

#[cfg(test)]
mod tests {
    use super::*;
    use cluster_stats::{Concentrations, Record};

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
