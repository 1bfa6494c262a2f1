//! Every number that a setting takes: far out of range it is refused by its name, quickly, or it works.

use super::runner;
use std::fs;
use std::path::Path;
use std::process::{Output, Stdio};
use std::time::{Duration, Instant};

/// Runs the command, and kills it if it takes longer than anything that small should.
fn quickly(arguments: &[String]) -> Output {
    let mut command = runner::command(arguments, 2);
    let mut run = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let limit = Instant::now() + Duration::from_secs(60);
    // what is printed is short, so that no pipe fills
    while run.try_wait().unwrap().is_none() {
        if Instant::now() > limit {
            run.kill().unwrap();
            panic!("{arguments:?} was neither refused nor done in time");
        }
        std::thread::sleep(Duration::from_millis(2));
    }
    run.wait_with_output().unwrap()
}

/// Small settings of each command, and what else it needs.
fn small(command: &str, folder: &Path) -> Vec<String> {
    let out = folder.join(format!("out-{command}")).to_str().unwrap().to_owned();
    let data = folder.join("data.csv").to_str().unwrap().to_owned();
    let words = match command {
        "anneal" => format!("--rows 6 --columns 6 --replicas 2 --temperature-steps 2 --out {out}"),
        "compare" => format!(
            "--size 6 --judge-size 6 --replicas 2 --trials 1 --calibrate 0.5 --judge 0.5 --closures sa --out {out}"
        ),
        "infer" => format!(
            "--size 6 --replicas 3 --draws 4 --published-draws 0 --chains 2 --starts 1 --closures pa --out {out}"
        ),
        "reproduce" => format!("--quick --size 6 --replicas 2 --samples 4 --starts 1 --out {out}"),
        "fit" => data,
        "simulate" => "--rates 1,1,1,1,1,1,1,1 --steps 10".to_owned(),
        "derive" => "--order 2".to_owned(),
        other => panic!("{other} has numbers, and no small settings here"),
    };
    let mut all = vec![command.to_owned()];
    all.extend(words.split(' ').map(str::to_owned));
    all
}

/// Refused with the name, or done; whether it was refused.
fn check(arguments: &[String], key: &str) -> bool {
    let output = quickly(arguments);
    let message = String::from_utf8(output.stderr).unwrap();
    let printed = String::from_utf8_lossy(&output.stdout);
    assert!(!message.contains("panicked"), "{arguments:?}: {message}");
    assert!(!printed.contains("NaN") && !printed.contains("inf"), "{arguments:?}: {printed}");
    match output.status.code() {
        Some(0) => {}
        Some(2) => {
            let names = [key.to_owned(), key.replace('_', "-"), key.replace('_', " ")];
            // of a schedule, one temperature is named; of a list, one of it
            let singular = key.trim_end_matches('s').to_owned();
            let named = names.iter().chain([&singular]).any(|name| message.contains(name.as_str()));
            assert!(named, "{arguments:?} is refused without the name: {message}");
            assert!(message.len() < 2000, "{message}");
        }
        other => panic!("{arguments:?}: {other:?}, {message}"),
    }
    !output.status.success()
}

