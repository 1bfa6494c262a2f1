//! Log-odds closures keep every marginal whatever their coefficients, and are what they claim.

use closures::{
    Closure, ClosureError, Features, LogOdds, MaximumEntropy, Monomials, OddsRatio,
    PairApproximation, Property, Reference, check_contract,
};
use cluster_stats::{PairConcentrations, TripletConcentrations, TripletType::*};

/// A generator of its own: xorshift64* (Marsaglia 2003, Vigna 2016).
struct Uniform(u64);

impl Uniform {
    fn next(&mut self) -> f64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 11) as f64 / (1_u64 << 53) as f64
    }
}

fn with_coefficients(reference: Reference, mut next: impl FnMut() -> f64) -> LogOdds {
    let rows = std::array::from_fn(|_| (0..3).map(|_| next()).collect());
    LogOdds::new(Monomials::default(), reference, &rows).unwrap()
}

/// The largest deviation of a marginal, written out anew.
fn residual(pairs: &PairConcentrations, t: &TripletConcentrations) -> f64 {
    let PairConcentrations { plus_plus: pp, minus_minus: mm, plus_minus: pm } = *pairs;
    let of_chain =
        |p3, p2m, mpm, m3, m2p, pmp| [p3 + p2m - pp, p2m + mpm - pm, m3 + m2p - mm, m2p + pmp - pm];
    let linear = of_chain(t[LinPpp], t[LinPpm], t[LinMpm], t[LinMmm], t[LinMmp], t[LinPmp]);
    let angled = of_chain(t[AngPpp], t[AngPpm], t[AngMpm], t[AngMmm], t[AngMmp], t[AngPmp]);
    let triangle =
        [t[TriPpp] + t[TriPpm] - pp, t[TriPpm] + t[TriMmp] - pm, t[TriMmm] + t[TriMmp] - mm];
    let all = linear.into_iter().chain(angled).chain(triangle);
    all.map(f64::abs).fold(0.0, f64::max)
}

fn keeps_marginals(closure: &(impl Closure + std::fmt::Debug), pairs: &PairConcentrations) {
    let triplets = closure.triplets(pairs).unwrap();
    let values = triplets.to_array();
    assert!(values.iter().all(|value| *value >= 0.0), "{pairs}: {values:?} {closure:?}");
    let residual = residual(pairs, &triplets);
    assert!(residual <= 1e-13, "{pairs}: off by {residual:e} with {closure:?}");
}

#[test]
fn marginals_hold_and_nothing_is_negative_at_a_million_pairs_with_wild_coefficients() {
    let mut uniform = Uniform(5);
    for block in 0..1000 {
        let reference =
            [Reference::PairApproximation, Reference::TriangleRing][usize::from(block % 2 == 0)];
        let size = [0.0, 1.0, 30.0, 1000.0][block / 2 % 4];
        let closure = with_coefficients(reference, || size * (2.0 * uniform.next() - 1.0));
        for _ in 0..1000 {
            let minus = uniform.next();
            let most = minus.min(1.0 - minus).min(1.0 / 3.0);
            // towards both ends of the possible range as well
            let share = match (10.0 * uniform.next()) as u32 {
                0 => uniform.next().powi(40),
                1 => 1.0 - uniform.next().powi(40),
                _ => uniform.next(),
            };
            let pairs = PairConcentrations::of_composition(minus, share * most);
            keeps_marginals(&closure, &pairs);
            keeps_marginals(&MaximumEntropy::default(), &pairs);
        }
    }
}

