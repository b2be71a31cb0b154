//! The TOML that a planner writes, key by key. Checked and resolved in [`super::load`].

use super::craft_keys::{RawAir, RawWater};
use super::demand_keys::raw as demand_keys;
use super::rules_keys::{
    RawBaySurge, RawDispatch, RawDuty, RawFleet, RawHospitals, RawMisrouted, RawMoveUp, RawOverflow, RawRedial,
    RawShift, RawSurvival,
};
use crate::demand::LogColumns;
use crate::facilities::Coordinates;
use crate::input::Noted;
use crate::network::profile::SIREN;
use crate::quality::Quality;
use crate::text::Text;
use serde::Deserialize;
use std::collections::BTreeMap;

/// A scenario file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawScenario {
    /// The scenario this one is based on. Read by [`TomlDoc::read_with_base`](crate::input::TomlDoc::read_with_base).
    #[serde(rename = "base")]
    pub _base: Option<String>,
    /// Version of the format: 1.
    pub schema: u32,
    /// Short name, used as a folder name.
    pub name: String,
    /// Title.
    pub title: Text,
    /// What it is about.
    #[serde(default)]
    pub description: Text,
    /// The road network.
    pub network: RawNetwork,
    /// The tables.
    pub tables: RawTables,
    /// How long and how often to simulate.
    #[serde(default)]
    pub run: RawRun,
    /// How often people call.
    pub demand: RawDemand,
    /// What they call for.
    pub category: Vec<RawCategory>,
    /// Dispatch centres.
    pub centre: Vec<RawCentre>,
    /// Times at the telephone.
    pub call_taking: RawCallTaking,
    /// Which unit goes.
    #[serde(default)]
    pub dispatch: RawDispatch,
    /// Where free units wait.
    pub move_up: Option<RawMoveUp>,
    /// Shifts that units name.
    #[serde(default)]
    pub shift: Vec<RawShift>,
    /// What keeps units from duty.
    #[serde(default)]
    pub fleet: RawFleet,
    /// Where patients are taken, and what happens there.
    #[serde(default)]
    pub hospitals: RawHospitals,
    /// More bays at times.
    #[serde(default)]
    pub bay_surge: Vec<RawBaySurge>,
    /// Times of the crews.
    pub durations: RawDurations,
    /// Travel.
    #[serde(default)]
    pub travel: RawTravel,
    /// Times at which roads are driven faster or slower.
    #[serde(default)]
    pub period: Vec<RawPeriod>,
    /// Roads that are closed.
    #[serde(default)]
    pub closure: Vec<RawClosure>,
    /// Helicopters.
    pub air: Option<RawAir>,
    /// Boats.
    pub water: Option<RawWater>,
    /// People besides the residents.
    #[serde(default)]
    pub population: Vec<demand_keys::RawPopulation>,
    /// Times and places at which more, or fewer, calls come.
    #[serde(default)]
    pub surge: Vec<demand_keys::RawSurge>,
    /// Epidemic waves.
    #[serde(default)]
    pub wave: Vec<demand_keys::RawWave>,
    /// Incidents with many patients.
    #[serde(default)]
    pub casualty: Vec<demand_keys::RawCasualty>,
    /// Patients taken from hospital to hospital.
    #[serde(default)]
    pub transfer: Vec<demand_keys::RawTransfer>,
    /// What is judged.
    pub standard: RawStandard,
    /// Published figures to hold the results against.
    #[serde(default)]
    pub reference: Vec<Reference>,
}

/// `[network]`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawNetwork {
    /// The extract, relative to the scenario file.
    pub file: String,
    /// A built-in profile's name, or a TOML file relative to the scenario.
    #[serde(default = "default_profile")]
    pub profile: String,
    /// Places farther than this from a road must be confirmed.
    #[serde(default = "default_max_snap")]
    pub max_snap_m: f64,
    /// Ids of places that are known to lie far from any road.
    #[serde(default)]
    pub confirm_far: Vec<String>,
    /// Speed between a place and its road.
    #[serde(default = "default_off_road")]
    pub off_road_kmh: Noted<f64>,
}

fn default_profile() -> String {
    "china-default".into()
}

fn default_max_snap() -> f64 {
    2000.0
}

fn default_off_road() -> Noted<f64> {
    Noted::default_of(10.0)
}

