//! What the generator is told about a region: counties, townships, lakes, main roads, published distances, hospitals
//! and sights. A folder of CSV tables and one small TOML; every row carries its quality mark and source.

use super::table::Table;
use crate::fault::{Fault, Faults, SourceText};
use crate::geo::{LatLon, Polygon};
use crate::quality::Quality;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

/// The figures of `region.toml`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Region {
    /// Local name.
    pub name: String,
    /// English name.
    pub name_en: String,
    /// Residents; demand points add up to it.
    pub population: u64,
    /// Where that figure comes from.
    pub population_source: String,
    /// Residents of urban areas as published; only compared with, never forced.
    #[serde(default)]
    pub urban_population: u64,
    /// Where that figure comes from.
    #[serde(default)]
    pub urban_population_source: String,
    /// Posts of the present network.
    #[serde(default)]
    pub posts_now: usize,
    /// Ambulances of the present network.
    #[serde(default)]
    pub units_now: usize,
    /// Posts run by the emergency centre itself.
    #[serde(default)]
    pub posts_run_by_centre: usize,
    /// Least share of ambulances with negative pressure.
    #[serde(default)]
    pub negative_pressure_share: f64,
    /// People per ambulance in the earlier, sparse picture (0: no earlier picture is made).
    #[serde(default)]
    pub people_per_unit_before: u64,
    /// Code of the county where the emergency centre stands.
    #[serde(default)]
    pub centre_county: String,
}

/// A county-level unit.
#[derive(Clone, Debug)]
pub struct County {
    /// Code that townships, hospitals and sights refer to.
    pub code: String,
    /// Local name.
    pub name: String,
    /// English name.
    pub name_en: String,
    /// Area in km².
    pub area_km2: f64,
    /// Residents.
    pub population: u64,
    /// Quality of that figure.
    pub population_quality: Quality,
    /// Hospital beds.
    pub beds: u32,
    /// Where the figures come from.
    pub source: String,
}

/// How built-up a township is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Setting {
    /// A street of the city or of a county seat.
    Urban,
    /// At the edge of one.
    PeriUrban,
    /// Country.
    Rural,
}

/// A township-level unit and its seat.
#[derive(Clone, Debug)]
pub struct Township {
    /// Local name.
    pub name: String,
    /// English name.
    pub name_en: String,
    /// Index into [`Facts::counties`].
    pub county: usize,
    /// Position of the seat.
    pub seat: LatLon,
    /// Quality of that position.
    pub seat_quality: Quality,
    /// Whether it is the seat of its county.
    pub is_county_seat: bool,
    /// Village committees.
    pub villages: usize,
    /// Urban communities.
    pub communities: usize,
    /// How built-up it is.
    pub setting: Setting,
    /// Residents.
    pub population: u64,
}

/// A place outside the region that roads lead to.
#[derive(Clone, Debug)]
pub struct Outside {
    /// Local name.
    pub name: String,
    /// English name.
    pub name_en: String,
    /// Position.
    pub at: LatLon,
    /// OSM `place` value.
    pub kind: String,
}

/// A lake, which stays dry.
#[derive(Clone, Debug)]
pub struct Lake {
    /// Local name.
    pub name: String,
    /// English name.
    pub name_en: String,
    /// Its shore.
    pub shore: Polygon,
}

/// A stop of a road: a township or a place outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stop {
    /// Index into [`Facts::townships`].
    Township(usize),
    /// Index into [`Facts::outside`].
    Outside(usize),
}

/// A main road by the places it passes.
#[derive(Clone, Debug)]
pub struct MainRoad {
    /// Key in the table.
    pub id: String,
    /// Local name.
    pub name: String,
    /// English name.
    pub name_en: String,
    /// Road number, if any.
    pub reference: String,
    /// Whether it is an expressway: dual carriageway with interchanges.
    pub motorway: bool,
    /// Places in order.
    pub stops: Vec<Stop>,
    /// Published length between the first and the last place in km.
    pub length_km: Option<f64>,
    /// Speed limit in km/h, if given.
    pub maxspeed: Option<u16>,
}

/// A published road distance.
#[derive(Clone, Debug)]
pub struct Published {
    /// One end.
    pub from: Stop,
    /// The other.
    pub to: Stop,
    /// Kilometres by road.
    pub km: f64,
    /// Whether the network is to meet it.
    pub used: bool,
    /// Where it comes from.
    pub source: String,
    /// Why it is not used.
    pub note: String,
}

