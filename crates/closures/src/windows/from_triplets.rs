//! The closures for 16 triplets as closures of windows: triangular lattice, two species,
//! order 2.

use super::{ClosureTask, ClusterClosure, PreparedClosure};
use crate::{Closure, ClosureError};
use cluster_stats::lattice_core::{Lattice, Site};
use cluster_stats::{PairConcentrations, Pattern, Shape, TripletPattern as Letters, TripletType};
use std::sync::Arc;

/// A [`Closure`] of the paper's system as a closure of the hierarchy of order 2 of two species on
/// the triangular lattice. The first species is (+), the second (-).
///
/// With exchanges by class and a closure per shape, the closed hierarchy of `hierarchy-ode` is its
/// published model with the same closure.
#[derive(Clone, Debug)]
pub struct FromTriplets<C>(Arc<C>);

impl<C: Closure + 'static> FromTriplets<C> {
    /// From a closure that gives triplets per shape.
    pub fn new(closure: C) -> FromTriplets<C> {
        FromTriplets(Arc::new(closure))
    }
}

impl<C: Closure + 'static> ClusterClosure for FromTriplets<C> {
    fn prepare(
        &self,
        task: &mut ClosureTask<'_>,
    ) -> Result<Box<dyn PreparedClosure>, ClosureError> {
        let unfit = |reason| ClosureError::DoesNotFit { reason };
        if task.order() != 2 || task.species().len() != 2 {
            return Err(unfit("closures of triplets need two species and order 2"));
        }
        if !is_triangular(task.lattice()) {
            return Err(unfit("closures of triplets need the triangular lattice"));
        }
        let types = task.needed().iter().map(|pattern| triplet(task.lattice(), pattern));
        let types = types.collect::<Option<Vec<TripletType>>>();
        let types = types.ok_or(unfit("the rules need clusters of more than three sites"))?;
        let home = Site::at([0; 3]);
        let beside = task.lattice().neighbours(home).next().unwrap_or(home);
        let pairs = [[0, 0], [1, 1], [0, 1]].map(|[a, b]| task.part(&[(home, a), (beside, b)]));
        let [plus, minus, unlike] = pairs;
        let pairs = [plus?, minus?, unlike?];
        let triangles = types.iter().any(|one| one.shape() == Shape::Triangular);
        let closure = Arc::clone(&self.0);
        Ok(Box::new(move |parts: &[f64], needed: &mut [f64]| {
            let pairs = PairConcentrations::from_array(pairs.map(|part| parts[part]));
            let values = if triangles { closure.triplets(&pairs) } else { closure.chains(&pairs) }?;
            needed.iter_mut().zip(&types).for_each(|(value, one)| *value = values[*one]);
            Ok(())
        }))
    }
}

/// Whether each site has six neighbours in a plane, each beside two of the others.
fn is_triangular(lattice: &Lattice) -> bool {
    let near: Vec<Site> = lattice.neighbours(Site::at([0; 3])).collect();
    let beside = |one: &Site| near.iter().filter(|other| lattice.adjacent(*one, **other)).count();
    lattice.dimension() == 2
        && lattice.sublattices() == 1
        && near.len() == 6
        && near.iter().all(|one| beside(one) == 2)
}

/// The type of a pattern on three connected sites of the triangular lattice.
fn triplet(lattice: &Lattice, pattern: &Pattern) -> Option<TripletType> {
    let ([a, b, c], [i, j, k]) = (pattern.sites(), pattern.species()) else { return None };
    let ordered = [[(a, i), (b, j), (c, k)], [(b, j), (c, k), (a, i)], [(c, k), (a, i), (b, j)]];
    let read = |[one, middle, other]: [u8; 3]| match [one.min(other), middle, one.max(other)] {
        [0, 0, 0] => Letters::Ppp,
        [1, 1, 1] => Letters::Mmm,
        [0, 1, 0] => Letters::Pmp,
        [1, 0, 1] => Letters::Mpm,
        [_, 0, _] => Letters::Ppm,
        _ => Letters::Mmp,
    };
    let chain = ordered.into_iter().find(|[(u, _), _, (w, _)]| !lattice.adjacent(**u, **w));
    match chain {
        Some([(u, i), (v, j), (w, k)]) => {
            let straight = (0..3).all(|x| u.cell[x] + w.cell[x] == 2 * v.cell[x]);
            let shape = if straight { Shape::Linear } else { Shape::Angled };
            TripletType::of(shape, read([*i, *j, *k]))
        }
        // a triangle has no middle: the odd one out comes last
        None => {
            let letters = match i + j + k {
                0 => Letters::Ppp,
                1 => Letters::Ppm,
                2 => Letters::Mmp,
                _ => Letters::Mmm,
            };
            TripletType::of(Shape::Triangular, letters)
        }
    }
}
