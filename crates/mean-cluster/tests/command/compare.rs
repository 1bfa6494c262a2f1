//! `mean-cluster compare`: its closures, its files, the same bytes again, its refusals.

use super::runner::{assert_same, command, files, mean_cluster, scratch};
use mean_cluster::closures::triplet_errors;
use mean_cluster::compare::{CompareSettings, Comparison, System, compared_closures};
use mean_cluster::run::{Run, Settings};
use mean_cluster::study::{ONE_HALF, ONE_THIRD, Progress, StudySettings, anneal_compositions};
use std::fs;
use std::path::Path;

/// Five quick closures, judged at x = 1/2 and, in the rates, at 1/3: a few seconds.
fn small(out: &Path, threads: usize) {
    let mut arguments =
        vec!["compare", "--calibrate", "1/3", "--calibrate", "0.5", "--judge", "0.5"];
    for closure in ["kirkwood", "maximum_entropy", "power_1", "sa"] {
        arguments.extend(["--closure", closure]);
    }
    arguments.extend(["--size", "12", "--judge-size", "15", "--replicas", "2", "--trials", "30"]);
    arguments.extend(["--out", out.to_str().unwrap()]);
    let run = mean_cluster(&arguments, threads);
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    assert!(run.stdout.is_empty() && run.stderr.is_empty(), "quiet in a pipe");
}

#[test]
fn bad_input_ends_with_code_two_and_names_the_value() {
    let (_folder, out) = scratch();
    for (flag, value, expected) in [
        ("--calibrate", "1.5", "calibrate is 1.5"),
        ("--calibrate", "1/0", "calibrate is inf"),
        ("--calibrate", "half", "half"),
        ("--judge", "0", "judge is 0"),
        ("--closure", "pair", "closure is pair, but must be one of pa,"),
        ("--size", "2", "size is 2"),
        ("--judge-size", "1", "judge-size is 1"),
        ("--trials", "0", "trials is 0"),
        ("--starts", "0", "starts is 0"),
        ("--seed", "9223372036854775807", "seed is 9223372036854775808"),
    ] {
        let run = mean_cluster(&["compare", "--out", out.to_str().unwrap(), flag, value], 1);
        let message = String::from_utf8(run.stderr).unwrap();
        assert_eq!(run.status.code(), Some(2), "{flag} {value}: {message}");
        assert!(message.contains(expected), "{flag} {value}: {message}");
        assert!(!out.exists());
    }
    let run = mean_cluster(&["compare", "--resume", out.to_str().unwrap(), "--trials", "3"], 1);
    assert_eq!(run.status.code(), Some(2), "settings are those of the run resumed");
    let twice = ["compare", "--judge", "0.5", "--judge", "1/2", "--out", out.to_str().unwrap()];
    assert_eq!(mean_cluster(&twice, 1).status.code(), Some(2));
}

#[test]
fn sixteen_closures_are_compared_and_the_log_odds_closure_leads() {
    let settings = StudySettings { size: 24, replicas: 8, ..StudySettings::default() };
    let data = anneal_compositions(&settings, &[ONE_THIRD, ONE_HALF], &Progress::Silent).unwrap();
    let closures = compared_closures(&data).unwrap();
    assert_eq!(closures.len(), 16);
    let names = closures.iter().map(|compared| compared.name.to_owned()).collect();
    CompareSettings { closures: names, ..CompareSettings::default() }.check().unwrap();
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

#[test]
fn a_comparison_writes_its_tables_whole_draws_them_and_makes_the_same_bytes_again() {
    let (folder, one) = scratch();
    let two = folder.path().join("two");
    small(&one, 1);
    let rerun = ["rerun", one.to_str().unwrap(), "--out", two.to_str().unwrap()];
    assert!(mean_cluster(&rerun, 2).status.success());
    let before = files(&one);
    assert_same(&before, &files(&two));
    // beside the two directories nothing is left over
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);

    let header =
        |file: &str| fs::read_to_string(one.join(file)).unwrap().lines().next().map(str::to_owned);
    for (file, columns) in [
        (
            "comparison.csv",
            "closure,calibration,x,mean_error,worst_type,worst_type_error,marginal_residual,negative",
        ),
        ("best_rates.csv", "closure,calibration,x,system,misfit,drift,k1,k2,k3,k4,k5,k6,k7,k8"),
        (
            "exits.csv",
            "closure,calibration,x,system,trials,pp_negative,mm_negative,pm_negative,undefined,\
             unfinished,beyond_triangles,first_exit,median_exit",
        ),
    ] {
        assert_eq!(header(file).as_deref(), Some(columns));
    }
    check(&Comparison::read(&one).unwrap());
    redraw(&one);
}

