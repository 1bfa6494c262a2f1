//! Energies on every ready-made lattice, the checks of energies and engines, and bad input.

use lattice_core::{
    Anneal, ClusterEnergy, Energy, Interaction, Lattice, LatticeError, Metropolis, Occupation,
    PeriodicLattice, Schedule, Site, Species, SwapRange, anneal, check_anneal_contract,
    check_energy,
};
use rand::{Rng, RngExt};
use rand_pcg::{Pcg64, rand_core::SeedableRng};

fn atoms(lattice: Lattice, cells: &[usize], rng: &mut Pcg64) -> Occupation {
    let lattice = PeriodicLattice::new(lattice, cells).unwrap();
    let species = Species::new(&["a", "b", "c"]).unwrap();
    Occupation::random(lattice, species, &[0.5, 0.3, 0.2], rng).unwrap()
}

/// Pairs of two shells, triangles, and a window of four sites with one of its own kind, on all
/// lattices: swaps inside a window are among them.
#[test]
fn changes_are_differences_of_totals_on_every_lattice() {
    let mut rng = Pcg64::seed_from_u64(3);
    let lattices = [
        (Lattice::triangular(), vec![5, 6]),
        (Lattice::square(), vec![5, 4]),
        (Lattice::honeycomb(), vec![4, 5]),
        (Lattice::kagome(), vec![4, 3]),
        (Lattice::simple_cubic(), vec![3, 4, 3]),
        (Lattice::face_centred_cubic(), vec![4, 3, 4]),
        (Lattice::body_centred_cubic(), vec![4, 4, 3]),
    ];
    for (lattice, cells) in lattices {
        let atoms = atoms(lattice.clone(), &cells, &mut rng);
        let matrix = [[0.1, 0.7, -0.4], [0.7, -0.3, 0.2], [-0.4, 0.2, 0.9]];
        let mut interactions = Interaction::pairs(&lattice, 1, &matrix).unwrap();
        interactions.extend(Interaction::pairs(&lattice, 2, &matrix).unwrap());
        let product = |what: [u8; 3]| what.iter().map(|&s| f64::from(s) - 0.8).product();
        interactions.extend(Interaction::triangles(&lattice, 3, product).unwrap());
        let home = Site::at([0; 3]);
        // a site and three neighbors, of which the site counts twice
        let window: Vec<Site> =
            [home].into_iter().chain(lattice.neighbours(home).take(3)).collect();
        let value = |s: u8| [0.2, -0.5, 0.4][usize::from(s)];
        let star = |what: &[u8]| value(what[0]) + what.iter().map(|&s| value(s)).sum::<f64>();
        interactions.push(Interaction::from_fn(window, 3, |what| star(what).powi(3)).unwrap());
        let energy = ClusterEnergy::new(atoms.lattice(), &interactions).unwrap();
        let report = check_energy(&energy, &atoms, &mut rng).unwrap();
        println!("{}: {report:?}", lattice.name());
        assert_eq!(report.swaps, 1024);
        assert!(report.largest_change > 0.1, "{report:?}");
        assert!(report.largest_difference < 1e-11 * report.largest_change, "{report:?}");
        check_anneal_contract(&mut atoms.clone(), &energy, &mut rng).unwrap();
    }
}

/// Layered oxides: charges 2, 4 and 3 of Ni, Mn and Co give |q1 + q2 + q3 - 9|/6.
#[test]
fn charges_of_layered_oxides() {
    let mut rng = Pcg64::seed_from_u64(4);
    let atoms = atoms(Lattice::triangular(), &[6, 6], &mut rng);
    let charges = [2.0, 4.0, 3.0].map(|q| (q - 3.0) / 6.0);
    let absolute = ClusterEnergy::absolute_charge(atoms.lattice(), &charges).unwrap();
    let squared = ClusterEnergy::squared_charge(atoms.lattice(), &charges).unwrap();
    let q = |r: usize, c: usize| [2.0, 4.0, 3.0][usize::from(atoms.states()[r % 6 * 6 + c % 6])];
    let mut expected = [0.0, 0.0];
    for (r, c) in (0..6).flat_map(|r| (0..6).map(move |c| (r, c))) {
        for sum in
            [q(r, c) + q(r, c + 1) + q(r + 1, c), q(r, c + 1) + q(r + 1, c) + q(r + 1, c + 1)]
        {
            let deviation: f64 = (sum - 9.0) / 6.0;
            expected[0] += deviation.abs();
            expected[1] += deviation.powi(2);
        }
    }
    assert!((absolute.total(&atoms) - expected[0]).abs() < 1e-12);
    assert!((squared.total(&atoms) - expected[1]).abs() < 1e-12);
    let square = PeriodicLattice::new(Lattice::square(), &[4, 4]).unwrap();
    assert!(ClusterEnergy::absolute_charge(&square, &charges).is_err(), "no triangles");
}

