//! A thin layer over plotters' SVG backend: sub-pixel coordinates, text that names the built-in font, axes.

use crate::report::{ReportError, font, theme};
use plotters::prelude::{DrawingBackend, IntoFont, RGBColor, SVGBackend, ShapeStyle};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color, FontTransform, TextStyle};

/// Backend units per pixel: the backend counts in whole units, a picture needs tenths of a pixel.
const SCALE: f64 = 10.0;
/// The backend divides font sizes by this before it writes them.
const FONT_FACTOR: f64 = 1.24;
/// Left and right edge of titles.
pub(super) const MARGIN: f64 = 28.0;

/// Where a text stands relative to its point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Anchor {
    /// The point is at its left end.
    Start,
    /// The point is in its middle.
    Middle,
    /// The point is at its right end.
    End,
}

/// What a chart draws on. Coordinates are pixels from the top left; the first error is kept and told at the end.
pub(super) struct Canvas<'a> {
    backend: SVGBackend<'a>,
    error: Option<String>,
    /// Width in pixels.
    pub width: f64,
    /// Height in pixels.
    pub height: f64,
}

/// Draws a chart: white ground, then what `paint` does.
pub(super) fn draw(
    name: &'static str,
    title: &str,
    (width, height): (f64, f64),
    paint: impl FnOnce(&mut Canvas<'_>),
) -> Result<String, ReportError> {
    let mut buffer = String::new();
    let mut canvas = Canvas {
        backend: SVGBackend::with_string(&mut buffer, ((width * SCALE) as u32, (height * SCALE) as u32)),
        error: None,
        width,
        height,
    };
    canvas.rect(0.0, 0.0, width, height, theme::PAPER, 1.0);
    paint(&mut canvas);
    if let Err(e) = canvas.backend.present() {
        canvas.error.get_or_insert(e.to_string());
    }
    let error = canvas.error.take();
    drop(canvas);
    if let Some(reason) = error {
        return Err(ReportError::Picture { name: name.into(), reason });
    }
    // The backend's opening tag says its own units; ours gives the size in pixels, a title and the font families.
    let body = buffer.split_once('>').map_or("", |(_, rest)| rest);
    let body = body.replace(&format!("font-family=\"{}\" ", font::FAMILY), "");
    Ok(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {} {}\" \
         role=\"img\" font-family=\"{}\"><title>{}</title>{body}",
        width * SCALE,
        height * SCALE,
        font::FAMILIES,
        escape(title)
    ))
}

/// Escapes a text for XML.
pub(in crate::report) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            // Control characters may not stand in XML at all.
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

fn unit(v: f64) -> i32 {
    (v * SCALE).round() as i32
}

