//! Patterns on windows of sites and their canonical forms.

use lattice_core::{Lattice, Site};
use std::collections::BTreeSet;

/// What is on a set of sites, in canonical form: the least of its images under the symmetries of
/// the lattice, translated so that the first site is in cell (0, 0, 0).
///
/// ```
/// use cluster_stats::{Pattern, lattice_core::{Lattice, Site}};
///
/// // a pair has one form, wherever it lies and whichever way it is turned
/// let lattice = Lattice::square();
/// let at = |x, y| Site::at([x, y, 0]);
/// let pair = Pattern::canonical(&lattice, &[(at(0, 0), 0), (at(1, 0), 1)]);
/// assert_eq!(pair, Pattern::canonical(&lattice, &[(at(3, 7), 0), (at(3, 6), 1)]));
/// assert_eq!(pair.embeddings(&lattice).len(), 4);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pattern {
    sites: Vec<Site>,
    species: Vec<u8>,
}

impl Pattern {
    /// The canonical form of what is on some sites; the species are positions in a list of species.
    pub fn canonical(lattice: &Lattice, placed: &[(Site, u8)]) -> Pattern {
        let (sites, species) = lattice.images(placed).min().unwrap_or_default();
        Pattern { sites, species }
    }

    /// The sites, in order; none twice.
    pub fn sites(&self) -> &[Site] {
        &self.sites
    }

    /// The species of each site, as positions in the list of species.
    pub fn species(&self) -> &[u8] {
        &self.species
    }

    /// What is on each site.
    pub fn placed(&self) -> Vec<(Site, u8)> {
        self.sites.iter().copied().zip(self.species.iter().copied()).collect()
    }

    /// The different images of the pattern under the symmetries, modulo translations: one for
    /// each embedding a unit cell has.
    pub fn embeddings(&self, lattice: &Lattice) -> Vec<Pattern> {
        let placed = self.placed();
        let images = lattice.images(&placed).map(|(sites, species)| Pattern { sites, species });
        images.collect::<BTreeSet<_>>().into_iter().collect()
    }

    /// The order in which types are listed: larger windows later, like species first.
    pub fn rank(&self) -> impl Ord + '_ {
        let different = self.species.iter().collect::<BTreeSet<_>>().len();
        (self.sites.len(), &self.sites, different, &self.species)
    }

    /// The different patterns of `species` species on a window, like species first.
    pub fn all_on(lattice: &Lattice, window: &[Site], species: usize) -> Vec<Pattern> {
        let all: BTreeSet<Pattern> = assignments(window.len(), species)
            .map(|assigned| {
                let placed: Vec<_> = window.iter().copied().zip(assigned).collect();
                Pattern::canonical(lattice, &placed)
            })
            .collect();
        let mut all: Vec<_> = all.into_iter().collect();
        all.sort_by(|one, other| one.rank().cmp(&other.rank()));
        all
    }
}

/// The connected windows of 1, 2, 3 and more sites, one of each kind that the symmetries tell
/// apart. The iterator does not end, and each list is larger than the one before.
pub fn connected_windows(lattice: &Lattice) -> impl Iterator<Item = Vec<Vec<Site>>> {
    let mut last: Option<Vec<Vec<Site>>> = None;
    // no size before it is asked for: each takes many times as long as the one before
    std::iter::from_fn(move || {
        let next = match &last {
            None => single_sites(lattice),
            Some(smaller) => grown(lattice, smaller),
        };
        last = Some(next.clone());
        Some(next)
    })
}

fn single_sites(lattice: &Lattice) -> Vec<Vec<Site>> {
    let sites = (0..lattice.sublattices()).map(|sublattice| Site { cell: [0; 3], sublattice });
    let orbits: BTreeSet<_> = sites.map(|site| plain(lattice, &[site])).collect();
    orbits.into_iter().collect()
}

fn plain(lattice: &Lattice, sites: &[Site]) -> Vec<Site> {
    let placed: Vec<(Site, ())> = sites.iter().map(|&site| (site, ())).collect();
    lattice.images(&placed).map(|(sites, _)| sites).min().unwrap_or_default()
}

/// The windows with one more site.
fn grown(lattice: &Lattice, smaller: &[Vec<Site>]) -> Vec<Vec<Site>> {
    let mut larger = BTreeSet::new();
    for window in smaller {
        for near in window.iter().flat_map(|&site| lattice.neighbours(site)) {
            if !window.contains(&near) {
                let mut sites = window.clone();
                sites.push(near);
                larger.insert(plain(lattice, &sites));
            }
        }
    }
    larger.into_iter().collect()
}

/// Every way to put `species` species on `sites` sites, the first site fastest.
pub fn assignments(sites: usize, species: usize) -> impl Iterator<Item = Vec<u8>> {
    let mut next = Some(vec![0_u8; sites]);
    std::iter::from_fn(move || {
        let current = next.take()?;
        let mut following = current.clone();
        for one in &mut following {
            *one += 1;
            if usize::from(*one) < species {
                next = Some(following);
                break;
            }
            *one = 0;
        }
        Some(current)
    })
}
