//! Faults at the n-th operation. Without the feature `faults` nothing of this is compiled.

/// What happens to an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It is carried out.
    Goes,
    /// It fails as on a full disk.
    #[cfg(feature = "faults")]
    Fails,
    /// The process ends in its middle, as by `kill -9`.
    #[cfg(feature = "faults")]
    Dies,
}

/// The fate of the next operation.
#[cfg(not(feature = "faults"))]
pub(crate) fn next(_name: &str, _path: &std::path::Path) -> Fate {
    Fate::Goes
}

#[cfg(feature = "faults")]
pub(crate) use injected::{die, full, next};

#[cfg(feature = "faults")]
mod injected {
    use super::Fate;
    use std::io::{self, Write};
    use std::path::Path;
    use std::sync::OnceLock;
    use std::sync::atomic::{AtomicU64, Ordering};

    #[derive(Clone, Copy)]
    enum Fault {
        None,
        List,
        Fail(u64),
        FailFrom(u64),
        Kill(u64),
    }

    fn fault() -> Fault {
        static FAULT: OnceLock<Fault> = OnceLock::new();
        *FAULT.get_or_init(|| {
            let text = std::env::var("WHOLE_FILES_FAULT").unwrap_or_default();
            let (what, number) = text.split_once(':').unwrap_or((&text, ""));
            match (what, number.parse()) {
                ("list", _) => Fault::List,
                ("fail", Ok(number)) => Fault::Fail(number),
                ("fail-from", Ok(number)) => Fault::FailFrom(number),
                ("kill", Ok(number)) => Fault::Kill(number),
                _ => Fault::None,
            }
        })
    }

    pub(crate) fn next(name: &str, path: &Path) -> Fate {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed) + 1;
        let fate = match fault() {
            Fault::Fail(at) if number == at => Fate::Fails,
            Fault::FailFrom(at) if number >= at => Fate::Fails,
            Fault::Kill(at) if number == at => Fate::Dies,
            _ => Fate::Goes,
        };
        // a test knows by this line that the operation was reached
        if fate != Fate::Goes || matches!(fault(), Fault::List) {
            let _ = writeln!(io::stderr(), "operation {number}: {name} {}", path.display());
        }
        fate
    }

    /// The error of a full disk.
    pub(crate) fn full() -> io::Error {
        io::Error::new(io::ErrorKind::StorageFull, "no space left on device (a test)")
    }

    /// Ends the process at once: nothing is cleaned up.
    pub(crate) fn die() -> ! {
        std::process::abort()
    }
}
