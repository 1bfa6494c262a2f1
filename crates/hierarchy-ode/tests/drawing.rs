//! The picture of the cluster types: one group a type, every site and bond drawn, text escaped.

use hierarchy_ode::{Hierarchy, Lattice, Rule, Species};

/// Checks that tags are closed in order, and counts the elements of each name.
fn elements(svg: &str, name: &str) -> usize {
    let mut open = Vec::new();
    let mut count = 0;
    for tag in svg.split('<').skip(1) {
        let (tag, _) = tag.split_once('>').unwrap();
        if let Some(closed) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(closed));
            continue;
        }
        let own = tag.split([' ', '/']).next().unwrap();
        count += usize::from(own == name);
        assert!(tag.matches('"').count() % 2 == 0, "{tag}");
        if !tag.ends_with('/') {
            open.push(own);
        }
    }
    assert!(open.is_empty(), "{open:?}");
    count
}

#[test]
fn every_type_site_and_bond_is_there() {
    for (lattice, order) in [
        (Lattice::triangular(), 3),
        (Lattice::honeycomb(), 3),
        (Lattice::kagome(), 3),
        (Lattice::face_centred_cubic(), 2),
    ] {
        let species = Species::new(&["<a>", "b & c"]).unwrap();
        let rules = [Rule::exchange("<a>", "b & c")];
        let hierarchy = Hierarchy::derive(lattice.clone(), species, &rules, order).unwrap();
        let svg = hierarchy.to_svg();
        assert_eq!(svg, hierarchy.to_svg());
        assert_eq!(elements(&svg, "g"), hierarchy.types().len());
        let sites: usize = hierarchy.types().iter().map(|one| one.pattern.sites().len()).sum();
        assert_eq!(elements(&svg, "circle"), sites + 2);
        let bonds = |pattern: &hierarchy_ode::Pattern| {
            let sites = pattern.sites();
            let pairs = (0..sites.len()).flat_map(|i| (0..i).map(move |j| (i, j)));
            pairs.filter(|&(i, j)| lattice.adjacent(sites[i], sites[j])).count()
        };
        let all: usize = hierarchy.types().iter().map(|one| bonds(&one.pattern)).sum();
        assert_eq!(elements(&svg, "line"), all);
        assert!(svg.contains("&lt;a&gt;") && svg.contains("b &amp; c") && !svg.contains("NaN"));
    }
}
