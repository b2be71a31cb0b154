//! Demand points as GeoJSON, for maps of one's own.

use crate::experiment::summary::{MapData, MapPoint};
use serde_json::{Value, json};

/// `points.geojson`: a FeatureCollection of points (RFC 7946: WGS 84, longitude first). Names stand in both languages;
/// what is not known is `null`.
pub(super) fn geojson(map: &MapData) -> String {
    let features: Vec<Value> = map.points.iter().map(|p| feature(p, map)).collect();
    let mut out = String::from("{\"type\":\"FeatureCollection\",\"features\":[\n");
    // A line a point: differences between two runs can be read.
    let lines: Vec<String> = features.iter().map(Value::to_string).collect();
    out.push_str(&lines.join(",\n"));
    out.push_str("\n]}\n");
    out
}

fn feature(p: &MapPoint, map: &MapData) -> Value {
    let county = p.county.as_ref();
    let post = p.post.and_then(|i| map.posts.get(i)).map(|post| &post.name);
    json!({
        "type": "Feature",
        "geometry": { "type": "Point", "coordinates": p.at },
        "properties": {
            "id": p.id,
            "name_zh": p.name.zh,
            "name_en": p.name.en,
            "county_zh": county.map(|t| &t.zh),
            "county_en": county.map(|t| &t.en),
            "zone": p.zone.key(),
            "population": p.population,
            "post_zh": post.map(|t| &t.zh),
            "post_en": post.map(|t| &t.en),
            "drive_min": p.drive_min,
            "road_km": p.road_km,
            "radius_km": p.radius_km,
            "covered_time": p.covered_time,
            "covered_radius": p.covered_radius,
            "calls": p.calls,
            "mean_response_min": p.mean_response_min,
            "share_within": p.share_within,
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::summary::MapPlace;
    use crate::quality::Zone;
    use crate::text::Text;

    #[test]
    fn a_point_is_a_feature_with_its_post() {
        let place = |name: &str| MapPlace { name: Text::same(name), at: [102.5, 24.3], units: 1 };
        let mut point = MapPoint {
            id: "v\"1".into(),
            name: Text::new("一村", "village 1"),
            county: None,
            zone: Zone::Rural,
            at: [102.1, 24.2],
            population: 120.0,
            drive_min: Some(12.5),
            radius_km: 7.0,
            post: Some(1),
            road_km: None,
            covered_time: Some(true),
            covered_radius: Some(false),
            calls: 0,
            mean_response_min: None,
            share_within: None,
        };
        let mut map = MapData {
            schema: 1,
            roads: Vec::new(),
            water: Vec::new(),
            posts: vec![place("a"), place("b")],
            hospitals: Vec::new(),
            points: vec![point.clone()],
            outlines: vec![],
            time: Default::default(),
        };
        let read: Value = serde_json::from_str(&geojson(&map)).unwrap();
        assert_eq!(read["type"], "FeatureCollection");
        let feature = &read["features"][0];
        assert_eq!(feature["geometry"], json!({"type": "Point", "coordinates": [102.1, 24.2]}));
        let p = &feature["properties"];
        assert_eq!((&p["id"], &p["post_en"], &p["covered_time"]), (&json!("v\"1"), &json!("b"), &json!(true)));
        assert!(p["road_km"].is_null() && p["county_zh"].is_null() && p["mean_response_min"].is_null());
        // A post that is not in the list, no points at all: still a collection.
        point.post = Some(9);
        map.points = vec![point];
        let read: Value = serde_json::from_str(&geojson(&map)).unwrap();
        assert!(read["features"][0]["properties"]["post_en"].is_null());
        map.points.clear();
        let read: Value = serde_json::from_str(&geojson(&map)).unwrap();
        assert_eq!(read["features"], json!([]));
    }
}
