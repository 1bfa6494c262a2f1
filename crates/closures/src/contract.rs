//! What a closure keeps of the properties that a closure may have, by trying.

use crate::{Closure, ClosureError};
use cluster_stats::{
    Concentrations, PairConcentrations, PairType, SumRule, TripletConcentrations, TripletType,
};
use std::fmt;

/// A property of a closure that [`check_contract`] measures. The first two are the contract of
/// [`Closure`] and hold for every implementor; the others are what a closure may claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Property {
    /// A value for all pairs with every pair type present: no error, nothing that is not finite.
    Defined,
    /// The same pairs give the same bits, at once and after other calls, and in
    /// [`Closure::chains`].
    Pure,
    /// Exchanging (+) and (-) in the pairs exchanges them in the triplets. Residual: the largest
    /// difference.
    Symmetric,
    /// No value below 0. Residual: minus the smallest value, or 0.
    NonNegative,
    /// A sum rule of the triplets: a shape's sum, or a marginal. Residual: the largest |left side
    /// minus right side|.
    Rule(SumRule),
    /// A value where this pair type is absent.
    DefinedWithout(PairType),
    /// Every triplet that holds such a pair vanishes where the pair type is absent. Residual: the
    /// largest that does not.
    VanishesWith(PairType),
}

impl Property {
    /// All 24: 14 of them sum rules.
    pub fn all() -> impl Iterator<Item = Property> {
        let plain = [Property::Defined, Property::Pure, Property::Symmetric, Property::NonNegative];
        // the sum of the pairs is the input's affair
        let rules = SumRule::all().filter(|rule| *rule != SumRule::PairSum).map(Property::Rule);
        let edges = PairType::ALL
            .into_iter()
            .flat_map(|pair| [Property::DefinedWithout(pair), Property::VanishesWith(pair)]);
        plain.into_iter().chain(rules).chain(edges)
    }
}

impl fmt::Display for Property {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Property::Defined => formatter.write_str("defined"),
            Property::Pure => formatter.write_str("pure"),
            Property::Symmetric => formatter.write_str("symmetric under + <-> -"),
            Property::NonNegative => formatter.write_str("non-negative"),
            Property::Rule(rule) => write!(formatter, "{rule}"),
            Property::DefinedWithout(pair) => write!(formatter, "defined at C{pair} = 0"),
            Property::VanishesWith(pair) => write!(formatter, "vanishes with C{pair}"),
        }
    }
}

/// How far one property is from holding, and where it is worst.
#[derive(Debug)]
#[non_exhaustive]
pub struct Finding {
    /// The property.
    pub property: Property,
    /// 0 where it holds exactly, in the unit of concentrations; infinite where the closure gave an
    /// error or a value that is not finite, or other bits the second time.
    pub residual: f64,
    /// The pairs with this residual; `None` where it is 0 everywhere.
    pub pairs: Option<PairConcentrations>,
    /// The first error met where a value was due.
    pub error: Option<ClosureError>,
}

impl fmt::Display for Finding {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:28} {:9.2e}", self.property.to_string(), self.residual)?;
        if let Some(pairs) = self.pairs {
            write!(formatter, "  at {pairs}")?;
        }
        if let Some(error) = &self.error {
            write!(formatter, "  ({error})")?;
        }
        Ok(())
    }
}

/// What [`check_contract`] found.
#[derive(Debug)]
#[non_exhaustive]
pub struct ContractReport {
    /// One for each property, in the order of [`Property::all`].
    pub findings: Vec<Finding>,
    /// Pairs at which the closure was asked.
    pub samples: usize,
    /// How many of these gave an error.
    pub errors: usize,
    /// The smallest value met.
    pub smallest: f64,
    /// The largest value met.
    pub largest: f64,
}

impl ContractReport {
    /// The finding on one property.
    pub fn of(&self, property: Property) -> Option<&Finding> {
        self.findings.iter().find(|finding| finding.property == property)
    }

