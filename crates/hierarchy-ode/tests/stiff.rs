//! Stiff hierarchies, fixed points, restarts and units of time.

use closures::{PairApproximation, PairFactorization, RegionFactorization};
use cluster_stats::PairConcentrations;
use hierarchy_ode::{
    ClosedHierarchy, ClosedModel, Hierarchy, Lattice, OdeError, RateConstants, Rule, Species,
};
use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64;
use std::time::Instant;

/// CO oxidation (Ziff, Gulari, Barshad, Phys. Rev. Lett. 56, 2553 (1986)) on the square lattice in
/// pairs. A site has four bonds, and each bond in both orientations is an event of its own for a
/// rule on unlike sites; `o2` is the rate of adsorption per bond.
fn co_oxidation() -> ClosedHierarchy {
    let rules = [
        Rule::change("0", "A").rate("co"),
        Rule::pair(["0", "0"], ["B", "B"]).rate("o2"),
        Rule::pair(["A", "B"], ["0", "0"]).rate("reaction"),
    ];
    let species = Species::new(&["0", "A", "B"]).unwrap();
    let hierarchy = Hierarchy::derive(Lattice::square(), species, &rules, 2).unwrap();
    ClosedHierarchy::new(hierarchy, PairFactorization).unwrap()
}

fn co_rates(closed: &ClosedHierarchy, y: f64, reaction: f64) -> Vec<f64> {
    let given = [("co", y), ("o2", 0.5 * (1.0 - y)), ("reaction", reaction)];
    closed.hierarchy().rates_by_name(&given).unwrap()
}

#[test]
fn co_oxidation_reaches_its_steady_state() {
    let closed = co_oxidation();
    let start = closed.random_start(&[1.0, 0.0, 0.0]).unwrap();
    // poisoned below and above; the fastest reaction is left to the reactive window
    for (reaction, compositions) in [
        (1e3, &[0.1, 0.3, 0.4, 0.5, 0.7][..]),
        (1e4, &[0.1, 0.3, 0.4, 0.5, 0.7]),
        (1e6, &[0.3, 0.4, 0.5]),
    ] {
        for &y in compositions {
            let rates = co_rates(&closed, y, reaction);
            let begun = Instant::now();
            let solution = closed.solve(&rates, &start, &[0.0, 500.0, 1e5]).unwrap();
            let took = begun.elapsed();
            let state = solution.last_state(&closed);
            let motion = closed.derivative(&rates, &state).unwrap();
            let motion = motion.iter().fold(0.0_f64, |most, v| most.max(v.abs()));
            let of = |name: &str| solution.of(name).unwrap()[2];
            println!(
                "k = {reaction:e}, y = {y}: {took:?}, C0 {:.6} CA {:.6} CB {:.6}, motion {motion:.1e}, {:?}",
                of("C0"),
                of("CA"),
                of("CB"),
                solution.effort()
            );
            assert!(took.as_secs_f64() < 1.0, "{took:?}");
            assert!(solution.rows().flatten().all(|c| *c >= 0.0));
            assert!(motion < 1e-6 * reaction.max(1.0), "{motion:e}");
        }
    }
}

#[test]
fn stiff_runs_agree_with_tight_explicit_ones() {
    let closed = co_oxidation();
    let start = closed.random_start(&[1.0, 0.0, 0.0]).unwrap();
    let times: Vec<f64> = (0..41).map(|i| 0.5 * f64::from(i)).collect();
    for y in [0.2, 0.4, 0.6] {
        let rates = co_rates(&closed, y, 1e3);
        let tight = closed.clone().with_tolerances(1e-11, 1e-13).unwrap();
        let tight = tight.with_step_limit(10_000_000).solve(&rates, &start, &times).unwrap();
        let loose = closed.solve(&rates, &start, &times).unwrap();
        let mut off = 0.0_f64;
        for (a, b) in tight.rows().zip(loose.rows()) {
            off = a.iter().zip(b).fold(off, |off, (a, b)| off.max((a - b).abs()));
        }
        println!("y = {y}: {off:.1e} off, {:?} and {:?}", loose.effort(), tight.effort());
        assert!(loose.effort().implicit_steps > 0);
        assert!(off < 1e-5, "{off:e}");
    }
}

