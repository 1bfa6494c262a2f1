//! Mean-cluster models end to end: from annealed lattices through closures to Bayesian rates, and the command that reproduces the paper
