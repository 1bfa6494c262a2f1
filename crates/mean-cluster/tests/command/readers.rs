//! Files as people have them, and names that nobody should have: right, or refused with what to do.

use super::runner::mean_cluster;
use std::fs;
use std::path::Path;
use std::process::Output;

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

fn succeeds(arguments: &[&str]) -> Output {
    let output = mean_cluster(arguments, 2);
    assert!(output.status.success(), "{arguments:?}: {}", text(&output.stderr));
    output
}

fn refused(arguments: &[&str]) -> String {
    let output = mean_cluster(arguments, 2);
    let message = text(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{message}");
    assert!(!message.contains("panicked"), "{message}");
    message
}

fn path(folder: &Path, name: &str, content: &str) -> String {
    let path = folder.join(name);
    fs::write(&path, content).unwrap();
    path.to_str().unwrap().to_owned()
}

const GRID: &str = "+-+\n++-\n-++\n";

/// Five samples of a film, as `count --csv` has them.
fn table(folder: &Path) -> String {
    let mut frames = String::new();
    for grid in ["--+-++\n+++-+-\n+-++++\n", "-++-++\n++--++\n+-+++-\n", "-++-++\n+-++-+\n++-++-\n"]
    {
        frames.push_str(grid);
        frames.push('\n');
    }
    let film = path(folder, "film.txt", &frames);
    let csv = text(&succeeds(&["count", "--csv", &film]).stdout);
    let (mut lines, mut table) = (csv.lines(), String::new());
    let header: Vec<&str> = lines.next().unwrap().split(',').collect();
    table.push_str(&format!("{}\n", header.join(",")));
    let time = header.iter().position(|name| *name == "time").unwrap();
    for (index, line) in lines.enumerate() {
        let mut fields: Vec<String> = line.split(',').map(str::to_owned).collect();
        fields[time] = (index as f64 * 0.25).to_string();
        table.push_str(&format!("{}\n", fields.join(",")));
    }
    table
}

/// With each number changed.
fn with_numbers(table: &str, change: impl Fn(f64) -> String) -> String {
    let line = |line: &str| {
        let fields = line.split(',').map(|f| f.parse().map_or(f.to_owned(), &change));
        fields.collect::<Vec<_>>().join(",") + "\n"
    };
    table.lines().map(line).collect()
}

#[test]
fn names_that_are_formulas_or_escapes_are_shown_and_not_run() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["=cmd", "+1", "-1", "@sum", "\t=1", "\r=1"] {
        fs::write(folder.path().join(name), GRID).unwrap();
        // a relative name, as it is typed
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_mean-cluster"))
            .current_dir(folder.path())
            .args(["count", "--csv", "--", name])
            .output()
            .unwrap();
        let csv = text(&output.stdout);
        let cell = csv.split_once('\n').unwrap().1.trim_start_matches('"');
        assert!(cell.starts_with(&format!("'{name}")), "{csv:?} {}", text(&output.stderr));
        // numbers stay numbers
        assert!(cell.contains(",0,3,3,,,0.66"), "{cell}");
    }
    let hostile = "a\u{1b}]0;b\u{7}\nc\u{202e}d";
    let named = path(folder.path(), hostile, GRID);
    let shown = "a\\u{1b}]0;b\\u{7}\\nc\\u{202e}d";
    let counted = text(&succeeds(&["count", &named]).stdout);
    assert!(counted.contains(&format!("{shown}, frame 0")), "{counted}");
    fs::write(&named, "+-+\n+\u{1b}[2J-\n").unwrap();
    for message in [refused(&["count", &named]), refused(&["fit", &named])] {
        assert!(message.contains(shown), "{message}");
        assert!(message.chars().all(|c| c == '\n' || !c.is_control()), "{message:?}");
    }
    let config = path(folder.path(), "c.toml", "[count]\n\"\\u001b[2J\" = 1\n");
    let message = refused(&["count", "--config", &config, &named]);
    assert!(message.contains("count.\\u{1b}[2J") && !message.contains('\u{1b}'), "{message}");
    let config = path(folder.path(), "d.toml", "[count]\nplus = \u{1b}[2J\n");
    let message = refused(&["count", "--config", &config, &named]);
    assert!(!message.contains('\u{1b}'), "{message}");
}

