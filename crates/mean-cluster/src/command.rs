//! The command `mean-cluster`.

use crate::StudyError;
use crate::compare_command::Compare;
use crate::output::OutputDirectory;
use crate::study::{Progress, Study, StudySettings, Summary};
#[cfg(feature = "figures")]
use crate::{figures, output, report, study::StudyFiles};
use clap::{Args, Parser, Subcommand};
use std::io::{IsTerminal, Write};
use std::path::PathBuf;
use std::process::ExitCode;

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
    Reproduce(Reproduce),
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
    #[command(verbatim_doc_comment)]
    Compare(Compare),
}

#[cfg(feature = "figures")]
#[derive(Debug, Args)]
struct Directory {
    /// Directory that `mean-cluster reproduce` wrote
    #[arg(value_name = "DIR")]
    directory: PathBuf,
}

#[cfg(feature = "figures")]
impl Directory {
    /// All is drawn before anything is written: an error leaves the old files.
    fn figures(&self) -> Result<(), StudyError> {
        let figures = figures::of_study(&StudyFiles::read(&self.directory)?)?;
        output::renew(&self.directory, figures::FOLDER, &figures::files_of(&figures)?)
    }

    fn report(&self) -> Result<(), StudyError> {
        let files = StudyFiles::read(&self.directory)?;
        let page = report::report(&files, &figures::of_study(&files)?)?;
        let page = (report::REPORT.to_owned(), page.into_bytes());
        output::renew(&self.directory, report::REPORT, &[page])
    }
}

#[derive(Debug, Args)]
struct Reproduce {
    /// Directory for the files; replaced as a whole at the end
    #[arg(long, value_name = "DIR", default_value = "out")]
    out: PathBuf,
    /// Seed of every random number: the same seed gives the same bytes on any number of threads
    #[arg(long, value_name = "N", default_value_t = StudySettings::default().seed)]
    seed: u64,
    /// Rows and columns of the lattice [default: 48, with --quick 24]
    #[arg(long, value_name = "L")]
    size: Option<usize>,
    /// Annealing runs for each composition [default: 16, with --quick 4]
    #[arg(long, value_name = "R")]
    replicas: Option<usize>,
    /// Draws of each chain [default: 100000, with --quick 2000]
    #[arg(long, value_name = "M")]
    samples: Option<usize>,
    /// Chains for each posterior
    #[arg(long, value_name = "C", default_value_t = StudySettings::default().chains)]
    chains: usize,
    /// A small, noisy run of all stages for a first look
    #[arg(long)]
    quick: bool,
    /// Write into a directory that holds other files too; they stay unless a name collides
    #[arg(long)]
    force: bool,
}

impl Reproduce {
    fn settings(&self) -> StudySettings {
        let defaults = if self.quick { StudySettings::quick() } else { StudySettings::default() };
        StudySettings {
            seed: self.seed,
            size: self.size.unwrap_or(defaults.size),
            replicas: self.replicas.unwrap_or(defaults.replicas),
            samples: self.samples.unwrap_or(defaults.samples),
            chains: self.chains,
            ..defaults
        }
    }

    fn run(&self) -> Result<(), StudyError> {
        let settings = self.settings();
        settings.check()?;
        let directory = OutputDirectory::open(&self.out, self.force)?;
        let study = Study::run(&settings, Progress::Terminal)?;
        study.write(&directory)?;
        let mut out = std::io::stdout().lock();
        if out.is_terminal() {
            // a terminal that went away is no reason to fail: the files are written
            let _ = write!(out, "{}", study.summary());
            let _ = writeln!(out, "The files are in {}", directory.path().display());
        }
        Ok(())
    }
}

/// Runs the command on the arguments of the process. Exit code 0 for success, 2 for bad input or
/// output that cannot be written, with the reason on standard error.
pub fn run() -> ExitCode {
    let result = match CommandLine::parse().command {
        Command::Reproduce(reproduce) => reproduce.run(),
        Command::Compare(compare) => compare.run(),
        #[cfg(feature = "figures")]
        Command::Figures(directory) => directory.figures(),
        #[cfg(feature = "figures")]
        Command::Report(directory) => directory.report(),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "error: {error}");
            ExitCode::from(2)
        }
    }
}

impl std::fmt::Display for Summary {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let types = &self.table2_types_within_0_1;
        writeln!(
            formatter,
            "Table II: {} of 16 types within 0.1 at x = 1/2, {} at x = 1/3",
            types["oa_half"], types["oa_third"]
        )?;
        for (convention, percent) in &self.sa_over_pa_improvement_percent {
            let ratio = self.ratio_of_mean_errors_sa_pa[convention];
            writeln!(
                formatter,
                "{convention}: SA improves on PA by {percent:.1} % in the mean (the paper: 36.13); \
                 mean error of SA / mean error of PA = {ratio:.3}"
            )?;
        }
        for (closure, posterior) in &self.posteriors {
            let converged = if posterior.converged { "converged" } else { "not converged" };
            writeln!(
                formatter,
                "posterior {closure}: {converged}; accepted {:.1} % at the first stage",
                100.0 * posterior.acceptance_first_stage
            )?;
        }
        Ok(())
    }
}
