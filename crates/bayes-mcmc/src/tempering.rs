//! Parallel tempering: copies of a chain at rising temperatures, which swap their states.
//!
//! Level i samples p(x)^b_i, with b_0 = 1 > b_1 > ... > b_n. Hot levels, of small b, cross between
//! modes; swaps of neighbouring levels hand what they find down to the cold one. A swap of levels i
//! and j, with log-densities l_i and l_j at their points, is accepted with
//!
//! ```text
//! ln a = min(0, (b_i - b_j) (l_j - l_i))
//! ```
//!
//! which is in detailed balance with the product of all p^b. Even and odd pairs are tried in turn
//! (Okabe et al. 2001), which does not keep detailed balance of the whole, but its law, and lets states
//! travel faster. In the warm-up the powers b are moved so that all pairs are rejected equally often
//! (Syed, Bouchard-Cote, Deligiannidis and Doucet 2022, J. R. Stat. Soc. B 84, 321).
//!
//! Sources: Geyer 1991; Hukushima and Nemoto 1996, J. Phys. Soc. Jpn. 65, 1604; Okabe, Kawata, Okamoto
//! and Mikami 2001, Chem. Phys. Lett. 335, 435.

mod jumps;
mod ladder;
mod mixture;
mod scout;

use rand::RngExt;
use rand_pcg::Pcg64;
use serde::{Deserialize, Serialize};

use jumps::ModeJumps;
use ladder::Ladder;

use crate::{AdaptiveDelayedRejection, McmcError, Phase, Sampler, Sampling, State, Target};

/// The power of the density at the hottest level unless said.
const HOTTEST: f64 = 0.01;

/// The sampler to begin with, for densities of any shape: four chains, each of
/// [`ParallelTempering`] over [`AdaptiveDelayedRejection`]. There is nothing to set but the start:
/// without one the chains start at random points of the density's support.
///
/// It learns scales, correlations and temperatures in its warm-up, looks for modes that lie apart, and
/// jumps between them ([`with_mode_jumps`](ParallelTempering::with_mode_jumps)). A draw takes some fifteen evaluations of the density; where there is one mode,
/// [`AdaptiveDelayedRejection`] alone is some ten times cheaper.
///
/// ```
/// use bayes_mcmc::{Posterior, UniformBox, from_fn, recommended};
///
/// # fn main() -> Result<(), bayes_mcmc::McmcError> {
/// // two hills, the right one with 70 % of the weight
/// let hills = from_fn(|x| {
///     let hill = |at: f64| -0.5 * ((x[0] - at) / 0.1).powi(2);
///     let (left, right) = (0.3_f64.ln() + hill(-2.0), 0.7_f64.ln() + hill(2.0));
///     Ok(left.max(right) + (-(left - right).abs()).exp().ln_1p())
/// });
/// let posterior = Posterior::new(UniformBox::from_bounds([(-5.0, 5.0)])?, hills);
/// let chains = recommended().sample(&posterior, 5000, 7)?;
/// assert!((chains.mean()[0] - 0.8).abs() < 0.2);
/// println!("{}", chains.summary());
/// # Ok(())
/// # }
/// ```
pub fn recommended() -> Sampling<ParallelTempering<AdaptiveDelayedRejection>> {
    Sampling::new(ParallelTempering::new(AdaptiveDelayedRejection::new()).with_mode_jumps())
}

/// Parallel tempering over any sampler, with a ladder of temperatures that tunes itself in the
/// warm-up, and stands still after it.
///
/// The density to the power of the hottest level must still be normalisable, as it is with a prior in
/// a box. Draws and statistics are those of the cold level; [`Chains::swap_rates`](crate::Chains::swap_rates)
/// tells how often neighbouring levels swapped after the warm-up: rates near zero say that the ladder
/// is torn there, and needs more levels.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ParallelTempering<S> {
    sampler: S,
    levels: Option<usize>,
    hottest: f64,
    mode_jumps: bool,
    running: Option<Running<S>>,
}

/// What depends on the chain. The cold level comes first everywhere.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Running<S> {
    ladder: Ladder,
    samplers: Vec<S>,
    /// The states of the levels but the cold one, whose state is the caller's. Each holds the
    /// log-density times the power of its level.
    hot: Vec<State>,
    /// The log-density at the state of each level, as the density gave it.
    log_densities: Vec<f64>,
    steps: u64,
    jumps: Option<ModeJumps>,
}

impl<S: Sampler + Clone> ParallelTempering<S> {
    /// Levels of this sampler, the hottest with the density to the power 0.01. Their number is 4 and
    /// twice the root of the number of parameters, so 10 for 8: the levels needed grow with the root.
    pub fn new(sampler: S) -> Self {
        Self { sampler, levels: None, hottest: HOTTEST, mode_jumps: false, running: None }
    }

    /// This many levels down to this power (0..1, the inverse of the highest temperature). Before the
    /// warm-up the powers are in geometric progression.
    ///
    /// # Errors
    /// [`McmcError::InvalidLadder`] for fewer than 2 or more than 1000 levels, or a power that is not
    /// between 0 and 1.
    pub fn with_ladder(mut self, levels: usize, hottest: f64) -> Result<Self, McmcError> {
        let in_range = (2..=1000).contains(&levels) && hottest > 0.0 && hottest < 1.0;
        if !in_range {
            return Err(McmcError::InvalidLadder { levels, hottest });
        }
        self.levels = Some(levels);
        self.hottest = hottest;
        Ok(self)
    }