/// A hospital above the township level, or the emergency centre.
#[derive(Clone, Debug)]
pub struct HospitalFact {
    /// Local name.
    pub name: String,
    /// English name.
    pub name_en: String,
    /// Index into [`Facts::counties`].
    pub county: usize,
    /// `general`, `tcm`, `children`, `psychiatric`, `infectious` or `centre`.
    pub kind: String,
    /// `tertiary`, `secondary` or `none`.
    pub level: String,
    /// Whether its existence was seen in a source.
    pub quality: Quality,
    /// That source.
    pub source: String,
}

/// A sight.
#[derive(Clone, Debug)]
pub struct ScenicFact {
    /// Key in the table.
    pub id: String,
    /// Local name.
    pub name: String,
    /// English name.
    pub name_en: String,
    /// Index into [`Facts::counties`].
    pub county: usize,
    /// `5A` … `3A`, or another word.
    pub level: String,
    /// Position.
    pub at: LatLon,
    /// Hazards.
    pub hazard: String,
    /// Quality mark.
    pub quality: Quality,
    /// Source.
    pub source: String,
}

/// Everything the generator is told.
#[derive(Clone, Debug)]
pub struct Facts {
    /// Figures of the whole region.
    pub region: Region,
    /// County-level units.
    pub counties: Vec<County>,
    /// Township-level units.
    pub townships: Vec<Township>,
    /// Places outside.
    pub outside: Vec<Outside>,
    /// Lakes.
    pub lakes: Vec<Lake>,
    /// Main roads.
    pub roads: Vec<MainRoad>,
    /// Published distances.
    pub published: Vec<Published>,
    /// Hospitals.
    pub hospitals: Vec<HospitalFact>,
    /// Sights.
    pub scenic: Vec<ScenicFact>,
}

/// The tables of a facts folder.
const FILES: [&str; 9] = [
    "region.toml",
    "counties.csv",
    "townships.csv",
    "outside.csv",
    "lakes.csv",
    "roads.csv",
    "distances.csv",
    "hospitals.csv",
    "scenic.csv",
];

impl Facts {
    /// The facts that come with the program: Yuxi, Yunnan.
    ///
    /// # Errors
    /// None for the tables as shipped (a test reads them).
    pub fn bundled() -> Result<Facts, Faults> {
        macro_rules! table {
            ($name:literal) => {
                ($name, include_str!(concat!("../../../networks/facts/yuxi/", $name)))
            };
        }
        let texts = [
            table!("region.toml"),
            table!("counties.csv"),
            table!("townships.csv"),
            table!("outside.csv"),
            table!("lakes.csv"),
            table!("roads.csv"),
            table!("distances.csv"),
            table!("hospitals.csv"),
            table!("scenic.csv"),
        ];
        let sources = texts
            .into_iter()
            .map(|(name, text)| {
                let path = Path::new("networks/facts/yuxi").join(name);
                (name, Arc::new(SourceText { path, text: text.to_owned() }))
            })
            .collect();
        Facts::from_sources(&sources)
    }

    /// Reads a facts folder; the tables are those of `networks/facts/`.
    ///
    /// # Errors
    /// Every fault found in any of the files.
    pub fn load(folder: &Path) -> Result<Facts, Faults> {
        let mut faults = Faults::new();
        let mut sources = BTreeMap::new();
        for name in FILES {
            match SourceText::read(&folder.join(name)) {
                Ok(text) => {
                    sources.insert(name, text);
                }
                Err(fault) => faults.push(*fault),
            }
        }
        if faults.has_errors() {
            return Err(faults);
        }
        Facts::from_sources(&sources)
    }

