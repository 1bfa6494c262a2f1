//! Counting pairs and triplets of a configuration.

use crate::{
    Concentrations, PairConcentrations, StatsError, TripletConcentrations, TripletType, bit_rows,
    sums::Sums,
};
use ndarray::ArrayView2;
use numerics::Instructions;

/// How often each pair and triplet type occurs: exact integers, **unordered** (each bond, chain or
/// triangle is counted once, whatever way it is read).
///
/// A lattice of N sites has 3N bonds, 3N linear and 6N angled chains and 2N triangles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClusterCounts {
    sites: u64,
    pairs: [u64; 3],
    triplets: [u64; 16],
}

impl ClusterCounts {
    /// Counts a periodic grid, row-major, +1 for (+) and -1 for (-). Site (r, c) has the
    /// neighbours (r, c +- 1), (r +- 1, c), (r + 1, c - 1), (r - 1, c + 1).
    ///
    /// # Errors
    /// [`StatsError::GridTooSmall`] under 3 rows or columns, [`StatsError::NotASpecies`] for any
    /// other value.
    ///
    /// ```
    /// use cluster_stats::{ClusterCounts, TripletType};
    /// // the ordered state at x = 1/3: every triangle holds two (+) and one (-)
    /// let grid = ndarray::Array2::from_shape_fn((6, 6), |(r, c)| if (r + 2 * c) % 3 == 0 { -1 } else { 1 });
    /// let counts = ClusterCounts::of_grid(grid.view())?;
    /// assert_eq!(counts.triplet(TripletType::TriPpm), 72);
    /// assert_eq!(counts.concentrations().triplets[TripletType::TriPpm], 1.0 / 3.0);
    /// # Ok::<(), cluster_stats::StatsError>(())
    /// ```
    pub fn of_grid(grid: ArrayView2<'_, i8>) -> Result<ClusterCounts, StatsError> {
        let (rows, columns) = grid.dim();
        if rows < 3 || columns < 3 {
            return Err(StatsError::GridTooSmall { rows, columns });
        }
        match bit_rows::sums_of_grid(grid, Instructions::best()) {
            Ok(sums) => Ok(ClusterCounts::from_sums(&sums)),
            Err((row, column)) => {
                Err(StatsError::NotASpecies { value: grid[(row, column)], row, column })
            }
        }
    }

    pub(crate) fn from_sums(sums: &Sums) -> ClusterCounts {
        ClusterCounts { sites: sums.sites, pairs: sums.pairs(), triplets: sums.triplets() }
    }

    /// Number of sites N.
    pub fn sites(&self) -> u64 {
        self.sites
    }

    /// Number of bonds of this type; the three sum to 3N.
    pub fn pair(&self, pair: crate::PairType) -> u64 {
        self.pairs[pair as usize]
    }

    /// Number of triplets of this type, each counted once; a shape sums to 3N, 6N, 2N.
    pub fn triplet(&self, triplet: TripletType) -> u64 {
        self.triplets[triplet.index()]
    }

    /// The concentrations: ordered, per shape, averaged over orientations.
    pub fn concentrations(&self) -> Concentrations {
        let sites = self.sites as f64;
        let ordered = |count: u64, objects: usize, readings: usize| {
            count as f64 / (objects as f64 * sites * readings as f64)
        };
        let pair = |p: crate::PairType| ordered(self.pair(p), 3, p.multiplicity());
        Concentrations {
            pairs: PairConcentrations::from_array(crate::PairType::ALL.map(pair)),
            triplets: TripletConcentrations::from_fn(|t| {
                ordered(self.triplet(t), t.shape().per_site(), t.multiplicity())
            }),
        }
    }
}

/// Anything whose clusters can be counted: a configuration or an ensemble of replicas.
pub trait CountClusters {
    /// The counts of each replica; one for a single lattice.
    fn count_clusters(&self) -> Vec<ClusterCounts>;
}

#[cfg(feature = "lattice")]
impl CountClusters for lattice_core::Configuration {
    fn count_clusters(&self) -> Vec<ClusterCounts> {
        let (lattice, bits) = (self.lattice(), self.plus_bits());
        let rows = bit_rows::BitRows {
            rows: lattice.rows(),
            columns: lattice.columns(),
            stride: bits.stride(),
            words: bits.words(),
            plus: (lattice.sites() - self.minus_count()) as u64,
        };
        vec![ClusterCounts::from_sums(&bit_rows::sums_of_bits(rows, Instructions::best()))]
    }
}
