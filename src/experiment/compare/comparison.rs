//! What a comparison says: the content of `compare.json`, version [`SCHEMA`].

use crate::experiment::summary::{Assumption, Histogram, NetworkInfo, PackInfo, RunInfo, ScenarioInfo};
use crate::quality::Zone;
use crate::stats::{Estimate, PairedDifference};
use crate::text::Text;
use serde::{Deserialize, Serialize};

/// Version of this layout. Readers refuse another one.
pub const SCHEMA: u32 = 1;

/// Several scenarios that met the same calls. The first is the one the others are compared with.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Comparison {
    /// [`SCHEMA`].
    pub schema: u32,
    /// Version of the program that made it.
    pub program: String,
    /// How all of them were run.
    pub run: RunInfo,
    /// The standard pack whose targets measure all of them: that of the first.
    pub pack: PackInfo,
    /// Response targets, minutes: urban, rural.
    pub target_min: [f64; 2],
    /// Target for answering the phone, seconds.
    pub answer_target_s: f64,
    /// The scenarios.
    pub systems: Vec<SystemRow>,
    /// Whether they met the same calls.
    pub demand: DemandMatch,
    /// The second and every further scenario against the first.
    pub pairs: Vec<Pair>,
    /// Which is best; with more than two scenarios only.
    pub ranking: Option<Ranking>,
    /// Inputs with a quality mark that are not the same in all.
    pub inputs: Vec<InputRow>,
    /// Inputs that are.
    pub assumptions: Vec<Assumption>,
    /// What the reader should know.
    pub notes: Vec<Text>,
    /// What maps are drawn on; it stands in `map.json`, not in `compare.json`.
    #[serde(skip)]
    pub map: Option<super::CompareMap>,
}

/// One of the scenarios.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SystemRow {
    /// `A` for the first, `B`, …
    pub letter: String,
    /// The scenario.
    pub scenario: ScenarioInfo,
    /// Its network.
    pub network: NetworkInfo,
    /// Its own standard pack.
    pub pack: String,
    /// Residents.
    pub population: f64,
    /// Posts with a unit.
    pub posts: usize,
    /// Units.
    pub units: usize,
    /// Dispatch centres.
    pub centres: usize,
    /// Calls with a response, all replications.
    pub responses: u64,
    /// Calls that nobody reached, all replications; not in means and percentiles, and not within target.
    pub lost: u64,
    /// How many calls had which response time, by zone.
    pub response_histogram: Histogram,
}

/// Whether the scenarios meet the same calls, looked up in the calls of replication 0.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DemandMatch {
    /// Every call the same: moment, place, category, and whether it needs a unit.
    pub same: bool,
    /// Calls that ring without anybody calling again, in replication 0, by scenario.
    pub calls: Vec<u64>,
    /// How many of them are the same in the first scenario, by scenario.
    pub shared: Vec<u64>,
}

/// One scenario against another.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Pair {
    /// The first: index into [`Comparison::systems`].
    pub a: usize,
    /// The second.
    pub b: usize,
    /// Confidence of each interval; with more than two scenarios higher than asked for, so that the intervals of one
    /// figure hold for all pairs at once (Bonferroni).
    pub confidence: f64,
    /// Response by group: first all calls, then by zone, county, and county and zone.
    pub groups: Vec<GroupRow>,
    /// Figures of the whole system.
    pub figures: Vec<FigureRow>,
    /// People who gain and who lose, by the same groups.
    pub people: Vec<PeopleRow>,
    /// Every demand point of the first scenario.
    pub points: Vec<PointRow>,
}

/// A figure of two scenarios that met the same calls.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Difference {
    /// Of the first.
    pub a: f64,
    /// Of the second.
    pub b: f64,
    /// Second minus first.
    pub difference: Estimate,
    /// The chance of a difference this large if there were none (two-sided paired t).
    pub p_value: Option<f64>,
    /// Variance had the calls been independent, over the variance here; `null` where the difference does not vary or
    /// nothing is known.
    pub saved: Option<f64>,
    /// Correlation of the two over replications.
    pub correlation: Option<f64>,
}

impl From<PairedDifference> for Difference {
    fn from(d: PairedDifference) -> Difference {
        Difference {
            a: d.a,
            b: d.b,
            difference: d.difference,
            p_value: d.p_value(),
            saved: d.saved.filter(|s| s.is_finite()),
            correlation: d.correlation,
        }
    }
}

