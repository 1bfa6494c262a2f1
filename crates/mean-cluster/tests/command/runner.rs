//! Runs the command.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

pub(crate) fn command<A: AsRef<std::ffi::OsStr>>(arguments: &[A], threads: usize) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mean-cluster"));
    command.args(arguments).env("RAYON_NUM_THREADS", threads.to_string());
    command
}

pub(crate) fn mean_cluster(arguments: &[&str], threads: usize) -> Output {
    command(arguments, threads).output().unwrap()
}

/// The arguments of a run of a few hundred milliseconds.
pub(crate) fn small<'a>(out: &'a Path, more: &[&'a str]) -> Vec<&'a str> {
    let mut arguments = vec!["reproduce", "--quick", "--size", "12", "--samples", "300"];
    arguments.extend(["--out", out.to_str().unwrap()]);
    arguments.extend(more);
    arguments
}

/// Such a run, with two replicas.
pub(crate) fn tiny(out: &Path, more: &[&str], threads: usize) -> Output {
    let mut arguments = small(out, more);
    if !more.contains(&"--replicas") {
        arguments.extend(["--replicas", "2"]);
    }
    mean_cluster(&arguments, threads)
}

/// The files of a directory and of its folders, by path with `/`.
pub(crate) fn files(directory: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    for entry in fs::read_dir(directory).unwrap().map(Result::unwrap) {
        let name = entry.file_name().into_string().unwrap();
        if entry.path().is_dir() {
            let below = self::files(&entry.path()).into_iter();
            files.extend(below.map(|(file, bytes)| (format!("{name}/{file}"), bytes)));
        } else {
            files.insert(name, fs::read(entry.path()).unwrap());
        }
    }
    files
}

/// The files that must be the same for equal runs.
pub(crate) fn bytes(directory: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = files(directory);
    files.remove("timings.json").unwrap();
    files
}

pub(crate) fn assert_same(one: &BTreeMap<String, Vec<u8>>, other: &BTreeMap<String, Vec<u8>>) {
    assert!(one.keys().eq(other.keys()), "{:?} and {:?}", one.keys(), other.keys());
    for (name, bytes) in one {
        assert!(bytes == &other[name], "{name} differs");
    }
}

pub(crate) fn scratch() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    (folder, out)
}