/// `[tables]`, files relative to the scenario.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawTables {
    /// Posts.
    pub posts: String,
    /// Units.
    pub units: String,
    /// Posts besides those, for a scenario that only adds some to its base.
    pub more_posts: Option<String>,
    /// Units besides those.
    pub more_units: Option<String>,
    /// Hospitals.
    pub hospitals: String,
    /// Demand points.
    pub demand: String,
    /// Counties; without it the demand table's are taken.
    pub counties: Option<String>,
    /// Scenic areas, read by the standards that speak of them.
    pub scenic: Option<String>,
    /// The coordinate system of all of them.
    #[serde(default)]
    pub coordinates: Coordinates,
}

/// `[run]`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RawRun {
    /// Days measured.
    pub days: f64,
    /// Days before that.
    pub warmup_days: f64,
    /// Independent replications.
    pub replications: u32,
    /// The seed.
    pub seed: u64,
    /// Confidence of intervals.
    pub confidence: f64,
    /// From when response time counts.
    pub clock_start: ClockStart,
    /// The date of day 0, a Monday.
    pub start_date: Option<String>,
    /// The month of day 0, 1 to 12, where no date is meant.
    pub start_month: Option<u8>,
}

impl Default for RawRun {
    fn default() -> RawRun {
        RawRun {
            days: 28.0,
            warmup_days: 1.0,
            replications: 20,
            seed: 120,
            confidence: 0.95,
            clock_start: ClockStart::Answered,
            start_date: None,
            start_month: None,
        }
    }
}

/// From which moment response time counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ClockStart {
    /// 来电
    Ring,
    /// 接听
    Answered,
    /// 受理完成
    Triaged,
    /// 派车
    Assigned,
}

impl ClockStart {
    /// As the file writes it.
    pub fn key(self) -> &'static str {
        match self {
            ClockStart::Ring => "ring",
            ClockStart::Answered => "answered",
            ClockStart::Triaged => "triaged",
            ClockStart::Assigned => "assigned",
        }
    }
}

/// `[demand]`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawDemand {
    /// Dispatches per 1,000 residents and year in urban places.
    pub urban_per_1000_year: Noted<f64>,
    /// The same in rural places.
    pub rural_per_1000_year: Noted<f64>,
    /// Phone calls per dispatch.
    pub phone_calls_per_dispatch: Noted<f64>,
    /// 24 weights from midnight; any scale.
    pub hourly: Noted<Vec<f64>>,
    /// 7 weights from Monday; any scale.
    pub weekday: Option<Noted<Vec<f64>>>,
    /// 12 weights from January; any scale.
    pub monthly: Option<Noted<Vec<f64>>>,
    /// Growth of residents' calls per year, over [`RawDemand::years`].
    pub growth_per_year: Option<Noted<f64>>,
    /// Years since the rates were found.
    pub years: Option<Noted<f64>>,
    /// More people over 65.
    pub elderly: Option<demand_keys::RawElderly>,
    /// Random days.
    pub variation: Option<demand_keys::RawVariation>,
    /// Episodes in which more calls come.
    pub bursts: Option<demand_keys::RawBursts>,
    /// CSV of recorded calls that are played instead of drawn ones.
    pub log: Option<Noted<String>>,
    /// What its columns are called.
    pub log_columns: Option<LogColumns>,
    /// Its words for categories.
    #[serde(default)]
    pub log_categories: BTreeMap<String, String>,
    /// The date of day 0, a Monday.
    pub log_start: Option<String>,
    /// A warning is given when calls are farther than this from any demand point.
    #[serde(default = "far_km")]
    pub log_far_km: f64,
}

fn far_km() -> f64 {
    5.0
}

