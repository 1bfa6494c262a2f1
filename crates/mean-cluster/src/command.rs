//! The command `mean-cluster`.

use crate::compare_command::Compare;
use crate::derive_command::Derive;
use crate::reproduce_command::{INTERRUPTED, Reproduce};
use crate::study::Summary;
use crate::user_commands::{Anneal, Config, Count, Fit, Rerun, Simulate};
#[cfg(feature = "figures")]
use crate::{StudyError, figures, output, report, study::StudyFiles};
use clap::{CommandFactory, Parser, Subcommand};
use std::io::Write;
#[cfg(feature = "figures")]
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
    /// Derive the rate equations of all clusters up to an order, for a lattice, species and rules
    ///
    /// Example: mean-cluster derive --lattice triangular --species +,- --order 2 --rules swap
    /// Example: mean-cluster derive --lattice square --species 1,0 --rules "0 1 -> 1 1, 1 -> 0"
    #[command(verbatim_doc_comment)]
    Derive(Derive),
    /// Anneal lattices of your own: trajectories, a film and the last configurations
    ///
    /// Example: mean-cluster anneal --rows 24 --columns 24 --x 1/3 --out annealed
    #[command(verbatim_doc_comment)]
    Anneal(Anneal),
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
    /// Example: mean-cluster simulate --closure log-odds --data annealed/trajectory.csv --out pairs.csv
    #[command(verbatim_doc_comment)]
    Simulate(Simulate),
    /// Make the files of an output directory again, and check that they are the same
    ///
    /// Example: mean-cluster rerun annealed
    #[command(verbatim_doc_comment)]
    Rerun(Rerun),
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

/// Runs the command on the arguments of the process. Exit code 0 for success, 2 for bad input or
/// output that cannot be written, with the reason on standard error, 130 for a run that was
/// interrupted.
pub fn run() -> ExitCode {
    let result = match CommandLine::parse().command {
        Command::Reproduce(reproduce) => reproduce.run(),
        Command::Anneal(anneal) => anneal.run(),
        Command::Rerun(rerun) => rerun.run(),
        Command::Count(count) => count.run().map(|()| true),
        Command::Fit(fit) => fit.run().map(|()| true),
        Command::Simulate(simulate) => simulate.run().map(|()| true),
        Command::Config(config) => config.run(&CommandLine::command()).map(|()| true),
        Command::Completions { shell } => {
            let mut text = Vec::new();
            clap_complete::generate(shell, &mut CommandLine::command(), "mean-cluster", &mut text);
            let _ = std::io::stdout().write_all(&text); // a closed pipe has seen enough
            Ok(true)
        }
        Command::Compare(compare) => compare.run().map(|()| true),
        Command::Derive(derive) => derive.run().map(|()| true),
        #[cfg(feature = "figures")]
        Command::Figures(directory) => directory.figures().map(|()| true),
        #[cfg(feature = "figures")]
        Command::Report(directory) => directory.report().map(|()| true),
    };
    match result {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(INTERRUPTED),
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
