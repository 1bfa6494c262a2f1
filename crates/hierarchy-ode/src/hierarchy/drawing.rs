//! A picture of the cluster types: sites where the lattice has them, species by letter and shade.
//!
//! Planar lattices are drawn as they are, others in an oblique projection. Letters tell the species
//! without colour; numbers are rounded to a tenth of a pixel, so that equal hierarchies give equal
//! bytes.

use super::{ClusterType, Hierarchy, Pattern, Site};
use std::fmt::Write;

/// Pixels between neighbours, of a site, of the page, around a tile, of a character.
const STEP: f64 = 30.0;
const RADIUS: f64 = 10.0;
const WIDTH: f64 = 760.0;
const MARGIN: f64 = 16.0;
const CHARACTER: f64 = 7.0;
/// The heights of a line of text and of a heading.
const LINE: f64 = 16.0;
const HEADING: f64 = 34.0;

/// Fill and letter of each species, light and dark in turn; letters tell apart what comes again.
const SHADES: [(&str, &str); 6] = [
    ("#ffffff", "#000000"),
    ("#303030", "#ffffff"),
    ("#56b4e9", "#000000"),
    ("#d55e00", "#ffffff"),
    ("#f0e442", "#000000"),
    ("#007456", "#ffffff"),
];

/// One cluster, placed so that its least coordinates are 0.
struct Tile<'a> {
    number: usize,
    cluster: &'a ClusterType,
    places: Vec<[f64; 2]>,
    /// Of the sites and the text.
    size: [f64; 2],
}

