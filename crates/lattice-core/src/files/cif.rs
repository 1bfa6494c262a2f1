//! CIF in P1: see [`ConfigurationFormat::Cif`](super::ConfigurationFormat::Cif).

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
    let lengths = layer.cell(atoms.lattice()).map(|[x, y, z]| (x * x + y * y + z * z).sqrt());
    writeln!(writer, "data_layer\n_symmetry_space_group_name_H-M 'P 1'")?;
    for (name, length) in ["a", "b", "c"].iter().zip(lengths) {
        writeln!(writer, "_cell_length_{name} {length}")?;
    }
    for (name, angle) in [("alpha", 90), ("beta", 90), ("gamma", 60)] {
        writeln!(writer, "_cell_angle_{name} {angle}")?;
    }
    writeln!(writer, "loop_\n_atom_site_type_symbol\n_atom_site_fract_x\n_atom_site_fract_y")?;
    writeln!(writer, "_atom_site_fract_z")?;
    for ((row, column), atom) in atoms.grid().indexed_iter() {
        let (a, b) = (column as f64 / columns as f64, row as f64 / rows as f64);
        writeln!(writer, "{} {a} {b} 0.5", if *atom == 1 { plus } else { minus })?;
    }
    Ok(())
}