/// An energy of one's own, next-nearest neighbors on the square lattice, with a mistake or without.
#[derive(Clone)]
struct Diagonals {
    counts_shared_bond: bool,
}

fn diagonal(atoms: &Occupation, site: usize) -> impl Iterator<Item = usize> + '_ {
    let home = atoms.lattice().site(site);
    let steps = [[1, 1, 0], [1, -1, 0], [-1, 1, 0], [-1, -1, 0]];
    steps.into_iter().map(move |step| atoms.lattice().index(home.shifted(step)))
}

impl Energy for Diagonals {
    fn total(&self, atoms: &Occupation) -> f64 {
        let what = atoms.states();
        let alike = |site| diagonal(atoms, site).filter(|&near| what[near] == what[site]).count();
        (0..what.len()).map(alike).sum::<usize>() as f64 / 2.0
    }

    fn swap_change(&self, atoms: &Occupation, one: usize, other: usize) -> f64 {
        let what = atoms.states();
        let alike = |site, kind, without| {
            let near = diagonal(atoms, site);
            let near = near.filter(|&near| self.counts_shared_bond || near != without);
            near.filter(|&near| what[near] == kind).count() as f64
        };
        let (a, b) = (what[one], what[other]);
        alike(one, b, other) - alike(one, a, other) + alike(other, a, one) - alike(other, b, one)
    }
}

#[test]
fn an_energy_of_ones_own_is_checked_and_annealed() {
    let mut rng = Pcg64::seed_from_u64(5);
    let mut atoms = atoms(Lattice::square(), &[8, 8], &mut rng);
    let right = Diagonals { counts_shared_bond: false };
    let report = check_energy(&right, &atoms, &mut rng).unwrap();
    assert_eq!(report.largest_difference, 0.0);
    let wrong = Diagonals { counts_shared_bond: true };
    let error = check_energy(&wrong, &atoms, &mut rng).unwrap_err();
    assert!(matches!(error, LatticeError::EnergyContract { .. }), "{error}");

    // the same as a table, and behind a pointer
    let alike = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]];
    let interactions = Interaction::pairs(&Lattice::square(), 2, &alike).unwrap();
    let table = ClusterEnergy::new(atoms.lattice(), &interactions).unwrap();
    assert_eq!(right.total(&atoms), table.total(&atoms));
    check_anneal_contract(&mut atoms, &right, &mut rng).unwrap();
    let schedule = Schedule::geometric(2.0, 0.2, 5).unwrap();
    let energies: [&dyn Energy; 2] = [&right, &table];
    let mut runs = energies.map(|energy| {
        let (mut atoms, mut rng) = (atoms.clone(), Pcg64::seed_from_u64(6));
        let mut seen = Vec::new();
        let record = |sample: &lattice_core::Sample<'_, Occupation>| seen.push(sample.energies[0]);
        anneal(&mut atoms, &energy, &schedule, SwapRange::Anywhere, &mut rng, record).unwrap();
        (seen, atoms.states().to_vec())
    });
    assert_eq!(runs[0], runs[1]);
    assert!(runs[0].0.pop() < runs[0].0.first().copied());
}

