//! Files, locks and trees as a user of the crate sees them.

#![allow(clippy::unwrap_used)] // a test that fails stops

use std::fs;
use std::io::Write;
use std::path::Path;
use whole_files::*;

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<_> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn write(path: &Path, text: &str) {
    let mut file = NewFile::beside(path).unwrap();
    file.write_all(text.as_bytes()).unwrap();
    file.place().unwrap();
}

#[test]
fn a_file_is_replaced_whole_or_not_at_all() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a");
    write(&path, "first");
    let mut file = NewFile::beside(&path).unwrap();
    file.write_all(b"half").unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), "first");
    assert_eq!(names(folder.path()).len(), 2);
    drop(file);
    assert_eq!(names(folder.path()), ["a"]);
    write(&path, "second");
    assert_eq!(fs::read_to_string(&path).unwrap(), "second");
    // a large one, in several pieces
    let large: String = (0..100_000).map(|number| format!("{number}\n")).collect();
    write(&path, &large);
    assert_eq!(fs::read_to_string(&path).unwrap(), large);
    // a name as long as names can be
    let long = folder.path().join("n".repeat(255));
    write(&long, "long");
    assert_eq!(fs::read_to_string(&long).unwrap(), "long");
}

#[test]
fn what_a_kill_left_is_removed_and_what_others_work_on_or_own_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a");
    for name in [".a.1-0.mean-cluster-tmp", ".b.1-0.mean-cluster-tmp", ".a.1-0.tmp"] {
        fs::write(folder.path().join(name), "left").unwrap();
    }
    let other = NewFile::beside(&path).unwrap();
    write(&path, "mine");
    assert_eq!(names(folder.path()).len(), 4, "{:?}", names(folder.path()));
    other.place().unwrap();
    assert_eq!(names(folder.path()), [".a.1-0.tmp", ".b.1-0.mean-cluster-tmp", "a"]);
    remove_leftovers(folder.path()).unwrap();
    assert_eq!(names(folder.path()), [".a.1-0.tmp", "a"]);
}

#[cfg(unix)]
#[test]
fn the_mode_of_a_file_stays() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a");
    write(&path, "first");
    for mode in [0o600, 0o640, 0o755] {
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        write(&path, "second");
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o7777, mode);
    }
}

#[test]
fn a_lock_whose_file_was_removed_is_not_believed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("lock");
    let first = Lock::take(&path).unwrap().unwrap();
    assert!(Lock::take(&path).unwrap().is_none());
    // threads that open the file just before its owner removes it: never two at a time
    let holders = std::sync::atomic::AtomicUsize::new(0);
    drop(first);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..500 {
                    if let Some(lock) = Lock::take(&path).unwrap() {
                        let others = holders.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
                        assert_eq!(others, 0, "two hold the lock");
                        holders.fetch_sub(1, std::sync::atomic::Ordering::SeqCst);
                        drop(lock);
                    }
                }
            });
        }
    });
    assert!(!path.exists());
    // one that a kill left is taken over; one that is somebody's stays
    fs::write(&path, "").unwrap();
    drop(Lock::take(&path).unwrap().unwrap());
    assert!(!path.exists());
    fs::write(&path, "theirs").unwrap();
    drop(Lock::take(&path).unwrap().unwrap());
    assert_eq!(fs::read_to_string(&path).unwrap(), "theirs");
}

#[cfg(unix)]
#[test]
fn trees_are_removed_without_following_links() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    make_directories(&at("tree/deep")).unwrap();
    fs::write(at("victim"), "theirs").unwrap();
    fs::create_dir(at("theirs")).unwrap();
    fs::write(at("theirs/file"), "theirs").unwrap();
    std::os::unix::fs::symlink(at("theirs"), at("tree/deep/link")).unwrap();
    std::os::unix::fs::symlink(at("victim"), at("tree/link")).unwrap();
    sync_tree(&at("tree")).unwrap();
    remove_tree(&at("tree")).unwrap();
    remove_tree(&at("tree")).unwrap();
    assert_eq!(names(folder.path()), ["theirs", "victim"]);
    assert!(at("theirs/file").exists());
    assert!(make_directories(&at("victim/below")).is_err());
}

