//! The report of a comparison of closures.

use super::{Comparison, Exits, System};
use crate::StudyError;
use crate::figures::Figure;
use crate::page::{Page, Table, list};
use crate::study::ONE_THIRD;

/// The page for the files of a comparison and its figures.
///
/// # Errors
/// [`StudyError::Unreadable`] for files that lack a closure at a composition.
pub(super) fn page(files: &Comparison, figures: &[Figure]) -> Result<String, StudyError> {
    let lead = format!(
        "Every closure of mean-cluster {}, calibrated on some compositions, judged on other runs of \
         another lattice size: alone, and as the right-hand side of the rate equations. \
         Concentrations are ordered and per shape throughout; rates are those of closures per shape.",
        env!("CARGO_PKG_VERSION")
    );
    let mut tables = vec![errors(files)?];
    for system in System::ALL {
        tables.push(misfits(files, system)?);
    }
    for system in System::ALL {
        tables.push(exits(files, system)?);
    }
    let note = "The same settings give the same bytes on any number of threads. Energy: absolute \
                charge deviation; swaps of any two sites.";
    let page = Page::new("Closures compared", lead)
        .section("summary", "Summary", summary(files)?)
        .figures(figures)
        .tables(&tables)
        .settings(&files.settings, note)
        .files(&FILES);
    Ok(page.html())
}

const FILES: [(&str, &str); 4] = [
    ("comparison.csv", "errors of every closure at the compositions judged on"),
    ("best_rates.csv", "best rates of every closure, composition (1/3 too) and system"),
    ("exits.csv", "how trajectories of random rates end, for the same"),
    ("figures/", "each figure as SVG and PNG, and captions.md"),
];

/// What leads, what it does to the rate equations, as a list.
fn summary(files: &Comparison) -> Result<String, StudyError> {
    let mut gains = Vec::new();
    for closure in files.closures() {
        gains.push((closure, files.gain(closure)?));
    }
    gains.sort_by(|a, b| b.1.of_means.total_cmp(&a.1.of_means));
    let mut lines = Vec::new();
    if let Some((closure, gain)) = gains.first() {
        lines.push(format!(
            "Least mean error: {closure}. In the mean over compositions its error is {:.3} times \
             smaller than the pair approximation's; where it gains least, at x = {}, {:.3} times.",
            gain.of_means, gain.least[1], gain.least[0]
        ));
    }
    let better = gains.iter().filter(|(name, gain)| *name != "pa" && gain.least[0] > 1.0);
    let better: Vec<&str> = better.map(|(name, _)| *name).collect();
    lines.push(match better.len() {
        0 => "No closure is better than the pair approximation everywhere.".to_owned(),
        _ => format!("Better than the pair approximation everywhere: {}.", better.join(", ")),
    });
    for system in System::ALL {
        let misfit = |closure: &str| -> Result<f64, StudyError> {
            let rows = files.rates_of(closure, system)?;
            let third = rows.iter().find(|row| row.x == ONE_THIRD);
            Ok(third.map_or(f64::NAN, |row| row.misfit))
        };
        let pair = misfit("pa")?;
        let mut least = ("pa", pair);
        for closure in files.closures() {
            let own = misfit(closure)?;
            if own < least.1 {
                least = (closure, own);
            }
        }
        lines.push(format!(
            "Best misfit at x = 1/3, {system} system: pa {pair:.3e}, least {} {:.3e}.",
            least.0, least.1
        ));
    }
    let conserving = files.best_rates.iter().filter(|row| row.system == System::Conserving);
    let drift = conserving.map(|row| row.drift).fold(0.0, f64::max);
    lines.push(format!("Largest drift of C+ of the conserving system: {drift:.1e}."));
    Ok(list(lines))
}

