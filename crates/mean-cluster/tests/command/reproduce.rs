//! `reproduce`: its files, its bytes, its refusals.

use super::runner::{self, assert_same, bytes, files, mean_cluster, scratch, tiny};
use std::fs;
use std::path::{Path, PathBuf};

fn rows(directory: &Path, name: &str) -> (String, Vec<Vec<String>>) {
    let mut reader = csv::Reader::from_path(directory.join(name)).unwrap();
    let to_strings =
        |record: &csv::StringRecord| -> Vec<String> { record.iter().map(str::to_owned).collect() };
    let header = to_strings(reader.headers().unwrap()).join(",");
    (header, reader.records().map(|r| to_strings(&r.unwrap())).collect())
}

#[test]
fn the_same_seed_gives_the_same_bytes_on_any_threads_and_instructions_and_another_seed_others() {
    let (folder, out) = scratch();
    let bytes = |seed, threads, instructions| {
        let small = runner::small(&out, &["--seed", seed, "--replicas", "2"]);
        let run = runner::command(&small, threads)
            .env("MEAN_CLUSTER_INSTRUCTIONS", instructions)
            .output()
            .unwrap();
        assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
        assert!(run.stdout.is_empty() && run.stderr.is_empty(), "quiet in a pipe");
        bytes(&out)
    };
    let (one, other) = (bytes("5", 1, "portable"), bytes("6", 2, "avx512"));
    assert_same(&one, &bytes("5", 2, "avx512"));
    let again = folder.path().join("again");
    let rerun = ["rerun", out.to_str().unwrap(), "--out", again.to_str().unwrap()];
    assert!(runner::mean_cluster(&rerun, 5).status.success());
    assert_same(&one, &runner::bytes(&again));
    for (name, bytes) in &one {
        // the drift of the published fit depends on nothing that is random
        if !name.starts_with("figures/drift") && name != "figures/captions.md" {
            assert!(bytes != &other[name], "{name} is the same for another seed");
        }
    }
}

