//! The exact process in the long run and event by event: its stationary law against the master
//! equation of a tiny lattice, its waiting times against the exponential law, its rates on a lattice
//! of eight neighbours against enumeration.

use crate::common;
use hierarchy_ode::{Hierarchy, Lattice, Rule, Site, Species};
use lattice_core::{KineticRun, RuleProcess};
use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64;

const SITES: usize = 6;
const SPREAD: f64 = 0.9;
const WALK: f64 = 0.4;

fn ring() -> Lattice {
    let near = [[1, 0, 0], [-1, 0, 0]].map(Site::at).to_vec();
    Lattice::new("ring", 1, vec![near]).unwrap()
}

/// Rates of the rules on the ring: on, spread (for each neighbour), off, walk. Without detailed
/// balance, so that the stationary law is no product and no Boltzmann law.
fn process() -> RuleProcess {
    let rules = [
        Rule::change("0", "1").rate("on"),
        Rule::pair(["0", "1"], ["1", "1"]).rate("spread"),
        Rule::change("1", "0").rate("off"),
        Rule::pair(["1", "1"], ["0", "0"]).rate("annihilation"),
        Rule::exchange("0", "1").rate("walk"),
    ];
    let species = Species::new(&["0", "1"]).unwrap();
    let hierarchy = Hierarchy::derive(ring(), species, &rules, 2).unwrap();
    let rate = |name: &String| match name.as_str() {
        "on" => 0.2,
        "spread" => SPREAD,
        "off" => 0.6,
        "annihilation" => 0.5,
        _ => WALK,
    };
    let rates: Vec<f64> = hierarchy.all_rates().iter().map(rate).collect();
    common::process(&hierarchy, &[SITES], &rates)
}

/// The stationary law of all 2^6 configurations (site i is bit i), from the rules written down
/// again: the flow between configurations, iterated until it stands still.
fn stationary(spread: f64, walk: f64) -> Vec<f64> {
    let all = 1_usize << SITES;
    let mut flow = Vec::new();
    for code in 0..all {
        let at = |site: usize| code >> (site % SITES) & 1;
        for site in 0..SITES {
            let (own, next) = (1 << site, 1 << ((site + 1) % SITES));
            if at(site) == 0 {
                let near = at(site + 1) + at(site + SITES - 1);
                flow.push((code, code ^ own, 0.2 + spread * near as f64));
            } else {
                flow.push((code, code ^ own, 0.6));
            }
            match (at(site), at(site + 1)) {
                (1, 1) => flow.push((code, code ^ own ^ next, 0.5)),
                (0, 0) => {}
                _ => flow.push((code, code ^ own ^ next, walk)),
            }
        }
    }
    let mut p = vec![1.0 / all as f64; all];
    for _ in 0..10_000 {
        let mut change = vec![0.0; all];
        for &(from, to, rate) in &flow {
            change[from] -= rate * p[from];
            change[to] += rate * p[from];
        }
        let step = change.iter().fold(0.0_f64, |most, c| most.max(c.abs()));
        p.iter_mut().zip(change).for_each(|(p, c)| *p += 0.05 * c);
        if step < 1e-15 {
            return p;
        }
    }
    panic!("the law does not stand still");
}

fn chi_squared(counts: &[u64], law: &[f64]) -> f64 {
    let all = counts.iter().sum::<u64>() as f64;
    counts.iter().zip(law).map(|(n, p)| (*n as f64 - p * all).powi(2) / (p * all)).sum()
}

#[test]
fn the_stationary_law_is_that_of_the_master_equation() {
    // 63 degrees of freedom, level 1e-3
    const LIMIT: f64 = 103.44;
    let process = process();
    let mut rng = Pcg64::seed_from_u64(21);
    let mut run = process.start(vec![0; SITES]).unwrap();
    let mut counts = vec![0_u64; 1 << SITES];
    for sample in 1..=40_000 {
        // correlations die out at a rate of 1 or so: samples are independent
        run.advance_to(10.0 * f64::from(sample), &mut rng).unwrap();
        counts[run.states().iter().rev().fold(0, |code, s| 2 * code + usize::from(*s))] += 1;
    }
    let right = chi_squared(&counts, &stationary(SPREAD, WALK));
    assert!(right < LIMIT, "{right}");
    // and it would see wrong rates, and an exchange that went one way only
    for (spread, walk) in [(0.9 * SPREAD, WALK), (SPREAD, 0.5 * WALK), (0.5 * SPREAD, WALK)] {
        let wrong = chi_squared(&counts, &stationary(spread, walk));
        assert!(wrong > LIMIT, "{spread} {walk}: {wrong}");
    }
}

