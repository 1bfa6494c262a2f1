//! The process of the rules against its exact master equation, exponential laws and bad input.

use cluster_stats::{Counter, StatsError};
use hierarchy_ode::{Hierarchy, Lattice, OdeError, PeriodicLattice, Rule, Species};
use lattice_core::LatticeError;
use mean_cluster::StudyError;
use mean_cluster::kinetic::KineticEnsemble;
use rand_pcg::{Pcg64, rand_core::SeedableRng};

/// What a rule does, written down again for the test: from `before` to `after` on a site, on the two
/// sites of a bond, or on a site with so many neighbours of a species.
enum Step {
    Site(u8, u8),
    Bond([u8; 2], [u8; 2]),
    Beside(u8, u8, u8, Vec<f64>),
}

/// dp/dt of the probabilities of all configurations (base `species` numbers), by brute force.
fn flow(p: &[f64], periodic: &PeriodicLattice, species: usize, steps: &[(Step, f64)]) -> Vec<f64> {
    let sites = periodic.sites();
    let mut rate = vec![0.0; p.len()];
    for (code, &weight) in p.iter().enumerate() {
        let state = |site: usize| (code / species.pow(site as u32) % species) as u8;
        let mut go = |k: f64, changes: &[(usize, u8)]| {
            let mut to = code;
            for &(site, what) in changes {
                let power = species.pow(site as u32);
                to = to - usize::from(state(site)) * power + usize::from(what) * power;
            }
            rate[code] -= k * weight;
            rate[to] += k * weight;
        };
        for (step, k) in steps {
            for site in 0..sites {
                match step {
                    Step::Site(from, to) => {
                        if state(site) == *from {
                            go(*k, &[(site, *to)]);
                        }
                    }
                    Step::Bond([a, b], [c, d]) => {
                        for near in periodic.neighbours(site) {
                            let once = a != b || c != d || site < near;
                            if state(site) == *a && state(near) == *b && once {
                                go(*k, &[(site, *c), (near, *d)]);
                            }
                        }
                    }
                    Step::Beside(from, to, counted, rates) => {
                        let number =
                            periodic.neighbours(site).filter(|&near| state(near) == *counted);
                        if state(site) == *from {
                            go(rates[number.count()], &[(site, *to)]);
                        }
                    }
                }
            }
        }
    }
    rate
}

/// Probabilities at time `t` by the Taylor series of the exponential over small steps.
fn evolve(mut p: Vec<f64>, t: f64, flow: impl Fn(&[f64]) -> Vec<f64>) -> Vec<f64> {
    let steps = (t * 40.0).ceil() as usize;
    let h = t / steps as f64;
    for _ in 0..steps {
        let mut term = p.clone();
        for order in 1..=8 {
            term = flow(&term).iter().map(|v| v * h / f64::from(order)).collect();
            p.iter_mut().zip(&term).for_each(|(p, term)| *p += term);
        }
    }
    p
}

