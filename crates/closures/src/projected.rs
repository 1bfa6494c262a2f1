//! Any closure's triplets, moved onto the given pair marginals by iterative proportional fitting.
//!
//! A sweep scales the distribution of three sites to each of its pair marginals in turn. The limit
//! is the distribution with these marginals that is nearest in relative entropy; it keeps the odds
//! ratios of the closure, and zeros stay zero. Where the closure has a zero, or a negative value,
//! which counts as one, the limit need not exist. Without zeros odds ratios and marginals are all
//! that there is, and the limit is the root of one equation (`odds.rs`), with no sweep.
//! Source: Deming and Stephan, Ann. Math. Stat. 11, 427 (1940); Csiszar, Ann. Probab. 3, 146 (1975).

use crate::maximum_entropy::fitting::{marginal, scale};
use crate::sites::species;
use crate::{Closure, ClosureError, odds};
use cluster_stats::{PairConcentrations, Shape, TripletConcentrations, TripletType};

/// Sweeps end when the marginals are met to this, far below what data can tell.
const CLOSE_ENOUGH: f64 = 2e-15;
/// Where rounding keeps them from that, this has to do.
const ACCEPTED: f64 = 1e-13;
const MOST_SWEEPS: u32 = 10_000;

/// A closure whose triplets are projected on the pair marginals.
///
/// ```
/// use closures::{Closure, PairApproximation, Projected};
/// use cluster_stats::{PairConcentrations, Shape};
/// let pairs = PairConcentrations::of_composition(0.4, 0.3);
/// let raw = PairApproximation.triplets(&pairs)?.pair_marginals(Shape::Triangular);
/// let projected = Projected(PairApproximation).triplets(&pairs)?.pair_marginals(Shape::Triangular);
/// assert!((raw.plus_minus - 0.3).abs() > 0.01); // Kirkwood's triangle
/// assert!((projected.plus_minus - 0.3).abs() < 1e-13);
/// # Ok::<(), closures::ClosureError>(())
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct Projected<C>(pub C);

/// Triplets with the marginals of their pairs, and what it took.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Projection {
    /// The triplets; ordered, per shape.
    pub triplets: TripletConcentrations,
    /// Sweeps for each of [`Shape::ALL`]; 1 where the marginals held before.
    pub sweeps: [u32; 3],
}

impl Projection {
    /// Projects triplets (ordered, per shape) on the marginals of `pairs`.
    ///
    /// # Errors
    /// [`ClosureError::NotProjectable`] where 10 000 sweeps do not reach them to 1e-13. Triangles
    /// without zeros are then still solved for directly.
    pub fn of(
        triplets: &TripletConcentrations,
        pairs: &PairConcentrations,
    ) -> Result<Projection, ClosureError> {
        let mut projection = Projection { triplets: *triplets, sweeps: [0; 3] };
        for (shape, sweeps) in Shape::ALL.into_iter().zip(&mut projection.sweeps) {
            *sweeps = project(shape, &mut projection.triplets, pairs)?;
        }
        Ok(projection)
    }
}

impl<C: Closure> Closure for Projected<C> {
    fn triplets(&self, pairs: &PairConcentrations) -> Result<TripletConcentrations, ClosureError> {
        let mut triplets = self.0.triplets(pairs)?;
        for shape in Shape::ALL {
            limit(shape, &mut triplets, pairs)?;
        }
        Ok(triplets)
    }

    fn chains(&self, pairs: &PairConcentrations) -> Result<TripletConcentrations, ClosureError> {
        let mut triplets = self.0.chains(pairs)?;
        for shape in Shape::ALL.into_iter().filter(|shape| shape.is_chain()) {
            limit(shape, &mut triplets, pairs)?;
        }
        Ok(triplets)
    }
}

/// What the sweeps of a shape tend to: at once where there are no zeros, else by sweeps.
fn limit(
    shape: Shape,
    triplets: &mut TripletConcentrations,
    pairs: &PairConcentrations,
) -> Result<(), ClosureError> {
    match directly(shape, triplets, pairs) {
        Some(()) => Ok(()),
        None => project(shape, triplets, pairs).map(drop),
    }
}

/// The state of three sites i, j, k as an index: (+) is 1.
fn index(sites: [bool; 3]) -> usize {
    sites.into_iter().fold(0, |index, plus| 2 * index + usize::from(plus))
}

fn type_of(shape: Shape, state: usize) -> TripletType {
    let of_shape = TripletType::ALL.into_iter().filter(|t| t.shape() == shape);
    let plus = |state: usize| state.count_ones();
    let same = |t: &TripletType| {
        let [i, j, k] = species(t.pattern());
        if shape.is_chain() {
            index([i, j, k]) == state || index([k, j, i]) == state
        } else {
            plus(index([i, j, k])) == plus(state)
        }
    };
    of_shape.into_iter().find(same).expect("every state has a type")
}