/// The time to the next event: the first number that a run draws, whatever time it is sent to, so
/// that bisection between clones finds it.
fn waiting_time(run: &KineticRun<'_>, rng: &Pcg64) -> f64 {
    let (now, events) = (run.time(), run.events());
    let happens = |wait: f64| {
        let (mut run, mut rng) = (run.clone(), rng.clone());
        run.advance_to(now + wait, &mut rng).unwrap();
        run.events() > events
    };
    let (mut before, mut after) = (0.0, 1.0 / run.total_rate());
    while !happens(after) {
        after *= 2.0;
    }
    while after - before > 1e-6 * after {
        let middle = 0.5 * (before + after);
        if happens(middle) { after = middle } else { before = middle }
    }
    after
}

/// Largest distance between the empirical and the exponential law (Kolmogorov and Smirnov), where
/// the mean is 1 / `factor`.
fn distance(sorted: &[f64], factor: f64) -> f64 {
    let n = sorted.len() as f64;
    let off = sorted.iter().enumerate().map(|(i, wait)| {
        let law = -libm::expm1(-factor * wait);
        (law - i as f64 / n).abs().max(((i + 1) as f64 / n - law).abs())
    });
    off.fold(0.0, f64::max)
}

#[test]
fn waiting_times_are_exponential_whatever_the_configuration() {
    const NUMBER: usize = 5000;
    let process = process();
    let mut rng = Pcg64::seed_from_u64(22);
    let mut run = process.start(vec![0; SITES]).unwrap();
    let mut waits = Vec::new();
    let mut rates = Vec::new();
    while waits.len() < NUMBER {
        let wait = waiting_time(&run, &rng);
        waits.push(wait * run.total_rate()); // of mean 1 in every configuration
        rates.push(run.total_rate());
        let events = run.events();
        run.advance_to(run.time() + wait, &mut rng).unwrap();
        assert!(run.events() > events);
    }
    rates.sort_by(f64::total_cmp);
    assert!(rates[NUMBER / 10] < 0.7 * rates[9 * NUMBER / 10], "rates hardly differ");
    waits.sort_by(f64::total_cmp);
    // level 1e-3: 1.9495 / sqrt(n)
    let limit = 1.9495 / (NUMBER as f64).sqrt();
    let found = distance(&waits, 1.0);
    assert!(found < limit, "{found} {limit}");
    for wrong in [0.9, 1.1] {
        assert!(distance(&waits, wrong) > limit, "a rate wrong by 10 % is not seen");
    }
}

/// Eight neighbours, the most for which rates by their number are derived.
#[test]
fn rates_by_number_of_neighbours_on_the_body_centred_cubic_lattice() {
    let up = |count: usize| 0.1 + 0.3 * (count * count) as f64;
    let down = |count: usize| 2.0 / (1.0 + count as f64);
    let rules = [
        Rule::change_by_count("0", "1", "1").rate("up"),
        Rule::change_by_count("1", "0", "1").rate("down"),
    ];
    let species = Species::new(&["0", "1"]).unwrap();
    let hierarchy = Hierarchy::derive(Lattice::body_centred_cubic(), species, &rules, 1).unwrap();
    let rate = |name: &String| match name.strip_prefix("up") {
        Some(count) => up(count.parse().unwrap()),
        None => down(name["down".len()..].parse().unwrap()),
    };
    assert_eq!(hierarchy.all_rates().len(), 18);
    let rates: Vec<f64> = hierarchy.all_rates().iter().map(rate).collect();
    let process = common::process(&hierarchy, &[4, 5, 4], &rates);
    let lattice = process.lattice();
    let mut rng = Pcg64::seed_from_u64(23);
    let states = (0..lattice.sites()).map(|_| u8::from(rng.random::<f64>() < 0.4)).collect();
    let mut run = process.start(states).unwrap();
    for step in 1..=200 {
        let expected: f64 = (0..lattice.sites())
            .map(|site| {
                let near = lattice.neighbours(site);
                let count = near.filter(|near| run.states()[*near] == 1).count();
                if run.states()[site] == 0 { up(count) } else { down(count) }
            })
            .sum();
        let found = run.total_rate();
        assert!((found - expected).abs() < 1e-9 * expected, "{step}: {found} {expected}");
        run.advance_to(0.01 * f64::from(step), &mut rng).unwrap();
    }
    assert!(run.events() > 100, "{} events", run.events());
}
