//! `infer`: its files, the ranks in them, the same bytes on any number of threads and after a kill.

use super::runner::{self, assert_same, files, mean_cluster, scratch};
use std::collections::BTreeMap;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

fn small(out: &Path) -> Vec<&str> {
    let mut arguments = vec!["infer", "--out", out.to_str().unwrap(), "--closures", "pa,sa"];
    arguments.extend(["--size", "18", "--replicas", "8", "--draws", "60", "--chains", "2"]);
    arguments.extend(["--starts", "1", "--published-draws", "40"]);
    arguments
}

/// The rows of a table, by column.
fn rows(directory: &Path, name: &str, columns: &str) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_path(directory.join(name)).unwrap();
    let header = reader.headers().unwrap().clone();
    assert_eq!(header.iter().collect::<Vec<_>>().join(","), columns, "{name}");
    let row = |row: csv::StringRecord| {
        header.iter().zip(&row).map(|(a, b)| (a.to_owned(), b.to_owned())).collect()
    };
    reader.records().map(|record| row(record.unwrap())).collect()
}

/// How many singular values are above 1e-9 of the largest.
fn rank(table: &[BTreeMap<String, String>], closure: &str, system: &str) -> usize {
    let own = table.iter().filter(|r| r["closure"] == closure && r["system"] == system);
    let values: Vec<f64> = own.map(|row| row["singular_value"].parse().unwrap()).collect();
    assert_eq!(values.len(), 8, "{closure} {system}");
    values.iter().filter(|value| **value > 1e-9 * values[0]).count()
}

#[test]
fn a_small_inference_has_its_files_and_the_same_bytes_on_any_number_of_threads() {
    let (folder, out) = scratch();
    let end = mean_cluster(&small(&out), 1);
    assert!(end.status.success(), "{}", String::from_utf8_lossy(&end.stderr));
    assert!(end.stderr.is_empty() && end.stdout.is_empty());

    let columns = "closure,system,index,singular_value,direction,numerical,against_noise,\
                   noise_variance,standard_error,prior_spread";
    let found = rows(&out, "identifiability.csv", columns);
    for row in &found {
        // the definition: v^1/2 / s against the spread of a uniform prior up to 50
        if row["system"] == "published" {
            assert!(row["against_noise"].is_empty() && row["noise_variance"].is_empty());
            continue;
        }
        let number = |column: &str| row[column].parse().unwrap_or(f64::INFINITY);
        let error = number("noise_variance").sqrt() / number("singular_value");
        assert!((number("prior_spread") - 50.0 / 12_f64.sqrt()).abs() < 1e-12);
        let determined = row["numerical"] == "true" && error < number("prior_spread");
        assert_eq!(row["against_noise"], determined.to_string(), "{row:?}");
    }
    for (closure, free, conserving) in [("pa", 4, 2), ("sa", 2, 1)] {
        assert_eq!(rank(&found, closure, "published"), free, "{closure}");
        assert_eq!(rank(&found, closure, "conserving"), conserving, "{closure}");
    }
    let columns = "closure,setting,parameter,mean,sd,q05,q50,q95,rhat,ess_bulk,ess_tail,mcse_mean";
    let diagnostics = rows(&out, "diagnostics.csv", columns);
    let parameters = |closure: &str, setting: &str| -> Vec<&str> {
        let own = diagnostics.iter().filter(|r| r["closure"] == closure && r["setting"] == setting);
        own.map(|row| row["parameter"].as_str()).collect()
    };
    let pair = parameters("pa", "recommended");
    assert_eq!(pair[..8], ["k1", "k2", "k3", "k4", "k5", "k6", "k7", "k8"]);
    assert_eq!(pair[8..].len(), 2);
    assert_eq!(parameters("pa", "published")[8..].len(), 4);
    assert_eq!(parameters("sa", "recommended")[8..].len(), 1);

    let columns = "setting,chain,draw,stage,log_density,k1,k2,k3,k4,k5,k6,k7,k8";
    let draws = rows(&out, "posterior_pa.csv", columns);
    assert_eq!(draws.len(), 2 * 60 + 2 * 40);
    let inside = |row: &BTreeMap<String, String>| {
        (1..=8).all(|k| (0.0..=50.0).contains(&row[&format!("k{k}")].parse::<f64>().unwrap()))
    };
    assert!(draws.iter().all(inside));
    let text = std::fs::read_to_string(out.join("posterior.json")).unwrap();
    let json: serde_json::Value = serde_json::from_str(&text).unwrap();
    let shape = |value: &serde_json::Value| {
        let mut shape = Vec::new();
        let mut at = value;
        while let Some(array) = at.as_array() {
            shape.push(array.len());
            at = &array[0];
        }
        shape
    };
    assert_eq!(shape(&json["posterior"]["pa"]), [2, 60, 10]);
    assert_eq!(shape(&json["posterior"]["sa"]), [2, 60, 9]);
    assert_eq!(shape(&json["sample_stats"]["lp"]), [2, 60, 2]);
    assert_eq!(shape(&json["sample_stats"]["stage"]), [2, 60, 2]);
    assert_eq!(shape(&json["observed_data"]["pairs_pa"]), [61, 3]);
    assert_eq!(shape(&json["posterior_predictive"]["pairs_pa"]), [2, 60, 61, 3]);

    let again = folder.path().join("again");
    let rerun = ["rerun", out.to_str().unwrap(), "--out", again.to_str().unwrap()];
    assert!(mean_cluster(&rerun, 2).status.success());
    assert_same(&files(&out), &files(&again));
}

