//! Axes: a range, a scale, and ticks at round numbers.

use super::escape;

/// One axis of a panel.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Axis {
    pub(crate) label: String,
    logarithmic: bool,
    pub(super) low: f64,
    pub(super) high: f64,
    pub(super) ticks: Vec<(f64, String)>,
    pub(super) minor: Vec<f64>,
    /// Whether the ticks are names, not numbers.
    names: bool,
}

impl Axis {
    /// A linear axis around all `values` that are finite.
    pub(crate) fn linear(label: impl Into<String>, values: impl IntoIterator<Item = f64>) -> Axis {
        let (low, high) = range(values.into_iter()).unwrap_or((0.0, 1.0));
        let margin = if high > low { 0.04 * (high - low) } else { 0.5 * high.abs().max(1e-3) };
        Axis::fixed(label, low - margin, high + margin, 5)
    }

    /// A linear axis from `low` to `high` with at most one tick more than `ticks`.
    pub(crate) fn fixed(label: impl Into<String>, low: f64, high: f64, ticks: usize) -> Axis {
        let power = 10f64.powi(libm::log10((high - low) / ticks as f64).floor() as i32);
        let ends =
            |step: f64| ((low / step - 1e-9).ceil() as i64, (high / step + 1e-9).floor() as i64);
        let few = |step: &f64| ends(*step).1 - ends(*step).0 <= ticks as i64;
        let steps = [0.5, 1.0, 2.0, 5.0, 10.0].map(|factor| factor * power);
        let step = steps.into_iter().find(few).unwrap_or(10.0 * power);
        let decimals = (-libm::log10(step * 1.001).floor()).max(0.0) as usize;
        let (first, last) = ends(step);
        let tick = |n: i64| (n as f64 * step, minus(format!("{:.decimals$}", n as f64 * step)));
        Axis {
            label: label.into(),
            logarithmic: false,
            low,
            high,
            ticks: (first..=last).map(tick).collect(),
            minor: Vec::new(),
            names: false,
        }
    }

    /// A logarithmic axis around all `values` that are finite and positive.
    pub(crate) fn logarithmic(
        label: impl Into<String>,
        values: impl IntoIterator<Item = f64>,
    ) -> Axis {
        let positive = values.into_iter().filter(|value| *value > 0.0);
        let (low, high) = range(positive).unwrap_or((0.1, 1.0));
        let (low, high) = (libm::log10(low) - 0.15, libm::log10(high) + 0.15);
        // at least half a decade, so that a number is on the axis
        let missing = (0.5 - (high - low)).max(0.0) / 2.0;
        let (low, high) = (low - missing, high + missing);
        let (first, last) = (low.floor() as i32, high.ceil() as i32);
        let inside = |value: f64| (low..=high).contains(&libm::log10(value));
        let each = ((high - low) / 6.0).ceil() as i32;
        let decades = (first..=last).filter(|n| n % each == 0);
        let decades = decades.map(|n| (10f64.powi(n), power_of_ten(n)));
        let mut ticks: Vec<_> = decades.filter(|(v, _)| inside(*v)).collect();
        let multiples =
            |of: &'static [f64]| (first..=last).flat_map(move |n| of.iter().map(move |m| (*m, n)));
        if high - low < 2.0 {
            let between = multiples(&[2.0, 5.0]).map(|(m, n)| (m * 10f64.powi(n), times(m, n)));
            ticks.extend(between.filter(|(v, _)| inside(*v)));
            ticks.sort_by(|a, b| a.0.total_cmp(&b.0));
        }
        let minor = match each {
            1 => multiples(&[2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0])
                .map(|(m, n)| m * 10f64.powi(n))
                .filter(|v| inside(*v))
                .collect(),
            _ => (first..=last).map(|n| 10f64.powi(n)).filter(|v| inside(*v)).collect(),
        };
        Axis {
            label: label.into(),
            logarithmic: true,
            low: libm::pow(10.0, low),
            high: libm::pow(10.0, high),
            ticks,
            minor,
            names: false,
        }
    }

    /// Names at 0, 1, 2, ...
    pub(crate) fn categories(label: impl Into<String>, names: &[String]) -> Axis {
        Axis {
            label: label.into(),
            logarithmic: false,
            low: -0.6,
            high: names.len() as f64 - 0.4,
            ticks: names.iter().enumerate().map(|(n, name)| (n as f64, name.clone())).collect(),
            minor: Vec::new(),
            names: true,
        }
    }

    /// A linear axis without ticks.
    pub(crate) fn bare(low: f64, high: f64) -> Axis {
        Axis { ticks: Vec::new(), ..Axis::fixed("", low, high, 1) }
    }

