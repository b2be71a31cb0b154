//! Names on the map: counties at the middle of their urban residents, lakes, then posts by size, none over another.

use super::project::Projection;
use super::{PointSizes, post_size};
use crate::experiment::summary::{MapData, MapPoint};
use crate::quality::Zone;
use crate::report::charts::canvas::escape;
use crate::report::font;
use crate::text::{Lang, Text};
use std::fmt::Write;

/// Names stand so many pixels off their places.
const GAP: f64 = 9.0;
/// Posts with a name at most.
const POSTS_NAMED: usize = 14;

/// A box in pixels.
#[derive(Clone, Copy, Debug)]
struct Area {
    x: f64,
    y: f64,
    w: f64,
    h: f64,
}

impl Area {
    fn meets(&self, other: &Area) -> bool {
        self.x < other.x + other.w
            && other.x < self.x + self.w
            && self.y < other.y + other.h
            && other.y < self.y + self.h
    }

    /// Square pixels two boxes share.
    fn common(&self, other: &Area) -> f64 {
        let w = (self.x + self.w).min(other.x + other.w) - self.x.max(other.x);
        let h = (self.y + self.h).min(other.y + other.h) - self.y.max(other.y);
        w.max(0.0) * h.max(0.0)
    }

    fn inside(&self, frame: &Area) -> bool {
        self.x >= frame.x
            && self.y >= frame.y
            && self.x + self.w <= frame.x + frame.w
            && self.y + self.h <= frame.y + frame.h
    }
}

/// Draws the names inside `frame` (x, y, width, height).
pub(super) fn draw(
    svg: &mut String,
    map: &MapData,
    projection: &Projection,
    frame: (f64, f64, f64, f64),
    sizes: PointSizes,
    lang: Lang,
) {
    draw_off(svg, map, projection, frame, sizes, GAP, lang);
}

/// The same with the names of posts so many pixels off their places, where signs are large.
#[allow(clippy::too_many_arguments)]
pub(super) fn draw_off(
    svg: &mut String,
    map: &MapData,
    projection: &Projection,
    frame: (f64, f64, f64, f64),
    sizes: PointSizes,
    gap: f64,
    lang: Lang,
) {
    let frame = Area { x: frame.0 + 2.0, y: frame.1 + 2.0, w: frame.2 - 4.0, h: frame.3 - 4.0 };
    let mut taken: Vec<Area> = Vec::new();
    for post in &map.posts {
        let (x, y) = projection.pixel(post.at);
        let s = post_size(post.units);
        taken.push(Area { x: x - s * 0.8, y: y - s * 0.8, w: s * 1.6, h: s * 1.4 });
    }
    for hospital in &map.hospitals {
        // Where its sign stands, see `shapes::hospitals`.
        let (x, y) = projection.pixel(hospital.at);
        taken.push(Area { x: x + 0.8, y: y - 8.2, w: 7.4, h: 7.4 });
    }
    for point in &map.points {
        let (r, (x, y)) = (sizes.radius(point.population), projection.pixel(point.at));
        if r > 4.0 {
            taken.push(Area { x: x - r * 0.8, y: y - r * 0.8, w: r * 1.6, h: r * 1.6 });
        }
    }
    for (name, at) in county_seats(&map.points) {
        let name = name.get(lang);
        // Long names would end far from their place.
        let size = if font::width(name, COUNTY.size) > 200.0 { 14.5 } else { COUNTY.size };
        place(svg, &mut taken, &frame, projection.pixel(at), name, Style { size, ..COUNTY });
    }
    for area in &map.water {
        let n = area.ring.len().max(1) as f64;
        let (lon, lat) = area.ring.iter().fold((0.0, 0.0), |(a, b), p| (a + p[0], b + p[1]));
        let (x, y) = projection.pixel([lon / n, lat / n]);
        let w = font::width(&area.name, WATER.size);
        let spot = Area { x: x - w / 2.0, y: y - 8.0, w, h: 17.0 };
        if spot.inside(&frame) && !taken.iter().any(|t| t.meets(&spot)) {
            write_name(svg, &spot, &area.name, WATER);
            taken.push(spot);
        }
    }
    let mut posts: Vec<_> = map.posts.iter().collect();
    posts.sort_by(|a, b| b.units.cmp(&a.units).then_with(|| a.name.cmp(&b.name)));
    for post in posts.into_iter().take(POSTS_NAMED) {
        place(svg, &mut taken, &frame, projection.pixel(post.at), post.name.get(lang), Style { gap, ..POST });
    }
}

