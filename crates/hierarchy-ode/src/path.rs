//! Integration of any number of autonomous equations from time 0, by the explicit method of
//! Dormand and Prince, and by the implicit one of `rosenbrock.rs` while the equations are stiff.
//!
//! *When it is implicit.* After each explicit step two slopes at its end tell the largest
//! eigenvalue; where its product with the step is beyond [`STIFF`], near the bound of stability 3.3,
//! or the step ends beyond a wall, in [`STIFF_STEPS`] steps, and the time left is worth it, the next
//! steps are implicit (six [easy](EASY) steps start the count again). They are explicit again after [`EASY_STEPS`] steps in a row that
//! the explicit method could take with room to spare. Nothing but the states decides, so that the
//! same call takes the same steps.
//!
//! *At rest.* Where all slopes are the rounding of their own terms the state stays to the end: at
//! long steps rounding would add up to a motion.
//!
//! The error norm is the root mean square over the *concentrations*, an affine function of the
//! state, in units of atol + rtol |C|: the promise is the same for both methods and in any
//! coordinates. Interpolants are of order 4 in both.
//!
//! Source of the test of stiffness: Hairer and Wanner, Solving Ordinary Differential Equations II
//! (1996), section IV.2.

use crate::OdeError;
use crate::motion::{Motion, evaluation, is_finite};
use crate::rosenbrock::{At, Rosenbrock};
use crate::walls::{overshoots, rounding};
use numerics::{Stages, StepControl, Stop};

const STIFF: f64 = 3.0;
const STIFF_STEPS: u32 = 15;
const OTHER_STEPS: u32 = 6;
/// Implicit steps are begun where this many explicit ones, and as many as there are equations, are
/// left.
const WORTH: f64 = 20.0;
/// An explicit step is easy while the fastest eigenvalue times its length is below this.
const EASY: f64 = 1.0;
const EASY_STEPS: u32 = 10;
/// After this many explicit steps in a row the Jacobian is looked at: a fast motion of tiny
/// concentrations holds the steps and is lost in the difference of two slopes.
const LOOK: u32 = 100;

/// A point of the trajectory.
#[derive(Clone)]
pub(crate) struct Point {
    pub(crate) state: Vec<f64>,
    slope: Vec<f64>,
    pub(crate) concentrations: Vec<f64>,
    /// dC/dt.
    pub(crate) rates: Vec<f64>,
}

impl Point {
    fn at(&self) -> At<'_> {
        At { state: &self.state, slope: &self.slope, concentrations: &self.concentrations }
    }
}

/// Which method took the last step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Method {
    Explicit,
    Implicit,
    Rest,
}

/// Where an integration is: the last accepted step and its two ends.
pub(crate) struct Path<M> {
    pub(crate) motion: M,
    pub(crate) control: StepControl,
    rtol: f64,
    atol: f64,
    pub(crate) before: Point,
    pub(crate) end: Point,
    trial: Point,
    /// The length of the last step.
    pub(crate) length: f64,
    last: Method,
    /// Whether the next step is implicit.
    is_stiff: bool,
    stiff_steps: u32,
    other_steps: u32,
    /// Explicit steps since the Jacobian was last looked at.
    unseen_steps: u32,
    explicit: Stages<Vec<f64>>,
    /// Made when it is first needed.
    implicit: Option<Box<Rosenbrock>>,
    error: Vec<f64>,
    error_in_concentrations: Vec<f64>,
    /// The trajectory during the last step as a polynomial, once it is asked for.
    bends: Vec<[f64; 4]>,
    bends_are_known: bool,
    pub(crate) evaluations: u32,
    pub(crate) implicit_steps: u32,
    /// What the right-hand side said in the latest trial steps.
    pub(crate) failure: Option<OdeError>,
}

impl<M: Motion> Path<M> {
    /// Starts at `state`, and chooses the first step.
    ///
    /// # Errors
    /// Those of the right-hand side at the start.
    pub(crate) fn new(
        mut motion: M,
        duration: f64,
        state: Vec<f64>,
        (rtol, atol): (f64, f64),
        step_limit: u32,
    ) -> Result<Path<M>, OdeError> {
        let size = state.len();
        let count = motion.concentration_count(size);
        let mut slope = vec![0.0; size];
        motion.slope(&state, &mut slope)?;
        let (mut concentrations, mut rates) = (vec![0.0; count], vec![0.0; count]);
        motion.concentrations(&state, &mut concentrations);
        motion.changes(&slope, &mut rates);
        let point = Point { state, slope, concentrations, rates };
        let mut path = Path {
            motion,
            control: StepControl::starting_with(duration, step_limit, duration),
            rtol,
            atol,
            before: point.clone(),
            trial: point.clone(),
            end: point,
            length: 0.0,
            last: Method::Explicit,
            is_stiff: false,
            stiff_steps: 0,
            other_steps: 0,
            unseen_steps: 0,
            explicit: Stages::new(|| vec![0.0; size]),
            implicit: None,
            error: vec![0.0; size],
            error_in_concentrations: vec![0.0; count],
            bends: vec![[0.0; 4]; size],
            bends_are_known: false,
            evaluations: 1,
            implicit_steps: 0,
            failure: None,
        };
        path.control = path.first_step(duration, step_limit);
        Ok(path)
    }

