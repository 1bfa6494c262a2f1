//! Files of other programs: what they are is said, and how to come from there.

use super::FileError;

type Told = (&'static str, &'static str);

const UNPACK: &str = "decompress it first";

/// What bytes begin with that no text begins with.
const BINARY: [(&[u8], Told); 12] = [
    (
        b"PK\x03\x04",
        (
            "a zip archive, as .npz and .xlsx are",
            "save one array with numpy.save as .npy, or a sheet as CSV",
        ),
    ),
    (b"\x1f\x8b", ("compressed by gzip", UNPACK)),
    (b"BZh", ("compressed by bzip2", UNPACK)),
    (b"\xfd7zXZ", ("compressed by xz", UNPACK)),
    (b"\x28\xb5\x2f\xfd", ("compressed by zstd", UNPACK)),
    (b"\x89HDF", ("HDF5", "save the array with numpy.save as .npy")),
    (b"CDF\x01", ("NetCDF", "save the array with numpy.save as .npy")),
    (b"MATLAB 5.0", ("a MAT-file of MATLAB", "save the array as text or with numpy.save as .npy")),
    (b"\x80\x04\x95", ("a pickle of Python", "save the array with numpy.save as .npy")),
    (b"\xd0\xcf\x11\xe0", ("a document of Excel or Word", "save the sheet as CSV")),
    (b"\xff\xfe", ("text in UTF-16", "save it as UTF-8")),
    (b"\xfe\xff", ("text in UTF-16", "save it as UTF-8")),
];

/// What texts begin with that no grid begins with.
const TEXT: [(&str, Told); 9] = [
    ("ITEM:", ("a dump of LAMMPS", "write extended XYZ, e.g. with `dump extxyz` or OVITO")),
    ("LAMMPS", ("a data file of LAMMPS", "write extended XYZ, e.g. with `ase convert` or OVITO")),
    ("data_", ("CIF", "write extended XYZ, e.g. with `ase convert`")),
    ("CRYST1", ("PDB", "write extended XYZ, e.g. with `ase convert`")),
    ("HETATM", ("PDB", "write extended XYZ, e.g. with `ase convert`")),
    (
        "[",
        (
            "an array as it is printed",
            "save it with numpy.savetxt(NAME, a, fmt=\"%d\") or numpy.save",
        ),
    ),
    ("{", ("JSON", "save an array with numpy.savetxt or numpy.save")),
    ("<", ("XML or HTML", "save an array with numpy.savetxt or numpy.save")),
    ("time,", ("a table of concentrations", "read it as a trajectory (`fit`, `simulate --data`)")),
];

impl FileError {
    /// The error for the bytes of a file in a well-known format that is not read here, compressed
    /// ones too; none for all others.
    pub fn of_other_format(bytes: &[u8]) -> Option<FileError> {
        let found = BINARY.into_iter().find(|(begin, _)| bytes.starts_with(begin));
        found.map(|(_, (what, advice))| FileError::OtherFormat { what, advice })
    }
}

/// The same for texts that are no extended XYZ.
pub(super) fn of_text(text: &str) -> Option<FileError> {
    let begin = text.trim_start().trim_start_matches(['#', ' ']);
    let found = TEXT.into_iter().find(|(start, _)| begin.starts_with(start));
    if let Some((_, (what, advice))) = found {
        return Some(FileError::OtherFormat { what, advice });
    }
    let numbers = |line: &str| -> Option<usize> {
        let words = line.split_whitespace();
        words.map(|word| word.parse::<f64>().ok()).collect::<Option<Vec<_>>>().map(|n| n.len())
    };
    let mut lines = text.lines().skip(1).map(numbers);
    let is_poscar = matches!(lines.next(), Some(Some(1 | 3)))
        && lines.by_ref().take(3).filter(|count| *count == Some(3)).count() == 3
        && lines.next().is_some_and(|count| count.is_none());
    if is_poscar {
        return Some(FileError::WrittenOnly { format: "POSCAR" });
    }
    let is_data = |line: &str| {
        let mut words = line.split_whitespace();
        words.next().is_some_and(|word| word.parse::<u64>().is_ok())
            && words.next() == Some("atoms")
    };
    let (_, (what, advice)) = TEXT[1];
    text.lines().take(5).any(is_data).then_some(FileError::OtherFormat { what, advice })
}