    fn from_sources(sources: &BTreeMap<&str, Arc<SourceText>>) -> Result<Facts, Faults> {
        let mut faults = Faults::new();
        let empty = Arc::new(SourceText { path: "".into(), text: String::new() });
        let source = |name: &str| sources.get(name).unwrap_or(&empty);
        let region: Option<Region> = match toml::from_str(&source("region.toml").text) {
            Ok(region) => Some(region),
            Err(error) => {
                let mut fault = Fault::error(error.message().to_string());
                if let Some(span) = error.span() {
                    fault = fault.at(source("region.toml"), span);
                }
                faults.push(fault.in_file(&source("region.toml").path));
                None
            }
        };

        let mut t = Table::read(source("counties.csv"), &mut faults);
        let mut counties = Vec::new();
        while t.next_row() {
            counties.push(County {
                code: t.text("code"),
                name: t.text("name"),
                name_en: t.text("name_en"),
                area_km2: t.number("area_km2", 0.1, 1e7),
                population: t.number("population", 0.0, 1e10) as u64,
                population_quality: t.quality("population_quality"),
                beds: t.number("beds", 0.0, 1e6) as u32,
                source: t.text("source"),
            });
        }
        t.finish(&mut faults);
        let county_by_code: BTreeMap<String, usize> =
            counties.iter().enumerate().map(|(i, c)| (c.code.clone(), i)).collect();

        let mut t = Table::read(source("townships.csv"), &mut faults);
        let mut townships = Vec::new();
        let mut stops: BTreeMap<String, Stop> = BTreeMap::new();
        while t.next_row() {
            let name = t.text("name");
            if stops.insert(name.clone(), Stop::Township(townships.len())).is_some() {
                t.complain("name", &format!("there are two places named {name}; roads could not tell them apart"));
            }
            let zone = t.text("zone");
            let setting = match zone.as_str() {
                "urban" => Setting::Urban,
                "peri-urban" => Setting::PeriUrban,
                "rural" => Setting::Rural,
                _ => {
                    t.complain("zone", &format!("\"{zone}\" is none of urban, peri-urban, rural"));
                    Setting::Rural
                }
            };
            townships.push(Township {
                name,
                name_en: t.text("name_en"),
                county: t.key("county_code", &county_by_code),
                seat: t.position(),
                seat_quality: t.quality("position_quality"),
                is_county_seat: t.text("is_seat") == "1",
                villages: t.number("villages", 0.0, 1e5) as usize,
                communities: t.number("communities", 0.0, 1e5) as usize,
                setting,
                population: t.number("population", 0.0, 1e9) as u64,
            });
        }
        t.finish(&mut faults);

        let mut t = Table::read(source("outside.csv"), &mut faults);
        let mut outside = Vec::new();
        while t.next_row() {
            let name = t.text("name");
            if stops.insert(name.clone(), Stop::Outside(outside.len())).is_some() {
                t.complain("name", &format!("there are two places named {name}; roads could not tell them apart"));
            }
            outside.push(Outside { name, name_en: t.text("name_en"), at: t.position(), kind: t.text("kind") });
        }
        t.finish(&mut faults);

        let mut t = Table::read(source("lakes.csv"), &mut faults);
        let mut lakes: Vec<Lake> = Vec::new();
        while t.next_row() {
            let (name, at) = (t.text("name"), t.position());
            match lakes.last_mut() {
                Some(lake) if lake.name == name => lake.shore.ring.push(at),
                _ => lakes.push(Lake { name, name_en: t.text("name_en"), shore: Polygon::new(vec![at]) }),
            }
        }
        t.finish(&mut faults);
        for lake in &mut lakes {
            lake.shore = rounded(&lake.shore);
        }

        let mut t = Table::read(source("roads.csv"), &mut faults);
        let mut roads = Vec::new();
        while t.next_row() {
            let class = t.text("class");
            if class != "motorway" && class != "primary" {
                t.complain("class", &format!("\"{class}\" is neither motorway nor primary"));
            }
            let named = t.text("stops");
            let mut passed = Vec::new();
            for name in named.split(';') {
                match stops.get(name) {
                    Some(stop) => passed.push(*stop),
                    None => t.complain("stops", &format!("no township or outside place is named {name}")),
                }
            }
            if passed.len() < 2 {
                t.complain("stops", "a road needs two places at least");
            }
            let optional = |text: &str| text.parse::<f64>().ok();
            roads.push(MainRoad {
                id: t.text("id"),
                name: t.text("name"),
                name_en: t.text("name_en"),
                reference: t.text("ref"),
                motorway: class == "motorway",
                stops: passed,
                length_km: optional(&t.text("length_km")),
                maxspeed: optional(&t.text("maxspeed")).map(|v| v as u16),
            });
        }
        t.finish(&mut faults);

        let mut t = Table::read(source("distances.csv"), &mut faults);
        let mut published = Vec::new();
        while t.next_row() {
            published.push(Published {
                from: t.key("from", &stops),
                to: t.key("to", &stops),
                km: t.number("road_km", 0.1, 1e4),
                used: t.text("used") == "yes",
                source: t.text("source"),
                note: t.text("note"),
            });
        }
        t.finish(&mut faults);

        let mut t = Table::read(source("hospitals.csv"), &mut faults);
        let mut hospitals = Vec::new();
        while t.next_row() {
            hospitals.push(HospitalFact {
                name: t.text("name"),
                name_en: t.text("name_en"),
                county: t.key("county_code", &county_by_code),
                kind: t.text("type"),
                level: t.text("level"),
                quality: t.quality("quality"),
                source: t.text("source"),
            });
        }
        t.finish(&mut faults);

        let mut t = Table::read(source("scenic.csv"), &mut faults);
        let mut scenic = Vec::new();
        while t.next_row() {
            scenic.push(ScenicFact {
                id: t.text("id"),
                name: t.text("name"),
                name_en: t.text("name_en"),
                county: t.key("county_code", &county_by_code),
                level: t.text("level"),
                at: t.position(),
                hazard: t.text("hazard"),
                quality: t.quality("quality"),
                source: t.text("source"),
            });
        }
        t.finish(&mut faults);

        if townships.is_empty() {
            faults.push(Fault::error("a region needs one township at least").in_file(&source("townships.csv").path));
        }
        match region {
            Some(region) if !faults.has_errors() => {
                Ok(Facts { region, counties, townships, outside, lakes, roads, published, hospitals, scenic })
            }
            _ => Err(faults),
        }
    }

