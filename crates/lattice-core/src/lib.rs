//! Lattices of two kinds of atoms under simulated annealing: the periodic triangular lattice, triangle energies, swap moves, schedules
