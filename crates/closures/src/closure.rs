//! The trait that everything here implements and everything downstream calls.

use crate::ClosureError;
use cluster_stats::{PairConcentrations, TripletConcentrations};

/// A closure: the 16 triplet concentrations as functions of the pair concentrations
/// (paper, section IV: C_i = g_i(C+, C-, C++, C--, C+-), with C+ = C++ + C+-, C- = C-- + C+-).
///
/// # Contract
/// - Input: ordered pairs. Output: **ordered, per-shape** triplets
///   (or these times the path shares: [`WithPathShares`](crate::WithPathShares) says so by type).
/// - Pure: the same pairs give the same bits.
/// - Every value returned is finite; what cannot be computed is an error that says which triplet
///   and why. An input may lie slightly outside the possible region, because integrators probe
///   there: return an error or a continuation, never NaN.
/// - Where a concentration in a denominator is zero and the numerator vanishes faster, the value
///   is its limit, 0.
///
/// Symmetry under + <-> -, non-negativity and the marginals are properties a closure may or may
/// not have; [`check_contract`](crate::check_contract) measures them for any implementor.
pub trait Closure: Send + Sync {
    /// The triplets that the closure assigns to these pairs.
    ///
    /// # Errors
    /// [`ClosureError`] when a value is undefined or not finite at these pairs.
    fn triplets(&self, pairs: &PairConcentrations) -> Result<TripletConcentrations, ClosureError>;

    /// The linear and angled values of [`triplets`](Self::triplets) alone, which are all that the
    /// rate equations (5) need; the triangular ones of the result mean nothing.
    ///
    /// To be overridden by closures whose chains have values where no triangle does: chains are
    /// possible up to C+- = min(C+, C-), triangles up to 1/3. Where `triplets` has a value, both
    /// give the same bits.
    ///
    /// # Errors
    /// As [`triplets`](Self::triplets), where a chain has no value.
    fn chains(&self, pairs: &PairConcentrations) -> Result<TripletConcentrations, ClosureError> {
        self.triplets(pairs)
    }
}

impl<C: Closure + ?Sized> Closure for &C {
    fn triplets(&self, pairs: &PairConcentrations) -> Result<TripletConcentrations, ClosureError> {
        (**self).triplets(pairs)
    }

    fn chains(&self, pairs: &PairConcentrations) -> Result<TripletConcentrations, ClosureError> {
        (**self).chains(pairs)
    }
}

impl<C: Closure + ?Sized> Closure for Box<C> {
    fn triplets(&self, pairs: &PairConcentrations) -> Result<TripletConcentrations, ClosureError> {
        (**self).triplets(pairs)
    }

    fn chains(&self, pairs: &PairConcentrations) -> Result<TripletConcentrations, ClosureError> {
        (**self).chains(pairs)
    }
}

impl<C: Closure + ?Sized> Closure for std::sync::Arc<C> {
    fn triplets(&self, pairs: &PairConcentrations) -> Result<TripletConcentrations, ClosureError> {
        (**self).triplets(pairs)
    }

    fn chains(&self, pairs: &PairConcentrations) -> Result<TripletConcentrations, ClosureError> {
        (**self).chains(pairs)
    }
}
