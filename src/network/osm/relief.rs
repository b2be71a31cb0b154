//! Bends and slopes of the finished roads, where the profile has rules for them.

use super::chains::{Chain, Chains};
use super::read::RoadWay;
use super::segments::Segments;
use crate::geo::LatLon;
use crate::network::features::turn;
use crate::network::graph::{NO_EDGE, RoadGraph};
use crate::network::profile::{CurvatureRule, SpeedProfile};
use crate::network::terrain::{bend_factors, grade_factors};
use rayon::prelude::*;

/// How far beyond its ends a road is looked at for bends, metres: braking from 60 km/h at 1 m/s² takes 139.
const REACH_M: f64 = 150.0;
/// And over how many further roads.
const MOST_ROADS: usize = 12;
/// At a junction of three roads and more, turning by more than this is a turn, not a bend of one road; degrees.
const TURN_DEG: f64 = 60.0;
/// Metres of road whose direction is the road's at its end.
const HEADING_M: f64 = 10.0;
/// Below this no gradient is a gradient: mappers write 0 for "level".
const TOLD_PERCENT: f32 = 0.05;

/// Fills the graph's `bend`, `grade_forward` and `grade_backward`. Its roads are `chains`, in that order; `ways` are
/// those of the segments.
pub(super) fn shape(g: &mut RoadGraph, chains: &Chains, all: &Segments, ways: &[RoadWay], profile: &SpeedProfile) {
    let by_class = |applies: &dyn Fn(&str) -> bool| g.classes.iter().map(|c| applies(c)).collect::<Vec<bool>>();
    let bent = profile.curvature.as_ref().map(|rule| (rule, by_class(&|c| rule.applies_to(c))));
    let has_heights = !all.elevations.is_empty() || ways.iter().any(|w| w.incline.is_some());
    let steep = profile.gradient.as_ref().filter(|_| has_heights).map(|rule| (rule, by_class(&|c| rule.applies_to(c))));
    if let Some((rule, on)) = bent {
        let through = Through::new(g);
        let factors: Vec<Vec<f32>> = (0..g.roads.len() as u32)
            .into_par_iter()
            .map(|r| if on[usize::from(g.roads[r as usize].class)] { bends(g, &through, r, rule) } else { vec![] })
            .collect();
        g.bend = vec![1.0; g.points.len()];
        for (road, factors) in g.roads.iter().zip(&factors) {
            let first = road.first_point as usize;
            g.bend[first..first + factors.len()].copy_from_slice(factors);
        }
    }
    let Some((rule, on)) = steep else { return };
    let factors: Vec<_> = chains
        .list
        .par_iter()
        .enumerate()
        .map(|(r, chain)| {
            let road = &g.roads[r];
            if !on[usize::from(road.class)] {
                return Default::default();
            }
            let along: Vec<f64> =
                (road.first_point..road.end_point).map(|p| f64::from(g.along_m[p as usize])).collect();
            grade_factors(&along, &heights(chain, chains, all), &inclines(chain, chains, all, ways), rule)
        })
        .collect();
    g.grade_forward = vec![1.0; g.points.len()];
    g.grade_backward = vec![1.0; g.points.len()];
    for (road, factors) in g.roads.iter().zip(&factors) {
        let first = road.first_point as usize;
        g.grade_forward[first..first + factors.forward.len()].copy_from_slice(&factors.forward);
        g.grade_backward[first..first + factors.backward.len()].copy_from_slice(&factors.backward);
    }
}

/// The bends of a road, seen together with the roads before and behind that it is one line with: junctions with side
/// roads lie on bends, too, and the next bend is braked for before the junction.
fn bends(g: &RoadGraph, through: &Through, road: u32, rule: &CurvatureRule) -> Vec<f32> {
    let own = g.shape(road as usize);
    let (mut points, mut kmh) = through.onward(g, road, false);
    points.reverse();
    kmh.reverse();
    let first = points.len();
    points.extend_from_slice(own);
    kmh.extend(speeds(g, road as usize));
    let (after, after_kmh) = through.onward(g, road, true);
    points.extend(after);
    kmh.extend(after_kmh);
    let factors = bend_factors(&points, &kmh, rule);
    factors[first..first + own.len() - 1].to_vec()
}

/// Which road goes on where another ends.
struct Through {
    /// For each road the one that goes on before its first point and behind its last: twice its number, plus one if it
    /// is met at its last point; [`NO_EDGE`] for none.
    next: Vec<[u32; 2]>,
}

