//! Closures as the right-hand side of the rate equations: the best rates, and how trajectories of
//! random rates end.

use super::{CompareSettings, ComparedClosure};
use crate::study::{AnnealedComposition, LARGEST_RATE, Progress};
use crate::{StudyError, posterior};
use bayes_mcmc::{Starts, UniformBox, minimize};
use closures::Closure;
use cluster_stats::PairType;
use hierarchy_ode::{ClosedModel, Misfit, OdeError, RateConstants};
use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64;
use rayon::prelude::*;

/// Steps after which a trajectory is given up; rates in the box need up to about two hundred.
const STEP_LIMIT: u32 = 300;
/// The closures that go into the rate equations. These hold chains only: closures that differ from
/// the pair approximation in triangles alone move as it does, and are left out.
const IN_RATES: [&str; 6] = ["pa", "sa", "power_1", "oa_hard", "log_odds_pa", "log_odds"];
/// The largest C+- of a triangle, to the error of integration.
const MOST_UNLIKE: f64 = 1.0 / 3.0 + 1e-5;
/// How many random rates one generator draws: part of what a seed means.
const BLOCK: usize = 1000;

/// The best rates found for one closure at one composition.
#[derive(Clone, Debug, PartialEq)]
pub struct BestRates {
    /// Name of the closure in files.
    pub closure: &'static str,
    /// Where it was calibrated.
    pub calibration: String,
    /// Nominal composition of the data.
    pub x: f64,
    /// `conserving` or `published`.
    pub system: &'static str,
    /// k1..k8, in 1/(annealing experiment), of the closure per shape.
    pub rates: [f64; 8],
    /// J (17) with alpha = 0.
    pub misfit: f64,
    /// max |C+(t) - C+(0)|.
    pub drift: f64,
}

/// How the trajectories of random rates, uniform in (0, 50)^8, end for one closure at one
/// composition: from the first sample of the data, over the span of the annealing.
#[derive(Clone, Debug, PartialEq)]
pub struct Exits {
    /// Name of the closure in files.
    pub closure: &'static str,
    /// Where it was calibrated.
    pub calibration: String,
    /// Nominal composition.
    pub x: f64,
    /// `conserving` or `published`.
    pub system: &'static str,
    /// Rates tried.
    pub trials: usize,
    /// Trajectories in which C++, C--, C+- became negative.
    pub negative: [usize; 3],
    /// Trajectories to where the closure has no value, such as a zero in a denominator.
    pub undefined: usize,
    /// Trajectories given up for want of steps; these left nothing.
    pub unfinished: usize,
    /// Of the trajectories that stayed, those with C+- above 1/3 at a sample, which no triangle
    /// has: the equations (5) hold chains alone, and know the bound of chains alone.
    pub beyond_triangles: usize,
    /// The times of leaving, in rising order.
    pub times: Vec<f64>,
}

impl Exits {
    /// The share of trajectories that left the possible region, or the closure's.
    pub fn fraction(&self) -> f64 {
        self.times.len() as f64 / self.trials.max(1) as f64
    }
}

const SYSTEMS: [&str; 2] = ["conserving", "published"];

fn model<'a>(system: &str, closure: &'a dyn Closure) -> ClosedModel<&'a dyn Closure> {
    let model = match system {
        "conserving" => ClosedModel::conserving(closure),
        _ => ClosedModel::published(closure),
    };
    model.with_step_limit(STEP_LIMIT)
}

/// Every closure with every system at every composition.
fn combinations<'a>(
    closures: &'a [ComparedClosure],
    judged: &'a [AnnealedComposition],
) -> Vec<(&'a ComparedClosure, &'a AnnealedComposition, &'static str)> {
    let at = |closure| judged.iter().map(move |at| (closure, at));
    let in_rates = |compared: &&ComparedClosure| IN_RATES.contains(&compared.name);
    let pairs = closures.iter().filter(in_rates).flat_map(at);
    pairs.flat_map(|(closure, at)| SYSTEMS.map(|system| (closure, at, system))).collect()
}

pub(super) fn best_rates(
    settings: &CompareSettings,
    closures: &[ComparedClosure],
    judged: &[AnnealedComposition],
    progress: &Progress,
) -> Result<Vec<BestRates>, StudyError> {
    let all = combinations(closures, judged);
    let bar = progress.start("best rates", all.len() as u64);
    let rows = all
        .into_par_iter()
        .map(|(compared, at, system)| {
            let row = best_of(settings, compared, at, system).map_err(StudyError::at(at.x));
            bar.inc(1);
            row
        })
        .collect();
    bar.finish();
    rows
}