fn systems() -> Vec<(ClosedHierarchy, Vec<f64>, Vec<f64>)> {
    let contact =
        [Rule::change_beside("0", "1", "1").rate("lambda"), Rule::change("1", "0").rate("death")];
    let epidemic =
        [Rule::change_beside("S", "I", "I").rate("beta"), Rule::change("I", "R").rate("gamma")];
    let two = || Species::new(&["0", "1"]).unwrap();
    let three = || Species::new(&["S", "I", "R"]).unwrap();
    let mut all = Vec::new();
    for lattice in [Lattice::square(), Lattice::triangular()] {
        let pairs = Hierarchy::derive(lattice.clone(), two(), &contact, 2).unwrap();
        let triples = Hierarchy::derive(lattice.clone(), two(), &contact, 3).unwrap();
        let removal = Hierarchy::derive(lattice, three(), &epidemic, 2).unwrap();
        for lambda in [0.1, 0.6] {
            let closed = ClosedHierarchy::new(pairs.clone(), PairFactorization).unwrap();
            let start = closed.random_start(&[0.6, 0.4]).unwrap();
            all.push((closed, vec![lambda, 1.0], start));
            let closed = ClosedHierarchy::new(triples.clone(), RegionFactorization).unwrap();
            let start = closed.random_start(&[0.6, 0.4]).unwrap();
            all.push((closed, vec![lambda, 1.0], start));
        }
        let closed = ClosedHierarchy::new(removal, PairFactorization).unwrap();
        let start = closed.random_start(&[0.95, 0.05, 0.0]).unwrap();
        all.push((closed, vec![2.0, 1.0], start));
    }
    let closed = co_oxidation();
    let start = closed.random_start(&[1.0, 0.0, 0.0]).unwrap();
    for (y, reaction) in [(0.2, 100.0), (0.4, 1e4), (0.7, 1e3)] {
        all.push((closed.clone(), co_rates(&closed, y, reaction), start.clone()));
    }
    all
}

#[test]
fn every_row_is_a_valid_start() {
    for (number, (closed, rates, start)) in systems().into_iter().enumerate() {
        for (rtol, atol) in [(1e-3, 1e-6), (1e-6, 1e-9), (1e-9, 1e-12)] {
            let closed = closed.clone().with_tolerances(rtol, atol).unwrap();
            let end = 60.0;
            let whole = closed.solve(&rates, &start, &[0.0, 0.3 * end, end]).unwrap();
            let mut state = start.clone();
            let mut last = whole.rows().next().unwrap().to_vec();
            for part in [[0.0, 0.1], [0.1, 0.3], [0.3, 0.55], [0.55, 1.0]] {
                let times: Vec<f64> = (0..12)
                    .map(|i| end * (part[0] + (part[1] - part[0]) * f64::from(i) / 11.0))
                    .collect();
                let solution = closed.solve(&rates, &state, &times).unwrap();
                assert!(solution.rows().flatten().all(|c| *c >= 0.0), "{number}");
                state = solution.last_state(&closed);
                last = solution.last().to_vec();
                if let Err(error) = closed.check_state(&state) {
                    panic!("{number} {closed:?} at {rtol:e}, t = {}: {error}", times[11]);
                }
            }
            let off = last.iter().zip(whole.last()).fold(0.0_f64, |m, (a, b)| m.max((a - b).abs()));
            assert!(off < 300.0 * (rtol + atol), "{number} at {rtol:e}: {off:e}");
        }
    }
}

#[test]
fn any_end_is_reached_from_a_fixed_point() {
    for (number, (closed, rates, start)) in systems().into_iter().enumerate() {
        let near = closed.solve(&rates, &start, &[0.0, 1e4]).unwrap();
        for end in [1e5, 1e9, 1e12] {
            let solution = closed.solve(&rates, &start, &[0.0, end]).unwrap();
            let effort = solution.effort();
            assert!(effort.accepted_steps < 5000, "{number}, {end:e}: {effort:?}");
            for (a, b) in solution.last().iter().zip(near.last()) {
                assert!((a - b).abs() < 1e-5, "{number}, {end:e}: {a}, {b}, {effort:?}");
            }
        }
        // and where nothing moves at all
        let still = vec![0.0; rates.len()];
        let solution = closed.solve(&still, &start, &[0.0, 1e12]).unwrap();
        assert!(solution.effort().accepted_steps < 30);
        assert_eq!(solution.last_state(&closed), start);
    }
}

