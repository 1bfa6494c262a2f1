//! Joint calibration: known parameters come back, ridges pull, errors are right, candidates rank.

use crate::common::{half, ordering, third, trajectory};
use closures::{
    CalibrationData, Calibrator, Candidate, Closure, ClosureError, ClosureFamily, ErrorReport,
    LogOdds, LogOddsFamily, Monomials, OddsRatio, PairApproximation, Reference, Selection,
    cross_validate, family_from_fn, from_fn, mean_error,
};
use cluster_stats::{ReplicaMean, Trajectory, TripletConcentrations, TripletType};

fn truth(reference: Reference) -> LogOdds {
    let rows =
        [[0.5, -2.0, 1.0], [0.3, 4.0, -1.0], [-1.0, 2.0, 0.5], [1.0, 0.0, 2.0], [-3.0, 8.0, 5.0]];
    LogOdds::new(Monomials::default(), reference, &rows.map(Vec::from)).unwrap()
}

fn at_compositions(closure: &dyn Closure, compositions: &[f64]) -> Vec<Trajectory> {
    compositions.iter().map(|&minus| trajectory(ordering(minus), closure)).collect()
}

fn sets(data: &[Trajectory]) -> Vec<CalibrationData<'_>> {
    data.iter().map(CalibrationData::from).collect()
}

#[test]
fn coefficients_that_made_the_data_come_back() {
    for reference in [Reference::PairApproximation, Reference::TriangleRing] {
        let truth = truth(reference);
        let data = at_compositions(&truth, &[0.3, 0.45, 0.6]);
        let family = LogOddsFamily::new(Monomials::default(), reference);
        let fit = Calibrator::new().calibrate(&family, &sets(&data)).unwrap();
        assert!(fit.converged(), "{fit}");
        for ratio in OddsRatio::ALL {
            let (found, wanted) = (fit.closure().coefficients(ratio), truth.coefficients(ratio));
            for (a, b) in found.iter().zip(wanted) {
                assert!((a - b).abs() < 1e-5, "{ratio}: {found:?}");
            }
        }
        assert!(fit.report().gain() > 1e12, "{}", fit.report());
    }
}

#[test]
fn at_one_composition_the_data_leave_s_z_open_and_a_ridge_decides() {
    let data = [half()];
    let family = LogOddsFamily::default();
    let open = Calibrator::new().calibrate(&family, &sets(&data)).unwrap();
    assert!(
        open.covariance()[2][2].is_infinite() && open.parameters()[2].standard_deviation.is_none()
    );
    assert!(open.to_string().contains("not determined"), "{open}");
    assert_eq!(open.parameters()[2].value, 0.0);

    let data = [half(), third()];
    let gains = [0.0, 1e-4, 1e-2, 1.0, 1e4].map(|ridge| {
        let calibrator = Calibrator::new().ridge(ridge).unwrap();
        let fit = calibrator.calibrate(&family, &sets(&data)).unwrap();
        let size: f64 = fit.parameters().iter().map(|p| p.value * p.value).sum();
        (size, fit.report().gain())
    });
    assert!(gains.is_sorted_by(|a, b| a.0 >= b.0 && a.1 >= b.1 * (1.0 - 1e-9)), "{gains:?}");
    let bare =
        ErrorReport::of(&LogOdds::without_coefficients(Reference::TriangleRing), &sets(&data))
            .unwrap();
    assert!((gains[4].1 / bare.gain() - 1.0).abs() < 0.1, "{gains:?} {bare}");
    for bad in [-1.0, f64::NAN, f64::INFINITY] {
        assert!(matches!(
            Calibrator::new().ridge(bad),
            Err(ClosureError::InvalidSetting { name: "ridge", .. })
        ));
    }
}

/// A family with one linear parameter, whose least squares are a quotient of sums.
fn linear() -> impl ClosureFamily {
    family_from_fn([("factor", 1.0)], |p: &[f64]| {
        let factor = p[0];
        from_fn(move |pairs| {
            let classical = PairApproximation.triplets(pairs).unwrap();
            TripletConcentrations::from_fn(|t| factor * classical[t])
        })
    })
}

