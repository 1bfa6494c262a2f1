//! One chain of a run: its state, its draws, its random numbers.

use rand_pcg::Pcg64;
use serde::{Deserialize, Serialize};

use crate::{LogDensity, McmcError, Phase, Rejections, Sampler, State, Target};

/// One chain, with all it needs to go on.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Chain<S> {
    pub(crate) sampler: S,
    pub(crate) state: State,
    rng: Pcg64,
    pub(crate) warmed_up: usize,
    pub(crate) evaluations: u64,
    pub(crate) rejections: Rejections,
    /// Kept apart in a checkpoint, as plain numbers.
    #[serde(skip)]
    pub(crate) draws: Draws,
}

/// The draws of one chain: points (draw x parameter), log-densities, stages.
#[derive(Clone, Debug, Default)]
pub(crate) struct Draws {
    pub(crate) points: Vec<f64>,
    pub(crate) log_densities: Vec<f64>,
    pub(crate) stages: Vec<u8>,
}

impl Draws {
    pub(crate) fn len(&self) -> usize {
        self.stages.len()
    }

    /// Makes room for `draws` draws in all; whether there was.
    pub(crate) fn reserve(&mut self, draws: usize, dimension: usize) -> bool {
        let more = draws.saturating_sub(self.len());
        let Some(numbers) = more.checked_mul(dimension) else { return false };
        self.points.try_reserve_exact(numbers).is_ok()
            && self.log_densities.try_reserve_exact(more).is_ok()
            && self.stages.try_reserve_exact(more).is_ok()
    }
}

impl<S: Sampler> Chain<S> {
    /// A chain at its start, where the density is positive.
    pub(crate) fn new(
        mut sampler: S,
        state: State,
        density: &dyn LogDensity,
        mut rng: Pcg64,
    ) -> Result<Self, McmcError> {
        let mut target = Target::new(density);
        sampler.begin(&state, &mut target, &mut rng)?;
        Ok(Self {
            sampler,
            state,
            rng,
            warmed_up: 0,
            evaluations: target.evaluations(),
            rejections: target.into_rejections(),
            draws: Draws::default(),
        })
    }

    /// At most `steps` steps towards the end of the warm-up and `draws` draws in all; whether they
    /// are reached. No step allocates if there is room.
    pub(crate) fn advance(
        &mut self,
        density: &dyn LogDensity,
        warm_up: usize,
        draws: usize,
        steps: usize,
    ) -> Result<bool, McmcError> {
        let mut target = Target::new(density);
        let outcome = self.advance_on(&mut target, warm_up, draws, steps);
        self.evaluations += target.evaluations();
        self.rejections.merge(target.rejections());
        outcome
    }

    fn advance_on(
        &mut self,
        target: &mut Target<'_>,
        warm_up: usize,
        draws: usize,
        steps: usize,
    ) -> Result<bool, McmcError> {
        let warming = (warm_up - self.warmed_up).min(steps);
        for _ in 0..warming {
            let phase = Phase::WarmUp { done: self.warmed_up, of: warm_up };
            self.sampler.step(&mut self.state, target, phase, &mut self.rng)?;
            self.warmed_up += 1;
        }
        let drawing = draws.saturating_sub(self.draws.len()).min(steps - warming);
        let mut before = self.state.point.clone();
        for _ in 0..drawing {
            before.copy_from_slice(&self.state.point);
            self.sampler.step(&mut self.state, target, Phase::Draw, &mut self.rng)?;
            self.draws.points.extend_from_slice(&self.state.point);
            self.draws.log_densities.push(self.state.log_density);
            // an accepted step that is too short to change a digit is no move
            let moved = self.state.point != before;
            self.draws.stages.push(if moved { self.state.stage } else { 0 });
        }
        Ok(self.warmed_up == warm_up && self.draws.len() >= draws)
    }
}
