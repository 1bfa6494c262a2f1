//! Cluster types: patterns up to the symmetries of the lattice, with their names and weights.

use super::notation::Notation;
use super::pattern::{Pattern, assignments, connected_windows};
use crate::StatsError;
use lattice_core::{Lattice, Site, Species};
use std::collections::BTreeMap;

/// Most types that [`ClusterTypes::connected`] lists.
const MOST_TYPES: f64 = 1e5;

/// A type of cluster: a pattern up to the symmetries of the lattice.
#[derive(Clone, Debug)]
pub struct ClusterType {
    /// One of its patterns.
    pub pattern: Pattern,
    /// Its name, such as `C+-` or `C∠++-`; no other type of the list has it.
    pub name: String,
    /// Its name in LaTeX.
    pub latex: String,
    /// Its name without what tells it from others alike: `C01` for both `C2.1(01)` and `C2.1(10)`.
    pub(super) short: String,
    /// How many of the patterns on one window are of this type: the concentrations of the types
    /// of a window, each times its weight, sum to 1.
    pub weight: usize,
}

/// Cluster types of one lattice and its species, each with a name of its own. It is used like a
/// slice of [`ClusterType`]s.
///
/// ```
/// use cluster_stats::{ClusterTypes, Counter, lattice_core::{Lattice, PeriodicLattice, Species}};
///
/// let species = Species::new(&["+", "-"])?;
/// let types = ClusterTypes::connected(Lattice::triangular(), species, 2)?;
/// let names: Vec<&str> = types.iter().map(|one| one.name.as_str()).collect();
/// assert_eq!(names, ["C+", "C-", "C++", "C--", "C+-"]);
///
/// // (-) on one of three sublattices: each has six neighbors (+)
/// let periodic = PeriodicLattice::new(types.lattice().clone(), &[6, 6])?;
/// let states: Vec<u8> =
///     (0..36).map(|site| u8::from((site / 6 + 2 * (site % 6)) % 3 == 0)).collect();
/// let found = Counter::new(types.lattice(), 2, &types).count(&periodic, &states)?;
/// assert_eq!(found[types.position("C+-")?], 1.0 / 3.0);
/// # Ok::<(), cluster_stats::StatsError>(())
/// ```
#[derive(Clone, Debug)]
pub struct ClusterTypes {
    lattice: Lattice,
    species: Species,
    types: Vec<ClusterType>,
}

impl ClusterTypes {
    /// The types of these patterns, in their order. Names are unique in this list.
    pub fn new(lattice: Lattice, species: Species, patterns: &[Pattern]) -> ClusterTypes {
        let notation = Notation::new(&lattice, &species, patterns.iter());
        let types = patterns.iter().zip(weights(&lattice, species.len(), patterns));
        let types = types.map(|(pattern, weight)| ClusterType {
            pattern: pattern.clone(),
            name: notation.text(pattern),
            latex: notation.latex(pattern),
            short: notation.short(pattern),
            weight,
        });
        let types = types.collect();
        ClusterTypes { lattice, species, types }
    }

    /// All connected clusters of 1 to `largest` sites, the smaller ones first.
    ///
    /// # Errors
    /// [`StatsError::TooManyClusters`] above 100 000 patterns.
    pub fn connected(
        lattice: Lattice,
        species: Species,
        largest: usize,
    ) -> Result<ClusterTypes, StatsError> {
        let mut patterns = Vec::new();
        for (windows, sites) in connected_windows(&lattice).zip(1..=largest) {
            let of_window = libm::pow(species.len() as f64, sites as f64);
            let estimate = patterns.len() as f64 + windows.len() as f64 * of_window;
            if estimate > MOST_TYPES {
                return Err(StatsError::TooManyClusters { sites, estimate, limit: MOST_TYPES });
            }
            let all = windows.iter().map(|window| Pattern::all_on(&lattice, window, species.len()));
            patterns.extend(all.flatten());
        }
        Ok(ClusterTypes::new(lattice, species, &patterns))
    }

    /// The lattice.
    pub fn lattice(&self) -> &Lattice {
        &self.lattice
    }

    /// The species.
    pub fn species(&self) -> &Species {
        &self.species
    }

    /// The position of the type of a pattern of species by name at sites, in any orientation;
    /// `None` for a pattern of no type here.
    ///
    /// # Errors
    /// [`StatsError::Lattice`] with an unknown species.
    pub fn find(&self, placed: &[(Site, &str)]) -> Result<Option<usize>, StatsError> {
        let pattern = self.pattern(placed)?;
        Ok(self.types.iter().position(|one| one.pattern == pattern))
    }

    /// The pattern of species by name at sites.
    ///
    /// # Errors
    /// [`StatsError::Lattice`] with an unknown species.
    pub fn pattern(&self, placed: &[(Site, &str)]) -> Result<Pattern, StatsError> {
        let index = |&(site, name): &(Site, &str)| Ok((site, self.species.index(name)?));
        let placed: Result<Vec<_>, StatsError> = placed.iter().map(index).collect();
        Ok(Pattern::canonical(&self.lattice, &placed?))
    }

    /// The name of a pattern; of one that is no type here, its sites written out.
    pub fn name_of(&self, pattern: &Pattern) -> String {
        self.notation().text(pattern)
    }

    pub(super) fn notation(&self) -> Notation<'_> {
        Notation::new(&self.lattice, &self.species, self.types.iter().map(|one| &one.pattern))
    }
}

impl std::ops::Deref for ClusterTypes {
    type Target = [ClusterType];

    fn deref(&self) -> &[ClusterType] {
        &self.types
    }
}

impl<'a> IntoIterator for &'a ClusterTypes {
    type Item = &'a ClusterType;
    type IntoIter = std::slice::Iter<'a, ClusterType>;

    fn into_iter(self) -> Self::IntoIter {
        self.types.iter()
    }
}

/// How many of the patterns on its window each type stands for.
fn weights(lattice: &Lattice, species: usize, types: &[Pattern]) -> Vec<usize> {
    let mut of_window: BTreeMap<&[Site], BTreeMap<Pattern, usize>> = BTreeMap::new();
    types
        .iter()
        .map(|one| {
            let counted = of_window.entry(one.sites()).or_insert_with(|| {
                let mut counted = BTreeMap::new();
                for assigned in assignments(one.sites().len(), species) {
                    let placed: Vec<_> = one.sites().iter().copied().zip(assigned).collect();
                    *counted.entry(Pattern::canonical(lattice, &placed)).or_default() += 1;
                }
                counted
            });
            counted.get(one).copied().unwrap_or(0)
        })
        .collect()
}