#[test]
fn corners_and_edges_keep_their_marginals() {
    let third = 1.0 / 3.0;
    let corners = [
        [1.0, 0.0, 0.0],
        [0.0, 1.0, 0.0],
        [0.5, 0.5, 0.0],
        [third, 0.0, third],
        [0.0, third, third],
        [third / 2.0, third / 2.0, third],
        [1.0 - 2e-300, 0.0, 1e-300],
        [1.0 - 1e-16, 1e-16, 0.0],
        [1.0 - 3e-16, 1e-16, 1e-16],
        [0.5 - 1e-17, 0.5 - 1e-17, 1e-17],
    ];
    let mut uniform = Uniform(7);
    for [plus_plus, minus_minus, plus_minus] in corners {
        keeps_marginals(
            &MaximumEntropy::default(),
            &PairConcentrations { plus_plus, minus_minus, plus_minus },
        );
        for size in [0.0, 1.0, 1000.0] {
            for reference in [Reference::PairApproximation, Reference::TriangleRing] {
                let closure = with_coefficients(reference, || size * (2.0 * uniform.next() - 1.0));
                keeps_marginals(
                    &closure,
                    &PairConcentrations { plus_plus, minus_minus, plus_minus },
                );
            }
        }
    }
    let claims: Vec<Property> =
        Property::all().filter(|property| !matches!(property, Property::Symmetric)).collect();
    for reference in [Reference::PairApproximation, Reference::TriangleRing] {
        let closure = with_coefficients(reference, || 3.0 * (2.0 * uniform.next() - 1.0));
        let report = check_contract(&closure, 3000);
        assert!(report.violations(claims.clone(), 1e-14).is_empty(), "{report}");
        let plain = check_contract(&LogOdds::without_coefficients(reference), 3000);
        assert!(plain.holds(Property::Symmetric, 1e-14), "{plain}");
    }
}

#[test]
fn without_coefficients_chains_are_those_of_the_pair_approximation() {
    let closure = LogOdds::without_coefficients(Reference::PairApproximation);
    let mut uniform = Uniform(11);
    for _ in 0..100_000 {
        let minus = uniform.next();
        let unlike = uniform.next() * minus.min(1.0 - minus).min(1.0 / 3.0);
        let pairs = PairConcentrations::of_composition(minus, unlike);
        let found = closure.triplets(&pairs).unwrap().to_array();
        let classical = PairApproximation.triplets(&pairs).unwrap().to_array();
        for (a, b) in found.iter().zip(classical).take(12) {
            assert!((a - b).abs() <= 1e-15, "{pairs}: {a} {b}");
        }
    }
}

#[test]
fn triplets_have_the_odds_ratios_asked_for() {
    let mut uniform = Uniform(13);
    for _ in 0..20_000 {
        let closure =
            with_coefficients(Reference::PairApproximation, || 20.0 * uniform.next() - 10.0);
        let minus = 0.02 + 0.96 * uniform.next();
        let most = minus.min(1.0 - minus).min(1.0 / 3.0);
        let pairs =
            PairConcentrations::of_composition(minus, most * (0.02 + 0.96 * uniform.next()));
        let t = closure.triplets(&pairs).unwrap();
        let found = [
            t[LinPpp] * t[LinMpm] / t[LinPpm].powi(2),
            t[LinMmm] * t[LinPmp] / t[LinMmp].powi(2),
            t[AngPpp] * t[AngMpm] / t[AngPpm].powi(2),
            t[AngMmm] * t[AngPmp] / t[AngMmp].powi(2),
            t[TriPpp] * t[TriMmp].powi(3) / (t[TriPpm].powi(3) * t[TriMmm]),
        ];
        let s = libm::log(pairs.plus_minus / (pairs.plus() * pairs.minus()));
        let mut features = [0.0; 3];
        Monomials::default().evaluate(s, pairs.plus() - pairs.minus(), &mut features);
        for (ratio, found) in OddsRatio::ALL.into_iter().zip(found) {
            let rows = closure.coefficients(ratio);
            let wanted: f64 = rows.iter().zip(features).map(|(c, f)| c * f).sum();
            assert!(
                (libm::log(found) - wanted).abs() < 1e-11 * (1.0 + wanted.abs()),
                "{ratio} at {pairs}: {} {wanted}",
                libm::log(found)
            );
        }
    }
}

