//! Chains as one looks at them: ranks, traces, autocorrelations, one panel a parameter.

use super::Figure;
use super::drawing::{
    Area, Axis, Canvas, Key, LABEL, Legend, Panel, REFERENCE, SERIES, Stroke, WIDTH,
};
use crate::StudyError;
use bayes_mcmc::Chains;

/// Bins of rank histograms.
const BINS: usize = 20;
/// Points of a trace.
const POINTS: usize = 400;
/// Largest lag of autocorrelations, or a quarter of the draws.
const LAGS: usize = 100;
/// Panels beside each other.
const COLUMNS: usize = 2;
/// Height of a row of panels in pixels.
const ROW: f64 = 190.0;

/// The ranks of each chain's draws among those of all chains, as histograms: flat for chains of one
/// law, sloped or humped where a chain has been elsewhere (Vehtari et al. 2021).
///
/// # Errors
/// [`StudyError::Figure`] without draws.
pub fn rank_plots(chains: &Chains) -> Result<Figure, StudyError> {
    let draws = chains.draws();
    let ranks: Vec<Vec<Vec<f64>>> = each(chains, "rank_plots", |values| {
        let mut order: Vec<usize> = (0..values.len()).collect();
        order.sort_by(|a, b| values[*a].total_cmp(&values[*b]));
        let mut counts = vec![vec![0.0; BINS]; values.len() / draws];
        for (rank, draw) in order.iter().enumerate() {
            counts[draw / draws][rank * BINS / values.len()] += 1.0;
        }
        counts
    })?;
    let expected = draws as f64 / BINS as f64;
    let most = ranks.iter().flatten().flatten().copied().fold(expected, f64::max);
    let total = (draws * chains.chains()) as f64;
    let canvas = panels(chains, |index, area, canvas| {
        let x = Axis::fixed("rank", 0.0, total, 4);
        let panel = Panel::new(area, x, Axis::fixed("draws", 0.0, 1.1 * most, 3));
        panel.horizontal(canvas, expected, REFERENCE);
        for (counts, look) in ranks[index].iter().zip(SERIES.iter().cycle()) {
            let edge = |bin: usize| total * bin as f64 / BINS as f64;
            let steps = counts.iter().enumerate();
            let steps = steps.flat_map(|(bin, n)| [[edge(bin), *n], [edge(bin + 1), *n]]);
            panel.line(canvas, steps, Stroke { width: 1.5, ..look.stroke() });
        }
        panel
    });
    let caption = format!(
        "Ranks of the draws of each chain among all {total} draws, in {BINS} bins; grey: what chains of one \
         law have in the mean.{}",
        keys(chains)
    );
    Ok(Figure::new("rank_plots", "Ranks of the draws by chain", caption, canvas))
}

/// The draws of each chain one after another; of long chains some, evenly spread.
///
/// # Errors
/// [`StudyError::Figure`] without draws.
pub fn traces(chains: &Chains) -> Result<Figure, StudyError> {
    let every = chains.draws().div_ceil(POINTS);
    let draws = chains.draws();
    let values = each(chains, "traces", <[f64]>::to_vec)?;
    let canvas = panels(chains, |index, area, canvas| {
        let x = Axis::fixed("draw", 0.0, draws as f64, 4);
        let panel = Panel::new(area, x, Axis::linear("", values[index].iter().copied()));
        for (chain, look) in values[index].chunks(draws).zip(SERIES.iter().cycle()) {
            let points = chain.iter().enumerate().step_by(every).map(|(n, v)| [n as f64, *v]);
            // solid: dashes of a line that jumps cannot be followed
            let stroke = Stroke { width: 0.8, dashes: &[], ..look.stroke() };
            panel.line(canvas, points, stroke);
        }
        panel
    });
    let shown = match every {
        1 => "Every draw".to_owned(),
        _ => format!("Every {every}th draw"),
    };
    let caption = format!("{shown} of each chain.{}", keys(chains));
    Ok(Figure::new("traces", "Traces of the chains", caption, canvas))
}

/// The autocorrelation of each chain against the lag, about the chain's own mean.
///
/// # Errors
/// [`StudyError::Figure`] without draws.
pub fn autocorrelations(chains: &Chains) -> Result<Figure, StudyError> {
    let draws = chains.draws();
    let lags = LAGS.min(draws / 4).max(1);
    let values: Vec<Vec<Vec<f64>>> = each(chains, "autocorrelations", |values| {
        values.chunks(draws).map(|chain| autocorrelation(chain, lags)).collect()
    })?;
    let canvas = panels(chains, |index, area, canvas| {
        let x = Axis::fixed("lag in draws", 0.0, lags as f64, 4);
        let all = values[index].iter().flatten().copied().chain([0.0, 1.0]);
        let panel = Panel::new(area, x, Axis::linear("", all));
        panel.horizontal(canvas, 0.0, REFERENCE);
        for (chain, look) in values[index].iter().zip(SERIES.iter().cycle()) {
            let points = chain.iter().enumerate().map(|(lag, value)| [lag as f64, *value]);
            panel.line(canvas, points, Stroke { width: 1.5, ..look.stroke() });
        }
        panel
    });
    let caption = format!(
        "Autocorrelations of the draws of each chain. A chain that never moves has none.{}",
        keys(chains)
    );
    Ok(Figure::new("autocorrelations", "Autocorrelations of the chains", caption, canvas))
}

