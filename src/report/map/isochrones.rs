//! Isochrones of a post as a map and as GeoJSON.

use super::legend::{self, Legend};
use super::project::Projection;
use super::sheet::Sheet;
use super::{PointSizes, labels, post_size, shapes};
use crate::experiment::IsochroneMap;
use crate::experiment::summary::{MapData, MapPoint};
use crate::quality::Zone;
use crate::report::words::Word;
use crate::report::words_map::OnMap;
use crate::report::{figure, theme};
use crate::text::Lang;
use serde_json::{Value, json};
use std::fmt::Write;

/// Width of the ground along a road, pixels.
const TINT: f64 = 11.0;

/// Draws the isochrones of a post.
pub(in crate::report) fn draw(found: &IsochroneMap, lang: Lang) -> String {
    let title = OnMap::IsochroneTitle.fill(lang, &[("post", found.post.name.get(lang))]);
    let about = OnMap::IsochroneAbout.fill(lang, &[("scenario", found.scenario.get(lang))]);
    let mut frame: Vec<[f64; 2]> = found.roads.iter().flat_map(|r| r.lines.iter().flatten().copied()).collect();
    frame.push(found.post.at);
    let sheet = Sheet::new((&title, &about), 800.0, |origin, room| Projection::around(&frame, origin, room));
    let map = in_frame(&found.map, &sheet);
    // Sizes by all points, so that a small place looks small even where there is no larger one.
    let sizes = PointSizes::of(&found.map);
    let (side, bottom) = side(found, &map, &sheet, sizes, lang);

    let mut svg = sheet.open(bottom);
    sheet.ground(&mut svg, &map, |svg| {
        let mut paths = vec![String::new(); found.ends.len()];
        for roads in &found.roads {
            for line in &roads.lines {
                paths[roads.band].push_str(&shapes::thinned(line, &sheet.projection, TINT / 5.0));
            }
        }
        shapes::tints(svg, &paths, &colours(&theme::BAND_TINTS, found.ends.len()), TINT);
    });
    points(&mut svg, found, &map, &sheet, sizes, lang);
    shapes::posts(&mut svg, &map, &sheet.projection);
    own_post(&mut svg, sheet.projection.pixel(found.post.at));
    labels::draw(&mut svg, &map, &sheet.projection, sheet.frame, sizes, lang);
    svg.push_str(&side);
    svg.push_str("</svg>\n");
    svg
}

