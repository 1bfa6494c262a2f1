//! The closures that have a name, a row each: for the whole command, its files and its figures.

#![cfg_attr(not(feature = "figures"), expect(dead_code, reason = "names in figures"))]

use crate::StudyError;
use closures::{
    CalibrationData, Calibrator, Closure, ClusteringMixture, Convention, JointCalibration,
    KirkwoodSuperposition, LogOdds, LogOddsFamily, MaximumEntropy, Monomials, NormalizedKirkwood,
    OptimalApproximation, PairApproximation, PowerOne, PowerTwo, Projected, Reference,
    Regularization, SparseApproximation, WithPathShares, calibrate_jointly,
};
use cluster_stats::Trajectory;
use std::sync::{LazyLock, OnceLock};

/// A closure with a name.
pub(crate) struct Entry {
    /// Its name on the command line and in files.
    pub(crate) name: &'static str,
    /// Its name in figures, below the heading of its group.
    pub(crate) label: &'static str,
    /// Its name in figures without headings.
    pub(crate) full: &'static str,
    /// The panel that it is drawn in; the pair approximation is in all.
    pub(crate) group: Option<Group>,
    /// For a closure that is offered for data of one's own: its place in the help, and what it is.
    pub(crate) offered: Option<(usize, &'static str)>,
    /// How the paper would use it.
    paper: Paper,
    make: Make,
}

/// Closures that are drawn together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Group {
    Field,
    ExactMarginals,
    Paper,
    Optimal,
}

impl Group {
    /// In the order of the panels.
    pub(crate) const ALL: [Group; 4] =
        [Group::Field, Group::ExactMarginals, Group::Paper, Group::Optimal];

    /// Heading of the panel.
    pub(crate) const fn heading(self) -> &'static str {
        match self {
            Group::Field => "closures of the field",
            Group::ExactMarginals => "exact marginals",
            Group::Paper => "as the paper has them",
            Group::Optimal => "OA, calibrated here",
        }
    }
}

/// What the paper has of a closure.
enum Paper {
    /// Nothing.
    Absent,
    /// The same with the path shares.
    WithShares,
    /// The exponents of Table II at x = 1/2.
    TableTwo,
}

