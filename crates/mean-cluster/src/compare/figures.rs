//! Figures of a comparison of closures, from its files.

use super::{Comparison, System};
use crate::StudyError;
use crate::catalog::{self, Group};
use crate::figures::drawing::{
    Anchor, Area, Axis, BLACK, Canvas, GREY, Key, LABEL, Legend, Look, PA, Panel, REFERENCE, SMALL,
    Stroke, Text, WHITE, WIDTH, dark_to_light, label, superscript,
};
use crate::figures::{Figure, LETTERS, look_of, symbol};

/// A closure's name in figures.
fn name_of(closure: &str) -> &str {
    catalog::find(closure).map_or(closure, |entry| entry.label)
}

/// Errors, gains and worst types of all closures, and what becomes of them in the rate equations,
/// in the order of the report; each caption names the file its data are from.
///
/// # Errors
/// [`StudyError::Unreadable`] for files that lack a closure at a composition.
pub(super) fn all(files: &Comparison) -> Result<Vec<Figure>, StudyError> {
    let mut figures = vec![mean_errors(files)?, gains(files)?, worst_types(files)?];
    for system in System::ALL {
        figures.push(misfits(files, system)?);
    }
    for system in System::ALL {
        figures.push(leaving(files, system)?);
    }
    Ok(figures)
}

const MARKED: &str = "Grey lines: compositions calibrated on.";

fn mean_errors(files: &Comparison) -> Result<Figure, StudyError> {
    let canvas = grouped(files, "mean error E", None, |closure| {
        Ok(files.scores_of(closure)?.iter().map(|row| [row.x, row.mean_error]).collect())
    })?;
    let caption = format!(
        "Mean error E (30), ordered and per shape, on runs that no closure has seen. {MARKED} Data: \
         comparison.csv."
    );
    Ok(Figure::new("mean_errors", "Mean error of every closure by composition", caption, canvas))
}

fn gains(files: &Comparison) -> Result<Figure, StudyError> {
    let pair = files.scores_of("pa")?;
    let canvas = grouped(files, "E of PA / E", Some(1.0), |closure| {
        let own = files.scores_of(closure)?.into_iter().zip(&pair);
        Ok(own.map(|(own, pair)| [own.x, pair.mean_error / own.mean_error]).collect())
    })?;
    let caption = format!(
        "How many times smaller than the pair approximation's the mean error (30) is; above 1 the \
         closure is better. {MARKED} Data: comparison.csv."
    );
    Ok(Figure::new("gains", "Gain over the pair approximation", caption, canvas))
}

fn misfits(files: &Comparison, system: System) -> Result<Figure, StudyError> {
    let canvas = grouped(files, "best misfit J", None, |closure| {
        Ok(files.rates_of(closure, system)?.iter().map(|row| [row.x, row.misfit]).collect())
    })?;
    let caption = format!(
        "The least misfit J (17), alpha = 0, found over rates in (0, 50)^8 for the {system} system, \
         x = 1/3 among the compositions. {MARKED} Data: best_rates.csv."
    );
    let title = format!("Best misfit of the {system} system with every closure");
    Ok(Figure::new(&format!("misfits-{system}"), title, caption, canvas))
}

fn leaving(files: &Comparison, system: System) -> Result<Figure, StudyError> {
    let trials = files.exits.iter().map(|row| row.trials).max().unwrap_or(1);
    let none = 50.0 / trials as f64;
    let canvas = grouped(files, "leave, per cent", Some(none), |closure| {
        let rows = files.exits_of(closure, system)?;
        Ok(rows.iter().map(|row| [row.x, (100.0 * row.fraction()).max(none)]).collect())
    })?;
    let caption = format!(
        "Per cent of {trials} random K, uniform in (0, 50)^8, whose trajectory leaves the possible \
         region, or the closure's, within the annealing; {system} system. On the lower grey line: \
         none. {MARKED} Data: exits.csv."
    );
    let title = format!("Trajectories of the {system} system that leave");
    Ok(Figure::new(&format!("leaving-{system}"), title, caption, canvas))
}

/// Keys of a panel's legend and the points (x, value) of its curves.
type Curves = Vec<(Key, Look, Vec<[f64; 2]>)>;

