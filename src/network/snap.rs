//! stub replaced at merge
use crate::geo::LatLon;
use crate::ids::EdgeId;
use crate::units::TravelTime;

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OnEdge {
    pub edge: EdgeId,
    pub from_tail: TravelTime,
    pub to_head: TravelTime,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RoadPosition {
    pub road: u32,
    pub at: LatLon,
    pub distance_m: f64,
    pub along_m: f32,
    pub forward: Option<OnEdge>,
    pub backward: Option<OnEdge>,
}
pub struct Snapper;
impl Snapper {
    pub fn new(_g: &super::RoadGraph) -> Snapper {
        Snapper
    }
    pub fn snap(&self, _g: &super::RoadGraph, _at: LatLon) -> Option<RoadPosition> {
        None
    }
}
