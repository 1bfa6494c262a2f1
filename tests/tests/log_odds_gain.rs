//! The log-odds closure, calibrated on two compositions, against the pair approximation on fresh
//! runs at the ten stoichiometries: a small version of `examples/closure_gains.rs`.

use mean_cluster::closures::{CalibrationData, Calibrator, ErrorReport, LogOddsFamily};
use mean_cluster::study::{
    ONE_HALF, ONE_THIRD, Progress, STOICHIOMETRIES, StudySettings, anneal_compositions,
};

#[test]
fn two_compositions_foretell_the_ten() {
    let settings = |seed| StudySettings { seed, replicas: 4, ..StudySettings::default() };
    let seen =
        anneal_compositions(&settings(21), &[ONE_THIRD, ONE_HALF], &Progress::Silent).unwrap();
    let seen: Vec<CalibrationData<'_>> = seen.iter().map(|at| (&at.mean).into()).collect();
    let fit = Calibrator::new().calibrate(&LogOddsFamily::default(), &seen).unwrap();
    assert!(fit.converged(), "{fit}");

    let fresh = anneal_compositions(&settings(22), &STOICHIOMETRIES, &Progress::Silent).unwrap();
    let fresh: Vec<CalibrationData<'_>> = fresh.iter().map(|at| (&at.mean).into()).collect();
    let report = ErrorReport::of(fit.closure(), &fresh).unwrap();
    // about 170 and 10 with 64 replicas; four leave noise
    assert!(report.gain() > 100.0, "{report}");
    assert!(report.worst().gain() > 2.0, "{report}");
}
