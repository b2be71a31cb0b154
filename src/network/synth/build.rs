//! Draws everything into one network: streets, roads, expressways with their interchanges, village lanes.

use super::chains::{Chain, End, Leg, RING_M};
use super::facts::{Facts, Stop};
use super::lattice::{Lattice, Street};
use super::layout::{Hub, Town, Village};
use super::net::{Label, Net, Way};
use super::paths::Class;
use super::plane::{P2, length, shift_left};
use super::shape::{Bends, is_dry, meander};
use super::terrain::{Terrain, mix, mix_unit};
use crate::random::Stream;
use std::collections::BTreeMap;

/// Half the distance between the middles of the two carriageways, in metres.
const HALF_GAP_M: f64 = 12.5;
/// How far before an interchange's middle the ramps leave, in metres.
const RAMP_M: f64 = 480.0;

/// All that is to be drawn.
pub(super) struct Plan<'a> {
    pub(super) facts: &'a Facts,
    pub(super) terrain: &'a Terrain,
    pub(super) lakes: &'a [Vec<P2>],
    pub(super) towns: &'a [Town],
    pub(super) lattices: &'a [Lattice],
    pub(super) hubs: &'a [Hub],
    pub(super) villages: &'a [Village],
    pub(super) hamlets: &'a [usize],
    pub(super) seed: u64,
}

/// What was drawn.
pub(super) struct Built {
    pub(super) net: Net,
    /// The node in the middle of each town.
    pub(super) seats: Vec<Option<u32>>,
    /// Metres of road that were not part of the whole.
    pub(super) dropped_m: f64,
}

fn way(nodes: Vec<u32>, class: Class, label: u16, oneway: bool) -> Way {
    Way { nodes, class, label, oneway, roundabout: false, maxspeed: None, bridge: false }
}

/// A leg as it arrives at an interchange.
struct Arm {
    leg: usize,
    angle: f64,
    /// First node of the carriageway that leads away.
    away: u32,
    /// Last node of the carriageway that arrives.
    arriving: u32,
    paired: bool,
}

/// Draws the plan.
pub(super) fn draw(plan: &Plan, chains: &[Chain], legs: &[Leg]) -> Built {
    let mut net = Net { nodes: Vec::new(), ways: Vec::new(), labels: vec![Label::default()], signals: Vec::new() };
    for road in &plan.facts.roads {
        net.labels.push(Label {
            name: road.name.clone(),
            name_en: road.name_en.clone(),
            reference: road.reference.clone(),
        });
    }
    let crossings = draw_towns(plan, &mut net);
    let (arms, ring_angles) = draw_expressways(plan, &mut net, chains, legs);
    let rings = draw_rings(plan, &mut net, &arms, &ring_angles, legs);
    let cells = draw_chains(plan, &mut net, chains, &crossings, &rings);
    draw_lanes(plan, &mut net, &cells);
    let seats: Vec<u32> = plan
        .towns
        .iter()
        .enumerate()
        .map(|(i, t)| crossings[t.cluster][plan.lattices[t.cluster].nearest_of(i, t.at)])
        .collect();
    net.join_crossings();
    let heart = plan.towns.iter().position(|t| t.is_seat).unwrap_or(0);
    let (dropped_m, new) = net.keep_whole(seats.get(heart).copied().unwrap_or(0));
    Built { net, seats: seats.into_iter().map(|n| new[n as usize]).collect(), dropped_m }
}