impl Canvas<'_> {
    fn keep<E: std::fmt::Display>(&mut self, result: Result<(), E>) {
        if let Err(e) = result {
            self.error.get_or_insert(e.to_string());
        }
    }

    fn stroke(colour: RGBColor, width: f64) -> ShapeStyle {
        colour.stroke_width(unit(width).max(1) as u32)
    }

    /// A text; its middle height is at `y`.
    pub(super) fn text(&mut self, x: f64, y: f64, size: f64, colour: RGBColor, anchor: Anchor, text: &str) {
        self.turned(x, y, size, colour, anchor, text, FontTransform::None);
    }

    /// A text that reads upward.
    pub(super) fn text_up(&mut self, x: f64, y: f64, size: f64, colour: RGBColor, anchor: Anchor, text: &str) {
        self.turned(x, y, size, colour, anchor, text, FontTransform::Rotate270);
    }

    #[allow(clippy::too_many_arguments)]
    fn turned(&mut self, x: f64, y: f64, size: f64, colour: RGBColor, anchor: Anchor, text: &str, turn: FontTransform) {
        let h = match anchor {
            Anchor::Start => HPos::Left,
            Anchor::Middle => HPos::Center,
            Anchor::End => HPos::Right,
        };
        let clean: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        let style = TextStyle::from((font::FAMILY, size * SCALE * FONT_FACTOR).into_font().transform(turn))
            .color(&colour)
            .pos(Pos::new(h, VPos::Center));
        let result = self.backend.draw_text(&clean, &style, (unit(x), unit(y)));
        self.keep(result);
    }

    /// A filled rectangle.
    pub(super) fn rect(&mut self, x: f64, y: f64, w: f64, h: f64, colour: RGBColor, opacity: f64) {
        let fill = colour.mix(opacity).filled();
        let result = self.backend.draw_rect((unit(x), unit(y)), (unit(x + w), unit(y + h)), &fill, true);
        self.keep(result);
    }

    /// A straight line.
    pub(super) fn line(&mut self, from: (f64, f64), to: (f64, f64), colour: RGBColor, width: f64) {
        let result = self.backend.draw_line(
            (unit(from.0), unit(from.1)),
            (unit(to.0), unit(to.1)),
            &Self::stroke(colour, width),
        );
        self.keep(result);
    }

    /// A horizontal or vertical dashed line.
    pub(super) fn dashed(&mut self, from: (f64, f64), to: (f64, f64), colour: RGBColor, width: f64) {
        let length = (to.0 - from.0).abs().max((to.1 - from.1).abs());
        let steps = (length / 8.0).ceil().max(1.0);
        for i in 0..steps as usize {
            let at = |t: f64| (from.0 + (to.0 - from.0) * t.min(1.0), from.1 + (to.1 - from.1) * t.min(1.0));
            self.line(at(i as f64 / steps), at((i as f64 + 0.6) / steps), colour, width);
        }
    }

    /// A line through points.
    pub(super) fn path(&mut self, points: &[(f64, f64)], colour: RGBColor, width: f64) {
        let result =
            self.backend.draw_path(points.iter().map(|(x, y)| (unit(*x), unit(*y))), &Self::stroke(colour, width));
        self.keep(result);
    }

    /// A text on a white ground that hides what it crosses.
    pub(super) fn text_on_paper(&mut self, x: f64, y: f64, size: f64, colour: RGBColor, anchor: Anchor, text: &str) {
        let wide = font::width(text, size);
        let left = match anchor {
            Anchor::Start => x,
            Anchor::Middle => x - wide / 2.0,
            Anchor::End => x - wide,
        };
        self.rect(left - 2.0, y - size * 0.65, wide + 4.0, size * 1.3, theme::PAPER, 0.88);
        self.text(x, y, size, colour, anchor, text);
    }

    /// A filled disc.
    pub(super) fn disc(&mut self, x: f64, y: f64, radius: f64, colour: RGBColor) {
        let disc = self.backend.draw_circle((unit(x), unit(y)), unit(radius) as u32, &colour.filled(), true);
        self.keep(disc);
    }

    /// A filled disc with a thin white rim.
    pub(super) fn dot(&mut self, x: f64, y: f64, radius: f64, colour: RGBColor) {
        self.disc(x, y, radius + 1.0, theme::PAPER);
        self.disc(x, y, radius, colour);
    }

    /// A vertical whisker with caps.
    pub(super) fn whisker_up(&mut self, x: f64, low: f64, high: f64, colour: RGBColor) {
        self.line((x, low), (x, high), colour, 1.3);
        for y in [low, high] {
            self.line((x - 3.0, y), (x + 3.0, y), colour, 1.3);
        }
    }

    /// A horizontal whisker with caps.
    pub(super) fn whisker_along(&mut self, y: f64, low: f64, high: f64, colour: RGBColor) {
        self.line((low, y), (high, y), colour, 1.3);
        for x in [low, high] {
            self.line((x, y - 3.0), (x, y + 3.0), colour, 1.3);
        }
    }

    /// Title and subtitle; returns where the chart may begin. A subtitle that is too long is broken.
    pub(super) fn heading(&mut self, title: &str, subtitle: &str) -> f64 {
        self.text(MARGIN, 30.0, 18.0, theme::INK, Anchor::Start, title);
        let mut y = 53.0;
        for line in wrap(subtitle, 12.0, self.width - 2.0 * MARGIN) {
            self.text(MARGIN, y, 12.0, theme::SOFT, Anchor::Start, &line);
            y += 17.0;
        }
        y + 4.0
    }

    /// A legend in one row from `x`; each entry is a colour, whether it is a line, and a word.
    pub(super) fn legend(&mut self, x: f64, y: f64, entries: &[(RGBColor, Mark, &str)]) {
        let mut x = x;
        for (colour, mark, word) in entries {
            match mark {
                Mark::Box => self.rect(x, y - 5.0, 12.0, 10.0, *colour, 1.0),
                Mark::Line => self.line((x, y), (x + 18.0, y), *colour, 2.4),
                Mark::Dash => self.dashed((x, y), (x + 20.0, y), *colour, 1.6),
                Mark::Dot => {
                    self.line((x, y), (x + 18.0, y), *colour, 1.3);
                    self.dot(x + 9.0, y, 4.0, *colour);
                }
            }
            let mark_width = if *mark == Mark::Box { 17.0 } else { 25.0 };
            self.text(x + mark_width, y, 12.0, theme::INK, Anchor::Start, word);
            x += mark_width + font::width(word, 12.0) + 22.0;
        }
    }
}

