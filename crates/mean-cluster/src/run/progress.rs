//! Progress on a terminal, silence in a pipe.

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use std::borrow::Cow;
use std::sync::LazyLock;

/// The bars of all stages, one below the other, because some run side by side.
static BARS: LazyLock<MultiProgress> = LazyLock::new(MultiProgress::new);

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
        let style = ProgressStyle::with_template(
            "{msg:>12} [{bar:40}] {percent:>3} %  {per_sec}, {eta} left",
        )
        .expect("the template is ours");
        let bar = match self {
            Progress::Silent => ProgressBar::hidden(),
            Progress::Terminal => BARS.add(ProgressBar::no_length()),
        };
        bar.set_length(length);
        bar.with_style(style).with_message(stage)
    }
}