/// An engine that makes every move is caught, whatever the energy.
#[test]
fn the_contract_catches_an_engine_that_accepts_all() {
    struct AcceptsAll(Occupation);
    impl Anneal<Diagonals> for AcceptsAll {
        fn advance(
            &mut self,
            metropolis: &Metropolis<Diagonals>,
            sweeps: u64,
            rng: &mut dyn Rng,
        ) -> Vec<f64> {
            for _ in 0..64 * sweeps {
                let [one, other] = [0; 2].map(|_| rng.random_range(0..64));
                self.0.swap(one, other).unwrap();
            }
            vec![metropolis.energy().total(&self.0) / 64.0]
        }
    }
    let mut rng = Pcg64::seed_from_u64(8);
    let mut broken = AcceptsAll(atoms(Lattice::square(), &[8, 8], &mut rng));
    let energy = Diagonals { counts_shared_bond: false };
    let error = check_anneal_contract(&mut broken, &energy, &mut rng).unwrap_err();
    let expected = "energies never rise near zero temperature";
    assert!(matches!(error, LatticeError::Contract { rule, .. } if rule == expected), "{error}");
}

#[test]
fn bad_energies_are_refused_with_their_numbers() {
    let lattice = Lattice::triangular();
    let skew = [[0.0, 1.0], [2.0, 0.0]];
    let error = Interaction::pairs(&lattice, 1, &skew).unwrap_err();
    let expected = LatticeError::NotInvariant { species: vec![1, 0], energy: 2.0, other: 1.0 };
    assert_eq!(error, expected);
    assert!(Interaction::pairs(&lattice, 0, &[[0.0, 1.0], [1.0, 0.0]]).is_err());
    assert!(Interaction::pairs(&lattice, 1, &[vec![0.0, 1.0], vec![1.0]]).is_err());
    let pair = [[0, 0, 0], [1, 0, 0]].map(Site::at);
    for value in [f64::NAN, f64::INFINITY, 1e291] {
        assert!(Interaction::new(pair, 2, [0.0, value, value, 0.0]).is_err());
    }
    assert!(Interaction::new(pair, 2, [0.0; 3]).is_err());
    assert!(Interaction::new([], 2, [0.0]).is_err());
    assert!(Interaction::new([Site::at([i32::MIN, 0, 0])], 2, [0.0; 2]).is_err());
    assert!(Interaction::new([pair[0]; 2], 2, [0.0; 4]).is_err());

    let periodic = PeriodicLattice::new(lattice.clone(), &[3, 3]).unwrap();
    let skew = Interaction::new(pair, 2, [0.0, 1.0, 2.0, 0.0]).unwrap();
    let error = ClusterEnergy::new(&periodic, &[skew]).unwrap_err();
    assert!(matches!(error, LatticeError::NotInvariant { .. }), "{error}");
    let around = Interaction::new([[0, 0, 0], [3, 0, 0]].map(Site::at), 2, [0.0; 4]).unwrap();
    let error = ClusterEnergy::new(&periodic, &[around]).unwrap_err();
    assert_eq!(error, LatticeError::WindowTooLarge { cells: [3, 3, 1] });
    assert!(ClusterEnergy::new(&periodic, &[]).is_err());
    let elsewhere = Interaction::new([Site { cell: [0; 3], sublattice: 1 }], 2, [0.0; 2]).unwrap();
    assert!(ClusterEnergy::new(&periodic, &[elsewhere]).is_err());
}

#[test]
fn an_energy_for_another_lattice_moves_nothing_and_is_an_error() {
    let mut rng = Pcg64::seed_from_u64(9);
    let mut atoms = atoms(Lattice::triangular(), &[4, 6], &mut rng);
    let turned = PeriodicLattice::new(Lattice::triangular(), &[6, 4]).unwrap();
    let energy = ClusterEnergy::absolute_charge(&turned, &[0.1, -0.1, 0.3]).unwrap();
    let schedule = Schedule::linear(1.0, 0.5, 2).unwrap();
    let before = atoms.states().to_vec();
    let error =
        anneal(&mut atoms, &energy, &schedule, SwapRange::Anywhere, &mut rng, |_| ()).unwrap_err();
    assert!(matches!(error, LatticeError::OtherLattice { .. }), "{error}");
    let metropolis = Metropolis::new(&energy, 1.0, SwapRange::Anywhere).unwrap();
    assert!(atoms.advance(&metropolis, 3, &mut rng)[0].is_nan());
    assert_eq!(atoms.states(), before);
    assert!(energy.swap_change(&atoms, 0, 24).is_nan(), "there is no site 24");
    let two = ClusterEnergy::absolute_charge(atoms.lattice(), &[0.1, -0.1]).unwrap();
    assert!(check_energy(&two, &atoms, &mut rng).is_err(), "two charges for three species");
}
