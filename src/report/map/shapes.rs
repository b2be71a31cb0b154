//! What lies on the map: water, roads, demand points, hospitals, posts.

use super::project::Projection;
use super::{PointSizes, fill, post_size};
use crate::coverage::in_bands;
use crate::experiment::summary::{MapData, MapRoad};
use crate::geo::LatLon;
use crate::report::charts::canvas::escape;
use crate::report::theme;
use crate::text::Lang;
use std::fmt::Write;

/// Points nearer than this to the last one drawn are left out, in pixels.
const THIN: f64 = 0.7;

/// Roads from the least to the most important: width in pixels, colour.
pub(super) const ROADS: [(&str, f64, &str); 5] = [
    ("minor", 0.6, "#d3d7dc"),
    ("secondary", 1.0, "#b9c0c8"),
    ("primary", 1.5, "#9aa4b0"),
    ("trunk", 2.1, "#7c8896"),
    ("motorway", 2.6, "#56677c"),
];

/// The row of [`ROADS`] of a class; links go with their road.
fn rank(class: &str) -> usize {
    match class.trim_end_matches("_link") {
        "motorway" => 4,
        "trunk" => 3,
        "primary" => 2,
        "secondary" => 1,
        _ => 0,
    }
}

/// Lakes and other water.
pub(super) fn water(svg: &mut String, map: &MapData, projection: &Projection) {
    svg.push_str("<g fill=\"#cfe3f2\" stroke=\"#8fb9d8\" stroke-width=\"0.8\">\n");
    for area in &map.water {
        let d = line(&area.ring, projection);
        if !d.is_empty() {
            let _ = writeln!(svg, "<path d=\"{d}z\" transform=\"scale(.1)\" stroke-width=\"8\"/>");
        }
    }
    svg.push_str("</g>\n");
}

/// Roads, all of one class in one path, the most important on top.
pub(super) fn roads(svg: &mut String, map: &MapData, projection: &Projection) {
    for (i, (class, width, colour)) in ROADS.iter().enumerate() {
        let mut d = String::new();
        for road in map.roads.iter().filter(|r| rank(&r.class) == i && projection.shows(&r.line)) {
            d.push_str(&line(&road.line, projection));
        }
        if !d.is_empty() {
            let _ = writeln!(
                svg,
                "<path class=\"{class}\" transform=\"scale(.1)\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"{:.0}\" \
                 stroke-linejoin=\"round\" stroke-linecap=\"round\" d=\"{d}\"/>",
                width * 10.0
            );
        }
    }
}

/// How a county line is drawn.
pub(super) struct LineStyle {
    colour: &'static str,
    width: f64,
    dashes: [f64; 4],
}

impl LineStyle {
    /// Its attributes where a pixel is so many units.
    pub(super) fn of(&self, units: f64) -> String {
        let dashes: Vec<String> = self.dashes.iter().map(|d| (d * units).to_string()).collect();
        let (width, dashes) = (self.width * units, dashes.join(" "));
        format!(
            "fill=\"none\" stroke=\"{}\" stroke-width=\"{width}\" stroke-dasharray=\"{dashes}\" stroke-linejoin=\"round\"",
            self.colour
        )
    }
}

/// County lines: dash and dot.
pub(super) const OUTLINE: LineStyle = LineStyle { colour: "#6b4a86", width: 1.4, dashes: [9.0, 3.0, 2.0, 3.0] };

/// Lines between counties.
pub(super) fn outlines(svg: &mut String, map: &MapData, projection: &Projection) {
    let d: String = map.outlines.iter().map(|o| line(&o.line, projection)).collect();
    if !d.is_empty() {
        let _ = writeln!(svg, "<path class=\"outline\" transform=\"scale(.1)\" {} d=\"{d}\"/>", OUTLINE.of(10.0));
    }
}

/// Width of the ground along a road, pixels.
const TINT: f64 = 8.0;

