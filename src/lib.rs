//! **goldenhour**: an emergency-response coverage simulator.
//!
//! It takes a road network, a list of posts and hospitals and a picture of demand, simulates every 120 call from ring
//! to hand-over, and says which response targets are met, where, when and with what confidence.
//!
//! Rooms by floor, lowest first; a room uses only rooms on lower floors (a test reads the `use` lines and holds it):
//! [`units`], [`ids`], [`digest`], [`memory`], [`text`], [`quality`], [`geo`], [`fault`], [`aside`], [`input`], [`random`], [`stats`] ·
//! [`network`], [`facilities`], [`demand`] · [`scenario`] · [`sim`] · [`standards`], [`coverage`], [`jemss`], [`siting`] · [`experiment`] ·
//! [`report`] · [`cli`].
#![recursion_limit = "256"]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

pub mod aside;
pub mod cli;
pub mod coverage;
pub mod demand;
pub mod digest;
pub mod experiment;
pub mod facilities;
pub mod fault;
pub mod geo;
pub mod ids;
pub mod input;
pub mod jemss;
pub mod memory;
pub mod network;
pub mod quality;
pub mod random;
pub mod report;
pub mod scenario;
pub mod sim;
pub mod siting;
pub mod standards;
pub mod stats;
pub mod text;
pub mod units;
