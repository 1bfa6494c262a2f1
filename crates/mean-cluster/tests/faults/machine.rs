//! Every command that writes, with a fault at each of its operations on files: in a fresh place, and over
//! an older result with the user's own files in it.

use super::scene::{OWN, Snapshot, assert_same, copy, is_whole, run, snapshot, text};
use super::thorough;
use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::Path;

const QUIET: &[&str] = &["--save-every", "1000000"];
const ANNEAL: &str = "anneal --rows 6 --columns 6 --replicas 2 --temperature-steps 2 --samples-per-step 1 \
    --sweeps-between-samples 2 --film-every 0";

/// A command and where it writes.
struct Case<'a> {
    /// For the count that is printed.
    name: &'a str,
    /// Makes the place before the run.
    prepare: &'a dyn Fn(&Path),
    arguments: Vec<&'a str>,
    /// How it ends without a fault: 0, or 1 where it finds differences.
    code: i32,
    /// How to begin anew; none where that is the same.
    anew: Option<Vec<&'a str>>,
    /// How to go on; none where that is the same command again.
    resume: Option<&'a str>,
    /// An ordinary run tries at most so many operations.
    most: usize,
    /// Where the directories cannot be exchanged in one step this says so.
    environment: &'a [(&'a str, &'a str)],
}

/// The numbers of the operations to try, at most so many, of the lines that list them, and how many there
/// are.
fn chosen(listed: &str, most: usize) -> (Vec<usize>, usize) {
    let operations: Vec<&str> =
        listed.lines().filter(|line| line.starts_with("operation ")).collect();
    // `write .out.mean-cluster/new/data.csv` is like the write of every other file there
    let kind = |line: &str| -> String {
        let line = line.split_once(": ").map_or(line, |(_, rest)| rest);
        let folder = ["/new/", ".checkpoints/"].into_iter().find(|folder| line.contains(folder));
        folder.and_then(|folder| line.split_once(folder)).unwrap_or((line, "")).0.to_owned()
    };
    let last: HashMap<String, usize> =
        operations.iter().enumerate().map(|(index, line)| (kind(line), index)).collect();
    let mut seen = HashSet::new();
    let is_end = |(index, line): &(usize, &&str)| {
        let kind = kind(line);
        last[&kind] == *index || seen.insert(kind) || thorough()
    };
    let ends = operations.iter().enumerate().filter(is_end).map(|(index, _)| index + 1);
    let ends: Vec<usize> = ends.collect();
    let step = if thorough() { 1 } else { ends.len().div_ceil(most) };
    (ends.into_iter().step_by(step).collect(), operations.len())
}

