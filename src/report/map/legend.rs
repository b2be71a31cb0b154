//! Beside the map: what the colours and signs mean, the scale, north.

use super::project::Projection;
use super::shapes::{OUTLINE, ROADS, hospital_sign, post_sign};
use super::sheet::SIDE;
use super::{PointSizes, post_size, text};
use crate::experiment::summary::MapData;
use crate::report::charts::canvas::wrap;
use crate::report::figure;
use crate::report::words::Word;
use crate::report::words_map::OnMap;
use crate::text::Lang;
use std::fmt::Write;

pub(super) const INK: &str = "#1f2933";
const SOFT: &str = "#5b6773";
const ROW: f64 = 24.0;
/// Where words begin, from the left edge of the legend.
const WORDS: f64 = 36.0;
const HEAD_SIZE: f64 = 15.5;
const SIZE: f64 = 15.0;
const NOTE_SIZE: f64 = 12.5;

/// A legend that grows downward.
pub(super) struct Legend {
    /// What is drawn so far.
    pub(super) svg: String,
    x: f64,
    y: f64,
}

impl Legend {
    /// An empty one from a place down.
    pub(super) fn at((x, y): (f64, f64)) -> Legend {
        Legend { svg: String::new(), x, y: y + 14.0 }
    }

    /// A heading.
    pub(super) fn head(&mut self, words: &str) {
        for line in wrap(words, HEAD_SIZE, SIDE) {
            text(&mut self.svg, (self.x, self.y), HEAD_SIZE, "start", INK, &line);
            self.y += ROW - 1.0;
        }
    }

    /// A sign with its words; the sign is drawn around the place it is told.
    pub(super) fn entry(&mut self, sign: impl FnOnce(&mut String, (f64, f64)), words: &str) {
        sign(&mut self.svg, (self.x + 15.0, self.y - 1.0));
        for line in wrap(words, SIZE, SIDE - WORDS) {
            text(&mut self.svg, (self.x + WORDS, self.y + 4.5), SIZE, "start", INK, &line);
            self.y += ROW;
        }
    }

    /// Small print under an entry.
    pub(super) fn note(&mut self, words: &str) {
        for line in wrap(words, NOTE_SIZE, SIDE - WORDS) {
            text(&mut self.svg, (self.x + WORDS, self.y), NOTE_SIZE, "start", SOFT, &line);
            self.y += 18.0;
        }
        self.y += 3.0;
    }

    /// Room before the next heading.
    pub(super) fn gap(&mut self) {
        self.y += 12.0;
    }

    /// How many residents a disc's size stands for.
    pub(super) fn people(&mut self, sizes: PointSizes, lang: Lang) {
        self.head(Word::LegendPeople.get(lang));
        for share in [1.0, 0.25, 0.04] {
            let people = round_people(sizes.largest * share);
            self.entry(|svg, at| disc(svg, at, sizes.radius(people), "#ffffff"), &figure::number(people, 0));
        }
        self.gap();
    }

    /// Hospitals, lakes, county lines and the classes of roads, as far as the map has them.
    pub(super) fn ground(&mut self, map: &MapData, lang: Lang) {
        if !map.hospitals.is_empty() {
            self.entry(hospital_sign, Word::LegendHospital.get(lang));
        }
        if !map.water.is_empty() {
            let sign = |svg: &mut String, (x, y): (f64, f64)| {
                let (x, y) = (x - 12.0, y - 6.0);
                let _ = writeln!(
                    svg,
                    "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"24\" height=\"12\" fill=\"#cfe3f2\" stroke=\"#8fb9d8\"/>"
                );
            };
            self.entry(sign, Word::LegendWater.get(lang));
        }
        if !map.outlines.is_empty() {
            let sign = |svg: &mut String, (x, y): (f64, f64)| {
                let x = x - 14.0;
                let _ = writeln!(svg, "<path d=\"M{x:.1} {y:.1}h29\" {}/>", OUTLINE.of(1.0));
            };
            self.entry(sign, OnMap::CountyLine.get(lang));
            if map.outlines.iter().any(|o| o.approximate) {
                self.y -= 4.0;
                self.note(OnMap::CountyLineAbout.get(lang));
            }
        }
        self.gap();
        self.head(Word::LegendRoads.get(lang));
        let names = [Word::RoadMinor, Word::RoadSecondary, Word::RoadPrimary, Word::RoadTrunk, Word::RoadMotorway];
        for ((_, width, colour), name) in ROADS.iter().zip(names).rev() {
            let sign = |svg: &mut String, (x, y): (f64, f64)| {
                let x = x - 14.0;
                let _ = writeln!(svg, "<path d=\"M{x:.1} {y:.1}h28\" stroke=\"{colour}\" stroke-width=\"{width}\"/>");
            };
            self.entry(sign, name.get(lang));
        }
    }

    /// A scale bar of a round length of at most 140 pixels, and an arrow to the north; at `bottom` or below what there is.
    /// Returns what is drawn and where it ends.
    pub(super) fn close(mut self, projection: &Projection, bottom: f64, lang: Lang) -> (String, f64) {
        let (x, y) = (self.x, (self.y + 18.0).max(bottom - 42.0));
        let per_km = projection.px_per_km();
        let lengths = [0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0];
        let km = lengths.into_iter().rfind(|km| km * per_km <= 140.0).unwrap_or(0.1);
        let w = km * per_km;
        let _ = writeln!(
            self.svg,
            "<path d=\"M{x:.1} {:.1}v7h{w:.1}v-7\" fill=\"none\" stroke=\"{INK}\" stroke-width=\"1.6\"/>",
            y + 8.0
        );
        let label = figure::with_unit(&figure::plain(km), "km", lang);
        text(&mut self.svg, (x + w / 2.0, y + 34.0), 14.0, "middle", INK, &label);
        let nx = x + 190.0;
        let _ = writeln!(self.svg, "<path d=\"M{nx:.1} {:.1}l7 21l-7 -6l-7 6z\" fill=\"{INK}\"/>", y - 6.0);
        text(&mut self.svg, (nx, y + 34.0), 14.0, "middle", INK, Word::North.get(lang));
        (self.svg, y + 42.0)
    }
}

/// A disc as demand points have it.
pub(super) fn disc(svg: &mut String, (x, y): (f64, f64), r: f64, fill: &str) {
    let _ = writeln!(
        svg,
        "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"{r:.1}\" fill=\"{fill}\" stroke=\"#3a2a20\" stroke-width=\"0.6\"/>"
    );
}

/// A small and a large post.
pub(super) fn two_posts(svg: &mut String, (x, y): (f64, f64)) {
    post_sign(svg, (x - 7.0, y + 1.0), post_size(1));
    post_sign(svg, (x + 7.0, y + 1.0), post_size(8));
}

/// A number of residents with one leading digit and zeros.
fn round_people(people: f64) -> f64 {
    if people < 1.0 {
        return 1.0;
    }
    let power = 10f64.powi(libm::log10(people).floor() as i32);
    (people / power).round() * power
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_are_round() {
        assert_eq!([87_654.0, 250.0, 0.2].map(round_people), [90_000.0, 300.0, 1.0]);
    }
}
