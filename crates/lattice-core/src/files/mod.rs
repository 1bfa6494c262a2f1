//! Configurations in files: text grids, NPY, extended XYZ; POSCAR written only.
#![cfg(feature = "files")]

mod arrangement;
mod error;
mod extended_xyz;
mod foreign;
mod geometry;
mod key_values;
mod layer;
mod npy;
mod poscar;
mod text_grid;

pub use arrangement::Arrangement;
pub use error::FileError;
pub use layer::CrystalLayer;

use crate::{Configuration, error::reserve};
use serde::{Deserialize, Serialize};
use std::fs;
use std::io::Write;
use std::path::Path;
use whole_files::{NewFile, is_npy};

/// A configuration with what a film of an annealing says beside it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Frame {
    /// The atoms.
    pub atoms: Configuration,
    /// Fraction of the annealing experiment, or any unit; `None` where unknown.
    pub time: Option<f64>,
    /// In the unit of the energy; `None` where unknown.
    pub temperature: Option<f64>,
}

impl From<Configuration> for Frame {
    fn from(atoms: Configuration) -> Frame {
        Frame { atoms, time: None, temperature: None }
    }
}

/// The formats of configurations. Only extended XYZ keeps times and temperatures.
///
/// ```
/// use lattice_core::{ConfigurationFormat, Configuration, CrystalLayer};
///
/// let atoms = Configuration::from_rows(&[[1, -1, 1], [1, 1, -1], [-1, 1, 1]])?;
/// let layer = CrystalLayer::default(); // Mn and Li, 2.85 angstrom apart
/// let mut file = Vec::new();
/// ConfigurationFormat::ExtendedXyz.write(&[atoms.clone().into()], &layer, &mut file)?;
/// let read = ConfigurationFormat::read(&file, &layer)?;
/// assert_eq!(read[0].atoms, atoms);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ConfigurationFormat {
    /// `.txt`: a line a row, `+` and `-` without anything between them, or the numbers `1` (also
    /// `+1`, `1.0`) and `-1` with spaces, commas, semicolons or tabs between them, no field empty; an
    /// empty line between two configurations; lines that begin with `#` are comments. See
    /// [`Arrangement`].
    #[serde(rename = "txt")]
    TextGrid,
    /// `.npy`: an array of +1 and -1, rows x columns or frames x rows x columns; int8 is written, any
    /// integers or floats of up to 8 bytes are read. See [`Arrangement`].
    #[serde(rename = "npy")]
    Npy,
    /// `.xyz`, `.extxyz`: extended XYZ, as ASE and OVITO read it; see [`CrystalLayer`].
    #[serde(rename = "xyz")]
    ExtendedXyz,
    /// `.vasp`, `.poscar`: POSCAR of VASP 5 in direct coordinates; one configuration, written only.
    #[serde(rename = "vasp")]
    Poscar,
}

impl ConfigurationFormat {
    /// All formats.
    pub const ALL: [Self; 4] = [Self::TextGrid, Self::Npy, Self::ExtendedXyz, Self::Poscar];

