//! Where people are, what they call for, and the stream of phone calls.

mod build;
mod calls;
mod care;
mod date;
mod log;
mod mix;
mod patterns;
mod points;
pub mod raster;
mod strand;
mod streams;
mod variation;

pub use calls::{CallOrigin, CallSource, PhoneCall, draw, further, purpose};
pub use care::{Care, Survival};
pub use date::{Date, MONTH_DAYS, parse_moment};
pub(crate) use log::NearestPoint;
pub use log::{LogColumns, LogFile, LogReader, nearest_point, read_log};
pub use patterns::{Bursts, CategoryPattern, Elderly, Patterns, PeopleAt, Population, Surge, Times, Wave, WaveShape};
pub use points::{DEMAND_COLUMNS, DemandPoint, counties_of, read_elderly, read_points};
pub use streams::{CallLog, LoggedCall, MassCasualty, TransferStream};

use crate::text::Text;

/// What a caller calls for.
#[derive(Clone, Debug, PartialEq)]
pub struct Category {
    /// Its short name.
    pub key: String,
    /// Its name.
    pub name: Text,
    /// Share of dispatches.
    pub share: f64,
    /// 1 is the most urgent; the queue for units goes by it.
    pub priority: u8,
    /// Share of patients taken to hospital; the others are treated and left, or not found.
    pub transport: f64,
    /// Whether only a unit with negative pressure will do.
    pub needs_negative_pressure: bool,
    /// What the hospital must be able to do.
    pub capability: String,
    /// What else it asks for.
    pub care: Care,
    /// When and where its calls come, where it differs from the others.
    pub pattern: CategoryPattern,
}

/// Rates of calls over people, place and time.
#[derive(Clone, Debug, PartialEq)]
pub struct DemandModel {
    /// Dispatches per 1,000 residents and year, urban and rural.
    pub dispatches_per_1000_year: [f64; 2],
    /// Phone calls per dispatch, at least 1.
    pub phone_calls_per_dispatch: f64,
    /// Weight of each hour of the day, mean 1.
    pub hourly: [f64; 24],
    /// Weight of each day of the week from Monday, mean 1.
    pub weekday: [f64; 7],
    /// The categories; shares add up to 1.
    pub categories: Vec<Category>,
    /// Incidents with many patients, in order of time.
    pub casualties: Vec<MassCasualty>,
    /// Transfers between hospitals.
    pub transfers: Vec<TransferStream>,
    /// Recorded calls that are played instead of drawn ones.
    pub log: Option<CallLog>,
    /// What demand has beyond residents who call at the same rate every year.
    pub patterns: Patterns,
}

/// Days in a year, for rates.
pub const DAYS_PER_YEAR: f64 = 365.25;

impl DemandModel {
    /// Dispatches expected from a point's residents per day, on the average day of the year that is simulated: with growth
    /// and more people over 65, without seasons, surges, waves and further populations.
    pub fn dispatches_per_day(&self, point: &DemandPoint) -> f64 {
        let plain = point.population / 1000.0 * self.dispatches_per_1000_year[point.zone.index()] / DAYS_PER_YEAR;
        let older = self.patterns.elderly.map_or(1.0, |e| e.multiplier(point.elderly.unwrap_or(0.0)));
        plain * self.patterns.growth * older
    }
}
