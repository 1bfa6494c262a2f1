//! Blocks of replicas, and what does not change them.

use mean_cluster::study::{
    AnnealedComposition, ONE_HALF, ONE_THIRD, Progress, StudySettings, anneal_compositions,
};
use rayon::ThreadPoolBuilder;

fn anneal(replicas: usize, block_width: usize, threads: usize) -> Vec<AnnealedComposition> {
    let settings = StudySettings { size: 12, replicas, block_width, ..StudySettings::default() };
    let pool = ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
    let run = || anneal_compositions(&settings, &[ONE_THIRD, ONE_HALF], &Progress::Silent);
    pool.install(run).unwrap()
}

#[test]
fn threads_do_not_matter_and_more_blocks_leave_the_first_ones_as_they_are() {
    for (width, few, many) in [(1, 2, 5), (64, 64, 140), (256, 256, 257)] {
        let one = anneal(many, width, 1);
        for threads in [2, 5] {
            for (a, b) in one.iter().zip(anneal(many, width, threads)) {
                assert_eq!((&a.replicas, &a.mean, &a.atoms), (&b.replicas, &b.mean, &b.atoms));
            }
        }
        for (a, b) in one.iter().zip(anneal(few, width, 2)) {
            assert_eq!((b.replicas.len(), b.mean.replicas), (few, few));
            assert_eq!((&a.replicas[..few], &a.atoms), (&b.replicas[..], &b.atoms));
            let different = |i: usize| a.replicas[i] != a.replicas[i - 1];
            assert!((1..many).all(different), "each replica goes its own way");
        }
    }
}

/// Every width has the same physics: means agree within their standard errors.
#[test]
fn replicas_alone_and_in_ensembles_have_the_same_means() {
    let (alone, together) = (anneal(256, 1, 2), anneal(256, 64, 2));
    for (a, b) in alone.iter().zip(&together) {
        let samples = |of: &AnnealedComposition| -> Vec<([f64; 19], [f64; 19])> {
            let means = of.mean.mean.records().iter().map(|r| r.concentrations.to_array());
            let errors = of.mean.standard_errors.iter().flatten();
            means.zip(errors.map(|e| e.concentrations.to_array())).collect()
        };
        let mut worst: f64 = 0.0;
        for ((one, e), (other, f)) in samples(a).into_iter().zip(samples(b)) {
            for k in 0..19 {
                let difference = (one[k] - other[k]).abs();
                worst = worst.max(difference / libm::hypot(e[k], f[k]).max(1e-4));
            }
        }
        assert!(worst > 0.0, "other random numbers");
        // 61 samples of 19 correlated quantities, 256 replicas on each side
        assert!(worst < 4.7, "{worst} standard errors at x = {}", a.x);
    }
}