/// So many of the colours of a scale, the first and the last among them.
fn colours(scale: &[&'static str; 5], n: usize) -> Vec<&'static str> {
    (0..n).map(|i| scale[(i * (scale.len() - 1) / n.saturating_sub(1).max(1)).min(scale.len() - 1)]).collect()
}

/// What of the map lies in the frame.
fn in_frame(map: &MapData, sheet: &Sheet) -> MapData {
    let (x, y, w, h) = sheet.frame;
    let inside = |at: [f64; 2]| {
        let p = sheet.projection.pixel(at);
        (x + 4.0..=x + w - 4.0).contains(&p.0) && (y + 4.0..=y + h - 4.0).contains(&p.1)
    };
    let mut map = map.clone();
    map.points.retain(|p| inside(p.at));
    map.posts.retain(|p| inside(p.at));
    map.hospitals.retain(|p| inside(p.at));
    map.roads.retain(|r| sheet.projection.shows(&r.line));
    map.water.retain(|a| sheet.projection.shows(&a.ring));
    map.outlines.retain(|o| sheet.projection.shows(&o.line));
    map
}

fn band(found: &IsochroneMap, point: &MapPoint) -> Option<usize> {
    point.drive_min.and_then(|m| found.ends.iter().position(|end| m <= *end))
}

fn points(svg: &mut String, found: &IsochroneMap, map: &MapData, sheet: &Sheet, sizes: PointSizes, lang: Lang) {
    let fills = colours(&theme::BAND_FILLS, found.ends.len());
    let mut order: Vec<&MapPoint> = map.points.iter().collect();
    order.sort_by(|a, b| b.population.total_cmp(&a.population).then_with(|| a.id.cmp(&b.id)));
    for point in order {
        let (x, y) = sheet.projection.pixel(point.at);
        let fill = band(found, point).and_then(|b| fills.get(b)).copied().unwrap_or(BEYOND);
        let mut name = point.name.get(lang).to_string();
        if let Some(minutes) = point.drive_min {
            name = format!("{name}: {}", figure::with_unit(&figure::number(minutes, 1), "min", lang));
        }
        let _ = writeln!(
            svg,
            "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"{:.1}\" fill=\"{fill}\" stroke=\"#3a2a20\" stroke-width=\"0.6\">\
             <title>{}</title></circle>",
            sizes.radius(point.population).max(2.4),
            crate::report::charts::canvas::escape(&name)
        );
    }
}

/// Fill of places that lie beyond the last band.
const BEYOND: &str = "#ffffff";

/// The sign of the post the map is about.
fn own_post(svg: &mut String, (x, y): (f64, f64)) {
    let _ = writeln!(
        svg,
        "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"13\" fill=\"#ffffff\" fill-opacity=\"0.85\" stroke=\"#005a9c\" stroke-width=\"2.2\"/>"
    );
    shapes::post_sign(svg, (x, y + 1.0), 9.0);
}

fn side(found: &IsochroneMap, map: &MapData, sheet: &Sheet, sizes: PointSizes, lang: Lang) -> (String, f64) {
    let mut legend = Legend::at(sheet.side());
    let (tints, fills) = (colours(&theme::BAND_TINTS, found.ends.len()), colours(&theme::BAND_FILLS, found.ends.len()));
    legend.head(OnMap::LegendReached.get(lang));
    let of = |zone: Option<Zone>| found.people.iter().find(|p| p.zone == zone);
    for (i, end) in found.ends.iter().enumerate() {
        let people = |zone| of(zone).map_or("0".to_string(), |p| figure::number(p.within[i], 0));
        let (tint, fill) = (tints[i], fills[i]);
        let sign = |svg: &mut String, (x, y): (f64, f64)| {
            let (left, top) = (x - 14.0, y - 9.5);
            let _ = writeln!(svg, "<rect x=\"{left:.1}\" y=\"{top:.1}\" width=\"28\" height=\"19\" fill=\"{tint}\"/>");
            legend::disc(svg, (x, y), 6.0, fill);
        };
        let (n, people_within) = (figure::plain(*end), people(None));
        legend.entry(sign, &OnMap::PeopleWithin.fill(lang, &[("min", &n), ("n", &people_within)]));
        let zones = [("urban", people(Some(Zone::Urban))), ("rural", people(Some(Zone::Rural)))];
        legend.note(&OnMap::UrbanAndRural.fill(lang, &[(zones[0].0, &zones[0].1), (zones[1].0, &zones[1].1)]));
    }
    legend.entry(|svg, at| legend::disc(svg, at, 6.0, BEYOND), OnMap::Beyond.get(lang));
    legend.gap();
    legend.people(sizes, lang);
    legend.head(Word::LegendPlaces.get(lang));
    legend.entry(own_post, OnMap::ThisPost.get(lang));
    legend.entry(|svg, at| shapes::post_sign(svg, at, post_size(2)), OnMap::OtherPost.get(lang));
    legend.ground(map, lang);
    legend.close(&sheet.projection, sheet.frame.1 + sheet.frame.3, lang)
}

/// The isochrones as a FeatureCollection (RFC 7946): the post with the residents within each time, then for each band and
/// class of roads the pieces of road in it.
pub(in crate::report) fn geojson(found: &IsochroneMap) -> String {
    let people: Vec<Value> = found
        .people
        .iter()
        .map(|p| json!({"zone": p.zone.map(Zone::key), "residents": p.residents, "within": p.within}))
        .collect();
    let mut features = vec![json!({
        "type": "Feature",
        "geometry": { "type": "Point", "coordinates": found.post.at },
        "properties": {
            "kind": "post",
            "id": found.id,
            "name_zh": found.post.name.zh,
            "name_en": found.post.name.en,
            "units": found.post.units,
            "minutes": found.ends,
            "road_km": found.road_km,
            "people": people,
        },
    })];
    for roads in &found.roads {
        let from = roads.band.checked_sub(1).map_or(0.0, |b| found.ends[b]);
        features.push(json!({
            "type": "Feature",
            "geometry": { "type": "MultiLineString", "coordinates": roads.lines },
            "properties": {
                "kind": "roads", "from_min": from, "to_min": found.ends[roads.band], "class": roads.class,
            },
        }));
    }
    let lines: Vec<String> = features.iter().map(Value::to_string).collect();
    format!("{{\"type\":\"FeatureCollection\",\"features\":[\n{}\n]}}\n", lines.join(",\n"))
}
