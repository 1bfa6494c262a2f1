//! One run of the process: the configuration, the events it allows, and time.

use super::process::KineticProcess;
use crate::OdeError;
use lattice_core::Transition;
use rand::{Rng, RngExt};

/// No place in a list.
const NOWHERE: u32 = u32::MAX;

/// A set of numbers from which one can be drawn, added to and taken from in constant time.
#[derive(Clone, Debug)]
struct Members {
    list: Vec<u32>,
    place: Vec<u32>,
}

impl Members {
    fn new(size: usize) -> Members {
        Members { list: Vec::new(), place: vec![NOWHERE; size] }
    }

    #[inline]
    fn set(&mut self, member: usize, present: bool) {
        let place = self.place[member];
        if present == (place != NOWHERE) {
            return;
        }
        if present {
            self.place[member] = self.list.len() as u32;
            self.list.push(member as u32);
        } else {
            self.list.swap_remove(place as usize);
            if let Some(&moved) = self.list.get(place as usize) {
                self.place[moved as usize] = place;
            }
            self.place[member] = NOWHERE;
        }
    }
}

/// A configuration on its way in continuous time; made by [`KineticProcess::start`].
///
/// An event takes a time that does not grow with the lattice: a channel is drawn by its rate, then
/// one of its events, all alike; after it the events of the sites next to it are looked at again.
#[derive(Clone, Debug)]
pub struct KineticRun<'a> {
    process: &'a KineticProcess,
    states: Vec<u8>,
    /// The events of each channel: sites or bonds.
    possible: Vec<Members>,
    counts_neighbours: bool,
    time: f64,
    events: u64,
    absorbed: bool,
}

impl KineticProcess {
    /// A run from a configuration at time 0: the species of each site, from 0, in the numbering of
    /// [`PeriodicLattice`](crate::PeriodicLattice).
    ///
    /// # Errors
    /// [`OdeError::WrongLength`] unless there is one for each site; [`OdeError::InvalidValue`] for
    /// one that is no species.
    pub fn start(&self, states: Vec<u8>) -> Result<KineticRun<'_>, OdeError> {
        self.periodic.check_states(&states, self.species)?;
        let possible = self.channels.iter().map(|channel| match channel.kind {
            Transition::Pair(..) => Members::new(self.end.len()),
            Transition::Site(..) | Transition::Counted(..) => Members::new(self.periodic.sites()),
        });
        let counts_neighbours =
            self.rules.iter().any(|rule| matches!(rule.kind, Transition::Counted(..)));
        let mut run = KineticRun {
            process: self,
            states,
            possible: possible.collect(),
            counts_neighbours,
            time: 0.0,
            events: 0,
            absorbed: false,
        };
        for site in 0..self.periodic.sites() {
            run.look_at_site(site);
        }
        for bond in 0..self.end.len() {
            run.look_at_bond(bond);
        }
        Ok(run)
    }
}

impl KineticRun<'_> {
    /// The species of each site.
    pub fn states(&self) -> &[u8] {
        &self.states
    }

    /// The time, in the unit of 1/rate.
    pub fn time(&self) -> f64 {
        self.time
    }

    /// How many events have happened.
    pub fn events(&self) -> u64 {
        self.events
    }

    /// Whether no event was possible any more: the configuration stays as it is for ever.
    pub fn is_absorbed(&self) -> bool {
        self.absorbed
    }

    /// The sum of the rates of all possible events, 1/time.
    pub fn total_rate(&self) -> f64 {
        self.channel_rates().sum()
    }

    /// Runs to a time. The event that would come after it is not drawn into it: waiting times have
    /// no memory, so that the law does not depend on where a run is interrupted (the numbers for a
    /// seed do).
    ///
    /// # Errors
    /// [`OdeError::InvalidValue`] for a time that is not finite or before the present one.
    pub fn advance_to<R: Rng + ?Sized>(&mut self, time: f64, rng: &mut R) -> Result<(), OdeError> {
        if !(time.is_finite() && time >= self.time) {
            let allowed = "finite and not before the time of the run";
            return Err(OdeError::InvalidValue { name: "time", value: time, allowed });
        }
        loop {
            let total = self.total_rate();
            if total <= 0.0 {
                self.absorbed = true;
                break;
            }
            let wait = -libm::log(1.0 - rng.random::<f64>()) / total;
            if self.time + wait > time {
                break;
            }
            self.time += wait;
            self.happen(total, rng);
        }
        self.time = time;
        Ok(())
    }

    fn channel_rates(&self) -> impl Iterator<Item = f64> {
        let channels = self.process.channels.iter().zip(&self.possible);
        channels.map(|(channel, members)| channel.rate * members.list.len() as f64)
    }

    fn happen<R: Rng + ?Sized>(&mut self, total: f64, rng: &mut R) {
        let mut left = rng.random::<f64>() * total;
        let mut chosen = 0;
        // rounding may leave a little beyond the last channel that has events
        for (channel, rate) in self.channel_rates().enumerate() {
            if rate > 0.0 {
                chosen = channel;
                if left < rate {
                    break;
                }
                left -= rate;
            }
        }
        let members = &self.possible[chosen].list;
        let member = members[rng.random_range(0..members.len())] as usize;
        self.events += 1;
        match self.process.channels[chosen].kind {
            Transition::Site(_, to) | Transition::Counted(_, to, _) => self.change(member, to),
            Transition::Pair(_, [first, second]) => {
                let (start, end) = (self.process.start[member], self.process.end[member]);
                self.change(start as usize, first);
                self.change(end as usize, second);
            }
        }
    }

    fn change(&mut self, site: usize, to: u8) {
        if self.states[site] == to {
            return;
        }
        self.states[site] = to;
        self.look_at_site(site);
        for bond in self.process.bonds(site) {
            self.look_at_bond(bond);
            self.look_at_bond(self.process.reverse[bond] as usize);
            if self.counts_neighbours {
                self.look_at_site(self.process.end[bond] as usize);
            }
        }
    }

    fn look_at_site(&mut self, site: usize) {
        let state = self.states[site];
        for rule in &self.process.rules {
            match rule.kind {
                Transition::Pair(..) => {}
                Transition::Site(from, _) => self.possible[rule.first].set(site, state == from),
                Transition::Counted(from, _, counted) => {
                    let ends = &self.process.end[self.process.bonds(site)];
                    let number =
                        ends.iter().filter(|&&near| self.states[near as usize] == counted).count();
                    for count in 0..=self.process.periodic.lattice().coordination() {
                        let possible = state == from && count == number;
                        self.possible[rule.first + count].set(site, possible);
                    }
                }
            }
        }
    }

    fn look_at_bond(&mut self, bond: usize) {
        let states = [self.process.start[bond], self.process.end[bond]]
            .map(|site| self.states[site as usize]);
        for rule in &self.process.rules {
            if let Transition::Pair(before, after) = rule.kind {
                // both ways round are one event where they are alike
                let alike = before[0] == before[1] && after[0] == after[1];
                let first = !alike || (bond as u32) < self.process.reverse[bond];
                self.possible[rule.first].set(bond, first && states == before);
            }
        }
    }

    /// Every possible event: its rate and the configuration after it.
    #[cfg(test)]
    pub(super) fn outcomes(&self) -> Vec<(f64, Vec<u8>)> {
        let mut outcomes = Vec::new();
        for (channel, members) in self.process.channels.iter().zip(&self.possible) {
            for &member in &members.list {
                let member = member as usize;
                let mut states = self.states.clone();
                match channel.kind {
                    Transition::Site(_, to) | Transition::Counted(_, to, _) => states[member] = to,
                    Transition::Pair(_, [first, second]) => {
                        states[self.process.start[member] as usize] = first;
                        states[self.process.end[member] as usize] = second;
                    }
                }
                outcomes.push((channel.rate, states));
            }
        }
        outcomes
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "helpers of tests are tests")]
mod tests {
    use crate::{Counter, Hierarchy, KineticProcess, Lattice, Rule, Species};
    use rand::SeedableRng;
    use rand_pcg::Pcg64;

