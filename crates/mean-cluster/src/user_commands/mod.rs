//! The commands that do the user's work: settings from one TOML file and flags, data of one's own.

mod anneal;
mod anneal_files;
mod anneal_settings;
mod closure_choice;
mod config;
mod count;
mod fit;
mod rerun;
mod simulate;

pub(crate) use anneal::Anneal;
pub(crate) use config::Config;
pub(crate) use count::Count;
pub(crate) use fit::Fit;
pub(crate) use rerun::Rerun;
pub(crate) use simulate::Simulate;

use crate::StudyError;
use std::fs;
use std::io::Write;
use std::path::Path;

/// Prints a text; a reader that has seen enough closes the pipe, and that is no error.
fn print(text: &str) {
    let mut out = std::io::stdout().lock();
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}

/// Writes a file whole or not at all.
fn write_file(path: &Path, text: &str) -> Result<(), StudyError> {
    let in_file = |source| StudyError::File { path: path.to_owned(), source };
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(fs::Permissions::from_mode(0o666)); // it becomes an ordinary file
    }
    let mut file = builder.tempfile_in(folder).map_err(in_file)?;
    file.write_all(text.as_bytes()).map_err(in_file)?;
    file.persist(path).map_err(|error| in_file(error.error))?;
    Ok(())
}

fn pretty_json(value: &serde_json::Value) -> String {
    format!("{value:#}\n")
}
