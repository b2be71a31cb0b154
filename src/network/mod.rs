//! Roads: from an OpenStreetMap extract to travel times between places.

pub mod graph;
pub mod snap;
mod sweep;

pub use graph::{Road, RoadGraph, RoadInput};
pub use snap::{OnEdge, RoadPosition, Snapper};
pub use sweep::{Sweep, nearest_by_length, place_to_place};
