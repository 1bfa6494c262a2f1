//! Counting pairs and triplets of a configuration.

use crate::{
    Concentrations, PairConcentrations, Shape, StatsError, TripletConcentrations, TripletType,
};
use ndarray::ArrayView2;

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
        if let Some(((row, column), &value)) =
            grid.indexed_iter().find(|(_, v)| !matches!(v, 1 | -1))
        {
            return Err(StatsError::NotASpecies { value, row, column });
        }
        Ok(ClusterCounts::from_histogram(&neighborhoods(grid)))
    }

    /// `histogram[w]` is the number of sites whose own bit and six neighbours, in ring order,
    /// make the word w (1 for +, the site in bit 6).
    fn from_histogram(histogram: &[u64; 128]) -> ClusterCounts {
        let mut counts =
            ClusterCounts { sites: histogram.iter().sum(), pairs: [0; 3], triplets: [0; 16] };
        for (word, &times) in histogram.iter().enumerate() {
            let middle = word >> 6 & 1;
            let neighbor = |direction: usize| word >> (direction % 6) & 1;
            for direction in 0..3 {
                let (a, b) = (neighbor(direction), neighbor(direction + 3));
                counts.pairs[pair_index(middle + a)] += times;
                counts.triplets[chain_index(Shape::Linear, a + b, middle)] += times;
            }
            for direction in 0..6 {
                let ends = neighbor(direction) + neighbor(direction + 2);
                counts.triplets[chain_index(Shape::Angled, ends, middle)] += times;
            }
            // directions 0, 1 and 1, 2 bound one triangle of each kind, so that every triangle
            // of the lattice is met at exactly one site
            for direction in 0..2 {
                let plus = middle + neighbor(direction) + neighbor(direction + 1);
                counts.triplets[triangle_index(plus)] += times;
            }
        }
        counts
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

/// Anything whose clusters can be counted: a configuration now, an ensemble of replicas alike.
pub trait CountClusters {
    /// The counts of each replica; one for a single lattice.
    fn count_clusters(&self) -> Vec<ClusterCounts>;
}

#[cfg(feature = "lattice")]
impl CountClusters for lattice_core::Configuration {
    fn count_clusters(&self) -> Vec<ClusterCounts> {
        // a configuration is a valid grid by construction
        vec![ClusterCounts::from_histogram(&neighborhoods(self.grid()))]
    }
}

fn pair_index(plus: usize) -> usize {
    [1, 2, 0][plus]
}

fn chain_index(shape: Shape, plus_ends: usize, middle: usize) -> usize {
    let first = if shape == Shape::Linear { 0 } else { 6 };
    let within = match (middle, plus_ends) {
        (1, 2) => TripletType::LinPpp,
        (1, 1) => TripletType::LinPpm,
        (1, _) => TripletType::LinMpm,
        (_, 2) => TripletType::LinPmp,
        (_, 1) => TripletType::LinMmp,
        (_, _) => TripletType::LinMmm,
    };
    first + within.index()
}

fn triangle_index(plus: usize) -> usize {
    use TripletType::{TriMmm, TriMmp, TriPpm, TriPpp};
    [TriMmm, TriMmp, TriPpm, TriPpp][plus].index()
}

/// Histogram of the words of a site and its ring of neighbours, which start at (r, c + 1) and turn
/// through (r + 1, c): consecutive ones are neighbours of each other.
fn neighborhoods(grid: ArrayView2<'_, i8>) -> [u64; 128] {
    let (rows, columns) = grid.dim();
    let mut histogram = [0; 128];
    for r in 0..rows {
        let (above, below) = ((r + rows - 1) % rows, (r + 1) % rows);
        for c in 0..columns {
            let (left, right) = ((c + columns - 1) % columns, (c + 1) % columns);
            let ring =
                [(r, right), (below, c), (below, left), (r, left), (above, c), (above, right)];
            let mut word = usize::from(grid[(r, c)] > 0) << 6;
            for (bit, site) in ring.into_iter().enumerate() {
                word |= usize::from(grid[site] > 0) << bit;
            }
            histogram[word] += 1;
        }
    }
    histogram
}
