//! What a command is: a row of the registry.

use crate::StudyError;
use crate::output::{Destination, Manifest};
use crate::settings::{Settings, resolve, table, with_section};
use clap::{ArgMatches, Args, FromArgMatches};
use std::path::{Path, PathBuf};

/// The command line of some commands.
///
/// # Errors
/// Those of [`Row::command`].
pub(super) fn command_line(rows: &[Row]) -> Result<clap::Command, StudyError> {
    let all = clap::Command::new("mean-cluster")
        .version(env!("CARGO_PKG_VERSION"))
        .about("Mean-cluster models: from annealed lattices through closures to Bayesian rates")
        .propagate_version(true)
        .subcommand_required(true)
        .arg_required_else_help(true);
    rows.iter().try_fold(all, |all, row| Ok(all.subcommand(row.command(rows)?)))
}

/// What became of a command that did not fail.
pub(super) enum Outcome {
    /// It came to its end.
    Done,
    /// Its state is saved, as far as it has one.
    Interrupted,
    /// Files that were compared are not the same.
    Differs,
}

/// What the user gave to a command, and the registry.
pub(super) struct Given<'a> {
    pub(super) arguments: &'a ArgMatches,
    pub(super) rows: &'a [Row],
}

impl Given<'_> {
    /// The arguments as a type that derives them.
    pub(super) fn parse<A: FromArgMatches>(&self) -> Result<A, StudyError> {
        // the same arguments were asked for, so that this cannot fail
        A::from_arg_matches(self.arguments).map_err(|error| StudyError::Unreadable {
            file: "the flags".to_owned(),
            reason: error.to_string(),
        })
    }

    /// `defaults`, with the section of `file` over them, and the flags over both.
    ///
    /// # Errors
    /// Those of [`resolve`].
    pub(super) fn settings<S: Settings>(
        &self,
        defaults: S,
        file: &SettingsFile,
    ) -> Result<S, StudyError> {
        resolve(defaults, file.config.as_deref(), self.arguments, &sections(self.rows))
    }
}

/// The names of the commands with settings.
pub(super) fn sections(rows: &[Row]) -> Vec<&'static str> {
    let mut names: Vec<&str> =
        rows.iter().filter(|row| row.defaults.is_some()).map(|row| row.name).collect();
    names.sort_unstable();
    names
}

/// Where the settings are read from.
#[derive(Debug, Default, Args)]
pub(super) struct SettingsFile {
    /// TOML file with settings, a section a command; flags go before it (see `mean-cluster config`)
    #[arg(long, value_name = "FILE")]
    pub(super) config: Option<PathBuf>,
}

impl SettingsFile {
    /// Opens the file for results, if there is one, so that what cannot be written is told before the
    /// work; it is none of the files that are read.
    pub(super) fn destination(
        &self,
        out: Option<&Path>,
        read: &[PathBuf],
    ) -> Result<Option<Destination>, StudyError> {
        let read = read.iter().chain(&self.config).map(PathBuf::as_path);
        out.map(|path| Destination::open(path, read)).transpose()
    }
}

/// A command with settings that prints, or writes a file.
pub(super) trait Command: Args {
    /// What its section of a file holds.
    type Settings: Settings;

