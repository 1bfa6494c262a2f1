//! Windows at a site put together into blocks, with one table each.

use std::collections::BTreeMap;

use super::Interaction;
use crate::{Lattice, LatticeError, PeriodicLattice, Site};

/// Most entries of a table that windows are put together into: what the nearest cache holds.
const LARGEST_BLOCK: usize = 1 << 12;

/// Energies of two images of an assignment that differ by rounding only, relative to the largest.
const ROUNDING: f64 = 1e-12;

/// Windows of a site whose other sites are digits of one number.
#[derive(Debug)]
pub(super) struct Block {
    /// The power of the number of species that each of the other sites has; the site itself is the
    /// lowest digit.
    pub(super) weights: Vec<usize>,
    /// The energies of all windows of the block.
    pub(super) energies: Vec<f64>,
    /// Those of the windows whose first site this is, so that every window counts in one place.
    pub(super) first: Vec<f64>,
}

/// A block while it is put together: its other sites, and windows with the places of their sites in
/// it (`None` for the site itself).
#[derive(Default)]
pub(super) struct Draft<'a> {
    pub(super) sites: Vec<Site>,
    windows: Vec<(Vec<Option<usize>>, &'a [f64])>,
}

/// Checks that an interaction is one for the lattice and the number of species.
pub(super) fn check(
    lattice: &PeriodicLattice,
    interaction: &Interaction,
    expected: usize,
) -> Result<(), LatticeError> {
    let found = interaction.species();
    if found != expected {
        let name = "species of an interaction";
        return Err(LatticeError::WrongLength { name, expected, found });
    }
    let sublattices = lattice.lattice().sublattices();
    if let Some(site) = interaction.sites().iter().find(|site| site.sublattice >= sublattices) {
        let (name, allowed) = ("sublattice of an interaction", "one of the lattice's, from 0");
        let value = site.sublattice as f64;
        return Err(LatticeError::InvalidValue { name, value, allowed });
    }
    // translations take windows to windows, so that one image of each symmetry tells
    let labelled: Vec<(Site, ())> = interaction.sites().iter().map(|&s| (s, ())).collect();
    for (sites, _) in lattice.lattice().images(&labelled) {
        let mut numbers: Vec<usize> = sites.iter().map(|&site| lattice.index(site)).collect();
        numbers.sort_unstable();
        if numbers.windows(2).any(|two| two[0] == two[1]) {
            return Err(LatticeError::WindowTooLarge { cells: lattice.cells() });
        }
    }
    Ok(())
}

/// The different images of the window with their energies, in the order of the image's sites.
pub(super) fn images(
    lattice: &Lattice,
    interaction: &Interaction,
) -> Result<BTreeMap<Vec<Site>, Vec<f64>>, LatticeError> {
    let (species, energies) = (interaction.species(), interaction.energies());
    let largest = energies.iter().fold(0.0_f64, |largest, energy| largest.max(energy.abs()));
    let placed: Vec<(Site, usize)> = interaction.sites().iter().copied().zip(0..).collect();
    let mut images: BTreeMap<Vec<Site>, Vec<f64>> = BTreeMap::new();
    for (sites, order) in lattice.images(&placed) {
        // the digit that each site of the image has in the number of the given assignment
        let weights: Vec<usize> = order.iter().map(|&k| species.pow(k as u32)).collect();
        let turned: Vec<f64> = (0..energies.len())
            .map(|code| energies[dot(&weights, &digits(code, species, weights.len()))])
            .collect();
        if let Some(known) = images.get(&sites) {
            for (code, (&energy, &other)) in known.iter().zip(&turned).enumerate() {
                let alike = (energy - other).abs() <= ROUNDING * largest;
                if !alike {
                    let species = digits(code, species, sites.len());
                    let species = species.into_iter().map(|digit| digit as u8).collect();
                    return Err(LatticeError::NotInvariant { species, energy, other });
                }
            }
        } else {
            images.insert(sites, turned);
        }
    }
    Ok(images)
}

/// The digits of a number, the lowest first.
fn digits(mut code: usize, base: usize, count: usize) -> Vec<usize> {
    let mut next = || {
        let digit = code % base;
        code /= base;
        digit
    };
    (0..count).map(|_| next()).collect()
}

fn dot(weights: &[usize], digits: &[usize]) -> usize {
    weights.iter().zip(digits).map(|(weight, digit)| weight * digit).sum()
}

/// The windows that hold the site of a sublattice in cell (0, 0, 0), put together into blocks. Each
/// goes where it brings in the fewest sites.
pub(super) fn drafts(
    windows: &BTreeMap<Vec<Site>, Vec<f64>>,
    sublattice: usize,
    species: usize,
) -> Vec<Draft<'_>> {
    let mut drafts: Vec<Draft<'_>> = Vec::new();
    for (sites, energies) in windows {
        for at in sites.iter().filter(|site| site.sublattice == sublattice) {
            let back = at.cell.map(|c| -c);
            let home = Site { cell: [0; 3], sublattice };
            let shifted: Vec<Site> = sites.iter().map(|site| site.shifted(back)).collect();
            let others = || shifted.iter().filter(|&&site| site != home);
            let missing =
                |draft: &Draft<'_>| others().filter(|site| !draft.sites.contains(site)).count();
            let fits = |draft: &Draft<'_>| {
                let digits = draft.sites.len() + missing(draft) + 1;
                species.checked_pow(digits as u32).is_some_and(|size| size <= LARGEST_BLOCK)
            };
            let fitting = (0..drafts.len()).filter(|&at| fits(&drafts[at]));
            let best = fitting.min_by_key(|&at| missing(&drafts[at])).unwrap_or_else(|| {
                drafts.push(Draft::default());
                drafts.len() - 1
            });
            let draft = &mut drafts[best];
            let places = shifted.iter().map(|site| {
                (*site != home).then(|| {
                    draft.sites.iter().position(|known| known == site).unwrap_or_else(|| {
                        draft.sites.push(*site);
                        draft.sites.len() - 1
                    })
                })
            });
            let places = places.collect();
            draft.windows.push((places, energies));
        }
    }
    drafts
}

/// How far the numbers of the sites around are from that of the site of a sublattice, where no edge
/// is between them.
pub(super) fn steps_around(
    lattice: &PeriodicLattice,
    sublattice: usize,
    drafts: &[Draft<'_>],
) -> Vec<isize> {
    let [_, y, z] = lattice.cells().map(|cells| cells as isize);
    let sublattices = lattice.lattice().sublattices() as isize;
    let step = |site: &Site| {
        let [a, b, c] = site.cell.map(|c| c as isize);
        ((a * y + b) * z + c) * sublattices + site.sublattice as isize - sublattice as isize
    };
    drafts.iter().flat_map(|draft| &draft.sites).map(step).collect()
}

impl Draft<'_> {
    pub(super) fn block(&self, species: usize) -> Block {
        let digits_of_block = self.sites.len() + 1;
        let size = species.pow(digits_of_block as u32);
        let (mut energies, mut first) = (vec![0.0; size], vec![0.0; size]);
        for (places, table) in &self.windows {
            for code in 0..size {
                let digits = digits(code, species, digits_of_block);
                let digit = |place: &Option<usize>| digits[place.map_or(0, |place| place + 1)];
                let of_window =
                    places.iter().rev().fold(0, |code, place| code * species + digit(place));
                energies[code] += table[of_window];
                if places[0].is_none() {
                    first[code] += table[of_window];
                }
            }
        }
        let weights = (1..digits_of_block).map(|digit| species.pow(digit as u32)).collect();
        Block { weights, energies, first }
    }
}
