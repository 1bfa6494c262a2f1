//! The commands on data of one's own: their examples, files, refusals, and that runs are repeatable.

use super::runner::{self, assert_same, files, mean_cluster};
use std::fs;
use std::path::Path;
use std::process::Output;

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

fn succeeds(arguments: &[&str]) -> String {
    let output = mean_cluster(arguments, 2);
    assert!(output.status.success(), "{arguments:?}: {}", text(&output.stderr));
    text(&output.stdout)
}

fn refused(output: &Output) -> String {
    let message = text(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{message}");
    assert!(!message.contains("panicked"), "{message}");
    message
}

/// A small annealing into `out`.
fn anneal(out: &Path, more: &[&str]) -> Output {
    let mut arguments = vec!["anneal", "--rows", "9", "--columns", "12", "--replicas", "3"];
    arguments.extend(["--temperature-steps", "5", "--out", out.to_str().unwrap()]);
    arguments.extend(more);
    mean_cluster(&arguments, 2)
}

#[test]
fn an_annealing_is_counted_fitted_simulated_and_made_again() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("mit Leerzeichen é");
    assert!(anneal(&out, &["--x", "1/3", "--seed", "5"]).status.success());
    let names: Vec<String> = files(&out).into_keys().collect();
    let (drawn, names): (Vec<_>, Vec<_>) =
        names.into_iter().partition(|name| name.starts_with("figures/"));
    assert_eq!(drawn.len(), 7, "{drawn:?}"); // three, twice, and captions
    let expected = ["film.xyz", "last.xyz", "manifest.toml", "replicas.csv", "report.html"];
    assert_eq!(names[..5], expected);
    assert_eq!(names[5..], ["standard_errors.csv", "trajectory.csv"]);
    let path = |name: &str| out.join(name).to_str().unwrap().to_owned();

    // the last frame of the film is the first of the last configurations
    let counted = |file: &str| -> Vec<serde_json::Value> {
        serde_json::from_str(&succeeds(&["count", "--json", &path(file)])).unwrap()
    };
    let (film, last) = (counted("film.xyz"), counted("last.xyz"));
    assert_eq!((film.len(), last.len()), (16, 3));
    assert_eq!(film[15]["ang_ppm"], last[0]["ang_ppm"]);
    assert_eq!(last[0]["rows"], 9);
    let csv = succeeds(&["count", "--csv", &path("last.xyz")]);
    assert_eq!(csv.lines().count(), 4);
    assert!(succeeds(&["count", &path("last.xyz")]).contains("9 x 12 sites"));
    // a film that was counted is a trajectory
    let counted = folder.path().join("film.csv");
    fs::write(&counted, succeeds(&["count", "--csv", &path("film.xyz")])).unwrap();
    assert!(succeeds(&["fit", counted.to_str().unwrap()]).contains("log_odds"));
    // and what was counted on the way is the mean of what is in the files
    let mean = last.iter().map(|one| one["pp"].as_f64().unwrap()).sum::<f64>() / 3.0;
    let trajectory = fs::read_to_string(path("trajectory.csv")).unwrap();
    let pp: f64 = trajectory.lines().last().unwrap().split(',').nth(5).unwrap().parse().unwrap();
    assert!((mean - pp).abs() < 1e-12, "{mean} and {pp}");

    let data = path("trajectory.csv");
    let fit: serde_json::Value =
        serde_json::from_str(&succeeds(&["fit", "--json", &data])).unwrap();
    let error = |closure: &str| {
        let rows = fit["errors"].as_array().unwrap();
        rows.iter().find(|row| row["closure"] == closure).unwrap()["mean_error"].as_f64().unwrap()
    };
    assert!(error("oa_soft") <= error("oa_hard") && error("oa_hard") < error("pa"));
    assert!(fit["oa_hard"]["lin_ppp"]["gamma1"].is_f64());
    let written = folder.path().join("fit.json");
    let table = succeeds(&["fit", &data, "--out", written.to_str().unwrap()]);
    assert!(table.contains("log_odds") && table.lines().count() == 6, "{table}");
    assert_eq!(fs::read_to_string(written).unwrap(), succeeds(&["fit", "--json", &data]));

    let fitted: serde_json::Value = serde_json::from_str(&succeeds(&[
        "simulate",
        "--closure",
        "oa_hard",
        "--data",
        &data,
        "--starts",
        "3",
        "--json",
    ]))
    .unwrap();
    assert!(fitted["composition_drift"].as_f64().unwrap() < 1e-9);
    assert_eq!(fitted["times"].as_array().unwrap().len(), 61);
    // the rates fitted give the misfit fitted
    let rates: Vec<String> =
        fitted["rates"].as_array().unwrap().iter().map(ToString::to_string).collect();
    let given: serde_json::Value = serde_json::from_str(&succeeds(&[
        "simulate",
        "--closure",
        "oa_hard",
        "--data",
        &data,
        "--rates",
        &rates.join(","),
        "--json",
    ]))
    .unwrap();
    assert_eq!(given["misfit"], fitted["misfit"]);

    let pictures = folder.path().join("pictures");
    let into = ["--figures", pictures.to_str().unwrap()];
    succeeds(&[&["fit", &data], &into[..]].concat());
    succeeds(&[&["simulate", "--data", &data, "--rates", &rates.join(",")], &into[..]].concat());
    let drawn: Vec<String> = files(&pictures).into_keys().collect();
    let expected = ["errors-1", "pairs", "triplets-1"];
    assert_eq!(drawn, expected.map(|n| [format!("{n}.png"), format!("{n}.svg")]).concat());

    let first = files(&out);
    fs::write(out.join("figures/film.svg"), "scribble").unwrap();
    fs::remove_file(out.join("report.html")).unwrap();
    succeeds(&["figures", out.to_str().unwrap()]);
    succeeds(&["report", out.to_str().unwrap()]);
    assert_same(&first, &files(&out));
    let told = succeeds(&["rerun", out.to_str().unwrap()]);
    assert!(told.contains("made again: 13 agree, 0 differ"), "{told}");
    assert_same(&first, &files(&out));
    let other = folder.path().join("other");
    succeeds(&["rerun", out.to_str().unwrap(), "--out", other.to_str().unwrap()]);
    assert_same(&first, &files(&other));
    // bytes that are not those of the settings are named
    let manifest = fs::read_to_string(out.join("manifest.toml")).unwrap();
    fs::write(out.join("manifest.toml"), manifest.replace("seed = 5", "seed = 6")).unwrap();
    let differs = mean_cluster(&["rerun", out.to_str().unwrap()], 2);
    assert_eq!(differs.status.code(), Some(1));
    assert!(text(&differs.stdout).contains("film.xyz came out otherwise when made again"));
}

