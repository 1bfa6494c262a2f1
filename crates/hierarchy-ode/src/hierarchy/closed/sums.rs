//! Many sparse sums of the same numbers.

/// A sum: positions and coefficients.
pub(super) type Sum = Vec<(usize, f64)>;

/// The value of one sum.
pub(super) fn value(sum: &[(usize, f64)], of: &[f64]) -> f64 {
    sum.iter().map(|&(at, coefficient)| coefficient * of[at]).sum()
}

/// How many sums are evaluated side by side, so that no addition waits for the one before.
const LANES: usize = 4;

/// Something of each term of [`Sums`], where its coefficient is.
pub(super) type Beside<T> = Vec<[T; LANES]>;

/// Sums that are evaluated together: those of like length stand side by side, the shorter ones
/// filled up with 0 times the first number.
#[derive(Clone, Debug)]
pub(super) struct Sums {
    /// Which sums stand where, the longest first.
    order: Vec<u32>,
    /// How many terms each `LANES` of them have.
    lengths: Vec<u32>,
    positions: Beside<u32>,
    coefficients: Beside<f64>,
}

impl Sums {
    pub(super) fn new(sums: &[Sum]) -> Sums {
        let mut order: Vec<u32> = (0..sums.len() as u32).collect();
        order.sort_by_key(|&sum| std::cmp::Reverse(sums[sum as usize].len()));
        let lengths = order.chunks(LANES).map(|side| sums[side[0] as usize].len() as u32).collect();
        let (positions, coefficients) = (Vec::new(), Vec::new());
        let mut made = Sums { order, lengths, positions, coefficients };
        made.positions = made.laid_out(0, |sum, term| Some(sums[sum].get(term)?.0 as u32));
        made.coefficients = made.laid_out(0.0, |sum, term| Some(sums[sum].get(term)?.1));
        made
    }

    /// How many.
    pub(super) fn len(&self) -> usize {
        self.order.len()
    }

    /// Something of each term, by sum and number in the sum, where its coefficient is.
    pub(super) fn laid_out<T: Copy>(
        &self,
        fill: T,
        of: impl Fn(usize, usize) -> Option<T>,
    ) -> Beside<T> {
        let mut all = Vec::new();
        for (side, &length) in self.order.chunks(LANES).zip(&self.lengths) {
            for term in 0..length as usize {
                let lane = |lane| Some(*side.get(lane)? as usize);
                let value = |at| lane(at).and_then(|sum| of(sum, term)).unwrap_or(fill);
                all.push(std::array::from_fn(value));
            }
        }
        all
    }

    /// The same sums with each coefficient times a factor, chosen by what is
    /// [laid out](Self::laid_out) beside it.
    pub(super) fn scaled(&self, by: &[[u32; LANES]], factors: &[f64]) -> Sums {
        let mut scaled = self.clone();
        for (coefficients, by) in scaled.coefficients.iter_mut().zip(by) {
            coefficients.iter_mut().zip(by).for_each(|(c, by)| *c *= factors[*by as usize]);
        }
        scaled
    }

    #[inline]
    pub(super) fn evaluate(&self, of: &[f64], into: &mut [f64]) {
        let (mut positions, mut coefficients) = (&self.positions[..], &self.coefficients[..]);
        for (side, &length) in self.order.chunks(LANES).zip(&self.lengths) {
            let (own, rest) = positions.split_at(length as usize);
            let (factors, others) = coefficients.split_at(length as usize);
            (positions, coefficients) = (rest, others);
            let mut sums = [0.0; LANES];
            for (at, factor) in own.iter().zip(factors) {
                for lane in 0..LANES {
                    sums[lane] += factor[lane] * of[at[lane] as usize];
                }
            }
            for (&sum, value) in side.iter().zip(sums) {
                into[sum as usize] = value;
            }
        }
    }
}

/// How many states `largest` takes at a time.
const STATES: usize = 8;

/// The largest absolute value of any of the sums at any of the states. A term is looked up once for
/// eight states.
pub(super) fn largest<'a>(
    sums: &[Sum],
    numbers: usize,
    states: impl IntoIterator<Item = &'a [f64]>,
) -> f64 {
    let mut side_by_side = vec![[0.0; STATES]; numbers];
    let mut states = states.into_iter().peekable();
    let mut largest = [0.0_f64; STATES];
    while states.peek().is_some() {
        // at the end some states come again
        for (lane, state) in states.by_ref().take(STATES).enumerate() {
            side_by_side.iter_mut().zip(state).for_each(|(row, c)| row[lane] = *c);
        }
        for sum in sums {
            let mut values = [0.0; STATES];
            for &(at, coefficient) in sum {
                let row = &side_by_side[at];
                values.iter_mut().zip(row).for_each(|(sum, c)| *sum += coefficient * c);
            }
            largest.iter_mut().zip(values).for_each(|(most, v)| *most = most.max(v.abs()));
        }
    }
    largest.into_iter().fold(0.0, f64::max)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sums of 0 to 10 terms of 7 numbers.
    fn some() -> (Vec<Sum>, Vec<f64>) {
        let sums = (0..11_usize).map(|sum| {
            let length = sum * 7 % 11;
            let term = |i: usize| ((sum + 3 * i) % 7, 0.3 + ((sum * 5 + i * i) % 13) as f64);
            (0..length).map(term).collect()
        });
        (sums.collect(), (0..7).map(|i| libm::sin(1.0 + f64::from(i))).collect())
    }

    #[test]
    fn side_by_side_they_are_what_each_is_alone() {
        let (sums, numbers) = some();
        let all = Sums::new(&sums);
        assert_eq!(all.len(), sums.len());
        let mut into = vec![f64::NAN; sums.len()];
        all.evaluate(&numbers, &mut into);
        for (sum, found) in sums.iter().zip(&into) {
            assert_eq!(value(sum, &numbers), *found);
        }
        let factors: Vec<f64> = (0..11).map(|i| 0.7 + f64::from(i)).collect();
        let by = all.laid_out(0, |sum, _| Some(sum as u32));
        let mut scaled = vec![f64::NAN; sums.len()];
        all.scaled(&by, &factors).evaluate(&numbers, &mut scaled);
        for ((alone, factor), found) in into.iter().zip(&factors).zip(scaled) {
            assert!((alone * factor - found).abs() < 1e-12 * found.abs().max(1.0));
        }
    }

    #[test]
    fn the_largest_is_found_among_any_number_of_states() {
        let (sums, numbers) = some();
        for count in 0..20 {
            let states: Vec<Vec<f64>> = (0..count)
                .map(|i| numbers.iter().map(|c| c * (1.0 + (7 * i % 20) as f64)).collect())
                .collect();
            let each = states.iter().flat_map(|of| sums.iter().map(|sum| value(sum, of).abs()));
            let expected = each.fold(0.0, f64::max);
            let found = largest(&sums, 7, states.iter().map(Vec::as_slice));
            assert!((found - expected).abs() <= 1e-14 * expected, "{count}: {found} {expected}");
        }
    }
}