    /// In any configuration, all events with their rates give the right-hand sides of the equations.
    #[test]
    fn the_mean_motion_is_that_of_the_derived_equations() {
        let rules = [
            Rule::exchange("A", "B").rate("swap"),
            Rule::change("A", "C").rate("die"),
            Rule::change_beside("C", "A", "B").rate("grow"),
            Rule::pair(["B", "B"], ["C", "C"]).rate("desorb"),
            Rule::pair(["C", "C"], ["A", "B"]).rate("react"),
        ];
        let counted = [Rule::change_by_count("A", "B", "B").rate("count")];
        let lattices = [
            (Lattice::triangular(), vec![5, 6]),
            (Lattice::square(), vec![5, 4]),
            (Lattice::honeycomb(), vec![4, 5]),
            (Lattice::kagome(), vec![4, 3]),
            (Lattice::simple_cubic(), vec![3, 4, 3]),
            (Lattice::face_centred_cubic(), vec![4, 3, 4]),
            (Lattice::body_centred_cubic(), vec![4, 4, 3]),
        ];
        let mut rng = Pcg64::seed_from_u64(9);
        for (lattice, cells) in lattices {
            let many = lattice.coordination() > 6;
            for (rules, names) in [(&rules[..], &["A", "B", "C"][..]), (&counted, &["A", "B"])] {
                if rules.len() == 1 && many {
                    continue;
                }
                let species = Species::new(names).unwrap();
                let order = if many { 1 } else { 2 };
                let hierarchy = Hierarchy::derive(lattice.clone(), species, rules, order).unwrap();
                let number = hierarchy.all_rates().len();
                let rates: Vec<f64> = (0..number).map(|i| 0.3 + 0.2 * i as f64).collect();
                let process = KineticProcess::new(hierarchy.clone(), &cells, &rates).unwrap();
                let densities = vec![1.0 / names.len() as f64; names.len()];
                let states = process.random_states(&densities, &mut rng).unwrap();
                let mut run = process.start(states).unwrap();
                // events that have happened leave lists that are as good as new ones
                run.advance_to(0.2, &mut rng).unwrap();
                let counter = Counter::new(&lattice, names.len(), hierarchy.types());
                let count = |states: &[u8]| counter.count(process.lattice(), states).unwrap();
                let here = count(run.states());
                let mut drift = vec![0.0; hierarchy.equations().len()];
                for (rate, after) in run.outcomes() {
                    for ((drift, after), here) in drift.iter_mut().zip(count(&after)).zip(&here) {
                        *drift += rate * (after - here);
                    }
                }
                let used = &rates[..hierarchy.rates().len()];
                let derived = hierarchy.derivative(used, &here).unwrap();
                for (at, (drift, derived)) in drift.iter().zip(derived).enumerate() {
                    let name = &hierarchy.types()[at].name;
                    assert!((drift - derived).abs() < 1e-11, "{}: {name}", lattice.name());
                }
            }
        }
    }
}
