//! NPY, the array file of NumPy (format 1.0 to 3.0: <https://numpy.org/neps/nep-0001-npy-format.html>).
//!
//! The reader is our own: sizes are compared with the bytes that are there before anything is
//! allocated, and the header is searched, not parsed by recursion, so that no file can end the
//! program. Numbers of any byte order are read, in either order of rows and columns.

use crate::shown;
use std::fmt;

const MAGIC: &[u8] = b"\x93NUMPY";

/// What is wrong with the bytes of an NPY file, with the numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NpyError {
    reason: String,
}

// by hand, so that who only writes files needs no macro for it
impl fmt::Display for NpyError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "NPY: {}", self.reason)
    }
}

impl std::error::Error for NpyError {}

impl NpyError {
    /// An error of content that a reader of arrays finds in them.
    pub fn new(reason: impl Into<String>) -> NpyError {
        NpyError { reason: reason.into() }
    }
}

/// Returns whether a file begins as those of NPY do.
pub fn is_npy(bytes: &[u8]) -> bool {
    bytes.starts_with(MAGIC)
}

/// An array of numbers in the bytes of an NPY file.
///
/// ```
/// use whole_files::{NpyArray, npy_header};
///
/// let mut file = npy_header("<f8", &[2, 1]);
/// file.extend([0.25f64, 0.5].into_iter().flat_map(f64::to_le_bytes));
/// let array = NpyArray::parse(&file)?;
/// assert_eq!(array.shape(), [2, 1]);
/// assert_eq!(array.values().collect::<Vec<_>>(), [0.25, 0.5]);
/// # Ok::<(), whole_files::NpyError>(())
/// ```
#[derive(Clone, Debug)]
pub struct NpyArray<'a> {
    shape: Vec<usize>,
    columns_first: bool,
    big_endian: bool,
    kind: Kind,
    data: &'a [u8],
}

#[derive(Clone, Copy, Debug)]
enum Kind {
    Signed(usize),
    Unsigned(usize),
    Float(usize),
}

impl Kind {
    fn of(letters: &str) -> Option<Kind> {
        Some(match letters {
            "i1" | "i2" | "i4" | "i8" => Kind::Signed(usize::from(letters.as_bytes()[1] - b'0')),
            "u1" | "u2" | "u4" | "u8" => Kind::Unsigned(usize::from(letters.as_bytes()[1] - b'0')),
            "f2" | "f4" | "f8" => Kind::Float(usize::from(letters.as_bytes()[1] - b'0')),
            _ => return None,
        })
    }

    fn bytes(self) -> usize {
        match self {
            Kind::Signed(bytes) | Kind::Unsigned(bytes) | Kind::Float(bytes) => bytes,
        }
    }
}

impl<'a> NpyArray<'a> {
    /// The array in the bytes of a file.
    ///
    /// # Errors
    /// [`NpyError`] for a file that is cut off, too long, of more than four dimensions, or
    /// holds anything but integers and floats of 1 to 8 bytes.
    pub fn parse(bytes: &'a [u8]) -> Result<NpyArray<'a>, NpyError> {
        let cut_off = || NpyError::new("the header is cut off");
        let rest = bytes.strip_prefix(MAGIC).ok_or_else(|| NpyError::new("no NPY file"))?;
        let (version, rest) = rest.split_first_chunk::<2>().ok_or_else(cut_off)?;
        let (length, rest) = match version[0] {
            1 => {
                let (length, rest) = rest.split_first_chunk().ok_or_else(cut_off)?;
                (usize::from(u16::from_le_bytes(*length)), rest)
            }
            2 | 3 => {
                let (length, rest) = rest.split_first_chunk().ok_or_else(cut_off)?;
                (u32::from_le_bytes(*length) as usize, rest)
            }
            newer => {
                return Err(NpyError::new(format!("version {newer} of the format is not known")));
            }
        };
        let (header, data) = rest.split_at_checked(length).ok_or_else(cut_off)?;
        let header = str::from_utf8(header).map_err(|_| NpyError::new("the header is no text"))?;

        let type_name = quoted(value_of(header, "descr")?);
        let type_name = type_name.ok_or_else(|| {
            NpyError::new("the elements are records; save a plain array of numbers")
        })?;
        let (order, letters) = match type_name.as_bytes() {
            [order @ (b'<' | b'>' | b'|' | b'='), ..] => (*order, &type_name[1..]),
            _ => (b'<', type_name),
        };
        let kind = Kind::of(letters).ok_or_else(|| {
            NpyError::new(match letters {
                "b1" => "elements of type \"|b1\" are true and false, which say no species; save \
                         numpy.where(a, 1, -1).astype(\"int8\") where true is (+)"
                    .to_owned(),
                _ => format!(
                    "elements of type {:?} are not read; save integers (int8) or floats of up to 8 \
                     bytes",
                    shown(type_name)
                ),
            })
        })?;
        let columns_first = value_of(header, "fortran_order")?.starts_with("True");
        let shape = shape_of(value_of(header, "shape")?)?;
        let expected = shape
            .iter()
            .try_fold(kind.bytes(), |bytes, &length| bytes.checked_mul(length))
            .ok_or_else(|| NpyError::new(format!("a shape of {shape:?} is too large")))?;
        if data.len() != expected {
            return Err(NpyError::new(format!(
                "{} bytes follow the header where a shape of {shape:?} needs {expected}: the file \
                 is cut off or damaged",
                data.len()
            )));
        }
        let big_endian = order == b'>' || (order == b'=' && cfg!(target_endian = "big"));
        Ok(NpyArray { shape, columns_first, big_endian, kind, data })
    }

    /// How many numbers there are.
    pub fn count(&self) -> usize {
        self.data.len() / self.kind.bytes()
    }

    /// Lengths of the dimensions, 0 to 4 of them.
    pub fn shape(&self) -> &[usize] {
        &self.shape
    }

    /// The significant decimal digits that every number of the type has at least: 3 of floats of 2
    /// bytes, 7 of 4 bytes; none are lost to a type of other numbers.
    pub fn significant_digits(&self) -> Option<i32> {
        match self.kind {
            Kind::Float(2) => Some(3),
            Kind::Float(4) => Some(7),
            _ => None,
        }
    }

    /// The numbers, the last index first, whatever the order of the file. Integers beyond 2^53 are
    /// rounded.
    pub fn values(&self) -> impl Iterator<Item = f64> + '_ {
        (0..self.count()).map(move |index| self.value(self.position(index)))
    }

