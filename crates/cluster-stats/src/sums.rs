//! Seven sums over a lattice from which the count of every pair and triplet type follows.

use crate::{PairType, TripletType};

/// How many clusters have (+) at the places named, whatever is at the others; each cluster once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Sums {
    /// Sites, and those with a (+).
    pub(crate) sites: u64,
    pub(crate) plus: u64,
    /// Bonds ++, of 3N.
    pub(crate) pairs: u64,
    /// Linear chains, of 3N, with + at both ends; with + everywhere.
    pub(crate) linear_ends: u64,
    pub(crate) linear: u64,
    /// Angled chains, of 6N, with + at both ends; with + everywhere.
    pub(crate) angled_ends: u64,
    pub(crate) angled: u64,
    /// Triangles +++, of 2N.
    pub(crate) triangles: u64,
}

impl Sums {
    /// From what is counted of each class: pairs, linear chains by their ends and whole, angled chains
    /// by their ends and with either of their two middles, triangles.
    pub(crate) fn of_classes(sites: u64, plus: u64, classes: [u64; 7]) -> Sums {
        let [pairs, linear_ends, linear, ends, angled, angled_2, triangles] = classes;
        Sums {
            sites,
            plus,
            pairs,
            linear_ends,
            linear,
            // both middles of two sites that are next but one
            angled_ends: 2 * ends,
            angled: angled + angled_2,
            triangles,
        }
    }

    /// The numbers of bonds of each type.
    pub(crate) fn pairs(&self) -> [u64; 3] {
        let unlike = self.unlike();
        let mut counts = [0; 3];
        counts[PairType::PlusPlus as usize] = self.pairs;
        counts[PairType::PlusMinus as usize] = unlike;
        counts[PairType::MinusMinus as usize] = 3 * self.sites - self.pairs - unlike;
        counts
    }

    /// Bonds +-: each (+) has 6 bonds.
    fn unlike(&self) -> u64 {
        6 * self.plus - 2 * self.pairs
    }

    /// The numbers of triplets of each type, each triplet once.
    pub(crate) fn triplets(&self) -> [u64; 16] {
        let mut counts = [0; 16];
        let mut set = |triplet: TripletType, count| counts[triplet.index()] = count;

        // each bond, from the middle to an end, is in one linear chain and in two angled ones
        let [ppp, mmm, ppm, mmp, pmp, mpm] = self.chains(1, self.linear_ends, self.linear);
        set(TripletType::LinPpp, ppp);
        set(TripletType::LinMmm, mmm);
        set(TripletType::LinPpm, ppm);
        set(TripletType::LinMmp, mmp);
        set(TripletType::LinPmp, pmp);
        set(TripletType::LinMpm, mpm);
        let [ppp, mmm, ppm, mmp, pmp, mpm] = self.chains(2, self.angled_ends, self.angled);
        set(TripletType::AngPpp, ppp);
        set(TripletType::AngMmm, mmm);
        set(TripletType::AngPpm, ppm);
        set(TripletType::AngMmp, mmp);
        set(TripletType::AngPmp, pmp);
        set(TripletType::AngMpm, mpm);

        // each bond is a side of two triangles, each site a corner of six
        let two = 2 * self.pairs - 3 * self.triangles;
        let one = 6 * self.plus - 2 * two - 3 * self.triangles;
        set(TripletType::TriPpp, self.triangles);
        set(TripletType::TriPpm, two);
        set(TripletType::TriMmp, one);
        set(TripletType::TriMmm, 2 * self.sites - one - two - self.triangles);
        counts
    }

    /// +++, ---, ++-, --+, +-+, -+- of chains, of which each bond from the middle is in so many.
    fn chains(&self, of_bond: u64, plus_ends: u64, all_plus: u64) -> [u64; 6] {
        let pmp = plus_ends - all_plus;
        let ppm = of_bond * 2 * self.pairs - 2 * all_plus;
        let mpm = 3 * of_bond * self.plus - all_plus - ppm;
        let mmp = of_bond * self.unlike() - 2 * pmp;
        let mmm = 3 * of_bond * (self.sites - self.plus) - pmp - mmp;
        [all_plus, mmm, ppm, mmp, pmp, mpm]
    }
}
