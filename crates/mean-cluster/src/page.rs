//! `report.html`: one page of any sections, and what stands in sections.
//!
//! One file: plain HTML with its style inside, figures inlined as SVG, no network; it prints. Its script
//! only adds: values under the pointer, and keys of legends that take their series out and put them back.

use crate::figures::{Figure, escape};
use serde::Serialize;
use std::fmt::Write;

/// Name of the report in an output directory.
pub(crate) const REPORT: &str = "report.html";

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
th,td{overflow-wrap:normal}td:first-child,th:first-child{white-space:nowrap}\
@media(max-width:30rem){table{font-size:.7rem}th,td{padding:.2rem .25rem}}\
.note{font-size:.85rem;color:#333;margin:.3rem 0 1.5rem}\
figure{margin:1.5rem 0}figure svg{display:block;width:100%;max-width:46rem;height:auto;margin:0 auto}\
figcaption{font-size:.85rem;color:#333;margin-top:.4rem}\
.key[role]{cursor:pointer}.key[aria-pressed=false]{opacity:.35}.out{display:none}\
.value{position:fixed;z-index:1;max-width:90vw;padding:.2rem .5rem;font-size:.8rem;line-height:1.35;\
color:#111;background:#fff;border:1px solid #555;border-radius:.2rem;pointer-events:none;white-space:pre-line}\
.claim{border-left:.4rem solid #555;padding:.1rem 0 .1rem .8rem;margin:1rem 0}\
.claim p{margin:.2rem 0}.claim .place{font-size:.85rem;color:#333}\
.verdict{font-weight:700;text-transform:uppercase;font-size:.8rem;letter-spacing:.03em}\
.reproduced{border-left-color:#009e73}.in-part{border-left:.4rem dashed #0072b2}\
.only-as-published{border-left:.4rem double #e69f00}\
.not-reproduced{border-left-color:#d55e00}.does-not-hold{border-left-color:#000}\
@media print{.value{display:none}body{max-width:none;padding:0;font-size:10pt}nav{display:none}\
h2,h3{break-after:avoid}figure,.claim,.wide{break-inside:avoid}.wide{overflow:visible}\
figure svg{max-width:15cm;max-height:21cm}a{color:inherit;text-decoration:none}}";

/// Adds values under the pointer and legends that switch; the page is whole without.
const SCRIPT: &str = include_str!("page.js");

/// A page that grows section by section.
pub(crate) struct Page {
    title: String,
    /// HTML: what stands under the heading.
    lead: String,
    sections: Vec<Section>,
}

struct Section {
    id: &'static str,
    title: &'static str,
    /// HTML
    content: String,
}

impl Page {
    /// A page with this title, which is its heading too, and a paragraph (HTML) below it.
    pub(crate) fn new(title: &str, lead: impl Into<String>) -> Page {
        Page { title: title.to_owned(), lead: lead.into(), sections: Vec::new() }
    }

    /// The page with one more section, reached by `#id`; `content` is HTML.
    pub(crate) fn section(
        mut self,
        id: &'static str,
        title: &'static str,
        content: impl Into<String>,
    ) -> Page {
        self.sections.push(Section { id, title, content: content.into() });
        self
    }

    /// The page with a section of figures.
    pub(crate) fn figures(self, figures: &[Figure]) -> Page {
        self.section("figures", "Figures", figures.iter().map(figure).collect::<String>())
    }

    /// The page with a section of tables.
    pub(crate) fn tables(self, tables: &[Table]) -> Page {
        self.section("tables", "Tables", tables.iter().map(table).collect::<String>())
    }

    /// The page with the settings of the run, one a row.
    pub(crate) fn settings(self, settings: &impl Serialize, note: &str) -> Page {
        let settings = toml::Table::try_from(settings).unwrap_or_default();
        let rows = settings.iter().map(|(name, value)| vec![name.clone(), value.to_string()]);
        let header = ["setting", "value"];
        let all = Table::new("Settings of the run", note, &header, rows.collect());
        self.section("settings", "Settings", table(&all))
    }

    /// The page with the files beside it: name and what it holds; the manifest comes last.
    pub(crate) fn files(self, files: &[(&str, &str)]) -> Page {
        let manifest = ("manifest.toml", "version, settings, checksums of all files");
        let items = files.iter().chain([&manifest]);
        let items = items.map(|(name, what)| format!("<li><code>{name}</code>: {what}</li>\n"));
        let items: String = items.collect();
        let intro = "<p>Beside this page, in the same directory:</p>\n";
        self.section("files", "Files", format!("{intro}<ul>\n{items}</ul>\n"))
    }

    pub(crate) fn html(&self) -> String {
        let title = escape(&self.title);
        let mut html = format!(
            "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n\
             <title>{title}</title>\n\
             <link rel=\"icon\" href=\"data:,\">\n<style>{STYLE}</style>\n</head>\n<body>\n\
             <header>\n<h1>{title}</h1>\n<p>{}</p>\n</header>\n<nav><ul>\n",
            self.lead
        );
        for Section { id, title, .. } in &self.sections {
            let _ = writeln!(html, "<li><a href=\"#{id}\">{title}</a></li>");
        }
        html.push_str("</ul></nav>\n<main>\n");
        for Section { id, title, content } in &self.sections {
            let _ = writeln!(html, "<section id=\"{id}\">\n<h2>{title}</h2>\n{content}</section>");
        }
        let _ = write!(html, "</main>\n<script>\n{SCRIPT}</script>\n</body>\n</html>\n");
        html
    }
}

/// A table with a caption; all of it is text, not HTML.
pub(crate) struct Table {
    pub(crate) title: String,
    pub(crate) note: String,
    pub(crate) header: Vec<String>,
    pub(crate) rows: Vec<Vec<String>>,
}

impl Table {
    pub(crate) fn new(title: &str, note: &str, header: &[&str], rows: Vec<Vec<String>>) -> Table {
        let header = header.iter().map(|name| (*name).to_owned()).collect();
        Table { title: title.to_owned(), note: note.to_owned(), header, rows }
    }
}

pub(crate) fn table(table: &Table) -> String {
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

fn figure(figure: &Figure) -> String {
    format!(
        "<figure id=\"{}\">\n<h3>{}</h3>\n{}<figcaption>{}</figcaption>\n</figure>\n",
        escape(figure.name()),
        escape(figure.title()),
        figure.svg(),
        escape(figure.caption())
    )
}

/// Lines of text as a list.
pub(crate) fn list(lines: impl IntoIterator<Item = String>) -> String {
    let items = lines.into_iter().map(|line| format!("<li>{}</li>\n", escape(&line)));
    format!("<ul>\n{}</ul>\n", items.collect::<String>())
}
