//! From ways to segments: one straight piece of road between two neighbouring nodes, with its time in each direction.

use super::read::{Raw, RoadWay};
use crate::geo::{LatLon, distance_m};
use crate::network::graph::{Delay, DelayKind, Way};
use rayon::prelude::*;
use std::ops::Range;

/// Positions and segments handled in one go by a thread.
const CHUNK: usize = 8192;

/// A straight piece of road.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Segment {
    /// Its ends: indices into [`Segments::positions`].
    pub(super) a: u32,
    pub(super) b: u32,
    /// Driving seconds from `a` to `b`, if allowed.
    pub(super) forward_s: Option<f64>,
    /// Driving seconds from `b` to `a`, if allowed.
    pub(super) backward_s: Option<f64>,
    pub(super) length_m: f64,
    /// Index into [`Segments::ways`].
    pub(super) way: u32,
    pub(super) class: u8,
    /// Whether [`Segments::delays`] has something on it.
    pub(super) delayed: bool,
}

/// All segments with the positions they join.
#[derive(Debug, Default)]
pub(super) struct Segments {
    pub(super) list: Vec<Segment>,
    pub(super) positions: Vec<LatLon>,
    /// OSM node of each position.
    pub(super) osm_nodes: Vec<i64>,
    /// Metres above the sea of each position, NaN where not known; empty if nowhere.
    pub(super) elevations: Vec<f32>,
    /// Nodes that stay junctions whatever meets there, sorted.
    pub(super) fixed: Vec<u32>,
    /// What stands at the ends of segments, sorted by segment (a number in `list`).
    pub(super) delays: Vec<Delay>,
    /// The ways, in the order of the file's numbers.
    pub(super) ways: Vec<Way>,
    pub(super) missing_refs: usize,
    pub(super) ways_cut: usize,
    pub(super) ways_lost: usize,
    pub(super) gates: usize,
    pub(super) blocks: usize,
}

/// Cuts ways into segments.
///
/// A way is interrupted where the file lacks a node (nothing is drawn across the gap) and where a barrier blocks it:
/// there each side ends in a node of its own, so that it can be driven up to but not through. The nodes in `fixed`
/// (sorted) will be junctions.
pub(super) fn segments(raw: &Raw, ferry_class: u8, fixed: Vec<u32>) -> Segments {
    let known = raw.ids.len();
    // Nodes the file lacks are never the end of a segment; their position is not looked at.
    let position = |i: usize| raw.at(i as u32).unwrap_or(LatLon::new(0.0, 0.0));
    let mut out = Segments {
        positions: (0..known).into_par_iter().with_min_len(CHUNK).map(position).collect(),
        osm_nodes: raw.ids.clone(),
        elevations: raw.elevations.clone(),
        list: Vec::with_capacity(raw.refs.len().saturating_sub(raw.ways.len())),
        ways: Vec::with_capacity(raw.ways.len()),
        fixed,
        ..Segments::default()
    };
    let mut timed = Vec::new();
    for way in &raw.ways {
        add_way(raw, way, &mut out, &mut timed);
    }
    measure(raw, &mut out, &timed);
    // Nodes of outlines (hospital grounds, lakes) are read too; their barriers are not on a road.
    let mut on_road = vec![false; known];
    raw.refs.iter().for_each(|r| on_road[*r as usize] = true);
    let rules = || raw.rules.iter().filter(|r| on_road[r.0 as usize]);
    out.gates = rules().filter(|r| r.1.gate).count();
    out.blocks = rules().filter(|r| r.1.blocked).count();
    board(&mut out, ferry_class);
    out.delays.sort_unstable();
    for delay in &out.delays {
        out.list[delay.segment as usize].delayed = true;
    }
    out
}

