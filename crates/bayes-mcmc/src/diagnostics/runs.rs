//! Autocovariances of indicators, such as "this draw is up to the quantile".
//!
//! A slow chain stays long on one side of it, so that its indicator is a few runs of ones. How many ones
//! meet at a lag follows from the distances between the ends of runs, in whole numbers.

/// Pairs of ends for each draw, above which Fourier transforms are faster.
const MOST_PAIRS: usize = 8;

/// The chains' indicators, as the places where runs of ones begin and where they are over, in turn.
pub(super) struct Runs {
    length: usize,
    ends: Vec<Vec<usize>>,
}

impl Runs {
    /// The runs of draws that `holds` is true of, in chains of equal length; `None` if there are too many
    /// for autocovariances to be found from them quickly.
    pub(super) fn few(chains: &[&[f64]], holds: impl Fn(f64) -> bool) -> Option<Self> {
        let length = chains.first()?.len();
        let (mut pairs, mut all) = (0, Vec::with_capacity(chains.len()));
        for chain in chains {
            let (mut ends, mut before) = (Vec::new(), false);
            for (place, draw) in chain.iter().enumerate() {
                if holds(*draw) != before {
                    before = !before;
                    ends.push(place);
                }
            }
            ends.extend(before.then_some(length));
            pairs += ends.len() * ends.len() / 2;
            if pairs > MOST_PAIRS * length * chains.len() {
                return None;
            }
            all.push(ends);
        }
        Some(Self { length, ends: all })
    }

    /// The number of ones of each chain.
    fn ones(&self) -> impl Iterator<Item = usize> {
        let of = |ends: &Vec<usize>| ends.chunks_exact(2).map(|run| run[1] - run[0]).sum();
        self.ends.iter().map(of)
    }

    /// Whether all draws of all chains are on the same side.
    pub(super) fn all_alike(&self) -> bool {
        let ones: usize = self.ones().sum();
        ones == 0 || ones == self.length * self.ends.len()
    }

    /// The means of the chains' indicators u.
    pub(super) fn means(&self) -> Vec<f64> {
        self.ones().map(|ones| ones as f64 / self.length as f64).collect()
    }

    /// The sum over the draws of all chains of (u(t) - m) (u(t + lag) - m), m being the chain's mean, at
    /// lags from 0 to below the length.
    pub(super) fn autocovariances(&self) -> Vec<f64> {
        let length = self.length;
        // of the number of ones that meet at a lag: a sum of triangles over pairs of runs
        let mut second_differences = vec![0_i64; length + 1];
        // of the ones that have a partner, earlier or later, in chains weighted by their ones
        let mut differences = vec![0_i64; length];
        let mut squares = 0;
        for (ends, ones) in self.ends.iter().zip(self.ones()) {
            for (index, end) in ends.iter().enumerate() {
                for later in ends[index + 1..].chunks(2) {
                    // the next end is of the other kind, the one after it of the same
                    second_differences[later[0] - end] += 1;
                    if let Some(same) = later.get(1) {
                        second_differences[same - end] -= 1;
                    }
                }
            }
            let ones = ones as i64;
            squares += ones * ones;
            for run in ends.chunks_exact(2) {
                differences[run[0]..run[1]].iter_mut().for_each(|to| *to += ones);
                differences[length - run[1]..length - run[0]].iter_mut().for_each(|to| *to += ones);
            }
        }
        // from the longest lag, at which nothing meets, backwards
        let (mut meeting, mut slope, mut partners) = (0_i64, 0_i64, 0_i64);
        let n = length as f64;
        let mut covariances = vec![0.0; length];
        for lag in (0..length).rev() {
            slope += second_differences[lag + 1];
            meeting += slope;
            partners += differences[lag];
            let pairs = (length - lag) as f64;
            covariances[lag] =
                meeting as f64 - partners as f64 / n + pairs * squares as f64 / (n * n);
        }
        covariances
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn autocovariances_equal_the_direct_sums() {
        let up_to_zero = |x: f64| x <= 0.0;
        let chains: [&[f64]; 4] = [
            &[-1.0, -2.0, 3.5, -0.25, 1.5, -3.0],
            &[0.5, 0.75, -1.0, -2.0, 4.0, 1.0],
            &[3.0, 3.0, 7.0, 1.0, 2.0, 9.0],
            &[-3.0, -3.0, -7.0, -1.0, -2.0, -9.0],
        ];
        let runs = Runs::few(&chains, up_to_zero).unwrap();
        let (means, found) = (runs.means(), runs.autocovariances());
        assert_eq!(means, [4.0, 2.0, 0.0, 6.0].map(|ones| ones / 6.0));
        for (lag, found) in found.into_iter().enumerate() {
            let mut direct = 0.0;
            for (chain, mean) in chains.iter().zip(&means) {
                let from_mean = |x: &f64| f64::from(up_to_zero(*x)) - mean;
                let meeting = chain.iter().zip(&chain[lag..]);
                direct += meeting.map(|(x, y)| from_mean(x) * from_mean(y)).sum::<f64>();
            }
            approx::assert_abs_diff_eq!(found, direct, epsilon = 1e-14);
        }
        assert!(!runs.all_alike());
        assert!(Runs::few(&chains[2..3], up_to_zero).unwrap().all_alike());
        assert!(Runs::few(&chains[3..], up_to_zero).unwrap().all_alike());
    }

    #[test]
    fn many_runs_are_refused() {
        let (quick, slow): (Vec<f64>, Vec<f64>) =
            (0..1000).map(|place| (f64::from(place % 2), f64::from(place / 100 % 2))).unzip();
        assert!(Runs::few(&[&quick, &slow], |x| x <= 0.5).is_none());
        assert!(Runs::few(&[&slow, &slow], |x| x <= 0.5).is_some());
    }
}
