//! Grids and arrays of atoms that do not say what their directions are.

use super::{FileError, Frame, geometry};
use crate::{Configuration, LatticeError, TriangularLattice, error::reserve};
use std::str::FromStr;
use whole_files::{NpyError, shown};

/// The fewest rows of equal composition that are taken for frames: of fewer it is chance.
const FEWEST_FRAMES: usize = 6;

/// How the atoms of text grids and arrays are arranged.
///
/// ```
/// use lattice_core::Arrangement;
///
/// assert_eq!("6x9".parse::<Arrangement>()?, Arrangement::Grid { rows: 6, columns: 9 });
/// assert_eq!("offset".parse::<Arrangement>()?, Arrangement::OffsetRows { to_right: true });
/// # Ok::<(), lattice_core::FileError>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Arrangement {
    /// Rows x columns, or frames x rows x columns. Refused is what looks otherwise: rows that are
    /// drawn with an offset, and slices along another direction that keep their composition, as
    /// frames of swaps do, where those along the first do not.
    #[default]
    Told,
    /// Every configuration has so many rows and columns. The remaining direction of an array is that
    /// of the frames (the first one that fits); a direction of rows times columns is that of the
    /// sites, row by row.
    Grid {
        /// Number of rows.
        rows: usize,
        /// Number of columns.
        columns: usize,
    },
    /// Rows as drawn, the second, fourth, ... shifted by half a column, periodic as drawn. The number
    /// of rows is even. See [`CrystalLayer`](super::CrystalLayer) for the copies that are taken.
    OffsetRows {
        /// Whether these rows are shifted to larger columns. The indents of a text grid, where it
        /// has such, are followed instead.
        to_right: bool,
    },
}

impl Arrangement {
    /// Whether a frame has the rows and columns that are said.
    pub(super) fn is_of(self, frame: &Frame) -> bool {
        let lattice = frame.atoms.lattice();
        match self {
            Arrangement::Grid { rows, columns } => {
                (rows, columns) == (lattice.rows(), lattice.columns())
            }
            Arrangement::Told => true,
            Arrangement::OffsetRows { .. } => false,
        }
    }
}

impl FromStr for Arrangement {
    type Err = FileError;

    /// `6x9` for rows x columns, `offset`, `offset-left`, or `told`.
    ///
    /// # Errors
    /// [`FileError::Layer`] for anything else.
    fn from_str(text: &str) -> Result<Arrangement, FileError> {
        let grid = || {
            let (rows, columns) = text.split_once(['x', 'X'])?;
            let (rows, columns) = (rows.trim().parse().ok()?, columns.trim().parse().ok()?);
            TriangularLattice::new(rows, columns).ok()?;
            Some(Arrangement::Grid { rows, columns })
        };
        match text.trim() {
            "told" => Ok(Arrangement::Told),
            "offset" => Ok(Arrangement::OffsetRows { to_right: true }),
            "offset-left" => Ok(Arrangement::OffsetRows { to_right: false }),
            _ => grid().ok_or_else(|| FileError::Layer {
                property: "the shape",
                value: shown(text),
                allowed: "rows x columns, at least 3 each, as 6x9, or offset, offset-left or told",
            }),
        }
    }
}

/// Atoms with 1 to 3 directions, the last index first.
pub(super) struct Block {
    pub(super) shape: Vec<usize>,
    pub(super) atoms: Vec<i8>,
    /// Whether rows are drawn with an offset, and then whether the first one is indented.
    pub(super) drawn_offset: Option<bool>,
    /// Line where it begins, from 1; of an array 1.
    pub(super) line: usize,
}

impl Block {
    /// Its configurations, in order.
    pub(super) fn configurations(
        &self,
        arrangement: Arrangement,
    ) -> Result<Vec<Configuration>, FileError> {
        match arrangement {
            Arrangement::Told => self.told(),
            Arrangement::Grid { rows, columns } => self.grids(rows, columns),
            Arrangement::OffsetRows { to_right } => {
                let [frames, rows, columns] = self.frames_first()?;
                if !rows.is_multiple_of(2) {
                    let reason = format!(
                        "{rows} rows of which every other one is shifted by half a column do not \
                         close: an offset arrangement has an even number of rows"
                    );
                    return Err(FileError::Arrangement { line: self.line, reason });
                }
                let is_first_shifted = self.drawn_offset.unwrap_or(!to_right);
                let atoms = |frame: usize| {
                    let first = frame * rows * columns;
                    let atoms = &self.atoms[first..first + rows * columns];
                    TriangularLattice::new(rows, columns)?;
                    geometry::of_offset_rows(atoms, columns, is_first_shifted)
                };
                (0..frames).map(|frame| atoms(frame).map_err(|e| self.at(frame, e))).collect()
            }
        }
    }

    fn at(&self, frame: usize, source: LatticeError) -> FileError {
        FileError::Frame { line: self.line + frame, source }
    }

    fn frames_first(&self) -> Result<[usize; 3], FileError> {
        match self.shape[..] {
            [rows, columns] => Ok([1, rows, columns]),
            [frames, rows, columns] => Ok([frames, rows, columns]),
            ref other => Err(FileError::Npy(NpyError::new(format!(
                "a shape of {other:?} is no configuration; save rows x columns or frames x rows x \
                 columns, or say --shape ROWSxCOLUMNS (`Arrangement::Grid` in Rust)"
            )))),
        }
    }