/// `[[category]]`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawCategory {
    /// Short name.
    pub key: String,
    /// Name.
    pub name: Text,
    /// Share of dispatches; any scale.
    pub share: Noted<f64>,
    /// 1 is the most urgent.
    #[serde(default = "one")]
    pub priority: u8,
    /// Share of patients taken to hospital.
    pub transport: Noted<f64>,
    /// Whether only a unit with negative pressure will do.
    #[serde(default)]
    pub needs_negative_pressure: bool,
    /// What the hospital must be able to do.
    #[serde(default = "general")]
    pub capability: String,
    /// Whether units drive with lights and siren.
    #[serde(default = "yes")]
    pub siren: bool,
    /// Kinds of unit asked for.
    #[serde(default)]
    pub kinds: Vec<String>,
    /// Units sent at once.
    pub units: Option<Noted<u32>>,
    /// Share of calls cancelled, or found to be nothing.
    pub cancelled: Option<Noted<f64>>,
    /// Mean number of further callers about one incident.
    pub further_callers: Option<Noted<f64>>,
    /// Within which they call, minutes.
    pub further_within_min: Option<Noted<f64>>,
    /// Handling, instead of `call_taking.handling`.
    pub handling: Option<RawDist>,
    /// Instead of `durations.scene`.
    pub scene: Option<RawDist>,
    /// Instead of `durations.scene_left`.
    pub scene_left: Option<RawDist>,
    /// Instead of `durations.handover`.
    pub handover: Option<RawDist>,
    /// Instead of `durations.clear`.
    pub clear: Option<RawDist>,
    /// Survival by response time.
    pub survival: Option<RawSurvival>,
    /// When and where its calls come, where it differs from the others.
    #[serde(default)]
    pub pattern: demand_keys::RawPattern,
}

fn yes() -> bool {
    true
}

fn one() -> u8 {
    1
}

fn general() -> String {
    "general".into()
}

/// `[[centre]]`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawCentre {
    /// Name.
    pub name: Text,
    /// Seats staffed around the clock.
    pub seats: Noted<u32>,
    /// Counties it serves, with the units based there; without it, all.
    pub counties: Option<Vec<String>>,
    /// Seats staffed when; without it, all around the clock.
    pub duty: Option<Vec<RawDuty>>,
}

/// `[call_taking]`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawCallTaking {
    /// From a free seat's first ring to the answer.
    pub pickup: RawDist,
    /// Handling of a call that leads to a dispatch.
    pub handling: RawDist,
    /// Handling of one that does not.
    pub handling_no_dispatch: RawDist,
    /// How long the seat is kept afterwards.
    pub wrapup: RawDist,
    /// How long callers wait before they hang up.
    pub patience: Option<RawDist>,
    /// Calling again.
    pub redial: Option<RawRedial>,
    /// Ringing calls go to a neighbour centre.
    pub overflow: Option<RawOverflow>,
    /// Callers who reach the wrong centre first.
    pub misrouted: Option<RawMisrouted>,
    /// Handling of a call about an incident that is known already.
    pub handling_duplicate: Option<RawDist>,
}

/// `[durations]`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawDurations {
    /// Assigned to leaving the post.
    pub turnout: RawDist,
    /// The same for a unit that is on the road or at a hospital.
    pub turnout_on_road: RawDist,
    /// On scene when the patient is taken to hospital.
    pub scene: RawDist,
    /// On scene when nobody is.
    pub scene_left: RawDist,
    /// Arrival at hospital to hand-over.
    pub handover: RawDist,
    /// Cleaning and restocking.
    pub clear: RawDist,
}

/// `[travel]`: how roads are driven, and factors on the network's times.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RawTravel {
    /// To the scene (lights and siren).
    pub response_factor: Noted<f64>,
    /// To hospital.
    pub transport_factor: Noted<f64>,
    /// Home.
    pub return_factor: Noted<f64>,
    /// Trip times scatter lognormally about the network's with this sigma.
    pub scatter_sigma: Noted<f64>,
    /// The mission of the speed profile driven to the scene.
    pub response_mission: String,
    /// The one to hospital.
    pub transport_mission: String,
    /// The one home.
    pub return_mission: String,
    /// Instead of `response_factor` where no siren is used.
    pub calm_factor: Option<Noted<f64>>,
    /// The mission driven without siren; without it, the one to the scene.
    pub calm_mission: Option<String>,
}

impl Default for RawTravel {
    fn default() -> RawTravel {
        RawTravel {
            response_mission: SIREN.into(),
            transport_mission: SIREN.into(),
            return_mission: SIREN.into(),
            calm_factor: None,
            calm_mission: None,
            response_factor: Noted::default_of(1.0),
            transport_factor: Noted::default_of(1.0),
            return_factor: Noted::default_of(1.0),
            scatter_sigma: Noted::default_of(0.0),
        }
    }
}

