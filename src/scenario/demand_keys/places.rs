//! Places that keys of demand name: areas, counties, and sites of their own.

use super::{Known, Loader};
use crate::demand::{DemandPoint, nearest_point};
use crate::digest::Digester;
use crate::fault::nearest_name;
use crate::geo::LatLon;
use crate::ids::{CountyId, PointId};
use crate::quality::Zone;
use crate::scenario::Site;
use crate::text::Text;

/// The ground a key is limited to, as it is written.
pub(super) struct RawArea<'a> {
    pub(super) counties: Option<&'a [String]>,
    pub(super) polygon: Option<&'a [[f64; 2]]>,
    pub(super) geojson: Option<&'a str>,
}

impl RawArea<'_> {
    /// In words, for the list of assumptions; empty for everywhere.
    pub(super) fn words(&self) -> String {
        match (self.counties, self.polygon, self.geojson) {
            (Some(counties), ..) => format!(", {}", counties.join(", ")),
            (None, Some(_), _) => ", polygon".to_string(),
            (None, None, Some(file)) => format!(", {file}"),
            (None, None, None) => String::new(),
        }
    }
}

/// A site's place in the numbering of points; it is added unless it is there already.
pub(super) fn add_site(sites: &mut Vec<Site>, points: usize, site: Site) -> PointId {
    let at = sites.iter().position(|s| s.id == site.id && s.at == site.at).unwrap_or_else(|| {
        sites.push(site);
        sites.len() - 1
    });
    PointId::new(points + at)
}

impl Loader<'_> {
    /// A county by either name.
    pub(super) fn county(&mut self, path: &str, known: &Known<'_>, name: &str) -> Option<CountyId> {
        let found = known.counties.iter().position(|c| c.name.zh == name || c.name.en == name);
        if found.is_none() {
            let near = nearest_name(name, known.counties.iter().map(|c| c.name.zh.as_str()));
            let hint = near.map(|n| format!("did you mean {n}?")).unwrap_or("see the table of counties".into());
            self.fault(path, format!("there is no county `{name}`"), &hint);
        }
        found.map(CountyId::new)
    }

    /// The points and sites on the ground a key is limited to, rising; `None` where it is limited to none.
    pub(super) fn places_in(
        &mut self,
        path: &str,
        raw: &RawArea<'_>,
        places: (&[DemandPoint], &[Site]),
        known: &Known<'_>,
        digest: &mut Digester,
    ) -> Option<Vec<PointId>> {
        let (points, sites) = places;
        let all = points
            .iter()
            .map(|p| (p.at, p.county))
            .chain(sites.iter().map(|s| (s.at, s.county)))
            .enumerate()
            .map(|(i, (at, county))| (PointId::new(i), at, county));
        let ground = self.area(path, raw.polygon, raw.geojson, digest);
        let list: Vec<PointId> = match (raw.counties, raw.polygon.is_some() || raw.geojson.is_some()) {
            (None, false) => return None,
            (Some(_), true) => {
                let message = "there is a polygon or GeoJSON file too";
                self.fault(&format!("{path}.counties"), message, "write one of them");
                return Some(Vec::new());
            }
            (Some(names), false) => {
                let ids: Vec<CountyId> = names
                    .iter()
                    .enumerate()
                    .filter_map(|(i, name)| self.county(&format!("{path}.counties[{i}]"), known, name))
                    .collect();
                if ids.len() < names.len() {
                    return Some(Vec::new());
                }
                all.filter(|(.., county)| county.is_some_and(|c| ids.contains(&c))).map(|p| p.0).collect()
            }
            (None, true) => {
                // An area that cannot be read has been told.
                let ground = ground?;
                all.filter(|(_, at, _)| ground.contains(*at)).map(|p| p.0).collect()
            }
        };
        if list.is_empty() {
            self.fault(path, "no demand point lies in its area", "are latitude and longitude in the right order?");
        }
        Some(list)
    }

    /// A site; its zone and county are those of the nearest demand point unless they are given.
    pub(super) fn site(
        id: &str,
        name: &Text,
        at: LatLon,
        given: (Option<Zone>, Option<CountyId>),
        points: &[DemandPoint],
    ) -> Site {
        let near = nearest_point(points, at).map(|p| &points[p.index()]);
        Site {
            id: id.into(),
            name: name.clone(),
            county: given.1.or(near.and_then(|p| p.county)),
            zone: given.0.or(near.map(|p| p.zone)).unwrap_or(Zone::Rural),
            at,
        }
    }
}