/// All concentrations of the hierarchy, exact at `times`, beside those of the ensemble.
fn compare(
    (lattice, cells): (Lattice, [usize; 2]),
    names: &[&str],
    densities: &[f64],
    (rules, rates): (&[Rule], &[(&str, f64)]),
    steps: &[(Step, f64)],
) {
    const TIMES: [f64; 3] = [0.0, 0.3, 1.1];
    const RUNS: usize = 6000;
    let species = Species::new(names).unwrap();
    let hierarchy = Hierarchy::derive(lattice, species, rules, 2).unwrap();
    let constants: Vec<f64> = hierarchy
        .all_rates()
        .iter()
        .map(|name| rates.iter().find(|(known, _)| known == name).unwrap().1)
        .collect();
    let process = KineticEnsemble::new(&hierarchy, &cells, &constants).unwrap();
    let means = process.means(densities, &TIMES, RUNS, 5).unwrap();

    let periodic = process.lattice();
    let (sites, of) = (periodic.sites(), names.len());
    let digits = |code: usize| -> Vec<u8> {
        (0..sites).map(|site| (code / of.pow(site as u32) % of) as u8).collect()
    };
    let start: Vec<usize> =
        densities.iter().map(|density| (density * sites as f64).round() as usize).collect();
    let fits = |code: &usize| {
        let states = digits(*code);
        (0..of).all(|s| states.iter().filter(|&&x| usize::from(x) == s).count() == start[s])
    };
    let all = of.pow(sites as u32);
    let number = (0..all).filter(fits).count() as f64;
    let mut p: Vec<f64> =
        (0..all).map(|code| if fits(&code) { 1.0 / number } else { 0.0 }).collect();
    let types = &hierarchy.types()[..hierarchy.equations().len()];
    let counter = Counter::new(hierarchy.lattice(), of, types);
    let counted: Vec<Vec<f64>> =
        (0..all).map(|code| counter.count(periodic, &digits(code)).unwrap()).collect();
    let exact = |p: &[f64], at: usize| -> f64 {
        p.iter().zip(&counted).map(|(p, counted)| p * counted[at]).sum()
    };
    let first: Vec<f64> = (0..types.len()).map(|at| exact(&p, at)).collect();
    let mut before = 0.0;
    let mut moved = 0.0_f64;
    let means = means.trajectory();
    let rows = means.rows().zip(means.standard_errors().unwrap());
    for (&time, (mean, error)) in TIMES.iter().zip(rows) {
        if time > before {
            p = evolve(p, time - before, |p| flow(p, periodic, of, steps));
            before = time;
        }
        for (at, name) in means.names().iter().enumerate() {
            let exact = exact(&p, at);
            let deviation = (mean[at] - exact).abs();
            assert!(
                deviation <= 4.0 * error[at] + 1e-12,
                "{name} at {time}: {} +- {}, exactly {exact}",
                mean[at],
                error[at]
            );
            assert!(error[at] < 0.01, "{name} at {time} is known to {} only", error[at]);
            moved = moved.max((exact - first[at]).abs());
        }
    }
    assert!(moved > 0.02, "nothing moves here, so nothing is tested");
}

#[test]
fn contact_process_is_that_of_its_master_equation() {
    let rules =
        [Rule::change_beside("0", "1", "1").rate("lambda"), Rule::change("1", "0").rate("death")];
    let steps = [(Step::Bond([0, 1], [1, 1]), 0.7), (Step::Site(1, 0), 1.0)];
    let rates = [("lambda", 0.7), ("death", 1.0)];
    compare(
        (Lattice::square(), [3, 3]),
        &["0", "1"],
        &[2.0 / 3.0, 1.0 / 3.0],
        (&rules, &rates),
        &steps,
    );
}

#[test]
fn exchange_with_reactions_of_pairs_is_that_of_its_master_equation() {
    let rules = [
        Rule::exchange("A", "B").rate("swap"),
        Rule::pair(["A", "A"], ["B", "B"]).rate("dimer"),
        Rule::pair(["B", "B"], ["B", "A"]).rate("split"),
    ];
    let steps = [
        (Step::Bond([0, 1], [1, 0]), 0.4),
        (Step::Bond([0, 0], [1, 1]), 0.3),
        (Step::Bond([1, 1], [1, 0]), 0.2),
    ];
    let rates = [("swap", 0.4), ("dimer", 0.3), ("split", 0.2)];
    let densities = [5.0 / 9.0, 4.0 / 9.0];
    compare((Lattice::triangular(), [3, 3]), &["A", "B"], &densities, (&rules, &rates), &steps);
}

#[test]
fn rates_by_number_of_neighbours_are_those_of_the_master_equation() {
    let rules = [
        Rule::change_by_count("0", "1", "1").rate("up"),
        Rule::change_by_count("1", "0", "1").rate("down"),
    ];
    let (up, down) = ([0.1, 0.4, 0.9, 1.5, 2.5], [2.0, 1.0, 0.5, 0.2, 0.1]);
    let names: Vec<(String, f64)> =
        (0..5).flat_map(|n| [(format!("up{n}"), up[n]), (format!("down{n}"), down[n])]).collect();
    let rates: Vec<(&str, f64)> = names.iter().map(|(name, rate)| (name.as_str(), *rate)).collect();
    let steps =
        [(Step::Beside(0, 1, 1, up.to_vec()), 0.0), (Step::Beside(1, 0, 1, down.to_vec()), 0.0)];
    let densities = [2.0 / 3.0, 1.0 / 3.0];
    compare((Lattice::square(), [3, 3]), &["0", "1"], &densities, (&rules, &rates), &steps);
}

