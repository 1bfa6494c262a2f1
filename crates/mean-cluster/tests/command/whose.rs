//! Whose a file or directory is: what a run may replace, what it goes on from, what it says.

use super::runner::{self, files, mean_cluster};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// An annealing of a few milliseconds and 60 sites.
fn anneal(out: &Path, more: &[&str]) -> Output {
    runner::command(&words(out, more), 1).output().unwrap()
}

fn words<'a>(out: &'a Path, more: &[&'a str]) -> Vec<&'a str> {
    let small =
        "anneal --rows 6 --columns 6 --replicas 2 --temperature-steps 2 --samples-per-step 4";
    let mut words: Vec<&str> = small.split_whitespace().collect();
    words.extend(["--film-every", "0", "--out", out.to_str().unwrap()]);
    words.extend(more);
    words
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

fn succeeds(output: &Output) -> String {
    assert!(output.status.success(), "{}", text(&output.stderr));
    text(&output.stderr)
}

fn refused(output: &Output, parts: &[&str]) -> String {
    let message = text(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{message}");
    for part in parts {
        assert!(message.contains(part), "{part} is not in: {message}");
    }
    message
}

/// Runs a command that was printed, as a shell does.
fn as_printed(command: &str) -> Output {
    let rest = command.strip_prefix("mean-cluster ").unwrap();
    let line = format!("exec {} {rest}", env!("CARGO_BIN_EXE_mean-cluster"));
    Command::new("sh").args(["-c", &line]).output().unwrap()
}

/// A folder with a trajectory, `t.csv`.
fn with_data() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("t.csv");
    succeeds(&anneal(&folder.path().join("annealed"), &[]));
    fs::rename(folder.path().join("annealed/trajectory.csv"), &data).unwrap();
    fs::remove_dir_all(folder.path().join("annealed")).unwrap();
    (folder, data)
}

fn simulate(data: &Path, out: &Path) -> Output {
    let rates = "1,1,1,1,1,1,1,1";
    let [data, out] = [data, out].map(|path| path.to_str().unwrap());
    mean_cluster(&["simulate", "--rates", rates, "--data", data, "--out", out], 1)
}

#[test]
fn another_commands_result_is_refused_and_replaced_by_force() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("inference");
    succeeds(&anneal(&out, &[]));
    let manifest = fs::read_to_string(out.join("manifest.toml")).unwrap();
    let of_infer = manifest.replace("command = \"anneal\"", "command = \"infer\"");
    fs::write(out.join("manifest.toml"), of_infer).unwrap();
    let before = files(&out);
    refused(&anneal(&out, &[]), &["`mean-cluster infer` with seed 1", "--force"]);
    assert!(files(&out) == before);
    // a state says whose it is, too
    assert!(!folder.path().join("inference.checkpoints").exists());
    assert_eq!(succeeds(&anneal(&out, &["--force"])), "");
    assert_eq!(fs::read_to_string(out.join("manifest.toml")).unwrap(), manifest);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn a_file_whose_name_is_needed_is_renamed_and_it_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    succeeds(&anneal(&out, &[]));
    fs::write(out.join("last.txt"), "mine").unwrap();
    let message = succeeds(&anneal(&out, &["--format", "txt"]));
    assert!(message.contains("last.txt") && message.contains("it is now "), "{message}");
    assert_eq!(fs::read_to_string(out.join("last.txt.kept")).unwrap(), "mine");
}

#[test]
fn a_run_that_was_killed_before_its_first_save_does_not_go_on_to_an_older_result() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    let path = out.to_str().unwrap();
    succeeds(&anneal(&out, &["--seed", "3"]));
    let older = files(&out);
    let listed = runner::command(&words(&out, &["--seed", "4"]), 1)
        .env("WHOLE_FILES_FAULT", "list")
        .output()
        .unwrap();
    let newer = files(&out);
    let saved = text(&listed.stderr).lines().position(|line| line.contains("run.checkpoint"));
    let saved = saved.unwrap() + 1; // the temporary file: created, written, synced, renamed
    for (kill, is_saved) in [(saved - 1, false), (saved, false), (saved + 5, true)] {
        succeeds(&anneal(&out, &["--seed", "3"]));
        let killed = runner::command(&words(&out, &["--seed", "4"]), 1)
            .env("WHOLE_FILES_FAULT", format!("kill:{kill}"))
            .output()
            .unwrap();
        assert_eq!(killed.status.code(), None, "killed at {kill}");
        let resumed = mean_cluster(&["anneal", "--resume", path], 1);
        if is_saved {
            assert!(succeeds(&resumed).contains("`mean-cluster anneal` with seed 4 into"));
            assert!(files(&out) == newer);
        } else {
            refused(&resumed, &["nothing to go on from", "finished result", "with seed 3"]);
            assert!(files(&out) == older);
        }
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left beside it");
    }
    let nowhere = folder.path().join("a/slip");
    refused(
        &mean_cluster(&["anneal", "--resume", nowhere.to_str().unwrap()], 1),
        &["nothing to go on from", "start without --resume"],
    );
    assert!(!folder.path().join("a").exists());
}

