//! Products of powers of parts.

use super::PreparedClosure;
use crate::ClosureError;

/// How many products are evaluated side by side, so that no multiplication waits for the one before.
const LANES: usize = 4;

/// For each needed pattern, the parts above and below the fraction line, a part with power 2
/// twice.
#[derive(Clone, Debug, Default)]
pub(super) struct Products {
    /// Products that follow one another and are alike in their numbers of factors.
    alike: Vec<Alike>,
    /// Of each up to `LANES` of them, the first factors of all, the second ones and so on.
    factors: Vec<[u32; LANES]>,
}

#[derive(Clone, Copy, Debug)]
struct Alike {
    products: u32,
    above: u32,
    below: u32,
}

impl Products {
    /// A product after those that there are: parts and their powers.
    pub(super) fn push(&mut self, powers: &[(usize, i32)]) {
        let side = |sign: i32| {
            let own = powers.iter().filter(move |(_, power)| power * sign > 0);
            own.flat_map(|&(part, power)| (0..power.abs()).map(move |_| part as u32))
        };
        let factors: Vec<u32> = side(1).chain(side(-1)).collect();
        let (above, below) = (side(1).count() as u32, side(-1).count() as u32);
        match self.alike.last_mut() {
            Some(last)
                if (last.above, last.below) == (above, below)
                    && (last.products as usize) < LANES =>
            {
                let start = self.factors.len() - factors.len();
                let lane = last.products as usize;
                last.products += 1;
                for (row, factor) in self.factors[start..].iter_mut().zip(factors) {
                    row[lane] = factor;
                }
            }
            _ => {
                self.alike.push(Alike { products: 1, above, below });
                // the first one also where there is no other
                self.factors.extend(factors.into_iter().map(|factor| [factor; LANES]));
            }
        }
    }
}

impl PreparedClosure for Products {
    #[inline]
    fn evaluate(&self, parts: &[f64], needed: &mut [f64]) -> Result<(), ClosureError> {
        let (mut factors, mut needed) = (&self.factors[..], needed);
        let product = |rows: &[[u32; LANES]]| {
            let mut products = [1.0; LANES];
            for row in rows {
                for lane in 0..LANES {
                    products[lane] *= parts[row[lane] as usize];
                }
            }
            products
        };
        for &Alike { products, above, below } in &self.alike {
            let (own, rest) = factors.split_at((above + below) as usize);
            let (values, others) = needed.split_at_mut(products as usize);
            (factors, needed) = (rest, others);
            let (above, below) = own.split_at(above as usize);
            let (above, below) = (product(above), product(below));
            let mut quotients = [0.0; LANES];
            for lane in 0..LANES {
                let quotient = above[lane] / below[lane];
                quotients[lane] = if above[lane] == 0.0 { 0.0 } else { quotient };
            }
            values.copy_from_slice(&quotients[..values.len()]);
        }
        Ok(())
    }
}
