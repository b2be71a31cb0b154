//! What a calibration found: everything that is shown of it, as `calibration.json` holds it.

use super::log::Aside;
use crate::stats::Estimate;
use crate::text::Text;
use serde::{Deserialize, Serialize};

/// Version of the layout of `calibration.json`.
pub const SCHEMA: u32 = 1;

/// A calibration.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Calibration {
    /// Version of the layout.
    pub schema: u32,
    /// The program's version.
    pub program: String,
    /// Name of the scenario that was calibrated.
    pub scenario: String,
    /// Its title.
    pub title: Text,
    /// The log.
    pub log: LogInfo,
    /// Distributions of times.
    pub times: Vec<TimeFit>,
    /// Speeds.
    pub travel: TravelFit,
    /// How often people call, when, and for what.
    pub demand: DemandFit,
    /// What goes into the new scenario, in its order.
    pub values: Vec<Value>,
    /// What could not be fitted, and why.
    pub left: Vec<Left>,
    /// The scenario with the fitted values against the log.
    pub checks: Vec<Check>,
    /// How that was simulated.
    pub run: RunInfo,
    /// What else a reader must know.
    pub remarks: Vec<Text>,
}

/// What was read.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct LogInfo {
    /// Name of the file.
    pub file: String,
    /// Digest of its content.
    pub digest: String,
    /// Rows below the header.
    pub rows: usize,
    /// Calls within the days that count.
    pub calls: usize,
    /// Of these, with a dispatch.
    pub dispatches: usize,
    /// The first day, as a date or a number.
    pub first: String,
    /// The last day.
    pub last: String,
    /// How many days that are.
    pub days: i64,
    /// Days of these that nothing was fitted to, at the end, kept for the comparison; 0: all were.
    pub held_out_days: i64,
    /// To how many seconds each column of times is written (0: to less than a second).
    pub written: Vec<Written>,
    /// What was not used, and why.
    pub aside: Vec<Aside>,
}

/// How a column is written.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Written {
    /// The column.
    pub column: String,
    /// Its times are multiples of so many seconds.
    pub seconds: f64,
}

/// A distribution that was fitted.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct TimeFit {
    /// Where it stands in a scenario.
    pub key: String,
    /// What it is.
    pub name: Text,
    /// Times it was fitted to.
    pub n: usize,
    /// The distribution's name as scenarios write it.
    pub dist: String,
    /// Its parameters as scenarios write them, with intervals (bootstrap of rows).
    pub parameters: Vec<(String, Estimate)>,
    /// Mean of the fitted distribution, seconds, with its interval.
    pub mean_s: Estimate,
    /// Its 90th percentile, seconds.
    pub p90_s: f64,
    /// Kolmogorov's distance between the recorded times and the distribution, rounded as they are.
    pub distance: f64,
    /// The chance of a distance at least as large if the times came from such a distribution (parametric bootstrap with
    /// refitting).
    pub p_value: f64,
    /// The recorded times are multiples of so many seconds.
    pub rounded_to_s: f64,
    /// Share of recorded zeros beyond those that rounding makes; these were left out of the fit.
    pub zeros: f64,
}

/// A factor on travel times.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct FactorFit {
    /// Where it stands in a scenario.
    pub key: String,
    /// What it is.
    pub name: Text,
    /// Drives it was fitted to.
    pub n: usize,
    /// Recorded over the network's time: the median of the fitted lognormal distribution.
    pub factor: Estimate,
    /// Standard deviation of the natural logarithm, rounding taken off.
    pub sigma: Estimate,
    /// The same factor in parts of the log, which a scenario does not tell apart: what, n, factor.
    pub parts: Vec<(Text, usize, Estimate)>,
}

/// Speeds.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct TravelFit {
    /// Factors.
    pub factors: Vec<FactorFit>,
    /// The scatter of all drives together.
    pub scatter: Option<(Estimate, usize)>,
}