/// `[[period]]`: times at which roads are driven faster or slower.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawPeriod {
    /// Short name.
    pub key: String,
    /// Name.
    pub name: Text,
    /// When, in words that [`super::when`] reads.
    pub when: Vec<String>,
    /// Multiplies speeds on all roads.
    pub speed: Option<Noted<f64>>,
    /// Multiplies speeds by class further.
    pub classes: Option<Noted<BTreeMap<String, f64>>>,
    /// Only within these corners, `[latitude, longitude]` each.
    pub polygon: Option<Vec<[f64; 2]>>,
    /// Only within the polygons of a GeoJSON file, relative to the scenario.
    pub geojson: Option<String>,
}

/// `[[closure]]`: roads that are closed.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawClosure {
    /// Short name.
    pub key: String,
    /// Name.
    pub name: Text,
    /// Roads by name or ref.
    #[serde(default)]
    pub roads: Vec<String>,
    /// OSM ways.
    #[serde(default)]
    pub ways: Vec<i64>,
    /// Every road on the ground within these corners, `[latitude, longitude]` each.
    pub polygon: Option<Vec<[f64; 2]>>,
    /// Every road on the ground of a GeoJSON file, relative to the scenario.
    pub geojson: Option<String>,
    /// When; without it, always.
    pub when: Option<Vec<String>>,
    /// Quality mark.
    #[serde(default = "assumed")]
    pub quality: Quality,
    /// Source.
    #[serde(default)]
    pub source: String,
}

/// `[standard]`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawStandard {
    /// A built-in pack's name, or a TOML file relative to the scenario.
    pub pack: String,
}

/// `[[reference]]`: a published figure to hold the results against.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reference {
    /// What it is.
    pub name: Text,
    /// Which simulated figure stands beside it.
    pub metric: ReferenceMetric,
    /// The published figure.
    pub value: f64,
    /// Where it was published.
    pub source: String,
    /// What was assumed or calibrated to get there.
    pub note: Text,
}

/// The figures that can be held against published ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReferenceMetric {
    /// Mean response, minutes.
    MeanResponseMin,
    /// Mean straight-line distance of residents from their nearest post, km.
    MeanRadiusKm,
    /// Radius of a circle as large as the area per staffed post, km; needs every county's area.
    EquivalentRadiusKm,
    /// Residents per ambulance, as ambulances per 30,000 people.
    #[serde(rename = "ambulances_per_30k")]
    AmbulancesPer30k,
    /// Share of turn-outs within 3 minutes, %.
    #[serde(rename = "turnout_within_3min_percent")]
    TurnoutWithin3minPercent,
}

impl ReferenceMetric {
    /// Its unit.
    pub fn unit(self) -> &'static str {
        match self {
            ReferenceMetric::MeanResponseMin => "min",
            ReferenceMetric::MeanRadiusKm | ReferenceMetric::EquivalentRadiusKm => "km",
            ReferenceMetric::AmbulancesPer30k => "/30k",
            ReferenceMetric::TurnoutWithin3minPercent => "%",
        }
    }
}

/// A distribution of a duration, e.g. `{ dist = "lognormal", median_s = 132, sigma = 0.7, quality = "B" }`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawDist {
    /// Which.
    pub dist: DistName,
    /// For `fixed`.
    pub value_s: Option<f64>,
    /// For `exponential`.
    pub mean_s: Option<f64>,
    /// For `lognormal`.
    pub median_s: Option<f64>,
    /// For `lognormal`.
    pub sigma: Option<f64>,
    /// For `uniform` and `triangular`.
    pub min_s: Option<f64>,
    /// For `triangular`.
    pub mode_s: Option<f64>,
    /// For `uniform` and `triangular`.
    pub max_s: Option<f64>,
    /// For `weibull`.
    pub scale_s: Option<f64>,
    /// For `weibull`.
    pub shape: Option<f64>,
    /// Quality mark.
    #[serde(default = "assumed")]
    pub quality: Quality,
    /// Source.
    #[serde(default)]
    pub source: String,
}

fn assumed() -> Quality {
    Quality::Assumed
}

/// Names of distributions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DistName {
    /// Always the same.
    Fixed,
    /// Between two bounds.
    Uniform,
    /// Triangular.
    Triangular,
    /// Exponential.
    Exponential,
    /// Lognormal.
    Lognormal,
    /// Weibull.
    Weibull,
}
