//! Figures and report of a directory of ours from its files alone, whichever command wrote it.

use crate::StudyError;
use crate::commands::AnnealedFiles;
use crate::compare::Comparison;
use crate::figures::{self, Figure};
use crate::infer::InferenceFiles;
use crate::output::{self, Manifest};
use crate::report;
use crate::study::StudyFiles;
use std::path::Path;

/// The files that figures and a report are made of.
pub(crate) enum Files {
    Study(Box<StudyFiles>),
    Comparison(Box<Comparison>),
    Inference(Box<InferenceFiles>),
    Annealed(Box<AnnealedFiles>),
}

impl From<StudyFiles> for Files {
    fn from(files: StudyFiles) -> Files {
        Files::Study(Box::new(files))
    }
}

impl From<Comparison> for Files {
    fn from(files: Comparison) -> Files {
        Files::Comparison(Box::new(files))
    }
}

impl From<InferenceFiles> for Files {
    fn from(files: InferenceFiles) -> Files {
        Files::Inference(Box::new(files))
    }
}

impl From<AnnealedFiles> for Files {
    fn from(files: AnnealedFiles) -> Files {
        Files::Annealed(Box::new(files))
    }
}

/// Files to write: path from the directory with `/`, bytes.
type Written = Vec<(String, Vec<u8>)>;

impl Files {
    /// Reads a directory; its manifest says which command wrote it.
    fn read(directory: &Path) -> Result<Files, StudyError> {
        Ok(match Manifest::read(directory)?.command.as_str() {
            "compare" => Comparison::read(directory)?.into(),
            "infer" => InferenceFiles::read(directory)?.into(),
            "anneal" => AnnealedFiles::read(directory)?.into(),
            _ => StudyFiles::read(directory)?.into(),
        })
    }

    fn figures(&self) -> Result<Vec<Figure>, StudyError> {
        match self {
            Files::Study(files) => figures::of_study(files),
            Files::Comparison(files) => figures::of_comparison(files),
            Files::Inference(files) => figures::of_inference(files),
            Files::Annealed(files) => {
                figures::of_annealing(&files.mean, &files.film, files.species())
            }
        }
    }

    fn report(&self, figures: &[Figure]) -> Result<Written, StudyError> {
        let page = match self {
            Files::Study(files) => report::report(files, figures)?,
            Files::Comparison(files) => report::of_comparison(files, figures)?,
            Files::Inference(files) => report::of_inference(files, figures),
            Files::Annealed(files) => report::of_annealing(&files.mean, &files.settings, figures)?,
        };
        Ok(vec![(report::REPORT.to_owned(), page.into_bytes())])
    }

    /// Everything that is drawn from the files.
    pub(crate) fn all(&self) -> Result<Written, StudyError> {
        let figures = self.figures()?;
        let mut files = figures::files_of(&figures)?;
        files.extend(self.report(&figures)?);
        Ok(files)
    }
}

/// `mean-cluster figures`. All is drawn before anything is written: an error leaves the old files.
pub(crate) fn figures_of(directory: &Path) -> Result<(), StudyError> {
    let figures = Files::read(directory)?.figures()?;
    output::renew(directory, figures::FOLDER, &figures::files_of(&figures)?)
}

/// `mean-cluster report`, likewise.
pub(crate) fn report_of(directory: &Path) -> Result<(), StudyError> {
    let files = Files::read(directory)?;
    output::renew(directory, report::REPORT, &files.report(&files.figures()?)?)
}