fn errors(files: &Comparison) -> Result<Table, StudyError> {
    let mut rows = Vec::new();
    for closure in files.closures() {
        let (gain, scores) = (files.gain(closure)?, files.scores_of(closure)?);
        let worst = scores.iter().max_by(|a, b| a.worst_type_error.total_cmp(&b.worst_type_error));
        let most = |of: fn(&super::ClosureScore) -> f64| {
            scores.iter().map(|score| of(score)).fold(0.0, f64::max)
        };
        let [least, at] = gain.least;
        rows.push(vec![
            closure.to_owned(),
            calibration(&scores[0].calibration),
            format!("{:.2e}", gain.mean_error),
            format!("{:.3}", gain.of_means),
            format!("{least:.3} at {}", short(at)),
            worst.map_or_else(String::new, |row| {
                format!(
                    "{} {:.1e} at {}",
                    row.worst_type.symbol(),
                    row.worst_type_error,
                    short(row.x)
                )
            }),
            format!("{:.0e}", most(|score| score.marginal_residual)),
            format!("{:.0e}", most(|score| score.negative)),
        ]);
    }
    let note = "Mean error: E (30), the mean over the compositions judged on. Gain: the pair \
                approximation's mean error divided by the closure's, of the means and, least, by \
                composition. Worst type: the largest J (15). Marginals: the largest deviation from a \
                sum or marginal at the pairs of the data; negative: how far below 0 a value goes \
                there.";
    let header = [
        "closure",
        "calibrated on",
        "E",
        "gain",
        "least gain",
        "worst type",
        "marginals",
        "negative",
    ];
    Ok(Table::new("Errors", note, &header, rows))
}

/// A row for each closure, a column for each composition that rates are judged at.
fn by_composition(
    files: &Comparison,
    title: &str,
    note: &str,
    cells: impl Fn(&str) -> Result<Vec<String>, StudyError>,
) -> Result<Table, StudyError> {
    let compositions = files.settings.rate_compositions();
    let header: Vec<String> =
        ["closure".to_owned()].into_iter().chain(compositions.into_iter().map(short)).collect();
    let mut rows = Vec::new();
    for closure in files.closures() {
        rows.push([closure.to_owned()].into_iter().chain(cells(closure)?).collect());
    }
    let header: Vec<&str> = header.iter().map(String::as_str).collect();
    Ok(Table::new(title, note, &header, rows))
}

fn misfits(files: &Comparison, system: System) -> Result<Table, StudyError> {
    let title = format!("Best misfit by composition, {system} system");
    let note = "The least misfit J (17), alpha = 0, found over rates in (0, 50)^8.";
    by_composition(files, &title, note, |closure| {
        Ok(files
            .rates_of(closure, system)?
            .iter()
            .map(|row| format!("{:.1e}", row.misfit))
            .collect())
    })
}

fn exits(files: &Comparison, system: System) -> Result<Table, StudyError> {
    let title = format!("Trajectories that leave, {system} system");
    let rows = files.exits.iter().filter(|row| row.system == system);
    let (trials, unfinished) =
        rows.fold((0, 0), |(a, b), row| (a + row.trials, b + row.unfinished));
    let note = format!(
        "Per cent of random K, uniform in (0, 50)^8, whose trajectory leaves the possible region, \
         with the pair that passes 0 in most (? where the closure has no value beyond) and the median \
         time of leaving in units of the annealing. Nothing is clipped. {unfinished} of {trials} \
         trajectories were given up for want of steps."
    );
    by_composition(files, &title, &note, |closure| {
        Ok(files.exits_of(closure, system)?.into_iter().map(leaving).collect())
    })
}

/// `11.45 -- (0.009)`
fn leaving(row: &Exits) -> String {
    let Some(median) = row.median_exit else { return "0".to_owned() };
    let counts = [
        (row.pp_negative, "++"),
        (row.mm_negative, "--"),
        (row.pm_negative, "+-"),
        (row.undefined, "?"),
    ];
    let most = counts.into_iter().max_by_key(|(count, _)| *count).map_or("", |(_, name)| name);
    format!("{:.2} {most} ({median:.3})", 100.0 * row.fraction())
}

/// `0.3333333333333333;0.5` as `0.333, 0.5`.
fn calibration(text: &str) -> String {
    let numbers = text.split(';').map(|x| x.parse().map_or_else(|_| x.to_owned(), short));
    numbers.collect::<Vec<_>>().join(", ")
}

/// With at most three decimals.
fn short(x: f64) -> String {
    ((x * 1e3).round() / 1e3).to_string()
}
