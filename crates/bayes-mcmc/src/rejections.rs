//! Counts of points where a density is zero, by reason.

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Serialize};

/// The label under which values of negative infinity are counted.
pub const ZERO_PROBABILITY: &str = "zero probability";
/// The label under which NaN values are counted.
pub const NOT_FINITE: &str = "not finite";

/// How many evaluations of a log-density were rejected, by reason, in alphabetical order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rejections {
    counts: Vec<(Cow<'static, str>, u64)>,
}

impl Rejections {
    /// The rejections for `reason`; 0 if there were none.
    pub fn count(&self, reason: &str) -> u64 {
        self.counts.iter().find(|(known, _)| known == reason).map_or(0, |(_, count)| *count)
    }

    /// All rejections.
    pub fn total(&self) -> u64 {
        self.counts.iter().map(|(_, count)| count).sum()
    }

    /// The reasons with their counts, in alphabetical order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, u64)> {
        self.counts.iter().map(|(reason, count)| (reason.as_ref(), *count))
    }

    /// Adds the counts of `other`.
    pub(crate) fn merge(&mut self, other: &Rejections) {
        for (reason, count) in &other.counts {
            self.add(reason.clone(), *count);
        }
    }

    pub(crate) fn add(&mut self, reason: Cow<'static, str>, count: u64) {
        match self.counts.iter_mut().find(|(known, _)| *known == reason) {
            Some((_, known)) => *known += count,
            None => {
                let place = self.counts.partition_point(|(known, _)| *known < reason);
                self.counts.insert(place, (reason, count));
            }
        }
    }
}

impl fmt::Display for Rejections {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.counts.is_empty() {
            return formatter.write_str("no rejected evaluations");
        }
        for (i, (reason, count)) in self.iter().enumerate() {
            let comma = if i == 0 { "" } else { ", " };
            write!(formatter, "{comma}{reason}: {count}")?;
        }
        Ok(())
    }
}
