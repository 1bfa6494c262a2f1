//! Archives: what a manifest names stays inside the directory, `verify` and `rerun` see every change
//! and change nothing, and nothing that a manifest leaves out is assumed.

use super::runner::{assert_same, files, mean_cluster};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

fn anneal(out: &Path) {
    let mut arguments = vec!["anneal", "--rows", "6", "--columns", "6", "--replicas", "2"];
    arguments.extend(["--temperature-steps", "2", "--seed", "5", "--out", out.to_str().unwrap()]);
    let output = mean_cluster(&arguments, 2);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// A folder with a small annealing `out`, and a file `victim` beside it.
fn archive() -> (tempfile::TempDir, PathBuf) {
    static FIRST: OnceLock<BTreeMap<String, Vec<u8>>> = OnceLock::new();
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    let first = FIRST.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        anneal(&folder.path().join("out"));
        files(&folder.path().join("out"))
    });
    for (name, bytes) in first {
        let path = out.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    fs::write(folder.path().join("victim"), "years").unwrap();
    (folder, out)
}

/// Exit code, standard output and error.
fn run(arguments: &[&str]) -> (i32, String, String) {
    let output = mean_cluster(arguments, 2);
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

fn manifest(out: &Path) -> String {
    fs::read_to_string(out.join("manifest.toml")).unwrap()
}

fn entry(name: &str) -> String {
    let sum = "0".repeat(64);
    format!("\n[[file]]\nname = {}\nsha256 = \"{sum}\"\n", toml::Value::from(name))
}

/// Each command refuses the manifest, says `expected`, and leaves everything.
fn refused_by_all(out: &Path, commands: &[&str], expected: &[&str]) {
    let folder = out.parent().unwrap();
    let before = files(folder);
    for command in commands {
        let (code, _, message) = run(&[command, out.to_str().unwrap()]);
        assert_eq!(code, 2, "{command}, {expected:?}: {message}");
        for part in expected {
            assert!(message.contains(part), "{command}: {part} is not in: {message}");
        }
        assert!(message.chars().all(|c| c == '\n' || !c.is_control()), "{message:?}");
        assert!(message.len() < 1000, "{message}");
        assert!(files(folder) == before, "{command}, {expected:?}");
    }
}

const READERS: [&str; 4] = ["figures", "report", "verify", "rerun"];

#[test]
fn a_manifest_names_files_inside_its_directory_once_and_with_checksums() {
    let long = "a".repeat(300);
    let deep = "a/".repeat(600) + "a";
    let bad = [
        ("figures/../../victim", "leads out"),
        ("../victim", "leads out"),
        ("/etc/passwd", "leads out"),
        ("figures//x", "leads out"),
        ("./x", "leads out"),
        ("..", "leads out"),
        ("figures/", "leads out"),
        ("", "is empty"),
        ("C:victim", "lead elsewhere"),
        ("..\\victim", "lead elsewhere"),
        ("a\0b", "control character"),
        ("\u{1b}[2Jx", "control character"),
        ("manifest.toml", "the manifest itself"),
        ("trajectory.csv", "listed twice"),
        ("figures", "as a file and as a folder"),
        (&long, "too long"),
        (&deep, "too long"),
    ];
    for (name, expected) in bad {
        let (_folder, out) = archive();
        fs::write(out.join("manifest.toml"), manifest(&out) + &entry(name)).unwrap();
        refused_by_all(&out, &READERS, &["manifest.toml", expected]);
    }
    let good = entry("x");
    let sums = [
        (good.replace("00000", ""), "64 digits"),
        (good.replace("00000", "0000G"), "64 digits"),
        (good.replace("00000", "0000A"), "64 digits"),
        (good.lines().take(3).collect::<Vec<_>>().join("\n"), "has no checksum"),
        (good.clone() + "size = 3\n", "size"),
    ];
    for (text, expected) in sums {
        let (_folder, out) = archive();
        fs::write(out.join("manifest.toml"), manifest(&out) + &text).unwrap();
        refused_by_all(&out, &READERS, &["manifest.toml", expected]);
    }
    let (_folder, out) = archive();
    let many: String = (0..100_001).map(|n| entry(&n.to_string())).collect();
    fs::write(out.join("manifest.toml"), manifest(&out) + &many).unwrap();
    refused_by_all(&out, &READERS, &["100 000 files"]);
    fs::write(out.join("manifest.toml"), vec![b'#'; (1 << 26) + 1]).unwrap();
    refused_by_all(&out, &READERS, &["no plain file of at most"]);
    // a directory with such a manifest is nobody's to replace
    let (code, _, message) = run(&["anneal", "--out", out.to_str().unwrap()]);
    assert_eq!(code, 2);
    assert!(message.contains("--force"), "{message}");
}

#[cfg(unix)]
#[test]
fn no_symbolic_link_is_followed_out_of_the_directory() {
    use std::os::unix::fs::symlink;
    for name in ["replicas.csv", "figures", "report.html", "figures/film.svg", "manifest.toml"] {
        let (folder, out) = archive();
        let elsewhere = folder.path().join("elsewhere");
        fs::rename(out.join(name), &elsewhere).unwrap();
        symlink(&elsewhere, out.join(name)).unwrap();
        refused_by_all(&out, &READERS, &[name, "symbolic link"]);
        assert!(out.join(name).is_symlink());
    }
    // the directory itself may be reached by one
    let (folder, out) = archive();
    let link = folder.path().join("link");
    symlink(&out, &link).unwrap();
    for command in READERS {
        let (code, _, message) = run(&[command, link.to_str().unwrap()]);
        assert_eq!(code, 0, "{command}: {message}");
    }
    assert!(link.is_symlink());
    // checkpoints that are a link are neither read nor removed
    let state = folder.path().join("new.checkpoints");
    symlink(&out, &state).unwrap();
    fs::write(out.join("run.checkpoint"), "mean-cluster-checkpoint 1 2 x\n{}").unwrap();
    let before = files(&out);
    let new = folder.path().join("new");
    for arguments in [["anneal", "--out"], ["anneal", "--resume"]] {
        let (code, _, message) = run(&[&arguments[..], &[new.to_str().unwrap()]].concat());
        assert_eq!(code, 2, "{message}");
        assert!(message.contains("new.checkpoints is a symbolic link"), "{message}");
    }
    assert_same(&before, &files(&out));
}

#[test]
fn verify_names_what_changed_and_what_is_missing_and_rerun_which_of_the_three_disagree() {
    let (folder, out) = archive();
    let directory = out.to_str().unwrap();
    let siblings = || fs::read_dir(folder.path()).unwrap().count();
    let count = manifest(&out).matches("[[file]]").count();
    let version = env!("CARGO_PKG_VERSION");
    let whole = |code, text: &str, places: &str| {
        assert_eq!(code, 0, "{text}");
        let expected = format!("{count} files compared {places}: {count} agree, 0 differ");
        assert!(text.contains(&expected), "{text}");
        let written = format!("`mean-cluster anneal` with seed 5, version {version}\n");
        assert!(text.contains(&written), "{text}");
    };
    fs::write(out.join("notes.txt"), "mine").unwrap();
    let (code, text, _) = run(&["verify", directory]);
    whole(code, &text, "on disk and in the manifest");
    assert!(text.contains("not in the manifest, and not compared: notes.txt"), "{text}");
    let (code, text, _) = run(&["rerun", directory]);
    whole(code, &text, "on disk, in the manifest and made again");
    assert_eq!(siblings(), 2, "what was made beside is gone");

    // one file of each kind of difference
    let edit = |name: &str| {
        let text = fs::read_to_string(out.join(name)).unwrap();
        fs::write(out.join(name), text + " ").unwrap();
    };
    edit("trajectory.csv");
    fs::remove_file(out.join("last.xyz")).unwrap();
    let text = manifest(&out);
    let changed = |name: &str, text: String| -> String {
        let (before, after) = text.split_once(&format!("name = \"{name}\"\nsha256 = \"")).unwrap();
        format!("{before}name = \"{name}\"\nsha256 = \"{}{}", "0".repeat(64), &after[64..])
    };
    let text = changed("film.xyz", text);
    let text = changed("report.html", text);
    edit("report.html");
    fs::write(out.join("extra.csv"), "x").unwrap();
    let text = text + &entry("extra.csv") + &entry("gone.csv");
    fs::write(out.join("manifest.toml"), text).unwrap();
    let before = files(folder.path());

    let (code, text, _) = run(&["verify", directory]);
    assert_eq!(code, 1, "{text}");
    let lines = |text: &str| -> Vec<String> {
        text.lines().filter_map(|line| line.strip_prefix("  ")).map(str::to_owned).collect()
    };
    let was_changed = "was changed on disk: it does not have the checksum of the manifest";
    let expected = [
        format!("extra.csv {was_changed}"),
        format!("film.xyz {was_changed}"),
        "gone.csv is missing on disk".to_owned(),
        "last.xyz is missing on disk".to_owned(),
        format!("report.html {was_changed}"),
        format!("trajectory.csv {was_changed}"),
    ];
    assert_eq!(lines(&text), expected);
    assert!(text.contains(&format!("{} files compared", count + 2)) && text.contains("6 differ"));

    let (code, text, _) = run(&["rerun", directory]);
    assert_eq!(code, 1, "{text}");
    let expected = [
        "extra.csv was changed on disk, and was not made again",
        "film.xyz has another checksum in the manifest; the file on disk and the file made again agree",
        "gone.csv is missing on disk and was not made again",
        "last.xyz is missing on disk; the manifest and the file made again agree",
        "report.html differs in all three: on disk, in the manifest, and made again",
        "trajectory.csv was changed on disk; the manifest and the file made again agree",
    ];
    assert_eq!(lines(&text), expected);
    assert_same(&before, &files(folder.path()));
    // into another directory, likewise; into itself never
    let other = folder.path().join("other");
    let (code, text, _) = run(&["rerun", directory, "--out", other.to_str().unwrap()]);
    assert_eq!((code, lines(&text).len()), (1, 6), "{text}");
    let (code, _, message) = run(&["rerun", directory, "--out", directory]);
    assert_eq!(code, 2);
    assert!(message.contains("--replace"), "{message}");
    assert!(files(&out).into_iter().all(|(name, bytes)| before[&format!("out/{name}")] == bytes));

    // only when it is asked are they replaced; what is not in the manifest stays
    let (code, text, _) = run(&["rerun", directory, "--replace"]);
    assert_eq!(code, 1, "{text}");
    assert!(text.contains("put in place"), "{text}");
    let (code, text, _) = run(&["verify", directory]);
    whole(code, &text, "on disk and in the manifest");
    assert_eq!(fs::read(out.join("notes.txt")).unwrap(), b"mine");
    assert_eq!(siblings(), 3);
    let untouched = files(&out);
    assert_eq!(run(&["rerun", directory, "--replace"]).0, 0);
    assert_same(&untouched, &files(&out));
}

#[test]
fn another_version_is_named_before_and_after_the_work() {
    let (folder, out) = archive();
    let version = format!("version = \"{}\"", env!("CARGO_PKG_VERSION"));
    let text = manifest(&out).replace(&version, "version = \"0.0.9\"");
    fs::write(out.join("manifest.toml"), text).unwrap();
    let directory = out.to_str().unwrap();
    let before = files(folder.path());
    let (code, text, _) = run(&["verify", directory]);
    assert_eq!(code, 0, "{text}");
    assert!(text.contains("version 0.0.9, which is another version"), "{text}");
    let (code, text, message) = run(&["rerun", directory]);
    assert_eq!(code, 0, "{message}");
    assert!(message.contains("version 0.0.9") && message.contains("may differ"), "{message}");
    assert!(text.contains("another version"), "{text}");
    fs::write(out.join("film.xyz"), "x").unwrap();
    let (code, text, _) = run(&["rerun", directory]);
    assert_eq!(code, 1);
    assert!(text.contains("compared across versions, 0.0.9 and"), "{text}");
    fs::write(out.join("film.xyz"), &before["out/film.xyz"]).unwrap();
    assert_same(&before, &files(folder.path()));
    refused_by_all(&out, &["figures", "report"], &["0.0.9"]);
}

#[test]
fn nothing_that_a_manifest_leaves_out_is_assumed_and_nothing_unknown_is_passed_over() {
    let (_folder, out) = archive();
    let whole: toml::Table = manifest(&out).parse().unwrap();
    let readers = ["figures", "report", "rerun"];
    let write = |table: &toml::Table| {
        fs::write(out.join("manifest.toml"), toml::to_string(table).unwrap()).unwrap();
    };
    fn settings(table: &mut toml::Table) -> &mut toml::Table {
        table["settings"].as_table_mut().unwrap()
    }
    let keys: Vec<String> = whole["settings"].as_table().unwrap().keys().cloned().collect();
    assert!(keys.len() >= 19);
    for key in &keys {
        let mut table = whole.clone();
        settings(&mut table).remove(key);
        write(&table);
        refused_by_all(&out, &["rerun", "report"], &[&format!("{key} is missing"), "[settings]"]);
    }
    // all of them at once
    let mut table = whole.clone();
    settings(&mut table).remove("rows");
    settings(&mut table).remove("swaps");
    settings(&mut table).insert("colour".into(), 3.into());
    settings(&mut table).insert("\u{1b}[2J".into(), 3.into());
    write(&table);
    refused_by_all(&out, &readers, &["rows, swaps is missing", "\"colour\" is unknown", "\\u{1b}"]);
    for key in ["tool", "version", "command", "seed", "settings", "file"] {
        let mut table = whole.clone();
        table.remove(key);
        write(&table);
        refused_by_all(&out, &READERS, &[key]);
    }
    let mut table = whole.clone();
    table.insert("host".into(), "mine".into());
    write(&table);
    refused_by_all(&out, &READERS, &["\"host\" is unknown"]);
    let mut table = whole.clone();
    table["seed"] = 6.into();
    write(&table);
    refused_by_all(&out, &READERS, &["the seed is 6 above and 5 in [settings]"]);
    let mut table = whole.clone();
    table["version"] = "0.1\u{1b}[2J".into();
    write(&table);
    refused_by_all(&out, &READERS, &["no plain word"]);
    let mut table = whole.clone();
    settings(&mut table).insert("replicas".into(), (-1).into());
    write(&table);
    refused_by_all(&out, &readers, &["manifest.toml", "-1"]);
    write(&whole);
    assert_eq!(run(&["verify", out.to_str().unwrap()]).0, 0);
}

#[test]
fn a_checkpoint_states_every_setting_and_no_other() {
    use sha2::{Digest, Sha256};
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    let mut arguments = vec!["anneal", "--out", out.to_str().unwrap()];
    arguments.extend(["--sweeps-between-samples", "100000000"]);
    let mut run = super::runner::command(&arguments, 2).spawn().unwrap();
    let path = folder.path().join("out.checkpoints/run.checkpoint");
    while !path.exists() {
        assert!(run.try_wait().unwrap().is_none());
        std::thread::sleep(std::time::Duration::from_millis(1));
    }
    run.kill().unwrap();
    run.wait().unwrap();
    let text = fs::read_to_string(&path).unwrap();
    let (_, state) = text.split_once('\n').unwrap();
    let good: serde_json::Value = serde_json::from_str(state).unwrap();
    let refused = |change: &dyn Fn(&mut serde_json::Value), expected: &[&str]| {
        let mut state = good.clone();
        change(&mut state);
        let state = state.to_string();
        let digest = Sha256::digest(state.as_bytes());
        let sum: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        let length = state.len();
        let bytes = format!("mean-cluster-checkpoint 1 {length} {sum}\n{state}");
        fs::write(&path, &bytes).unwrap();
        let resume = mean_cluster(&["anneal", "--resume", out.to_str().unwrap()], 2);
        let message = String::from_utf8(resume.stderr).unwrap();
        assert_eq!(resume.status.code(), Some(2), "{expected:?}: {message}");
        for part in expected {
            assert!(message.contains(part), "{part} is not in: {message}");
        }
        assert_eq!(fs::read_to_string(&path).unwrap(), bytes, "it is left alone");
    };
    fn settings(state: &mut serde_json::Value) -> &mut serde_json::Map<String, serde_json::Value> {
        state["settings"].as_object_mut().unwrap()
    }
    for key in good["settings"].as_object().unwrap().keys() {
        let missing = format!("{key} is missing");
        refused(&|state| drop(settings(state).remove(key)), &["run.checkpoint", &missing]);
    }
    refused(
        &|state| {
            settings(state).remove("rows");
            settings(state).remove("swaps");
            settings(state).insert("colour".into(), 3.into());
        },
        &["rows, swaps is missing", "\"colour\" is unknown"],
    );
    refused(&|state| drop(settings(state).insert("rows".into(), 2.into())), &["rows"]);
    refused(&|state| drop(settings(state).insert("plus".into(), "../x".into())), &["symbol"]);
    refused(&|state| state["version"] = "0.0.9".into(), &["0.0.9"]);
    refused(&|state| state["host"] = 3.into(), &["host"]);
}
