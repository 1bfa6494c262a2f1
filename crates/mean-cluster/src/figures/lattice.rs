//! Atoms on the true triangular geometry (paper, Fig. 3).

use super::drawing::{
    Anchor, Canvas, Key, LABEL, LIGHT, Legend, Look, Marker, SERIES, Stroke, WIDTH, label,
};
use super::{Figure, LETTERS};
use lattice_core::Configuration;

/// (-): Li. Filled and dark, so that black and white print shows it too.
const MINUS: Look = Look { colour: super::drawing::BLACK, ..SERIES[0] };
/// (+): Mn.
const PLUS: Look = Look { colour: super::drawing::GREEN, marker: Marker::Circle, ..SERIES[0] };

/// Configurations side by side, two in a row, each under its name.
///
/// Site (r, c) stands at (c + r/2, r sqrt(3)/2) in units of the distance of neighbours; columns are
/// taken periodically so that the picture is a rectangle, not a rhomb.
pub fn lattices(panels: &[(&str, &Configuration)]) -> Figure {
    let across = panels.len().clamp(1, 2);
    let width = (WIDTH - 40.0 - 20.0 * (across - 1) as f64) / across as f64;
    let mut canvas = Canvas::new(WIDTH, 0.0);
    let mut top = 34.0;
    for (index, (name, atoms)) in panels.iter().enumerate() {
        let column = index % across;
        let left = 20.0 + column as f64 * (width + 20.0);
        let letter = LETTERS.get(index).copied().unwrap_or("");
        canvas.text(label(&format!("{letter} {name}"), [left, top - 12.0], LABEL, Anchor::Start));
        let height = draw(&mut canvas, atoms, [left, top], width);
        if column + 1 == across || index + 1 == panels.len() {
            top += height + 40.0;
        }
    }
    let keys = vec![Key::marker("(+) Mn", &PLUS), Key::marker("(−) Li", &MINUS)];
    Legend(keys).draw(&mut canvas, [20.0, top - 26.0], WIDTH - 40.0);
    canvas.set_height(top);
    let caption = "Atoms on the periodic triangular lattice; length in units of the distance of \
                   neighbours, the whole lattice shown once.";
    Figure::new("lattices", "Atoms on the lattice", caption, canvas)
}

fn draw(canvas: &mut Canvas, atoms: &Configuration, [left, top]: [f64; 2], width: f64) -> f64 {
    let (rows, columns) = (atoms.lattice().rows(), atoms.lattice().columns());
    let unit = width / (columns as f64 + 0.5);
    let rise = unit * 0.75f64.sqrt();
    let height = rise * (rows as f64 - 1.0) + unit;
    let place = |row: usize, column: usize| {
        // every second row moves the picture one column: taken back periodically
        let shifted = (column + row / 2) % columns;
        let x = shifted as f64 + 0.5 * (row % 2) as f64 + 0.5;
        [left + unit * x, top + unit / 2.0 + rise * row as f64]
    };
    let sites = (0..rows * columns)
        .map(|site| (atoms.atoms()[site], place(site / columns, site % columns)));
    let (plus, minus): (Vec<_>, Vec<_>) = sites.partition(|(atom, _)| *atom > 0);
    let at = |sites: Vec<(i8, [f64; 2])>| sites.into_iter().map(|(_, at)| at).collect::<Vec<_>>();
    let frame =
        [[0.0, 0.0], [width, 0.0], [width, height], [0.0, height], [0.0, 0.0], [width, 0.0]];
    let frame = frame.map(|[x, y]| [left + x, top + y]).to_vec();
    canvas.line(frame, Stroke { colour: LIGHT, width: 1.0, dashes: &[] });
    canvas.discs(at(plus.clone()), 0.42 * unit, PLUS.colour);
    canvas.discs(at(plus), 0.24 * unit, super::drawing::WHITE);
    canvas.discs(at(minus), 0.42 * unit, MINUS.colour);
    height
}
