//! Diagnostics against ArviZ, on chains of many kinds; `data/diagnostics.py` made the figures.

use bayes_mcmc::{
    McmcError, bulk_ess, mcse_mean, mcse_median, mcse_quantile, mcse_sd, mean_ess, median_ess,
    quantile_ess, r_hat, r_hat_bulk, r_hat_folded, sd_ess, tail_ess,
};
use ndarray::{Array2, ArrayView2};

/// The generator of `data/diagnostics.py`.
struct SplitMix64(u64);

impl SplitMix64 {
    fn uniform(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) >> 11) as f64 * libm::exp2(-53.0_f64)
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
            "constant_tenth" => 0.1,
            "one_constant_chain" if index == 0 => 0.25,
            "one_constant_chain" => u,
            "few_values" => (4.0 * (u + 0.5)).floor() * 0.3,
            "anti_correlated" => -0.97 * y + u,
            "walk" => y + u,
            "offset" => 1e6 + 1e-3 * u,
            "tiny" => 1e-17 * u,
            "huge" => 1e120 * u,
            "heavier" => {
                let w = source.uniform();
                u / (w * w * w * w * w * w)
            }
            "two_infinities" if draw == 3 && index == 0 => f64::INFINITY,
            "two_infinities" if draw == 5 => f64::NEG_INFINITY,
            "half_infinite" if draw < draws / 2 => f64::INFINITY,
            "two_infinities" | "half_infinite" => u,
            "one_nan" if draw == 7 => f64::NAN,
            "one_infinite" if draw == 7 && index == 0 => f64::INFINITY,
            "one_nan" | "one_infinite" => u,
            _ => panic!("unknown kind {kind}"),
        };
        y
    };
    (0..draws).map(&mut next).collect()
}

/// All figures, in the order of the columns.
fn figures(draws: ArrayView2<'_, f64>) -> [f64; 15] {
    [
        r_hat(draws),
        r_hat_bulk(draws),
        r_hat_folded(draws),
        bulk_ess(draws),
        tail_ess(draws),
        mean_ess(draws),
        sd_ess(draws),
        median_ess(draws),
        quantile_ess(draws, 0.1).unwrap(),
        quantile_ess(draws, 0.75).unwrap(),
        mcse_mean(draws),
        mcse_sd(draws),
        mcse_median(draws),
        mcse_quantile(draws, 0.1).unwrap(),
        mcse_quantile(draws, 0.75).unwrap(),
    ]
}

/// The figures that are not those of ArviZ, and what they are. `huge` are ArviZ's of the kind of that name.
fn own_figures(
    kind: &str,
    draws: ArrayView2<'_, f64>,
    huge: Option<&Vec<f64>>,
) -> [Option<f64>; 15] {
    let chains = draws.nrows();
    // the size and the error of the standard deviation, of these draws in a unit that brings them to 1
    let of_deviation = |i: usize, unit: f64| match i {
        6 => Some(sd_ess((&draws / unit).view())),
        11 => Some(mcse_sd((&draws / unit).view()) * unit),
        _ => None,
    };
    match kind {
        // a chain that never moved tells nothing
        "constant" | "constant_tenth" => [Some(f64::NAN); 15],
        "one_constant_chain" | "constant_each" if chains == 1 => [Some(f64::NAN); 15],
        // ArviZ takes what differs by less than 1e-15 for constant; the same draws times 1e137 are `huge`
        "tiny" => std::array::from_fn(|i| match i {
            0..=2 => None,
            6 | 11 => of_deviation(i, 2.0_f64.powi(-57)),
            3..=9 => Some(huge.unwrap()[i]),
            _ => Some(huge.unwrap()[i] * 1e-137),
        }),
        // fourth powers overflow in ArviZ
        "huge" => std::array::from_fn(|i| of_deviation(i, 2.0_f64.powi(398))),
        // no variance within the chains, where ArviZ has what rounding leaves
        "constant_each" => std::array::from_fn(|i| match i {
            0 | 1 => Some(f64::INFINITY),
            // two are equally far from the median
            2 if chains == 2 => Some(f64::NAN),
            2 => Some(f64::INFINITY),
            _ => None,
        }),
        _ => [None; 15],
    }
}

#[test]
fn figures_are_those_of_arviz() {
    let (header, rows) = include_str!("data/diagnostics.csv").split_once('\n').unwrap();
    let names: Vec<&str> = header.split(',').skip(3).collect();
    let parse = |row: &str| -> (String, [usize; 2], Vec<f64>) {
        let fields: Vec<&str> = row.split(',').collect();
        let [kind, chains, draws, theirs @ ..] = &fields[..] else { panic!("short row {row}") };
        let theirs = theirs.iter().map(|figure| figure.parse().unwrap()).collect();
        ((*kind).to_owned(), [chains, draws].map(|count| count.parse().unwrap()), theirs)
    };
    let rows: Vec<_> = rows.lines().map(parse).collect();
    let mut compared = 0;
    for (kind, shape, theirs) in &rows {
        let huge = rows.iter().find(|row| row.0 == "huge" && row.1 == *shape);
        let [chains, draws] = *shape;
        let values = (0..chains).flat_map(|index| chain(kind, index, draws)).collect();
        let values = Array2::from_shape_vec((chains, draws), values).unwrap();
        let figures = figures(values.view());
        let own = own_figures(kind, values.view(), huge.map(|row| &row.2));
        for (((ours, theirs), name), own) in figures.into_iter().zip(theirs).zip(&names).zip(own) {
            // where ArviZ takes draws for constant, or makes R-hat of rounding, we say otherwise
            let theirs = own.unwrap_or(*theirs);
            let same = ours == theirs
                || ours.is_nan() && theirs.is_nan()
                || (ours - theirs).abs() <= 1e-8 * theirs.abs();
            assert!(same, "{name} of {kind} {chains} x {draws}: {ours} is not ArviZ's {theirs}");
            compared += 1;
        }
    }
    assert_eq!(compared, 15 * 139);
}

#[test]
fn no_draws_give_nan() {
    for shape in [(0, 0), (0, 10), (3, 0), (1, 3)] {
        let nothing = Array2::<f64>::zeros(shape);
        assert!(figures(nothing.view()).iter().all(|figure| figure.is_nan()));
    }
}

#[test]
fn probabilities_are_checked() {
    let draws = Array2::<f64>::zeros((2, 10));
    for probability in [-0.1, 1.1, f64::NAN] {
        for error in
            [quantile_ess(draws.view(), probability), mcse_quantile(draws.view(), probability)]
        {
            assert!(matches!(error, Err(McmcError::InvalidProbability { .. })));
        }
    }
}