    fn told(&self) -> Result<Vec<Configuration>, FileError> {
        let [frames, rows, columns] = self.frames_first()?;
        let refuse = |reason: String| Err(FileError::Arrangement { line: self.line, reason });
        if self.drawn_offset.is_some() {
            return refuse(format!(
                "every other of the {rows} rows is indented, as rows that are drawn shifted by half a \
                 column; say --shape offset to read them so, or --shape {rows}x{columns} for rows x \
                 columns (`Arrangement` in Rust)"
            ));
        }
        if self.shape.len() == 2 && self.looks_like_frames()? {
            return refuse(format!(
                "all {rows} rows of {columns} atoms have the same composition, as frames x sites do; \
                 say --shape ROWSxCOLUMNS with the rows and columns of a frame, or --shape \
                 {rows}x{columns} for one configuration (`Arrangement` in Rust)"
            ));
        }
        // swaps keep the composition, so that frames share it
        if self.shape.len() == 3 && !self.is_constant_along(0)? {
            for axis in [2, 1] {
                if self.shape[axis] < 2 || !self.is_constant_along(axis)? {
                    continue;
                }
                let (order, [rows, columns]) = match axis {
                    2 => ("rows x columns x frames", [self.shape[0], self.shape[1]]),
                    _ => ("rows x frames x columns", [self.shape[0], self.shape[2]]),
                };
                return refuse(format!(
                    "the shape is {:?}; taken as frames x rows x columns the composition changes from \
                     frame to frame, and taken as {order} it stays; say --shape {rows}x{columns} for \
                     the latter, or --shape {}x{} for the former (`Arrangement` in Rust)",
                    self.shape, self.shape[1], self.shape[2]
                ));
            }
        }
        let size = rows.saturating_mul(columns);
        (0..frames)
            .map(|frame| {
                let lattice = TriangularLattice::new(rows, columns);
                let taken = lattice.and_then(|lattice| {
                    let mut atoms = reserve(size)?;
                    atoms.extend_from_slice(&self.atoms[frame * size..(frame + 1) * size]);
                    Configuration::of_any_kind(lattice, atoms)
                });
                taken.map_err(|source| self.at(frame, source))
            })
            .collect()
    }

    fn grids(&self, rows: usize, columns: usize) -> Result<Vec<Configuration>, FileError> {
        let sites = rows.saturating_mul(columns);
        // the strides of frames, rows and columns
        let (frames, strides) = match self.shape[..] {
            [all] if all == sites => (1, [0, columns, 1]),
            [r, c] if (r, c) == (rows, columns) => (1, [0, columns, 1]),
            [frames, all] if all == sites => (frames, [sites, columns, 1]),
            [all, frames] if all == sites => (frames, [1, columns * frames, frames]),
            [frames, r, c] if (r, c) == (rows, columns) => (frames, [sites, columns, 1]),
            [r, c, frames] if (r, c) == (rows, columns) => (frames, [1, columns * frames, frames]),
            [r, frames, c] if (r, c) == (rows, columns) => (frames, [columns, columns * frames, 1]),
            ref other => {
                let reason = format!(
                    "the shape is {other:?}, which holds no configurations of {rows} x {columns} sites"
                );
                return Err(FileError::Arrangement { line: self.line, reason });
            }
        };
        (0..frames)
            .map(|frame| {
                let taken = TriangularLattice::new(rows, columns).and_then(|lattice| {
                    let mut atoms = reserve(sites)?;
                    for row in 0..rows {
                        let first = frame * strides[0] + row * strides[1];
                        atoms.extend((0..columns).map(|c| self.atoms[first + c * strides[2]]));
                    }
                    Configuration::of_any_kind(lattice, atoms)
                });
                taken.map_err(|source| self.at(frame, source))
            })
            .collect()
    }

    /// Whether all slices with one index in a direction have as many (-).
    fn is_constant_along(&self, axis: usize) -> Result<bool, FileError> {
        if self.atoms.is_empty() {
            return Ok(true); // and lengths beside one of 0 have no bound
        }
        let length = self.shape[axis];
        let inner: usize = self.shape[axis + 1..].iter().product();
        let mut counts = reserve(length).map_err(|source| self.at(0, source))?;
        counts.resize(length, 0usize);
        for (index, atom) in self.atoms.iter().enumerate() {
            counts[index / inner % length] += usize::from(*atom == -1);
        }
        Ok(counts.windows(2).all(|pair| pair[0] == pair[1]))
    }

    /// Whether the rows look like frames of the same atoms: they share their composition, the columns
    /// do not, and three of them at least are not one another shifted, as rows of ordered states are.
    fn looks_like_frames(&self) -> Result<bool, FileError> {
        let [rows, columns] = self.shape[..] else { return Ok(false) };
        let is_lattice = (3..=columns / 3).any(|side| columns.is_multiple_of(side));
        if rows < FEWEST_FRAMES
            || !is_lattice
            || !self.is_constant_along(0)?
            || self.is_constant_along(1)?
        {
            return Ok(false);
        }
        let text = |row: &[i8]| -> String {
            row.iter().map(|atom| if *atom == 1 { '+' } else { '-' }).collect()
        };
        let mut kinds: Vec<String> = Vec::new();
        for row in self.atoms.chunks_exact(columns) {
            let row = text(row);
            if !kinds.iter().any(|kind| kind.contains(&row)) {
                kinds.push(format!("{row}{row}")); // holds all that are shifted
            }
            if kinds.len() == 3 {
                return Ok(true);
            }
        }
        Ok(false)
    }
}
