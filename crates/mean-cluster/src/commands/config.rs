//! Settings: defaults, a section of a TOML file over them, flags over both. One function for all
//! commands, and `mean-cluster config`, which prints every key with its default and its meaning.

use super::anneal_settings::AnnealSettings;
use super::count::CountSettings;
use super::derive::DeriveSettings;
use super::fit::FitSettings;
use super::simulate::SimulateSettings;
use crate::StudyError;
use crate::compare::CompareSettings;
use crate::infer::InferSettings;
use crate::output;
use crate::study::{Settings, StudySettings};
use clap::Args;
use serde::Serialize;
use std::path::{Path, PathBuf};
use whole_files::shown;

/// The settings of a command: its section of the file. Every key has a flag of the same name.
pub(super) trait Section: Settings {
    /// Name of the section and of the command.
    const NAME: &'static str;
}

/// Name and defaults of every section.
const SECTIONS: [(&str, Defaults); 8] = [
    section::<AnnealSettings>(),
    section::<CompareSettings>(),
    section::<CountSettings>(),
    section::<DeriveSettings>(),
    section::<FitSettings>(),
    section::<InferSettings>(),
    section::<StudySettings>(),
    section::<SimulateSettings>(),
];

type Defaults = fn() -> Result<toml::Table, StudyError>;

const fn section<S: Section>() -> (&'static str, Defaults) {
    (S::NAME, || table(&S::default()))
}

/// `defaults`, with the section of `file` over them and `flags`, a table of those given, over both.
///
/// # Errors
/// [`StudyError::File`], [`StudyError::Unreadable`] with the place, [`StudyError::UnknownKey`] with
/// the nearest known one, and those of [`Settings::check`].
pub(super) fn resolve<S: Section>(
    defaults: &S,
    file: Option<&Path>,
    flags: &impl Serialize,
) -> Result<S, StudyError> {
    let mut settings = table(defaults)?;
    if let Some(path) = file {
        let text = std::fs::read_to_string(path)
            .map_err(|source| StudyError::File { path: path.to_owned(), source })?;
        settings = with_section::<S>(settings, &path.display().to_string(), &text)?;
    }
    let of_flags = |reason| StudyError::Unreadable { file: "the flags".to_owned(), reason };
    settings.extend(table(flags).map_err(|error| match too_large(flags) {
        Some(reason) => of_flags(reason),
        None => error,
    })?);
    let settings: S = read(&settings).map_err(of_flags)?;
    settings.check()?;
    Ok(settings)
}

/// The flag whose number is larger than those of TOML.
fn too_large(flags: &impl Serialize) -> Option<String> {
    let values = serde_json::to_value(flags).ok()?;
    let (key, value) = values
        .as_object()?
        .iter()
        .find(|(_, value)| value.as_u64().is_some_and(|number| i64::try_from(number).is_err()))?;
    let key = key.replace('_', "-");
    Some(format!("{key} is {value}, but must be at most 2^63 - 1, the largest integer of TOML"))
}

/// `settings` with the section in the text of the file `name` over them.
fn with_section<S: Section>(
    mut settings: toml::Table,
    name: &str,
    text: &str,
) -> Result<toml::Table, StudyError> {
    let unreadable = |reason| StudyError::Unreadable { file: name.to_owned(), reason };
    let mut given: toml::Table =
        toml::from_str(text).map_err(|error| unreadable(error.to_string()))?;
    for key in given.keys() {
        known(name, "", key, SECTIONS.iter().map(|(name, _)| *name))?;
    }
    match given.remove(S::NAME) {
        Some(toml::Value::Table(section)) => {
            for (key, value) in section {
                known(name, S::NAME, &key, settings.keys().map(String::as_str))?;
                let value = match (settings.get(&key), value) {
                    (Some(default), value) => as_default(default, value),
                    (None, value) => value,
                };
                settings.insert(key, value);
                // one by one, so that a value of a wrong kind is named
                read::<S>(&settings).map_err(unreadable)?;
            }
        }
        Some(_) => return Err(unreadable(format!("{} is no section: write [{0}]", S::NAME))),
        None => {}
    }
    Ok(settings)
}

/// A text such as "1/3" as the number that a flag takes it for, where the default is a number, in
/// lists too; all else as it is.
fn as_default(default: &toml::Value, value: toml::Value) -> toml::Value {
    use toml::Value::{Array, Float, String};
    match (default, value) {
        (Float(_), String(text)) => super::fraction(&text).map_or(String(text), Float),
        (Array(defaults), Array(values)) => match defaults.first() {
            Some(first) => Array(values.into_iter().map(|v| as_default(first, v)).collect()),
            None => Array(values),
        },
        (_, value) => value,
    }
}

