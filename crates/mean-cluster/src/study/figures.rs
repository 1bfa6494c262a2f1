//! All figures of a study from its files.

use super::{
    AnnealedComposition, BOUNDS, DrawRow, LARGEST_RATE, ONE_HALF, ONE_THIRD, STOICHIOMETRIES, Study,
};
use crate::StudyError;
use crate::figures::*;
use crate::posterior::Draws;
use closures::{Closure, Convention, PairApproximation, SparseApproximation, triplet_errors};
use cluster_stats::{PairConcentrations, Trajectory, TripletType};
use hierarchy_ode::{ClosedModel, Misfit, RateConstants, SparseSolution};

/// The paper's (alpha1, alpha2) (section VI D).
pub(super) const PUBLISHED_ALPHAS: [f64; 2] = [-0.083, -0.166];

/// Dots of a pair plot.
const DOTS: usize = 2000;

/// A closure's name in figures, and its keys in files: closure, regularization, calibration.
pub(super) type Named = (&'static str, (&'static str, &'static str, Option<f64>));

pub(super) const PA: Named = ("PA", ("pa", "", None));
pub(super) const SA: Named = ("SA", ("sa", "", None));
pub(super) const OA_HALF: Named = ("OA-1/2", ("oa", "hard", Some(ONE_HALF)));
pub(super) const OA_THIRD: Named = ("OA-1/3", ("oa", "hard", Some(ONE_THIRD)));

/// The figures of the paper that show results, and our own, in the order of the report; each
/// caption names the files its data are from.
///
/// # Errors
/// [`StudyError`] for files that do not have what a figure needs.
pub(super) fn all(files: &Study) -> Result<Vec<Figure>, StudyError> {
    let third = files.mean_at(ONE_THIRD)?;
    let [before, after] = files.atoms()?;
    let draws = files.posteriors.each_ref().map(|rows| draws(rows));
    let mut figures = vec![
        annealing(third)
            .named("fig02")
            .titled("Fig. 2: annealing at x = 1/3")
            .captioned("Data: annealing_mean.csv, x = 1/3."),
        lattices(&[("random initial state", before), ("after annealing", after)])
            .named("fig03")
            .titled("Fig. 3: the lattice before and after annealing at x = 1/3")
            .captioned("The first replica. Data: lattices.csv."),
    ];
    // as published first: that is the figure the paper shows
    for convention in [Convention::AsPublished, Convention::Consistent] {
        figures.push(figure_8(files, convention)?);
        figures.push(figure_9(files, convention)?);
        figures.push(figure_10(files, convention)?);
    }
    figures.push(figure_11(files)?);
    figures.push(figure_12(files)?);
    let names = [("PA", "pa"), ("OA-1/2", "oa_half")];
    for (draws, (name, file)) in draws.iter().zip(names) {
        let title = format!("Fig. 13: draws of the posterior with {name}");
        let data = format!("Published rates, as published, x = 1/3. Data: posterior_{file}.csv.");
        let figure = pair_plot(&draws.thinned(DOTS), [0.0, LARGEST_RATE], "1/(annealing)")?;
        figures.push(figure.named(format!("fig13-{file}")).titled(title).captioned(&data));
    }
    figures.push(figure_14(files, &draws)?);
    figures.push(reversal(files)?);
    let [alpha1, alpha2] = PUBLISHED_ALPHAS;
    let start = PairConcentrations::random_lattice(ONE_THIRD);
    figures.push(
        sparse_drift(&SparseSolution::new(alpha1, alpha2, start)?, 2.0)?
            .named("drift")
            .titled("Composition drift and negative C₋₋ of the published SA fit")
            .captioned("Start: the random lattice at x = 1/3. Data: none but the published fit."),
    );
    figures.push(flat(files, &draws[0])?);
    Ok(figures)
}

/// Draws as figures take them.
fn draws(rows: &[DrawRow]) -> Draws {
    Draws::of_rates(rows.iter().map(|row| (row.rates, row.misfit)))
}

fn suffixed(name: &str, convention: Convention) -> String {
    format!("{name}-{convention}")
}

fn figure_8(files: &Study, convention: Convention) -> Result<Figure, StudyError> {
    let (half, third) = (files.mean_at(ONE_HALF)?, files.mean_at(ONE_THIRD)?);
    let pair = convention.apply(PairApproximation);
    let oa_half = files.optimal_approximation(convention, "hard", ONE_HALF)?;
    let oa_third = files.optimal_approximation(convention, "hard", ONE_THIRD)?;
    let curve = |name: &str, data, closure, stroke| TripletCurve {
        name: name.to_owned(),
        data,
        closure,
        stroke,
    };
    let curves = [
        curve("OA-1/2 at x = 1/2", half, &*oa_half, drawing::OA_HALF.stroke()),
        curve("PA at x = 1/2", half, &*pair, PA_LINES[0]),
        curve("OA-1/3 at x = 1/3", third, &*oa_third, drawing::OA_THIRD.stroke()),
        curve("PA at x = 1/3", third, &*pair, PA_LINES[1]),
    ];
    let types =
        [TripletType::LinPpp, TripletType::LinMpm, TripletType::AngMmm, TripletType::TriMmm];
    let figure = triplet_curves(&[("x = 1/2", half), ("x = 1/3", third)], &curves, &types)?;
    Ok(figure
        .named(suffixed("fig08", convention))
        .titled(format!("Fig. 8: triplets against pairs, {convention}"))
        .captioned("Data: annealing_mean.csv; exponents: table2.csv, hard."))
}

/// J_i of a closure at x with jackknife errors, the closure held fixed.
fn type_errors(
    files: &Study,
    convention: Convention,
    (name, keys): Named,
    x: f64,
) -> Result<TypeErrors, StudyError> {
    let closure = closure_of(files, convention, keys)?;
    let of_mean = |mean: &Trajectory| Ok(triplet_errors(&closure, mean)?);
    Ok(TypeErrors {
        name: name.to_owned(),
        errors: files.errors_of(convention, keys, x)?,
        uncertainty: jackknife(files.replicas_at(x)?, of_mean)?,
    })
}

fn closure_of(
    files: &Study,
    convention: Convention,
    keys: (&str, &str, Option<f64>),
) -> Result<Box<dyn Closure>, StudyError> {
    match keys {
        (_, regularization, Some(x)) => files.optimal_approximation(convention, regularization, x),
        ("sa", ..) => Ok(convention.apply(SparseApproximation)),
        _ => Ok(convention.apply(PairApproximation)),
    }
}

fn figure_9(files: &Study, convention: Convention) -> Result<Figure, StudyError> {
    let panel = |closure, x| -> Result<Vec<TypeErrors>, StudyError> {
        [PA, closure].into_iter().map(|named| type_errors(files, convention, named, x)).collect()
    };
    let panels = [("x = 1/2", panel(OA_HALF, ONE_HALF)?), ("x = 1/3", panel(OA_THIRD, ONE_THIRD)?)];
    Ok(errors_by_type(&panels)
        .named(suffixed("fig09", convention))
        .titled(format!("Fig. 9: errors by type where OA was calibrated, {convention}"))
        .captioned("Data: errors_by_type.csv (hard), annealing.csv (bars)."))
}

fn figure_10(files: &Study, convention: Convention) -> Result<Figure, StudyError> {
    let series =
        [PA, OA_HALF, SA].into_iter().map(|named| type_errors(files, convention, named, ONE_HALF));
    Ok(errors_by_type(&[("x = 1/2", series.collect::<Result<_, _>>()?)])
        .named(suffixed("fig10", convention))
        .titled(format!("Fig. 10: errors by type of PA, OA-1/2 and SA at x = 1/2, {convention}"))
        .captioned("Data: errors_by_type.csv (hard), annealing.csv (bars)."))
}

/// Mean errors over compositions with jackknife errors.
fn mean_errors(
    files: &Study,
    convention: Convention,
    named: Named,
) -> Result<ErrorCurve, StudyError> {
    let closure = closure_of(files, convention, named.1)?;
    let mut points = Vec::new();
    for AnnealedComposition { x, replicas, .. } in &files.annealed {
        let mean = |errors: [f64; 16]| errors.iter().sum::<f64>() / 16.0;
        let of_mean = |data: &Trajectory| Ok([mean(triplet_errors(&closure, data)?)]);
        let error = jackknife(replicas, of_mean)?.map_or(0.0, |[error]| error);
        points.push([*x, mean(files.errors_of(convention, named.1, *x)?), error]);
    }
    Ok(ErrorCurve { name: named.0.to_owned(), points })
}

fn figure_11(files: &Study) -> Result<Figure, StudyError> {
    let mut panels = Vec::new();
    for convention in [Convention::AsPublished, Convention::Consistent] {
        for (regularization, bounds) in BOUNDS {
            let mut curves = vec![mean_errors(files, convention, PA)?];
            for (rank, bound) in bounds.into_iter().enumerate() {
                let rows = files.bounded.iter().filter(|row| {
                    row.convention == convention
                        && row.regularization == regularization
                        && row.bound == bound
                });
                let points: Vec<_> = rows.map(|row| [row.x, row.mean_error, 0.0]).collect();
                // hard and soft bounds share looks and the legend by rank
                let [hard, soft] = BOUNDS.map(|(_, bounds)| bounds[rank]);
                curves.push(ErrorCurve {
                    name: format!("bound {hard} (hard), {soft} (soft)"),
                    points,
                });
            }
            panels.push(ErrorPanel { heading: format!("{regularization}, {convention}"), curves });
        }
    }
    Ok(errors_by_composition("mean error E", &panels, None)
        .named("fig11")
        .titled("Fig. 11: mean error of OA-1/3 with hard and soft bounds")
        .captioned(
            "Mean error E (30) of PA and of OA calibrated at x = 1/3. Hard: 0 ≤ γ, ξ ≤ bound (the \
             paper: 2); soft: 0 ≤ γ ≤ bound, ξ free (the paper: 6). Data: errors_by_bound.csv, \
             errors_by_type.csv.",
        ))
}

fn figure_12(files: &Study) -> Result<Figure, StudyError> {
    let mut panels = Vec::new();
    for convention in [Convention::AsPublished, Convention::Consistent] {
        let curves = [PA, OA_THIRD, OA_HALF, SA];
        let curves = curves.into_iter().map(|named| mean_errors(files, convention, named));
        let curves = curves.collect::<Result<_, _>>()?;
        panels.push(ErrorPanel { heading: convention.to_string(), curves });
    }
    Ok(errors_by_composition("mean error E", &panels, None)
        .named("fig12")
        .titled("Fig. 12: mean error of all closures by composition")
        .captioned("Mean error E (30). Data: errors_by_type.csv (hard), annealing.csv (bars)."))
}

fn figure_14(files: &Study, [pair, half]: &[Draws; 2]) -> Result<Figure, StudyError> {
    let mut rows = files.sparse_rates.iter();
    let sparse = rows.find(|row| row.x == ONE_THIRD && row.system == "published");
    let reference = sparse.map(|row| ("SA at its best α₁, α₂", row.misfit));
    Ok(misfit_histograms(&[("PA", pair), ("OA-1/2", half)], reference)?
        .named("fig14")
        .titled("Fig. 14: the misfit along the chains, and that of SA")
        .captioned(
            "As published, x = 1/3. Data: posterior_pa.csv, posterior_oa_half.csv, rates_sa.csv.",
        ))
}

fn reversal(files: &Study) -> Result<Figure, StudyError> {
    let mut curves = Vec::new();
    for convention in [Convention::AsPublished, Convention::Consistent] {
        let (pa, sa) = (convention.apply(PairApproximation), convention.apply(SparseApproximation));
        let mut points = Vec::new();
        for x in STOICHIOMETRIES {
            let mean = |errors: [f64; 16]| errors.iter().sum::<f64>();
            let of_mean = |data: &Trajectory| {
                Ok([mean(triplet_errors(&sa, data)?) / mean(triplet_errors(&pa, data)?)])
            };
            let error = jackknife(files.replicas_at(x)?, of_mean)?.map_or(0.0, |[error]| error);
            let of = |named: Named| files.errors_of(convention, named.1, x).map(mean);
            points.push([x, of(SA)? / of(PA)?, error]);
        }
        curves.push(ErrorCurve { name: convention.to_string(), points });
    }
    let panels = [ErrorPanel { heading: "below 1 SA is better, above 1 PA".to_owned(), curves }];
    Ok(errors_by_composition("E of SA / E of PA", &panels, Some(1.0))
        .named("reversal")
        .titled("The reversal: SA against PA in both conventions")
        .captioned(
            "The ratio of mean errors (30) of SA and PA at the ten stoichiometries. As published: \
             closures with path shares against per-shape data; consistent: per shape on both \
             sides. Data: errors_by_type.csv, annealing.csv (bars).",
        ))
}

/// PA's sensitivities at a good draw, or where there is none inside the prior box at equal rates,
/// with which no trajectory leaves the possible region.
fn flat(files: &Study, draws: &Draws) -> Result<Figure, StudyError> {
    let draw = interior_draw(draws);
    let place = "the draw of least misfit among those with every rate above 1 % of the largest";
    let at_draw = draw.and_then(|rates| flat_at(files, rates, place).ok());
    at_draw.map_or_else(|| flat_at(files, [1.0; 8], "equal rates"), Ok)
}

fn flat_at(files: &Study, rates: [f64; 8], place: &str) -> Result<Figure, StudyError> {
    let data = &files.mean_at(ONE_THIRD)?.mean;
    let closure = Convention::AsPublished.apply(PairApproximation);
    let models = [
        ("PA, published system", ClosedModel::published(&closure)),
        ("PA, conserving system", ClosedModel::conserving(&closure)),
    ];
    let constants = RateConstants::from_array(rates)?;
    let mut sets = Vec::new();
    for (name, model) in models {
        sets.push((name, Misfit::new(&model, data)?.identifiability(&constants)?));
    }
    let at = rates.map(|rate| format!("{rate:.3}")).join(", ");
    let data = "Data: posterior_pa.csv, annealing_mean.csv (first sample, x = 1/3).";
    Ok(flat_directions(&sets)
        .named("flat_directions")
        .titled("Flat directions of the pair approximation")
        .captioned(&format!("At {place}, K = ({at}). {data}")))
}

/// The draw of least misfit among those whose rates all are more than 1 % of the largest allowed.
fn interior_draw(draws: &Draws) -> Option<[f64; 8]> {
    let inside = |point: &[f64]| point.iter().all(|rate| *rate > 0.01 * LARGEST_RATE);
    let all = draws.points().zip(draws.misfits());
    let least = all.filter(|(point, _)| inside(point)).min_by(|a, b| a.1.total_cmp(b.1));
    least.and_then(|(point, _)| point.try_into().ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::OutputDirectory;
    use crate::run::{Progress, Run};
    use crate::study::StudySettings;

    #[test]
    fn files_read_back_what_the_study_found_and_every_figure_has_room_for_its_texts() {
        let settings =
            StudySettings { size: 12, replicas: 2, samples: 200, ..StudySettings::quick() };
        let study = Study::run(&settings, Progress::Silent).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out");
        study.write(&OutputDirectory::open(&path, false).unwrap()).unwrap();
        let files = Study::read(&path).unwrap();
        assert!(Study { seconds: Vec::new(), ..study } == files);
        let figures = all(&files).unwrap();
        assert_eq!(figures.len(), 16);
        crate::figures::assert_room_for_texts(&figures);
    }
}