fn draw_towns(plan: &Plan, net: &mut Net) -> Vec<Vec<u32>> {
    let mut all = Vec::new();
    for (cluster, lattice) in plan.lattices.iter().enumerate() {
        let ids: Vec<u32> = lattice.nodes.iter().map(|p| net.node(*p)).collect();
        let lead = plan.towns.iter().find(|t| t.cluster == cluster);
        let main = match lead.map(|t| t.stop) {
            Some(Stop::Township(i)) => {
                let t = &plan.facts.townships[i];
                let en = t.name_en.split(' ').next().unwrap_or_default();
                net.labels.push(Label {
                    name: format!("{}大街", t.name),
                    name_en: format!("{en} Main Street"),
                    reference: String::new(),
                });
                (net.labels.len() - 1) as u16
            }
            _ => 0,
        };
        let mut lines: BTreeMap<(u8, i32), Vec<&Street>> = BTreeMap::new();
        for street in &lattice.streets {
            lines.entry(street.line).or_default().push(street);
        }
        for ((_, line), streets) in lines {
            let backwards = |s: &Street| s.oneway && line.rem_euclid(12) == 3;
            let mut current: Vec<u32> = Vec::new();
            let mut kind: Option<&Street> = None;
            let mut flush = |nodes: &mut Vec<u32>, kind: Option<&Street>| {
                if let (Some(s), true) = (kind, nodes.len() > 1) {
                    if backwards(s) {
                        nodes.reverse();
                    }
                    net.ways.push(way(std::mem::take(nodes), s.class, if s.main { main } else { 0 }, s.oneway));
                }
                nodes.clear();
            };
            for s in streets {
                let (x, y) = if backwards(s) { (s.b, s.a) } else { (s.a, s.b) };
                if current.last() != Some(&ids[x]) {
                    flush(&mut current, kind);
                    current.push(ids[x]);
                }
                current.push(ids[y]);
                kind = Some(s);
            }
            flush(&mut current, kind);
        }
        net.signals.extend(lattice.signals.iter().map(|s| ids[*s]));
        all.push(ids);
    }
    all
}

/// The part of a line between two distances from its start.
fn cut(line: &[P2], from_m: f64, to_m: f64) -> Vec<P2> {
    let mut out = Vec::new();
    let mut walked = 0.0;
    for w in line.windows(2) {
        let d = w[0].distance(w[1]);
        let (a, b) = ((from_m - walked) / d, (to_m - walked) / d);
        if b < 0.0 {
            break;
        }
        if a <= 1.0 {
            if out.is_empty() {
                out.push(w[0].towards(w[1], a.max(0.0)));
            }
            out.push(w[0].towards(w[1], b.min(1.0)));
        }
        walked += d;
    }
    out.dedup_by(|x, y| x.distance(*y) < 0.5);
    out
}

type Angles = Vec<Vec<f64>>;

fn draw_expressways(plan: &Plan, net: &mut Net, chains: &[Chain], legs: &[Leg]) -> (Vec<Vec<Arm>>, Angles) {
    let mut arms: Vec<Vec<Arm>> = plan.hubs.iter().map(|_| Vec::new()).collect();
    let mut angles: Angles = vec![Vec::new(); plan.hubs.len()];
    for chain in chains {
        for end in [chain.from, chain.to] {
            if let End::Ring { hub, angle } = end {
                angles[hub].push(angle);
            }
        }
    }
    for (l, leg) in legs.iter().enumerate() {
        let road = &plan.facts.roads[leg.road];
        let dry = |line: &[P2]| is_dry(plan.terrain, plan.lakes, line);
        let line = meander(&leg.base, leg.base_m * leg.factor, Bends::EXPRESSWAY, mix(plan.seed, l as u64, 51), dry);
        let total = length(&line);
        let ramp = RAMP_M.min(0.3 * total);
        let middle = cut(&line, ramp, total - ramp);
        if middle.len() < 2 {
            continue;
        }
        let label = leg.road as u16 + 1;
        let forward: Vec<u32> = shift_left(&middle, -HALF_GAP_M).into_iter().map(|p| net.node(p)).collect();
        let mut backward: Vec<u32> = shift_left(&middle, HALF_GAP_M).into_iter().map(|p| net.node(p)).collect();
        backward.reverse();
        let ends = [(forward[0], forward[forward.len() - 1]), (backward[0], backward[backward.len() - 1])];
        for nodes in [forward, backward] {
            net.ways.push(Way { maxspeed: road.maxspeed, ..way(nodes, Class::Motorway, label, true) });
        }
        let (first, last) = (middle[0], middle[middle.len() - 1]);
        let arm = |hub: usize, p: P2, away, arriving| Arm {
            leg: l,
            angle: plan.hubs[hub].at.angle_to(p),
            away,
            arriving,
            paired: false,
        };
        arms[leg.from].push(arm(leg.from, first, ends[0].0, ends[1].1));
        arms[leg.to].push(arm(leg.to, last, ends[1].0, ends[0].1));
    }
    for (hub, list) in arms.iter().enumerate() {
        for arm in list {
            angles[hub].extend([arm.angle - SPREAD, arm.angle + SPREAD]);
        }
    }
    (arms, angles)
}