    fn first_step(&mut self, duration: f64, step_limit: u32) -> StepControl {
        let Point { state, slope, concentrations, rates } = &self.end;
        let (rtol, atol) = (self.rtol, self.atol);
        let size = |of: &[f64], unit: f64| -> f64 {
            let each = of.iter().zip(concentrations);
            each.map(|(v, c)| (v * unit / (atol + rtol * c.abs())).powi(2)).sum()
        };
        let (value, first) = (size(concentrations, 1.0), size(rates, duration));
        let guess = StepControl::guess(value, first);
        let ahead = guess * duration;
        let trial = &mut self.trial;
        trial.state.iter_mut().zip(state.iter().zip(slope)).for_each(|(to, (y, k))| {
            *to = y + ahead * k;
        });
        let mut second = 0.0;
        self.evaluations += 1;
        if is_finite(&trial.state) && self.motion.slope(&trial.state, &mut trial.slope).is_ok() {
            trial.slope.iter_mut().zip(slope).for_each(|(there, here)| *there -= here);
            self.motion.changes(&trial.slope, &mut trial.rates);
            second = size(&trial.rates, duration).sqrt() / guess;
        }
        StepControl::new(duration, step_limit, guess, first.sqrt().max(second))
    }

    /// Takes a step that is accepted. The last one ends at the duration exactly.
    pub(crate) fn step(&mut self) -> Result<(), Stop> {
        loop {
            let (length, last) = self.control.propose()?;
            let tried =
                if self.is_stiff { self.try_implicit(length) } else { self.try_explicit(length) };
            let (length, last) = match tried {
                Some(Method::Rest) => (self.control.remaining(), true),
                _ => (length, last),
            };
            let mut error = tried.map_or(f64::NAN, |_| self.squared_error());
            if error <= 1.0 && !self.arrive(tried) {
                error = f64::NAN;
            }
            let ln_error = 0.5 * libm::log(error);
            let Some(method) = tried.filter(|_| error <= 1.0) else {
                self.control.reject(length, ln_error);
                continue;
            };
            let rounding = self.rounding();
            let (before, after) = (&self.end.concentrations, &self.trial.concentrations);
            if overshoots(length, before, after, &self.trial.rates, rounding) {
                self.control.halve(length);
                if method == Method::Explicit {
                    // the wall holds the step below the bound of stability then
                    let Point { state, slope, .. } = &self.trial;
                    if self.explicit.stiffness(length, state, slope) > EASY {
                        self.count_stiff_step(length);
                    }
                }
                continue;
            }
            self.control.accept(length, last, ln_error);
            std::mem::swap(&mut self.before, &mut self.end);
            std::mem::swap(&mut self.end, &mut self.trial);
            self.length = length;
            self.last = method;
            self.bends_are_known = false;
            self.choose_method();
            return Ok(());
        }
    }

    /// `None` where the right-hand side has no value.
    fn try_explicit(&mut self, length: f64) -> Option<Method> {
        let Path { explicit, motion, end, trial, error, evaluations, failure, .. } = self;
        let (from, to) = ((&end.state, &end.slope), (&mut trial.state, &mut trial.slope));
        let mut slope = evaluation(motion, evaluations, failure);
        let mut slope = |at: &Vec<f64>, into: &mut Vec<f64>| slope(at, into);
        let tried = explicit.attempt(length, from, to, error, &mut slope);
        tried.then_some(Method::Explicit)
    }

    /// `None` where the step has to be shorter.
    fn try_implicit(&mut self, length: f64) -> Option<Method> {
        let Path { implicit, motion, end, trial, error, evaluations, failure, .. } = self;
        let (size, count) = (end.state.len(), end.concentrations.len());
        let atol = self.atol;
        let implicit =
            implicit.get_or_insert_with(|| Box::new(Rosenbrock::new(&*motion, size, count, atol)));
        let mut slope = evaluation(motion, evaluations, failure);
        if !implicit.differentiate(end.at(), &mut slope) {
            // explicit steps ask for less
            drop(slope);
            self.turn(false);
            return None;
        }
        if implicit.is_at_rest(end.at()) {
            trial.clone_from(end);
            error.fill(0.0);
            return Some(Method::Rest);
        }
        let tried = implicit.attempt(length, end.at(), &mut trial.state, error, slope);
        tried.then_some(Method::Implicit)
    }

    /// The mean squared error of the step that was tried, in units of the tolerance.
    fn squared_error(&mut self) -> f64 {
        self.motion.concentrations(&self.trial.state, &mut self.trial.concentrations);
        self.motion.changes(&self.error, &mut self.error_in_concentrations);
        let both = self.end.concentrations.iter().zip(&self.trial.concentrations);
        let mut sum = 0.0;
        for (error, (before, after)) in self.error_in_concentrations.iter().zip(both) {
            let ratio = error / (self.atol + self.rtol * before.abs().max(after.abs()));
            sum += ratio * ratio;
        }
        sum / self.error_in_concentrations.len() as f64
    }

