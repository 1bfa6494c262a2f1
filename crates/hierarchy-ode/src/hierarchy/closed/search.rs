//! Where a search for a steady state stands: residuals, Jacobians, steps.

use super::closed_hierarchy::ClosedHierarchy;
use super::steady_state::Pin;
use super::sums::value;
use super::system::Workspace;
use crate::OdeError;
use nalgebra::DMatrix;
use numerics::Lu;

/// Half the distance of the central differences, as a share of the coordinate or rate constant.
const DIFFERENCE: f64 = 1e-6;
/// Half that distance where a coordinate is 0.
const DIFFERENCE_AT_ZERO: f64 = 1e-9;
/// No difference takes more than this share of a concentration away.
const SHARE_OF_CONCENTRATION: f64 = 1e-3;
/// How often a difference at which the closure has no value is made smaller by a hundred.
const SMALLER_DIFFERENCES: i32 = 4;
/// How much of the way to a wall a step may go.
const TO_THE_WALL: f64 = 0.9;
/// Differences that disagree by more than this share of the Jacobian: no derivative.
const KINK: f64 = 1e-2;

/// Coordinates with 1 behind them, and rate constants.
pub(super) type Position = (Vec<f64>, Vec<f64>);

pub(super) struct Search<'a> {
    closed: &'a ClosedHierarchy,
    pin: Option<Pin<'a>>,
    /// Coordinates below this count as this large.
    least: f64,
    /// The motion of the coordinates for each unknown, with 0 behind them.
    directions: Vec<Vec<f64>>,
    rates: Vec<f64>,
    work: Workspace,
    slope: Vec<f64>,
}