#[test]
fn shapes_are_said_and_pure_configurations_counted() {
    let folder = tempfile::tempdir().unwrap();
    let pure = path(folder.path(), "pure.txt", "+++\n+++\n+++\n");
    let counted = text(&succeeds(&["count", &pure]).stdout);
    assert!(counted.contains("c_plus 1.00000  c_minus 0.00000  pp 1.00000"), "{counted}");
    let drawn =
        path(folder.path(), "drawn.txt", "+ - - + - -\n - + - - + -\n- - + - - +\n + - - + - -\n");
    let message = refused(&["count", &drawn]);
    assert!(message.contains("--shape offset") && message.contains("--shape 4x6"), "{message}");
    let shaped = |shape: &str| text(&succeeds(&["count", "--shape", shape, &drawn]).stdout);
    assert!(shaped("offset").contains("12 x 6 sites"), "{}", shaped("offset"));
    assert!(shaped("4x6").contains("4 x 6 sites"));
    assert!(
        refused(&["count", "--shape", "1x2", &drawn]).contains("the shape is 1x2, but must be")
    );
}

#[test]
fn rounded_and_noisy_tables_are_fitted_and_it_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let table = table(folder.path());
    let plain = path(folder.path(), "plain.csv", &table);
    let output = succeeds(&["fit", &plain]);
    assert_eq!(text(&output.stderr), "");
    let rounded = path(folder.path(), "rounded.csv", &with_numbers(&table, |v| format!("{v:.4}")));
    let note = text(&succeeds(&["fit", &rounded]).stderr);
    assert!(note.contains("rounded or have noise: sum rules are off by up to"), "{note}");
    let more = path(folder.path(), "more.csv", &table.replacen("frame", "my \u{1b} notes", 1));
    let note = text(&succeeds(&["fit", &more]).stderr);
    assert!(note.contains("columns that are not read: my \\u{1b} notes"), "{note}");
    let noisy = with_numbers(&table, |v| (v * (1.0 + 1e-3 * (v * 1e3).fract())).to_string());
    let noisy = path(folder.path(), "noisy.csv", &noisy);
    let message = refused(&["fit", &noisy]);
    assert!(message.contains("is broken by") && message.contains("--tolerance"), "{message}");
    succeeds(&["fit", "--tolerance", "0.02", &noisy]);
    let rates = "--rates=1,1,1,1,1,1,1,1";
    succeeds(&["simulate", rates, "--tolerance", "0.02", "--data", &noisy]);
    assert!(refused(&["fit", "--tolerance", "2", &noisy]).contains("tolerance is 2, but must be"));
}

#[test]
fn fractions_in_files_are_numbers_and_rates_beyond_time_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let config = path(folder.path(), "s.toml", "[simulate]\nx = \"1/3\"\n");
    let rates = "--rates=1,1,1,1,1,1,1,1";
    let of_file = succeeds(&["simulate", "--config", &config, rates]).stdout;
    assert_eq!(of_file, succeeds(&["simulate", "--x", "1/3", rates]).stdout);
    let config =
        path(folder.path(), "t.toml", "[compare]\ncalibrate = [\"1/3\", 0.5]\ntrials = 0\n");
    let message = refused(&["compare", "--config", &config, "--out", "never"]);
    assert!(message.contains("trials"), "{message}");
    let config = path(folder.path(), "u.toml", "[simulate]\nx = \"a third\"\n");
    assert!(refused(&["simulate", "--config", &config, rates]).contains("invalid type: string"));
    let message = refused(&["simulate", "--rates", "1e308,1,1,1,1,1,1,1"]);
    assert!(
        message.contains("rates is 1e308 in a time span of 1, but must be at most 1e15"),
        "{message}"
    );
}
