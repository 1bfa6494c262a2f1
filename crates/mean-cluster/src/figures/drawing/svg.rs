//! A drawing as SVG: text stays text, numbers have two decimals.

use super::canvas::{Anchor, Canvas, Shape, Stroke, Text};
use std::fmt::Write;

/// What SVG calls the font of the figures, and others of about its widths.
const FAMILY: &str = "'DejaVu Sans',Verdana,'Bitstream Vera Sans',sans-serif";

impl Canvas {
    /// The drawing, with a title and a description for those who cannot see it.
    pub(crate) fn to_svg(&self, title: &str, description: &str) -> String {
        let (width, height) = (decimal(self.width), decimal(self.height));
        let mut svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" \
             width=\"{width}\" height=\"{height}\" font-family=\"{FAMILY}\" role=\"img\">\n\
             <title>{}</title>\n<desc>{}</desc>\n\
             <rect width=\"{width}\" height=\"{height}\" fill=\"#ffffff\"/>\n",
            escape(title),
            escape(description)
        );
        for shape in &self.shapes {
            svg.push_str(&element(shape));
            svg.push('\n');
        }
        svg.push_str("</svg>\n");
        svg
    }
}

/// Whether an SVG document is one of these drawings.
pub(crate) fn is_ours(svg: &str) -> bool {
    svg.starts_with("<svg xmlns=") && svg.contains(FAMILY)
}

fn element(shape: &Shape) -> String {
    match shape {
        Shape::Lines { runs, stroke } => format!(
            "<path d=\"{}\" fill=\"none\" stroke=\"#{:06x}\" stroke-width=\"{}\"{} \
             stroke-linejoin=\"round\"/>",
            outline(runs, ""),
            stroke.colour.0,
            decimal(stroke.width),
            dashes(stroke),
        ),
        Shape::Polygons { polygons, fill, opacity } => {
            let opacity = match *opacity {
                1.0 => String::new(),
                part => format!(" fill-opacity=\"{}\"", decimal(part)),
            };
            format!("<path d=\"{}\" fill=\"#{:06x}\"{opacity}/>", outline(polygons, "z"), fill.0)
        }
        // a line of length zero with round ends is a disc, in few characters
        Shape::Discs { centres, radius, fill } => {
            let mut data = String::new();
            for [x, y] in centres {
                let _ = write!(data, "M{} {}h0", decimal(*x), decimal(*y));
            }
            format!(
                "<path d=\"{data}\" stroke=\"#{:06x}\" stroke-width=\"{}\" \
                 stroke-linecap=\"round\"/>",
                fill.0,
                decimal(2.0 * radius)
            )
        }
        Shape::Text(text) => text_element(text),
        Shape::Open(attributes) => format!("<g {attributes}>"),
        Shape::Close => "</g>".to_owned(),
    }
}

fn text_element(text: &Text) -> String {
    let [x, y] = text.at.map(decimal);
    let anchor = match text.anchor {
        Anchor::Start => "",
        Anchor::Middle => " text-anchor=\"middle\"",
        Anchor::End => " text-anchor=\"end\"",
    };
    let turn = match text.upwards {
        true => format!(" transform=\"rotate(-90 {x} {y})\""),
        false => String::new(),
    };
    format!(
        "<text x=\"{x}\" y=\"{y}\" font-size=\"{}\" fill=\"#{:06x}\"{anchor}{turn}>{}</text>",
        decimal(text.size),
        text.colour.0,
        escape(&text.text)
    )
}

fn outline(runs: &[Vec<[f64; 2]>], end: &str) -> String {
    let mut data = String::new();
    for run in runs {
        for (index, [x, y]) in run.iter().enumerate() {
            let letter = ["M", "L"][usize::from(index > 0)];
            let _ = write!(data, "{letter}{} {}", decimal(*x), decimal(*y));
        }
        data.push_str(end);
    }
    data
}

fn dashes(stroke: &Stroke) -> String {
    if stroke.dashes.is_empty() {
        return String::new();
    }
    let lengths: Vec<String> = stroke.dashes.iter().map(|length| decimal(*length)).collect();
    format!(" stroke-dasharray=\"{}\"", lengths.join(" "))
}

/// At most two decimals, without trailing zeros.
pub(super) fn decimal(value: f64) -> String {
    let text = format!("{value:.2}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

/// Text as XML and HTML want it.
pub(crate) fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
