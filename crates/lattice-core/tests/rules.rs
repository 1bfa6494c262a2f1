//! The process of rules by itself: an exact law, the callback, bad input.

use crate::exact::mean_and_error;
use lattice_core::{Lattice, LatticeError, PeriodicLattice, Rule, RuleProcess, Species};
use rand_pcg::{Pcg64, rand_core::SeedableRng};

fn species() -> Species {
    Species::new(&["a", "b"]).unwrap()
}

/// Sites that change on their own, there and back: the density relaxes to 1/3 as exp(-3 t).
#[test]
fn independent_sites_relax_exponentially() {
    let rules = [(Rule::change("a", "b"), vec![1.0]), (Rule::change("b", "a"), vec![2.0])];
    let lattice = PeriodicLattice::new(Lattice::honeycomb(), &[8, 8]).unwrap();
    let process = RuleProcess::new(lattice, species(), &rules).unwrap();
    let mut rng = Pcg64::seed_from_u64(1);
    let times = [0.0, 0.2, 0.5, 2.0];
    let mut densities = vec![Vec::new(); times.len()];
    for _ in 0..200 {
        let mut seen = Vec::new();
        let start = process.random_states(&[0.0, 1.0], &mut rng).unwrap();
        let run = process.sample(start, &times, &mut rng, |run| {
            let b = run.states().iter().filter(|&&state| state == 1).count();
            seen.push((run.time(), b as f64 / 128.0));
        });
        assert!(run.unwrap().events() > 50);
        for ((densities, &time), (at, density)) in densities.iter_mut().zip(&times).zip(seen) {
            assert_eq!(at, time);
            densities.push(density);
        }
    }
    for (time, densities) in times.into_iter().zip(&densities) {
        let (mean, error) = mean_and_error(densities);
        let exact = 1.0 / 3.0 + 2.0 / 3.0 * libm::exp(-3.0 * time);
        println!("t = {time}: {mean:.4} +- {error:.4}, exact {exact:.4}");
        assert!((mean - exact).abs() <= 4.0 * error, "{mean} +- {error} for {exact}");
    }
}

#[test]
fn bad_rules_are_refused() {
    let lattice = || PeriodicLattice::new(Lattice::square(), &[4, 4]).unwrap();
    let process = |rule: Rule, constants: &[f64]| {
        RuleProcess::new(lattice(), species(), &[(rule, constants.to_vec())])
    };
    let error = process(Rule::exchange("a", "b").by_class(), &[1.0]).unwrap_err();
    assert!(matches!(error, LatticeError::ClassRates { .. }), "{error}");
    let error = process(Rule::change("a", "c"), &[1.0]).unwrap_err();
    assert!(matches!(error, LatticeError::UnknownSpecies { .. }), "{error}");
    for (rule, constants) in
        [(Rule::change("a", "b"), 2), (Rule::change_by_count("a", "b", "b"), 4)]
    {
        let error = process(rule, &vec![1.0; constants]).unwrap_err();
        assert!(matches!(error, LatticeError::WrongLength { .. }), "{error}");
    }
    for value in [-1.0, f64::NAN, f64::INFINITY, 1e307] {
        let error = process(Rule::change("a", "b"), &[value]).unwrap_err();
        assert!(matches!(error, LatticeError::InvalidRate { .. }), "{error}");
    }
    let small = PeriodicLattice::wrapped(Lattice::square(), &[2, 4]).unwrap();
    let rules = [(Rule::exchange("a", "b"), vec![1.0])];
    let error = RuleProcess::new(small, species(), &rules).unwrap_err();
    assert!(matches!(error, LatticeError::NeighboursCoincide { .. }), "{error}");
    let fine = process(Rule::change("a", "b"), &[1.0]).unwrap();
    assert!(fine.start(vec![0; 15]).is_err() && fine.start(vec![2; 16]).is_err());
}
