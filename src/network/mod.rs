//! Roads: from an OpenStreetMap extract to travel times between places.

mod build;
pub mod calendar;
pub mod closures;
pub mod component;
pub mod features;
pub mod graph;
pub mod hierarchy;
pub mod metric;
pub mod osm;
pub mod profile;
pub mod search_graph;
pub mod snap;
mod sweep;
pub mod synth;
pub mod terrain;

pub use features::{Feature, FeatureKind, Features};
pub use graph::{Delay, DelayKind, Restriction, Road, RoadGraph, RoadInput, Way};
pub use metric::{Metric, MetricRules, OnEdge, OnRoad};
pub use osm::{ImportStats, OsmError, OsmImport};
pub use profile::SpeedProfile;
pub use snap::{RoadPosition, SnapRule, Snapper};
pub use sweep::{Sweep, nearest_by_length, place_to_place};
