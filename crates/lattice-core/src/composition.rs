//! The two kinds of atoms and how many there are of each.

use std::fmt;

use crate::LatticeError;

/// One of the two kinds of atoms.
///
/// In Li_x Mn_{1-x} O2, (+) is Mn (charge +4) and (-) is Li (charge +1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Atom {
    /// (+), written +1 in grids.
    Plus,
    /// (-), written -1 in grids.
    Minus,
}

impl Atom {
    /// The number that stands for it in grids: +1 or -1.
    pub const fn value(self) -> i8 {
        match self {
            Self::Plus => 1,
            Self::Minus => -1,
        }
    }
}

impl fmt::Display for Atom {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Plus => "(+)",
            Self::Minus => "(-)",
        })
    }
}

/// The fractions of (+) and (-) atoms, C+ and C- = 1 - C+. In Li_x Mn_{1-x} O2, x is C-.
///
/// ```
/// use lattice_core::Composition;
///
/// let composition = Composition::of_minus(0.33)?;
/// assert_eq!(composition.minus_count(48 * 48)?, 760); // 760.32 atoms, rounded
/// # Ok::<(), lattice_core::LatticeError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Composition {
    minus: f64,
}

impl Composition {
    /// The composition with the fraction `minus` of (-) atoms.
    ///
    /// # Errors
    /// [`LatticeError::CompositionOutOfRange`] unless 0 <= `minus` <= 1.
    pub fn of_minus(minus: f64) -> Result<Self, LatticeError> {
        if (0.0..=1.0).contains(&minus) {
            Ok(Self { minus })
        } else {
            Err(LatticeError::CompositionOutOfRange { value: minus })
        }
    }

    /// The composition with the fraction `plus` of (+) atoms.
    ///
    /// # Errors
    /// [`LatticeError::CompositionOutOfRange`] unless 0 <= `plus` <= 1.
    pub fn of_plus(plus: f64) -> Result<Self, LatticeError> {
        Self::of_minus(plus).map(|Self { minus }| Self { minus: 1.0 - minus })
    }

    /// C-, the fraction of (-) atoms.
    pub fn minus(self) -> f64 {
        self.minus
    }

    /// C+, the fraction of (+) atoms.
    pub fn plus(self) -> f64 {
        1.0 - self.minus
    }

    /// The number of (-) atoms on so many sites: C- times `sites`, rounded to the nearest integer,
    /// a half upwards.
    ///
    /// # Errors
    /// [`LatticeError::OneKindOnly`] if that leaves no atom of one kind.
    pub fn minus_count(self, sites: usize) -> Result<usize, LatticeError> {
        let count = (self.minus * sites as f64).round() as usize;
        check_both_kinds(count, sites)?;
        Ok(count)
    }
}

/// That at least one of `sites` atoms is (-) and at least one is not.
pub(crate) fn check_both_kinds(minus_count: usize, sites: usize) -> Result<(), LatticeError> {
    if minus_count == 0 {
        Err(LatticeError::OneKindOnly { missing: Atom::Minus, sites })
    } else if minus_count >= sites {
        Err(LatticeError::OneKindOnly { missing: Atom::Plus, sites })
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_rounded_to_the_nearest() {
        let count = |x: f64, sites| Composition::of_minus(x).unwrap().minus_count(sites).unwrap();
        assert_eq!(count(1.0 / 3.0, 2304), 768);
        assert_eq!(count(0.5, 9), 5);
        assert_eq!(count(0.36, 2304), 829); // 829.44
        assert_eq!(count(0.64, 2304), 1475); // 1474.56
        assert_eq!(Composition::of_plus(0.25).unwrap().minus_count(2304).unwrap(), 1728);
    }

    #[test]
    fn impossible_fractions_are_refused() {
        for value in [-0.1, 1.0 + f64::EPSILON, f64::INFINITY, f64::NEG_INFINITY] {
            let expected = Err(LatticeError::CompositionOutOfRange { value });
            assert_eq!(Composition::of_minus(value), expected);
            assert_eq!(Composition::of_plus(value), expected);
        }
        assert!(Composition::of_minus(f64::NAN).unwrap_err().to_string().contains("NaN"));
    }

    #[test]
    fn a_kind_without_atoms_is_refused() {
        let missing = |x: f64| Composition::of_minus(x).unwrap().minus_count(9).unwrap_err();
        let error = |missing| LatticeError::OneKindOnly { missing, sites: 9 };
        assert_eq!(missing(0.0), error(Atom::Minus));
        assert_eq!(missing(0.05), error(Atom::Minus));
        assert_eq!(missing(0.95), error(Atom::Plus));
        assert_eq!(missing(1.0), error(Atom::Plus));
    }
}
