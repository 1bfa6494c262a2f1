//! Zeros, and input that calibration must refuse.

use crate::common::{half, trajectory};
use closures::{
    Calibration, Closure, ClosureError, Convention, Exponent, Exponents, OptimalApproximation,
    PairApproximation, Regularization, calibrate, from_fn, triplet_errors,
};
use cluster_stats::{PairConcentrations, Trajectory, TripletConcentrations, TripletType};

#[test]
fn a_ground_state_without_like_pairs_is_no_obstacle() {
    // C-- reaches 0 and stays there; `--+` and `---` vanish with it
    let pairs = (0..=20).map(|i| {
        let unlike = (0.222 + 0.01 * f64::from(i)).min(1.0 / 3.0);
        PairConcentrations {
            plus_plus: 2.0 / 3.0 - unlike,
            minus_minus: if unlike == 1.0 / 3.0 { 0.0 } else { 1.0 / 3.0 - unlike },
            plus_minus: unlike,
        }
    });
    let data = trajectory(pairs.clone(), &PairApproximation);
    assert_eq!(data.last().concentrations.pairs.minus_minus, 0.0);
    for regularization in [Regularization::hard(), Regularization::soft()] {
        for convention in Convention::ALL {
            let calibration = calibrate(&data, regularization, convention).unwrap();
            for (fit, error) in calibration
                .fits()
                .iter()
                .zip(triplet_errors(&calibration.closure(), &data).unwrap())
            {
                assert!((fit.error - error).abs() <= 1e-9 * error + 1e-25, "{fit:?} {error}");
            }
            let last = calibration.closure().triplets(&data.last().concentrations.pairs).unwrap();
            assert_eq!(last[TripletType::LinMmm], 0.0);
            assert_eq!(last[TripletType::AngMmp], 0.0);
        }
    }
    let calibration = calibrate(&data, Regularization::hard(), Convention::Consistent).unwrap();
    let fit = calibration.of(TripletType::LinMmm);
    assert!((fit.exponents.gamma1 - 2.0).abs() < 1e-6, "{fit:?}");

    // data that would like exponent 0 for C--: kept just above it, and said
    let sparse = from_fn(|pairs: &PairConcentrations| {
        let mut triplets = TripletConcentrations::default();
        for t in [TripletType::LinMmp, TripletType::AngMmp, TripletType::TriMmp] {
            triplets[t] = if pairs.minus_minus > 0.0 { pairs.plus_minus } else { 0.0 };
        }
        triplets
    });
    let data = trajectory(pairs, &sparse);
    let calibration = calibrate(&data, Regularization::hard(), Convention::Consistent).unwrap();
    let fit = calibration.of(TripletType::LinMmp);
    assert_eq!(fit.exponents.gamma1, 1e-6);
    assert!(fit.active_bounds.iter().any(|b| b.exponent == Exponent::Gamma1 && b.value == 1e-6));
    assert!(fit.error < 1e-10, "{fit:?}");
}

#[test]
fn what_cannot_be_fitted_is_a_typed_error() {
    let data = half();
    let calibrate_within = |gamma, xi| -> Result<Calibration, ClosureError> {
        calibrate(&data, Regularization::bounds(gamma, xi)?, Convention::Consistent)
    };
    let unreachable = calibrate_within(0.0..=0.4, 0.0..=2.0).unwrap_err();
    assert!(
        matches!(unreachable, ClosureError::UnreachableEquality { highest, .. } if highest == 0.4),
        "{unreachable}"
    );
    // two gammas reach 1, one does not
    assert!(unreachable.to_string().contains("+++"), "{unreachable}");
    assert!(matches!(
        calibrate_within(1.0..=2.0, f64::NAN..=2.0).unwrap_err(),
        ClosureError::InvalidBounds { exponents: "xi", .. }
    ));
    assert!(matches!(
        calibrate_within(1e306..=1e307, -1e308..=1e308).unwrap_err(),
        ClosureError::InvalidBounds { exponents: "gamma", .. }
    ));
    assert!(matches!(
        calibrate_within(-1000.0..=-900.0, -1000.0..=1000.0).unwrap_err(),
        ClosureError::NoFiniteError { .. }
    ));

    let single = Trajectory::new(vec![*data.first()]).unwrap();
    for result in [
        calibrate(&single, Regularization::hard(), Convention::Consistent).map(drop),
        triplet_errors(&PairApproximation, &single).map(drop),
    ] {
        assert!(matches!(result.unwrap_err(), ClosureError::TooFewSamples { samples: 1 }));
    }

    // C-- = 0 under a gamma that must be negative
    let none =
        (0..3).map(|i| PairConcentrations::of_composition(0.2, 0.2 - 0.01 * f64::from(2 - i)));
    let none = none.map(|p| PairConcentrations { minus_minus: p.minus_minus.max(0.0), ..p });
    let data = trajectory(none, &PairApproximation);
    let negative = Regularization::bounds(-3.0..=-1.0, -6.0..=6.0).unwrap();
    let error = calibrate(&data, negative, Convention::Consistent).unwrap_err();
    assert!(
        matches!(&error, ClosureError::ZeroConcentration { concentration: "C--", .. }),
        "{error}"
    );
}

#[test]
fn a_zero_under_a_negative_power_is_an_error_and_under_power_zero_is_one() {
    let closure = OptimalApproximation::from_exponents(|t| {
        let mut exponents = Exponents::of_pair_approximation(t);
        match t {
            TripletType::AngMmp => exponents.gamma1 = 0.0,
            TripletType::TriMmp => exponents.gamma1 = -1.0,
            _ => {}
        }
        exponents
    })
    .unwrap();
    let without = PairConcentrations { plus_plus: 0.5, minus_minus: 0.0, plus_minus: 0.25 };
    let error = closure.triplets(&without).unwrap_err();
    assert!(matches!(
        error,
        ClosureError::ZeroConcentration {
            triplet: TripletType::TriMmp,
            concentration: "C--",
            exponent: -1.0,
            ..
        }
    ));
    let closure = OptimalApproximation::from_exponents(|t| Exponents {
        gamma1: if t == TripletType::AngMmp { 0.0 } else { 2.0 },
        ..Exponents::of_pair_approximation(t)
    })
    .unwrap();
    let value = closure.triplets(&without).unwrap()[TripletType::AngMmp];
    assert!((value - 1.0).abs() < 1e-15, "C+- / C- is 1 here, not {value}");
    for bad in [f64::NAN, f64::INFINITY] {
        let pairs = PairConcentrations { plus_plus: bad, ..without };
        assert!(closure.triplets(&pairs).is_err());
        assert!(PairApproximation.triplets(&pairs).is_err());
    }
}