#[test]
fn the_state_of_another_command_is_named_and_the_advice_works() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("it's here");
    let killed = runner::command(&words(&out, &["--save-every", "0"]), 1)
        .env("WHOLE_FILES_FAULT", "kill:30")
        .output()
        .unwrap();
    assert_eq!(killed.status.code(), None);
    let path = out.to_str().unwrap();
    for arguments in [["compare", "--resume", path], ["compare", "--out", path]] {
        let message = refused(
            &mean_cluster(&arguments, 1),
            &["the state of `mean-cluster anneal` with seed 1", "it's here.checkpoints"],
        );
        assert!(!out.exists());
        if arguments[1] == "--out" {
            let advice = message.split('`').find(|part| part.contains("--resume")).unwrap();
            succeeds(&as_printed(advice));
            assert!(out.join("manifest.toml").exists());
        }
    }
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[cfg(unix)]
#[test]
fn the_command_that_an_interrupted_run_prints_works() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("some place");
    let state = folder.path().join("some place.checkpoints");
    fs::create_dir(&out).unwrap();
    fs::write(out.join("notes"), "mine").unwrap();
    let long = ["--sweeps-between-samples", "300000", "--save-every", "0.01", "--force"];
    let run = runner::command(&words(&out, &long), 1)
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    while !state.join("annealing_0.checkpoint").exists() {
        std::thread::sleep(std::time::Duration::from_millis(1));
    }
    // a file of somebody who took the directory for theirs
    fs::write(state.join("thesis.tex"), "years").unwrap();
    let id = run.id().to_string();
    assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
    let end = run.wait_with_output().unwrap();
    let message = text(&end.stderr);
    assert_eq!(end.status.code(), Some(143), "{message}");
    let advice = message.lines().find_map(|line| line.split_once("go on with: ")).unwrap().1;
    assert!(advice.ends_with("some place' --force"), "{advice}");
    succeeds(&as_printed(advice));
    assert!(out.join("manifest.toml").exists() && out.join("notes").exists());
    assert_eq!(fs::read_to_string(state.join("thesis.tex")).unwrap(), "years");
    assert_eq!(fs::read_dir(&state).unwrap().count(), 1);
    refused(&anneal(&out, &[]), &["thesis.tex", "move it away"]);
}

