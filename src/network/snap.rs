//! From a place to the nearest point on a road.
//!
//! A place is snapped on its own: the answer does not depend on which other places there are. Only the main strongly
//! connected part is in a [`RoadGraph`], so a snapped place can always be reached and left. Distances are measured in
//! space (points of the earth's sphere joined by chords of at most 2 km), so neither the antimeridian nor the
//! poles are special.

use super::graph::RoadGraph;
use super::profile::FERRY;
use crate::geo::{EARTH_RADIUS_M, LatLon, distance_m};
use rstar::{AABB, PointDistance, RTree, RTreeObject};
use serde::{Deserialize, Serialize};

/// Longest chord in the index, metres; it runs at most 8 cm below the sphere.
const PIECE_M: f64 = 2_000.0;
/// Roads this much farther than the nearest count as equally near, metres; the first road of these is taken, so that
/// rounding does not choose between two roads through the same point.
const TIE_M: f64 = 0.001;

/// Which roads a place is not snapped to while another is near.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SnapRule {
    /// Classes of roads that cannot be entered from beside them.
    pub avoid: Vec<String>,
    /// How much farther away, in metres, another road may be to be taken instead.
    pub avoid_extra_m: f64,
}

impl Default for SnapRule {
    /// Motorways, their ramps, ramps of trunk roads, and ferries; 2 km.
    fn default() -> SnapRule {
        let avoid = ["motorway", "motorway_link", "trunk_link", FERRY].map(str::to_string).to_vec();
        SnapRule { avoid, avoid_extra_m: 2_000.0 }
    }
}

/// A point on a road. Its travel times to the road's ends depend on the metric: [`Metric::on_road`](super::Metric::on_road).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct RoadPosition {
    /// The road's position in [`RoadGraph::roads`].
    pub road: u32,
    /// The segment, by its first point.
    pub segment: u32,
    /// How far along the segment, 0 to 1, in the direction of the points.
    pub share: f64,
    /// The point on the road.
    pub at: LatLon,
    /// Metres from the place to the point.
    pub distance_m: f64,
    /// Metres along the road from its first point.
    pub along_m: f32,
}

/// A piece of a road in space: from share `from` to share `to` of the segment that starts at point `point`.
#[derive(Clone, Copy, Debug)]
struct Piece {
    a: [f64; 3],
    b: [f64; 3],
    road: u32,
    point: u32,
    from: f32,
    to: f32,
}

impl Piece {
    /// The share of the piece at which it is nearest to a point in space.
    fn nearest_share(&self, p: &[f64; 3]) -> f64 {
        let d: [f64; 3] = std::array::from_fn(|i| self.b[i] - self.a[i]);
        let along: f64 = (0..3).map(|i| d[i] * (p[i] - self.a[i])).sum();
        let length_2: f64 = d.iter().map(|x| x * x).sum();
        if length_2 > 0.0 { (along / length_2).clamp(0.0, 1.0) } else { 0.0 }
    }
}

impl RTreeObject for Piece {
    type Envelope = AABB<[f64; 3]>;
    fn envelope(&self) -> Self::Envelope {
        AABB::from_corners(self.a, self.b)
    }
}

impl PointDistance for Piece {
    fn distance_2(&self, p: &[f64; 3]) -> f64 {
        let share = self.nearest_share(p);
        (0..3).map(|i| self.a[i] + share * (self.b[i] - self.a[i]) - p[i]).map(|d| d * d).sum()
    }
}

/// Metres from the centre of the earth.
fn in_space(p: LatLon) -> [f64; 3] {
    let (lat, lon) = (p.lat.to_radians(), p.lon.to_radians());
    let ring = EARTH_RADIUS_M * libm::cos(lat);
    [ring * libm::cos(lon), ring * libm::sin(lon), EARTH_RADIUS_M * libm::sin(lat)]
}

/// An index of all road segments of a graph.
pub struct Snapper {
    tree: RTree<Piece>,
    avoided: Vec<bool>,
    avoid_extra_m: f64,
}

impl Snapper {
    /// An index with the default [`SnapRule`].
    pub fn new(graph: &RoadGraph) -> Snapper {
        Snapper::with_rule(graph, &SnapRule::default())
    }

