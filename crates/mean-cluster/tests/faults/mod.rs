//! What faults do: every operation on files fails once, fails from then on, or is where the process is
//! killed; and kills at random times.
//!
//! `MEAN_CLUSTER_FAULTS=all` tries every operation, where an ordinary run leaves out the middle ones of
//! a kind (the third data file is written as the second) and most of those of long commands, and takes 40
//! random kills in place of 4.

mod kills;
mod machine;
mod scene;

/// Whether everything is to be tried.
fn thorough() -> bool {
    std::env::var("MEAN_CLUSTER_FAULTS").is_ok_and(|value| value == "all")
}
