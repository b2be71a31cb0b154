//! The road graph: junctions joined by directed edges, each edge keeping the shape of its road.
//!
//! Chains of degree-2 nodes are contracted before they get here: a [`Road`] is such a chain between two junctions, with
//! its points, the distance and the travel time along it; an edge is one direction of a road. Arrays are flat and
//! sorted by tail (compressed rows), with a second index by head for searches against the direction of travel.

use crate::geo::{LatLon, distance_m};
use crate::ids::{EdgeId, NodeId};
use crate::units::TravelTime;

/// No edge: the road is one-way.
pub const NO_EDGE: u32 = u32::MAX;

/// A stretch of road between two junctions, as the importer hands it to [`RoadGraph::build`].
#[derive(Clone, Debug)]
pub struct RoadInput {
    /// Junction at the first point.
    pub from: NodeId,
    /// Junction at the last point.
    pub to: NodeId,
    /// The shape, both junctions included; at least two points.
    pub points: Vec<LatLon>,
    /// Seconds for each segment in the direction of the points, or `None` where that is not allowed.
    pub forward_s: Option<Vec<f64>>,
    /// Seconds for each segment (in the order of the points) against their direction, or `None`.
    pub backward_s: Option<Vec<f64>>,
    /// Index into [`RoadGraph::classes`].
    pub class: u8,
    /// The OSM way of the first segment.
    pub way_id: i64,
    /// Index into [`RoadGraph::names`]; 0 is "no name".
    pub name: u32,
}

/// One contracted road.
#[derive(Clone, Copy, Debug)]
pub struct Road {
    /// First of its points in the shared point arrays.
    pub first_point: u32,
    /// One past its last point.
    pub end_point: u32,
    /// The edge in the direction of the points, or [`NO_EDGE`].
    pub forward: u32,
    /// The edge against it, or [`NO_EDGE`].
    pub backward: u32,
    /// The OSM way of its first segment.
    pub way_id: i64,
    /// Index into [`RoadGraph::names`].
    pub name: u32,
    /// Index into [`RoadGraph::classes`].
    pub class: u8,
}

/// The compact directed graph of junctions.
#[derive(Clone, Debug, Default)]
pub struct RoadGraph {
    /// Where each junction lies.
    pub positions: Vec<LatLon>,
    /// The OSM node of each junction.
    pub osm_nodes: Vec<i64>,
    /// Edges leaving node `v` are `first_out[v]..first_out[v + 1]`.
    pub first_out: Vec<u32>,
    /// Where each edge starts.
    pub tail: Vec<u32>,
    /// Where each edge ends.
    pub head: Vec<u32>,
    /// Travel time of each edge in steps of [`TravelTime`].
    pub time: Vec<u32>,
    /// Length of each edge in metres.
    pub length_m: Vec<f32>,
    /// The road each edge is a direction of.
    pub road: Vec<u32>,
    /// Edges entering node `v` are `in_edges[first_in[v]..first_in[v + 1]]`.
    pub first_in: Vec<u32>,
    /// Edge ids sorted by head.
    pub in_edges: Vec<u32>,
    /// The roads.
    pub roads: Vec<Road>,
    /// Points of all roads, one after the other.
    pub points: Vec<LatLon>,
    /// Metres from the road's first point, per point.
    pub along_m: Vec<f32>,
    /// Time from the road's first point in its direction, per point (0 where not allowed).
    pub time_forward: Vec<u32>,
    /// Time from each point to the road's first point, against its direction (0 where not allowed).
    pub time_backward: Vec<u32>,
    /// Road classes by name (`motorway`, …, `ferry`).
    pub classes: Vec<String>,
    /// Names of roads (name, else ref); entry 0 is empty.
    pub names: Vec<String>,
}

/// What [`RoadGraph::check`] found broken.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum GraphError {
    /// A road with fewer than two points or with segment times that do not match them.
    #[error("road {road} (way {way}) has {points} points and {times} segment times")]
    Shape {
        /// Position in the input.
        road: usize,
        /// OSM way.
        way: i64,
        /// Points given.
        points: usize,
        /// Segment times given.
        times: usize,
    },
    /// A road names a junction that does not exist.
    #[error("road {road} names junction {node}, but there are {nodes}")]
    Node {
        /// Position in the input.
        road: usize,
        /// The junction named.
        node: u32,
        /// Junctions there are.
        nodes: usize,
    },
    /// The arrays disagree with one another.
    #[error("the graph's {what} do not fit together")]
    Arrays {
        /// Which arrays.
        what: &'static str,
    },
}

