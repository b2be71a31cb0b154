//! What the generator is told about a region: counties, townships, lakes, main roads, published distances, hospitals
//! and sights. A folder of CSV tables and one small TOML; every row carries its quality mark and source.

use crate::geo::{LatLon, Polygon};
use crate::quality::Quality;
use serde::Deserialize;

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
    /// Height of the valley floors above the sea, metres; road nodes get heights where it is given.
    #[serde(default)]
    pub floor_height_m: Option<f64>,
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

impl Facts {
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

impl Default for Stop {
    fn default() -> Stop {
        Stop::Township(0)
    }
}
