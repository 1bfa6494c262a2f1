//! From positions in a cell to rows and columns: what a layer of the triangular lattice must fulfill
//! is checked here, and what was found is said.
//!
//! The cell vectors are A = C a1 and B = R a2 + s a1, where a1 and a2 lead to two neighbors 60 degrees
//! apart, C and R are the numbers of columns and rows, and s is the shear of the cell in columns. The
//! images of R x C rows and columns are those of such a cell if s is 0 (a cell at 60 degrees) or,
//! along the directions -a1 and a2 - a1, if s is -R (at 120 degrees), both modulo C. Of any other
//! shear, as that of a rectangular cell, so many copies are taken along B that their shear is: every
//! site keeps its neighbors, so that all concentrations stay the same.

use super::FileError;
use crate::{Configuration, LatticeError, TriangularLattice, error::reserve};

/// The largest displacement from a site, in the plane and normal to it, in neighbor distances.
const LARGEST_DISPLACEMENT: f64 = 0.25;

/// By how much the mean distances of neighbors may differ, and the cosine of the angle at which they
/// are, from those of the triangular lattice.
const STRAIN: f64 = 0.01;

/// The most sites of the copies of a cell.
const MOST_COPIED_SITES: usize = 1 << 24;

pub(super) type Vector = [f64; 3];

/// An atom of a frame.
pub(super) struct Placed {
    pub(super) position: Vector,
    /// +1 or -1.
    pub(super) atom: i8,
    /// Its line, from 1.
    pub(super) line: usize,
}

/// A cell and what its frame says of it.
pub(super) struct Cell {
    /// The cell vectors, in angstrom.
    pub(super) vectors: [Vector; 3],
    /// Whether atoms may be wrapped along the third vector.
    pub(super) is_periodic_normal: bool,
    /// Rows and columns that the frame names.
    pub(super) named: Option<(usize, usize)>,
    /// Line of the frame, from 1.
    pub(super) line: usize,
}

/// The atoms of a frame as rows and columns.
pub(super) fn configuration(
    cell: &Cell,
    mut atoms: Vec<Placed>,
) -> Result<Configuration, FileError> {
    let [a, b, _] = cell.vectors;
    let area = dot(cross(a, b), cross(a, b)).sqrt();
    let is_plane = area > 1e-9 * (dot(a, a) + dot(b, b)); // false for NaN
    if !is_plane {
        let reason = format!(
            "the first two cell vectors, {:.4} and {:.4} angstrom long, span no plane; a layer needs \
             a cell of two directions along rows of neighbors",
            dot(a, a).sqrt(),
            dot(b, b).sqrt()
        );
        return Err(FileError::Cell { line: cell.line, reason });
    }
    let distance = (2.0 * area / (3f64.sqrt() * atoms.len() as f64)).sqrt();
    flatten(cell, &mut atoms, distance)?;
    let net = Net::of(cell, atoms.len(), area)?;
    let sites = net.put(cell, &atoms).map_err(|error| match error {
        // a net of another number of sites that fits no better
        FileError::OffSite { .. } if net.rows * net.columns != atoms.len() => {
            atom_count(cell, atoms.len())
        }
        other => other,
    })?;
    net.configuration(&sites).map_err(|source| FileError::Frame { line: cell.line, source })
}

fn atom_count(cell: &Cell, atoms: usize) -> FileError {
    let [length_a, length_b, _] = cell.vectors.map(|vector| dot(vector, vector).sqrt());
    FileError::AtomCount { line: cell.line, atoms, length_a, length_b }
}

