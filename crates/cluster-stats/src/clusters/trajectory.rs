//! Concentrations of any clusters over time.

use super::ClusterNames;
use crate::replicas::mean_and_error;
use crate::{PairType, ReplicaMean, StatsError, Trajectory, TripletType};

/// Concentrations of some cluster types at increasing times, per embedding, with standard errors
/// where they are known. There is at least one time.
///
/// It is what annealing, the exact process of rules and the integration of closed hierarchies have in
/// common. [`Trajectory`] is the fast case of the 3 pair and 16 triplet types of two species on the
/// triangular lattice, and converts into it.
#[derive(Clone, Debug, PartialEq)]
pub struct ClusterTrajectory {
    pub(super) times: Vec<f64>,
    /// One for each time, or none at all.
    pub(super) temperatures: Vec<Option<f64>>,
    pub(super) energies_per_site: Vec<Option<f64>>,
    pub(super) names: ClusterNames,
    /// Row by row.
    values: Vec<f64>,
    standard_errors: Option<Vec<f64>>,
}

impl ClusterTrajectory {
    /// From the concentrations at each of `times`, row by row, a row with one for each name.
    ///
    /// # Errors
    /// [`StatsError::NoSamples`]; [`StatsError::TimesNotIncreasing`]; [`StatsError::WrongLength`]
    /// for another number of values; [`StatsError::OutOfRange`] for a value that is not finite.
    pub fn new(
        names: ClusterNames,
        times: Vec<f64>,
        values: Vec<f64>,
    ) -> Result<ClusterTrajectory, StatsError> {
        if times.is_empty() {
            return Err(StatsError::NoSamples);
        }
        let mut previous = f64::NEG_INFINITY;
        for (index, &time) in times.iter().enumerate() {
            if !time.is_finite() || time <= previous {
                return Err(StatsError::TimesNotIncreasing { index, time, previous });
            }
            previous = time;
        }
        let trajectory = ClusterTrajectory {
            times,
            temperatures: Vec::new(),
            energies_per_site: Vec::new(),
            names,
            values,
            standard_errors: None,
        };
        trajectory.check_cells("concentrations", &trajectory.values)?;
        Ok(trajectory)
    }

    /// With the standard error of each concentration, in the same order.
    ///
    /// # Errors
    /// [`StatsError::WrongLength`]; [`StatsError::OutOfRange`] for one that is not finite.
    pub fn with_standard_errors(
        mut self,
        errors: Vec<f64>,
    ) -> Result<ClusterTrajectory, StatsError> {
        self.check_cells("standard errors", &errors)?;
        self.standard_errors = Some(errors);
        Ok(self)
    }

    /// With the temperature and the energy per site at each time, in the unit of the energy; `None`
    /// where they are not known.
    ///
    /// # Errors
    /// [`StatsError::WrongLength`]; [`StatsError::NotFinite`].
    pub fn with_conditions(
        mut self,
        temperatures: Vec<Option<f64>>,
        energies_per_site: Vec<Option<f64>>,
    ) -> Result<ClusterTrajectory, StatsError> {
        let both = [("temperature", temperatures), ("energy_per_site", energies_per_site)];
        for (name, values) in &both {
            let (expected, found) = (self.times.len(), values.len());
            if expected != found {
                return Err(StatsError::WrongLength { name, expected, found });
            }
            for (index, value) in values.iter().enumerate() {
                if let Some(value) = value.filter(|value| !value.is_finite()) {
                    return Err(StatsError::NotFinite { index, name, value });
                }
            }
        }
        let known = both.map(|(_, values)| {
            let any = values.iter().any(Option::is_some);
            if any { values } else { Vec::new() }
        });
        [self.temperatures, self.energies_per_site] = known;
        Ok(self)
    }

    fn check_cells(&self, name: &'static str, values: &[f64]) -> Result<(), StatsError> {
        let (columns, found) = (self.names.all().len(), values.len());
        let expected = self.times.len() * columns;
        if expected != found {
            return Err(StatsError::WrongLength { name, expected, found });
        }
        match values.iter().position(|value| !value.is_finite()) {
            Some(at) => {
                let name = self.names.all()[at % columns].clone();
                Err(StatsError::OutOfRange { name, value: values[at] })
            }
            None => Ok(()),
        }
    }

    /// The times, strictly increasing.
    pub fn times(&self) -> &[f64] {
        &self.times
    }

    /// The names of the types: the columns.
    pub fn names(&self) -> &[String] {
        self.names.all()
    }

    /// The concentrations at each of [`times`](Self::times), per embedding.
    pub fn rows(&self) -> impl ExactSizeIterator<Item = &[f64]> {
        self.values.chunks_exact(self.names().len().max(1))
    }

    /// The standard errors of [`rows`](Self::rows), where they are known.
    pub fn standard_errors(&self) -> Option<impl ExactSizeIterator<Item = &[f64]>> {
        let columns = self.names().len().max(1);
        self.standard_errors.as_ref().map(|errors| errors.chunks_exact(columns))
    }

