//! Output directories: whose they are, how they are replaced whole, what their manifest says.

mod directory;
mod lock;
mod manifest;
mod renew;
mod table;

pub use directory::OutputDirectory;
pub use manifest::{FileEntry, MANIFEST, Manifest};
pub use renew::renew;
#[cfg(feature = "figures")]
pub(crate) use renew::write_files;
pub use table::{number, optional, write_table};
