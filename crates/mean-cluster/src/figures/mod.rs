//! Figures: kinds of pictures, from any data. Which of them a run has is said in its own folder.
//!
//! A [`Figure`] has a title, a caption that names its data, and can be written as SVG and PNG.
//! Equal input gives equal bytes on every machine: the font is in the binary.
//!
//! ```
//! use mean_cluster::closures::{PairApproximation, SparseApproximation};
//! use mean_cluster::cluster_stats::{Recorder, ReplicaMean, TripletType};
//! use mean_cluster::figures;
//! use mean_cluster::lattice_core::{
//!     Composition, Configuration, Schedule, SwapRange, TriangleEnergy, TriangularLattice, anneal,
//! };
//! use rand::SeedableRng;
//! use rand_pcg::Pcg64;
//!
//! let mut rng = Pcg64::seed_from_u64(7);
//! let lattice = TriangularLattice::new(12, 12)?;
//! let mut atoms = Configuration::random(lattice, Composition::of_minus(0.5)?, &mut rng)?;
//! let (schedule, energy) = (Schedule::geometric(0.8, 0.1, 20)?, TriangleEnergy::absolute_charge());
//! let mut data = Recorder::new();
//! anneal(&mut atoms, &energy, &schedule, SwapRange::Anywhere, &mut rng, |sample| data.record(sample))?;
//! let mean = ReplicaMean::of(&data.into_trajectories()?)?;
//!
//! let folder = tempfile::tempdir()?;
//! figures::annealing(&mean).save(folder.path())?;
//! figures::lattices(&[("after annealing", &atoms)]).named("atoms").save(folder.path())?;
//! let curves: [(&str, &dyn mean_cluster::closures::Closure); 2] =
//!     [("PA", &PairApproximation), ("SA", &SparseApproximation)];
//! figures::triplets(&[("x = 1/2", &mean)], &curves, &[TripletType::AngPpm])?.save(folder.path())?;
//! assert!(folder.path().join("atoms.svg").exists() && folder.path().join("atoms.png").exists());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod annealing;
mod chains;
mod curves;
pub(crate) mod drawing;
mod drift;
mod errors;
mod jackknife;
mod lattice;
mod posterior;
mod predictive;
mod sensitivity;
mod triplets;

use crate::StudyError;
use crate::output::{Destination, is_there, move_aside};
use drawing::Canvas;
use rayon::prelude::*;
use std::path::Path;

pub use annealing::annealing;
pub use chains::{autocorrelations, rank_plots, traces};
pub use curves::{Curve, CurvePanel, curves};
pub use drift::sparse_drift;
pub use errors::{ErrorCurve, ErrorPanel, TypeErrors, errors_by_composition, errors_by_type};
pub use jackknife::jackknife;
pub use lattice::{film, lattices};
pub use posterior::{misfit_histograms, pair_plot};
pub use predictive::{PredictiveBand, predictive_bands, profiles};
pub use sensitivity::flat_directions;
pub use triplets::triplets;

pub(crate) use drawing::escape;
pub(crate) use errors::look_of;
pub(crate) use triplets::{PA_LINES, TripletCurve, symbol, triplet_curves};

/// Dots of a PNG for each pixel of the SVG.
const PNG_SCALE: f64 = 2.0;

/// A drawing with what one needs to know about it.
#[derive(Clone, Debug, PartialEq)]
pub struct Figure {
    name: String,
    title: String,
    caption: String,
    canvas: Canvas,
}

impl Figure {
    pub(crate) fn new(
        name: &str,
        title: impl Into<String>,
        caption: impl Into<String>,
        canvas: Canvas,
    ) -> Figure {
        Figure { name: name.to_owned(), title: title.into(), caption: caption.into(), canvas }
    }

    /// The same figure under another name, which is that of its files.
    #[must_use]
    pub fn named(mut self, name: impl Into<String>) -> Figure {
        self.name = name.into();
        self
    }

    /// The same figure with another title.
    #[must_use]
    pub fn titled(mut self, title: impl Into<String>) -> Figure {
        self.title = title.into();
        self
    }

    /// The same figure with `text` after its caption, such as where its data are.
    #[must_use]
    pub fn captioned(mut self, text: &str) -> Figure {
        self.caption = format!("{} {text}", self.caption);
        self
    }

