//! Roads: from an OpenStreetMap extract to travel times between places.

pub mod component;
pub mod features;
pub mod graph;
pub mod hierarchy;
pub mod osm;
pub mod profile;
pub mod snap;
mod sweep;
pub mod synth;

pub use features::{Feature, FeatureKind, Features};
pub use graph::{Road, RoadGraph, RoadInput};
pub use osm::{ImportStats, OsmError, OsmImport};
pub use profile::SpeedProfile;
pub use snap::{OnEdge, RoadPosition, SnapRule, Snapper};
pub use sweep::{Sweep, nearest_by_length, place_to_place};
