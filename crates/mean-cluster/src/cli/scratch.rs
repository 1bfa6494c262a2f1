//! A directory beside an archive for the files that are made again; it goes away.

use crate::StudyError;
use crate::signals::Temporary;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use whole_files::{make_directory, remove_tree};

/// The name of what is made in it.
const NAME: &str = "again";

/// `.DIR.rerun` beside DIR, which is removed when this is dropped or a signal ends the process. What a
/// killed run left there is taken over and removed by the next.
pub(super) struct Scratch {
    path: PathBuf,
    _temporary: Temporary,
}

impl Scratch {
    /// Beside `directory`, or where temporary files are if nothing can be written there.
    ///
    /// # Errors
    /// [`StudyError::File`]; [`StudyError::ForeignDirectory`] if the name is taken by other files.
    pub(super) fn beside(directory: &Path) -> Result<Scratch, StudyError> {
        let in_file = |path: &Path| {
            let path = path.to_owned();
            move |source| StudyError::File { path, source }
        };
        let directory = fs::canonicalize(directory).map_err(in_file(directory))?;
        let mut name = std::ffi::OsString::from(".");
        name.push(directory.file_name().unwrap_or_default());
        name.push(".rerun");
        let mut path = directory.parent().unwrap_or(&directory).join(name);
        match make_directory(&path) {
            Ok(()) => {}
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                if !is_left_by_a_run(&path) {
                    return Err(StudyError::ForeignDirectory { path });
                }
            }
            Err(_) => {
                let number = std::process::id();
                path = std::env::temp_dir().join(format!("mean-cluster.rerun.{number}"));
                make_directory(&path).map_err(in_file(&path))?;
            }
        }
        let temporary = Temporary::new(&path);
        Ok(Scratch { path, _temporary: temporary })
    }

    /// Where the files are made.
    pub(super) fn output(&self) -> PathBuf {
        self.path.join(NAME)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = remove_tree(&self.path); // what stays is taken over by the next run
    }
}

/// Whether a directory holds nothing but what a run into `again` makes.
fn is_left_by_a_run(path: &Path) -> bool {
    let is_own = |entry: fs::DirEntry| {
        entry.file_name().to_string_lossy().trim_start_matches('.').starts_with(NAME)
    };
    let is_folder = fs::symlink_metadata(path).is_ok_and(|found| found.is_dir());
    is_folder && fs::read_dir(path).is_ok_and(|mut all| all.all(|entry| entry.is_ok_and(is_own)))
}
