//! What SIGINT, SIGTERM and SIGHUP do to the command: it says at once that it stops, and the process
//! ends within two seconds, whatever it is doing, with nothing half-written.
//!
//! A thread waits for the signals. A run that can save its state registers a flag and has a second to
//! save; all others end at once, also where they wait for somebody to write into a FIFO. Temporary
//! files are removed before that, and a file that is being put into its place is put there whole.

use std::fs;
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::exit;
use std::sync::atomic::{AtomicBool, AtomicI32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard};
use std::thread::{sleep, spawn};
use std::time::Duration;
use whole_files::remove_tree;

/// How long a run may take to save its state: a large step is not waited for.
const TO_SAVE: Duration = Duration::from_millis(1000);
/// How long files that are being put into place may take; a disk that hangs is not waited for.
const TO_COMMIT: Duration = Duration::from_millis(500);
const PAUSE: Duration = Duration::from_millis(5);

/// The signal that came first, or 0.
static RECEIVED: AtomicI32 = AtomicI32::new(0);
/// Whether the process is being ended.
static ENDING: AtomicBool = AtomicBool::new(false);
/// Held for reading while files are put into place.
static COMMIT: RwLock<()> = RwLock::new(());
/// Temporary files and directories that are there, in the order in which they go.
static TEMPORARY: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());
/// The run that can save its state.
static RUN: Mutex<Option<Run>> = Mutex::new(None);

/// A run that can save its state.
#[derive(Clone)]
struct Run {
    stop: Arc<AtomicBool>,
    /// How to go on with it.
    again: String,
}

/// Makes the signals end the process as described above. Without it they end it as they always do.
pub(crate) fn install() {
    listen(|signal, name| {
        if RECEIVED.swap(signal, Ordering::SeqCst) != 0 {
            end(signal); // the second one waits for nothing
        }
        let run = locked(&RUN).clone();
        // this thread stays free for the second one
        spawn(move || {
            match run {
                Some(Run { stop, again }) => {
                    say_in_time(format!("{name}: stopping; go on with: {again}"));
                    stop.store(true, Ordering::SeqCst);
                    sleep(TO_SAVE);
                    let kept = "stopped inside a step; what was saved last is kept";
                    say_in_time(kept.to_owned());
                }
                None => say_in_time(format!("{name}: stopping")),
            }
            end(signal);
        });
    });
}

#[cfg(unix)]
fn listen(act: impl Fn(i32, &'static str) + Send + 'static) {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
    let mut signals = vec![SIGINT, SIGTERM];
    if !ignores_hangup() {
        signals.push(SIGHUP);
    }
    // where signals cannot be listened to, they still end the process
    let Ok(mut signals) = signal_hook::iterator::Signals::new(signals) else { return };
    spawn(move || {
        for signal in signals.forever() {
            act(signal, signal_hook::low_level::signal_name(signal).unwrap_or("signal"));
        }
    });
}

/// Whether SIGHUP is ignored, as `nohup` has it for runs that outlive their terminal; where that is
/// not known it is left alone.
#[cfg(unix)]
fn ignores_hangup() -> bool {
    let Ok(status) = fs::read_to_string("/proc/self/status") else { return true };
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    mask.is_none_or(|mask| mask & 1 << (signal_hook::consts::SIGHUP - 1) != 0)
}

#[cfg(not(unix))]
fn listen(act: impl Fn(i32, &'static str) + Send + 'static) {
    let _ = ctrlc::set_handler(move || act(2, "Ctrl-C"));
}

/// The exit code of a process that a signal ended, as shells have it: 128 and its number.
pub(crate) fn exit_code() -> u8 {
    match RECEIVED.load(Ordering::SeqCst) {
        0 => 130, // stopped by a flag that was set otherwise
        signal => u8::try_from(128 + signal).unwrap_or(130),
    }
}

/// Does not return if the process is being ended, which must not be cut short.
pub(crate) fn wait_if_ending() {
    while ENDING.load(Ordering::SeqCst) {
        sleep(TO_SAVE);
    }
}

/// Sets `stop` when a signal comes, which then gives the run a second to save its state; `again` is
/// how to go on with it.
pub(crate) fn stop_run(stop: Arc<AtomicBool>, again: String) {
    *locked(&RUN) = Some(Run { stop, again });
}

/// While this is held files are put into place, and the process is not ended in between.
pub(crate) fn commit() -> RwLockReadGuard<'static, ()> {
    COMMIT.read().unwrap_or_else(PoisonError::into_inner)
}

/// A temporary file or directory, which is removed if a signal ends the process. Dropping this does
/// not remove it: its owner does.
#[derive(Debug)]
pub(crate) struct Temporary(PathBuf);

impl Temporary {
    pub(crate) fn new(path: &Path) -> Temporary {
        locked(&TEMPORARY).push(path.to_owned());
        Temporary(path.to_owned())
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        locked(&TEMPORARY).retain(|path| *path != self.0);
    }
}

/// Ends the process: no file is half in its place, and no temporary one stays.
fn end(signal: i32) -> ! {
    ENDING.store(true, Ordering::SeqCst);
    let mut waited = Duration::ZERO;
    let commit = loop {
        match COMMIT.try_write() {
            Err(std::sync::TryLockError::WouldBlock) if waited < TO_COMMIT => {
                sleep(PAUSE);
                waited += PAUSE;
            }
            other => break other,
        }
    };
    if commit.is_ok() {
        for path in locked(&TEMPORARY).drain(..) {
            // other threads may still write into it
            for _ in 0..10 {
                let gone = remove_tree(&path);
                if gone.is_ok() || fs::symlink_metadata(&path).is_err() {
                    break;
                }
                sleep(PAUSE);
            }
        }
    }
    exit(128 + signal)
}

fn say(text: &str) {
    let mut messages = io::stderr();
    // a line of progress stands before it
    let line = if messages.is_terminal() { "\n" } else { "" };
    let _ = writeln!(messages, "{line}{text}");
}

/// Says it unless standard error takes nothing: a terminal that was stopped keeps no process.
fn say_in_time(text: String) {
    let said = spawn(move || say(&text));
    let mut waited = Duration::ZERO;
    while !said.is_finished() && waited < Duration::from_millis(100) {
        sleep(PAUSE);
        waited += PAUSE;
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
