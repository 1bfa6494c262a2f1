//! Dormand-Prince 5(4) as in `dormand_prince`, for any number of autonomous equations: vectors
//! made once in place of three numbers in registers.

use crate::step_control::{DENSE, ERROR, RESULT, STAGES, StepControl, Stop};

/// Autonomous equations.
pub(crate) trait RightSides {
    /// Writes dC/dt at C; false where it has no value: the step is then rejected and a shorter one
    /// tried.
    fn slope(&mut self, state: &[f64], into: &mut [f64]) -> bool;
}

/// Where an integration is: the end of the last accepted step, and what led there.
pub(crate) struct DormandPrinceAny<R> {
    pub(crate) right_side: R,
    pub(crate) control: StepControl,
    rtol: f64,
    atol: f64,
    pub(crate) state: Vec<f64>,
    pub(crate) before: Vec<f64>,
    /// The length of the last step.
    pub(crate) length: f64,
    /// Slopes of stages 1 to 7 of the last step.
    slopes: [Vec<f64>; 7],
    trial: Vec<f64>,
    /// The trajectory during the last step as a polynomial, once it is asked for.
    bends: Vec<[f64; 4]>,
    bends_are_known: bool,
    pub(crate) evaluations: u32,
}

impl<R: RightSides> DormandPrinceAny<R> {
    /// Starts at `state` with its slope, and chooses the first step.
    pub(crate) fn new(
        mut right_side: R,
        duration: f64,
        state: Vec<f64>,
        slope: Vec<f64>,
        (rtol, atol): (f64, f64),
        step_limit: u32,
    ) -> DormandPrinceAny<R> {
        let size = |of: &[f64]| -> f64 {
            of.iter().zip(&state).map(|(v, c)| (v / (atol + rtol * c.abs())).powi(2)).sum()
        };
        let (value, first) = (size(&state), size(&slope));
        let guess = StepControl::guess(duration, value, first);
        let mut trial = state.clone();
        along(&mut trial, &state, guess, &[1.0], [&slope]);
        let mut there = vec![0.0; state.len()];
        let mut second = 0.0;
        if right_side.slope(&trial, &mut there) {
            there.iter_mut().zip(&slope).for_each(|(a, b)| *a -= b);
            second = size(&there).sqrt() / guess;
        }
        let largest = first.sqrt().max(second);
        DormandPrinceAny {
            right_side,
            control: StepControl::new(duration, step_limit, guess, largest),
            rtol,
            atol,
            before: state.clone(),
            bends: vec![[0.0; 4]; state.len()],
            bends_are_known: false,
            state,
            length: 0.0,
            slopes: std::array::from_fn(|_| slope.clone()),
            trial,
            evaluations: 1,
        }
    }

    /// Takes a step that is accepted. The last one ends at the duration exactly.
    pub(crate) fn step(&mut self) -> Result<(), Stop> {
        // the slope at the end of the last step is that at the start of this one
        self.slopes.swap(0, 6);
        loop {
            let (length, last) = match self.control.propose() {
                Ok(proposal) => proposal,
                Err(stop) => {
                    self.slopes.swap(0, 6);
                    return Err(stop);
                }
            };
            let error = self.attempt(length).unwrap_or(f64::NAN);
            // after the last step nothing is controlled
            let is_done = last && error <= 1.0;
            let ln_error = if is_done { 0.0 } else { 0.5 * libm::log(error) };
            if error <= 1.0 {
                self.control.accept(length, last, ln_error);
                std::mem::swap(&mut self.before, &mut self.state);
                std::mem::swap(&mut self.state, &mut self.trial);
                self.length = length;
                self.bends_are_known = false;
                return Ok(());
            }
            self.control.reject(length, ln_error);
        }
    }

    /// The square of the error of a step of this length, whose end is `trial`.
    fn attempt(&mut self, h: f64) -> Option<f64> {
        let DormandPrinceAny { right_side, state: y, slopes, trial, evaluations, .. } = self;
        let [k1, k2, k3, k4, k5, k6, k7] = slopes;
        let (a2, a3, a4, a5, a6) = &STAGES;
        let mut at = |trial: &[f64], into: &mut [f64]| {
            *evaluations += 1;
            right_side.slope(trial, into).then_some(())
        };
        along(trial, y, h, &[*a2], [k1]);
        at(trial, k2)?;
        along(trial, y, h, a3, [k1, k2]);
        at(trial, k3)?;
        along(trial, y, h, a4, [k1, k2, k3]);
        at(trial, k4)?;
        along(trial, y, h, a5, [k1, k2, k3, k4]);
        at(trial, k5)?;
        along(trial, y, h, a6, [k1, k2, k3, k4, k5]);
        at(trial, k6)?;
        along(trial, y, h, &RESULT, [k1, k3, k4, k5, k6]);
        at(trial, k7)?;
        let n = y.len();
        let (y, trial) = (&y[..n], &trial[..n]);
        let slopes = [k1, k3, k4, k5, k6, k7].map(|k| &k[..n]);
        let mut sum = 0.0;
        for i in 0..n {
            let scale = self.atol + self.rtol * y[i].abs().max(trial[i].abs());
            let ratio = h * weighted(&ERROR, &slopes, i) / scale;
            sum += ratio * ratio;
        }
        Some(sum / n as f64)
    }

