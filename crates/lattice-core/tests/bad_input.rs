//! Every refusal names the value and the place.

use lattice_core::{
    Atom, Composition, Configuration, LatticeError, Metropolis, Schedule, SwapRange,
    TriangleEnergy, TriangularLattice,
};
use ndarray::{Array2, array};
use rand_pcg::{Pcg64, rand_core::SeedableRng};

fn grid_error(grid: &Array2<i8>) -> LatticeError {
    Configuration::from_grid(grid.view()).unwrap_err()
}

#[test]
fn grids() {
    let small = LatticeError::LatticeTooSmall { rows: 2, columns: 3 };
    assert_eq!(grid_error(&array![[1, -1, 1], [1, 1, 1]]), small);
    let empty = LatticeError::LatticeTooSmall { rows: 0, columns: 0 };
    assert_eq!(grid_error(&Array2::zeros((0, 0))), empty);

    let mut grid = array![[1, -1, 1], [1, 1, 1], [1, 1, -1]];
    assert!(Configuration::from_grid(grid.view()).is_ok());
    grid[[1, 2]] = 0;
    let error = grid_error(&grid);
    assert_eq!(error, LatticeError::NotAnAtom { value: 0, row: 1, column: 2 });
    assert!(error.to_string().starts_with("0 at row 1, column 2 is no atom"));

    let only = |value| grid_error(&Array2::from_elem((3, 3), value));
    assert_eq!(only(1), LatticeError::OneKindOnly { missing: Atom::Minus, sites: 9 });
    assert_eq!(only(-1), LatticeError::OneKindOnly { missing: Atom::Plus, sites: 9 });
    assert!(only(-1).to_string().starts_with("none of the 9 atoms would be (+)"));
}

#[test]
fn rows() {
    let rows = |rows: &[Vec<i8>]| Configuration::from_rows(rows);
    let good = vec![vec![1, -1, 1], vec![1, 1, 1], vec![1, 1, -1]];
    let atoms = rows(&good).unwrap();
    assert_eq!(atoms.grid(), array![[1, -1, 1], [1, 1, 1], [1, 1, -1]]);

    let mut ragged = good.clone();
    ragged[2].pop();
    let error = rows(&ragged).unwrap_err();
    assert_eq!(error, LatticeError::RaggedRows { row: 2, length: 2, expected: 3 });
    assert_eq!(rows(&[]).unwrap_err(), LatticeError::LatticeTooSmall { rows: 0, columns: 0 });
    let empty_rows = rows(&[vec![], vec![], vec![]]).unwrap_err();
    assert_eq!(empty_rows, LatticeError::LatticeTooSmall { rows: 3, columns: 0 });
}

#[test]
fn random_without_atoms_of_one_kind() {
    let mut rng = Pcg64::seed_from_u64(1);
    for (minus, missing) in [(0.0, Atom::Minus), (0.03, Atom::Minus), (1.0, Atom::Plus)] {
        let lattice = TriangularLattice::new(4, 4).unwrap();
        let composition = Composition::of_minus(minus).unwrap();
        let error = Configuration::random(lattice, composition, &mut rng).unwrap_err();
        assert_eq!(error, LatticeError::OneKindOnly { missing, sites: 16 });
    }
}

#[test]
fn sites_beyond_the_lattice() {
    let mut atoms = Configuration::from_rows(&[[1, -1, 1], [1, 1, 1], [1, 1, -1]]).unwrap();
    let before = atoms.clone();
    let error = LatticeError::NoSuchSite { site: 9, sites: 9 };
    assert_eq!(atoms.swap(9, 0), Err(error.clone()));
    assert_eq!(atoms.swap_change(0, 9), Err(error));
    assert_eq!(atoms, before);
}

#[test]
fn temperatures() {
    let energy = TriangleEnergy::default();
    for value in [0.0, -0.0, -1.0, f64::INFINITY, f64::NEG_INFINITY] {
        let error = Metropolis::new(&energy, value, SwapRange::Anywhere).unwrap_err();
        assert_eq!(error, LatticeError::Temperature { value });
        let at = |index| Err(LatticeError::ScheduleTemperature { index, value });
        assert_eq!(Schedule::geometric(value, 1.0, 20), at(0));
        assert_eq!(Schedule::geometric(1.0, value, 20), at(19));
        assert_eq!(Schedule::linear(value, 1.0, 20), at(0));
        assert_eq!(Schedule::linear(1.0, value, 20), at(19));
        assert_eq!(Schedule::explicit([1.0, 0.5, value, value]), at(2));
    }
    let nan = Metropolis::new(&energy, f64::NAN, SwapRange::Anywhere).unwrap_err();
    assert!(nan.to_string().contains("NaN"));
    let nan = Schedule::explicit([1.0, f64::NAN]).unwrap_err();
    assert!(nan.to_string().contains("temperature NaN of step 1"));
}

#[test]
fn schedules() {
    assert_eq!(Schedule::geometric(1.0, 0.1, 0), Err(LatticeError::EmptySchedule));
    assert_eq!(Schedule::linear(1.0, 0.1, 0), Err(LatticeError::EmptySchedule));
    assert_eq!(Schedule::explicit(Vec::new()), Err(LatticeError::EmptySchedule));

    let schedule = Schedule::geometric(1.0, 0.1, 5).unwrap();
    let refused = schedule.clone().with_sweeps_between_samples(0);
    assert_eq!(refused, Err(LatticeError::NoSweepsBetweenSamples));
    let refused = schedule.clone().with_samples_per_step(0);
    assert_eq!(refused, Err(LatticeError::NoSamplesPerStep));
    let refused = schedule.with_samples_per_step(usize::MAX);
    let samples_per_step = usize::MAX;
    assert_eq!(refused, Err(LatticeError::TooManySamples { steps: 5, samples_per_step }));
    let refused = Schedule::geometric(1.0, 0.1, usize::MAX);
    assert_eq!(refused, Err(LatticeError::OutOfMemory { count: usize::MAX, bytes_each: 8 }));
}
