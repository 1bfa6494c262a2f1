//! `mean-cluster derive`: the equations of a lattice, its species and its rules, printed.

use crate::StudyError;
use clap::ValueEnum;
use hierarchy_ode::{Hierarchy, Lattice, Rule, Species};
use std::io::Write;

/// Options of `mean-cluster derive`.
#[derive(Debug, clap::Args)]
pub(crate) struct Derive {
    /// triangular, square, honeycomb, kagome, simple-cubic, face-centred-cubic or
    /// body-centred-cubic
    #[arg(long, default_value = "triangular", value_parser = lattice)]
    lattice: Lattice,
    /// Species, separated by commas
    #[arg(long, value_name = "A,B,...", default_value = "+,-", allow_hyphen_values = true)]
    species: String,
    /// Largest number of sites of a cluster with an equation
    #[arg(long, default_value_t = 2)]
    order: usize,
    /// Rules, separated by commas: `swap` (exchange of all unlike neighbours), `A -> B`,
    /// `A B -> C D` (two neighbours), `A -> B by C` (by the number of neighbours C); a rate
    /// constant is named by `@ NAME` at the end
    #[arg(long, default_value = "swap", allow_hyphen_values = true, verbatim_doc_comment)]
    rules: String,
    /// One rate constant for each rule instead of one for each directed class of cluster
    #[arg(long)]
    one_rate: bool,
    /// What to print
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Also print which events brought in each larger cluster
    #[arg(long)]
    why: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    Text,
    Latex,
    /// A picture of the cluster types
    Svg,
}

impl Derive {
    pub(crate) fn run(&self) -> Result<(), StudyError> {
        let names: Vec<&str> = self.species.split(',').collect();
        let species = Species::new(&names)?;
        let mut rules = Vec::new();
        for text in self.rules.split(',').map(str::trim) {
            rules.extend(rules_of(text, species.names(), !self.one_rate)?);
        }
        let hierarchy = Hierarchy::derive(self.lattice.clone(), species, &rules, self.order)?;
        let mut text = match self.format {
            Format::Text => hierarchy.to_text(),
            Format::Latex => hierarchy.to_latex(),
            Format::Svg => hierarchy.to_svg(),
        };
        if matches!(self.format, Format::Text) {
            text.push_str(&notes(&hierarchy)?);
        }
        if self.why && !matches!(self.format, Format::Svg) {
            text.push_str("\nWhy the larger clusters are there:\n");
            text.push_str(&hierarchy.growth_text());
        }
        match std::io::stdout().lock().write_all(text.as_bytes()) {
            // a reader that has seen enough closes the pipe; that is no error
            Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
                Err(StudyError::File { path: "standard output".into(), source: error })
            }
            _ => Ok(()),
        }
    }
}

/// What the names mean and what the equations conserve.
fn notes(hierarchy: &Hierarchy) -> Result<String, StudyError> {
    let list =
        |names: Vec<&str>| if names.is_empty() { "none".to_owned() } else { names.join(", ") };
    let needed = list(hierarchy.needed().iter().map(|one| one.name.as_str()).collect());
    let conserved = hierarchy.conserved_quantities()?;
    let conserved = list(conserved.iter().map(|one| one.name.as_str()).collect());
    Ok(format!(
        "\nA closure must give: {needed}\nConserved for all rates: {conserved}\nWindows:\n{}",
        hierarchy.windows_text()
    ))
}

fn lattice(name: &str) -> Result<Lattice, String> {
    let known = "triangular, square, honeycomb, kagome, simple-cubic, face-centred-cubic, \
                 body-centred-cubic";
    Lattice::named(name).ok_or_else(|| format!("no lattice of this name; there are {known}"))
}

/// The rules that a text stands for.
fn rules_of(text: &str, species: &[String], by_class: bool) -> Result<Vec<Rule>, StudyError> {
    let unreadable = || StudyError::UnreadableRule { rule: text.to_owned() };
    let (text_only, rate) = match text.split_once('@') {
        Some((rule, name)) => (rule.trim(), Some(name.trim())),
        None => (text, None),
    };
    let found = if text_only == "swap" {
        let pairs = (0..species.len()).flat_map(|i| (i + 1..species.len()).map(move |j| (i, j)));
        pairs.map(|(i, j)| Rule::exchange(&species[i], &species[j])).collect()
    } else {
        // species may be called `-`, so the arrow is a word of its own
        let words: Vec<&str> = text_only.split_whitespace().collect();
        vec![match words.as_slice() {
            [from, "->", to] => Rule::change(from, to),
            [from, "->", to, "by", counted] => Rule::change_by_count(from, to, counted),
            [a, b, "->", c, d] => Rule::pair([a, b], [c, d]),
            _ => return Err(unreadable()),
        }]
    };
    if rate.is_some_and(str::is_empty) {
        return Err(unreadable());
    }
    let finish = |rule: Rule| {
        let rule = rate.iter().fold(rule, |rule, name| rule.rate(name));
        if by_class && text_only == "swap" { rule.by_class() } else { rule }
    };
    Ok(found.into_iter().map(finish).collect())
}
