//! Diagnostics against ArviZ, on chains of many kinds; `data/diagnostics.py` made the figures.

#![allow(clippy::panic, clippy::unwrap_used, reason = "clippy does not know helpers of tests")]

use bayes_mcmc::{bulk_ess, mcse_mean, r_hat};
use ndarray::Array2;

/// The generator of `data/diagnostics.py`.
struct SplitMix64(u64);

impl SplitMix64 {
    fn uniform(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) >> 11) as f64 * (-53.0_f64).exp2()
    }
}

/// One chain, with the same arithmetic as in Python.
fn chain(kind: &str, index: usize, draws: usize) -> Vec<f64> {
    let mut source = SplitMix64(1000 + index as u64);
    let mut y = source.uniform();
    let mut next = |draw: usize| {
        let u = source.uniform() - 0.5;
        y = match kind {
            "independent" => u,
            "slow" => 0.95 * y + u,
            "antithetic" => -0.8 * y + u,
            "shifted" => u + 0.125 * index as f64,
            "scaled" => u * (1.0 + index as f64),
            "drifting" => u + 0.001 * draw as f64,
            "repeating" if source.uniform() < 0.25 => u,
            "repeating" => y,
            "heavy" => {
                let w = source.uniform();
                u / (w * w)
            }
            "two_values" => f64::from(u < 0.1),
            "alternating" => (draw % 2) as f64,
            "constant" => 3.25,
            "constant_each" => index as f64,
            "one_nan" if draw == 7 => f64::NAN,
            "one_infinite" if draw == 7 && index == 0 => f64::INFINITY,
            "one_nan" | "one_infinite" => u,
            _ => panic!("unknown kind {kind}"),
        };
        y
    };
    (0..draws).map(&mut next).collect()
}

#[test]
fn figures_are_those_of_arviz() {
    let rows = include_str!("data/diagnostics.csv").lines().skip(1);
    let mut compared = 0;
    for row in rows {
        let fields: Vec<&str> = row.split(',').collect();
        let [kind, chains, draws, figures @ ..] = &fields[..] else { panic!("short row {row}") };
        let (chains, draws): (usize, usize) = (chains.parse().unwrap(), draws.parse().unwrap());
        let values = (0..chains).flat_map(|index| chain(kind, index, draws)).collect();
        let values = Array2::from_shape_vec((chains, draws), values).unwrap();
        let ours = [r_hat(values.view()), bulk_ess(values.view()), mcse_mean(values.view())];
        for (ours, theirs) in ours.into_iter().zip(figures) {
            let theirs: f64 = theirs.parse().unwrap();
            let same = ours == theirs
                || ours.is_nan() && theirs.is_nan()
                || (ours - theirs).abs() <= 1e-10 * theirs.abs();
            assert!(same, "{kind} {chains} x {draws}: {ours} is not ArviZ's {theirs}");
            compared += 1;
        }
    }
    assert_eq!(compared, 3 * 29);
}

#[test]
fn no_draws_give_nan() {
    for shape in [(0, 0), (0, 10), (3, 0), (1, 3)] {
        let nothing = Array2::<f64>::zeros(shape);
        assert!(r_hat(nothing.view()).is_nan());
        assert!(bulk_ess(nothing.view()).is_nan());
        assert!(mcse_mean(nothing.view()).is_nan());
    }
}
