//! Draws of a posterior: pair plots with the misfit as colour, histograms of the misfit (paper,
//! Figs. 13 and 14).

use super::drawing::{
    Anchor, Area, Axis, BLACK, Canvas, Key, LABEL, LIGHT, Legend, Panel, SKY, SMALL, Stroke, WIDTH,
    dark_to_light, label,
};
use super::{Figure, LETTERS};
use crate::StudyError;
use crate::posterior::Draws;

/// Classes of colour in a pair plot.
const CLASSES: usize = 12;

/// Bins of histograms.
const BINS: usize = 60;

/// Every parameter against every other, one dot a draw, the misfit J as colour (dark: best fits, on
/// top), with the histogram of each parameter on the diagonal. `range` is that of every parameter
/// and `unit` its unit. Thin long chains first: [`Draws::thinned`].
///
/// # Errors
/// [`StudyError::Figure`] without draws or parameters.
pub fn pair_plot(draws: &Draws, range: [f64; 2], unit: &str) -> Result<Figure, StudyError> {
    let parameters = draws.names().len();
    if draws.is_empty() || parameters == 0 {
        return Err(nothing("pair_plot"));
    }
    let [low, high] = misfit_range([draws]);
    let class = |misfit: f64| {
        let part = (libm::log10(misfit.max(low)) - libm::log10(low))
            / (libm::log10(high) - libm::log10(low));
        ((part * CLASSES as f64) as usize).min(CLASSES - 1)
    };
    let mut of_class: Vec<Vec<&[f64]>> = vec![Vec::new(); CLASSES];
    for (point, misfit) in draws.points().zip(draws.misfits()) {
        of_class[class(*misfit)].push(point);
    }

    let (left, top) = (64.0, 24.0);
    let side = (WIDTH - left - 12.0) / parameters as f64;
    let mut canvas = Canvas::new(WIDTH, top + side * parameters as f64 + 56.0);
    let inside = side - 7.0;
    let axis = |name: &str, shown: bool| {
        // a margin, so that draws on a bound are seen
        let margin = 0.04 * (range[1] - range[0]);
        let axis = Axis::fixed(name, range[0] - margin, range[1] + margin, 2);
        if shown { axis } else { axis.unlabelled() }
    };
    for row in 0..parameters {
        for column in 0..=row {
            let area = Area {
                left: left + side * column as f64,
                top: top + side * row as f64,
                width: inside,
                height: inside,
            };
            let name = |index: usize| subscripted(&draws.names()[index]);
            let x = axis(&name(column), row + 1 == parameters);
            if row == column {
                let counts = histogram(draws.points().map(|p| p[row]), range, 20);
                let most = counts.iter().copied().fold(0.0, f64::max);
                let y = Axis::bare(0.0, 1.1 * most.max(1.0));
                let panel = Panel::new(area, x, y);
                bars(&mut canvas, &panel, &counts, range, |v| v);
                panel.frame(&mut canvas, "");
                let at = [area.left + inside / 2.0, area.top - 6.0];
                canvas.text(label(&name(row), at, LABEL, Anchor::Middle));
                continue;
            }
            let panel = Panel::new(area, x, axis(&name(row), column == 0));
            for (class, points) in of_class.iter().enumerate().rev() {
                let places = points.iter().filter_map(|p| panel.place([p[column], p[row]]));
                let colour = dark_to_light((class as f64 + 0.5) / CLASSES as f64);
                canvas.discs(places.collect(), 0.9, colour);
            }
            panel.frame(&mut canvas, "");
        }
    }
    colour_bar(&mut canvas, [WIDTH - 250.0, top + 10.0], [low, high]);
    let at = [WIDTH - 250.0, top + 96.0];
    canvas.text(label(&format!("rates in {unit}"), at, LABEL, Anchor::Start));
    let caption = format!(
        "{} draws, evenly spread over all chains. Axes: rates in {unit}. Colour: misfit J (17), \
         the best fits dark and on top; the scale ends at the 99 % quantile. Diagonal: \
         histograms.",
        draws.len()
    );
    Ok(Figure::new("pair_plot", "Draws of the rates, coloured by their misfit", caption, canvas))
}

fn colour_bar(canvas: &mut Canvas, [left, top]: [f64; 2], [low, high]: [f64; 2]) {
    let (width, height) = (220.0, 14.0);
    let area = Area { left, top: top + 22.0, width, height };
    for class in 0..CLASSES {
        let edge = |n: usize| left + width * n as f64 / CLASSES as f64;
        let colour = dark_to_light((class as f64 + 0.5) / CLASSES as f64);
        canvas.rectangle([edge(class), area.top], [edge(class + 1), area.top + height], colour);
    }
    let at = [left, top + 14.0];
    canvas.text(label("misfit J", at, LABEL, Anchor::Start));
    for (part, value, anchor) in [
        (0.0, low, Anchor::Start),
        (0.5, (low * high).sqrt(), Anchor::Middle),
        (1.0, high, Anchor::End),
    ] {
        let text = format!("{value:.1e}");
        let at = [left + part * width, area.top + height + 16.0];
        canvas.text(label(&scientific(&text), at, SMALL, anchor));
    }
}

