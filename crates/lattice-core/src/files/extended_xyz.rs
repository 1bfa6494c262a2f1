//! Extended XYZ (<https://github.com/libAtoms/extxyz>): a number of atoms, a comment of `key=value`
//! with the cell, a line an atom; frame after frame. What is where: [`CrystalLayer`].

use super::text_grid::column_of;
use super::{CrystalLayer, FileError, Frame, key_values};
use crate::{Configuration, TriangularLattice, error::reserve};
use std::io::{self, Write};

/// The largest displacement from a site, in nearest-neighbour distances.
const LARGEST_DISPLACEMENT: f64 = 0.25;

/// By how much the two nearest-neighbour distances and the cosine of the cell's angle may be off.
const CELL_TOLERANCE: f64 = 0.01;

type Vector = [f64; 3];

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

/// Whether the text begins with a number alone in its line and a comment of extended XYZ.
pub(super) fn is_extended_xyz(text: &str) -> bool {
    let mut lines = text.lines();
    let is_count = |line: &str| {
        let line = line.trim();
        !line.is_empty() && line.bytes().all(|byte| byte.is_ascii_digit())
    };
    lines.next().is_some_and(is_count)
        // a grid of a single column of 1 is no lattice
        && lines.next().is_none_or(|comment| comment.contains('=') || comment.trim().is_empty())
}

pub(super) fn read(text: &str, layer: &CrystalLayer) -> Result<Vec<Frame>, FileError> {
    let mut lines = text.lines().enumerate().map(|(index, text)| (index + 1, text)).peekable();
    let total = text.lines().count();
    let mut frames = Vec::new();
    loop {
        // empty lines may stand between frames
        while lines.next_if(|(_, text)| text.trim().is_empty()).is_some() {}
        let Some((line, count)) = lines.next() else { break };
        let atoms: usize = count.trim().parse().map_err(|_| {
            FileError::field(line, 1, count.trim(), "the number of atoms of a frame")
        })?;
        let comment = lines.next().map_or("", |(_, comment)| comment);
        // before anything of the declared size is allocated
        let found = total.saturating_sub(line + 1);
        if found < atoms {
            return Err(FileError::Truncated { line, what: "atoms", expected: atoms, found });
        }
        let places = Places::of(comment, line + 1, atoms, layer)?;
        let mut sites = Sites::of(places.lattice.clone())?;
        for (line_of_atom, text) in lines.by_ref().take(atoms) {
            places.put(&mut sites, text, line_of_atom)?;
        }
        let number = |key| {
            let value = key_values::value(comment, key)?;
            value.text.parse::<f64>().ok().filter(|number| number.is_finite())
        };
        frames.push(Frame {
            atoms: sites.into_configuration(line)?,
            time: number("time"),
            temperature: number("temperature"),
        });
    }
    if frames.is_empty() { Err(FileError::Empty) } else { Ok(frames) }
}

/// The atoms found so far, and the lines they stand in (0: none yet).
struct Sites {
    lattice: TriangularLattice,
    atoms: Vec<i8>,
    lines: Vec<usize>,
}

impl Sites {
    fn of(lattice: TriangularLattice) -> Result<Sites, FileError> {
        let failed = |source| FileError::Frame { line: 0, source };
        let mut atoms = reserve(lattice.sites()).map_err(failed)?;
        let mut lines = reserve(lattice.sites()).map_err(failed)?;
        atoms.resize(lattice.sites(), 0);
        lines.resize(lattice.sites(), 0);
        Ok(Sites { lattice, atoms, lines })
    }

    fn into_configuration(self, line: usize) -> Result<Configuration, FileError> {
        let columns = self.lattice.columns();
        if let Some(site) = self.atoms.iter().position(|atom| *atom == 0) {
            return Err(FileError::MissingSite {
                line,
                row: site / columns,
                column: site % columns,
            });
        }
        Configuration::from_atoms(self.lattice, self.atoms)
            .map_err(|source| FileError::Frame { line, source })
    }
}

