#![allow(missing_docs, clippy::unwrap_used, clippy::print_stdout)]
use closures::*;
use cluster_stats::*;
use hierarchy_ode::*;
use std::hint::black_box;
fn main() {
    let records = (0..=60).map(|i| {
        let t = f64::from(i) / 60.0;
        let mut concentrations = Concentrations::random_lattice(1.0 / 3.0);
        concentrations.pairs = PairConcentrations::of_composition(1.0 / 3.0, 2.0 / 9.0 + 0.08 * t);
        Record { time: t, temperature: None, energy_per_site: None, concentrations }
    });
    let data = Trajectory::new(records.collect()).unwrap();
    let rates = RateConstants::from_array([0.9, 0.7, 0.3, 0.4, 0.2, 0.5, 0.6, 0.8]).unwrap();
    let model = ClosedModel::published(PairApproximation);
    let m = Misfit::new(&model, &data).unwrap();
    for _ in 0..1_000_000 {
        black_box(m.evaluate(black_box(&rates)).unwrap());
    }
}