fn cumulate(seconds: &[f64]) -> Vec<u32> {
    // Rounding the running sum, not each segment, keeps the error of a long road below one step.
    let mut sum = 0.0;
    let mut out = vec![0];
    for s in seconds {
        sum += s.max(0.0);
        out.push(TravelTime::from_seconds(sum).0.min(u32::MAX - 1));
    }
    out
}

impl RoadGraph {
    /// Builds the graph from junctions and the roads between them.
    ///
    /// # Errors
    /// [`GraphError`] when a road is malformed or names a missing junction.
    pub fn build(
        positions: Vec<LatLon>,
        osm_nodes: Vec<i64>,
        inputs: &[RoadInput],
        classes: Vec<String>,
        names: Vec<String>,
    ) -> Result<RoadGraph, GraphError> {
        let nodes = positions.len();
        let mut g = RoadGraph { positions, osm_nodes, classes, names, ..RoadGraph::default() };
        // (tail, head, time, length, road, is_forward), in input order; sorted stably by tail below.
        let mut edges: Vec<(u32, u32, u32, f32, u32, bool)> = Vec::new();
        for (i, input) in inputs.iter().enumerate() {
            for node in [input.from, input.to] {
                if node.index() >= nodes {
                    return Err(GraphError::Node { road: i, node: node.0, nodes });
                }
            }
            let segments = input.points.len().saturating_sub(1);
            for times in [&input.forward_s, &input.backward_s].into_iter().flatten() {
                if segments == 0 || times.len() != segments {
                    let error = GraphError::Shape {
                        road: i,
                        way: input.way_id,
                        points: input.points.len(),
                        times: times.len(),
                    };
                    return Err(error);
                }
            }
            let first_point = g.points.len() as u32;
            let mut along = 0.0_f64;
            g.along_m.push(0.0);
            for pair in input.points.windows(2) {
                along += distance_m(pair[0], pair[1]);
                g.along_m.push(along as f32);
            }
            g.points.extend_from_slice(&input.points);
            let zero = vec![0.0; segments];
            let forward = cumulate(input.forward_s.as_deref().unwrap_or(&zero));
            let backward = cumulate(input.backward_s.as_deref().unwrap_or(&zero));
            let (tf, tb) = (forward.last().copied().unwrap_or(0), backward.last().copied().unwrap_or(0));
            g.time_forward.extend(forward);
            g.time_backward.extend(backward);
            let road = g.roads.len() as u32;
            if input.forward_s.is_some() {
                edges.push((input.from.0, input.to.0, tf, along as f32, road, true));
            }
            if input.backward_s.is_some() {
                edges.push((input.to.0, input.from.0, tb, along as f32, road, false));
            }
            g.roads.push(Road {
                first_point,
                end_point: g.points.len() as u32,
                forward: NO_EDGE,
                backward: NO_EDGE,
                way_id: input.way_id,
                name: input.name,
                class: input.class,
            });
        }
        edges.sort_by_key(|e| e.0);
        g.first_out = vec![0; nodes + 1];
        g.first_in = vec![0; nodes + 1];
        for (id, &(tail, head, time, length, road, is_forward)) in edges.iter().enumerate() {
            g.first_out[tail as usize + 1] += 1;
            g.first_in[head as usize + 1] += 1;
            g.tail.push(tail);
            g.head.push(head);
            g.time.push(time);
            g.length_m.push(length);
            g.road.push(road);
            let entry = &mut g.roads[road as usize];
            if is_forward {
                entry.forward = id as u32;
            } else {
                entry.backward = id as u32;
            }
        }
        for v in 0..nodes {
            g.first_out[v + 1] += g.first_out[v];
            g.first_in[v + 1] += g.first_in[v];
        }
        let mut next = g.first_in.clone();
        g.in_edges = vec![0; edges.len()];
        for (id, edge) in edges.iter().enumerate() {
            let slot = &mut next[edge.1 as usize];
            g.in_edges[*slot as usize] = id as u32;
            *slot += 1;
        }
        g.check()?;
        Ok(g)
    }

    /// Number of junctions.
    pub fn node_count(&self) -> usize {
        self.positions.len()
    }

    /// Number of directed edges.
    pub fn edge_count(&self) -> usize {
        self.head.len()
    }

    /// The edges that leave a junction.
    pub fn out_edges(&self, node: NodeId) -> std::ops::Range<usize> {
        self.first_out[node.index()] as usize..self.first_out[node.index() + 1] as usize
    }

