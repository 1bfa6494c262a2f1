//! The tables of the report: ours beside the published, where there is one.

use crate::StudyError;
use crate::page::Table;
use crate::study::figures::{OA_HALF, OA_THIRD, PA, PUBLISHED_ALPHAS, SA};
use crate::study::{ONE_HALF, ONE_THIRD, Study};
use closures::{Convention, Exponent, Exponents, OptimalApproximation};
use cluster_stats::TripletType;

pub(super) fn all(files: &Study) -> Result<Vec<Table>, StudyError> {
    let mut tables = vec![forms(), table_two(files, Convention::AsPublished)?];
    tables.push(table_two(files, Convention::Consistent)?);
    for convention in [Convention::AsPublished, Convention::Consistent] {
        tables.push(mean_errors(files, convention)?);
    }
    tables.push(sparse_rates(files));
    tables.extend(posteriors(files));
    Ok(tables)
}

/// Tables I and III.
fn forms() -> Table {
    let row = |cells: [&str; 4]| cells.map(str::to_owned).to_vec();
    let rows = vec![
        row(["+++", "C++² / C+", "C++^γ1 / C+^ξ1", "C++"]),
        row(["---", "C--² / C-", "C--^γ1 / C-^ξ2", "C--"]),
        row(["+-+", "C+-² / C-", "C+-^γ1 / (C+^ξ1 C-^ξ2)", "C+-"]),
        row(["-+-", "C+-² / C+", "C+-^γ1 / (C+^ξ1 C-^ξ2)", "C+-"]),
        row(["++-", "C++ C+- / C+", "C++^γ1 C+-^γ2 / (C+^ξ1 C-^ξ2)", "C+-"]),
        row(["--+", "C-- C+- / C-", "C--^γ1 C+-^γ2 / (C+^ξ1 C-^ξ2)", "C+-"]),
    ];
    Table::new(
        "Tables I and III: the forms",
        "Of chains; triangles have the same OA and SA forms, and PA is C_ij C_jk C_ki / (C_i C_j \
         C_k). As published each is multiplied by the share of its shape among all paths of two \
         bonds, 1/5 (linear), 2/5 (angled), 2/5 (triangle); consistently it is not.",
        &["type", "PA", "OA", "SA"],
        rows,
    )
}

fn table_two(files: &Study, convention: Convention) -> Result<Table, StudyError> {
    let published = [
        OptimalApproximation::published_one_half().0,
        OptimalApproximation::published_one_third().0,
    ];
    let mut rows = Vec::new();
    for triplet in TripletType::ALL {
        let mut row = vec![triplet.symbol()];
        for (x, published) in [ONE_HALF, ONE_THIRD].into_iter().zip(&published) {
            let ours = files.fitted_of(convention, "hard", x, triplet)?;
            row.push(exponents(&published.exponents(triplet)));
            row.push(exponents(&ours.exponents));
        }
        rows.push(row);
    }
    let (title, note) = match convention {
        Convention::AsPublished => (
            "Table II beside the published one, as published",
            "γ1 γ2 ; ξ1 ξ2, a dash where a type has none. Hard bounds. The published fit mixes \
             conventions in this way.",
        ),
        Convention::Consistent => (
            "Table II, consistent",
            "The same fit with both sides per shape: what the method gives without the mixture.",
        ),
    };
    let header =
        ["type", "x = 1/2, paper", "x = 1/2, this run", "x = 1/3, paper", "x = 1/3, this run"];
    Ok(Table::new(title, note, &header, rows))
}

fn exponents(exponents: &Exponents) -> String {
    let text = Exponent::ALL.map(|exponent| match exponents.get(exponent) {
        Some(value) => format!("{:.2}", value + 0.0),
        None => "–".to_owned(),
    });
    format!("{} {} ; {} {}", text[0], text[1], text[2], text[3])
}

fn mean_errors(files: &Study, convention: Convention) -> Result<Table, StudyError> {
    let closures = [PA, OA_THIRD, OA_HALF, SA];
    let mut rows = Vec::new();
    for at in &files.annealed {
        let mut row = vec![format!("{:.4}", at.x)];
        for named in closures {
            let errors = files.errors_of(convention, named.1, at.x)?;
            row.push(format!("{:.3e}", errors.iter().sum::<f64>() / 16.0));
        }
        rows.push(row);
    }
    let note = "Mean error E (30), hard bounds. The paper gives these as a figure only, Fig. 12.";
    let title = format!("Mean errors by composition, {convention}");
    Ok(Table::new(&title, note, &["x", PA.0, OA_THIRD.0, OA_HALF.0, SA.0], rows))
}

fn sparse_rates(files: &Study) -> Table {
    let [a1, a2] = PUBLISHED_ALPHAS;
    let mut rows = vec![
        ["1/3", "the paper", &a1.to_string(), &a2.to_string(), "not given"]
            .map(str::to_owned)
            .to_vec(),
    ];
    rows.extend(files.sparse_rates.iter().map(|row| {
        vec![
            format!("{:.4}", row.x),
            row.system.clone(),
            format!("{:.4}", row.alphas[0]),
            format!("{:.4}", row.alphas[1]),
            format!("{:.3e}", row.misfit),
        ]
    }));
    let note = "The best α1, α2 in 1/(annealing) of the closed form (29), free (published) and with \
                α1 = α2 (conserving), and the misfit J (17).";
    Table::new("Rates of SA", note, &["x", "system", "α1", "α2", "J"], rows)
}

fn posteriors(files: &Study) -> Vec<Table> {
    let names = [("pa", "PA"), ("oa_half", "OA-1/2")];
    let named = names
        .into_iter()
        .filter_map(|(name, title)| Some((title, files.summary.posteriors.get(name)?)));
    let table = |(title, posterior): (&str, &crate::study::PosteriorSummary)| {
        let optional = |value: Option<&Option<f64>>, digits: usize| match value {
            Some(Some(value)) => format!("{value:.digits$}"),
            _ => "–".to_owned(),
        };
        let [low, middle, high] = &posterior.quantiles_5_50_95;
        let quantiles = low.iter().zip(middle).zip(high).enumerate();
        let rows = quantiles.map(|(index, ((low, middle), high))| {
            vec![
                format!("k{}", index + 1),
                posterior.start.get(index).map_or_else(String::new, |k| format!("{k:.3}")),
                format!("{middle:.3}"),
                format!("{low:.3} to {high:.3}"),
                optional(posterior.r_hat.get(index), 3),
                optional(posterior.bulk_ess.get(index), 0),
            ]
        });
        let rejections: Vec<String> = posterior
            .rejections
            .iter()
            .map(|(reason, count)| format!("{reason}: {count}"))
            .collect();
        let note = format!(
            "Published rates in 1/(annealing), x = 1/3, likelihood exp(−J), box prior. Start: least J \
             = {:.3e}. Accepted at the first stage: {:.1} %. Evaluations rejected: {}. {}",
            posterior.start_misfit,
            100.0 * posterior.acceptance_first_stage,
            if rejections.is_empty() { "none".to_owned() } else { rejections.join(", ") },
            posterior.warnings.join(" ")
        );
        let header = ["rate", "start", "median", "5 to 95 %", "R-hat", "bulk ESS"];
        let rows = rows.collect();
        Table::new(&format!("Posterior of the rates with {title}"), &note, &header, rows)
    };
    named.map(table).collect()
}
