//! What a closure of a hierarchy keeps of the properties that it may have, by trying.

use super::closed_hierarchy::ClosedHierarchy;
use super::sums::value;
use super::system::Closing;
use crate::OdeError;
use std::fmt;

/// What [`check_cluster_closure`] found. The first two numbers are the contract of
/// [`ClusterClosure`](closures::ClusterClosure), the others are what a closure may claim.
#[derive(Debug)]
#[non_exhaustive]
pub struct ClusterContractReport {
    /// States at which the closure was asked.
    pub states: usize,
    /// How many of these gave an error, or a value that is not finite.
    pub errors: usize,
    /// The first error.
    pub first_error: Option<OdeError>,
    /// Whether the same state gave the same bits the second time, after other calls.
    pub pure: bool,
    /// The smallest value met.
    pub smallest: f64,
    /// The largest value met.
    pub largest: f64,
    /// The largest error for states without correlations.
    pub uncorrelated_error: f64,
    /// The fastest change, all rate constants 1, of a difference between two ways to a smaller
    /// cluster or of the sum of a window: 0 to rounding where the closure keeps its marginals.
    pub marginal_rate: f64,
    /// The fastest change, all rate constants 1, of what all rules conserve.
    pub conservation_rate: f64,
    /// The largest difference, all rate constants 1, between how the smaller clusters move as
    /// marginals of the largest windows and what their own equations say, of those into which no
    /// closure enters. It is 0 to rounding where the closure keeps its marginals.
    pub lower_equation_rate: f64,
}

impl ClusterContractReport {
    /// Whether the contract holds: a value at every state, the same one twice.
    pub fn holds(&self) -> bool {
        self.errors == 0 && self.pure
    }
}

impl fmt::Display for ClusterContractReport {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(formatter, "{} states, {} errors", self.states, self.errors)?;
        writeln!(formatter, "pure                       {}", self.pure)?;
        writeln!(
            formatter,
            "values                     {:e} to {:e}",
            self.smallest, self.largest
        )?;
        writeln!(formatter, "error without correlations {:9.2e}", self.uncorrelated_error)?;
        writeln!(formatter, "marginals move at          {:9.2e}", self.marginal_rate)?;
        writeln!(formatter, "conserved sums move at     {:9.2e}", self.conservation_rate)?;
        write!(formatter, "lower equations are off by {:9.2e}", self.lower_equation_rate)
    }
}

/// Asks a closed hierarchy's closure at mixtures of uncorrelated states, which are possible on
/// every lattice and correlated, and at states of one species, where most parts are 0.
///
/// ```
/// use closures::PairFactorization;
/// use hierarchy_ode::{ClosedHierarchy, Hierarchy, Lattice, Rule, Species, check_cluster_closure};
/// let swaps = [Rule::exchange("+", "-")];
/// let hierarchy = Hierarchy::derive(Lattice::square(), Species::new(&["+", "-"])?, &swaps, 2)?;
/// let report = check_cluster_closure(&ClosedHierarchy::new(hierarchy, PairFactorization)?);
/// assert!(report.holds() && report.smallest >= 0.0, "{report}");
/// assert!(report.conservation_rate < 1e-14); // no loops in windows of three sites here
/// # Ok::<(), hierarchy_ode::OdeError>(())
/// ```
pub fn check_cluster_closure(closed: &ClosedHierarchy) -> ClusterContractReport {
    let mut report = ClusterContractReport {
        states: 0,
        errors: 0,
        first_error: None,
        pure: true,
        smallest: f64::INFINITY,
        largest: f64::NEG_INFINITY,
        uncorrelated_error: 0.0,
        marginal_rate: 0.0,
        conservation_rate: 0.0,
        lower_equation_rate: 0.0,
    };
    // what a closure keeps shows where nothing else keeps it
    let closed = match closed.closed_by(Closing::Windows) {
        Ok(alone) => alone,
        Err(error) => {
            report.errors = 1;
            report.first_error = Some(error);
            return report;
        }
    };
    let species = closed.hierarchy().species().len();
    let densities = densities(species, 12);
    let uncorrelated = |densities: &[f64]| closed.random_start(densities).ok();
    let alone: Vec<Vec<f64>> = densities.iter().filter_map(|one| uncorrelated(one)).collect();
    let mixed = alone.iter().zip(alone.iter().skip(species)).zip([0.5, 0.2, 0.9].iter().cycle());
    let mixed = mixed.map(|((one, other), share)| {
        one.iter().zip(other).map(|(a, b)| share * a + (1.0 - share) * b).collect::<Vec<f64>>()
    });
    let states: Vec<Vec<f64>> = alone.iter().cloned().chain(mixed).collect();
    let mut first: Vec<Option<Vec<f64>>> = Vec::new();
    let rates = vec![1.0; closed.hierarchy().rates().len()];
    for (index, state) in states.iter().enumerate() {
        report.states += 1;
        let answer = closed.supplied(state).and_then(|values| {
            // finds what is not finite too
            Ok((values, closed.derivative(&rates, state)?))
        });
        let (values, slope) = match answer {
            Ok(answer) => answer,
            Err(error) => {
                report.errors += 1;
                report.first_error.get_or_insert(error);
                first.push(None);
                continue;
            }
        };
        for (at, supplied) in &values {
            report.smallest = report.smallest.min(*supplied);
            report.largest = report.largest.max(*supplied);
            if let Some(densities) = densities.get(index) {
                let pattern = closed.hierarchy().types()[*at].pattern.species().iter();
                let product: f64 = pattern.map(|what| densities[usize::from(*what)]).product();
                let error = (supplied - product).abs();
                report.uncorrelated_error = report.uncorrelated_error.max(error);
            }
        }
        for sum in closed.differences.iter().chain(closed.marginals.totals()) {
            report.marginal_rate = report.marginal_rate.max(value(sum, &slope).abs());
        }
        if let Ok(values) = closed.concentrations(state) {
            let off = closed.lower.residual(&rates, &slope, &values);
            report.lower_equation_rate = report.lower_equation_rate.max(off);
        }
        for sum in closed.conserved.iter() {
            report.conservation_rate = report.conservation_rate.max(value(sum, &slope).abs());
        }
        first.push(Some(values.into_iter().map(|(_, value)| value).collect()));
    }
    for (state, before) in states.iter().zip(first) {
        let again = closed.supplied(state).ok();
        let again = again.map(|values| values.into_iter().map(|(_, value)| value).collect());
        report.pure &= before.is_none() || before == again;
    }
    report
}

/// Each species alone, then `others` points spread over the simplex.
fn densities(species: usize, others: usize) -> Vec<Vec<f64>> {
    let alone = (0..species).map(|s| {
        (0..species).map(|other| if other == s { 1.0 } else { 0.0 }).collect::<Vec<f64>>()
    });
    let spread = (1..=others).map(|n| {
        let raw: Vec<f64> =
            (0..species).map(|s| 0.05 + (n as f64 * (s as f64 + 2.0).sqrt()).fract()).collect();
        let sum: f64 = raw.iter().sum();
        raw.into_iter().map(|v| v / sum).collect()
    });
    alone.chain(spread).collect()
}
