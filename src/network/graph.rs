//! The road graph: junctions joined by directed edges, each edge keeping the shape of its road.
//!
//! Chains of degree-2 nodes are contracted before they get here: a [`Road`] is such a chain between two junctions; an
//! edge is one direction of a road. Arrays are flat and sorted by tail (compressed rows), with a second index by head
//! for searches against the direction of travel.
//!
//! The graph holds what does not change over the week: the shape, the driving time of every segment by the profile's
//! speeds, and what stands at its end (signals, gates). Travel times are a [`Metric`](super::Metric) made from it.

use super::build::GraphBuilder;
use crate::geo::LatLon;
use crate::ids::{EdgeId, NodeId};

pub use super::profile::DelayKind;

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
    /// Driving seconds for each segment in the direction of the points, delays not included, or `None` where that is
    /// not allowed.
    pub forward_s: Option<Vec<f64>>,
    /// Driving seconds for each segment (in the order of the points) against their direction, or `None`.
    pub backward_s: Option<Vec<f64>>,
    /// What stands on the road, in any order.
    pub delays: Vec<Delay>,
    /// The way of each segment: an index into [`RoadGraph::ways`].
    pub ways: Vec<u32>,
    /// Index into [`RoadGraph::classes`].
    pub class: u8,
}

/// A delay on a road, paid by whoever drives a segment to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Delay {
    /// The segment: in a [`RoadInput`] its number on the road, in a [`RoadGraph`] its first point.
    pub segment: u32,
    /// Whether it is paid by those who drive against the direction of the points.
    pub backward: bool,
    /// What it is.
    pub kind: DelayKind,
}

/// An OSM way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Way {
    /// Its number.
    pub id: i64,
    /// Its name, else its ref: an index into [`RoadGraph::names`]; 0 is "none".
    pub name: u32,
    /// Its ref (`G8511`): likewise.
    pub reference: u32,
}

/// A turn restriction: a sequence of edges that must not be driven one after the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Restriction {
    /// Two edges (over a junction) or more (over roads between); each starts where the one before ends.
    pub edges: Vec<u32>,
    /// Whether the map exempts emergency vehicles (`except=emergency`).
    pub spares_emergency: bool,
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
    /// Driving seconds of the segment that starts at each point, in the direction of the points; 0 at the last point of
    /// a road and where the direction is not allowed.
    pub forward_s: Vec<f32>,
    /// The same against the direction of the points.
    pub backward_s: Vec<f32>,
    /// What bends multiply a segment's driving time by (1 or more), per point as above.
    ///
    /// This and the next two are empty where they are 1 everywhere.
    pub bend: Vec<f32>,
    /// What the gradient multiplies driving time by in the direction of the points.
    pub grade_forward: Vec<f32>,
    /// What it multiplies by against that direction.
    pub grade_backward: Vec<f32>,
    /// The way of the segment that starts at each point: an index into [`RoadGraph::ways`].
    pub segment_way: Vec<u32>,
    /// Delays, sorted by segment.
    pub delays: Vec<Delay>,
    /// The OSM ways.
    pub ways: Vec<Way>,
    /// Turn restrictions.
    pub restrictions: Vec<Restriction>,
    /// Road classes by name (`motorway`, …, `ferry`).
    pub classes: Vec<String>,
    /// Names and refs of roads; entry 0 is empty.
    pub names: Vec<String>,
}

