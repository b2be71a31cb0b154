//! What a finished run says about itself: the content of `summary.json`, version [`SCHEMA`].
//!
//! Nothing in it depends on the clock, the machine or the number of threads: the same inputs and seed give the same
//! bytes. Everything a report prints is here or in the run folder's other files; reports compute nothing.

pub use super::chart_data::{ChartData, FreeUnits, Handover, HandoverRow, ResponsePart, ResponseParts, WeekHour};
pub use super::equity::{Equity, EquityRow, Who};
pub use super::events::{CountRow, Events, GroupRow, SurvivalRow};
pub use super::map_time::{MapHours, MapState, MapTime};
pub use crate::coverage::{
    BoundRow, ClosureEffect, ClosureRow, CoverBound, CoverageRow, ReachRow, Sensitivity, SpeedPart, StateCoverage,
};
use crate::quality::Zone;
pub use crate::scenario::Assumption;
pub use crate::scenario::explain::Section;
use crate::standards::Judged;
use crate::stats::Estimate;
use crate::text::{Lang, Text};
use serde::{Deserialize, Serialize};

/// Version of this layout. Readers refuse another one.
pub const SCHEMA: u32 = 1;

/// One run.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Summary {
    /// [`SCHEMA`].
    pub schema: u32,
    /// Version of the program that made it.
    pub program: String,
    /// The scenario.
    pub scenario: ScenarioInfo,
    /// The road network.
    pub network: NetworkInfo,
    /// How it was run.
    pub run: RunInfo,
    /// What was simulated.
    pub world: WorldInfo,
    /// Coverage without randomness, in the state the roads are in most of the time: first the whole area, then by county
    /// and zone.
    pub coverage: Vec<CoverageRow>,
    /// Coverage in each state of the roads, that of most of the time first; empty where they have only one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub states: Vec<StateCoverage>,
    /// Who loses cover by each closure.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub closures: Vec<ClosureEffect>,
    /// Coverage if parts of the speed model did not count; empty where the profile has none of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sensitivity: Vec<Sensitivity>,
    /// Response times: first all calls, then by zone, county, and county and zone.
    pub response: Vec<ResponseRow>,
    /// How many calls had which response time, by zone.
    pub response_histogram: Histogram,
    /// Answering the phone.
    pub answer: AnswerInfo,
    /// The intervals of a call, in the order of its life.
    pub intervals: Vec<IntervalRow>,
    /// What became of the calls, per simulated day.
    pub flow: Flow,
    /// What happened besides, by how often; response by priority and category.
    #[serde(default)]
    pub events: Events,
    /// How the mean response settled; not every replication of many.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub convergence: Vec<Convergence>,
    /// How evenly people wait.
    #[serde(default)]
    pub equity: Equity,
    /// What no dispatch policy can beat; `None` in runs of earlier versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cover_bound: Option<CoverBound>,
    /// Workload by unit.
    pub units: Vec<UnitRow>,
    /// Workload by post.
    pub posts: Vec<PostRow>,
    /// Workload by hospital.
    pub hospitals: Vec<HospitalRow>,
    /// Every clause of the standard pack.
    pub pack: PackInfo,
    /// The verdicts, in the order of the pack.
    pub verdicts: Vec<Judged>,
    /// Published figures beside simulated ones.
    pub references: Vec<ReferenceRow>,
    /// What the results rest on: every input that is assumed or calibrated, and the important others.
    pub assumptions: Vec<Assumption>,
    /// What the reader should know (far snaps, dropped roads, switched-off features).
    pub notes: Vec<Text>,
    /// What was simulated, in sentences; runs of earlier versions lack it.
    #[serde(default)]
    pub explained: Explained,
    /// What charts are drawn from besides the figures above.
    #[serde(default)]
    pub charts: ChartData,
}

/// The scenario in plain sentences, section by section, in both languages.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Explained {
    /// In Chinese.
    pub zh: Vec<Section>,
    /// In English.
    pub en: Vec<Section>,
}

