//! What can be wrong with a file of configurations.

use crate::LatticeError;
use std::io;
use std::path::{Path, PathBuf};
use whole_files::{NpyError, shown};

/// Why a file of configurations could not be read or written. Lines and columns count from 1, rows,
/// columns of the lattice and frames from 0.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FileError {
    /// A file that cannot be opened, read or written.
    #[error("{}: {source}", named(path))]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// What is wrong inside a file.
    #[error("{}: {source}", named(path))]
    InFile {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: Box<FileError>,
    },
    /// A writer that failed.
    #[error("the configurations could not be written: {0}")]
    Write(#[from] io::Error),
    /// A name whose end says no format.
    #[error(
        "{} has no ending that is known; use .txt (grid of + and -), .npy, .xyz (extended XYZ) or .vasp (POSCAR)",
        named(path)
    )]
    UnknownFormat {
        /// The file.
        path: PathBuf,
    },
    /// A format that is written only.
    #[error(
        "{format} is written only; convert it to extended XYZ, e.g. with `ase convert -o extxyz`, and read that"
    )]
    WrittenOnly {
        /// The format.
        format: &'static str,
    },
    /// A format that holds one configuration only, and several to write.
    #[error("{format} holds one configuration, and there are {count}; use .txt, .npy or .xyz")]
    OneOnly {
        /// The format.
        format: &'static str,
        /// How many there are.
        count: usize,
    },
    /// A file in a well-known format that is not read.
    #[error("the file is {what}, which is not read; {advice}")]
    OtherFormat {
        /// The format.
        what: &'static str,
        /// What makes it one that is read.
        advice: &'static str,
    },
    /// Atoms whose arrangement cannot be known, or is not the one that was said.
    #[error("from line {line}: {reason}")]
    Arrangement {
        /// Line where they begin, from 1; for arrays 1.
        line: usize,
        /// What was found, and what to say.
        reason: String,
    },
    /// Nothing in it.
    #[error("there is no configuration: the file is empty")]
    Empty,
    /// Bytes that are no text, in a format that is.
    #[error(
        "the file is neither NPY nor text: byte {position} is not UTF-8; read .txt, .npy or .xyz"
    )]
    NotText {
        /// The first such byte, from 0.
        position: usize,
    },
    /// A field of a text that is not what it should be.
    #[error("line {line}, column {column}: {found:?} is not {expected}")]
    Field {
        /// Line, from 1.
        line: usize,
        /// Character of the line, from 1.
        column: usize,
        /// What stands there.
        found: String,
        /// What should.
        expected: String,
    },
    /// A row of a grid that is longer or shorter than the first.
    #[error("line {line} has {found} atoms where the first row has {expected}")]
    Ragged {
        /// Line, from 1.
        line: usize,
        /// Atoms of the row.
        found: usize,
        /// Atoms of the first.
        expected: usize,
    },
    /// A file that ends too early.
    #[error(
        "the file is cut off: line {line} says that {expected} {what} follow, and there are {found}"
    )]
    Truncated {
        /// Line that says so, from 1.
        line: usize,
        /// Of what: atoms.
        what: &'static str,
        /// How many there should be.
        expected: usize,
        /// How many there are.
        found: usize,
    },
    /// A comment line of extended XYZ without something needed.
    #[error(
        "line {line}: the comment has no {key}, as plain XYZ has none; write extended XYZ, e.g. {example}"
    )]
    MissingKey {
        /// Line, from 1.
        line: usize,
        /// The key.
        key: &'static str,
        /// How it looks.
        example: &'static str,
    },
    /// A cell that is not that of a triangular layer.
    #[error("line {line}: {reason}")]
    Cell {
        /// Line, from 1.
        line: usize,
        /// What does not fit, with the numbers.
        reason: String,
    },
    /// A number of atoms that does not fill the cell.
    #[error(
        "line {line}: {atoms} atoms do not fill a triangular layer in a cell of {length_a:.4} by {length_b:.4} angstrom whose first or second vector is along a row of neighbors; atoms are missing or too many, or the cell or the lattice is another"
    )]
    AtomCount {
        /// Line, from 1.
        line: usize,
        /// Atoms given.
        atoms: usize,
        /// Length of the first cell vector, angstrom.
        length_a: f64,
        /// Length of the second.
        length_b: f64,
    },
    /// An atom between the sites.
    #[error(
        "line {line}: the atom is {distance:.3} nearest-neighbour distances from the nearest site, row {row}, column {column}; at most {limit} is taken for that site. The lattice is that of the cell, where it fits all atoms best"
    )]
    OffSite {
        /// Line, from 1.
        line: usize,
        /// Distance in the plane, in units of the nearest-neighbour distance.
        distance: f64,
        /// What is allowed.
        limit: f64,
        /// Row of the nearest site.
        row: usize,
        /// Its column.
        column: usize,
    },
    /// Two atoms on one site.
    #[error("lines {first} and {second}: two atoms are on the site of row {row}, column {column}")]
    TwoAtoms {
        /// Line of the first, from 1.
        first: usize,
        /// Line of the second.
        second: usize,
        /// Row of the site.
        row: usize,
        /// Its column.
        column: usize,
    },
    /// A site without an atom.
    #[error("the frame at line {line} has no atom on the site of row {row}, column {column}")]
    MissingSite {
        /// Line where the frame begins, from 1.
        line: usize,
        /// Row of the site.
        row: usize,
        /// Its column.
        column: usize,
    },
    /// A file that begins like NPY and is none that can be read.
    #[error(transparent)]
    Npy(#[from] NpyError),
    /// A number in an array that is neither +1 nor -1.
    #[error(
        "{value} in frame {frame}, row {row}, column {column} is no atom: write +1 for (+) and -1 for (-); of 0 and 1 save 2 * a - 1 where 1 is (+)"
    )]
    NotAnAtom {
        /// The number.
        value: f64,
        /// Frame, from 0.
        frame: usize,
        /// Row, from 0.
        row: usize,
        /// Column, from 0.
        column: usize,
    },
    /// A property of the layer that cannot be used.
    #[error("{property} is {value}, but must be {allowed}")]
    Layer {
        /// Which.
        property: &'static str,
        /// The value given.
        value: String,
        /// What is allowed.
        allowed: &'static str,
    },
    /// Atoms that make no configuration.
    #[error("the frame at line {line}: {source}")]
    Frame {
        /// Line where the frame begins, from 1; for arrays the number of the frame, from 1.
        line: usize,
        /// Why.
        #[source]
        source: LatticeError,
    },
}

/// A path as messages show it.
fn named(path: &Path) -> String {
    shown(&path.display().to_string())
}

impl FileError {
    pub(super) fn field(line: usize, column: usize, found: &str, expected: &str) -> FileError {
        let count = found.chars().count();
        let mut shown: String = found.chars().take(40).collect();
        if count > 40 {
            shown.push_str(&format!("... ({} more characters)", count - 40));
        }
        FileError::Field { line, column, found: shown, expected: expected.to_owned() }
    }
}