/// Adds the segments of a way, without length and time. `timed` gets those that have a crossing time.
fn add_way(raw: &Raw, way: &RoadWay, out: &mut Segments, timed: &mut Vec<(Range<usize>, f64)>) {
    let refs = &raw.refs[way.refs.clone()];
    let missing = refs.iter().filter(|r| raw.at(**r).is_none()).count();
    let before = out.list.len();
    let way_number = out.ways.len() as u32;
    out.ways.push(Way { id: way.id, name: way.name, reference: way.reference });
    let mut last: Option<u32> = None;
    for pair in refs.windows(2) {
        if raw.at(pair[0]).is_none() || raw.at(pair[1]).is_none() {
            last = None;
            continue;
        }
        if pair[0] == pair[1] {
            continue;
        }
        let (from_rule, to_rule) = (raw.rule(pair[0]), raw.rule(pair[1]));
        let a = match last {
            Some(node) => node,
            None if from_rule.is_some_and(|r| r.blocked) => out.copy(pair[0]),
            None => pair[0],
        };
        let to_blocked = to_rule.is_some_and(|r| r.blocked);
        let b = if to_blocked { out.copy(pair[1]) } else { pair[1] };
        last = (!to_blocked).then_some(b);
        // A delay is paid on coming to the node, whichever way one goes on.
        let segment = out.list.len() as u32;
        for (rule, backward) in [(to_rule, false), (from_rule, true)] {
            let Some(rule) = rule else { continue };
            let kinds = if backward { rule.backward } else { rule.forward };
            out.delays.extend(kinds.iter().map(|kind| Delay { segment, backward, kind }));
        }
        out.list.push(Segment {
            a,
            b,
            forward_s: way.forward_kmh.map(|_| 0.0),
            backward_s: way.backward_kmh.map(|_| 0.0),
            length_m: 0.0,
            way: way_number,
            class: way.class,
            delayed: false,
        });
    }
    out.missing_refs += missing;
    if out.list.len() == before {
        out.ways_lost += 1;
    } else if missing > 0 {
        out.ways_cut += 1;
    }
    // The crossing time holds for the whole line; of a line that was cut the share is not known.
    if let (Some(duration), 0) = (way.duration_s, missing) {
        timed.push((before..out.list.len(), duration));
    }
}

/// Fills in lengths and times.
fn measure(raw: &Raw, out: &mut Segments, timed: &[(Range<usize>, f64)]) {
    let positions = &out.positions;
    out.list.par_iter_mut().with_min_len(CHUNK).for_each(|s| {
        s.length_m = distance_m(positions[s.a as usize], positions[s.b as usize]);
        let way = &raw.ways[s.way as usize];
        let seconds = |kmh: f64| s.length_m * 3.6 / kmh;
        (s.forward_s, s.backward_s) = (way.forward_kmh.map(seconds), way.backward_kmh.map(seconds));
    });
    for (range, duration) in timed {
        let total: f64 = out.list[range.clone()].iter().map(|s| s.length_m).sum();
        if total > 0.0 {
            for s in &mut out.list[range.clone()] {
                let seconds = duration * s.length_m / total;
                s.forward_s = s.forward_s.map(|_| seconds);
                s.backward_s = s.backward_s.map(|_| seconds);
            }
        }
    }
}

/// Adds the boarding delay to ferry segments that start where a road ends.
fn board(out: &mut Segments, ferry_class: u8) {
    if out.list.iter().all(|s| s.class != ferry_class) {
        return;
    }
    let mut on_land = vec![false; out.positions.len()];
    for s in out.list.iter().filter(|s| s.class != ferry_class) {
        on_land[s.a as usize] = true;
        on_land[s.b as usize] = true;
    }
    for (i, s) in out.list.iter().enumerate().filter(|(_, s)| s.class == ferry_class) {
        for (node, backward) in [(s.a, false), (s.b, true)] {
            if on_land[node as usize] {
                out.delays.push(Delay { segment: i as u32, backward, kind: DelayKind::Boarding });
            }
        }
    }
}

impl Segments {
    fn copy(&mut self, node: u32) -> u32 {
        self.positions.push(self.positions[node as usize]);
        self.osm_nodes.push(self.osm_nodes[node as usize]);
        self.elevations.extend(self.elevations.get(node as usize).copied());
        self.positions.len() as u32 - 1
    }

    /// How high a position lies, metres, if the file says so.
    pub(super) fn elevation(&self, node: u32) -> Option<f32> {
        self.elevations.get(node as usize).copied().filter(|e| !e.is_nan())
    }
}
