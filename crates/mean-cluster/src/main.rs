//! The command `mean-cluster`; see the library of the same name.

fn main() -> std::process::ExitCode {
    mean_cluster::run_command()
}
