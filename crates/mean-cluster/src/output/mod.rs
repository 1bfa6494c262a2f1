//! Output directories: whose they are, how they are replaced whole, what their manifest says.

mod directory;
mod lock;
mod manifest;
mod renew;
mod rows;
mod table;

pub use directory::OutputDirectory;
pub use manifest::{FileEntry, MANIFEST, Manifest};
pub use renew::renew;
#[cfg(feature = "figures")]
pub(crate) use renew::write_files;
pub(crate) use rows::{Row, read_named_rows, read_rows};
pub(crate) use table::{Table, write_whole};
pub use table::{number, optional, write_table};
