//! The command `mean-cluster`.

use crate::compare_command::Compare;
use crate::derive_command::Derive;
#[cfg(feature = "figures")]
use crate::redraw;
use crate::reproduce_command::Reproduce;
use crate::resumable_run::INTERRUPTED;
use crate::study::Summary;
use clap::{Parser, Subcommand};
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
}

#[cfg(feature = "figures")]
#[derive(Debug, clap::Args)]
struct Directory {
    /// Directory that `mean-cluster reproduce` or `mean-cluster compare` wrote
    #[arg(value_name = "DIR")]
    directory: PathBuf,
}

/// Runs the command on the arguments of the process. Exit code 0 for success, 2 for bad input or
/// output that cannot be written, with the reason on standard error, 130 for a run that was
/// interrupted.
pub fn run() -> ExitCode {
    let result = match CommandLine::parse().command {
        Command::Reproduce(reproduce) => match reproduce.run() {
            Ok(false) => return ExitCode::from(INTERRUPTED),
            ended => ended.map(drop),
        },
        Command::Compare(compare) => match compare.run() {
            Ok(false) => return ExitCode::from(INTERRUPTED),
            ended => ended.map(drop),
        },
        Command::Derive(derive) => derive.run(),
        #[cfg(feature = "figures")]
        Command::Figures(Directory { directory }) => redraw::figures_of(&directory),
        #[cfg(feature = "figures")]
        Command::Report(Directory { directory }) => redraw::report_of(&directory),
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