/// What [`RoadGraph::check`] found broken.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum GraphError {
    /// A road with fewer than two points or with segment times that do not match them.
    #[error("road {road} has {points} points and {times} segment times or ways")]
    Shape {
        /// Position in the input.
        road: usize,
        /// Points given.
        points: usize,
        /// Segment times or ways given.
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

impl RoadGraph {
    /// Builds the graph from junctions, the roads between them and the ways these come from.
    ///
    /// # Errors
    /// [`GraphError`] when a road is malformed or names a missing junction.
    pub fn build(
        positions: Vec<LatLon>,
        osm_nodes: Vec<i64>,
        inputs: &[RoadInput],
        ways: Vec<Way>,
        classes: Vec<String>,
        names: Vec<String>,
    ) -> Result<RoadGraph, GraphError> {
        let mut builder = GraphBuilder::new(positions, osm_nodes, ways, classes, names);
        for input in inputs {
            builder.add(input)?;
        }
        builder.finish()
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

    /// The way a road begins with.
    pub fn first_way(&self, road: usize) -> Way {
        self.ways[self.segment_way[self.roads[road].first_point as usize] as usize]
    }

    /// The other direction of an edge's road, if it is open.
    pub fn twin(&self, edge: EdgeId) -> Option<EdgeId> {
        let road = &self.roads[self.road[edge.index()] as usize];
        let twin = if road.forward == edge.0 { road.backward } else { road.forward };
        (twin != NO_EDGE).then_some(EdgeId(twin))
    }

    /// Whether an edge runs in the direction of its road's points.
    pub fn is_forward(&self, edge: EdgeId) -> bool {
        self.roads[self.road[edge.index()] as usize].forward == edge.0
    }

    /// How many ends of roads meet at each junction (a loop has two).
    pub fn road_ends(&self) -> Vec<u8> {
        let mut ends = vec![0_u8; self.node_count()];
        for road in &self.roads {
            let edge = if road.forward == NO_EDGE { road.backward } else { road.forward };
            if edge != NO_EDGE {
                for node in [self.tail[edge as usize], self.head[edge as usize]] {
                    ends[node as usize] = ends[node as usize].saturating_add(1);
                }
            }
        }
        ends
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
        fits("edge arrays", [self.tail.len(), self.length_m.len(), self.road.len(), self.in_edges.len()] == [m; 4])?;
        fits("row starts", self.first_out[n] as usize == m && self.first_in[n] as usize == m)?;
        fits("rows", self.first_out.windows(2).chain(self.first_in.windows(2)).all(|w| w[0] <= w[1]))?;
        fits("tails", (0..n).all(|v| self.out_edges(NodeId::new(v)).all(|e| self.tail[e] as usize == v)))?;
        fits(
            "heads",
            (0..n).all(|v| self.edges_into(NodeId::new(v)).iter().all(|e| self.head[*e as usize] as usize == v)),
        )?;
        fits(
            "ends of edges",
            self.tail.iter().chain(&self.head).all(|v| (*v as usize) < n)
                && self.in_edges.iter().all(|e| (*e as usize) < m),
        )?;
        fits("roads of edges", self.road.iter().all(|r| (*r as usize) < self.roads.len()))?;
        let edge_fits = |e: u32, r: usize| e == NO_EDGE || ((e as usize) < m && self.road[e as usize] as usize == r);
        fits(
            "edges of roads",
            self.roads.iter().enumerate().all(|(i, r)| {
                edge_fits(r.forward, i) && edge_fits(r.backward, i) && (r.class as usize) < self.classes.len().max(1)
            }),
        )?;
        let p = self.points.len();
        let factors = [&self.bend, &self.grade_forward, &self.grade_backward];
        let seconds = [&self.forward_s, &self.backward_s].into_iter().chain(factors);
        fits(
            "point arrays",
            [&self.forward_s, &self.backward_s].iter().all(|a| a.len() == p)
                && factors.iter().all(|a| a.is_empty() || a.len() == p)
                && [self.along_m.len(), self.segment_way.len()] == [p; 2]
                && self.roads.iter().all(|r| r.first_point + 2 <= r.end_point && r.end_point as usize <= p),
        )?;
        fits("times of segments", seconds.clone().all(|a| a.iter().all(|s| s.is_finite() && *s >= 0.0)))?;
        fits("ways of segments", self.segment_way.iter().all(|w| (*w as usize) < self.ways.len()))?;
        let names = self.names.len();
        fits("names of ways", self.ways.iter().all(|w| (w.name as usize) < names && (w.reference as usize) < names))?;
        fits(
            "delays",
            self.delays.windows(2).all(|d| d[0] <= d[1]) && self.delays.iter().all(|d| (d.segment as usize) < p),
        )?;
        fits(
            "turn restrictions",
            self.restrictions.iter().all(|r| {
                r.edges.len() > 1
                    && r.edges.iter().all(|e| (*e as usize) < m)
                    && r.edges.windows(2).all(|w| self.head[w[0] as usize] == self.tail[w[1] as usize])
            }),
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
            ways: vec![0; points.len() - 1],
            delays: Vec::new(),
            points,
            class: 0,
        };
        let inputs = [
            road(0, 1, vec![a, at(24.001, 102.01), b], true),
            road(1, 2, vec![b, c], false),
            road(2, 0, vec![c, a], false),
        ];
        let way = Way { id: 1, name: 0, reference: 0 };
        RoadGraph::build(vec![a, b, c], vec![1, 2, 3], &inputs, vec![way], vec!["primary".into()], vec![String::new()])
            .unwrap_or_else(|e| panic!("{e}"))
    }

    #[test]
    fn edges_keep_their_road_and_direction() {
        let g = triangle();
        assert_eq!((g.node_count(), g.edge_count(), g.roads.len()), (3, 4, 3));
        let back = EdgeId(g.roads[0].backward);
        assert_eq!(g.backward_s[..3], [150.0, 150.0, 0.0]);
        assert_eq!((g.twin(back), g.is_forward(back)), (Some(EdgeId(g.roads[0].forward)), false));
        assert_eq!(g.road_ends(), [2, 2, 2]);
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
            delays: Vec::new(),
            ways: vec![0],
            class: 0,
        };
        let got = RoadGraph::build(vec![p], vec![1], &[input], vec![], vec![], vec![]);
        assert_eq!(got.err(), Some(GraphError::Node { road: 0, node: 7, nodes: 1 }));
    }
}
