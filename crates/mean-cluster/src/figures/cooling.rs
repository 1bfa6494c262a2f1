//! Energy against temperature.

use super::{Curve, CurvePanel, Figure, curves};
use crate::StudyError;
use cluster_stats::ReplicaMean;

/// Mean energy per site against the temperature of the annealing.
///
/// # Errors
/// [`StudyError::Figure`] without a sample that has both.
pub fn cooling(data: &ReplicaMean) -> Result<Figure, StudyError> {
    let records = data.mean.records().iter();
    let points = records.filter_map(|r| Some([r.temperature?, r.energy_per_site?]));
    let mut points: Vec<[f64; 2]> = points.collect();
    points.sort_by(|a, b| a[0].total_cmp(&b[0]));
    let curve = Curve { name: "annealing".to_owned(), points, errors: None };
    let (title, y) = ("cooling".to_owned(), "E per site".to_owned());
    let panel = CurvePanel { title, y, curves: vec![curve] };
    Ok(curves("T (unit of E)", &[panel])?.named("cooling"))
}
