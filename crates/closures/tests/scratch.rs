mod common;
use closures::*;
#[test]
fn show() {
    for (name, data, published) in [
        ("half", common::half(), OptimalApproximation::published_one_half()),
        ("third", common::third(), OptimalApproximation::published_one_third()),
    ] {
        for reg in [Regularization::hard(), Regularization::soft()] {
            for conv in Convention::ALL {
                let t = std::time::Instant::now();
                let c = calibrate(&data, reg, conv).unwrap();
                println!("{name} {reg:?} {:?}\n{c}", t.elapsed());
                for f in c.fits() {
                    println!("{} sens {:.1e} ties {:?}", f.triplet, f.sensitivity, f.ties);
                }
                let mut within = 0;
                for f in c.fits() {
                    let p = published.0.exponents(f.triplet);
                    let d = Exponent::ALL
                        .iter()
                        .filter_map(|e| Some((p.get(*e)? - f.exponents.get(*e)?).abs()))
                        .fold(0.0, f64::max);
                    if d <= 0.1 {
                        within += 1
                    }
                }
                println!("within 0.1: {within}");
            }
        }
    }
}
