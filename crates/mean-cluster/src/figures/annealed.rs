//! All figures of an annealing of the user's own.

use super::{Figure, annealing, film, triplets};
use crate::StudyError;
use closures::{Closure, KirkwoodSuperposition, PairApproximation};
use cluster_stats::{ReplicaMean, TripletType};
use lattice_core::Frame;

/// Types that tell orders apart: one of each kind of atoms in the middle and of each shape.
const TYPES: [TripletType; 4] =
    [TripletType::LinPmp, TripletType::LinMpm, TripletType::AngPpm, TripletType::TriPpm];

/// Temperature, energy and pairs over the annealing, triplets beside closures without parameters, and
/// a film strip if there are frames; `species` are the symbols of (+) and (-).
///
/// # Errors
/// Those of the closures.
pub fn of_annealing(
    data: &ReplicaMean,
    frames: &[Frame],
    species: [&str; 2],
) -> Result<Vec<Figure>, StudyError> {
    let closures: [(&str, &dyn Closure); 2] =
        [("PA", &PairApproximation), ("Kirkwood", &KirkwoodSuperposition)];
    let source = "Data: replicas.csv.";
    let mut figures = vec![
        annealing(data).captioned(source),
        triplets(&[("the annealing", data)], &closures, &TYPES)?.captioned(source),
    ];
    if !frames.is_empty() {
        figures.push(film(frames, species).captioned("The first replica. Data: the film."));
    }
    Ok(figures)
}
