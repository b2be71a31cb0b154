//! From ways to segments: one straight piece of road between two neighbouring nodes, with its time in each direction.

use super::read::{Drive, MISSING, Raw, RoadWay, degrees};
use crate::geo::{LatLon, distance_m};
use crate::network::graph::{Delay, DelayKind, Way};
use rayon::prelude::*;

/// Positions and segments handled in one go by a thread.
const CHUNK: usize = 8192;

/// A straight piece of road.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Segment {
    /// Its ends: indices into [`Segments::positions`].
    pub(super) a: u32,
    pub(super) b: u32,
    /// Index into [`Segments::ways`].
    pub(super) way: u32,
    pub(super) class: u8,
    /// Whether it is open from `a` to `b`, and from `b` to `a`.
    pub(super) open: (bool, bool),
    /// Whether [`Segments::delays`] has something on it.
    pub(super) delayed: bool,
}

/// How long driving takes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Pace {
    /// By speed, km/h, along the way and against it (0 where not allowed).
    Speed(f64, f64),
    /// Seconds for the whole way, and its metres.
    Whole(f64, f64),
}

impl Pace {
    /// Driving seconds.
    pub(super) fn seconds(self, length_m: f64, backward: bool) -> f64 {
        match self {
            Pace::Speed(forward, back) => length_m * 3.6 / if backward { back } else { forward },
            Pace::Whole(duration_s, total_m) => duration_s * length_m / total_m,
        }
    }
}

/// All segments with the positions they join.
#[derive(Debug, Default)]
pub(super) struct Segments {
    pub(super) list: Vec<Segment>,
    /// Metres of each segment.
    pub(super) lengths_m: Vec<f64>,
    /// Degrees × 10⁷.
    pub(super) positions: Vec<[i32; 2]>,
    /// How each way is driven: an index into `paces`.
    pub(super) pace_of: Vec<u32>,
    pub(super) paces: Vec<Pace>,
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
///
/// Takes the tables of nodes over from `raw`: they are large.
pub(super) fn segments(raw: &mut Raw, ferry_class: u8, fixed: Vec<u32>) -> Segments {
    let mut out = Segments {
        positions: std::mem::take(&mut raw.coordinates),
        osm_nodes: std::mem::take(&mut raw.ids),
        elevations: std::mem::take(&mut raw.elevations),
        list: Vec::with_capacity(raw.refs.len().saturating_sub(raw.ways.len())),
        ways: Vec::with_capacity(raw.ways.len()),
        pace_of: Vec::with_capacity(raw.ways.len()),
        fixed,
        ..Segments::default()
    };
    let known = out.positions.len();
    let kmh = |speed: Option<f64>| speed.unwrap_or(0.0);
    out.paces = raw.routes.iter().map(|r| Pace::Speed(kmh(r.forward_kmh), kmh(r.backward_kmh))).collect();
    let mut timed = Vec::new();
    for way in &raw.ways {
        add_way(raw, way, &mut out, &mut timed);
    }
    let positions = &out.positions;
    let length = |s: &Segment| distance_m(degrees(positions[s.a as usize]), degrees(positions[s.b as usize]));
    out.lengths_m = out.list.par_iter().with_min_len(CHUNK).map(length).collect();
    for (way, first, duration) in timed {
        let own = out.list[first..].iter().take_while(|s| s.way == way).count();
        let total: f64 = out.lengths_m[first..first + own].iter().sum();
        if total > 0.0 {
            out.pace_of[way as usize] = out.paces.len() as u32;
            out.paces.push(Pace::Whole(duration, total));
        }
    }
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

/// Adds the segments of a way. `timed` gets its number and first segment if it has a crossing time.
fn add_way(raw: &Raw, way: &RoadWay, out: &mut Segments, timed: &mut Vec<(u32, usize, f64)>) {
    let refs = raw.refs(way);
    let Drive { class, forward_kmh, backward_kmh, duration_s } = raw.routes[way.route as usize];
    let is_missing = |out: &Segments, node: u32| out.positions[node as usize] == MISSING;
    let missing = refs.iter().filter(|r| is_missing(out, **r)).count();
    let before = out.list.len();
    let way_number = out.ways.len() as u32;
    out.pace_of.push(way.route);
    out.ways.push(Way { id: way.id, name: way.name, reference: way.reference });
    let mut last: Option<u32> = None;
    for pair in refs.windows(2) {
        if missing > 0 && (is_missing(out, pair[0]) || is_missing(out, pair[1])) {
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
            way: way_number,
            class,
            open: (forward_kmh.is_some(), backward_kmh.is_some()),
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
    if let (Some(duration), 0) = (duration_s, missing) {
        timed.push((way_number, before, duration));
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
    /// Where a position is.
    #[inline]
    pub(super) fn at(&self, position: u32) -> LatLon {
        degrees(self.positions[position as usize])
    }

    /// Driving seconds of a segment from `a` to `b`, or back.
    #[inline]
    pub(super) fn seconds(&self, segment: u32, backward: bool) -> f64 {
        let pace = self.paces[self.pace_of[self.list[segment as usize].way as usize] as usize];
        pace.seconds(self.lengths_m[segment as usize], backward)
    }

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
