//! Minima that are known by hand.

use numerics::{Derivatives, Descent, SumOfSquares};

/// Rosenbrock's valley, 10 (y - x^2) and 1 - x, with no value where x < -2.
struct Valley {
    calls: u32,
}

impl SumOfSquares for Valley {
    type Error = &'static str;

    fn value(&mut self, point: &[f64]) -> Result<f64, &'static str> {
        self.calls += 1;
        let (x, y) = (point[0], point[1]);
        let (a, b) = (10.0 * (y - x * x), 1.0 - x);
        if x < -2.0 { Err("beyond") } else { Ok(0.5 * (a * a + b * b)) }
    }

    fn derivatives(&mut self, point: &[f64]) -> Result<Option<Derivatives>, &'static str> {
        let (x, y) = (point[0], point[1]);
        let (a, b, slope) = (10.0 * (y - x * x), 1.0 - x, -20.0 * x);
        let gradient = vec![a * slope - b, 10.0 * a];
        let curvature = vec![vec![slope * slope + 1.0, 10.0 * slope], vec![10.0 * slope, 100.0]];
        Ok(Some(Derivatives { gradient, curvature }))
    }

    fn turns_back(&self, _: &&'static str) -> bool {
        true
    }
}

fn descent(bounds: [f64; 2]) -> Descent {
    Descent { bounds, steps: 300, progress: [0.0; 2] }
}

#[test]
fn the_valley_ends_at_one_and_one() {
    let mut valley = Valley { calls: 0 };
    let everywhere = descent([f64::NEG_INFINITY, f64::INFINITY]);
    let found = everywhere.minimize(&mut valley, vec![-1.2, 1.0]).unwrap();
    assert!(found.converged && found.value < 1e-24, "{found:?}");
    assert!((found.point[0] - 1.0).abs() < 1e-10 && (found.point[1] - 1.0).abs() < 1e-10);
    assert!(valley.calls < 100, "{}", valley.calls);
    assert_eq!(everywhere.minimize(&mut valley, vec![-3.0, 1.0]).unwrap_err(), "beyond");
    let few = Descent { steps: 2, ..everywhere };
    assert!(!few.minimize(&mut valley, vec![-1.2, 1.0]).unwrap().converged);
}

/// With x <= 1/2 the minimum is at the wall, y = x^2 = 1/4, with J = (1 - 1/2)^2 / 2.
#[test]
fn in_a_box_it_ends_at_the_wall() {
    let found = descent([-1.5, 0.5]).minimize(&mut Valley { calls: 0 }, vec![-1.2, 0.4]).unwrap();
    assert!(found.converged, "{found:?}");
    assert_eq!(found.point[0], 0.5);
    assert!((found.point[1] - 0.25).abs() < 1e-8 && (found.value - 0.125).abs() < 1e-12);
}