/// The distribution with the odds ratios that it has, which is what sweeps keep, by its equation;
/// none if a value or a pair is not positive.
fn directly(
    shape: Shape,
    triplets: &mut TripletConcentrations,
    pairs: &PairConcentrations,
) -> Option<()> {
    use TripletType::{
        AngMmm, AngMmp, AngMpm, AngPmp, AngPpm, AngPpp, LinMmm, LinMmp, LinMpm, LinPmp, LinPpm,
        LinPpp, TriMmm, TriMmp, TriPpm, TriPpp,
    };
    let [pp, mm, pm] = pairs.to_array();
    if ![pp, mm, pm].iter().all(|pair| *pair > 0.0) {
        return None;
    }
    let chains = match shape {
        Shape::Linear => [[LinPpp, LinMpm, LinPpm], [LinPmp, LinMmm, LinMmp]],
        Shape::Angled => [[AngPpp, AngMpm, AngPpm], [AngPmp, AngMmm, AngMmp]],
        Shape::Triangular => {
            let kinds = [TriPpp, TriMmm, TriPpm, TriMmp];
            let [ppp, mmm, ppm, mmp] = kinds.map(|kind| libm::log(triplets[kind]));
            let ln_t = ppp + 3.0 * mmp - 3.0 * ppm - mmm;
            put(triplets, &kinds, &odds::triangle(pairs, ln_t).ok().filter(|_| ln_t.is_finite())?);
            return Some(());
        }
    };
    if !chains.iter().flatten().all(|kind| triplets[*kind] > 0.0) {
        return None;
    }
    // [C+j+, C-j-, C+j-] of each middle j
    let ratio =
        |[a, b, c]: [TripletType; 3]| triplets[a] / triplets[c] * (triplets[b] / triplets[c]);
    let [of_plus, of_minus] = chains.map(ratio);
    if !(of_plus.is_finite() && of_minus.is_finite()) {
        return None;
    }
    put(triplets, &chains[0], &odds::chain(pp, pm, of_plus));
    put(triplets, &chains[1], &odds::chain(pm, mm, of_minus));
    Some(())
}

fn put(triplets: &mut TripletConcentrations, kinds: &[TripletType], cells: &[f64]) {
    kinds.iter().zip(cells).for_each(|(kind, cell)| triplets[*kind] = *cell);
}

fn project(
    shape: Shape,
    triplets: &mut TripletConcentrations,
    pairs: &PairConcentrations,
) -> Result<u32, ClosureError> {
    let types: [TripletType; 8] = std::array::from_fn(|state| type_of(shape, state));
    let mut table: [f64; 8] = types.map(|kind| triplets[kind].max(0.0));
    // of each pair of sites: the bits of the two
    let bonds: &[[usize; 2]] =
        if shape.is_chain() { &[[2, 1], [1, 0]] } else { &[[2, 1], [1, 0], [2, 0]] };
    let target = [pairs.minus_minus, pairs.plus_minus, pairs.plus_minus, pairs.plus_plus];
    let shown = |[a, b]: [usize; 2]| -> [u16; 8] {
        std::array::from_fn(|state| (2 * (state >> a & 1) + (state >> b & 1)) as u16)
    };
    let bonds: Vec<[u16; 8]> = bonds.iter().map(|bond| shown(*bond)).collect();
    let sums_of = |table: &[f64; 8], bond: &[u16; 8]| {
        let mut sums = [0.0; 4];
        marginal(table, bond, &mut sums);
        sums
    };
    let residual = |table: &[f64; 8]| -> f64 {
        let of_bond = |bond: &[u16; 8]| {
            let sums = sums_of(table, bond);
            sums.into_iter()
                .zip(target)
                .map(|(sum, wanted)| (sum - wanted).abs())
                .fold(0.0, f64::max)
        };
        bonds.iter().map(of_bond).fold(0.0, f64::max)
    };
    let mut missed = f64::INFINITY;
    let mut sweeps = 0;
    while sweeps < MOST_SWEEPS && missed > CLOSE_ENOUGH {
        sweeps += 1;
        for bond in &bonds {
            let sums = sums_of(&table, bond);
            let factor =
                |cell: usize| if sums[cell] > 0.0 { target[cell] / sums[cell] } else { 1.0 };
            scale(&mut table, bond, &[0, 1, 2, 3].map(factor));
        }
        let before = missed;
        missed = residual(&table);
        if sweeps > 20 && missed >= before && missed <= ACCEPTED {
            break; // rounding
        }
    }
    if missed.is_nan() || missed > ACCEPTED {
        if shape == Shape::Triangular && directly(shape, triplets, pairs).is_some() {
            return Ok(sweeps);
        }
        return Err(ClosureError::NotProjectable {
            shape,
            pairs: *pairs,
            sweeps,
            residual: missed,
        });
    }
    // mirror images differ by what is left of the last sweep
    for kind in types {
        let readings = (0..8).filter(|&state| types[state] == kind);
        let (sum, count) =
            readings.fold((0.0, 0.0), |(sum, n), state| (sum + table[state], n + 1.0));
        triplets[kind] = sum / count;
    }
    Ok(sweeps)
}
