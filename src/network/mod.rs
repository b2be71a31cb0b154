//! Roads: from an OpenStreetMap extract to travel times between places.

mod build;
pub mod cache;
pub mod calendar;
pub mod closures;
pub mod component;
pub mod features;
pub mod graph;
pub mod hierarchy;
pub mod inspect;
mod lengths;
pub mod metric;
pub mod osm;
pub mod profile;
#[cfg(test)]
mod random_roads;
pub mod reach;
pub mod search_graph;
pub mod snap;
pub mod synth;
pub mod terrain;
pub mod timed;
pub mod topology;
pub mod travel_times;

pub use cache::{CacheMode, Loaded, Shelf, Step, load};
pub use features::{Boundary, Feature, FeatureKind, Features};
pub use graph::{Delay, DelayKind, Restriction, Road, RoadGraph, RoadInput, Way};
pub use lengths::nearest_by_length;
pub use metric::{AreaFactor, FAR, Metric, MetricRules, OnEdge, OnRoad, Spot};
pub use osm::{ImportStats, OsmError, OsmImport};
pub use profile::SpeedProfile;
pub use reach::{Along, Reach};
pub use snap::{RoadPosition, SnapRule, Snapper};
pub use timed::{Stage, Start, Timed};
pub use topology::Topology;
pub use travel_times::{Direction, Matrix, Route, TravelTimes};
