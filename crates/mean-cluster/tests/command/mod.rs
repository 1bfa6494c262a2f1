//! The command as a user runs it: its files, its bytes, its refusals, and what kills do to it.

mod archives;
#[cfg(unix)]
mod book;
mod compare;
mod derive;
mod infer;
mod limits;
mod readers;
#[cfg(feature = "figures")]
mod redraw;
mod reproduce;
mod resume;
mod runner;
#[cfg(unix)]
mod signals;
mod units;
mod user;
mod whose;
