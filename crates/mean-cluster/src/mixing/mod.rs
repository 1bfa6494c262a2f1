//! `mean-cluster mixing`: pairs of random lattices by composition.

use crate::StudyError;
#[cfg(feature = "figures")]
use crate::figures::{Curve, CurvePanel, Figure, curves};
use crate::output::{read_rows, write_rows};
#[cfg(feature = "figures")]
use crate::page::Page;
use crate::run::{Run, Settings, Work};
use clap::Args;
use cluster_stats::ClusterCounts;
use lattice_core::{Composition, Configuration, TriangularLattice};
use rand::SeedableRng;
use rand_pcg::Pcg64;
use serde::{Deserialize, Serialize};
use std::path::Path;

const PAIRS: &str = "pairs.csv";

/// Settings of random lattices.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub(crate) struct MixingSettings {
    /// Rows and columns
    #[arg(long, value_name = "L")]
    size: usize,
    /// Compositions between 0 and 1
    #[arg(long, value_name = "N")]
    steps: usize,
    /// Seed
    #[arg(long, value_name = "N")]
    seed: u64,
}

impl Default for MixingSettings {
    fn default() -> MixingSettings {
        MixingSettings { size: 24, steps: 9, seed: 1 }
    }
}

impl Settings for MixingSettings {
    const NAME: &'static str = "mixing";

    fn check(&self) -> Result<(), StudyError> {
        TriangularLattice::new(self.size, self.size)?;
        Ok(())
    }
}

/// Pairs at a composition, ordered and per shape.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Row {
    minus: f64,
    pp: f64,
    mm: f64,
    pm: f64,
}

/// What random lattices hold.
pub(crate) struct Mixing {
    settings: MixingSettings,
    rows: Vec<Row>,
}

impl Run for Mixing {
    type Settings = MixingSettings;
    const ABOUT: [&'static str; 2] =
        ["Pairs of random lattices by composition", "Example: mean-cluster mixing --size 48"];
    const OUT: &'static str = "mixed";

    fn find(work: &Work<'_, MixingSettings>) -> Result<Mixing, StudyError> {
        let settings = work.settings.clone();
        let lattice = TriangularLattice::new(settings.size, settings.size)?;
        let mut rng = Pcg64::seed_from_u64(settings.seed);
        let row = |step: usize| {
            let x = Composition::of_minus(step as f64 / (settings.steps + 1) as f64)?;
            let atoms = Configuration::random(lattice.clone(), x, &mut rng)?;
            let pairs = ClusterCounts::of_grid(atoms.grid())?.concentrations().pairs;
            let [pp, mm, pm] = pairs.to_array();
            Ok(Row { minus: pairs.minus(), pp, mm, pm })
        };
        let rows = (1..=settings.steps).map(row).collect::<Result<_, StudyError>>()?;
        Ok(Mixing { settings, rows })
    }

    fn settings(&self) -> &MixingSettings {
        &self.settings
    }

    fn write_tables(&self, directory: &Path) -> Result<(), StudyError> {
        write_rows(directory, PAIRS, &self.rows)
    }

    fn read_tables(directory: &Path, settings: MixingSettings) -> Result<Mixing, StudyError> {
        Ok(Mixing { settings, rows: read_rows(directory, PAIRS)? })
    }

    fn told(&self) -> String {
        String::new()
    }

    #[cfg(feature = "figures")]
    fn figures(&self) -> Result<Vec<Figure>, StudyError> {
        let points = self.rows.iter().map(|row| [row.minus, row.pm]).collect();
        let curve = Curve { name: "random".to_owned(), points, errors: None };
        let (title, y) = ("unlike pairs".to_owned(), "C₊₋ (ordered)".to_owned());
        let panel = CurvePanel { title, y, curves: vec![curve] };
        Ok(vec![curves("x (fraction of −)", &[panel])?.named("pairs")])
    }

    #[cfg(feature = "figures")]
    fn report(&self, figures: &[Figure]) -> Result<String, StudyError> {
        let page = Page::new("Random lattices", "Pairs are ordered.").figures(figures);
        Ok(page.settings(&self.settings, "").html())
    }
}
