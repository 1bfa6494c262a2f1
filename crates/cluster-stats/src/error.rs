//! What can go wrong.

use crate::SumRule;
use whole_files::shown;

/// Errors of `cluster-stats`.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StatsError {
    /// A name that is none of the 16 triplet types.
    #[error(
        "\"{}\" is no triplet type; write lin_ppm or ++-, ang_ppm or ∠++-, tri_ppm or △++-",
        shown(name)
    )]
    UnknownTriplet {
        /// What was read.
        name: String,
    },
    /// A name that no cluster type has.
    #[error("there is no cluster {name}; there are {known}")]
    UnknownCluster {
        /// What was asked for.
        name: String,
        /// What there is.
        known: String,
    },
    /// A name that fits several types of cluster.
    #[error(
        "the name {name} does not tell which cluster is meant; write {}, where the sites are in the order of `Hierarchy::windows_text`",
        candidates.join(" or ")
    )]
    AmbiguousCluster {
        /// What was asked for.
        name: String,
        /// The full names that it can stand for.
        candidates: Vec<String>,
    },
    /// A configuration on another lattice than the clusters to be counted.
    #[error("clusters of the lattice {expected} cannot be counted on the lattice {found}")]
    OtherLattice {
        /// The lattice of the clusters.
        expected: String,
        /// That of the configuration.
        found: String,
    },
    /// A list of the wrong length.
    #[error("{found} {name} were given, {expected} are needed")]
    WrongLength {
        /// Of what.
        name: &'static str,
        /// How many are needed.
        expected: usize,
        /// How many there are.
        found: usize,
    },
    /// Too many cluster types to list.
    #[error(
        "the connected clusters of up to {sites} sites have about {estimate:.1e} patterns, the limit is {limit:.0e}; list smaller ones"
    )]
    TooManyClusters {
        /// The size at which there are too many.
        sites: usize,
        /// Patterns of this size and below.
        estimate: f64,
        /// Most that are listed.
        limit: f64,
    },
    /// From a lattice, its species or a configuration.
    #[error(transparent)]
    Lattice(#[from] lattice_core::LatticeError),
    /// A grid smaller than 3 x 3, whose neighbours would coincide.
    #[error(
        "a grid of {rows} x {columns} sites is too small: the triangular lattice needs at least 3 x 3"
    )]
    GridTooSmall {
        /// Rows given.
        rows: usize,
        /// Columns given.
        columns: usize,
    },
    /// A grid value that is neither +1 nor -1.
    #[error("the grid holds {value} at row {row}, column {column}; use +1 for (+) and -1 for (-)")]
    NotASpecies {
        /// The value.
        value: i8,
        /// Its row, from 0.
        row: usize,
        /// Its column, from 0.
        column: usize,
    },
    /// A concentration outside [0, 1], or not a number.
    #[error(
        "{name} = {value}, but a concentration lies in [0, 1]; set to 0 what noise has made negative"
    )]
    OutOfRange {
        /// Column name.
        name: String,
        /// The value.
        value: f64,
    },
    /// A sum rule broken by more than rounding.
    #[error(
        "the rule {rule} is broken by {residual:e}, and the digits of the numbers allow {tolerance:e}; concentrations are ordered and per shape here: read those with noise with a larger tolerance (--tolerance, `Trajectory::read_csv_with_tolerance`), and convert those of another convention"
    )]
    SumRule {
        /// The rule.
        rule: SumRule,
        /// Left side minus right side.
        residual: f64,
        /// What was allowed.
        tolerance: f64,
    },
    /// Pairs that are the sum over both orders.
    #[error(
        "pp + mm + pm = 1, so that pm seems to be C+- and C-+ together, but pp + mm + 2 pm = 1 is broken by {residual:e}; halve pm, as ordered concentrations are"
    )]
    UnorderedPairs {
        /// Left side minus right side of pp + mm + 2 pm = 1.
        residual: f64,
    },
    /// A composition column that does not agree with the pairs.
    #[error("{name} = {value}, but the pairs give {from_pairs}")]
    Composition {
        /// `c_plus` or `c_minus`.
        name: &'static str,
        /// The value in the file.
        value: f64,
        /// C++ + C+- or C-- + C+-.
        from_pairs: f64,
    },
    /// No sample.
    #[error("a trajectory needs at least one sample, and there is none")]
    NoSamples,
    /// Times that do not increase, or are not finite.
    #[error("sample {index} has time {time} after {previous}; times must be finite and increase")]
    TimesNotIncreasing {
        /// Position of the sample, from 0.
        index: usize,
        /// Its time.
        time: f64,
        /// The time before it.
        previous: f64,
    },
    /// A temperature or energy that is not finite.
    #[error("sample {index} has {name} = {value}, which is not finite; leave it empty if unknown")]
    NotFinite {
        /// Position of the sample, from 0.
        index: usize,
        /// `temperature` or `energy_per_site`.
        name: &'static str,
        /// The value.
        value: f64,
    },
    /// Replicas that were not sampled at the same times.
    #[error(
        "replica {replica} does not match the first: {what}; only replicas of one schedule have a mean"
    )]
    ReplicasDiffer {
        /// Position of the replica, from 0.
        replica: usize,
        /// What differs, with the numbers.
        what: String,
    },
    /// A row of a file that could not be used.
    #[error("row {row} (line {line}): {source}")]
    Row {
        /// Row of data, from 1.
        row: usize,
        /// Line of the file, from 1, the header being line 1.
        line: u64,
        /// Why.
        #[source]
        source: Box<StatsError>,
    },
    /// A column that is not there.
    #[error(
        "there is no column {column}; a trajectory has the composition, the pairs and all 16 triplets; the header has: {found}"
    )]
    MissingColumn {
        /// Its name; of several, the first three and how many more.
        column: String,
        /// The header as found, shortened.
        found: String,
    },
    /// A column that is there twice.
    #[error("the column {column} is there more than once; take all but one out")]
    TwoColumns {
        /// Its name.
        column: String,
    },
    /// A field that is no number.
    #[error("{column} holds \"{}\", which is not a number without a unit", shown(value))]
    NotANumber {
        /// Its column.
        column: String,
        /// Its text.
        value: String,
    },
    /// CSV that cannot be read or written.
    #[cfg(feature = "files")]
    #[error("CSV: {0}")]
    Csv(#[from] csv::Error),
    /// An NPY file that cannot be read.
    #[error(transparent)]
    Npy(#[from] whole_files::NpyError),
    /// A writer that failed.
    #[error("the trajectory could not be written: {0}")]
    Write(#[from] std::io::Error),
    /// A file in a well-known format that is not read.
    #[cfg(feature = "lattice")]
    #[error(transparent)]
    OtherFormat(#[from] lattice_core::FileError),
    /// An array that is not a row a sample.
    #[error("the array has the shape {shape:?}, but must be samples x {columns}")]
    ArrayShape {
        /// Its shape.
        shape: Vec<usize>,
        /// How many columns there must be: those of `record_columns`.
        columns: usize,
    },
    /// Less memory than a file's samples need.
    #[error(
        "there is no memory for {count} values of {bytes_each} bytes each; split the file, or use a machine with more"
    )]
    OutOfMemory {
        /// How many values.
        count: usize,
        /// What one takes, in bytes.
        bytes_each: usize,
    },
    /// A file that cannot be read or written.
    #[error("{}: {source}", shown(path))]
    File {
        /// The file.
        path: String,
        /// Why.
        #[source]
        source: std::io::Error,
    },
}