#[test]
fn three_species_are_those_of_their_master_equation() {
    let rules = [
        Rule::change_beside("S", "I", "I").rate("beta"),
        Rule::change("I", "R").rate("gamma"),
        Rule::exchange("S", "R").rate("walk"),
    ];
    let steps = [
        (Step::Bond([0, 1], [1, 1]), 0.8),
        (Step::Site(1, 2), 0.5),
        (Step::Bond([0, 2], [2, 0]), 0.6),
    ];
    let rates = [("beta", 0.8), ("gamma", 0.5), ("walk", 0.6)];
    // honeycomb, 2 sites a cell: 8 sites, each with 3 neighbours
    let densities = [0.5, 0.25, 0.25];
    compare((Lattice::honeycomb(), [2, 2]), &["S", "I", "R"], &densities, (&rules, &rates), &steps);
}

/// 48 sites that flip at rate 1 each: the total rate is always 48.
#[test]
fn waiting_times_are_exponential() {
    let rules = [Rule::change("0", "1").rate("on"), Rule::change("1", "0").rate("off")];
    let species = Species::new(&["0", "1"]).unwrap();
    let hierarchy = Hierarchy::derive(Lattice::square(), species, &rules, 1).unwrap();
    let process = KineticEnsemble::new(&hierarchy, &[6, 8], &[1.0, 1.0]).unwrap();
    let mut rng = Pcg64::seed_from_u64(11);
    let mut run = process.process().start(vec![0; 48]).unwrap();
    assert_eq!(run.total_rate(), 48.0);
    // in intervals of mean 1 event the number of events is Poisson
    let mut counts = [0_usize; 6];
    let intervals = 20_000;
    for interval in 1..=intervals {
        let before = run.events();
        run.advance_to(f64::from(interval) / 48.0, &mut rng).unwrap();
        counts[((run.events() - before) as usize).min(5)] += 1;
    }
    let probability = [1.0, 1.0, 0.5, 1.0 / 6.0, 1.0 / 24.0].map(|p: f64| p * libm::exp(-1.0_f64));
    let rest = 1.0 - probability.iter().sum::<f64>();
    let chi_squared: f64 = probability
        .iter()
        .chain([&rest])
        .zip(counts)
        .map(|(p, count)| {
            (count as f64 - p * f64::from(intervals)).powi(2) / (p * f64::from(intervals))
        })
        .sum();
    assert!(chi_squared < 20.5, "{chi_squared}: beyond the 1e-3 level for 5 degrees of freedom");
}

#[test]
fn an_absorbing_state_is_told() {
    let rules = [Rule::change("1", "0").rate("death")];
    let species = Species::new(&["0", "1"]).unwrap();
    let hierarchy = Hierarchy::derive(Lattice::square(), species, &rules, 2).unwrap();
    let process = KineticEnsemble::new(&hierarchy, &[4, 4], &[1.0]).unwrap();
    let mut rng = Pcg64::seed_from_u64(1);
    let mut run = process.process().start(vec![1; 16]).unwrap();
    run.advance_to(1e3, &mut rng).unwrap();
    assert!(run.is_absorbed() && run.events() == 16 && run.time() == 1e3);
    assert_eq!(run.states(), [0; 16]);
    let means = process.means(&[0.5, 0.5], &[0.1, 1e3], 7, 3).unwrap();
    assert_eq!((means.runs(), means.absorbed(), means.events()), (7, 7, 56));
}