/// A panel for each group with its legend above and the same logarithmic axis; `points` (x, value)
/// of each closure, a thin line at `reference`.
fn grouped(
    files: &Comparison,
    value: &str,
    reference: Option<f64>,
    points: impl Fn(&str) -> Result<Vec<[f64; 2]>, StudyError>,
) -> Result<Canvas, StudyError> {
    let mut panels: Vec<(&str, Curves)> = Vec::new();
    let all = files.closures();
    // closures that the catalog does not have stand in the last panel
    let group = |name: &str| catalog::find(name).map_or(Some(Group::Optimal), |entry| entry.group);
    for panel in Group::ALL {
        let members = all.iter().filter(|name| group(name) == Some(panel));
        let mut curves = vec![(Key::line_and_marker("PA", &PA), PA, points("pa")?)];
        for (place, name) in members.enumerate() {
            let look = look_of(name_of(name), place);
            curves.push((Key::line_and_marker(name_of(name), &look), look, points(name)?));
        }
        panels.push((panel.heading(), curves));
    }
    let everything = || panels.iter().flat_map(|(_, curves)| curves).flat_map(|(.., p)| p);
    let marks = &files.settings.calibrate;
    let x = Axis::linear("x (fraction of Li)", everything().map(|p| p[0]).chain(marks.clone()));
    let y = Axis::logarithmic(value, everything().map(|p| p[1]).chain(reference));

    let mut canvas = Canvas::new(WIDTH, 0.0);
    let (width, height) = (WIDTH / 2.0, 224.0);
    let mut top = 8.0;
    for (row, pair) in panels.chunks(2).enumerate() {
        let legends = pair.iter().enumerate().map(|(column, (_, curves))| {
            let keys = curves.iter().map(|(key, ..)| key.clone()).collect();
            Legend(keys).draw(&mut canvas, [72.0 + width * column as f64, top], width - 80.0)
        });
        let below = top + legends.fold(0.0, f64::max) + 28.0;
        for (column, (heading, curves)) in pair.iter().enumerate() {
            let left = 72.0 + width * column as f64;
            let area = Area { left, top: below, width: width - 86.0, height };
            let panel = Panel::new(area, x.clone(), y.clone());
            for mark in marks {
                let thin = Stroke { colour: GREY, width: 1.2, dashes: &[4.0, 3.0] };
                panel.vertical(&mut canvas, *mark, thin);
            }
            if let Some(reference) = reference {
                panel.horizontal(&mut canvas, reference, REFERENCE);
            }
            panel.frame(&mut canvas, &format!("{} {heading}", LETTERS[2 * row + column]));
            for (_, look, points) in curves {
                panel.line(&mut canvas, points.iter().copied(), look.stroke());
                panel.markers(&mut canvas, points.iter().copied(), look, 3.6);
            }
        }
        top = below + height + 54.0;
    }
    canvas.set_height(top);
    Ok(canvas)
}

