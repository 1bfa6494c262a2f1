//! What several tests compare with.

use statrs::distribution::{ChiSquared, ContinuousCDF};

/// The exact energy per site of the squared energy at x = 1/2, the triangular Ising antiferromagnet
/// with J = 1/4 in zero field (Houtappel 1950, Physica 16; Wannier 1950, Phys. Rev. 79):
/// E/N = 1/2 + u/4 with u = -d(ln Z/N)/d(1/T) at J = 1, from
/// ln Z/N = ln 2 + 1/(8 pi^2) int int ln A da db,
/// A = e^{6K}/4 + 3 e^{2K}/4 - sinh 2K (3/2 + cos a + cos b + cos(a + b)), K = -1/T.
/// The integrand is periodic and smooth, so that equal steps converge exponentially.
pub(crate) fn houtappel_energy(t_over_j: f64) -> f64 {
    let k = -1.0 / t_over_j;
    let steps = 900;
    let angle = |i: usize| i as f64 * std::f64::consts::TAU / steps as f64;
    let mut mean = 0.0;
    for a in (0..steps).map(angle) {
        for b in (0..steps).map(angle) {
            let waves = 1.5 + libm::cos(a) + libm::cos(b) + libm::cos(a + b);
            let argument =
                (libm::exp(6.0 * k) + 3.0 * libm::exp(2.0 * k)) / 4.0 - libm::sinh(2.0 * k) * waves;
            let slope =
                1.5 * (libm::exp(6.0 * k) + libm::exp(2.0 * k)) - 2.0 * libm::cosh(2.0 * k) * waves;
            mean += slope / argument;
        }
    }
    mean /= (steps * steps) as f64;
    // 1/(8 pi^2) times the area 4 pi^2 is 1/2, and d/d(1/T) = -d/dK
    0.5 + (0.5 * mean) / 4.0
}

/// Mean and standard error of independent values.
pub(crate) fn mean_and_error(values: &[f64]) -> (f64, f64) {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    (mean, (squares / (n - 1.0) / n).sqrt())
}

/// A lattice small enough for all its states, which are the bits of its sites, a one for (+).
pub(crate) const ROWS: usize = 3;
pub(crate) const COLUMNS: usize = 4;
pub(crate) const SITES: usize = ROWS * COLUMNS;

/// The state of atoms, +1 and -1, on it.
pub(crate) fn state_of(atoms: &[i8]) -> usize {
    (0..SITES).filter(|&site| atoms[site] == 1).map(|site| 1 << site).sum()
}

/// The energy by the definition: over the two triangles of each site.
pub(crate) fn energy_of(state: usize, table: [f64; 4]) -> f64 {
    let plus = |row: usize, column: usize| state >> (row % ROWS * COLUMNS + column % COLUMNS) & 1;
    let mut energy = 0.0;
    for r in 0..ROWS {
        for c in 0..COLUMNS {
            energy += table[plus(r, c) + plus(r, c + 1) + plus(r + 1, c)];
            energy += table[plus(r, c + 1) + plus(r + 1, c) + plus(r + 1, c + 1)];
        }
    }
    energy
}

/// The states with so many (-), with their probabilities at a temperature.
pub(crate) fn states(minus: u32, table: [f64; 4], temperature: f64) -> Vec<(usize, f64)> {
    let all = (0..1_usize << SITES).filter(|state| SITES as u32 - state.count_ones() == minus);
    let weights: Vec<(usize, f64)> =
        all.map(|state| (state, libm::exp(-energy_of(state, table) / temperature))).collect();
    let sum: f64 = weights.iter().map(|(_, weight)| weight).sum();
    weights.into_iter().map(|(state, weight)| (state, weight / sum)).collect()
}

/// The probability of frequencies, how often each state was `seen`, at least this far from the
/// expected ones. States expected fewer than 10 times are taken together.
pub(crate) fn p_value(seen: &[f64], states: &[(usize, f64)]) -> f64 {
    let total: f64 = seen.iter().sum();
    let (mut found, mut statistic, mut classes) = (0.0, 0.0, 0.0);
    let (mut rare, mut rare_expected) = (0.0, 0.0);
    for &(state, probability) in states {
        let expected = probability * total;
        found += seen[state];
        if expected < 10.0 {
            rare += seen[state];
            rare_expected += expected;
        } else {
            statistic += (seen[state] - expected).powi(2) / expected;
            classes += 1.0;
        }
    }
    assert_eq!(found, total, "a state with another composition");
    if rare_expected > 0.0 {
        statistic += (rare - rare_expected).powi(2) / rare_expected;
        classes += 1.0;
    }
    ChiSquared::new(classes - 1.0).unwrap().sf(statistic)
}