/// Reads a text as every section and checks it, for the fuzz target of settings.
#[cfg(feature = "fuzzing")]
pub fn read_settings(text: &str) {
    fn one<S: Section>(text: &str) {
        let settings = table(&S::default()).expect("defaults are a table");
        if let Ok(settings) = with_section::<S>(settings, "settings.toml", text) {
            let _ = from_table::<S>("settings.toml", &settings);
        }
    }
    one::<AnnealSettings>(text);
    one::<CompareSettings>(text);
    one::<CountSettings>(text);
    one::<DeriveSettings>(text);
    one::<FitSettings>(text);
    one::<InferSettings>(text);
    one::<StudySettings>(text);
    one::<SimulateSettings>(text);
}

/// Settings from the table of a manifest, which states every one.
pub(super) fn from_table<S: Section>(file: &str, given: &toml::Table) -> Result<S, StudyError> {
    let settings: S = output::whole(file, given.clone())?;
    settings.check()?;
    Ok(settings)
}

fn read<S: Section>(table: &toml::Table) -> Result<S, String> {
    table.clone().try_into().map_err(|error: toml::de::Error| error.to_string().trim().to_owned())
}

pub(super) fn table(value: &impl Serialize) -> Result<toml::Table, StudyError> {
    toml::Table::try_from(value).map_err(|error| StudyError::Format {
        file: "settings".to_owned(),
        reason: error.to_string(),
    })
}

fn known<'a>(
    file: &str,
    section: &str,
    key: &str,
    keys: impl Iterator<Item = &'a str>,
) -> Result<(), StudyError> {
    let keys: Vec<&str> = keys.collect();
    if keys.contains(&key) {
        return Ok(());
    }
    let dot = if section.is_empty() { "" } else { "." };
    let nearest = keys.iter().min_by_key(|known| strsim::damerau_levenshtein(known, key));
    Err(StudyError::UnknownKey {
        file: file.to_owned(),
        key: format!("{section}{dot}{}", shown(key)),
        nearest: nearest.map_or_else(String::new, |nearest| format!("{section}{dot}{nearest}")),
    })
}

/// The command line with the default of each setting in the help of its flag, where it has one.
pub(super) fn with_defaults(command_line: clap::Command) -> Result<clap::Command, StudyError> {
    let mut command_line = command_line;
    for (name, defaults) in SECTIONS {
        for (key, value) in defaults()? {
            let default = text(&value);
            let help = help(&command_line, name, &key);
            if !default.is_empty() && !help.is_empty() {
                let help = format!("{help} [default: {default}]");
                command_line = command_line
                    .mut_subcommand(name, |command| command.mut_arg(key, |flag| flag.help(help)));
            }
        }
    }
    Ok(command_line)
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

#[derive(Debug, Args)]
pub(crate) struct Config {
    /// Only the section of this command
    #[arg(value_name = "COMMAND", value_parser = SECTIONS.map(|(name, _)| name))]
    command: Option<String>,
}

impl Config {
    /// Prints the sections with the help of the flags of the same names.
    pub(super) fn run(&self, command_line: &clap::Command) -> Result<(), StudyError> {
        let wanted = |name: &str| self.command.as_deref().is_none_or(|command| command == name);
        let mut sections = Vec::new();
        for (name, defaults) in SECTIONS.into_iter().filter(|(name, _)| wanted(name)) {
            let mut text = format!("[{name}]\n");
            for (key, value) in defaults()? {
                let help = help(command_line, name, &key);
                text.push_str(&format!("# {help}\n{key} = {value}\n"));
            }
            sections.push(text);
        }
        super::print(&sections.join("\n"))
    }
}

fn help(command_line: &clap::Command, command: &str, key: &str) -> String {
    let command = command_line.find_subcommand(command);
    let flag = command.and_then(|command| {
        command.get_arguments().find(|argument| argument.get_id().as_str() == key)
    });
    let help = flag.and_then(clap::Arg::get_help).map(ToString::to_string);
    help.unwrap_or_default()
}

/// Where the settings are read from.
#[derive(Debug, Default, Args)]
pub(super) struct SettingsFile {
    /// TOML file with settings, a section a command; flags go before it (see `mean-cluster config`)
    #[arg(long, value_name = "FILE")]
    pub(super) config: Option<PathBuf>,
}