#[test]
fn an_inference_that_is_killed_goes_on_to_the_same_bytes() {
    let (folder, whole) = scratch();
    let out = folder.path().join("killed");
    assert!(mean_cluster(&small(&whole), 2).status.success());
    let again = ["infer", "--resume", out.to_str().unwrap()];
    let start = |arguments: &[&str]| {
        let mut command = runner::command(arguments, 2);
        command.args(["--save-every", "0.01"]).stderr(Stdio::piped()).spawn().unwrap()
    };
    let mut run = start(&small(&out));
    let mut kills = 0;
    for (seen, pause) in
        [("run.checkpoint", 0), ("recommended pa.chains", 30), ("recommended sa.chains", 10)]
    {
        let file = out.with_extension("checkpoints").join(seen);
        let limit = Instant::now() + Duration::from_secs(60);
        while !file.exists() && run.try_wait().unwrap().is_none() {
            assert!(Instant::now() < limit, "{} never came", file.display());
            std::thread::sleep(Duration::from_millis(1));
        }
        std::thread::sleep(Duration::from_millis(pause));
        run.kill().unwrap(); // SIGKILL
        kills += usize::from(!run.wait().unwrap().success());
        run = start(&again);
    }
    let end = run.wait_with_output().unwrap();
    assert!(end.status.success(), "{}", String::from_utf8_lossy(&end.stderr));
    assert!(kills >= 2, "{kills} kills");
    assert_same(&files(&whole), &files(&out));
}

#[test]
fn bad_settings_are_refused_with_what_is_allowed() {
    let (_folder, out) = scratch();
    for (flag, value, expected) in [
        ("--x", "1.5", "between 0 and 1"),
        ("--replicas", "2", "they measure the noise"),
        ("--closures", "pa,ising", "log_odds"),
        ("--closures", "oa,oa_hard", "each closure once"),
        ("--upper", "-1", "positive"),
        ("--chains", "1", "R-hat"),
    ] {
        let value = format!("{flag}={value}");
        let mut arguments = vec!["infer", "--out", out.to_str().unwrap(), &value];
        if flag != "--replicas" {
            arguments.extend(["--size", "12", "--replicas", "4"]);
        }
        let end = mean_cluster(&arguments, 1);
        let message = String::from_utf8(end.stderr).unwrap();
        assert_eq!(end.status.code(), Some(2), "{value}: {message}");
        assert!(message.contains(expected), "{value}: {message}");
        assert!(!out.exists());
    }
}
