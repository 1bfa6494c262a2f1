//! Names of cluster types, as text and LaTeX.
//!
//! Sites and pairs are `C+`, `C+-`; chains of three `C++-` if straight and `C∠++-` if bent, closed
//! triangles `C△++-`, as in the paper. Other windows, and these where a lattice has several of one
//! kind, have a number: `C4.2(+--+)` is the second window of four sites, its sites in the order in
//! which [`ClusterTypes::windows_text`] lists them. So do types whose usual names would be equal because
//! no symmetry exchanges the sites: on the Lieb lattice, pairs of a corner and an edge, `C2.1(01)` and
//! `C2.1(10)`, while `C00` and `C11` are unique without. No two types of a list have one name.

use super::pattern::assignments;
use super::{ClusterTypes, Pattern};
use lattice_core::{Lattice, Site, Species};
use std::collections::{BTreeMap, BTreeSet};

/// How a window is written.
#[derive(Clone, Debug, PartialEq)]
enum Shape {
    Plain,
    Straight,
    Bent,
    Closed,
    Numbered(usize),
    /// A window without a number: its sites are written out.
    Listed,
}

/// A window of the types that are named.
struct Window {
    /// The paper's sign, where one fits.
    usual: Option<Shape>,
    /// Whether no other window has this sign.
    alone: bool,
    /// Among the windows of as many sites, from 1.
    number: usize,
}

pub(super) struct Notation<'a> {
    lattice: &'a Lattice,
    species: &'a Species,
    windows: BTreeMap<&'a [Site], Window>,
    types: BTreeSet<&'a Pattern>,
    /// Whether names of species are in quotes: where some hold spaces, so that one such name could
    /// be read as several.
    quoted: bool,
}

impl<'a> Notation<'a> {
    /// The notation of these types, which are all that there are.
    pub(super) fn new(
        lattice: &'a Lattice,
        species: &'a Species,
        types: impl Iterator<Item = &'a Pattern>,
    ) -> Notation<'a> {
        let types: BTreeSet<&Pattern> = types.collect();
        let sites: BTreeSet<&[Site]> = types.iter().map(|pattern| pattern.sites()).collect();
        let usual: Vec<Option<Shape>> =
            sites.iter().map(|sites| usual_shape(lattice, sites)).collect();
        let mut numbers: BTreeMap<usize, usize> = BTreeMap::new();
        let mut windows = BTreeMap::new();
        for (&own, shape) in sites.iter().zip(&usual) {
            let number = numbers.entry(own.len()).or_default();
            *number += 1;
            let same = sites.iter().zip(&usual);
            let same = same.filter(|(other, one)| other.len() == own.len() && *one == shape);
            let (alone, number) = (same.count() == 1, *number);
            windows.insert(own, Window { usual: shape.clone(), alone, number });
        }
        let mut notation = Notation { lattice, species, windows, types, quoted: false };
        if species.names().iter().any(|name| name.contains(char::is_whitespace)) {
            let names: BTreeSet<String> =
                notation.types.iter().map(|pattern| notation.text(pattern)).collect();
            notation.quoted = names.len() < notation.types.len();
        }
        notation
    }

    fn shape(&self, pattern: &Pattern) -> Shape {
        let Some(window) = self.windows.get(pattern.sites()) else { return Shape::Listed };
        match &window.usual {
            Some(usual) if window.alone && self.tells(usual, pattern) => usual.clone(),
            _ => Shape::Numbered(window.number),
        }
    }

    /// Whether no other type is written as this pattern is with the usual sign; for a pattern that
    /// is no type itself, no other pattern.
    fn tells(&self, usual: &Shape, pattern: &Pattern) -> bool {
        let sites = pattern.sites();
        let own = self.letters(pattern, usual);
        assignments(sites.len(), sites.len())
            .filter(|order| (0..sites.len()).all(|site| order.contains(&(site as u8))))
            .map(|order| {
                let what = order.iter().map(|site| pattern.species()[usize::from(*site)]);
                let placed: Vec<_> = sites.iter().copied().zip(what).collect();
                Pattern::canonical(self.lattice, &placed)
            })
            .filter(|other| other != pattern && self.letters(other, usual) == own)
            .all(|other| self.types.contains(pattern) && !self.types.contains(&other))
    }

    /// Names of the species in the order in which the shape is read.
    fn letters(&self, pattern: &Pattern, shape: &Shape) -> String {
        let mut what: Vec<u8> = pattern.species().to_vec();
        match shape {
            Shape::Plain => what.sort_unstable(),
            Shape::Closed => {
                let count = |one: u8| pattern.species().iter().filter(|s| **s == one).count();
                what.sort_by_key(|one| (usize::MAX - count(*one), *one));
            }
            Shape::Straight | Shape::Bent => {
                let sites = pattern.sites();
                let middle = (0..3)
                    .find(|&m| (0..3).all(|i| i == m || self.lattice.adjacent(sites[m], sites[i])))
                    .unwrap_or(1);
                let ends: Vec<u8> = (0..3).filter(|&i| i != middle).map(|i| what[i]).collect();
                let middle = what[middle];
                // like neighbours first, as in ++- and --+
                let turned = if ends[1] == middle || ends[0] == middle {
                    ends[0] != middle
                } else {
                    ends[0] > ends[1]
                };
                what = if turned {
                    vec![ends[1], middle, ends[0]]
                } else {
                    vec![ends[0], middle, ends[1]]
                };
            }
            Shape::Numbered(_) | Shape::Listed => {}
        }
        let gap = if self.one_letter_each() { "" } else { " " };
        what.iter().map(|one| self.letter(*one)).collect::<Vec<_>>().join(gap)
    }

    fn one_letter_each(&self) -> bool {
        self.species.names().iter().all(|name| name.chars().count() == 1)
    }

    fn letter(&self, species: u8) -> String {
        let name = &self.species.names()[usize::from(species)];
        if self.quoted { format!("{name:?}") } else { name.clone() }
    }

    pub(super) fn text(&self, pattern: &Pattern) -> String {
        self.written(pattern, self.shape(pattern))
    }

    /// The name with the usual sign, which several types may have; the full name where there is no
    /// usual sign.
    pub(super) fn short(&self, pattern: &Pattern) -> String {
        let usual = self.windows.get(pattern.sites()).and_then(|window| window.usual.clone());
        self.written(pattern, usual.unwrap_or_else(|| self.shape(pattern)))
    }

    fn written(&self, pattern: &Pattern, shape: Shape) -> String {
        let letters = self.letters(pattern, &shape);
        let body = if self.one_letter_each() { letters.clone() } else { format!("({letters})") };
        match shape {
            Shape::Plain | Shape::Straight => format!("C{body}"),
            Shape::Bent => format!("C∠{body}"),
            Shape::Closed => format!("C△{body}"),
            Shape::Numbered(number) => format!("C{}.{number}({letters})", pattern.sites().len()),
            Shape::Listed => {
                let at = pattern.placed().into_iter().map(|(site, what)| {
                    format!("{} at {}", self.letter(what), site_text(self.lattice, site))
                });
                format!("C({})", at.collect::<Vec<_>>().join(", "))
            }
        }
    }

    pub(super) fn latex(&self, pattern: &Pattern) -> String {
        let shape = self.shape(pattern);
        let letters = latex_escaped(&self.letters(pattern, &shape));
        match shape {
            Shape::Plain | Shape::Straight => format!("C_{{{letters}}}"),
            Shape::Bent => format!("\\widehat{{C}}_{{{letters}}}"),
            Shape::Closed => format!("C^{{\\triangle}}_{{{letters}}}"),
            Shape::Numbered(number) => {
                format!("C^{{{}.{number}}}_{{{letters}}}", pattern.sites().len())
            }
            Shape::Listed => format!("C_{{\\text{{{}}}}}", latex_escaped(&self.text(pattern))),
        }
    }
}