#[test]
fn settings_come_from_the_file_and_flags_go_before_it() {
    let folder = tempfile::tempdir().unwrap();
    let settings = folder.path().join("settings.toml");
    let file = settings.to_str().unwrap();
    let out = folder.path().join("out");
    fs::write(
        &settings,
        "[anneal]\nrows = 6\nseed = 3\nenergy = \"squared\"\nx = 0.5\nformat = \"txt\"\n",
    )
    .unwrap();
    assert!(anneal(&out, &["--config", file, "--seed", "4", "--film-every", "0"]).status.success());
    let manifest: toml::Table =
        toml::from_str(&fs::read_to_string(out.join("manifest.toml")).unwrap()).unwrap();
    let found = &manifest["settings"];
    assert_eq!(found["seed"].as_integer(), Some(4));
    assert_eq!(found["rows"].as_integer(), Some(9)); // a flag
    assert_eq!(found["energy"][1].as_float(), Some(0.25));
    assert!(out.join("last.txt").exists() && !out.join("film.txt").exists());

    for (text, expected) in [
        ("[anneal]\nsed = 3\n", "there is no key anneal.sed; did you mean anneal.seed?"),
        ("[aneal]\n", "there is no key aneal; did you mean anneal?"),
        ("[anneal]\nrows = \"many\"\n", "rows"),
        ("[anneal]\nenergy = [1.0]\n", "energy: write"),
        ("anneal = 3\n", "write [anneal]"),
        ("[anneal\n", "cannot be read"),
    ] {
        fs::write(&settings, text).unwrap();
        let message = refused(&anneal(&out, &["--config", file]));
        assert!(message.contains(expected), "{text}: {message}");
    }
}

#[test]
fn config_lists_every_key_with_its_meaning_and_reads_back() {
    let folder = tempfile::tempdir().unwrap();
    let all = succeeds(&["config"]);
    let lines: Vec<&str> = all.lines().collect();
    for (above, line) in lines.iter().zip(&lines[1..]) {
        if line.contains(" = ") && !line.starts_with('#') {
            assert!(above.starts_with("# ") && above.len() > 5, "{line} has no help");
        }
    }
    let documented = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/commands.md");
    let documented = fs::read_to_string(documented).unwrap();
    assert!(documented.contains(all.trim()), "docs/commands.md should hold:\n{all}");

    let settings = folder.path().join("all.toml");
    fs::write(&settings, &all).unwrap();
    let [one, two] = ["one", "two"].map(|name| folder.path().join(name));
    assert!(anneal(&one, &["--config", settings.to_str().unwrap()]).status.success());
    assert!(anneal(&two, &[]).status.success());
    assert_same(&files(&one), &files(&two));
}

