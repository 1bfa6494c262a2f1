//! What can go wrong in a study or in the command.

use std::path::PathBuf;

/// Errors of `mean-cluster`: its own, and those of the five crates.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StudyError {
    /// A setting outside its range.
    #[error("{setting} is {value}, but must be {allowed}")]
    Setting {
        /// Its name, as the flag of the command.
        setting: &'static str,
        /// The value given.
        value: String,
        /// What is allowed.
        allowed: &'static str,
    },
    /// More memory than can be had.
    #[error(
        "this needs at least {bytes:.2e} bytes of memory, more than can be had here; lower {lower}"
    )]
    Memory {
        /// Bytes that would be held at a time.
        bytes: f64,
        /// The settings that ask for them.
        lower: &'static str,
    },
    /// An output directory that holds somebody else's files.
    #[error(
        "{path} is not empty and was not written by mean-cluster (it has no manifest.toml of ours); choose another --out, or say --force to write there all the same (its other files stay)"
    )]
    ForeignDirectory {
        /// The directory.
        path: PathBuf,
    },
    /// An output path that is a file, or has no parent.
    #[error("{path} cannot be an output directory: {reason}")]
    NotADirectory {
        /// The path.
        path: PathBuf,
        /// Why.
        reason: &'static str,
    },
    /// An entry of a manifest that is no file inside its directory, or has no checksum.
    #[error(
        "{file}: the entry {entry} {reason}; nothing was read or removed by it; take another copy of this directory, or make it again"
    )]
    ManifestEntry {
        /// The manifest.
        file: String,
        /// The name that it lists, escaped.
        entry: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// A symbolic link where a file of ours should be.
    #[error(
        "{path} is a symbolic link, which may lead out of the directory and is not followed; put the file itself in its place"
    )]
    SymbolicLink {
        /// The link.
        path: PathBuf,
    },
    /// A manifest or checkpoint that does not state every setting, or states others.
    #[error(
        "{file}: {faults}; nothing is assumed: take another copy of it, or the version of mean-cluster that wrote it"
    )]
    WrongKeys {
        /// The file, and the section.
        file: String,
        /// Every key that is missing or unknown.
        faults: String,
    },
    /// A file or directory that cannot be read or written: no permission, no space.
    #[error("{path}: {source}")]
    File {
        /// The path.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// Files of a run that could not be written.
    #[error("{source}; {path} is as it was")]
    NotReplaced {
        /// The output directory.
        path: PathBuf,
        /// Why.
        #[source]
        source: Box<StudyError>,
    },
    /// New files that are whole, while not everything is in its place yet.
    #[error(
        "{source}; the new files for {path} are whole, but not everything is in its place yet, and files of your own may be in {rest}: the next run on {path} puts all in its place"
    )]
    NotTidied {
        /// The output directory.
        path: PathBuf,
        /// Where the rest is.
        rest: PathBuf,
        /// Why.
        #[source]
        source: Box<StudyError>,
    },
    /// A finished result of another command.
    #[error(
        "{path} holds the result of `mean-cluster {found}` with seed {seed}; choose another --out, or say --force to replace it"
    )]
    OtherCommand {
        /// The output directory.
        path: PathBuf,
        /// The command in its manifest.
        found: String,
        /// The seed in its manifest.
        seed: u64,
    },
    /// Something that is not ours has the name that a change needs.
    #[error("{path} is in the way: it is not ours, but its name is needed; give it another name")]
    InTheWay {
        /// What is in the way.
        path: PathBuf,
    },
    /// A file for results that cannot be one.
    #[error("{path} cannot be written to: {reason}")]
    Destination {
        /// The file, as it was given.
        path: PathBuf,
        /// Why, and what to do.
        reason: String,
    },
    /// The state of a run of another command.
    #[error(
        "{directory} holds the state of `mean-cluster {found}` with seed {seed}; go on with `mean-cluster {found} --resume {path}`, or choose another --out"
    )]
    StateOfOther {
        /// The directory of the checkpoints.
        directory: PathBuf,
        /// The command.
        found: String,
        /// Its seed.
        seed: u64,
        /// The output directory, as a shell takes it.
        path: String,
    },
    /// Other people's files where the state of a run is kept.
    #[error(
        "{directory} is needed for the state of the run, but holds {file}, which is not ours; move it away"
    )]
    StateInTheWay {
        /// The directory of the checkpoints.
        directory: PathBuf,
        /// What is in it.
        file: String,
    },
    /// A checkpoint of another run, or of another part of this one.
    #[error(
        "{file} holds the state of another run, and is left alone; remove it, and this part is computed again"
    )]
    OtherRun {
        /// The checkpoint.
        file: PathBuf,
    },
    /// There is no state of a run to go on from.
    #[error(
        "there is nothing to go on from: {directory} holds no state of a run{finished}; start without --resume"
    )]
    NothingToResume {
        /// Where the checkpoints would be.
        directory: PathBuf,
        /// What is known of the output directory: a finished result, or nothing.
        finished: String,
    },
    /// The run was asked to stop; if it has checkpoints, its state is saved.
    #[error("interrupted before the end")]
    Interrupted,
    /// A checkpoint that cannot be written or read.
    #[error(transparent)]
    Checkpoint(#[from] whole_files::CheckpointError),
    /// The data of one composition failed.
    #[error("at x = {x}: {source}")]
    AtComposition {
        /// The nominal fraction of (-).
        x: f64,
        /// Why.
        #[source]
        source: Box<StudyError>,
    },
    /// From the lattice.
    #[error(transparent)]
    Lattice(#[from] lattice_core::LatticeError),
    /// From counting, trajectories or their files.
    #[error(transparent)]
    Stats(#[from] cluster_stats::StatsError),
    /// From closures or their calibration.
    #[error(transparent)]
    Closure(#[from] closures::ClosureError),
    /// From the rate equations.
    #[error(transparent)]
    Ode(#[from] hierarchy_ode::OdeError),
    /// A rule of the command line that is none.
    #[error(
        "the rule {rule:?} is not understood; write swap, \"A -> B\", \"A B -> C D\" or \"A -> B by C\", with \"@ NAME\" at the end to name its rate"
    )]
    UnreadableRule {
        /// What was given.
        rule: String,
    },
    /// From files of configurations.
    #[error(transparent)]
    Configurations(#[from] lattice_core::FileError),
    /// A key of a settings file that is none.
    #[error(
        "{file}: there is no key {key}; did you mean {nearest}? `mean-cluster config` shows all"
    )]
    UnknownKey {
        /// The file.
        file: String,
        /// The key, after its section.
        key: String,
        /// The key known that is most like it.
        nearest: String,
    },
    /// Another run is writing into the directory.
    #[error(
        "{path} is in use by another run of mean-cluster ({lock} is locked); wait for it, or choose another --out"
    )]
    InUse {
        /// The output directory.
        path: PathBuf,
        /// The file that is locked.
        lock: PathBuf,
    },
    /// A directory of a command that does not know how to make it again.
    #[error("{path} was written by `mean-cluster {command}`, which cannot be run again from it")]
    NoRerun {
        /// The directory.
        path: PathBuf,
        /// The command in its manifest.
        command: String,
    },
    /// Files made again that are not the same.
    #[error(
        "made again, {files} in {path} have other bytes than the manifest had; it was of version {version}"
    )]
    Differs {
        /// The directory.
        path: PathBuf,
        /// The files, with commas.
        files: String,
        /// Version that wrote the old ones.
        version: String,
    },
    /// Data that no rates were found for.
    #[error(
        "the integration failed from all {starts} starting points ({reasons}) with rates up to {largest_rate:e}; lower --largest-rate, raise --starts, or choose another --closure or --system"
    )]
    NoFit {
        /// How many starting points there were.
        starts: usize,
        /// Why, with counts.
        reasons: String,
        /// Upper bound of the rates, in 1/time.
        largest_rate: f64,
    },
    /// Rates that no search came to an end with.
    #[error(
        "the integration failed from all {starts} starting points ({reasons}) with rates up to {upper:e}; lower --upper, or raise --starts"
    )]
    NoStart {
        /// How many starting points there were.
        starts: usize,
        /// Why, with counts.
        reasons: String,
        /// Upper end of the prior box, in 1/(annealing).
        upper: f64,
    },
    /// A simulation whose rates are too fast for its time span.
    #[error(
        "t = {time} was reached in {steps} steps, the limit: the rates are fast for this time span; lower --rates or --end"
    )]
    TooFast {
        /// The last time that was reached.
        time: f64,
        /// The limit.
        steps: u32,
    },
    /// A simulation that needs steps below the resolution of time.
    #[error(
        "at t = {time} the step would be too small: the closure is not smooth there; lower --end, or choose another --closure or --system"
    )]
    NotSmooth {
        /// The last time that was reached.
        time: f64,
    },
    /// From the sampler.
    #[error(transparent)]
    Mcmc(#[from] bayes_mcmc::McmcError),
    /// Files of another version, or of another command.
    #[error(
        "{file} is from {found}, but this is for {supported}; make that directory again, or use the version that wrote it"
    )]
    OtherVersion {
        /// The file.
        file: String,
        /// What it is from.
        found: String,
        /// What can be read.
        supported: String,
    },
    /// A table without a column that is needed.
    #[error("{file} has no column {column}; its columns are {found}")]
    MissingColumn {
        /// The file.
        file: String,
        /// The column.
        column: String,
        /// The header it has.
        found: String,
    },
    /// A file without content.
    #[error(
        "{file} is empty; make the directory again with the command that its manifest.toml names"
    )]
    EmptyTable {
        /// The file.
        file: String,
    },
    /// A field that is not what its column should hold.
    #[error("{file}, line {line}: {column} is {value:?}, but must be {expected}")]
    Field {
        /// The file.
        file: String,
        /// Its line, from 1.
        line: u64,
        /// The column.
        column: String,
        /// What stands there.
        value: String,
        /// What should.
        expected: String,
    },
    /// A file that cannot be read as what it is.
    #[error("{file} cannot be read: {reason}")]
    Unreadable {
        /// The file.
        file: String,
        /// Why.
        reason: String,
    },
    /// A figure of nothing, or too large to be rasterised.
    #[error("the figure {figure} cannot be drawn: {reason}")]
    Figure {
        /// Its name.
        figure: String,
        /// Why.
        reason: String,
    },
    /// Settings or results that could not be written as TOML, JSON or CSV.
    #[error("{file} could not be written: {reason}")]
    Format {
        /// The file.
        file: String,
        /// Why.
        reason: String,
    },
}

impl StudyError {
    pub(crate) fn at(x: f64) -> impl Fn(StudyError) -> StudyError {
        move |source| match source {
            StudyError::Interrupted => source,
            _ => StudyError::AtComposition { x, source: Box::new(source) },
        }
    }
}