/// Every county with the middle of its urban residents (of all, where none are urban), in the order they first appear.
fn county_seats(points: &[MapPoint]) -> Vec<(&Text, [f64; 2])> {
    let mut counties: Vec<&Text> = Vec::new();
    for county in points.iter().filter_map(|p| p.county.as_ref()) {
        if !counties.contains(&county) {
            counties.push(county);
        }
    }
    let middle = |county: &Text, urban_only: bool| {
        let (mut people, mut lon, mut lat) = (0.0, 0.0, 0.0);
        for p in points.iter().filter(|p| p.county.as_ref() == Some(county)) {
            if !urban_only || p.zone == Zone::Urban {
                let n = p.population.max(1.0);
                (people, lon, lat) = (people + n, lon + n * p.at[0], lat + n * p.at[1]);
            }
        }
        (people > 0.0).then(|| [lon / people, lat / people])
    };
    counties.into_iter().filter_map(|c| Some((c, middle(c, true).or_else(|| middle(c, false))?))).collect()
}

/// How a name is set.
#[derive(Clone, Copy)]
struct Style {
    size: f64,
    colour: &'static str,
    /// Whether it is written even where it must cover something.
    needed: bool,
    /// Pixels off its place at least.
    gap: f64,
}

/// A county's name: it is what a reader looks for first.
const COUNTY: Style = Style { size: 17.0, colour: "#1f2933", needed: true, gap: GAP };
/// A lake's name.
const WATER: Style = Style { size: 13.5, colour: "#2f6d9c", needed: false, gap: GAP };
/// A post's name.
const POST: Style = Style { size: 12.5, colour: "#34495e", needed: false, gap: GAP };

/// Writes a name beside a place, where it covers least: right, left, below, above, aslant, then farther off. A name that
/// is not needed is left out unless it covers nothing.
fn place(svg: &mut String, taken: &mut Vec<Area>, frame: &Area, (x, y): (f64, f64), name: &str, style: Style) {
    let (w, h) = (font::width(name, style.size), style.size * 1.25);
    let mut best: Option<(f64, Area)> = None;
    let distances: &[f64] = if style.needed { &[GAP, 18.0, 28.0, 40.0] } else { &[style.gap] };
    for gap in distances {
        let aslant = gap * 0.35;
        let corners = [
            (x + gap, y - h / 2.0),
            (x - gap - w, y - h / 2.0),
            (x - w / 2.0, y + gap),
            (x - w / 2.0, y - gap - h),
            (x + gap, y + aslant),
            (x + gap, y - h - aslant),
            (x - gap - w, y + aslant),
            (x - gap - w, y - h - aslant),
        ];
        for (sx, sy) in corners {
            let spot = Area { x: sx, y: sy, w, h };
            if !spot.inside(frame) {
                continue;
            }
            let covered: f64 = taken.iter().map(|t| t.common(&spot)).sum();
            // Farther off is worse, as if it covered a little more.
            let cost = covered + gap;
            if best.is_none_or(|(least, _)| cost < least) && (style.needed || covered == 0.0) {
                best = Some((cost, spot));
            }
        }
    }
    let Some((_, spot)) = best else { return };
    write_name(svg, &spot, name, style);
    taken.push(spot);
}

/// Writes a name into its box, with a white rim.
fn write_name(svg: &mut String, spot: &Area, name: &str, style: Style) {
    let _ = writeln!(
        svg,
        "<text x=\"{:.1}\" y=\"{:.1}\" font-size=\"{}\" fill=\"{}\" stroke=\"#ffffff\" stroke-width=\"3\" \
         stroke-linejoin=\"round\" paint-order=\"stroke\">{}</text>",
        spot.x,
        spot.y + style.size,
        style.size,
        style.colour,
        escape(name)
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_takes_the_next_free_side_or_none() {
        let frame = Area { x: 0.0, y: 0.0, w: 400.0, h: 400.0 };
        let (mut svg, mut taken) = (String::new(), Vec::new());
        for _ in 0..40 {
            place(&mut svg, &mut taken, &frame, (200.0, 200.0), "玉溪", POST);
        }
        assert!(taken.len() >= 4 && taken.len() < 40);
        for (i, a) in taken.iter().enumerate() {
            assert!(a.inside(&frame) && taken[i + 1..].iter().all(|b| !a.meets(b)));
        }
        // A county's name stands there all the same, off the others as far as it can.
        let before = taken.len();
        place(&mut svg, &mut taken, &frame, (200.0, 200.0), "红塔区", COUNTY);
        assert_eq!(taken.len(), before + 1);
        assert!(svg.contains("红塔区"));
    }
}
