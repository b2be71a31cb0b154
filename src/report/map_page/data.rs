//! What the page draws, as one JSON value in its own language.

use super::polyline::encode;
use crate::experiment::summary::{MapData, MapPlace, Summary};
use crate::quality::Zone;
use crate::report::words_map_page::MapWord;
use crate::report::{figure, theme, words};
use crate::text::{Lang, Text};
use serde_json::{Map, Value, json};

/// Bends of roads and shores under this many degrees are left out: about 4 m, half a pixel at the closest zoom that shows
/// whole townships.
const TOLERANCE: f64 = 4e-5;

/// Fewer calls than this in a group give no colour: a share of 20 calls is uncertain by 20 percentage points.
const FEWEST_CALLS: u64 = 20;

/// Lower ends of the bands of shares within target, the best first; the last band is what is below them.
const SHARE_ENDS: [f64; 4] = [0.95, 0.9, 0.8, 0.5];

/// Everything the page draws.
pub(super) fn data(summary: &Summary, map: &MapData, lang: Lang) -> Value {
    let counties = counties(map);
    let place_of = |county: Option<&Text>| county.and_then(|c| counties.iter().position(|k| *k == c));
    let words: Map<String, Value> = MapWord::ALL.iter().map(|w| (w.key().into(), w.get(lang).into())).collect();
    json!({
        "words": words,
        "zones": Zone::ALL.map(|z| words::zone(Some(z)).get(lang)),
        "targets": Zone::ALL.map(|z| target(summary, z)),
        "bandEnds": theme::BAND_ENDS,
        "bandFills": theme::BAND_FILLS,
        "shareEnds": SHARE_ENDS,
        "fewest": FEWEST_CALLS,
        "counties": counties.iter().map(|c| c.get(lang)).collect::<Vec<_>>(),
        "countyAt": counties.iter().map(|c| middle(map, c)).collect::<Vec<_>>(),
        "points": points(map, &place_of, lang),
        "posts": posts(summary, map, lang),
        "hospitals": hospitals(summary, map, lang),
        "states": map.time.states.iter().map(|s| json!({
            "name": s.active.iter().map(|t| t.get(lang)).collect::<Vec<_>>().join(" + "),
            "drive": s.drive_min,
        })).collect::<Vec<_>>(),
        "week": map.time.week,
        "groups": map.time.groups.iter().map(|g| json!({
            "county": place_of(g.county.as_ref()),
            "zone": g.zone.index(),
            "calls": g.calls,
            "sum": g.sum_min,
            "within": g.within,
        })).collect::<Vec<_>>(),
        "water": map.water.iter()
            .map(|w| json!({"name": w.name, "ring": encode(&w.ring, TOLERANCE)})).collect::<Vec<_>>(),
        "roads": roads(map),
        "outlines": outlines(map.outlines.iter().map(|o| (o.line.as_slice(), o.approximate))),
    })
}

/// Names of the counties, in the order they first appear.
fn counties(map: &MapData) -> Vec<&Text> {
    let mut out: Vec<&Text> = Vec::new();
    for county in map.points.iter().filter_map(|p| p.county.as_ref()) {
        if !out.contains(&county) {
            out.push(county);
        }
    }
    out
}

/// The middle of a county's residents.
fn middle(map: &MapData, county: &Text) -> [f64; 2] {
    let (mut people, mut lon, mut lat) = (0.0, 0.0, 0.0);
    for p in map.points.iter().filter(|p| p.county.as_ref() == Some(county)) {
        let n = p.population.max(1.0);
        (people, lon, lat) = (people + n, lon + n * p.at[0], lat + n * p.at[1]);
    }
    let round = |v: f64| (v * 1e5).round() / 1e5;
    [round(lon / people), round(lat / people)]
}

/// The response target of a zone, minutes.
fn target(summary: &Summary, zone: Zone) -> Option<f64> {
    summary.response.iter().find(|r| r.zone == Some(zone) && r.target_min.is_some())?.target_min
}

/// Demand points: a list for each column.
fn points(map: &MapData, place_of: &dyn Fn(Option<&Text>) -> Option<usize>, lang: Lang) -> Value {
    let decimals = |v: f64, scale: f64| (v * scale).round() / scale;
    let column = |of: &dyn Fn(&crate::experiment::summary::MapPoint) -> Value| -> Vec<Value> {
        map.points.iter().map(of).collect()
    };
    json!({
        "name": column(&|p| p.name.get(lang).into()),
        "at": column(&|p| json!(p.at)),
        "county": column(&|p| json!(place_of(p.county.as_ref()))),
        "zone": column(&|p| p.zone.index().into()),
        "group": column(&|p| {
            json!(map.time.groups.iter().position(|g| g.zone == p.zone && g.county == p.county))
        }),
        "people": column(&|p| json!(decimals(p.population, 10.0))),
        "drive": column(&|p| json!(p.drive_min.map(|m| decimals(m, 100.0)))),
        "post": column(&|p| json!(p.post)),
        "radius": column(&|p| json!(decimals(p.radius_km, 100.0))),
        "calls": column(&|p| json!(p.calls)),
        "response": column(&|p| json!(p.mean_response_min.map(|m| decimals(m, 100.0)))),
        "share": column(&|p| json!(p.share_within.map(|s| decimals(s, 1e4)))),
    })
}