/// What must hold for the numbers of a small comparison.
fn check(found: &Comparison) {
    assert_eq!(found.closures(), ["pa", "kirkwood", "maximum_entropy", "power_1", "sa"]);
    assert_eq!(found.scores.len(), 5);
    for row in &found.scores {
        let (mean, worst) = (row.mean_error, row.worst_type_error);
        assert!(0.0 < mean && mean <= worst && worst <= 16.0 * mean * (1.0 + 1e-12), "{row:?}");
        assert!(row.marginal_residual >= 0.0 && row.negative >= 0.0 && row.x == 0.5, "{row:?}");
    }
    let of = |name: &str| found.scores_of(name).unwrap()[0];
    assert!(of("maximum_entropy").marginal_residual < 1e-13, "chains and triangles");
    assert!(of("kirkwood").marginal_residual > 0.01 && of("power_1").marginal_residual < 1e-13);
    assert_eq!(found.gain("pa").unwrap().of_means, 1.0);
    assert_eq!((found.best_rates.len(), found.exits.len()), (5 * 2 * 2, 5 * 2 * 2));
    for system in System::ALL {
        let rates = |name: &str| found.rates_of(name, system).unwrap();
        let exits = |name: &str| found.exits_of(name, system).unwrap();
        let (pair, equal) = (rates("pa"), rates("maximum_entropy"));
        assert_eq!([pair[0].x, pair[1].x], [ONE_THIRD, ONE_HALF]);
        for (a, b) in pair.iter().zip(&equal) {
            assert_eq!((a.misfit, a.rates), (b.misfit, b.rates), "equal chains move alike");
        }
        assert_eq!(exits("pa")[1].left(), 0, "at x = 1/2 no rates lead out");
        for closure in found.closures() {
            for row in rates(closure) {
                assert!(row.misfit > 0.0 && row.rates.iter().all(|k| (0.0..=50.0).contains(k)));
                assert!(row.drift < 1e-12 || system == System::Published, "{row:?}");
            }
            for row in exits(closure) {
                assert!(row.trials == 30 && row.left() + row.unfinished <= 30, "{row:?}");
                assert_eq!(row.first_exit.is_some(), row.left() > 0, "{row:?}");
            }
        }
    }
    let leaving = found.exits_of("sa", System::Conserving).unwrap();
    assert!(leaving.iter().all(|row| (10..=20).contains(&row.left())), "half of all, {leaving:?}");
}

/// Drawing again gives the same bytes; bad files are named with the column, and everything stays.
#[cfg(feature = "figures")]
fn redraw(out: &Path) {
    let before = files(out);
    assert!(
        before.keys().filter(|name| name.ends_with(".svg")).count() == 7,
        "{:?}",
        before.keys()
    );
    fs::write(out.join("figures/gains.svg"), "scribble").unwrap();
    fs::remove_file(out.join("report.html")).unwrap();
    for command in ["figures", "report"] {
        let run = mean_cluster(&[command, out.to_str().unwrap()], 2);
        assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    }
    assert_same(&before, &files(out));
    let page = String::from_utf8(before["report.html"].clone()).unwrap();
    for part in ["Closures compared", "maximum_entropy", "x = 1/3", "<svg"] {
        assert!(page.contains(part), "{part}");
    }
    for forbidden in ["<script src", "src=", "NaN", "inf "] {
        assert!(!page.contains(forbidden), "{forbidden}");
    }
    for (file, from, to, expected) in [
        ("comparison.csv", "mean_error", "error", "no column mean_error"),
        ("comparison.csv", "0.5,", "half,", "line 2: x is \"half\""),
        ("comparison.csv", "pa,", "pair,", "no row for pa "),
        ("best_rates.csv", "kirkwood", "kirk", "no row for kirkwood"),
        ("best_rates.csv", "k8", "k9", "no column k8"),
        ("best_rates.csv", "conserving", "kept", "system is \"kept\""),
        ("exits.csv", ",30,", ",many,", "trials is \"many\""),
        ("manifest.toml", "trials = 30", "trials = \"x\"", "manifest.toml"),
    ] {
        let text = fs::read_to_string(out.join(file)).unwrap();
        assert!(text.contains(from), "{file} has no {from}");
        fs::write(out.join(file), text.replacen(from, to, 1)).unwrap();
        let damaged = files(out);
        for command in ["figures", "report"] {
            let run = mean_cluster(&[command, out.to_str().unwrap()], 1);
            let message = String::from_utf8(run.stderr).unwrap();
            assert_eq!(run.status.code(), Some(2), "{expected}: {message}");
            assert!(message.contains(file) && message.contains(expected), "{expected}: {message}");
        }
        assert!(files(out) == damaged, "{expected}");
        fs::write(out.join(file), text).unwrap();
    }
}

#[cfg(not(feature = "figures"))]
fn redraw(_: &Path) {}

#[cfg(unix)]
#[test]
fn an_interrupted_comparison_leaves_nothing_half_written_and_goes_on_to_the_same_bytes() {
    let (folder, out) = scratch();
    let whole = folder.path().join("whole");
    let settings = ["--judge", "0.5", "--size", "12", "--judge-size", "12", "--replicas", "2"];
    let settings = [&settings[..], &["--closure", "kirkwood", "--trials", "2000"]].concat();
    let run = |more: &[&str]| mean_cluster(&[&["compare"], more, &settings].concat(), 1);
    assert!(run(&["--out", whole.to_str().unwrap()]).status.success());

    let arguments = [&["compare", "--out", out.to_str().unwrap()], &settings[..]].concat();
    let mut child = command(&arguments, 1).stderr(std::process::Stdio::null()).spawn().unwrap();
    let checkpoint = folder.path().join("out.checkpoints/best_rates.checkpoint");
    while !checkpoint.exists() {
        assert!(child.try_wait().unwrap().is_none(), "it ended before it could be interrupted");
        std::thread::sleep(std::time::Duration::from_millis(2));
    }
    let kill = std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(kill.unwrap().success());
    assert_eq!(child.wait().unwrap().code(), Some(130));
    assert!(!out.exists(), "nothing is written");
    let resumed = mean_cluster(&["compare", "--resume", out.to_str().unwrap()], 2);
    assert!(resumed.status.success(), "{}", String::from_utf8_lossy(&resumed.stderr));
    assert_same(&files(&whole), &files(&out));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2, "no checkpoints are left");
}
