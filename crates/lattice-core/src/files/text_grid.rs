//! Text grids: see [`ConfigurationFormat::TextGrid`](super::ConfigurationFormat::TextGrid).

use super::{FileError, Frame};
use crate::Configuration;
use std::io::{self, Write};

const EXPECTED: &str = "an atom: write + or - without anything between them, or 1 and -1 with spaces, commas or semicolons between them";

pub(super) fn read(text: &str) -> Result<Vec<Configuration>, FileError> {
    let mut found = Vec::new();
    let mut rows: Vec<Vec<i8>> = Vec::new();
    let mut first_line = 1;
    let mut finish = |rows: &mut Vec<Vec<i8>>, line: usize| {
        if !rows.is_empty() {
            let atoms = Configuration::from_rows(&std::mem::take(rows));
            found.push(atoms.map_err(|source| FileError::Frame { line, source })?);
        }
        Ok::<(), FileError>(())
    };
    for (index, text) in text.lines().enumerate() {
        let line = index + 1;
        match text.trim() {
            "" => finish(&mut rows, first_line)?,
            comment if comment.starts_with('#') => {}
            _ => {
                let row = atoms_of(text, line)?;
                let expected = rows.first().map_or(row.len(), Vec::len);
                if row.len() != expected {
                    return Err(FileError::Ragged { line, found: row.len(), expected });
                }
                if rows.is_empty() {
                    first_line = line;
                }
                rows.push(row);
            }
        }
    }
    finish(&mut rows, first_line)?;
    if found.is_empty() { Err(FileError::Empty) } else { Ok(found) }
}

/// The atoms of a line.
fn atoms_of(text: &str, line: usize) -> Result<Vec<i8>, FileError> {
    let mut atoms = Vec::new();
    let separator = |c: char| c.is_whitespace() || matches!(c, ',' | ';');
    for word in text.split(separator).filter(|word| !word.is_empty()) {
        let column = || column_of(text, word);
        if word.bytes().all(|byte| matches!(byte, b'+' | b'-')) {
            atoms.extend(word.bytes().map(|byte| if byte == b'+' { 1 } else { -1 }));
        } else {
            atoms.push(match word.parse::<f64>() {
                Ok(1.0) => 1,
                Ok(-1.0) => -1,
                _ => return Err(FileError::field(line, column(), word, EXPECTED)),
            });
        }
    }
    Ok(atoms)
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