/// At lags 0 to `lags`; NaN for a constant chain.
fn autocorrelation(chain: &[f64], lags: usize) -> Vec<f64> {
    let mean = chain.iter().sum::<f64>() / chain.len() as f64;
    let covariance = |lag: usize| {
        chain.iter().zip(&chain[lag..]).map(|(a, b)| (a - mean) * (b - mean)).sum::<f64>()
    };
    let variance = covariance(0);
    (0..=lags).map(|lag| covariance(lag) / variance).collect()
}

/// Something of the draws of each parameter, chain after chain.
fn each<T>(chains: &Chains, figure: &str, of: impl Fn(&[f64]) -> T) -> Result<Vec<T>, StudyError> {
    let parameters = chains.names().len();
    if chains.draws() == 0 || parameters == 0 {
        let reason = "there are no draws".to_owned();
        return Err(StudyError::Figure { figure: figure.to_owned(), reason });
    }
    let values = |index| -> Vec<f64> {
        chains.parameter(index).map_or_else(Vec::new, |draws| draws.iter().copied().collect())
    };
    Ok((0..parameters).map(|index| of(&values(index))).collect())
}

/// A panel for each parameter, with a legend of the chains above.
fn panels(chains: &Chains, mut draw: impl FnMut(usize, Area, &mut Canvas) -> Panel) -> Canvas {
    let parameters = chains.names().len();
    let mut canvas = Canvas::new(WIDTH, 0.0);
    let looks = SERIES.iter().cycle().take(chains.chains()).enumerate();
    let looks = looks.map(|(chain, look)| Key::line(format!("chain {}", chain + 1), look));
    let legend = Legend(looks.collect()).draw(&mut canvas, [66.0, 8.0], WIDTH - 80.0);
    let width = WIDTH / COLUMNS as f64;
    for index in 0..parameters {
        let area = Area {
            left: 66.0 + width * (index % COLUMNS) as f64,
            top: legend + 36.0 + ROW * (index / COLUMNS) as f64,
            width: width - 82.0,
            height: ROW - 84.0,
        };
        let panel = draw(index, area, &mut canvas);
        panel.frame(&mut canvas, &heading(chains, index));
    }
    canvas.set_height(legend + 20.0 + ROW * parameters.div_ceil(COLUMNS) as f64);
    canvas
}

/// The name of a parameter, or a letter for one that is too long for its panel.
fn heading(chains: &Chains, index: usize) -> String {
    let name = super::posterior::subscripted(&chains.names()[index]);
    if is_short(&name) { name } else { format!("combination {}", index + 1) }
}

fn is_short(name: &str) -> bool {
    Canvas::text_width(name, LABEL) < WIDTH / COLUMNS as f64 - 82.0
}

/// What the names that were too long stand for.
fn keys(chains: &Chains) -> String {
    let long = chains.names().iter().enumerate().filter(|(_, name)| !is_short(name));
    long.map(|(index, name)| format!(" Combination {}: {name}.", index + 1)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::{Array2, Array3};

    fn chains(name: &str) -> Chains {
        let points = Array3::from_shape_fn((3, 200, 2), |(chain, draw, parameter)| {
            ((draw * 7919 + chain * 31) % 199) as f64 / 199.0 + parameter as f64
        });
        let (densities, stages) = (Array2::zeros((3, 200)), Array2::ones((3, 200)));
        Chains::new(["k1", name], points, densities, stages).unwrap()
    }

    #[test]
    fn texts_have_room_and_long_names_are_told_in_the_caption() {
        let long = "4 k1 + 2 k2 + 2 k5 + k6 + 2 k7 + k8 - 0.1234 k3 - 0.4321 k4";
        let chains = chains(long);
        for figure in [rank_plots, traces, autocorrelations] {
            let figure = figure(&chains).unwrap();
            assert!(figure.caption().contains(long), "{}", figure.caption());
            let [width, height] = figure.canvas.size();
            for (text, [left, top, right, bottom]) in figure.canvas.text_boxes() {
                let inside = left >= 0.0 && top >= 0.0 && right <= width && bottom <= height;
                assert!(inside, "{text} in {}", figure.name());
            }
        }
    }

    #[test]
    fn autocorrelations_are_those_of_the_definition() {
        let alternating: Vec<f64> = (0..100).map(|n| f64::from(n % 2)).collect();
        let found = autocorrelation(&alternating, 2);
        assert!((found[0] - 1.0).abs() < 1e-12 && (found[1] + 0.99).abs() < 1e-12);
        assert!((found[2] - 0.98).abs() < 1e-12);
        assert!(autocorrelation(&[1.0; 10], 1)[1].is_nan());
    }
}
