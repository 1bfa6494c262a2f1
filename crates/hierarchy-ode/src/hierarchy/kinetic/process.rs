//! The rules of a hierarchy as the exact process of which its equations are the mean motion.

use super::super::Hierarchy;
use super::super::constants::{check_constants, group};
use super::super::derive::RateKey;
use crate::OdeError;
use lattice_core::{KineticRun, LatticeError, PeriodicLattice, RuleProcess};
use rand::Rng;
use std::sync::Arc;

/// The rules of a [`Hierarchy`] as a stochastic process on a periodic lattice, for exact
/// simulation: the events are those that the equations count, with the same rate constants, so
/// that the equations are the mean motion of this process.
///
/// ```
/// use hierarchy_ode::{Hierarchy, KineticProcess, Lattice, Rule, Species};
/// use rand::SeedableRng;
///
/// // the contact process
/// let rules = [
///     Rule::change_beside("empty", "full", "full").rate("lambda"),
///     Rule::change("full", "empty").rate("death"),
/// ];
/// let species = Species::new(&["empty", "full"])?;
/// let hierarchy = Hierarchy::derive(Lattice::square(), species, &rules, 2)?;
/// assert_eq!(hierarchy.all_rates(), ["death", "lambda"]);
/// let process = KineticProcess::new(hierarchy, &[32, 32], &[1.0, 0.8])?;
///
/// // one run
/// let mut rng = rand_pcg::Pcg64::seed_from_u64(7);
/// let mut run = process.start(process.random_states(&[0.5, 0.5], &mut rng)?)?;
/// run.advance_to(10.0, &mut rng)?;
/// assert!(run.time() == 10.0 && run.events() > 1000);
///
/// // the mean of many, with its standard error
/// let means = process.ensemble(&[0.5, 0.5], &[0.0, 1.0, 2.0], 20, 7)?;
/// let (mean, error) = means.of("C(full)")?;
/// println!("{:.3} +- {:.3}", mean[2], error[2]);
/// # Ok::<(), hierarchy_ode::OdeError>(())
/// ```
///
/// Source of the method: Bortz, Kalos, Lebowitz 1975 (J. Comput. Phys. 17, 10), the n-fold way.
#[derive(Clone, Debug)]
pub struct KineticProcess {
    pub(super) hierarchy: Arc<Hierarchy>,
    pub(super) process: RuleProcess,
}

impl KineticProcess {
    /// The rules of `hierarchy` on `cells` unit cells along each lattice vector, periodic, with a
    /// rate constant (1/time) for each of [`Hierarchy::all_rates`]: also for what cancels in the
    /// equations.
    ///
    /// # Errors
    /// [`OdeError::WrongLength`], [`OdeError::InvalidRate`]; [`OdeError::Lattice`] with those of
    /// [`PeriodicLattice::new`] and of [`RuleProcess::new`]:
    /// [`ClassRates`](lattice_core::LatticeError::ClassRates) for a rule with a constant for each
    /// class, as one event is in several classes at once, six on the triangular lattice.
    pub fn new(
        hierarchy: impl Into<Arc<Hierarchy>>,
        cells: &[usize],
        rates: &[f64],
    ) -> Result<KineticProcess, OdeError> {
        let hierarchy = hierarchy.into();
        if let Some(rule) = hierarchy.rules.iter().find(|rule| rule.is_by_class()) {
            return Err(LatticeError::ClassRates { rule: rule.to_string() }.into());
        }
        check_constants(rates, hierarchy.all_rates().len())?;
        let mut rules = Vec::new();
        for (number, rule) in hierarchy.rules.iter().enumerate() {
            let constants_of = group(&hierarchy.rules, number);
            // a rule has one constant, or one for each number of neighbours from 0
            let mut own: Vec<(usize, f64)> = Vec::new();
            for (key, &rate) in hierarchy.rate_keys.iter().zip(rates) {
                match key {
                    RateKey::Rule(of) if *of == constants_of => own.push((0, rate)),
                    RateKey::Count(of, count) if *of == constants_of => own.push((*count, rate)),
                    _ => {}
                }
            }
            own.sort_by_key(|(count, _)| *count);
            rules.push((rule.clone(), own.into_iter().map(|(_, rate)| rate).collect()));
        }
        let periodic = PeriodicLattice::new(hierarchy.lattice().clone(), cells)?;
        let process = RuleProcess::new(periodic, hierarchy.species().clone(), &rules)?;
        Ok(KineticProcess { hierarchy, process })
    }

    /// The hierarchy that is the mean motion of the process.
    pub fn hierarchy(&self) -> &Hierarchy {
        &self.hierarchy
    }

    /// The process itself.
    pub fn process(&self) -> &RuleProcess {
        &self.process
    }

    /// The periodic lattice: how sites are numbered.
    pub fn lattice(&self) -> &PeriodicLattice {
        self.process.lattice()
    }

    /// A run from a configuration at time 0; see [`RuleProcess::start`].
    ///
    /// # Errors
    /// [`OdeError::Lattice`] with those of [`RuleProcess::start`].
    pub fn start(&self, states: Vec<u8>) -> Result<KineticRun<'_>, OdeError> {
        Ok(self.process.start(states)?)
    }

    /// Species of each site placed at random; see [`RuleProcess::random_states`].
    ///
    /// # Errors
    /// [`OdeError::Lattice`] with those of [`RuleProcess::random_states`].
    pub fn random_states(&self, densities: &[f64], rng: &mut dyn Rng) -> Result<Vec<u8>, OdeError> {
        Ok(self.process.random_states(densities, rng)?)
    }
}
