//! Counting every replica of an ensemble straight from its words.

use lattice_core::{Ensemble, Patch, ReplicaBits, SiteTerms};

use crate::{ClusterCounts, CountClusters, sums::Sums};

/// Clusters with (+) everywhere, or at both ends, each at the one of its sites that comes first in
/// its direction.
struct PlusClusters;

impl SiteTerms<7> for PlusClusters {
    #[inline(always)]
    fn terms<B: ReplicaBits>(&self, patch: Patch<B>) -> [[B; 3]; 7] {
        let plus = patch.at(0, 0);
        let (left, right) = (patch.at(0, -1), patch.at(0, 1));
        let (below, below_left) = (patch.at(1, 0), patch.at(1, -1));
        let pairs = and([plus; 3], [right, below, below_left]);
        let linear_ends = and([plus; 3], [patch.at(0, 2), patch.at(2, 0), patch.at(2, -2)]);
        let linear = and(linear_ends, [right, below, below_left]);
        let ends = and([plus; 3], [patch.at(1, 1), patch.at(2, -1), patch.at(1, -2)]);
        let angled = and(ends, [right, below, below_left]);
        let angled_2 = and(ends, [below, below_left, left]);
        let triangles = [pairs[0].and(below), pairs[1].and(below_left), plus.xor(plus)];
        [pairs, linear_ends, linear, ends, angled, angled_2, triangles]
    }
}

#[inline(always)]
fn and<B: ReplicaBits>([a, b, c]: [B; 3], [d, e, f]: [B; 3]) -> [B; 3] {
    [a.and(d), b.and(e), c.and(f)]
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