/// The row of a list in the summary that a place of the map stands for: both are in the same order, the map may leave some
/// out.
fn rows_of<'a, Row>(places: &[MapPlace], rows: &'a [Row], name: impl Fn(&Row) -> &Text) -> Vec<Option<&'a Row>> {
    let mut rest = rows.iter();
    let row = |place: &MapPlace| {
        let found = rest.clone().position(|row| *name(row) == place.name)?;
        rest.nth(found)
    };
    places.iter().map(row).collect()
}

fn posts(summary: &Summary, map: &MapData, lang: Lang) -> Vec<Value> {
    let rows = rows_of(&map.posts, &summary.posts, |row| &row.name);
    let post = |(place, row): (&MapPlace, Option<&crate::experiment::summary::PostRow>)| {
        let busy: Vec<f64> = row.map_or_else(Vec::new, |row| {
            summary.units.iter().filter(|u| u.post == row.id).map(|u| u.utilisation.mean).collect()
        });
        let mean = busy.iter().sum::<f64>() / busy.len().max(1) as f64;
        json!({
            "name": place.name.get(lang),
            "at": place.at,
            "units": place.units,
            "dispatches": row.map(|row| figure::estimate(&row.dispatches_per_day, 2, "", lang)),
            "busy": (!busy.is_empty()).then(|| figure::percent(mean)),
        })
    };
    map.posts.iter().zip(rows).map(post).collect()
}

fn hospitals(summary: &Summary, map: &MapData, lang: Lang) -> Vec<Value> {
    let rows = rows_of(&map.hospitals, &summary.hospitals, |row| &row.name);
    let hospital = |(place, row): (&MapPlace, Option<&crate::experiment::summary::HospitalRow>)| {
        json!({
            "name": place.name.get(lang),
            "at": place.at,
            "patients": row.map(|row| figure::estimate(&row.patients_per_day, 2, "", lang)),
        })
    };
    map.hospitals.iter().zip(rows).map(hospital).collect()
}

/// Roads by rank, from other roads to motorways; links go with their road.
fn roads(map: &MapData) -> [Vec<String>; 5] {
    let rank = |class: &str| match class.trim_end_matches("_link") {
        "motorway" => 4,
        "trunk" => 3,
        "primary" => 2,
        "secondary" => 1,
        _ => 0,
    };
    let mut out: [Vec<String>; 5] = Default::default();
    for road in &map.roads {
        out[rank(&road.class)].push(encode(&road.line, TOLERANCE));
    }
    out
}

/// County outlines, each with whether it is only approximate.
fn outlines<'a>(lines: impl Iterator<Item = (&'a [[f64; 2]], bool)>) -> Value {
    let (mut encoded, mut approximate) = (Vec::new(), false);
    for (line, roughly) in lines {
        encoded.push(encode(line, TOLERANCE));
        approximate |= roughly;
    }
    json!({"lines": encoded, "approximate": approximate})
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_found_by_their_order_where_names_come_twice() {
        let place = |name: &str| MapPlace { name: Text::same(name), at: [0.0, 0.0], units: 0 };
        let rows = ["a", "b", "a", "c", "b"].map(Text::same);
        let found = |places: &[&str]| -> Vec<Option<usize>> {
            let places: Vec<MapPlace> = places.iter().map(|n| place(n)).collect();
            let at = |row: &Text| rows.iter().position(|r| std::ptr::eq(r, row));
            rows_of(&places, &rows, |r| r).into_iter().map(|r| r.and_then(at)).collect()
        };
        assert_eq!(found(&["a", "b", "a", "c", "b"]), [0, 1, 2, 3, 4].map(Some));
        assert_eq!(found(&["a", "a", "b"]), [0, 2, 4].map(Some));
        assert_eq!(found(&["x", "b", "c"]), [None, Some(1), Some(3)]);
    }

    #[test]
    fn outlines_are_lines_and_a_remark() {
        let line = [[102.0, 24.0], [102.5, 24.5]];
        let found = outlines([(line.as_slice(), false), (line.as_slice(), true)].into_iter());
        assert_eq!(found["lines"][0], encode(&line, 0.0).as_str());
        assert_eq!((found["lines"].as_array().unwrap().len(), &found["approximate"]), (2, &json!(true)));
        assert_eq!(outlines(std::iter::empty()), json!({"lines": [], "approximate": false}));
    }
}
