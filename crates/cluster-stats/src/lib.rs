//! Concentrations of pairs and triplets on the triangular lattice: types, conventions, counting, trajectories, CSV