#[cfg(unix)]
#[test]
fn what_is_no_regular_file_is_written_into_and_links_are_followed() {
    use std::os::unix::fs::{FileTypeExt, PermissionsExt, symlink};
    let (folder, data) = with_data();
    let at = |name: &str| folder.path().join(name);
    succeeds(&simulate(&data, &at("plain")));
    let expected = fs::read_to_string(at("plain")).unwrap();
    // a FIFO stays one, and somebody reads the result from it
    let fifo = at("fifo");
    assert!(Command::new("mkfifo").arg(&fifo).status().unwrap().success());
    let read = std::thread::spawn({
        let fifo = fifo.clone();
        move || fs::read_to_string(fifo).unwrap()
    });
    succeeds(&simulate(&data, &fifo));
    assert_eq!(read.join().unwrap(), expected);
    assert!(fs::metadata(&fifo).unwrap().file_type().is_fifo());
    // a device, here by a link
    symlink("/dev/null", at("device")).unwrap();
    succeeds(&simulate(&data, &at("device")));
    assert!(fs::symlink_metadata(at("device")).unwrap().is_symlink());
    assert!(fs::metadata("/dev/null").unwrap().file_type().is_char_device());
    // standard output under its names, and a file that is open elsewhere, is not replaced
    assert_eq!(text(&simulate(&data, Path::new("/dev/stdout")).stdout), expected);
    let log = at("log");
    fs::write(&log, "begun\n").unwrap();
    symlink("/dev/stdout", at("link to standard output")).unwrap();
    let opened = fs::File::options().append(true).open(&log).unwrap();
    let rates = ["simulate", "--rates", "1,1,1,1,1,1,1,1", "--data", data.to_str().unwrap()];
    let link = at("link to standard output");
    let arguments = [&rates[..], &["--out", link.to_str().unwrap()]].concat();
    assert!(runner::command(&arguments, 1).stdout(opened).status().unwrap().success());
    assert_eq!(fs::read_to_string(&log).unwrap(), format!("begun\n{expected}"));
    // the target of a link of links is replaced and keeps its mode
    fs::write(at("target"), "old").unwrap();
    fs::set_permissions(at("target"), fs::Permissions::from_mode(0o640)).unwrap();
    symlink("target", at("one")).unwrap();
    symlink(at("one"), at("two")).unwrap();
    succeeds(&simulate(&data, &at("two")));
    assert!(fs::symlink_metadata(at("two")).unwrap().is_symlink());
    assert_eq!(fs::read_to_string(at("target")).unwrap(), expected);
    assert_eq!(fs::metadata(at("target")).unwrap().permissions().mode() & 0o777, 0o640);
}

#[cfg(unix)]
#[test]
fn results_do_not_eat_their_input_and_links_to_nothing_are_refused() {
    use std::os::unix::fs::symlink;
    let (folder, data) = with_data();
    let at = |name: &str| folder.path().join(name);
    symlink(&data, at("link")).unwrap();
    fs::hard_link(&data, at("other name")).unwrap();
    symlink(at("nowhere"), at("dangling")).unwrap();
    fs::create_dir(at("directory")).unwrap();
    let before = fs::read(&data).unwrap();
    for (out, expected) in [
        (data.clone(), "the same file as the input"),
        (at("link"), "the same file as the input"),
        (at("other name"), "the same file as the input"),
        (at("dangling"), "nowhere"),
        (at("directory"), "it is a directory"),
        (at("missing/file"), "No such file"),
        (at("t.csv/file"), "Not a directory"),
    ] {
        refused(&simulate(&data, &out), &[expected]);
        let [data, out] = [&data, &out].map(|path| path.to_str().unwrap());
        refused(&mean_cluster(&["fit", data, "--out", out], 1), &[expected]);
        // before any work: data that cannot be read are not yet looked at
        if expected.contains("nowhere") || expected.contains("directory") {
            refused(&mean_cluster(&["fit", "no-data.csv", "--out", out], 1), &[expected]);
        }
    }
    assert!(fs::read(&data).unwrap() == before);
    assert!(!at("nowhere").exists());
    // settings are an input, too
    let settings = at("settings.toml");
    fs::write(&settings, "[simulate]\nrates = [1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0]\n").unwrap();
    let path = settings.to_str().unwrap();
    refused(&mean_cluster(&["simulate", "--config", path, "--out", path], 1), &["the same file"]);
}

#[cfg(all(unix, feature = "figures"))]
#[test]
fn figures_do_not_replace_pictures_of_the_user() {
    let (folder, data) = with_data();
    let pictures = folder.path().join("pictures");
    fs::create_dir(&pictures).unwrap();
    for name in ["pairs.svg", "pairs.png"] {
        fs::write(pictures.join(name), "mine").unwrap();
    }
    let rates = ["simulate", "--rates", "1,1,1,1,1,1,1,1", "--data", data.to_str().unwrap()];
    let arguments = [&rates[..], &["--figures", pictures.to_str().unwrap()]].concat();
    let message = succeeds(&mean_cluster(&arguments, 1));
    assert!(message.contains("pairs.png.kept"), "{message}");
    for name in ["pairs.svg", "pairs.png"] {
        assert_eq!(fs::read_to_string(pictures.join(format!("{name}.kept"))).unwrap(), "mine");
    }
    assert_eq!(succeeds(&mean_cluster(&arguments, 1)), "", "our own are replaced");
    assert_eq!(files(&pictures).len(), 4);
}
