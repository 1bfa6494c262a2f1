//! `mean-cluster config`, which prints every setting with its default and its meaning, and
//! `mean-cluster completions`.

use super::print::print;
use super::row::{Given, Outcome, Row, command_line, sections};
use crate::StudyError;
use clap::Args;
use clap::builder::PossibleValuesParser;

pub(super) const CONFIG: Row = Row::plain(
    "config",
    [
        "Print all settings as TOML, with their meaning and defaults, for --config",
        "Example: mean-cluster config anneal",
    ],
    |command, rows| {
        let names = PossibleValuesParser::new(sections(rows));
        Config::augment_args(command).mut_arg("command", |name| name.value_parser(names))
    },
    config,
);

pub(super) const COMPLETIONS: Row = Row::plain(
    "completions",
    ["Print the completions of a shell", "Example: mean-cluster completions bash"],
    |command, _| Completions::augment_args(command),
    completions,
);

#[derive(Debug, Args)]
struct Config {
    /// Only the section of this command
    #[arg(value_name = "COMMAND")]
    command: Option<String>,
}

#[derive(Debug, Args)]
struct Completions {
    /// The shell
    #[arg(value_enum)]
    shell: clap_complete::Shell,
}

/// Prints the sections with the help of the flags of the same names.
fn config(given: &Given<'_>) -> Result<Outcome, StudyError> {
    let Config { command } = given.parse()?;
    let wanted = |row: &&Row| command.as_deref().is_none_or(|command| command == row.name);
    let mut rows: Vec<&Row> = given.rows.iter().filter(wanted).collect();
    rows.sort_by_key(|row| row.name);
    let mut sections = Vec::new();
    for row in rows {
        sections.extend(row.section()?);
    }
    print(&sections.join("\n"))?;
    Ok(Outcome::Done)
}

fn completions(given: &Given<'_>) -> Result<Outcome, StudyError> {
    let Completions { shell } = given.parse()?;
    let mut text = Vec::new();
    let mut all = command_line(given.rows)?;
    clap_complete::generate(shell, &mut all, "mean-cluster", &mut text);
    print(&String::from_utf8_lossy(&text))?;
    Ok(Outcome::Done)
}
