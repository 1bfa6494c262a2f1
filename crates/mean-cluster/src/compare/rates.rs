//! Closures as the right-hand side of the rate equations: the best rates, and how trajectories of
//! random rates end.
//!
//! Every closure goes in, also those that differ from another in triangles alone, which (5) does
//! not hold: that they move alike is then a result.

use super::{CompareSettings, ComparedClosure};
use crate::run::Work;
use crate::study::{AnnealedComposition, LARGEST_RATE};
use crate::{StudyError, posterior};
use bayes_mcmc::{Starts, UniformBox, minimize};
use closures::Closure;
use cluster_stats::{PairConcentrations, PairType};
use hierarchy_ode::{ClosedModel, Misfit, OdeError, RateConstants};
use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64;
use rayon::prelude::*;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use std::sync::{Mutex, PoisonError};

/// Steps after which a trajectory is given up; rates in the box need up to about two hundred.
const STEP_LIMIT: u32 = 300;
/// The largest C+- of a triangle, to the error of integration.
const MOST_UNLIKE: f64 = 1.0 / 3.0 + 1e-5;
/// How many random rates one generator draws: part of what a seed means.
const BLOCK: usize = 1000;

/// The best rates found for one closure at one composition.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BestRates {
    /// Name of the closure in files.
    pub closure: String,
    /// Where it was calibrated.
    pub calibration: String,
    /// Nominal composition of the data.
    pub x: f64,
    /// Of which system.
    pub system: System,
    /// J (17) with alpha = 0.
    pub misfit: f64,
    /// max |C+(t) - C+(0)|.
    pub drift: f64,
    /// k1..k8, in 1/(annealing experiment), of the closure per shape.
    #[serde(rename = "k")]
    pub rates: [f64; 8],
}

/// How the trajectories of random rates, uniform in (0, 50)^8, end for one closure at one
/// composition: from the first sample of the data, over the span of the annealing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Exits {
    /// Name of the closure in files.
    pub closure: String,
    /// Where it was calibrated.
    pub calibration: String,
    /// Nominal composition.
    pub x: f64,
    /// Of which system.
    pub system: System,
    /// Rates tried.
    pub trials: u64,
    /// Trajectories in which C++ became negative.
    pub pp_negative: u64,
    /// Those in which C-- did.
    pub mm_negative: u64,
    /// Those in which C+- did.
    pub pm_negative: u64,
    /// Trajectories to where the closure has no value, such as a zero in a denominator.
    pub undefined: u64,
    /// Trajectories given up for want of steps; these left nothing.
    pub unfinished: u64,
    /// Of the trajectories that stayed, those with C+- above 1/3 at a sample, which no triangle
    /// has: the equations (5) hold chains alone, and know the bound of chains alone.
    pub beyond_triangles: u64,
    /// The first time of leaving, in units of the annealing; none if none leaves.
    pub first_exit: Option<f64>,
    /// The median time of leaving, likewise.
    pub median_exit: Option<f64>,
}

impl Exits {
    /// The trajectories that left the possible region, or the closure's.
    pub fn left(&self) -> u64 {
        self.pp_negative + self.mm_negative + self.pm_negative + self.undefined
    }

    /// Their share of all.
    pub fn fraction(&self) -> f64 {
        self.left() as f64 / self.trials as f64
    }
}

/// The two closed systems.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum System {
    /// (5c), and dC++ = dC-- = -dC+-.
    Conserving,
    /// (5a) to (5c).
    Published,
}

impl System {
    /// Both.
    pub const ALL: [System; 2] = [System::Conserving, System::Published];

    /// Its name in files.
    pub const fn name(self) -> &'static str {
        match self {
            System::Conserving => "conserving",
            System::Published => "published",
        }
    }

    fn model(self, closure: &dyn Closure) -> ClosedModel<&dyn Closure> {
        let model = match self {
            System::Conserving => ClosedModel::conserving(closure),
            System::Published => ClosedModel::published(closure),
        };
        model.with_step_limit(STEP_LIMIT)
    }
}

impl std::fmt::Display for System {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.name())
    }
}

/// What is judged, and where rows that are done are kept.
pub(super) struct Rates<'a> {
    pub(super) work: &'a Work<'a, CompareSettings>,
    pub(super) closures: &'a [ComparedClosure],
    pub(super) judged: &'a [AnnealedComposition],
}

/// A closure with a composition and a system.
type Combination<'a> = (&'a ComparedClosure, &'a AnnealedComposition, System);