    /// An index with the rule of a profile.
    pub fn with_rule(graph: &RoadGraph, rule: &SnapRule) -> Snapper {
        let mut pieces = Vec::with_capacity(graph.points.len());
        for (road, r) in graph.roads.iter().enumerate() {
            for point in r.first_point..r.end_point - 1 {
                let (p, q) = (graph.points[point as usize], graph.points[point as usize + 1]);
                let parts = (distance_m(p, q) / PIECE_M).ceil().clamp(1.0, 10_000.0) as u32;
                for part in 0..parts {
                    let share = |k: u32| f64::from(k) / f64::from(parts);
                    let (from, to) = (share(part), share(part + 1));
                    let (a, b) = (in_space(p.towards(q, from)), in_space(p.towards(q, to)));
                    pieces.push(Piece { a, b, road: road as u32, point, from: from as f32, to: to as f32 });
                }
            }
        }
        let avoided = graph.classes.iter().map(|c| rule.avoid.contains(c)).collect();
        Snapper { tree: RTree::bulk_load(pieces), avoided, avoid_extra_m: rule.avoid_extra_m }
    }

    /// The point of the roads nearest to a place; `None` only if the graph has no roads or the place is not on earth.
    ///
    /// Roads of the classes to be avoided are taken only if no other is within [`SnapRule::avoid_extra_m`] more.
    pub fn snap(&self, graph: &RoadGraph, at: LatLon) -> Option<RoadPosition> {
        if !at.is_valid() {
            return None;
        }
        let centre = in_space(at);
        let mut nearest: Option<(f64, Piece)> = None;
        let mut chosen: Option<(f64, Piece)> = None;
        for piece in self.tree.nearest_neighbor_iter(centre) {
            let distance = libm::sqrt(piece.distance_2(&centre));
            let limit = match (&chosen, &nearest) {
                (Some((found, _)), _) => found + TIE_M,
                (None, Some((found, _))) => found + self.avoid_extra_m.max(TIE_M),
                (None, None) => f64::INFINITY,
            };
            if distance > limit {
                break;
            }
            let class = usize::from(graph.roads[piece.road as usize].class);
            keep_first(&mut nearest, distance, piece);
            if !self.avoided.get(class).copied().unwrap_or(false) {
                keep_first(&mut chosen, distance, piece);
            }
        }
        let (_, piece) = chosen.or(nearest)?;
        Some(position(graph, &piece, at, &centre))
    }
}

/// Of the pieces that are equally near, keeps the first by road and point. Pieces come in order of distance.
fn keep_first(slot: &mut Option<(f64, Piece)>, distance: f64, piece: &Piece) {
    match slot {
        None => *slot = Some((distance, *piece)),
        Some((found, kept)) => {
            if distance <= *found + TIE_M && (piece.road, piece.point) < (kept.road, kept.point) {
                *kept = *piece;
            }
        }
    }
}