    /// The slopes at the start and at the end of the last step.
    pub(crate) fn end_slopes(&self) -> [&[f64]; 2] {
        [&self.slopes[0], &self.slopes[6]]
    }

    /// When the last step began and ended.
    pub(crate) fn bounds(&self) -> [f64; 2] {
        [self.control.time - self.length, self.control.time]
    }

    /// Concentration `i` at a time during the last step.
    pub(crate) fn value_at(&self, time: f64, i: usize) -> f64 {
        let back = (self.control.time - time) / self.length;
        polynomial(self.before[i], &self.bends_of(i), back)
    }

    /// The state at a time during the last step.
    pub(crate) fn at(&mut self, time: f64, into: &mut [f64]) {
        if !self.bends_are_known {
            for i in 0..self.bends.len() {
                self.bends[i] = self.bends_of(i);
            }
            self.bends_are_known = true;
        }
        let back = (self.control.time - time) / self.length;
        for ((c, before), bends) in into.iter_mut().zip(&self.before).zip(&self.bends) {
            *c = polynomial(*before, bends, back);
        }
    }

    /// The coefficients of the interpolant of concentration `i` but the first.
    #[inline]
    fn bends_of(&self, i: usize) -> [f64; 4] {
        let [k1, _, k3, k4, k5, k6, k7] = &self.slopes;
        let h = self.length;
        let change = self.state[i] - self.before[i];
        let bend = h * k1[i] - change;
        let third = change - bend - h * k7[i];
        let fourth = h * weighted(&DENSE, &[k1, k3, k4, k5, k6, k7].map(Vec::as_slice), i);
        [change, bend, third, fourth]
    }
}

/// The interpolant, `back` of the step before its end.
#[inline]
fn polynomial(before: f64, [change, bend, third, fourth]: &[f64; 4], back: f64) -> f64 {
    let along = 1.0 - back;
    before + along * (change + back * (bend + along * (third + back * fourth)))
}

/// into = y + h (w1 k1 + w2 k2 + ...), in one pass.
#[inline(always)]
fn along<const TERMS: usize>(
    into: &mut [f64],
    y: &[f64],
    h: f64,
    weights: &[f64; TERMS],
    slopes: [&[f64]; TERMS],
) {
    let n = into.len();
    let (y, slopes) = (&y[..n], slopes.map(|slope| &slope[..n]));
    let weights = weights.map(|weight| h * weight);
    for i in 0..n {
        let mut sum = y[i];
        for (weight, slope) in weights.iter().zip(&slopes) {
            sum += weight * slope[i];
        }
        into[i] = sum;
    }
}

#[inline(always)]
fn weighted(weights: &[f64; 6], slopes: &[&[f64]; 6], i: usize) -> f64 {
    (0..6).map(|j| weights[j] * slopes[j][i]).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dormand_prince::{DormandPrince, RightSide, State};

    /// Three species that eat each other in a ring.
    fn ring(state: &[f64]) -> [f64; 3] {
        std::array::from_fn(|i| state[i] * (state[(i + 2) % 3] - state[(i + 1) % 3]))
    }

    struct Ring;

    impl RightSides for Ring {
        fn slope(&mut self, state: &[f64], into: &mut [f64]) -> bool {
            into.copy_from_slice(&ring(state));
            true
        }
    }

    impl RightSide for Ring {
        fn slope(&mut self, state: &State) -> Option<State> {
            Some(ring(state))
        }
    }

    #[test]
    fn it_takes_the_steps_of_the_one_for_three_numbers() {
        let start = [0.5, 0.3, 0.2];
        for tolerances in [(1e-6, 1e-9), (1e-3, 1e-6), (1e-11, 1e-13)] {
            let mut three = DormandPrince::new(Ring, 20.0, start, ring(&start), tolerances, 10_000);
            let slope = ring(&start).to_vec();
            let start = start.to_vec();
            let mut any = DormandPrinceAny::new(Ring, 20.0, start, slope, tolerances, 10_000);
            while three.control.time < 20.0 {
                three.step().unwrap();
                any.step().unwrap();
                let segment = three.segment();
                let ([from, to], mut state) = (segment.bounds(), [0.0; 3]);
                for part in [0.0, 0.4, 1.0] {
                    let time = from + part * (to - from);
                    any.at(time, &mut state);
                    for (i, (a, b)) in segment.at(time).into_iter().zip(state).enumerate() {
                        assert!((a - b).abs() < 1e-12, "t = {time}: {a}, {b}");
                        assert_eq!(b, any.value_at(time, i));
                    }
                }
            }
            assert_eq!(three.control.accepted_steps, any.control.accepted_steps);
            assert_eq!(three.control.rejected_steps, any.control.rejected_steps);
            assert_eq!(three.evaluations, any.evaluations);
        }
    }
}