    /// Whether a property holds to within `tolerance`.
    pub fn holds(&self, property: Property, tolerance: f64) -> bool {
        self.of(property).is_some_and(|finding| finding.residual <= tolerance)
    }

    /// The claims that do not hold to within `tolerance`: empty for a closure that keeps them all.
    /// [`Property::Defined`] and [`Property::Pure`] are always claimed.
    pub fn violations(
        &self,
        claims: impl IntoIterator<Item = Property>,
        tolerance: f64,
    ) -> Vec<&Finding> {
        let mut claims: Vec<Property> = claims.into_iter().collect();
        claims.extend([Property::Defined, Property::Pure]);
        let broken = |finding: &&Finding| {
            claims.contains(&finding.property) && !self.holds(finding.property, tolerance)
        };
        self.findings.iter().filter(broken).collect()
    }

    fn record(&mut self, property: Property, residual: f64, pairs: &PairConcentrations) {
        let residual = if residual.is_nan() { f64::INFINITY } else { residual };
        let finding = self.findings.iter_mut().find(|finding| finding.property == property);
        if let Some(finding) = finding.filter(|finding| residual > finding.residual) {
            finding.residual = residual;
            finding.pairs = Some(*pairs);
        }
    }

    fn record_error(
        &mut self,
        property: Property,
        error: ClosureError,
        pairs: &PairConcentrations,
    ) {
        self.record(property, f64::INFINITY, pairs);
        let finding = self.findings.iter_mut().find(|finding| finding.property == property);
        if let Some(finding) = finding {
            finding.error.get_or_insert(error);
        }
    }
}

impl fmt::Display for ContractReport {
    /// One line for each property.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            formatter,
            "{} samples, {} errors, values from {} to {}",
            self.samples, self.errors, self.smallest, self.largest
        )?;
        self.findings.iter().try_for_each(|finding| writeln!(formatter, "{finding}"))
    }
}

/// Tries a closure at `samples` possible pairs, and measures the residual of every [`Property`].
///
/// The pairs are those possible on a triangle, 0 <= C+- <= min(C+, C-, 1/3): a low-discrepancy
/// sequence inside, always the same, and as many again, in all, on the edges where one pair type
/// is absent, pure species included. Sums and marginals are those of ordered, per-shape triplets:
/// a closure that multiplies by the path shares breaks them.
///
/// ```
/// use closures::{PairApproximation, Property, check_contract};
/// use cluster_stats::{TripletPattern, Shape, SumRule};
/// let report = check_contract(&PairApproximation, 1000);
/// let chain = Property::Rule(SumRule::Marginal(Shape::Linear, TripletPattern::Ppm));
/// let triangle = Property::Rule(SumRule::Marginal(Shape::Triangular, TripletPattern::Ppm));
/// assert!(report.violations([Property::Symmetric, Property::NonNegative, chain], 1e-14).is_empty());
/// assert!(!report.holds(triangle, 0.05)); // Kirkwood's triangle
/// ```
pub fn check_contract<C: Closure + ?Sized>(closure: &C, samples: usize) -> ContractReport {
    let findings = Property::all()
        .map(|property| Finding { property, residual: 0.0, pairs: None, error: None })
        .collect();
    let mut report = ContractReport {
        findings,
        samples: 0,
        errors: 0,
        smallest: f64::INFINITY,
        largest: f64::NEG_INFINITY,
    };
    let inside = (0..samples).map(|i| (interior(i), None));
    let edges = PairType::ALL.into_iter().flat_map(|absent| {
        let count = samples.div_ceil(3).max(2);
        (0..count).map(move |i| (edge(absent, i as f64 / (count - 1) as f64), Some(absent)))
    });
    let mut values = Vec::new();
    for (pairs, absent) in inside.chain(edges) {
        report.samples += 1;
        let due = absent.map_or(Property::Defined, Property::DefinedWithout);
        match closure.triplets(&pairs) {
            Ok(triplets) => {
                examine(&mut report, closure, due, &Concentrations { pairs, triplets });
                values.push((pairs, triplets));
            }
            Err(error) => {
                report.errors += 1;
                report.record_error(due, error, &pairs);
            }
        }
    }
    for (pairs, before) in values.iter().rev() {
        let after = closure.triplets(pairs).ok();
        let chains = closure.chains(pairs).ok();
        let same = |chains: &TripletConcentrations| bits(chains)[..12] == bits(before)[..12];
        if after.is_none_or(|after| bits(&after) != bits(before))
            || !chains.is_some_and(|c| same(&c))
        {
            report.record(Property::Pure, f64::INFINITY, pairs);
        }
    }
    report
}

