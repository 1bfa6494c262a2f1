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
mod rows;
mod shell;
mod table;
mod whole;

pub(crate) use archive::Comparison;
pub(crate) use destination::Destination;
pub use directory::OutputDirectory;
#[cfg(feature = "figures")]
pub(crate) use files::write_files;
pub(crate) use files::{write_file, write_with};
pub use manifest::{FileEntry, MANIFEST, Manifest};
pub(crate) use names::{MOST_FILES, inside};
#[cfg(feature = "figures")]
pub(crate) use ownership::{is_there, move_aside};
pub use renew::renew;
pub(crate) use rows::{Row, read_named_rows, read_rows};
pub(crate) use shell::shell_word;
pub(crate) use table::Table;
pub use table::{number, optional, write_table};
pub(crate) use whole::whole;
