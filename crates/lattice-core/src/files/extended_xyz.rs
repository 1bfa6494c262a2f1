//! Extended XYZ (<https://github.com/libAtoms/extxyz>): a number of atoms, a comment of `key=value`
//! with the cell, a line an atom; frame after frame. What is where: [`CrystalLayer`].

use super::geometry::{self, Cell, Placed};
use super::text_grid::column_of;
use super::{CrystalLayer, FileError, Frame, key_values};
use crate::error::reserve;
use std::collections::BTreeMap;
use std::io::{self, Write};

/// The names of the column with the species, the first that is there.
const SPECIES_COLUMNS: [&str; 6] = ["species", "element", "symbols", "symbol", "type", "Z"];

/// The keys of a comment line that are read.
const KEYS: [&str; 7] = ["Lattice", "Properties", "pbc", "rows", "columns", "time", "temperature"];

pub(super) fn write(
    frames: &[Frame],
    layer: &CrystalLayer,
    writer: &mut dyn Write,
) -> io::Result<()> {
    let [plus, minus] = layer.species();
    for Frame { atoms, time, temperature } in frames {
        let lattice = atoms.lattice();
        let cell: Vec<String> = layer.cell(lattice).iter().flatten().map(f64::to_string).collect();
        writeln!(writer, "{}", lattice.sites())?;
        write!(writer, "Lattice=\"{}\" Properties=species:S:1:pos:R:3", cell.join(" "))?;
        write!(writer, " rows={} columns={}", lattice.rows(), lattice.columns())?;
        for (key, value) in [("time", time), ("temperature", temperature)] {
            if let Some(value) = value {
                write!(writer, " {key}={value:?}")?; // 1.0, not 1: a float to who reads it
            }
        }
        writeln!(writer, " pbc=\"T T F\"")?;
        for ((row, column), &atom) in atoms.grid().indexed_iter() {
            let [x, y, z] = layer.position(row, column);
            writeln!(writer, "{} {x} {y} {z}", if atom == 1 { plus } else { minus })?;
        }
    }
    Ok(())
}

/// Whether the text begins like extended XYZ, or was meant to: with a number alone in its line, or with
/// a number and a comment of `Lattice=`.
pub(super) fn is_extended_xyz(text: &str) -> bool {
    let mut lines = text.lines().skip_while(|line| line.trim().is_empty());
    let is_count = |line: &str| {
        let line = line.trim();
        !line.is_empty() && line.bytes().all(|byte| byte.is_ascii_digit())
    };
    let first = lines.next().unwrap_or("");
    let comment = lines.next().unwrap_or("");
    let begins_with_count = first.split_whitespace().next().is_some_and(is_count);
    let names_cell = comment.to_ascii_lowercase().contains("lattice=");
    // a grid of a single column of 1 is no lattice, and no number follows the number of atoms
    let is_plain = is_count(first) && !is_count(comment) && first.trim() != "1";
    is_plain || (begins_with_count && names_cell) || (is_count(first) && comment.contains('='))
}

pub(super) fn read(text: &str, layer: &CrystalLayer) -> Result<Vec<Frame>, FileError> {
    let mut lines = text.lines().enumerate().map(|(index, text)| (index + 1, text)).peekable();
    let total = text.lines().count();
    let mut frames = Vec::new();
    loop {
        // empty lines may stand before and between frames
        while lines.next_if(|(_, text)| text.trim().is_empty()).is_some() {}
        let Some((line, count)) = lines.next() else { break };
        let atoms: usize = match count.trim().parse() {
            Ok(atoms) if atoms > 0 => atoms,
            _ => {
                let expected = "the number of atoms of a frame, alone in its line";
                return Err(FileError::field(line, 1, count.trim(), expected));
            }
        };
        let comment = lines.next().map_or("", |(_, comment)| comment);
        // before anything of the declared size is allocated
        let found = total.saturating_sub(line + 1);
        if found < atoms {
            return Err(FileError::Truncated { line, what: "atoms", expected: atoms, found });
        }
        let cell = cell(comment, line + 1)?;
        let columns = Columns::of(comment, line + 1)?;
        let frame = text.lines().skip(line + 1).take(atoms);
        let mut placed = reserve(atoms).map_err(|source| FileError::Frame { line, source })?;
        for (line, text) in lines.by_ref().take(atoms) {
            placed.push(columns.atom(text, line, layer, frame.clone())?);
        }
        let number = |key| {
            let Some(value) = key_values::value(comment, key) else { return Ok(None) };
            let number = value.text.parse::<f64>().ok().filter(|number| number.is_finite());
            let expected = format!("a finite number, without a unit, for {key}");
            let refused = || FileError::field(line + 1, value.column, &value.text, &expected);
            number.map(Some).ok_or_else(refused)
        };
        frames.push(Frame {
            time: number("time")?,
            temperature: number("temperature")?,
            atoms: geometry::configuration(&Cell { line, ..cell }, placed)?,
        });
    }
    if frames.is_empty() { Err(FileError::Empty) } else { Ok(frames) }
}

