//! The sheet a map is drawn on: title, frame, and the ground of lakes, roads and county lines.
//!
//! Sizes are chosen for A4: a sheet is about 1,070 pixels wide, so that 15 of them are 2.5 mm (7 points) high on a page with
//! margins of 2 cm, and about 11 points on a slide the map fills.

use super::project::Projection;
use super::{shapes, text};
use crate::experiment::summary::MapData;
use crate::report::charts::canvas::{escape, wrap};
use crate::report::font;
use std::fmt::Write;

/// Width of the legend beside the map.
pub(super) const SIDE: f64 = 232.0;
/// Edge around everything.
pub(super) const EDGE: f64 = 20.0;
/// Room the map proper may take.
pub(super) const ROOM: (f64, f64) = (780.0, 980.0);

const INK: &str = "#1f2933";
const TITLE: f64 = 22.0;
const SUBTITLE: f64 = 14.0;

/// Where everything on a sheet goes.
pub(super) struct Sheet {
    /// Lines under the title.
    subtitle: Vec<String>,
    /// Lines of the title.
    title: Vec<String>,
    name: String,
    /// The map's frame: left, top, width, height.
    pub(super) frame: (f64, f64, f64, f64),
    pub(super) projection: Projection,
}

impl Sheet {
    /// A sheet whose map is at least so high as its legend needs; `project` fits the places into a room at a place.
    pub(super) fn new(
        (title, subtitle): (&str, &str),
        least_height: f64,
        project: impl Fn((f64, f64), (f64, f64)) -> Projection,
    ) -> Sheet {
        let width = project((EDGE, 0.0), ROOM).width + SIDE + 3.0 * EDGE;
        let lines = |text: &str, size: f64, most: usize| {
            let mut lines = wrap(text, size, width - 2.0 * EDGE);
            lines.truncate(most);
            lines
        };
        let (title_lines, subtitle) = (lines(title, TITLE, 2), lines(subtitle, SUBTITLE, 3));
        let top = EDGE + 28.0 * title_lines.len() as f64 + 20.0 * subtitle.len() as f64 + 10.0;
        let projection = project((EDGE, top), ROOM).at_least_high(least_height);
        let frame = (EDGE, top, projection.width, projection.height);
        Sheet { subtitle, title: title_lines, name: title.to_string(), frame, projection }
    }

    /// Left edge and top of the legend.
    pub(super) fn side(&self) -> (f64, f64) {
        (self.frame.0 + self.frame.2 + EDGE, self.frame.1)
    }

    /// Opens the picture; `bottom` is where the legend ends.
    pub(super) fn open(&self, bottom: f64) -> String {
        let (x, y, w, h) = self.frame;
        let (width, height) = ((w + SIDE + 3.0 * EDGE).round(), ((y + h).max(bottom) + EDGE).round());
        let mut svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
             viewBox=\"0 0 {width} {height}\" role=\"img\" font-family=\"{}\"><title>{}</title>\n\
             <rect width=\"{width}\" height=\"{height}\" fill=\"#ffffff\"/>\n",
            font::FAMILIES,
            escape(&self.name)
        );
        let mut at = EDGE + 20.0;
        for line in &self.title {
            text(&mut svg, (EDGE, at), TITLE, "start", INK, line);
            at += 28.0;
        }
        for line in &self.subtitle {
            text(&mut svg, (EDGE, at - 3.0), SUBTITLE, "start", "#5b6773", line);
            at += 20.0;
        }
        let rect = format!("<rect x=\"{x}\" y=\"{y}\" width=\"{w:.1}\" height=\"{h:.1}\"");
        let _ = writeln!(
            svg,
            "{rect} fill=\"#f7f8f6\" stroke=\"#cbd2d9\"/>\n<clipPath id=\"map-frame\">{rect}/></clipPath>"
        );
        svg
    }

    /// The ground: what `under` draws, lakes, roads and county lines, cut off at the frame.
    pub(super) fn ground(&self, svg: &mut String, map: &MapData, under: impl FnOnce(&mut String)) {
        svg.push_str("<g clip-path=\"url(#map-frame)\">\n");
        under(svg);
        shapes::water(svg, map, &self.projection);
        shapes::roads(svg, map, &self.projection);
        shapes::outlines(svg, map, &self.projection);
        svg.push_str("</g>\n");
    }
}
