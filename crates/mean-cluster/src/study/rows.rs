//! The rows of a study's files; what they mean is in `docs/output.md`.

use super::{AnnealedComposition, CalibratedClosure, ErrorKeys, RatePosterior};
use crate::output::SampleRow;
use closures::{Convention, Exponents};
use cluster_stats::TripletType;
use lattice_core::Configuration;
use serde::{Deserialize, Serialize};

/// A row of `annealing.csv`.
#[derive(Serialize, Deserialize)]
pub(super) struct AnnealingRow {
    pub(super) x: f64,
    pub(super) sample: SampleRow,
}

/// A row of `annealing_mean.csv`: a quantity of a sample.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct MeanRow {
    x: f64,
    sample: usize,
    time: f64,
    temperature: Option<f64>,
    replicas: usize,
    pub(super) quantity: String,
    mean: Option<f64>,
    standard_error: Option<f64>,
}

impl MeanRow {
    /// The energy, pairs and triplets of every sample.
    pub(super) fn of(at: &AnnealedComposition) -> impl Iterator<Item = MeanRow> + '_ {
        let energy = ["energy_per_site".to_owned()];
        let names: Vec<String> = energy.into_iter().chain(crate::output::names()).collect();
        at.mean.mean.records().iter().enumerate().flat_map(move |(sample, record)| {
            // a single replica has no errors
            let errors = at.mean.standard_errors.as_ref().map(|errors| &errors[sample]);
            let errors_of = errors.map(|errors| errors.concentrations.to_array());
            let values = record.concentrations.to_array();
            let row = |(place, quantity): (usize, &String)| {
                let (mean, standard_error) = match place {
                    0 => (record.energy_per_site, errors.and_then(|errors| errors.energy_per_site)),
                    _ => (Some(values[place - 1]), errors_of.map(|errors| errors[place - 1])),
                };
                let (x, time, temperature) = (at.x, record.time, record.temperature);
                let (replicas, quantity) = (at.mean.replicas, quantity.clone());
                MeanRow { x, sample, time, temperature, replicas, quantity, mean, standard_error }
            };
            names.iter().enumerate().map(row).collect::<Vec<_>>()
        })
    }
}

/// A row of `lattices.csv`: a row of sites, as `+` and `-`.
#[derive(Serialize, Deserialize)]
pub(super) struct LatticeRow {
    pub(super) x: f64,
    pub(super) time: f64,
    row: usize,
    pub(super) atoms: String,
}

impl LatticeRow {
    pub(super) fn of(x: f64, time: f64, atoms: &Configuration) -> impl Iterator<Item = LatticeRow> {
        let columns = atoms.lattice().columns();
        atoms.atoms().chunks(columns).enumerate().map(move |(row, atoms)| {
            let atoms = atoms.iter().map(|atom| if *atom > 0 { '+' } else { '-' }).collect();
            LatticeRow { x, time, row, atoms }
        })
    }

    /// The atoms of the row; none if it holds anything but `+` and `-`.
    pub(super) fn signs(&self) -> Option<Vec<i8>> {
        let atom = |sign| match sign {
            '+' => Some(1),
            '-' => Some(-1),
            _ => None,
        };
        self.atoms.chars().map(atom).collect()
    }
}

/// A row of `table2.csv`: the exponents of one type in one calibration.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FittedRow {
    /// The convention of the fit.
    #[serde(with = "crate::output")]
    pub convention: Convention,
    /// `hard` or `soft`.
    pub regularization: String,
    /// Nominal composition of the data.
    pub calibration_x: f64,
    /// The type.
    #[serde(with = "crate::output")]
    pub triplet: TripletType,
    /// Its exponents.
    #[serde(with = "ExponentColumns")]
    pub exponents: Exponents,
    /// J_i on the data it was fitted to.
    pub error: f64,
    /// `gamma1=2;xi1=0`: each exponent that sits on a bound, with the bound.
    pub active_bounds: String,
    /// Whether no other exponents predict the same.
    pub unique: bool,
}

/// The columns of exponents.
#[derive(Serialize, Deserialize)]
#[serde(remote = "Exponents")]
struct ExponentColumns {
    gamma1: f64,
    gamma2: Option<f64>,
    xi1: Option<f64>,
    xi2: Option<f64>,
}

impl FittedRow {
    /// The rows of a calibration.
    pub(super) fn of(calibrated: &CalibratedClosure) -> impl Iterator<Item = FittedRow> + '_ {
        TripletType::ALL.into_iter().map(|triplet| {
            let fit = calibrated.calibration.of(triplet);
            let bounds = fit.active_bounds.iter().map(ToString::to_string);
            FittedRow {
                convention: calibrated.convention,
                regularization: calibrated.regularization.to_owned(),
                calibration_x: calibrated.calibration_x,
                triplet,
                exponents: fit.exponents,
                error: fit.error,
                active_bounds: bounds.collect::<Vec<_>>().join(";"),
                unique: fit.unique,
            }
        })
    }
}

/// A row of `errors.csv`.
#[derive(Serialize)]
pub(super) struct MeanErrorRow<'a> {
    pub(super) of: &'a ErrorKeys,
    pub(super) mean_error: f64,
}

/// A row of `errors_by_type.csv`.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct TypeErrorRow {
    pub(super) of: ErrorKeys,
    #[serde(with = "crate::output")]
    pub(super) triplet: TripletType,
    pub(super) error: f64,
}

/// A row of `errors_by_bound.csv`: the mean error of OA calibrated at 1/3 with bounds of some width.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BoundedRow {
    /// The convention.
    #[serde(with = "crate::output")]
    pub convention: Convention,
    /// `hard`: 0 <= gamma, xi <= bound; `soft`: 0 <= gamma <= bound, xi free.
    pub regularization: String,
    /// The bound; the paper's are 2 (hard) and 6 (soft).
    pub bound: f64,
    /// Nominal composition of the data.
    pub x: f64,
    /// The mean error (30).
    pub mean_error: f64,
}

/// A row of `rates_sa.csv`: the sparse approximation at one composition.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SparseRow {
    /// Nominal composition.
    pub x: f64,
    /// `published`, alpha1 and alpha2 free; or `conserving`, alpha1 = alpha2.
    pub system: String,
    /// alpha1, alpha2 in 1/(annealing experiment), at the minimum of the misfit over (29).
    #[serde(rename = "alpha")]
    pub alphas: [f64; 2],
    /// The misfit J (17).
    pub misfit: f64,
}

/// A row of `posterior_pa.csv` or `posterior_oa_half.csv`: a draw.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DrawRow {
    /// From 0.
    pub chain: usize,
    /// From 0.
    pub draw: usize,
    /// 0 for a repeated point, else the stage that accepted it.
    pub stage: u8,
    /// The misfit J.
    pub misfit: f64,
    /// k1 to k8 as published, in 1/(annealing experiment).
    #[serde(rename = "k")]
    pub rates: [f64; 8],
}

impl DrawRow {
    /// The draws of a posterior with a variance of 1, chain after chain.
    pub(super) fn of(posterior: &RatePosterior) -> Vec<DrawRow> {
        let chains = &posterior.chains;
        let (points, stages) = (chains.points(), chains.stages());
        let log_densities = chains.log_densities();
        let places = (0..chains.chains()).flat_map(|c| (0..chains.draws()).map(move |d| (c, d)));
        let row = |(chain, draw)| DrawRow {
            chain,
            draw,
            stage: stages[(chain, draw)],
            misfit: -log_densities[(chain, draw)],
            rates: std::array::from_fn(|rate| points[(chain, draw, rate)]),
        };
        places.map(row).collect()
    }
}
