//! What order 3 gains: the triangular lattice, two species, from a random start, closed at order 2 by
//! the pair approximation and at order 3 by four-site closures, against the exact process of the same
//! rules. Once with rates that order the lattice (like neighbours become unlike), once with rates that
//! do not (a voter model with noise).

#![allow(clippy::print_stdout, reason = "an example talks")]

mod common;

use common::{Arguments, Outcome, deviation, model, simulation, times};
use mean_cluster::closures::{MaximumEntropy, PairFactorization, RegionFactorization};
use mean_cluster::figures::{CurvePanel, curves};
use mean_cluster::hierarchy_ode::{ClosedHierarchy, Hierarchy, Lattice, Rule, Species};
use mean_cluster::kinetic::KineticEnsemble;

struct Case<'a> {
    title: &'a str,
    rules: &'a [Rule],
    named: &'a [(&'a str, f64)],
}

fn main() -> Outcome {
    let arguments = Arguments::read();
    // like pairs become unlike, and now and then the other way; atoms also change places
    let ordering = [
        Rule::pair(["+", "+"], ["+", "-"]).rate("a"),
        Rule::pair(["-", "-"], ["-", "+"]).rate("b"),
        Rule::pair(["+", "-"], ["+", "+"]).rate("c"),
        Rule::pair(["+", "-"], ["-", "-"]).rate("d"),
        Rule::exchange("+", "-").rate("swap"),
    ];
    let orders = [("a", 0.5), ("b", 1.0), ("c", 0.05), ("d", 0.05), ("swap", 0.1)];
    let voter = [
        Rule::pair(["+", "-"], ["+", "+"]).rate("c"),
        Rule::pair(["+", "-"], ["-", "-"]).rate("d"),
        Rule::change("+", "-").rate("e"),
        Rule::change("-", "+").rate("f"),
        Rule::exchange("+", "-").rate("swap"),
    ];
    let does_not = [("c", 1.0), ("d", 0.8), ("e", 0.2), ("f", 0.3), ("swap", 0.1)];
    let cases = [
        Case { title: "rates that order", rules: &ordering, named: &orders },
        Case { title: "rates that do not", rules: &voter, named: &does_not },
    ];
    let mut panels = Vec::new();
    for Case { title, rules, named } in cases {
        let species = Species::new(&["+", "-"])?;
        let derive =
            |order| Hierarchy::derive(Lattice::triangular(), species.clone(), rules, order);
        let hierarchy = derive(2)?;
        let side = arguments.choose(120, 24);
        let process =
            KineticEnsemble::new(&hierarchy, &[side, side], &hierarchy.rates_by_name(named)?)?;
        let times = times(6.0, 40);
        let start = [0.5, 0.5];
        let runs = arguments.choose(150, 10);
        let means = process.means(&start, &times, runs, 1)?;
        let data = simulation(&means, "C+-")?;
        println!("{title}: {runs} runs, {} events", means.events());
        let closed = [
            ("order 2, pairs", ClosedHierarchy::new(hierarchy, PairFactorization)?),
            ("order 3, regions", ClosedHierarchy::conserving(derive(3)?, RegionFactorization)?),
            ("order 3, entropy", ClosedHierarchy::new(derive(3)?, MaximumEntropy::default())?),
        ];
        let mut all = Vec::new();
        let mut first = None;
        for (name, closed) in &closed {
            let from = closed.random_start(&start)?;
            let solution =
                closed.solve(&closed.hierarchy().rates_by_name(named)?, &from, &times)?;
            let curve = model(name, &solution, "C+-")?;
            let (off, error) = deviation(&curve, &data);
            let gain = *first.get_or_insert(off) / off;
            println!(
                "  {name}: C+- is {off:.2e} off in the mean (standard error {error:.1e}), {gain:.1} \
                 times less than at order 2"
            );
            all.push(curve);
        }
        all.push(data);
        let y = "C+-".to_owned();
        panels.push(CurvePanel { title: title.to_owned(), y, curves: all });
    }
    let figure = curves("t (1/rate)", &panels)?;
    arguments.save(figure.titled("Order 2 and order 3 against Monte Carlo"), "third_order")
}
