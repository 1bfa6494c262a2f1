//! Runs that stop and go on: the same bits, whatever stopped them; files that are not theirs.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use std::{env, fs, thread};

use bayes_mcmc::{
    AdaptiveDelayedRejection, Chains, CheckpointError, DelayedRejection, LogDensity, McmcError,
    ParallelTempering, Posterior, Run, Sampling, UniformBox, from_fn, recommended,
};

/// Says to the child process where its checkpoint is.
const CHECKPOINT: &str = "BAYES_MCMC_TEST_CHECKPOINT";

type Recommended = ParallelTempering<AdaptiveDelayedRejection>;

fn density() -> impl LogDensity {
    let hills = from_fn(|x| {
        let hill = |at: f64| -0.5 * (x[0] - at).powi(2) - 2.0 * (x[1] - at * x[0]).powi(2);
        Ok(hill(-1.0).max(hill(1.5)))
    });
    Posterior::new(UniformBox::from_bounds([(-8.0, 8.0), (-20.0, 20.0)]).unwrap(), hills)
}

fn sampling() -> Sampling<Recommended> {
    recommended().chains(3).warm_up(1500)
}

fn sampling_with(path: &Path) -> Sampling<Recommended> {
    sampling().checkpoint(path, Duration::ZERO)
}

const DRAWS: usize = 2500;

/// What the tests below run in a process of its own, and kill.
#[test]
fn child() {
    if let Some(path) = env::var_os(CHECKPOINT) {
        sampling_with(path.as_ref()).sample(&density(), DRAWS, 7).unwrap();
    }
}

fn start_child(path: &Path) -> std::process::Child {
    Command::new(env::current_exe().unwrap())
        .args(["--exact", "checkpoint::child"])
        .env(CHECKPOINT, path)
        .stdout(Stdio::null())
        .spawn()
        .unwrap()
}

#[test]
fn killed_twenty_times_it_goes_on_with_the_same_bits() {
    let whole = sampling().sample(&density(), DRAWS, 7).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let mut interrupted = 0;
    for trial in 0..20 {
        let path = folder.path().join(format!("{trial}"));
        let mut child = start_child(&path);
        // somewhere in the first half, by what it has saved, whatever the speed of the machine
        let saved = || Run::<Recommended>::load(&path).map_or(0, |run| run.draws());
        let patience = Instant::now();
        while (!path.exists() || saved() < trial * DRAWS / 40)
            && patience.elapsed() < Duration::from_secs(60)
        {
            thread::yield_now();
        }
        child.kill().unwrap();
        interrupted += i32::from(!child.wait().unwrap().success());
        let left = Run::<Recommended>::load(&path).unwrap();
        assert!(left.draws() <= DRAWS);
        let resumed = sampling_with(&path).sample(&density(), DRAWS, 7).unwrap();
        assert_eq!(resumed, whole, "trial {trial}, killed at {} draws", left.draws());
        // and a run that is finished only reads its file
        assert_eq!(sampling_with(&path).sample(&density(), DRAWS, 7).unwrap(), whole);
    }
    assert!(interrupted >= 5, "{interrupted} of 20 were killed before their end");
}

#[test]
fn more_and_in_total_are_told_apart() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("run");
    let mut run = sampling().start(&density(), 3).unwrap();
    run.in_total(&density(), 100).unwrap();
    run.save(&path).unwrap();
    run.more(&density(), 150).unwrap();
    assert_eq!(run.draws(), 250);
    run.in_total(&density(), 200).unwrap();
    assert_eq!(run.draws(), 250);

    let mut resumed = Run::<Recommended>::load(&path).unwrap();
    assert_eq!((resumed.draws(), resumed.seed(), resumed.warm_up()), (100, 3, 1500));
    resumed.in_total(&density(), 250).unwrap();
    assert_eq!(resumed.chains(), run.chains());
    assert_eq!(resumed.evaluations(), run.evaluations());
    let in_one: Chains = sampling().sample(&density(), 250, 3).unwrap();
    assert_eq!(in_one, run.into_chains());
}

#[test]
fn convergence_is_looked_for_at_the_same_draws() {
    let mut run = sampling().start(&density(), 1).unwrap();
    assert!(run.until_converged(&density(), 100_000).unwrap());
    let draws = run.draws();
    assert!((1000..50_000).contains(&draws), "{draws}");
    assert!(run.chains().summary().has_converged());
    // taken up in between it ends at the same place
    let mut other = sampling().start(&density(), 1).unwrap();
    other.in_total(&density(), 900).unwrap();
    other.until_converged(&density(), 950).unwrap();
    assert_eq!(other.draws(), 950);
    assert!(other.until_converged(&density(), 100_000).unwrap());
    assert_eq!(other.chains(), run.chains());
}

