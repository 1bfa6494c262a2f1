//! The same data in other units of time: the same errors, misfits and ranks, rates by the unit.

use super::runner::mean_cluster;
use serde_json::Value;
use std::fs;
use std::path::Path;

fn json(arguments: &[&str]) -> Value {
    let output = mean_cluster(arguments, 2);
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// A trajectory of `anneal`, whose times run from 0 to 1.
fn annealed(folder: &Path) -> String {
    let out = folder.join("annealed");
    let mut arguments = vec!["anneal", "--rows", "12", "--columns", "12", "--replicas", "64"];
    arguments.extend(["--x", "0.4", "--out", out.to_str().unwrap()]);
    assert!(mean_cluster(&arguments, 2).status.success());
    fs::read_to_string(out.join("trajectory.csv")).unwrap()
}

/// Writes the same data with the times multiplied and shifted, and returns the path.
fn in_unit(folder: &Path, csv: &str, unit: f64, origin: f64) -> String {
    let mut lines = csv.lines();
    let mut text = format!("{}\n", lines.next().unwrap());
    for line in lines {
        let (time, rest) = line.split_once(',').unwrap();
        let time: f64 = time.parse().unwrap();
        text.push_str(&format!("{},{rest}\n", origin + unit * time));
    }
    let path = folder.join(format!("{unit:e}_{origin}.csv"));
    fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

fn close(found: &Value, expected: &Value, factor: f64, tolerance: f64) -> bool {
    let (found, expected) = (found.as_f64().unwrap(), factor * expected.as_f64().unwrap());
    (found - expected).abs() <= tolerance * expected.abs()
}

#[test]
fn fits_do_not_depend_on_the_unit_of_time() {
    let folder = tempfile::tempdir().unwrap();
    let csv = annealed(folder.path());
    let data = |unit, origin| in_unit(folder.path(), &csv, unit, origin);
    let rates = "3,2,1,4,2,1,3,2";
    let simulated = |data: &str, more: &[&str]| {
        json(&[&["simulate", "--data", data, "--starts", "3", "--json"], more].concat())
    };
    let (plain, closures) =
        (simulated(&data(1.0, 0.0), &[]), json(&["fit", "--json", &data(1.0, 0.0)]));
    let given = simulated(&data(1.0, 0.0), &["--rates", rates]);
    assert!(plain["misfit"].as_f64().unwrap() > 0.0);
    for (unit, origin) in [(10.0, 0.0), (60.0, 0.0), (3600.0, 0.0), (1e-12, 0.0), (1e12, 0.0)]
        .into_iter()
        .chain([(1024.0, 0.0), (1.0, 5.0), (2.0, -8.0)])
    {
        let data = data(unit, origin);
        let found = simulated(&data, &[]);
        assert!(close(&found["misfit"], &plain["misfit"], 1.0, 1e-5), "{unit:e}: {found}");
        for key in ["rank_against_noise", "numerical_rank"] {
            assert_eq!(found["fit"][key], plain["fit"][key], "{unit:e}");
        }
        let (own, first) = (&found["fit"]["determined"], &plain["fit"]["determined"]);
        for (own, first) in own.as_array().unwrap().iter().zip(first.as_array().unwrap()) {
            assert!(close(&own["value"], &first["value"], 1.0 / unit, 0.01), "{own} {first}");
            let error = "standard_error";
            assert!(close(&own[error], &first[error], 1.0 / unit, 0.02), "{own} {first}");
        }
        // from the first time of the data to the last
        let times = found["times"].as_array().unwrap();
        assert_eq!((times.len(), times[0].as_f64()), (61, Some(origin)));
        assert_eq!(times[60].as_f64(), Some(origin + unit));
        for (row, expected) in
            found["pp_mm_pm"].as_array().unwrap().iter().zip(plain["pp_mm_pm"].as_array().unwrap())
        {
            assert!(close(&row[2], &expected[2], 1.0, 1e-4), "{unit:e}");
        }
        let scaled: Vec<String> =
            rates.split(',').map(|k| (k.parse::<f64>().unwrap() / unit).to_string()).collect();
        let found = simulated(&data, &["--rates", &scaled.join(",")]);
        assert!(close(&found["misfit"], &given["misfit"], 1.0, 1e-9), "{unit:e}");
        assert!(found["fit"].is_null());

        let found = json(&["fit", "--json", &data]);
        let errors = |of: &Value| of["errors"].as_array().unwrap().clone();
        for (own, first) in errors(&found).iter().zip(errors(&closures)) {
            let mean = "mean_error";
            assert!(close(&own[mean], &first[mean], 1.0, 1e-6), "{unit:e}: {own} {first}");
        }
    }
}

/// No number in these has more digits than six, unless it is determined.
#[test]
fn what_is_fitted_is_told_as_combinations_with_bounds_and_few_digits() {
    let folder = tempfile::tempdir().unwrap();
    let data = in_unit(folder.path(), &annealed(folder.path()), 60.0, 0.0);
    let arguments = ["simulate", "--closure", "log_odds", "--data", &data, "--starts", "2"];
    let output = mean_cluster(&arguments, 2);
    assert!(output.status.success());
    let told = String::from_utf8(output.stderr).unwrap();
    for expected in ["misfit J (17): ", " numerically", " +- ", "k", "combinations alone: "] {
        assert!(told.contains(expected), "{expected}: {told}");
    }
    let longest = told.split(|c: char| !c.is_ascii_digit()).map(str::len).max().unwrap();
    assert!(longest <= 6, "{told}");
    let found = json(&[&arguments[..], &["--json"]].concat());
    let (rank, numerical) = (&found["fit"]["rank_against_noise"], &found["fit"]["numerical_rank"]);
    assert!(rank.as_u64() <= numerical.as_u64() && rank.as_u64() < Some(5), "{found}");
    for rate in found["rates"].as_array().unwrap() {
        let digits = rate.to_string().chars().filter(char::is_ascii_digit).count();
        assert!(digits <= 12, "{rate}");
    }
    let most = found["fit"]["largest_rate"].as_f64().unwrap();
    assert!((most - 50.0 / 60.0).abs() < 1e-12);
    for name in found["fit"]["at_bounds"].as_array().unwrap() {
        let number: usize = name.as_str().unwrap()[1..].parse().unwrap();
        let rate = found["rates"][number - 1].as_f64().unwrap();
        assert!(rate < 1e-4 * most || rate > (1.0 - 2e-4) * most, "{name}: {rate}");
        assert!(told.contains(&format!("{} = ", name.as_str().unwrap())), "{told}");
    }
}

#[test]
fn refusals_advise_flags_that_exist() {
    let folder = tempfile::tempdir().unwrap();
    let data = in_unit(folder.path(), &annealed(folder.path()), 1.0, 0.0);
    let help = String::from_utf8(mean_cluster(&["simulate", "--help"], 1).stdout).unwrap();
    for (more, expected) in [
        (&["--largest-rate", "1e9", "--starts", "2"][..], "failed from all 2 starting points"),
        (&["--end=-1"], "later than the first time"),
    ] {
        let arguments = [&["simulate", "--data", &data], more].concat();
        let output = mean_cluster(&arguments, 2);
        let message = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{message}");
        assert!(message.contains(expected), "{message}");
        assert!(!message.contains("raise the limit"), "{message}");
        for flag in message.split_whitespace().filter(|word| word.starts_with("--")) {
            let flag = flag.trim_end_matches(|c: char| !c.is_ascii_alphanumeric());
            assert!(help.contains(flag), "{flag}: {message}");
        }
    }
    // fast rates and a late end are stiff, and no reason to refuse
    let fast = "1e6,1e6,1e6,1e6,1e6,1e6,1e6,1e6";
    let arguments = ["simulate", "--data", &data, "--rates", fast, "--end", "1e6"];
    let output = mean_cluster(&arguments, 2);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
}
