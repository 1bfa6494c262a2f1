//! Several things that advance step by step share the threads.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use rayon::prelude::*;

/// The turns in which each takes its steps, so that at the end no thread is idle for long, also where
/// there is not a whole number of chains for each.
const TURNS: usize = 32;

/// One that waits for its next turn.
struct Waiting<'a, T> {
    index: usize,
    one: &'a mut T,
    left: usize,
}

/// Takes all of them `steps` further by `advance`, which takes one of them so many steps and says whether
/// it is at its end. One that is, or that fails, takes no further turn. Returns what each said last.
pub(super) fn take_turns<T: Send, E: Send>(
    all: &mut [T],
    steps: usize,
    advance: impl Fn(&mut T, usize) -> Result<bool, E> + Sync,
) -> Vec<Result<bool, E>> {
    let threads = rayon::current_num_threads().min(all.len());
    let waiting = all.iter_mut().enumerate();
    let waiting: VecDeque<_> =
        waiting.map(|(index, one)| Waiting { index, one, left: steps }).collect();
    let (waiting, outcomes) = (Mutex::new(waiting), Mutex::new(Vec::new()));
    (0..threads).into_par_iter().for_each(|_| {
        // the lock is not held while the turn is taken
        let next = || lock(&waiting).pop_front();
        while let Some(Waiting { index, one, left }) = next() {
            let turn = steps.div_ceil(TURNS).min(left);
            match advance(one, turn) {
                Ok(false) if left > turn => {
                    lock(&waiting).push_back(Waiting { index, one, left: left - turn });
                }
                outcome => lock(&outcomes).push((index, outcome)),
            }
        }
    });
    let mut outcomes = outcomes.into_inner().unwrap_or_else(PoisonError::into_inner);
    outcomes.sort_unstable_by_key(|(index, _)| *index);
    outcomes.into_iter().map(|(_, outcome)| outcome).collect()
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_takes_all_its_steps_unless_it_is_at_its_end_or_fails() {
        for threads in [1, 2, 3, 8] {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            for steps in [1, 31, 100, 1000] {
                let mut taken = [0; 5];
                let mut counters: Vec<(usize, &mut usize)> = taken.iter_mut().enumerate().collect();
                let outcomes = pool.install(|| {
                    take_turns(&mut counters, steps, |(index, taken), turn| {
                        **taken += turn;
                        match index {
                            1 if **taken >= 50 => Err("failed"),
                            3 => Ok(**taken >= 20),
                            _ => Ok(false),
                        }
                    })
                });
                let (failed, ended) = (steps >= 50, steps >= 20);
                let second = if failed { Err("failed") } else { Ok(false) };
                assert_eq!(outcomes, [Ok(false), second, Ok(false), Ok(ended), Ok(false)]);
                for index in [0, 2, 4] {
                    assert_eq!(taken[index], steps);
                }
                assert!(taken[1] == steps || (failed && taken[1] < 50 + steps.div_ceil(TURNS)));
                assert!(taken[3] == steps || (ended && taken[3] < 20 + steps.div_ceil(TURNS)));
            }
        }
        assert!(take_turns(&mut [0; 0], 10, |_, _| Ok::<_, ()>(false)).is_empty());
    }
}