impl Explained {
    /// The sections in a language.
    pub fn get(&self, lang: Lang) -> &[Section] {
        match lang {
            Lang::Zh => &self.zh,
            Lang::En => &self.en,
        }
    }
}

/// The mean response of the first replications.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Convergence {
    /// How many.
    pub n: u32,
    /// Their mean response, minutes.
    pub mean_min: Estimate,
}

/// The scenario of a run.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ScenarioInfo {
    /// Its short name, also the folder's.
    pub name: String,
    /// Its title.
    pub title: Text,
    /// What it is about.
    pub description: Text,
    /// Digest of the scenario and its tables.
    pub digest: String,
}

/// The network of a run.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct NetworkInfo {
    /// File name of the extract.
    pub file: String,
    /// Digest of the extract.
    pub digest: String,
    /// Whether the extract says of itself that it is synthetic.
    pub synthetic: bool,
    /// Where the data comes from.
    pub source: String,
    /// Name of the speed profile.
    pub profile: String,
    /// Junctions kept.
    pub junctions: usize,
    /// Directed edges kept.
    pub edges: usize,
    /// Kilometres of road kept.
    pub road_km: f64,
    /// Junctions outside the main strongly connected part, dropped.
    pub dropped_junctions: usize,
    /// Kilometres dropped with them.
    pub dropped_km: f64,
    /// Way references to nodes the extract lacks.
    pub missing_node_refs: usize,
}

/// How a run was made.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RunInfo {
    /// The seed.
    pub seed: u64,
    /// Independent replications.
    pub replications: u32,
    /// Days measured in each.
    pub days: f64,
    /// Days simulated before measuring starts.
    pub warmup_days: f64,
    /// Confidence of every interval, e.g. 0.95.
    pub confidence: f64,
    /// From which moment response time counts: `ring`, `answered`, `triaged` or `assigned`.
    pub clock_start: String,
    /// What was changed of the scenario file for this run (`--set`), such as `run.days = 7`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<String>,
    /// The command that makes the run again, from the folder of the scenario file.
    #[serde(default)]
    pub command: String,
    /// If it was one long run: `replications` are its batches then, `days` those of a batch, and `warmup_days` was found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub one_run: Option<OneRun>,
}

/// One long run in batches.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct OneRun {
    /// Days in all.
    pub days: u32,
    /// Whether the run was long enough to tell where its warm-up ends (MSER-5).
    pub warm_up_settled: bool,
    /// Lag-1 autocorrelation of mean response by batch.
    pub lag1: f64,
    /// The same of ten times as many batches.
    pub fine_lag1: f64,
    /// Whether the batches look independent ([`crate::stats::independent`]).
    pub independent: bool,
}

/// What a run's world holds.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct WorldInfo {
    /// Residents of all demand points.
    pub population: f64,
    /// Residents of urban ones.
    pub urban_population: f64,
    /// Demand points.
    pub points: usize,
    /// Posts with at least one unit.
    pub posts: usize,
    /// Units.
    pub units: usize,
    /// Units with negative pressure.
    pub negative_pressure_units: usize,
    /// Hospitals that take patients.
    pub hospitals: usize,
    /// Dispatch centres with their seats.
    pub centres: Vec<CentreRow>,
    /// Phone calls expected a day.
    pub phone_calls_per_day: f64,
    /// Dispatches expected a day.
    pub dispatches_per_day: f64,
}

/// One dispatch centre.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CentreRow {
    /// Its name.
    pub name: Text,
    /// Seats staffed.
    pub seats: u32,
    /// Share of time a seat is busy.
    pub seat_utilisation: Estimate,
}

