//! The list of species that a site can hold.

use crate::LatticeError;

/// Most species that a lattice may hold.
const MOST: usize = 16;

/// The species that a site can hold, by name, in the order in which patterns are written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Species(Vec<String>);

impl Species {
    /// Two to sixteen different names; an empty site is a species too.
    ///
    /// # Errors
    /// [`LatticeError::BadSpecies`] for fewer or more, a name twice, or an empty one.
    pub fn new<N: AsRef<str>>(names: &[N]) -> Result<Species, LatticeError> {
        let names: Vec<String> = names.iter().map(|name| name.as_ref().trim().to_owned()).collect();
        let repeated = (1..names.len()).any(|i| names[..i].contains(&names[i]));
        if !(2..=MOST).contains(&names.len()) || repeated || names.iter().any(String::is_empty) {
            return Err(LatticeError::BadSpecies { names, most: MOST });
        }
        Ok(Species(names))
    }

    /// How many.
    #[expect(clippy::len_without_is_empty, reason = "there are at least two")]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Their names.
    pub fn names(&self) -> &[String] {
        &self.0
    }

    /// The position of the species with this name, from 0.
    ///
    /// # Errors
    /// [`LatticeError::UnknownSpecies`] with the names that there are.
    pub fn index(&self, name: &str) -> Result<u8, LatticeError> {
        self.0.iter().position(|known| known == name).map(|at| at as u8).ok_or_else(|| {
            LatticeError::UnknownSpecies { name: name.to_owned(), known: self.0.join(", ") }
        })
    }
}
