//! What a closure of windows is asked, and what it may ask for.

use super::PreparedClosure;
use super::products::Products;
use crate::ClosureError;
use cluster_stats::lattice_core::{Lattice, Site, Species};
use cluster_stats::{ClusterTypes, Pattern, connected_windows};
use std::collections::{HashMap, HashSet};

/// A way in which an event sees a needed pattern: a known window of which one site changes, and
/// neighbors of that site outside the window. The closure
/// [`PlainPairApproximation`](crate::PlainPairApproximation) uses it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Division {
    /// The window.
    pub window: Vec<(Site, u8)>,
    /// The site that changes, one of the window.
    pub center: (Site, u8),
    /// Its neighbors in the pattern that are not in the window.
    pub outside: Vec<(Site, u8)>,
}

/// Lists the ways in which events see a pattern.
type Divide<'a> = dyn Fn(&Pattern) -> Vec<Division> + 'a;

/// What a closure is to supply, and what it may ask for.
pub struct ClosureTask<'a> {
    types: &'a ClusterTypes,
    order: usize,
    needed: &'a [Pattern],
    divisions: Option<&'a Divide<'a>>,
    /// The sites of all parts of connected windows of `order` sites, in canonical form.
    known_sites: HashSet<Vec<Site>>,
    asked: HashMap<Pattern, usize>,
    parts: Vec<Pattern>,
}

impl<'a> ClosureTask<'a> {
    /// The task to supply the patterns `needed` where all connected clusters of up to `order` sites are
    /// known. Lattice, species and names are those of `types`.
    pub fn new(types: &'a ClusterTypes, order: usize, needed: &'a [Pattern]) -> ClosureTask<'a> {
        let lattice = types.lattice();
        let windows = connected_windows(lattice).nth(order.max(1) - 1).unwrap_or_default();
        let mut known_sites = HashSet::new();
        for window in windows {
            for kept in 1..1_u64 << window.len() {
                let part = (0..window.len()).filter(|i| kept >> i & 1 == 1);
                let part: Vec<(Site, u8)> = part.map(|i| (window[i], 0)).collect();
                known_sites.insert(Pattern::canonical(lattice, &part).sites().to_vec());
            }
        }
        let (asked, parts) = (HashMap::new(), Vec::new());
        ClosureTask { types, order, needed, divisions: None, known_sites, asked, parts }
    }

    /// With the ways in which events see a pattern, which only who knows the events can say.
    #[must_use]
    pub fn with_divisions(
        mut self,
        divisions: &'a dyn Fn(&Pattern) -> Vec<Division>,
    ) -> ClosureTask<'a> {
        self.divisions = Some(divisions);
        self
    }

    /// The ways in which events see a pattern; none where no events are known.
    pub fn divisions(&self, pattern: &Pattern) -> Vec<Division> {
        self.divisions.map_or_else(Vec::new, |divisions| divisions(pattern))
    }

    /// The lattice.
    pub fn lattice(&self) -> &'a Lattice {
        self.types.lattice()
    }

    /// The species.
    pub fn species(&self) -> &'a Species {
        self.types.species()
    }

    /// The largest number of sites of a known connected cluster.
    pub fn order(&self) -> usize {
        self.order
    }

    /// The name of a pattern, for messages.
    pub fn name_of(&self, pattern: &Pattern) -> String {
        self.types.name_of(pattern)
    }

    /// The patterns whose concentrations are needed.
    pub fn needed(&self) -> &'a [Pattern] {
        self.needed
    }

    /// Whether the patterns on these sites are known: whether the sites lie in a connected window of
    /// [`order`](Self::order) sites. They need not be connected themselves.
    pub fn knows(&self, sites: &[Site]) -> bool {
        let placed: Vec<(Site, u8)> = sites.iter().map(|site| (*site, 0)).collect();
        self.known_sites.contains(Pattern::canonical(self.lattice(), &placed).sites())
    }

    /// Asks for the concentration of a part, what is on some sites: its position in what
    /// [`PreparedClosure::evaluate`] gets. Asking twice gives one position.
    ///
    /// # Errors
    /// [`ClosureError::UnknownPart`] where it is not [known](Self::knows).
    pub fn part(&mut self, placed: &[(Site, u8)]) -> Result<usize, ClosureError> {
        let pattern = Pattern::canonical(self.lattice(), placed);
        if let Some(&position) = self.asked.get(&pattern) {
            return Ok(position);
        }
        if !self.known_sites.contains(pattern.sites()) {
            return Err(self.unknown(&pattern));
        }
        self.parts.push(pattern.clone());
        self.asked.insert(pattern, self.parts.len() - 1);
        Ok(self.parts.len() - 1)
    }

    /// The error for a pattern that is not known.
    pub(super) fn unknown(&self, pattern: &Pattern) -> ClosureError {
        ClosureError::UnknownPart { part: self.name_of(pattern), order: self.order }
    }

    /// A closure by products of powers of parts: `factors` gives those of a window, as lists of
    /// its sites with their powers. Where a factor of the numerator is 0, so is the product.
    ///
    /// # Errors
    /// [`ClosureError::UnknownPart`] as [`part`](Self::part).
    pub fn products(
        &mut self,
        mut factors: impl FnMut(
            &ClosureTask<'_>,
            &[Site],
        ) -> Result<Vec<(Vec<Site>, i32)>, ClosureError>,
    ) -> Result<Box<dyn PreparedClosure>, ClosureError> {
        let mut products = Products::default();
        for patterns in self.needed.chunk_by(|one, other| one.sites() == other.sites()) {
            let window = patterns[0].sites();
            let factors = factors(self, window)?;
            for pattern in patterns {
                let what: HashMap<Site, u8> = pattern.placed().into_iter().collect();
                let mut powers = Vec::with_capacity(factors.len());
                for (sites, power) in &factors {
                    let placed = sites.iter().map(|site| Some((*site, *what.get(site)?)));
                    let placed = placed.collect::<Option<Vec<_>>>().ok_or_else(|| {
                        let part = format!("sites {sites:?} outside the window {window:?}");
                        ClosureError::UnknownPart { part, order: self.order() }
                    })?;
                    powers.push((self.part(&placed)?, *power));
                }
                products.push(&powers);
            }
        }
        Ok(Box::new(products))
    }

    /// The parts that were asked for, in the order of their positions.
    pub fn into_parts(self) -> Vec<Pattern> {
        self.parts
    }
}