impl Difference {
    /// -1 or 1 when the whole interval lies below or above zero, else 0.
    pub fn sign(&self) -> i8 {
        i8::from(self.difference.low > 0.0) - i8::from(self.difference.high < 0.0)
    }
}

/// Response of a group of calls.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct GroupRow {
    /// A county, or all.
    pub county: Option<Text>,
    /// A zone, or both.
    pub zone: Option<Zone>,
    /// Mean, minutes.
    pub mean_min: Option<Difference>,
    /// Share within the zone's target, 0 to 1.
    pub share_within: Option<Difference>,
    /// 90th percentile, minutes.
    pub p90_min: Option<Difference>,
}

/// Which figure of the whole system.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SystemFigure {
    /// Share of phone calls answered within target, 0 to 1.
    Answered,
    /// Dispatches that waited for a unit, a day.
    Queued,
    /// Share of the units' duty on a job, 0 to 1.
    Busy,
}

/// A figure of the whole system.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct FigureRow {
    /// Which.
    pub figure: SystemFigure,
    /// Its values.
    pub values: Option<Difference>,
}

/// Residents of a group by what becomes of the mean response at their place.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PeopleRow {
    /// A county, or all.
    pub county: Option<Text>,
    /// A zone, or both.
    pub zone: Option<Zone>,
    /// All residents.
    pub residents: f64,
    /// Those who are reached sooner.
    pub gain: f64,
    /// Those who are reached later.
    pub lose: f64,
    /// Those for whom it cannot be told.
    pub cannot_tell: f64,
    /// Of these, those whose mean response was exactly the same in every replication with a call.
    pub same: f64,
    /// Mean change for those who gain, minutes (negative).
    pub gain_min: Option<f64>,
    /// Mean change for those who lose, minutes.
    pub lose_min: Option<f64>,
    /// Of those who gain, those whose mean response comes within the target.
    pub inside: f64,
    /// Of those who lose, those whose mean response leaves the target.
    pub outside: f64,
}

/// What can be told of a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Told {
    /// Reached sooner.
    Gains,
    /// Reached later.
    Loses,
    /// Neither is certain enough.
    CannotTell,
}

/// One demand point of the first scenario.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PointRow {
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
    pub residents: f64,
    /// Replications in which it had calls.
    pub replications: u64,
    /// Its mean response, minutes.
    pub mean_min: Option<Difference>,
    /// What can be told.
    pub told: Told,
}

/// The figure that decides among more than two scenarios.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MainFigure {
    /// Mean response, minutes; shorter is better.
    #[default]
    Mean,
    /// Share within target, per cent; more is better.
    Within,
}

impl MainFigure {
    /// Whether more of it is better.
    pub fn larger_is_better(self) -> bool {
        self == MainFigure::Within
    }

    /// The difference below which two scenarios count as equally good unless another is asked for: half a minute, one
    /// percentage point.
    pub fn usual_indifference(self) -> f64 {
        match self {
            MainFigure::Mean => 0.5,
            MainFigure::Within => 1.0,
        }
    }
}

/// Which of several scenarios is best.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ranking {
    /// By which figure.
    pub figure: MainFigure,
    /// Differences below this do not matter, in the unit of the figure.
    pub indifference: f64,
    /// Confidence of the selection and of all intervals at once.
    pub confidence: f64,
    /// Replications of the first stage.
    pub first_stage: u64,
    /// Each scenario's figure.
    pub values: Vec<Option<f64>>,
    /// Each scenario minus the best of the others, all at once (Hsu).
    pub with_best: Vec<Option<Estimate>>,
    /// After how many replications each was out of the race.
    pub dropped_at: Vec<Option<u64>>,
    /// What the selection says.
    pub winner: Winner,
}

/// What a selection says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Winner {
    /// This one is the best, or less than the indifference away from it.
    Best {
        /// Which.
        system: usize,
        /// Replications it took.
        after: u64,
    },
    /// These cannot be told apart.
    CannotTell {
        /// Which.
        systems: Vec<usize>,
        /// Replications of the race.
        after: u64,
    },
    /// Fewer than two replications had calls in every scenario: there was no race.
    NoRace,
}

/// An input that is not the same in all scenarios.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct InputRow {
    /// Where it stands; several places where they are not the same.
    pub key: String,
    /// What it is.
    pub name: Text,
    /// Whether it is assumed or calibrated in one of them.
    pub needs_telling: bool,
    /// Its value by scenario; `None` where a scenario does not have it.
    pub values: Vec<Option<String>>,
}
