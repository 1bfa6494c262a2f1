//! Patterns on windows of sites and their canonical forms.

use super::{Lattice, Site};
use std::collections::BTreeSet;

/// What is on a set of sites, in canonical form: the least of its images under the symmetries of
/// the lattice, translated so that the first site is in cell (0, 0, 0).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pattern {
    sites: Vec<Site>,
    species: Vec<u8>,
}

impl Pattern {
    /// The sites, in order; none twice.
    pub fn sites(&self) -> &[Site] {
        &self.sites
    }

    /// The species of each site, as positions in the list of species.
    pub fn species(&self) -> &[u8] {
        &self.species
    }

    /// The canonical form of what is on some sites.
    pub(super) fn canonical(lattice: &Lattice, placed: &[(Site, u8)]) -> Pattern {
        let (sites, species) = canonical(lattice, placed);
        Pattern { sites, species }
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

    /// What sorts types: larger windows later, like species first.
    pub(super) fn rank(&self) -> (usize, &[Site], usize, &[u8]) {
        let different = self.species.iter().collect::<BTreeSet<_>>().len();
        (self.sites.len(), &self.sites, different, &self.species)
    }
}

/// The least image of labelled sites.
pub(super) fn canonical<T: Copy + Ord>(
    lattice: &Lattice,
    placed: &[(Site, T)],
) -> (Vec<Site>, Vec<T>) {
    lattice.images(placed).min().unwrap_or_default()
}

/// The connected windows of 1 to `largest` sites, one of each orbit; list `n - 1` holds those of
/// n sites.
pub(super) fn windows(lattice: &Lattice, largest: usize) -> Vec<Vec<Vec<Site>>> {
    let mut sizes: Vec<Vec<Vec<Site>>> = Vec::new();
    for _ in 0..largest {
        sizes.push(match sizes.last() {
            None => single_sites(lattice),
            Some(smaller) => grown(lattice, smaller),
        });
    }
    sizes
}

fn plain(lattice: &Lattice, sites: &[Site]) -> Vec<Site> {
    let placed: Vec<(Site, ())> = sites.iter().map(|&site| (site, ())).collect();
    canonical(lattice, &placed).0
}

fn single_sites(lattice: &Lattice) -> Vec<Vec<Site>> {
    let all = (0..lattice.sublattices()).map(|sublattice| Site { cell: [0; 3], sublattice });
    let orbits: BTreeSet<_> = all.map(|site| plain(lattice, &[site])).collect();
    orbits.into_iter().collect()
}

/// The windows with one more site.
pub(super) fn grown(lattice: &Lattice, smaller: &[Vec<Site>]) -> Vec<Vec<Site>> {
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

/// The different patterns of `species` species on a window, like species first.
pub(super) fn patterns_on(lattice: &Lattice, window: &[Site], species: usize) -> Vec<Pattern> {
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

/// Every way to put `species` species on `sites` sites.
pub(super) fn assignments(sites: usize, species: usize) -> impl Iterator<Item = Vec<u8>> {
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