#[test]
fn a_linear_parameter_is_the_quotient_of_sums_with_its_textbook_variance() {
    let data = third();
    let fit = Calibrator::new().calibrate(&linear(), &[(&data).into()]).unwrap();
    let (mut above, mut below, mut count) = (0.0, 0.0, 0);
    let last = data.records().len() - 1;
    for (index, record) in data.records().iter().enumerate() {
        let weight = if index == 0 || index == last { 0.5 } else { 1.0 };
        let classical = PairApproximation.triplets(&record.concentrations.pairs).unwrap();
        for (kind, value) in classical.iter() {
            above += weight * value * record.concentrations.triplets[kind];
            below += weight * value * value;
            count += 1;
        }
    }
    let found = &fit.parameters()[0];
    assert!((found.value - above / below).abs() < 1e-8, "{fit}");
    let squares = 2.0 * 16.0 * last as f64 * mean_error(fit.closure(), &data).unwrap();
    let variance = squares / f64::from(count - 1) / below;
    assert!((found.standard_deviation.unwrap() / variance.sqrt() - 1.0).abs() < 1e-6, "{fit}");
    assert_eq!(fit.covariance()[0][0].sqrt(), found.standard_deviation.unwrap());
}

#[test]
fn standard_errors_turn_the_fit_towards_what_is_known_better() {
    // two trajectories that ask for other factors, one of them noisy
    let scaled = |factor: f64, wobble: f64| -> Vec<Trajectory> {
        [1.0, -1.0]
            .map(|sign| {
                let closure = from_fn(move |pairs| {
                    let classical = PairApproximation.triplets(pairs).unwrap();
                    TripletConcentrations::from_fn(|t| (factor + sign * wobble) * classical[t])
                });
                trajectory(ordering(0.4), &closure)
            })
            .into()
    };
    let sharp = ReplicaMean::of(&scaled(0.9, 1e-3)).unwrap();
    let blunt = ReplicaMean::of(&scaled(0.5, 0.1)).unwrap();
    let data = [CalibrationData::from(&sharp), CalibrationData::from(&blunt)];
    let plain = Calibrator::new().calibrate(&linear(), &data).unwrap();
    let weighted =
        Calibrator::new().weighted_by_standard_errors().calibrate(&linear(), &data).unwrap();
    assert!((plain.parameters()[0].value - 0.7).abs() < 1e-6, "{plain}");
    assert!((weighted.parameters()[0].value - 0.9).abs() < 1e-3, "{weighted}");
}

#[test]
fn cross_validation_never_shows_the_judge_and_ranks_the_candidates() {
    let data = at_compositions(&truth(Reference::TriangleRing), &[0.3, 0.4, 0.5, 0.6]);
    let sets = sets(&data);
    let seen = cross_validate(&sets, |others| {
        assert_eq!(others.len(), 3);
        Ok(from_fn({
            let known: Vec<f64> = others.iter().map(|of| of.trajectory.minus()).collect();
            move |pairs| {
                assert!(known.iter().all(|minus| (minus - pairs.minus()).abs() > 0.05));
                TripletConcentrations::random_lattice(pairs.minus())
            }
        }))
    });
    assert_eq!(seen.unwrap().errors.len(), 4);
    let candidate = |name: &str, powers: &'static [(u8, u8)]| Candidate {
        name: name.to_owned(),
        calibrate: Box::new(move |data| {
            let family = LogOddsFamily::new(Monomials::new(powers)?, Reference::TriangleRing);
            Ok(Box::new(Calibrator::new().calibrate(&family, data)?.into_closure())
                as Box<dyn Closure>)
        }),
    };
    let selection = Selection::of(
        &sets,
        &[
            candidate("s", &[(1, 0)]),
            candidate("none", &[]),
            candidate("right", &[(1, 0), (2, 0), (1, 1)]),
        ],
    );
    assert_eq!(selection.best(), Some("right"), "{selection}");
    assert!(selection.ranking[2].1.is_err() && selection.to_string().contains("none"));
    assert!(matches!(
        cross_validate(&sets[..1], |_| Ok(PairApproximation)),
        Err(ClosureError::TooFewTrajectories { given: 1, least: 2 })
    ));
}

#[test]
fn two_compositions_are_enough_to_beat_the_pair_approximation_by_far() {
    let data = [third(), half()];
    let fit = Calibrator::new().calibrate(&LogOddsFamily::default(), &sets(&data)).unwrap();
    assert!(fit.report().worst().gain() > 50.0, "{fit}");
    let worst = fit.report().rows()[0].worst_type();
    assert!(TripletType::ALL.contains(&worst));
    assert!(matches!(
        Calibrator::new().calibrate(&LogOddsFamily::default(), &[]),
        Err(ClosureError::TooFewTrajectories { given: 0, least: 1 })
    ));
}