#[test]
fn the_unit_of_time_is_free() {
    let times = [0.0, 0.3, 1.7, 20.0, 300.0];
    for (closed, rates, start) in systems() {
        let base = closed.solve(&rates, &start, &times).unwrap();
        for power in [-40, -7, 3, 40] {
            let unit = 2.0_f64.powi(power);
            let scaled: Vec<f64> = rates.iter().map(|k| k / unit).collect();
            let solution = closed.solve(&scaled, &start, &times.map(|t| t * unit)).unwrap();
            assert!(solution.rows().eq(base.rows()), "2^{power}");
            assert_eq!(solution.effort(), base.effort());
        }
    }
    let k = [0.9, 0.7, 0.3, 0.4, 0.2, 0.5, 0.6, 0.8];
    let start = PairConcentrations::random_lattice(0.4);
    for model in [ClosedModel::published, ClosedModel::conserving].map(|of| of(PairApproximation)) {
        let solve = |factor: f64, unit: f64| {
            let rates = RateConstants::from_array(k.map(|k| k * factor / unit)).unwrap();
            model.solve(&rates, start, &times.map(|t| t * unit)).unwrap()
        };
        for factor in [1.0, 1e4] {
            let base = solve(factor, 1.0);
            for power in [-40, -7, 3, 40] {
                let scaled = solve(factor, 2.0_f64.powi(power));
                assert_eq!(scaled.pairs(), base.pairs());
                assert_eq!(scaled.effort(), base.effort());
            }
        }
    }
}

#[test]
fn pairs_reach_any_end_and_start_again() {
    let mut rng = Pcg64::seed_from_u64(31);
    let (mut worst, mut given_up) = (0.0_f64, 0);
    for number in 0..60 {
        let k = std::array::from_fn(|_| rng.random_range(0.0..10.0));
        let rates = RateConstants::from_array(k).unwrap();
        let start = PairConcentrations::random_lattice(rng.random_range(0.1..0.9));
        let conserving = number % 2 == 0;
        let model = match conserving {
            true => ClosedModel::conserving(PairApproximation),
            false => ClosedModel::published(PairApproximation),
        };
        let solved = model.solve(&rates, start, &[0.0, 5.0, 100.0, 1e5, 1e9]);
        let solution = match solved {
            Ok(solution) => solution,
            Err(OdeError::LeftPossibleRegion { .. }) if conserving => continue,
            Err(error) => panic!("{error}"),
        };
        let effort = solution.effort();
        assert!(effort.accepted_steps + effort.rejected_steps < 11_000, "{effort:?}");
        for (row, pairs) in solution.pairs().iter().enumerate() {
            assert!(pairs.to_array().iter().all(|c| *c >= 0.0), "{pairs}");
            assert!(pairs.deviation().abs() < 1e-11, "{:e}", pairs.deviation());
            let again = model.solve(&rates, *pairs, &[0.0, 1e5]).unwrap();
            assert!(again.last().to_array().iter().all(|c| *c >= 0.0));
            if row > 2 {
                let moved = again.last().to_array().into_iter().zip(pairs.to_array());
                worst = moved.fold(worst, |worst, (a, b)| worst.max((a - b).abs()));
            }
        }
        // unless they come to rest before, samplers give up as ever
        if let Err(error) = model.with_step_limit(1000).solve(&rates, start, &[0.0, 1e9]) {
            assert_eq!(error.rejection(), Some("too many steps"));
            given_up += 1;
        }
    }
    println!("{worst:e}, {given_up} given up");
    assert!(worst < 1e-5 && given_up > 10, "{worst:e}, {given_up}");
}
