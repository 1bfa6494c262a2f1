//! Counting every replica of an ensemble straight from its words.

use lattice_core::Ensemble;

use crate::{ClusterCounts, CountClusters, sums::Sums};

impl CountClusters for Ensemble {
    fn count_clusters(&self) -> Vec<ClusterCounts> {
        let sums = self.sum_over_sites(
            #[inline(always)]
            |patch| {
                let plus = patch.at(0, 0);
                let (right, below, below_left) = (patch.at(0, 1), patch.at(1, 0), patch.at(1, -1));
                let pairs = [plus & right, plus & below, plus & below_left];
                let linear_ends =
                    [plus & patch.at(0, 2), plus & patch.at(2, 0), plus & patch.at(2, -2)];
                let linear =
                    [linear_ends[0] & right, linear_ends[1] & below, linear_ends[2] & below_left];
                let ends = [plus & patch.at(1, 1), plus & patch.at(2, -1), plus & patch.at(1, -2)];
                let angled = [ends[0] & right, ends[1] & below, ends[2] & below_left];
                let angled_2 = [ends[0] & below, ends[1] & below_left, ends[2] & patch.at(0, -1)];
                let triangles = [pairs[0] & below, pairs[1] & below_left, 0];
                [pairs, linear_ends, linear, ends, angled, angled_2, triangles]
            },
        );
        let sites = self.lattice().sites() as u64;
        let plus = sites - self.minus_count() as u64;
        let counts = |[pairs, linear_ends, linear, ends, angled, angled_2, triangles]: [u64; 7]| {
            ClusterCounts::from_sums(&Sums {
                sites,
                plus,
                pairs,
                linear_ends,
                linear,
                // both middles of two sites that are next but one
                angled_ends: 2 * ends,
                angled: angled + angled_2,
                triangles,
            })
        };
        sums.into_iter().map(counts).collect()
    }
}
