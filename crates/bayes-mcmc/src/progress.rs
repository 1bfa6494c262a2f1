//! How far a run is, for whoever wants to know.

use std::fmt;
use std::io::{IsTerminal, Write};
use std::sync::Arc;

use crate::diagnostics::FEWEST_DRAWS;
use crate::summary::or_na;

/// Where a run stands, as told to [`Sampling::progress`](crate::Sampling::progress).
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Progress {
    /// The number of chains.
    pub chains: usize,
    /// The steps of the warm-up that every chain has done.
    pub warmed_up: usize,
    /// The steps of the whole warm-up of a chain.
    pub warm_up: usize,
    /// The draws that every chain has.
    pub draws_done: usize,
    /// The draws each chain will have.
    pub draws: usize,
    /// The largest R-hat of all parameters so far; NaN before there are enough draws, and if one parameter
    /// has none, such as one that never moved. NaN is shown as NA. It is computed
    /// now and then, so that it takes a small part of the time, and at the end.
    pub r_hat: f64,
    /// The smallest bulk effective sample size of all parameters, at the same draws as `r_hat`.
    pub bulk_ess: f64,
}

impl Progress {
    /// Whether this is the last report of the run.
    pub fn is_done(&self) -> bool {
        self.draws_done == self.draws
    }
}

impl fmt::Display for Progress {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} chains: ", self.chains)?;
        if self.warmed_up < self.warm_up {
            return write!(formatter, "warm-up {} of {}", self.warmed_up, self.warm_up);
        }
        write!(formatter, "{} of {} draws", self.draws_done, self.draws)?;
        if self.draws_done < FEWEST_DRAWS {
            return Ok(());
        }
        let (r_hat, size) = (or_na(self.r_hat, 3), or_na(self.bulk_ess, 0));
        write!(formatter, ", R-hat {r_hat}, ESS {size}")
    }
}

/// Shows progress as one line on standard error that is written over; silent if that is no terminal.
///
/// ```
/// use bayes_mcmc::{DelayedRejection, from_fn, on_terminal};
///
/// # fn main() -> Result<(), bayes_mcmc::McmcError> {
/// let normal = from_fn(|x| Ok(-0.5 * x[0] * x[0]));
/// let sampling = DelayedRejection::new([2.0], [1.0])?.starting_at([0.0]).progress(on_terminal());
/// let chains = sampling.sample(&normal, 1000, 7)?;
/// # Ok(())
/// # }
/// ```
pub fn on_terminal() -> impl Fn(&Progress) + Send + Sync + 'static {
    |progress| {
        let mut stream = std::io::stderr().lock();
        if stream.is_terminal() {
            let end = if progress.is_done() { "\n" } else { "" };
            // a terminal that went away is no reason to lose the run
            let _ = write!(stream, "\r\x1b[2K{progress}{end}").and_then(|()| stream.flush());
        }
    }
}

/// Who wants to know.
pub(crate) type Report = Arc<dyn Fn(&Progress) + Send + Sync>;
