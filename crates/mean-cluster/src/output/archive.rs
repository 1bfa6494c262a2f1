//! An output directory held against its manifest, and against the same files made again.

use super::manifest::{checksum_of, list};
use crate::StudyError;
use crate::output::{MANIFEST, Manifest, inside};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::io::ErrorKind;
use std::path::Path;
use whole_files::shown;

/// Files that are not listed and are named one by one.
const NAMED: usize = 20;

/// What became of the files of a directory since its manifest was written.
pub(crate) struct Comparison {
    /// Files that the manifest lists, or that were made again.
    compared: usize,
    /// Files without a checksum, which may differ between equal runs.
    unchecked: usize,
    /// Whether there are files made again.
    has_remade: bool,
    /// Name, and which of the three disagree.
    differences: Vec<(String, &'static str)>,
    /// Files of the directory that no manifest lists.
    unlisted: Vec<String>,
}

/// A file in one of the three places.
#[derive(PartialEq)]
enum Found {
    Nothing,
    /// There, with its checksum if it has one.
    File(Option<String>),
    /// A folder or a device.
    NoFile,
}

impl Comparison {
    /// Compares the files on disk with the manifest, and both with the manifest of those that were
    /// made again, if they were.
    ///
    /// # Errors
    /// [`StudyError::File`] for a file that cannot be read, [`StudyError::SymbolicLink`].
    pub(crate) fn of(
        directory: &Path,
        manifest: &Manifest,
        remade: Option<&Manifest>,
    ) -> Result<Comparison, StudyError> {
        let sums = |manifest: &Manifest| -> BTreeMap<String, Option<String>> {
            manifest.files.iter().map(|file| (file.name.clone(), file.sha256.clone())).collect()
        };
        let (listed, again) = (sums(manifest), remade.map(sums).unwrap_or_default());
        let names: BTreeSet<&String> = listed.keys().chain(again.keys()).collect();
        let (mut differences, mut unchecked) = (Vec::new(), 0);
        for name in &names {
            let has_sum =
                listed.get(*name).or_else(|| again.get(*name)).is_some_and(Option::is_some);
            unchecked += usize::from(!has_sum);
            let on_disk = on_disk(directory, name, has_sum)?;
            let stated = |sums: &BTreeMap<String, Option<String>>| match sums.get(*name) {
                Some(sum) => Found::File(sum.clone()),
                None => Found::Nothing,
            };
            let made = remade.map(|_| stated(&again));
            if let Some(difference) = difference(&on_disk, &stated(&listed), made.as_ref()) {
                differences.push(((*name).clone(), difference));
            }
        }
        let mut unlisted = Vec::new();
        list(directory, "", &mut unlisted)?;
        unlisted.retain(|name| name != MANIFEST && !names.contains(name));
        unlisted.sort();
        let (compared, has_remade) = (names.len(), remade.is_some());
        Ok(Comparison { compared, unchecked, has_remade, differences, unlisted })
    }

    /// Whether all agree. Files that are not listed may be anything.
    pub(crate) fn all_agree(&self) -> bool {
        self.differences.is_empty()
    }
}

/// What the directory holds under a name; with its checksum if that is wanted.
fn on_disk(directory: &Path, name: &str, with_sum: bool) -> Result<Found, StudyError> {
    let path = inside(directory, name)?;
    let in_file = |source| StudyError::File { path: path.clone(), source };
    match std::fs::symlink_metadata(&path) {
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            Ok(Found::Nothing)
        }
        Err(source) => Err(in_file(source)),
        Ok(found) if !found.is_file() => Ok(Found::NoFile),
        Ok(_) if with_sum => Ok(Found::File(Some(checksum_of(&path).map_err(in_file)?))),
        Ok(_) => Ok(Found::File(None)),
    }
}

/// Which of the three disagree, in words; none if all agree.
fn difference(disk: &Found, listed: &Found, again: Option<&Found>) -> Option<&'static str> {
    use Found::{File, NoFile, Nothing};
    Some(match (disk, listed, again) {
        (disk, listed, None) if disk == listed => return None,
        (disk, listed, Some(again)) if disk == listed && disk == again => return None,
        (NoFile, ..) => "is no plain file on disk",
        (Nothing, File(_), None) => "is missing on disk",
        (_, _, None) => "was changed on disk: it does not have the checksum of the manifest",
        (Nothing, listed, Some(again)) if listed == again => {
            "is missing on disk; the manifest and the file made again agree"
        }
        (Nothing, File(_), Some(File(_))) => {
            "is missing on disk; the file made again does not have the checksum of the manifest"
        }
        (Nothing, File(_), Some(_)) => "is missing on disk and was not made again",
        (Nothing, _, Some(_)) => "was made again, and is neither on disk nor in the manifest",
        (File(_), File(_), Some(Nothing)) if disk == listed => {
            "was not made again; the file on disk and the manifest agree"
        }
        (File(_), File(_), Some(Nothing)) => "was changed on disk, and was not made again",
        (File(_), Nothing, Some(again)) if disk == again => {
            "is not in the manifest; the file on disk and the file made again agree"
        }
        (File(_), Nothing, Some(_)) => {
            "is not in the manifest, and differs from the file made again"
        }
        (disk, listed, Some(_)) if disk == listed => {
            "came out otherwise when made again; the file on disk and the manifest agree"
        }
        (_, listed, Some(again)) if listed == again => {
            "was changed on disk; the manifest and the file made again agree"
        }
        (disk, _, Some(again)) if disk == again => {
            "has another checksum in the manifest; the file on disk and the file made again agree"
        }
        _ => "differs in all three: on disk, in the manifest, and made again",
    })
}

impl fmt::Display for Comparison {
    /// What was compared, each difference on a line of its own, and what was not compared.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (compared, differ) = (self.compared, self.differences.len());
        let places = match self.has_remade {
            true => "on disk, in the manifest and made again",
            false => "on disk and in the manifest",
        };
        let agree = compared - differ;
        writeln!(formatter, "{compared} files compared {places}: {agree} agree, {differ} differ")?;
        for (name, difference) in &self.differences {
            writeln!(formatter, "  {} {difference}", shown(name))?;
        }
        if self.unchecked > 0 {
            let number = self.unchecked;
            writeln!(
                formatter,
                "without a checksum, as it may differ between equal runs: {number}"
            )?;
        }
        if !self.unlisted.is_empty() {
            let names: Vec<String> =
                self.unlisted.iter().take(NAMED).map(|name| shown(name)).collect();
            let more = match self.unlisted.len().saturating_sub(NAMED) {
                0 => String::new(),
                more => format!(" and {more} more"),
            };
            writeln!(
                formatter,
                "not in the manifest, and not compared: {}{more}",
                names.join(", ")
            )?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every combination of nothing, a, b on disk and c elsewhere is told apart from agreement.
    #[test]
    fn only_three_that_are_the_same_agree() {
        let one = |which: usize| match which {
            0 => Found::Nothing,
            1 => Found::File(Some("a".into())),
            2 => Found::File(Some("b".into())),
            _ => Found::File(Some("c".into())),
        };
        let mut told = BTreeSet::new();
        for disk in 0..4 {
            for listed in 0..4 {
                assert_eq!(difference(&one(disk), &one(listed), None).is_none(), disk == listed);
                for again in 0..4 {
                    let found = difference(&one(disk), &one(listed), Some(&one(again)));
                    assert_eq!(found.is_none(), disk == listed && listed == again);
                    told.extend(found);
                }
            }
        }
        assert_eq!(told.len(), 12, "{told:?}");
        assert!(difference(&Found::NoFile, &one(1), None).is_some());
    }
}