impl Through {
    fn new(g: &RoadGraph) -> Through {
        // (junction, road, whether with its last point), sorted.
        let mut ends: Vec<(u32, u32, bool)> = Vec::with_capacity(2 * g.roads.len());
        for (r, road) in g.roads.iter().enumerate() {
            let (from, to) = match (road.forward, road.backward) {
                (NO_EDGE, back) => (g.head[back as usize], g.tail[back as usize]),
                (edge, _) => (g.tail[edge as usize], g.head[edge as usize]),
            };
            ends.extend([(from, r as u32, false), (to, r as u32, true)]);
        }
        ends.sort_unstable();
        let mut next = vec![[NO_EDGE; 2]; g.roads.len()];
        for meeting in ends.chunk_by(|a, b| a.0 == b.0) {
            for &(_, road, at_end) in meeting {
                let class = g.roads[road as usize].class;
                let others = meeting.iter().filter(|o| (o.1, o.2) != (road, at_end));
                let alike = others.filter(|o| g.roads[o.1 as usize].class == class || meeting.len() == 2);
                // Where two roads meet one goes on as the other, however it turns; elsewhere a sharp turn is a turn.
                let most = if meeting.len() == 2 { 180.0 } else { TURN_DEG };
                let name = g.first_way(road as usize).name;
                let alike: Vec<_> = alike.collect();
                let turned = |o: &(u32, u32, bool)| match (alike.len(), meeting.len()) {
                    (1, 2) => 0.0,
                    _ => turned_deg(g, (road, at_end), (o.1, o.2)),
                };
                let best = alike
                    .iter()
                    .map(|o| (g.first_way(o.1 as usize).name != name, turned(o), *o))
                    .filter(|(_, turned, _)| *turned <= most)
                    .min_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)).then(a.2.cmp(b.2)));
                if let Some((_, _, other)) = best {
                    next[road as usize][usize::from(at_end)] = 2 * other.1 + u32::from(other.2);
                }
            }
        }
        Through { next }
    }

    /// Points and speeds beyond one end of a road, nearest first, as far as braking reaches.
    fn onward(&self, g: &RoadGraph, road: u32, at_end: bool) -> (Vec<LatLon>, Vec<f64>) {
        let (mut points, mut kmh) = (Vec::new(), Vec::new());
        let (mut at, mut reach) = (self.next[road as usize][usize::from(at_end)], REACH_M);
        for _ in 0..MOST_ROADS {
            if at == NO_EDGE || at / 2 == road || reach <= 0.0 {
                break;
            }
            let (other, from_last) = (at / 2, at % 2 == 1);
            let shape = g.shape(other as usize);
            let speeds = speeds(g, other as usize);
            let order = |i: usize| if from_last { speeds.len() - 1 - i } else { i };
            for i in 0..speeds.len() {
                if reach <= 0.0 {
                    break;
                }
                let s = order(i);
                points.push(shape[if from_last { s } else { s + 1 }]);
                kmh.push(speeds[s]);
                let first = g.roads[other as usize].first_point as usize;
                reach -= f64::from(g.along_m[first + s + 1] - g.along_m[first + s]);
            }
            at = self.next[other as usize][usize::from(!from_last)];
        }
        (points, kmh)
    }
}

/// By how many degrees one turns coming out of an end of a road into an end of another.
fn turned_deg(g: &RoadGraph, from: (u32, bool), to: (u32, bool)) -> f64 {
    // The direction away from the junction, over the first metres of the road.
    let away = |(road, at_end): (u32, bool)| {
        let shape = g.shape(road as usize);
        let first = g.roads[road as usize].first_point as usize;
        let along = &g.along_m[first..first + shape.len()];
        let last = shape.len() - 1;
        let (end, other) = if at_end {
            (last, along.iter().rposition(|m| f64::from(along[last] - m) >= HEADING_M).unwrap_or(0))
        } else {
            (0, along.iter().position(|m| f64::from(*m) >= HEADING_M).unwrap_or(last))
        };
        let (end, other) = (shape[end], shape[other]);
        let east = turn(other.lon - end.lon) * libm::cos(end.lat.to_radians());
        libm::atan2(east, other.lat - end.lat).to_degrees()
    };
    let between = (away(to) - away(from)).rem_euclid(360.0);
    180.0 - between.min(360.0 - between)
}

/// Speed of each segment of a road, km/h; of the direction of its points where both are open.
fn speeds(g: &RoadGraph, road: usize) -> Vec<f64> {
    let r = &g.roads[road];
    let seconds = if r.forward == NO_EDGE { &g.backward_s } else { &g.forward_s };
    (r.first_point as usize..r.end_point as usize - 1)
        .map(|p| f64::from(g.along_m[p + 1] - g.along_m[p]) * 3.6 / f64::from(seconds[p]))
        .collect()
}

