//! The contact process on the square lattice: full sites fill each empty neighbour at rate lambda and
//! die at rate 1. Thresholds at orders 1, 2 and 3 from the derived equations, and the density over
//! time beside the exact process. The true threshold is at lambda = 0.4122 (Monte Carlo).

#![allow(clippy::print_stdout, reason = "an example talks")]

mod common;

use common::{Arguments, Outcome, model, simulation, times};
use mean_cluster::closures::{MaximumEntropy, MeanField, PairFactorization};
use mean_cluster::figures::{CurvePanel, curves};
use mean_cluster::hierarchy_ode::{ClosedHierarchy, Hierarchy, Lattice, Rule, Species};
use mean_cluster::kinetic::KineticEnsemble;

fn main() -> Outcome {
    let arguments = Arguments::read();
    let species = Species::new(&["0", "1"])?;
    let rules =
        [Rule::change_beside("0", "1", "1").rate("lambda"), Rule::change("1", "0").rate("death")];
    let derive = |order| Hierarchy::derive(Lattice::square(), species.clone(), &rules, order);
    println!("{}", derive(2)?.to_text());
    let closed = [
        ("order 1, mean field", ClosedHierarchy::new(derive(1)?, MeanField)?),
        ("order 2, pairs", ClosedHierarchy::new(derive(2)?, PairFactorization)?),
        ("order 3, entropy", ClosedHierarchy::new(derive(3)?, MaximumEntropy::default())?),
    ];
    for (name, closed) in &closed {
        let high = [("lambda", 1.0), ("death", 1.0)];
        let active = closed.random_start(&[0.3, 0.7])?;
        let constants = closed.hierarchy().rates_by_name(&high)?;
        let threshold = closed.threshold(&constants, "lambda", "C1", &active)?;
        println!("{name}: threshold at lambda = {:.9}", threshold.rate);
    }
    println!("Monte Carlo in the literature: 0.4122");

    let times = times(20.0, 40);
    let mut panels = Vec::new();
    for lambda in [0.38, 0.6] {
        let named = [("lambda", lambda), ("death", 1.0)];
        let hierarchy = derive(1)?;
        let side = arguments.choose(100, 40);
        let process =
            KineticEnsemble::new(&hierarchy, &[side, side], &hierarchy.rates_by_name(&named)?)?;
        let runs = arguments.choose(40, 4);
        let means = process.means(&[0.5, 0.5], &times, runs, 1)?;
        let mut all = Vec::new();
        for (name, closed) in &closed {
            let start = closed.random_start(&[0.5, 0.5])?;
            let solution =
                closed.solve(&closed.hierarchy().rates_by_name(&named)?, &start, &times)?;
            all.push(model(name, &solution, "C1")?);
        }
        all.push(simulation(&means, "C1")?);
        let (title, y) = (format!("lambda = {lambda}"), "density of full sites".to_owned());
        panels.push(CurvePanel { title, y, curves: all });
    }
    let figure = curves("t (mean life of a full site)", &panels)?;
    arguments.save(figure.titled("The contact process on the square lattice"), "contact_process")
}
