//! `[air]` and `[water]`: helicopters and boats, read and checked.

use super::load::Loader;
use super::rules::{ASHORE_M, Air, CraftRules, Lake, Site, Water, add_site};
use super::when;
use crate::digest::Digester;
use crate::facilities::{Coordinates, County, Hospital, Post, Unit, UnitKind, county, names};
use crate::fault::{Faults, SourceText, nearest_name};
use crate::geo::geojson::grounds;
use crate::geo::water::Basin;
use crate::geo::{LatLon, distance_m};
use crate::ids::{HospitalId, PointId};
use crate::input::{Noted, Table};
use crate::network::calendar::Window;
use crate::quality::{Quality, Zone};
use crate::text::Text;
use crate::units::Span;
use serde::Deserialize;
use std::path::Path;

/// `[air]`: helicopters. Speeds and times that are not written are those of a light twin-engined helicopter.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawAir {
    /// Cruising speed.
    #[serde(default = "cruise")]
    pub speed_kmh: Noted<f64>,
    /// Start-up and take-off, before each flight.
    #[serde(default = "start")]
    pub start_s: Noted<f64>,
    /// Approach and landing, after each flight.
    #[serde(default = "landing")]
    pub landing_s: Noted<f64>,
    /// When they fly.
    #[serde(default = "daylight")]
    pub daylight: Vec<String>,
    /// Share of time with weather fit for flying.
    #[serde(default = "flyable")]
    pub flyable: Noted<f64>,
    /// Weather stays as it is for so many hours.
    #[serde(default = "weather_block")]
    pub weather_block_h: Noted<f64>,
    /// A CSV table of places where they land.
    pub landing_points: Option<String>,
    /// Hospitals with a helipad, by id, besides those the table marks.
    #[serde(default)]
    pub helipads: Vec<String>,
    /// The crew gets so far from the landing place, straight.
    #[serde(default = "air_reach")]
    pub reach_m: Noted<f64>,
    /// At this speed.
    #[serde(default = "air_reach_speed")]
    pub reach_kmh: Noted<f64>,
    /// Shorter flights from the base are not flown.
    #[serde(default = "least")]
    pub least_km: Noted<f64>,
}

/// `[water]`: boats.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawWater {
    /// Speed.
    #[serde(default = "boat_speed")]
    pub speed_kmh: Noted<f64>,
    /// Casting off, and mooring: each.
    #[serde(default = "mooring")]
    pub mooring_s: Noted<f64>,
    /// When they go; without it, always.
    pub when: Option<Vec<String>>,
    /// A GeoJSON file of lakes, holes for islands.
    pub lakes: String,
    /// A CSV table of piers.
    pub piers: String,
    /// The crew gets so far from the pier, straight.
    #[serde(default = "water_reach")]
    pub reach_m: Noted<f64>,
    /// At this speed.
    #[serde(default = "walking")]
    pub reach_kmh: Noted<f64>,
}

fn noted(value: f64, quality: Quality, source: &str) -> Noted<f64> {
    Noted { value, quality, source: source.into() }
}

fn cruise() -> Noted<f64> {
    // The maker's cruise of the type is 252 km/h (136 kn), as operators quote it; head winds, climbs and detours take off.
    noted(220.0, Quality::Assumed, "default of the program: an EC135/H135 cruises at 252 km/h, less wind and detours")
}

fn start() -> Noted<f64> {
    let source = "default of the program: crews of prepared HEMS helicopters say 2 to 5 minutes from alarm to take-off";
    noted(180.0, Quality::Assumed, source)
}

fn landing() -> Noted<f64> {
    noted(120.0, Quality::Assumed, "default of the program: circling to look at the place, approach, landing")
}

fn daylight() -> Vec<String> {
    vec!["daily 07:00-19:00".into()]
}

fn flyable() -> Noted<f64> {
    noted(0.85, Quality::Assumed, "default of the program")
}

fn weather_block() -> Noted<f64> {
    noted(3.0, Quality::Assumed, "default of the program")
}

fn air_reach() -> Noted<f64> {
    noted(2000.0, Quality::Assumed, "default of the program")
}

fn air_reach_speed() -> Noted<f64> {
    noted(15.0, Quality::Assumed, "default of the program: a local car takes the crew")
}

fn least() -> Noted<f64> {
    noted(10.0, Quality::Assumed, "default of the program: by road it is not slower over such distances")
}

fn boat_speed() -> Noted<f64> {
    noted(45.0, Quality::Assumed, "default of the program: a fast launch at about 24 kn on a calm lake")
}

