//! The distribution on a window with given marginals and the largest entropy: sweeps, then Newton.
//!
//! The distribution is exp of a sum of one number for each marginal's cell. Independent numbers
//! belong to patterns without one species on the parts of the marginals; there Newton's method
//! solves H delta = c - m, with m the probabilities of these patterns, c those wanted, and H the
//! probabilities of their unions. The species left out is the most common one, so that rare
//! patterns stand in rows and columns of their own size, and H is scaled to a unit diagonal. A step
//! moves no probability by more than a factor exp(2), within which the dual is nearly quadratic.

use libm::exp;
use numerics::Cholesky;
use std::collections::BTreeMap;

/// Sweeps before Newton's method, more than trees need.
const FIRST_SWEEPS: u32 = 6;
/// Distributions off by at most this count as found where nothing more can be gained.
const FEASIBLE: f64 = 1e-9;
/// Newton steps in a row that make no marginal better before the best one is taken.
const MOST_IDLE: u32 = 8;
/// The largest change of the logarithm of a probability in a Newton step.
const LONGEST_STEP: f64 = 2.0;
/// Pivots of the scaled matrix below this are those of patterns that others determine.
const DEPENDENT: f64 = 1e-15;

/// Adds up a marginal into `sums`, which are 0: `shown` says which of its cells each state shows.
pub(crate) fn marginal(distribution: &[f64], shown: &[u16], sums: &mut [f64]) {
    for (p, &cell) in distribution.iter().zip(shown) {
        sums[usize::from(cell)] += p;
    }
}

/// Multiplies each state by the factor of the cell of a marginal that it shows: proportional fitting,
/// where the factors are the cells wanted over the present ones.
pub(crate) fn scale(distribution: &mut [f64], shown: &[u16], factors: &[f64]) {
    for (p, &cell) in distribution.iter_mut().zip(shown) {
        *p *= factors[usize::from(cell)];
    }
}

/// A known marginal of a window.
pub(super) struct Margin {
    /// The sites that it is on, as bits.
    pub(super) sites: u64,
    /// The concentration of each of its cells, a position in the parts.
    pub(super) parts: Vec<usize>,
    /// Which of them each state of the window shows.
    pub(super) shown: Vec<u16>,
}

/// The patterns without one species on the parts of the marginals.
struct Features {
    /// Of each, a marginal and its cells that show the pattern.
    cells: Vec<(usize, Vec<u16>)>,
    /// Which of them each state of the window shows.
    shown: Vec<Vec<u16>>,
}

impl Features {
    fn new(sites: usize, all: &[Vec<u8>], margins: &[Margin], left_out: u8) -> Features {
        let mut features = Features { cells: Vec::new(), shown: vec![Vec::new(); all.len()] };
        let mut done: Vec<u64> = Vec::new();
        for (margin, one) in margins.iter().enumerate() {
            for part in (0..1_u64 << sites).filter(|part| part & one.sites == *part) {
                if done.contains(&part) {
                    continue;
                }
                done.push(part);
                let mut patterns: BTreeMap<Vec<u8>, u16> = BTreeMap::new();
                for (state, into) in all.iter().zip(0..) {
                    let pattern: Vec<u8> =
                        (0..sites).filter(|i| part >> i & 1 == 1).map(|i| state[i]).collect();
                    if pattern.contains(&left_out) {
                        continue;
                    }
                    let next = features.cells.len() as u16;
                    let feature = *patterns.entry(pattern).or_insert(next);
                    if feature == next {
                        features.cells.push((margin, Vec::new()));
                    }
                    let (_, cells) = &mut features.cells[usize::from(feature)];
                    if !cells.contains(&one.shown[into]) {
                        cells.push(one.shown[into]);
                    }
                    features.shown[into].push(feature);
                }
            }
        }
        features
    }
}

