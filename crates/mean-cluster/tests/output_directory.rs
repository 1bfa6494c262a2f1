//! Output directories: what is replaced, what stays the user's, what is refused.

use mean_cluster::StudyError;
use mean_cluster::output::{MANIFEST, Manifest, OutputDirectory};
use std::fs;
use std::path::{Path, PathBuf};

/// Writes files by name and text, and their manifest.
fn write(path: &Path, files: &[(&str, &str)]) -> Result<(), StudyError> {
    for (name, text) in files {
        let file = path.join(name);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    }
    Manifest::of_directory(path, "reproduce", 1, toml::Table::new())?.write(path)
}

fn replace(path: &Path, files: &[(&str, &str)]) {
    let directory = OutputDirectory::open(path, false).unwrap();
    directory.replace(|fresh| write(fresh, files)).unwrap();
}

fn text(path: PathBuf) -> String {
    fs::read_to_string(path).unwrap()
}

fn siblings(path: &Path) -> usize {
    fs::read_dir(path.parent().unwrap()).unwrap().count()
}

#[test]
fn a_directory_is_replaced_whole_and_keeps_what_is_the_users() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("deep/out");
    replace(&path, &[("data.csv", "first")]);
    fs::write(path.join("notes.txt"), "mine").unwrap();
    fs::create_dir_all(path.join("mine/deep")).unwrap();
    fs::write(path.join("mine/deep/file"), "mine").unwrap();
    fs::create_dir(path.join("empty")).unwrap();
    replace(&path, &[("data.csv", "second")]);
    assert_eq!(text(path.join("data.csv")), "second");
    assert_eq!(text(path.join("notes.txt")), "mine");
    assert_eq!(text(path.join("mine/deep/file")), "mine");
    assert!(path.join("empty").is_dir());
    assert_eq!(siblings(&path), 1, "nothing is left beside it");
}

#[test]
fn what_the_user_put_into_our_folders_moves_along_and_what_is_ours_does_not() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("out");
    replace(&path, &[("figures/one.svg", "1"), ("old/data", "old")]);
    assert_eq!(Manifest::read(&path).unwrap().files[0].name, "figures/one.svg");
    fs::write(path.join("figures/mine.txt"), "mine").unwrap();
    fs::write(path.join("old/mine.txt"), "mine").unwrap();
    replace(&path, &[("figures/two.svg", "2")]);
    assert_eq!(text(path.join("figures/mine.txt")), "mine");
    assert!(path.join("figures/two.svg").exists() && !path.join("figures/one.svg").exists());
    // a folder that has no file of ours any more
    assert_eq!(text(path.join("old/mine.txt")), "mine");
    assert!(!path.join("old/data").exists());
}

#[test]
fn a_file_of_the_user_whose_name_is_needed_gets_another_name() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("out");
    replace(&path, &[("film.xyz", "ours"), ("report.html", "ours")]);
    fs::write(path.join("film.txt"), "mine").unwrap(); // another format needs it
    fs::write(path.join("report.html"), "mine: with notes").unwrap(); // listed, and changed since
    fs::write(path.join("figures"), "mine: no folder").unwrap();
    fs::create_dir(path.join("last.txt")).unwrap();
    fs::write(path.join("last.txt/inside"), "mine").unwrap();
    fs::write(path.join("film.txt.kept"), "mine too").unwrap();
    fs::write(path.join("same"), "same").unwrap();
    let files = [("film.txt", "new"), ("last.txt", "new"), ("report.html", "new")];
    replace(&path, &[&files[..], &[("figures/a.svg", "new"), ("same", "same")]].concat());
    for (name, _) in files {
        assert_eq!(text(path.join(name)), "new", "{name}");
    }
    assert_eq!(text(path.join("film.txt.kept-2")), "mine");
    assert_eq!(text(path.join("film.txt.kept")), "mine too");
    assert_eq!(text(path.join("report.html.kept")), "mine: with notes");
    assert_eq!(text(path.join("figures.kept")), "mine: no folder");
    assert_eq!(text(path.join("last.txt.kept/inside")), "mine");
    assert!(path.join("figures/a.svg").exists() && !path.join("film.xyz").exists());
    assert!(!path.join("same.kept").exists(), "the same bytes are there");
}

#[test]
fn a_failed_run_leaves_the_old_files_and_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("out");
    let directory = OutputDirectory::open(&path, false).unwrap();
    directory.replace(|fresh| write(fresh, &[("data.csv", "first")])).unwrap();
    let failed = directory.replace(|fresh| {
        write(fresh, &[("data.csv", "half")])?;
        Err(StudyError::Format { file: "x".into(), reason: "y".into() })
    });
    let message = failed.unwrap_err().to_string();
    assert!(message.ends_with("out is as it was"), "{message}");
    assert_eq!(text(path.join("data.csv")), "first");
    let second = OutputDirectory::open(&path, false).unwrap_err();
    assert!(matches!(second, StudyError::InUse { .. }), "{second}");
    drop(directory);
    assert_eq!(siblings(&path), 1);
}