#[test]
fn the_files_keep_their_contract() {
    let (_folder, out) = scratch();
    assert!(tiny(&out, &[], 2).status.success());
    let expected = vec![
        "annealing.csv",
        "annealing_mean.csv",
        "errors.csv",
        "errors_by_bound.csv",
        "errors_by_type.csv",
        "lattices.csv",
        "manifest.toml",
        "posterior_oa_half.csv",
        "posterior_pa.csv",
        "rates_sa.csv",
        #[cfg(feature = "figures")]
        "report.html",
        "summary.json",
        "table2.csv",
        "timings.json",
    ];
    let (figures, tables): (Vec<String>, Vec<String>) =
        files(&out).into_keys().partition(|name| name.starts_with("figures/"));
    assert_eq!(tables, expected);
    let drawn = if cfg!(feature = "figures") { 2 * 16 + 1 } else { 0 };
    assert_eq!(figures.len(), drawn, "{figures:?}");

    let (header, annealing) = rows(&out, "annealing.csv");
    assert_eq!(
        header,
        "x,replica,sample,time,temperature,energy_per_site,c_plus,c_minus,pp,mm,pm,\
         lin_ppp,lin_mmm,lin_ppm,lin_mmp,lin_pmp,lin_mpm,\
         ang_ppp,ang_mmm,ang_ppm,ang_mmp,ang_pmp,ang_mpm,tri_ppp,tri_mmm,tri_ppm,tri_mmp"
    );
    assert_eq!(annealing.len(), 11 * 2 * 61);
    assert!(annealing.iter().all(|row| row[4].is_empty() == (row[2] == "0")));

    let record = header.split(',').collect::<Vec<_>>();
    let (header, means) = rows(&out, "annealing_mean.csv");
    assert_eq!(header, "x,sample,time,temperature,replicas,quantity,mean,standard_error");
    assert_eq!(means.len(), 11 * 61 * 20);
    let number = |text: &String| text.parse::<f64>().unwrap();
    for row in means.iter().step_by(97) {
        let column = record.iter().position(|name| *name == row[5]).unwrap();
        let of_sample = annealing.iter().filter(|a| a[0] == row[0] && a[2] == row[1]);
        let values: Vec<f64> = of_sample.map(|a| number(&a[column])).collect();
        let [a, b] = values[..] else { panic!("two replicas") };
        assert!((number(&row[6]) - (a + b) / 2.0).abs() < 1e-14, "{row:?}");
        assert!((number(&row[7]) - (a - b).abs() / 2.0).abs() < 1e-14, "{row:?}");
        assert_eq!((&row[4][..], row[3].is_empty()), ("2", row[1] == "0"));
    }

    let (header, table) = rows(&out, "table2.csv");
    assert_eq!(
        header,
        "convention,regularization,calibration_x,triplet,gamma1,gamma2,xi1,xi2,error,\
         active_bounds,unique"
    );
    assert_eq!(table.len(), 128);
    for row in table.iter().filter(|row| row[3].ends_with("mmm")) {
        assert!(row[5].is_empty() && row[6].is_empty() && !row[7].is_empty(), "{row:?}");
    }

    let (header, errors) = rows(&out, "errors.csv");
    assert_eq!(header, "convention,closure,regularization,calibration_x,x,mean_error");
    assert_eq!(errors.len(), 2 * (2 + 4) * 11);
    let (_, by_type) = rows(&out, "errors_by_type.csv");
    assert_eq!(by_type.len(), 16 * errors.len());
    for (row, types) in errors.iter().zip(by_type.chunks(16)) {
        let sum: f64 = types.iter().map(|t| t[6].parse::<f64>().unwrap()).sum();
        assert_eq!(row[5].parse::<f64>().unwrap(), sum / 16.0);
    }

    let (header, bounds) = rows(&out, "errors_by_bound.csv");
    assert_eq!(header, "convention,regularization,bound,x,mean_error");
    assert_eq!(bounds.len(), 2 * 2 * 4 * 11);
    let published = |row: &&Vec<String>| (row[1] == "hard" && row[2] == "2") || row[2] == "6";
    for row in bounds.iter().filter(published) {
        let same = |error: &&Vec<String>| {
            let calibrated_at_third = error[3].starts_with("0.333");
            error[0] == row[0] && error[2] == row[1] && calibrated_at_third && error[4] == row[3]
        };
        assert_eq!(errors.iter().find(same).unwrap()[5], row[4], "{row:?}");
    }

    let (header, lattices) = rows(&out, "lattices.csv");
    assert_eq!(header, "x,time,row,atoms");
    assert_eq!(lattices.len(), 2 * 12);
    for state in lattices.chunks(12) {
        let minus: usize = state.iter().map(|row| row[3].matches('-').count()).sum();
        assert_eq!(minus, 48, "a third of 144 sites, before and after");
    }

    let (header, rates) = rows(&out, "rates_sa.csv");
    assert_eq!(header, "x,system,alpha1,alpha2,misfit");
    assert_eq!(rates.len(), 22);
    for row in rates.iter().filter(|row| row[1] == "conserving") {
        assert_eq!(row[2], row[3], "conserving means alpha1 = alpha2");
    }

    for name in ["posterior_pa.csv", "posterior_oa_half.csv"] {
        let (header, draws) = rows(&out, name);
        assert_eq!(header, "chain,draw,stage,misfit,k1,k2,k3,k4,k5,k6,k7,k8");
        assert_eq!(draws.len(), 2 * 300);
        for pair in draws.windows(2).filter(|pair| pair[1][2] == "0" && pair[1][1] != "0") {
            assert_eq!(pair[0][3..], pair[1][3..], "a rejection repeats the point");
        }
        for row in &draws {
            let inside = |k: &String| (0.0..=50.0).contains(&k.parse::<f64>().unwrap());
            assert!(row[4..].iter().all(inside), "{row:?}");
        }
    }

    let summary: serde_json::Value =
        serde_json::from_slice(&fs::read(out.join("summary.json")).unwrap()).unwrap();
    for convention in ["as-published", "consistent"] {
        assert!(summary["sa_over_pa_improvement_percent"][convention].is_f64());
        assert!(summary["ratio_of_mean_errors_sa_pa"][convention].is_f64());
    }
    assert!(summary["table2_types_within_0_1"]["oa_half"].is_u64());
    assert_eq!(summary["posteriors"]["pa"]["r_hat"].as_array().unwrap().len(), 8);

    let manifest = fs::read_to_string(out.join("manifest.toml")).unwrap();
    let manifest: toml::Table = manifest.parse().unwrap();
    let listed = manifest["file"].as_array().unwrap().len();
    assert_eq!(listed, expected.len() - 1 + figures.len());
}