    /// Where the element `index`, counted with the last index first, is in the file.
    fn position(&self, index: usize) -> usize {
        if !self.columns_first {
            return index;
        }
        let (mut rest, mut position) = (index, 0);
        for (axis, &length) in self.shape.iter().enumerate().rev() {
            position += rest % length * self.shape[..axis].iter().product::<usize>();
            rest /= length;
        }
        position
    }

    fn value(&self, position: usize) -> f64 {
        let size = self.kind.bytes();
        let mut bytes = [0; 8];
        bytes[..size].copy_from_slice(&self.data[position * size..][..size]);
        if self.big_endian {
            bytes[..size].reverse();
        }
        let bits = u64::from_le_bytes(bytes);
        let unused = 64 - 8 * size as u32;
        match self.kind {
            Kind::Signed(_) => (((bits << unused) as i64) >> unused) as f64,
            Kind::Unsigned(_) => bits as f64,
            Kind::Float(2) => of_half(bits as u16),
            Kind::Float(4) => f64::from(f32::from_bits(bits as u32)),
            Kind::Float(_) => f64::from_bits(bits),
        }
    }
}

/// The value of a float of 16 bits (IEEE 754 binary16): exact.
fn of_half(bits: u16) -> f64 {
    let fraction = f64::from(bits & 0x3ff) / 1024.0;
    let value = match (bits >> 10) & 0x1f {
        0 => fraction * 2f64.powi(-14),
        31 if fraction == 0.0 => f64::INFINITY,
        31 => f64::NAN,
        exponent => (1.0 + fraction) * 2f64.powi(i32::from(exponent) - 15),
    };
    if bits >> 15 == 1 { -value } else { value }
}

/// What stands after a key of the header.
fn value_of<'a>(header: &'a str, key: &str) -> Result<&'a str, NpyError> {
    let after = |quote: char| header.split_once(&format!("{quote}{key}{quote}"));
    let missing = || NpyError::new(format!("the header has no {key}"));
    let (_, rest) = after('\'').or_else(|| after('"')).ok_or_else(missing)?;
    Ok(rest.trim_start().strip_prefix(':').ok_or_else(missing)?.trim_start())
}

fn quoted(text: &str) -> Option<&str> {
    let quote = text.chars().next().filter(|c| matches!(c, '\'' | '"'))?;
    Some(text[1..].split_once(quote)?.0)
}

fn shape_of(text: &str) -> Result<Vec<usize>, NpyError> {
    let unreadable = || NpyError::new("the shape in the header cannot be read");
    let inside = text.strip_prefix('(').ok_or_else(unreadable)?;
    let (inside, _) = inside.split_once(')').ok_or_else(unreadable)?;
    let mut shape = Vec::new();
    for length in inside.split(',').map(str::trim).filter(|length| !length.is_empty()) {
        if shape.len() == 4 {
            return Err(NpyError::new("the array has more than 4 dimensions"));
        }
        // Python 2 wrote its long integers as 6L
        let length = length.strip_suffix(['L', 'l']).unwrap_or(length);
        shape.push(length.parse().map_err(|_| unreadable())?);
    }
    Ok(shape)
}

/// The beginning of an NPY file: what comes after it are the numbers, the last index first, in the
/// type `descr` of NumPy, such as `|i1` or `<f8`.
pub fn npy_header(descr: &str, shape: &[usize]) -> Vec<u8> {
    let lengths: Vec<String> = shape.iter().map(usize::to_string).collect();
    let comma = if shape.len() == 1 { "," } else { "" };
    let mut text = format!(
        "{{'descr': '{descr}', 'fortran_order': False, 'shape': ({}{comma}), }}",
        lengths.join(", ")
    );
    // the numbers begin at a multiple of 64 bytes, after a line break
    let used = MAGIC.len() + 4;
    let padding = 63 - (used + text.len()) % 64;
    text.extend(std::iter::repeat_n(' ', padding));
    text.push('\n');
    let length = u16::try_from(text.len()).expect("a short type and at most four lengths");
    let mut bytes = MAGIC.to_vec();
    bytes.extend([1, 0]);
    bytes.extend(length.to_le_bytes());
    bytes.extend(text.into_bytes());
    bytes
}
