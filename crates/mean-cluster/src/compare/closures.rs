//! The closures compared, and their errors against data.

use crate::StudyError;
use crate::catalog::{CATALOG, Calibrating, Entry};
use crate::study::AnnealedComposition;
use closures::{CalibrationData, Closure, triplet_errors};
use cluster_stats::{Concentrations, SumRule, TripletType};
use serde::{Deserialize, Serialize};

/// A closure with its name in files.
pub struct ComparedClosure {
    /// Its name, e.g. `pa`, `log_odds`.
    pub name: &'static str,
    /// Compositions it was calibrated on, `0.3333333333333333;0.5`; empty if it has no parameters
    /// or published ones.
    pub calibration: String,
    /// The closure, per shape.
    pub closure: Box<dyn Closure>,
}

impl std::fmt::Debug for ComparedClosure {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{} ({})", self.name, self.calibration)
    }
}

/// The errors of one closure at one composition.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClosureScore {
    /// Its name in files.
    pub closure: String,
    /// Where it was calibrated, as in [`ComparedClosure`].
    pub calibration: String,
    /// Nominal composition of the data.
    pub x: f64,
    /// The mean error (30).
    pub mean_error: f64,
    /// The type with the largest error (15).
    #[serde(with = "crate::output")]
    pub worst_type: TripletType,
    /// Its error.
    pub worst_type_error: f64,
    /// The largest deviation from a sum or marginal at the pairs of the data.
    pub marginal_residual: f64,
    /// How far below 0 a value goes there; 0 if none does.
    pub negative: f64,
}

/// All closures, the calibrated ones on the means of `data` together.
///
/// # Errors
/// Those of the calibrations.
pub fn compared_closures(data: &[AnnealedComposition]) -> Result<Vec<ComparedClosure>, StudyError> {
    closures_of(CATALOG, data)
}

/// As [`compared_closures`], those of some rows of the catalog.
pub(crate) fn closures_of(
    entries: impl IntoIterator<Item = &'static Entry>,
    data: &[AnnealedComposition],
) -> Result<Vec<ComparedClosure>, StudyError> {
    let means = data.iter().map(|at| &at.mean.mean).collect();
    let sets = data.iter().map(|at| CalibrationData::from(&at.mean)).collect();
    let calibrating = Calibrating::new(means, sets, Calibrating::RIDGE);
    let label: Vec<String> = data.iter().map(|at| at.x.to_string()).collect();
    let label = label.join(";");
    let compared = |entry: &'static Entry| {
        let calibration = if entry.needs_data() { label.clone() } else { String::new() };
        Ok(ComparedClosure { name: entry.name, calibration, closure: entry.closure(&calibrating)? })
    };
    entries.into_iter().map(compared).collect()
}

/// The errors of every closure on the mean of every composition.
pub(super) fn scores<'a>(
    closures: &[ComparedClosure],
    judged: impl Iterator<Item = &'a AnnealedComposition> + Clone,
) -> Result<Vec<ClosureScore>, StudyError> {
    let mut rows = Vec::new();
    for compared in closures {
        for at in judged.clone() {
            rows.push(score(compared, at).map_err(StudyError::at(at.x))?);
        }
    }
    Ok(rows)
}

fn score(compared: &ComparedClosure, at: &AnnealedComposition) -> Result<ClosureScore, StudyError> {
    let data = &at.mean.mean;
    let errors = triplet_errors(&compared.closure, data)?;
    let worst = |a: &TripletType, b: &TripletType| errors[a.index()].total_cmp(&errors[b.index()]);
    let worst_type = TripletType::ALL.into_iter().max_by(worst).expect("there are 16 types");
    let (mut marginal_residual, mut negative) = (0.0_f64, 0.0_f64);
    for record in data.records() {
        let pairs = record.concentrations.pairs;
        let triplets = compared.closure.triplets(&pairs)?;
        let found = Concentrations { pairs, triplets };
        for rule in SumRule::all().filter(|rule| *rule != SumRule::PairSum) {
            marginal_residual = marginal_residual.max(rule.residual(&found).abs());
        }
        triplets.iter().for_each(|(_, value)| negative = negative.max(-value));
    }
    Ok(ClosureScore {
        closure: compared.name.to_owned(),
        calibration: compared.calibration.clone(),
        x: at.x,
        mean_error: errors.iter().sum::<f64>() / 16.0,
        worst_type,
        worst_type_error: errors[worst_type.index()],
        marginal_residual,
        negative,
    })
}
