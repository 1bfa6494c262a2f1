//! Equations as text and LaTeX, and why a hierarchy grew. Names are those of the types.

use super::equations::{Contribution, Hierarchy, Term};
use cluster_stats::latex_escaped;
use std::collections::BTreeMap;

/// A sum of terms with signs between them.
pub(super) fn sum<T>(
    terms: &[T],
    coefficient: impl Fn(&T) -> i64,
    factor: impl Fn(&T) -> String,
) -> String {
    let mut text = String::new();
    for term in terms {
        let value = coefficient(term);
        let sign = match (text.is_empty(), value < 0) {
            (true, false) => "",
            (true, true) => "-",
            (false, false) => " + ",
            (false, true) => " - ",
        };
        let size = match value.abs() {
            1 => String::new(),
            size => format!("{size} "),
        };
        text.push_str(&format!("{sign}{size}{}", factor(term)));
    }
    if text.is_empty() { "0".to_owned() } else { text }
}

impl Hierarchy {
    /// The equation of the type at `index` of [`types`](Self::types) as a line of text; empty for
    /// a type without one.
    pub fn equation_text(&self, index: usize) -> String {
        let Some(terms) = self.equations.get(index) else { return String::new() };
        let factor =
            |term: &Term| format!("{} {}", self.rates[term.rate], self.types[term.cluster].name);
        let right = sum(terms, |term| term.coefficient, factor);
        format!("d{}/dt = {right}", self.types[index].name)
    }

    /// All equations, a line each, smaller types first.
    pub fn to_text(&self) -> String {
        let lines = (0..self.equations.len()).map(|index| self.equation_text(index) + "\n");
        lines.collect()
    }

    /// All equations as an `align` environment of LaTeX.
    pub fn to_latex(&self) -> String {
        let rate = |name: &str| {
            let stem = name.trim_end_matches(|c: char| c.is_ascii_digit());
            match &name[stem.len()..] {
                _ if stem.is_empty() => latex_escaped(name),
                "" => latex_stem(stem),
                number => format!("{}_{{{number}}}", latex_stem(stem)),
            }
        };
        let lines = self.equations.iter().zip(&self.types).map(|(terms, one)| {
            let factor = |term: &Term| {
                format!("{}\\,{}", rate(&self.rates[term.rate]), self.types[term.cluster].latex)
            };
            let right = sum(terms, |term| term.coefficient, factor);
            format!("  \\frac{{d {}}}{{dt}} &= {right}", one.latex)
        });
        let lines: Vec<_> = lines.collect();
        format!("\\begin{{align}}\n{}\n\\end{{align}}\n", lines.join(" \\\\\n"))
    }

    /// Why the hierarchy grew: for each larger type, the equations that need it, the rules that
    /// brought it in and how many events did.
    pub fn growth_text(&self) -> String {
        let mut text = String::new();
        for (at, one) in self.types.iter().enumerate().skip(self.equations.len()) {
            let mut why: BTreeMap<(usize, usize, bool), (usize, &Contribution)> = BTreeMap::new();
            for origin in self.origins(at) {
                let key = (origin.equation, origin.rule, !origin.gain);
                why.entry(key).or_insert((0, origin)).0 += 1;
            }
            text.push_str(&format!("{}\n", one.name));
            for ((equation, rule, loss), (events, origin)) in why {
                let place = match origin.partner {
                    None => format!("at {}", self.types.site_text(origin.site)),
                    Some(partner) => {
                        let (one, other) =
                            (self.types.site_text(origin.site), self.types.site_text(partner));
                        format!("on the bond {one}-{other}")
                    }
                };
                let others = if events > 1 { " and its like" } else { "" };
                text.push_str(&format!(
                    "  {events} {} of {} by {} {place}{others}\n",
                    if loss { "loss" } else { "gain" },
                    self.types[equation].name,
                    self.rules[rule],
                ));
            }
        }
        text
    }
}

/// Greek letters by name, other words upright.
fn latex_stem(stem: &str) -> String {
    const GREEK: [&str; 10] =
        ["alpha", "beta", "gamma", "delta", "kappa", "lambda", "mu", "nu", "sigma", "tau"];
    match stem {
        _ if GREEK.contains(&stem) => format!("\\{stem}"),
        _ if stem.chars().count() == 1 => stem.to_owned(),
        _ => format!("\\mathrm{{{}}}", latex_escaped(stem)),
    }
}
