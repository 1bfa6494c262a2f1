//! The command `mean-cluster`.
fn main() {}
