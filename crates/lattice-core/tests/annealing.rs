//! Schedules, samples, the trait's faces, and values frozen at a seed.

use lattice_core::{
    Anneal, Annealing, Composition, Configuration, LatticeError, Metropolis, Sample, Schedule,
    SwapRange, TriangleEnergy, TriangularLattice, anneal, check_triangle_contract,
};
use rand::Rng;
use rand_pcg::{Pcg64, rand_core::SeedableRng};

fn start(side: usize, minus: f64, seed: u64) -> (Configuration, Pcg64) {
    let mut rng = Pcg64::seed_from_u64(seed);
    let lattice = TriangularLattice::new(side, side).unwrap();
    let composition = Composition::of_minus(minus).unwrap();
    (Configuration::random(lattice, composition, &mut rng).unwrap(), rng)
}

#[test]
fn schedules_have_their_temperatures() {
    let geometric = Schedule::geometric(0.8, 0.1, 20).unwrap();
    let temperatures = geometric.temperatures();
    assert_eq!((temperatures.len(), temperatures[0], temperatures[19]), (20, 0.8, 0.1));
    let ratio = libm::pow(0.1_f64 / 0.8, 1.0 / 19.0);
    assert!(temperatures.windows(2).all(|t| (t[1] / t[0] - ratio).abs() < 1e-14));
    assert_eq!((geometric.sweeps_between_samples(), geometric.samples_per_step()), (30, 3));
    assert_eq!(geometric.samples(), 61);

    let linear = Schedule::linear(1.0, 0.5, 6).unwrap();
    let expected = [1.0, 0.9, 0.8, 0.7, 0.6, 0.5];
    assert!(linear.temperatures().iter().zip(expected).all(|(t, e)| (t - e).abs() < 1e-15));

    assert_eq!(Schedule::geometric(0.7, 0.1, 1).unwrap().temperatures(), [0.7]);
    let wide = Schedule::geometric(f64::MAX, f64::MIN_POSITIVE, 9).unwrap();
    assert!(wide.temperatures().is_sorted_by(|a, b| a > b));
}

#[test]
fn samples_come_at_their_times_and_temperatures() {
    let (mut atoms, mut rng) = start(6, 0.5, 1);
    let initial = atoms.clone();
    let schedule = Schedule::explicit([0.5, 0.7]).unwrap().with_samples_per_step(2).unwrap();
    let energy = TriangleEnergy::absolute_charge();
    let mut seen = Vec::new();
    anneal(&mut atoms, &energy, &schedule, SwapRange::Anywhere, &mut rng, |sample| {
        if sample.index == 0 {
            assert_eq!(sample.atoms, &initial);
        }
        assert_eq!(sample.count, 5);
        assert_eq!(sample.energies, [energy.per_site(sample.atoms)]);
        assert_eq!(sample.energy_per_site(), sample.energies[0]);
        seen.push((sample.index, sample.time, sample.temperature));
    })
    .unwrap();
    let expected = [
        (0, 0.0, None),
        (1, 0.25, Some(0.5)),
        (2, 0.5, Some(0.5)),
        (3, 0.75, Some(0.7)),
        (4, 1.0, Some(0.7)),
    ];
    assert_eq!(seen, expected);
}

#[test]
fn annealing_in_steps_is_the_same_as_sweeps_by_hand() {
    let (mut atoms, mut rng) = start(9, 1.0 / 3.0, 2);
    let (mut by_hand, mut same_rng) = (atoms.clone(), rng.clone());
    let energy = TriangleEnergy::squared_charge();
    let schedule = Schedule::geometric(1.0, 0.2, 4).unwrap();
    let range = SwapRange::NearestNeighbor;

    let mut annealing = Annealing::new(&energy, &schedule, range);
    let mut taken = 0;
    while let Some(sample) = annealing.advance(&mut atoms, &mut rng).unwrap() {
        taken += 1;
        assert_eq!(sample.index + 1, taken);
        assert_eq!(annealing.taken(), taken);
    }
    assert_eq!((taken, annealing.samples()), (13, 13));
    assert!(annealing.advance(&mut atoms, &mut rng).unwrap().is_none());

    for &temperature in schedule.temperatures() {
        let metropolis = Metropolis::new(&energy, temperature, range).unwrap();
        by_hand.advance(&metropolis, 60, &mut same_rng);
        by_hand.advance(&metropolis, 30, &mut same_rng);
    }
    assert_eq!(atoms, by_hand);
    assert_eq!(rng, same_rng);
}

