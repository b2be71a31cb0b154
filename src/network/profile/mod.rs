//! Speed profiles: the table, in a TOML file a planner can copy and edit, that turns OpenStreetMap tags into speeds,
//! delays and open or closed roads. No speed is written in code.

mod read;

use super::snap::SnapRule;
use crate::digest;
use crate::fault::{Faults, SourceText};
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

const FILES: [(&str, &str); 2] = [
    ("china-default", include_str!("../../../networks/profiles/china-default.toml")),
    ("china-mountain", include_str!("../../../networks/profiles/china-mountain.toml")),
];

/// Names of the profiles that come with the program.
pub const BUILTIN: [&str; 2] = [FILES[0].0, FILES[1].0];

/// One road class of a profile.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ClassRule {
    /// Speed where no usable `maxspeed` is tagged, km/h.
    pub speed_kmh: f64,
    /// Whether such roads are one-way unless tagged otherwise.
    pub oneway: bool,
}

/// How `maxspeed` is read.
#[derive(Clone, Debug, PartialEq)]
pub struct MaxspeedRule {
    /// Speed driven divided by the limit.
    pub factor: f64,
    /// What `none` stands for, km/h.
    pub none_kmh: f64,
    /// What `walk` stands for, km/h.
    pub walk_kmh: f64,
    /// Limits written as names (`CN:urban`, or `urban` for any country), km/h.
    pub implicit: BTreeMap<String, f64>,
}

/// Seconds added at places on the road.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Delays {
    /// At traffic signals.
    pub traffic_signals_s: f64,
    /// At gates that someone must open.
    pub gate_s: f64,
    /// On the way onto a ferry.
    pub ferry_boarding_s: f64,
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
    /// What is open.
    pub access: AccessRule,
    /// The vehicle's measures.
    pub vehicle: Vehicle,
    /// Which roads places are not snapped to.
    pub snap: SnapRule,
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

    /// The digest of the profile's text.
    pub fn digest(&self) -> String {
        digest::of(self.text.text.as_bytes())
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
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<SpeedProfile, Faults> {
        SpeedProfile::parse(Arc::new(SourceText { path: "my.toml".into(), text: text.to_string() }))
    }

    #[test]
    fn every_builtin_profile_reads() {
        for name in BUILTIN {
            let profile = SpeedProfile::builtin(name).unwrap_or_else(|| panic!("{name} does not read"));
            assert_eq!(profile.name, name);
            assert!(profile.quality.needs_telling());
            assert!(profile.classes["motorway"].oneway);
            assert!(!profile.classes.contains_key("footway"));
            assert_eq!(profile.class_names().last().map(String::as_str), Some(FERRY));
        }
        assert!(SpeedProfile::builtin("no-such").is_none());
    }

    #[test]
    fn faults_come_all_at_once_with_their_places() {
        let good = FILES[0].1;
        let bad = good
            .replace("[classes.primary]", "[classes.primry]")
            .replace("gate_s = 60", "gates_s = 60")
            .replace("walk_kmh = 6", "walk_kmh = \"slow\"")
            .replace("avoid_extra_m = 2000", "avoid_extra_m = -1");
        let faults = parse(&bad).expect_err("four faults");
        let text = faults.to_string();
        for expected in ["classes.primry", "primary", "gates_s", "walk_kmh", "avoid_extra_m", "gate_s", "my.toml:"] {
            assert!(text.contains(expected), "{expected} not in:\n{text}");
        }
        assert!(faults.0.len() >= 4, "{text}");
    }

    #[test]
    fn broken_toml_is_one_fault_with_a_place() {
        let faults = parse("name = \"x\"\n[classes\n").expect_err("not TOML");
        assert!(faults.to_string().starts_with("my.toml:2:"), "{faults}");
    }

    #[test]
    fn a_copy_with_one_speed_changed_has_another_digest() {
        let copy = parse(&FILES[0].1.replace("speed_kmh = 65", "speed_kmh = 55")).unwrap();
        let original = SpeedProfile::builtin("china-default").unwrap();
        assert_eq!(copy.classes["primary"].speed_kmh, 55.0);
        assert_ne!(copy.digest(), original.digest());
    }
}