/// The marginals of a window.
pub(super) struct Table {
    /// The states of the window: what is on each site.
    all: Vec<Vec<u8>>,
    margins: Vec<Margin>,
    /// For each species the patterns without it.
    features: Vec<Features>,
}

impl Table {
    /// Of a window of `sites` sites, `all` its states and some of its marginals.
    pub(super) fn new(
        sites: usize,
        species: usize,
        all: Vec<Vec<u8>>,
        margins: Vec<Margin>,
    ) -> Table {
        let features = (0..species as u8).map(|out| Features::new(sites, &all, &margins, out));
        let features = features.collect();
        Table { all, margins, features }
    }
}

/// How far a distribution is off a marginal at the most.
#[derive(Clone, Copy)]
struct Off {
    /// As a share of the marginal.
    relative: f64,
    /// As a probability.
    absolute: f64,
}

/// A distribution that is fitted, and its buffers.
#[derive(Default)]
pub(super) struct Trial {
    wanted: Vec<f64>,
    distribution: Vec<f64>,
    best: Vec<f64>,
    sums: Vec<f64>,
    /// What each marginal lacks, one after the other.
    lacking: Vec<f64>,
}

impl Trial {
    /// The probability of each state of the window.
    pub(super) fn distribution(&self) -> &[f64] {
        &self.distribution
    }

    /// Fits to the marginals in `parts` until none is off by more than `tolerance` times itself.
    ///
    /// # Errors
    /// The iterations made and by how much the closest distribution is off, if that is more than
    /// rounding.
    pub(super) fn fit(
        &mut self,
        table: &Table,
        parts: &[f64],
        tolerance: f64,
        limit: u32,
    ) -> Result<(), (u32, f64)> {
        let lowest = parts.iter().fold(0.0_f64, |least, v| least.min(*v));
        if !(lowest >= -FEASIBLE && parts.iter().sum::<f64>().is_finite()) {
            return Err((0, -lowest));
        }
        self.wanted.clear();
        self.wanted.extend(parts.iter().map(|v| v.max(0.0)));
        self.distribution.clear();
        self.distribution.resize(table.all.len(), 1.0 / table.all.len() as f64);
        for _ in 0..FIRST_SWEEPS.min(limit) {
            if self.sweep(table) <= tolerance {
                return Ok(());
            }
        }
        let mut iterations = FIRST_SWEEPS.min(limit);
        let occupied = |what: usize| -> f64 {
            let count =
                |state: &[u8]| state.iter().filter(|one| usize::from(**one) == what).count();
            let states = table.all.iter().zip(&self.distribution);
            states.map(|(state, p)| p * count(state) as f64).sum()
        };
        let occupied: Vec<f64> = (0..table.features.len()).map(occupied).collect();
        let species = 0..occupied.len();
        let common =
            species.max_by(|a, b| occupied[*a].total_cmp(&occupied[*b])).unwrap_or_default();
        let mut least = self.off(table);
        self.best.clone_from(&self.distribution);
        let mut idle = 0;
        while iterations < limit && idle < MOST_IDLE && least.relative > tolerance {
            self.newton_step(table, common);
            // a sweep mends what the step cannot resolve: patterns that others nearly determine
            self.sweep(table);
            iterations += 1;
            let off = self.off(table);
            let better = off.relative < 0.9 * least.relative || off.absolute < 0.9 * least.absolute;
            idle = if better { 0 } else { idle + 1 };
            if off.relative < least.relative || off.absolute < least.absolute {
                least = off;
                self.best.clone_from(&self.distribution);
            }
        }
        std::mem::swap(&mut self.best, &mut self.distribution);
        let found = least.relative <= tolerance || least.absolute <= FEASIBLE;
        if found { Ok(()) } else { Err((iterations, least.absolute)) }
    }

