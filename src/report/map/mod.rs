//! The map: roads, lakes, demand points coloured by driving time, posts and hospitals, as one SVG.

mod labels;
mod legend;
mod project;
mod shapes;

use super::charts::canvas::{escape, wrap};
use super::picture::Picture;
use super::words::Word;
use super::{ReportError, font, theme};
use crate::experiment::summary::{MapData, Summary};
use crate::text::Lang;
use project::Projection;
use std::fmt::Write;

/// Height of the title above the map.
const HEAD: f64 = 72.0;
/// Width of the legend beside it.
const SIDE: f64 = 190.0;
/// Edge around everything.
const EDGE: f64 = 20.0;
/// Room the map proper may take.
const ROOM: (f64, f64) = (780.0, 1000.0);

/// Draws the map of a run.
pub(super) fn draw(summary: &Summary, map: &MapData, lang: Lang) -> Result<Picture, ReportError> {
    let projection = Projection::fit(map, (EDGE, HEAD), ROOM);
    let (w, h) = (projection.width, projection.height.max(560.0));
    let (width, height) = ((w + SIDE + 3.0 * EDGE).round(), (h + HEAD + EDGE).round());
    let title = format!("{} — {}", Word::MapTitle.get(lang), summary.scenario.title.get(lang));

    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
         viewBox=\"0 0 {width} {height}\" role=\"img\" font-family=\"{}\"><title>{}</title>\n\
         <rect width=\"{width}\" height=\"{height}\" fill=\"#ffffff\"/>\n",
        font::FAMILIES,
        escape(&title)
    );
    let subtitle = Word::MapSubtitle
        .fill(lang, &[("posts", &map.posts.len().to_string()), ("hospitals", &map.hospitals.len().to_string())]);
    text(&mut svg, (EDGE, 34.0), 18.0, "start", "#1f2933", &title);
    if let Some(line) = wrap(&subtitle, 12.0, width - 2.0 * EDGE).first() {
        text(&mut svg, (EDGE, 56.0), 12.0, "start", "#5b6773", line);
    }
    let _ = writeln!(
        svg,
        "<rect x=\"{EDGE}\" y=\"{HEAD}\" width=\"{w:.1}\" height=\"{h:.1}\" fill=\"#f7f8f6\" stroke=\"#cbd2d9\"/>"
    );
    shapes::water(&mut svg, map, &projection);
    shapes::roads(&mut svg, map, &projection);
    let sizes = PointSizes::of(map);
    shapes::points(&mut svg, map, &projection, sizes, lang);
    shapes::hospitals(&mut svg, map, &projection);
    shapes::posts(&mut svg, map, &projection);
    labels::draw(&mut svg, map, &projection, (EDGE, HEAD, w, h), sizes, lang);
    legend::draw(&mut svg, map, &projection, (w + 2.0 * EDGE, HEAD, h), sizes, lang);
    svg.push_str("</svg>\n");
    Ok(Picture { path: "map", svg })
}

/// A text with its baseline at `at`.
fn text(svg: &mut String, at: (f64, f64), size: f64, anchor: &str, fill: &str, words: &str) {
    let _ = writeln!(
        svg,
        "<text x=\"{:.1}\" y=\"{:.1}\" font-size=\"{size}\" text-anchor=\"{anchor}\" fill=\"{fill}\">{}</text>",
        at.0,
        at.1,
        escape(words)
    );
}

/// How large demand points are drawn: area in proportion to residents; the more points, the smaller.
#[derive(Clone, Copy)]
struct PointSizes {
    /// Residents of the largest point.
    largest: f64,
    /// Its radius in pixels.
    radius: f64,
}

impl PointSizes {
    fn of(map: &MapData) -> PointSizes {
        let largest = map.points.iter().map(|p| p.population).fold(1.0, f64::max);
        let radius = (10.0 * (200.0 / map.points.len().max(1) as f64).sqrt()).clamp(5.0, 10.0);
        PointSizes { largest, radius }
    }

    fn radius(self, population: f64) -> f64 {
        (self.radius * (population.max(0.0) / self.largest).sqrt()).max(1.6)
    }
}

/// Size of a post's triangle.
fn post_size(units: u32) -> f64 {
    4.2 + 1.5 * f64::from(units.min(16)).sqrt()
}

/// The fill of a driving time, and `None` for a place no road leads to.
fn fill(minutes: Option<f64>) -> Option<&'static str> {
    minutes.and_then(|m| theme::BAND_FILLS.get(theme::band(m)).copied())
}
