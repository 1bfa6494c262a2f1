//! The command `mean-cluster`: what it can do, a file each; settings from one TOML file and flags.

mod anneal;
mod anneal_files;
mod anneal_settings;
mod closure_choice;
mod compare;
mod config;
mod count;
mod derive;
mod fit;
mod infer;
mod job;
mod rate_fit;
mod reproduce;
mod rerun;
mod scratch;
mod simulate;
mod verify;

use crate::StudyError;
#[cfg(feature = "figures")]
use crate::redraw;
use crate::signals;
#[cfg(feature = "figures")]
pub(crate) use anneal_files::AnnealedFiles;
use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};
use config::Config;
#[cfg(feature = "fuzzing")]
pub use config::read_settings;
use count::Count;
use derive::Derive;
use fit::Fit;
use job::Job;
use rerun::Rerun;
use simulate::Simulate;
use std::io::{self, Write};
#[cfg(feature = "figures")]
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::thread;
use verify::Verify;

/// Mean-cluster models: from annealed lattices through closures to Bayesian rates.
#[derive(Debug, Parser)]
#[command(name = "mean-cluster", version, propagate_version = true)]
struct CommandLine {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Reproduce the paper: annealing, Table II, errors, rates and posteriors, in both conventions
    ///
    /// Example: mean-cluster reproduce --out out --seed 7
    #[command(verbatim_doc_comment)]
    Reproduce(Job<reproduce::Flags>),
    /// Draw the figures of an output directory again from its files alone
    ///
    /// Example: mean-cluster figures out
    #[cfg(feature = "figures")]
    #[command(verbatim_doc_comment)]
    Figures(Directory),
    /// Write report.html of an output directory again from its files alone
    ///
    /// Example: mean-cluster report out
    #[cfg(feature = "figures")]
    #[command(verbatim_doc_comment)]
    Report(Directory),
    /// Compare all closures at the ten stoichiometries, calibrated on some, judged on fresh runs
    ///
    /// Example: mean-cluster compare --calibrate 1/3 --calibrate 1/2 --out comparison
    #[command(verbatim_doc_comment, mut_arg("out", |out| out.default_value("comparison")))]
    Compare(Job<compare::Flags>),
    /// Infer the rates: posteriors that converge for several closures, beside the published setting
    ///
    /// Example: mean-cluster infer --closures pa,log_odds --out inference
    #[command(verbatim_doc_comment, mut_arg("out", |out| out.default_value("inference")))]
    Infer(Job<infer::Flags>),
    /// Derive the rate equations of all clusters up to an order, for a lattice, species and rules
    ///
    /// Example: mean-cluster derive --lattice triangular --species +,- --order 2 --rules swap
    /// Example: mean-cluster derive --lattice square --species 1,0 --rules "0 1 -> 1 1, 1 -> 0"
    #[command(verbatim_doc_comment)]
    Derive(Derive),
    /// Anneal lattices of your own: trajectories, a film and the last configurations
    ///
    /// Example: mean-cluster anneal --rows 24 --columns 24 --x 1/3 --out annealed
    #[command(verbatim_doc_comment, mut_arg("out", |out| out.default_value("annealed")))]
    Anneal(Job<anneal::Flags>),
    /// Count pairs and triplets of configurations of your own
    ///
    /// Example: mean-cluster count annealed/last.xyz
    #[command(verbatim_doc_comment)]
    Count(Count),
    /// Calibrate closures on trajectories of your own, with their errors by type
    ///
    /// Example: mean-cluster fit annealed/trajectory.csv
    #[command(verbatim_doc_comment)]
    Fit(Fit),
    /// Integrate a closed system, with rates that are given or fitted to a trajectory of your own
    ///
    /// Example: mean-cluster simulate --closure log_odds --data annealed/trajectory.csv --out pairs.csv
    #[command(verbatim_doc_comment)]
    Simulate(Simulate),
    /// Make the files of an output directory again beside it, and compare: on disk, in the manifest, made again
    ///
    /// Example: mean-cluster rerun annealed
    #[command(verbatim_doc_comment)]
    Rerun(Rerun),
    /// Check the files of an output directory against the checksums of its manifest
    ///
    /// Example: mean-cluster verify annealed
    #[command(verbatim_doc_comment)]
    Verify(Verify),
    /// Print all settings as TOML, with their meaning and defaults, for --config
    ///
    /// Example: mean-cluster config anneal
    #[command(verbatim_doc_comment)]
    Config(Config),
    /// Print the completions of a shell
    ///
    /// Example: mean-cluster completions bash
    #[command(verbatim_doc_comment)]
    Completions {
        /// The shell
        #[arg(value_enum)]
        shell: clap_complete::Shell,
    },
}