    /// The same axis without numbers and label.
    pub(crate) fn unlabelled(mut self) -> Axis {
        self.label.clear();
        self.ticks.iter_mut().for_each(|(_, text)| text.clear());
        self
    }

    /// For SVG: label, scale and range as data of the axis `name`; categories have their names.
    pub(super) fn as_attributes(&self, name: &str) -> String {
        let range = format!("{} {}", self.low, self.high);
        let scale = if self.logarithmic { "logarithmic" } else { "linear" };
        let names = match self.names {
            true => {
                let names: Vec<&str> = self.ticks.iter().map(|(_, name)| name.as_str()).collect();
                format!(" data-{name}-names=\"{}\"", escape(&names.join("|")))
            }
            false => String::new(),
        };
        let label = escape(&self.label);
        format!("data-{name}=\"{scale} {range}\" data-{name}-label=\"{label}\"{names}")
    }

    /// The place of a value as a part of the axis, 0 to 1; none if it has no place on it.
    pub(super) fn part(&self, value: f64) -> Option<f64> {
        let (low, high, value) = match self.logarithmic {
            true => (libm::log10(self.low), libm::log10(self.high), libm::log10(value)),
            false => (self.low, self.high, value),
        };
        let part = (value - low) / (high - low);
        part.is_finite().then_some(part)
    }
}

fn range(values: impl Iterator<Item = f64>) -> Option<(f64, f64)> {
    let finite = values.filter(|value| value.is_finite());
    finite.fold(None, |range, value| match range {
        None => Some((value, value)),
        Some((low, high)) => Some((low.min(value), high.max(value))),
    })
}

/// With the minus sign that is as wide as a plus.
fn minus(text: String) -> String {
    match text.strip_prefix('-') {
        Some(digits) if digits.bytes().all(|b| b == b'0' || b == b'.') => digits.to_owned(),
        Some(digits) => format!("−{digits}"),
        None => text,
    }
}

/// 0.01, 0.1, 1, 10, 100 as they are, others as 10⁻³.
fn power_of_ten(exponent: i32) -> String {
    match exponent {
        -2..=3 => minus(10f64.powi(exponent).to_string()),
        _ => format!("10{}", superscript(exponent)),
    }
}

fn times(factor: f64, exponent: i32) -> String {
    match exponent {
        -3..=3 => {
            let decimals = (-exponent).max(0) as usize;
            format!("{:.decimals$}", factor * 10f64.powi(exponent))
        }
        _ => format!("{factor}·10{}", superscript(exponent)),
    }
}

/// A whole number as raised digits.
pub(crate) fn superscript(number: i32) -> String {
    let raised = |character| match character {
        '-' => '⁻',
        '1' => '¹',
        '2' => '²',
        '3' => '³',
        digit => char::from_u32('⁰' as u32 + digit as u32 - '0' as u32).unwrap_or(digit),
    };
    number.to_string().chars().map(raised).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(axis: &Axis) -> Vec<&str> {
        axis.ticks.iter().map(|(_, text)| text.as_str()).collect()
    }

    #[test]
    fn ticks_are_round_and_within_the_axis() {
        assert_eq!(
            texts(&Axis::fixed("", 0.0, 1.0, 5)),
            ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]
        );
        assert_eq!(texts(&Axis::fixed("", -0.03, 0.05, 4)), ["−0.02", "0.00", "0.02", "0.04"]);
        assert_eq!(texts(&Axis::fixed("", 0.0, 50.0, 2)), ["0", "20", "40"]);
        let axis = Axis::logarithmic("", [3e-5, 2.0]);
        assert_eq!(texts(&axis), ["10⁻⁴", "10⁻³", "0.01", "0.1", "1"]);
        let narrow = Axis::logarithmic("", [0.3, 1.5]);
        assert_eq!(texts(&narrow), ["0.5", "1", "2"]);
        for axis in [axis, narrow, Axis::linear("", [7.0]), Axis::logarithmic("", [-1.0])] {
            assert!(!axis.ticks.is_empty());
            let inside = |v: f64| (0.0..=1.0).contains(&axis.part(v).unwrap());
            assert!(axis.ticks.iter().all(|(v, _)| inside(*v)), "{axis:?}");
        }
    }

    #[test]
    fn values_without_a_place_have_none() {
        let axis = Axis::logarithmic("", [0.1, 10.0]);
        assert!((axis.part(1.0).unwrap() - 0.5).abs() < 1e-12);
        assert_eq!(axis.part(0.0), None);
        assert_eq!(axis.part(f64::NAN), None);
    }
}