fn mooring() -> Noted<f64> {
    noted(90.0, Quality::Assumed, "default of the program")
}

fn water_reach() -> Noted<f64> {
    noted(800.0, Quality::Assumed, "default of the program")
}

fn walking() -> Noted<f64> {
    noted(5.0, Quality::Assumed, "default of the program: walking with bags and a stretcher")
}

/// Columns of tables of landing places and piers: needed, and known besides.
pub const LANDING_COLUMNS: (&[&str], &[&str]) =
    (&["id", "name", "lat", "lon", "quality"], &["name_en", "county", "source"]);

/// What the sections are checked against.
pub(super) struct Around<'a> {
    pub(super) counties: &'a [County],
    pub(super) posts: &'a [Post],
    pub(super) units: &'a [Unit],
    pub(super) hospitals: &'a [Hospital],
    /// How many demand points there are.
    pub(super) points: usize,
}

impl Loader<'_> {
    /// The rules of `[air]` and `[water]`; landing places, helipads and piers are added to the sites.
    pub(super) fn craft(&mut self, around: &Around<'_>, sites: &mut Vec<Site>, digest: &mut Digester) -> CraftRules {
        let raw = &self.doc.value;
        let has = |kind| around.units.iter().any(|u| u.kind == kind);
        for (section, there, kind, zh) in [
            ("air", raw.air.is_some(), UnitKind::Helicopter, "直升机"),
            ("water", raw.water.is_some(), UnitKind::Boat, "救护艇"),
        ] {
            let key = kind.key();
            if has(kind) && !there {
                let message = format!("there are units of the kind {key} ({zh}), but no section [{section}]");
                self.fault("tables.units", message, &format!("write [{section}], or take these units out"));
            }
            if there && !has(kind) {
                let message = format!("no unit is of the kind {key} ({zh}): the section has no effect");
                self.warn(section, message, "name one in the table of units");
            }
        }
        CraftRules {
            air: raw.air.as_ref().map(|a| self.air(a, around, sites, digest)),
            water: raw.water.as_ref().and_then(|w| self.water(w, around, sites, digest)),
        }
    }

    fn air(&mut self, raw: &RawAir, around: &Around<'_>, sites: &mut Vec<Site>, digest: &mut Digester) -> Air {
        let values = [
            ("speed_kmh", "直升机巡航速度", "cruising speed of helicopters", &raw.speed_kmh, "km/h", 30.0, 500.0),
            ("start_s", "启动与起飞", "start-up and take-off", &raw.start_s, "s", 0.0, 7200.0),
            ("landing_s", "进近与着陆", "approach and landing", &raw.landing_s, "s", 0.0, 7200.0),
            ("flyable", "适航天气占比", "share of time with weather fit for flying", &raw.flyable, "", 0.0, 1.0),
            ("weather_block_h", "天气持续时间", "weather stays for", &raw.weather_block_h, "h", 0.1, 720.0),
            ("reach_m", "着陆点步行可达范围", "reach from the landing place", &raw.reach_m, "m", 0.0, 50_000.0),
            ("reach_kmh", "着陆点至现场速度", "speed from there to the patient", &raw.reach_kmh, "km/h", 0.5, 200.0),
            ("least_km", "最短飞行距离", "shortest flight", &raw.least_km, "km", 0.0, 1000.0),
        ];
        for (key, zh, en, value, unit, low, high) in values {
            self.craft_value(&format!("air.{key}"), (zh, en), value, unit, (low, high));
        }
        let daylight = self.hours("air.daylight", &raw.daylight);
        let mut landing_points = Vec::new();
        if let Some(name) = &raw.landing_points {
            let names = ("直升机着陆点表", "table of landing places");
            landing_points = self.landings("air.landing_points", name, names, around, sites, digest);
        }
        let mut helipads = Vec::new();
        for (i, id) in raw.helipads.iter().enumerate() {
            let path = format!("air.helipads[{i}]");
            let Some(at) = around.hospitals.iter().position(|h| h.id == *id) else {
                let near = nearest_name(id, around.hospitals.iter().map(|h| h.id.as_str()));
                let hint = near.map(|n| format!("did you mean `{n}`?")).unwrap_or("write the id of a hospital".into());
                self.fault(&path, format!("there is no hospital `{id}`"), &hint);
                continue;
            };
            if helipads.contains(&HospitalId::new(at)) {
                self.fault(&path, format!("`{id}` is there twice"), "name each hospital once");
                continue;
            }
            helipads.push(HospitalId::new(at));
        }
        let marked = (0..around.hospitals.len()).filter(|at| around.hospitals[*at].helipad).map(HospitalId::new);
        let more: Vec<HospitalId> = marked.filter(|id| !helipads.contains(id)).collect();
        helipads.extend(more);
        for id in &helipads {
            // Patients at or near the hospital are fetched from its helipad like from any landing place.
            let h = &around.hospitals[id.index()];
            let name = Text::new(format!("{}停机坪", h.name.zh), format!("helipad of {}", h.name.en));
            let site = Site { id: format!("helipad:{}", h.id), name, county: h.county, zone: Zone::Rural, at: h.at };
            landing_points.push(add_site(sites, around.points, site));
        }
        if landing_points.is_empty() && !self.faults.has_errors() {
            let hint = "write landing_points = \"….csv\", helipads = [\"…\"] with ids of hospitals, or mark them in the column `helipad`";
            self.fault("air", "there is no place where helicopters land", hint);
        }
        Air {
            speed_kmh: raw.speed_kmh.value,
            start: Span::from_seconds(raw.start_s.value),
            landing: Span::from_seconds(raw.landing_s.value),
            daylight,
            flyable: raw.flyable.value,
            weather_block: Span::from_seconds(raw.weather_block_h.value * 3600.0),
            landing_points,
            helipads,
            reach_m: raw.reach_m.value,
            reach_kmh: raw.reach_kmh.value,
            least_m: raw.least_km.value * 1000.0,
        }
    }

    fn water(
        &mut self,
        raw: &RawWater,
        around: &Around<'_>,
        sites: &mut Vec<Site>,
        digest: &mut Digester,
    ) -> Option<Water> {
        let values = [
            ("speed_kmh", "救护艇航速", "speed of boats", &raw.speed_kmh, "km/h", 1.0, 150.0),
            ("mooring_s", "离泊与靠泊（各）", "casting off, and mooring", &raw.mooring_s, "s", 0.0, 7200.0),
            ("reach_m", "码头步行可达范围", "reach from the pier", &raw.reach_m, "m", 0.0, 50_000.0),
            ("reach_kmh", "码头至现场速度", "speed from there to the patient", &raw.reach_kmh, "km/h", 0.5, 200.0),
        ];
        for (key, zh, en, value, unit, low, high) in values {
            self.craft_value(&format!("water.{key}"), (zh, en), value, unit, (low, high));
        }
        let when = raw.when.as_ref().map(|w| self.hours("water.when", w)).unwrap_or_default();
        let file = self.beside("water.lakes", &raw.lakes);
        let lakes = match read_lakes(&file) {
            Ok((lakes, source)) => {
                digest.part("lakes", source.text.as_bytes());
                lakes
            }
            Err((message, hint)) => {
                self.fault("water.lakes", message, &hint);
                return None;
            }
        };
        let names = ("码头表", "table of piers");
        let piers = self.landings("water.piers", &raw.piers, names, around, sites, digest);
        let mut basins = Vec::new();
        for lake in &lakes {
            match Basin::new(&lake.outer, &lake.islands) {
                Ok(basin) => basins.push(basin),
                Err(e) => {
                    let message = format!("{}: lake `{}`: {e}", file.display(), lake.name);
                    self.fault("water.lakes", message, "simplify or repair the outline");
                }
            }
        }
        if basins.len() < lakes.len() {
            return None;
        }
        let at: Vec<LatLon> = piers.iter().map(|p| sites[p.index() - around.points].at).collect();
        for (pier, at) in piers.iter().zip(&at) {
            let metres = basins.iter().map(|b| b.moor(*at).aside_m).fold(f64::INFINITY, f64::min);
            if metres > ASHORE_M {
                let id = &sites[pier.index() - around.points].id;
                let message = format!("pier `{id}` lies {metres:.0} m from any water; {ASHORE_M:.0} m are the most");
                self.fault("water.piers", message, "correct its place, or that of the lake's outline");
            }
        }
        let mut homes: Vec<usize> =
            around.units.iter().filter(|u| u.kind == UnitKind::Boat).map(|u| u.post.index()).collect();
        homes.sort_unstable();
        homes.dedup();
        for post in homes.into_iter().filter_map(|p| around.posts.get(p)).filter(|_| !piers.is_empty()) {
            let metres = at.iter().map(|p| distance_m(post.at, *p)).fold(f64::INFINITY, f64::min);
            if metres > ASHORE_M {
                let message = format!(
                    "post `{}` has a boat, but its nearest pier is {metres:.0} m away; {ASHORE_M:.0} m are the most",
                    post.id
                );
                self.fault("water.piers", message, "add a pier at the post, or base the boat elsewhere");
            }
        }
        Some(Water {
            speed_kmh: raw.speed_kmh.value,
            mooring: Span::from_seconds(raw.mooring_s.value),
            when,
            lakes,
            piers,
            reach_m: raw.reach_m.value,
            reach_kmh: raw.reach_kmh.value,
        })
    }

    /// Windows of time; a list that is there must not be empty.
    fn hours(&mut self, path: &str, texts: &[String]) -> Vec<Window> {
        if texts.is_empty() {
            self.fault(path, "there is no window", "write at least one, such as \"daily 07:00-19:00\", or `daily`");
        }
        let mut out = Vec::new();
        for (i, text) in texts.iter().enumerate() {
            match when::parse(text) {
                Ok(windows) => out.extend(windows),
                Err((message, hint)) => self.fault(&format!("{path}[{i}]"), message, &hint),
            }
        }
        out
    }

    fn craft_value(&mut self, path: &str, name: (&str, &str), value: &Noted<f64>, unit: &str, range: (f64, f64)) {
        self.between(path, value.value, range.0, range.1);
        self.notes.noted(path, name.0, name.1, value, format!("{} {unit}", value.value).trim().to_string());
    }

    /// Reads a table of landing places or piers and makes sites of its rows.
    fn landings(
        &mut self,
        path: &str,
        name: &str,
        title: (&str, &str),
        around: &Around<'_>,
        sites: &mut Vec<Site>,
        digest: &mut Digester,
    ) -> Vec<PointId> {
        let file = self.beside(path, name);
        let read = Table::read(&file, LANDING_COLUMNS.0, LANDING_COLUMNS.1)
            .and_then(|table| Ok((read_landings(&table, around.counties, self.doc.value.tables.coordinates)?, table)));
        let (rows, table) = match read {
            Ok(read) => read,
            Err(faults) if faults.0.len() == 1 && faults.0[0].place.is_none() => {
                let fault = &faults.0[0];
                self.fault(path, fault.message.clone(), fault.hint.as_deref().unwrap_or(""));
                return Vec::new();
            }
            Err(faults) => {
                self.faults.extend(faults);
                return Vec::new();
            }
        };
        self.faults.extend(table.warnings().clone());
        if rows.is_empty() {
            let message = format!("{}: the table has no rows below its header", file.display());
            self.fault(path, message, "name at least one place");
        }
        digest.part("table", table.source().text.as_bytes());
        self.notes.table(name, title.0, title.1, rows.iter().map(|r| r.1));
        rows.into_iter().map(|(site, _)| add_site(sites, around.points, site)).collect()
    }
}

