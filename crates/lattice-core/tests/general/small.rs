//! Systems small enough for all their states, with energies by their definitions.

use lattice_core::{ClusterEnergy, Interaction, Lattice, Occupation, PeriodicLattice, Species};

/// A system with its energy twice: for the engine, and written down anew.
pub(super) struct Small {
    pub(super) name: &'static str,
    pub(super) start: Occupation,
    pub(super) energy: ClusterEnergy,
    pub(super) by_definition: fn(&[u8]) -> f64,
    pub(super) temperature: f64,
}

const NEAREST: [[f64; 3]; 3] = [[0.1, -0.3, 0.2], [-0.3, 0.4, 0.05], [0.2, 0.05, -0.2]];
const CHARGES: [f64; 3] = [-1.0 / 6.0, 1.0 / 6.0, 0.25];

fn pair(a: u8, b: u8) -> f64 {
    NEAREST[usize::from(a)][usize::from(b)]
}

/// Three species on 3 x 3 triangular sites: charges of triangles and nearest pairs.
fn triangular(states: &[u8]) -> f64 {
    let at = |row: usize, column: usize| states[row % 3 * 3 + column % 3];
    let charge = |what: [u8; 3]| what.map(|s| CHARGES[usize::from(s)]).iter().sum::<f64>().abs();
    let mut energy = 0.0;
    for r in 0..3 {
        for c in 0..3 {
            energy += charge([at(r, c), at(r, c + 1), at(r + 1, c)]);
            energy += charge([at(r, c + 1), at(r + 1, c), at(r + 1, c + 1)]);
            energy += pair(at(r, c), at(r, c + 1)) + pair(at(r, c), at(r + 1, c));
            energy += pair(at(r, c), at(r + 1, c + 2)); // one row down, one column back
        }
    }
    energy
}

/// Three species on 2 x 2 x 2 primitive cells of the face-centered lattice. Every site has 12 nearest
/// neighbors on 6 sites, and its 6 second neighbors are one site: that of the opposite corner.
fn face_centered(states: &[u8]) -> f64 {
    let mut energy = 0.0;
    for one in 0..8_usize {
        for other in 0..one {
            let (a, b) = (states[one], states[other]);
            energy += match (one ^ other).count_ones() {
                3 => 6.0 * if a == b { 0.05 } else { 0.0 },
                _ => 2.0 * pair(a, b),
            };
        }
    }
    energy
}

/// Two species on 4 x 3 square sites: alike diagonal neighbors attract.
fn diagonals(states: &[u8]) -> f64 {
    let at = |row: usize, column: usize| states[row % 4 * 3 + column % 3];
    let mut energy = 0.0;
    for r in 0..4 {
        for c in 0..3 {
            for other in [at(r + 1, c + 1), at(r + 1, c + 2)] {
                energy -= if at(r, c) == other { 0.4 } else { 0.0 };
            }
        }
    }
    energy
}

pub(super) fn systems() -> [Small; 3] {
    let alike = |size: usize, value: f64| -> Vec<Vec<f64>> {
        let entry = |a, b| if a == b { value } else { 0.0 };
        (0..size).map(|a| (0..size).map(|b| entry(a, b)).collect()).collect()
    };
    let occupation = |lattice: &PeriodicLattice, names: &[&str], states: &[u8]| {
        Occupation::new(lattice.clone(), Species::new(names).unwrap(), states.to_vec()).unwrap()
    };

    let lattice = Lattice::triangular();
    let mut interactions = Interaction::pairs(&lattice, 1, &NEAREST).unwrap();
    let corners = lattice.triangles()[0];
    interactions.push(Interaction::absolute_charge(corners, &CHARGES).unwrap());
    let periodic = PeriodicLattice::new(lattice, &[3, 3]).unwrap();
    let triangular = Small {
        name: "3 x 3 triangular, three species",
        start: occupation(&periodic, &["a", "b", "c"], &[0, 0, 0, 0, 1, 1, 1, 2, 2]),
        energy: ClusterEnergy::new(&periodic, &interactions).unwrap(),
        by_definition: triangular,
        temperature: 0.6,
    };

    let lattice = Lattice::face_centred_cubic();
    let mut interactions = Interaction::pairs(&lattice, 1, &NEAREST).unwrap();
    interactions.extend(Interaction::pairs(&lattice, 2, &alike(3, 0.05)).unwrap());
    let periodic = PeriodicLattice::wrapped(lattice, &[2, 2, 2]).unwrap();
    let face_centered = Small {
        name: "2 x 2 x 2 face-centered, three species",
        start: occupation(&periodic, &["a", "b", "c"], &[0, 0, 0, 1, 1, 1, 2, 2]),
        energy: ClusterEnergy::new(&periodic, &interactions).unwrap(),
        by_definition: face_centered,
        temperature: 0.8,
    };

    let interactions = Interaction::pairs(&Lattice::square(), 2, &alike(2, -0.4)).unwrap();
    let periodic = PeriodicLattice::new(Lattice::square(), &[4, 3]).unwrap();
    let diagonals = Small {
        name: "4 x 3 square, next-nearest neighbors",
        start: occupation(&periodic, &["a", "b"], &[0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1]),
        energy: ClusterEnergy::new(&periodic, &interactions).unwrap(),
        by_definition: diagonals,
        temperature: 1.0,
    };
    [triangular, face_centered, diagonals]
}

/// The number of a state: its species are the digits.
pub(super) fn code(states: &[u8], species: usize) -> usize {
    states.iter().rev().fold(0, |code, &s| code * species + usize::from(s))
}

/// Every arrangement of the atoms, in order.
pub(super) fn arrangements(atoms: &Occupation) -> Vec<Vec<u8>> {
    fn place(counts: &mut [usize], states: &mut Vec<u8>, all: &mut Vec<Vec<u8>>) {
        if counts.iter().all(|&count| count == 0) {
            all.push(states.clone());
        }
        for species in 0..counts.len() {
            if counts[species] > 0 {
                counts[species] -= 1;
                states.push(species as u8);
                place(counts, states, all);
                states.pop();
                counts[species] += 1;
            }
        }
    }
    let mut all = Vec::new();
    place(&mut atoms.counts(), &mut Vec::new(), &mut all);
    all
}

impl Small {
    pub(super) fn species(&self) -> usize {
        self.start.species().len()
    }

    /// How many numbers states have.
    pub(super) fn codes(&self) -> usize {
        self.species().pow(self.start.states().len() as u32)
    }

    /// All states by number with their probabilities.
    pub(super) fn probabilities(&self, temperature: f64) -> Vec<(usize, f64)> {
        let weight = |states: &Vec<u8>| {
            let energy = (self.by_definition)(states);
            (code(states, self.species()), libm::exp(-energy / temperature))
        };
        let weights: Vec<_> = arrangements(&self.start).iter().map(weight).collect();
        let sum: f64 = weights.iter().map(|(_, weight)| weight).sum();
        weights.into_iter().map(|(state, weight)| (state, weight / sum)).collect()
    }

    /// The same atoms in another order.
    pub(super) fn with_states(&self, states: &[u8]) -> Occupation {
        let (lattice, species) = (self.start.lattice().clone(), self.start.species().clone());
        Occupation::new(lattice, species, states.to_vec()).unwrap()
    }
}