/// The same through every face of the trait, also where the type is not known.
#[test]
fn references_boxes_and_trait_objects_do_the_same() {
    let (atoms, rng) = start(6, 0.5, 3);
    let energy = TriangleEnergy::absolute_charge();
    let schedule = Schedule::linear(1.0, 0.1, 3).unwrap();
    fn last<A: Anneal + ?Sized>(
        atoms: &mut A,
        rng: &Pcg64,
        (energy, schedule): (&TriangleEnergy, &Schedule),
    ) -> f64 {
        let mut last = f64::NAN;
        let record = |sample: &Sample<'_, A>| last = sample.energy_per_site();
        anneal(atoms, energy, schedule, SwapRange::Anywhere, &mut rng.clone(), record).unwrap();
        last
    }
    let how = (&energy, &schedule);
    let mut plain = atoms.clone();
    let expected = last(&mut plain, &rng, how);
    assert_eq!(last(&mut &mut atoms.clone(), &rng, how), expected);
    let mut boxed: Box<dyn Anneal> = Box::new(atoms.clone());
    assert_eq!(last(&mut boxed, &rng, how), expected);
    let mut erased = atoms.clone();
    assert_eq!(last::<dyn Anneal>(&mut erased, &rng, how), expected);
    assert_eq!(erased, plain);
}

#[test]
fn acceptance_is_the_boltzmann_factor() {
    let (atoms, _) = start(6, 0.4, 4);
    let energy = TriangleEnergy::new([0.3, -0.7, 0.2, 1.1]).unwrap();
    let metropolis = Metropolis::new(&energy, 0.9, SwapRange::Anywhere).unwrap();
    let mut uphill = 0;
    for first in 0..36 {
        for second in 0..36 {
            let mut swapped = atoms.clone();
            swapped.swap(first, second).unwrap();
            let rise = energy.total(&swapped) - energy.total(&atoms);
            let expected = libm::exp(-rise / 0.9).min(1.0);
            let found = metropolis.acceptance(atoms.swap_change(first, second).unwrap());
            assert!((found - expected).abs() < 1e-13, "{found} for {expected}");
            uphill += usize::from(rise > 0.1);
        }
    }
    assert!(uphill > 100);
}

/// A change of these numbers is a change of what a seed means.
#[test]
fn frozen_at_seed_7() {
    let run = |range, energy: TriangleEnergy| {
        let (mut atoms, mut rng) = start(12, 0.42, 7);
        let schedule = Schedule::geometric(0.8, 0.1, 20).unwrap();
        let mut energies = Vec::new();
        let record = |sample: &Sample<'_, _>| energies.push(energy.total(sample.atoms));
        anneal(&mut atoms, &energy, &schedule, range, &mut rng, record).unwrap();
        let row: String =
            atoms.grid().row(5).iter().map(|&atom| if atom == 1 { '+' } else { '-' }).collect();
        ([energies[0], energies[20], energies[60]], row, rng.next_u64())
    };
    let absolute = run(SwapRange::Anywhere, TriangleEnergy::absolute_charge());
    assert_eq!(absolute, ([83.0, 39.0, 36.0], "--+--+--+-++".into(), 17581273088708421327));
    let squared = run(SwapRange::NearestNeighbor, TriangleEnergy::squared_charge());
    assert_eq!(squared, ([49.0, 23.0, 18.0], "++-+--+--++-".into(), 17581273088708421327));
}

struct Broken(fn(&mut Configuration, &Metropolis, u64, &mut dyn Rng) -> Vec<f64>, Configuration);