fn best_of(
    settings: &CompareSettings,
    compared: &ComparedClosure,
    at: &AnnealedComposition,
    system: &'static str,
) -> Result<BestRates, StudyError> {
    let data = &at.mean.mean;
    let model = model(system, &*compared.closure);
    let misfit = Misfit::new(&model, data)?;
    let density = posterior(&misfit, UniformBox::new(0.0, LARGEST_RATE)?);
    let mut rng = Pcg64::seed_from_u64(settings.seed ^ at.x.to_bits());
    // next to rest every closure stays in its region; fast random rates may all leave it
    let mut points = vec![[1e-3; 8]];
    points.extend((0..settings.starts).map(|_| std::array::from_fn(|_| 5.0 * rng.random::<f64>())));
    let best = minimize(&density, Starts::points(points), &mut rng)?;
    let rates: [f64; 8] = best.point.as_slice().try_into().expect("eight rates have eight values");
    let start = data.first().concentrations.pairs;
    let solution = model.solve(&RateConstants::from_array(rates)?, start, &data.times())?;
    Ok(BestRates {
        closure: compared.name,
        calibration: compared.calibration.clone(),
        x: at.x,
        system,
        rates,
        misfit: -best.log_density,
        drift: solution.composition_drift(),
    })
}

/// How one trajectory ended.
#[derive(Clone, Copy)]
enum End {
    Completed { beyond_triangles: bool },
    Unfinished,
    Negative(PairType, f64),
    Undefined(f64),
}

pub(super) fn exits(
    settings: &CompareSettings,
    closures: &[ComparedClosure],
    judged: &[AnnealedComposition],
    progress: &Progress,
) -> Result<Vec<Exits>, StudyError> {
    let all = combinations(closures, judged);
    let bar = progress.start("random rates", (all.len() * settings.trials) as u64);
    let mut rows = Vec::with_capacity(all.len());
    for (compared, at, system) in all {
        let model = model(system, &*compared.closure);
        let data = &at.mean.mean;
        let (start, times) = (data.first().concentrations.pairs, data.times());
        let block = |first: usize| -> Result<Vec<End>, StudyError> {
            // the same rates for every closure and system
            let mut rng = Pcg64::seed_from_u64(settings.seed ^ at.x.to_bits() ^ first as u64);
            let count = BLOCK.min(settings.trials - first);
            let one = |_| {
                let k = std::array::from_fn(|_| LARGEST_RATE * rng.random::<f64>());
                match model.solve(&RateConstants::from_array(k)?, start, &times) {
                    Ok(solution) => {
                        let largest = solution.pairs().iter().map(|pairs| pairs.plus_minus);
                        let beyond_triangles = largest.fold(0.0, f64::max) > MOST_UNLIKE;
                        Ok(End::Completed { beyond_triangles })
                    }
                    Err(OdeError::LeftPossibleRegion { pair, time, .. }) => {
                        Ok(End::Negative(pair, time))
                    }
                    Err(OdeError::ClosureOnTrajectory { time, .. }) => Ok(End::Undefined(time)),
                    Err(OdeError::TooManySteps { .. } | OdeError::StepUnderflow { .. }) => {
                        Ok(End::Unfinished)
                    }
                    Err(error) => Err(StudyError::at(at.x)(error.into())),
                }
            };
            let ends = (0..count).map(one).collect();
            bar.inc(count as u64);
            ends
        };
        let blocks: Vec<usize> = (0..settings.trials).step_by(BLOCK).collect();
        let ends: Vec<Vec<End>> = blocks.into_par_iter().map(block).collect::<Result<_, _>>()?;
        rows.push(summary(compared, at.x, system, ends.into_iter().flatten()));
    }
    bar.finish();
    Ok(rows)
}

fn summary(
    compared: &ComparedClosure,
    x: f64,
    system: &'static str,
    ends: impl Iterator<Item = End>,
) -> Exits {
    let mut exits = Exits {
        closure: compared.name,
        calibration: compared.calibration.clone(),
        x,
        system,
        trials: 0,
        negative: [0; 3],
        undefined: 0,
        unfinished: 0,
        beyond_triangles: 0,
        times: Vec::new(),
    };
    for end in ends {
        exits.trials += 1;
        match end {
            End::Completed { beyond_triangles } => {
                exits.beyond_triangles += usize::from(beyond_triangles);
            }
            End::Unfinished => exits.unfinished += 1,
            End::Negative(pair, time) => {
                exits.negative[pair as usize] += 1;
                exits.times.push(time);
            }
            End::Undefined(time) => {
                exits.undefined += 1;
                exits.times.push(time);
            }
        }
    }
    exits.times.sort_by(f64::total_cmp);
    exits
}
