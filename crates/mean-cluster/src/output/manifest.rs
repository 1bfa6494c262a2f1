//! `manifest.toml`: marks a directory as ours and is enough to make it again.

use crate::StudyError;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use sha2::{Digest, Sha256};
use std::fs;
use std::path::Path;

/// Name of the manifest in every output directory.
pub const MANIFEST: &str = "manifest.toml";

const TOOL: &str = "mean-cluster";

/// The only file that may differ between equal runs, and so has no checksum.
const TIMINGS: &str = "timings.json";

/// What an output directory is: the tool, the settings that make it again, its files.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// `mean-cluster`
    pub tool: String,
    /// Version of the tool.
    pub version: String,
    /// The subcommand that wrote the directory.
    pub command: String,
    /// The seed; with the settings it makes the same bytes again.
    pub seed: u64,
    /// All settings of the subcommand.
    pub settings: toml::Table,
    /// The files, by name.
    #[serde(rename = "file")]
    pub files: Vec<FileEntry>,
}

/// A file of an output directory.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FileEntry {
    /// Path from the directory, with `/`.
    pub name: String,
    /// SHA-256 in hexadecimal; absent for `timings.json`, which may differ between equal runs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
}

impl Manifest {
    /// The manifest of all files now in the directory and in folders below it.
    ///
    /// # Errors
    /// [`StudyError::File`] if a file cannot be read.
    pub fn of_directory(
        path: &Path,
        command: &str,
        seed: u64,
        settings: toml::Table,
    ) -> Result<Manifest, StudyError> {
        let mut names = Vec::new();
        list(path, "", &mut names)?;
        names.sort();
        let mut files = Vec::new();
        for name in names.into_iter().filter(|name| name != MANIFEST) {
            let file = path.join(&name);
            let bytes =
                fs::read(&file).map_err(|source| StudyError::File { path: file, source })?;
            files.push(FileEntry::new(name, &bytes));
        }
        Ok(Manifest {
            tool: TOOL.to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            command: command.to_owned(),
            seed,
            settings,
            files,
        })
    }

    /// Reads the manifest of a directory.
    ///
    /// # Errors
    /// [`StudyError::File`] if there is none, [`StudyError::Format`] if it is not ours.
    pub fn read(directory: &Path) -> Result<Manifest, StudyError> {
        let path = directory.join(MANIFEST);
        let text = fs::read_to_string(&path)
            .map_err(|source| StudyError::File { path: path.clone(), source })?;
        let foreign = |reason| StudyError::Format { file: path.display().to_string(), reason };
        let manifest: Manifest = toml::from_str(&text).map_err(|e| foreign(e.to_string()))?;
        if manifest.tool != TOOL {
            return Err(foreign(format!("it is from {}, not from {TOOL}", manifest.tool)));
        }
        Ok(manifest)
    }

    /// Reads the manifest of a directory that this version's `command` wrote.
    ///
    /// # Errors
    /// Also [`StudyError::OtherVersion`].
    pub fn read_of(directory: &Path, command: &str) -> Result<Manifest, StudyError> {
        let manifest = Manifest::read(directory)?;
        let ours = env!("CARGO_PKG_VERSION");
        if manifest.version != ours || manifest.command != command {
            return Err(StudyError::OtherVersion {
                file: MANIFEST.to_owned(),
                found: format!("{TOOL} {} {}", manifest.version, manifest.command),
                supported: format!("{TOOL} {ours} {command}"),
            });
        }
        Ok(manifest)
    }

    /// The settings of a directory that this version's `command` wrote.
    ///
    /// # Errors
    /// Those of [`read_of`](Manifest::read_of), and [`StudyError::Unreadable`].
    pub(crate) fn settings_of<S: DeserializeOwned>(
        directory: &Path,
        command: &str,
    ) -> Result<S, StudyError> {
        let settings = Manifest::read_of(directory, command)?.settings;
        settings.try_into().map_err(|error: toml::de::Error| StudyError::Unreadable {
            file: format!("{MANIFEST}, [settings]"),
            reason: error.message().to_owned(),
        })
    }

    /// Writes the manifest into a directory.
    ///
    /// # Errors
    /// [`StudyError::Format`], [`StudyError::File`].
    pub fn write(&self, directory: &Path) -> Result<(), StudyError> {
        let text = toml::to_string(self)
            .map_err(|e| StudyError::Format { file: MANIFEST.into(), reason: e.to_string() })?;
        super::write_file(&directory.join(MANIFEST), text.as_bytes())
    }

    /// Whether a file, by its path from the directory with `/`, is one of ours.
    pub(crate) fn lists(&self, name: &str) -> bool {
        name == MANIFEST || self.files.iter().any(|file| file.name == name)
    }
}

impl FileEntry {
    /// The entry of a file with these bytes.
    pub(crate) fn new(name: String, bytes: &[u8]) -> FileEntry {
        let sha256 = (name != TIMINGS).then(|| hexadecimal(&Sha256::digest(bytes)));
        FileEntry { name, sha256 }
    }
}

/// Adds the files of a directory and of its folders to `names`, with `/` after each folder.
fn list(directory: &Path, prefix: &str, names: &mut Vec<String>) -> Result<(), StudyError> {
    let in_file = |source| StudyError::File { path: directory.to_owned(), source };
    for entry in fs::read_dir(directory).map_err(in_file)? {
        let entry = entry.map_err(in_file)?;
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.file_type().map_err(in_file)?.is_dir() {
            list(&entry.path(), &format!("{name}/"), names)?;
        } else {
            names.push(name);
        }
    }
    Ok(())
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