    /// What it is for, and an example or several.
    const ABOUT: [&'static str; 2];

    fn run(&self, settings: &Self::Settings, file: &SettingsFile) -> Result<(), StudyError>;
}

/// What is drawn of a run.
#[cfg(feature = "figures")]
pub(super) enum Part {
    Figures,
    Report,
}

/// Draws a part of a run from its directory: names of files, and their bytes.
#[cfg(feature = "figures")]
type Draw = fn(&Path, Part) -> Result<Vec<(String, Vec<u8>)>, StudyError>;

/// Checks the section of a command in a text, whose sections have these names.
type Check = fn(&str, &[&str]) -> Result<(), StudyError>;

/// Which directory is made again, and where.
#[derive(Debug, Args)]
pub(super) struct Rerun {
    /// Directory that mean-cluster wrote; it is left as it is
    #[arg(value_name = "DIR")]
    pub(super) directory: PathBuf,
    /// Directory for the files made again; without it they are removed when they have been compared
    #[arg(long, value_name = "OTHER")]
    pub(super) out: Option<PathBuf>,
    /// Put the files made again in place of those of DIR, if any differ
    #[arg(long, conflicts_with = "out")]
    pub(super) replace: bool,
    /// Write into OTHER if it holds other files or another command's result; other files stay
    #[arg(long, requires = "out")]
    pub(super) force: bool,
}

/// How a run is made again.
type Again = fn(&Rerun, &Manifest) -> Result<Outcome, StudyError>;

/// Adds what a command takes, which may be names of others.
type Arguments = fn(clap::Command, &[Row]) -> clap::Command;

/// A command.
#[derive(Clone, Copy)]
pub(super) struct Row {
    /// Its name on the command line, in files of settings and in manifests.
    pub(super) name: &'static str,
    /// What it is for, and an example or several.
    about: [&'static str; 2],
    /// Adds what it takes.
    arguments: Arguments,
    /// Works.
    pub(super) run: fn(&Given<'_>) -> Result<Outcome, StudyError>,
    /// The default of every setting; none for a command without settings.
    pub(super) defaults: Option<fn() -> Result<toml::Table, StudyError>>,
    /// Checks its section in a text; none for a command without settings.
    pub(super) check: Option<Check>,
    /// Of a run: how it is made again.
    pub(super) again: Option<Again>,
    /// Of a run: how it is drawn again.
    #[cfg(feature = "figures")]
    pub(super) draw: Option<Draw>,
}

impl Row {
    /// A command with settings that is no run.
    pub(super) const fn of<C: Command>() -> Row {
        let arguments = |command, _: &[Row]| {
            let command = SettingsFile::augment_args(command);
            C::augment_args(C::Settings::augment_args_for_update(command))
        };
        let run = |given: &Given<'_>| {
            let file: SettingsFile = given.parse()?;
            let settings = given.settings(C::Settings::default(), &file)?;
            given.parse::<C>()?.run(&settings, &file).map(|()| Outcome::Done)
        };
        Row::plain(C::Settings::NAME, C::ABOUT, arguments, run).with_settings::<C::Settings>()
    }

    /// The same command, with what its section of a file holds.
    pub(super) const fn with_settings<S: Settings>(self) -> Row {
        Row {
            defaults: Some(|| table(&S::default())),
            check: Some(|text, sections| {
                let settings = with_section(S::default(), "settings", text, sections)?;
                let given: toml::Table = toml::from_str(text).unwrap_or_default();
                if given.contains_key(S::NAME) { settings.check() } else { Ok(()) }
            }),
            ..self
        }
    }

    /// The same command, which is a run: how it is made again, and how it is drawn.
    pub(super) const fn with_directory(
        self,
        again: Again,
        #[cfg(feature = "figures")] draw: Draw,
    ) -> Row {
        Row {
            again: Some(again),
            #[cfg(feature = "figures")]
            draw: Some(draw),
            ..self
        }
    }

    /// A command without settings.
    pub(super) const fn plain(
        name: &'static str,
        about: [&'static str; 2],
        arguments: Arguments,
        run: fn(&Given<'_>) -> Result<Outcome, StudyError>,
    ) -> Row {
        Row {
            name,
            about,
            arguments,
            run,
            defaults: None,
            check: None,
            again: None,
            #[cfg(feature = "figures")]
            draw: None,
        }
    }

    /// Its command line, with the default of each setting in the help of its flag.
    ///
    /// # Errors
    /// [`StudyError::Format`], if there is a default that TOML cannot hold.
    fn command(&self, rows: &[Row]) -> Result<clap::Command, StudyError> {
        let [about, examples] = self.about;
        let mut command = (self.arguments)(clap::Command::new(self.name), rows)
            .about(about)
            .long_about(format!("{about}\n\n{examples}"));
        for (key, value) in self.defaults.map_or_else(|| Ok(toml::Table::new()), |of| of())? {
            let (default, help) = (text(&value), help(&command, &key));
            if !default.is_empty() && !help.is_empty() {
                command =
                    command.mut_arg(key, |flag| flag.help(format!("{help} [default: {default}]")));
            }
        }
        Ok(command)
    }

    /// Its section with defaults, each with the help of the flag of the same name; none without settings.
    ///
    /// # Errors
    /// [`StudyError::Format`], if there is a default that TOML cannot hold.
    pub(super) fn section(&self) -> Result<Option<String>, StudyError> {
        let Some(defaults) = self.defaults else { return Ok(None) };
        let command = (self.arguments)(clap::Command::new(self.name), &[]);
        let mut section = format!("[{}]\n", self.name);
        for (key, value) in defaults()? {
            section.push_str(&format!("# {}\n{key} = {value}\n", help(&command, &key)));
        }
        Ok(Some(section))
    }
}

/// A value as a flag takes it; nothing for false.
fn text(value: &toml::Value) -> String {
    match value {
        toml::Value::String(text) => text.clone(),
        toml::Value::Boolean(false) => String::new(),
        toml::Value::Array(values) => values.iter().map(text).collect::<Vec<_>>().join(","),
        other => other.to_string(),
    }
}

fn help(command: &clap::Command, key: &str) -> String {
    let flag = command.get_arguments().find(|argument| argument.get_id().as_str() == key);
    flag.and_then(clap::Arg::get_help).map(ToString::to_string).unwrap_or_default()
}