#[test]
fn the_same_seed_gives_the_same_bits_on_any_number_of_threads() {
    let rules = [Rule::exchange("+", "-").rate("k")];
    let species = Species::new(&["+", "-"]).unwrap();
    let hierarchy = Hierarchy::derive(Lattice::triangular(), species, &rules, 2).unwrap();
    let process = KineticEnsemble::new(&hierarchy, &[8, 8], &[1.0]).unwrap();
    let run = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| process.means(&[0.6, 0.4], &[0.0, 0.5], 9, 4).unwrap())
    };
    let one = run(1);
    assert_eq!(one, run(3));
    // composition: 64 x 0.6 is 38.4, so 38
    assert_eq!(one.of("C+").unwrap().0, [38.0 / 64.0; 2]);
    assert_eq!(one.of("C+").unwrap().1, [0.0; 2]);
}

#[test]
fn bad_input_is_a_typed_error() {
    let species = Species::new(&["+", "-"]).unwrap();
    let by_class = [Rule::exchange("+", "-").by_class()];
    let classes = Hierarchy::derive(Lattice::triangular(), species.clone(), &by_class, 2).unwrap();
    let error = KineticEnsemble::new(&classes, &[8, 8], &[1.0; 8]).unwrap_err();
    assert!(
        matches!(error, StudyError::Ode(OdeError::Lattice(LatticeError::ClassRates { .. }))),
        "{error}"
    );
    let rules = [Rule::exchange("+", "-")];
    let hierarchy = Hierarchy::derive(Lattice::triangular(), species, &rules, 2).unwrap();
    let process = |cells: &[usize], rates: &[f64]| KineticEnsemble::new(&hierarchy, cells, rates);
    assert!(matches!(process(&[8, 8], &[]), Err(StudyError::Ode(OdeError::WrongLength { .. }))));
    assert!(matches!(
        process(&[8, 8], &[-1.0]),
        Err(StudyError::Ode(OdeError::InvalidRate { .. }))
    ));
    assert!(matches!(
        process(&[8, 8], &[f64::NAN]),
        Err(StudyError::Ode(OdeError::InvalidRate { .. }))
    ));
    let error = process(&[8, 8], &[1e307]).unwrap_err();
    assert!(matches!(error, StudyError::Lattice(LatticeError::InvalidRate { .. })), "{error}");
    let error = process(&[8], &[1.0]).unwrap_err();
    assert!(matches!(error, StudyError::Lattice(LatticeError::WrongLength { .. })), "{error}");
    let error = process(&[2, 8], &[1.0]).unwrap_err();
    assert!(
        matches!(error, StudyError::Lattice(LatticeError::NeighboursCoincide { .. })),
        "{error}"
    );
    let fine = process(&[4, 4], &[1.0]).unwrap();
    let mut rng = Pcg64::seed_from_u64(1);
    let error = fine.process().start(vec![0; 15]).unwrap_err();
    assert!(matches!(error, LatticeError::WrongLength { .. }), "{error}");
    let error = fine.process().start(vec![2; 16]).unwrap_err();
    assert!(matches!(error, LatticeError::InvalidValue { .. }), "{error}");
    assert!(fine.process().random_states(&[0.5], &mut rng).is_err());
    assert!(fine.process().random_states(&[0.5, 0.6], &mut rng).is_err());
    assert!(fine.process().random_states(&[1.5, -0.5], &mut rng).is_err());
    assert!(fine.process().random_states(&[f64::NAN, 0.5], &mut rng).is_err());
    let mut run = fine.process().start(vec![0; 16]).unwrap();
    run.advance_to(1.0, &mut rng).unwrap();
    assert!(run.is_absorbed());
    assert!(run.advance_to(0.5, &mut rng).is_err() && run.advance_to(f64::NAN, &mut rng).is_err());
    let ensemble = |times: &[f64], runs| fine.means(&[0.5, 0.5], times, runs, 1);
    assert!(matches!(ensemble(&[], 4), Err(StudyError::Stats(StatsError::NoSamples))));
    assert!(ensemble(&[1.0, 1.0], 4).is_err() && ensemble(&[-1.0], 4).is_err());
    assert!(ensemble(&[1.0], 1).is_err());
}
