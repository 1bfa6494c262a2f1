//! The two methods and the choice between them on problems with known solutions.
//!
//! Reference values: Mazzia and Magherini, Test Set for Initial Value Problem Solvers 2.4 (2008),
//! after Hairer and Wanner, Solving Ordinary Differential Equations II (1996), section IV.10.

use crate::OdeError;
use crate::dormand_prince::{DormandPrince, RightSide, State};
use crate::follow::follow;
use crate::motion::Motion;
use crate::path::Path;
use crate::rosenbrock::{At, Rosenbrock};
use crate::solution::Effort;

type Slope<const N: usize> = fn(&[f64]) -> [f64; N];

fn motion<const N: usize>(of: Slope<N>) -> impl Motion {
    move |state: &[f64], into: &mut [f64]| -> Result<(), OdeError> {
        into.copy_from_slice(&of(state));
        Ok(())
    }
}

/// The states at some times, and the effort.
fn solve<const N: usize>(
    of: Slope<N>,
    start: [f64; N],
    times: &[f64],
    tolerances: (f64, f64),
) -> (Vec<[f64; N]>, Effort) {
    let duration = times[times.len() - 1];
    let mut path = Path::new(motion(of), duration, start.to_vec(), tolerances, 100_000).unwrap();
    let mut rows = Vec::new();
    let visit = |_, state: &[f64], _: &[f64]| rows.push(std::array::from_fn(|i| state[i]));
    let effort = follow(&mut path, 1.0, 0..times.len(), |row| times[row], visit);
    let effort = effort.unwrap_or_else(|_| panic!("the end was not reached"));
    (rows, effort)
}

fn hires(y: &[f64]) -> [f64; 8] {
    [
        -1.71 * y[0] + 0.43 * y[1] + 8.32 * y[2] + 0.0007,
        1.71 * y[0] - 8.75 * y[1],
        -10.03 * y[2] + 0.43 * y[3] + 0.035 * y[4],
        8.32 * y[1] + 1.71 * y[2] - 1.12 * y[3],
        -1.745 * y[4] + 0.43 * (y[5] + y[6]),
        -280.0 * y[5] * y[7] + 0.69 * y[3] + 1.71 * y[4] - 0.43 * y[5] + 0.69 * y[6],
        280.0 * y[5] * y[7] - 1.81 * y[6],
        -280.0 * y[5] * y[7] + 1.81 * y[6],
    ]
}

fn robertson(y: &[f64]) -> [f64; 3] {
    let [a, b, c] = [0.04 * y[0], 1e4 * y[1] * y[2], 3e7 * y[1] * y[1]];
    [b - a, a - b - c, c]
}

fn oregonator(y: &[f64]) -> [f64; 3] {
    [
        77.27 * (y[1] + y[0] * (1.0 - 8.375e-6 * y[0] - y[1])),
        (y[2] - (1.0 + y[0]) * y[1]) / 77.27,
        0.161 * (y[0] - y[2]),
    ]
}

#[test]
fn reference_values_of_the_test_set_come_out() {
    let check = |name: &str, found: &[f64], expected: &[f64], bound: f64, effort: Effort| {
        let off = found.iter().zip(expected).map(|(a, b)| (a - b).abs() / b.abs());
        let off = off.fold(0.0, f64::max);
        println!("{name}: {off:.1e} off, {effort:?}");
        assert!(off < bound, "{name}: {found:?}, {expected:?}");
        assert!(effort.implicit_steps > 0 && effort.accepted_steps < 2000);
    };
    for (rtol, bound) in [(1e-4, 5e-4), (1e-6, 1e-5)] {
        let start = [1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0057];
        let (rows, effort) = solve(hires, start, &[321.8122], (rtol, 1e-4 * rtol));
        let expected = [
            0.7371312573325668e-3,
            0.1442485726316185e-3,
            0.5888729740967575e-4,
            0.1175651343283149e-2,
            0.2386356198831331e-2,
            0.6238968252742796e-2,
            0.2849998395185769e-2,
            0.2850001604814231e-2,
        ];
        check("HIRES", &rows[0], &expected, bound, effort);

        let (rows, effort) = solve(robertson, [1.0, 0.0, 0.0], &[1e11], (rtol, 1e-8 * rtol));
        let expected = [0.2083340149701255e-7, 0.8333360770334713e-13, 0.9999999791665050];
        check("ROBER", &rows[0], &expected, bound, effort);

        let (rows, effort) = solve(oregonator, [1.0, 2.0, 3.0], &[360.0], (rtol, 1e-2 * rtol));
        let expected = [0.1000814870318523e1, 0.1228178521549917e4, 0.1320554942846706e3];
        check("OREGO", &rows[0], &expected, 5.0 * bound, effort);
    }
}

