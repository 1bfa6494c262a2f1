//! The paper's equations, found by the machine: (5a) to (5c) of Ahmadi, Foster and Protas 2022 from
//! "swaps on the triangular lattice", printed; and, with the one rate that real swaps have, closed
//! at order 2 and 3 and held against the exact process from the ordered state at x = 1/3.

#![allow(clippy::print_stdout, reason = "an example talks")]

mod common;

use common::{Arguments, Outcome, model, simulation, times};
use mean_cluster::closures::{MaximumEntropy, PairFactorization};
use mean_cluster::figures::{CurvePanel, curves};
use mean_cluster::hierarchy_ode::{ClosedHierarchy, Hierarchy, Lattice, Rule, Species};
use mean_cluster::kinetic::KineticEnsemble;

fn main() -> Outcome {
    let arguments = Arguments::read();
    let species = Species::new(&["+", "-"])?;
    let classes = [Rule::exchange("+", "-").by_class()];
    let paper = Hierarchy::derive(Lattice::triangular(), species.clone(), &classes, 2)?;
    println!("With a rate constant for each directed class, as in the paper:\n{}", paper.to_text());

    // one swap has one rate: the same rule without classes
    let swap = [Rule::exchange("+", "-")];
    let derive = |order| Hierarchy::derive(Lattice::triangular(), species.clone(), &swap, order);
    let (second, third) = (derive(2)?, derive(3)?);
    println!("With one rate:\n{}", second.to_text());

    // the ordered state: (-) on one of three sublattices
    let side = 24;
    let process = KineticEnsemble::new(&second, &[side, side], &[1.0])?;
    let minus = |site: usize| (site / side + 2 * (site % side)).is_multiple_of(3);
    let ordered: Vec<u8> = (0..side * side).map(|site| u8::from(minus(site))).collect();
    let times = times(1.5, 30);
    let runs = arguments.choose(400, 20);
    let start = |_: &mut _| Ok(ordered.clone());
    let means = process.means_from(&start, &times, runs, 1)?;
    println!("{runs} runs, {} swaps", means.events());

    let mut solutions = Vec::new();
    for (name, hierarchy) in [("order 2, pairs", second), ("order 3, entropy", third)] {
        let closed = match hierarchy.order() {
            2 => ClosedHierarchy::new(hierarchy, PairFactorization)?,
            _ => ClosedHierarchy::new(hierarchy, MaximumEntropy::default())?,
        };
        let start = closed.counted_start(process.lattice(), &ordered)?;
        solutions.push((name, closed.solve(&[1.0], &start, &times)?));
    }
    let mut panels = Vec::new();
    for cluster in ["C++", "C--", "C+-"] {
        let data = simulation(&means, cluster)?;
        let mut all = Vec::new();
        for (name, solution) in &solutions {
            let curve = model(name, solution, cluster)?;
            let (off, error) = common::deviation(&curve, &data);
            println!("{cluster}, {name}: {off:.2e} off in the mean (standard error {error:.1e})");
            all.push(curve);
        }
        all.push(data);
        let (title, y) = (cluster.to_owned(), "concentration".to_owned());
        panels.push(CurvePanel { title, y, curves: all });
    }
    let figure = curves("t (1/rate of a swap)", &panels)?;
    arguments.save(figure.titled("Swaps of one rate from the ordered state"), "paper_system")
}