#[test]
fn foreign_directories_need_force_and_keep_their_files() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("theirs");
    fs::create_dir(&path).unwrap();
    OutputDirectory::open(&path, false).expect("an empty directory is free");
    fs::write(path.join("thesis.tex"), "years").unwrap();
    fs::write(path.join(MANIFEST), "tool = \"other\"").unwrap();
    let refused = OutputDirectory::open(&path, false).unwrap_err();
    assert!(matches!(refused, StudyError::ForeignDirectory { .. }), "{refused}");
    let forced = OutputDirectory::open(&path, true).unwrap();
    forced.replace(|fresh| write(fresh, &[("data.csv", "ours")])).unwrap();
    assert_eq!(text(path.join("thesis.tex")), "years");
    assert_eq!(text(path.join(format!("{MANIFEST}.kept"))), "tool = \"other\"");
    let file = path.join("thesis.tex");
    let refused = OutputDirectory::open(&file, true);
    assert!(matches!(refused, Err(StudyError::NotADirectory { .. })));
    assert!(OutputDirectory::open(&file.join("under"), true).is_err());
}

#[test]
fn what_is_in_the_way_of_the_work_is_named_and_left() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("out");
    let work = folder.path().join(".out.mean-cluster");
    fs::create_dir(&work).unwrap();
    fs::write(work.join("thesis.tex"), "years").unwrap();
    let refused = OutputDirectory::open(&path, true).unwrap_err();
    assert!(matches!(refused, StudyError::InTheWay { .. }), "{refused}");
    assert_eq!(text(work.join("thesis.tex")), "years");
    fs::remove_file(work.join("thesis.tex")).unwrap();
    replace(&path, &[("data.csv", "first")]); // an empty one is nobody's
    assert_eq!(siblings(&path), 1);
}

#[cfg(unix)]
#[test]
fn links_are_followed_to_directories_and_never_out_of_one() {
    use std::os::unix::fs::symlink;
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    symlink(at("real"), at("link")).unwrap();
    let refused = OutputDirectory::open(&at("link"), true).unwrap_err();
    assert!(refused.to_string().contains("symbolic link to nothing"), "{refused}");
    fs::create_dir(at("real")).unwrap();
    replace(&at("link"), &[("figures/a.svg", "first"), ("data.csv", "first")]);
    assert!(fs::symlink_metadata(at("link")).unwrap().is_symlink());
    assert_eq!(text(at("real/data.csv")), "first");
    // names that are ours, but lead elsewhere
    fs::create_dir(at("theirs")).unwrap();
    fs::write(at("theirs/a.svg"), "first").unwrap();
    fs::remove_dir_all(at("real/figures")).unwrap();
    symlink(at("theirs"), at("real/figures")).unwrap();
    fs::remove_file(at("real/data.csv")).unwrap();
    symlink(at("theirs/a.svg"), at("real/data.csv")).unwrap();
    replace(&at("real"), &[("figures/a.svg", "second"), ("data.csv", "second")]);
    assert_eq!(text(at("theirs/a.svg")), "first");
    assert_eq!(text(at("real/figures/a.svg")), "second");
    assert!(fs::symlink_metadata(at("real/figures.kept")).unwrap().is_symlink());
    assert!(fs::symlink_metadata(at("real/data.csv.kept")).unwrap().is_symlink());
}

#[cfg(unix)]
#[test]
fn permissions_stay() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("out");
    replace(&path, &[("figures/a.svg", "1"), ("data.csv", "1")]);
    let set = |name: &str, mode| {
        fs::set_permissions(path.join(name), fs::Permissions::from_mode(mode)).unwrap();
    };
    for mode in [0o700, 0o2750] {
        set("", mode);
        set("figures", mode);
        set("data.csv", 0o640);
        replace(&path, &[("figures/a.svg", "2"), ("data.csv", "2"), ("new.csv", "2")]);
        let mode_of =
            |name: &str| fs::metadata(path.join(name)).unwrap().permissions().mode() & 0o7777;
        assert_eq!(mode_of(""), mode);
        assert_eq!(mode_of("figures"), mode);
        assert_eq!(mode_of("data.csv"), 0o640);
    }
}

#[test]
fn the_result_of_another_command_is_not_expected() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("out");
    replace(&path, &[("data.csv", "first")]);
    let directory = OutputDirectory::open(&path, false).unwrap();
    directory.expect_command("reproduce").unwrap();
    let refused = directory.expect_command("anneal").unwrap_err().to_string();
    assert!(refused.contains("`mean-cluster reproduce` with seed 1"), "{refused}");
}
