//! What the logarithms of odds ratios are linear combinations of.

use crate::ClosureError;

/// At most this many features: evaluation allocates nothing.
pub(crate) const MOST_FEATURES: usize = 16;

/// Smooth functions of the pairs, of which a [`LogOdds`](crate::LogOdds) closure makes its five
/// logarithms of odds ratios as linear combinations.
///
/// They are functions of
/// - s = ln(C+- / (C+ C-)), by how much unlike neighbours are preferred: 0 on a random lattice;
/// - z = C+ - C-, from -1 to 1: which species is the more frequent;
///
/// which together say as much as the pairs. Each should vanish at s = 0, so that the closure is
/// exact on a random lattice; [`Monomials`] do.
pub trait Features: Send + Sync {
    /// A name for each feature, for reports; 1 to 16.
    fn names(&self) -> Vec<String>;

    /// Writes the value of each feature at (s, z) into `values`, which has one place for each.
    fn evaluate(&self, s: f64, z: f64, values: &mut [f64]);
}

impl<F: Features + ?Sized> Features for &F {
    fn names(&self) -> Vec<String> {
        (**self).names()
    }

    fn evaluate(&self, s: f64, z: f64, values: &mut [f64]) {
        (**self).evaluate(s, z, values);
    }
}

impl<F: Features + ?Sized> Features for std::sync::Arc<F> {
    fn names(&self) -> Vec<String> {
        (**self).names()
    }

    fn evaluate(&self, s: f64, z: f64, values: &mut [f64]) {
        (**self).evaluate(s, z, values);
    }
}

/// Products of powers, s^m z^n with m >= 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Monomials(Vec<(u8, u8)>);

impl Default for Monomials {
    /// s, s^2, s z.
    fn default() -> Monomials {
        Monomials(vec![(1, 0), (2, 0), (1, 1)])
    }
}

impl Monomials {
    /// From the powers (m of s, n of z) of each.
    ///
    /// # Errors
    /// [`ClosureError::FeatureCount`] unless 1 to 16 are given; [`ClosureError::FeaturePowers`] for
    /// m = 0, which would not vanish on a random lattice, or a power above 20.
    ///
    /// ```
    /// use closures::{Features, Monomials};
    /// assert_eq!(Monomials::new([(1, 0), (2, 0), (1, 1)])?, Monomials::default());
    /// assert_eq!(Monomials::new([(3, 2)])?.names(), ["s^3 z^2"]);
    /// assert!(Monomials::new([(0, 1)]).is_err());
    /// # Ok::<(), closures::ClosureError>(())
    /// ```
    pub fn new(powers: impl Into<Vec<(u8, u8)>>) -> Result<Monomials, ClosureError> {
        let powers = powers.into();
        check_count(powers.len())?;
        match powers.iter().find(|(m, n)| *m == 0 || *m > 20 || *n > 20) {
            Some(&(of_s, of_z)) => Err(ClosureError::FeaturePowers { of_s, of_z }),
            None => Ok(Monomials(powers)),
        }
    }
}

impl Features for Monomials {
    fn names(&self) -> Vec<String> {
        let factor = |name: &str, power| match power {
            0 => None,
            1 => Some(name.to_owned()),
            _ => Some(format!("{name}^{power}")),
        };
        let name = |&(m, n)| {
            let factors = [factor("s", m), factor("z", n)];
            factors.into_iter().flatten().collect::<Vec<_>>().join(" ")
        };
        self.0.iter().map(name).collect()
    }

    fn evaluate(&self, s: f64, z: f64, values: &mut [f64]) {
        for (value, &(m, n)) in values.iter_mut().zip(&self.0) {
            *value = s.powi(i32::from(m)) * z.powi(i32::from(n));
        }
    }
}

pub(crate) fn check_count(features: usize) -> Result<(), ClosureError> {
    if (1..=MOST_FEATURES).contains(&features) {
        Ok(())
    } else {
        Err(ClosureError::FeatureCount { features, most: MOST_FEATURES })
    }
}
