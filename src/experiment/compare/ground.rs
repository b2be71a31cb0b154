//! What the maps of a comparison are drawn on.

use super::Setup;
use crate::experiment::map::{county_lines, lakes, posts, roads};
use crate::experiment::summary::{MapData, MapPlace, MapTime, SCHEMA};
use serde::{Deserialize, Serialize};

/// The ground of the maps of a comparison: the content of its `map.json`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CompareMap {
    /// Roads, lakes and county lines of the first scenario; no places.
    pub ground: MapData,
    /// Posts of each scenario.
    pub posts: Vec<Vec<MapPlace>>,
}

pub(super) fn ground(setup: &Setup) -> CompareMap {
    let first = setup.first();
    CompareMap {
        ground: MapData {
            schema: SCHEMA,
            roads: roads(&first.world, None),
            water: lakes(&first.ground),
            posts: Vec::new(),
            hospitals: Vec::new(),
            points: Vec::new(),
            outlines: county_lines(&first.world.scenario, &first.ground),
            time: MapTime::default(),
        },
        posts: setup.prepared.iter().map(|p| posts(&p.world.scenario)).collect(),
    }
}
