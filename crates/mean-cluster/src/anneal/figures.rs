//! All figures of an annealing of the user's own.

use super::Annealed;
use crate::StudyError;
use crate::figures::{Figure, annealing, film, triplets};
use closures::{Closure, KirkwoodSuperposition, PairApproximation};
use cluster_stats::TripletType;

/// Types that tell orders apart: one of each kind of atoms in the middle and of each shape.
const TYPES: [TripletType; 4] =
    [TripletType::LinPmp, TripletType::LinMpm, TripletType::AngPpm, TripletType::TriPpm];

/// Temperature, energy and pairs over the annealing, triplets beside closures without parameters, and
/// a film strip if there are frames.
///
/// # Errors
/// Those of the closures.
pub(super) fn all(files: &Annealed) -> Result<Vec<Figure>, StudyError> {
    let data = &files.mean;
    let closures: [(&str, &dyn Closure); 2] =
        [("PA", &PairApproximation), ("Kirkwood", &KirkwoodSuperposition)];
    let source = "Data: replicas.csv.";
    let mut figures = vec![
        annealing(data).captioned(source),
        triplets(&[("the annealing", data)], &closures, &TYPES)?.captioned(source),
    ];
    if !files.film.is_empty() {
        figures.push(
            film(&files.film, [&files.settings.plus, &files.settings.minus])
                .captioned("The first replica. Data: the film."),
        );
    }
    Ok(figures)
}