#[test]
fn two_directories_are_exchanged_in_one_step_where_the_system_can() {
    let folder = tempfile::tempdir().unwrap();
    let [one, other] = ["one", "other"].map(|name| folder.path().join(name));
    for directory in [&one, &other] {
        fs::create_dir(directory).unwrap();
        fs::write(directory.join(directory.file_name().unwrap()), "").unwrap();
    }
    match exchange(&one, &other) {
        Ok(()) => assert!(one.join("other").exists() && other.join("one").exists()),
        Err(error) => assert_eq!(error.kind(), std::io::ErrorKind::Unsupported),
    }
}

#[cfg(feature = "checkpoint")]
#[test]
fn checkpoints_that_are_no_good_say_so_and_stay() {
    use CheckpointError as E;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("run.checkpoint");
    let hour = std::time::Duration::from_secs(3600);
    let state = (0.1 + 0.2, vec![-0.0, 5e-324, 1e300]);
    let mut checkpoint = Checkpoint::new(&path, hour);
    assert!(checkpoint.load::<(f64, Vec<f64>)>().unwrap().is_none());
    assert!(!checkpoint.save_if_due(&state).unwrap());
    checkpoint.save(&state).unwrap();
    assert_eq!(checkpoint.load::<(f64, Vec<f64>)>().unwrap(), Some(state.clone()));
    let good = fs::read(&path).unwrap();

    let refused = |bytes: &[u8]| {
        fs::write(&path, bytes).unwrap();
        let error = Checkpoint::new(&path, hour).load::<(f64, Vec<f64>)>().unwrap_err();
        assert_eq!(fs::read(&path).unwrap(), bytes);
        assert!(error.to_string().contains("run.checkpoint"), "{error}");
        error
    };
    assert!(matches!(refused(&good[..good.len() / 2]), E::NotACheckpoint { .. }));
    let whole = good.len() - 1 - good.iter().position(|byte| *byte == b'\n').unwrap();
    match refused(&good[..good.len() - 1]) {
        E::Truncated { expected, found, .. } => assert_eq!([expected, found + 1], [whole; 2]),
        other => panic!("{other}"),
    }
    assert!(matches!(refused(b""), E::NotACheckpoint { .. }));
    assert!(matches!(refused(b"a thesis\n"), E::NotACheckpoint { .. }));
    let mut changed = good.clone();
    *changed.last_mut().unwrap() ^= 1;
    assert!(matches!(refused(&changed), E::Damaged { .. }));
    assert!(matches!(refused(&[&good[..], b"x"].concat()), E::Damaged { .. }));
    let newer = b"mean-cluster-checkpoint 2 in another way\n";
    assert!(matches!(refused(newer), E::Newer { found: 2, known: 1, .. }));
    fs::write(&path, &good).unwrap();
    let other = checkpoint.load::<(f64, String)>().unwrap_err();
    assert!(matches!(other, E::OtherState { .. }), "{other}");

    fs::write(&path, "a thesis").unwrap();
    assert!(matches!(checkpoint.save(&state), Err(E::NotACheckpoint { .. })));
    assert_eq!(fs::read(&path).unwrap(), b"a thesis");
}

#[test]
fn texts_are_shown_short_and_printed() {
    assert_eq!(shown("my file é.csv"), "my file é.csv");
    assert_eq!(shown("\u{1b}[2J\r\n\u{202e}"), "\\u{1b}[2J\\r\\n\\u{202e}");
    assert!(shown(&"a".repeat(1000)).contains("a... (800 more characters) ...a"));
    assert_eq!(shown_message("one\n\u{1b}two"), "one\n\\u{1b}two");
}