/// A cell for each closure and composition: the type with the largest error, which is the colour.
fn worst_types(files: &Comparison) -> Result<Figure, StudyError> {
    let mut rows = Vec::new();
    for closure in files.closures() {
        let name = catalog::find(closure).map_or(closure, |entry| entry.full);
        rows.push((name, files.scores_of(closure)?));
    }
    let errors = rows.iter().flat_map(|(_, row)| row).map(|at| at.worst_type_error);
    let powers = errors.filter(|error| *error > 0.0).map(libm::log10);
    let (low, high) = powers.fold((0.0_f64, f64::MIN), |(low, high), p| (low.min(p), high.max(p)));
    let part = |error: f64| (libm::log10(error) - low) / (high - low).max(1e-9);

    let mut canvas = Canvas::new(WIDTH, 0.0);
    let decades = (low.ceil() as i32..=high.floor() as i32).map(|power| {
        let colour = dark_to_light(part(10f64.powi(power)));
        Key::area(format!("10{}", superscript(power)), colour)
    });
    let legend = Legend(decades.collect()).draw(&mut canvas, [150.0, 8.0], WIDTH - 160.0);
    let columns = rows.first().map_or(1, |(_, row)| row.len().max(1));
    let (left, top) = (150.0, legend + 52.0);
    let (width, height) = ((WIDTH - left - 12.0) / columns as f64, 24.0);
    let text = |text: &str, at, anchor, colour| Text { colour, ..label(text, at, SMALL, anchor) };
    let middle = left + width * columns as f64 / 2.0;
    canvas.text(label("x (fraction of Li)", [middle, top - 24.0], LABEL, Anchor::Middle));
    for (row, (name, scores)) in rows.iter().enumerate() {
        let y = top + height * row as f64;
        canvas.text(text(name, [left - 8.0, y + 16.5], Anchor::End, BLACK));
        for (column, at) in scores.iter().enumerate() {
            let x = left + width * column as f64;
            let centre = x + width / 2.0;
            if row == 0 {
                let composition = format!("{}", (at.x * 1e3).round() / 1e3);
                canvas.text(text(&composition, [centre, top - 6.0], Anchor::Middle, BLACK));
            }
            let part = part(at.worst_type_error);
            canvas.rectangle(
                [x + 0.5, y + 0.5],
                [x + width - 0.5, y + height - 0.5],
                dark_to_light(part),
            );
            let ink = if part > 0.5 { BLACK } else { WHITE };
            let name = symbol(at.worst_type);
            canvas.text(text(&name, [centre, y + 16.5], Anchor::Middle, ink));
        }
    }
    canvas.set_height(top + height * rows.len() as f64 + 12.0);
    let caption = "The triplet type with the largest error J (15), and that error as colour: dark is \
                   small. Ordered and per shape. Data: comparison.csv.";
    Ok(Figure::new("worst_types", "The worst type of every closure", caption, canvas))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::CATALOG;
    use crate::compare::{BestRates, ClosureScore, CompareSettings, Exits};
    use cluster_stats::TripletType;

    /// Rows of every closure, and of one that no group names.
    fn made_up() -> Comparison {
        let settings = CompareSettings::default();
        let mut found = Comparison {
            settings: settings.clone(),
            scores: Vec::new(),
            best_rates: Vec::new(),
            exits: Vec::new(),
        };
        let named = CATALOG.iter().map(|entry| entry.name);
        for (index, closure) in named.chain(["one_more"]).enumerate() {
            let size = 10f64.powi(-(index as i32) / 2);
            let (closure, calibration) = (closure.to_owned(), String::new());
            for &x in &settings.judge {
                let worst_type = TripletType::ALL[index % 16];
                let (mean_error, worst_type_error) = (size * x, 4.0 * size * x);
                let (marginal_residual, negative) = (1e-15, 0.0);
                found.scores.push(ClosureScore {
                    closure: closure.clone(),
                    calibration: calibration.clone(),
                    x,
                    mean_error,
                    worst_type,
                    worst_type_error,
                    marginal_residual,
                    negative,
                });
            }
            for x in settings.rate_compositions() {
                for system in System::ALL {
                    found.best_rates.push(BestRates {
                        closure: closure.clone(),
                        calibration: calibration.clone(),
                        x,
                        system,
                        rates: [1.0; 8],
                        misfit: size * x,
                        drift: 0.0,
                    });
                    found.exits.push(Exits {
                        closure: closure.clone(),
                        calibration: calibration.clone(),
                        x,
                        system,
                        trials: 100_000,
                        pp_negative: index as u64 * 100,
                        mm_negative: 0,
                        pm_negative: 0,
                        undefined: 0,
                        unfinished: 0,
                        beyond_triangles: 0,
                        first_exit: (index > 0).then_some(0.1),
                        median_exit: (index > 0).then_some(0.2),
                    });
                }
            }
        }
        found
    }

    #[test]
    fn every_figure_has_room_for_its_texts_and_closures_without_a_group_are_drawn() {
        let mut found = made_up();
        let figures = all(&found).unwrap();
        assert_eq!(figures.len(), 7);
        crate::figures::assert_room_for_texts(&figures);
        for figure in &figures {
            assert!(figure.svg().contains("one_more"), "{}", figure.name());
        }
        found.scores.retain(|row| row.closure != "power_1" || row.x != 0.5);
        let message = all(&found).unwrap_err().to_string();
        assert!(message.contains("comparison.csv") && message.contains("power_1"), "{message}");
    }
}