#[test]
fn a_checkpoint_belongs_to_its_run() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("run");
    sampling_with(&path).sample(&density(), 50, 3).unwrap();
    let other = |sampling: Sampling<Recommended>, seed| {
        let sampling = sampling.checkpoint(&path, Duration::ZERO);
        match sampling.sample(&density(), 60, seed).unwrap_err() {
            McmcError::Checkpoint(CheckpointError::OtherRun { what, .. }) => what,
            error => panic!("{error}"),
        }
    };
    assert_eq!(other(sampling(), 4), "seed");
    assert_eq!(other(sampling().chains(4), 3), "number of chains");
    assert_eq!(other(sampling().warm_up(1501), 3), "warm-up");
    assert_eq!(other(sampling().starting_at([0.0, 0.0]), 3), "starts");
    let hotter = ParallelTempering::new(AdaptiveDelayedRejection::new());
    let hotter = Sampling::new(hotter.with_ladder(5, 0.001).unwrap()).chains(3).warm_up(1500);
    assert_eq!(other(hotter, 3), "sampler");

    let flat = UniformBox::from_bounds([(-8.0, 8.0), (-20.0, 20.0)]).unwrap();
    let error = sampling_with(&path).sample(&flat, 60, 3).unwrap_err();
    assert!(error.to_string().contains("another density"), "{error}");
    let named = Posterior::new(flat, from_fn(|_| Ok(0.0)).named(["a", "b"]));
    let error = sampling_with(&path).sample(&named, 60, 3).unwrap_err();
    assert!(error.to_string().contains("another names of the parameters"), "{error}");

    let error = Run::<DelayedRejection>::load(&path).unwrap_err();
    assert!(matches!(error, CheckpointError::OtherState { .. }), "{error}");
}

#[test]
fn files_that_are_broken_or_foreign_are_refused_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("run");
    let load = || Run::<Recommended>::load(&path).unwrap_err();
    assert!(matches!(load(), CheckpointError::Missing { .. }));
    sampling_with(&path).sample(&density(), 50, 3).unwrap();
    let whole = fs::read(&path).unwrap();

    let mut damaged = whole.clone();
    *damaged.last_mut().unwrap() ^= 1;
    let newer = String::from_utf8_lossy(&whole).replacen("checkpoint 1 ", "checkpoint 2 ", 1);
    let is = |bytes: &[u8], expected: fn(&CheckpointError) -> bool| {
        fs::write(&path, bytes).unwrap();
        let error = load();
        assert!(expected(&error), "{error}");
        assert!(sampling_with(&path).sample(&density(), 60, 3).is_err());
        assert_eq!(fs::read(&path).unwrap(), bytes);
    };
    is(&damaged, |error| matches!(error, CheckpointError::Damaged { .. }));
    is(&whole[..whole.len() - 9], |error| matches!(error, CheckpointError::Truncated { .. }));
    is(newer.as_bytes(), |error| matches!(error, CheckpointError::Newer { found: 2, .. }));
    is(b"somebody's notes", |error| matches!(error, CheckpointError::NotACheckpoint { .. }));
    is(b"", |error| matches!(error, CheckpointError::NotACheckpoint { .. }));

    let run = sampling().start(&density(), 3).unwrap();
    assert!(matches!(run.save(&path), Err(CheckpointError::NotACheckpoint { .. })));
    let nowhere = folder.path().join("no/such/folder");
    assert!(matches!(run.save(nowhere), Err(CheckpointError::File { .. })));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "no temporary files are left");
}

/// Samplers of all kinds go on with the same bits, also from within the warm-up, and with another
/// number of threads.
#[test]
fn every_sampler_resumes() {
    fn check<S>(sampler: S)
    where
        S: bayes_mcmc::Sampler + Clone + serde::Serialize + serde::de::DeserializeOwned,
    {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("run");
        let sampling = Sampling::new(sampler).chains(2).warm_up(300);
        let whole = sampling.sample(&density(), 200, 5).unwrap();
        // the density breaks down after so many evaluations, and the run ends with an error
        for evaluations in [1, 100, 500, 800] {
            let left = std::sync::atomic::AtomicUsize::new(evaluations);
            let density = density();
            let breaking = from_fn(|x| {
                if left.fetch_sub(1, std::sync::atomic::Ordering::Relaxed) == 1 {
                    left.store(1, std::sync::atomic::Ordering::Relaxed);
                    return Err(bayes_mcmc::Halt::stop("out of patience"));
                }
                density.log_density(x)
            });
            let bounded = Posterior::new(
                UniformBox::from_bounds([(-8.0, 8.0), (-20.0, 20.0)]).unwrap(),
                breaking,
            );
            let saved = sampling.clone().checkpoint(&path, Duration::ZERO);
            let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
            pool.install(|| saved.sample(&bounded, 200, 5)).unwrap_err();
        }
        let resumed = sampling.checkpoint(&path, Duration::ZERO).sample(&density(), 200, 5);
        assert_eq!(resumed.unwrap(), whole);
    }
    check(DelayedRejection::new([1.0, 2.0], [0.3, 0.5]).unwrap());
    check(AdaptiveDelayedRejection::with_stages([1.0, 0.3, 0.1]).unwrap());
    check(ParallelTempering::new(DelayedRejection::new([1.0, 2.0], [0.3, 0.5]).unwrap()));
    check(ParallelTempering::new(AdaptiveDelayedRejection::new()));
}
