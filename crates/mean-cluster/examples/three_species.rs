//! Three species on the triangular lattice: Ni, Mn and Co, ordered on three sublattices at first,
//! mix by swaps of different rates. Closed at order 2 and 3 beside the exact process.

#![allow(clippy::print_stdout, reason = "an example talks")]

mod common;

use common::{Arguments, Outcome, deviation, model, simulation, times};
use mean_cluster::closures::{MaximumEntropy, PairFactorization};
use mean_cluster::figures::{CurvePanel, curves};
use mean_cluster::hierarchy_ode::{ClosedHierarchy, Hierarchy, Lattice, Rule, Species};
use mean_cluster::kinetic::KineticEnsemble;

fn main() -> Outcome {
    let arguments = Arguments::read();
    let species = Species::new(&["Ni", "Mn", "Co"])?;
    let swaps = [
        Rule::exchange("Ni", "Mn").rate("NiMn"),
        Rule::exchange("Ni", "Co").rate("NiCo"),
        Rule::exchange("Mn", "Co").rate("MnCo"),
    ];
    let named = [("NiMn", 1.0), ("NiCo", 0.3), ("MnCo", 0.1)];
    let second = Hierarchy::derive(Lattice::triangular(), species.clone(), &swaps, 2)?;
    println!("{}", second.to_text());

    let side = 24;
    let process = KineticEnsemble::new(&second, &[side, side], &second.rates_by_name(&named)?)?;
    let ordered: Vec<u8> =
        (0..side * side).map(|site| ((site / side + 2 * (site % side)) % 3) as u8).collect();
    let times = times(3.0, 30);
    let start = |_: &mut _| Ok(ordered.clone());
    let means = process.means_from(&start, &times, arguments.choose(300, 10), 1)?;

    let mut solutions = Vec::new();
    let third = Hierarchy::derive(Lattice::triangular(), species, &swaps, 3)?;
    println!("order 3: {} equations", third.equations().len());
    let constants = third.rates_by_name(&named)?;
    let closed = ClosedHierarchy::new(second, PairFactorization)?;
    let start = closed.counted_start(process.lattice(), &ordered)?;
    let constants_2 = closed.hierarchy().rates_by_name(&named)?;
    solutions.push(("order 2, pairs", closed.solve(&constants_2, &start, &times)?));
    let closed = ClosedHierarchy::new(third, MaximumEntropy::new(1e-9, 10_000)?)?;
    let start = closed.counted_start(process.lattice(), &ordered)?;
    solutions.push(("order 3, entropy", closed.solve(&constants, &start, &times)?));

    let mut panels = Vec::new();
    let pairs = ["C(Ni Ni)", "C(Mn Mn)", "C(Co Co)", "C(Ni Mn)"];
    for cluster in pairs {
        let data = simulation(&means, cluster)?;
        let mut all = Vec::new();
        for (name, solution) in &solutions {
            let curve = model(name, solution, cluster)?;
            let (off, error) = deviation(&curve, &data);
            println!("{cluster}, {name}: {off:.2e} off in the mean (standard error {error:.1e})");
            all.push(curve);
        }
        all.push(data);
        let (title, y) = (cluster.to_owned(), "concentration".to_owned());
        panels.push(CurvePanel { title, y, curves: all });
    }
    let figure = curves("t (1/rate of Ni-Mn swaps)", &panels)?;
    arguments.save(figure.titled("Ni, Mn and Co mix by swaps"), "three_species")
}