/// Histograms of the misfit J along chains, on a logarithmic axis, one panel each, with a line at
/// `(name, J)` to compare with.
///
/// # Errors
/// [`StudyError::Figure`] without draws.
pub fn misfit_histograms(
    panels: &[(&str, &Draws)],
    reference: Option<(&str, f64)>,
) -> Result<Figure, StudyError> {
    if panels.is_empty() || panels.iter().any(|(_, draws)| draws.is_empty()) {
        return Err(nothing("misfit_histograms"));
    }
    let all = panels.iter().flat_map(|(_, draws)| draws.misfits()).copied();
    let positive = all.chain(reference.map(|(_, value)| value)).filter(|j| *j > 0.0);
    let (low, high) =
        positive.fold((f64::MAX, f64::MIN_POSITIVE), |(a, b), j| (a.min(j), b.max(j)));
    let range = [libm::log10(low.min(high)) - 0.05, libm::log10(high) + 0.05];
    let line = Stroke { colour: BLACK, width: 2.2, dashes: &[7.0, 3.0] };
    let mut canvas = Canvas::new(WIDTH, 0.0);
    let legend = match reference {
        Some((name, _)) => {
            let keys = vec![Key::area("draws", SKY), Key::stroke(name, line)];
            Legend(keys).draw(&mut canvas, [80.0, 8.0], WIDTH - 90.0)
        }
        None => 0.0,
    };
    let counted: Vec<Vec<f64>> = panels
        .iter()
        .map(|(_, draws)| {
            let counts = histogram(draws.misfits().iter().map(|j| libm::log10(*j)), range, BINS);
            counts.into_iter().map(|count| count / draws.len() as f64).collect()
        })
        .collect();
    let most = counted.iter().flatten().copied().fold(0.0, f64::max);
    let height = 250.0;
    for (index, ((name, _), parts)) in panels.iter().zip(&counted).enumerate() {
        let top = legend + 34.0 + height * index as f64;
        let area = Area { left: 80.0, top, width: WIDTH - 100.0, height: height - 90.0 };
        let x = Axis::logarithmic("misfit J", range.map(|edge| libm::pow(10.0, edge)));
        let y = Axis::fixed("fraction of draws", 0.0, 1.05 * most, 4);
        let panel = Panel::new(area, x, y);
        bars(&mut canvas, &panel, parts, range, |edge| libm::pow(10.0, edge));
        if let Some((_, value)) = reference {
            panel.vertical(&mut canvas, value, line);
        }
        panel.frame(&mut canvas, &format!("{} {name}", LETTERS.get(index).unwrap_or(&"")));
    }
    canvas.set_height(legend + height * panels.len() as f64);
    let caption = "Histograms of the misfit J (17) along the chains; bins are equal on the \
                   logarithmic axis.";
    Ok(Figure::new("misfit_histograms", "The misfit along the chains", caption, canvas))
}

/// Counts in equal bins of `range`; values beyond go into the last ones.
fn histogram(values: impl Iterator<Item = f64>, [low, high]: [f64; 2], bins: usize) -> Vec<f64> {
    let mut counts = vec![0.0; bins];
    for value in values {
        let place = (value - low) / (high - low) * bins as f64;
        counts[(place.max(0.0) as usize).min(bins - 1)] += 1.0;
    }
    counts
}

fn bars(
    canvas: &mut Canvas,
    panel: &Panel,
    heights: &[f64],
    [low, high]: [f64; 2],
    value: impl Fn(f64) -> f64,
) {
    let edge = |n: usize| value(low + (high - low) * n as f64 / heights.len() as f64);
    let thin = Stroke { colour: LIGHT, width: 0.5, dashes: &[] };
    for (n, height) in heights.iter().enumerate().filter(|(_, height)| **height > 0.0) {
        panel.bar(canvas, [edge(n), edge(n + 1)], *height, SKY);
        let step = [[edge(n), *height], [edge(n + 1), *height]];
        panel.line(canvas, step, Stroke { colour: BLACK, ..thin });
    }
}

/// The smallest positive misfit and the 99 % quantile, at least a factor of two apart.
fn misfit_range<'a>(all: impl IntoIterator<Item = &'a Draws>) -> [f64; 2] {
    let misfits = all.into_iter().flat_map(|draws| draws.misfits().iter().copied());
    let mut positive: Vec<f64> = misfits.filter(|misfit| *misfit > 0.0).collect();
    positive.sort_by(f64::total_cmp);
    let low = positive.first().copied().unwrap_or(1e-300);
    let high = positive.get(positive.len() * 99 / 100).copied().unwrap_or(low);
    [low, high.max(2.0 * low)]
}

/// `k1` as k₁; other names as they are.
pub(super) fn subscripted(name: &str) -> String {
    let digits = name.trim_start_matches(|c: char| !c.is_ascii_digit());
    let lowered = digits.chars().map(|c| char::from_u32('₀' as u32 + c as u32 - '0' as u32));
    match digits.bytes().all(|b| b.is_ascii_digit()) {
        true => name[..name.len() - digits.len()].chars().chain(lowered.flatten()).collect(),
        false => name.to_owned(),
    }
}

/// `1.2e-4` as 1.2·10⁻⁴.
fn scientific(text: &str) -> String {
    let Some((digits, exponent)) = text.split_once('e') else { return text.to_owned() };
    match exponent.parse() {
        Ok(0) => digits.to_owned(),
        Ok(exponent) => format!("{digits}·10{}", super::drawing::superscript(exponent)),
        Err(_) => text.to_owned(),
    }
}

fn nothing(figure: &str) -> StudyError {
    StudyError::Figure { figure: figure.to_owned(), reason: "there are no draws".to_owned() }
}