/// The cell and its periodicity.
fn cell(comment: &str, line: usize) -> Result<Cell, FileError> {
    let example = "Lattice=\"17.1 0 0 8.55 14.809 0 0 0 15\" Properties=species:S:1:pos:R:3";
    let missing = FileError::MissingKey { line, key: "Lattice", example };
    let value = key_values::value(comment, "Lattice").ok_or(missing)?;
    let numbers: Option<Vec<f64>> = value.words().map(|word| word.parse().ok()).collect();
    let numbers = numbers.unwrap_or_default();
    let ([a, b, c], []) = numbers.as_chunks::<3>() else {
        let expected = "a cell: nine numbers, three vectors in angstrom";
        return Err(FileError::field(line, value.column, &value.text, expected));
    };
    if !numbers.iter().all(|number| number.abs() < 1e9) {
        let expected = "a cell: nine numbers below 1e9, three vectors in angstrom";
        return Err(FileError::field(line, value.column, &value.text, expected));
    }
    let mut is_periodic_normal = true;
    if let Some(periodic) = key_values::value(comment, "pbc") {
        let directions: Vec<&str> = periodic.words().collect();
        let is_true = |text: &str| matches!(text, "T" | "True" | "true" | "1");
        if directions.len() != 3 || !directions[..2].iter().all(|text| is_true(text)) {
            let expected = "\"T T F\" or \"T T T\": the layer must be periodic in its plane; say so if \
                            the cell is, and build a periodic cell if the sheet ends";
            return Err(FileError::field(line, periodic.column, &periodic.text, expected));
        }
        is_periodic_normal = is_true(directions[2]);
    }
    let number = |key| key_values::value(comment, key)?.text.parse().ok();
    let named = number("rows").zip(number("columns"));
    Ok(Cell { vectors: [*a, *b, *c], is_periodic_normal, named, line })
}

/// Where species and positions are in the lines of a frame.
struct Columns {
    species: usize,
    position: usize,
    count: usize,
}

impl Columns {
    fn of(comment: &str, line: usize) -> Result<Columns, FileError> {
        for key in KEYS {
            if let Some(second) = key_values::second(comment, key) {
                let expected = format!("a comment with {key} once: this is its second value");
                return Err(FileError::field(line, second.column, &second.text, &expected));
            }
        }
        let example = "Properties=species:S:1:pos:R:3";
        let missing = FileError::MissingKey { line, key: "Properties", example };
        let value = key_values::value(comment, "Properties").ok_or(missing)?;
        let refused = || {
            let names = SPECIES_COLUMNS.join(", ");
            let expected = format!(
                "a list of columns with the species ({names}) and pos, once each, as {example}"
            );
            FileError::field(line, value.column, &value.text, &expected)
        };
        let parts: Vec<&str> = value.text.split(':').collect();
        let (triples, rest) = parts.as_chunks::<3>();
        let mut found: BTreeMap<&str, (usize, u16)> = BTreeMap::new();
        let mut count = 0usize;
        for [name, _, width] in triples {
            let width: u16 = width.parse().map_err(|_| refused())?;
            if found.insert(name, (count, width)).is_some() {
                return Err(refused());
            }
            count = count.saturating_add(usize::from(width));
        }
        let species = SPECIES_COLUMNS.into_iter().find_map(|name| found.get(name));
        match (species, found.get("pos")) {
            (Some((species, 1)), Some((position, 3))) if rest.is_empty() => {
                Ok(Columns { species: *species, position: *position, count })
            }
            _ => Err(refused()),
        }
    }

    /// The atom of a line; `frame` has all lines, for what to say of other species.
    fn atom<'t>(
        &self,
        text: &str,
        line: usize,
        layer: &CrystalLayer,
        frame: impl Iterator<Item = &'t str>,
    ) -> Result<Placed, FileError> {
        let fields: Vec<&str> = text.split_whitespace().collect();
        let field = |index: usize, expected: &str| {
            let end = text.chars().count() + 1;
            fields.get(index).copied().ok_or_else(|| FileError::field(line, end, "", expected))
        };
        let [plus, minus] = layer.species();
        let name = field(self.species, "a species")?;
        let atom = if name == plus {
            1
        } else if name == minus {
            -1
        } else {
            let expected = format!(
                "one of the two species, {plus} for (+) and {minus} for (-); the frame has {}: name \
                 the two (--plus and --minus, `CrystalLayer::with_species`), and take other atoms \
                 out of the file",
                self.kinds(frame)
            );
            return Err(FileError::field(line, column_of(text, name), name, &expected));
        };
        let mut position = [0.0; 3];
        for (axis, value) in position.iter_mut().enumerate() {
            let expected = "a finite coordinate in angstrom";
            let word = field(self.position + axis, expected)?;
            let number = word.parse::<f64>().ok().filter(|number| number.is_finite());
            let refused = || FileError::field(line, column_of(text, word), word, expected);
            *value = number.ok_or_else(refused)?;
        }
        match fields.get(self.count) {
            Some(more) => {
                let expected = format!("the end: Properties has {} fields a line", self.count);
                Err(FileError::field(line, column_of(text, more), more, &expected))
            }
            None => {
                field(self.count - 1, "a field that Properties has")?;
                Ok(Placed { position, atom, line })
            }
        }
    }

    /// The species of a frame with their numbers of atoms, a few of them.
    fn kinds<'t>(&self, frame: impl Iterator<Item = &'t str>) -> String {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for text in frame {
            if let Some(name) = text.split_whitespace().nth(self.species) {
                *counts.entry(name).or_default() += 1;
            }
        }
        let shown = |(name, count): (&&str, &usize)| {
            let name: String = name.chars().take(16).collect();
            format!("{count} of {name:?}")
        };
        let more = if counts.len() > 6 { ", ..." } else { "" };
        counts.iter().take(6).map(shown).collect::<Vec<_>>().join(", ") + more
    }
}