    /// Scales the distribution to all marginals in turn; by how much the worst was off before, as a
    /// share of itself.
    fn sweep(&mut self, table: &Table) -> f64 {
        let mut relative = 0.0_f64;
        for margin in &table.margins {
            self.sum(margin);
            for (sum, &part) in self.sums.iter_mut().zip(&margin.parts) {
                let wanted = self.wanted[part];
                relative = relative.max(share((*sum - wanted).abs(), wanted));
                *sum = if *sum == 0.0 { 0.0 } else { wanted / *sum };
            }
            scale(&mut self.distribution, &margin.shown, &self.sums);
        }
        relative
    }

    /// The present marginal.
    fn sum(&mut self, margin: &Margin) {
        self.sums.clear();
        self.sums.resize(margin.parts.len(), 0.0);
        marginal(&self.distribution, &margin.shown, &mut self.sums);
    }

    /// How far the distribution is off, and what its marginals lack.
    fn off(&mut self, table: &Table) -> Off {
        let mut off = Off { relative: 0.0, absolute: 0.0 };
        self.lacking.clear();
        for margin in &table.margins {
            self.sum(margin);
            for (sum, &part) in self.sums.iter().zip(&margin.parts) {
                let lacking = self.wanted[part] - sum;
                off.absolute = off.absolute.max(lacking.abs());
                off.relative = off.relative.max(share(lacking.abs(), self.wanted[part]));
                self.lacking.push(lacking);
            }
        }
        off
    }

    /// A step of Newton's method in the patterns without the species `common`, from what
    /// [`off`](Self::off) found.
    fn newton_step(&mut self, table: &Table, common: usize) {
        let features = &table.features[common];
        let size = features.cells.len();
        let mut first = Vec::with_capacity(table.margins.len());
        table.margins.iter().fold(0, |at, margin| {
            first.push(at);
            at + margin.parts.len()
        });
        let lacking = features.cells.iter().map(|(margin, cells)| {
            cells.iter().map(|cell| self.lacking[first[*margin] + usize::from(*cell)]).sum()
        });
        let mut step: Vec<f64> = lacking.collect();
        let mut matrix = vec![0.0; size * size];
        for (p, shown) in self.distribution.iter().zip(&features.shown) {
            for &row in shown {
                for &column in shown {
                    matrix[usize::from(row) * size + usize::from(column)] += p;
                }
            }
        }
        solve_scaled(size, &matrix, &mut step);
        let change = |shown: &Vec<u16>| shown.iter().map(|&f| step[usize::from(f)]).sum::<f64>();
        let changes: Vec<f64> = features.shown.iter().map(change).collect();
        let alive = changes.iter().zip(&self.distribution).filter(|(_, p)| **p > 0.0);
        let longest = alive.fold(0.0_f64, |most, (change, _)| most.max(change.abs()));
        let length = if longest > LONGEST_STEP { LONGEST_STEP / longest } else { 1.0 };
        for (p, change) in self.distribution.iter_mut().zip(changes) {
            *p *= if *p > 0.0 { exp(length * change) } else { 1.0 };
        }
    }
}

/// `off` as a share of `wanted`; 0 where nothing is off.
fn share(off: f64, wanted: f64) -> f64 {
    if off == 0.0 { 0.0 } else { off / wanted }
}

/// Replaces `right` by the solution of a positive semidefinite system, scaled to a unit diagonal;
/// by 0 for what is determined by the rows before it, or absent.
fn solve_scaled(size: usize, matrix: &[f64], right: &mut [f64]) {
    let scale = |at: usize| matrix[at * size + at];
    let scales: Vec<f64> =
        (0..size).map(|at| if scale(at) > 0.0 { 1.0 / scale(at).sqrt() } else { 0.0 }).collect();
    let scaled = |i: usize, j: usize| matrix[i * size + j] * (scales[j] * scales[i]);
    let factor = Cholesky::semidefinite(size, scaled, DEPENDENT);
    let rescale = |right: &mut [f64]| right.iter_mut().zip(&scales).for_each(|(v, s)| *v *= s);
    rescale(right);
    factor.solve(right);
    rescale(right);
}
