//! Concentrations of the three pair types.

use serde::{Deserialize, Serialize};
use std::fmt;

/// The three types of nearest-neighbour pairs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum PairType {
    /// `++`, in files `pp`
    PlusPlus,
    /// `--`, in files `mm`
    MinusMinus,
    /// `+-` read in one direction, in files `pm`
    PlusMinus,
}

impl PairType {
    /// All types, in the order of the files.
    pub const ALL: [PairType; 3] = [PairType::PlusPlus, PairType::MinusMinus, PairType::PlusMinus];

    /// Name in files: `pp`, `mm`, `pm`.
    pub const fn ascii(self) -> &'static str {
        match self {
            PairType::PlusPlus => "pp",
            PairType::MinusMinus => "mm",
            PairType::PlusMinus => "pm",
        }
    }

    /// Name as in the paper: `++`, `--`, `+-`.
    pub const fn symbol(self) -> &'static str {
        match self {
            PairType::PlusPlus => "++",
            PairType::MinusMinus => "--",
            PairType::PlusMinus => "+-",
        }
    }

    /// Ordered readings: 1, 1, and 2 for `+-`, so that C++ + C-- + 2 C+- = 1 (3b).
    pub const fn multiplicity(self) -> usize {
        match self {
            PairType::PlusMinus => 2,
            _ => 1,
        }
    }
}

impl fmt::Display for PairType {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.symbol())
    }
}

/// Concentrations of nearest-neighbour pairs: **ordered** (C+- is the probability of + then - in
/// one direction, equal to C-+), averaged over orientations.
///
/// Physical values lie in [0, 1] and sum to C++ + C-- + 2 C+- = 1 (paper, eq. (3b)). The fields
/// are plain numbers, because the stages of an integrator pass through states that break this;
/// [`deviation`](PairConcentrations::deviation) and
/// [`possible_on_chains`](PairConcentrations::possible_on_chains) tell.
#[derive(Clone, Copy, Debug, PartialEq, Default, Serialize, Deserialize)]
pub struct PairConcentrations {
    /// C++
    pub plus_plus: f64,
    /// C--
    pub minus_minus: f64,
    /// C+- = C-+
    pub plus_minus: f64,
}

impl PairConcentrations {
    /// The pairs of an infinite random lattice with the fraction `minus` of (-) in [0, 1]:
    /// C++ = C+^2, C-- = C-^2, C+- = C+ C-.
    pub fn random_lattice(minus: f64) -> PairConcentrations {
        let plus = 1.0 - minus;
        PairConcentrations {
            plus_plus: plus * plus,
            minus_minus: minus * minus,
            plus_minus: plus * minus,
        }
    }

    /// The pairs of composition C- = `minus` with C+- = `plus_minus`: C++ = C+ - C+-,
    /// C-- = C- - C+-. Not checked; see [`possible_on_chains`](Self::possible_on_chains).
    pub fn of_composition(minus: f64, plus_minus: f64) -> PairConcentrations {
        PairConcentrations {
            plus_plus: 1.0 - minus - plus_minus,
            minus_minus: minus - plus_minus,
            plus_minus,
        }
    }

    /// C+ = C++ + C+-, the fraction of (+) sites.
    #[inline]
    pub fn plus(&self) -> f64 {
        self.plus_plus + self.plus_minus
    }

    /// C- = C-- + C+-, the fraction of (-) sites.
    #[inline]
    pub fn minus(&self) -> f64 {
        self.minus_minus + self.plus_minus
    }

    /// The concentration of one type (ordered).
    #[inline]
    pub fn get(&self, pair: PairType) -> f64 {
        match pair {
            PairType::PlusPlus => self.plus_plus,
            PairType::MinusMinus => self.minus_minus,
            PairType::PlusMinus => self.plus_minus,
        }
    }

    /// \[C++, C--, C+-\], the state vector of eq. (5), ordered.
    #[inline]
    pub fn to_array(&self) -> [f64; 3] {
        [self.plus_plus, self.minus_minus, self.plus_minus]
    }

    /// From \[C++, C--, C+-\], ordered.
    #[inline]
    pub fn from_array([plus_plus, minus_minus, plus_minus]: [f64; 3]) -> PairConcentrations {
        PairConcentrations { plus_plus, minus_minus, plus_minus }
    }

    /// \[C++, C--, C+- + C-+\]: **unordered** pairs, which sum to 1.
    pub fn unordered(&self) -> [f64; 3] {
        [self.plus_plus, self.minus_minus, 2.0 * self.plus_minus]
    }

    /// The same pairs with (+) and (-) exchanged.
    pub fn exchanged(&self) -> PairConcentrations {
        PairConcentrations {
            plus_plus: self.minus_minus,
            minus_minus: self.plus_plus,
            plus_minus: self.plus_minus,
        }
    }

    /// C++ + C-- + 2 C+- - 1, zero for every lattice (3b).
    pub fn deviation(&self) -> f64 {
        self.plus_plus + self.minus_minus + 2.0 * self.plus_minus - 1.0
    }

    /// Whether chains with these pairs exist: all three finite and non-negative, that is
    /// 0 <= C+- <= min(C+, C-).
    #[inline]
    pub fn possible_on_chains(&self) -> bool {
        self.to_array().iter().all(|c| (0.0..=1.0).contains(c))
    }

    /// Whether triangles with these pairs exist: possible on chains and C+- <= 1/3, because at most
    /// two of the three bonds of a triangle are unlike.
    pub fn possible_on_triangles(&self) -> bool {
        self.possible_on_chains() && self.plus_minus <= 1.0 / 3.0
    }
}

impl fmt::Display for PairConcentrations {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "C++ = {}, C-- = {}, C+- = {}",
            self.plus_plus, self.minus_minus, self.plus_minus
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_random_lattice_sums_to_one_and_has_its_composition() {
        let pairs = PairConcentrations::random_lattice(0.3);
        assert!(pairs.deviation().abs() < 1e-15);
        assert!((pairs.minus() - 0.3).abs() < 1e-15);
        assert!((pairs.plus() - 0.7).abs() < 1e-15);
        assert!((pairs.unordered().iter().sum::<f64>() - 1.0).abs() < 1e-15);
        assert_eq!(PairConcentrations::of_composition(0.3, 0.21).exchanged().minus(), 0.7);
    }

    #[test]
    fn the_possible_region_ends_where_a_pair_would_be_negative_and_at_a_third_for_triangles() {
        let at = |plus_minus| PairConcentrations::of_composition(0.5, plus_minus);
        assert!(at(0.5).possible_on_chains() && !at(0.5).possible_on_triangles());
        assert!(at(0.3).possible_on_triangles());
        assert!(!at(0.500001).possible_on_chains() && !at(-1e-9).possible_on_chains());
        assert!(!at(f64::NAN).possible_on_chains());
    }
}
