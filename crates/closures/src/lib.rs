//! Closures of mean-cluster models: triplet concentrations from pair concentrations, and their calibration
