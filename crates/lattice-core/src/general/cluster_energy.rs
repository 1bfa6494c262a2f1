//! Energies that are sums of cluster interactions, prepared so that a swap is a few table look-ups.
//!
//! A swap is two changes of one site, one after the other, and the change at a site is a sum over
//! the windows that hold it. Windows at a site are put together into blocks: the species around the
//! site are the digits of one number, and a table holds the energies of all the block's windows for
//! each number and each species of the site itself. The nearest neighbours of a triangular lattice
//! are one block of 3^7 entries for three species, for pairs and triangles alike.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Energy, Interaction, Occupation};
use crate::{Lattice, LatticeError, PeriodicLattice, Site, error::reserve};

/// Most entries of a table that windows are put together into: what the nearest cache holds.
const LARGEST_BLOCK: usize = 1 << 12;

/// Energies of two images of an assignment that differ by rounding only, relative to the largest.
const ROUNDING: f64 = 1e-12;

/// A sum of [`Interaction`]s on a periodic lattice; clones share its tables.
///
/// ```
/// use lattice_core::{
///     ClusterEnergy, Energy, Interaction, Lattice, Occupation, PeriodicLattice, Schedule, Species,
///     SwapRange, anneal,
/// };
/// use rand_pcg::{Pcg64, rand_core::SeedableRng};
///
/// // Ni, Mn and Co with charges 2, 4 and 3 in a layered oxide: see `Interaction::absolute_charge`
/// let lattice = PeriodicLattice::new(Lattice::triangular(), &[12, 12])?;
/// let energy = ClusterEnergy::absolute_charge(&lattice, &[-1.0 / 6.0, 1.0 / 6.0, 0.0])?;
///
/// let mut rng = Pcg64::seed_from_u64(7);
/// let species = Species::new(&["Ni", "Mn", "Co"])?;
/// let mut atoms = Occupation::random(lattice, species, &[0.25, 0.25, 0.5], &mut rng)?;
/// let before = energy.total(&atoms);
/// let schedule = Schedule::geometric(0.5, 0.02, 10)?;
/// anneal(&mut atoms, &energy, &schedule, SwapRange::Anywhere, &mut rng, |sample| {
///     println!("{:.2} {:.4}", sample.time, sample.energy_per_site());
/// })?;
/// assert!(energy.total(&atoms) < 0.5 * before);
/// # Ok::<(), lattice_core::LatticeError>(())
/// ```
#[derive(Clone, Debug)]
pub struct ClusterEnergy {
    prepared: Arc<Prepared>,
}

#[derive(Debug)]
struct Prepared {
    lattice: PeriodicLattice,
    species: usize,
    /// For each sublattice.
    blocks: Vec<Vec<Block>>,
    /// The sites around each site, block by block; `stride` entries a site.
    around: Vec<u32>,
    stride: usize,
}

/// Windows of a site whose other sites are digits of one number.
#[derive(Debug)]
struct Block {
    /// The power of the number of species that each of the other sites has; the site itself is the
    /// lowest digit.
    weights: Vec<usize>,
    /// The energies of all windows of the block.
    energies: Vec<f64>,
    /// Those of the windows whose first site this is, so that every window counts in one place.
    first: Vec<f64>,
}

/// A block while it is put together: its other sites, and windows with the places of their sites in
/// it (`None` for the site itself).
#[derive(Default)]
struct Draft<'a> {
    sites: Vec<Site>,
    windows: Vec<(Vec<Option<usize>>, &'a [f64])>,
}

impl ClusterEnergy {
    /// The sum of these interactions on a periodic lattice. Windows of several interactions may be
    /// the same; their energies add up.
    ///
    /// # Errors
    /// [`LatticeError::InvalidValue`] without interactions or for a sublattice that the lattice does
    /// not have; [`LatticeError::WrongLength`] for interactions of different numbers of species;
    /// [`LatticeError::NotInvariant`] for energies that a symmetry of the window changes;
    /// [`LatticeError::WindowTooLarge`] where the lattice is so small that a window holds a site
    /// twice; [`LatticeError::OutOfMemory`].
    pub fn new(
        lattice: &PeriodicLattice,
        interactions: &[Interaction],
    ) -> Result<ClusterEnergy, LatticeError> {
        let Some(species) = interactions.first().map(Interaction::species) else {
            let (name, allowed) = ("number of interactions", "1 or more");
            return Err(LatticeError::InvalidValue { name, value: 0.0, allowed });
        };
        let mut windows: BTreeMap<Vec<Site>, Vec<f64>> = BTreeMap::new();
        for interaction in interactions {
            check(lattice, interaction, species)?;
            for (sites, energies) in images(lattice.lattice(), interaction)? {
                match windows.get_mut(&sites) {
                    Some(known) => known.iter_mut().zip(&energies).for_each(|(sum, e)| *sum += e),
                    None => _ = windows.insert(sites, energies),
                }
            }
        }
        let sublattices = 0..lattice.lattice().sublattices();
        let drafts = sublattices.clone().map(|sublattice| drafts(&windows, sublattice, species));
        let drafts: Vec<Vec<Draft<'_>>> = drafts.collect();
        let length = |drafts: &Vec<Draft<'_>>| drafts.iter().map(|draft| draft.sites.len()).sum();
        let stride: usize = drafts.iter().map(length).max().unwrap_or(0);
        let mut around = reserve(lattice.sites().saturating_mul(stride))?;
        for site in 0..lattice.sites() {
            let home = lattice.site(site);
            let sites = drafts[home.sublattice].iter().flat_map(|draft| &draft.sites);
            around.extend(sites.map(|near| lattice.index(near.shifted(home.cell)) as u32));
            around.resize((site + 1) * stride, 0);
        }
        let block = |draft: &Draft<'_>| draft.block(species);
        let blocks = drafts.iter().map(|drafts| drafts.iter().map(block).collect()).collect();
        let prepared = Prepared { lattice: lattice.clone(), species, blocks, around, stride };
        Ok(ClusterEnergy { prepared: Arc::new(prepared) })
    }

