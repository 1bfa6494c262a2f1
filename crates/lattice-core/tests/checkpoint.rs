//! A run that goes on from a checkpoint gives the same bits as one that never stopped.

use std::{path::PathBuf, time::Duration};

use lattice_core::{
    Anneal, Annealing, BlockWidth, Composition, Configuration, Ensemble, Schedule, SwapRange,
    TriangleEnergy, TriangularLattice,
};
use rand_pcg::{Pcg64, rand_core::SeedableRng};
use serde::{Serialize, de::DeserializeOwned};
use whole_files::{Checkpoint, CheckpointError};

fn file() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("run.checkpoint");
    (folder, path)
}

fn start() -> (Annealing, TriangularLattice, Composition, Pcg64) {
    let schedule = Schedule::geometric(0.8, 0.1, 4)
        .and_then(|schedule| schedule.with_sweeps_between_samples(5))
        .unwrap();
    let energy = TriangleEnergy::new([1.0, 0.1 + 0.2, 0.0, 1.0 / 3.0]).unwrap();
    let annealing = Annealing::new(&energy, &schedule, SwapRange::Anywhere);
    let third = Composition::of_minus(1.0 / 3.0).unwrap();
    (annealing, TriangularLattice::new(9, 7).unwrap(), third, Pcg64::seed_from_u64(5))
}

type Run<A> = (Annealing, A, Pcg64, Vec<f64>);

/// Goes on until so many samples are taken.
fn go_on<A: Anneal>((annealing, atoms, rng, energies): &mut Run<A>, until: usize) {
    while annealing.taken() < until {
        let sample = annealing.advance(atoms, rng).unwrap().unwrap();
        energies.extend(sample.energies);
    }
}

fn resumes<A>(atoms: A, annealing: Annealing, rng: Pcg64)
where
    A: Anneal + Clone + PartialEq + std::fmt::Debug + Serialize + DeserializeOwned,
{
    let start: Run<A> = (annealing, atoms, rng, Vec::new());
    let samples = start.0.samples();
    let mut whole = start.clone();
    go_on(&mut whole, samples);
    for stop in 0..=samples {
        let (_folder, path) = file();
        let mut run = start.clone();
        go_on(&mut run, stop);
        let mut checkpoint = Checkpoint::new(&path, Duration::ZERO);
        assert!(checkpoint.load::<Run<A>>().unwrap().is_none());
        assert!(checkpoint.save_if_due(&run).unwrap());
        let mut resumed: Run<A> = checkpoint.load().unwrap().unwrap();
        assert_eq!(resumed, run);
        go_on(&mut resumed, samples);
        assert_eq!(resumed, whole, "stopped at {stop}");
    }
}

#[test]
fn one_lattice_resumes_at_every_sample() {
    let (annealing, lattice, composition, mut rng) = start();
    let atoms = Configuration::random(lattice, composition, &mut rng).unwrap();
    resumes(atoms, annealing, rng);
}

#[test]
fn ensembles_of_every_width_resume_at_every_sample() {
    for width in BlockWidth::ALL {
        let (annealing, lattice, composition, mut rng) = start();
        let atoms = Ensemble::random(lattice, composition, 70, width, &mut rng).unwrap();
        resumes(atoms, annealing, rng);
    }
}

#[test]
fn the_state_of_other_atoms_is_refused() {
    let (_folder, path) = file();
    let (annealing, lattice, composition, mut rng) = start();
    let atoms = Ensemble::random(lattice, composition, 3, BlockWidth::Bits64, &mut rng).unwrap();
    let mut checkpoint = Checkpoint::new(&path, Duration::ZERO);
    checkpoint.save(&(annealing, atoms, rng, vec![0.1])).unwrap();
    let other = checkpoint.load::<Run<Configuration>>().unwrap_err();
    assert!(matches!(other, CheckpointError::OtherState { .. }), "{other}");
}

#[test]
fn atoms_that_do_not_fit_are_refused() {
    let ensemble = |blocks: &str, minus: usize| {
        let text = format!(
            r#"{{"rows":3,"columns":3,"width":64,"replicas":2,"minus_count":{minus},"blocks":{blocks}}}"#
        );
        serde_json::from_str::<Ensemble>(&text)
    };
    let plus = "f".repeat(16);
    let minus = "0".repeat(16);
    let good = format!(r#"["{}{}"]"#, plus.repeat(6), minus.repeat(3));
    assert!(ensemble(&good, 3).is_ok());
    assert!(ensemble(&good, 4).is_err());
    assert!(ensemble(&good, 0).is_err());
    assert!(ensemble("[]", 3).is_err());
    assert!(ensemble(r#"["zz"]"#, 3).is_err());
    assert!(ensemble(&format!(r#"["{}"]"#, plus.repeat(8)), 3).is_err());
    let lattice = |atoms: &str| {
        let text = format!(r#"{{"rows":3,"columns":3,"atoms":"{atoms}"}}"#);
        serde_json::from_str::<Configuration>(&text)
    };
    assert!(lattice("++++++---").is_ok());
    for atoms in ["", "++++", "+++++++++", "++++++--x"] {
        assert!(lattice(atoms).is_err(), "{atoms}");
    }
}
