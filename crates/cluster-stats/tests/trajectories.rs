//! Trajectories of any clusters: what annealing gives, the fast case beside the general one, means over
//! replicas, files.

use cluster_stats::{
    ClusterNames, ClusterRecorder, ClusterTrajectory, ClusterTypes, Counter, Recorder, ReplicaMean,
    StatsError, Trajectory,
};
use lattice_core::{
    ClusterEnergy, Composition, Configuration, Lattice, Occupation, PeriodicLattice, Schedule,
    Species, SwapRange, TriangleEnergy, TriangularLattice, anneal,
};
use rand::SeedableRng;
use rand_pcg::Pcg64;

/// The mean over three replicas of two species on the triangular lattice, by the fast case.
fn replicas() -> Vec<Trajectory> {
    let energy = TriangleEnergy::absolute_charge();
    let schedule = Schedule::geometric(0.8, 0.2, 3).unwrap();
    let run = |seed| {
        let mut rng = Pcg64::seed_from_u64(seed);
        let lattice = TriangularLattice::new(12, 9).unwrap();
        let half = Composition::of_minus(0.5).unwrap();
        let mut atoms = Configuration::random(lattice, half, &mut rng).unwrap();
        let mut data = Recorder::new();
        let range = SwapRange::Anywhere;
        anneal(&mut atoms, &energy, &schedule, range, &mut rng, |s| data.record(s)).unwrap();
        data.into_trajectory().unwrap()
    };
    (1..=3).map(run).collect()
}

#[test]
fn the_fast_case_is_the_general_one() {
    let species = Species::new(&["+", "-"]).unwrap();
    let types = ClusterTypes::connected(Lattice::triangular(), species, 3).unwrap();
    let fast = ClusterTrajectory::from(&replicas()[0]);
    let mut general: Vec<&str> = types[2..].iter().map(|one| one.name.as_str()).collect();
    let mut own: Vec<&str> = fast.names().iter().map(String::as_str).collect();
    general.sort_unstable();
    own.sort_unstable();
    assert_eq!(own, general); // the 3 + 16 and the single sites are all types of up to three sites

    // one configuration, counted by both
    let mut rng = Pcg64::seed_from_u64(8);
    let lattice = TriangularLattice::new(9, 11).unwrap();
    let some = Composition::of_minus(0.4).unwrap();
    let atoms = Configuration::random(lattice, some, &mut rng).unwrap();
    let occupation = Occupation::from(&atoms);
    let counter = Counter::new(types.lattice(), 2, &types);
    let found = counter.count(occupation.lattice(), occupation.states()).unwrap();
    let mut data = Recorder::new();
    let schedule = Schedule::explicit([1.0]).unwrap();
    let energy = TriangleEnergy::absolute_charge();
    let mut copy = atoms.clone();
    let range = SwapRange::Anywhere;
    anneal(&mut copy, &energy, &schedule, range, &mut rng, |s| data.record(s)).unwrap();
    let counted = ClusterTrajectory::from(&data.into_trajectory().unwrap());
    for one in &types[2..] {
        let (fast, general) =
            (counted.of(&one.name).unwrap()[0], found[types.position(&one.name).unwrap()]);
        assert!((fast - general).abs() < 1e-15, "{}: {fast} {general}", one.name);
    }
}

#[test]
fn means_over_replicas_are_those_of_the_fast_case() {
    let each = replicas();
    let fast = ClusterTrajectory::from(&ReplicaMean::of(&each).unwrap());
    let general: Vec<ClusterTrajectory> = each.iter().map(ClusterTrajectory::from).collect();
    let mean = ClusterTrajectory::mean_of(&general).unwrap();
    assert_eq!(mean, fast);
    assert!(mean.error_of("C+-").unwrap().unwrap()[0] > 0.0);
    assert!(mean.energies_per_site().all(|energy| energy.is_some()));
    let single = ClusterTrajectory::mean_of(&general[..1]).unwrap();
    assert_eq!(single, general[0]);
    let shorter = Trajectory::new(each[0].records()[1..].to_vec()).unwrap();
    let unlike = [general[0].clone(), ClusterTrajectory::from(&shorter)];
    let error = ClusterTrajectory::mean_of(&unlike).unwrap_err();
    assert!(matches!(error, StatsError::ReplicasDiffer { replica: 1, .. }), "{error}");
    assert!(matches!(ClusterTrajectory::mean_of(&[]), Err(StatsError::NoSamples)));
}

