//! The documents hold together: links lead somewhere, pages are in the book, programs in it are
//! compiled, examples are listed. What the book's commands do is tested in `mean-cluster`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().canonicalize().unwrap()
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// What a folder holds, sorted; nothing if there is none.
fn entries(folder: &Path) -> Vec<PathBuf> {
    let found = fs::read_dir(folder).into_iter().flatten();
    let mut paths: Vec<PathBuf> = found.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

fn name(path: &Path) -> String {
    path.file_name().unwrap().to_string_lossy().into_owned()
}

/// The pages of the book, `docs/*.md`.
fn pages() -> Vec<PathBuf> {
    entries(&root().join("docs")).into_iter().filter(|path| name(path).ends_with(".md")).collect()
}

/// README, CHANGELOG, the book, the README of every crate.
fn documents() -> Vec<PathBuf> {
    let mut documents = vec![root().join("README.md"), root().join("CHANGELOG.md")];
    documents.extend(pages());
    documents.extend(entries(&root().join("crates")).iter().map(|path| path.join("README.md")));
    documents
}

/// The lines that are not code.
fn prose(text: &str) -> impl Iterator<Item = &str> {
    let mut in_code = false;
    text.lines().filter(move |line| {
        let fence = line.starts_with("```");
        in_code ^= fence;
        !(in_code || fence || line.starts_with("    "))
    })
}

/// Where the links of a text lead.
fn targets(text: &str) -> Vec<String> {
    let mut targets = Vec::new();
    for line in prose(text) {
        // code may hold brackets, and is no link
        let line: String = line.split('`').step_by(2).collect();
        let ends = line.split("](").skip(1).filter_map(|rest| rest.split_once(')'));
        targets.extend(ends.map(|(target, _)| target.to_owned()));
    }
    targets
}

/// The anchors of a page's headings, as GitHub and mdBook name them.
fn anchors(text: &str) -> BTreeSet<String> {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let headings = prose(text).filter(|line| line.starts_with('#'));
    headings
        .map(|line| {
            let heading = line.trim_start_matches('#').trim().to_lowercase().replace(' ', "-");
            let kept = heading.chars().filter(|c| c.is_alphanumeric() || matches!(c, '-' | '_'));
            let anchor: String = kept.collect();
            let times = seen.entry(anchor.clone()).or_default();
            *times += 1;
            if *times == 1 { anchor } else { format!("{anchor}-{}", *times - 1) }
        })
        .collect()
}

#[test]
fn every_link_leads_to_a_file_and_a_heading() {
    let mut wrong = Vec::new();
    let mut count = 0;
    for document in documents() {
        let text = read(&document);
        for target in targets(&text).iter().filter(|target| !target.contains("://")) {
            count += 1;
            let (path, anchor) = target.split_once('#').unwrap_or((target, ""));
            let leads_to = match path {
                "" => Ok(document.clone()),
                path => document.parent().unwrap().join(path).canonicalize(),
            };
            let in_book = document.parent() == Some(&root().join("docs"));
            let reason = match leads_to {
                Err(error) => error.to_string(),
                Ok(to) if in_book && !to.starts_with(root().join("docs")) => {
                    "leads out of the book, where no reader of it can follow".to_owned()
                }
                Ok(to) if !anchor.is_empty() && !anchors(&read(&to)).contains(anchor) => {
                    format!("no heading there gives #{anchor}")
                }
                Ok(_) => continue,
            };
            wrong.push(format!("{}: {target}: {reason}", document.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(count > 50, "only {count} links were found");
}

#[test]
fn anchors_are_those_of_the_headings() {
    let text = "# On `C+-`, once\n\n```sh\n# a comment\n```\n\n## Two_words\n## Two_words\n";
    let expected = ["on-c--once", "two_words", "two_words-1"];
    assert_eq!(anchors(text), expected.map(str::to_owned).into());
    assert_eq!(targets("see [`a](b)`](c.md#d) and `[x](y)`\n\n    [no](code)"), ["c.md#d"]);
}

#[test]
fn every_page_is_in_the_book_once() {
    let mut listed = targets(&read(&root().join("docs/SUMMARY.md")));
    listed.sort();
    let pages: Vec<String> =
        pages().iter().map(|page| name(page)).filter(|name| name != "SUMMARY.md").collect();
    assert_eq!(listed, pages);
}

#[test]
fn every_page_with_a_program_is_compiled() {
    let compiled = include_str!("../src/book.rs");
    for page in pages() {
        let has_program = read(&page).lines().any(|line| line.starts_with("```rust"));
        let line = format!("include_str!(\"../../docs/{}\")", name(&page));
        assert_eq!(has_program, compiled.contains(&line), "{}", name(&page));
    }
}

#[test]
fn every_example_is_listed_in_the_readme() {
    let readme = read(&root().join("README.md"));
    let table = readme.lines().skip_while(|line| !line.contains("--example"));
    let rows = table.skip(2).take_while(|line| line.starts_with('|'));
    let mut listed: Vec<String> =
        rows.map(|row| row.split('`').nth(1).unwrap().to_owned()).collect();
    listed.sort();
    let mut packages = entries(&root().join("crates"));
    packages.extend([root().join("tests"), root().join("benches")]);
    let files = packages.iter().flat_map(|package| entries(&package.join("examples")));
    let mut examples: Vec<String> =
        files.filter_map(|file| name(&file).strip_suffix(".rs").map(str::to_owned)).collect();
    examples.sort();
    assert_eq!(listed, examples);
}

/// Files below a folder that may name a page.
fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for path in entries(folder) {
        if path.is_dir() && name(&path) != "target" {
            sources(&path, found);
        } else if [".rs", ".toml", ".md"].iter().any(|ending| name(&path).ends_with(ending)) {
            found.push(path);
        }
    }
}

#[test]
fn every_page_that_the_sources_name_exists() {
    let mut files = Vec::new();
    ["crates", "benches", "tests"].iter().for_each(|part| sources(&root().join(part), &mut files));
    let pages: Vec<String> = pages().iter().map(|page| name(page)).collect();
    let mut count = 0;
    for file in &files {
        let text = read(file);
        for rest in text.split("docs/").skip(1) {
            let end = rest.find(|c: char| !(c.is_ascii_alphabetic() || "-.".contains(c)));
            let page = rest[..end.unwrap_or(rest.len())].trim_end_matches('.');
            if page.ends_with(".md") {
                count += 1;
                let known = pages.iter().any(|name| name == page);
                assert!(known, "{} names docs/{page}", file.display());
            }
        }
    }
    assert!(count > 10, "only {count} were found");
}