/// How the lines of a frame are read.
struct Places<'a> {
    lattice: TriangularLattice,
    /// Rows of the inverse cell: the products with a position are its fractions along the first two
    /// cell vectors.
    fractions: [Vector; 2],
    species_column: usize,
    position_column: usize,
    layer: &'a CrystalLayer,
}

impl<'a> Places<'a> {
    fn of(
        comment: &str,
        line: usize,
        atoms: usize,
        layer: &'a CrystalLayer,
    ) -> Result<Places<'a>, FileError> {
        let (species_column, position_column) = columns(comment, line)?;
        let cell = cell(comment, line)?;
        if let Some(periodic) = key_values::value(comment, "pbc") {
            let directions: Vec<&str> = periodic.text.split_whitespace().collect();
            let is_true = |text: &str| matches!(text, "T" | "True" | "true" | "1");
            if directions.len() != 3 || !directions[..2].iter().all(|text| is_true(text)) {
                let expected = "\"T T F\" or \"T T T\": the layer is periodic in its plane";
                return Err(FileError::field(line, periodic.column, &periodic.text, expected));
            }
        }
        let [a, b, _] = cell;
        let (length_a, length_b) = (dot(a, a).sqrt(), dot(b, b).sqrt());
        let cosine = dot(a, b) / (length_a * length_b);
        let is_right = (cosine - 0.5).abs() <= CELL_TOLERANCE; // false for NaN
        if !is_right {
            let degrees = libm::acos(cosine).to_degrees();
            let reason = format!(
                "the first two cell vectors are at {degrees:.2} degrees, but a layer of rows and \
                 columns of the triangular lattice has them at 60"
            );
            return Err(FileError::Cell { line, reason });
        }
        let lattice = lattice_of(comment, line, atoms, length_a, length_b)?;
        // the third vector plays no part: fractions are along the first two, in their plane
        let normal = cross(a, b);
        let area = dot(normal, normal);
        let fractions = [cross(b, normal), cross(normal, a)].map(|row| row.map(|x| x / area));
        Ok(Places { lattice, fractions, species_column, position_column, layer })
    }

    /// Puts the atom of a line where it belongs.
    fn put(&self, sites: &mut Sites, text: &str, line: usize) -> Result<(), FileError> {
        let fields: Vec<&str> = text.split_whitespace().collect();
        let field = |index: usize, expected: &str| {
            let end = text.chars().count() + 1;
            fields.get(index).copied().ok_or_else(|| FileError::field(line, end, "", expected))
        };
        let [plus, minus] = self.layer.species();
        let name = field(self.species_column, "a species")?;
        let atom = if name == plus {
            1
        } else if name == minus {
            -1
        } else {
            let expected = format!("one of the two species, {plus} for (+) and {minus} for (-)");
            return Err(FileError::field(line, column_of(text, name), name, &expected));
        };
        let mut position = [0.0; 3];
        for (axis, value) in position.iter_mut().enumerate() {
            let expected = "a finite coordinate in angstrom";
            let word = field(self.position_column + axis, expected)?;
            let number = word.parse::<f64>().ok().filter(|number| number.is_finite());
            let refused = || FileError::field(line, column_of(text, word), word, expected);
            *value = number.ok_or_else(refused)?;
        }
        let (rows, columns) = (self.lattice.rows(), self.lattice.columns());
        let along_columns = dot(self.fractions[0], position) * columns as f64;
        let along_rows = dot(self.fractions[1], position) * rows as f64;
        let (off_c, off_r) =
            (along_columns - along_columns.round(), along_rows - along_rows.round());
        let distance = (off_c * off_c + off_r * off_r + off_c * off_r).sqrt();
        let column = along_columns.round().rem_euclid(columns as f64) as usize;
        let row = along_rows.round().rem_euclid(rows as f64) as usize;
        let is_near = distance <= LARGEST_DISPLACEMENT; // false for NaN
        if !is_near {
            let limit = LARGEST_DISPLACEMENT;
            return Err(FileError::OffSite { line, distance, limit, row, column });
        }
        let site = row * columns + column;
        let first = std::mem::replace(&mut sites.lines[site], line);
        if first != 0 {
            return Err(FileError::TwoAtoms { first, second: line, row, column });
        }
        sites.atoms[site] = atom;
        Ok(())
    }
}

