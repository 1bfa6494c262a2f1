//! The command `mean-cluster`: what it can do, a row of the registry each; settings from one TOML file
//! and flags.

mod config;
mod count;
mod derive;
mod fit;
mod job;
mod print;
mod rate_fit;
#[cfg(feature = "figures")]
mod redraw;
mod registry;
mod rerun;
mod row;
mod scratch;
mod simulate;
mod verify;

use crate::StudyError;
use crate::signals;
use registry::ROWS;
use row::{Given, Outcome, command_line, sections};
use std::io::{self, Write};
use std::process::ExitCode;
use std::thread;

/// Runs the command on the arguments of the process. Exit code 0 for success, 1 for files that differ
/// (`rerun`, `verify`), 2 for bad input or output that cannot be written, with the reason on standard
/// error, 128 and the number of the signal for a run that one ended: 130 for SIGINT.
pub fn run() -> ExitCode {
    signals::install();
    // the first thread sleeps, so that it takes signals at once however busy the machine is
    let working = thread::Builder::new().name("main".to_owned()).stack_size(STACK).spawn(run_here);
    match working.map(thread::JoinHandle::join) {
        Ok(Ok(code)) => code,
        Ok(Err(_)) => ExitCode::from(101), // as any process ends that panics
        Err(_) => run_here(),
    }
}

/// Bytes of the stack, those of a first thread on most systems.
const STACK: usize = 1 << 23;

fn run_here() -> ExitCode {
    let outcome = work();
    signals::wait_if_ending();
    match outcome {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::Differs) => ExitCode::from(1),
        Ok(Outcome::Interrupted) => ExitCode::from(signals::exit_code()),
        Err(error) => {
            // names and texts of the user's files may hold anything
            let message = whole_files::shown_message(&error.to_string());
            let _ = writeln!(io::stderr(), "error: {message}");
            ExitCode::from(2)
        }
    }
}

fn work() -> Result<Outcome, StudyError> {
    let matches = command_line(ROWS)?.get_matches();
    let given = matches.subcommand();
    let (name, arguments) = given.expect("without a command, the help is printed");
    let row = ROWS.iter().find(|row| row.name == name).expect("only these were asked for");
    (row.run)(&Given { arguments, rows: ROWS })
}

/// Checks the text of a settings file as `--config` reads it, without further flags: TOML with a section
/// for each command, the known keys, and values in their ranges.
///
/// ```
/// assert!(mean_cluster::check_settings("[anneal]\nrows = 12\nx = \"1/3\"").is_ok());
/// let error = mean_cluster::check_settings("[anneal]\nrow = 12").unwrap_err();
/// assert!(error.to_string().contains("did you mean anneal.rows?"));
/// assert!(mean_cluster::check_settings("[anneal]\nrows = 2").is_err());
/// ```
///
/// # Errors
/// [`StudyError::UnknownKey`], [`StudyError::Unreadable`] and [`StudyError::Setting`], each naming the key.
pub fn check_settings(text: &str) -> Result<(), StudyError> {
    let sections = sections(ROWS);
    ROWS.iter().filter_map(|row| row.check).try_for_each(|check| check(text, &sections))
}