/// Takes back what is wrapped along the third vector, and checks that the atoms are one flat layer.
/// `distance` is about that of neighbors.
fn flatten(cell: &Cell, atoms: &mut [Placed], distance: f64) -> Result<(), FileError> {
    let [a, b, c] = cell.vectors;
    let normal = cross(a, b).map(|x| x / dot(cross(a, b), cross(a, b)).sqrt());
    let failed = |source| FileError::Frame { line: cell.line, source };
    let mut heights = reserve(atoms.len()).map_err(failed)?;
    let period = dot(c, normal);
    let is_wrapped =
        cell.is_periodic_normal && period.abs() > 2.0 * LARGEST_DISPLACEMENT * distance;
    heights.extend(atoms.iter().map(|atom| dot(atom.position, normal)));
    if is_wrapped {
        // cut where the largest gap is, so that no layer is
        let inside = |height: f64| height.rem_euclid(period.abs());
        heights.iter_mut().for_each(|height| *height = inside(*height));
        heights.sort_unstable_by(f64::total_cmp);
        let around = heights.first().map(|first| first + period.abs());
        let next = heights.iter().skip(1).copied().chain(around);
        let gaps = heights.iter().zip(next).map(|(from, to)| (to - from, to));
        let cut = gaps.max_by(|one, other| one.0.total_cmp(&other.0)).map_or(0.0, |(_, to)| to);
        let cut = cut - LARGEST_DISPLACEMENT * 1e-6 * distance;
        let periods_of =
            |place| ((dot(place, normal) - cut) / period.abs()).floor() * period.signum();
        let first = atoms.first().map_or(0.0, |atom| periods_of(atom.position));
        for atom in atoms.iter_mut() {
            let periods = periods_of(atom.position) - first;
            for (x, step) in atom.position.iter_mut().zip(c) {
                *x -= periods * step;
            }
        }
        heights.clear();
        heights.extend(atoms.iter().map(|atom| dot(atom.position, normal)));
    }
    heights.sort_unstable_by(f64::total_cmp);
    let is_gap = |pair: &&[f64]| pair[1] - pair[0] > LARGEST_DISPLACEMENT * distance;
    let gaps = heights.windows(2).filter(is_gap).count();
    let mean = heights.iter().sum::<f64>() / heights.len() as f64;
    let (lowest, highest) = match (heights.first(), heights.last()) {
        (Some(lowest), Some(highest)) => (*lowest, *highest),
        _ => return Ok(()),
    };
    let limit = LARGEST_DISPLACEMENT * distance;
    let is_flat = highest - mean <= limit && mean - lowest <= limit; // false for NaN
    if is_flat {
        return Ok(());
    }
    let reason = if gaps == 0 {
        format!(
            "the heights of the {} atoms above the plane of the first two cell vectors are from \
             {lowest:.4} to {highest:.4} angstrom: a layer is flat to {limit:.4} angstrom on either \
             side; give positions of a layer that lies in that plane",
            atoms.len()
        )
    } else {
        let mut layers: Vec<String> = Vec::new();
        let groups = heights.chunk_by(|low, high| high - low <= limit);
        for group in groups.clone().take(8) {
            let height = group.iter().sum::<f64>() / group.len() as f64;
            layers.push(format!("{} at {height:.4}", group.len()));
        }
        let more = if gaps >= 8 { ", ..." } else { "" };
        format!(
            "the {} atoms are at {} heights above the plane of the first two cell vectors ({}{more} \
             angstrom), and a file holds one layer; write each layer into a file of its own",
            atoms.len(),
            gaps + 1,
            layers.join(", ")
        )
    };
    Err(FileError::Cell { line: cell.line, reason })
}

/// Rows and columns in a cell.
struct Net {
    /// Whether the columns go along the second vector instead of the first.
    is_swapped: bool,
    rows: usize,
    columns: usize,
    /// s: how many columns the second vector ends beside R a2; 0 to C - 1.
    shear: usize,
    /// The same as found, for positions.
    signed_shear: f64,
}

impl Net {
    /// The net of so many sites that the cell holds, or nearly so many: then a site is found to have
    /// no atom, or two.
    fn of(cell: &Cell, atoms: usize, area: f64) -> Result<Net, FileError> {
        let named = cell.named.and_then(|(rows, columns)| rows.checked_mul(columns));
        let some_missing = named.filter(|sites| (atoms..=2 * atoms).contains(sites));
        let near = (1..=atoms / 4 + 1).flat_map(|off| [atoms + off, atoms.saturating_sub(off)]);
        let counts = [atoms].into_iter().chain(some_missing).chain(near);
        let mut best: Option<[f64; 3]> = None;
        for (index, sites) in counts.filter(|sites| *sites > 0).enumerate() {
            for is_swapped in [false, true] {
                match Net::with_sites(cell, sites, area, is_swapped) {
                    Ok(net) if index == 0 || net.rows.min(net.columns) >= 3 => return Ok(net),
                    Ok(_) => {}
                    Err(found) if index == 0 && best.is_none() => best = found,
                    Err(_) => {}
                }
            }
        }
        let Some([x, y, z]) = best else { return Err(atom_count(cell, atoms)) };
        let [a, b, _] = cell.vectors;
        let (length_a, length_b) = (dot(a, a).sqrt(), dot(b, b).sqrt());
        let degrees = libm::acos(dot(a, b) / (length_a * length_b)).to_degrees();
        let reason = format!(
            "{atoms} atoms in a cell of {length_a:.4} by {length_b:.4} angstrom, at {degrees:.2} \
             degrees, have neighbors at {x:.4}, {y:.4} and {z:.4} angstrom in its three directions; \
             on the triangular lattice all six are at one distance, to {STRAIN} of it. Give a cell \
             whose first or second vector is along a row of neighbors"
        );
        Err(FileError::Cell { line: cell.line, reason })
    }

