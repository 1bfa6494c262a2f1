//! The report of an inference.

use super::{DiagnosticsRow, IdentifiabilityRow, Inference, NoiseRow, RatesRow};
use crate::figures::Figure;
use crate::page::{Page, Table, list};

const FILES: [(&str, &str); 8] = [
    ("data.csv", "the pairs that the rates are inferred from, with standard errors"),
    ("noise.csv", "variance of the noise, misfit of the best rates, variance taken"),
    ("diagnostics.csv", "statistics and diagnostics of rates and determined combinations"),
    ("identifiability.csv", "singular values, their directions and both ranks"),
    ("prior_shares.csv", "of each rate, the part of its variance that is the prior's alone"),
    ("posterior_*.csv", "draws of each closure"),
    ("predictive.csv", "posterior predictive bands"),
    ("posterior.json", "the recommended posteriors, for arviz.from_json"),
];

/// The page for the files of an inference and its figures.
pub(super) fn page(files: &Inference, figures: &[Figure]) -> String {
    let lead = format!(
        "What data at x = {:.4} say about the eight rates, by mean-cluster {}. Prior: each rate uniform \
         from 0 to {}. Recommended: composition-conserving system, closure per shape, the variance that \
         noise and misfit ask for. Published: published system, closure with path shares, variance 1, \
         Algorithm 1 at its scales.",
        files.settings.x,
        env!("CARGO_PKG_VERSION"),
        files.settings.upper
    );
    let tables = [noise(files), ranks(files), diagnostics(files), shares(files)];
    let note = "The same settings give the same bytes on any number of threads.";
    Page::new("Inference of the rates", lead)
        .section("answer", "Are the rates determined?", answer(files))
        .tables(&tables)
        .figures(figures)
        .settings(&files.settings, note)
        .files(&FILES)
        .html()
}

/// Rank, convergence and the prior's share of each posterior, as a list.
fn answer(files: &Inference) -> String {
    list(files.prior_shares.iter().map(|RatesRow { closure, setting, rates: shares }| {
        let setting_name = setting.name();
        let mut own: Vec<&DiagnosticsRow> = files.diagnostics.iter().collect();
        own.retain(|row| row.closure == *closure && row.setting == *setting);
        let (mut worst, mut least) = (0.0_f64, f64::INFINITY);
        for row in own {
            worst = worst.max(row.r_hat.unwrap_or(f64::INFINITY));
            least = least.min(row.bulk_ess.unwrap_or(0.0)).min(row.tail_ess.unwrap_or(0.0));
        }
        let converged = if worst <= 1.01 && least >= 400.0 { "converged" } else { "not converged" };
        let low = shares.iter().copied().fold(f64::INFINITY, f64::min);
        let high = shares.iter().copied().fold(0.0, f64::max);
        format!(
            "{closure}, {setting_name}: {converged} (worst R-hat {worst:.3}, least ESS {least:.0}); of the \
             variance of each rate {:.0} to {:.0} % is the prior's alone.",
            100.0 * low,
            100.0 * high
        )
    }))
}

fn noise(files: &Inference) -> Table {
    let rows = files.noise.iter().map(|NoiseRow { closure, setting, miss }| {
        vec![
            closure.clone(),
            setting.name().to_owned(),
            format!("{:.4}", miss.x),
            format!("{:.2e}", miss.noise.variance),
            format!("{:.2e}", miss.misfit),
            format!("{:.1}", miss.values),
            format!("{:.2e}", miss.variance),
            format!("{:.0}", miss.variance / miss.noise.variance),
        ]
    });
    let note = "Noise: the variance of the mean over replicas as J sees it. Misfit: J at the best rates, \
                and how many independent numbers its residual amounts to. Variance taken: 2 J / values \
                where that is more than the noise.";
    let header = [
        "closure",
        "setting",
        "x",
        "noise",
        "misfit",
        "values",
        "variance taken",
        "times the noise",
    ];
    Table::new("Noise and misfit", note, &header, rows.collect())
}

fn ranks(files: &Inference) -> Table {
    let rows = files.identifiability.chunks(8).map(|eight| {
        let count = |determined: fn(&&IdentifiabilityRow) -> bool| {
            eight.iter().filter(determined).count().to_string()
        };
        let judged = eight.iter().any(|row| row.against_noise.is_some());
        let of_noise = judged.then(|| count(|row| row.against_noise == Some(true)));
        let values = eight.iter().map(|row| format!("{:.1e}", row.singular_value));
        vec![
            eight[0].closure.clone(),
            eight[0].system.clone(),
            of_noise.unwrap_or_else(|| "–".to_owned()),
            count(|row| row.numerical),
            values.collect::<Vec<_>>().join(", "),
        ]
    });
    let note = "Singular values of the derivatives of the trajectory by the rates, weighted as J. The rank \
                against the noise counts the directions whose standard error, the root of the variance \
                taken over the singular value, is below the prior's standard deviation; the numerical rank \
                counts the singular values above the accuracy of the derivatives, 1e-9 of the largest.";
    let header =
        ["closure", "system", "rank against the noise", "numerical rank", "singular values"];
    Table::new("Identifiability", note, &header, rows.collect())
}

fn diagnostics(files: &Inference) -> Table {
    let rows = files.diagnostics.iter().map(|row| {
        let keys = [row.closure.clone(), row.setting.name().to_owned(), row.parameter.clone()];
        let numbers = [
            (row.mean, 3),
            (row.standard_deviation, 3),
            (row.low, 3),
            (row.high, 3),
            (row.r_hat, 3),
            (row.bulk_ess, 0),
            (row.tail_ess, 0),
        ];
        let numbers = numbers.map(|(value, digits)| match value {
            Some(value) => format!("{value:.digits$}"),
            None => "–".to_owned(),
        });
        keys.into_iter().chain(numbers).collect()
    });
    let note = "Rates and determined combinations in 1/(annealing), 5 and 95 % quantiles. Wanted: R-hat at \
                most 1.01, bulk and tail effective sample size at least 400.";
    let header =
        ["closure", "setting", "parameter", "mean", "sd", "5 %", "95 %", "R-hat", "bulk", "tail"];
    Table::new("Posteriors", note, &header, rows.collect())
}

fn shares(files: &Inference) -> Table {
    let rows = files.prior_shares.iter().map(|RatesRow { closure, setting, rates }| {
        let shares = rates.iter().map(|share| format!("{share:.2}"));
        [closure.clone(), setting.name().to_owned()].into_iter().chain(shares).collect()
    });
    let note = "What is left of a rate's variance after the best linear prediction from the determined \
                combinations: 1 where the data say nothing.";
    let header = ["closure", "setting", "k1", "k2", "k3", "k4", "k5", "k6", "k7", "k8"];
    Table::new("The prior's share", note, &header, rows.collect())
}
