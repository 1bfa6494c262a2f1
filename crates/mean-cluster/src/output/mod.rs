//! Output directories: whose they are, how they are replaced whole, what their manifest says.

mod archive;
mod directory;
mod lock;
mod manifest;
mod names;
mod renew;
mod rows;
mod table;
mod whole;

pub(crate) use archive::Comparison;
pub use directory::OutputDirectory;
pub use manifest::{FileEntry, MANIFEST, Manifest};
pub(crate) use names::{MOST_FILES, escaped, inside};
pub use renew::renew;
#[cfg(feature = "figures")]
pub(crate) use renew::write_files;
pub(crate) use rows::{Row, read_named_rows, read_rows};
pub(crate) use table::{Table, write_whole};
pub use table::{number, optional, write_table};
pub(crate) use whole::whole;