    /// Where a stop lies.
    pub fn position(&self, stop: Stop) -> LatLon {
        match stop {
            Stop::Township(i) => self.townships[i].seat,
            Stop::Outside(i) => self.outside[i].at,
        }
    }

    /// What a stop is called.
    pub fn stop_name(&self, stop: Stop) -> &str {
        match stop {
            Stop::Township(i) => &self.townships[i].name,
            Stop::Outside(i) => &self.outside[i].name,
        }
    }
}

/// A rough outline with its corners cut twice (Chaikin), so that it looks like a shore.
fn rounded(shore: &Polygon) -> Polygon {
    let mut ring = shore.ring.clone();
    for _ in 0..2 {
        let next: Vec<LatLon> = ring.iter().copied().cycle().skip(1).take(ring.len()).collect();
        let between =
            |a: LatLon, b: LatLon, t: f64| LatLon::new(a.lat + (b.lat - a.lat) * t, a.lon + (b.lon - a.lon) * t);
        ring = ring.iter().zip(next).flat_map(|(a, b)| [between(*a, b, 0.25), between(*a, b, 0.75)]).collect();
    }
    Polygon::new(ring)
}

impl Default for Stop {
    fn default() -> Stop {
        Stop::Township(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bundled_facts_are_whole() {
        let facts = Facts::bundled().unwrap();
        let total: u64 = facts.townships.iter().map(|t| t.population).sum();
        assert_eq!(total, facts.region.population);
        assert_eq!(facts.counties.iter().map(|c| c.population).sum::<u64>(), total);
        assert_eq!((facts.counties.len(), facts.townships.len()), (9, 76));
        for (i, county) in facts.counties.iter().enumerate() {
            let seats = facts.townships.iter().filter(|t| t.county == i && t.is_county_seat).count();
            assert_eq!(seats, 1, "{}", county.name);
        }
        for lake in &facts.lakes {
            assert!(facts.townships.iter().all(|t| !lake.shore.contains(t.seat)), "{}", lake.name);
        }
    }

    #[test]
    fn every_fault_of_a_folder_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("networks/facts/yuxi");
        for name in FILES {
            std::fs::copy(from.join(name), folder.path().join(name)).unwrap();
        }
        assert!(Facts::load(folder.path()).is_ok());
        let roads = std::fs::read_to_string(from.join("roads.csv")).unwrap();
        std::fs::write(folder.path().join("roads.csv"), roads.replace("晋城;昆阳", "晋城;某地")).unwrap();
        let scenic = std::fs::read_to_string(from.join("scenic.csv")).unwrap();
        std::fs::write(folder.path().join("scenic.csv"), scenic.replace(",24.35,", ",north,")).unwrap();
        let faults = Facts::load(folder.path()).unwrap_err();
        let text = faults.to_string();
        assert!(text.contains("某地") && text.contains("north"), "{text}");
        assert!(text.contains("roads.csv:6:"), "{text}");
    }
}