impl Case<'_> {
    fn try_all(&self) {
        let place = tempfile::tempdir().unwrap();
        (self.prepare)(place.path());
        let before = snapshot(place.path());
        // what a run without a fault makes
        let scratch = tempfile::tempdir().unwrap();
        let good = scratch.path().join("good");
        copy(place.path(), &good);
        let list = [self.environment, &[("WHOLE_FILES_FAULT", "list")]].concat();
        let listed = run(&good, &self.arguments, &list);
        assert_eq!(listed.status.code(), Some(self.code), "{}: {}", self.name, text(&listed));
        let expected = snapshot(&good);
        let (numbers, all) = chosen(&text(&listed), self.most);
        let mut tried = 0;
        for (place_of, number) in numbers.iter().enumerate() {
            let modes = ["kill", "fail", "kill", "fail-from"];
            let modes = if thorough() { &modes[1..] } else { &modes[place_of % 4..][..1] };
            for mode in modes {
                let folder = scratch.path().join("place");
                copy(place.path(), &folder);
                self.try_one(&folder, &format!("{mode}:{number}"), [&before, &expected]);
                fs::remove_dir_all(&folder).unwrap();
                tried += 1;
            }
        }
        let tried_at = numbers.len();
        println!("{}: {all} operations, {tried} faults at {tried_at} of them, all well", self.name);
    }

    fn try_one(&self, folder: &Path, fault: &str, [before, expected]: [&Snapshot; 2]) {
        let faulty = [self.environment, &[("WHOLE_FILES_FAULT", fault)]].concat();
        let end = run(folder, &self.arguments, &faulty);
        let message = text(&end);
        let context = format!("{} with {fault}: {message}", self.name);
        assert!(message.contains("operation "), "{context}: not reached");
        assert!(!message.contains("panicked"), "{context}");
        if !fault.starts_with("kill") {
            assert!([Some(2), Some(self.code)].contains(&end.status.code()), "{context}");
            assert_eq!(end.status.code() == Some(2), message.contains("error: "), "{context}");
        }
        let after = snapshot(folder);
        // nobody's file is lost at any moment, and the output is the old one or the new one
        for (_, own) in OWN.iter().filter(|(name, _)| before.contains_key(*name)) {
            assert!(after.values().any(|bytes| bytes == own.as_bytes()), "{context}: lost {own}");
        }
        let was = |snapshot: &Snapshot| -> Snapshot {
            let out = snapshot.iter().filter(|(name, _)| name.starts_with("out/"));
            out.map(|(name, bytes)| (name.clone(), bytes.clone())).collect()
        };
        if message.contains("out is as it was") {
            assert_same(&was(before), &was(&after), &format!("{context}: not as it was"));
        }
        let is_moving = ["merge", "renew"]
            .iter()
            .any(|way| after.contains_key(&format!(".out.mean-cluster/{way}")));
        let out = folder.join("out");
        if out.join("manifest.toml").exists() && !is_moving {
            let is_old = was(before) == was(&after);
            // of a directory that had lost files only a part is made anew
            let is_new = is_whole(&out) || was(expected) == was(&after);
            assert!(is_old || is_new, "{context}: neither old nor new");
        }
        if end.status.code() == Some(self.code) {
            assert_same(&was(expected), &was(&after), &context);
        }
        // the next run goes on, or says that there is nothing to go on from, and then begins anew
        let resumed = self.resume.is_some_and(|command| {
            let next = run(folder, &[command, "--resume", "out"], self.environment);
            let message = text(&next);
            let code = next.status.code();
            let has_nothing = code == Some(2) && message.contains("nothing to go on from");
            assert!(code == Some(0) || has_nothing, "{context}; then {message}");
            code == Some(0)
        });
        if !resumed {
            let arguments = self.anew.as_ref().unwrap_or(&self.arguments);
            let next = run(folder, arguments, self.environment);
            // what differed may have been put right before the fault
            let is_well = [Some(0), Some(self.code)].contains(&next.status.code());
            assert!(is_well, "{context}; then {}", text(&next));
        }
        assert_same(expected, &snapshot(folder), &context);
    }
}

/// The words of a command with its `--out`.
fn words<'a>(command: &'a str, out: &'a str) -> Vec<&'a str> {
    command.split_whitespace().chain(["--out", out]).collect()
}

