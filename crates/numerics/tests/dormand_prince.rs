//! One step of the method: its order, and the same bits for arrays and vectors.

use numerics::Stages;

type Vector = [f64; 2];

/// Lotka's and Volterra's equations.
fn slope(at: &[f64], into: &mut [f64]) -> bool {
    let (x, y) = (at[0], at[1]);
    into.copy_from_slice(&[x * (1.0 - y), y * (x - 1.0)]);
    true
}

/// The end, its slope and the error of a step.
fn step(y: &Vector, h: f64) -> (Stages<Vector>, [Vector; 4]) {
    let mut stages = Stages::new(|| [0.0; 2]);
    let ([mut k1, mut end], [mut k7, mut error]) = ([[0.0; 2]; 2], [[0.0; 2]; 2]);
    slope(y, &mut k1);
    let tried = stages.attempt(
        h,
        (y, &k1),
        (&mut end, &mut k7),
        &mut error,
        &mut |a: &Vector, b: &mut Vector| slope(a, b),
    );
    assert!(tried);
    (stages, [k1, end, k7, error])
}

fn walk(steps: u32, duration: f64) -> Vector {
    let h = duration / f64::from(steps);
    (0..steps).fold([1.5, 0.7], |y, _| step(&y, h).1[1])
}

#[test]
fn arrays_and_vectors_give_the_same_bits() {
    let (y, h) = ([1.5, 0.7], 0.3);
    let (stages, [k1, end, k7, error]) = step(&y, h);
    let mut any = Stages::new(|| vec![0.0; 2]);
    let mut found = [vec![0.0; 2], vec![0.0; 2], vec![0.0; 2]];
    let [to, slope_there, off] = &mut found;
    let from = (&y.to_vec(), &k1.to_vec());
    assert!(any.attempt(h, from, (to, slope_there), off, &mut |a: &Vec<f64>, b: &mut Vec<f64>| {
        slope(a, b)
    }));
    assert_eq!(found, [end.to_vec(), k7.to_vec(), error.to_vec()]);
    let [end_of_any, k7_of_any, _] = &found;
    assert_eq!(any.stiffness(h, end_of_any, k7_of_any), stages.stiffness(h, &end, &k7));
    for i in 0..2 {
        let change = end[i] - y[i];
        let bends = stages.bends(i, h, change, &k1, &k7);
        assert_eq!(any.bends(i, h, change, from.1, k7_of_any), bends);
        // at the end of the step the interpolant is the end, and there its slope is that of the end
        let [change, bend, third, _] = bends;
        assert_eq!(y[i] + change, end[i]);
        assert!((change - bend - third - h * k7[i]).abs() < 1e-15);
    }
}

#[test]
fn it_has_order_five_and_stops_where_there_is_no_value() {
    let exact = walk(2000, 2.0);
    let off = |steps| {
        let found = walk(steps, 2.0);
        (0..2).map(|i| (found[i] - exact[i]).abs()).fold(0.0, f64::max)
    };
    let order = libm::log2(off(20) / off(40));
    assert!((4.7..5.5).contains(&order), "{order}");

    let mut stages = Stages::new(|| [0.0; 1]);
    let ([mut end, mut k7], mut error, mut calls) = ([[0.0]; 2], [0.0], 0);
    let mut twice = |_: &[f64; 1], _: &mut [f64; 1]| {
        calls += 1;
        calls < 3
    };
    let to = (&mut end, &mut k7);
    let tried = stages.attempt(1.0, (&[1.0], &[1.0]), to, &mut error, &mut twice);
    assert!(!tried && calls == 3);
}