fn heights(chain: &Chain, chains: &Chains, all: &Segments) -> Vec<Option<f32>> {
    let height = |node: u32| all.elevation(node);
    let ends = chains.segments(chain).map(|(i, reversed)| {
        let s = &all.list[i as usize];
        height(if reversed { s.a } else { s.b })
    });
    std::iter::once(height(chain.from)).chain(ends).collect()
}

fn inclines(chain: &Chain, chains: &Chains, all: &Segments, ways: &[RoadWay]) -> Vec<Option<f32>> {
    let of = |(i, reversed): (u32, bool)| {
        let told = ways.get(all.list[i as usize].way as usize)?.incline?;
        (told.abs() >= TOLD_PERCENT).then_some(if reversed { -told } else { told })
    };
    chains.segments(chain).map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geo::{distance_m, offset};
    use crate::ids::NodeId;
    use crate::network::graph::{RoadInput, Way};

    const RULE: CurvatureRule =
        CurvatureRule { lateral_ms2: 2.0, longitudinal_ms2: 1.0, floor_kmh: 10.0, classes: Vec::new() };

    /// Points on half a circle of 40 m.
    fn arc() -> Vec<LatLon> {
        let at = |i: usize| std::f64::consts::PI * i as f64 / 24.0;
        let centre = LatLon::new(24.0, 102.0);
        (0..=24).map(|i| offset(centre, 40.0 * libm::sin(at(i)), -40.0 * libm::cos(at(i)))).collect()
    }

    fn road(from: u32, to: u32, points: Vec<LatLon>, class: u8) -> RoadInput {
        let lengths: Vec<f64> = points.windows(2).map(|p| distance_m(p[0], p[1])).collect();
        let seconds: Vec<f64> = lengths.iter().map(|m| m * 3.6 / 60.0).collect();
        let ways = vec![0; seconds.len()];
        let (from, to, forward_s, backward_s) = (NodeId(from), NodeId(to), Some(seconds.clone()), Some(seconds));
        RoadInput { from, to, points, forward_s, backward_s, delays: vec![], ways, class }
    }

    fn graph(junctions: Vec<LatLon>, roads: &[RoadInput]) -> RoadGraph {
        let nodes = (0..junctions.len() as i64).collect();
        let way = Way { id: 1, name: 0, reference: 0 };
        let classes = vec!["primary".to_string(), "track".to_string()];
        RoadGraph::build(junctions, nodes, roads, vec![way], classes, vec![String::new()]).unwrap()
    }

    fn all_bends(g: &RoadGraph) -> Vec<f32> {
        let through = Through::new(g);
        (0..g.roads.len() as u32).flat_map(|r| bends(g, &through, r, &RULE)).collect()
    }

    #[test]
    fn side_roads_do_not_cut_bends_in_two() {
        let arc = arc();
        let whole = all_bends(&graph(vec![arc[0], arc[24]], &[road(0, 1, arc.clone(), 0)]));
        // The second half drawn the other way round, and a track that goes straight on where they meet.
        let back: Vec<LatLon> = arc[12..].iter().rev().copied().collect();
        let track = vec![arc[12], offset(arc[12], 0.0, 200.0)];
        let junctions = vec![arc[0], arc[12], arc[24], track[1]];
        let roads = [road(0, 1, arc[..=12].to_vec(), 0), road(2, 1, back, 0), road(1, 3, track, 1)];
        let mut halves = all_bends(&graph(junctions.clone(), &roads));
        assert_eq!(halves.pop(), Some(1.0), "nothing is known of what the track turns into");
        halves[12..].reverse();
        assert!(whole.iter().zip(&halves).all(|(a, b)| (a - b).abs() < 0.02), "{whole:?}\n{halves:?}");
        assert!(halves[11] > 1.5 && halves[12] > 1.5);
        // A road of another class ends there: what it turns into is a turn.
        let other = [road(0, 1, arc[..=12].to_vec(), 1), roads[1].clone(), road(1, 3, vec![arc[12], junctions[3]], 1)];
        let cut = all_bends(&graph(junctions, &other));
        assert!(cut[11] < halves[11], "{cut:?}");
    }

    #[test]
    fn a_ring_goes_on_as_itself_without_end() {
        let mut ring = arc();
        let rest: Vec<LatLon> = ring.iter().rev().skip(1).map(|p| LatLon::new(p.lat, 204.0 - p.lon)).collect();
        ring.extend(rest);
        let g = graph(vec![ring[0]], &[road(0, 0, ring.clone(), 0)]);
        let got = all_bends(&g);
        assert!(got.len() == 48 && got.iter().all(|f| f.is_finite()) && got[24] > 1.5, "{got:?}");
    }
}
