//! Cities of JEMSS, the Julia EMS simulator: reading its input folders and playing them call for call.
//!
//! [`City`] is what the files say, [`NodeWays`] how units drive there: on a network where they decide at nodes only.

mod city;
mod contract;
mod course;
mod files;
mod migrate;
mod network;
mod reader;
mod replay;
mod scenario;
mod shortest;
mod snap;
#[cfg(test)]
mod tests;
mod tree;
mod ways;
mod write;

pub use city::{Arc, Call, City, Node, Priority, Spot};
pub use course::Passed;
pub use migrate::write_scenario;
pub use reader::{Row, Sheet, TableView};
pub use replay::{AmbulanceOut, CallOut, Replayed, Timing, replay};
pub use scenario::{options, scenario};
pub use snap::Place;
pub use ways::{NodeAt, NodeScratch, NodeWays};
pub use write::{Differences, compare, write_ambulances, write_calls};