#[test]
fn chains_go_on_beyond_the_triangles_as_far_as_chains_are_possible() {
    let mut uniform = Uniform(19);
    for reference in [Reference::PairApproximation, Reference::TriangleRing] {
        for round in 0..20_000 {
            let closure = with_coefficients(reference, || 4.0 * uniform.next() - 2.0);
            let minus = uniform.next();
            let largest = minus.min(1.0 - minus);
            let pairs = PairConcentrations::of_composition(minus, uniform.next() * largest);
            let chains = closure.chains(&pairs).unwrap();
            let values = &chains.to_array()[..12];
            assert!(values.iter().all(|value| *value >= 0.0), "{pairs}: {values:?}");
            // the marginals of the triangles are of no concern here
            let with_triangle = TripletConcentrations::from_fn(|kind| match kind {
                TriPpp => pairs.plus_plus,
                TriMmm => pairs.minus_minus - pairs.plus_minus,
                TriMmp => pairs.plus_minus,
                TriPpm => 0.0,
                _ => chains[kind],
            });
            assert!(residual(&pairs, &with_triangle) < 1e-13, "{pairs}");
            if let Ok(triplets) = closure.triplets(&pairs) {
                assert_eq!(values, &triplets.to_array()[..12], "{pairs}");
            } else {
                assert!(!pairs.possible_on_triangles(), "{pairs}");
            }
            // continuous where the triangles end
            if round % 100 == 0 && (1.0 / 3.0..2.0 / 3.0).contains(&minus) {
                let at = |unlike| {
                    let pairs = PairConcentrations::of_composition(minus, unlike);
                    closure.chains(&pairs).unwrap().to_array()
                };
                let (below, above) = (at(1.0 / 3.0 - 1e-9), at(1.0 / 3.0 + 1e-9));
                for (a, b) in below.iter().zip(above).take(12) {
                    assert!((a - b).abs() < 1e-6, "{minus}: {a} {b}");
                }
            }
        }
        // where like pairs are gone, so is all that could make more unlike ones
        let closure = LogOdds::without_coefficients(reference);
        let end = closure.chains(&PairConcentrations::of_composition(0.5, 0.5)).unwrap();
        assert_eq!([end[AngPpm], end[AngMmp], end[LinPpm], end[LinMmp]], [0.0; 4]);
    }
}

/// Entropy of a triangle's eight states.
fn entropy(q: f64, pairs: &PairConcentrations) -> f64 {
    let cells = [
        (pairs.plus_plus - q, 1.0),
        (pairs.minus_minus - pairs.plus_minus + q, 1.0),
        (q, 3.0),
        (pairs.plus_minus - q, 3.0),
    ];
    cells.into_iter().map(|(p, times)| -times * p * libm::log(p)).sum()
}

#[test]
fn the_triangle_without_coefficients_has_the_largest_entropy() {
    for (minus, unlike) in [(0.3, 0.2), (0.5, 0.3), (0.7, 0.25), (0.4, 0.05)] {
        let pairs = PairConcentrations::of_composition(minus, unlike);
        let triplets =
            LogOdds::without_coefficients(Reference::PairApproximation).triplets(&pairs).unwrap();
        let q = triplets[TriPpm];
        for step in [1e-4, -1e-4, 1e-3, -1e-3] {
            assert!(entropy(q + step, &pairs) < entropy(q, &pairs), "{pairs}");
        }
    }
}

