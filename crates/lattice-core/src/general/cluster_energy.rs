//! Energies that are sums of cluster interactions, prepared so that a swap is a few table look-ups.
//!
//! A swap is two changes of one site, one after the other, and the change at a site is a sum over
//! the windows that hold it. Windows at a site are put together into blocks: the species around the
//! site are the digits of one number, and a table holds the energies of all the block's windows for
//! each number and each species of the site itself. The nearest neighbors of a triangular lattice
//! are one block of 3^7 entries for three species, for pairs and triangles alike.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::blocks::{Block, Draft, check, drafts, images, steps_around};
use super::{Energy, Interaction, Occupation};
use crate::{LatticeError, PeriodicLattice, Site, error::reserve};

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
    /// For each sublattice how far the numbers of the sites around are from that of the site, where
    /// no edge is between them: that spares most sites the table, which no near cache holds.
    steps: Vec<Vec<isize>>,
    inside: Vec<bool>,
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
        let drafts = sublattices.map(|sublattice| drafts(&windows, sublattice, species));
        let drafts: Vec<Vec<Draft<'_>>> = drafts.collect();
        let length = |drafts: &Vec<Draft<'_>>| drafts.iter().map(|draft| draft.sites.len()).sum();
        let stride: usize = drafts.iter().map(length).max().unwrap_or(0);
        let steps: Vec<Vec<isize>> =
            drafts.iter().zip(0..).map(|(drafts, at)| steps_around(lattice, at, drafts)).collect();
        let mut around = reserve(lattice.sites().saturating_mul(stride))?;
        let mut inside = reserve(lattice.sites())?;
        for site in 0..lattice.sites() {
            let home = lattice.site(site);
            let sites = drafts[home.sublattice].iter().flat_map(|draft| &draft.sites);
            around.extend(sites.map(|near| lattice.index(near.shifted(home.cell)) as u32));
            let steps = steps[home.sublattice].iter().map(|step| site.wrapping_add_signed(*step));
            inside.push(steps.eq(around[site * stride..].iter().map(|&near| near as usize)));
            around.resize((site + 1) * stride, 0);
        }
        let block = |draft: &Draft<'_>| draft.block(species);
        let blocks = drafts.iter().map(|drafts| drafts.iter().map(block).collect()).collect();
        let prepared =
            Prepared { lattice: lattice.clone(), species, blocks, around, stride, steps, inside };
        Ok(ClusterEnergy { prepared: Arc::new(prepared) })
    }

    /// The absolute charge of every triangle of neighbors; see [`Interaction::absolute_charge`].
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

    /// The squared charge of every triangle of neighbors; see [`Interaction::absolute_charge`].
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

impl Prepared {
    /// The sublattice of a site.
    #[inline(always)]
    fn sublattice(&self, site: usize) -> usize {
        if self.blocks.len() == 1 { 0 } else { site % self.blocks.len() }
    }

    /// By how much the energy changes if a site of species `from` becomes `to`; one other site is
    /// taken to be of the species `moved.1`.
    #[inline(always)]
    fn change(
        &self,
        states: &[u8],
        site: usize,
        species: (u8, u8),
        moved: Option<(usize, u8)>,
    ) -> f64 {
        let sublattice = self.sublattice(site);
        let blocks = &self.blocks[sublattice];
        if self.inside[site] {
            let near = self.steps[sublattice].iter();
            let near = near.map(|&step| site.wrapping_add_signed(step));
            change(blocks, states, near, species, moved)
        } else {
            let near = self.around[site * self.stride..].iter().map(|&near| near as usize);
            change(blocks, states, near, species, moved)
        }
    }
}

/// See [`Prepared::change`]; `near` are the sites around, block by block.
#[inline(always)]
fn change(
    blocks: &[Block],
    states: &[u8],
    mut near: impl Iterator<Item = usize>,
    (from, to): (u8, u8),
    moved: Option<(usize, u8)>,
) -> f64 {
    let mut change = 0.0;
    for block in blocks {
        let mut code = 0;
        for (&weight, near) in block.weights.iter().zip(&mut near) {
            let state = match moved {
                Some((site, species)) if site == near => species,
                _ => states[near],
            };
            code += weight * usize::from(state);
        }
        let of_species = &block.energies[code..];
        change += of_species[usize::from(to)] - of_species[usize::from(from)];
    }
    change
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
            for block in &prepared.blocks[prepared.sublattice(site)] {
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

    /// NaN for a configuration with another number of sites, and for sites that it does not have.
    #[inline]
    fn swap_change(&self, atoms: &Occupation, one: usize, other: usize) -> f64 {
        let (prepared, states) = (&*self.prepared, atoms.states());
        let (Some(&a), Some(&b)) = (states.get(one), states.get(other)) else { return f64::NAN };
        if states.len() != prepared.inside.len() {
            return f64::NAN;
        }
        // the windows that hold both sites change in two steps, too
        let first = prepared.change(states, one, (a, b), None);
        first + prepared.change(states, other, (b, a), Some((one, b)))
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
