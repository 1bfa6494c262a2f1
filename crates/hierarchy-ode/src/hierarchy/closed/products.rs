//! Products of powers of parts.

use super::cluster_closure::PreparedClosure;
use crate::OdeError;

/// For each needed pattern, the parts above and below the fraction line, a part with power 2
/// twice.
#[derive(Clone, Debug, Default)]
pub(super) struct Products {
    factors: Vec<u32>,
    /// Where the numerator and the denominator of each product end.
    ends: Vec<[u32; 2]>,
}

impl Products {
    pub(super) fn push(&mut self, powers: &[(usize, i32)]) {
        let mut ends = [0; 2];
        for (end, sign) in ends.iter_mut().zip([1, -1]) {
            for &(part, power) in powers.iter().filter(|(_, power)| power * sign > 0) {
                self.factors.extend((0..power.abs()).map(|_| part as u32));
            }
            *end = self.factors.len() as u32;
        }
        self.ends.push(ends);
    }
}

impl PreparedClosure for Products {
    #[inline]
    fn evaluate(&self, parts: &[f64], needed: &mut [f64]) -> Result<(), OdeError> {
        let mut start = 0;
        for (value, &[middle, end]) in needed.iter_mut().zip(&self.ends) {
            let product = |from: u32, to: u32| -> f64 {
                self.factors[from as usize..to as usize]
                    .iter()
                    .map(|&i| parts[i as usize])
                    .product()
            };
            let above = product(start, middle);
            *value = if above == 0.0 { 0.0 } else { above / product(middle, end) };
            start = end;
        }
        Ok(())
    }
}