    /// The net of exactly so many sites, or the three mean distances of neighbors of the one that is
    /// nearest.
    fn with_sites(
        cell: &Cell,
        sites: usize,
        area: f64,
        is_swapped: bool,
    ) -> Result<Net, Option<[f64; 3]>> {
        let (along, across) = directions(cell, is_swapped);
        let length = dot(along, along).sqrt();
        let distance = (2.0 * area / (3f64.sqrt() * sites as f64)).sqrt();
        let columns = (length / distance).round();
        if !(1.0..=sites as f64).contains(&columns) {
            return Err(None);
        }
        let columns = columns as usize;
        let rows = sites / columns;
        if rows * columns != sites {
            return Err(None);
        }
        let beside = dot(along, across) / dot(along, along) * columns as f64 - rows as f64 / 2.0;
        let mut found = None;
        // of two shears a strained cell fits, that of a plain cell is meant
        for shear in [0.0, -(rows as f64), beside.round()] {
            let step = along.map(|x| x / columns as f64);
            let mut up = across;
            for (x, along) in up.iter_mut().zip(step) {
                *x = (*x - shear * along) / rows as f64;
            }
            let third: Vector = std::array::from_fn(|axis| step[axis] - up[axis]);
            let lengths = [step, up, third].map(|vector| dot(vector, vector).sqrt());
            let cosine = dot(step, up) / (lengths[0] * lengths[1]);
            let fits =
                (lengths[0] / lengths[1] - 1.0).abs() <= STRAIN && (cosine - 0.5).abs() <= STRAIN; // false for NaN
            if fits {
                let inside = shear.rem_euclid(columns as f64) as usize;
                return Ok(Net { is_swapped, rows, columns, shear: inside, signed_shear: shear });
            }
            found = Some(lengths);
        }
        Err(found)
    }

    /// The atoms in the order of rows and columns of the cell.
    fn put(&self, cell: &Cell, atoms: &[Placed]) -> Result<Vec<i8>, FileError> {
        let (rows, columns) = (self.rows, self.columns);
        let failed = |source| FileError::Frame { line: cell.line, source };
        // before anything is allocated for it
        let count = TriangularLattice::new(rows, columns).map_err(failed)?.sites();
        let (mut sites, mut lines) =
            (reserve(count).map_err(failed)?, reserve(count).map_err(failed)?);
        sites.resize(count, 0i8);
        lines.resize(count, 0usize);
        let shift = self.shift(cell, atoms);
        let mut twice = None; // said only if all atoms are on sites
        for atom in atoms {
            let place = self.place(cell, atom.position);
            let [x, y] = std::array::from_fn(|axis| place[axis] - shift[axis]);
            let (off_x, off_y) = (x - x.round(), y - y.round());
            let distance = (off_x * off_x + off_y * off_y + off_x * off_y).sqrt();
            // back into the cell, exactly for whole numbers up to 2^53
            let cells = (y.round() / rows as f64).floor();
            let row = (y.round() - cells * rows as f64) as usize;
            let beside = x.round() - cells * self.signed_shear;
            let column = beside.rem_euclid(columns as f64) as usize;
            let is_near = distance <= LARGEST_DISPLACEMENT; // false for NaN
            if !is_near || row >= rows || column >= columns {
                let (line, limit) = (atom.line, LARGEST_DISPLACEMENT);
                return Err(FileError::OffSite { line, distance, limit, row, column });
            }
            let site = row * columns + column;
            let first = std::mem::replace(&mut lines[site], atom.line);
            if first != 0 {
                let second = atom.line;
                twice = twice.or(Some(FileError::TwoAtoms { first, second, row, column }));
            }
            sites[site] = atom.atom;
        }
        if let Some(twice) = twice {
            return Err(twice);
        }
        match sites.iter().position(|atom| *atom == 0) {
            Some(site) => {
                let (row, column) = (site / columns, site % columns);
                Err(FileError::MissingSite { line: cell.line, row, column })
            }
            None => Ok(sites),
        }
    }

