//! Every closure of the crate keeps what it should keep, and a bad one is caught.

use crate::common;
use closures::{
    Closure, ClosureError, Convention, Exponents, OptimalApproximation, PairApproximation,
    Property, SparseApproximation, WithPathShares, check_contract, from_fn,
};
use cluster_stats::{
    PairConcentrations, PairType, Shape, SumRule, TripletConcentrations, TripletType,
};
use proptest::prelude::*;
use std::sync::atomic::{AtomicU64, Ordering};

fn rules(of: impl Fn(Shape, bool) -> bool) -> Vec<Property> {
    let wanted = |rule: &SumRule| match rule {
        SumRule::ShapeSum(shape) => of(*shape, true),
        SumRule::Marginal(shape, _) => of(*shape, false),
        SumRule::PairSum => false,
    };
    SumRule::all().filter(wanted).map(Property::Rule).collect()
}

fn defined_and_vanishing(vanishes: bool) -> Vec<Property> {
    let defined = PairType::ALL.map(Property::DefinedWithout);
    let vanishing = PairType::ALL.map(Property::VanishesWith);
    defined.into_iter().chain(vanishing.into_iter().filter(|_| vanishes)).collect()
}

#[track_caller]
fn keeps<C: Closure + ?Sized>(closure: &C, claims: Vec<Property>, tolerance: f64) {
    let report = check_contract(closure, 3000);
    assert_eq!(report.samples, 6000);
    let violations = report.violations(claims, tolerance);
    assert!(violations.is_empty(), "{violations:#?}");
}

#[track_caller]
fn breaks<C: Closure + ?Sized>(closure: &C, properties: Vec<Property>, by: f64) {
    let report = check_contract(closure, 3000);
    for property in properties {
        assert!(!report.holds(property, by), "{property} holds:\n{report}");
    }
}

#[test]
fn the_pair_approximation_keeps_all_but_the_rules_of_triangles() {
    let chains = rules(|shape, _| shape.is_chain());
    assert_eq!(chains.len(), 2 + 8);
    let mut claims = vec![Property::Symmetric, Property::NonNegative];
    claims.extend(chains);
    claims.extend(defined_and_vanishing(true));
    keeps(&PairApproximation, claims, 2e-15);
    breaks(&PairApproximation, rules(|shape, _| !shape.is_chain()), 0.05);
}

#[test]
fn the_sparse_approximation_is_symmetric_and_sums_to_too_much() {
    let mut claims = vec![Property::Symmetric, Property::NonNegative];
    claims.extend(defined_and_vanishing(false));
    keeps(&SparseApproximation, claims, 0.0);
    breaks(&SparseApproximation, rules(|_, _| true), 0.1);
    breaks(&SparseApproximation, vec![Property::VanishesWith(PairType::PlusPlus)], 0.1);
    // but every triplet with an unlike bond is C+-
    keeps(&SparseApproximation, vec![Property::VanishesWith(PairType::PlusMinus)], 0.0);
}

#[test]
fn optimal_approximations_are_positive_and_keep_no_rule() {
    let half = OptimalApproximation::published_one_half();
    let third = OptimalApproximation::published_one_third();
    for closure in [&half.0, &third.0] {
        keeps(closure, vec![Property::NonNegative], 0.0);
        breaks(closure, rules(|_, _| true), 0.01);
        breaks(closure, vec![Property::Symmetric], 0.01);
    }
    let defined = PairType::ALL.map(Property::DefinedWithout);
    keeps(&half.0, defined.to_vec(), 0.0);
    // its `++-` is C++^2 / C-, which has no value among (+) alone
    breaks(&third.0, vec![Property::DefinedWithout(PairType::PlusMinus)], f64::MAX);
    let alone = third.triplets(&PairConcentrations::of_composition(0.0, 0.0)).unwrap_err();
    assert!(matches!(
        alone,
        ClosureError::ZeroConcentration { triplet: TripletType::LinPpm, concentration: "C-", .. }
    ));
}

#[test]
fn the_adaptors_keep_what_a_factor_keeps() {
    let mut claims = vec![Property::Symmetric, Property::NonNegative];
    claims.extend(defined_and_vanishing(true));
    keeps(&WithPathShares(PairApproximation), claims.clone(), 2e-15);
    breaks(&WithPathShares(PairApproximation), rules(|_, _| true), 0.1);
    let own = from_fn(|pairs: &PairConcentrations| PairApproximation.triplets(pairs).unwrap());
    claims.extend(rules(|shape, _| shape.is_chain()));
    keeps(&own, claims, 2e-15);
}