/// Angle on the ring between a ramp and the direction of its expressway, in radians.
const SPREAD: f64 = 0.4;

fn turn(a: f64) -> f64 {
    let t = a % std::f64::consts::TAU;
    if t < 0.0 { t + std::f64::consts::TAU } else { t }
}

/// Nodes of a ring by angle.
pub(super) type Ring = Vec<(f64, u32)>;

fn on_ring(ring: &Ring, angle: f64) -> u32 {
    let a = turn(angle);
    let gap = |b: f64| {
        let d = (a - b).abs();
        d.min(std::f64::consts::TAU - d)
    };
    let mut best = (f64::MAX, 0);
    for (b, node) in ring {
        if gap(*b) < best.0 {
            best = (gap(*b), *node);
        }
    }
    best.1
}

/// A ring under each interchange (traffic goes round it counter-clockwise), its ramps, and the carriageways over it.
fn draw_rings(plan: &Plan, net: &mut Net, arms: &[Vec<Arm>], angles: &Angles, legs: &[Leg]) -> Vec<Ring> {
    let mut rings = Vec::new();
    for (h, hub) in plan.hubs.iter().enumerate() {
        let mut at: Vec<f64> = angles[h].iter().map(|a| turn(*a)).collect();
        at.extend((0..12).map(|k| f64::from(k) * std::f64::consts::TAU / 12.0));
        at.sort_by(f64::total_cmp);
        at.dedup_by(|a, b| *a - *b < 0.04);
        let ring: Ring = at.into_iter().map(|a| (a, net.node(hub.at.polar(a, RING_M)))).collect();
        let mut nodes: Vec<u32> = ring.iter().map(|r| r.1).collect();
        nodes.push(nodes[0]);
        net.ways.push(Way { roundabout: true, ..way(nodes, Class::Primary, 0, true) });
        for arm in &arms[h] {
            let ramp = |net: &mut Net, from: u32, to: u32, side: f64| {
                let (a, b) = (net.nodes[from as usize], net.nodes[to as usize]);
                let m = a.towards(b, 0.5);
                let mid = net.node(m.polar(arm.angle + side * std::f64::consts::FRAC_PI_2, 28.0));
                net.ways.push(way(vec![from, mid, to], Class::MotorwayLink, 0, true));
            };
            ramp(net, arm.arriving, on_ring(&ring, arm.angle + SPREAD), 1.0);
            ramp(net, on_ring(&ring, arm.angle - SPREAD), arm.away, -1.0);
        }
        rings.push(ring);
        draw_through(plan, net, hub, &arms[h], legs);
    }
    rings
}

/// Carriageways that go straight on over an interchange: the same road, else the same road number.
fn draw_through(plan: &Plan, net: &mut Net, hub: &Hub, arms: &[Arm], legs: &[Leg]) {
    let mut paired = vec![false; arms.len()];
    for (i, arm) in arms.iter().enumerate() {
        paired[i] = arm.paired;
    }
    let road = |a: &Arm| legs[a.leg].road;
    for same_road in [true, false] {
        for i in 0..arms.len() {
            for j in i + 1..arms.len() {
                if paired[i] || paired[j] {
                    continue;
                }
                let (a, b) = (&plan.facts.roads[road(&arms[i])], &plan.facts.roads[road(&arms[j])]);
                let match_ =
                    if same_road { a.id == b.id } else { !a.reference.is_empty() && a.reference == b.reference };
                let bend = turn(arms[i].angle - arms[j].angle);
                if !match_ || !(1.4..std::f64::consts::TAU - 1.4).contains(&bend) {
                    continue;
                }
                paired[i] = true;
                paired[j] = true;
                for (x, y) in [(&arms[i], &arms[j]), (&arms[j], &arms[i])] {
                    let (p, q) = (net.nodes[x.arriving as usize], net.nodes[y.away as usize]);
                    let right = p.angle_to(q) - std::f64::consts::FRAC_PI_2;
                    let middle = p.towards(q, 0.5).towards(hub.at, 0.6).polar(right, HALF_GAP_M * 0.4);
                    let over = net.node(middle);
                    let maxspeed = plan.facts.roads[road(x)].maxspeed;
                    let label = road(x) as u16 + 1;
                    let nodes = vec![x.arriving, over, y.away];
                    net.ways.push(Way { maxspeed, bridge: true, ..way(nodes, Class::Motorway, label, true) });
                }
            }
        }
    }
}

