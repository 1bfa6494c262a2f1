//! A mixture of Student's distributions, one for each known mode: a proposal that knows where they are.

use numerics::Cholesky;
use rand::{Rng, RngExt};
use serde::{Deserialize, Serialize};

use crate::covariance::RunningCovariance;
use crate::gaussian::standard_normal;
use crate::room::with_room;

/// Degrees of freedom: tails heavier than those of what is sampled keep the ratio of both bounded.
const FREEDOM: usize = 5;

/// Student components: weight, centre, shape. The weights need not sum to one.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Mixture {
    components: Vec<Component>,
}

/// One mode.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Component {
    log_weight: f64,
    centre: Vec<f64>,
    shape: Cholesky,
}

impl Component {
    /// With the mean and the covariance of points, and weight 1; none if they lie in a plane.
    pub(super) fn of(points: &RunningCovariance) -> Option<Self> {
        Some(Self { log_weight: 0.0, centre: points.mean().to_vec(), shape: points.factor()? })
    }

    pub(super) fn set_log_weight(&mut self, log_weight: f64) {
        self.log_weight = log_weight;
    }

    /// The log-density times the weight, less a constant that all components share.
    pub(super) fn log_density(&self, point: &[f64]) -> f64 {
        let (freedom, dimension) = (FREEDOM as f64, point.len() as f64);
        let norm = |room: &mut [f64]| self.shape.squared_norm(&self.centre, point, room);
        let squared = with_room(point.len(), norm);
        self.log_weight
            - self.shape.log_determinant()
            - 0.5 * (freedom + dimension) * libm::log1p(squared / freedom)
    }

    pub(super) fn draw(&self, point: &mut [f64], rng: &mut impl Rng) {
        point.fill_with(|| standard_normal(rng));
        self.shape.multiply_in_place(point);
        let square = |_| standard_normal(rng).powi(2);
        let stretch = (FREEDOM as f64 / (0..FREEDOM).map(square).sum::<f64>()).sqrt();
        point.iter_mut().zip(&self.centre).for_each(|(x, centre)| *x = centre + stretch * *x);
    }
}

impl Mixture {
    pub(super) fn push(&mut self, component: Component) {
        self.components.push(component);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.components.is_empty()
    }

    /// The log-density at `point`, less a constant.
    pub(super) fn log_density(&self, point: &[f64]) -> f64 {
        let of = |component: &Component| component.log_density(point);
        let largest = self.components.iter().map(of).fold(f64::NEG_INFINITY, f64::max);
        let sum = self.components.iter().map(|one| libm::exp(of(one) - largest)).sum::<f64>();
        largest + libm::log(sum)
    }

    /// Draws a point; the mixture is not empty.
    pub(super) fn draw(&self, point: &mut [f64], rng: &mut impl Rng) {
        let log_weights = self.components.iter().map(|component| component.log_weight);
        let largest = log_weights.clone().fold(f64::NEG_INFINITY, f64::max);
        let weights = log_weights.map(|log_weight| libm::exp(log_weight - largest));
        let mut place = rng.random::<f64>() * weights.clone().sum::<f64>();
        let passed = weights.take_while(|weight| {
            place -= weight;
            place > 0.0
        });
        let found = passed.count().min(self.components.len() - 1);
        self.components[found].draw(point, rng);
    }
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;
    use rand_pcg::Pcg64;

    use super::*;

    /// Gaussian points of two modes, and the mixture of both.
    fn mixture(modes: [(f64, f64, f64); 2]) -> Mixture {
        let mut rng = Pcg64::seed_from_u64(3);
        let mut mixture = Mixture::default();
        for (weight, centre, width) in modes {
            let mut running = RunningCovariance::new(2);
            for _ in 0..500 {
                let mut z = || centre + width * standard_normal(&mut rng);
                running.add(&[z(), z()]);
            }
            let mut component = Component::of(&running).unwrap();
            component.set_log_weight(libm::log(weight));
            mixture.push(component);
        }
        mixture
    }

    /// Draws have the density that is stated: the mean of exp(other - own) over draws is the ratio of
    /// the constants, which is that of the sums of weights.
    #[test]
    fn draws_have_the_density() {
        let own = mixture([(0.3, -2.0, 1.0), (0.7, 2.0, 0.5)]);
        let other = mixture([(0.9, -1.8, 1.2), (1.1, 2.0, 0.7)]);
        let mut rng = Pcg64::seed_from_u64(4);
        let mut point = [0.0; 2];
        let (mut sum, mut squares) = (0.0, 0.0);
        let count = 100_000.0;
        for _ in 0..100_000 {
            own.draw(&mut point, &mut rng);
            let ratio = libm::exp(other.log_density(&point) - own.log_density(&point));
            sum += ratio;
            squares += ratio * ratio;
        }
        let mean: f64 = sum / count;
        let error = ((squares / count - mean * mean) / count).sqrt();
        assert!((mean - 2.0).abs() < 4.0 * error && error < 0.02, "{mean} +- {error}");
    }
}