impl<'a> Search<'a> {
    pub(super) fn new(
        closed: &'a ClosedHierarchy,
        rates: &[f64],
        guess: &[f64],
        pin: Option<Pin<'a>>,
        least: f64,
    ) -> Search<'a> {
        let mut work = closed.workspace(rates);
        work.coordinates.copy_from_slice(guess);
        let mut directions = closed.system.motions.directions();
        directions.iter_mut().for_each(|direction| direction.push(0.0));
        let slope = vec![0.0; closed.system.coordinates()];
        Search { closed, pin, least, directions, rates: rates.to_vec(), work, slope }
    }

    /// The rates of change of the free coordinates, then how far the prescribed concentration is
    /// off.
    pub(super) fn residual(&mut self) -> Result<Vec<f64>, OdeError> {
        self.closed.coordinate_slope(&mut self.work, &mut self.slope)?;
        let free = self.closed.system.motions.free().iter();
        let mut residual: Vec<f64> = free.map(|&at| self.slope[at]).collect();
        if let Some(pin) = self.pin {
            residual.push(value(pin.cluster, &self.work.coordinates) - pin.value);
        }
        Ok(residual)
    }

    /// What an unknown and its residual are measured by: the coordinate or the rate constant, and
    /// the coordinate or the prescribed concentration.
    fn scale(&self, (coordinates, rates): &Position, unknown: usize) -> (f64, f64) {
        match (self.closed.system.motions.free().get(unknown), self.pin) {
            (Some(&at), _) => {
                let scale = coordinates[at].abs().max(self.least);
                (scale, scale)
            }
            (None, Some(pin)) => (rates[pin.rate].abs().max(f64::MIN_POSITIVE), pin.value),
            (None, None) => (1.0, 1.0),
        }
    }

    /// The largest residual, relative to the scales.
    pub(super) fn size(&self, residual: &[f64]) -> f64 {
        self.size_at(&self.position(), residual)
    }

    /// The same with the scales of another position, in which steps are compared.
    pub(super) fn size_at(&self, position: &Position, residual: &[f64]) -> f64 {
        let off = residual.iter().enumerate();
        off.map(|(i, v)| (v / self.scale(position, i).1).abs()).fold(0.0, f64::max)
    }

    /// The fastest motion in a residual, in 1/time.
    pub(super) fn fastest(&self, residual: &[f64]) -> f64 {
        residual[..self.directions.len()].iter().fold(0.0, |most: f64, v| most.max(v.abs()))
    }

    /// Moves one unknown.
    fn shift(&mut self, unknown: usize, by: f64) {
        if let Some(direction) = self.directions.get(unknown) {
            self.work.coordinates.iter_mut().zip(direction).for_each(|(c, d)| *c += by * d);
        } else if let Some(pin) = self.pin {
            self.rates[pin.rate] += by;
            self.refresh();
        }
    }

    /// The equations at the present rate constants.
    fn refresh(&mut self) {
        let coordinates = std::mem::take(&mut self.work.coordinates);
        self.work = self.closed.workspace(&self.rates);
        self.work.coordinates = coordinates;
    }

    pub(super) fn position(&self) -> Position {
        (self.work.coordinates.clone(), self.rates.clone())
    }

    pub(super) fn into_position(self) -> Position {
        (self.work.coordinates, self.rates)
    }

    pub(super) fn restore(&mut self, (coordinates, rates): &Position) {
        self.work.coordinates.copy_from_slice(coordinates);
        if self.rates != *rates {
            self.rates.copy_from_slice(rates);
            self.refresh();
        }
    }

    /// Half the distance of differences along an unknown.
    fn difference(&self, unknown: usize) -> f64 {
        let position = self.position();
        let Some(direction) = self.directions.get(unknown) else {
            return DIFFERENCE * self.scale(&position, unknown).0;
        };
        let at = self.closed.system.motions.free()[unknown];
        let own = self.work.coordinates[at].abs();
        let mut by = if own > 0.0 { DIFFERENCE * own } else { DIFFERENCE_AT_ZERO };
        for sum in &self.closed.system.spread {
            let (there, moved) = (value(sum, &self.work.coordinates), value(sum, direction).abs());
            if there > 0.0 && moved * by > SHARE_OF_CONCENTRATION * there {
                by = SHARE_OF_CONCENTRATION * there / moved;
            }
        }
        by
    }

    /// d residual / d unknown, by central differences.
    fn column(&mut self, unknown: usize) -> Result<Vec<f64>, OdeError> {
        let position = self.position();
        let mut by = self.difference(unknown);
        let mut smaller = 0;
        loop {
            self.shift(unknown, by);
            let above = self.residual();
            self.restore(&position);
            self.shift(unknown, -by);
            let below = self.residual();
            self.restore(&position);
            match (above, below) {
                (Ok(above), Ok(below)) => {
                    let change = above.iter().zip(&below).map(|(a, b)| (a - b) / (2.0 * by));
                    return Ok(change.collect());
                }
                (Err(error), _) | (_, Err(error)) if smaller == SMALLER_DIFFERENCES => {
                    return Err(error);
                }
                _ => (by, smaller) = (by * 1e-2, smaller + 1),
            }
        }
    }

    /// The Newton step in the unknowns, relative to their scales; `None` where the Jacobian is
    /// singular.
    pub(super) fn step(&mut self, residual: &[f64]) -> Result<Option<Vec<f64>>, OdeError> {
        let size = residual.len();
        let position = self.position();
        let scales: Vec<(f64, f64)> = (0..size).map(|i| self.scale(&position, i)).collect();
        let mut matrix = vec![0.0; size * size];
        for unknown in 0..size {
            let column = self.column(unknown)?;
            for (row, value) in column.into_iter().enumerate() {
                matrix[row * size + unknown] = value * scales[unknown].0 / scales[row].1;
            }
        }
        // rows alike, so that pivots are chosen by what they are relative to their row
        let mut step: Vec<f64> = residual.iter().zip(&scales).map(|(v, (_, s))| -v / s).collect();
        for (row, right) in matrix.chunks_exact_mut(size).zip(&mut step) {
            let largest = row.iter().fold(0.0_f64, |most, v| most.max(v.abs()));
            if largest > 0.0 {
                row.iter_mut().for_each(|v| *v /= largest);
                *right /= largest;
            }
        }
        let mut factors = Lu::new(size);
        if !factors.factorize(|row, column| matrix[row * size + column]) {
            return Ok(None);
        }
        factors.solve(&mut step);
        Ok(step.iter().all(|v| v.is_finite()).then_some(step))
    }

    /// The changes of the coordinates, with 0 behind them, and of the rate constant, in a step.
    fn changes(&self, position: &Position, step: &[f64]) -> (Vec<f64>, f64) {
        let moved = |unknown: usize| step[unknown] * self.scale(position, unknown).0;
        let mut motion = vec![0.0; position.0.len()];
        for (unknown, direction) in self.directions.iter().enumerate() {
            let by = moved(unknown);
            motion.iter_mut().zip(direction).for_each(|(sum, d)| *sum += by * d);
        }
        let rate = if self.pin.is_some() { moved(self.directions.len()) } else { 0.0 };
        (motion, rate)
    }

    /// Goes a share of a step from a position.
    pub(super) fn advance(&mut self, position: &Position, step: &[f64], share: f64) {
        self.restore(position);
        let (motion, rate) = self.changes(position, step);
        self.work.coordinates.iter_mut().zip(&motion).for_each(|(c, by)| *c += share * by);
        if let Some(pin) = self.pin {
            self.rates[pin.rate] += share * rate;
            self.refresh();
        }
    }

    /// How much of a step, at most all, keeps concentrations and the rate from becoming negative.
    pub(super) fn possible_share(&self, step: &[f64]) -> f64 {
        let position = self.position();
        let (motion, rate) = self.changes(&position, step);
        let mut share = 1.0_f64;
        let mut limit = |value: f64, change: f64| {
            if value > 0.0 && value + change < 0.0 {
                share = share.min(TO_THE_WALL * value / -change);
            }
        };
        for sum in &self.closed.system.spread {
            limit(value(sum, &position.0), value(sum, &motion));
        }
        for (&c, &change) in position.0.iter().zip(&motion) {
            limit(c, change);
        }
        if let Some(pin) = self.pin {
            limit(position.1[pin.rate], rate);
        }
        share
    }

    /// `None` where the motion is not linear around the position: one-sided differences in mixed
    /// directions disagree with the Jacobian.
    pub(super) fn eigenvalues(&mut self, at: &[f64]) -> Option<Vec<(f64, f64)>> {
        let size = self.directions.len();
        let columns: Vec<Vec<f64>> =
            (0..size).map(|i| self.column(i).ok()).collect::<Option<_>>()?;
        let jacobian = DMatrix::from_fn(size, size, |row, column| columns[column][row]);
        let differences: Vec<f64> = (0..size).map(|i| self.difference(i)).collect();
        let position = self.position();
        for (sign, period) in [(1.0, 2), (-1.0, 2), (1.0, 3), (-1.0, 3)] {
            let mixed = |i: usize| sign * differences[i] / (1.0 + (i % period) as f64);
            (0..size).for_each(|i| self.shift(i, mixed(i)));
            let there = self.residual();
            self.restore(&position);
            let there = there.ok()?;
            let (mut off, mut most) = (0.0_f64, 0.0_f64);
            for row in 0..size {
                let terms = (0..size).map(|i| jacobian[(row, i)] * mixed(i));
                off = off.max((there[row] - at[row] - terms.clone().sum::<f64>()).abs());
                most = most.max(terms.map(f64::abs).sum());
            }
            if off > KINK * most {
                return None;
            }
        }
        // `nalgebra` picks code by processor only for products of two matrices larger than 5 x 5, and
        // the Schur decomposition multiplies matrices by vectors
        let values = jacobian.complex_eigenvalues();
        let mut values: Vec<(f64, f64)> = values.iter().map(|value| (value.re, value.im)).collect();
        values.sort_by(|one, other| other.0.total_cmp(&one.0).then(other.1.total_cmp(&one.1)));
        Some(values)
    }
}
