//! Progress on a terminal, silence in a pipe.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::borrow::Cow;

/// Shows how far a study is, on standard error if that is a terminal; or nothing at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// For libraries and tests.
    Silent,
    /// Bars with rate and time left, drawn only on a terminal.
    Terminal,
}

impl Progress {
    /// A bar for a stage of `length` steps.
    pub(crate) fn start(self, stage: impl Into<Cow<'static, str>>, length: u64) -> ProgressBar {
        let target = match self {
            Progress::Silent => ProgressDrawTarget::hidden(),
            Progress::Terminal => ProgressDrawTarget::stderr(),
        };
        let style = ProgressStyle::with_template(
            "{msg:>12} [{bar:40}] {percent:>3} %  {per_sec}, {eta} left",
        )
        .expect("the template is ours");
        ProgressBar::with_draw_target(Some(length), target).with_style(style).with_message(stage)
    }
}
