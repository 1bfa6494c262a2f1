//! Atoms on the true triangular geometry (paper, Fig. 3).

use super::drawing::{
    Anchor, Canvas, Key, LABEL, LIGHT, Legend, Look, Marker, SERIES, Stroke, WIDTH, label,
};
use super::{Figure, LETTERS};
use lattice_core::{Configuration, Frame};

/// (-): Li. Filled and dark, so that black and white print shows it too.
const MINUS: Look = Look { colour: super::drawing::BLACK, ..SERIES[0] };
/// (+): Mn.
const PLUS: Look = Look { colour: super::drawing::GREEN, marker: Marker::Circle, ..SERIES[0] };

/// Most rows and columns that are drawn: of more, atoms are no longer told apart.
const MOST: usize = 128;

/// Configurations side by side, two in a row, each under its name.
///
/// Site (r, c) stands at (c + r/2, r sqrt(3)/2) in units of the distance of neighbours; columns are
/// taken periodically so that the picture is a rectangle, not a rhomb. Of a lattice of more than 128
/// rows or columns a part is drawn.
pub fn lattices(panels: &[(&str, &Configuration)]) -> Figure {
    draw_all(panels, ["Mn", "Li"])
}

/// A film strip: up to eight frames, evenly spread from the first to the last, each under its time and
/// temperature where these are known; `species` are the symbols of (+) and (-).
///
/// ```
/// use mean_cluster::figures;
/// use mean_cluster::lattice_core::{Configuration, Frame};
/// let atoms = Configuration::from_rows(&[[1, -1, 1], [1, 1, -1], [-1, 1, 1]])?;
/// let frames = vec![Frame { time: Some(0.5), ..Frame::from(atoms) }];
/// assert!(figures::film(&frames, ["Ni", "Li"]).svg().contains("time 0.5"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn film(frames: &[Frame], species: [&str; 2]) -> Figure {
    let shown = frames.len().min(LETTERS.len());
    let places = (0..shown).map(|n| n * (frames.len() - 1) / (shown - 1).max(1));
    let named: Vec<(String, &Configuration)> = places
        .map(|place| {
            let Frame { atoms, time, temperature } = &frames[place];
            let time = time.map(|time| {
                format!("time {time:.4}").trim_end_matches('0').trim_end_matches('.').to_owned()
            });
            let temperature = temperature.map(|temperature| format!("T = {temperature:.3}"));
            let known: Vec<String> = time.into_iter().chain(temperature).collect();
            let name = if known.is_empty() { format!("frame {place}") } else { known.join(", ") };
            (name, atoms)
        })
        .collect();
    let panels: Vec<(&str, &Configuration)> =
        named.iter().map(|(name, atoms)| (name.as_str(), *atoms)).collect();
    draw_all(&panels, species).named("film").titled("A film of the lattice")
}

fn draw_all(panels: &[(&str, &Configuration)], [plus, minus]: [&str; 2]) -> Figure {
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
    let keys = vec![
        Key::marker(format!("(+) {plus}"), &PLUS),
        Key::marker(format!("(−) {minus}"), &MINUS),
    ];
    Legend(keys).draw(&mut canvas, [20.0, top - 26.0], WIDTH - 40.0);
    canvas.set_height(top);
    let is_part = |(_, atoms): &(&str, &Configuration)| {
        atoms.lattice().rows() > MOST || atoms.lattice().columns() > MOST
    };
    let shown = match panels.iter().any(is_part) {
        true => "at most 128 rows and columns are shown",
        false => "the whole lattice shown once",
    };
    let caption = format!(
        "Atoms on the periodic triangular lattice; length in units of the distance of neighbours, \
         {shown}."
    );
    Figure::new("lattices", "Atoms on the lattice", caption, canvas)
}

fn draw(canvas: &mut Canvas, atoms: &Configuration, [left, top]: [f64; 2], width: f64) -> f64 {
    let (all_columns, atoms_of) = (atoms.lattice().columns(), atoms.atoms());
    let (rows, columns) = (atoms.lattice().rows().min(MOST), all_columns.min(MOST));
    let unit = width / (columns as f64 + 0.5);
    let rise = unit * 0.75f64.sqrt();
    let height = rise * (rows as f64 - 1.0) + unit;
    let place = |row: usize, shown: usize| {
        let x = shown as f64 + 0.5 * (row % 2) as f64 + 0.5;
        [left + unit * x, top + unit / 2.0 + rise * row as f64]
    };
    // every second row moves the picture one column: taken back periodically
    let atom_at = |row: usize, shown: usize| {
        atoms_of[row * all_columns + (shown + row * all_columns - row / 2) % all_columns]
    };
    let sites = (0..rows)
        .flat_map(|row| (0..columns).map(move |shown| (atom_at(row, shown), place(row, shown))));
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
