//! The closures of the field: each against its formula at a point worked by hand, what it keeps,
//! and the projection of any of them.

use closures::{
    Closure, ClosureError, ClusteringMixture, KirkwoodSuperposition, LogOdds, MaximumEntropy,
    NormalizedKirkwood, OptimalApproximation, PairApproximation, PowerOne, PowerTwo, Projected,
    Projection, Property, Reference, check_contract, from_fn,
};
use cluster_stats::{PairConcentrations, Shape, SumRule, TripletConcentrations, TripletType::*};

fn all() -> [(&'static str, Box<dyn Closure>); 7] {
    [
        ("pair", Box::new(PairApproximation)),
        ("kirkwood", Box::new(KirkwoodSuperposition)),
        ("mixture", Box::new(ClusteringMixture::default())),
        ("normalized", Box::new(NormalizedKirkwood)),
        ("entropy", Box::new(MaximumEntropy::default())),
        ("power 1", Box::new(PowerOne)),
        ("power 2", Box::new(PowerTwo)),
    ]
}

#[test]
fn every_one_is_exact_on_a_random_lattice_symmetric_and_pure() {
    for (name, closure) in all() {
        for percent in [1, 10, 25, 50, 66, 99] {
            let minus = f64::from(percent) / 100.0;
            let pairs = PairConcentrations::random_lattice(minus);
            let found = closure.triplets(&pairs).unwrap();
            for (kind, exact) in TripletConcentrations::random_lattice(minus).iter() {
                assert!((found[kind] - exact).abs() < 1e-14, "{name} {kind} at {minus}");
            }
        }
        let report = check_contract(&closure, 1000);
        assert!(report.violations([Property::Symmetric], 1e-14).is_empty(), "{name}: {report}");
    }
}

#[test]
fn values_are_those_worked_by_hand() {
    // C++ = 0.4, C-- = 0.2, C+- = 0.2; C+ = 0.6, C- = 0.4
    let pairs = PairConcentrations { plus_plus: 0.4, minus_minus: 0.2, plus_minus: 0.2 };
    let at = |closure: &dyn Closure, kind| closure.triplets(&pairs).unwrap()[kind];
    let cases: [(&dyn Closure, _, f64); 9] = [
        (&KirkwoodSuperposition, LinPpm, 0.4 * 0.2 * 0.2 / (0.6 * 0.6 * 0.4)),
        (&KirkwoodSuperposition, TriPpm, 0.4 * 0.2 * 0.2 / (0.6 * 0.6 * 0.4)),
        (&ClusteringMixture::default(), AngPpp, 0.6 * 0.16 / 0.6 + 0.4 * 0.064 / 0.216),
        // three corners in the middle: ++-, -++, +-+
        (&ClusteringMixture::new(0.0).unwrap(), TriPpm, (2.0 * 0.4 * 0.2 / 0.6 + 0.04 / 0.4) / 3.0),
        // apex + twice: C++ C+- C+- / (C+ S+-); apex -: C+- C+- C++ / (C- S++)
        (
            &NormalizedKirkwood,
            TriPpm,
            (2.0 * 0.016 / (0.6 * (0.4 * 0.2 / 0.6 + 0.2 * 0.2 / 0.4))
                + 0.016 / (0.4 * (0.16 / 0.6 + 0.04 / 0.4)))
                / 3.0,
        ),
        (&PowerOne, LinPmp, 0.6 * 0.2 + 0.6 * 0.2 - 0.36 * 0.4),
        (&PowerOne, TriPpp, 3.0 * 0.6 * 0.4 - 2.0 * 0.216),
        (&PowerTwo, AngPpm, 0.5 * (0.4 * 0.4 + 0.4 * 0.2 / 0.6 + 0.6 * 0.2 - 0.36 * 0.4)),
        (&PowerTwo, TriPpp, 0.5 * (3.0 * 0.16 / 0.6 - 0.216)),
    ];
    for (index, (closure, kind, expected)) in cases.into_iter().enumerate() {
        assert!((at(closure, kind) - expected).abs() < 1e-15, "case {index}: {kind}");
    }
}

fn rules(shape: Shape) -> Vec<Property> {
    let of_shape = |rule: &SumRule| match rule {
        SumRule::ShapeSum(of) | SumRule::Marginal(of, _) => *of == shape,
        SumRule::PairSum => false,
    };
    SumRule::all().filter(of_shape).map(Property::Rule).collect()
}

#[test]
fn each_keeps_what_its_file_says() {
    let holds = |closure: &dyn Closure, shapes: &[Shape], sign: bool| {
        let report = check_contract(closure, 2000);
        for shape in Shape::ALL {
            let kept = rules(shape).into_iter().all(|rule| report.holds(rule, 1e-13));
            assert_eq!(kept, shapes.contains(&shape), "{shape}: {report}");
        }
        assert_eq!(report.holds(Property::NonNegative, 0.0), sign, "{report}");
    };
    let chains = [Shape::Linear, Shape::Angled];
    holds(&MaximumEntropy::default(), &Shape::ALL, true);
    holds(&PowerOne, &Shape::ALL, false);
    holds(&NormalizedKirkwood, &chains, true);
    holds(&PowerTwo, &chains, false);
    holds(&KirkwoodSuperposition, &[], true);
    holds(&ClusteringMixture::default(), &[], true);
    let sum = Property::Rule(SumRule::ShapeSum(Shape::Triangular));
    assert!(check_contract(&NormalizedKirkwood, 2000).holds(sum, 1e-13));
    assert!(check_contract(&PowerTwo, 2000).holds(sum, 1e-13));
    assert!(!check_contract(&KirkwoodSuperposition, 2000).holds(sum, 0.01));
    assert!(ClusteringMixture::new(1.5).is_err() && ClusteringMixture::new(f64::NAN).is_err());
}

#[test]
fn the_projection_of_kirkwood_is_the_triangle_of_largest_entropy() {
    // Kirkwood's triangle is a product over pairs, so that its projection has no three-site term
    for (minus, unlike) in [(0.3, 0.25), (0.5, 0.3), (0.6, 0.1), (0.5, 0.333)] {
        let pairs = PairConcentrations::of_composition(minus, unlike);
        let projected = Projected(PairApproximation).triplets(&pairs).unwrap();
        let expected = MaximumEntropy::default().triplets(&pairs).unwrap();
        for (kind, value) in projected.iter() {
            assert!((value - expected[kind]).abs() < 1e-12, "{kind} at {pairs}");
        }
    }
}

#[test]
fn a_projection_keeps_marginals_and_odds_ratios_and_counts_its_sweeps() {
    let pairs = PairConcentrations::of_composition(0.42, 0.28);
    let raw = ClusteringMixture::default().triplets(&pairs).unwrap();
    let projection = Projection::of(&raw, &pairs).unwrap();
    let found = projection.triplets;
    for shape in Shape::ALL {
        let marginals = found.pair_marginals(shape).to_array();
        for (a, b) in marginals.into_iter().zip(pairs.to_array()) {
            assert!((a - b).abs() < 1e-13, "{shape}");
        }
    }
    let odds = |t: &TripletConcentrations| t[AngPpp] * t[AngMpm] / t[AngPpm].powi(2);
    assert!((odds(&found) / odds(&raw) - 1.0).abs() < 1e-11);
    assert!(projection.sweeps.iter().all(|sweeps| (2..200).contains(sweeps)), "{projection:?}");
    // what is right already stays
    let right = LogOdds::without_coefficients(Reference::TriangleRing).triplets(&pairs).unwrap();
    let again = Projection::of(&right, &pairs).unwrap();
    assert!(again.sweeps.iter().all(|sweeps| *sweeps <= 3), "{again:?}");
    for (kind, value) in again.triplets.iter() {
        assert!((value - right[kind]).abs() < 1e-14);
    }
}

#[test]
fn chains_alone_are_the_same_bits() {
    let closures: [Box<dyn Closure>; 10] = [
        Box::new(PairApproximation),
        Box::new(KirkwoodSuperposition),
        Box::new(ClusteringMixture::default()),
        Box::new(NormalizedKirkwood),
        Box::new(PowerOne),
        Box::new(PowerTwo),
        Box::new(MaximumEntropy::default()),
        Box::new(LogOdds::without_coefficients(Reference::TriangleRing)),
        Box::new(OptimalApproximation::published_one_third().0),
        Box::new(Projected(PowerOne)),
    ];
    for (minus, unlike) in [(0.3, 0.25), (0.42, 0.28), (0.5, 0.3), (0.6, 0.1)] {
        let pairs = PairConcentrations::of_composition(minus, unlike);
        for (index, closure) in closures.iter().enumerate() {
            let (all, chains) =
                (closure.triplets(&pairs).unwrap(), closure.chains(&pairs).unwrap());
            for (kind, value) in all.iter().filter(|(kind, _)| kind.shape().is_chain()) {
                assert_eq!(chains[kind].to_bits(), value.to_bits(), "closure {index}: {kind}");
            }
        }
    }
}

#[test]
fn the_projected_closure_is_what_sweeps_tend_to() {
    let raw = OptimalApproximation::published_one_half().0;
    for (minus, unlike) in [(0.3, 0.25), (0.42, 0.28), (0.5, 0.3), (0.6, 0.1), (0.5, 0.2)] {
        let pairs = PairConcentrations::of_composition(minus, unlike);
        let swept = Projection::of(&raw.triplets(&pairs).unwrap(), &pairs).unwrap();
        let found = Projected(&raw).triplets(&pairs).unwrap();
        let chains = Projected(&raw).chains(&pairs).unwrap();
        for (kind, value) in found.iter() {
            assert!((value - swept.triplets[kind]).abs() < 1e-12, "{kind} at {pairs}");
            assert!(!kind.shape().is_chain() || chains[kind] == value, "{kind} at {pairs}");
        }
    }
}

#[test]
fn zeros_where_a_triplet_is_needed_cannot_be_projected() {
    let hollow = from_fn(|pairs| {
        let mut triplets = PairApproximation.triplets(pairs).unwrap();
        triplets[LinPpp] = 0.0;
        triplets[LinPpm] = 0.0;
        triplets
    });
    let pairs = PairConcentrations::of_composition(0.4, 0.3);
    let error = Projected(hollow).triplets(&pairs).unwrap_err();
    assert!(
        matches!(error, ClosureError::NotProjectable { shape: Shape::Linear, residual, .. } if residual > 0.1),
        "{error}"
    );
}
