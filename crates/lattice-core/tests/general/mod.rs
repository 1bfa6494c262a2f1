//! The general engine, its energies and lattices.

mod bit_engine;
mod boltzmann;
mod conversions;
mod energies;
mod moves;
mod shells;
mod small;
