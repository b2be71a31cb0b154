//! Speed profiles: the table, in a TOML file a planner can copy and edit, that turns OpenStreetMap tags into speeds,
//! delays and open or closed roads. No speed is written in code. The model they make is in `docs/speed-model.md`.

mod area;
mod delays;
mod mission;
mod mountain;
mod read;
mod section;
mod turns;

pub use area::{Area, AreaRule};
pub use delays::{DelayKind, DelayKinds, Delays};
pub use mission::{Mission, PLAIN, SIREN};
pub use mountain::{CurvatureRule, GradientRule};
pub use turns::TurnCosts;

use super::snap::SnapRule;
use crate::digest;
use crate::fault::{Faults, SourceText, nearest_name};
use crate::quality::Quality;
use crate::text::Text;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

/// Road classes a profile may give a speed to, most important first; the order is that of [`SpeedProfile::class_names`].
///
/// They are values of the `highway` tag. Steps, corridors and roads under construction can never be driven, so they
/// are not here.
pub const CLASSES: [&str; 23] = [
    "motorway",
    "motorway_link",
    "trunk",
    "trunk_link",
    "primary",
    "primary_link",
    "secondary",
    "secondary_link",
    "tertiary",
    "tertiary_link",
    "unclassified",
    "residential",
    "living_street",
    "service",
    "busway",
    "bus_guideway",
    "road",
    "track",
    "pedestrian",
    "footway",
    "cycleway",
    "bridleway",
    "path",
];

/// The class of ferries in [`super::RoadGraph::classes`].
pub const FERRY: &str = "ferry";

const FILES: [(&str, &str); 5] = [
    ("china-default", include_str!("../../../networks/profiles/china-default.toml")),
    ("china-mountain", include_str!("../../../networks/profiles/china-mountain.toml")),
    ("yuxi-mountain", include_str!("../../../networks/profiles/yuxi-mountain.toml")),
    ("de-bw-2026", include_str!("../../../networks/profiles/de-bw-2026.toml")),
    ("osrm-car-like", include_str!("../../../networks/profiles/osrm-car-like.toml")),
];

/// Names of the profiles that come with the program.
pub const BUILTIN: [&str; 5] = [FILES[0].0, FILES[1].0, FILES[2].0, FILES[3].0, FILES[4].0];

/// One road class of a profile.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ClassRule {
    /// Speed where no usable `maxspeed` is tagged, km/h.
    pub speed_kmh: f64,
    /// Whether such roads are one-way unless tagged otherwise.
    pub oneway: bool,
}

/// What a tagged limit does to the speed of the class.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MaxspeedUse {
    /// The limit × factor is the speed, be it higher or lower than the class's.
    Replace,
    /// The speed is the lower one of the two.
    Cap,
    /// Limits are not looked at.
    Ignore,
}

/// How `maxspeed` is read.
#[derive(Clone, Debug, PartialEq)]
pub struct MaxspeedRule {
    /// What a limit does.
    pub mode: MaxspeedUse,
    /// Whether advised speeds (`maxspeed:advisory`) go before limits.
    pub advisory: bool,
    /// Speed driven divided by the limit.
    pub factor: f64,
    /// What `none` stands for, km/h.
    pub none_kmh: f64,
    /// What `walk` stands for, km/h.
    pub walk_kmh: f64,
    /// Limits written as names (`CN:urban`, or `urban` for any country), km/h.
    pub implicit: BTreeMap<String, f64>,
}

/// How ferries are read.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FerryRule {
    /// Speed where no `duration` is tagged, km/h.
    pub speed_kmh: f64,
    /// Whether a ferry without any vehicle tag is taken to carry vehicles.
    pub untagged: bool,
}

/// Which tag values close a road or a barrier.
#[derive(Clone, Debug, PartialEq)]
pub struct AccessRule {
    /// Values of `motor_vehicle`, `vehicle` or `access` that close.
    pub closed: Vec<String>,
    /// Keys (such as `psv`) that open a closed road when their value does not close.
    pub open_keys: Vec<String>,
    /// Values of `barrier` that block.
    pub blocking: Vec<String>,
    /// Values of `barrier` that cost [`Delays::gate_s`].
    pub gates: Vec<String>,
    /// Whether gates whose access tags say that one may pass cost nothing.
    pub free_tagged_gates: bool,
}

