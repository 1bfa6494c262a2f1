//! Temperature, energy and pairs over the annealing (paper, Fig. 2).

use super::drawing::{Area, Axis, BLACK, Canvas, Key, Legend, Look, Panel, SERIES, WIDTH};
use super::{Figure, LETTERS};
use cluster_stats::{PairType, ReplicaMean};

/// What is alone in its panel: no colour of the pairs.
const ALONE: Look = Look { colour: BLACK, ..SERIES[0] };

/// Temperature, energy per site and pair concentrations of an annealing against its time; bands are
/// one standard error over replicas on either side. Panels without data are left out.
pub fn annealing(data: &ReplicaMean) -> Figure {
    let records = data.mean.records();
    let times: Vec<f64> = data.mean.times();
    let errors = data.standard_errors.as_deref();
    let temperatures: Vec<[f64; 2]> =
        records.iter().filter_map(|r| Some([r.time, r.temperature?])).collect();
    let energies: Vec<[f64; 2]> =
        records.iter().filter_map(|r| Some([r.time, r.energy_per_site?])).collect();
    let rows = 1 + usize::from(!temperatures.is_empty()) + usize::from(!energies.is_empty());

    let mut canvas = Canvas::new(WIDTH, 224.0 * rows as f64 + 50.0);
    let mut row = 0;
    let mut panel = |canvas: &mut Canvas, y: Axis, heading: &str| {
        let top = 30.0 + 224.0 * row as f64;
        let area = Area { left: 80.0, top, width: WIDTH - 100.0, height: 150.0 };
        let x = Axis::linear("time (fraction of the annealing)", times.iter().copied());
        let panel = Panel::new(area, x, y);
        panel.frame(canvas, &format!("{} {heading}", LETTERS[row]));
        row += 1;
        panel
    };
    if !temperatures.is_empty() {
        let y = Axis::linear("T (unit of E)", temperatures.iter().map(|p| p[1]).chain([0.0]));
        let panel = panel(&mut canvas, y, "temperature");
        panel.markers(&mut canvas, temperatures, &ALONE, 2.4);
    }
    if !energies.is_empty() {
        let y = Axis::linear("E per site", energies.iter().map(|p| p[1]).chain([0.0]));
        let panel = panel(&mut canvas, y, "energy");
        if let Some(errors) = errors {
            let band = energies.iter().zip(errors).filter_map(|([time, energy], e)| {
                let error = e.energy_per_site?;
                Some([*time, energy - error, energy + error])
            });
            panel.band(&mut canvas, &band.collect::<Vec<_>>(), ALONE.colour);
        }
        panel.line(&mut canvas, energies, ALONE.stroke());
    }
    let all = records.iter().flat_map(|r| r.concentrations.pairs.to_array()).chain([0.0]);
    let panel = panel(&mut canvas, Axis::linear("concentration", all), "pairs (ordered)");
    let mut keys = Vec::new();
    for (pair, look) in PairType::ALL.into_iter().zip(&SERIES) {
        let value = |r: &cluster_stats::Record| r.concentrations.pairs.get(pair);
        if let Some(errors) = errors {
            let band = records.iter().zip(errors).map(|(record, errors)| {
                let (value, error) = (value(record), errors.concentrations.pairs.get(pair));
                [record.time, value - error, value + error]
            });
            panel.band(&mut canvas, &band.collect::<Vec<_>>(), look.colour);
        }
        panel.line(&mut canvas, records.iter().map(|r| [r.time, value(r)]), look.stroke());
        keys.push(Key::line(pair_name(pair), look));
    }
    let below = 224.0 * rows as f64 + 22.0;
    Legend(keys).draw(&mut canvas, [80.0, below], WIDTH - 100.0);
    let bands = match errors {
        Some(_) => format!(
            "Means of {} replicas; bands: one standard error, often narrower than the line.",
            data.replicas
        ),
        None => "One replica.".to_owned(),
    };
    let caption = format!(
        "Temperature, energy per site and ordered pair concentrations at the samples of the \
         annealing. {bands} The random initial state at time 0 has no temperature."
    );
    Figure::new("annealing", "Annealing: temperature, energy, pairs", caption, canvas)
}

/// `C₊₊`, `C₋₋`, `C₊₋`; a hair space keeps two minus signs apart.
pub(super) fn pair_name(pair: PairType) -> &'static str {
    match pair {
        PairType::PlusPlus => "C₊₊",
        PairType::MinusMinus => "C₋\u{200a}₋",
        PairType::PlusMinus => "C₊₋",
    }
}