    /// The ending of its files, without the dot.
    pub const fn extension(self) -> &'static str {
        match self {
            Self::TextGrid => "txt",
            Self::Npy => "npy",
            Self::ExtendedXyz => "xyz",
            Self::Poscar => "vasp",
        }
    }

    /// Whether a file holds one configuration and no more; such files are written only.
    pub const fn holds_one(self) -> bool {
        matches!(self, Self::Poscar)
    }

    /// What messages call it.
    const fn name(self) -> &'static str {
        match self {
            Self::TextGrid => "text grid",
            Self::Npy => "NPY",
            Self::ExtendedXyz => "extended XYZ",
            Self::Poscar => "POSCAR",
        }
    }

    /// The format that a file's name ends with, in any case.
    ///
    /// # Errors
    /// [`FileError::UnknownFormat`].
    pub fn of_path(path: &Path) -> Result<Self, FileError> {
        let ending = path.extension().map(|ending| ending.to_string_lossy().to_lowercase());
        match ending.as_deref() {
            Some("txt" | "dat" | "csv" | "grid") => Ok(Self::TextGrid),
            Some("npy") => Ok(Self::Npy),
            Some("xyz" | "extxyz") => Ok(Self::ExtendedXyz),
            Some("vasp" | "poscar") => Ok(Self::Poscar),
            _ => Err(FileError::UnknownFormat { path: path.to_owned() }),
        }
    }

    /// Reads a file's bytes; the format is told by its beginning, not by its name. Atoms may be all of
    /// one kind.
    ///
    /// Nothing is allocated for sizes that the file only declares.
    ///
    /// # Errors
    /// [`FileError`], with line and column.
    pub fn read(bytes: &[u8], layer: &CrystalLayer) -> Result<Vec<Frame>, FileError> {
        Self::read_arranged(bytes, layer, Arrangement::Told)
    }

    /// As [`read`](Self::read), of a text grid or array whose arrangement is said. Extended XYZ says
    /// it by itself, and must have the rows and columns that are said.
    ///
    /// # Errors
    /// As [`read`](Self::read), and [`FileError::Arrangement`] for another one.
    pub fn read_arranged(
        bytes: &[u8],
        layer: &CrystalLayer,
        arrangement: Arrangement,
    ) -> Result<Vec<Frame>, FileError> {
        if is_npy(bytes) {
            return Ok(npy::read(bytes, arrangement)?.into_iter().map(Frame::from).collect());
        }
        if let Some(other) = FileError::of_other_format(bytes) {
            return Err(other);
        }
        let text = str::from_utf8(bytes)
            .map_err(|error| FileError::NotText { position: error.valid_up_to() })?;
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let of_old_macs;
        let text = if text.contains('\r') && !text.contains('\n') {
            let mut bytes =
                reserve(text.len()).map_err(|source| FileError::Frame { line: 1, source })?;
            bytes.extend(text.bytes().map(|byte| if byte == b'\r' { b'\n' } else { byte }));
            of_old_macs = String::from_utf8(bytes).expect("one ASCII byte is another");
            &of_old_macs
        } else {
            text
        };
        if extended_xyz::is_extended_xyz(text) {
            let frames = extended_xyz::read(text, layer)?;
            return match (arrangement, frames.iter().find(|frame| !arrangement.is_of(frame))) {
                (Arrangement::Told, _) | (_, None) => Ok(frames),
                (_, Some(other)) => {
                    let lattice = other.atoms.lattice();
                    let (rows, columns) = (lattice.rows(), lattice.columns());
                    let reason = format!(
                        "by its cell a frame has {rows} x {columns} sites; leave --shape out, \
                         extended XYZ needs none"
                    );
                    Err(FileError::Arrangement { line: 1, reason })
                }
            };
        }
        match foreign::of_text(text) {
            Some(other) => Err(other),
            None => Ok(text_grid::read(text, arrangement)?.into_iter().map(Frame::from).collect()),
        }
    }

    /// Writes configurations.
    ///
    /// # Errors
    /// [`FileError::Empty`] for none, [`FileError::OneOnly`] for several in a POSCAR,
    /// [`FileError::Npy`] for several of different shapes in an array, [`FileError::Write`].
    pub fn write(
        self,
        frames: &[Frame],
        layer: &CrystalLayer,
        mut writer: impl Write,
    ) -> Result<(), FileError> {
        let [first, more @ ..] = frames else { return Err(FileError::Empty) };
        if self.holds_one() && !more.is_empty() {
            return Err(FileError::OneOnly { format: self.name(), count: frames.len() });
        }
        match self {
            Self::TextGrid => text_grid::write(frames, &mut writer)?,
            Self::Npy => npy::write(frames, &mut writer)?,
            Self::ExtendedXyz => extended_xyz::write(frames, layer, &mut writer)?,
            Self::Poscar => poscar::write(&first.atoms, layer, &mut writer)?,
        }
        Ok(writer.flush()?)
    }

    /// Reads the file at `path`; see [`read`](Self::read).
    ///
    /// # Errors
    /// [`FileError::File`] if it cannot be read, [`FileError::InFile`] around what is wrong in it.
    pub fn load(path: impl AsRef<Path>, layer: &CrystalLayer) -> Result<Vec<Frame>, FileError> {
        Self::load_arranged(path, layer, Arrangement::Told)
    }

    /// Reads the file at `path`; see [`read_arranged`](Self::read_arranged).
    ///
    /// # Errors
    /// As [`load`](Self::load).
    pub fn load_arranged(
        path: impl AsRef<Path>,
        layer: &CrystalLayer,
        arrangement: Arrangement,
    ) -> Result<Vec<Frame>, FileError> {
        let path = path.as_ref();
        let in_file =
            |source| FileError::InFile { path: path.to_owned(), source: Box::new(source) };
        if let Ok(format) = Self::of_path(path)
            && format.holds_one()
        {
            return Err(in_file(FileError::WrittenOnly { format: format.name() }));
        }
        let bytes =
            fs::read(path).map_err(|source| FileError::File { path: path.to_owned(), source })?;
        Self::read_arranged(&bytes, layer, arrangement).map_err(in_file)
    }

    /// Writes the file at `path` in the format that its name ends with: to a temporary file beside
    /// it, then renamed, so that an older file stays whole if anything fails.
    ///
    /// # Errors
    /// [`FileError::UnknownFormat`], [`FileError::File`], those of [`write`](Self::write).
    pub fn save(
        path: impl AsRef<Path>,
        frames: &[Frame],
        layer: &CrystalLayer,
    ) -> Result<(), FileError> {
        let path = path.as_ref();
        let format = Self::of_path(path)?;
        let in_file = |source| FileError::File { path: path.to_owned(), source };
        let mut file = NewFile::beside(path).map_err(in_file)?;
        format.write(frames, layer, &mut file)?;
        file.place().map_err(in_file)
    }
}
