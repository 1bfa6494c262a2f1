//! What the entries of a manifest may be: a manifest may come from anybody, and what it names is
//! read, replaced and removed.

use crate::StudyError;
use crate::output::{FileEntry, MANIFEST};
use std::collections::BTreeSet;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// Bytes of a name and of one part of it; file systems take no longer parts.
const LONGEST: [usize; 2] = [1024, 255];

/// Files of one directory: no command writes near as many.
pub(crate) const MOST_FILES: usize = 100_000;

/// Checks that every entry names a file inside the directory, each one once, with a checksum.
///
/// # Errors
/// [`StudyError::ManifestEntry`] for the first that does not.
pub(super) fn check_entries(
    manifest: &Path,
    files: &[FileEntry],
    without_checksum: &str,
) -> Result<(), StudyError> {
    let refuse = |entry: &str, reason| StudyError::ManifestEntry {
        file: manifest.display().to_string(),
        entry: shown(entry),
        reason,
    };
    if let Some(file) = files.get(MOST_FILES) {
        return Err(refuse(&file.name, "is beyond the 100 000 files that a manifest may have"));
    }
    let mut names = BTreeSet::new();
    let mut folders = BTreeSet::new();
    for FileEntry { name, sha256 } in files {
        if let Some(reason) = fault_of_name(name) {
            return Err(refuse(name, reason));
        }
        if !names.insert(name.as_str()) {
            return Err(refuse(name, "is listed twice"));
        }
        folders.extend(name.match_indices('/').map(|(at, _)| &name[..at]));
        match sha256 {
            Some(sum) if is_checksum(sum) => {}
            Some(_) => {
                return Err(refuse(name, "has a checksum that is not 64 digits of 0-9, a-f"));
            }
            None if name == without_checksum => {}
            None => return Err(refuse(name, "has no checksum")),
        }
    }
    match names.intersection(&folders).next() {
        Some(both) => Err(refuse(both, "is listed as a file and as a folder")),
        None => Ok(()),
    }
}

/// Why a name is none of a file inside a directory, on any system.
fn fault_of_name(name: &str) -> Option<&'static str> {
    let [whole, part] = LONGEST;
    if name.is_empty() {
        return Some("is empty");
    }
    if name.len() > whole || name.split('/').any(|one| one.len() > part) {
        return Some("is too long: a name has at most 1024 bytes, and 255 between two /");
    }
    if name.chars().any(char::is_control) {
        return Some("holds a control character");
    }
    if name.contains(['\\', ':']) {
        return Some("holds \\ or :, which lead elsewhere on some systems");
    }
    if name.split('/').any(|one| matches!(one, "" | "." | "..")) {
        return Some(
            "leads out of the directory: a name is relative, without empty parts, . and ..",
        );
    }
    if name.eq_ignore_ascii_case(MANIFEST) {
        return Some("is the manifest itself");
    }
    None
}

fn is_checksum(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// The path of a file of ours, by its name in the manifest; neither it nor a folder on the way to it
/// is a symbolic link, which may lead out of the directory. It may be missing.
///
/// # Errors
/// [`StudyError::SymbolicLink`] with the link; [`StudyError::File`].
pub(crate) fn inside(directory: &Path, name: &str) -> Result<PathBuf, StudyError> {
    let mut path = directory.to_owned();
    for part in name.split('/') {
        path.push(part);
        match fs::symlink_metadata(&path) {
            Ok(found) if found.is_symlink() => return Err(StudyError::SymbolicLink { path }),
            Ok(_) => {}
            Err(error)
                if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {}
            Err(source) => return Err(StudyError::File { path, source }),
        }
    }
    Ok(path)
}

/// A name or key from a file as a message shows it: in quotation marks, escaped, and cut.
pub(crate) fn shown(text: &str) -> String {
    format!("\"{}\"", whole_files::shown(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_files_inside_are_names() {
        for good in ["a", "trajectory.csv", "figures/fig02.svg", "a/b/c", "é x", "..a", "a..", "-"]
        {
            assert_eq!(fault_of_name(good), None, "{good}");
        }
        let long = "a".repeat(256);
        let deep = "a/".repeat(512) + "a";
        for bad in [
            "",
            ".",
            "..",
            "/",
            "/etc/passwd",
            "a/",
            "a//b",
            "./a",
            "a/./b",
            "figures/../../victim",
            "a/..",
            "C:",
            "C:\\x",
            "\\\\host\\x",
            "a\\..\\b",
            "a:stream",
            "a\0",
            "a\nb",
            "\u{1b}[2J",
            "manifest.toml",
            "Manifest.TOML",
            &long,
            &deep,
        ] {
            assert!(fault_of_name(bad).is_some(), "{bad:?}");
        }
    }
}
