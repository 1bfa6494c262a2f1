//! What can go wrong, with the numbers and what to try.

use crate::{Atom, Site};

/// Why a lattice, a configuration, an energy, a schedule or an annealing was refused.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum LatticeError {
    /// Under three rows or columns the neighbours of a site coincide.
    #[error(
        "a periodic lattice of {rows} x {columns} sites is too small, as the neighbours of a site \
         would coincide: use at least 3 rows and 3 columns"
    )]
    LatticeTooSmall {
        /// Rows asked for.
        rows: usize,
        /// Columns asked for.
        columns: usize,
    },

    /// More sites than the 32-bit numbers of bonds allow.
    #[error("a lattice of {rows} x {columns} sites is too large: use at most {limit} sites")]
    LatticeTooLarge {
        /// Rows asked for.
        rows: usize,
        /// Columns asked for.
        columns: usize,
        /// The largest possible number of sites.
        limit: usize,
    },

    /// The memory for something could not be had.
    #[error(
        "no memory for {count} entries of {bytes_each} bytes: try a smaller lattice or schedule"
    )]
    OutOfMemory {
        /// How many entries were needed.
        count: usize,
        /// Bytes of one entry.
        bytes_each: usize,
    },

    /// A fraction of atoms that is not a number from 0 to 1.
    #[error("a composition of {value} is not possible: give a fraction of atoms from 0 to 1")]
    CompositionOutOfRange {
        /// The fraction given.
        value: f64,
    },

    /// All atoms would be of one kind, so that there is nothing to swap.
    #[error(
        "none of the {sites} atoms would be {missing}, and there is nothing to swap: have at least \
         one atom of each kind, that is a fraction of it of at least 1/{sites}"
    )]
    OneKindOnly {
        /// The kind without an atom.
        missing: Atom,
        /// Number of sites of the lattice.
        sites: usize,
    },

    /// A number that is neither +1 nor -1.
    #[error("{value} at row {row}, column {column} is no atom: write +1 for (+) and -1 for (-)")]
    NotAnAtom {
        /// The number found.
        value: i8,
        /// Its row, from 0.
        row: usize,
        /// Its column, from 0.
        column: usize,
    },

    /// Rows of different lengths.
    #[error("row {row} has {length} atoms where row 0 has {expected}: give rows of one length")]
    RaggedRows {
        /// The first row that differs, from 0.
        row: usize,
        /// Its length.
        length: usize,
        /// The length of row 0.
        expected: usize,
    },

    /// A site number beyond the lattice.
    #[error("there is no site {site}: the lattice has sites 0 to {}", .sites - 1)]
    NoSuchSite {
        /// The number given.
        site: usize,
        /// Number of sites of the lattice.
        sites: usize,
    },

    /// An energy of a triangle that is not finite, or so large that sums would overflow.
    #[error(
        "the energy {value} of triangles with {plus_corners} (+) corners cannot be used: give a \
         finite number of magnitude at most {limit:e}"
    )]
    UnusableEnergy {
        /// Which of the four energies, by the number of (+) corners.
        plus_corners: usize,
        /// The energy given.
        value: f64,
        /// The largest possible magnitude.
        limit: f64,
    },

    /// A temperature that is not finite and positive.
    #[error("a temperature of {value} cannot be used: give a finite number above 0")]
    Temperature {
        /// The temperature given.
        value: f64,
    },

    /// A step of a schedule whose temperature is not finite and positive.
    #[error(
        "the temperature {value} of step {index} of the schedule cannot be used: give a finite \
         number above 0"
    )]
    ScheduleTemperature {
        /// The step, from 0.
        index: usize,
        /// Its temperature.
        value: f64,
    },

    /// A schedule without a step.
    #[error("the schedule has no steps: give at least one temperature")]
    EmptySchedule,

    /// Samples without sweeps between them would all be the same.
    #[error(
        "0 sweeps between samples would give the same sample again and again: ask for 1 or more"
    )]
    NoSweepsBetweenSamples,

    /// Steps without samples would not be seen.
    #[error("0 samples a step would give nothing but the initial state: ask for 1 or more")]
    NoSamplesPerStep,

    /// More samples than can be numbered.
    #[error(
        "{steps} steps of {samples_per_step} samples are more than can be numbered: ask for fewer"
    )]
    TooManySamples {
        /// Steps of the schedule.
        steps: usize,
        /// Samples asked for at each step.
        samples_per_step: usize,
    },

    /// An ensemble without replicas.
    #[error("an ensemble of 0 replicas holds nothing: ask for 1 or more, best a multiple of 64")]
    NoReplicas,

    /// Configurations of different lattices or compositions, which no ensemble holds together.
    #[error(
        "replica {replica} has {} x {} sites with {} (-) atoms where replica 0 has {} x {} with {}: \
         make an ensemble of configurations of one lattice and one composition",
        .found.0, .found.1, .found.2, .expected.0, .expected.1, .expected.2
    )]
    UnlikeReplicas {
        /// The first replica that differs.
        replica: usize,
        /// Its rows, columns and number of (-) atoms.
        found: (usize, usize, usize),
        /// Those of replica 0.
        expected: (usize, usize, usize),
    },

    /// Atoms in a checkpoint that cannot be those of the lattice and composition beside them.
    #[error("the atoms written do not fit their lattice and composition: take another checkpoint")]
    SavedAtoms,

    /// A replica beyond the ensemble.
    #[error("there is no replica {replica}: the ensemble has replicas 0 to {}", .replicas - 1)]
    NoSuchReplica {
        /// The number given.
        replica: usize,
        /// Number of replicas.
        replicas: usize,
    },

    /// An implementation of [`Anneal`](crate::Anneal) gave an energy that is not finite.
    #[error(
        "replica {replica} has the energy {value} a site at sample {sample}, which is not finite: \
         its `Anneal` implementation is broken, try `check_anneal_contract` on it"
    )]
    ReplicaEnergy {
        /// The sample, from 0.
        sample: usize,
        /// The replica, from 0.
        replica: usize,
        /// The energy per site it gave.
        value: f64,
    },

    /// An implementation of [`Anneal`](crate::Anneal) changed its number of replicas or has none.
    #[error(
        "{found} replicas at sample {sample} where {expected} were before (at least 1 at first): \
         the `Anneal` implementation is broken, try `check_anneal_contract` on it"
    )]
    ReplicaCount {
        /// The sample, from 0.
        sample: usize,
        /// Number of energies it gave.
        found: usize,
        /// Number of energies at the sample before, 1 at the first.
        expected: usize,
    },

    /// An implementation of [`Anneal`](crate::Anneal) broke a rule of the trait.
    #[error(
        "replica {replica} breaks the contract of `Anneal`: {rule} (found {found}, expected {expected})"
    )]
    Contract {
        /// The rule, in words.
        rule: &'static str,
        /// The replica, from 0.
        replica: usize,
        /// What it gave.
        found: f64,
        /// What the rule says.
        expected: f64,
    },

    /// A setting or argument outside its range.
    #[error("{name} = {value}; it must be {allowed}")]
    InvalidValue {
        /// Its name.
        name: &'static str,
        /// What was given.
        value: f64,
        /// What is allowed, in words.
        allowed: &'static str,
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

    /// A neighbour that makes no lattice.
    #[error("neighbour {neighbour:?} of sublattice {sublattice} {reason}")]
    BadNeighbour {
        /// Whose neighbour.
        sublattice: usize,
        /// Which.
        neighbour: Site,
        /// What is wrong with it.
        reason: &'static str,
    },

    /// Neighbours that do not reach every site.
    #[error(
        "the neighbours do not connect all sublattices in all {dimension} dimensions; add bonds, or lower the dimension"
    )]
    NotConnected {
        /// Of the lattice.
        dimension: usize,
    },

    /// A map that is no symmetry of the lattice.
    #[error(
        "symmetry {index} does not map the lattice to itself: the bond of sublattice {sublattice} to {neighbour:?} goes to no bond"
    )]
    NotASymmetry {
        /// Position in the list, from 0.
        index: usize,
        /// Where the bond begins.
        sublattice: usize,
        /// Where it ends.
        neighbour: Site,
    },

    /// A block of cells too small for its neighbours to differ.
    #[error("with {cells:?} unit cells two neighbours of a site are one; take more")]
    NeighboursCoincide {
        /// Unit cells along each lattice vector.
        cells: [usize; 3],
    },

    /// A list of species that is none.
    #[error("the species {names:?}: give 2 to {most} different names, none empty")]
    BadSpecies {
        /// What was given.
        names: Vec<String>,
        /// Most that are allowed.
        most: usize,
    },

    /// A rule that names a species that is not there.
    #[error("there is no species {name:?}; there are {known}")]
    UnknownSpecies {
        /// What the rule says.
        name: String,
        /// What there is.
        known: String,
    },

    /// A rule without an effect.
    #[error("the rule {rule} changes nothing")]
    IdleRule {
        /// The rule.
        rule: String,
    },

    /// A rule with a rate constant for each class, as a process.
    #[error(
        "the rule {rule} has a rate constant for each class of clusters, but one event is in several \
         classes at once and has no rate of its own: simulate it with one constant for the rule"
    )]
    ClassRates {
        /// The rule.
        rule: String,
    },

    /// A rate constant that is negative or not finite, or too large for the lattice.
    #[error(
        "the rule {rule} has the rate constant {value}: give one that is finite and not negative, \
         and so small that the sum over all events is finite"
    )]
    InvalidRate {
        /// The rule.
        rule: String,
        /// What was given.
        value: f64,
    },

    /// A configuration on another lattice than the one that something is made for.
    #[error("this is made for the lattice {expected}, but the configuration is on {found}")]
    OtherLattice {
        /// The lattice that it is made for.
        expected: String,
        /// The lattice of the configuration.
        found: String,
    },

    /// Energies of an interaction that a symmetry of the lattice changes.
    #[error(
        "a symmetry takes the window of an interaction with species {species:?} to itself, but with \
         the energy {other} instead of {energy}: give assignments that symmetries join one energy"
    )]
    NotInvariant {
        /// The species on the sites, as positions in the list.
        species: Vec<u8>,
        /// The energy of the assignment.
        energy: f64,
        /// The energy that its image has.
        other: f64,
    },

    /// A window that comes round to its own site on a small lattice.
    #[error("with {cells:?} unit cells a window of the energy holds a site twice: take more cells")]
    WindowTooLarge {
        /// Unit cells along each lattice vector.
        cells: [usize; 3],
    },

    /// An energy whose two methods disagree, or give what is no finite number.
    #[error(
        "the swap of the sites {} and {} is said to change the energy by {change}, but the total is \
         {before} before and {after} after it: one of the two methods of the energy is wrong",
        .sites[0], .sites[1]
    )]
    EnergyContract {
        /// The two sites.
        sites: [usize; 2],
        /// What `swap_change` gave.
        change: f64,
        /// The total before the swap.
        before: f64,
        /// The total after it.
        after: f64,
    },
}

/// An empty vector with room for exactly `count` entries.
#[cfg(feature = "engines")]
pub(crate) fn reserve<T>(count: usize) -> Result<Vec<T>, LatticeError> {
    let mut entries = Vec::new();
    entries
        .try_reserve_exact(count)
        .map_err(|_| LatticeError::OutOfMemory { count, bytes_each: size_of::<T>() })?;
    Ok(entries)
}
