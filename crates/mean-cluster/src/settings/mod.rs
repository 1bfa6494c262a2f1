//! Settings of a command: defaults, a section of a TOML file over them, flags over both. One struct is
//! the section, the flags and what a manifest and a checkpoint hold.

mod whole;

use crate::StudyError;
use clap::{ArgMatches, Args};
use serde::{Serialize, de::DeserializeOwned};
use std::path::Path;
use whole_files::shown;

pub(crate) use whole::{check_keys, whole};

/// The settings of a command, in files, in flags of the same names, and in checkpoints.
pub trait Settings: Args + Clone + Default + PartialEq + Serialize + DeserializeOwned {
    /// Name of the command, and of its section.
    const NAME: &'static str;

    /// Checks the ranges.
    ///
    /// # Errors
    /// [`StudyError::Setting`] naming the setting and its range.
    fn check(&self) -> Result<(), StudyError>;
}

/// `defaults`, with the section of `file` over them and the flags of `given` over both; `sections` are
/// the names that a file may have.
///
/// # Errors
/// [`StudyError::File`], [`StudyError::Unreadable`] with the place, [`StudyError::UnknownKey`] with
/// the nearest known one, and those of [`Settings::check`].
pub(crate) fn resolve<S: Settings>(
    defaults: S,
    file: Option<&Path>,
    given: &ArgMatches,
    sections: &[&str],
) -> Result<S, StudyError> {
    let mut settings = defaults;
    if let Some(path) = file {
        let text = std::fs::read_to_string(path)
            .map_err(|source| StudyError::File { path: path.to_owned(), source })?;
        settings = with_section(settings, &path.display().to_string(), &text, sections)?;
    }
    let of_flags = |reason| StudyError::Unreadable { file: "the flags".to_owned(), reason };
    settings.update_from_arg_matches(given).map_err(|error| of_flags(error.to_string()))?;
    settings.check()?;
    table(&settings).map_err(|error| too_large(&settings).map_or(error, of_flags))?;
    Ok(settings)
}

/// The flag whose number is larger than those of TOML.
fn too_large(settings: &impl Serialize) -> Option<String> {
    let values = serde_json::to_value(settings).ok()?;
    let (key, value) = values
        .as_object()?
        .iter()
        .find(|(_, value)| value.as_u64().is_some_and(|number| i64::try_from(number).is_err()))?;
    let key = key.replace('_', "-");
    Some(format!("{key} is {value}, but must be at most 2^63 - 1, the largest integer of TOML"))
}

/// `defaults` with the section in the text of the file `name` over them.
pub(crate) fn with_section<S: Settings>(
    defaults: S,
    name: &str,
    text: &str,
    sections: &[&str],
) -> Result<S, StudyError> {
    let mut settings = table(&defaults)?;
    let unreadable = |reason| StudyError::Unreadable { file: name.to_owned(), reason };
    let mut given: toml::Table =
        toml::from_str(text).map_err(|error| unreadable(error.to_string()))?;
    for key in given.keys() {
        known(name, "", key, sections.iter().copied())?;
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
    read(&settings).map_err(unreadable)
}

/// A text such as "1/3" as the number that a flag takes it for, where the default is a number, in
/// lists too; all else as it is.
fn as_default(default: &toml::Value, value: toml::Value) -> toml::Value {
    use toml::Value::{Array, Float, String};
    match (default, value) {
        (Float(_), String(text)) => fraction(&text).map_or(String(text), Float),
        (Array(defaults), Array(values)) => match defaults.first() {
            Some(first) => Array(values.into_iter().map(|v| as_default(first, v)).collect()),
            None => Array(values),
        },
        (_, value) => value,
    }
}

/// Settings from the table of a manifest, which states every one.
pub(crate) fn from_table<S: Settings>(file: &str, given: &toml::Table) -> Result<S, StudyError> {
    let settings: S = whole(file, given.clone())?;
    settings.check()?;
    Ok(settings)
}

fn read<S: Settings>(table: &toml::Table) -> Result<S, String> {
    table.clone().try_into().map_err(|error: toml::de::Error| error.to_string().trim().to_owned())
}

/// Settings as TOML.
///
/// # Errors
/// [`StudyError::Format`] for what TOML cannot hold.
pub(crate) fn table(value: &impl Serialize) -> Result<toml::Table, StudyError> {
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

/// `0.25` or `1/3`.
pub(crate) fn fraction(text: &str) -> Result<f64, String> {
    let parse = |part: &str| {
        part.trim().parse::<f64>().map_err(|_| "write one number, as 0.25 or 1/3".to_owned())
    };
    match text.split_once('/') {
        Some((above, below)) => Ok(parse(above)? / parse(below)?),
        None => parse(text),
    }
}