/// How a legend shows an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    /// A filled box.
    Box,
    /// A line.
    Line,
    /// A dashed line.
    Dash,
    /// A point with its whisker.
    Dot,
}

/// Breaks a text into lines: at spaces, and before any hanzi.
pub(in crate::report) fn wrap(text: &str, size: f64, width: f64) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut word = String::new();
    let flush = |lines: &mut Vec<String>, word: &mut String| {
        if let Some(last) = lines.last_mut() {
            if !last.is_empty() && font::width(&format!("{last}{}", word.trim_end()), size) > width {
                lines.push(std::mem::take(word));
            } else {
                last.push_str(word);
                word.clear();
            }
        }
    };
    for c in text.chars() {
        let wide = ('\u{2e80}'..='\u{9fff}').contains(&c);
        if wide && !"，。；：、）".contains(c) {
            flush(&mut lines, &mut word);
        }
        word.push(c);
        if c == ' ' {
            flush(&mut lines, &mut word);
        }
    }
    flush(&mut lines, &mut word);
    lines.into_iter().map(|l| l.trim_end().to_string()).collect()
}

/// Cuts a text that is too wide and says so with an ellipsis.
pub(in crate::report) fn shorten(text: &str, size: f64, width: f64) -> String {
    if font::width(text, size) <= width {
        return text.to_string();
    }
    let mut out = String::new();
    for c in text.chars() {
        if font::width(&format!("{out}{c}…"), size) > width {
            break;
        }
        out.push(c);
    }
    out.push('…');
    out
}

/// A round step that divides `range` into at most `parts` parts: 1, 2, 2.5 or 5 times a power of ten.
pub(super) fn round_step(range: f64, parts: f64) -> f64 {
    if !(range.is_finite() && range > 0.0) {
        return 1.0;
    }
    let raw = range / parts;
    let power = 10f64.powi(libm::log10(raw).floor() as i32);
    [1.0, 2.0, 2.5, 5.0, 10.0].iter().map(|m| m * power).find(|s| *s >= raw - 1e-12).unwrap_or(10.0 * power)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_round() {
        assert_eq!(round_step(60.0, 6.0), 10.0);
        assert_eq!(round_step(47.0, 6.0), 10.0);
        assert_eq!(round_step(0.9, 5.0), 0.2);
        assert_eq!(round_step(0.0, 5.0), 1.0);
    }

    #[test]
    fn long_texts_break_and_shorten() {
        let lines = wrap("one two three four", 10.0, 45.0);
        assert!(lines.len() > 1 && lines.iter().all(|l| font::width(l, 10.0) <= 45.0), "{lines:?}");
        assert_eq!(lines.join(" "), "one two three four");
        assert_eq!(wrap("急救覆盖", 10.0, 25.0), ["急救", "覆盖"]);
        assert!(shorten("元江哈尼族彝族傣族自治县", 10.0, 60.0).ends_with('…'));
    }

    #[test]
    fn hostile_titles_are_escaped() {
        let svg = draw("x", "<script>", (50.0, 50.0), |c| {
            c.text(1.0, 1.0, 9.0, theme::INK, Anchor::Start, "<script>&");
        })
        .unwrap();
        assert!(!svg.contains("<script>") && svg.contains("&lt;script&gt;&amp;"));
    }
}
