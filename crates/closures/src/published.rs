//! Table II: the published exponents of the optimal approximation, two decimals.
//!
//! Found with hard regularization on data for Li1/3 Mn2/3 and Li1/2 Mn1/2, the path shares in
//! front of the closures and the data per shape. Source: Ahmadi, Foster, Protas 2022, Table II.

use crate::quadratic::Vector;

/// gamma1, gamma2, xi1, xi2 of each type in the order of `TripletType::ALL`; 0 for exponents that
/// a type has not. The single xi of `---` is of C-, that is xi2.
pub(crate) const ONE_HALF: [Vector; 16] = [
    [1.00, 0.0, 0.00, 0.0],   // +++
    [1.00, 0.0, 0.0, 0.00],   // ---
    [0.00, 1.00, 0.00, 0.00], // ++-
    [0.00, 1.00, 0.00, 0.00], // --+
    [0.99, 0.0, 0.00, 0.00],  // +-+
    [0.99, 0.0, 0.00, 0.00],  // -+-
    [1.00, 0.0, 0.00, 0.0],   // angled +++
    [1.00, 0.0, 0.0, 0.00],   // angled ---
    [0.72, 0.28, 0.00, 0.00], // angled ++-
    [0.15, 0.85, 0.00, 0.00], // angled --+
    [1.00, 0.0, 0.00, 0.00],  // angled +-+
    [1.00, 0.0, 0.00, 0.00],  // angled -+-
    [2.00, 0.0, 0.99, 0.0],   // triangular +++
    [1.18, 0.0, 0.0, 0.18],   // triangular ---
    [0.00, 1.00, 0.00, 0.00], // triangular ++-
    [0.00, 1.00, 0.00, 0.00], // triangular --+
];

/// As [`ONE_HALF`], for Li1/3 Mn2/3.
pub(crate) const ONE_THIRD: [Vector; 16] = [
    [1.12, 0.0, 0.12, 0.0],   // +++
    [1.19, 0.0, 0.0, 0.19],   // ---
    [2.00, 0.00, 0.00, 1.00], // ++-
    [0.38, 0.62, 0.00, 0.00], // --+
    [1.00, 0.0, 0.00, 0.00],  // +-+
    [2.00, 0.0, 0.99, 0.00],  // -+-
    [1.00, 0.0, 0.00, 0.0],   // angled +++
    [1.39, 0.0, 0.0, 0.39],   // angled ---
    [2.00, 0.52, 1.52, 0.00], // angled ++-
    [0.66, 0.34, 0.00, 0.00], // angled --+
    [1.00, 0.0, 0.00, 0.00],  // angled +-+
    [0.99, 0.0, 0.00, 0.00],  // angled -+-
    [2.00, 0.0, 0.99, 0.0],   // triangular +++
    [1.76, 0.0, 0.0, 0.76],   // triangular ---
    [2.00, 0.00, 0.00, 0.99], // triangular ++-
    [0.60, 0.40, 0.00, 0.00], // triangular --+
];
