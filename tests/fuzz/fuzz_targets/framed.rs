//! A checkpoint in a file of its own.

use sha2::{Digest, Sha256};
use std::path::PathBuf;

/// A folder with a checkpoint: the bytes after the first, which says whether they are the whole file
/// or follow a first line that fits, so that states are reached. None for no bytes.
pub fn file(format: &str, bytes: &[u8]) -> Option<(tempfile::TempDir, PathBuf)> {
    let (kind, state) = bytes.split_first()?;
    let checksum: String = Sha256::digest(state).iter().map(|b| format!("{b:02x}")).collect();
    let mut file = match kind % 2 {
        0 => format!("{format} 1 {} {checksum}\n", state.len()).into_bytes(),
        _ => Vec::new(),
    };
    file.extend(state);
    let folder = tempfile::tempdir_in("/dev/shm").expect("a folder");
    let path = folder.path().join("run.checkpoint");
    std::fs::write(&path, file).expect("a file");
    Some((folder, path))
}
