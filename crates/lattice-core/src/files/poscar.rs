//! POSCAR of VASP 5: see [`ConfigurationFormat::Poscar`](super::ConfigurationFormat::Poscar).

use super::CrystalLayer;
use crate::Configuration;
use std::io::{self, Write};

pub(super) fn write(
    atoms: &Configuration,
    layer: &CrystalLayer,
    writer: &mut dyn Write,
) -> io::Result<()> {
    let (rows, columns) = (atoms.lattice().rows(), atoms.lattice().columns());
    let [plus, minus] = layer.species();
    writeln!(writer, "triangular layer of {rows} x {columns} sites")?;
    writeln!(writer, "1.0")?;
    for [x, y, z] in layer.cell(atoms.lattice()) {
        writeln!(writer, "{x} {y} {z}")?;
    }
    writeln!(writer, "{plus} {minus}\n{} {}\nDirect", atoms.plus_count(), atoms.minus_count())?;
    for kind in [1, -1] {
        for ((row, column), _) in atoms.grid().indexed_iter().filter(|(_, atom)| **atom == kind) {
            let (a, b) = (column as f64 / columns as f64, row as f64 / rows as f64);
            writeln!(writer, "{a} {b} 0.5")?;
        }
    }
    Ok(())
}
