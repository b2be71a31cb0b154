//! Areas in which roads are driven faster or slower than elsewhere: a mountain range, a lake shore on a holiday, fog.

use super::FERRY;
use super::section::Section;
use crate::fault::{Fault, Faults, SourceText};
use crate::geo::{Bounds, LatLon, Polygon};
use serde_json::Value;
use std::path::Path;

/// Ground bounded by one or more polygons, which may have holes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Area {
    /// Each part: its outline first, then its holes.
    pub parts: Vec<Vec<Polygon>>,
}

impl Area {
    /// Ground with one outline and no hole; `None` for fewer than three different corners or positions off the globe.
    pub fn of_ring(ring: Vec<LatLon>) -> Option<Area> {
        let polygon = Polygon::new(ring);
        let fits = polygon.ring.len() >= 3 && polygon.ring.iter().all(|p| p.is_valid());
        fits.then(|| Area { parts: vec![vec![polygon]] })
    }

    /// Reads the polygons of a GeoJSON file: of a geometry, a feature or a collection of features, whatever else is in
    /// it. Positions are `[longitude, latitude]`, as GeoJSON has it (RFC 7946).
    ///
    /// # Errors
    /// A fault when the file cannot be read, is not JSON, or holds no polygon with three corners on the globe.
    pub fn of_geojson(path: &Path) -> Result<Area, Box<Fault>> {
        let source = SourceText::read(path)?;
        Area::of_geojson_text(&source.text).map_err(|message| {
            let fault = Fault::error(format!("{}: {message}", path.display())).in_file(path);
            fault.hint("export the area as GeoJSON polygons in WGS-84").boxed()
        })
    }

    fn of_geojson_text(text: &str) -> Result<Area, String> {
        let value: Value = serde_json::from_str(text).map_err(|e| format!("this is not JSON: {e}"))?;
        let mut area = Area::default();
        gather(&value, 0, &mut area)?;
        if area.parts.is_empty() { Err("there is no polygon in it".to_string()) } else { Ok(area) }
    }

    /// Whether a point lies inside, in no hole.
    pub fn contains(&self, p: LatLon) -> bool {
        self.parts.iter().any(|rings| rings.iter().filter(|r| r.contains(p)).count() % 2 == 1)
    }

    /// The box round all parts.
    pub fn bounds(&self) -> Option<Bounds> {
        Bounds::of(self.parts.iter().flatten().flat_map(|p| p.ring.iter().copied()))
    }
}

fn gather(value: &Value, depth: usize, area: &mut Area) -> Result<(), String> {
    if depth > 8 {
        return Err("collections inside collections, too deep".to_string());
    }
    let list = |key: &str| value.get(key).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    match value.get("type").and_then(Value::as_str) {
        Some("FeatureCollection") => list("features").iter().try_for_each(|v| gather(v, depth + 1, area)),
        Some("GeometryCollection") => list("geometries").iter().try_for_each(|v| gather(v, depth + 1, area)),
        Some("Feature") => value.get("geometry").map_or(Ok(()), |v| gather(v, depth + 1, area)),
        Some("Polygon") => {
            area.parts.push(polygon(list("coordinates"))?);
            Ok(())
        }
        Some("MultiPolygon") => {
            for rings in list("coordinates") {
                area.parts.push(polygon(rings.as_array().map(Vec::as_slice).unwrap_or_default())?);
            }
            Ok(())
        }
        _ => Ok(()),
    }
}

fn polygon(rings: &[Value]) -> Result<Vec<Polygon>, String> {
    let position = |v: &Value| Some(LatLon::new(v.get(1)?.as_f64()?, v.get(0)?.as_f64()?));
    let mut out = Vec::new();
    for ring in rings {
        let corners: Option<Vec<LatLon>> = ring.as_array().and_then(|r| r.iter().map(position).collect());
        let area = corners.and_then(Area::of_ring);
        let Some(mut part) = area.and_then(|mut a| a.parts.pop()) else {
            return Err("a ring is not three or more positions [longitude, latitude] on the globe".to_string());
        };
        out.append(&mut part);
    }
    if out.is_empty() { Err("a polygon has no ring".to_string()) } else { Ok(out) }
}