/// How a closure, per shape, comes about.
enum Make {
    Plain(fn() -> Box<dyn Closure>),
    Calibrated(fn(&Calibrating<'_>) -> Result<Box<dyn Closure>, StudyError>),
}
use Make::{Calibrated, Plain};

/// All, in the order of the files.
pub(crate) const CATALOG: &[Entry] = &[
    Entry::new("pa", "PA", None, Plain(|| Box::new(PairApproximation)))
        .offered(1, "Pair approximation")
        .in_paper(Paper::WithShares),
    Entry::new(
        "kirkwood",
        "Kirkwood",
        Some(Group::Field),
        Plain(|| Box::new(KirkwoodSuperposition)),
    )
    .offered(3, "Kirkwood superposition"),
    Entry::new(
        "clustering_mixture",
        "mixture",
        Some(Group::Field),
        Plain(|| Box::new(ClusteringMixture::default())),
    )
    .full("clustering mixture")
    .offered(5, "Clustering mixture"),
    Entry::new(
        "normalized_kirkwood",
        "normalised",
        Some(Group::Field),
        Plain(|| Box::new(NormalizedKirkwood)),
    )
    .full("normalised Kirkwood")
    .offered(4, "Kirkwood superposition, normalised"),
    Entry::new(
        "maximum_entropy",
        "max. entropy",
        Some(Group::ExactMarginals),
        Plain(|| Box::new(MaximumEntropy::default())),
    )
    .offered(6, "Maximum entropy"),
    Entry::new(
        "triangle_ring",
        "ring",
        Some(Group::ExactMarginals),
        Plain(|| Box::new(LogOdds::without_coefficients(Reference::TriangleRing))),
    ),
    Entry::new("power_1", "power 1", Some(Group::Field), Plain(|| Box::new(PowerOne))),
    Entry::new("power_2", "power 2", Some(Group::Field), Plain(|| Box::new(PowerTwo))),
    Entry::new("sa", "SA", Some(Group::Paper), Plain(|| Box::new(SparseApproximation)))
        .offered(2, "Sparse approximation")
        .in_paper(Paper::WithShares),
    Entry::new(
        "oa_half_published",
        "OA-1/2",
        Some(Group::Paper),
        Plain(|| Box::new(OptimalApproximation::published_one_half().0)),
    )
    .full("OA-1/2, published")
    .in_paper(Paper::TableTwo),
    Entry::new(
        "oa_third_published",
        "OA-1/3",
        Some(Group::Paper),
        Plain(|| Box::new(OptimalApproximation::published_one_third().0)),
    )
    .full("OA-1/3, published")
    .in_paper(Paper::TableTwo),
    Entry::new(
        OA_HARD,
        "hard",
        Some(Group::Optimal),
        Calibrated(|data| Ok(Box::new(data.hard()?.clone()))),
    )
    .full("OA, hard")
    .offered(7, "Optimal approximation, hard regularization; calibrated on the data")
    .in_paper(Paper::TableTwo),
    Entry::new(
        "oa_soft",
        "soft",
        Some(Group::Optimal),
        Calibrated(|data| Ok(Box::new(data.optimal(Regularization::soft())?.formula()))),
    )
    .full("OA, soft")
    .offered(8, "Optimal approximation, soft regularization; calibrated on the data")
    .in_paper(Paper::TableTwo),
    Entry::new(
        "oa_hard_projected",
        "projected",
        Some(Group::Optimal),
        Calibrated(|data| Ok(Box::new(Projected(data.hard()?.clone())))),
    )
    .full("OA, projected")
    .in_paper(Paper::TableTwo),
    Entry::new(
        "log_odds_pa",
        "log-odds on PA",
        Some(Group::ExactMarginals),
        Calibrated(|data| Ok(Box::new(data.held_log_odds(Reference::PairApproximation)?))),
    ),
    Entry::new(
        "log_odds",
        "log-odds",
        Some(Group::ExactMarginals),
        Calibrated(|data| Ok(Box::new(data.held_log_odds(Reference::TriangleRing)?))),
    )
    .offered(9, "Log-odds closure; calibrated on the data"),
];

/// The closure that `oa` is short for.
pub(crate) const OA_HARD: &str = "oa_hard";

/// What a name must be, for messages.
pub(crate) static ALLOWED: LazyLock<String> = LazyLock::new(|| {
    let names: Vec<&str> = CATALOG.iter().map(|entry| entry.name).collect();
    format!("one of {}", names.join(", "))
});

/// The closures for data of one's own, in the order of the help, with what they are.
pub(crate) fn offered() -> Vec<(&'static Entry, &'static str)> {
    let mut all: Vec<_> =
        CATALOG.iter().filter_map(|entry| Some((entry, entry.offered?))).collect();
    all.sort_by_key(|(_, (place, _))| *place);
    all.into_iter().map(|(entry, (_, about))| (entry, about)).collect()
}

/// The row of a name, if there is one.
pub(crate) fn find(name: &str) -> Option<&'static Entry> {
    CATALOG.iter().find(|entry| entry.name == name)
}

impl Entry {
    const fn new(
        name: &'static str,
        label: &'static str,
        group: Option<Group>,
        make: Make,
    ) -> Entry {
        Entry { name, label, full: label, group, offered: None, paper: Paper::Absent, make }
    }

    const fn full(self, full: &'static str) -> Entry {
        Entry { full, ..self }
    }

    const fn offered(self, place: usize, about: &'static str) -> Entry {
        Entry { offered: Some((place, about)), ..self }
    }

