//! The local rules by which species change.

use super::Species;
use crate::LatticeError;

/// A local transition and its rate constant, in 1/time.
///
/// ```
/// use lattice_core::Rule;
/// let swaps = Rule::exchange("+", "-");                          // Kawasaki dynamics
/// let infection = Rule::change_beside("S", "I", "I").rate("beta"); // by each infected neighbour
/// let recovery = Rule::change("I", "R").rate("gamma");
/// let pairs_adsorb = Rule::pair(["empty", "empty"], ["O", "O"]);
/// let glauber = Rule::change_by_count("up", "down", "up");       // one rate for each count
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    kind: Transition<String>,
    rate: Option<String>,
    by_class: bool,
}

/// What a rule does. `S` is the name of a species, or its position in a [`Species`] list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transition<S = u8> {
    /// A site changes: the species before, and the species after.
    Site(S, S),
    /// Two neighbours change: their species before, and their species after.
    Pair([S; 2], [S; 2]),
    /// A site changes at a rate that depends on its neighbours: the species before, the species
    /// after, and the species that is counted among the neighbours.
    Counted(S, S, S),
}

impl Transition<u8> {
    /// Whether the other transition has the same events. Neighbours may stand in either order.
    pub fn is_event_of(self, other: Transition<u8>) -> bool {
        let turned = match self {
            Transition::Pair([a, b], [c, d]) => Transition::Pair([b, a], [d, c]),
            kind => kind,
        };
        self == other || turned == other
    }
}

impl Rule {
    fn new(kind: Transition<String>) -> Rule {
        Rule { kind, rate: None, by_class: false }
    }

    /// Neighbours `one` and `other` change places.
    pub fn exchange(one: &str, other: &str) -> Rule {
        Rule::pair([one, other], [other, one])
    }

    /// A site changes by itself.
    pub fn change(from: &str, to: &str) -> Rule {
        Rule::new(Transition::Site(from.into(), to.into()))
    }

    /// A site changes through a neighbour that stays as it is; the rate is for each such neighbour
    /// (contact process, SIS, SIR).
    pub fn change_beside(from: &str, to: &str, neighbour: &str) -> Rule {
        Rule::pair([from, neighbour], [to, neighbour])
    }

    /// Two neighbours change together; the rate is for each pair of neighbours that can, once
    /// where both ways round are one event (as in the adsorption of a dimer).
    pub fn pair(before: [&str; 2], after: [&str; 2]) -> Rule {
        Rule::new(Transition::Pair(before.map(String::from), after.map(String::from)))
    }

    /// A site changes at a rate that depends on how many of its neighbours are `counted`: one rate
    /// constant for each number from 0 to the coordination (Glauber dynamics).
    pub fn change_by_count(from: &str, to: &str, counted: &str) -> Rule {
        Rule::new(Transition::Counted(from.into(), to.into(), counted.into()))
    }

    /// Names the rate constant; by default they are k1, k2, ... in the order in which the
    /// equations show them. Several constants of one rule get `name0`, `name1`, ... for counts and
    /// `name1`, `name2`, ... for classes. Rules with one name have one rate constant, or one for
    /// each count or class.
    ///
    /// A name is not empty, holds no space and does not begin with a digit;
    /// `Hierarchy::derive` of `hierarchy-ode` checks it.
    #[must_use]
    pub fn rate(mut self, name: &str) -> Rule {
        self.rate = Some(name.trim().to_owned());
        self
    }

    /// With a rate constant for each directed class of the enlarged cluster, the window and the
    /// sites that change, as in (5): a model, because one event then has a rate for every window
    /// that it touches. Source: Ahmadi, Foster, Protas 2022, section III.
    #[must_use]
    pub fn by_class(mut self) -> Rule {
        self.by_class = true;
        self
    }

    /// Whether the rule has a constant for each class: see [`by_class`](Self::by_class).
    pub fn is_by_class(&self) -> bool {
        self.by_class
    }

    /// The name of the rate constant that [`rate`](Self::rate) gave, if any.
    pub fn rate_name(&self) -> Option<&str> {
        self.rate.as_deref()
    }

    /// What the rule does, with the positions of its species in the list.
    ///
    /// # Errors
    /// [`LatticeError::UnknownSpecies`] for a name that is not in the list;
    /// [`LatticeError::IdleRule`] for a rule that changes nothing.
    pub fn resolve(&self, species: &Species) -> Result<Transition<u8>, LatticeError> {
        let index = |name: &String| species.index(name);
        let kind = match &self.kind {
            Transition::Site(from, to) => Transition::Site(index(from)?, index(to)?),
            Transition::Pair([a, b], [c, d]) => {
                Transition::Pair([index(a)?, index(b)?], [index(c)?, index(d)?])
            }
            Transition::Counted(from, to, counted) => {
                Transition::Counted(index(from)?, index(to)?, index(counted)?)
            }
        };
        let idle = match kind {
            Transition::Site(from, to) | Transition::Counted(from, to, _) => from == to,
            Transition::Pair(before, after) => before == after,
        };
        if idle { Err(LatticeError::IdleRule { rule: self.to_string() }) } else { Ok(kind) }
    }
}

impl std::fmt::Display for Rule {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.kind {
            Transition::Site(from, to) => write!(f, "{from} -> {to}"),
            Transition::Pair([a, b], [c, d]) => write!(f, "{a} {b} -> {c} {d}"),
            Transition::Counted(from, to, counted) => {
                write!(f, "{from} -> {to} by the number of {counted} beside it")
            }
        }
    }
}