#[test]
fn csv_gives_back_the_same_bits() {
    let mean = ClusterTrajectory::from(&ReplicaMean::of(&replicas()).unwrap());
    // three species with long names, from annealing on another lattice
    let lattice = PeriodicLattice::new(Lattice::honeycomb(), &[5, 6]).unwrap();
    let species = Species::new(&["Ni", "Mn", "Co"]).unwrap();
    let types = ClusterTypes::connected(Lattice::honeycomb(), species.clone(), 3).unwrap();
    let counter = Counter::new(types.lattice(), 3, &types);
    let mut rng = Pcg64::seed_from_u64(5);
    let pairs = [[1.0, 0.0, 0.2], [0.0, 0.5, 0.0], [0.2, 0.0, 0.3]];
    let pairs = lattice_core::Interaction::pairs(lattice.lattice(), 1, &pairs).unwrap();
    let energy = ClusterEnergy::new(&lattice, &pairs).unwrap();
    let mut atoms = Occupation::random(lattice, species, &[0.3, 0.3, 0.4], &mut rng).unwrap();
    let schedule = Schedule::geometric(1.0, 0.5, 2).unwrap();
    let mut recorder = ClusterRecorder::new(&counter);
    let range = SwapRange::NearestNeighbor;
    let record = |sample: &lattice_core::Sample<'_, Occupation>| {
        recorder.record_sample(sample).unwrap();
    };
    anneal(&mut atoms, &energy, &schedule, range, &mut rng, record).unwrap();
    let annealed = recorder.into_trajectory().unwrap();
    assert_eq!(annealed.temperatures().next(), Some(None)); // the random start has none
    assert!(annealed.energies_per_site().all(|energy| energy.is_some()));
    // names with what stands between fields
    let odd = Species::new(&["a;b;c;d", "e, \"f\""]).unwrap();
    let odd = ClusterTypes::connected(Lattice::square(), odd, 1).unwrap();
    let odd = ClusterTrajectory::new(ClusterNames::of(&odd), vec![-1.5], vec![1e-300, 1.0]);
    for written in [mean, annealed, odd.unwrap()] {
        let mut bytes = Vec::new();
        written.write_csv(&mut bytes).unwrap();
        let read = ClusterTrajectory::read_csv(&bytes[..]).unwrap();
        assert!(read.rows().eq(written.rows()) && read.times() == written.times());
        assert_eq!(read.names(), written.names());
        assert!(read.temperatures().eq(written.temperatures()));
        assert!(read.energies_per_site().eq(written.energies_per_site()));
        let errors = |of: &ClusterTrajectory| -> Option<Vec<Vec<f64>>> {
            of.standard_errors().map(|rows| rows.map(<[f64]>::to_vec).collect())
        };
        assert_eq!(errors(&read), errors(&written));
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("clusters.csv");
        written.save(&path).unwrap();
        assert_eq!(ClusterTrajectory::load(&path).unwrap(), read);
    }
}

#[test]
fn what_is_wrong_in_a_file_is_named() {
    let read = |text: &str| ClusterTrajectory::read_csv(text.as_bytes());
    let good = read("time;C+;C+ error\n0;0,5;0,01\n1;0,25;0,02\n").unwrap();
    assert_eq!(good.of("C+").unwrap(), [0.5, 0.25]);
    assert_eq!(good.error_of("C+").unwrap(), Some(vec![0.01, 0.02]));
    assert!(good.of("C-").unwrap_err().to_string().contains("there are C+"));
    for (text, what) in [
        ("C+\n0.5\n", "no column time"),
        ("time\n0\n", "such as C+-"),
        ("time,C+,C-,C+ error\n0,0.5,0.5,0.1\n", "no column C- error"),
        ("time,C+,C+ error,C- error\n0,0.5,0.1,0.1\n", "no column C-"),
        ("time,C+,C+\n0,0.5,0.5\n", "C+ is there more than once"),
        ("time,C+\n0,0.5\n1,half\n", "row 2 (line 3): C+ holds \"half\""),
        ("time,C+\n0,0.5\n1,\n", "row 2 (line 3)"),
        ("time,C+\n1,0.5\n1,0.5\n", "time 1 after 1"),
        ("time,C+\n0,NaN\n", "C+ = NaN"),
        ("time,C+\n", "at least one sample"),
    ] {
        let error = read(text).unwrap_err().to_string();
        assert!(error.contains(what), "{text:?}: {error}");
    }
    let species = Species::new(&["+", "-"]).unwrap();
    let types = ClusterTypes::connected(Lattice::square(), species, 1).unwrap();
    let short = ClusterTrajectory::new(ClusterNames::of(&types), vec![0.0], vec![0.5]);
    assert!(matches!(short, Err(StatsError::WrongLength { expected: 2, found: 1, .. })));
}