/// Measures what can be told from the triplets at one point; `due` says where that is.
fn examine<C: Closure + ?Sized>(
    report: &mut ContractReport,
    closure: &C,
    due: Property,
    state: &Concentrations,
) {
    let (pairs, triplets) = (&state.pairs, &state.triplets);
    for (_, value) in triplets.iter() {
        report.smallest = report.smallest.min(value);
        report.largest = report.largest.max(value);
        report.record(Property::NonNegative, -value, pairs);
        if !value.is_finite() {
            report.record(due, f64::INFINITY, pairs);
        }
    }
    for rule in SumRule::all() {
        report.record(Property::Rule(rule), rule.residual(state).abs(), pairs);
    }
    // an error at the exchanged pairs alone is an asymmetry
    let mirrored = closure.triplets(&pairs.exchanged()).map(|mirror| mirror.exchanged());
    for triplet in TripletType::ALL {
        let difference =
            mirrored.as_ref().map_or(f64::INFINITY, |m| (m[triplet] - triplets[triplet]).abs());
        report.record(Property::Symmetric, difference, pairs);
        if let Property::DefinedWithout(absent) = due
            && holds_pair(triplet, absent)
        {
            report.record(Property::VanishesWith(absent), triplets[triplet].abs(), pairs);
        }
    }
}

/// Whether two neighbours within the triplet make such a pair.
fn holds_pair(triplet: TripletType, pair: PairType) -> bool {
    use cluster_stats::TripletPattern::{Mmm, Mmp, Ppm, Ppp};
    match pair {
        PairType::PlusPlus => matches!(triplet.pattern(), Ppp | Ppm),
        PairType::MinusMinus => matches!(triplet.pattern(), Mmm | Mmp),
        PairType::PlusMinus => !matches!(triplet.pattern(), Ppp | Mmm),
    }
}

/// Point `index` of a low-discrepancy sequence (additive, with the plastic number: Roberts 2018)
/// over the pairs with all types present.
fn interior(index: usize) -> PairConcentrations {
    const STEP: [f64; 2] = [0.754_877_666_246_692_7, 0.569_840_290_998_053_3];
    let [minus, share] = STEP.map(|step| (0.5 + step * (index + 1) as f64).fract());
    PairConcentrations::of_composition(minus, share * largest_unlike(minus))
}

/// A point of the edge where one pair type is absent, `along` from 0 to 1.
fn edge(absent: PairType, along: f64) -> PairConcentrations {
    match absent {
        PairType::PlusMinus => PairConcentrations::of_composition(along, 0.0),
        // every (-) among (+): C+- = C-, which a triangle allows up to 1/3
        PairType::MinusMinus => {
            let unlike = along / 3.0;
            PairConcentrations {
                plus_plus: 1.0 - 2.0 * unlike,
                minus_minus: 0.0,
                plus_minus: unlike,
            }
        }
        PairType::PlusPlus => edge(PairType::MinusMinus, along).exchanged(),
    }
}

fn largest_unlike(minus: f64) -> f64 {
    minus.min(1.0 - minus).min(1.0 / 3.0)
}

fn bits(triplets: &TripletConcentrations) -> [u64; 16] {
    triplets.to_array().map(f64::to_bits)
}
