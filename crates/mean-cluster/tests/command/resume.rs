//! `reproduce --resume`: killed at any moment, a run goes on to the same bytes; bad checkpoints are
//! named and left alone.

use super::runner::{self, assert_same, bytes, files, mean_cluster, scratch};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

/// A run that saves its state often.
fn start(arguments: &[&str]) -> Child {
    let mut command = runner::command(arguments, 2);
    command.args(["--save-every", "0.01"]).stderr(Stdio::piped()).spawn().unwrap()
}

fn checkpoints(out: &Path) -> PathBuf {
    out.with_extension("checkpoints")
}

/// Waits until a file of the state is there, or the run is over.
fn wait_for(run: &mut Child, file: &Path) {
    let limit = Instant::now() + Duration::from_secs(60);
    while !file.exists() && run.try_wait().unwrap().is_none() {
        assert!(Instant::now() < limit, "{} never came", file.display());
        std::thread::sleep(Duration::from_millis(1));
    }
}

#[test]
fn a_run_that_is_killed_goes_on_to_the_same_bytes() {
    for blocks in [&["--replicas", "2"][..], &["--replicas", "2", "--block-width", "1"]] {
        let (folder, whole) = scratch();
        let out = folder.path().join("killed");
        assert!(mean_cluster(&runner::small(&whole, blocks), 2).status.success());
        let first = runner::small(&out, blocks);
        let again = ["reproduce", "--resume", out.to_str().unwrap()];
        let mut run = start(&first);
        let mut kills = 0;
        for (seen, pause) in [
            ("run.checkpoint", 0),
            ("annealing_0.25_0.checkpoint", 0),
            ("annealing_0.5_0.checkpoint", 20),
            ("annealing_0.75_0.checkpoint", 50),
            ("posterior_pa.chains", 10),
            ("posterior_pa.chains", 100),
            ("posterior_oa_half.chains", 40),
        ] {
            wait_for(&mut run, &checkpoints(&out).join(seen));
            std::thread::sleep(Duration::from_millis(pause));
            run.kill().unwrap(); // SIGKILL
            kills += usize::from(!run.wait().unwrap().success());
            run = start(&again);
        }
        let end = run.wait_with_output().unwrap();
        assert!(end.status.success(), "{}", String::from_utf8_lossy(&end.stderr));
        let message = String::from_utf8(end.stderr).unwrap();
        let told = "going on with `mean-cluster reproduce` with seed 1 into ";
        assert!(message.starts_with(told) && message.lines().count() == 1, "{message}");
        assert!(kills >= 5, "{kills} kills");
        assert_same(&bytes(&whole), &bytes(&out));
        assert!(!checkpoints(&out).exists());
        // what is complete stays, and is said to be
        let end = mean_cluster(&again, 2);
        let message = String::from_utf8(end.stderr).unwrap();
        assert_eq!(end.status.code(), Some(2), "{message}");
        assert!(message.contains("finished result of `mean-cluster reproduce` with seed 1"));
        assert_same(&bytes(&whole), &bytes(&out));
    }
}

#[cfg(unix)]
#[test]
fn an_interrupted_run_says_how_to_go_on() {
    let (_folder, out) = scratch();
    let mut run = start(&runner::small(&out, &["--replicas", "2"]));
    wait_for(&mut run, &checkpoints(&out).join("posterior_pa.chains"));
    let id = run.id().to_string();
    assert!(std::process::Command::new("kill").args(["-INT", &id]).status().unwrap().success());
    let end = run.wait_with_output().unwrap();
    let message = String::from_utf8(end.stderr).unwrap();
    assert_eq!(end.status.code(), Some(130), "{message}");
    let again = format!("mean-cluster reproduce --resume {}", out.display());
    assert!(message.contains(&again), "{message}");
    assert!(!out.exists());
    assert!(checkpoints(&out).join("annealing_0.75_0.checkpoint").exists());
}

#[test]
fn checkpoints_that_are_no_good_are_named_and_left_alone() {
    let (folder, out) = scratch();
    let again = ["reproduce", "--resume", out.to_str().unwrap()];
    let refused = |expected: &[&str]| {
        // that of a killed run, which the next one takes over
        let _ = fs::remove_file(folder.path().join(".out.lock"));
        let before = files(folder.path());
        let end = mean_cluster(&again, 2);
        let message = String::from_utf8(end.stderr).unwrap();
        assert_eq!(end.status.code(), Some(2), "{expected:?}: {message}");
        for part in expected {
            assert!(message.contains(part), "{part} is not in: {message}");
        }
        assert!(files(folder.path()) == before, "{expected:?}");
    };
    refused(&["nothing to go on from", "--resume"]);

    let mut run = start(&runner::small(&out, &["--replicas", "2"]));
    wait_for(&mut run, &checkpoints(&out).join("posterior_pa.chains"));
    run.kill().unwrap();
    run.wait().unwrap();
    for name in ["run.checkpoint", "annealing_0.5_0.checkpoint", "posterior_pa.chains"] {
        let path = checkpoints(&out).join(name);
        let good = fs::read(&path).unwrap();
        let file = path.file_name().unwrap().to_str().unwrap();
        let mut damaged = good.clone();
        *damaged.last_mut().unwrap() ^= 1;
        let magic = good.iter().take_while(|byte| **byte != b' ').copied();
        let newer: Vec<u8> = magic.chain(*b" 99 in another way\n").collect();
        for (bad, expected) in [
            (&good[..good.len() - 1], "cut off"),
            (&damaged, "damaged"),
            (&newer, "newer"),
            (b"a thesis\n", "no checkpoint"),
        ] {
            fs::write(&path, bad).unwrap();
            refused(&[file, expected]);
        }
        fs::write(&path, &good).unwrap();
    }
    // the state of another part, and of another run
    let at = |name: &str| checkpoints(&out).join(format!("{name}.checkpoint"));
    let good = fs::read(at("annealing_0.5_0")).unwrap();
    fs::copy(at("annealing_0.25_0"), at("annealing_0.5_0")).unwrap();
    refused(&["annealing_0.5_0.checkpoint", "another run"]);
    fs::write(at("annealing_0.5_0"), good).unwrap();
    let other = folder.path().join("other");
    let mut run = start(&runner::small(&other, &["--replicas", "2", "--seed", "2"]));
    wait_for(&mut run, &checkpoints(&other).join("annealing_0.25_0.checkpoint"));
    run.kill().unwrap();
    run.wait().unwrap();
    fs::copy(checkpoints(&other).join("run.checkpoint"), at("run")).unwrap();
    refused(&["annealing_", "another run"]);

    // a new run puts them away, but nobody else's files
    assert!(mean_cluster(&runner::small(&out, &["--replicas", "2"]), 2).status.success());
    assert!(!checkpoints(&out).exists());
    fs::create_dir(checkpoints(&out)).unwrap();
    fs::write(checkpoints(&out).join("thesis.tex"), "years").unwrap();
    let refused = mean_cluster(&runner::small(&out, &["--replicas", "2"]), 2);
    assert_eq!(refused.status.code(), Some(2));
    assert_eq!(fs::read(checkpoints(&out).join("thesis.tex")).unwrap(), b"years");
}
