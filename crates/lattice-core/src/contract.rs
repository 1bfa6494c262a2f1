//! What every [`Anneal`] must do, as far as it can be seen from outside.

use rand::Rng;

use crate::{Anneal, LatticeError, Metropolis, SwapRange, TriangleEnergy};

/// Energies that differ by rounding only, relative to the size of the table.
const ROUNDING: f64 = 1e-9;

/// Tests an [`Anneal`] implementation against the contract of the trait, by a few hundred sweeps.
///
/// It sees energies only, so it asks for the energies of well-chosen tables: with e_n = n/6 the
/// energy per site is the fraction of (+), which swaps must keep. It cannot see whether the
/// distribution is the right one: for that compare with exact results.
///
/// ```
/// use lattice_core::{
///     Anneal, Composition, Configuration, Metropolis, TriangularLattice, check_anneal_contract,
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
/// check_anneal_contract(&mut Two([atoms.clone(), atoms]), &mut rng)?;
/// # Ok::<(), lattice_core::LatticeError>(())
/// ```
///
/// # Errors
/// [`LatticeError::Contract`] with the rule that is broken, [`LatticeError::ReplicaCount`] if the
/// number of replicas changes or is 0.
pub fn check_anneal_contract<A: Anneal + ?Sized>(
    atoms: &mut A,
    rng: &mut dyn Rng,
) -> Result<(), LatticeError> {
    let unit = |n: usize| TriangleEnergy::new(std::array::from_fn(|m| f64::from(u8::from(m == n))));
    let plus_fraction = TriangleEnergy::new([0.0, 1.0 / 6.0, 2.0 / 6.0, 3.0 / 6.0])?;
    let constant = TriangleEnergy::new([1.0; 4])?;
    let mut check = Check { atoms, rng, replicas: None };
    let composition = check.advance(&plus_fraction, 1.0, SwapRange::Anywhere, 0)?;

    for range in [SwapRange::Anywhere, SwapRange::NearestNeighbor] {
        for energy in [TriangleEnergy::absolute_charge(), TriangleEnergy::squared_charge()] {
            let hot = check.advance(&energy, 10.0, range, 50)?;
            let same = check.advance(&energy, 1.0, range, 0)?;
            equal("0 sweeps change nothing", &same, &hot, 0.0)?;

            let mut sum = vec![0.0; hot.len()];
            for n in 0..4 {
                let fractions = check.advance(&unit(n)?, 1.0, range, 0)?;
                sum.iter_mut().zip(fractions).for_each(|(sum, f)| *sum += energy.table()[n] * f);
            }
            equal("energies are sums over the triangles", &sum, &hot, ROUNDING)?;

            let frozen = check.advance(&energy, f64::MIN_POSITIVE, range, 50)?;
            let rule = "energies never rise near zero temperature";
            let lowest: Vec<_> = hot.iter().zip(&frozen).map(|(&a, &b)| a.min(b)).collect();
            equal(rule, &frozen, &lowest, ROUNDING)?;
        }
        let now = check.advance(&plus_fraction, 1.0, range, 0)?;
        equal("swaps keep the composition", &now, &composition, ROUNDING)?;
        let two = check.advance(&constant, 1.0, range, 0)?;
        equal("there are two triangles a site", &two, &vec![2.0; two.len()], ROUNDING)?;
    }
    Ok(())
}

struct Check<'a, A: ?Sized> {
    atoms: &'a mut A,
    rng: &'a mut dyn Rng,
    replicas: Option<usize>,
}

impl<A: Anneal + ?Sized> Check<'_, A> {
    fn advance(
        &mut self,
        energy: &TriangleEnergy,
        temperature: f64,
        range: SwapRange,
        sweeps: u64,
    ) -> Result<Vec<f64>, LatticeError> {
        let metropolis = Metropolis::new(energy, temperature, range)?;
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

fn equal(
    rule: &'static str,
    found: &[f64],
    expected: &[f64],
    tolerance: f64,
) -> Result<(), LatticeError> {
    for (replica, (&found, &expected)) in found.iter().zip(expected).enumerate() {
        let holds = (found - expected).abs() <= tolerance; // false for NaN
        if !holds {
            return Err(LatticeError::Contract { rule, replica, found, expected });
        }
    }
    Ok(())
}
