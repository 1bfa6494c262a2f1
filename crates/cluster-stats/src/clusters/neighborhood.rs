//! Windows that are counted together: how often each assignment of species to all of their sites
//! occurs tells how often each assignment to each of them does.
//!
//! Most of the time of counting goes into raising numbers in tables, one for each site and window,
//! and for each one the sites of the window are looked up. Windows are therefore moved over each
//! other, as far as they overlap best, until the assignments to all their sites would no longer fit
//! into a small table: on the triangular lattice all windows of up to three sites lie in a site and its
//! six neighbors. A site then raises one number, and the codes of a row of sites are computed side by
//! side.

use super::counter::Rows;
use lattice_core::{Lattice, Site};
use std::collections::HashMap;

/// Most assignments to the sites of windows that are counted together, so that the table stays in
/// the fastest memory.
const MOST_TOGETHER: usize = 1 << 12;
/// Most assignments to a window that has a table; larger ones look theirs up.
const MOST_ALONE: usize = 1 << 14;
/// How many neighborhoods a window may choose from, the latest ones, so that the search stays short.
const CHOICE: usize = 8;

/// A window and the type of each assignment to it that is counted.
pub(super) type Counted = (Vec<Site>, HashMap<Vec<u8>, usize>);

/// Windows that are counted together.
#[derive(Clone, Debug)]
pub(super) struct Neighborhood {
    sites: Vec<Site>,
    types: Types,
}

/// Which types an assignment of species to the sites has.
#[derive(Clone, Debug)]
enum Types {
    /// By its code, one for each window, one after the other; the number of types where a window has
    /// none.
    ByCode { windows: usize, types: Vec<u32> },
    /// Of a single window.
    BySpecies(HashMap<Vec<u8>, usize>),
}

/// Puts windows together; `none` is the number of types.
pub(super) fn gathered(
    lattice: &Lattice,
    species: usize,
    none: usize,
    windows: Vec<Counted>,
) -> Vec<Neighborhood> {
    let codes = |sites: usize| species.checked_pow(sites as u32).unwrap_or(usize::MAX);
    let mut groups: Vec<(Vec<Site>, Vec<Counted>)> = Vec::new();
    let mut made = Vec::new();
    for (window, types) in windows {
        if codes(window.len()) > MOST_ALONE {
            made.push(Neighborhood { sites: window, types: Types::BySpecies(types) });
            continue;
        }
        let latest = groups.len().saturating_sub(CHOICE);
        let best = groups[latest..]
            .iter()
            .enumerate()
            .flat_map(|(at, (sites, _))| {
                let placed = placements(sites, &window).into_iter();
                let cost =
                    move |placed: &[Site]| (added(sites, placed), spread(lattice, sites, placed));
                placed.map(move |placed| (cost(&placed), latest + at, placed))
            })
            .filter(|((added, _), at, _)| codes(groups[*at].0.len() + added) <= MOST_TOGETHER)
            .min_by(|((a, x), ..), ((b, y), ..)| a.cmp(b).then(x.total_cmp(y)));
        match best {
            Some((_, at, placed)) => {
                let (sites, members) = &mut groups[at];
                let new: Vec<Site> =
                    placed.iter().copied().filter(|site| !sites.contains(site)).collect();
                sites.extend(new);
                members.push((placed, types));
            }
            None => groups.push((window.clone(), vec![(window, types)])),
        }
    }
    made.extend(groups.into_iter().map(|(sites, members)| {
        let types = by_code(species, none, &sites, &members);
        Neighborhood { sites, types: Types::ByCode { windows: members.len(), types } }
    }));
    made
}

/// The window in every place in which it shares a site with others.
fn placements(sites: &[Site], window: &[Site]) -> Vec<Vec<Site>> {
    let mut placed = Vec::new();
    for one in window {
        for onto in sites.iter().filter(|site| site.sublattice == one.sublattice) {
            let by = std::array::from_fn(|axis| onto.cell[axis] - one.cell[axis]);
            let moved: Vec<Site> = window.iter().map(|site| site.shifted(by)).collect();
            if !placed.contains(&moved) {
                placed.push(moved);
            }
        }
    }
    placed
}

fn added(sites: &[Site], placed: &[Site]) -> usize {
    placed.iter().filter(|site| !sites.contains(site)).count()
}

/// The squares of the distances of added sites from the others: small where the sites stay close.
fn spread(lattice: &Lattice, sites: &[Site], placed: &[Site]) -> f64 {
    let new = placed.iter().filter(|site| !sites.contains(site));
    let distances = new.flat_map(|site| {
        let from = lattice.position(*site);
        sites.iter().map(move |other| {
            let to = lattice.position(*other);
            (0..3).map(|i| (to[i] - from[i]) * (to[i] - from[i])).sum::<f64>()
        })
    });
    distances.sum()
}