#[cfg(feature = "figures")]
#[derive(Debug, clap::Args)]
struct Directory {
    /// Directory that `mean-cluster reproduce`, `compare`, `infer` or `anneal` wrote
    #[arg(value_name = "DIR")]
    directory: PathBuf,
}

/// What became of a command that did not fail.
enum Outcome {
    /// It came to its end.
    Done,
    /// Its state is saved, as far as it has one.
    Interrupted,
    /// Files that were compared are not the same.
    Differs,
}

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
    let outcome = parse().and_then(run_one);
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

fn parse() -> Result<Command, StudyError> {
    let matches = config::with_defaults(CommandLine::command())?.get_matches();
    Ok(CommandLine::from_arg_matches(&matches).unwrap_or_else(|error| error.exit()).command)
}

fn run_one(command: Command) -> Result<Outcome, StudyError> {
    let finished = |done: Result<(), StudyError>| done.map(|()| Outcome::Done);
    let worked = |done: Result<bool, StudyError>| {
        done.map(|done| if done { Outcome::Done } else { Outcome::Interrupted })
    };
    match command {
        Command::Reproduce(job) => worked(job.run()),
        Command::Compare(job) => worked(job.run()),
        Command::Infer(job) => worked(job.run()),
        Command::Anneal(job) => worked(job.run()),
        Command::Verify(verify) => verify.run(),
        Command::Rerun(rerun) => rerun.run(),
        Command::Derive(derive) => finished(derive.run()),
        Command::Count(count) => finished(count.run()),
        Command::Fit(fit) => finished(fit.run()),
        Command::Simulate(simulate) => finished(simulate.run()),
        Command::Config(config) => finished(config.run(&CommandLine::command())),
        Command::Completions { shell } => {
            let mut text = Vec::new();
            clap_complete::generate(shell, &mut CommandLine::command(), "mean-cluster", &mut text);
            finished(print(&String::from_utf8_lossy(&text)))
        }
        #[cfg(feature = "figures")]
        Command::Figures(Directory { directory }) => finished(redraw::figures_of(&directory)),
        #[cfg(feature = "figures")]
        Command::Report(Directory { directory }) => finished(redraw::report_of(&directory)),
    }
}

/// `0.25` or `1/3`.
fn fraction(text: &str) -> Result<f64, String> {
    let parse = |part: &str| {
        part.trim().parse::<f64>().map_err(|_| "write one number, as 0.25 or 1/3".to_owned())
    };
    match text.split_once('/') {
        Some((above, below)) => Ok(parse(above)? / parse(below)?),
        None => parse(text),
    }
}

/// Prints a text. A reader that has seen enough closes the pipe, and that is no error.
fn print(text: &str) -> Result<(), StudyError> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(StudyError::File { path: "standard output".into(), source: error })
        }
        _ => Ok(()),
    }
}

/// Writes figures into a directory, which is made if it is missing.
#[cfg(feature = "figures")]
fn save_figures(directory: &Path, figures: &[crate::figures::Figure]) -> Result<(), StudyError> {
    whole_files::make_directories(directory)
        .map_err(|source| StudyError::File { path: directory.to_owned(), source })?;
    figures.iter().try_for_each(|figure| figure.save(directory))
}

fn pretty_json(value: &serde_json::Value) -> String {
    format!("{value:#}\n")
}