impl Hierarchy {
    /// All types as an SVG picture, smaller ones first, then those that a closure must supply: name
    /// and, where it is not 1, weight beneath each (see [`ClusterType`]).
    ///
    /// ```
    /// use hierarchy_ode::{Hierarchy, Lattice, Rule, Species};
    ///
    /// let swaps = [Rule::exchange("+", "-")];
    /// let species = Species::new(&["+", "-"])?;
    /// let hierarchy = Hierarchy::derive(Lattice::triangular(), species, &swaps, 2)?;
    /// assert!(hierarchy.to_svg().starts_with("<svg"));
    /// # Ok::<(), hierarchy_ode::OdeError>(())
    /// ```
    pub fn to_svg(&self) -> String {
        let mut body = String::new();
        let mut top = self.legend(&mut body);
        let (known, needed) = self.types.split_at(self.equations.len());
        let largest = self.types.iter().map(|one| one.pattern.sites().len()).max().unwrap_or(0);
        let mut first = 0;
        for (types, note) in [(known, ""), (needed, ": a closure must give these")] {
            for sites in 1..=largest {
                let numbered = types.iter().zip(first..);
                let of_size = numbered.filter(|(one, _)| one.pattern.sites().len() == sites);
                let tiles: Vec<_> =
                    of_size.map(|(cluster, number)| self.tile(number, cluster)).collect();
                if tiles.is_empty() {
                    continue;
                }
                let plural = if sites == 1 { "" } else { "s" };
                let heading = format!("{sites} site{plural}{note}");
                text(&mut body, [MARGIN, top + LINE], "start\" font-weight=\"bold", &heading);
                top = self.rows(&mut body, &tiles, top + HEADING);
            }
            first = known.len();
        }
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0}\" height=\"{1}\" \
             viewBox=\"0 0 {0} {1}\" font-family=\"sans-serif\" font-size=\"12\">\n\
             <title>Cluster types of {2} sites and fewer, {3} lattice</title>\n\
             <rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n{body}</svg>\n",
            number(WIDTH),
            number(top + MARGIN),
            self.order,
            escaped(self.lattice().name()),
        )
    }

    /// Which letter is which species.
    fn legend(&self, body: &mut String) -> f64 {
        let mut at = [MARGIN + RADIUS, MARGIN + RADIUS];
        for (species, name) in self.species().names().iter().enumerate() {
            let width = 2.0 * RADIUS + 6.0 + CHARACTER * name.chars().count() as f64 + MARGIN;
            if at[0] + width > WIDTH && at[0] > MARGIN + RADIUS {
                at = [MARGIN + RADIUS, at[1] + 2.0 * RADIUS + 6.0];
            }
            self.disc(body, at, species);
            text(body, [at[0] + RADIUS + 6.0, at[1] + 4.0], "start", name);
            at[0] += width;
        }
        at[1] + RADIUS + MARGIN
    }

    fn tile<'a>(&self, number: usize, cluster: &'a ClusterType) -> Tile<'a> {
        let sites = cluster.pattern.sites();
        let mut places: Vec<[f64; 2]> = sites.iter().map(|site| self.place(*site)).collect();
        let mut size = [0.0; 2];
        for axis in 0..2 {
            let least = places.iter().map(|place| place[axis]).fold(f64::INFINITY, f64::min);
            places.iter_mut().for_each(|place| place[axis] -= least);
            let most = places.iter().map(|place| place[axis]).fold(0.0, f64::max);
            size[axis] = most + 2.0 * RADIUS;
        }
        let words = CHARACTER * cluster.name.chars().count() as f64;
        Tile { number, cluster, places, size: [size[0].max(words), size[1]] }
    }

    /// Where a site is on paper, the second coordinate downwards.
    fn place(&self, site: Site) -> [f64; 2] {
        let [x, y, z] = self.lattice().position(site);
        // depth goes to the upper right
        let (right, up) =
            if self.lattice().dimension() > 2 { (x + 0.45 * y, z + 0.3 * y) } else { (x, y) };
        [STEP * right, -STEP * up]
    }

    /// The tiles from left to right, in rows; where the next heading may stand.
    fn rows(&self, body: &mut String, tiles: &[Tile<'_>], mut top: f64) -> f64 {
        let mut rest = tiles;
        while !rest.is_empty() {
            let mut width = MARGIN;
            let fits = rest.iter().take_while(|tile| {
                width += tile.size[0] + 2.0 * MARGIN;
                width <= WIDTH
            });
            let (row, others) = rest.split_at(fits.count().max(1));
            rest = others;
            let height = row.iter().map(|tile| tile.size[1]).fold(0.0, f64::max);
            let mut left = MARGIN;
            for tile in row {
                self.cluster(body, tile, [left, top], height);
                left += tile.size[0] + 2.0 * MARGIN;
            }
            top += height + 2.0 * LINE + MARGIN;
        }
        top
    }

    fn cluster(&self, body: &mut String, tile: &Tile<'_>, [left, top]: [f64; 2], height: f64) {
        let pattern: &Pattern = &tile.cluster.pattern;
        let widest = tile.places.iter().map(|place| place[0]).fold(0.0, f64::max);
        let across = left + (tile.size[0] - widest) / 2.0;
        let down = top + (height - tile.size[1]) / 2.0 + RADIUS;
        let at = |index: usize| {
            let place = tile.places[index];
            [across + place[0], down + place[1]]
        };
        let name = escaped(&tile.cluster.name);
        let _ = writeln!(body, "<g id=\"type-{}\">\n<title>{name}</title>", tile.number);
        let sites = pattern.sites();
        for one in 0..sites.len() {
            for other in one + 1..sites.len() {
                if self.lattice().adjacent(sites[one], sites[other]) {
                    let ([x1, y1], [x2, y2]) = (at(one), at(other));
                    let _ = writeln!(
                        body,
                        "<line x1=\"{}\" y1=\"{}\" x2=\"{}\" y2=\"{}\" stroke=\"#000000\" \
                         stroke-width=\"2\"/>",
                        number(x1),
                        number(y1),
                        number(x2),
                        number(y2)
                    );
                }
            }
        }
        for (index, species) in pattern.species().iter().enumerate() {
            self.disc(body, at(index), usize::from(*species));
        }
        let middle = left + tile.size[0] / 2.0;
        text(body, [middle, top + height + LINE], "middle", &tile.cluster.name);
        if tile.cluster.weight != 1 {
            let weight = format!("\u{d7} {}", tile.cluster.weight);
            text(body, [middle, top + height + 2.0 * LINE - 2.0], "middle", &weight);
        }
        body.push_str("</g>\n");
    }

    fn disc(&self, body: &mut String, [x, y]: [f64; 2], species: usize) {
        let (fill, ink) = SHADES[species % SHADES.len()];
        let _ = writeln!(
            body,
            "<circle cx=\"{}\" cy=\"{}\" r=\"{}\" fill=\"{fill}\" stroke=\"#000000\" \
             stroke-width=\"1.5\"/>",
            number(x),
            number(y),
            number(RADIUS)
        );
        let letters = escaped(&short_name(self.species().names(), species));
        let _ = writeln!(
            body,
            "<text x=\"{}\" y=\"{}\" text-anchor=\"middle\" fill=\"{ink}\">{letters}</text>",
            number(x),
            number(y + 4.0)
        );
    }
}

/// The shortest beginning of a name that no other name has, at most two characters; the number of
/// the species, from 1, where some species have none.
fn short_name(names: &[String], species: usize) -> String {
    let start = |name: &str, length| name.chars().take(length).collect::<String>();
    let alone = |own: &String| {
        (1..=2).map(|length| start(own, length)).find(|beginning| {
            let length = beginning.chars().count();
            names.iter().filter(|name| start(name, length) == *beginning).count() == 1
        })
    };
    match alone(&names[species]) {
        Some(beginning) if names.iter().all(|name| alone(name).is_some()) => beginning,
        _ => (species + 1).to_string(),
    }
}

fn text(body: &mut String, [x, y]: [f64; 2], anchor: &str, words: &str) {
    let (x, y, words) = (number(x), number(y), escaped(words));
    let _ = writeln!(body, "<text x=\"{x}\" y=\"{y}\" text-anchor=\"{anchor}\">{words}</text>");
}

/// Rounded, and never a negative zero.
fn number(value: f64) -> String {
    format!("{}", (value * 10.0).round() / 10.0 + 0.0)
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