    /// The absolute charge of every triangle of neighbours; see [`Interaction::absolute_charge`].
    ///
    /// # Errors
    /// Those of [`new`](Self::new), also on a lattice without triangles.
    pub fn absolute_charge(
        lattice: &PeriodicLattice,
        charges: &[f64],
    ) -> Result<ClusterEnergy, LatticeError> {
        let triangles = lattice.lattice().triangles().into_iter();
        let all = triangles.map(|cell| Interaction::absolute_charge(cell, charges));
        ClusterEnergy::new(lattice, &all.collect::<Result<Vec<_>, _>>()?)
    }

    /// The squared charge of every triangle of neighbours; see [`Interaction::absolute_charge`].
    ///
    /// # Errors
    /// Those of [`new`](Self::new), also on a lattice without triangles.
    pub fn squared_charge(
        lattice: &PeriodicLattice,
        charges: &[f64],
    ) -> Result<ClusterEnergy, LatticeError> {
        let triangles = lattice.lattice().triangles().into_iter();
        let all = triangles.map(|cell| Interaction::squared_charge(cell, charges));
        ClusterEnergy::new(lattice, &all.collect::<Result<Vec<_>, _>>()?)
    }

    /// The lattice that the energy is made for.
    pub fn lattice(&self) -> &PeriodicLattice {
        &self.prepared.lattice
    }

    /// The number of species.
    pub fn species(&self) -> usize {
        self.prepared.species
    }
}

fn check(
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
    match interaction.sites().iter().find(|site| site.sublattice >= sublattices) {
        Some(site) => {
            let (name, allowed) = ("sublattice of an interaction", "one of the lattice's, from 0");
            Err(LatticeError::InvalidValue { name, value: site.sublattice as f64, allowed })
        }
        None => Ok(()),
    }
    .and_then(|()| {
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
    })
}

/// The different images of the window with their energies, in the order of the image's sites.
fn images(
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
fn drafts(
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

impl Draft<'_> {
    fn block(&self, species: usize) -> Block {
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

impl Prepared {
    /// The blocks of a site.
    #[inline(always)]
    fn blocks(&self, site: usize) -> &[Block] {
        match &self.blocks[..] {
            [one] => one,
            several => &several[site % several.len()],
        }
    }

    /// By how much the energy changes if a site of species `from` becomes `to`; one other site is
    /// taken to be of the species `moved.1`.
    #[inline(always)]
    fn change(
        &self,
        states: &[u8],
        site: usize,
        (from, to): (u8, u8),
        moved: Option<(u32, u8)>,
    ) -> f64 {
        let mut around = &self.around[site * self.stride..][..self.stride];
        let mut change = 0.0;
        for block in self.blocks(site) {
            let (near, rest) = around.split_at(block.weights.len());
            around = rest;
            let mut code = 0;
            for (&near, &weight) in near.iter().zip(&block.weights) {
                let state = states[near as usize];
                let state = match moved {
                    Some((site, species)) if site == near => species,
                    _ => state,
                };
                code += weight * usize::from(state);
            }
            let of_species = &block.energies[code..];
            change += of_species[usize::from(to)] - of_species[usize::from(from)];
        }
        change
    }
}

impl Energy for ClusterEnergy {
    fn total(&self, atoms: &Occupation) -> f64 {
        let (prepared, states) = (&*self.prepared, atoms.states());
        if self.fits(atoms).is_err() {
            return f64::NAN;
        }
        let mut total = 0.0;
        for (site, &state) in states.iter().enumerate() {
            let mut around = &prepared.around[site * prepared.stride..];
            for block in prepared.blocks(site) {
                let (near, rest) = around.split_at(block.weights.len());
                around = rest;
                let digits = near.iter().zip(&block.weights);
                let code =
                    digits.map(|(&near, weight)| weight * usize::from(states[near as usize]));
                total += block.first[code.sum::<usize>() + usize::from(state)];
            }
        }
        total
    }

    /// NaN for a configuration with another number of sites.
    #[inline]
    fn swap_change(&self, atoms: &Occupation, one: usize, other: usize) -> f64 {
        let (prepared, states) = (&*self.prepared, atoms.states());
        if states.len() != prepared.lattice.sites() {
            return f64::NAN;
        }
        let (a, b) = (states[one], states[other]);
        // the windows that hold both sites change in two steps, too
        let first = prepared.change(states, one, (a, b), None);
        first + prepared.change(states, other, (b, a), Some((one as u32, b)))
    }

    fn fits(&self, atoms: &Occupation) -> Result<(), LatticeError> {
        if !self.prepared.lattice.has_sites_of(atoms.lattice()) {
            let name = |lattice: &PeriodicLattice| {
                format!("{} of {:?} cells", lattice.lattice().name(), lattice.cells())
            };
            let (expected, found) = (name(&self.prepared.lattice), name(atoms.lattice()));
            return Err(LatticeError::OtherLattice { expected, found });
        }
        let (expected, found) = (self.prepared.species, atoms.species().len());
        if expected == found {
            Ok(())
        } else {
            Err(LatticeError::WrongLength { name: "species", expected, found })
        }
    }
}
