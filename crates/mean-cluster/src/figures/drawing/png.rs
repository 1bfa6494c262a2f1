//! A drawing as PNG. Rasterised without SIMD and with our own font: the same bytes everywhere.

use super::canvas::{Anchor, Canvas, Colour, Shape, Stroke, Text};
use super::font;
use tiny_skia::{
    Color, FillRule, LineJoin, Paint, Path, PathBuilder, Pixmap, StrokeDash, Transform,
};

impl Canvas {
    /// The drawing with `scale` dots a pixel; none if it is too large for memory.
    pub(crate) fn to_png(&self, scale: f64) -> Option<Vec<u8>> {
        let dots = |pixels: f64| (pixels * scale).ceil() as u32;
        let mut pixmap = Pixmap::new(dots(self.width), dots(self.height))?;
        pixmap.fill(Color::WHITE);
        let transform = Transform::from_scale(scale as f32, scale as f32);
        for shape in &self.shapes {
            draw(&mut pixmap, shape, transform);
        }
        pixmap.encode_png().ok()
    }
}

fn draw(pixmap: &mut Pixmap, shape: &Shape, transform: Transform) {
    match shape {
        Shape::Lines { runs, stroke } => {
            if let Some(path) = path(runs, false) {
                pixmap.stroke_path(
                    &path,
                    &paint(stroke.colour, 1.0),
                    &pen(stroke),
                    transform,
                    None,
                );
            }
        }
        Shape::Polygons { polygons, fill, opacity } => {
            fill_path(pixmap, path(polygons, true), paint(*fill, *opacity), transform);
        }
        Shape::Discs { centres, radius, fill } => {
            let mut builder = PathBuilder::new();
            for [x, y] in centres {
                builder.push_circle(*x as f32, *y as f32, *radius as f32);
            }
            fill_path(pixmap, builder.finish(), paint(*fill, 1.0), transform);
        }
        Shape::Text(text) => {
            let outlines = font::outlines(&text.text, text.size);
            let transform = transform.pre_concat(placement(text));
            fill_path(pixmap, outlines, paint(text.colour, 1.0), transform);
        }
        Shape::Open(_) | Shape::Close => {}
    }
}

fn placement(text: &Text) -> Transform {
    let width = font::width(&text.text, text.size);
    let shift = match text.anchor {
        Anchor::Start => 0.0,
        Anchor::Middle => -0.5 * width,
        Anchor::End => -width,
    } as f32;
    let [x, y] = text.at.map(|value| value as f32);
    match text.upwards {
        // a quarter turn, exact: (x, y) -> (y, -x)
        true => Transform::from_row(0.0, -1.0, 1.0, 0.0, x, y).pre_translate(shift, 0.0),
        false => Transform::from_translate(x + shift, y),
    }
}

fn path(runs: &[Vec<[f64; 2]>], closed: bool) -> Option<Path> {
    let mut builder = PathBuilder::new();
    for run in runs {
        for (index, [x, y]) in run.iter().enumerate() {
            match index {
                0 => builder.move_to(*x as f32, *y as f32),
                _ => builder.line_to(*x as f32, *y as f32),
            }
        }
        if closed {
            builder.close();
        }
    }
    builder.finish()
}

fn fill_path(pixmap: &mut Pixmap, path: Option<Path>, paint: Paint<'_>, transform: Transform) {
    if let Some(path) = path {
        pixmap.fill_path(&path, &paint, FillRule::Winding, transform, None);
    }
}

fn paint(colour: Colour, opacity: f64) -> Paint<'static> {
    let [red, green, blue] = colour.channels();
    let mut paint = Paint { anti_alias: true, ..Paint::default() };
    paint.set_color_rgba8(red, green, blue, (255.0 * opacity).round() as u8);
    paint
}

fn pen(stroke: &Stroke) -> tiny_skia::Stroke {
    let lengths: Vec<f32> = stroke.dashes.iter().map(|length| *length as f32).collect();
    tiny_skia::Stroke {
        width: stroke.width as f32,
        line_join: LineJoin::Round,
        dash: StrokeDash::new(lengths, 0.0),
        ..tiny_skia::Stroke::default()
    }
}
