//! Names on the map: counties at their largest place, lakes, then posts by size, none over another.

use super::project::Projection;
use super::{point_radius, post_size, text};
use crate::experiment::summary::{MapData, MapPoint};
use crate::report::charts::canvas::escape;
use crate::report::font;
use crate::text::{Lang, Text};
use std::fmt::Write;

/// Posts with a name at most.
const POSTS_NAMED: usize = 16;

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

    fn inside(&self, frame: &Area) -> bool {
        self.x >= frame.x
            && self.y >= frame.y
            && self.x + self.w <= frame.x + frame.w
            && self.y + self.h <= frame.y + frame.h
    }
}

/// Draws the names inside `frame` (x, y, width, height).
pub(super) fn draw(svg: &mut String, map: &MapData, projection: &Projection, frame: (f64, f64, f64, f64), lang: Lang) {
    let frame = Area { x: frame.0 + 2.0, y: frame.1 + 2.0, w: frame.2 - 4.0, h: frame.3 - 4.0 };
    let mut taken: Vec<Area> = Vec::new();
    for post in &map.posts {
        let (x, y) = projection.pixel(post.at);
        let s = post_size(post.units);
        taken.push(Area { x: x - s * 0.8, y: y - s * 0.8, w: s * 1.6, h: s * 1.4 });
    }
    let largest = map.points.iter().map(|p| p.population).fold(1.0, f64::max);
    for point in &map.points {
        let (r, (x, y)) = (point_radius(point.population, largest), projection.pixel(point.at));
        if r > 4.0 {
            taken.push(Area { x: x - r * 0.8, y: y - r * 0.8, w: r * 1.6, h: r * 1.6 });
        }
    }
    for (name, at) in county_seats(&map.points) {
        place(svg, &mut taken, &frame, projection.pixel(at), name.get(lang), 14.0, "#1f2933");
    }
    for area in &map.water {
        let n = area.ring.len().max(1) as f64;
        let (lon, lat) = area.ring.iter().fold((0.0, 0.0), |(a, b), p| (a + p[0], b + p[1]));
        let (x, y) = projection.pixel([lon / n, lat / n]);
        let w = font::width(&area.name, 11.0);
        let spot = Area { x: x - w / 2.0, y: y - 7.0, w, h: 14.0 };
        if spot.inside(&frame) && !taken.iter().any(|t| t.meets(&spot)) {
            text(svg, (x, y + 4.0), 11.0, "middle", "#2f6d9c", &area.name);
            taken.push(spot);
        }
    }
    let mut posts: Vec<_> = map.posts.iter().collect();
    posts.sort_by(|a, b| b.units.cmp(&a.units).then_with(|| a.name.cmp(&b.name)));
    for post in posts.into_iter().take(POSTS_NAMED) {
        place(svg, &mut taken, &frame, projection.pixel(post.at), post.name.get(lang), 10.0, "#34495e");
    }
}

/// Every county with its most populous point, in the order they first appear.
fn county_seats(points: &[MapPoint]) -> Vec<(&Text, [f64; 2])> {
    let mut seats: Vec<(&Text, f64, [f64; 2])> = Vec::new();
    for point in points {
        let Some(county) = &point.county else { continue };
        match seats.iter_mut().find(|(name, _, _)| *name == county) {
            Some(seat) if point.population > seat.1 => (seat.1, seat.2) = (point.population, point.at),
            Some(_) => {}
            None => seats.push((county, point.population, point.at)),
        }
    }
    seats.into_iter().map(|(name, _, at)| (name, at)).collect()
}

/// Writes a name beside a place where there is room: right, left, below, above; not at all where there is none.
fn place(
    svg: &mut String,
    taken: &mut Vec<Area>,
    frame: &Area,
    (x, y): (f64, f64),
    name: &str,
    size: f64,
    colour: &str,
) {
    let (w, h) = (font::width(name, size), size * 1.25);
    let gap = 9.0;
    let spots = [
        (x + gap, y - h / 2.0),
        (x - gap - w, y - h / 2.0),
        (x - w / 2.0, y + gap),
        (x - w / 2.0, y - gap - h),
        (x + gap, y + 3.0),
        (x + gap, y - h - 3.0),
        (x - gap - w, y + 3.0),
        (x - gap - w, y - h - 3.0),
        (x + 2.2 * gap, y - h / 2.0),
    ];
    for (sx, sy) in spots {
        let spot = Area { x: sx, y: sy, w, h };
        if spot.inside(frame) && !taken.iter().any(|t| t.meets(&spot)) {
            let _ = writeln!(
                svg,
                "<text x=\"{sx:.1}\" y=\"{:.1}\" font-size=\"{size}\" fill=\"{colour}\" stroke=\"#ffffff\" \
                 stroke-width=\"3\" stroke-linejoin=\"round\" paint-order=\"stroke\">{}</text>",
                sy + size,
                escape(name)
            );
            taken.push(spot);
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_takes_the_next_free_side_or_none() {
        let frame = Area { x: 0.0, y: 0.0, w: 400.0, h: 400.0 };
        let (mut svg, mut taken) = (String::new(), Vec::new());
        for _ in 0..40 {
            place(&mut svg, &mut taken, &frame, (200.0, 200.0), "玉溪", 10.0, "#000");
        }
        assert!(taken.len() >= 4 && taken.len() < 40);
        for (i, a) in taken.iter().enumerate() {
            assert!(a.inside(&frame) && taken[i + 1..].iter().all(|b| !a.meets(b)));
        }
    }
}
