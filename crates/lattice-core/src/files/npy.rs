//! Configurations in arrays of NPY; `whole_files` reads and writes the format.

use super::arrangement::Block;
use super::{Arrangement, FileError, Frame};
use crate::{Configuration, error::reserve};
use std::io::Write;
use whole_files::{NpyArray, NpyError, npy_header};

pub(super) fn read(
    bytes: &[u8],
    arrangement: Arrangement,
) -> Result<Vec<Configuration>, FileError> {
    let array = NpyArray::parse(bytes)?;
    let failed = |source| FileError::Frame { line: 1, source };
    // as many as there are bytes for, or fewer
    let count = array.count();
    let mut atoms = reserve(count).map_err(failed)?;
    let [rows, columns] = match *array.shape() {
        [.., rows, columns] => [rows, columns],
        _ => [1, count],
    };
    for (index, value) in array.values().enumerate() {
        atoms.push(match value {
            1.0 => 1,
            -1.0 => -1,
            _ => {
                let (frame, site) = (index / (rows * columns), index % (rows * columns));
                let (row, column) = (site / columns, site % columns);
                return Err(FileError::NotAnAtom { value, frame, row, column });
            }
        });
    }
    let block = Block { shape: array.shape().to_vec(), atoms, drawn_offset: None, line: 1 };
    let found = block.configurations(arrangement)?;
    if found.is_empty() { Err(FileError::Empty) } else { Ok(found) }
}

pub(super) fn write(frames: &[Frame], writer: &mut dyn Write) -> Result<(), FileError> {
    let shape_of = |frame: &Frame| [frame.atoms.lattice().rows(), frame.atoms.lattice().columns()];
    let [rows, columns] = frames.first().map(shape_of).ok_or(FileError::Empty)?;
    if let Some(other) = frames.iter().map(shape_of).find(|shape| *shape != [rows, columns]) {
        return Err(NpyError::new(format!(
            "configurations of {rows} x {columns} and of {} x {} sites cannot share an array",
            other[0], other[1]
        ))
        .into());
    }
    writer.write_all(&match frames.len() {
        1 => npy_header("|i1", &[rows, columns]),
        count => npy_header("|i1", &[count, rows, columns]),
    })?;
    for frame in frames {
        let bytes: Vec<u8> = frame.atoms.atoms().iter().map(|&atom| atom as u8).collect();
        writer.write_all(&bytes)?;
    }
    Ok(())
}
