//! Looking up cluster types by name: exactly one type, or an error that lists what there is.

use super::{ClusterType, Hierarchy};
use crate::{DerivationError, OdeError};

/// The names of a list of cluster types, and the short names that may stand for several of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct TypeNames {
    names: Vec<String>,
    short: Vec<String>,
}

impl TypeNames {
    pub(super) fn new(types: &[ClusterType]) -> TypeNames {
        TypeNames {
            names: types.iter().map(|one| one.name.clone()).collect(),
            short: types.iter().map(|one| one.short.clone()).collect(),
        }
    }

    pub(super) fn all(&self) -> &[String] {
        &self.names
    }

    /// The position of the type of this name; errors as [`Hierarchy::position`].
    pub(super) fn position(&self, name: &str) -> Result<usize, OdeError> {
        let both = self.names.iter().zip(&self.short);
        position(name, both.map(|(full, short)| (full.as_str(), short.as_str())))
    }
}

/// The position of a name among full and short names.
fn position<'a>(
    name: &str,
    names: impl Iterator<Item = (&'a str, &'a str)> + Clone,
) -> Result<usize, OdeError> {
    if let Some(at) = names.clone().position(|(full, _)| full == name) {
        return Ok(at);
    }
    let meant = names.clone().filter(|(_, short)| *short == name);
    let candidates: Vec<String> = meant.map(|(full, _)| full.to_owned()).collect();
    let name = name.to_owned();
    Err(if candidates.is_empty() {
        let known = names.map(|(full, _)| full).collect::<Vec<_>>().join(", ");
        OdeError::UnknownCluster { name, known }
    } else {
        DerivationError::AmbiguousCluster { name, candidates }.into()
    })
}

impl Hierarchy {
    /// The position in [`types`](Self::types) of the type with this name, as the equations print
    /// it. Names are unique.
    ///
    /// # Errors
    /// [`DerivationError::AmbiguousCluster`] with the candidates for a name that could stand for
    /// several types, such as `C01` where `C2.1(01)` and `C2.1(10)` differ;
    /// [`OdeError::UnknownCluster`] with the names that there are for any other.
    pub fn position(&self, name: &str) -> Result<usize, OdeError> {
        position(name, full_and_short(&self.types))
    }

    /// The position of the type with this name among those with an equation.
    pub(super) fn position_with_equation(&self, name: &str) -> Result<usize, OdeError> {
        position(name, full_and_short(&self.types[..self.equations.len()]))
    }
}

fn full_and_short(types: &[ClusterType]) -> impl Iterator<Item = (&str, &str)> + Clone {
    types.iter().map(|one| (one.name.as_str(), one.short.as_str()))
}
