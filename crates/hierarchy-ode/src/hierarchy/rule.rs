//! Species and the local rules by which they change.

use crate::{DerivationError, OdeError};

/// Most species that a lattice may hold.
const MOST: usize = 16;

/// The species that a site can hold, by name, in the order in which patterns are written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Species(Vec<String>);

impl Species {
    /// Two to sixteen different names; an empty site is a species too.
    ///
    /// # Errors
    /// [`OdeError::BadSpecies`] for fewer or more, a name twice, or an empty one.
    pub fn new<N: AsRef<str>>(names: &[N]) -> Result<Species, OdeError> {
        let names: Vec<String> = names.iter().map(|name| name.as_ref().trim().to_owned()).collect();
        let repeated = (1..names.len()).any(|i| names[..i].contains(&names[i]));
        if !(2..=MOST).contains(&names.len()) || repeated || names.iter().any(String::is_empty) {
            return Err(OdeError::BadSpecies { names, most: MOST });
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

    pub(super) fn index(&self, name: &str) -> Result<u8, OdeError> {
        self.0.iter().position(|known| known == name).map(|at| at as u8).ok_or_else(|| {
            OdeError::UnknownSpecies { name: name.to_owned(), known: self.0.join(", ") }
        })
    }
}

/// A local transition and its rate constant, in 1/time.
///
/// ```
/// use hierarchy_ode::Rule;
/// let swaps = Rule::exchange("+", "-");                          // Kawasaki dynamics
/// let infection = Rule::change_beside("S", "I", "I").rate("beta"); // by each infected neighbour
/// let recovery = Rule::change("I", "R").rate("gamma");
/// let pairs_adsorb = Rule::pair(["empty", "empty"], ["O", "O"]);
/// let glauber = Rule::change_by_count("up", "down", "up");       // one rate for each count
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    pub(super) kind: Kind<String>,
    pub(super) rate: Option<String>,
    pub(super) by_class: bool,
}

/// What a rule does; `S` is a name or, once known, an index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind<S> {
    /// `from`, `to`
    Site(S, S),
    /// What the two neighbours are before and after.
    Pair([S; 2], [S; 2]),
    /// `from`, `to`, and the species that is counted among the neighbours.
    Counted(S, S, S),
}

impl Kind<u8> {
    /// Whether the other rule has the same events; neighbours stand in either order.
    fn is_event_of(self, other: Kind<u8>) -> bool {
        let turned = match self {
            Kind::Pair([a, b], [c, d]) => Kind::Pair([b, a], [d, c]),
            kind => kind,
        };
        self == other || turned == other
    }
}

impl Rule {
    fn new(kind: Kind<String>) -> Rule {
        Rule { kind, rate: None, by_class: false }
    }

    /// Neighbours `one` and `other` change places.
    pub fn exchange(one: &str, other: &str) -> Rule {
        Rule::pair([one, other], [other, one])
    }

    /// A site changes by itself.
    pub fn change(from: &str, to: &str) -> Rule {
        Rule::new(Kind::Site(from.into(), to.into()))
    }

    /// A site changes through a neighbour that stays as it is; the rate is for each such neighbour
    /// (contact process, SIS, SIR).
    pub fn change_beside(from: &str, to: &str, neighbour: &str) -> Rule {
        Rule::pair([from, neighbour], [to, neighbour])
    }

    /// Two neighbours change together; the rate is for each pair of neighbours that can, once
    /// where both ways round are one event (as in the adsorption of a dimer).
    pub fn pair(before: [&str; 2], after: [&str; 2]) -> Rule {
        Rule::new(Kind::Pair(before.map(String::from), after.map(String::from)))
    }

    /// A site changes at a rate that depends on how many of its neighbours are `counted`: one rate
    /// constant for each number from 0 to the coordination (Glauber dynamics).
    pub fn change_by_count(from: &str, to: &str, counted: &str) -> Rule {
        Rule::new(Kind::Counted(from.into(), to.into(), counted.into()))
    }

    /// Names the rate constant; by default they are k1, k2, ... in the order in which the
    /// equations show them. Several constants of one rule get `name0`, `name1`, ... for counts and
    /// `name1`, `name2`, ... for classes. Rules with one name have one rate constant, or one for
    /// each count or class.
    ///
    /// A name is not empty, holds no space and does not begin with a digit;
    /// [`Hierarchy::derive`](crate::Hierarchy::derive) checks it.
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

    pub(super) fn resolve(&self, species: &Species) -> Result<Kind<u8>, OdeError> {
        let index = |name: &String| species.index(name);
        let kind = match &self.kind {
            Kind::Site(from, to) => Kind::Site(index(from)?, index(to)?),
            Kind::Pair([a, b], [c, d]) => {
                Kind::Pair([index(a)?, index(b)?], [index(c)?, index(d)?])
            }
            Kind::Counted(from, to, counted) => {
                Kind::Counted(index(from)?, index(to)?, index(counted)?)
            }
        };
        let idle = match kind {
            Kind::Site(from, to) | Kind::Counted(from, to, _) => from == to,
            Kind::Pair(before, after) => before == after,
        };
        if idle { Err(OdeError::IdleRule { rule: self.to_string() }) } else { Ok(kind) }
    }
}

/// Whether names of rate constants can be shown, and no rule is there twice.
pub(super) fn check_rules(rules: &[Rule], kinds: &[Kind<u8>]) -> Result<(), DerivationError> {
    for (second, rule) in rules.iter().enumerate() {
        if let Some(name) = &rule.rate {
            let digit = name.starts_with(|c: char| c.is_ascii_digit());
            if name.is_empty() || digit || name.contains(char::is_whitespace) {
                let (rule, name) = (rule.to_string(), name.clone());
                return Err(DerivationError::BadRateName { rule, name });
            }
        }
        let same = |first: &usize| {
            let constant = |rule: &Rule| (rule.rate.clone(), rule.by_class);
            kinds[*first].is_event_of(kinds[second]) && constant(&rules[*first]) == constant(rule)
        };
        if let Some(first) = (0..second).find(same) {
            let (rule, first, second) = (rule.to_string(), first + 1, second + 1);
            return Err(DerivationError::RepeatedRule { rule, first, second });
        }
    }
    Ok(())
}

impl std::fmt::Display for Rule {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.kind {
            Kind::Site(from, to) => write!(f, "{from} -> {to}"),
            Kind::Pair([a, b], [c, d]) => write!(f, "{a} {b} -> {c} {d}"),
            Kind::Counted(from, to, counted) => {
                write!(f, "{from} -> {to} by the number of {counted} beside it")
            }
        }
    }
}