#[test]
fn foreign_directories_are_refused_and_left_whole_and_our_own_are_replaced() {
    let (folder, out) = scratch();
    fs::create_dir(&out).unwrap();
    fs::write(out.join("thesis.tex"), "years").unwrap();
    let refused = tiny(&out, &[], 2);
    assert_eq!(refused.status.code(), Some(2));
    let message = String::from_utf8(refused.stderr).unwrap();
    assert!(message.contains("--force") && message.contains("out"), "{message}");
    assert_eq!(files(&out).len(), 1);

    assert!(tiny(&out, &["--force"], 2).status.success());
    assert!(tiny(&out, &["--seed", "9"], 2).status.success(), "ours by now");
    assert_eq!(fs::read(out.join("thesis.tex")).unwrap(), b"years");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left beside it");
}

#[test]
fn bad_input_ends_with_code_two_names_the_value_and_leaves_earlier_output() {
    let (folder, out) = scratch();
    assert!(tiny(&out, &[], 2).status.success());
    let before = files(&out);
    let cases: [(&[&str], &str); 10] = [
        (&["--size", "2"], "size is 2"),
        (&["--replicas", "0"], "replicas is 0"),
        (&["--block-width", "2"], "block-width is 2"),
        (&["--save-every=-1"], "--save-every"),
        (&["--save-every", "soon"], "soon"),
        (&["--samples", "3"], "samples is 3"),
        (&["--chains", "0"], "chains is 0"),
        (&["--seed", "18446744073709551615"], "18446744073709551615"),
        (&["--seed", "seven"], "seven"),
        (&["--colour"], "--colour"),
    ];
    for (arguments, expected) in cases {
        let mut all = vec!["reproduce", "--quick", "--out", out.to_str().unwrap()];
        all.extend(arguments);
        let run = mean_cluster(&all, 2);
        let message = String::from_utf8(run.stderr).unwrap();
        assert_eq!(run.status.code(), Some(2), "{arguments:?}: {message}");
        assert!(message.contains(expected), "{arguments:?}: {message}");
        assert!(files(&out) == before, "{arguments:?}");
    }
    let file = folder.path().join("file");
    fs::write(&file, "").unwrap();
    for out in [file.clone(), file.join("below"), PathBuf::from("/proc/mean-cluster")] {
        let run = tiny(&out, &[], 2);
        assert_eq!(run.status.code(), Some(2), "{}", out.display());
    }
}

#[test]
fn help_shows_the_defaults_that_hold() {
    let help = mean_cluster(&["reproduce", "--help"], 1);
    let help = String::from_utf8(help.stdout).unwrap();
    let settings = mean_cluster::study::StudySettings::default();
    let quick = mean_cluster::study::StudySettings::quick();
    for (value, with_quick) in [(settings.size, quick.size), (settings.samples, quick.samples)] {
        let expected = format!("with --quick {with_quick} [default: {value}]");
        assert!(help.contains(&expected), "{expected} is not in\n{help}");
    }
    assert_eq!((settings.replicas, settings.block_width), (64, 64));
    let others = [settings.seed.to_string(), settings.chains.to_string(), "64".to_owned()];
    for value in ["out".to_owned()].into_iter().chain(others) {
        assert!(help.contains(&format!("[default: {value}]")), "{value} is not in\n{help}");
    }
}
