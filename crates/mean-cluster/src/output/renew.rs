//! Renewing some files of an output directory, all or none.

use super::files::write_files;
use crate::StudyError;
use crate::output::{FileEntry, Manifest, OutputDirectory, inside};
use std::path::Path;

/// Puts `files` (path from the directory with `/`, bytes) in place of those of ours that start with
/// `prefix`, and renews the manifest. Everything is written beside first, so that a full disk
/// leaves the old files; other files, also the user's in the same folder, stay. If the process is killed
/// while files are moved in, the next run on the directory goes on with it.
///
/// # Errors
/// Those of [`OutputDirectory::renew`]; those of [`Manifest::read`] if the directory is not ours.
pub fn renew(
    directory: &Path,
    prefix: &str,
    files: &[(String, Vec<u8>)],
) -> Result<(), StudyError> {
    Manifest::read(directory)?;
    let directory = OutputDirectory::open(directory, false)?;
    // now that nobody else is at it
    let mut manifest = Manifest::read(directory.path())?;
    manifest.files.retain(|file| !file.name.starts_with(prefix));
    manifest.files.extend(files.iter().map(|(name, bytes)| FileEntry::new(name.clone(), bytes)));
    manifest.files.sort_by(|a, b| a.name.cmp(&b.name));
    for file in &manifest.files {
        inside(directory.path(), &file.name)?; // nothing is put elsewhere through a link
    }
    directory.renew(|fresh| {
        write_files(fresh, files)?;
        manifest.write(fresh)
    })
}
