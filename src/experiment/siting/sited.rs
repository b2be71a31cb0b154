//! What a siting question comes back with: the content of `siting.json`.

use super::{Model, Weigh};
use crate::text::Text;
use serde::{Deserialize, Serialize};

/// The layout of `siting.json`.
pub const SITED_SCHEMA: u32 = 1;

/// What was asked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "asks", rename_all = "snake_case")]
pub enum Question {
    /// Where should new posts stand?
    Add {
        /// New posts.
        posts: u32,
        /// Units at each.
        units_each: u32,
        /// Existing posts that may move at most.
        moves: u32,
    },
    /// Which posts can go?
    Close {
        /// So many, where a number was asked for.
        posts: Option<u32>,
        /// Else: as many as leave this part of what is within the time now, 0 to 1.
        keep: Option<f64>,
    },
    /// How few new posts meet the clauses of a pack on paper?
    Fewest {
        /// The pack: a name or a file; `None` when asking: that of the scenario.
        pack: Option<String>,
        /// Its title.
        title: Text,
        /// Units at each new post.
        units_each: u32,
    },
    /// What does each further post bring?
    Frontier {
        /// New posts at most.
        most: u32,
        /// Units at each.
        units_each: u32,
    },
    /// At which posts should more units stand?
    Fleet {
        /// Units more.
        units: u32,
        /// Whether those that are there may be placed anew.
        anew: bool,
    },
}

impl Question {
    /// The command's word for it.
    pub fn key(&self) -> &'static str {
        match self {
            Question::Add { .. } => "add",
            Question::Close { .. } => "close",
            Question::Fewest { .. } => "fewest",
            Question::Frontier { .. } => "frontier",
            Question::Fleet { .. } => "fleet",
        }
    }
}

/// What a set of posts promises on paper, without queues or busy units.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Promise {
    /// Share of residents within the time of a post with units, all and by zone (urban, rural); 0 to 1.
    pub within: f64,
    /// Urban residents.
    pub within_urban: Option<f64>,
    /// Rural residents.
    pub within_rural: Option<f64>,
    /// Residents within the time.
    pub people_within: f64,
    /// Mean minutes of residents who can be reached.
    pub mean_min: f64,
    /// Longest minutes of any place with residents that can be reached.
    pub longest_min: f64,
    /// The county with the smallest share within the time, and that share.
    pub worst: Option<(Text, f64)>,
    /// Residents to whom no road leads.
    pub unreached: f64,
    /// By county, in the order of the scenario.
    pub counties: Vec<CountyPromise>,
    /// The same by expected calls, which a simulation can be held against: all, by zone, by county.
    #[serde(default)]
    pub calls: Vec<super::CallsPromise>,
}

/// What posts promise the people of a county.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct CountyPromise {
    /// Its name.
    pub county: Text,
    /// Residents.
    pub people: f64,
    /// Those within the time.
    pub people_within: f64,
    /// Mean minutes of those who can be reached.
    pub mean_min: Option<f64>,
}

/// What units give that are busy at times: the approximate hypercube (Larson 1975; Jarvis 1985), on the expected calls.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Served {
    /// Share of calls that a free unit reaches within the time, 0 to 1.
    pub within: f64,
    /// Mean share of time that units are busy.
    pub busy: f64,
    /// The post whose units are busiest.
    pub busiest: Text,
    /// How much of the time they are.
    pub busiest_share: f64,
}

/// Who comes nearer to a post with units, and who farther, against the scenario as it is; on paper.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Shift {
    /// A county; `None`: all.
    pub county: Option<Text>,
    /// Residents who are reached sooner by a quarter of a minute or more.
    pub sooner: f64,
    /// Residents who are reached later by as much.
    pub later: f64,
    /// Residents who come within the time.
    pub inside: f64,
    /// Residents who fall out of it.
    pub outside: f64,
}

/// A post that a proposal opens, closes, or gives or takes units.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Site {
    /// The id of its post in the scenario that comes out (of a closed one: in the scenario as it is).
    pub id: String,
    /// Its name.
    pub name: Text,
    /// Its county.
    pub county: Option<Text>,
    /// Latitude and longitude, WGS-84.
    pub at: [f64; 2],
    /// Units there as it is.
    pub units_now: u32,
    /// Units there under the proposal.
    pub units: u32,
}

/// A proposal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProposalRow {
    /// Short name, which its files bear: the model, with a number for alternatives and points of a front.
    pub key: String,
    /// Its model.
    pub model: Model,
    /// 1 for the best choice, 2 for the best of the others, …
    pub rank: u32,
    /// What the model counts: people (or calls, elderly), minutes or posts.
    pub objective: f64,
    /// No choice of these candidates does better than this.
    pub bound: f64,
    /// How far off the proposal is at most, relative to the objective.
    pub gap: f64,
    /// Whether it is proved that no other choice (but those ranked before it) is better.
    pub proved: bool,
    /// How it was found.
    pub method: String,
    /// Seconds it took; told on the terminal, not kept in files, which would differ from run to run.
    #[serde(skip)]
    pub seconds: f64,
    /// Posts opened.
    pub opened: Vec<Site>,
    /// Posts closed.
    pub closed: Vec<Site>,
    /// Posts that stay, with more or fewer units.
    pub changed: Vec<Site>,
    /// What it costs, where costs were given.
    pub cost: Option<f64>,
    /// What it promises on paper.
    pub promise: Promise,
    /// What is left of it when units are busy at times.
    pub served: Served,
    /// Who is reached sooner and later than now: all, then by county.
    pub shifts: Vec<Shift>,
    /// The scenario with it: the file's name, beside `siting.json`.
    pub scenario: String,
}

