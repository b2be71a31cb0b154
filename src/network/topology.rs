//! A road graph made ready for any metric: the search graph and its hierarchy, computed once per topology.

use super::graph::RoadGraph;
use super::hierarchy::{Hierarchy, order};
use super::profile::Mission;
use super::search_graph::{SearchGraph, TurnRules};

/// What is searched, and the order in which it is.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Topology {
    /// Nodes and arcs.
    pub search: SearchGraph,
    /// Their hierarchy.
    pub hierarchy: Hierarchy,
}

impl Topology {
    /// Orders and completes a search graph of a road graph.
    pub fn prepare(g: &RoadGraph, search: SearchGraph) -> Topology {
        let ends: Vec<(u32, u32)> = search.tail.iter().copied().zip(search.head.iter().copied()).collect();
        let order = order::nested_dissection(&search.positions(g), &ends);
        let hierarchy = Hierarchy::build(&order, &search.tail, &search.head);
        Topology { search, hierarchy }
    }

    /// The plain case: nodes are junctions, U-turns are free and all turns are allowed.
    pub fn junctions(g: &RoadGraph) -> Topology {
        Topology::prepare(g, SearchGraph::junctions(g))
    }

    /// What a mission needs: junctions, or where turn restrictions bind or turns cost time, turns.
    pub fn of_mission(g: &RoadGraph, mission: &Mission, emergency: bool) -> Topology {
        match TurnRules::of(g, mission, emergency) {
            Some(rules) => Topology::prepare(g, SearchGraph::turns(g, &rules)),
            None => Topology::junctions(g),
        }
    }

    /// Bytes it takes.
    pub fn bytes(&self) -> usize {
        self.hierarchy.bytes() + 4 * (self.search.tail.len() + self.search.head.len())
    }
}