/// Response times of a group of calls.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ResponseRow {
    /// County, or `None` for all.
    pub county: Option<Text>,
    /// Zone, or `None` for both.
    pub zone: Option<Zone>,
    /// Answered calls a day.
    pub calls_per_day: Estimate,
    /// Mean in minutes.
    pub mean_min: Option<Estimate>,
    /// Share within the zone's target.
    pub share_within: Option<Estimate>,
    /// The target in minutes (each call's own zone's when the row has both; then this is `None`).
    pub target_min: Option<f64>,
    /// Median, minutes.
    pub p50_min: Option<Estimate>,
    /// 90th percentile, minutes.
    pub p90_min: Option<Estimate>,
    /// 80th percentile, minutes; `None` in runs of earlier versions.
    #[serde(default)]
    pub p80_min: Option<Estimate>,
    /// 95th percentile, minutes; `None` in runs of earlier versions.
    #[serde(default)]
    pub p95_min: Option<Estimate>,
}

/// Counts of response times.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Histogram {
    /// Width of a bin, seconds.
    pub bin_s: f64,
    /// Calls per bin, urban; the last bin holds everything longer.
    pub urban: Vec<u64>,
    /// Calls per bin, rural.
    pub rural: Vec<u64>,
}

/// Answering the phone.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AnswerInfo {
    /// The target, seconds.
    pub target_s: f64,
    /// The share of calls that must be answered within it, if the pack asks for one.
    #[serde(default)]
    pub target_share: Option<f64>,
    /// Share of phone calls answered within it.
    pub share_within: Estimate,
    /// Mean wait, seconds.
    pub mean_s: Estimate,
    /// Share within the target by hour of the day (24 entries; `None` without calls).
    pub by_hour: Vec<Option<Estimate>>,
    /// Phone calls a day by hour of the day.
    pub calls_by_hour: Vec<f64>,
}

/// One interval of a call's life.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct IntervalRow {
    /// `answer`, `triage`, `queue`, `turnout`, `travel`, `scene`, `transport`, `handover`, `clear` or `return`.
    pub key: String,
    /// Its name.
    pub name: Text,
    /// Mean, minutes.
    pub mean_min: Option<Estimate>,
    /// 90th percentile, minutes.
    pub p90_min: Option<Estimate>,
    /// Share within the target, where there is one.
    pub share_within: Option<Estimate>,
    /// The target, minutes.
    pub target_min: Option<f64>,
}

/// What became of the calls, a day.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Flow {
    /// Phone calls.
    pub phone_calls: Estimate,
    /// Of these, ended without a dispatch (advice, duplicate, prank).
    pub no_dispatch: Estimate,
    /// Dispatches.
    pub dispatches: Estimate,
    /// Dispatches that had to wait for a unit.
    pub queued: Estimate,
    /// Patients taken to hospital.
    pub transported: Estimate,
    /// Treated and left, or nobody found.
    pub left_at_scene: Estimate,
    /// Dispatches of a unit under way or at a hospital instead of one at its post.
    pub from_road: Estimate,
    /// Calls that no unit can reach or serve, left out of the response times; a day.
    pub unserved: Estimate,
}

/// Workload of one unit.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct UnitRow {
    /// Its id in the table.
    pub id: String,
    /// Its post.
    pub post: String,
    /// Its county, where posts have one.
    pub county: Option<Text>,
    /// Its type.
    pub kind: String,
    /// Dispatches a day.
    pub dispatches_per_day: Estimate,
    /// Share of time on a job (assigned until clear).
    pub utilisation: Estimate,
}

/// Workload of one post.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PostRow {
    /// Its id in the table.
    pub id: String,
    /// Its name.
    pub name: Text,
    /// Units based there.
    pub units: u32,
    /// Dispatches of its units a day.
    pub dispatches_per_day: Estimate,
    /// Metres to the road it was snapped to.
    pub snap_m: f64,
}

/// Workload of one hospital.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct HospitalRow {
    /// Its id in the table.
    pub id: String,
    /// Its name.
    pub name: Text,
    /// Patients brought a day.
    pub patients_per_day: Estimate,
}