#[test]
fn the_examples_of_every_help_run() {
    let folder = tempfile::tempdir().unwrap();
    let help = |command: &str| succeeds(&[command, "--help"]);
    for command in
        ["anneal", "count", "fit", "simulate", "rerun", "verify", "config", "completions"]
    {
        let help = help(command);
        let examples: Vec<&str> = help
            .lines()
            .filter_map(|line| line.trim().strip_prefix("Example: mean-cluster "))
            .collect();
        assert!(!examples.is_empty(), "{command}");
        for example in examples {
            let words: Vec<&str> = example.split(' ').collect();
            let run = runner::command(&words, 2).current_dir(folder.path()).output().unwrap();
            assert!(run.status.success(), "{example}: {}", text(&run.stderr));
        }
    }
    assert!(folder.path().join("pairs.csv").exists());
}

#[cfg(unix)]
#[test]
fn an_annealing_that_is_interrupted_goes_on_to_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let [whole, out] = ["whole", "out"].map(|name| folder.path().join(name));
    let long = ["--sweeps-between-samples", "10000", "--block-width", "1"];
    let long = [&long[..], &["--save-every", "0.01"]].concat();
    assert!(anneal(&whole, &long).status.success());
    let mut arguments = vec!["anneal", "--rows", "9", "--columns", "12", "--replicas", "3"];
    arguments.extend(["--temperature-steps", "5", "--out", out.to_str().unwrap()]);
    arguments.extend(&long);
    let run = runner::command(&arguments, 2).stderr(std::process::Stdio::piped()).spawn().unwrap();
    let state = out.with_extension("checkpoints").join("annealing_0.checkpoint");
    while !state.exists() {
        std::thread::sleep(std::time::Duration::from_millis(1));
    }
    let id = run.id().to_string();
    let signal = |name: &str| {
        assert!(std::process::Command::new("kill").args([name, &id]).status().unwrap().success());
    };
    // a second run into the same directory is refused, while the first is held
    signal("-STOP");
    let message = refused(&anneal(&out, &[]));
    assert!(message.contains("in use by another run"), "{message}");
    signal("-INT");
    signal("-CONT");
    let end = run.wait_with_output().unwrap();
    let message = text(&end.stderr);
    assert_eq!(end.status.code(), Some(130), "{message}");
    assert!(message.contains("anneal --resume"), "{message}");
    succeeds(&["anneal", "--resume", out.to_str().unwrap()]);
    assert_same(&files(&whole), &files(&out));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2, "nothing is left beside them");
}

#[test]
fn bad_files_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("leer é.csv");
    let path = file.to_str().unwrap();
    fs::write(&file, "").unwrap();
    for command in ["count", "fit"] {
        let message = refused(&mean_cluster(&[command, path], 1));
        assert!(message.contains("leer é.csv"), "{message}");
        let message = refused(&mean_cluster(&[command, "nowhere.csv"], 1));
        assert!(message.contains("nowhere.csv"), "{message}");
    }
    for (arguments, expected) in [
        (&["simulate"][..], "eight numbers, or data"),
        (&["simulate", "--closure", "log_odds", "--rates", "1,1,1,1,1,1,1,1"], "calibrated on it"),
        (&["simulate", "--rates", "1,2"], "eight numbers"),
        (&["simulate", "--rates", "1,1,1,1,1,1,1,1", "--start", "1,1,1"], "2 C+- = 1"),
        (&["anneal", "--x", "1.5", "--out", path], "1.5"),
        (&["anneal", "--out", path], "it is a file"),
        (&["rerun", folder.path().to_str().unwrap()], "manifest.toml"),
    ] {
        let message = refused(&mean_cluster(arguments, 1));
        assert!(message.contains(expected), "{message}");
    }
}

#[cfg(unix)]
#[test]
fn a_directory_that_cannot_be_written_is_named_before_the_work() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let closed = folder.path().join("closed");
    fs::create_dir(&closed).unwrap();
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o555)).unwrap();
    if fs::write(closed.join("probe"), "").is_ok() {
        return; // root writes everywhere
    }
    let message = refused(&anneal(&closed.join("out"), &[]));
    assert!(message.contains("closed") && message.contains("ermission"), "{message}");
}
