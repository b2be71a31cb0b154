//! Putting a road graph together, road by road.

use super::graph::{Delay, GraphError, NO_EDGE, Road, RoadGraph, RoadInput, Way};
use crate::geo::{LatLon, distance_m};

/// One direction of a road, before edges have numbers.
struct Direction {
    tail: u32,
    head: u32,
    length_m: f32,
    road: u32,
    is_forward: bool,
}

/// Takes roads one after the other, so that those who have many need not hold them all as [`RoadInput`].
pub(crate) struct GraphBuilder {
    graph: RoadGraph,
    directions: Vec<Direction>,
}

impl GraphBuilder {
    /// Starts with the junctions and what roads refer to.
    pub(crate) fn new(
        positions: Vec<LatLon>,
        osm_nodes: Vec<i64>,
        ways: Vec<Way>,
        classes: Vec<String>,
        names: Vec<String>,
    ) -> GraphBuilder {
        let graph = RoadGraph { positions, osm_nodes, ways, classes, names, ..RoadGraph::default() };
        GraphBuilder { graph, directions: Vec::new() }
    }

    /// Makes room for so many roads and points.
    pub(crate) fn reserve(&mut self, roads: usize, points: usize) {
        let g = &mut self.graph;
        g.roads.reserve_exact(roads);
        g.points.reserve_exact(points);
        g.segment_way.reserve_exact(points);
        for array in [&mut g.along_m, &mut g.forward_s, &mut g.backward_s] {
            array.reserve_exact(points);
        }
        self.directions.reserve(2 * roads);
    }

    /// Adds a road.
    ///
    /// # Errors
    /// [`GraphError`] when it is malformed or names a missing junction.
    pub(crate) fn add(&mut self, input: &RoadInput) -> Result<(), GraphError> {
        let lengths: Vec<f64> = input.points.windows(2).map(|p| distance_m(p[0], p[1])).collect();
        self.add_measured(input, &lengths)
    }

    /// Adds a road of whose segments the lengths are known.
    ///
    /// # Errors
    /// As [`GraphBuilder::add`].
    pub(crate) fn add_measured(&mut self, input: &RoadInput, lengths_m: &[f64]) -> Result<(), GraphError> {
        let g = &mut self.graph;
        let nodes = g.positions.len();
        let road = g.roads.len();
        for node in [input.from, input.to] {
            if node.index() >= nodes {
                return Err(GraphError::Node { road, node: node.0, nodes });
            }
        }
        let segments = input.points.len().saturating_sub(1);
        let times = [&input.forward_s, &input.backward_s].into_iter().flatten().map(Vec::len);
        if let Some(times) = times.chain([input.ways.len(), lengths_m.len()]).find(|n| segments == 0 || *n != segments)
        {
            return Err(GraphError::Shape { road, points: input.points.len(), times });
        }
        let first_point = g.points.len() as u32;
        let mut along = 0.0_f64;
        g.along_m.push(0.0);
        for length in lengths_m {
            along += length;
            g.along_m.push(along as f32);
        }
        g.points.extend_from_slice(&input.points);
        for (to, from) in [(&mut g.forward_s, &input.forward_s), (&mut g.backward_s, &input.backward_s)] {
            match from {
                Some(seconds) => to.extend(seconds.iter().map(|s| *s as f32)),
                None => to.extend(std::iter::repeat_n(0.0, segments)),
            }
            to.push(0.0);
        }
        g.segment_way.extend(&input.ways);
        g.segment_way.extend(input.ways.last());
        let at = g.delays.len();
        g.delays.extend(input.delays.iter().map(|d| Delay { segment: first_point + d.segment, ..*d }));
        g.delays[at..].sort_unstable();
        let (from, to, length_m, road) = (input.from.0, input.to.0, along as f32, road as u32);
        if input.forward_s.is_some() {
            self.directions.push(Direction { tail: from, head: to, length_m, road, is_forward: true });
        }
        if input.backward_s.is_some() {
            self.directions.push(Direction { tail: to, head: from, length_m, road, is_forward: false });
        }
        g.roads.push(Road {
            first_point,
            end_point: g.points.len() as u32,
            forward: NO_EDGE,
            backward: NO_EDGE,
            class: input.class,
        });
        Ok(())
    }

    /// Numbers the edges and checks the whole.
    ///
    /// # Errors
    /// As [`RoadGraph::check`].
    pub(crate) fn finish(self) -> Result<RoadGraph, GraphError> {
        let GraphBuilder { graph: mut g, directions } = self;
        let (nodes, edges) = (g.positions.len(), directions.len());
        g.first_out = row_starts(nodes, directions.iter().map(|d| d.tail));
        g.first_in = row_starts(nodes, directions.iter().map(|d| d.head));
        (g.tail, g.head, g.road) = (vec![0; edges], vec![0; edges], vec![0; edges]);
        g.length_m = vec![0.0; edges];
        g.in_edges = vec![0; edges];
        // Edges of one junction keep the order of the roads.
        let mut next = g.first_out.clone();
        for d in &directions {
            let slot = &mut next[d.tail as usize];
            let id = *slot as usize;
            *slot += 1;
            (g.tail[id], g.head[id], g.road[id], g.length_m[id]) = (d.tail, d.head, d.road, d.length_m);
            let road = &mut g.roads[d.road as usize];
            *(if d.is_forward { &mut road.forward } else { &mut road.backward }) = id as u32;
        }
        let mut next = g.first_in.clone();
        for (id, head) in g.head.iter().enumerate() {
            let slot = &mut next[*head as usize];
            g.in_edges[*slot as usize] = id as u32;
            *slot += 1;
        }
        g.check()?;
        Ok(g)
    }
}

/// Where the row of each node starts when entries are sorted by node.
fn row_starts(nodes: usize, entries: impl Iterator<Item = u32>) -> Vec<u32> {
    let mut first = vec![0_u32; nodes + 1];
    for v in entries {
        first[v as usize + 1] += 1;
    }
    for v in 0..nodes {
        first[v + 1] += first[v];
    }
    first
}