/// The standard pack that judged the run.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PackInfo {
    /// Its name, e.g. `cn-yuxi-2025`.
    pub name: String,
    /// Its title.
    pub title: Text,
    /// Where it comes from.
    pub source: String,
    /// Digest of the file.
    pub digest: String,
}

/// A published figure beside the simulated one.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ReferenceRow {
    /// What it is.
    pub name: Text,
    /// Its unit (`min`, `km`).
    pub unit: String,
    /// The published figure.
    pub published: f64,
    /// Where it was published.
    pub source: String,
    /// The simulated figure.
    pub simulated: Option<Estimate>,
    /// Relative difference, simulated / published − 1.
    pub difference: Option<f64>,
    /// What was assumed or calibrated to get there.
    pub note: Text,
}

/// What the map shows: the content of `map.json`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct MapData {
    /// [`SCHEMA`].
    pub schema: u32,
    /// Roads, thinned for the picture; most important classes last so that they lie on top.
    pub roads: Vec<MapRoad>,
    /// Lakes and other water, when the scenario has them.
    pub water: Vec<MapArea>,
    /// Posts.
    pub posts: Vec<MapPlace>,
    /// Hospitals.
    pub hospitals: Vec<MapPlace>,
    /// Demand points.
    pub points: Vec<MapPoint>,
    /// Lines between counties; none in runs of earlier versions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub outlines: Vec<MapOutline>,
    /// How the map changes through the day; empty in runs of earlier versions.
    #[serde(default, skip_serializing_if = "MapTime::is_empty")]
    pub time: MapTime,
}

/// A line between two counties, or round one.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct MapOutline {
    /// The counties on its sides, or the one it goes round.
    pub counties: Vec<Text>,
    /// Whether it only parts the demand points of one county from those of another: every place counts to the county of the
    /// demand point nearest to it.
    pub approximate: bool,
    /// Its shape as [lon, lat] pairs.
    pub line: Vec<[f64; 2]>,
}

/// A road on the map.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct MapRoad {
    /// Its class (`motorway`, `primary`, …).
    pub class: String,
    /// Its shape as [lon, lat] pairs.
    pub line: Vec<[f64; 2]>,
    /// For each of them the driving minutes from the nearest post, `None` where none comes; between two of them time changes
    /// evenly. Empty in runs of earlier versions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub minutes: Vec<Option<f64>>,
}

/// An area on the map.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct MapArea {
    /// Its name.
    pub name: String,
    /// Its outline as [lon, lat] pairs.
    pub ring: Vec<[f64; 2]>,
}

/// A post or hospital on the map.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct MapPlace {
    /// Its name.
    pub name: Text,
    /// [lon, lat].
    pub at: [f64; 2],
    /// Units based there (posts) or 0.
    pub units: u32,
}

/// A demand point on the map; also a row of `points.csv`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct MapPoint {
    /// Its id in the table.
    pub id: String,
    /// Its name.
    pub name: Text,
    /// Its county.
    pub county: Option<Text>,
    /// Its zone.
    pub zone: Zone,
    /// [lon, lat].
    pub at: [f64; 2],
    /// Residents.
    pub population: f64,
    /// Driving minutes from the nearest post; `None` if out of reach.
    pub drive_min: Option<f64>,
    /// Straight-line kilometres to the nearest post.
    pub radius_km: f64,
    /// The post of `drive_min`: its place in [`MapData::posts`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub post: Option<usize>,
    /// Kilometres by road from the post nearest by length; `None` if out of reach.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub road_km: Option<f64>,
    /// Whether `drive_min` is within the zone's time target; `None` in runs of earlier versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub covered_time: Option<bool>,
    /// Whether `radius_km` is within the zone's service radius; `None` in runs of earlier versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub covered_radius: Option<bool>,
    /// Simulated calls over all replications.
    pub calls: u64,
    /// Their mean response, minutes.
    pub mean_response_min: Option<f64>,
    /// Their share within the zone's target.
    pub share_within: Option<f64>,
}