/// The vehicle's measures, against limits tagged on roads.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Vehicle {
    /// Height in metres, against `maxheight`.
    pub height_m: f64,
    /// Weight in tonnes, against `maxweight`.
    pub weight_t: f64,
    /// Width in metres, against `maxwidth`.
    pub width_m: f64,
}

/// A speed profile.
#[derive(Clone, Debug)]
pub struct SpeedProfile {
    /// Short name, as scenarios name it.
    pub name: String,
    /// Title for reports.
    pub title: Text,
    /// Where the numbers come from.
    pub source: String,
    /// How good they are.
    pub quality: Quality,
    /// Speeds by class of [`CLASSES`]; classes that are absent are closed.
    pub classes: BTreeMap<String, ClassRule>,
    /// Legal limits.
    pub maxspeed: MaxspeedRule,
    /// Delays.
    pub delays: Delays,
    /// Ferries.
    pub ferry: FerryRule,
    /// Highest speed by `surface`, km/h.
    pub surfaces: BTreeMap<String, f64>,
    /// Highest speed by `tracktype`, km/h.
    pub tracktypes: BTreeMap<String, f64>,
    /// Highest speed by `smoothness`, km/h.
    pub smoothness: BTreeMap<String, f64>,
    /// What is open.
    pub access: AccessRule,
    /// The vehicle's measures.
    pub vehicle: Vehicle,
    /// Which roads places are not snapped to.
    pub snap: SnapRule,
    /// How bends slow down; `None` where they do not.
    pub curvature: Option<CurvatureRule>,
    /// How gradients slow down; `None` where they do not.
    pub gradient: Option<GradientRule>,
    /// Areas driven at other speeds. Where several lie over one another all their factors count.
    pub areas: Vec<AreaRule>,
    /// Missions by name; [`SIREN`] and [`PLAIN`] are always there.
    pub missions: BTreeMap<String, Mission>,
    text: Arc<SourceText>,
}

impl SpeedProfile {
    /// A profile that comes with the program (see [`BUILTIN`]); `None` for another name.
    pub fn builtin(name: &str) -> Option<SpeedProfile> {
        let (name, text) = FILES.iter().find(|(n, _)| *n == name)?;
        let source = SourceText { path: format!("networks/profiles/{name}.toml").into(), text: (*text).to_string() };
        // A unit test reads every file of the list, so this is never an error in a released program.
        SpeedProfile::parse(Arc::new(source)).ok()
    }

    /// Reads a planner's own file.
    ///
    /// # Errors
    /// Every fault of the file, each with its place: unknown keys (with the nearest known one), values of the wrong
    /// kind or out of range, missing keys.
    pub fn load(path: &Path) -> Result<SpeedProfile, Faults> {
        SpeedProfile::parse(SourceText::read(path)?)
    }

    /// Reads a profile from text already in memory.
    ///
    /// # Errors
    /// As [`SpeedProfile::load`].
    pub fn parse(source: Arc<SourceText>) -> Result<SpeedProfile, Faults> {
        read::read(source)
    }

    /// The digest of the profile's text, and of the areas it names files for.
    pub fn digest(&self) -> String {
        let mut bytes = self.text.text.as_bytes().to_vec();
        for p in self.areas.iter().flat_map(|a| a.area.parts.iter().flatten()).flat_map(|p| &p.ring) {
            bytes.extend(p.lat.to_bits().to_le_bytes());
            bytes.extend(p.lon.to_bits().to_le_bytes());
        }
        digest::of(&bytes)
    }

    /// A mission by name.
    ///
    /// # Errors
    /// For a name the profile lacks, a sentence that says so and names the nearest one it has.
    pub fn mission(&self, name: &str) -> Result<&Mission, String> {
        self.missions.get(name).ok_or_else(|| {
            let known = || self.missions.keys().map(String::as_str);
            let near = match nearest_name(name, known()) {
                Some(near) => format!("; did you mean {near}?"),
                None => format!("; it has {}", known().collect::<Vec<_>>().join(", ")),
            };
            format!("the speed profile {} has no mission {name:?}{near}", self.name)
        })
    }

    /// The profile's text, comments included: what `--copy` style commands write for a planner to edit.
    pub fn toml(&self) -> &str {
        &self.text.text
    }

    /// Names of the classes this profile opens, in the order of [`CLASSES`], then [`FERRY`].
    pub fn class_names(&self) -> Vec<String> {
        let roads = CLASSES.iter().filter(|c| self.classes.contains_key(**c));
        roads.chain([&FERRY]).map(|c| (*c).to_string()).collect()
    }
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
