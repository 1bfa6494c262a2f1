//! The process of the rules against the derived equations: all events of a configuration together.

use crate::common;
use cluster_stats::Counter;
use hierarchy_ode::{Hierarchy, Lattice, Rule, Species};
use rand_pcg::{Pcg64, rand_core::SeedableRng};

/// In any configuration, all events with their rates give the right-hand sides of the equations.
#[test]
fn the_mean_motion_is_that_of_the_derived_equations() {
    let rules = [
        Rule::exchange("A", "B").rate("swap"),
        Rule::change("A", "C").rate("die"),
        Rule::change_beside("C", "A", "B").rate("grow"),
        Rule::pair(["B", "B"], ["C", "C"]).rate("desorb"),
        Rule::pair(["C", "C"], ["A", "B"]).rate("react"),
    ];
    let counted = [Rule::change_by_count("A", "B", "B").rate("count")];
    let lattices = [
        (Lattice::triangular(), vec![5, 6]),
        (Lattice::square(), vec![5, 4]),
        (Lattice::honeycomb(), vec![4, 5]),
        (Lattice::kagome(), vec![4, 3]),
        (Lattice::simple_cubic(), vec![3, 4, 3]),
        (Lattice::face_centred_cubic(), vec![4, 3, 4]),
        (Lattice::body_centred_cubic(), vec![4, 4, 3]),
    ];
    let mut rng = Pcg64::seed_from_u64(9);
    for (lattice, cells) in lattices {
        let many = lattice.coordination() > 6;
        for (rules, names) in [(&rules[..], &["A", "B", "C"][..]), (&counted, &["A", "B"])] {
            if rules.len() == 1 && many {
                continue;
            }
            let species = Species::new(names).unwrap();
            let order = if many { 1 } else { 2 };
            let hierarchy = Hierarchy::derive(lattice.clone(), species, rules, order).unwrap();
            let number = hierarchy.all_rates().len();
            let rates: Vec<f64> = (0..number).map(|i| 0.3 + 0.2 * i as f64).collect();
            let process = common::process(&hierarchy, &cells, &rates);
            let densities = vec![1.0 / names.len() as f64; names.len()];
            let states = process.random_states(&densities, &mut rng).unwrap();
            let mut run = process.start(states).unwrap();
            // events that have happened leave lists that are as good as new ones
            run.advance_to(0.2, &mut rng).unwrap();
            let counter = Counter::new(&lattice, names.len(), hierarchy.types());
            let count = |states: &[u8]| counter.count(process.lattice(), states).unwrap();
            let here = count(run.states());
            let mut drift = vec![0.0; hierarchy.equations().len()];
            for (rate, after) in run.outcomes() {
                for ((drift, after), here) in drift.iter_mut().zip(count(&after)).zip(&here) {
                    *drift += rate * (after - here);
                }
            }
            let used = &rates[..hierarchy.rates().len()];
            let derived = hierarchy.derivative(used, &here).unwrap();
            for (at, (drift, derived)) in drift.iter().zip(derived).enumerate() {
                let name = &hierarchy.types()[at].name;
                assert!((drift - derived).abs() < 1e-11, "{}: {name}", lattice.name());
            }
        }
    }
}
