//! What can be wrong with rules, with the names of rate constants and with the search for conserved
//! sums.

/// Errors of deriving a hierarchy and of naming its rate constants.
///
/// [`OdeError::Derivation`](crate::OdeError::Derivation) passes them on.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum DerivationError {
    /// A rule that stands twice in the list, with the same rate constant or both times without one.
    #[error(
        "the rule {rule} is given twice, as number {first} and number {second}: every event would count twice; remove one, or give the two rate constants different names"
    )]
    RepeatedRule {
        /// The rule.
        rule: String,
        /// Its first number in the list, from 1.
        first: usize,
        /// Its second number in the list, from 1.
        second: usize,
    },
    /// Rates by the number of neighbours where these have too many states.
    #[error(
        "rates by count look at all states of the neighbours, {species}^{coordination} = {neighbourhoods:e}; up to {limit} are possible (two species, coordination 8)"
    )]
    TooManyNeighbourhoods {
        /// How many species.
        species: usize,
        /// How many neighbours.
        coordination: usize,
        /// States of them all.
        neighbourhoods: f64,
        /// The limit.
        limit: f64,
    },
    /// A name of a rate constant that the equations could not show.
    #[error(
        "the rate constant of the rule {rule} is called {name:?}; a name is not empty, holds no space and does not begin with a digit"
    )]
    BadRateName {
        /// The rule.
        rule: String,
        /// What was given.
        name: String,
    },
    /// Two different rate constants that would have one name, such as a rule's own name `k1` and
    /// the first constant of a rule by class that is called `k`.
    #[error(
        "the rules {first} and {second} both have a rate constant {name}, but not the same one: a rule by count or by class adds a number to its name; rename one"
    )]
    RateNameClash {
        /// The name.
        name: String,
        /// A rule with a constant of this name.
        first: String,
        /// Another one.
        second: String,
    },
    /// A list of named rate constants that is not one value for each constant.
    #[error("{}", problems(missing, repeated, unknown, known))]
    RateNames {
        /// Names of the hierarchy without a value.
        missing: Vec<String>,
        /// Names with more than one value.
        repeated: Vec<String>,
        /// Names that the hierarchy does not have.
        unknown: Vec<String>,
        /// The names that the hierarchy has.
        known: Vec<String>,
    },
    /// Too many patterns to look for conserved sums.
    #[error(
        "conserved sums were not searched: the clusters would be written as about {estimate:.1e} patterns, the limit is {limit:.0e}; lower the order to search"
    )]
    ConservationTooLarge {
        /// Estimated patterns.
        estimate: f64,
        /// Most that are written out.
        limit: f64,
    },
    /// Coefficients that grew too large in the exact elimination.
    #[error(
        "conserved sums were not found: a coefficient of the exact elimination exceeds 128 bits at order {order}; lower the order to search"
    )]
    ConservationOverflow {
        /// The order of the hierarchy.
        order: usize,
    },
}

/// What is wrong with a list of named rate constants.
fn problems(
    missing: &[String],
    repeated: &[String],
    unknown: &[String],
    known: &[String],
) -> String {
    let all = [("no value for", missing), ("twice", repeated), ("unknown", unknown)];
    let all = all.iter().filter(|(_, names)| !names.is_empty());
    let all: Vec<String> =
        all.map(|(what, names)| format!("{what}: {}", names.join(", "))).collect();
    format!("rate constants: {}; give each of {} once", all.join("; "), known.join(", "))
}
