//! The process that a list of rules is, on a periodic lattice: which events a configuration allows
//! and how fast each is.

use rand::Rng;

use super::KineticRun;
use crate::general::random_states;
use crate::{LatticeError, PeriodicLattice, Rule, Species, Transition};

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

/// Rules with their rate constants as a stochastic process on a periodic lattice, simulated exactly,
/// event by event.
///
/// ```
/// use lattice_core::{Lattice, PeriodicLattice, Rule, RuleProcess, Species};
/// use rand_pcg::{Pcg64, rand_core::SeedableRng};
///
/// // the contact process
/// let rules = [
///     (Rule::change_beside("empty", "full", "full"), vec![0.8]),
///     (Rule::change("full", "empty"), vec![1.0]),
/// ];
/// let lattice = PeriodicLattice::new(Lattice::square(), &[32, 32])?;
/// let process = RuleProcess::new(lattice, Species::new(&["empty", "full"])?, &rules)?;
///
/// let mut rng = Pcg64::seed_from_u64(7);
/// let start = process.random_states(&[0.5, 0.5], &mut rng)?;
/// let mut full = Vec::new();
/// process.sample(start, &[0.0, 1.0, 2.0], &mut rng, |run| {
///     full.push(run.states().iter().filter(|&&state| state == 1).count());
/// })?;
/// assert_eq!((full.len(), full[0]), (3, 512));
/// # Ok::<(), lattice_core::LatticeError>(())
/// ```
///
/// Source of the method: Bortz, Kalos, Lebowitz 1975 (J. Comput. Phys. 17, 10), the n-fold way.
#[derive(Clone, Debug)]
pub struct RuleProcess {
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

impl RuleProcess {
    /// The process of rules with their rate constants (1/time): one for each rule, or, for a rule
    /// by count, one for each number of neighbours from 0 to the coordination.
    ///
    /// # Errors
    /// [`LatticeError::ClassRates`] for a rule with a constant for each class: one event is in
    /// several classes at once and has no rate of its own; those of [`Rule::resolve`];
    /// [`LatticeError::WrongLength`] for another number of constants;
    /// [`LatticeError::InvalidRate`] for a constant that is negative or not finite, or so large that
    /// the sum over the lattice is no number; [`LatticeError::NeighboursCoincide`] on a lattice of
    /// [`PeriodicLattice::wrapped`].
    pub fn new(
        lattice: PeriodicLattice,
        species: Species,
        rules: &[(Rule, Vec<f64>)],
    ) -> Result<RuleProcess, LatticeError> {
        // neighbours that coincide have no bond of their own to go back by
        let along = lattice.cells();
        let dimension = lattice.lattice().dimension();
        let periodic = PeriodicLattice::new(lattice.lattice().clone(), &along[..dimension])?;
        let mut channels = Vec::new();
        let mut listed = Vec::new();
        for (rule, constants) in rules {
            if rule.is_by_class() {
                return Err(LatticeError::ClassRates { rule: rule.to_string() });
            }
            let kind = rule.resolve(&species)?;
            let expected = match kind {
                Transition::Counted(..) => periodic.lattice().coordination() + 1,
                Transition::Site(..) | Transition::Pair(..) => 1,
            };
            let found = constants.len();
            if expected != found {
                let name = "rate constants of a rule";
                return Err(LatticeError::WrongLength { name, expected, found });
            }
            listed.push(Listed { kind, first: channels.len() });
            for &rate in constants {
                let usable = rate.is_finite() && rate >= 0.0;
                if !usable {
                    return Err(LatticeError::InvalidRate { rule: rule.to_string(), value: rate });
                }
                channels.push(Channel { rate, kind });
            }
        }
        let mut process = RuleProcess {
            periodic,
            species: species.len(),
            channels,
            rules: listed,
            first_bond: vec![0],
            end: Vec::new(),
            start: Vec::new(),
            reverse: Vec::new(),
        };
        process.list_bonds();
        process.check_total(rules)?;
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
    fn check_total(&self, rules: &[(Rule, Vec<f64>)]) -> Result<(), LatticeError> {
        let most = (self.periodic.sites() + self.end.len()) as f64;
        let total: f64 = self.channels.iter().map(|channel| channel.rate * most).sum();
        let all = rules.iter().flat_map(|(rule, rates)| rates.iter().map(move |rate| (rule, rate)));
        match all.max_by(|(_, a), (_, b)| a.total_cmp(b)) {
            Some((rule, &value)) if !total.is_finite() => {
                Err(LatticeError::InvalidRate { rule: rule.to_string(), value })
            }
            _ => Ok(()),
        }
    }

    /// Runs from a configuration at time 0, and calls `record` at each of the times, which increase.
    /// Returns the run at the last time.
    ///
    /// # Errors
    /// Those of [`start`](Self::start) and [`KineticRun::advance_to`].
    pub fn sample<R: Rng + ?Sized>(
        &self,
        states: Vec<u8>,
        times: &[f64],
        rng: &mut R,
        mut record: impl FnMut(&KineticRun<'_>),
    ) -> Result<KineticRun<'_>, LatticeError> {
        let mut run = self.start(states)?;
        for &time in times {
            run.advance_to(time, rng)?;
            record(&run);
        }
        Ok(run)
    }

    /// The bonds that start at a site.
    pub(super) fn bonds(&self, site: usize) -> std::ops::Range<usize> {
        self.first_bond[site] as usize..self.first_bond[site + 1] as usize
    }

    /// The periodic lattice: how sites are numbered.
    pub fn lattice(&self) -> &PeriodicLattice {
        &self.periodic
    }

    /// Species of each site placed at random, as many of each as its density allows (see
    /// [`PeriodicLattice::counts_of`]). Every arrangement is equally likely.
    ///
    /// # Errors
    /// [`LatticeError::WrongLength`] unless there is a density for each species; those of
    /// [`PeriodicLattice::counts_of`]; [`LatticeError::OutOfMemory`].
    pub fn random_states(
        &self,
        densities: &[f64],
        rng: &mut dyn Rng,
    ) -> Result<Vec<u8>, LatticeError> {
        random_states(&self.periodic, self.species, densities, rng)
    }
}