/// The end after equal implicit steps, with the largest error of the interpolant in the middle of
/// a step, and the largest estimate.
fn fixed_steps<const N: usize>(
    of: Slope<N>,
    start: [f64; N],
    end: f64,
    steps: usize,
    exact: impl Fn(f64) -> [f64; N],
) -> [f64; 3] {
    let mut equations = motion(of);
    let mut rosenbrock = Rosenbrock::new(&equations, N, N, 1e-9);
    let h = end / steps as f64;
    let (mut state, mut error) = (start.to_vec(), vec![0.0; N]);
    let mut worst = [0.0_f64; 3];
    for step in 0..steps {
        let (mut slope, mut next) = (vec![0.0; N], vec![0.0; N]);
        equations.slope(&state, &mut slope).unwrap();
        let at = At { state: &state, slope: &slope, concentrations: &state };
        let mut evaluate = |y: &[f64], into: &mut [f64]| equations.slope(y, into).is_ok();
        rosenbrock.jacobian_is_current = false;
        assert!(rosenbrock.differentiate(at, &mut evaluate));
        assert!(rosenbrock.attempt(h, at, &mut next, &mut error, evaluate));
        let middle = exact((step as f64 + 0.5) * h);
        for i in 0..N {
            let [change, bend, third, fourth] = rosenbrock.bends(i, next[i] - state[i]);
            let there = state[i] + 0.5 * (change + 0.5 * (bend + 0.5 * (third + 0.5 * fourth)));
            worst[1] = worst[1].max((there - middle[i]).abs());
            worst[2] = worst[2].max(error[i].abs());
        }
        state = next;
        let exact = exact((step + 1) as f64 * h);
        for i in 0..N {
            worst[0] = worst[0].max((state[i] - exact[i]).abs());
        }
    }
    worst
}

fn orders(errors: &[[f64; 3]], of: usize) -> Vec<f64> {
    errors.windows(2).map(|two| (two[0][of] / two[1][of]).log2()).collect()
}

#[test]
fn the_implicit_method_has_its_orders() {
    // y0 = 1/cosh t, y1 = -tanh t
    let circle: Slope<2> = |y| [y[1] * y[0], -y[0] * y[0]];
    let exact = |t: f64| [1.0 / t.cosh(), -t.tanh()];
    let errors = [8, 16, 32, 64].map(|n| fixed_steps(circle, [1.0, 0.0], 2.0, n, exact));
    for (what, of) in [("end", 0), ("interpolant", 1), ("estimate", 2)] {
        let orders = orders(&errors, of);
        println!("{what}: {orders:?}");
        assert!(orders.iter().all(|order| *order > 4.7), "{what}: {orders:?}");
    }
    assert!(errors[3][0] < 1e-10, "{errors:?}");
}

/// The problem of Prothero and Robinson, Math. Comput. 28, 145 (1974), time as a second number.
#[test]
fn stiffness_costs_the_implicit_method_little() {
    let of: Slope<2> = |y| [-1e4 * (y[0] - 2.0 - y[1].sin()) + y[1].cos(), 1.0];
    let exact = |t: f64| [2.0 + (t + 1.0).sin(), 1.0 + t];
    let start = exact(0.0);
    let errors = [4, 8, 16, 32].map(|n| fixed_steps(of, start, 2.0, n, exact));
    println!("{errors:?}");
    // of order 3 at the ends of steps that are 600 to 5000 times longer than the transient, and the
    // estimate is no smaller than the error
    assert!(orders(&errors, 0).iter().all(|order| *order > 2.9));
    assert!(errors[0][0] < 1e-7 && errors[3][0] < 2e-10, "{errors:?}");
    assert!(errors.iter().all(|[end, _, estimate]| estimate > end));
}

/// Three species that eat each other in a ring.
fn ring(state: &[f64]) -> [f64; 3] {
    std::array::from_fn(|i| state[i] * (state[(i + 2) % 3] - state[(i + 1) % 3]))
}

struct Ring;

impl RightSide for Ring {
    fn slope(&mut self, state: &State) -> Option<State> {
        Some(ring(state))
    }
}

#[test]
fn explicit_steps_are_those_for_three_numbers() {
    let start = [0.5, 0.3, 0.2];
    for tolerances in [(1e-6, 1e-9), (1e-3, 1e-6), (1e-11, 1e-13)] {
        let mut three = DormandPrince::new(Ring, 20.0, start, ring(&start), tolerances, 10_000);
        let mut any = Path::new(motion(ring), 20.0, start.to_vec(), tolerances, 10_000).unwrap();
        while three.control.time < 20.0 {
            three.step().unwrap();
            any.step().unwrap();
            let segment = three.segment();
            let ([from, to], mut state) = (segment.bounds(), [0.0; 3]);
            for part in [0.0, 0.4, 1.0] {
                let time = from + part * (to - from);
                any.state_at(time, &mut state);
                for (a, b) in segment.at(time).into_iter().zip(state) {
                    assert!((a - b).abs() < 1e-12, "t = {time}: {a}, {b}");
                }
            }
        }
        assert_eq!(three.control.accepted_steps, any.control.accepted_steps);
        assert_eq!(three.control.rejected_steps, any.control.rejected_steps);
        assert_eq!((three.evaluations + 1, any.implicit_steps), (any.evaluations, 0));
    }
}
