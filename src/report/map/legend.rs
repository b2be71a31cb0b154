//! Beside the map: what the colours and signs mean, the scale, north.

use super::project::Projection;
use super::shapes::{ROADS, hospital_sign, post_sign};
use super::{PointSizes, post_size, text};
use crate::experiment::summary::MapData;
use crate::report::words::Word;
use crate::report::{figure, theme};
use crate::text::Lang;
use std::fmt::Write;

const INK: &str = "#1f2933";
const ROW: f64 = 21.0;

/// Draws the legend with its left edge at `x`, from `y` down; `height` is the map's.
pub(super) fn draw(
    svg: &mut String,
    map: &MapData,
    projection: &Projection,
    (x, y, height): (f64, f64, f64),
    sizes: PointSizes,
    lang: Lang,
) {
    let mut y = y + 12.0;
    let head = |svg: &mut String, y: &mut f64, word: Word| {
        text(svg, (x, *y), 12.5, "start", INK, word.get(lang));
        *y += ROW;
    };
    let entry = |svg: &mut String, y: &mut f64, words: &str| {
        text(svg, (x + 34.0, *y + 4.0), 12.0, "start", INK, words);
        *y += ROW;
    };
    head(svg, &mut y, Word::LegendDrive);
    for (i, fill) in theme::BAND_FILLS.iter().enumerate() {
        let words = match theme::BAND_ENDS.get(i) {
            Some(end) => format!("≤ {}", figure::plain(*end)),
            None => Word::LegendOver.fill(lang, &[("n", &figure::plain(theme::BAND_ENDS[i - 1]))]),
        };
        disc(svg, (x + 14.0, y), 6.5, fill);
        entry(svg, &mut y, &words);
    }
    let _ = writeln!(
        svg,
        "<g stroke=\"{INK}\" stroke-width=\"1\"><circle cx=\"{0:.1}\" cy=\"{1:.1}\" r=\"5\" fill=\"#ffffff\"/>\
         <path d=\"M{2:.1} {3:.1}l7 7m0 -7l-7 7\"/></g>",
        x + 14.0,
        y,
        x + 10.5,
        y - 3.5
    );
    entry(svg, &mut y, Word::LegendUnreached.get(lang));

    y += 14.0;
    head(svg, &mut y, Word::LegendPeople);
    for share in [1.0, 0.25, 0.04] {
        let people = round_people(sizes.largest * share);
        disc(svg, (x + 14.0, y), sizes.radius(people), "#ffffff");
        entry(svg, &mut y, &figure::number(people, 0));
    }

    y += 14.0;
    head(svg, &mut y, Word::LegendPlaces);
    post_sign(svg, (x + 7.0, y + 1.0), post_size(1));
    post_sign(svg, (x + 20.0, y + 1.0), post_size(8));
    entry(svg, &mut y, Word::LegendPost.get(lang));
    hospital_sign(svg, (x + 14.0, y));
    entry(svg, &mut y, Word::LegendHospital.get(lang));
    if !map.water.is_empty() {
        let _ = writeln!(
            svg,
            "<rect x=\"{:.1}\" y=\"{:.1}\" width=\"22\" height=\"11\" fill=\"#cfe3f2\" stroke=\"#8fb9d8\"/>",
            x + 3.0,
            y - 5.5
        );
        entry(svg, &mut y, Word::LegendWater.get(lang));
    }

    y += 14.0;
    head(svg, &mut y, Word::LegendRoads);
    let names = [Word::RoadMinor, Word::RoadSecondary, Word::RoadPrimary, Word::RoadTrunk, Word::RoadMotorway];
    for ((_, width, colour), name) in ROADS.iter().zip(names).rev() {
        let _ = writeln!(svg, "<path d=\"M{:.1} {:.1}h26\" stroke=\"{colour}\" stroke-width=\"{width}\"/>", x + 1.0, y);
        entry(svg, &mut y, name.get(lang));
    }
    scale_and_north(svg, projection, (x, (y + 34.0).max(super::HEAD + height - 40.0)), lang);
}

fn disc(svg: &mut String, (x, y): (f64, f64), r: f64, fill: &str) {
    let _ = writeln!(
        svg,
        "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"{r:.1}\" fill=\"{fill}\" stroke=\"#3a2a20\" stroke-width=\"0.6\"/>"
    );
}

/// A number of residents with one leading digit and zeros.
fn round_people(people: f64) -> f64 {
    if people < 1.0 {
        return 1.0;
    }
    let power = 10f64.powi(libm::log10(people).floor() as i32);
    (people / power).round() * power
}

/// A scale bar of a round length of at most 130 pixels, and an arrow to the north.
fn scale_and_north(svg: &mut String, projection: &Projection, (x, y): (f64, f64), lang: Lang) {
    let per_km = projection.px_per_km();
    let lengths = [0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0];
    let km = lengths.into_iter().rfind(|km| km * per_km <= 130.0).unwrap_or(0.1);
    let w = km * per_km;
    let _ = writeln!(
        svg,
        "<path d=\"M{x:.1} {:.1}v6h{w:.1}v-6\" fill=\"none\" stroke=\"{INK}\" stroke-width=\"1.4\"/>",
        y + 8.0
    );
    let label = figure::with_unit(&figure::plain(km), "km", lang);
    text(svg, (x + w / 2.0, y + 30.0), 11.0, "middle", INK, &label);
    let nx = x + 160.0;
    let _ = writeln!(svg, "<path d=\"M{nx:.1} {:.1}l6 18l-6 -5l-6 5z\" fill=\"{INK}\"/>", y - 4.0);
    text(svg, (nx, y + 30.0), 11.0, "middle", INK, Word::North.get(lang));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_are_round() {
        assert_eq!([87_654.0, 250.0, 0.2].map(round_people), [90_000.0, 300.0, 1.0]);
    }
}
