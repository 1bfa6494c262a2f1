//! Files that are written whole or not at all, and the few operations that change a disk.
//!
//! ```
//! use std::io::Write;
//! use whole_files::NewFile;
//!
//! # let folder = tempfile::tempdir()?;
//! # let path = folder.path().join("notes.txt");
//! let mut file = NewFile::beside(&path)?;
//! writeln!(file, "first")?;
//! file.place()?;
//!
//! let mut file = NewFile::beside(&path)?;
//! writeln!(file, "second, but")?;
//! drop(file); // an error, say: the first is still there
//! assert_eq!(std::fs::read_to_string(&path)?, "first\n");
//! # Ok::<(), std::io::Error>(())
//! ```
//!
//! # What is here
//! - [`NewFile`]: a file that takes its place when it is whole, with the permissions of the file that
//!   it replaces.
//! - [`Lock`]: keeps other processes out, also while its owner removes the file of the lock.
//! - [`make_directory`], [`rename`], [`exchange`], [`remove_tree`], [`sync_tree`] and the others: every
//!   operation of the workspace that changes a disk. All pass through one counter.
//! - The feature `faults`, for tests alone. It reads the environment variable `WHOLE_FILES_FAULT`:
//!   `list` prints every operation, `fail:N` lets the N-th fail, `fail-from:N` lets all from the N-th on
//!   fail, `kill:N` ends the process in the middle of the N-th. `WHOLE_FILES_NO_EXCHANGE` makes
//!   [`exchange`] unsupported, as some file systems do.
//!
//! - [`NpyArray`], [`npy_header`]: arrays of numbers as NumPy writes them.
//! - [`shown`], [`shown_message`]: texts of files as messages show them.
//! - `Checkpoint` (feature `checkpoint`): the state of a run in a file, with a checksum.
//!
//! # What is not here
//! Any knowledge of what the files mean.

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

#[cfg(feature = "checkpoint")]
mod checkpoint;
mod faults;
mod lock;
mod new_file;
mod npy;
mod operations;
mod permissions;
mod shown;
mod trees;

#[cfg(feature = "checkpoint")]
pub use checkpoint::{Checkpoint, CheckpointError, CheckpointFormat};
pub use lock::Lock;
pub use new_file::{NewFile, remove_leftovers};
pub use npy::{NpyArray, NpyError, is_npy, npy_header};
pub use operations::{
    exchange, make_directory, open_existing, open_or_make, remove_directory, remove_file, rename,
    sync_directory, touch,
};
pub use permissions::{can_write, keep_permissions};
pub use shown::{shown, shown_message};
pub use trees::{make_directories, remove_tree, sync_tree};