    /// With jumps of the cold level between modes. The warm-up looks for modes, uphill of points of the
    /// support and of states of the hot levels, and describes each by a short chain of its own; each step
    /// then also proposes a point of a mixture of Student's distributions, one for each mode. States
    /// need not find their way through the levels then, which takes them very long where modes differ
    /// in width: of two in eight dimensions, one half as wide, the narrow one has 1/256 of the wide
    /// one's volume on the hot levels. For the same reason modes much narrower than others may never
    /// be met at all: give a start near them.
    ///
    /// The warm-up takes about ten thousand evaluations for each parameter and mode more.
    pub fn with_mode_jumps(mut self) -> Self {
        self.mode_jumps = true;
        self
    }

    /// The power of each level, from 1 of the cold one down: the inverse temperatures. Empty before
    /// the start.
    pub fn powers(&self) -> &[f64] {
        self.running.as_ref().map_or(&[], |running| running.ladder.powers())
    }

    /// The samplers of the levels, the cold one first, with what they have learned. Empty before the
    /// start.
    pub fn samplers(&self) -> &[S] {
        self.running.as_ref().map_or(&[], |running| &running.samplers)
    }
}

impl<S> Running<S> {
    /// Tries the swaps of every other pair of neighbours.
    fn swap(&mut self, cold: &mut State, phase: Phase, rng: &mut Pcg64) {
        let first = (self.steps % 2) as usize;
        self.steps += 1;
        for pair in (first..self.hot.len()).step_by(2) {
            let powers = [self.ladder.powers()[pair], self.ladder.powers()[pair + 1]];
            let log_densities = [self.log_densities[pair], self.log_densities[pair + 1]];
            let log_acceptance = swap_log_acceptance(powers, log_densities);
            let accepted = log_acceptance == 0.0 || libm::log(rng.random()) < log_acceptance;
            self.ladder.record(pair, libm::exp(log_acceptance), accepted, phase);
            if accepted {
                self.log_densities.swap(pair, pair + 1);
                let (colder, hotter) = self.hot.split_at_mut(pair);
                let colder = colder.last_mut().unwrap_or(cold);
                std::mem::swap(&mut colder.point, &mut hotter[0].point);
                colder.log_density = powers[0] * log_densities[1];
                hotter[0].log_density = powers[1] * log_densities[0];
            }
        }
    }

    /// Moves the powers; the densities of the levels follow.
    fn tune(&mut self) {
        self.ladder.tune();
        let levels = self.ladder.powers().iter().zip(&self.log_densities).skip(1);
        for (state, (power, log_density)) in self.hot.iter_mut().zip(levels) {
            state.log_density = power * log_density;
        }
    }
}

/// The log of the probability, in -inf..=0, to swap the states of two levels, from their powers of the
/// density and the (plain, finite) log-densities at their states.
pub fn swap_log_acceptance(powers: [f64; 2], log_densities: [f64; 2]) -> f64 {
    ((powers[0] - powers[1]) * (log_densities[1] - log_densities[0])).min(0.0)
}

impl<S: Sampler + Clone> Sampler for ParallelTempering<S> {
    fn step(
        &mut self,
        state: &mut State,
        target: &mut Target<'_>,
        phase: Phase,
        rng: &mut Pcg64,
    ) -> Result<(), McmcError> {
        if self.running.is_none() {
            self.begin(state, target, rng)?;
        }
        let Some(running) = &mut self.running else { return Ok(()) };
        running.samplers[0].step(state, target, phase, rng)?;
        running.log_densities[0] = state.log_density;
        for (level, hot) in (1..).zip(&mut running.hot) {
            let power = running.ladder.powers()[level];
            target.set_power(power);
            let outcome = running.samplers[level].step(hot, target, phase, rng);
            target.set_power(1.0);
            outcome?;
            if hot.stage != 0 {
                running.log_densities[level] = hot.log_density / power;
            }
        }
        running.swap(state, phase, rng);
        if let Some(jumps) = &mut running.jumps {
            if let Phase::WarmUp { done, of } = phase {
                // the hot levels in turn
                let hot = done % running.hot.len();
                let hot = (&running.hot[hot].point[..], running.log_densities[hot + 1]);
                jumps.learn(state, hot, (done, of), target, rng)?;
            }
            jumps.jump(state, target, rng)?;
        }
        if let Phase::WarmUp { done, of } = phase
            && running.ladder.is_due(done, of)
        {
            running.tune();
        }
        Ok(())
    }

    fn begin(
        &mut self,
        start: &State,
        target: &mut Target<'_>,
        rng: &mut Pcg64,
    ) -> Result<(), McmcError> {
        let dimension = start.point.len();
        let levels = self.levels.unwrap_or(4 + (2.0 * (dimension as f64).sqrt()).ceil() as usize);
        let ladder = Ladder::geometric(levels, self.hottest);
        let mut samplers = Vec::with_capacity(levels);
        let mut hot = Vec::with_capacity(levels - 1);
        for &power in ladder.powers() {
            let log_density = power * start.log_density;
            let state = State { log_density, ..start.clone() };
            let mut sampler = self.sampler.clone();
            target.set_power(power);
            let outcome = sampler.begin(&state, target, rng);
            target.set_power(1.0);
            outcome?;
            samplers.push(sampler);
            hot.push(state);
        }
        hot.remove(0);
        let log_densities = vec![start.log_density; levels];
        let jumps = self.mode_jumps.then(ModeJumps::default);
        self.running = Some(Running { ladder, samplers, hot, log_densities, steps: 0, jumps });
        Ok(())
    }

    fn warm_up_draws(&self, dimension: usize) -> usize {
        // the ladder, too, has to be learned
        self.sampler.warm_up_draws(dimension).max(2000)
    }

    fn swap_rates(&self) -> Vec<f64> {
        self.running.as_ref().map_or_else(Vec::new, |running| running.ladder.swap_rates())
    }
}
