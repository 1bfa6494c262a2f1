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

// by hand: `cargo test -p mean-cluster --test compare -- --ignored`
#[test]
#[ignore = "two comparisons, about two minutes: each searches 120 times for the best rates"]
fn a_comparison_writes_its_tables_whole_and_the_same_bytes_again() {
    let folder = tempfile::tempdir().unwrap();
    let run = |name: &str, threads: &str| {
        let out = folder.path().join(name);
        let sizes = ["--size", "12", "--judge-size", "15", "--replicas", "2", "--trials", "10"];
        let run = Command::new(env!("CARGO_BIN_EXE_mean-cluster"))
            .args(["compare", "--calibrate", "1/3", "--calibrate", "0.5"])
            .args(sizes)
            .arg("--out")
            .arg(&out)
            .env("RAYON_NUM_THREADS", threads)
            .output()
            .unwrap();
        assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
        out
    };
    let (one, two) = (run("one", "1"), run("two", "2"));
    for file in ["comparison.csv", "best_rates.csv", "exits.csv", "manifest.toml"] {
        let [a, b] = [&one, &two].map(|out| std::fs::read(out.join(file)).unwrap());
        assert_eq!(a, b, "{file}");
    }
    // beside the two directories nothing is left over
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2);

    let table = std::fs::read_to_string(one.join("comparison.csv")).unwrap();
    let mut lines = table.lines();
    let columns =
        "closure,calibration,x,mean_error,worst_type,worst_type_error,marginal_residual,negative";
    assert_eq!(lines.next(), Some(columns));
    let rows: Vec<Vec<&str>> = lines.map(|line| line.split(',').collect()).collect();
    assert_eq!(rows.len(), 16 * 10);
    for row in &rows {
        let numbers = [2, 3, 5, 6, 7].map(|column| row[column].parse::<f64>().unwrap());
        assert!(numbers.iter().all(|number| number.is_finite() && *number >= 0.0), "{row:?}");
        let [_, mean, worst, residual, negative] = numbers;
        assert!(mean <= worst && worst <= 16.0 * mean * (1.0 + 1e-12), "{row:?}");
        if row[0].starts_with("log_odds") {
            assert_eq!(row[1], "0.3333333333333333;0.5");
            assert!(residual < 1e-13 && negative == 0.0, "{row:?}");
        }
    }
    let exits = std::fs::read_to_string(one.join("exits.csv")).unwrap();
    let half = exits.lines().filter(|line| line.contains(",0.5,conserving,"));
    let staying = half.filter(|line| line.starts_with("pa,") || line.starts_with("log_odds"));
    let staying: Vec<&str> = staying.collect();
    assert_eq!(staying.len(), 3, "{exits}");
    assert!(staying.iter().all(|line| line.contains(",10,0,0,0,0,")), "{staying:?}");
}