impl<'a> Rates<'a> {
    /// `row` of every closure with every system at every composition, counted on a bar of `each`
    /// steps a row. Rows that were done before an interruption are not done again.
    fn all<T: Clone + Send + Sync + Serialize + DeserializeOwned>(
        &self,
        (stage, each): (&'static str, u64),
        row: impl Fn(Combination<'a>, &dyn Fn(u64)) -> Result<T, StudyError> + Sync,
    ) -> Result<Vec<T>, StudyError> {
        let at = |closure| self.judged.iter().map(move |at| (closure, at));
        let pairs = self.closures.iter().flat_map(at);
        let all: Vec<Combination<'a>> = pairs
            .flat_map(|(closure, at)| System::ALL.map(|system| (closure, at, system)))
            .collect();
        let bar = self.work.progress.start(stage, each * all.len() as u64);
        let file = self.work.stage(&stage.replace(' ', "_"));
        let saved = file.as_ref().map_or(Ok(None), |file| file.load())?;
        let saved = saved.filter(|rows: &Vec<Option<T>>| rows.len() == all.len());
        let known = saved.unwrap_or_else(|| vec![None; all.len()]);
        let kept = Mutex::new((file, known.clone()));
        let one = |(index, combination): (usize, Combination<'a>)| {
            if let Some(row) = &known[index] {
                bar.inc(each);
                return Ok(row.clone());
            }
            self.work.unless_stopped()?;
            let row = row(combination, &|steps| bar.inc(steps))
                .map_err(StudyError::at(combination.1.x))?;
            let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
            let (file, rows) = &mut *kept;
            rows[index] = Some(row.clone());
            match file {
                Some(file) => file.save_if_due(rows).map(|()| row),
                None => Ok(row),
            }
        };
        let numbered: Vec<_> = all.into_iter().enumerate().collect();
        let rows = numbered.into_par_iter().map(one).collect();
        bar.finish();
        // finished or interrupted, no row that is done is done again
        let (file, done) = kept.into_inner().unwrap_or_else(PoisonError::into_inner);
        if let Some(mut file) = file {
            file.save(&done)?;
        }
        rows
    }

    pub(super) fn best(&self) -> Result<Vec<BestRates>, StudyError> {
        self.all(("best rates", 1), |combination, count| {
            let best = self.best_of(combination);
            count(1);
            best
        })
    }

    fn best_of(&self, (compared, at, system): Combination<'_>) -> Result<BestRates, StudyError> {
        let data = &at.mean.mean;
        let model = system.model(&*compared.closure);
        let misfit = Misfit::new(&model, data)?;
        let density = posterior(&misfit, UniformBox::new(0.0, LARGEST_RATE)?);
        let mut rng = Pcg64::seed_from_u64(self.work.settings.seed ^ at.x.to_bits());
        // next to rest every closure stays in its region; fast random rates may all leave it
        let mut points = vec![[1e-3; 8]];
        let random = |_| std::array::from_fn(|_| 5.0 * rng.random::<f64>());
        points.extend((0..self.work.settings.starts).map(random));
        let best = minimize(&density, Starts::points(points), &mut rng)?;
        let rates: [f64; 8] =
            best.point.as_slice().try_into().expect("eight rates have eight values");
        let start = data.first().concentrations.pairs;
        let solution = model.solve(&RateConstants::from_array(rates)?, start, &data.times())?;
        Ok(BestRates {
            closure: compared.name.to_owned(),
            calibration: compared.calibration.clone(),
            x: at.x,
            system,
            rates,
            misfit: -best.log_density,
            drift: solution.composition_drift(),
        })
    }

    pub(super) fn exits(&self) -> Result<Vec<Exits>, StudyError> {
        let trials = self.work.settings.trials;
        self.all(("random rates", trials as u64), |(compared, at, system), count| {
            let model = system.model(&*compared.closure);
            let data = &at.mean.mean;
            let (start, times) = (data.first().concentrations.pairs, data.times());
            let mut ends = Vec::with_capacity(trials);
            for first in (0..trials).step_by(BLOCK) {
                self.work.unless_stopped()?;
                // the same rates for every closure and system
                let seed = self.work.settings.seed ^ at.x.to_bits() ^ first as u64;
                let mut rng = Pcg64::seed_from_u64(seed);
                let block = BLOCK.min(trials - first);
                for _ in 0..block {
                    let rates = std::array::from_fn(|_| LARGEST_RATE * rng.random::<f64>());
                    ends.push(end_of(&model, rates, start, &times)?);
                }
                count(block as u64);
            }
            Ok(summary(compared, at.x, system, &ends))
        })
    }
}

/// How one trajectory ended.
#[derive(Clone, Copy)]
enum End {
    Completed { beyond_triangles: bool },
    Unfinished,
    Negative(PairType, f64),
    Undefined(f64),
}

fn end_of(
    model: &ClosedModel<&dyn Closure>,
    rates: [f64; 8],
    start: PairConcentrations,
    times: &[f64],
) -> Result<End, StudyError> {
    match model.solve(&RateConstants::from_array(rates)?, start, times) {
        Ok(solution) => {
            let largest = solution.pairs().iter().map(|pairs| pairs.plus_minus);
            let beyond_triangles = largest.fold(0.0, f64::max) > MOST_UNLIKE;
            Ok(End::Completed { beyond_triangles })
        }
        Err(OdeError::LeftPossibleRegion { pair, time, .. }) => Ok(End::Negative(pair, time)),
        Err(OdeError::ClosureOnTrajectory { time, .. }) => Ok(End::Undefined(time)),
        Err(OdeError::TooManySteps { .. } | OdeError::StepUnderflow { .. }) => Ok(End::Unfinished),
        Err(error) => Err(error.into()),
    }
}

fn summary(compared: &ComparedClosure, x: f64, system: System, ends: &[End]) -> Exits {
    let mut exits = Exits {
        closure: compared.name.to_owned(),
        calibration: compared.calibration.clone(),
        x,
        system,
        trials: ends.len() as u64,
        pp_negative: 0,
        mm_negative: 0,
        pm_negative: 0,
        undefined: 0,
        unfinished: 0,
        beyond_triangles: 0,
        first_exit: None,
        median_exit: None,
    };
    let mut left = Vec::new();
    for end in ends {
        match *end {
            End::Completed { beyond_triangles } => {
                exits.beyond_triangles += u64::from(beyond_triangles);
            }
            End::Unfinished => exits.unfinished += 1,
            End::Negative(pair, time) => {
                *match pair {
                    PairType::PlusPlus => &mut exits.pp_negative,
                    PairType::MinusMinus => &mut exits.mm_negative,
                    PairType::PlusMinus => &mut exits.pm_negative,
                } += 1;
                left.push(time);
            }
            End::Undefined(time) => {
                exits.undefined += 1;
                left.push(time);
            }
        }
    }
    left.sort_by(f64::total_cmp);
    exits.first_exit = left.first().copied();
    exits.median_exit = left.get(left.len() / 2).copied();
    exits
}