    /// A position in units of a1 and a2.
    fn place(&self, cell: &Cell, position: Vector) -> [f64; 2] {
        let (along, across) = directions(cell, self.is_swapped);
        // fractions along the two vectors, in their plane
        let normal = cross(along, across);
        let area = dot(normal, normal);
        let x = dot(cross(across, normal), position) / area;
        let y = dot(cross(normal, along), position) / area;
        [x * self.columns as f64 + y * self.signed_shear, y * self.rows as f64]
    }

    /// Where the lattice is, in units of a1 and a2, from -1/2 to 1/2: the mean over the atoms, on
    /// circles because only the remainder counts.
    fn shift(&self, cell: &Cell, atoms: &[Placed]) -> [f64; 2] {
        let mut sums = [[0.0; 2]; 2];
        for atom in atoms {
            for (sum, x) in sums.iter_mut().zip(self.place(cell, atom.position)) {
                let angle = std::f64::consts::TAU * (x - x.round());
                sum[0] += libm::cos(angle);
                sum[1] += libm::sin(angle);
            }
        }
        sums.map(|[cosine, sine]| libm::atan2(sine, cosine) / std::f64::consts::TAU)
    }

    /// The sites of the cell, or of the fewest copies whose images are those of rows and columns.
    fn configuration(&self, sites: &[i8]) -> Result<Configuration, LatticeError> {
        let (rows, columns) = (self.rows, self.columns);
        let copies = |shear: usize| columns / greatest_common_divisor(columns, shear % columns);
        let (plain, mirrored) = (copies(self.shear), copies(self.shear + rows % columns));
        let (count, is_mirrored) = (plain.min(mirrored), mirrored < plain);
        let all = rows.saturating_mul(count);
        if count > 1 && all.saturating_mul(columns) > MOST_COPIED_SITES {
            let limit = MOST_COPIED_SITES;
            return Err(LatticeError::LatticeTooLarge { rows: all, columns, limit });
        }
        let lattice = TriangularLattice::new(all, columns)?;
        let mut atoms = reserve(lattice.sites())?;
        for y in 0..all {
            let (cell, row) = (y / rows, y % rows);
            for x in 0..columns {
                // along -a1 and a2 - a1 in place of a1 and a2
                let x = if is_mirrored { 2 * columns - x - y % columns } else { x };
                let column = (x + columns - cell * self.shear % columns) % columns;
                atoms.push(sites[row * columns + column]);
            }
        }
        Configuration::of_any_kind(lattice, atoms)
    }
}

/// Rows of `columns` atoms each, every other row shifted by half a column: as drawn, and as the images
/// of such a drawing are.
pub(super) fn of_offset_rows(
    drawn: &[i8],
    columns: usize,
    is_first_shifted: bool,
) -> Result<Configuration, LatticeError> {
    // site (r, c) is at column c - floor(r / 2) along a1, or c - floor((r + 1) / 2) + 1
    let along = |row: usize| (row + usize::from(is_first_shifted)) / 2;
    let rows = drawn.len() / columns;
    let mut sites = reserve(drawn.len())?;
    for (row, atoms) in drawn.chunks_exact(columns).enumerate() {
        sites.extend((0..columns).map(|x| atoms[(x + along(row)) % columns]));
    }
    let shear = (columns - along(rows) % columns) % columns;
    let signed_shear = -(along(rows) as f64);
    Net { is_swapped: false, rows, columns, shear, signed_shear }.configuration(&sites)
}

fn directions(cell: &Cell, is_swapped: bool) -> (Vector, Vector) {
    let [a, b, _] = cell.vectors;
    if is_swapped { (b, a) } else { (a, b) }
}

fn greatest_common_divisor(one: usize, other: usize) -> usize {
    if other == 0 { one } else { greatest_common_divisor(other, one % other) }
}

fn dot(a: Vector, b: Vector) -> f64 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}

fn cross([a, b, c]: Vector, [x, y, z]: Vector) -> Vector {
    [b * z - c * y, c * x - a * z, a * y - b * x]
}
