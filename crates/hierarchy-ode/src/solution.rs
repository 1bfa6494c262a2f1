//! What an integration returns.

use cluster_stats::PairConcentrations;

/// Pairs at the requested times, and what it took to get them.
#[derive(Clone, Debug, PartialEq)]
pub struct Solution {
    pub(crate) times: Vec<f64>,
    pub(crate) pairs: Vec<PairConcentrations>,
    pub(crate) composition_drift: f64,
    pub(crate) effort: Effort,
}

/// How much work an integration was.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Effort {
    /// Steps that were accepted.
    pub accepted_steps: u32,
    /// Steps that were rejected and repeated.
    pub rejected_steps: u32,
    /// Accepted steps by the implicit method, for stiff equations.
    pub implicit_steps: u32,
    /// Calls of the closure.
    pub evaluations: u32,
}

impl Solution {
    /// The requested times, strictly increasing.
    pub fn times(&self) -> &[f64] {
        &self.times
    }

    /// The pairs (ordered) at each of [`times`](Self::times).
    pub fn pairs(&self) -> &[PairConcentrations] {
        &self.pairs
    }

    /// The pairs at the last time.
    pub fn last(&self) -> PairConcentrations {
        self.pairs[self.pairs.len() - 1]
    }

    /// max |C+(t) - C+(start)| over the requested times, C+ = C++ + C+-. Swaps conserve C+; the
    /// published system does not, unless its terms happen to balance. C- drifts as much the other
    /// way, because C++ + C-- + 2 C+- is conserved (6).
    pub fn composition_drift(&self) -> f64 {
        self.composition_drift
    }

    /// Steps and evaluations.
    pub fn effort(&self) -> Effort {
        self.effort
    }
}
