//! Counting every replica of an ensemble straight from its words.

use lattice_core::{Ensemble, Patch, ReplicaBits, SiteTerms};

use crate::{ClusterCounts, CountClusters, sums::Sums};

/// Clusters with (+) everywhere, or at both ends. A chain is counted at its middle, a pair and a
/// triangle at its uppermost site, a pair in a row at the left one.
struct PlusClusters;

impl SiteTerms<7> for PlusClusters {
    #[inline(always)]
    fn terms<B: ReplicaBits>(&self, patch: Patch<B>) -> [(B, B); 7] {
        let plus = patch.at(1, 0);
        // the six neighbours, in their order around the site
        let (right, over_right, over) = (patch.at(1, 1), patch.at(0, 1), patch.at(0, 0));
        let (left, below_left, below) = (patch.at(1, -1), patch.at(2, -1), patch.at(2, 0));
        let pairs = right.full_add(below_left, below);
        let linear_ends = right.and(left).full_add(over_right.and(below_left), over.and(below));
        // every other neighbour is the end of three angled chains; so are those between them, which
        // have the same pairs of ends elsewhere
        let ends = pairs_of(right, below_left, over);
        let others = pairs_of(left, over_right, below);
        let triangles = (below.and(right.xor(below_left)), below.and(right.and(below_left)));
        [
            both(plus, pairs),
            linear_ends,
            both(plus, linear_ends),
            ends,
            both(plus, ends),
            both(plus, others),
            both(plus, triangles),
        ]
    }
}

/// How many pairs of three are two (+): none, one or three.
#[inline(always)]
fn pairs_of<B: ReplicaBits>(a: B, b: B, c: B) -> (B, B) {
    (a.majority(b, c), a.and(b).and(c))
}

#[inline(always)]
fn both<B: ReplicaBits>(mask: B, (low, high): (B, B)) -> (B, B) {
    (mask.and(low), mask.and(high))
}

impl CountClusters for Ensemble {
    fn count_clusters(&self) -> Vec<ClusterCounts> {
        let sums = self.sum_over_sites(&PlusClusters);
        let sites = self.lattice().sites() as u64;
        let plus = sites - self.minus_count() as u64;
        let counts = |classes| ClusterCounts::from_sums(&Sums::of_classes(sites, plus, classes));
        sums.into_iter().map(counts).collect()
    }
}
