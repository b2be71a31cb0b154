//! Regions (counties, or the ground that is wanted) and which pixels of a row lie in which.

use crate::fault::{Fault, SourceText};
use crate::geo::geojson::{Ground, grounds};
use crate::geo::{Bounds, LatLon};
use std::path::Path;

/// A stretch of a parallel that lies in a region.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Span {
    pub(super) west: f64,
    pub(super) east: f64,
    pub(super) region: u32,
}

/// Named ground.
#[derive(Clone, Debug)]
pub struct Regions {
    names: Vec<String>,
    /// The region, latitudes from and to, and outlines with holes of each part.
    parts: Vec<(u32, f64, f64, Vec<Vec<LatLon>>)>,
    bounds: Option<Bounds>,
}

impl Regions {
    /// Reads the polygons of a GeoJSON file as regions named by a property. Features of the same name are one region.
    ///
    /// # Errors
    /// A fault when the file cannot be read or a feature with ground has no such name.
    pub fn named(file: &Path, property: &str) -> Result<Regions, Box<Fault>> {
        let all = read(file)?;
        let nameless = all.iter().filter(|g| g.text(property).is_empty()).count();
        if nameless > 0 {
            let keys: Vec<&str> = all.iter().flat_map(|g| g.properties.keys()).map(String::as_str).take(8).collect();
            let message = format!("{}: {nameless} polygons have no property `{property}`", file.display());
            let hint = if keys.is_empty() {
                "give each a property with its name".to_string()
            } else {
                format!("name another with --county-name; there are {}", keys.join(", "))
            };
            return Err(Fault::error(message).in_file(file).hint(hint).boxed());
        }
        Ok(Regions::of(all.iter().map(|g| (g.text(property), g))))
    }

    /// Reads the polygons of a GeoJSON file as one region without a name.
    ///
    /// # Errors
    /// A fault when the file cannot be read.
    pub fn whole(file: &Path) -> Result<Regions, Box<Fault>> {
        let all = read(file)?;
        Ok(Regions::of(all.iter().map(|g| (String::new(), g))))
    }

    fn of<'a>(list: impl Iterator<Item = (String, &'a Ground)>) -> Regions {
        let (mut names, mut parts): (Vec<String>, Vec<_>) = (Vec::new(), Vec::new());
        for (name, ground) in list {
            let region = names.iter().position(|n| *n == name).unwrap_or_else(|| {
                names.push(name);
                names.len() - 1
            });
            for rings in &ground.parts {
                let rings: Vec<Vec<LatLon>> = rings.iter().map(|r| r.ring.clone()).collect();
                let lats = || rings.iter().flatten().map(|p| p.lat);
                let (low, high) = (lats().fold(f64::MAX, f64::min), lats().fold(f64::MIN, f64::max));
                parts.push((region as u32, low, high, rings));
            }
        }
        let bounds = Bounds::of(parts.iter().flat_map(|p| p.3.iter().flatten().copied()));
        Regions { names, parts, bounds }
    }

    /// The name of a region.
    pub fn name(&self, region: u32) -> &str {
        self.names.get(region as usize).map_or("", String::as_str)
    }

    /// The box round all regions.
    pub fn bounds(&self) -> Option<Bounds> {
        self.bounds
    }

    /// Which stretches of a parallel lie in which region, from west to east; where two overlap the western one has it.
    pub(super) fn spans(&self, lat: f64) -> Vec<Span> {
        let mut out = Vec::new();
        for (region, _, _, rings) in self.parts.iter().filter(|p| p.1 <= lat && lat <= p.2) {
            let mut cuts = Vec::new();
            for ring in rings {
                for (i, a) in ring.iter().enumerate() {
                    let b = ring[(i + 1) % ring.len()];
                    if (a.lat > lat) != (b.lat > lat) {
                        cuts.push((b.lon - a.lon) * (lat - a.lat) / (b.lat - a.lat) + a.lon);
                    }
                }
            }
            cuts.sort_by(f64::total_cmp);
            out.extend(cuts.chunks_exact(2).map(|c| Span { west: c[0], east: c[1], region: *region }));
        }
        out.sort_by(|a: &Span, b: &Span| a.west.total_cmp(&b.west).then(a.region.cmp(&b.region)));
        let mut end = f64::MIN;
        for span in &mut out {
            span.west = span.west.max(end);
            end = end.max(span.east);
        }
        out.retain(|s| s.west < s.east);
        out
    }
}

fn read(file: &Path) -> Result<Vec<Ground>, Box<Fault>> {
    let source = SourceText::read(file)?;
    grounds(&source.text).map_err(|message| {
        let fault = Fault::error(format!("{}: {message}", file.display())).in_file(file);
        fault.hint("export the ground as GeoJSON polygons in WGS-84").boxed()
    })
}