fn position(graph: &RoadGraph, piece: &Piece, place: LatLon, centre: &[f64; 3]) -> RoadPosition {
    let share_of_piece = piece.nearest_share(centre);
    let share = f64::from(piece.from) + share_of_piece * (f64::from(piece.to) - f64::from(piece.from));
    let (i, j) = (piece.point as usize, piece.point as usize + 1);
    let at = graph.points[i].towards(graph.points[j], share);
    let along_m = graph.along_m[i] + (share * f64::from(graph.along_m[j] - graph.along_m[i])) as f32;
    let distance_m = distance_m(place, at);
    RoadPosition { road: piece.road, segment: piece.point, share, at, distance_m, along_m }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::NodeId;
    use crate::network::graph::{RoadInput, Way};
    use crate::random::Stream;

    /// Class, (latitude, longitude) of the points, whether two-way.
    type Line<'a> = (&'a str, &'a [(f64, f64)], bool);

    fn graph(roads: &[Line]) -> RoadGraph {
        let classes: Vec<String> = ["residential", "motorway"].map(str::to_string).to_vec();
        let (mut positions, mut inputs) = (Vec::new(), Vec::new());
        for (class, points, both) in roads {
            let points: Vec<LatLon> = points.iter().map(|p| LatLon::new(p.0, p.1)).collect();
            let from = NodeId::new(positions.len());
            positions.extend([points[0], points[points.len() - 1]]);
            inputs.push(RoadInput {
                from,
                to: NodeId::new(positions.len() - 1),
                forward_s: Some(vec![100.0; points.len() - 1]),
                backward_s: both.then(|| vec![200.0; points.len() - 1]),
                delays: Vec::new(),
                ways: vec![0; points.len() - 1],
                points,
                class: classes.iter().position(|c| c == class).unwrap() as u8,
            });
        }
        let n = positions.len();
        let way = Way { id: 1, name: 0, reference: 0 };
        RoadGraph::build(positions, vec![0; n], &inputs, vec![way], classes, vec![String::new()]).unwrap()
    }

    #[test]
    fn the_point_is_on_its_segment() {
        let g = graph(&[("residential", &[(24.0, 102.0), (24.0, 102.02), (24.0, 102.04)], true)]);
        let p = Snapper::new(&g).snap(&g, LatLon::new(24.01, 102.03)).unwrap();
        assert!((p.distance_m - 1112.0).abs() < 1.0, "{}", p.distance_m);
        assert_eq!((p.road, p.segment), (0, 1));
        assert!((p.share - 0.5).abs() < 1e-3, "{}", p.share);
        let p = Snapper::new(&g).snap(&g, LatLon::new(24.0, 101.0)).unwrap();
        assert_eq!((p.segment, p.share), (0, 0.0));
    }

    #[test]
    fn both_sides_of_the_antimeridian_find_the_road_across_it() {
        let g = graph(&[("residential", &[(-17.0, 179.9), (-17.0, -179.9)], true)]);
        let snapper = Snapper::new(&g);
        for lon in [179.95, -179.95, 180.0, -180.0] {
            let p = snapper.snap(&g, LatLon::new(-17.01, lon)).unwrap();
            assert!(p.distance_m < 1115.0, "{lon}: {p:?}");
            assert!(p.at.is_valid());
        }
    }

    #[test]
    fn motorways_are_avoided_while_another_road_is_near() {
        let motorway = ("motorway", &[(24.0, 102.0), (24.0, 102.1)][..], false);
        let near = graph(&[motorway, ("residential", &[(24.012, 102.0), (24.012, 102.1)], true)]);
        let far = graph(&[motorway, ("residential", &[(24.1, 102.0), (24.1, 102.1)], true)]);
        let place = LatLon::new(24.001, 102.05);
        assert_eq!(Snapper::new(&near).snap(&near, place).map(|p| p.road), Some(1));
        assert_eq!(Snapper::new(&far).snap(&far, place).map(|p| p.road), Some(0));
        let indifferent = SnapRule { avoid: vec![], avoid_extra_m: 0.0 };
        assert_eq!(Snapper::with_rule(&near, &indifferent).snap(&near, place).map(|p| p.road), Some(0));
    }

    #[test]
    fn zero_length_roads_and_strange_places_do_no_harm() {
        let g = graph(&[("residential", &[(24.0, 102.0), (24.0, 102.0)], true)]);
        let snapper = Snapper::new(&g);
        assert_eq!(snapper.snap(&g, LatLon::new(f64::NAN, 0.0)), None);
        assert!(snapper.snap(&g, LatLon::new(24.0, 102.0)).unwrap().distance_m < 1e-6);
    }

    #[test]
    fn the_index_finds_what_looking_at_every_segment_finds() {
        let mut random = Stream::new(7, "snap test", 0);
        let mut coordinate = |low: f64, width: f64| low + width * random.uniform();
        let lines: Vec<Vec<(f64, f64)>> =
            (0..60).map(|_| (0..4).map(|_| (coordinate(24.0, 0.2), coordinate(102.0, 0.2))).collect()).collect();
        let roads: Vec<Line> = lines.iter().map(|l| ("residential", l.as_slice(), true)).collect();
        let g = graph(&roads);
        let snapper = Snapper::new(&g);
        for _ in 0..200 {
            let place = LatLon::new(coordinate(23.95, 0.3), coordinate(101.95, 0.3));
            let got = snapper.snap(&g, place).unwrap().distance_m;
            let mut best = f64::INFINITY;
            for r in &g.roads {
                for i in r.first_point as usize..r.end_point as usize - 1 {
                    for step in 0..=2000 {
                        let p = g.points[i].towards(g.points[i + 1], f64::from(step) / 2000.0);
                        best = best.min(distance_m(place, p));
                    }
                }
            }
            // Steps of up to 15 m on the brute-force side.
            assert!((got - best).abs() < 8.0, "{place:?}: {got} against {best}");
        }
    }
}