/// How often people call, when, and for what.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct DemandFit {
    /// Calls a day, all.
    pub calls_per_day: Option<Estimate>,
    /// Dispatches a day.
    pub dispatches_per_day: Option<Estimate>,
    /// Variance over mean of the numbers of dispatches of the days.
    pub variance_to_mean: Option<f64>,
    /// The same with the weights of weekdays taken off (Pearson's statistic over its degrees of freedom).
    pub dispersion: Option<f64>,
    /// The chance of a dispersion at least as large if calls come independently.
    pub dispersion_p: Option<f64>,
    /// Days without any call.
    pub empty_days: i64,
    /// Recorded calls by hour of the day.
    pub by_hour: Vec<u64>,
    /// Recorded calls by weekday from Monday, and how many such days there were.
    pub by_weekday: Vec<(u64, u64)>,
    /// Recorded calls by month from January, and how many of its days there were; empty where there are no dates.
    pub by_month: Vec<(u64, u64)>,
}

/// A value of the new scenario.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Value {
    /// Where it stands.
    pub key: String,
    /// What it is.
    pub name: Text,
    /// What the scenario says, in words.
    pub before: String,
    /// What was fitted, in words.
    pub after: String,
    /// Calls or steps it rests on.
    pub n: usize,
    /// Its interval in words; empty where there is none.
    pub interval: String,
    /// As TOML, without quality and source.
    pub toml: String,
}

/// What could not be fitted.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Left {
    /// What.
    pub what: Text,
    /// Why.
    pub why: Text,
}

/// How near the simulated times are to the recorded ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Nearness {
    /// The test does not tell them apart.
    NotToldApart,
    /// Told apart, but the distance is below 0.05.
    Small,
    /// From 0.05 to 0.1.
    Moderate,
    /// 0.1 or more.
    Large,
}

impl Nearness {
    /// By the test at 5 %, and the distance.
    pub fn of(distance: f64, p_value: f64) -> Nearness {
        match distance {
            _ if p_value >= 0.05 => Nearness::NotToldApart,
            d if d < 0.05 => Nearness::Small,
            d if d < 0.1 => Nearness::Moderate,
            _ => Nearness::Large,
        }
    }
}

/// Mean and 90th percentile of some times, seconds.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Times {
    /// How many.
    pub n: usize,
    /// Mean.
    pub mean_s: f64,
    /// Median.
    pub p50_s: f64,
    /// 90th percentile.
    pub p90_s: f64,
}

/// Recorded against simulated times of a step.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Check {
    /// Its key.
    pub key: String,
    /// What it is.
    pub name: Text,
    /// Whether a distribution was fitted to these very times: then agreement is no surprise.
    pub fitted: bool,
    /// Recorded.
    pub recorded: Times,
    /// Simulated.
    pub simulated: Times,
    /// Simulated less recorded mean, seconds, with its interval.
    pub mean_difference_s: Estimate,
    /// Kolmogorov's distance.
    pub distance: f64,
    /// p-value of Smirnov's test for two samples.
    pub p_value: f64,
    /// What to make of it.
    pub nearness: Nearness,
    /// For the chart.
    pub curve: Curve,
}

/// Distribution functions at some times.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Curve {
    /// Times, minutes.
    pub minutes: Vec<f64>,
    /// Shares recorded up to them.
    pub recorded: Vec<f64>,
    /// Shares simulated.
    pub simulated: Vec<f64>,
    /// Shares of the fitted distribution; empty where none was fitted.
    pub fitted: Vec<f64>,
}

/// How the check was simulated.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RunInfo {
    /// Replications.
    pub replications: u32,
    /// Days in each.
    pub days: f64,
    /// The seed.
    pub seed: u64,
    /// Confidence of all intervals.
    pub confidence: f64,
    /// Simulated calls with a dispatch a day.
    pub dispatches_per_day: f64,
    /// From when response time counts.
    pub clock_start: String,
    /// Simulated calls by hour of the day, as a share of all.
    pub by_hour: Vec<f64>,
    /// The same by weekday from Monday, as if there were as many of each.
    pub by_weekday: Vec<f64>,
}
