//! The TOML of demand in full, key by key.

use crate::input::Noted;
use crate::quality::{Quality, Zone};
use crate::text::Text;
use serde::Deserialize;
use std::collections::BTreeMap;

/// Further keys of `[[category]]`, under `pattern`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RawPattern {
    /// 24 weights from midnight, any scale.
    pub hourly: Option<Noted<Vec<f64>>>,
    /// 7 weights from Monday, any scale.
    pub weekday: Option<Noted<Vec<f64>>>,
    /// 12 weights from January, any scale.
    pub monthly: Option<Noted<Vec<f64>>>,
    /// Multiplies the share in urban places.
    pub urban: Option<Noted<f64>>,
    /// Multiplies the share in rural places.
    pub rural: Option<Noted<f64>>,
}

/// `[demand.elderly]`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawElderly {
    /// The number of people over 65 is multiplied by this.
    pub factor: Noted<f64>,
    /// Calls per person over 65, relative to the others'.
    pub relative_rate: Noted<f64>,
    /// Share of people over 65 where the tables do not say.
    pub share: Option<Noted<f64>>,
}

/// `[demand.variation]`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawVariation {
    /// Coefficient of variation of days beyond chance.
    pub cv: Option<Noted<f64>>,
    /// Variance of the number of dispatches a day over its mean.
    pub variance_to_mean: Option<Noted<f64>>,
}

/// `[demand.bursts]`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawBursts {
    /// Episodes per week.
    pub per_week: Noted<f64>,
    /// Mean length, minutes.
    pub lasts_min: Noted<f64>,
    /// How many times more calls come than in quiet stretches.
    pub factor: Noted<f64>,
}

/// `[[population]]`: people besides the residents.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawPopulation {
    /// Short name.
    pub key: String,
    /// Name.
    pub name: Text,
    /// CSV of ids and people, relative to the scenario.
    pub table: Option<String>,
    /// Ids and people, instead of a table.
    pub people: Option<Noted<BTreeMap<String, f64>>>,
    /// Dispatches per 1,000 of them and year.
    pub per_1000_year: Noted<f64>,
    /// 24 weights from midnight.
    pub hourly: Option<Noted<Vec<f64>>>,
    /// 7 weights from Monday.
    pub weekday: Option<Noted<Vec<f64>>>,
    /// 12 weights from January.
    pub monthly: Option<Noted<Vec<f64>>>,
    /// Shares of categories by key, any scale; those that are not named do not occur.
    pub categories: Option<Noted<BTreeMap<String, f64>>>,
}

/// `[[surge]]`: more calls at times.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawSurge {
    /// Short name.
    pub key: String,
    /// Name.
    pub name: Text,
    /// Windows.
    pub when: Vec<String>,
    /// Rates are multiplied by this.
    pub factor: Noted<f64>,
    /// Only in these counties.
    pub counties: Option<Vec<String>>,
    /// Only within these corners.
    pub polygon: Option<Vec<[f64; 2]>>,
    /// Only within the polygons of a file.
    pub geojson: Option<String>,
    /// Shares of categories among the calls on top.
    pub categories: Option<Noted<BTreeMap<String, f64>>>,
}

/// `[[wave]]`: an epidemic wave.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawWave {
    /// Short name.
    pub key: String,
    /// Name.
    pub name: Text,
    /// Category, by key.
    pub category: String,
    /// First day, as `day 3`.
    pub start: String,
    /// Day of the height.
    pub peak: String,
    /// Last day.
    pub end: String,
    /// Further dispatches per day at the height.
    pub peak_per_day: Option<Noted<f64>>,
    /// Further dispatches in all.
    pub total: Option<Noted<f64>>,
    /// At the height the category has so many times its usual dispatches in all.
    pub peak_factor: Option<Noted<f64>>,
    /// How it rises and falls.
    #[serde(default)]
    pub shape: RawShape,
    /// Only in these counties.
    pub counties: Option<Vec<String>>,
    /// Only within these corners.
    pub polygon: Option<Vec<[f64; 2]>>,
    /// Only within the polygons of a file.
    pub geojson: Option<String>,
}

/// Shapes of waves.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RawShape {
    /// Half a cosine up and down.
    #[default]
    Cosine,
    /// Straight up and down.
    Triangle,
}

/// `[[casualty]]`: an incident with many patients.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawCasualty {
    /// Short name.
    pub key: String,
    /// Name.
    pub name: Text,
    /// When, as `day 9 14:30`.
    pub at: String,
    /// Where.
    pub lat: f64,
    /// Where.
    pub lon: f64,
    /// By which target it is judged; without it, as the nearest demand point.
    pub zone: Option<Zone>,
    /// Its county; without it, that of the nearest demand point.
    pub county: Option<String>,
    /// Patients by category.
    pub patients: Vec<RawPatients>,
    /// Callers in all.
    #[serde(default = "one")]
    pub callers: u32,
    /// Within which they call.
    #[serde(default)]
    pub callers_within_min: f64,
    /// Quality mark.
    #[serde(default = "assumed")]
    pub quality: Quality,
    /// Source.
    #[serde(default)]
    pub source: String,
}

/// Patients of one category.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawPatients {
    /// Category, by key.
    pub category: String,
    /// How many.
    pub n: u32,
}

fn one() -> u32 {
    1
}

fn assumed() -> Quality {
    Quality::Assumed
}

/// `[[transfer]]`: patients taken from hospital to hospital.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawTransfer {
    /// Short name.
    pub key: String,
    /// Name.
    pub name: Text,
    /// Category, by key.
    pub category: String,
    /// Hospitals by id.
    pub from: Option<Vec<String>>,
    /// All hospitals of a level.
    pub from_level: Option<String>,
    /// Hospitals by id, with shares of any scale.
    pub to: Option<Noted<BTreeMap<String, f64>>>,
    /// The nearest of a level.
    pub to_level: Option<String>,
    /// From each hospital, a day.
    pub per_day: Option<Noted<f64>>,
    /// Per 1,000 of its patients.
    pub per_1000_patients: Option<Noted<f64>>,
    /// Patients of each hospital a year; its keys are the hospitals the transfers come from.
    pub patients_per_year: Option<Noted<BTreeMap<String, f64>>>,
    /// 24 weights from midnight; without it, the demand's.
    pub hourly: Option<Noted<Vec<f64>>>,
}
