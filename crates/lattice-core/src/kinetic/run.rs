//! One run of the process: the configuration, the events it allows, and time.

use rand::{Rng, RngExt};

use super::process::RuleProcess;
use crate::{LatticeError, Transition};

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

/// A configuration on its way in continuous time; made by [`RuleProcess::start`].
///
/// An event takes a time that does not grow with the lattice: a channel is drawn by its rate, then
/// one of its events, all alike; after it the events of the sites next to it are looked at again.
#[derive(Clone, Debug)]
pub struct KineticRun<'a> {
    process: &'a RuleProcess,
    states: Vec<u8>,
    /// The events of each channel: sites or bonds.
    possible: Vec<Members>,
    counts_neighbours: bool,
    time: f64,
    events: u64,
    absorbed: bool,
}

impl RuleProcess {
    /// A run from a configuration at time 0: the species of each site, from 0, in the numbering of
    /// [`PeriodicLattice`](crate::PeriodicLattice).
    ///
    /// # Errors
    /// [`LatticeError::WrongLength`] unless there is one for each site; [`LatticeError::InvalidValue`] for
    /// one that is no species.
    pub fn start(&self, states: Vec<u8>) -> Result<KineticRun<'_>, LatticeError> {
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
    /// [`LatticeError::InvalidValue`] for a time that is not finite or before the present one.
    pub fn advance_to<R: Rng + ?Sized>(
        &mut self,
        time: f64,
        rng: &mut R,
    ) -> Result<(), LatticeError> {
        if !(time.is_finite() && time >= self.time) {
            let allowed = "finite and not before the time of the run";
            return Err(LatticeError::InvalidValue { name: "time", value: time, allowed });
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

    /// Every possible event: its rate, 1/time, and the configuration after it. It costs a copy of the
    /// configuration for each: for tests of what one knows exactly.
    pub fn outcomes(&self) -> Vec<(f64, Vec<u8>)> {
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