/// Rows and columns: those that so many atoms fill with one nearest-neighbour distance. Where none
/// do, those that the comment names, so that the missing site can be.
fn lattice_of(
    comment: &str,
    line: usize,
    atoms: usize,
    length_a: f64,
    length_b: f64,
) -> Result<TriangularLattice, FileError> {
    let fits = |rows: f64, columns: f64| {
        ((length_a / columns) / (length_b / rows) - 1.0).abs() <= CELL_TOLERANCE
    };
    let columns = (atoms as f64 * length_a / length_b).sqrt().round() as usize;
    let rows = atoms.checked_div(columns).unwrap_or(0);
    let (rows, columns) =
        if rows.checked_mul(columns) == Some(atoms) && fits(rows as f64, columns as f64) {
            (rows, columns)
        } else {
            let number = |key| key_values::value(comment, key)?.text.parse::<u32>().ok();
            match (number("rows"), number("columns")) {
                // some are missing, but not most: no memory for what is only declared
                (Some(rows), Some(columns))
                    if fits(f64::from(rows), f64::from(columns))
                        && (atoms as u64..=2 * atoms as u64)
                            .contains(&(u64::from(rows) * u64::from(columns))) =>
                {
                    (rows as usize, columns as usize)
                }
                _ => return Err(FileError::AtomCount { line, atoms, length_a, length_b }),
            }
        };
    TriangularLattice::new(rows, columns).map_err(|source| FileError::Frame { line, source })
}

/// The cell vectors, in angstrom.
fn cell(comment: &str, line: usize) -> Result<[Vector; 3], FileError> {
    let example = "Lattice=\"17.1 0 0 8.55 14.809 0 0 0 15\"";
    let missing = FileError::MissingKey { line, key: "Lattice", example };
    let value = key_values::value(comment, "Lattice").ok_or(missing)?;
    let numbers: Vec<f64> =
        value.text.split_whitespace().map_while(|word| word.parse().ok()).collect();
    match numbers.as_chunks::<3>() {
        ([a, b, c], []) if numbers.iter().all(|number| number.abs() < 1e9) => Ok([*a, *b, *c]),
        _ => {
            let expected = "a cell: nine numbers, three vectors in angstrom";
            Err(FileError::field(line, value.column, &value.text, expected))
        }
    }
}

/// The columns, from 0, of the species and of the first coordinate.
fn columns(comment: &str, line: usize) -> Result<(usize, usize), FileError> {
    let example = "Properties=species:S:1:pos:R:3";
    let missing = FileError::MissingKey { line, key: "Properties", example };
    let value = key_values::value(comment, "Properties").ok_or(missing)?;
    let refused = || {
        let expected = format!("a list of columns with species and pos, as {example}");
        FileError::field(line, value.column, &value.text, &expected)
    };
    let parts: Vec<&str> = value.text.split(':').collect();
    let (triples, rest) = parts.as_chunks::<3>();
    let (mut species, mut position, mut next) = (None, None, 0usize);
    for [name, _, width] in triples {
        let width: u16 = width.parse().map_err(|_| refused())?;
        match (*name, width) {
            ("species", 1) => species = Some(next),
            ("pos", 3) => position = Some(next),
            _ => {}
        }
        next = next.saturating_add(usize::from(width));
    }
    match (species, position) {
        (Some(species), Some(position)) if rest.is_empty() => Ok((species, position)),
        _ => Err(refused()),
    }
}

fn dot(a: Vector, b: Vector) -> f64 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}

fn cross([a, b, c]: Vector, [x, y, z]: Vector) -> Vector {
    [b * z - c * y, c * x - a * z, a * y - b * x]
}
