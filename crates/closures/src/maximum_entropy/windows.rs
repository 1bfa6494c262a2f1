//! Maximum entropy on any window: of all distributions on the window with the marginals that are known, the one
//! of largest entropy.
//!
//! Known are all parts of the window that lie in a connected window of `order` sites. Some sweeps of
//! iterative proportional fitting scale a uniform start to every one of these marginals in turn; on
//! windows whose parts form a tree one sweep is exact, and the result is the region factorization.
//! Where sweeps converge slowly, Newton's method on the dual goes on (`fitting`). Both change the
//! distribution by factors alone, so that probabilities of 1e-20 keep their relative precision. It
//! keeps all marginals, so that what the rules conserve is conserved. Marginals of a state need not
//! come from any distribution on a larger window: then there is none, and the error says how far
//! the closest is. 0 where a part is absent.
//!
//! Sources: Deming and Stephan, Ann. Math. Stat. 11, 427 (1940); Csiszar, Ann. Probab. 3, 146
//! (1975); Boyd and Vandenberghe, Convex Optimization, section 7.2 (2004).

use super::MaximumEntropy;
use super::fitting::{Margin, Table, Trial};
use crate::{ClosureError, ClosureTask, ClusterClosure, PreparedClosure};
use cluster_stats::lattice_core::Site;
use cluster_stats::{Pattern, assignments};
use std::collections::BTreeMap;

/// Most states of a window.
const MOST_STATES: f64 = 4096.0;

impl ClusterClosure for MaximumEntropy {
    fn prepare(
        &self,
        task: &mut ClosureTask<'_>,
    ) -> Result<Box<dyn PreparedClosure>, ClosureError> {
        let mut windows = Vec::new();
        for patterns in task.needed().chunk_by(|one, other| one.sites() == other.sites()) {
            windows.push(Window::new(task, patterns)?);
        }
        Ok(Box::new(Fitting { settings: *self, windows }))
    }
}

struct Window {
    table: Table,
    /// Which state each needed pattern is.
    needed: Vec<usize>,
    name: String,
}

impl Window {
    fn new(task: &mut ClosureTask<'_>, patterns: &[Pattern]) -> Result<Window, ClosureError> {
        let (window, species) = (patterns[0].sites(), task.species().len());
        let estimate = libm::pow(species as f64, window.len() as f64);
        if estimate > MOST_STATES {
            let (order, limit) = (task.order(), MOST_STATES);
            return Err(ClosureError::WindowTooLarge {
                sites: window.len(),
                order,
                estimate,
                limit,
            });
        }
        let all: Vec<Vec<u8>> = assignments(window.len(), species).collect();
        let mut margins = Vec::new();
        for part in largest_known(task, window) {
            let sites: Vec<usize> = (0..window.len()).filter(|i| part >> i & 1 == 1).collect();
            let mut positions: BTreeMap<Vec<u8>, u16> = BTreeMap::new();
            let mut margin = Margin { sites: part, parts: Vec::new(), shown: Vec::new() };
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
        let name = task.name_of(&patterns[0]);
        let table = Table::new(window.len(), species, all, margins);
        Ok(Window { table, needed, name })
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
    fn evaluate(&self, parts: &[f64], needed: &mut [f64]) -> Result<(), ClosureError> {
        let mut trial = Trial::default();
        let mut needed = needed.iter_mut();
        for window in &self.windows {
            let MaximumEntropy { tolerance, sweeps } = self.settings;
            trial.fit(&window.table, parts, tolerance, sweeps).map_err(|(sweeps, residual)| {
                let window = window.name.clone();
                ClosureError::NoDistribution { window, sweeps, residual }
            })?;
            // in this order: the shorter list first, or `zip` takes one value too many
            for (&state, value) in window.needed.iter().zip(needed.by_ref()) {
                *value = trial.distribution()[state];
            }
        }
        Ok(())
    }
}