    /// Completes the end of a step with a small error; false where it has no slope.
    fn arrive(&mut self, method: Option<Method>) -> bool {
        let Path { motion, trial, evaluations, failure, .. } = self;
        if method == Some(Method::Implicit)
            && !evaluation(motion, evaluations, failure)(&trial.state, &mut trial.slope)
        {
            return false;
        }
        motion.changes(&trial.slope, &mut trial.rates);
        true
    }

    /// Explicit or implicit from here, after a step.
    fn choose_method(&mut self) {
        match self.last {
            Method::Rest => {}
            Method::Explicit => {
                let stiffness =
                    self.explicit.stiffness(self.length, &self.end.state, &self.end.slope);
                if stiffness > STIFF {
                    self.count_stiff_step(self.length);
                } else if stiffness.is_nan() || stiffness <= EASY {
                    self.other_steps += 1;
                    if self.other_steps == OTHER_STEPS {
                        self.stiff_steps = 0;
                    }
                }
                self.unseen_steps += 1;
                if !self.is_stiff && self.unseen_steps == LOOK {
                    self.look_at_the_jacobian();
                }
            }
            Method::Implicit => {
                self.implicit_steps += 1;
                if let Some(implicit) = &mut self.implicit {
                    implicit.jacobian_is_current = false;
                    let easy = implicit.fastest() * self.length < EASY;
                    self.other_steps = if easy { self.other_steps + 1 } else { 0 };
                    if self.other_steps == EASY_STEPS {
                        self.turn(false);
                    }
                }
            }
        }
    }

    fn count_stiff_step(&mut self, length: f64) {
        self.stiff_steps += 1;
        self.other_steps = 0;
        let worth = (WORTH + self.end.state.len() as f64) * length;
        if self.stiff_steps >= STIFF_STEPS && self.control.remaining() > worth {
            self.turn(true);
        }
    }

    /// Turns to implicit steps where the fastest eigenvalue holds the explicit ones.
    #[cold]
    fn look_at_the_jacobian(&mut self) {
        self.unseen_steps = 0;
        let worth = (WORTH + self.end.state.len() as f64) * self.length;
        if self.control.remaining() < f64::from(LOOK) * worth {
            return;
        }
        let Path { implicit, motion, end, evaluations, failure, .. } = self;
        let (size, count) = (end.state.len(), end.concentrations.len());
        let atol = self.atol;
        let implicit =
            implicit.get_or_insert_with(|| Box::new(Rosenbrock::new(&*motion, size, count, atol)));
        let known = implicit.differentiate(end.at(), &mut evaluation(motion, evaluations, failure));
        if known && implicit.fastest() * self.length > EASY {
            self.turn(true);
        }
    }

    fn turn(&mut self, is_stiff: bool) {
        self.is_stiff = is_stiff;
        self.unseen_steps = 0;
        self.stiff_steps = 0;
        self.other_steps = 0;
        if let Some(implicit) = &mut self.implicit {
            implicit.jacobian_is_current = false;
        }
    }

    /// Takes the last step back; the next one begins with this length.
    #[cold]
    pub(crate) fn take_back(&mut self, length: f64) {
        std::mem::swap(&mut self.before, &mut self.end);
        self.is_stiff = self.last != Method::Explicit;
        self.implicit_steps -= u32::from(self.last == Method::Implicit);
        if let Some(implicit) = &mut self.implicit {
            implicit.jacobian_is_current = false;
        }
        self.control.take_back(length);
    }

    /// How far below 0 a concentration counts as 0.
    pub(crate) fn rounding(&self) -> f64 {
        rounding(self.atol, self.is_stiff || self.implicit_steps > 0)
    }

    /// When the last step began and ended.
    pub(crate) fn bounds(&self) -> [f64; 2] {
        [self.control.time - self.length, self.control.time]
    }

    /// Writes the state at a time during the last step.
    pub(crate) fn state_at(&mut self, time: f64, into: &mut [f64]) {
        if !self.bends_are_known {
            for i in 0..self.bends.len() {
                self.bends[i] = self.bends_of(i);
            }
            self.bends_are_known = true;
        }
        let back = (self.control.time - time) / self.length;
        for ((y, before), bends) in into.iter_mut().zip(&self.before.state).zip(&self.bends) {
            *y = polynomial(*before, bends, back);
        }
    }

    /// The coefficients of the interpolant of number `i` but the first.
    #[inline]
    fn bends_of(&self, i: usize) -> [f64; 4] {
        let Path { before, end, length, .. } = self;
        let change = end.state[i] - before.state[i];
        match (self.last, &self.implicit) {
            (Method::Explicit, _) => {
                self.explicit.bends(i, *length, change, &before.slope, &end.slope)
            }
            (Method::Implicit, Some(implicit)) => implicit.bends(i, change),
            _ => [0.0; 4],
        }
    }
}

/// The interpolant, `back` of the step before its end.
#[inline]
fn polynomial(before: f64, [change, bend, third, fourth]: &[f64; 4], back: f64) -> f64 {
    let along = 1.0 - back;
    before + along * (change + back * (bend + along * (third + back * fourth)))
}
