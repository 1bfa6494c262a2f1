//! `mean-cluster derive`: the equations of a lattice, its species and its rules, printed.

use super::print::print;
use super::row::{Command, SettingsFile};
use crate::StudyError;
use crate::settings::Settings;
use clap::ValueEnum;
use hierarchy_ode::{
    ConservedQuantity, DerivationError, Hierarchy, Lattice, OdeError, Rule, Species,
};
use serde::{Deserialize, Serialize};

#[derive(Debug, clap::Args)]
pub(super) struct Derive {
    /// What to print
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Also print which events brought in each larger cluster (text and latex)
    #[arg(long)]
    why: bool,
}

/// What is derived. The flags of the same names say what each means.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, clap::Args)]
#[serde(deny_unknown_fields)]
pub(super) struct DeriveSettings {
    /// triangular, square, honeycomb, kagome, simple-cubic, face-centred-cubic or body-centred-cubic
    #[arg(long)]
    lattice: String,
    /// Species
    #[arg(long, value_name = "A,B,...", value_delimiter = ',', allow_hyphen_values = true)]
    species: Vec<String>,
    /// Largest number of sites of a cluster with an equation
    #[arg(long)]
    order: usize,
    /// Rules: swap (exchange of all unlike neighbours), A -> B, A B -> C D (two neighbours) or
    /// A -> B by C (by the number of neighbours C); a rate constant is named by @ NAME at the end,
    /// rules with one name share it
    #[arg(long, value_name = "RULE,...", value_delimiter = ',', allow_hyphen_values = true)]
    rules: Vec<String>,
    /// One rate constant for each rule instead of one for each directed class of cluster
    #[arg(long, action = clap::ArgAction::Set, num_args = 0, default_missing_value = "true")]
    one_rate: bool,
}

impl Default for DeriveSettings {
    fn default() -> DeriveSettings {
        DeriveSettings {
            lattice: "triangular".to_owned(),
            species: ["+", "-"].map(str::to_owned).to_vec(),
            order: 2,
            rules: vec!["swap".to_owned()],
            one_rate: false,
        }
    }
}

impl Settings for DeriveSettings {
    const NAME: &'static str = "derive";

    fn check(&self) -> Result<(), StudyError> {
        self.lattice().map(drop)
    }
}

impl DeriveSettings {
    fn lattice(&self) -> Result<Lattice, StudyError> {
        Lattice::named(&self.lattice).ok_or_else(|| StudyError::Setting {
            setting: "lattice",
            value: self.lattice.clone(),
            allowed: "one of triangular, square, honeycomb, kagome, simple-cubic, \
                      face-centred-cubic, body-centred-cubic",
        })
    }

    fn hierarchy(&self) -> Result<Hierarchy, StudyError> {
        let names: Vec<&str> = self.species.iter().map(String::as_str).collect();
        let species = Species::new(&names)?;
        let mut rules = Vec::new();
        for text in &self.rules {
            rules.extend(rules_of(text.trim(), species.names(), !self.one_rate)?);
        }
        Ok(Hierarchy::derive(self.lattice()?, species, &rules, self.order)?)
    }
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    Text,
    Latex,
    /// A picture of the cluster types
    Svg,
}

impl Command for Derive {
    type Settings = DeriveSettings;

    const ABOUT: [&'static str; 2] = [
        "Derive the rate equations of all clusters up to an order, for a lattice, species and rules",
        "Example: mean-cluster derive --lattice triangular --species +,- --order 2 --rules swap
\
         Example: mean-cluster derive --lattice square --species 1,0 --rules \"0 1 -> 1 1, 1 -> 0\"",
    ];

    fn run(&self, settings: &DeriveSettings, _: &SettingsFile) -> Result<(), StudyError> {
        let hierarchy = settings.hierarchy()?;
        let notes = || {
            let mut notes = notes(&hierarchy)?;
            if self.why {
                notes.push_str("\nWhy the larger clusters are there:\n");
                notes.push_str(&hierarchy.growth_text());
            }
            Ok::<String, StudyError>(notes)
        };
        let text = match self.format {
            Format::Text => hierarchy.to_text() + "\n" + &notes()?,
            Format::Latex => {
                // comments, so that the whole output can be typeset
                let notes = notes()?;
                let lines =
                    notes.lines().map(|line| format!("% {line}").trim_end().to_owned() + "\n");
                hierarchy.to_latex() + &lines.collect::<String>()
            }
            Format::Svg if self.why => {
                return Err(StudyError::Setting {
                    setting: "why",
                    value: "true".to_owned(),
                    allowed: "false with --format svg: a picture holds no reasons; take text or latex",
                });
            }
            Format::Svg => hierarchy.to_svg(),
        };
        print(&text)
    }
}

/// What the names mean and what the equations conserve.
fn notes(hierarchy: &Hierarchy) -> Result<String, StudyError> {
    let list =
        |names: Vec<&str>| if names.is_empty() { "none".to_owned() } else { names.join(", ") };
    let needed = list(hierarchy.needed().iter().map(|one| one.name.as_str()).collect());
    let mut notes = format!("A closure must give: {needed}\n");
    let searched = hierarchy.conserved_quantities().and_then(|all| {
        let by_class = hierarchy.rules().iter().any(Rule::is_by_class);
        // with one rate for each event the equations of smaller clusters follow from the largest
        let by_state = if by_class { hierarchy.conserved_by_state()? } else { all.clone() };
        Ok((all, by_state))
    });
    let names =
        |sums: &[ConservedQuantity]| list(sums.iter().map(|one| one.name.as_str()).collect());
    match searched {
        Ok((all, by_state)) => {
            notes += &format!("Conserved for all rates: {}\n", names(&all));
            if all != by_state {
                let (order, names) = (hierarchy.order(), names(&by_state));
                notes += &format!(
                    "Conserved by the equations of {order} sites alone, which a closed system \
                     solves: {names}\n"
                );
            }
        }
        Err(OdeError::Derivation(
            reason @ (DerivationError::ConservationTooLarge { .. }
            | DerivationError::ConservationOverflow { .. }),
        )) => notes += &format!("Conserved for all rates: unknown ({reason})\n"),
        Err(other) => return Err(other.into()),
    }
    Ok(notes + "Windows:\n" + &hierarchy.windows_text())
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