fn write_own(folder: &Path) {
    for (name, text) in OWN {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
}

/// A command that works into `out`: all of it in a fresh place, unless that takes too long; then from
/// the moment when its work is done, over an older result with the user's files.
fn try_run(arguments: &str, newer: &[&str], is_quick: bool) {
    let arguments: Vec<&str> = arguments.split_whitespace().collect();
    let command = arguments[0];
    let older = [&arguments[..], &["--seed", "2", "--out", "out"]].concat();
    let arguments = [&arguments[..], newer, &["--out", "out"], QUIET].concat();
    if is_quick || thorough() {
        let fresh = Case {
            name: &format!("{command}, fresh"),
            prepare: &|_| {},
            arguments: arguments.clone(),
            code: 0,
            anew: None,
            resume: Some(command),
            most: 30,
            environment: &[],
        };
        fresh.try_all();
    }
    let prepare = |folder: &Path| {
        let made = run(folder, &older, &[]);
        assert!(made.status.success(), "{}", text(&made));
        write_own(folder);
        // the first operation of the change of the directory
        let listed = folder.join("listed");
        copy(&folder.join("out"), &listed.join("out"));
        let all = text(&run(&listed, &arguments, &[("WHOLE_FILES_FAULT", "list")]));
        let is_first =
            |line: &&str| line.contains("make directory") && line.ends_with(".out.mean-cluster");
        let first = all.lines().find(is_first).unwrap();
        let number = first.split([' ', ':']).nth(1).unwrap();
        fs::remove_dir_all(&listed).unwrap();
        let fault = format!("kill:{number}");
        assert!(!run(folder, &arguments, &[("WHOLE_FILES_FAULT", &fault)]).status.success());
    };
    for (how, environment) in [
        ("over an older result", &[][..]),
        ("the same without exchange", &[("WHOLE_FILES_NO_EXCHANGE", "1")]),
    ] {
        if !(environment.is_empty() || is_quick || thorough()) {
            continue;
        }
        let over = Case {
            name: &format!("{command}, {how}"),
            prepare: &prepare,
            arguments: [&[command, "--resume", "out"], QUIET].concat(),
            code: 0,
            anew: Some(arguments.clone()),
            resume: Some(command),
            most: if is_quick { 30 } else { 5 },
            environment,
        };
        over.try_all();
    }
}

#[test]
fn anneal() {
    // the older one has other names for its configurations, one of which the user took
    try_run(ANNEAL, &["--format", "txt"], true);
}

#[test]
fn reproduce() {
    let small = "reproduce --quick --size 6 --samples 20 --replicas 1 --starts 1 --chains 1 \
        --temperature-steps 2 --samples-per-step 1";
    try_run(small, &[], false);
}

#[test]
fn compare() {
    let small = "compare --size 6 --judge-size 6 --replicas 2 --trials 1 --starts 1 --closures sa \
        --judge 0.5 --calibrate 0.5";
    try_run(small, &[], false);
}

#[test]
fn infer() {
    let small = "infer --size 6 --replicas 4 --chains 2 --draws 50 --published-draws 0 --starts 1 \
        --closures pa";
    try_run(small, &[], false);
}

#[cfg(feature = "figures")]
#[test]
fn figures_and_report() {
    for command in ["figures", "report"] {
        let case = Case {
            name: command,
            prepare: &|folder| {
                assert!(run(folder, &words(ANNEAL, "out"), &[]).status.success());
                write_own(folder);
                // so that there is something to do
                fs::remove_file(folder.join("out/report.html")).unwrap();
                fs::remove_file(folder.join("out/figures/triplets.svg")).unwrap();
                let scribble =
                    if command == "report" { "report.html" } else { "figures/triplets.png" };
                fs::write(folder.join("out").join(scribble), "scribble").unwrap();
            },
            arguments: vec![command, "out"],
            code: 0,
            anew: None,
            resume: None,
            most: 5,
            environment: &[],
        };
        case.try_all();
    }
}

#[test]
fn made_again() {
    for (name, options, code, kept) in [
        ("rerun", &["rerun", "old"][..], 0, false),
        ("rerun --replace", &["rerun", "out", "--replace"], 1, true),
        ("rerun --out", &["rerun", "old", "--out", "out"], 0, false),
    ] {
        let case = Case {
            name,
            prepare: &|folder| {
                let made = if kept { "out" } else { "old" };
                assert!(run(folder, &words(ANNEAL, made), &[]).status.success());
                if kept {
                    write_own(folder);
                    fs::write(folder.join("out/trajectory.csv"), "scribble").unwrap();
                }
            },
            arguments: options.to_vec(),
            code,
            anew: None,
            resume: name.ends_with("out").then_some("anneal"),
            most: 10,
            environment: &[],
        };
        case.try_all();
    }
}

#[test]
fn files_of_results() {
    let data = |folder: &Path| {
        assert!(run(folder, &words(ANNEAL, "data"), &[]).status.success());
        fs::rename(folder.join("data/trajectory.csv"), folder.join("t.csv")).unwrap();
        fs::remove_dir_all(folder.join("data")).unwrap();
    };
    let simulate = ["simulate", "--data", "t.csv", "--rates", "1,1,1,1,1,1,1,1", "--out", "result"];
    let fit = ["fit", "t.csv", "--out", "result"];
    for arguments in [&simulate[..], &fit[..]] {
        for is_old in [false, true] {
            let case = Case {
                name: &format!("{}{}", arguments[0], if is_old { ", over a file" } else { "" }),
                prepare: &|folder| {
                    data(folder);
                    if is_old {
                        fs::write(folder.join("result"), "old").unwrap();
                        fs::write(folder.join(".result.notes"), "mine").unwrap();
                    }
                },
                arguments: arguments.to_vec(),
                code: 0,
                anew: None,
                resume: None,
                most: 30,
                environment: &[],
            };
            case.try_all();
        }
    }
    // these only print
    let place = tempfile::tempdir().unwrap();
    data(place.path());
    assert!(run(place.path(), &words(ANNEAL, "out"), &[]).status.success());
    for arguments in [
        &["config"][..],
        &["verify", "out"],
        &["derive"],
        &["completions", "bash"],
        &["fit", "t.csv"],
        &["simulate", "--data", "t.csv", "--rates", "1,1,1,1,1,1,1,1"],
    ] {
        let end = run(place.path(), arguments, &[("WHOLE_FILES_FAULT", "list")]);
        assert!(end.status.success() && !text(&end).contains("operation"), "{arguments:?}");
    }
}
