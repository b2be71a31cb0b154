//! Polygons with their properties out of GeoJSON (RFC 7946).

use super::{LatLon, Polygon};
use serde_json::{Map, Value};

/// Collections may lie inside one another so deep.
const DEEPEST: usize = 8;

/// A feature that has ground.
#[derive(Clone, Debug, PartialEq)]
pub struct Ground {
    /// What the file says of it.
    pub properties: Map<String, Value>,
    /// Its parts: of each the outline first, then its holes.
    pub parts: Vec<Vec<Polygon>>,
}

impl Ground {
    /// A property as text: a text or a number, else empty.
    pub fn text(&self, key: &str) -> String {
        match self.properties.get(key) {
            Some(Value::String(text)) => text.trim().to_string(),
            Some(Value::Number(number)) => number.to_string(),
            _ => String::new(),
        }
    }

    /// Whether a place lies inside, in no hole.
    pub fn contains(&self, p: LatLon) -> bool {
        self.parts.iter().any(|rings| rings.iter().filter(|r| r.contains(p)).count() % 2 == 1)
    }
}

/// All features of a text that have polygons, in order; a geometry by itself counts as a feature without properties.
///
/// # Errors
/// In words: text that is no JSON, rings that are none, and texts without any polygon.
pub fn grounds(text: &str) -> Result<Vec<Ground>, String> {
    let value: Value = serde_json::from_str(text).map_err(|e| format!("this is not JSON: {e}"))?;
    let mut out = Vec::new();
    features(&value, 0, &mut out)?;
    if out.is_empty() { Err("there is no polygon in it".into()) } else { Ok(out) }
}

fn list<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value.get(key).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

fn features(value: &Value, depth: usize, out: &mut Vec<Ground>) -> Result<(), String> {
    if depth > DEEPEST {
        return Err("collections inside collections, too deep".into());
    }
    let (geometry, properties) = match value.get("type").and_then(Value::as_str) {
        Some("FeatureCollection") => {
            return list(value, "features").iter().try_for_each(|v| features(v, depth + 1, out));
        }
        Some("Feature") => {
            let properties = value.get("properties").and_then(Value::as_object).cloned().unwrap_or_default();
            (value.get("geometry").unwrap_or(&Value::Null), properties)
        }
        _ => (value, Map::new()),
    };
    let mut parts = Vec::new();
    gather(geometry, depth, &mut parts)?;
    if !parts.is_empty() {
        out.push(Ground { properties, parts });
    }
    Ok(())
}

fn gather(geometry: &Value, depth: usize, parts: &mut Vec<Vec<Polygon>>) -> Result<(), String> {
    if depth > DEEPEST {
        return Err("collections inside collections, too deep".into());
    }
    match geometry.get("type").and_then(Value::as_str) {
        Some("Polygon") => parts.push(polygon(list(geometry, "coordinates"))?),
        Some("MultiPolygon") => {
            for rings in list(geometry, "coordinates") {
                parts.push(polygon(rings.as_array().map(Vec::as_slice).unwrap_or_default())?);
            }
        }
        Some("GeometryCollection") => {
            return list(geometry, "geometries").iter().try_for_each(|g| gather(g, depth + 1, parts));
        }
        _ => {}
    }
    Ok(())
}

fn polygon(rings: &[Value]) -> Result<Vec<Polygon>, String> {
    let position = |v: &Value| Some(LatLon::new(v.get(1)?.as_f64()?, v.get(0)?.as_f64()?));
    let ring = |v: &Value| {
        let corners: Option<Vec<LatLon>> = v.as_array()?.iter().map(position).collect();
        let polygon = Polygon::new(corners?);
        (polygon.ring.len() >= 3 && polygon.ring.iter().all(|p| p.is_valid())).then_some(polygon)
    };
    let told = || "a ring is not three or more positions [longitude, latitude] on the globe".to_string();
    let out: Vec<Polygon> = rings.iter().map(|v| ring(v).ok_or_else(told)).collect::<Result<_, _>>()?;
    if out.is_empty() { Err("a polygon has no ring".into()) } else { Ok(out) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn features_keep_their_names_and_holes() {
        let text = r#"{"type":"FeatureCollection","features":[
            {"type":"Feature","properties":{"name":"a","n":7},"geometry":{"type":"Polygon","coordinates":
                [[[0,0],[4,0],[4,4],[0,4],[0,0]],[[1,1],[2,1],[2,2],[1,2]]]}},
            {"type":"Feature","properties":{"name":"point"},"geometry":{"type":"Point","coordinates":[1,1]}},
            {"type":"Feature","properties":null,"geometry":{"type":"MultiPolygon","coordinates":
                [[[[10,0],[11,0],[11,1]]],[[[20,0],[21,0],[21,1]]]]}}]}"#;
        let all = grounds(text).unwrap();
        assert_eq!(all.len(), 2);
        assert_eq!((all[0].text("name"), all[0].text("n"), all[0].text("x")), ("a".into(), "7".into(), String::new()));
        assert!(all[0].contains(LatLon::new(3.0, 3.0)) && !all[0].contains(LatLon::new(1.5, 1.5)));
        assert_eq!((all[1].parts.len(), all[1].properties.len()), (2, 0));
    }

    #[test]
    fn what_holds_no_ground_is_told() {
        for (text, expected) in [
            ("{", "not JSON"),
            (r#"{"type":"Point","coordinates":[1,2]}"#, "no polygon"),
            (r#"{"type":"Polygon","coordinates":[[[1,2],[3,4]]]}"#, "three or more"),
            (r#"{"type":"Polygon","coordinates":[[[1,99],[3,4],[5,6]]]}"#, "three or more"),
            (r#"{"type":"Polygon","coordinates":[]}"#, "no ring"),
        ] {
            let message = grounds(text).expect_err(text);
            assert!(message.contains(expected), "{text}: {message}");
        }
    }
}
