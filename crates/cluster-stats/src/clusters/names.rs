//! Looking up cluster types by name: exactly one type, or an error that lists what there is.

use super::{ClusterType, ClusterTypes};
use crate::StatsError;

/// The names of a list of cluster types, and the short names that may stand for several of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClusterNames {
    names: Vec<String>,
    short: Vec<String>,
}

impl ClusterNames {
    /// Of some types, in their order.
    pub fn of(types: &[ClusterType]) -> ClusterNames {
        ClusterNames {
            names: types.iter().map(|one| one.name.clone()).collect(),
            short: types.iter().map(|one| one.short.clone()).collect(),
        }
    }

    /// From full names alone, which no short names stand for.
    pub(crate) fn plain(names: Vec<String>) -> ClusterNames {
        ClusterNames { short: names.clone(), names }
    }

    /// The full names, in order.
    pub fn all(&self) -> &[String] {
        &self.names
    }

    /// The position of the type with this name.
    ///
    /// # Errors
    /// Those of [`ClusterTypes::position`].
    pub fn position(&self, name: &str) -> Result<usize, StatsError> {
        let both = self.names.iter().zip(&self.short);
        position(name, both.map(|(full, short)| (full.as_str(), short.as_str())))
    }
}

/// The position of a name among full and short names.
fn position<'a>(
    name: &str,
    names: impl Iterator<Item = (&'a str, &'a str)> + Clone,
) -> Result<usize, StatsError> {
    if let Some(at) = names.clone().position(|(full, _)| full == name) {
        return Ok(at);
    }
    let meant = names.clone().filter(|(_, short)| *short == name);
    let candidates: Vec<String> = meant.map(|(full, _)| full.to_owned()).collect();
    let name = name.to_owned();
    Err(if candidates.is_empty() {
        let known = names.map(|(full, _)| full).collect::<Vec<_>>().join(", ");
        StatsError::UnknownCluster { name, known }
    } else {
        StatsError::AmbiguousCluster { name, candidates }
    })
}

impl ClusterTypes {
    /// The position of the type with this name. Names are unique.
    ///
    /// # Errors
    /// [`StatsError::AmbiguousCluster`] with the candidates for a name that could stand for
    /// several types, such as `C01` where `C2.1(01)` and `C2.1(10)` differ;
    /// [`StatsError::UnknownCluster`] with the names that there are for any other.
    pub fn position(&self, name: &str) -> Result<usize, StatsError> {
        position(name, self.iter().map(|one| (one.name.as_str(), one.short.as_str())))
    }
}