    /// Name of its files, without ending.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// One line that says what it shows.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// What is drawn, in which units and convention, from which data.
    pub fn caption(&self) -> &str {
        &self.caption
    }

    /// The figure as an SVG document.
    pub fn svg(&self) -> String {
        self.canvas.to_svg(&self.title, &self.caption)
    }

    /// The figure as a PNG file, two dots for each pixel of the SVG.
    ///
    /// # Errors
    /// [`StudyError::Figure`] if it is too large for memory.
    pub fn png(&self) -> Result<Vec<u8>, StudyError> {
        let too_large = || self.refused("its PNG does not fit in memory");
        self.canvas.to_png(PNG_SCALE).ok_or_else(too_large)
    }

    /// Writes `name.svg` and `name.png` into a directory. Pictures of these names that are not ours are
    /// renamed to `name.svg.kept` and the like, and standard error says so.
    ///
    /// # Errors
    /// [`StudyError::File`], and those of [`png`](Self::png).
    pub fn save(&self, directory: &Path) -> Result<(), StudyError> {
        let at = |ending: &str| directory.join(format!("{}.{ending}", self.name));
        // the PNG of a drawing has nothing that tells it from others, so that it goes by its SVG
        let is_ours = std::fs::read_to_string(at("svg")).is_ok_and(|old| drawing::is_ours(&old));
        for (ending, bytes) in [("svg", self.svg().into_bytes()), ("png", self.png()?)] {
            let path = at(ending);
            if !is_ours && is_there(&path) {
                move_aside(&path)?;
            }
            Destination::open(&path, [])?.write(&bytes)?;
        }
        Ok(())
    }

    fn refused(&self, reason: &str) -> StudyError {
        StudyError::Figure { figure: self.name.clone(), reason: reason.to_owned() }
    }
}

/// Folder of the figures in an output directory, with `/`.
pub const FOLDER: &str = "figures/";

/// The files of figures: `figures/NAME.svg`, `figures/NAME.png` and `figures/captions.md`, with their
/// bytes.
///
/// # Errors
/// Those of [`Figure::png`].
pub fn files_of(figures: &[Figure]) -> Result<Vec<(String, Vec<u8>)>, StudyError> {
    let both = |figure: &Figure| {
        let name = |ending: &str| format!("{FOLDER}{}.{ending}", figure.name());
        Ok([(name("svg"), figure.svg().into_bytes()), (name("png"), figure.png()?)])
    };
    let files: Vec<_> = figures.par_iter().map(both).collect::<Result<_, StudyError>>()?;
    let captions = figures.iter().map(|figure| {
        format!(
            "## {}\n\n`{}.svg`, `{1}.png`. {}\n",
            figure.title(),
            figure.name(),
            figure.caption()
        )
    });
    let captions = format!("# Figures\n\n{}", captions.collect::<Vec<_>>().join("\n"));
    let captions = (format!("{FOLDER}captions.md"), captions.into_bytes());
    Ok(files.into_iter().flatten().chain([captions]).collect())
}

/// The panel letters of a figure.
pub(crate) const LETTERS: [&str; 8] = ["(a)", "(b)", "(c)", "(d)", "(e)", "(f)", "(g)", "(h)"];

/// No text is cut or lies on another, numbers are numbers, and captions name their data.
#[cfg(test)]
pub(crate) fn assert_room_for_texts(figures: &[Figure]) {
    for figure in figures {
        let (name, [width, height]) = (figure.name(), figure.canvas.size());
        let boxes = figure.canvas.text_boxes();
        assert!(boxes.len() > 2, "{name}");
        for (index, (text, [left, top, right, bottom])) in boxes.iter().enumerate() {
            let inside = *left >= 0.0 && *top >= 0.0 && *right <= width && *bottom <= height;
            assert!(inside, "{name}: {text} is cut");
            for (other, [l, t, r, b]) in &boxes[..index] {
                let apart = left >= r || l >= right || top >= b || t >= bottom;
                assert!(apart, "{name}: {text} lies on {other}");
            }
        }
        let svg = figure.svg();
        assert!(!svg.contains("NaN") && !svg.contains("inf"), "{name}");
        assert!(figure.caption().contains("Data: "), "{name}");
    }
}
