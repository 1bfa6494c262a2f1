//! The process that a list of rules is, on a periodic lattice: which events a configuration allows
//! and how fast each is.

use super::super::constants::{check_constants, group};
use super::super::derive::RateKey;
use super::super::{Hierarchy, PeriodicLattice};
use crate::OdeError;
use lattice_core::Transition;
use rand::Rng;
use rand::seq::SliceRandom;
use std::sync::Arc;

/// Events of one kind and one rate: what the n-fold way draws from.
#[derive(Clone, Copy, Debug)]
pub(super) struct Channel {
    /// 1/time, of each event.
    pub(super) rate: f64,
    /// What happens: at a site, or along a bond from its first site to its second.
    pub(super) kind: Transition,
}

/// A rule and the first of its channels; a rule that counts neighbours has one for each number.
#[derive(Clone, Copy, Debug)]
pub(super) struct Listed {
    pub(super) kind: Transition,
    pub(super) first: usize,
}

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
    pub(super) periodic: PeriodicLattice,
    pub(super) species: usize,
    pub(super) channels: Vec<Channel>,
    pub(super) rules: Vec<Listed>,
    /// Where the bonds of each site begin, and their end.
    pub(super) first_bond: Vec<u32>,
    /// The site at the end of each bond.
    pub(super) end: Vec<u32>,
    /// The site at the start of each bond.
    pub(super) start: Vec<u32>,
    /// The same bond the other way round.
    pub(super) reverse: Vec<u32>,
}

impl KineticProcess {
    /// The rules of `hierarchy` on `cells` unit cells along each lattice vector, periodic, with a
    /// rate constant (1/time) for each of [`Hierarchy::all_rates`]: also for what cancels in the
    /// equations.
    ///
    /// # Errors
    /// [`OdeError::ClassRates`] for a rule with a constant for each class: one event is in several
    /// classes at once, six on the triangular lattice, and has no rate of its own;
    /// [`OdeError::WrongLength`], [`OdeError::InvalidRate`], also for rates whose sum over the lattice
    /// is no number; those of [`PeriodicLattice::new`].
    pub fn new(
        hierarchy: impl Into<Arc<Hierarchy>>,
        cells: &[usize],
        rates: &[f64],
    ) -> Result<KineticProcess, OdeError> {
        let hierarchy = hierarchy.into();
        if let Some(rule) = hierarchy.rules.iter().find(|rule| rule.is_by_class()) {
            return Err(OdeError::ClassRates { rule: rule.to_string() });
        }
        check_constants(rates, hierarchy.all_rates().len())?;
        let mut channels = Vec::new();
        let mut rules = Vec::new();
        for (number, rule) in hierarchy.rules.iter().enumerate() {
            let constants_of = group(&hierarchy.rules, number);
            let kind = rule.resolve(&hierarchy.species)?;
            let first = channels.len();
            rules.push(Listed { kind, first });
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
            channels.extend(own.into_iter().map(|(_, rate)| Channel { rate, kind }));
        }
        let periodic = PeriodicLattice::new(hierarchy.lattice.clone(), cells)?;
        let species = hierarchy.species.len();
        let mut process = KineticProcess {
            hierarchy,
            periodic,
            species,
            channels,
            rules,
            first_bond: vec![0],
            end: Vec::new(),
            start: Vec::new(),
            reverse: Vec::new(),
        };
        process.list_bonds();
        process.check_total(rates)?;
        Ok(process)
    }

    fn list_bonds(&mut self) {
        for site in 0..self.periodic.sites() {
            for near in self.periodic.neighbours(site) {
                self.start.push(site as u32);
                self.end.push(near as u32);
            }
            self.first_bond.push(self.end.len() as u32);
        }
        self.reverse = (0..self.end.len())
            .map(|bond| {
                let mut back = self.bonds(self.end[bond] as usize);
                let home = self.start[bond];
                back.find(|&back| self.end[back] == home)
                    .expect("a lattice lists the opposite of every neighbour")
                    as u32
            })
            .collect();
    }

    /// Whether the sum of the rates of all events is a number, whatever the configuration.
    fn check_total(&self, rates: &[f64]) -> Result<(), OdeError> {
        let most = (self.periodic.sites() + self.end.len()) as f64;
        let total: f64 = self.channels.iter().map(|channel| channel.rate * most).sum();
        let fastest = rates.iter().zip(1..).max_by(|(a, _), (b, _)| a.total_cmp(b));
        match fastest {
            Some((&value, number)) if !total.is_finite() => {
                Err(OdeError::InvalidRate { number, value })
            }
            _ => Ok(()),
        }
    }

    /// The bonds that start at a site.
    pub(super) fn bonds(&self, site: usize) -> std::ops::Range<usize> {
        self.first_bond[site] as usize..self.first_bond[site + 1] as usize
    }

    /// The hierarchy that is the mean motion of the process.
    pub fn hierarchy(&self) -> &Hierarchy {
        &self.hierarchy
    }

    /// The periodic lattice: how sites are numbered.
    pub fn lattice(&self) -> &PeriodicLattice {
        &self.periodic
    }

    /// Species of each site placed at random, as many of each as its density allows: whole numbers
    /// nearest to density x sites that sum to all sites (largest remainders). Every arrangement is
    /// equally likely.
    ///
    /// # Errors
    /// [`OdeError::WrongLength`] unless there is a density for each species;
    /// [`LatticeError::InvalidValue`](lattice_core::LatticeError::InvalidValue) unless each is in
    /// \[0, 1\] and they sum to 1 within 1e-6.
    pub fn random_states(&self, densities: &[f64], rng: &mut dyn Rng) -> Result<Vec<u8>, OdeError> {
        let (expected, found) = (self.species, densities.len());
        if expected != found {
            return Err(OdeError::WrongLength { name: "densities", expected, found });
        }
        let counts = self.periodic.counts_of(densities)?;
        let mut states = Vec::with_capacity(self.periodic.sites());
        for (species, count) in counts.into_iter().enumerate() {
            states.resize(states.len() + count, species as u8);
        }
        states.shuffle(rng);
        Ok(states)
    }
}
