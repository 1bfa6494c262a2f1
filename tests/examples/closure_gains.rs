//! How many times smaller than the pair approximation's the errors of the log-odds closure are:
//! calibrated on two and on four compositions at one seed, judged at another, on the default
//! schedule with 48 x 48 sites and 64 replicas, with both energies. About two minutes on two cores:
//!
//! `cargo run --release -p tests --example closure_gains`

#![allow(clippy::unwrap_used, clippy::print_stdout)] // a program that fails stops

use mean_cluster::closures::{
    CalibrationData, Calibrator, Candidate, Closure, ErrorReport, LogOddsFamily, Monomials,
    Reference, Selection,
};
use mean_cluster::cluster_stats::{Recorder, ReplicaMean};
use mean_cluster::lattice_core::{
    Composition, Configuration, SwapRange, TriangleEnergy, TriangularLattice, anneal,
};
use mean_cluster::study::{ONE_HALF, ONE_THIRD, STOICHIOMETRIES, StudySettings};
use rand::SeedableRng;
use rand_pcg::Pcg64;
use rayon::prelude::*;

const REPLICAS: u64 = 64;

fn annealed(energy: TriangleEnergy, minus: f64, seed: u64) -> ReplicaMean {
    let settings = StudySettings::default();
    let replica = |replica: u64| {
        let mut rng = Pcg64::seed_from_u64((seed << 32) ^ (minus.to_bits() >> 8) ^ replica);
        let lattice = TriangularLattice::new(settings.size, settings.size).unwrap();
        let composition = Composition::of_minus(minus).unwrap();
        let mut atoms = Configuration::random(lattice, composition, &mut rng).unwrap();
        let schedule = settings.schedule().unwrap();
        let mut data = Recorder::new();
        anneal(&mut atoms, &energy, &schedule, SwapRange::Anywhere, &mut rng, |s| data.record(s))
            .unwrap();
        data.into_trajectory().unwrap()
    };
    ReplicaMean::of(&(0..REPLICAS).into_par_iter().map(replica).collect::<Vec<_>>()).unwrap()
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

fn main() {
    for (name, energy) in [
        ("absolute", TriangleEnergy::absolute_charge()),
        ("squared", TriangleEnergy::squared_charge()),
    ] {
        let fresh: Vec<ReplicaMean> =
            STOICHIOMETRIES.iter().map(|&x| annealed(energy, x, 1)).collect();
        let judged: Vec<CalibrationData<'_>> = fresh.iter().map(CalibrationData::from).collect();
        for compositions in [vec![ONE_THIRD, ONE_HALF], vec![0.25, 0.36, 0.5, 0.75]] {
            println!("== {name} energy, calibrated on {compositions:.2?}");
            let data: Vec<ReplicaMean> =
                compositions.iter().map(|&x| annealed(energy, x, 2)).collect();
            let data: Vec<CalibrationData<'_>> = data.iter().map(CalibrationData::from).collect();
            println!("leave-one-out errors on the calibration data:");
            println!("{}", Selection::of(&data, &candidates()));
            for calibrator in [Calibrator::new(), Calibrator::new().weighted_by_standard_errors()] {
                let started = std::time::Instant::now();
                let calibrator = calibrator.ridge(1e-6).unwrap();
                let fit = calibrator.calibrate(&LogOddsFamily::default(), &data).unwrap();
                println!("{calibrator:?}: {:.2} s\n{fit}", started.elapsed().as_secs_f64());
                println!("fresh runs:\n{}", ErrorReport::of(fit.closure(), &judged).unwrap());
            }
        }
        let started = std::time::Instant::now();
        Calibrator::new().calibrate(&LogOddsFamily::default(), &judged).unwrap();
        println!("calibration on ten trajectories: {:.2} s", started.elapsed().as_secs_f64());
    }
}