/// The ground along the roads in the tint of their time band, the soonest on top.
pub(super) fn time_bands(svg: &mut String, map: &MapData, projection: &Projection) {
    let mut paths = vec![String::new(); theme::BAND_TINTS.len()];
    for road in map.roads.iter().filter(|r| projection.shows(&r.line)) {
        for (band, piece) in in_bands(&along(road), &theme::BAND_ENDS) {
            let piece: Vec<[f64; 2]> = piece.iter().map(|p| [p.lon, p.lat]).collect();
            paths[band].push_str(&thinned(&piece, projection, TINT / 4.0));
        }
    }
    tints(svg, &paths, &theme::BAND_TINTS, TINT);
}

/// Draws a path for each tint, the last at the bottom.
pub(super) fn tints(svg: &mut String, paths: &[String], tints: &[&str], width: f64) {
    for (d, tint) in paths.iter().zip(tints).rev().filter(|(d, _)| !d.is_empty()) {
        let _ = writeln!(
            svg,
            "<path class=\"band\" transform=\"scale(.1)\" fill=\"none\" stroke=\"{tint}\" stroke-width=\"{:.0}\" \
             stroke-linejoin=\"round\" stroke-linecap=\"round\" d=\"{d}\"/>",
            width * 10.0
        );
    }
}

/// A road's places with their times; infinite where nobody comes.
fn along(road: &MapRoad) -> Vec<(LatLon, f64)> {
    let minutes = road.minutes.iter().map(|m| m.unwrap_or(f64::INFINITY));
    road.line.iter().map(|[lon, lat]| LatLon::new(*lat, *lon)).zip(minutes).collect()
}

/// A line as path data in tenths of a pixel: absolute start, then steps.
pub(super) fn line(points: &[[f64; 2]], projection: &Projection) -> String {
    thinned(points, projection, THIN)
}

/// The same without points nearer than `thin` pixels to the last one drawn.
pub(super) fn thinned(points: &[[f64; 2]], projection: &Projection, thin: f64) -> String {
    let mut out = String::new();
    let mut last: Option<(i64, i64)> = None;
    for (i, at) in points.iter().enumerate() {
        let (x, y) = projection.pixel(*at);
        if !(x.is_finite() && y.is_finite()) {
            continue;
        }
        let (x, y) = ((x * 10.0).round() as i64, (y * 10.0).round() as i64);
        match last {
            None => {
                let _ = write!(out, "M{x} {y}l");
                last = Some((x, y));
            }
            Some((lx, ly)) => {
                let (dx, dy) = (x - lx, y - ly);
                let near = ((dx * dx + dy * dy) as f64) < (thin * 10.0) * (thin * 10.0);
                // The last point stays, so that roads meet.
                if near && i + 1 < points.len() || (dx, dy) == (0, 0) {
                    continue;
                }
                let _ = write!(out, "{dx} {dy} ");
                last = Some((x, y));
            }
        }
    }
    // A line of one point draws nothing.
    if out.ends_with('l') { String::new() } else { out.trim_end().to_string() }
}

/// Demand points, large ones first so that small ones stay visible.
pub(super) fn points(svg: &mut String, map: &MapData, projection: &Projection, sizes: PointSizes, lang: Lang) {
    let mut order: Vec<_> = map.points.iter().collect();
    order.sort_by(|a, b| b.population.total_cmp(&a.population).then_with(|| a.id.cmp(&b.id)));
    svg.push_str("<g stroke=\"#3a2a20\" stroke-width=\"0.5\" stroke-opacity=\"0.75\">\n");
    for point in order {
        let (x, y) = projection.pixel(point.at);
        let r = sizes.radius(point.population);
        let name = escape(point.name.get(lang));
        match fill(point.drive_min) {
            Some(fill) => {
                let _ = writeln!(
                    svg,
                    "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"{r:.1}\" fill=\"{fill}\"><title>{name}</title></circle>"
                );
            }
            None => {
                // Never so small that it is overlooked.
                unreached(svg, (x, y), r.max(4.0));
            }
        }
    }
    svg.push_str("</g>\n");
}