    /// The edges that enter a junction.
    pub fn edges_into(&self, node: NodeId) -> &[u32] {
        &self.in_edges[self.first_in[node.index()] as usize..self.first_in[node.index() + 1] as usize]
    }

    /// The shape of a road in the direction of its points.
    pub fn shape(&self, road: usize) -> &[LatLon] {
        let r = &self.roads[road];
        &self.points[r.first_point as usize..r.end_point as usize]
    }

    /// The shape of an edge in its own direction.
    pub fn edge_shape(&self, edge: EdgeId) -> Vec<LatLon> {
        let road = self.road[edge.index()] as usize;
        let mut shape = self.shape(road).to_vec();
        if self.roads[road].backward == edge.0 {
            shape.reverse();
        }
        shape
    }

    /// Length of all roads in kilometres, each counted once.
    pub fn road_km(&self) -> f64 {
        self.roads.iter().map(|r| f64::from(self.along_m[r.end_point as usize - 1])).sum::<f64>() / 1000.0
    }

    /// Checks that the arrays fit together; run after building and after loading.
    ///
    /// # Errors
    /// [`GraphError::Arrays`] names what does not fit.
    pub fn check(&self) -> Result<(), GraphError> {
        let (n, m) = (self.node_count(), self.edge_count());
        let fits = |what, ok| if ok { Ok(()) } else { Err(GraphError::Arrays { what }) };
        fits(
            "node arrays",
            self.osm_nodes.len() == n && self.first_out.len() == n + 1 && self.first_in.len() == n + 1,
        )?;
        fits(
            "edge arrays",
            [self.tail.len(), self.time.len(), self.length_m.len(), self.road.len(), self.in_edges.len()] == [m; 5],
        )?;
        fits("row starts", self.first_out[n] as usize == m && self.first_in[n] as usize == m)?;
        fits("rows", self.first_out.windows(2).chain(self.first_in.windows(2)).all(|w| w[0] <= w[1]))?;
        fits("tails", (0..n).all(|v| self.out_edges(NodeId::new(v)).all(|e| self.tail[e] as usize == v)))?;
        fits(
            "heads",
            (0..n).all(|v| self.edges_into(NodeId::new(v)).iter().all(|e| self.head[*e as usize] as usize == v)),
        )?;
        let p = self.points.len();
        fits(
            "point arrays",
            [self.along_m.len(), self.time_forward.len(), self.time_backward.len()] == [p; 3]
                && self.roads.iter().all(|r| r.first_point + 2 <= r.end_point && r.end_point as usize <= p),
        )
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A 2-way road a–b, a one-way b→c and a one-way c→a, 100 s each way and segment.
    pub(crate) fn triangle() -> RoadGraph {
        let at = |lat, lon| LatLon::new(lat, lon);
        let (a, b, c) = (at(24.0, 102.0), at(24.0, 102.02), at(24.02, 102.01));
        let road = |from: u32, to: u32, points: Vec<LatLon>, both: bool| RoadInput {
            from: NodeId(from),
            to: NodeId(to),
            forward_s: Some(vec![100.0; points.len() - 1]),
            backward_s: both.then(|| vec![150.0; points.len() - 1]),
            points,
            class: 0,
            way_id: 1,
            name: 0,
        };
        let inputs = [
            road(0, 1, vec![a, at(24.001, 102.01), b], true),
            road(1, 2, vec![b, c], false),
            road(2, 0, vec![c, a], false),
        ];
        RoadGraph::build(vec![a, b, c], vec![1, 2, 3], &inputs, vec!["primary".into()], vec![String::new()])
            .unwrap_or_else(|e| panic!("{e}"))
    }

    #[test]
    fn edges_keep_their_road_and_direction() {
        let g = triangle();
        assert_eq!((g.node_count(), g.edge_count(), g.roads.len()), (3, 4, 3));
        let back = EdgeId(g.roads[0].backward);
        assert_eq!(g.time[back.index()], 3_000_000);
        assert_eq!(g.edge_shape(back)[0], g.positions[1]);
        assert_eq!(g.roads[1].backward, NO_EDGE);
    }

    #[test]
    fn malformed_roads_are_refused() {
        let p = LatLon::new(0.0, 0.0);
        let input = RoadInput {
            from: NodeId(0),
            to: NodeId(7),
            points: vec![p, p],
            forward_s: Some(vec![1.0]),
            backward_s: None,
            class: 0,
            way_id: 1,
            name: 0,
        };
        let got = RoadGraph::build(vec![p], vec![1], &[input], vec![], vec![]);
        assert_eq!(got.err(), Some(GraphError::Node { road: 0, node: 7, nodes: 1 }));
    }
}