/// A text as LaTeX shows it, with its special characters escaped.
pub fn latex_escaped(text: &str) -> String {
    let written = |c: char| match c {
        '#' | '$' | '%' | '&' | '_' | '{' | '}' => format!("\\{c}"),
        '\\' => "\\text{\\textbackslash}".to_owned(),
        '^' => "\\text{\\textasciicircum}".to_owned(),
        '~' => "\\text{\\textasciitilde}".to_owned(),
        ' ' => "\\,".to_owned(),
        c => c.to_string(),
    };
    text.chars().map(written).collect()
}

/// The paper's signs, where they fit.
fn usual_shape(lattice: &Lattice, sites: &[Site]) -> Option<Shape> {
    match sites {
        [] | [_] | [_, _] => Some(Shape::Plain),
        [a, b, c] => {
            let bonds = [(a, b), (b, c), (c, a)].map(|(one, other)| lattice.adjacent(*one, *other));
            let middle = match bonds {
                [true, true, true] => return Some(Shape::Closed),
                [true, true, false] => [a, b, c],
                [false, true, true] => [b, c, a],
                [true, false, true] => [c, a, b],
                _ => return None,
            };
            let [u, v, w] = middle.map(|site| lattice.position(*site));
            // in parts of the bonds: positions have any unit of length
            let bend: f64 = (0..3).map(|i| (u[i] + w[i] - 2.0 * v[i]).abs()).sum();
            let bonds: f64 = (0..3).map(|i| (u[i] - v[i]).abs() + (w[i] - v[i]).abs()).sum();
            Some(if bend <= 1e-9 * bonds { Shape::Straight } else { Shape::Bent })
        }
        _ => None,
    }
}

/// A site as its cell and, where there are several, the number of its sublattice.
fn site_text(lattice: &Lattice, site: Site) -> String {
    let cell: Vec<String> =
        site.cell[..lattice.dimension()].iter().map(ToString::to_string).collect();
    let cell = cell.join(",");
    match lattice.sublattices() {
        1 => format!("({cell})"),
        _ => format!("({cell}):{}", site.sublattice + 1),
    }
}

impl ClusterTypes {
    /// A site as text: its cell and, where there are several, the number of its sublattice from 1,
    /// such as `(0,1):2`.
    pub fn site_text(&self, site: Site) -> String {
        site_text(self.lattice(), site)
    }

    /// The windows and the order of their sites: what the numbers in names mean.
    pub fn windows_text(&self) -> String {
        let notation = self.notation();
        let mut text = String::new();
        for types in self.chunk_by(|one, other| one.pattern.sites() == other.pattern.sites()) {
            let sites = types[0].pattern.sites();
            // most types of a window may have its sign, and the others its number
            let shapes: Vec<Shape> = types.iter().map(|one| notation.shape(&one.pattern)).collect();
            let number = shapes.iter().find_map(|shape| match shape {
                Shape::Numbered(number) => Some(format!("{}.{number}", sites.len())),
                _ => None,
            });
            let sign = shapes.iter().find_map(|shape| match shape {
                Shape::Bent => Some("∠".to_owned()),
                Shape::Closed => Some("△".to_owned()),
                Shape::Straight => Some("straight".to_owned()),
                Shape::Plain if number.is_none() => Some(sites.len().to_string()),
                _ => None,
            });
            let label: Vec<String> = number.into_iter().chain(sign).collect();
            let sites: Vec<String> = sites.iter().map(|site| self.site_text(*site)).collect();
            text.push_str(&format!("{}: {}\n", label.join(" "), sites.join(" ")));
        }
        text
    }
}