/// An area with what it does to speeds.
#[derive(Clone, Debug, PartialEq)]
pub struct AreaRule {
    /// What it is called.
    pub name: String,
    /// The ground.
    pub area: Area,
    /// Multiplies speeds inside.
    pub factor: f64,
    /// Classes it holds for; where the list is empty all but ferries.
    pub classes: Vec<String>,
}

impl AreaRule {
    /// Whether it holds for a class.
    pub fn applies_to(&self, class: &str) -> bool {
        if self.classes.is_empty() { class != FERRY } else { self.classes.iter().any(|c| c == class) }
    }

    /// Reads one table of `[[areas]]`. A file it names lies relative to the folder of the profile.
    pub(super) fn read(mut t: Section<'_, '_>, f: &mut Faults) -> AreaRule {
        let name = t.string("name", f);
        let factor = t.number("factor", 0.05..=5.0, f);
        let classes = t.class_list("classes", f);
        let both = (t.optional("polygon").is_some(), t.optional("geojson").is_some());
        let area = match both {
            (true, false) => {
                let corners = t.positions("polygon", f);
                // Faults of single corners are told already.
                Area::of_ring(corners.unwrap_or_default()).unwrap_or_else(|| {
                    t.fault(
                        "polygon",
                        format!("the polygon of area {name:?} needs three or more corners on the globe"),
                        f,
                    );
                    Area::default()
                })
            }
            (false, true) => {
                let file = t.string("geojson", f);
                let folder = t.source.path.parent().unwrap_or(Path::new("")).to_path_buf();
                Area::of_geojson(&folder.join(file)).unwrap_or_else(|fault| {
                    f.push(*fault);
                    Area::default()
                })
            }
            _ => {
                let message = format!("area {name:?} needs either `polygon` or `geojson`");
                t.fault("name", message, f);
                Area::default()
            }
        };
        t.finish(&[], f);
        AreaRule { name, area, factor, classes }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RING: &str = "[[102.0,24.0],[103.0,24.0],[103.0,25.0],[102.0,25.0],[102.0,24.0]]";
    const HOLE: &str = "[[102.4,24.4],[102.6,24.4],[102.6,24.6],[102.4,24.6],[102.4,24.4]]";

    #[test]
    fn geojson_with_a_hole_and_a_second_part() {
        let far = "[[[10,50],[11,50],[11,51]]]";
        let text = format!(
            r#"{{"type":"FeatureCollection","features":[
                {{"type":"Feature","properties":{{}},"geometry":{{"type":"Point","coordinates":[1,2]}}}},
                {{"type":"Feature","geometry":{{"type":"MultiPolygon","coordinates":[[{RING},{HOLE}],{far}]}}}}]}}"#
        );
        let area = Area::of_geojson_text(&text).unwrap();
        assert_eq!(area.parts.len(), 2);
        assert!(area.contains(LatLon::new(24.1, 102.1)) && area.contains(LatLon::new(50.2, 10.8)));
        assert!(!area.contains(LatLon::new(24.5, 102.5)) && !area.contains(LatLon::new(26.0, 102.5)));
        assert_eq!(area.bounds().map(|b| b.max.lat), Some(51.0));
    }

    #[test]
    fn what_is_no_area_is_told() {
        for (text, expected) in [
            ("{", "not JSON"),
            (r#"{"type":"Point","coordinates":[1,2]}"#, "no polygon"),
            (r#"{"type":"Polygon","coordinates":[[[1,2],[3,4]]]}"#, "three or more"),
            (r#"{"type":"Polygon","coordinates":[[[1,99],[3,4],[5,6]]]}"#, "three or more"),
            (r#"{"type":"Polygon","coordinates":[]}"#, "no ring"),
        ] {
            let message = Area::of_geojson_text(text).expect_err(text);
            assert!(message.contains(expected), "{text}: {message}");
        }
        assert!(Area::of_ring(vec![LatLon::new(1.0, 1.0), LatLon::new(2.0, 1.0), LatLon::new(1.0, 1.0)]).is_none());
    }
}
