//! How many times smaller than the pair approximation's the errors of the log-odds closure are:
//! calibrated on two and on four compositions at one seed, judged at another, on the default
//! schedule with 48 x 48 sites and 64 replicas, with both energies, for three pairs of seeds. Writes
//! the table of docs/closures.md:
//!
//! `cargo run --release -p tests --example closure_gains`
//!
//! With `-- --selection` also what leave-one-composition-out cross-validation on the calibration
//! data says of features, reference and ridge, and what each candidate gains on fresh runs.

#![allow(clippy::unwrap_used, clippy::print_stdout)] // a program that fails stops

use mean_cluster::closures::{
    CalibrationData, Calibrator, Candidate, Closure, ErrorReport, LogOddsFamily, Monomials,
    Reference, Selection,
};
use mean_cluster::lattice_core::TriangleEnergy;
use mean_cluster::study::{AnnealedComposition, ONE_HALF, ONE_THIRD, STOICHIOMETRIES};
use rayon::prelude::*;
use tests::annealed::annealed;
use tests::markdown;

/// Pairs of seeds: calibrated at the first, judged at the second.
const SEEDS: [[u64; 2]; 3] = [[2, 1], [4, 3], [6, 5]];

fn data(energy: &TriangleEnergy, compositions: &[f64], seed: u64) -> Vec<AnnealedComposition> {
    compositions.par_iter().map(|&x| annealed(energy, x, seed).unwrap()).collect()
}

fn sets(data: &[AnnealedComposition]) -> Vec<CalibrationData<'_>> {
    data.iter().map(|at| CalibrationData::from(&at.mean)).collect()
}

fn candidates() -> Vec<Candidate<'static>> {
    let features: [&[(u8, u8)]; 6] = [
        &[(1, 0)],
        &[(1, 0), (2, 0)],
        &[(1, 0), (1, 1)],
        &[(1, 0), (2, 0), (1, 1)],
        &[(1, 0), (2, 0), (1, 1), (2, 1)],
        &[(1, 0), (2, 0), (1, 1), (2, 1), (1, 2)],
    ];
    let references = [Reference::PairApproximation, Reference::TriangleRing];
    let mut candidates = Vec::new();
    for powers in features {
        for reference in references {
            for ridge in [1e-9, 1e-6, 1e-4] {
                let family = LogOddsFamily::new(Monomials::new(powers).unwrap(), reference);
                candidates.push(Candidate {
                    name: format!("{reference:?} {powers:?} ridge {ridge:e}"),
                    calibrate: Box::new(move |data| {
                        let calibrator = Calibrator::new().ridge(ridge)?;
                        Ok(Box::new(calibrator.calibrate(&family, data)?.into_closure())
                            as Box<dyn Closure>)
                    }),
                });
            }
        }
    }
    candidates
}

/// The gains of the default family on fresh runs: of means, and the least with its composition.
fn gains(
    calibrator: &Calibrator,
    seen: &[CalibrationData<'_>],
    fresh: &[CalibrationData<'_>],
) -> [f64; 3] {
    let fit = calibrator.calibrate(&LogOddsFamily::default(), seen).unwrap();
    let report = ErrorReport::of(fit.closure(), fresh).unwrap();
    [report.gain(), report.worst().gain(), report.worst().minus]
}

fn main() {
    let selection = std::env::args().any(|argument| argument == "--selection");
    let ways = [
        ("", Calibrator::new().ridge(1e-6).unwrap()),
        ("weighted", Calibrator::new().weighted_by_standard_errors().ridge(1e-6).unwrap()),
    ];
    let mut rows = Vec::new();
    for (name, energy) in [
        ("absolute", TriangleEnergy::absolute_charge()),
        ("squared", TriangleEnergy::squared_charge()),
    ] {
        let fresh = SEEDS.map(|[_, seed]| data(&energy, &STOICHIOMETRIES, seed));
        for (compositions, text) in [
            (vec![ONE_THIRD, ONE_HALF], "1/3, 1/2"),
            (vec![0.25, 0.36, 0.5, 0.75], "0.25, 0.36, 0.5, 0.75"),
        ] {
            let seen = SEEDS.map(|[seed, _]| data(&energy, &compositions, seed));
            for (weights, calibrator) in &ways {
                let all = seen.iter().zip(&fresh);
                let all = all.map(|(seen, fresh)| gains(calibrator, &sets(seen), &sets(fresh)));
                let (mut gain, mut least) = (Vec::new(), Vec::new());
                for [of_means, of_worst, x] in all {
                    gain.push(format!("{of_means:.0}"));
                    least.push(format!("{of_worst:.1} at {}", markdown::composition(x)));
                }
                let cells = [name, text, weights, &gain.join(", "), &least.join(", ")];
                rows.push(cells.map(str::to_owned).to_vec());
            }
            if selection {
                println!("== {name} energy, calibrated on {text}; leave-one-out errors:");
                let (seen, fresh) = (sets(&seen[0]), sets(&fresh[0]));
                println!("{}", Selection::of(&seen, &candidates()));
                for candidate in candidates() {
                    let closure = (candidate.calibrate)(&seen).unwrap();
                    let report = ErrorReport::of(&closure, &fresh).unwrap();
                    println!(
                        "{}: gain {:.1}, least {:.2}",
                        candidate.name,
                        report.gain(),
                        report.worst().gain()
                    );
                }
            }
        }
    }
    let header = ["energy", "calibrated on", "residuals", "gain", "least gain"];
    print!("{}", markdown::table(&header.map(str::to_owned), &rows));
}
