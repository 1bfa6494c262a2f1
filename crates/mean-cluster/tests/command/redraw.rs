//! Figures and report from the files of a run: the same bytes again, and what bad files do.

use super::runner::{assert_same, files, mean_cluster, scratch, tiny};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// A copy of one tiny run, made once.
fn run() -> (tempfile::TempDir, PathBuf) {
    static RUN: OnceLock<tempfile::TempDir> = OnceLock::new();
    let first = RUN.get_or_init(|| {
        let (folder, out) = scratch();
        assert!(tiny(&out, &[], 2).status.success());
        folder
    });
    let (folder, out) = scratch();
    copy(&first.path().join("out"), &out);
    (folder, out)
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let target = to.join(entry.file_name());
        match entry.path().is_dir() {
            true => copy(&entry.path(), &target),
            false => drop(fs::copy(entry.path(), target).unwrap()),
        }
    }
}

#[test]
fn redrawing_gives_the_same_bytes_and_leaves_what_is_the_users() {
    let (_folder, out) = run();
    fs::write(out.join("figures/mine.txt"), "mine").unwrap();
    let before = files(&out);
    fs::remove_file(out.join("report.html")).unwrap();
    fs::write(out.join("figures/fig12.svg"), "scribble").unwrap();
    fs::remove_file(out.join("figures/fig02.png")).unwrap();
    for (command, threads) in [("figures", 1), ("report", 2)] {
        let run = mean_cluster(&[command, out.to_str().unwrap()], threads);
        assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
        assert!(run.stdout.is_empty() && run.stderr.is_empty(), "quiet in a pipe");
    }
    assert_same(&before, &files(&out));
}

#[test]
fn bad_files_are_named_with_the_column_and_everything_stays() {
    let edit = |file: &str, from: &str, to: &str| {
        let (file, from, to) = (file.to_owned(), from.to_owned(), to.to_owned());
        move |out: &Path| {
            let text = fs::read_to_string(out.join(&file)).unwrap();
            assert!(text.contains(&from), "{file} has no {from}");
            fs::write(out.join(&file), text.replacen(&from, &to, 1)).unwrap();
        }
    };
    let empty = |file: &'static str| move |out: &Path| fs::write(out.join(file), "").unwrap();
    let header_only = |file: &'static str| {
        move |out: &Path| {
            let text = fs::read_to_string(out.join(file)).unwrap();
            fs::write(out.join(file), text.lines().next().unwrap()).unwrap();
        }
    };
    let gone = |file: &'static str| move |out: &Path| fs::remove_file(out.join(file)).unwrap();
    type Damage = Box<dyn Fn(&Path)>;
    let version = env!("CARGO_PKG_VERSION");
    let older = format!("version = \"{version}\"");
    let cases: Vec<(Damage, [&str; 2])> = vec![
        (Box::new(edit("table2.csv", "gamma2", "g2")), ["table2.csv", "gamma2"]),
        (Box::new(edit("annealing.csv", "ang_ppm", "angle")), ["annealing.csv", "ang_ppm"]),
        (
            Box::new(edit("annealing_mean.csv", "energy_per_site", "energy")),
            ["annealing_mean.csv, line 2", "quantity"],
        ),
        (Box::new(edit("posterior_pa.csv", "k7", "seven")), ["posterior_pa.csv", "k7"]),
        (Box::new(edit("rates_sa.csv", "conserving,", "conserving,x")), ["rates_sa.csv", "alpha1"]),
        (Box::new(edit("errors_by_type.csv", "lin_ppp", "line")), ["line 2", "triplet"]),
        (Box::new(edit("lattices.csv", "+", "o")), ["lattices.csv", "atoms"]),
        (
            Box::new(edit("summary.json", "\"schema\": 3", "\"schema\": 1")),
            ["summary.json", "schema 1"],
        ),
        (
            Box::new(edit("manifest.toml", &older, "version = \"0.0.9\"")),
            ["manifest.toml", "0.0.9"],
        ),
        (Box::new(edit("summary.json", "\"settings\"", "\"set\"")), ["summary.json", "settings"]),
        (Box::new(empty("annealing.csv")), ["annealing.csv", "empty"]),
        (Box::new(empty("summary.json")), ["summary.json", "empty"]),
        (Box::new(header_only("errors_by_bound.csv")), ["errors_by_bound.csv", "empty"]),
        (Box::new(gone("posterior_oa_half.csv")), ["posterior_oa_half.csv", "No such file"]),
        (Box::new(gone("manifest.toml")), ["manifest.toml", "No such file"]),
    ];
    for (damage, expected) in cases {
        let (_folder, out) = run();
        damage(&out);
        let before = files(&out);
        for command in ["figures", "report"] {
            let run = mean_cluster(&[command, out.to_str().unwrap()], 2);
            let message = String::from_utf8(run.stderr).unwrap();
            assert_eq!(run.status.code(), Some(2), "{expected:?}: {message}");
            for part in expected {
                assert!(message.contains(part), "{part} is not in: {message}");
            }
        }
        assert!(files(&out) == before, "{expected:?}");
    }
}

#[test]
fn the_report_is_one_file_that_needs_no_network_and_holds_every_figure() {
    let (_folder, out) = run();
    let page = fs::read_to_string(out.join("report.html")).unwrap();
    for forbidden in ["<script src", "<img", "@import", "url(", "src=", "NaN"] {
        assert!(!page.contains(forbidden), "{forbidden}");
    }
    // what it adds comes last: all of the page stands without it
    let (whole, script) = page.split_once("<script>").unwrap();
    assert!(whole.ends_with("</main>\n") && script.ends_with("</script>\n</body>\n</html>\n"));
    let addresses = page.match_indices("http").map(|(at, _)| &page[at..(at + 26).min(page.len())]);
    for address in addresses {
        assert_eq!(address, "http://www.w3.org/2000/svg", "only the name of SVG");
    }
    let figures = fs::read_dir(out.join("figures")).unwrap().map(Result::unwrap);
    for file in figures.map(|entry| entry.path()) {
        if file.extension().is_some_and(|ending| ending == "svg") {
            let svg = fs::read_to_string(&file).unwrap();
            assert!(page.contains(&svg), "{} is not inlined", file.display());
            let opened = svg.matches('<').count() - svg.matches("</").count();
            let closed = svg.matches("/>").count() + svg.matches("</").count();
            assert_eq!(opened, closed, "{}", file.display());
        } else if file.extension().is_some_and(|ending| ending == "png") {
            let bytes = fs::read(&file).unwrap();
            assert_eq!(&bytes[..8], b"\x89PNG\r\n\x1a\n");
            let width = u32::from_be_bytes(bytes[16..20].try_into().unwrap());
            assert_eq!(width, 1360, "{}", file.display());
        }
    }
    let open = |tag: &str| page.matches(&format!("<{tag}")).count();
    let close = |tag: &str| page.matches(&format!("</{tag}>")).count();
    for tag in ["section", "figure>", "table", "div", "ul", "svg"] {
        let tag = tag.trim_end_matches('>');
        let opened = if tag == "figure" { open("figure ") } else { open(tag) };
        assert_eq!(opened, close(tag), "{tag}");
    }
    assert!(page.matches("class=\"verdict\"").count() >= 15);
}
