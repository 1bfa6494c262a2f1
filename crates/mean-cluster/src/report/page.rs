//! The page itself: plain HTML with its style inside.

use super::tables::Table;
use super::{Claim, Verdict};
use crate::figures::{Figure, escape};
use crate::study::StudyFiles;
use std::fmt::Write;

/// Reads on a phone, on a screen and on paper. Verdicts differ in words and borders, not in colour
/// alone.
const STYLE: &str = "\
:root{color-scheme:light}\
*{box-sizing:border-box}\
body{margin:0 auto;max-width:60rem;padding:1rem;font:1rem/1.5 system-ui,'DejaVu Sans',Verdana,sans-serif;\
color:#111;background:#fff;overflow-wrap:anywhere}\
h1{font-size:1.6rem;line-height:1.2}h2{font-size:1.25rem;margin-top:2.5rem;border-bottom:1px solid #999}\
h3{font-size:1.05rem;margin-bottom:.3rem}\
nav ul{padding-left:1.2rem;columns:16rem}\
.wide{overflow-x:auto}\
table{border-collapse:collapse;width:100%;font-size:.85rem;font-variant-numeric:tabular-nums}\
caption{text-align:left;font-weight:600;padding:.3rem 0}\
th,td{border-bottom:1px solid #bbb;padding:.25rem .4rem;text-align:left;vertical-align:top}\
td:first-child,th:first-child{white-space:nowrap}\
.note{font-size:.85rem;color:#333;margin:.3rem 0 1.5rem}\
figure{margin:1.5rem 0}figure svg{display:block;width:100%;max-width:46rem;height:auto;margin:0 auto}\
figcaption{font-size:.85rem;color:#333;margin-top:.4rem}\
.claim{border-left:.4rem solid #555;padding:.1rem 0 .1rem .8rem;margin:1rem 0}\
.claim p{margin:.2rem 0}.claim .place{font-size:.85rem;color:#333}\
.verdict{font-weight:700;text-transform:uppercase;font-size:.8rem;letter-spacing:.03em}\
.reproduced{border-left-color:#009e73}.in-part{border-left:.4rem dashed #0072b2}\
.only-as-published{border-left:.4rem double #e69f00}\
.not-reproduced{border-left-color:#d55e00}.does-not-hold{border-left-color:#000}\
@media print{body{max-width:none;padding:0;font-size:10pt}nav{display:none}\
h2,h3{break-after:avoid}figure,.claim,.wide{break-inside:avoid}.wide{overflow:visible}\
figure svg{max-width:15cm;max-height:21cm}a{color:inherit;text-decoration:none}}";

const SECTIONS: [(&str, &str); 6] = [
    ("summary", "Summary"),
    ("claims", "The published claims"),
    ("figures", "Figures"),
    ("tables", "Tables"),
    ("settings", "Settings"),
    ("files", "Files"),
];

pub(super) fn page(
    files: &StudyFiles,
    claims: &[Claim],
    tables: &[Table],
    figures: &[Figure],
) -> String {
    let mut html = format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n\
         <title>Mean-cluster models: what reproduces</title>\n\
         <link rel=\"icon\" href=\"data:,\">\n<style>{STYLE}</style>\n</head>\n<body>\n\
         <header>\n<h1>Closures for mean-cluster models: what reproduces, what does not, and why</h1>\n\
         <p>Z. Ahmadi, J. M. Foster, B. Protas, “Data-driven optimal closures for mean-cluster models: \
         beyond the classical pair approximation”, Phys. Rev. E 106, 025313 (2022), recomputed by \
         mean-cluster {}.</p>\n</header>\n",
        env!("CARGO_PKG_VERSION")
    );
    html.push_str("<nav><ul>\n");
    for (id, title) in SECTIONS {
        let _ = writeln!(html, "<li><a href=\"#{id}\">{title}</a></li>");
    }
    html.push_str("</ul></nav>\n<main>\n");
    let contents = [
        summary(claims),
        claims.iter().map(claim).collect(),
        figures.iter().map(figure).collect(),
        tables.iter().map(table).collect(),
        settings(files),
        file_list(),
    ];
    for ((id, title), content) in SECTIONS.into_iter().zip(contents) {
        let _ = writeln!(html, "<section id=\"{id}\">\n<h2>{title}</h2>\n{content}</section>");
    }
    html.push_str("</main>\n</body>\n</html>\n");
    html
}

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

fn figure(figure: &Figure) -> String {
    format!(
        "<figure id=\"{}\">\n<h3>{}</h3>\n{}<figcaption>{}</figcaption>\n</figure>\n",
        escape(figure.name()),
        escape(figure.title()),
        figure.svg(),
        escape(figure.caption())
    )
}

fn table(table: &Table) -> String {
    let cells = |cells: &[String], tag: &str| {
        let cells = cells.iter().map(|cell| format!("<{tag}>{}</{tag}>", escape(cell)));
        format!("<tr>{}</tr>\n", cells.collect::<String>())
    };
    let rows: String = table.rows.iter().map(|row| cells(row, "td")).collect();
    format!(
        "<div class=\"wide\"><table>\n<caption>{}</caption>\n<thead>{}</thead>\n<tbody>\n{rows}</tbody>\n\
         </table></div>\n<p class=\"note\">{}</p>\n",
        escape(&table.title),
        cells(&table.header, "th"),
        escape(&table.note)
    )
}

fn settings(files: &StudyFiles) -> String {
    let settings = toml::Table::try_from(&files.summary.settings).unwrap_or_default();
    let rows = settings.iter().map(|(name, value)| vec![name.clone(), value.to_string()]);
    let obtained = files.summary.compositions.iter();
    let obtained: Vec<String> =
        obtained.map(|c| format!("{:.4} → {:.4}", c.x, c.c_minus)).collect();
    table(&Table {
        title: "Settings of the run".to_owned(),
        note: format!(
            "The same settings give the same bytes on any number of threads. Energy: absolute charge \
             deviation; swaps of any two sites. Compositions asked for and obtained: {}.",
            obtained.join(", ")
        ),
        header: vec!["setting".to_owned(), "value".to_owned()],
        rows: rows.collect(),
    })
}

fn file_list() -> String {
    let files = [
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
        ("manifest.toml", "version, settings, checksums of all files"),
    ];
    let items = files.map(|(name, what)| format!("<li><code>{name}</code>: {what}</li>\n"));
    format!("<p>Beside this page, in the same directory:</p>\n<ul>\n{}</ul>\n", items.concat())
}

fn capitalised(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
