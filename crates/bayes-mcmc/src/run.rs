//! The loop of one chain.

use std::sync::atomic::{AtomicUsize, Ordering};

use rand::RngExt;
use rand_pcg::Pcg64;

use crate::rejections::{Counted, Value, evaluate};
use crate::{LogDensity, McmcError, Progress, Rejections, delayed_rejection_step};

/// Draws between two reports of progress.
const REPORT_EVERY: usize = 1000;

/// One chain to be run.
pub(crate) struct Run<'a, D: ?Sized> {
    pub(crate) density: &'a D,
    pub(crate) chain: usize,
    pub(crate) scales: [&'a [f64]; 2],
    pub(crate) start: &'a [f64],
    pub(crate) report: Option<&'a (dyn Fn(Progress) + Send + Sync)>,
    /// The lowest chain that has failed so far, whose error will be the run's.
    pub(crate) lowest_failed: &'a AtomicUsize,
}

/// Where one chain is written: points (draw x parameter), log-densities and stages.
pub(crate) struct Storage<'a> {
    pub(crate) points: &'a mut [f64],
    pub(crate) log_densities: &'a mut [f64],
    pub(crate) stages: &'a mut [u8],
}

impl<D: LogDensity + ?Sized> Run<'_, D> {
    /// Fills the storage, draw by draw; nothing is allocated on the way.
    pub(crate) fn fill(
        &self,
        storage: Storage<'_>,
        mut rng: Pcg64,
    ) -> Result<Rejections, McmcError> {
        let [first_scales, second_scales] = self.scales;
        let dimension = first_scales.len();
        let mut density = Counted::new(self.density);
        let (mut current, mut current_log_density) = self.first_state()?;
        let mut first = vec![0.0; dimension];
        let mut second = vec![0.0; dimension];
        let draws = storage.log_densities.len();
        let rows = storage.points.chunks_exact_mut(dimension);
        let records = storage.log_densities.iter_mut().zip(storage.stages);
        for (draw, (row, (log_density, stage))) in rows.zip(records).enumerate() {
            // always the same number of random numbers a draw, whether used or not
            propose(&current, first_scales, &mut first, &mut rng);
            propose(&current, second_scales, &mut second, &mut rng);
            let uniforms = [rng.random::<f64>(), rng.random::<f64>()];
            let transition = delayed_rejection_step(
                current_log_density,
                [&first, &second],
                uniforms,
                first_scales,
                |point| density.log_density(point),
            )?;
            match transition.stage {
                1 => std::mem::swap(&mut current, &mut first),
                2 => std::mem::swap(&mut current, &mut second),
                _ => {}
            }
            current_log_density = transition.log_density;
            row.copy_from_slice(&current);
            *log_density = current_log_density;
            *stage = transition.stage;
            let draws_done = draw + 1;
            if draws_done % REPORT_EVERY == 0 || draws_done == draws {
                if let Some(report) = self.report {
                    report(Progress { chain: self.chain, draws_done, draws });
                }
                if self.lowest_failed.load(Ordering::Relaxed) < self.chain {
                    // the run has failed already, with an error that comes before any of ours
                    break;
                }
            }
        }
        Ok(density.rejections)
    }

    fn first_state(&self) -> Result<(Vec<f64>, f64), McmcError> {
        let point = self.start.to_vec();
        match evaluate(self.density, &point)? {
            Value::Finite(log_density) => Ok((point, log_density)),
            Value::Zero(reason) => {
                Err(McmcError::StartRejected { chain: self.chain, point, reason })
            }
        }
    }
}

/// proposal = current + U(-scales, scales).
#[inline]
fn propose(current: &[f64], scales: &[f64], proposal: &mut [f64], rng: &mut Pcg64) {
    for ((proposed, x), scale) in proposal.iter_mut().zip(current).zip(scales) {
        *proposed = x + scale * (2.0 * rng.random::<f64>() - 1.0);
    }
}

/// The random numbers of a chain. The seed is hashed with the chain's number, because PCG streams
/// that differ only in their stream number can be correlated.
pub(crate) fn stream(seed: u64, chain: usize) -> Pcg64 {
    let chain = chain as u64;
    let mut state = seed ^ split_mix(chain);
    let mut word = || {
        state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        u128::from(split_mix(state))
    };
    Pcg64::new(word() << 64 | word(), u128::from(chain))
}

/// The finaliser of SplitMix64 (Steele, Lea and Flood 2014).
fn split_mix(mut word: u64) -> u64 {
    word = (word ^ (word >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    word = (word ^ (word >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    word ^ (word >> 31)
}
