//! `manifest.toml`: marks a directory as ours and is enough to make it again.

use super::names::check_entries;
use crate::StudyError;
use crate::settings::{Settings, check_keys, whole};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;

/// Name of the manifest in every output directory.
pub const MANIFEST: &str = "manifest.toml";

const TOOL: &str = "mean-cluster";

/// The only file that may differ between equal runs, and so has no checksum.
const TIMINGS: &str = "timings.json";

/// Bytes of a manifest; one of as many files as there may be is shorter.
const LARGEST: u64 = 1 << 26;

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
#[serde(deny_unknown_fields)]
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

    /// Reads the manifest of a directory. Its entries name files inside it, each once.
    ///
    /// # Errors
    /// [`StudyError::File`] if there is none, [`StudyError::Format`] if it is not ours,
    /// [`StudyError::SymbolicLink`], [`StudyError::WrongKeys`], [`StudyError::ManifestEntry`].
    pub fn read(directory: &Path) -> Result<Manifest, StudyError> {
        let path = directory.join(MANIFEST);
        let text = read_text(&path)?;
        let file = || path.display().to_string();
        let unreadable = |reason: &str| StudyError::Unreadable {
            file: file(),
            reason: whole_files::shown(reason),
        };
        let table: toml::Table =
            toml::from_str(&text).map_err(|error| unreadable(error.message()))?;
        if table.get("tool").and_then(toml::Value::as_str) != Some(TOOL) {
            return Err(unreadable(&format!("it does not say tool = \"{TOOL}\"")));
        }
        let keys = ["tool", "version", "command", "seed", "settings", "file"];
        check_keys(&file(), &table, &keys)?;
        let manifest: Manifest =
            table.try_into().map_err(|error: toml::de::Error| unreadable(error.message()))?;
        if !(is_word(&manifest.version) && is_word(&manifest.command)) {
            return Err(unreadable("its version or command is no plain word"));
        }
        if let Some(other) = manifest.settings.get("seed")
            && other.as_integer().and_then(|seed| u64::try_from(seed).ok()) != Some(manifest.seed)
        {
            let seed = manifest.seed;
            return Err(unreadable(&format!("the seed is {seed} above and {other} in [settings]")));
        }
        check_entries(&path, &manifest.files, TIMINGS)?;
        Ok(manifest)
    }

    /// Whether this version wrote it.
    pub(crate) fn was_written_by_this_version(&self) -> bool {
        self.version == env!("CARGO_PKG_VERSION")
    }

    /// Reads the manifest of a directory that this version's `command` wrote, in which none of the
    /// files is a symbolic link.
    ///
    /// # Errors
    /// Also [`StudyError::OtherVersion`], [`StudyError::SymbolicLink`].
    pub fn read_of(directory: &Path, command: &str) -> Result<Manifest, StudyError> {
        let manifest = Manifest::read(directory)?;
        if !manifest.was_written_by_this_version() || manifest.command != command {
            let ours = env!("CARGO_PKG_VERSION");
            return Err(StudyError::OtherVersion {
                file: MANIFEST.to_owned(),
                found: format!("{TOOL} {} {}", manifest.version, manifest.command),
                supported: format!("{TOOL} {ours} {command}"),
            });
        }
        for file in &manifest.files {
            super::inside(directory, &file.name)?;
        }
        Ok(manifest)
    }

    /// The settings of a directory that this version's command with such settings wrote.
    ///
    /// # Errors
    /// Those of [`read_of`](Manifest::read_of), [`StudyError::WrongKeys`] with every setting that is
    /// missing or unknown, [`StudyError::Unreadable`], and those of [`Settings::check`].
    pub(crate) fn settings_of<S: Settings>(directory: &Path) -> Result<S, StudyError> {
        let manifest = Manifest::read_of(directory, S::NAME)?;
        let settings: S = whole(&format!("{MANIFEST}, [settings]"), manifest.settings)?;
        settings.check()?;
        Ok(settings)
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
pub(super) fn list(
    directory: &Path,
    prefix: &str,
    names: &mut Vec<String>,
) -> Result<(), StudyError> {
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

/// The text of a manifest, which is a plain file of a sensible length.
fn read_text(path: &Path) -> Result<String, StudyError> {
    let in_file = |source| StudyError::File { path: path.to_owned(), source };
    let found = fs::symlink_metadata(path).map_err(in_file)?;
    if found.is_symlink() {
        return Err(StudyError::SymbolicLink { path: path.to_owned() });
    }
    if !found.is_file() || found.len() > LARGEST {
        let reason = format!("it is no plain file of at most {LARGEST} bytes");
        return Err(StudyError::Unreadable { file: path.display().to_string(), reason });
    }
    let mut text = String::new();
    File::open(path)
        .and_then(|file| file.take(LARGEST).read_to_string(&mut text))
        .map_err(in_file)?;
    Ok(text)
}

/// The SHA-256 of a file in hexadecimal, read in pieces.
pub(super) fn checksum_of(path: &Path) -> io::Result<String> {
    let mut file = File::open(path)?;
    let (mut hash, mut piece) = (Sha256::new(), vec![0; 1 << 16]);
    loop {
        match file.read(&mut piece)? {
            0 => return Ok(hexadecimal(&hash.finalize())),
            length => hash.update(&piece[..length]),
        }
    }
}

/// Whether a text can be shown as it is: a version or the name of a command.
fn is_word(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b".-+_".contains(&byte);
    (1..=64).contains(&text.len()) && text.bytes().all(plain)
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