#[test]
fn the_ring_is_the_rhombus_of_kikuchi_and_three_steps_of_it() {
    let pairs = PairConcentrations::of_composition(0.4, 0.27);
    let t = LogOdds::without_coefficients(Reference::TriangleRing).triplets(&pairs).unwrap();
    // by enumeration of the sites of the half ring
    let triangle = |sites: [usize; 3]| {
        [t[TriMmm], t[TriMmp], t[TriPpm], t[TriPpp]][sites.iter().sum::<usize>()]
    };
    let pair = |a: usize, b: usize| [pairs.minus_minus, pairs.plus_minus, pairs.plus_plus][a + b];
    let angled = |i, j, k| -> f64 {
        (0..2).map(|l| triangle([i, j, l]) * triangle([l, j, k]) / pair(j, l)).sum()
    };
    let linear = |i, j, k| -> f64 {
        let both = (0..2).flat_map(|l| (0..2).map(move |m| (l, m)));
        both.map(|(l, m)| {
            triangle([i, j, l]) * triangle([l, j, m]) * triangle([m, j, k])
                / (pair(j, l) * pair(j, m))
        })
        .sum()
    };
    for (kind, expected) in [
        (AngPpp, angled(1, 1, 1)),
        (AngPpm, angled(1, 1, 0)),
        (AngMmp, angled(0, 0, 1)),
        (AngPmp, angled(1, 0, 1)),
        (LinPpm, linear(1, 1, 0)),
        (LinMpm, linear(0, 1, 0)),
        (LinMmm, linear(0, 0, 0)),
    ] {
        assert!((t[kind] - expected).abs() < 1e-15, "{kind}: {} {expected}", t[kind]);
    }
}

#[test]
fn a_random_lattice_is_exact_for_all_coefficients() {
    let mut uniform = Uniform(17);
    for reference in [Reference::PairApproximation, Reference::TriangleRing] {
        let closure = with_coefficients(reference, || 100.0 * uniform.next());
        for percent in 0..=100 {
            let minus = f64::from(percent) / 100.0;
            let pairs = PairConcentrations::random_lattice(minus);
            if pairs.possible_on_triangles() {
                let found = closure.triplets(&pairs).unwrap();
                for (kind, exact) in TripletConcentrations::random_lattice(minus).iter() {
                    assert!((found[kind] - exact).abs() < 1e-13, "{kind} at {minus}");
                }
            }
        }
    }
}

#[test]
fn impossible_pairs_and_bad_coefficients_are_named() {
    let closure = LogOdds::without_coefficients(Reference::TriangleRing);
    let impossible = PairConcentrations::of_composition(0.5, 0.35);
    let error = closure.triplets(&impossible).unwrap_err();
    assert!(matches!(error, ClosureError::ImpossiblePairs { bound: "C+- <= 1/3", .. }), "{error}");
    for bad in [f64::NAN, f64::INFINITY, -1e-3] {
        let pairs = PairConcentrations { plus_plus: bad, minus_minus: 0.4, plus_minus: 0.1 };
        assert!(matches!(closure.triplets(&pairs), Err(ClosureError::ImpossiblePairs { .. })));
    }
    // a step outside, as integrators take, gives the edge
    let outside =
        PairConcentrations { plus_plus: 1.0 / 3.0, minus_minus: 0.0, plus_minus: 1.0 / 3.0 + 4e-7 };
    let triplets = closure.triplets(&outside).unwrap();
    assert!(triplets.iter().all(|(_, value)| value >= 0.0) && residual(&outside, &triplets) < 1e-6);

    let rows = |value: f64, count: usize| std::array::from_fn(|_| vec![value; count]);
    let make = |rows| LogOdds::new(Monomials::default(), Reference::TriangleRing, &rows);
    assert!(matches!(make(rows(f64::NAN, 3)), Err(ClosureError::CoefficientNotFinite { .. })));
    assert!(matches!(
        make(rows(0.0, 2)),
        Err(ClosureError::CoefficientCount { given: 2, expected: 3 })
    ));
    assert!(matches!(Monomials::new([]), Err(ClosureError::FeatureCount { features: 0, .. })));

    struct Rogue;
    impl Features for Rogue {
        fn names(&self) -> Vec<String> {
            vec!["rogue".to_owned()]
        }
        fn evaluate(&self, s: f64, _: f64, values: &mut [f64]) {
            values[0] = (s - 0.1).sqrt();
        }
    }
    let rogue = LogOdds::new(Rogue, Reference::TriangleRing, &rows(1.0, 1)).unwrap();
    let error = rogue.triplets(&PairConcentrations::random_lattice(0.3)).unwrap_err();
    assert!(matches!(error, ClosureError::OddsNotANumber { .. }), "{error}");
}
