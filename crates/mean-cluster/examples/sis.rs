//! SIS on a lattice: infection beta for each infected neighbour, recovery gamma. The textbook pair
//! equations of a regular lattice, derived, closed by mean field and by pairs, and the exact process,
//! on the triangular lattice, whose triangles the pair approximation does not see.

#![allow(clippy::print_stdout, reason = "an example talks")]

mod common;

use common::{Arguments, Outcome, deviation, model, simulation, times};
use mean_cluster::closures::{MaximumEntropy, MeanField, PairFactorization};
use mean_cluster::figures::{CurvePanel, curves};
use mean_cluster::hierarchy_ode::{ClosedHierarchy, Hierarchy, Lattice, Rule, Species};
use mean_cluster::kinetic::KineticEnsemble;

fn main() -> Outcome {
    let arguments = Arguments::read();
    let species = Species::new(&["S", "I"])?;
    let rules =
        [Rule::change_beside("S", "I", "I").rate("beta"), Rule::change("I", "S").rate("gamma")];
    let derive = |order| Hierarchy::derive(Lattice::triangular(), species.clone(), &rules, order);
    println!("{}", derive(2)?.to_text());
    let closed = [
        ("order 1, mean field", ClosedHierarchy::new(derive(1)?, MeanField)?),
        ("order 2, pairs", ClosedHierarchy::new(derive(2)?, PairFactorization)?),
        ("order 3, entropy", ClosedHierarchy::new(derive(3)?, MaximumEntropy::default())?),
    ];
    let named = [("beta", 0.4), ("gamma", 1.0)];
    let hierarchy = derive(2)?;
    let side = arguments.choose(80, 30);
    let process =
        KineticEnsemble::new(&hierarchy, &[side, side], &hierarchy.rates_by_name(&named)?)?;
    let times = times(12.0, 40);
    let start = [0.95, 0.05];
    let means = process.means(&start, &times, arguments.choose(60, 6), 1)?;
    let mut panels = Vec::new();
    for (cluster, title) in [("CI", "infected sites"), ("CSI", "pairs of S and I")] {
        let data = simulation(&means, cluster)?;
        let mut all = Vec::new();
        for (name, closed) in &closed {
            let from = closed.random_start(&start)?;
            let solution =
                closed.solve(&closed.hierarchy().rates_by_name(&named)?, &from, &times)?;
            if solution.of(cluster).is_err() {
                continue; // no pairs at order 1
            }
            let curve = model(name, &solution, cluster)?;
            let (off, error) = deviation(&curve, &data);
            println!("{cluster}, {name}: {off:.2e} off in the mean (standard error {error:.1e})");
            all.push(curve);
        }
        all.push(data);
        let y = "concentration".to_owned();
        panels.push(CurvePanel { title: title.to_owned(), y, curves: all });
    }
    let figure = curves("t (1/gamma)", &panels)?;
    arguments.save(figure.titled("SIS on the triangular lattice"), "sis")
}