#[test]
fn closures_of_all_kinds_live_in_one_list() {
    let shares: Box<dyn Closure> = Convention::AsPublished.apply(SparseApproximation);
    let own = from_fn(|pairs| TripletConcentrations::random_lattice(pairs.minus()));
    let shared = std::sync::Arc::new(OptimalApproximation::published_one_third());
    let list: [&dyn Closure; 5] =
        [&PairApproximation, &SparseApproximation, &shares, &own, &shared];
    let sums: Vec<f64> = list
        .iter()
        .map(|closure| check_contract(*closure, 100))
        .map(|report| report.of(Property::Rule(SumRule::ShapeSum(Shape::Linear))).unwrap().residual)
        .collect();
    assert!(sums[0] < 1e-15 && sums[3] < 1e-15, "{sums:?}");
    assert!([1, 2, 4].iter().all(|&i| sums[i] > 0.1), "{sums:?}");
}

/// Counts its calls, gives an error among (+) alone, and a negative value.
#[derive(Default)]
struct Broken {
    calls: AtomicU64,
}

impl Closure for Broken {
    fn triplets(&self, pairs: &PairConcentrations) -> Result<TripletConcentrations, ClosureError> {
        if pairs.minus() == 0.0 {
            let triplet = TripletType::LinMmm;
            return Err(ClosureError::NotFinite { triplet, value: f64::NAN, pairs: *pairs });
        }
        let calls = self.calls.fetch_add(1, Ordering::Relaxed) as f64;
        let mut triplets = SparseApproximation.triplets(pairs)?;
        triplets[TripletType::AngMpm] += 1e-9 * calls;
        triplets[TripletType::TriMmm] = -0.25;
        Ok(triplets)
    }
}

#[test]
fn a_broken_closure_is_caught_property_by_property() {
    let report = check_contract(&Broken::default(), 300);
    assert!(!report.holds(Property::Pure, 1e6));
    assert!(report.holds(Property::Defined, 0.0));
    assert!(!report.holds(Property::DefinedWithout(PairType::PlusMinus), 1e6));
    assert_eq!(report.of(Property::NonNegative).unwrap().residual, 0.25);
    assert_eq!(report.smallest, -0.25);
    assert!(!report.holds(Property::Symmetric, 0.1));
    assert_eq!(report.errors, 2); // the end of two edges
    let violations = report.violations([], 0.0);
    assert_eq!(violations.len(), 1, "{violations:?}");
    assert!(report.to_string().contains("pure"), "{report}");
}

#[test]
fn a_function_that_gives_no_number_is_an_error_and_undefined() {
    let closure = from_fn(|pairs| {
        let mut triplets = TripletConcentrations::random_lattice(pairs.minus());
        triplets[TripletType::AngPmp] = (0.3 - pairs.plus_minus).sqrt();
        triplets
    });
    let error = closure.triplets(&PairConcentrations::of_composition(0.5, 0.32)).unwrap_err();
    assert!(matches!(error, ClosureError::NotFinite { triplet: TripletType::AngPmp, .. }));
    let report = check_contract(&closure, 300);
    let finding = report.of(Property::Defined).unwrap();
    assert!(finding.residual.is_infinite() && finding.error.is_some());
    assert!(!report.violations([], f64::MAX).is_empty());
}

#[test]
fn the_pair_approximation_is_exact_on_an_infinite_random_lattice() {
    for step in 0..=100 {
        let minus = f64::from(step) / 100.0;
        let pairs = PairConcentrations::random_lattice(minus);
        let found = PairApproximation.triplets(&pairs).unwrap();
        for (triplet, exact) in TripletConcentrations::random_lattice(minus).iter() {
            assert!((found[triplet] - exact).abs() < 5e-16, "{triplet} at x = {minus}");
        }
    }
}

proptest! {
    #![proptest_config(common::cases(256))]

    #[test]
    fn optimal_with_the_exponents_of_the_pair_approximation_is_the_pair_approximation(
        minus in 0.01..0.99_f64, share in 0.0..=1.0_f64
    ) {
        let optimal =
            OptimalApproximation::from_exponents(Exponents::of_pair_approximation).unwrap();
        let unlike = share * minus.min(1.0 - minus);
        let pairs = PairConcentrations::of_composition(minus, unlike);
        let expected = PairApproximation.triplets(&pairs).unwrap();
        for (triplet, value) in optimal.triplets(&pairs).unwrap().iter() {
            prop_assert!((value - expected[triplet]).abs() <= 1e-14, "{} {}", triplet, value);
        }
    }

    #[test]
    fn sparse_sums_to_one_and_four_unlike_in_every_shape(
        minus in 0.0..1.0_f64, share in 0.0..=1.0_f64
    ) {
        let pairs = PairConcentrations::of_composition(minus, share * minus.min(1.0 - minus));
        let triplets = SparseApproximation.triplets(&pairs).unwrap();
        let published = WithPathShares(SparseApproximation).triplets(&pairs).unwrap();
        for shape in Shape::ALL {
            let expected = 1.0 + 4.0 * pairs.plus_minus;
            prop_assert!((triplets.shape_sum(shape) - expected).abs() < 1e-15);
            let share = shape.path_share();
            prop_assert!((published.shape_sum(shape) - share * expected).abs() < 1e-15);
        }
    }
}