    /// The concentrations at the last time.
    pub fn last(&self) -> &[f64] {
        &self.values[self.values.len() - self.names().len()..]
    }

    /// The temperature at each time, in the unit of the energy; `None` where it is not known.
    pub fn temperatures(&self) -> impl ExactSizeIterator<Item = Option<f64>> {
        (0..self.times.len()).map(|at| self.temperatures.get(at).copied().flatten())
    }

    /// The energy per site at each time; `None` where it is not known.
    pub fn energies_per_site(&self) -> impl ExactSizeIterator<Item = Option<f64>> {
        (0..self.times.len()).map(|at| self.energies_per_site.get(at).copied().flatten())
    }

    /// The concentration of one type at each time, by its name.
    ///
    /// # Errors
    /// Those of [`ClusterNames::position`].
    pub fn of(&self, name: &str) -> Result<Vec<f64>, StatsError> {
        let column = self.names.position(name)?;
        Ok(self.rows().map(|row| row[column]).collect())
    }

    /// The standard error of one type at each time, by its name; `None` where errors are not known.
    ///
    /// # Errors
    /// Those of [`ClusterNames::position`].
    pub fn error_of(&self, name: &str) -> Result<Option<Vec<f64>>, StatsError> {
        let column = self.names.position(name)?;
        Ok(self.standard_errors().map(|rows| rows.map(|row| row[column]).collect()))
    }

    /// The mean over independent replicas of one schedule, in their order, with standard errors (the
    /// sample standard deviation over the root of their number) where there are two or more.
    ///
    /// # Errors
    /// [`StatsError::NoSamples`] without replicas; [`StatsError::ReplicasDiffer`] if names, times or
    /// temperatures differ, or the energy is known in some replicas only.
    pub fn mean_of(replicas: &[ClusterTrajectory]) -> Result<ClusterTrajectory, StatsError> {
        let first = replicas.first().ok_or(StatsError::NoSamples)?;
        for (replica, other) in replicas.iter().enumerate() {
            let differ = |what: &str| {
                let what = what.to_owned();
                Err(StatsError::ReplicasDiffer { replica, what })
            };
            if first.names != other.names {
                return differ("other cluster types");
            }
            if first.times != other.times || first.temperatures != other.temperatures {
                return differ("other times or temperatures");
            }
            let known = |of: &ClusterTrajectory| -> Vec<bool> {
                of.energies_per_site().map(|energy| energy.is_some()).collect()
            };
            if known(first) != known(other) {
                return differ("the energy is known in one of them only");
            }
        }
        let column =
            |at: usize| mean_and_error(replicas.iter().map(|one| one.values[at]).collect());
        let (means, errors) = (0..first.values.len()).map(column).unzip();
        let energy = |at: usize| {
            let energies: Option<Vec<f64>> =
                replicas.iter().map(|one| one.energies_per_site[at]).collect();
            energies.map(|energies| mean_and_error(energies).0)
        };
        let energies_per_site = (0..first.energies_per_site.len()).map(energy).collect();
        let mean = ClusterTrajectory { values: means, energies_per_site, ..first.clone() };
        if replicas.len() < 2 {
            return Ok(ClusterTrajectory { standard_errors: None, ..mean });
        }
        mean.with_standard_errors(errors)
    }
}

/// The names of the 3 pair and 16 triplet types as `ClusterTypes` has them for the species `+` and
/// `-` on the triangular lattice.
fn names_of_the_fast_case() -> ClusterNames {
    let pairs = PairType::ALL.map(|pair| format!("C{pair}"));
    let triplets = TripletType::ALL.map(|triplet| format!("C{}", triplet.symbol()));
    ClusterNames::plain(pairs.into_iter().chain(triplets).collect())
}

impl From<&Trajectory> for ClusterTrajectory {
    /// The 3 pairs and 16 triplets as cluster types, `C+-` and `C∠++-`.
    fn from(fast: &Trajectory) -> ClusterTrajectory {
        let records = fast.records();
        let known = |values: Vec<Option<f64>>| {
            if values.iter().any(Option::is_some) { values } else { Vec::new() }
        };
        ClusterTrajectory {
            times: fast.times(),
            temperatures: known(records.iter().map(|record| record.temperature).collect()),
            energies_per_site: known(records.iter().map(|one| one.energy_per_site).collect()),
            names: names_of_the_fast_case(),
            values: records.iter().flat_map(|one| one.concentrations.to_array()).collect(),
            standard_errors: None,
        }
    }
}

impl From<&ReplicaMean> for ClusterTrajectory {
    /// With the standard errors of the means, where there are two replicas or more.
    fn from(mean: &ReplicaMean) -> ClusterTrajectory {
        let errors = mean.standard_errors.as_ref().map(|errors| {
            errors.iter().flat_map(|error| error.concentrations.to_array()).collect()
        });
        ClusterTrajectory { standard_errors: errors, ..ClusterTrajectory::from(&mean.mean) }
    }
}