impl Anneal for Broken {
    fn advance(&mut self, metropolis: &Metropolis, sweeps: u64, rng: &mut dyn Rng) -> Vec<f64> {
        (self.0)(&mut self.1, metropolis, sweeps, rng)
    }
}

fn with_temperature(metropolis: &Metropolis, temperature: f64) -> Metropolis {
    Metropolis::new(metropolis.energy(), temperature, metropolis.range()).unwrap()
}

#[test]
fn contract_holds_for_configurations_and_catches_what_breaks_it() {
    let (mut atoms, mut rng) = start(12, 0.4, 8);
    check_triangle_contract(&mut atoms, &mut rng).unwrap();
    let mut boxed: Box<dyn Anneal> = Box::new(atoms.clone());
    check_triangle_contract(&mut boxed, &mut rng).unwrap();

    let mut broken =
        |advance| match check_triangle_contract(&mut Broken(advance, atoms.clone()), &mut rng)
            .unwrap_err()
        {
            LatticeError::Contract { rule, .. } => rule,
            other => panic!("{other}"),
        };
    let ignores_temperature = broken(|atoms, metropolis, sweeps, rng| {
        atoms.advance(&with_temperature(metropolis, 10.0), sweeps, rng)
    });
    assert_eq!(ignores_temperature, "energies never rise near zero temperature");
    let sweeps_once_more =
        broken(|atoms, metropolis, sweeps, rng| atoms.advance(metropolis, sweeps + 1, rng));
    assert_eq!(sweeps_once_more, "0 sweeps change nothing");
    let total_energy = broken(|atoms, metropolis, sweeps, rng| {
        atoms.advance(metropolis, sweeps, rng);
        vec![metropolis.energy().total(atoms)]
    });
    assert_eq!(total_energy, "there are two triangles a site");
    let one_energy_for_all =
        broken(|atoms, _, _, _| vec![TriangleEnergy::absolute_charge().per_site(atoms)]);
    assert_eq!(one_energy_for_all, "energies are sums over the triangles");
    let not_a_number = broken(|_, _, _, _| vec![f64::NAN]);
    assert_eq!(not_a_number, "0 sweeps change nothing");
    let new_composition = broken(|atoms, metropolis, sweeps, rng| {
        if sweeps > 0 {
            let mut grid = atoms.grid().to_owned();
            if let Some(minus) = grid.iter_mut().find(|atom| **atom == -1) {
                *minus = 1;
            }
            *atoms = Configuration::from_grid(grid.view()).unwrap();
        }
        let frozen = with_temperature(metropolis, f64::MIN_POSITIVE);
        atoms.advance(&frozen, sweeps, rng)
    });
    assert_eq!(new_composition, "swaps keep the composition");

    let mut no_replicas = Broken(|_, _, _, _| Vec::new(), atoms.clone());
    let error = check_triangle_contract(&mut no_replicas, &mut rng).unwrap_err();
    assert_eq!(error, LatticeError::ReplicaCount { sample: 0, found: 0, expected: 1 });
}

#[test]
fn broken_implementations_stop_the_annealing() {
    let (atoms, mut rng) = start(6, 0.5, 9);
    let schedule = Schedule::linear(1.0, 0.1, 3).unwrap();
    let energy = TriangleEnergy::default();
    let mut stop = |advance| {
        let mut broken = Broken(advance, atoms.clone());
        anneal(&mut broken, &energy, &schedule, SwapRange::Anywhere, &mut rng, |_| ()).unwrap_err()
    };
    let fewer = stop(|_, _, sweeps, _| if sweeps == 0 { vec![0.0; 3] } else { vec![0.0; 2] });
    assert_eq!(fewer, LatticeError::ReplicaCount { sample: 1, found: 2, expected: 3 });
    let none = stop(|_, _, _, _| Vec::new());
    assert_eq!(none, LatticeError::ReplicaCount { sample: 0, found: 0, expected: 1 });
    let infinite = stop(|_, _, _, _| vec![0.0, f64::INFINITY]);
    let expected = LatticeError::ReplicaEnergy { sample: 0, replica: 1, value: f64::INFINITY };
    assert_eq!(infinite, expected);
}