/// The sign of a place that no road leads to.
pub(super) fn unreached(svg: &mut String, (x, y): (f64, f64), r: f64) {
    let k = r * 0.7;
    let _ = writeln!(
        svg,
        "<g stroke=\"#1f2933\" stroke-width=\"1\"><circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"{r:.1}\" \
         fill=\"#ffffff\"/><path d=\"M{:.1} {:.1}L{:.1} {:.1}M{:.1} {:.1}L{:.1} {:.1}\"/></g>",
        x - k,
        y - k,
        x + k,
        y + k,
        x - k,
        y + k,
        x + k,
        y - k
    );
}

/// Hospitals: a white square with a green cross.
pub(super) fn hospitals(svg: &mut String, map: &MapData, projection: &Projection) {
    for hospital in &map.hospitals {
        // Up and right of its place, so that a post at the same place is not hidden.
        let (x, y) = projection.pixel(hospital.at);
        hospital_sign(svg, (x + 4.5, y - 4.5));
    }
}

/// The hospital's sign around a point.
pub(super) fn hospital_sign(svg: &mut String, (x, y): (f64, f64)) {
    let _ = writeln!(
        svg,
        "<g fill=\"#007a5a\"><rect x=\"{:.1}\" y=\"{:.1}\" width=\"7.4\" height=\"7.4\" rx=\"1.3\" fill=\"#ffffff\" \
         stroke=\"#007a5a\" stroke-width=\"0.9\"/><path d=\"M{:.1} {:.1}h4.8v1.5h-4.8zM{:.1} {:.1}h1.5v4.8h-1.5z\"/></g>",
        x - 3.7,
        y - 3.7,
        x - 2.4,
        y - 0.75,
        x - 0.75,
        y - 2.4
    );
}

/// Posts: blue triangles.
pub(super) fn posts(svg: &mut String, map: &MapData, projection: &Projection) {
    let mut order: Vec<_> = map.posts.iter().collect();
    order.sort_by(|a, b| b.units.cmp(&a.units).then_with(|| a.name.cmp(&b.name)));
    for post in order {
        post_sign(svg, projection.pixel(post.at), post_size(post.units));
    }
}

/// A post's triangle around a point.
pub(super) fn post_sign(svg: &mut String, (x, y): (f64, f64), size: f64) {
    let _ = writeln!(
        svg,
        "<path d=\"M{:.1} {:.1}L{:.1} {:.1}L{:.1} {:.1}z\" fill=\"#005a9c\" stroke=\"#ffffff\" stroke-width=\"1\"/>",
        x,
        y - size,
        x + size * 0.92,
        y + size * 0.62,
        x - size * 0.92,
        y + size * 0.62
    );
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::summary::{MapRoad, SCHEMA};

    #[test]
    fn roads_are_thinned_but_keep_their_ends() {
        let line_of: Vec<[f64; 2]> = (0..=1000).map(|i| [102.0 + f64::from(i) * 1e-3, 24.0]).collect();
        let road = MapRoad { class: "primary_link".into(), line: line_of.clone(), minutes: vec![] };
        let map = MapData {
            schema: SCHEMA,
            roads: vec![road],
            water: vec![],
            posts: vec![],
            hospitals: vec![],
            points: vec![],
            outlines: vec![],
            time: Default::default(),
        };
        let projection = Projection::fit(&map, (0.0, 0.0), (100.0, 100.0));
        let d = line(&line_of, &projection);
        let steps: Vec<i64> = d[d.find('l').unwrap() + 1..].split(' ').step_by(2).map(|t| t.parse().unwrap()).collect();
        assert!(steps.len() < 160, "{} steps", steps.len());
        let start: i64 = d[1..].split(' ').next().unwrap().parse().unwrap();
        let end = (projection.pixel([103.0, 24.0]).0 * 10.0).round() as i64;
        assert_eq!(start + steps.iter().sum::<i64>(), end);
        assert_eq!(rank("primary_link"), 2);
        assert_eq!(rank("track"), 0);
    }
}