fn read_landings(table: &Table, counties: &[County], coordinates: Coordinates) -> Result<Vec<(Site, Quality)>, Faults> {
    table.unique("id")?;
    table.rows(|row| {
        let (id, name, county) = (row.filled("id"), names(row), county(row, counties));
        let (at, quality) = (row.position(), row.quality("quality"));
        let at = coordinates.to_wgs84(at?);
        Some((Site { id: id?, name: name?, county: county?, zone: Zone::Rural, at }, quality?))
    })
}

type LakesRead = Result<(Vec<Lake>, std::sync::Arc<SourceText>), (String, String)>;

/// The lakes of a GeoJSON file, one for each outline; the property `name` names them.
fn read_lakes(file: &Path) -> LakesRead {
    let told = |hint: &str| hint.to_string();
    let source = SourceText::read(file)
        .map_err(|fault| (fault.message.clone(), fault.hint.clone().unwrap_or(told("name a GeoJSON file"))))?;
    let all = grounds(&source.text).map_err(|message| {
        (format!("{}: {message}", file.display()), told("export the lakes as GeoJSON polygons in WGS-84"))
    })?;
    let mut lakes = Vec::new();
    for ground in all {
        let name = ground.text("name");
        for mut rings in ground.parts {
            let outer = rings.remove(0).ring;
            let islands = rings.into_iter().map(|r| r.ring).collect();
            lakes.push(Lake { name: name.clone(), outer, islands });
        }
    }
    Ok((lakes, source))
}

#[cfg(test)]
#[path = "craft_keys_tests.rs"]
mod tests;