fn draw_chains(
    plan: &Plan,
    net: &mut Net,
    chains: &[Chain],
    crossings: &[Vec<u32>],
    rings: &[Ring],
) -> BTreeMap<usize, u32> {
    let mut cells: BTreeMap<usize, u32> = BTreeMap::new();
    for chain in chains {
        let mut end = |net: &mut Net, end: End| match end {
            End::Town { cluster, crossing } => crossings[cluster][crossing],
            End::Ring { hub, angle } => on_ring(&rings[hub], angle),
            End::Cell(cell) => *cells.entry(cell).or_insert_with(|| net.node(plan.terrain.waypoint(cell))),
        };
        let (from, to) = (end(net, chain.from), end(net, chain.to));
        let dry = |line: &[P2]| is_dry(plan.terrain, plan.lakes, line);
        let line = meander(&chain.base, chain.base_m * chain.factor, Bends::ROAD, mix(plan.seed, chain.salt, 52), dry);
        let mut nodes = vec![from];
        nodes.extend(line[1..line.len() - 1].iter().map(|p| net.node(*p)));
        nodes.push(to);
        nodes.dedup();
        if nodes.len() < 2 {
            continue;
        }
        let maxspeed =
            chain.label.checked_sub(1).and_then(|r| plan.facts.roads.get(r as usize)).and_then(|r| r.maxspeed);
        let maxspeed = if chain.class == Class::Primary { maxspeed } else { None };
        net.ways.push(Way { maxspeed, ..way(nodes, chain.class, chain.label, false) });
    }
    cells
}

fn draw_lanes(plan: &Plan, net: &mut Net, cells: &BTreeMap<usize, u32>) {
    let villages = plan.villages.iter().map(|v| (v.cell, 3 + (v.population / 380).min(7) as usize));
    let hamlets = plan.hamlets.iter().map(|cell| (*cell, 2));
    for (cell, lanes) in villages.chain(hamlets) {
        let Some(&centre) = cells.get(&cell) else { continue };
        let p = net.nodes[centre as usize];
        let mut s = Stream::new(plan.seed, "synth lanes", cell as u32);
        let first = s.uniform() * std::f64::consts::TAU;
        let mut ends: Vec<u32> = Vec::new();
        for k in 0..lanes {
            let angle = first + (k as f64 + 0.5 * (s.uniform() - 0.5)) * std::f64::consts::TAU / lanes as f64;
            let metres = 90.0 + 170.0 * s.uniform();
            let bend = angle + 0.7 * (s.uniform() - 0.5);
            let halfway = p.polar(angle, 0.5 * metres);
            let end = halfway.polar(bend, 0.5 * metres);
            if !is_dry(plan.terrain, plan.lakes, &[p, halfway, end]) {
                continue;
            }
            let nodes = vec![centre, net.node(halfway), net.node(end)];
            ends.push(nodes[2]);
            let class = if k < 2 { Class::Unclassified } else { Class::Residential };
            net.ways.push(way(nodes, class, 0, false));
        }
        // Some lanes are joined at their far ends, so that a village has a loop or two.
        for pair in ends.windows(2) {
            let apart = net.nodes[pair[0] as usize].distance(net.nodes[pair[1] as usize]);
            let joined = mix_unit(plan.seed, u64::from(pair[0]), 53) < 0.6 && apart < 330.0;
            let line = [net.nodes[pair[0] as usize], net.nodes[pair[1] as usize]];
            if joined && is_dry(plan.terrain, plan.lakes, &line) {
                net.ways.push(way(pair.to_vec(), Class::Residential, 0, false));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cutting_keeps_the_middle() {
        let line = [P2::new(0.0, 0.0), P2::new(100.0, 0.0), P2::new(300.0, 0.0)];
        let middle = cut(&line, 50.0, 250.0);
        assert_eq!(middle, [P2::new(50.0, 0.0), P2::new(100.0, 0.0), P2::new(250.0, 0.0)]);
    }
}