/// A clause of a pack as `siting fewest` reads it on paper.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WantRow {
    /// Its id in the pack.
    pub clause: String,
    /// Its title.
    pub title: Text,
    /// Why it has no say in where posts stand; `None` for those that do.
    pub left_out: Option<Text>,
    /// What is asked: a share (0 to 1), or minutes or km at most.
    pub wanted: f64,
    /// What it is as it is: the worst county's where every county must meet it.
    pub now: f64,
    /// What it is under the best proposal.
    pub promised: Option<f64>,
    /// `%`, `min` or `km`.
    pub unit: String,
}

/// Why there is no answer, and the smallest changes of the question that have one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WhyNone {
    /// The model that has none.
    pub model: Model,
    /// Places that no candidate reaches in time: name, county, residents, minutes from the nearest post or candidate.
    pub unreached: Vec<UnreachedPlace>,
    /// Ways out, one sentence each.
    pub ways_out: Vec<Text>,
}

/// A place that no candidate reaches in time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct UnreachedPlace {
    /// Its name.
    pub name: Text,
    /// Its county.
    pub county: Option<Text>,
    /// Residents.
    pub people: f64,
    /// Minutes from the nearest post or candidate; `None` where no road leads.
    pub minutes: Option<f64>,
}

/// A point of the front: so many posts more, and the best that they can do by each measure.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FrontRow {
    /// Posts more than now.
    pub posts: u32,
    /// The proposal.
    pub key: String,
    /// What it costs, where costs were given.
    pub cost: Option<f64>,
    /// Residents within the time.
    pub people_within: f64,
    /// Share of residents within the time.
    pub within: f64,
    /// Mean minutes.
    pub mean_min: f64,
    /// Smallest share of a county within the time.
    pub worst: Option<f64>,
    /// Whether no other point is as good in every respect and better in one.
    pub on_front: bool,
}

/// What comes out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sited {
    /// [`SITED_SCHEMA`].
    pub schema: u32,
    /// Short name of the scenario.
    pub scenario: String,
    /// Its digest.
    pub digest: String,
    /// Its title.
    pub title: Text,
    /// The scenario file as it was named.
    pub file: String,
    /// What was asked.
    pub question: Question,
    /// By what places weigh.
    pub weigh: Weigh,
    /// Posts with units as it is.
    pub posts_now: usize,
    /// Units as it is.
    pub units_now: usize,
    /// Candidates.
    pub candidates: usize,
    /// Left out of them: the same place as a post, or as another.
    pub same_place: usize,
    /// Left out: too far from any road.
    pub too_far: usize,
    /// Minutes allowed, urban and rural.
    pub within_min: [f64; 2],
    /// Of these, expected before a unit drives.
    pub before_min: f64,
    /// Share of time in which units are busy, of a simulated replication.
    pub busy: f64,
    /// Seed of the solvers.
    pub seed: u64,
    /// Rules that choices had to obey, in words.
    pub rules: Vec<Text>,
    /// What the posts there are promise.
    pub now: Promise,
    /// What is left of it when units are busy at times.
    pub served_now: Served,
    /// Proposals, in the order asked, alternatives after the best of their model.
    pub proposals: Vec<ProposalRow>,
    /// What each further post brings, for `siting frontier`.
    pub front: Vec<FrontRow>,
    /// Clauses on paper, for `siting fewest`.
    pub wants: Vec<WantRow>,
    /// Models without a proposal, and why they have none.
    pub why_none: Vec<WhyNone>,
    /// What a search in the simulator came to, where one was asked for.
    #[serde(default)]
    pub polished: Option<super::Polished>,
}

impl Sited {
    /// A proposal by its key.
    pub fn proposal(&self, key: &str) -> Option<&ProposalRow> {
        self.proposals.iter().find(|p| p.key == key)
    }
}

/// What the maps of proposals are drawn on: the content of the folder's `map.json`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SitingMap {
    /// Roads, lakes, county lines and hospitals; no posts and points.
    pub ground: crate::experiment::summary::MapData,
    /// Posts with units as it is, then candidates.
    pub posts: Vec<SitingPost>,
    /// Demand points.
    pub points: Vec<SitingPoint>,
    /// The network, whose source maps must name.
    #[serde(default)]
    pub network: Option<crate::experiment::summary::NetworkInfo>,
}

/// A post or candidate on the map.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SitingPost {
    /// Its id in the scenarios that come out.
    pub id: String,
    /// Its name.
    pub name: Text,
    /// `[lon, lat]`.
    pub at: [f64; 2],
    /// Units as it is; 0 for a candidate or an unstaffed post.
    pub units: u32,
    /// Keys of the proposals in which it has units.
    pub open_in: Vec<String>,
}

/// A demand point on the map.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SitingPoint {
    /// Its name.
    pub name: Text,
    /// `[lon, lat]`.
    pub at: [f64; 2],
    /// Residents.
    pub people: f64,
    /// Minutes within which it must be reached.
    pub limit_min: f64,
    /// Minutes from the nearest post with units as it is, in the state of the roads of most of the time; `None`: no road.
    pub now_min: Option<f64>,
    /// The same under each proposal, in the order of [`Sited::proposals`].
    pub minutes: Vec<Option<f64>>,
    /// Its county.
    #[serde(default)]
    pub county: Option<Text>,
    /// Whether it is urban.
    #[serde(default)]
    pub urban: bool,
}