/// The types of each assignment to the sites, of each window.
fn by_code(species: usize, none: usize, sites: &[Site], windows: &[Counted]) -> Vec<u32> {
    // where the sites of each window are among all, and its types by their own code
    let windows: Vec<(Vec<usize>, Vec<u32>)> = windows
        .iter()
        .map(|(window, types)| {
            let place = |site: &Site| sites.iter().position(|one| one == site).unwrap_or_default();
            let mut own = vec![none as u32; species.pow(window.len() as u32)];
            for (what, at) in types {
                own[code(species, what.iter().copied())] = *at as u32;
            }
            (window.iter().map(place).collect(), own)
        })
        .collect();
    let mut what = vec![0_u8; sites.len()];
    let mut all = Vec::new();
    for number in 0..species.pow(sites.len() as u32) {
        let mut rest = number;
        for one in &mut what {
            *one = (rest % species) as u8;
            rest /= species;
        }
        all.extend(
            windows
                .iter()
                .map(|(places, own)| own[code(species, places.iter().map(|place| what[*place]))]),
        );
    }
    all
}

/// The species of the sites as digits, the first the lowest.
fn code(species: usize, what: impl DoubleEndedIterator<Item = u8>) -> usize {
    what.rev().fold(0, |code, what| code * species + usize::from(what))
}

impl Neighborhood {
    /// Adds how often each type occurs.
    pub(super) fn count(&self, rows: &Rows, species: usize, counts: &mut [u64]) {
        match &self.types {
            Types::ByCode { windows, types } => {
                let mut found = vec![0_u32; types.len() / windows];
                self.count_codes(rows, species, &mut found);
                for (&number, types) in found.iter().zip(types.chunks_exact(*windows)) {
                    if number > 0 {
                        types.iter().for_each(|of| counts[*of as usize] += u64::from(number));
                    }
                }
            }
            Types::BySpecies(types) => self.look_up(rows, types, counts),
        }
    }

    /// Adds how often each code occurs. A block has at most 2^31 cells.
    fn count_codes(&self, rows: &Rows, species: usize, found: &mut [u32]) {
        let mut codes = vec![0_u16; rows.length];
        let species = species as u16;
        self.visit(rows, |sites| {
            codes.fill(0);
            // the first site is the lowest digit
            for (row, ahead) in sites.iter().rev() {
                let (behind, before) = row.split_at(*ahead);
                let (here, wrapped) = codes.split_at_mut(before.len());
                add_digit(here, before, species);
                add_digit(wrapped, behind, species);
            }
            for &code in &codes {
                found[usize::from(code)] += 1;
            }
        });
    }

    /// As [`count`](Self::count), for a window without a table.
    fn look_up(&self, rows: &Rows, types: &HashMap<Vec<u8>, usize>, counts: &mut [u64]) {
        let mut seen = Vec::new();
        self.visit(rows, |sites| {
            for place in 0..rows.length {
                let at = |(row, ahead): &(&[u8], usize)| row[(place + ahead) % row.len()];
                seen.clear();
                seen.extend(sites.iter().map(at));
                if let Some(&found) = types.get(&seen) {
                    counts[found] += 1;
                }
            }
        });
    }

    /// Calls `work` for each row of cells with, of each site, its row and how far ahead in it the site
    /// is.
    fn visit<'a>(&self, rows: &'a Rows, mut work: impl FnMut(&[(&'a [u8], usize)])) {
        let offsets: Vec<[usize; 3]> = self.sites.iter().map(|site| rows.offset(*site)).collect();
        let wrapped =
            |at: usize, by: usize, end: usize| if at + by < end { at + by } else { at + by - end };
        let mut sites = Vec::new();
        for i in 0..rows.across[0] {
            for j in 0..rows.across[1] {
                sites.clear();
                sites.extend(self.sites.iter().zip(&offsets).map(|(site, [x, y, ahead])| {
                    let at = [wrapped(i, *x, rows.across[0]), wrapped(j, *y, rows.across[1])];
                    (rows.row(site.sublattice, at), *ahead)
                }));
                work(&sites);
            }
        }
    }
}

/// Appends a digit to each code.
fn add_digit(codes: &mut [u16], digits: &[u8], species: u16) {
    codes
        .iter_mut()
        .zip(digits)
        .for_each(|(code, digit)| *code = *code * species + u16::from(*digit));
}
