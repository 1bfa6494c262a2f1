//! Output directories: whose they are, how they are replaced whole, what their manifest says.

mod archive;
mod commit;
mod destination;
mod directory;
mod files;
mod manifest;
mod names;
mod ownership;
mod renew;
mod shell;
mod table;

pub(crate) use archive::Comparison;
pub(crate) use destination::Destination;
pub use directory::OutputDirectory;
#[cfg(feature = "figures")]
pub(crate) use files::write_files;
pub(crate) use files::{write_file, write_json, write_with};
pub use manifest::{FileEntry, MANIFEST, Manifest};
pub(crate) use names::{MOST_FILES, inside};
#[cfg(feature = "figures")]
pub(crate) use ownership::{is_there, move_aside};
pub use renew::renew;
pub(crate) use shell::shell_word;
pub(crate) use table::record::{SampleRow, concentrations, names};
pub(crate) use table::{
    deserialize, optional, read_rows, serialize, unreadable, write_rows, write_table, wrong,
};
