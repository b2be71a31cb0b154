//! Maps as one SVG each: coverage by driving time, isochrones of a post, and where two scenarios differ.

mod difference;
mod isochrones;
mod labels;
mod legend;
mod project;
mod shapes;
mod sheet;
mod siting;

pub(super) use difference::draw as draw_difference;
pub(super) use isochrones::{draw as draw_isochrones, geojson as isochrones_geojson};
pub(super) use siting::draw as draw_siting;

use super::charts::canvas::escape;
use super::picture::Picture;
use super::words::Word;
use super::words_map::OnMap;
use super::{ReportError, figure, theme};
use crate::experiment::summary::{MapData, Summary};
use crate::text::Lang;
use legend::Legend;
use project::Projection;
use sheet::Sheet;
use std::fmt::Write;

/// Draws the map of a run.
pub(super) fn draw(summary: &Summary, map: &MapData, lang: Lang) -> Result<Picture, ReportError> {
    let title = format!("{} — {}", Word::MapTitle.get(lang), summary.scenario.title.get(lang));
    let subtitle = Word::MapSubtitle
        .fill(lang, &[("posts", &map.posts.len().to_string()), ("hospitals", &map.hospitals.len().to_string())]);
    let sheet = Sheet::new((&title, &subtitle), 690.0, |origin, room| Projection::fit(map, origin, room));
    let sizes = PointSizes::of(map);
    let (legend, bottom) = coverage_legend(map, &sheet, sizes, lang);

    let mut svg = sheet.open(bottom);
    sheet.ground(&mut svg, map, |svg| shapes::time_bands(svg, map, &sheet.projection));
    shapes::points(&mut svg, map, &sheet.projection, sizes, lang);
    shapes::hospitals(&mut svg, map, &sheet.projection);
    shapes::posts(&mut svg, map, &sheet.projection);
    labels::draw(&mut svg, map, &sheet.projection, sheet.frame, sizes, lang);
    svg.push_str(&legend);
    svg.push_str("</svg>\n");
    Ok(Picture { path: "map", svg })
}

fn coverage_legend(map: &MapData, sheet: &Sheet, sizes: PointSizes, lang: Lang) -> (String, f64) {
    let mut legend = Legend::at(sheet.side());
    legend.head(Word::LegendDrive.get(lang));
    let banded = map.roads.iter().any(|r| !r.minutes.is_empty());
    for (i, (fill, tint)) in theme::BAND_FILLS.iter().zip(theme::BAND_TINTS).enumerate() {
        let words = match theme::BAND_ENDS.get(i) {
            Some(end) => format!("≤ {}", figure::plain(*end)),
            None => Word::LegendOver.fill(lang, &[("n", &figure::plain(theme::BAND_ENDS[i - 1]))]),
        };
        let sign = |svg: &mut String, (x, y): (f64, f64)| {
            if banded {
                let (x, y) = (x - 14.0, y - 9.5);
                let _ = writeln!(svg, "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"28\" height=\"19\" fill=\"{tint}\"/>");
            }
            legend::disc(svg, (x, y), 7.0, fill);
        };
        legend.entry(sign, &words);
    }
    legend.entry(|svg, at| shapes::unreached(svg, at, 5.5), Word::LegendUnreached.get(lang));
    if banded {
        legend.note(OnMap::RoadsToo.get(lang));
    }
    legend.gap();
    legend.people(sizes, lang);
    legend.head(Word::LegendPlaces.get(lang));
    legend.entry(legend::two_posts, Word::LegendPost.get(lang));
    legend.ground(map, lang);
    legend.close(&sheet.projection, sheet.frame.1 + sheet.frame.3, lang)
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
    3.6 + 1.4 * f64::from(units.min(16)).sqrt()
}

/// The fill of a driving time, and `None` for a place no road leads to.
fn fill(minutes: Option<f64>) -> Option<&'static str> {
    minutes.and_then(|m| theme::BAND_FILLS.get(theme::band(m)).copied())
}
