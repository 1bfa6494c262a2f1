//! Text grids: see [`ConfigurationFormat::TextGrid`](super::ConfigurationFormat::TextGrid).

use super::arrangement::Block;
use super::{Arrangement, FileError, Frame};
use crate::{Configuration, LatticeError};
use std::io::{self, Write};

const EXPECTED: &str = "an atom: write + or - without anything between them, or 1 and -1 with spaces, commas or semicolons between them; of 0 and 1 write 2 * a - 1 where 1 is (+)";

pub(super) fn read(text: &str, arrangement: Arrangement) -> Result<Vec<Configuration>, FileError> {
    let mut found = Vec::new();
    let mut grid = Grid::default();
    for (index, text) in text.lines().enumerate() {
        let line = index + 1;
        match text.trim() {
            "" => grid.finish(arrangement, &mut found)?,
            comment if comment.starts_with('#') => {}
            _ => grid.push(text, line)?,
        }
    }
    grid.finish(arrangement, &mut found)?;
    if found.is_empty() { Err(FileError::Empty) } else { Ok(found) }
}

/// The rows of a configuration so far.
#[derive(Default)]
struct Grid {
    first_line: usize,
    rows: usize,
    columns: usize,
    atoms: Vec<i8>,
    /// Where the first atoms of the first two rows are, in characters of the line.
    indents: [usize; 2],
    /// Whether those of all rows are, one after the other.
    is_alternating: bool,
}

impl Grid {
    fn push(&mut self, text: &str, line: usize) -> Result<(), FileError> {
        let before = self.atoms.len();
        put_atoms(text, line, &mut self.atoms)?;
        let found = self.atoms.len() - before;
        let indent = indent(text);
        match self.rows {
            0 => {
                (self.first_line, self.columns, self.is_alternating) = (line, found, true);
                self.indents = [indent; 2];
            }
            1 => self.indents[1] = indent,
            row => self.is_alternating &= indent == self.indents[row % 2],
        }
        if found != self.columns {
            return Err(FileError::Ragged { line, found, expected: self.columns });
        }
        self.rows += 1;
        Ok(())
    }

    fn finish(
        &mut self,
        arrangement: Arrangement,
        found: &mut Vec<Configuration>,
    ) -> Result<(), FileError> {
        let grid = std::mem::take(self);
        if grid.rows == 0 {
            return Ok(());
        }
        let [first, second] = grid.indents;
        let block = Block {
            shape: vec![grid.rows, grid.columns],
            atoms: grid.atoms,
            drawn_offset: (grid.is_alternating && first != second).then_some(first > second),
            line: grid.first_line,
        };
        found.extend(block.configurations(arrangement)?);
        Ok(())
    }
}

/// Where the first atom of a line is: the end of a number, because signs take room.
fn indent(text: &str) -> usize {
    let blank = text.len() - text.trim_start_matches(' ').len();
    let word = text.trim_start().split([' ', ',', ';', '\t']).next().unwrap_or("");
    blank + if word.parse::<f64>().is_ok() { word.len() } else { 0 }
}

/// Appends the atoms of a line.
fn put_atoms(text: &str, line: usize, atoms: &mut Vec<i8>) -> Result<(), FileError> {
    let is_delimiter = |c: char| matches!(c, ',' | ';' | '\t');
    let has_fields = text.contains(is_delimiter);
    // an atom takes a character at least
    atoms.try_reserve(text.len()).map_err(|_| {
        let (count, bytes_each) = (atoms.len() + text.len(), 1);
        FileError::Frame { line, source: LatticeError::OutOfMemory { count, bytes_each } }
    })?;
    for field in text.split(is_delimiter) {
        if has_fields && field.trim().is_empty() {
            let expected = "an atom: a field between two delimiters, or after the last, is empty; \
                            write 1 or -1 there, or take the column out";
            return Err(FileError::field(line, column_of(text, field), "", expected));
        }
        for word in field.split_whitespace() {
            if word.bytes().all(|byte| matches!(byte, b'+' | b'-')) {
                atoms.extend(word.bytes().map(|byte| if byte == b'+' { 1 } else { -1 }));
            } else {
                atoms.push(match word.parse::<f64>() {
                    Ok(1.0) => 1,
                    Ok(-1.0) => -1,
                    _ => return Err(FileError::field(line, column_of(text, word), word, EXPECTED)),
                });
            }
        }
    }
    Ok(())
}

/// The character, from 1, at which `word`, a part of `text`, begins.
pub(super) fn column_of(text: &str, word: &str) -> usize {
    let bytes = word.as_ptr() as usize - text.as_ptr() as usize;
    text[..bytes].chars().count() + 1
}

pub(super) fn write(frames: &[Frame], writer: &mut dyn Write) -> io::Result<()> {
    for (index, frame) in frames.iter().enumerate() {
        if index > 0 {
            writeln!(writer)?;
        }
        for row in frame.atoms.grid().rows() {
            let mut line: String = row.iter().map(|&a| if a == 1 { '+' } else { '-' }).collect();
            line.push('\n');
            writer.write_all(line.as_bytes())?;
        }
    }
    Ok(())
}
