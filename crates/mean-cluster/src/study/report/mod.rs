//! The report of a study of the paper: its claims, figures and tables.

mod claims;
mod rates;
mod tables;
mod winning;

use crate::StudyError;
use crate::figures::{Figure, escape};
use crate::page::{Page, table};
use crate::study::Study;
use claims::{Claim, Verdict, claims};
use std::fmt::Write;

/// The page for the files of a study and its figures.
///
/// # Errors
/// [`StudyError`] for files that do not have what a claim or a table needs.
pub(super) fn page(files: &Study, figures: &[Figure]) -> Result<String, StudyError> {
    let claims = claims(files)?;
    let tables = tables::all(files)?;
    let lead = format!(
        "Z. Ahmadi, J. M. Foster, B. Protas, “Data-driven optimal closures for mean-cluster models: \
         beyond the classical pair approximation”, Phys. Rev. E 106, 025313 (2022), recomputed by \
         mean-cluster {}.",
        env!("CARGO_PKG_VERSION")
    );
    let title = "Closures for mean-cluster models: what reproduces, what does not, and why";
    let page = Page::new(title, lead)
        .section("summary", "Summary", summary(&claims))
        .section("claims", "The published claims", claims.iter().map(claim).collect::<String>())
        .figures(figures)
        .section("winning", "A closure that wins", table(&winning::table(files)?))
        .tables(&tables)
        .settings(&files.settings, &note(files))
        .files(&FILES);
    Ok(page.html())
}

const FILES: [(&str, &str); 10] = [
    ("annealing.csv", "every sample of every replica: temperature, energy, pairs, triplets"),
    ("annealing_mean.csv", "means over replicas with standard errors"),
    ("lattices.csv", "the first replica at x = 1/3 before and after"),
    ("table2.csv", "exponents of OA, both conventions, hard and soft"),
    ("errors.csv, errors_by_type.csv", "errors (30) and (15) of all closures"),
    ("errors_by_bound.csv", "mean errors of OA-1/3 with bounds of several widths"),
    ("rates_sa.csv", "α1 and α2 of SA"),
    ("posterior_pa.csv, posterior_oa_half.csv", "all draws with their misfits"),
    ("summary.json", "the numbers of this page"),
    ("figures/", "each figure as SVG and PNG, and captions.md"),
];

fn summary(claims: &[Claim]) -> String {
    let verdicts = [
        Verdict::Reproduced,
        Verdict::InPart,
        Verdict::OnlyAsPublished,
        Verdict::NotReproduced,
        Verdict::DoesNotHold,
    ];
    let mut html = String::from(
        "<p>The paper closes the rate equations of pairs on the triangular lattice by triplets from \
         pairs, fits such closures to simulated annealing, and infers rates. Everything hangs on one \
         convention: the published closures carry the share of their shape among all paths of two \
         bonds (1/5, 2/5, 2/5), the published data do not. <strong>As published</strong> is that \
         mixture; <strong>consistent</strong> means per shape on both sides. Concentrations are \
         ordered and per shape throughout.</p>\n<ul>\n",
    );
    for verdict in verdicts {
        let here: Vec<&Claim> = claims.iter().filter(|claim| claim.verdict == verdict).collect();
        if !here.is_empty() {
            let statements: Vec<String> =
                here.iter().map(|c| format!("“{}”", escape(&c.statement))).collect();
            let _ = writeln!(
                html,
                "<li><strong>{} ({} of {}):</strong> {}</li>",
                capitalised(verdict.words()),
                here.len(),
                claims.len(),
                statements.join(" ")
            );
        }
    }
    html.push_str("</ul>\n");
    html
}

fn claim(claim: &Claim) -> String {
    let words = claim.verdict.words();
    let class = words.replace("reproduced in part", "in-part").replace(' ', "-");
    format!(
        "<div class=\"claim {class}\">\n<p><span class=\"verdict\">{words}</span> <span \
         class=\"place\">({})</span></p>\n<p><strong>{}</strong></p>\n<p>{}</p>\n</div>\n",
        escape(claim.place),
        escape(&claim.statement),
        escape(&claim.evidence)
    )
}

/// What stands below the settings.
fn note(files: &Study) -> String {
    let obtained = files.summary.compositions.iter();
    let obtained: Vec<String> =
        obtained.map(|c| format!("{:.4} → {:.4}", c.x, c.c_minus)).collect();
    format!(
        "The same settings give the same bytes on any number of threads. Energy: absolute charge \
         deviation; swaps of any two sites. Compositions asked for and obtained: {}.",
        obtained.join(", ")
    )
}

fn capitalised(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
