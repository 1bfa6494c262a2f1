//! `mean-cluster count`: concentrations of configurations of one's own.

use super::print::{pretty_json, print};
use super::row::{Command, SettingsFile};
use crate::StudyError;
use crate::output::{concentrations, write_table};
use crate::settings::Settings;
use clap::Args;
use cluster_stats::{Concentrations, CountClusters, PairType, TripletType};
use lattice_core::{Arrangement, ConfigurationFormat, CrystalLayer, Frame};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::fmt::Write;
use std::path::{Path, PathBuf};
use whole_files::shown;

#[derive(Debug, Args)]
pub(super) struct Count {
    /// Configurations: text grid, NPY or extended XYZ, told apart by their content
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    /// Print JSON: a list of the frames
    #[arg(long, conflicts_with = "csv")]
    json: bool,
    /// Print CSV: a row a frame
    #[arg(long)]
    csv: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub(super) struct CountSettings {
    /// Chemical symbol of (+) in extended XYZ
    #[arg(long, value_name = "SYMBOL")]
    plus: String,
    /// Chemical symbol of (-) in extended XYZ
    #[arg(long, value_name = "SYMBOL")]
    minus: String,
    /// Rows x columns of each configuration of a grid or array, as 6x9; offset (offset-left) where every second row is shifted by half a column to the right (left); told: rows x columns or frames x rows x columns
    #[arg(long, value_name = "SHAPE")]
    shape: String,
}

impl Default for CountSettings {
    fn default() -> CountSettings {
        let [plus, minus] = CrystalLayer::default().species().map(str::to_owned);
        CountSettings { plus, minus, shape: "told".to_owned() }
    }
}

impl CountSettings {
    fn layer(&self) -> Result<CrystalLayer, StudyError> {
        Ok(CrystalLayer::default().with_species(&self.plus, &self.minus)?)
    }

    fn arrangement(&self) -> Result<Arrangement, StudyError> {
        Ok(self.shape.parse()?)
    }
}

impl Settings for CountSettings {
    const NAME: &'static str = "count";

    fn check(&self) -> Result<(), StudyError> {
        self.arrangement()?;
        self.layer().map(drop)
    }
}

impl Command for Count {
    type Settings = CountSettings;

    const ABOUT: [&'static str; 2] = [
        "Count pairs and triplets of configurations of your own",
        "Example: mean-cluster count annealed/last.xyz",
    ];

    fn run(&self, settings: &CountSettings, _: &SettingsFile) -> Result<(), StudyError> {
        let (layer, arrangement) = (settings.layer()?, settings.arrangement()?);
        let mut counted = Vec::new();
        for path in &self.files {
            let frames = ConfigurationFormat::load_arranged(path, &layer, arrangement)?;
            for (index, frame) in frames.iter().enumerate() {
                counted.push(Counted::of(path, index, frame));
            }
        }
        print(&if self.json {
            pretty_json(&Value::Array(counted.iter().map(Counted::json).collect()))
        } else if self.csv {
            csv_of(&counted)?
        } else {
            counted.iter().map(Counted::text).collect()
        })
    }
}

/// A configuration, counted.
struct Counted {
    file: String,
    frame: usize,
    rows: usize,
    columns: usize,
    time: Option<f64>,
    temperature: Option<f64>,
    concentrations: Concentrations,
}

impl Counted {
    fn of(path: &Path, index: usize, frame: &Frame) -> Counted {
        Counted {
            file: path.display().to_string(),
            frame: index,
            rows: frame.atoms.lattice().rows(),
            columns: frame.atoms.lattice().columns(),
            time: frame.time,
            temperature: frame.temperature,
            // a configuration is one replica
            concentrations: frame.atoms.count_clusters()[0].concentrations(),
        }
    }

    fn named(&self) -> impl Iterator<Item = (String, f64)> + '_ {
        let pairs = self.concentrations.pairs;
        let composition =
            [("c_plus".to_owned(), pairs.plus()), ("c_minus".to_owned(), pairs.minus())];
        let pairs = PairType::ALL.map(|pair| (pair.ascii().to_owned(), pairs.get(pair)));
        let triplets = TripletType::ALL.map(|t| (t.ascii(), self.concentrations.triplets[t]));
        composition.into_iter().chain(pairs).chain(triplets)
    }

    fn json(&self) -> Value {
        let mut frame = Map::new();
        frame.insert("file".to_owned(), self.file.clone().into());
        frame.insert("frame".to_owned(), self.frame.into());
        frame.insert("rows".to_owned(), self.rows.into());
        frame.insert("columns".to_owned(), self.columns.into());
        frame.insert("time".to_owned(), self.time.into());
        frame.insert("temperature".to_owned(), self.temperature.into());
        frame.extend(self.named().map(|(name, value)| (name, value.into())));
        Value::Object(frame)
    }

    fn text(&self) -> String {
        let Counted { file, frame, rows, columns, .. } = self;
        let file = shown(file);
        let mut text = format!("{file}, frame {frame}: {rows} x {columns} sites\n");
        let named: Vec<(String, f64)> = self.named().collect();
        let (few, triplets) = named.split_at(5);
        let (chains, triangles) = triplets.split_at(12);
        let (linear, angled) = chains.split_at(6);
        for line in [few, linear, angled, triangles] {
            for (name, value) in line {
                let _ = write!(text, "  {name} {value:.5}");
            }
            text.push('\n');
        }
        text
    }
}

/// A text of the user as a cell: one that a spreadsheet would run as a formula begins with `'`.
fn cell(text: &str) -> String {
    match text.chars().next() {
        Some('=' | '+' | '-' | '@' | '\t' | '\r') => format!("'{text}"),
        _ => text.to_owned(),
    }
}

/// A counted configuration as a row of CSV.
#[derive(Serialize)]
struct CountedRow {
    file: String,
    frame: usize,
    rows: usize,
    columns: usize,
    time: Option<f64>,
    temperature: Option<f64>,
    c_plus: f64,
    c_minus: f64,
    #[serde(with = "concentrations")]
    concentrations: Concentrations,
}

fn csv_of(counted: &[Counted]) -> Result<String, StudyError> {
    let rows = counted.iter().map(|one| CountedRow {
        file: cell(&one.file),
        frame: one.frame,
        rows: one.rows,
        columns: one.columns,
        time: one.time,
        temperature: one.temperature,
        c_plus: one.concentrations.pairs.plus(),
        c_minus: one.concentrations.pairs.minus(),
        concentrations: one.concentrations,
    });
    let mut bytes = Vec::new();
    write_table(&mut bytes, Path::new("the table"), rows)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
