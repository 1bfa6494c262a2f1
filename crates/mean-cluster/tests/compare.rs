//! `mean-cluster compare`: its refusals, and the closures it compares.

#![allow(clippy::unwrap_used)] // a test that fails stops

use mean_cluster::closures::triplet_errors;
use mean_cluster::compare::compared_closures;
use mean_cluster::study::{ONE_HALF, ONE_THIRD, Progress, StudySettings, anneal_compositions};
use std::process::Command;

#[test]
fn bad_input_ends_with_code_two_and_names_the_value() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    for (flag, value, expected) in [
        ("--calibrate", "1.5", "calibrate is 1.5"),
        ("--calibrate", "1/0", "calibrate is inf"),
        ("--calibrate", "half", "half"),
        ("--size", "2", "size is 2"),
        ("--judge-size", "1", "size is 1"),
        ("--starts", "0", "starts is 0"),
    ] {
        let run = Command::new(env!("CARGO_BIN_EXE_mean-cluster"))
            .args(["compare", "--out", out.to_str().unwrap(), flag, value])
            .output()
            .unwrap();
        let message = String::from_utf8(run.stderr).unwrap();
        assert_eq!(run.status.code(), Some(2), "{flag} {value}: {message}");
        assert!(message.contains(expected), "{flag} {value}: {message}");
        assert!(!out.exists());
    }
}

#[test]
fn sixteen_closures_are_compared_and_the_log_odds_closure_leads() {
    let settings = StudySettings { size: 24, replicas: 8, ..StudySettings::default() };
    let data = anneal_compositions(&settings, &[ONE_THIRD, ONE_HALF], &Progress::Silent).unwrap();
    let closures = compared_closures(&data).unwrap();
    assert_eq!(closures.len(), 16);
    let error = |name: &str| {
        let compared = closures.iter().find(|compared| compared.name == name).unwrap();
        let of = |at: &mean_cluster::study::AnnealedComposition| -> f64 {
            triplet_errors(&compared.closure, &at.mean.mean).unwrap().iter().sum()
        };
        data.iter().map(of).sum::<f64>()
    };
    let best = closures.iter().min_by(|a, b| error(a.name).total_cmp(&error(b.name))).unwrap();
    assert_eq!(best.name, "log_odds");
    assert!(error("pa") > 50.0 * error("log_odds"));
    assert!(error("triangle_ring") < error("maximum_entropy"));
    for compared in &closures {
        let calibrated = compared.calibration == "0.3333333333333333;0.5";
        assert!(calibrated || compared.calibration.is_empty(), "{compared:?}");
    }
}
