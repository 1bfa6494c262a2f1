//! Tables that say everything: what a manifest or a checkpoint leaves out is not taken from the
//! defaults, which another version may have had otherwise.

use crate::StudyError;
use serde::{Serialize, de::DeserializeOwned};
use whole_files::shown;

/// Settings from the table of a file, which has each key once, and no other.
///
/// # Errors
/// [`StudyError::WrongKeys`] with all that are missing or unknown, [`StudyError::Unreadable`] for a
/// value of a wrong kind.
pub(crate) fn whole<S: Serialize + DeserializeOwned + Default>(
    file: &str,
    given: toml::Table,
) -> Result<S, StudyError> {
    let unreadable = |reason| StudyError::Unreadable { file: file.to_owned(), reason };
    let known = toml::Table::try_from(S::default()).map_err(|e| unreadable(e.to_string()))?;
    check_keys(file, &given, &known.keys().map(String::as_str).collect::<Vec<_>>())?;
    given.try_into().map_err(|error: toml::de::Error| unreadable(shown(error.message())))
}

/// Checks that the keys of a table are those it should have.
///
/// # Errors
/// [`StudyError::WrongKeys`].
pub(crate) fn check_keys(
    file: &str,
    given: &toml::Table,
    known: &[&str],
) -> Result<(), StudyError> {
    let missing: Vec<&str> =
        known.iter().copied().filter(|key| !given.contains_key(*key)).collect();
    let unknown = given.keys().filter(|key| !known.contains(&key.as_str()));
    let unknown: Vec<String> = unknown.map(|key| format!("\"{}\"", shown(key))).collect();
    if missing.is_empty() && unknown.is_empty() {
        return Ok(());
    }
    let mut faults = Vec::new();
    if !missing.is_empty() {
        faults.push(format!("{} is missing", missing.join(", ")));
    }
    if !unknown.is_empty() {
        faults.push(format!("{} is unknown", unknown.join(", ")));
    }
    Err(StudyError::WrongKeys { file: file.to_owned(), faults: faults.join("; ") })
}
