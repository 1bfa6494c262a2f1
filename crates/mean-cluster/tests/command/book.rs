//! The commands of README and book, run as they are printed.
//!
//! - A block `sh` runs in the shell, in a directory that is empty where its page begins.
//! - A block `text` after it is what it prints; `...` stands for lines left out.
//! - A block `sh,long` takes minutes, or is cargo's: its commands must be understood, and be among
//!   those that other tests run small.
//! - Commands named in a text must be understood.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// Commands whose defaults take minutes, and who runs them small.
const LONG: [(&str, &str); 3] = [
    ("reproduce", ".ci/run with --quick; reproduce.rs, resume.rs"),
    ("compare", "compare.rs"),
    ("infer", "infer.rs"),
];

/// How a fresh clone calls the command.
const BY_CARGO: &str = "cargo run --release -- ";
const BY_NAME: &str = "mean-cluster ";

fn pages() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let folder =
        |name: &str| fs::read_dir(root.join(name)).unwrap().map(|entry| entry.unwrap().path());
    let mut pages = vec![root.join("README.md"), root.join("CHANGELOG.md")];
    pages.extend(
        folder("docs").filter(|path| path.extension().is_some_and(|ending| ending == "md")),
    );
    pages.extend(folder("crates").map(|path| path.join("README.md")));
    pages.sort();
    pages
}

struct Block {
    kind: String,
    text: String,
}

/// The blocks of code of a page, and the text between them.
fn parts(page: &str) -> (Vec<Block>, String) {
    let (mut blocks, mut prose, mut inside) = (Vec::<Block>::new(), String::new(), false);
    for line in page.lines() {
        match line.strip_prefix("```") {
            Some(kind) => {
                if !inside {
                    blocks.push(Block { kind: kind.to_owned(), text: String::new() });
                }
                inside = !inside;
            }
            None => {
                let text = if inside { &mut blocks.last_mut().unwrap().text } else { &mut prose };
                text.push_str(line);
                text.push('\n');
            }
        }
    }
    (blocks, prose)
}

/// Runs lines of a shell in a folder, with the command on the path.
fn shell(lines: &str, folder: &Path) -> Output {
    let binary = Path::new(env!("CARGO_BIN_EXE_mean-cluster")).parent().unwrap().to_owned();
    let mut path = vec![binary];
    path.extend(std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()));
    let mut shell = Command::new("sh");
    shell.args(["-eu", "-c", &lines.replace(BY_CARGO, BY_NAME)]).current_dir(folder);
    shell.env("PATH", std::env::join_paths(path).unwrap()).env("RAYON_NUM_THREADS", "2");
    shell.output().unwrap()
}

fn printed(output: &Output) -> String {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    text(&output.stdout) + &text(&output.stderr)
}

/// Whether the lines are those expected.
fn matches(expected: &[&str], found: &[&str]) -> bool {
    match expected {
        [] => found.is_empty(),
        ["...", rest @ ..] => (0..=found.len()).any(|left_out| matches(rest, &found[left_out..])),
        [line, rest @ ..] => found.first() == Some(line) && matches(rest, &found[1..]),
    }
}

/// The command of a line without its comment, if it is ours.
fn ours(line: &str) -> Option<String> {
    let command = line.split(" #").next().unwrap().trim();
    let arguments = command.strip_prefix(BY_CARGO).or_else(|| command.strip_prefix(BY_NAME))?;
    Some(format!("{BY_NAME}{arguments}"))
}

fn assert_understood(command: &str, page: &Path) {
    let help = shell(&format!("{command} --help"), Path::new("."));
    assert!(help.status.success(), "{}: {command}: {}", page.display(), printed(&help));
}

#[test]
fn the_commands_of_every_page_run_as_printed() {
    let mut count = 0;
    for page in pages() {
        let (blocks, _) = parts(&fs::read_to_string(&page).unwrap());
        let folder = tempfile::tempdir().unwrap();
        let mut before = None;
        for Block { kind, text } in blocks {
            let at = format!("{}:\n{text}", page.display());
            match (kind.as_str(), before.take()) {
                ("sh", _) => {
                    let others = text.replace(BY_CARGO, "");
                    assert!(!others.contains("cargo "), "{at}mark it sh,long");
                    let output = shell(&text, folder.path());
                    assert!(output.status.success(), "{at}{}", printed(&output));
                    count += text.lines().filter_map(ours).count();
                    before = Some(printed(&output));
                }
                ("sh,long", _) => {
                    for command in text.lines().filter_map(ours) {
                        let name = command.split(' ').nth(1).unwrap();
                        let known = LONG.iter().any(|(long, _)| *long == name);
                        assert!(known, "{at}{command} can run here: leave it unmarked");
                        assert_understood(&command, &page);
                    }
                }
                ("text", Some(found)) => {
                    let [expected, lines] = [&text, &found].map(|t| t.lines().collect::<Vec<_>>());
                    assert!(matches(&expected, &lines), "{at}is printed as\n{found}");
                }
                ("text", None) => panic!("{at}follows no command"),
                (kind, _) => assert!(!kind.starts_with("sh") && !kind.is_empty(), "{at}{kind}?"),
            }
        }
    }
    assert!(count > 25, "only {count} commands were found");
}

#[test]
fn the_commands_that_texts_name_are_understood() {
    let mut count = 0;
    for page in pages() {
        let (_, prose) = parts(&fs::read_to_string(&page).unwrap());
        for line in prose.lines().filter(|line| line.starts_with("    ")) {
            assert!(ours(line).is_none(), "{}: make it a block: {line}", page.display());
        }
        for command in prose.replace('\n', " ").split('`').skip(1).step_by(2).filter_map(ours) {
            assert_understood(&command, &page);
            count += 1;
        }
    }
    assert!(count > 20, "only {count} commands were found");
}