    const fn in_paper(self, paper: Paper) -> Entry {
        Entry { paper, ..self }
    }

    /// Whether it is calibrated on data.
    pub(crate) fn needs_data(&self) -> bool {
        matches!(self.make, Calibrated(_))
    }

    /// The closure, per shape.
    ///
    /// # Errors
    /// Those of the calibration.
    pub(crate) fn closure(&self, data: &Calibrating<'_>) -> Result<Box<dyn Closure>, StudyError> {
        match self.make {
            Plain(make) => Ok(make()),
            Calibrated(make) => make(data),
        }
    }

    /// Whether the paper has it in some form.
    pub(crate) fn is_published(&self) -> bool {
        !matches!(self.paper, Paper::Absent)
    }

    /// The form in which the paper would use `closure`, which is this one.
    pub(crate) fn as_published<'a>(&self, closure: &'a dyn Closure) -> Box<dyn Closure + 'a> {
        match self.paper {
            Paper::TableTwo => Box::new(OptimalApproximation::published_one_half()),
            Paper::WithShares | Paper::Absent => Box::new(WithPathShares(closure)),
        }
    }
}

/// Data that closures are calibrated on, all together.
pub(crate) struct Calibrating<'a> {
    means: Vec<&'a Trajectory>,
    sets: Vec<CalibrationData<'a>>,
    ridge: f64,
    /// OA with hard regularization, which two closures are made of.
    hard: OnceLock<OptimalApproximation>,
}

impl<'a> Calibrating<'a> {
    /// The ridge of [`new`](Self::new): it decides what one composition leaves open, and nothing else.
    pub(crate) const RIDGE: f64 = 1e-6;

    /// With the ridge of log-odds closures.
    pub(crate) fn new(
        means: Vec<&'a Trajectory>,
        sets: Vec<CalibrationData<'a>>,
        ridge: f64,
    ) -> Calibrating<'a> {
        Calibrating { means, sets, ridge, hard: OnceLock::new() }
    }

    /// The optimal approximation, consistent.
    ///
    /// # Errors
    /// Those of the calibration.
    pub(crate) fn optimal(
        &self,
        regularization: Regularization,
    ) -> Result<closures::Calibration, StudyError> {
        Ok(calibrate_jointly(&self.means, regularization, Convention::Consistent)?)
    }

    fn hard(&self) -> Result<&OptimalApproximation, StudyError> {
        if let Some(hard) = self.hard.get() {
            return Ok(hard);
        }
        let hard = self.optimal(Regularization::hard())?.formula();
        Ok(self.hard.get_or_init(|| hard))
    }

    /// The log-odds closure with its covariance.
    ///
    /// # Errors
    /// Those of the calibration.
    pub(crate) fn log_odds(
        &self,
        reference: Reference,
    ) -> Result<JointCalibration<LogOdds<Monomials>>, StudyError> {
        let family = LogOddsFamily::new(Monomials::default(), reference);
        Ok(Calibrator::new().ridge(self.ridge)?.calibrate(&family, &self.sets)?)
    }

    /// The log-odds closure, held to the order of the data, so that it extrapolates no further.
    ///
    /// # Errors
    /// Those of the calibration.
    pub(crate) fn held_log_odds(
        &self,
        reference: Reference,
    ) -> Result<LogOdds<Monomials>, StudyError> {
        Ok(self.log_odds(reference)?.into_closure().held_to_order_of(&self.sets))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_there_once_and_those_without_data_have_a_closure() {
        let nothing = Calibrating::new(Vec::new(), Vec::new(), Calibrating::RIDGE);
        for (index, entry) in CATALOG.iter().enumerate() {
            assert!(
                CATALOG[..index].iter().all(|other| other.name != entry.name),
                "{}",
                entry.name
            );
            assert_eq!(entry.closure(&nothing).is_ok(), !entry.needs_data(), "{}", entry.name);
        }
    }
}