#[test]
fn every_number_of_every_command_is_refused_by_name_or_works() {
    let folder = tempfile::tempdir().unwrap();
    assert!(quickly(&small("anneal", folder.path())).status.success());
    fs::copy(folder.path().join("out-anneal/trajectory.csv"), folder.path().join("data.csv"))
        .unwrap();

    let config = runner::mean_cluster(&["config"], 1);
    let all: toml::Table = String::from_utf8(config.stdout).unwrap().parse().unwrap();
    let values = [
        "0",
        "-0.0",
        "-1",
        "1e12",
        "1e300",
        "1e-300",
        "1e-320",
        "9223372036854775807",
        "9223372036854775808",
        "18446744073709551615",
        "18446744073709551616",
        "NaN",
        "inf",
        "-inf",
    ];
    let mut tried = 0;
    for (command, section) in &all {
        for (key, default) in section.as_table().unwrap() {
            let is_number = |value: &toml::Value| value.is_integer() || value.is_float();
            let is_list = default.as_array().is_some_and(|list| list.iter().all(is_number))
                && !["closures", "data", "rules", "species"].contains(&key.as_str());
            if !(is_number(default) || is_list) {
                continue;
            }
            let flag = format!("--{}", key.replace('_', "-"));
            let mut base = small(command, folder.path());
            if let Some(place) = base.iter().position(|word| *word == flag) {
                base.drain(place..place + 2);
            }
            for value in values {
                // eight rates, three pairs, and temperatures as many as there are
                let given = match key.as_str() {
                    "rates" => [value; 8].join(","),
                    "start" => [value; 3].join(","),
                    _ => value.to_owned(),
                };
                let mut arguments = base.clone();
                arguments.push(format!("{flag}={given}"));
                let is_refused = check(&arguments, key);
                tried += 1;
                if !is_refused {
                    continue; // what works takes its time, and once is enough
                }
                // in a file, where TOML can write it
                let value = value.to_lowercase();
                let value = if is_list { format!("[{value}]") } else { value };
                let file = folder.path().join("settings.toml");
                fs::write(&file, format!("[{command}]\n{key} = {value}\n")).unwrap();
                let mut arguments = base.clone();
                arguments.extend(["--config".to_owned(), file.to_str().unwrap().to_owned()]);
                if format!("a = {value}").parse::<toml::Table>().is_ok() {
                    assert!(check(&arguments, key), "{arguments:?} works, but not as a flag");
                }
            }
        }
    }
    assert!(tried > 50 * values.len(), "{tried}");
    for value in values {
        let mut arguments = small("anneal", folder.path());
        arguments.push(format!("--save-every={value}"));
        check(&arguments, "save_every");
    }
}

#[test]
fn what_would_take_for_ever_or_more_memory_than_there_is_is_refused_before_the_work() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    let cases: [(&[&str], &[&str]); 12] = [
        (
            &["reproduce", "--samples", "1000000000000"],
            &["samples is 1000000000000", "100 000 000"],
        ),
        (&["reproduce", "--replicas", "9223372036854775808"], &["replicas is 9223372036854775808"]),
        (
            &["reproduce", "--samples", "100000000", "--chains", "1000000"],
            &["bytes", "--samples or"],
        ),
        (
            &["reproduce", "--size", "32768", "--replicas", "1000000"],
            &["bytes of memory", "--size"],
        ),
        (
            &["anneal", "--replicas", "1000000", "--samples-per-step", "1000000"],
            &["bytes", "--replicas"],
        ),
        (
            &["anneal", "--rows", "32768", "--columns", "32768", "--replicas", "1000000"],
            &["bytes", "--rows"],
        ),
        (&["anneal", "--rows", "65536", "--columns", "65536"], &["65536 x 65536", "1073741824"]),
        (
            &["anneal", "--sweeps-between-samples", "1000000001"],
            &["sweeps-between-samples", "1 000 000 000"],
        ),
        (
            &[
                "anneal",
                "--rows",
                "30000",
                "--columns",
                "30000",
                "--sweeps-between-samples",
                "1000000000",
            ],
            &["sweeps-between-samples is 1000000000 (5.5e19 moves in all)", "1e18"],
        ),
        (&["anneal", "--format", "vasp", "--replicas", "40000"], &["format", "a file a frame"]),
        (&["compare", "--judge-size", "40000"], &["judge-size is 40000", "32768"]),
        (
            &["infer", "--draws", "100000000", "--chains", "1000000"],
            &["bytes", "--draws, --published-draws, --chains"],
        ),
    ];
    for (arguments, expected) in cases {
        let start = Instant::now();
        let output =
            runner::mean_cluster(&[arguments, &["--out", out.to_str().unwrap()]].concat(), 2);
        let message = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {message}");
        for part in expected {
            assert!(message.contains(part), "{arguments:?}: {part} is not in: {message}");
        }
        assert!(start.elapsed() < Duration::from_secs(10), "{arguments:?}");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "{arguments:?}");
    }
}
