//! Maximum entropy: of all distributions on the window with the marginals that are known, the one
//! of largest entropy, by iterative proportional fitting.
//!
//! Known are all parts of the window that lie in a connected window of `order` sites. Each sweep
//! scales the distribution to every one of these marginals in turn, from a uniform start; on windows
//! whose parts form a tree one sweep is exact, and the result is the region factorisation. It keeps
//! all marginals, to the tolerance, so that what the rules conserve is conserved. Marginals of a
//! state need not come from any distribution on a larger window: then there is none, and the error
//! says how far the closest is. 0 where a part is absent.
//!
//! Sources: Deming and Stephan, Ann. Math. Stat. 11, 427 (1940); Csiszar, Ann. Probab. 3, 146
//! (1975).

use super::super::pattern::assignments;
use super::super::{Pattern, Site};
use super::cluster_closure::{ClosureTask, ClusterClosure, PreparedClosure};
use crate::OdeError;
use std::collections::BTreeMap;

/// Most states of a window.
const MOST_STATES: f64 = 4096.0;

/// The distribution of largest entropy with the known marginals.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MaximumEntropy {
    tolerance: f64,
    sweeps: u32,
}

impl Default for MaximumEntropy {
    /// Tolerance 1e-13, up to 10 000 sweeps.
    fn default() -> MaximumEntropy {
        MaximumEntropy { tolerance: 1e-13, sweeps: 10_000 }
    }
}

impl MaximumEntropy {
    /// Fits until no marginal is off by more than `tolerance` (a probability), and gives up after
    /// `sweeps`.
    ///
    /// # Errors
    /// [`OdeError::InvalidValue`] unless the tolerance is finite and positive.
    pub fn new(tolerance: f64, sweeps: u32) -> Result<MaximumEntropy, OdeError> {
        let tolerance = OdeError::check_positive("tolerance", tolerance, false)?;
        Ok(MaximumEntropy { tolerance, sweeps })
    }
}

impl ClusterClosure for MaximumEntropy {
    fn prepare(&self, task: &mut ClosureTask<'_>) -> Result<Box<dyn PreparedClosure>, OdeError> {
        let mut windows = Vec::new();
        for patterns in task.needed().chunk_by(|one, other| one.sites() == other.sites()) {
            windows.push(Window::new(task, patterns)?);
        }
        Ok(Box::new(Fitting { settings: *self, windows }))
    }
}

/// A known marginal of a window.
struct Margin {
    /// The concentration of each of its patterns, a position in the parts.
    parts: Vec<usize>,
    /// Which of them each state of the window shows.
    shown: Vec<u16>,
}

struct Window {
    states: usize,
    margins: Vec<Margin>,
    /// Which state each needed pattern is.
    needed: Vec<usize>,
    name: String,
}

impl Window {
    fn new(task: &mut ClosureTask<'_>, patterns: &[Pattern]) -> Result<Window, OdeError> {
        let (window, species) = (patterns[0].sites(), task.hierarchy().species().len());
        let estimate = libm::pow(species as f64, window.len() as f64);
        if estimate > MOST_STATES {
            let (order, limit) = (task.order(), MOST_STATES);
            return Err(OdeError::WindowTooLarge { sites: window.len(), order, estimate, limit });
        }
        let all: Vec<Vec<u8>> = assignments(window.len(), species).collect();
        let mut margins = Vec::new();
        for part in largest_known(task, window) {
            let sites: Vec<usize> = (0..window.len()).filter(|i| part >> i & 1 == 1).collect();
            let mut positions: BTreeMap<Vec<u8>, u16> = BTreeMap::new();
            let mut margin = Margin { parts: Vec::new(), shown: Vec::with_capacity(all.len()) };
            for state in &all {
                let what: Vec<u8> = sites.iter().map(|&i| state[i]).collect();
                let shown = match positions.get(&what) {
                    Some(&known) => known,
                    None => {
                        let placed = sites.iter().zip(&what).map(|(&i, &what)| (window[i], what));
                        let placed: Vec<(Site, u8)> = placed.collect();
                        margin.parts.push(task.part(&placed)?);
                        let position = positions.len() as u16;
                        positions.insert(what, position);
                        position
                    }
                };
                margin.shown.push(shown);
            }
            margins.push(margin);
        }
        let state_of = |pattern: &Pattern| {
            pattern.species().iter().rev().fold(0, |code, what| code * species + usize::from(*what))
        };
        let needed = patterns.iter().map(state_of).collect();
        let name = task.hierarchy().notation().text(&patterns[0]);
        Ok(Window { states: all.len(), margins, needed, name })
    }

    /// Scales the distribution to all marginals; how far the worst was off before.
    fn sweep(&self, parts: &[f64], distribution: &mut [f64], sums: &mut [f64]) -> f64 {
        let mut residual = 0.0_f64;
        for margin in &self.margins {
            let sums = &mut sums[..margin.parts.len()];
            sums.fill(0.0);
            for (p, &shown) in distribution.iter().zip(&margin.shown) {
                sums[usize::from(shown)] += p;
            }
            for (sum, &part) in sums.iter_mut().zip(&margin.parts) {
                residual = residual.max((*sum - parts[part]).abs());
                *sum = if *sum == 0.0 { 0.0 } else { parts[part] / *sum };
            }
            for (p, &shown) in distribution.iter_mut().zip(&margin.shown) {
                *p *= sums[usize::from(shown)];
            }
        }
        residual
    }
}

/// The known parts of a window that no other known part holds, as bits.
fn largest_known(task: &ClosureTask<'_>, window: &[Site]) -> Vec<u64> {
    let mut all: Vec<u64> = (1..1_u64 << window.len())
        .filter(|part| part.count_ones() as usize <= task.order())
        .collect();
    all.sort_by_key(|part| std::cmp::Reverse(part.count_ones()));
    let mut largest: Vec<u64> = Vec::new();
    for part in all {
        let sites = (0..window.len()).filter(|i| part >> i & 1 == 1).map(|i| window[i]);
        if largest.iter().all(|larger| larger & part != part)
            && task.knows(&sites.collect::<Vec<_>>())
        {
            largest.push(part);
        }
    }
    largest
}

struct Fitting {
    settings: MaximumEntropy,
    windows: Vec<Window>,
}

impl PreparedClosure for Fitting {
    fn evaluate(&self, parts: &[f64], needed: &mut [f64]) -> Result<(), OdeError> {
        let states = self.windows.iter().map(|window| window.states).max().unwrap_or(0);
        let (mut distribution, mut sums) = (vec![0.0; states], vec![0.0; states]);
        let mut needed = needed.iter_mut();
        for window in &self.windows {
            let distribution = &mut distribution[..window.states];
            distribution.fill(1.0 / window.states as f64);
            let mut residual = f64::INFINITY;
            let mut sweeps = 0;
            while residual > self.settings.tolerance {
                if sweeps >= self.settings.sweeps {
                    let window = window.name.clone();
                    return Err(OdeError::NoDistribution { window, sweeps, residual });
                }
                residual = window.sweep(parts, distribution, &mut sums);
                sweeps += 1;
            }
            // in this order: the shorter list first, or `zip` takes one value too many
            for (&state, value) in window.needed.iter().zip(needed.by_ref()) {
                *value = distribution[state];
            }
        }
        Ok(())
    }
}
