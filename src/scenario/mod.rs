//! The scenario: from the TOML and tables a planner writes to a checked, fully resolved [`Scenario`].

mod assumptions;
mod changes;
mod craft_keys;
mod demand_keys;
mod dist;
pub mod explain;
mod load;
mod periods;
pub mod propose;
mod raw;
pub mod rules;
mod rules_keys;
mod when;

pub use crate::input::{Change, How, ValuePath};
pub use assumptions::Assumption;
pub use changes::CHANGED_TABLES;
pub use periods::{Closure, Period};
pub use raw::{ClockStart, Reference, ReferenceMetric};
pub use rules::{Rules, Site};
pub use rules_keys::{PUBLISHED, PublishedCurve, published};

use crate::demand::{DemandModel, DemandPoint};
use crate::facilities::{County, Hospital, Post, ScenicArea, Unit};
use crate::fault::Faults;
use crate::ids::{CentreId, PointId};
use crate::random::Dist;
use crate::text::Text;
use std::path::PathBuf;

/// A checked scenario: every file read, every value in range, every name resolved.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// Short name.
    pub name: String,
    /// Title.
    pub title: Text,
    /// What it is about.
    pub description: Text,
    /// The scenario file.
    pub file: PathBuf,
    /// Digest of the scenario file, its tables and changes.
    pub digest: String,
    /// What was changed of the file, for this run.
    pub changes: Vec<Change>,
    /// The road network.
    pub network: NetworkSpec,
    /// How to run it.
    pub run: RunSpec,
    /// Counties.
    pub counties: Vec<County>,
    /// Posts.
    pub posts: Vec<Post>,
    /// Units.
    pub units: Vec<Unit>,
    /// Hospitals.
    pub hospitals: Vec<Hospital>,
    /// Demand points.
    pub points: Vec<DemandPoint>,
    /// Scenic areas; empty without a table of them.
    pub scenic: Vec<ScenicArea>,
    /// How often people call, and for what.
    pub demand: DemandModel,
    /// Dispatch centres.
    pub centres: Vec<Centre>,
    /// The centre that serves each county (by county id), and the one for places without a county.
    pub centre_of_county: Vec<Option<CentreId>>,
    /// Times at the telephone.
    pub call_taking: CallTaking,
    /// Times of the crews.
    pub durations: Durations,
    /// How roads are driven.
    pub travel: Travel,
    /// When roads are driven faster or slower.
    pub periods: Vec<Period>,
    /// Closed roads.
    pub closures: Vec<Closure>,
    /// What is turned on beyond the plain life of a call.
    pub rules: Rules,
    /// Places of calls that are no demand points; numbered after them.
    pub sites: Vec<Site>,
    /// The standard pack: a built-in name or a file.
    pub pack: PackRef,
    /// Published figures.
    pub references: Vec<Reference>,
    /// What the results will rest on.
    pub assumptions: Vec<Assumption>,
    /// Faults that do not stop the run.
    pub warnings: Faults,
}

impl Scenario {
    /// Id and name of a demand point or site.
    pub fn place_of_call(&self, point: PointId) -> (&str, &Text) {
        match self.points.get(point.index()) {
            Some(p) => (&p.id, &p.name),
            None => {
                let site = &self.sites[point.index() - self.points.len()];
                (&site.id, &site.name)
            }
        }
    }
}

/// A built-in thing by name, or a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NamedOrFile {
    /// Built into the program.
    Builtin(String),
    /// A file.
    File(PathBuf),
}

/// Which standard pack.
pub type PackRef = NamedOrFile;

/// The road network of a scenario.
#[derive(Clone, Debug)]
pub struct NetworkSpec {
    /// The extract.
    pub file: PathBuf,
    /// The speed profile.
    pub profile: NamedOrFile,
    /// Places farther from a road must be confirmed.
    pub max_snap_m: f64,
    /// Ids that are confirmed.
    pub confirm_far: Vec<String>,
    /// Speed between a place and its road, km/h.
    pub off_road_kmh: f64,
}

/// How to run a scenario.
#[derive(Clone, Debug, PartialEq)]
pub struct RunSpec {
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
}

/// A dispatch centre.
#[derive(Clone, Debug, PartialEq)]
pub struct Centre {
    /// Name.
    pub name: Text,
    /// Seats staffed around the clock, or the most ever staffed; [`Centre::UNLIMITED`]: as many as calls need.
    pub seats: u32,
}

impl Centre {
    /// No call ever waits for a seat.
    pub const UNLIMITED: u32 = u32::MAX;
}

/// Times at the telephone.
#[derive(Clone, Debug, PartialEq)]
pub struct CallTaking {
    /// From a free seat's first ring to the answer.
    pub pickup: Dist,
    /// Handling of a call that leads to a dispatch.
    pub handling: Dist,
    /// Handling of one that does not.
    pub handling_no_dispatch: Dist,
    /// How long the seat is kept afterwards.
    pub wrapup: Dist,
}

/// Times of the crews.
#[derive(Clone, Debug, PartialEq)]
pub struct Durations {
    /// Assigned to leaving the post.
    pub turnout: Dist,
    /// The same for a unit on the road or at a hospital.
    pub turnout_on_road: Dist,
    /// On scene when the patient is taken to hospital.
    pub scene: Dist,
    /// On scene when nobody is.
    pub scene_left: Dist,
    /// Arrival at hospital to hand-over.
    pub handover: Dist,
    /// Cleaning and restocking.
    pub clear: Dist,
}

/// How roads are driven: the missions of the speed profile, and factors on the network's times.
#[derive(Clone, Debug, PartialEq)]
pub struct Travel {
    /// Missions.
    pub missions: Missions,
    /// To the scene.
    pub response_factor: f64,
    /// To hospital.
    pub transport_factor: f64,
    /// Home.
    pub return_factor: f64,
    /// To the scene without siren; and, times [`Travel::transport_factor`] over [`Travel::response_factor`], to hospital.
    pub calm_factor: f64,
    /// Lognormal scatter of trip times.
    pub scatter_sigma: f64,
}

/// The mission of the speed profile for each part of a unit's way. Whether the profile has them is for the caller to
/// find out, who reads it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missions {
    /// To the scene.
    pub response: String,
    /// To hospital.
    pub transport: String,
    /// Home.
    pub returning: String,
    /// To the scene and to hospital without siren.
    pub calm: String,
}
