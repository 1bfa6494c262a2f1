//! A folder, a command that is run in it, and what must be there in the end.

use mean_cluster::output::Manifest;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

/// The user's own files in an output directory: beside ours, in our folder, in a folder of their own, and
/// one whose name the run needs.
pub(crate) const OWN: [(&str, &str); 4] = [
    ("out/notes.txt", "mine: notes"),
    ("out/figures/mine.svg", "mine: a figure"),
    ("out/mine/deep/data", "mine: data"),
    ("out/last.txt", "mine: needed"),
];

/// Everything in a folder: files with their bytes, directories with none. Seconds are left out, as they
/// differ between equal runs.
pub(crate) type Snapshot = BTreeMap<String, Vec<u8>>;

pub(crate) fn snapshot(folder: &Path) -> Snapshot {
    let mut all = Snapshot::new();
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let name = entry.file_name().into_string().unwrap();
        if entry.file_type().unwrap().is_dir() {
            let below = snapshot(&entry.path()).into_iter();
            all.extend(below.map(|(file, bytes)| (format!("{name}/{file}"), bytes)));
            all.insert(format!("{name}/"), Vec::new());
        } else {
            let is_timings = name == "timings.json";
            let bytes = if is_timings { Vec::new() } else { fs::read(entry.path()).unwrap() };
            all.insert(name, bytes);
        }
    }
    all
}

pub(crate) fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let target = to.join(entry.file_name());
        match entry.file_type().unwrap().is_dir() {
            true => copy(&entry.path(), &target),
            false => drop(fs::copy(entry.path(), target).unwrap()),
        }
    }
}

/// Whether all files that the manifest lists have its checksums.
pub(crate) fn is_whole(directory: &Path) -> bool {
    let Ok(listed) = Manifest::read(directory) else { return false };
    let Ok(found) = Manifest::of_directory(directory, "", 0, toml::Table::new()) else {
        return false;
    };
    listed.files.iter().all(|file| found.files.contains(file))
}

/// Runs the command in a folder, on one thread, so that operations have the same numbers every time.
pub(crate) fn run(folder: &Path, arguments: &[&str], environment: &[(&str, &str)]) -> Output {
    command(folder, arguments).envs(environment.iter().copied()).output().unwrap()
}

pub(crate) fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mean-cluster"));
    command.args(arguments).current_dir(folder).env("RAYON_NUM_THREADS", "1");
    command
}

pub(crate) fn text(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Panics if two snapshots differ, with the names.
pub(crate) fn assert_same(expected: &Snapshot, found: &Snapshot, context: &str) {
    let missing: Vec<_> = expected.keys().filter(|name| !found.contains_key(*name)).collect();
    let left: Vec<_> = found.keys().filter(|name| !expected.contains_key(*name)).collect();
    assert!(missing.is_empty() && left.is_empty(), "{context}: missing {missing:?}, left {left:?}");
    let other: Vec<_> = expected.iter().filter(|(name, bytes)| found[*name] != **bytes).collect();
    let names: Vec<_> = other.iter().map(|(name, _)| name).collect();
    assert!(names.is_empty(), "{context}: other bytes in {names:?}");
}
