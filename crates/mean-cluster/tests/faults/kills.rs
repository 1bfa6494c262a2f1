//! `kill -9` at random times, then `--resume`: the same bytes, and nothing is left.

use super::scene::{assert_same, command, run, snapshot, text};
use super::thorough;
use rand_pcg::Pcg64;
use rand_pcg::rand_core::{Rng, SeedableRng};
use std::process::Stdio;
use std::time::{Duration, Instant};

/// Kills runs of a command at random times, some of them again after `--resume`.
fn kill_and_resume(arguments: &str) {
    let scratch = tempfile::tempdir().unwrap();
    let at = |name: &str| scratch.path().join(name);
    let more = ["--out", "out", "--save-every", "0.01"];
    let arguments: Vec<&str> = arguments.split_whitespace().chain(more).collect();
    std::fs::create_dir(at("whole")).unwrap();
    let clock = Instant::now();
    let whole = run(&at("whole"), &arguments, &[]);
    assert!(whole.status.success(), "{}", text(&whole));
    let (time, expected) = (clock.elapsed(), snapshot(&at("whole")));
    let (wanted, mut kills, mut resumed) = (if thorough() { 40 } else { 4 }, 0, 0);
    let mut random = Pcg64::seed_from_u64(17);
    let resume = [arguments[0], "--resume", "out", "--save-every", "0.01"];
    while kills < wanted {
        let folder = at("killed");
        std::fs::create_dir(&folder).unwrap();
        let mut next = &arguments[..];
        loop {
            let mut run = command(&folder, next).stderr(Stdio::piped()).spawn().unwrap();
            let share = f64::from(random.next_u32()) / f64::from(u32::MAX);
            std::thread::sleep(time.mul_f64(share));
            let _ = run.kill(); // it may be done already
            let end = run.wait_with_output().unwrap();
            match end.status.code() {
                Some(0) => break,
                // killed before it had saved anything, or after the end
                Some(2) if text(&end).contains("nothing to go on from") => {
                    let is_done = text(&end).contains("finished result");
                    if is_done {
                        break;
                    }
                    next = &arguments;
                    continue;
                }
                Some(code) => panic!("{code}: {}", text(&end)),
                None => {
                    kills += 1;
                    next = &resume;
                }
            }
            if random.next_u32().is_multiple_of(2) {
                let end = run_to_end(&folder, next);
                resumed += usize::from(end);
                if end {
                    break;
                }
                next = &arguments;
            }
        }
        assert_same(&expected, &snapshot(&folder), &format!("{} after {kills} kills", next[0]));
        std::fs::remove_dir_all(&folder).unwrap();
    }
    println!(
        "{}: {kills} kills, {resumed} resumed to the end at once, the same bytes",
        arguments[0]
    );
}

/// Whether it came to the end; if not, there was nothing to go on from.
fn run_to_end(folder: &std::path::Path, arguments: &[&str]) -> bool {
    let limit = Duration::from_secs(60);
    let clock = Instant::now();
    let end = run(folder, arguments, &[]);
    assert!(clock.elapsed() < limit);
    let message = text(&end);
    let nothing = end.status.code() == Some(2) && message.contains("nothing to go on from");
    assert!(end.status.success() || nothing, "{message}");
    end.status.success() || message.contains("finished result")
}

#[test]
fn anneal() {
    kill_and_resume(
        "anneal --rows 12 --columns 12 --replicas 3 --block-width 1 --temperature-steps 10 \
        --sweeps-between-samples 3000",
    );
}

#[test]
fn reproduce() {
    kill_and_resume(
        "reproduce --quick --size 6 --samples 300 --replicas 1 --starts 1 --temperature-steps 2",
    );
}

#[test]
fn compare() {
    kill_and_resume(
        "compare --size 6 --judge-size 6 --replicas 2 --trials 20 --starts 1 --closures sa \
        --judge 0.5 --calibrate 0.5",
    );
}

#[test]
fn infer() {
    kill_and_resume(
        "infer --size 6 --replicas 4 --chains 2 --draws 200 --published-draws 500 --starts 1 \
        --closures pa",
    );
}
