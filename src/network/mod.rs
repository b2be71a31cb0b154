//! Roads: from an OpenStreetMap extract to travel times between places.

pub mod graph;
pub mod synth;

pub use graph::{Road, RoadGraph, RoadInput};
