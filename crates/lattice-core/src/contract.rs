//! What every [`Anneal`] must do, as far as it can be seen from outside.
#![cfg(feature = "engines")]

use rand::Rng;

use crate::{Anneal, LatticeError, Metropolis, SwapEnergy, SwapRange, TriangleEnergy};

/// Energies that differ by rounding only, relative to the largest.
const ROUNDING: f64 = 1e-9;

/// Tests an [`Anneal`] implementation against the contract of the trait, with any energy, by a few
/// hundred sweeps.
///
/// It sees energies only, and checks what holds for every energy: the number of replicas stays, the
/// energies are finite, 0 sweeps change nothing at any temperature, and near zero temperature no
/// energy rises. It cannot see whether the distribution is the right one: for that compare with exact
/// results. For engines of [`TriangleEnergy`] there is
/// [`check_triangle_contract`], which sees more; for the two methods of an energy
/// [`check_energy`](crate::check_energy).
///
/// ```
/// use lattice_core::{
///     Anneal, Composition, Configuration, Metropolis, TriangleEnergy, TriangularLattice,
///     check_anneal_contract,
/// };
/// use rand::Rng;
/// use rand_pcg::{Pcg64, rand_core::SeedableRng};
///
/// /// Two replicas, one after the other.
/// struct Two([Configuration; 2]);
///
/// impl Anneal for Two {
///     fn advance(&mut self, metropolis: &Metropolis, sweeps: u64, rng: &mut dyn Rng) -> Vec<f64> {
///         self.0.iter_mut().flat_map(|atoms| atoms.advance(metropolis, sweeps, rng)).collect()
///     }
/// }
///
/// let mut rng = Pcg64::seed_from_u64(7);
/// let lattice = TriangularLattice::new(12, 12)?;
/// let atoms = Configuration::random(lattice, Composition::of_minus(0.5)?, &mut rng)?;
/// let energy = TriangleEnergy::absolute_charge();
/// check_anneal_contract(&mut Two([atoms.clone(), atoms]), &energy, &mut rng)?;
/// # Ok::<(), lattice_core::LatticeError>(())
/// ```
///
/// # Errors
/// [`LatticeError::Contract`] with the rule that is broken, [`LatticeError::ReplicaCount`] if the
/// number of replicas changes or is 0; what [`Anneal::fits`] says.
pub fn check_anneal_contract<E: SwapEnergy, A: Anneal<E> + ?Sized>(
    atoms: &mut A,
    energy: &E,
    rng: &mut dyn Rng,
) -> Result<(), LatticeError> {
    Check { atoms, rng, replicas: None }.of_any(energy).map(|_| ())
}

/// Tests an engine of [`TriangleEnergy`] against the contract of [`Anneal`] and the rules of sums
/// over triangles, by a few hundred sweeps.
///
/// It asks for the energies of well-chosen tables: with e_n = n/6 the energy per site is the fraction
/// of (+), which swaps must keep.
///
/// # Errors
/// Those of [`check_anneal_contract`].
pub fn check_triangle_contract<A: Anneal + ?Sized>(
    atoms: &mut A,
    rng: &mut dyn Rng,
) -> Result<(), LatticeError> {
    let unit = |n: usize| TriangleEnergy::new(std::array::from_fn(|m| f64::from(u8::from(m == n))));
    let plus_fraction = TriangleEnergy::new([0.0, 1.0 / 6.0, 2.0 / 6.0, 3.0 / 6.0])?;
    let constant = TriangleEnergy::new([1.0; 4])?;
    let mut check = Check { atoms, rng, replicas: None };
    let composition = check.advance(&plus_fraction, 1.0, SwapRange::Anywhere, 0)?;
    for energy in [TriangleEnergy::absolute_charge(), TriangleEnergy::squared_charge()] {
        let last = check.of_any(&energy)?;
        let mut sum = vec![0.0; last.len()];
        for n in 0..4 {
            let fractions = check.advance(&unit(n)?, 1.0, SwapRange::Anywhere, 0)?;
            sum.iter_mut().zip(fractions).for_each(|(sum, f)| *sum += energy.table()[n] * f);
        }
        equal("energies are sums over the triangles", &sum, &last, ROUNDING)?;
        let now = check.advance(&plus_fraction, 1.0, SwapRange::Anywhere, 0)?;
        equal("swaps keep the composition", &now, &composition, ROUNDING)?;
        let two = check.advance(&constant, 1.0, SwapRange::Anywhere, 0)?;
        equal("there are two triangles a site", &two, &vec![2.0; two.len()], ROUNDING)?;
    }
    Ok(())
}

struct Check<'a, A: ?Sized> {
    atoms: &'a mut A,
    rng: &'a mut dyn Rng,
    replicas: Option<usize>,
}

impl<A: ?Sized> Check<'_, A> {
    /// What holds for every energy; returns the last energies.
    fn of_any<E: SwapEnergy>(&mut self, energy: &E) -> Result<Vec<f64>, LatticeError>
    where
        A: Anneal<E>,
    {
        let mut last = Vec::new();
        for range in [SwapRange::Anywhere, SwapRange::NearestNeighbor] {
            // the highest and the lowest temperature mean the same for energies in any unit
            let hot = self.advance(energy, f64::MAX, range, 50)?;
            for other in [SwapRange::Anywhere, SwapRange::NearestNeighbor] {
                let same = self.advance(energy, f64::MIN_POSITIVE, other, 0)?;
                equal("0 sweeps change nothing", &same, &hot, 0.0)?;
            }
            let frozen = self.advance(energy, f64::MIN_POSITIVE, range, 50)?;
            let rule = "energies never rise near zero temperature";
            let lowest: Vec<_> = hot.iter().zip(&frozen).map(|(&a, &b)| a.min(b)).collect();
            equal(rule, &frozen, &lowest, ROUNDING)?;
            last = frozen;
        }
        Ok(last)
    }

    fn advance<E: SwapEnergy>(
        &mut self,
        energy: &E,
        temperature: f64,
        range: SwapRange,
        sweeps: u64,
    ) -> Result<Vec<f64>, LatticeError>
    where
        A: Anneal<E>,
    {
        let metropolis = Metropolis::new(energy, temperature, range)?;
        self.atoms.fits(&metropolis)?;
        let energies = self.atoms.advance(&metropolis, sweeps, self.rng);
        let found = energies.len();
        let expected = *self.replicas.get_or_insert(found.max(1));
        if found == expected {
            Ok(energies)
        } else {
            Err(LatticeError::ReplicaCount { sample: 0, found, expected })
        }
    }
}

/// Whether values are alike within a share of the largest of all.
fn equal(
    rule: &'static str,
    found: &[f64],
    expected: &[f64],
    tolerance: f64,
) -> Result<(), LatticeError> {
    let largest = found.iter().chain(expected).fold(0.0_f64, |most, value| most.max(value.abs()));
    for (replica, (&found, &expected)) in found.iter().zip(expected).enumerate() {
        let holds = (found - expected).abs() <= tolerance * largest; // false for NaN
        if !holds {
            return Err(LatticeError::Contract { rule, replica, found, expected });
        }
    }
    Ok(())
}
