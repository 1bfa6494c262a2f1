//! Closures of windows against those of triplets, where both have the same formula, and what a task
//! refuses.

use closures::cluster_stats::lattice_core::{Lattice, Site, Species};
use closures::cluster_stats::{ClusterTypes, PairConcentrations, Pattern};
use closures::{
    Closure, ClosureError, ClosureTask, ClusterClosure, FromTriplets, MaximumEntropy, MeanField,
    PairApproximation, PairFactorization, PlainPairApproximation, RegionFactorization,
};

/// Types of up to three sites, and the patterns on three.
fn types(lattice: Lattice, names: &[&str]) -> (ClusterTypes, Vec<Pattern>) {
    let species = Species::new(names).unwrap();
    let types = ClusterTypes::connected(lattice, species, 3).unwrap();
    let larger = types.iter().filter(|one| one.pattern.sites().len() == 3);
    let needed = larger.map(|one| one.pattern.clone()).collect();
    (types, needed)
}

/// The values for all patterns of three sites of two species with these pairs.
fn values(closure: &dyn ClusterClosure, pairs: &PairConcentrations) -> Vec<f64> {
    let (types, needed) = types(Lattice::triangular(), &["+", "-"]);
    let mut task = ClosureTask::new(&types, 2, &needed);
    let prepared = closure.prepare(&mut task).unwrap();
    let part = |pattern: &Pattern| match *pattern.species() {
        [0] => pairs.plus(),
        [1] => pairs.minus(),
        [0, 0] => pairs.plus_plus,
        [1, 1] => pairs.minus_minus,
        _ => pairs.plus_minus,
    };
    let parts: Vec<f64> = task.into_parts().iter().map(part).collect();
    let mut values = vec![f64::NAN; needed.len()];
    prepared.evaluate(&parts, &mut values).unwrap();
    values
}

#[test]
fn windows_and_triplets_have_one_maximum_entropy_and_one_pair_approximation() {
    for (minus, unlike) in [(0.5, 0.2), (0.3, 0.1), (0.4, 0.3), (1.0 / 3.0, 0.32), (0.1, 0.001)] {
        let pairs = PairConcentrations::of_composition(minus, unlike);
        let entropy = MaximumEntropy::default();
        let same: [(&dyn ClusterClosure, &dyn ClusterClosure, f64); 3] = [
            (&entropy, &FromTriplets::new(entropy), 1e-12),
            (&PairFactorization, &FromTriplets::new(PairApproximation), 1e-15),
            (&RegionFactorization, &FromTriplets::new(PairApproximation), 1e-15),
        ];
        for (window, triplets, off) in same {
            let (window, triplets) = (values(window, &pairs), values(triplets, &pairs));
            assert_eq!(window.len(), 16);
            for (one, other) in window.iter().zip(&triplets) {
                assert!((one - other).abs() < off, "{minus} {unlike}: {one} {other}");
            }
        }
    }
    let pairs = PairConcentrations::of_composition(0.25, 0.1);
    let densities = values(&MeanField, &pairs);
    assert!(densities.contains(&(0.75 * 0.75 * 0.25)));
    // the same closure goes through both traits
    assert!(entropy_of_triplets(&MaximumEntropy::default(), &pairs).is_ok());
}

fn entropy_of_triplets(
    closure: &dyn Closure,
    pairs: &PairConcentrations,
) -> Result<(), ClosureError> {
    closure.triplets(pairs).map(drop)
}

#[test]
fn what_a_task_does_not_hold_is_refused() {
    let (of_three, needed) = types(Lattice::square(), &["A", "B", "C"]);
    let mut task = ClosureTask::new(&of_three, 2, &needed);
    let at = |x, y| Site::at([x, y, 0]);
    assert!(task.knows(&[at(0, 0), at(1, 0)]) && !task.knows(&[at(0, 0), at(1, 1)]));
    let part = task.part(&[(at(4, 4), 2), (at(4, 5), 0)]).unwrap();
    assert_eq!(task.part(&[(at(0, 1), 2), (at(0, 0), 0)]).unwrap(), part);
    let error = task.part(&[(at(0, 0), 2), (at(1, 1), 0)]).unwrap_err();
    assert!(matches!(error, ClosureError::UnknownPart { order: 2, .. }), "{error}");
    let error = FromTriplets::new(PairApproximation).prepare(&mut task).err();
    assert!(matches!(error, Some(ClosureError::DoesNotFit { .. })), "{error:?}");
    // nobody said which site changes
    let error = PlainPairApproximation.prepare(&mut task).err();
    assert!(matches!(error, Some(ClosureError::UnknownPart { .. })), "{error:?}");
    // at order 3 the ends of a chain are known too, though they are no neighbors
    assert!(ClosureTask::new(&of_three, 3, &needed).knows(&[at(0, 0), at(1, 1)]));
    for bad in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        let error = MaximumEntropy::new(bad, 10).unwrap_err();
        assert!(matches!(error, ClosureError::InvalidSetting { .. }), "{error}");
    }
}
