//! Small cities made at random: two kinds of them, against the reference replay.
//!
//! In *tied* cities every time is a multiple of 1/1024 day, which is exact in `f64` and in microseconds, and few different values
//! occur: many events fall on the same moment, and many ways take the same time. *Loose* cities have any numbers, several travel
//! modes with their own speeds off the road, and travel sets that change over the day.

use super::plain::Plain;
use super::reference::{Replay, Router};
use crate::jemss::city::{Arc, Call, City, Node, Priority, Spot};
use crate::jemss::{NodeScratch, NodeWays, replay};
use crate::random::Stream;

/// One unit of time in tied cities.
const TICK: f64 = 1.0 / 1024.0;

struct Maker {
    s: Stream,
    tied: bool,
}

impl Maker {
    fn days(&mut self, most: usize) -> f64 {
        match self.tied {
            true => (1 + self.s.below(most)) as f64 * TICK,
            false => (0.05 + self.s.uniform() * most as f64) * TICK,
        }
    }

    /// A place a little way from a node with off-road access, nearer to it than to any other.
    fn spot(&mut self, nodes: &[Node]) -> Spot {
        let open: Vec<&Node> = nodes.iter().filter(|n| n.access).collect();
        let node = open[self.s.below(open.len())];
        let away = match self.tied {
            true => (1 + self.s.below(3)) as f64 / 4.0,
            false => self.s.uniform() * 3.0,
        };
        Spot { x: node.x, y: node.y + away, name: String::new() }
    }
}

fn city(seed: u64, tied: bool) -> City {
    let mut m = Maker { s: Stream::new(seed, "city", 0), tied };
    let n = 4 + m.s.below(30);
    let width = 1 + m.s.below(6);
    let mut nodes: Vec<Node> = (0..n)
        .map(|i| Node { x: (i % width) as f64 * 16.0, y: (i / width) as f64 * 16.0, access: m.s.below(4) > 0 })
        .collect();
    nodes[0].access = true;
    let mut pairs: Vec<(usize, usize)> = Vec::new();
    let mut add = |a: usize, b: usize| {
        if a != b && !pairs.contains(&(a, b)) {
            pairs.push((a, b));
        }
    };
    // A ring (one way, or both) and some further roads: there is a way from every node to every other.
    let both = m.s.below(2) == 0;
    for i in 0..n {
        add(i, (i + 1) % n);
        if both || n == 2 {
            add((i + 1) % n, i);
        }
    }
    for _ in 0..m.s.below(n + 1) {
        let (a, b) = (m.s.below(n), m.s.below(n));
        add(a, b);
        if m.s.below(3) > 0 {
            add(b, a);
        }
    }
    let arcs: Vec<Arc> = pairs.iter().map(|(a, b)| Arc { from: *a as u32, to: *b as u32, km: 1.0 }).collect();
    let modes = 1 + m.s.below(3);
    let most = 1 + m.s.below(8);
    let arc_days = (0..modes).map(|_| arcs.iter().map(|_| m.days(most)).collect()).collect();
    let off_road_speed = (0..modes).map(|_| if tied { 256.0 } else { 200.0 + 800.0 * m.s.uniform() }).collect();
    let count = 1 + m.s.below(4);
    let names = ["highPriority", "medPriority", "lowPriority", "leastPriority"];
    let priorities: Vec<Priority> = (0..4.min(count.max(3)))
        .map(|i| Priority {
            name: names[i].into(),
            target: Some(0.005),
            travels_as: if tied { i } else { m.s.below(3) },
        })
        .collect();
    let sets = 1 + m.s.below(if tied { 1 } else { 3 });
    let lookup = (0..sets).map(|_| priorities.iter().map(|_| m.s.below(modes)).collect()).collect();
    let mut set_times = vec![(0.0, 0)];
    for k in 1..sets * 3 {
        set_times.push((k as f64 * 0.02 + 0.01 * m.s.uniform(), m.s.below(sets)));
    }
    let mut redispatch = Vec::new();
    for a in 1..priorities.len() {
        for b in 0..a {
            if m.s.below(3) > 0 {
                redispatch.push((a, b));
            }
        }
    }
    let stations: Vec<Spot> = (0..1 + m.s.below(3)).map(|_| m.spot(&nodes)).collect();
    let hospitals: Vec<Spot> = (0..1 + m.s.below(3)).map(|_| m.spot(&nodes)).collect();
    let ambulances = (0..1 + m.s.below(5)).map(|_| m.s.below(stations.len())).collect();
    let mut arrival = 0.0;
    let calls = (0..120)
        .map(|_| {
            arrival += if tied { m.s.below(4) as f64 * TICK } else { m.s.uniform() * 4.0 * TICK };
            let place = m.spot(&nodes);
            let transport = m.s.below(3) > 0;
            Call {
                priority: m.s.below(count.min(priorities.len())),
                x: place.x,
                y: place.y,
                arrival,
                dispatch_delay: m.days(3),
                on_scene: m.days(5),
                transport,
                hospital: (m.s.below(4) == 0).then(|| m.s.below(hospitals.len())),
                handover: if transport { m.days(5) } else { 0.0 },
            }
        })
        .collect();
    City {
        folder: "made".into(),
        scale: [1.0, 1.0],
        nodes,
        arcs,
        arc_days,
        off_road_speed,
        sets: lookup,
        set_times,
        low: 2,
        priorities,
        stations,
        hospitals,
        ambulances,
        redispatch,
        start: 0.0,
        calls,
    }
}

/// Routes as [`NodeWays`] chooses them among equals, listed node by node.
struct Listed<'a> {
    ways: &'a NodeWays,
    city: &'a City,
    scratch: NodeScratch,
}

impl Router for Listed<'_> {
    fn days(&mut self, mode: usize, from: &[u32], to: u32) -> Vec<f64> {
        from.iter().map(|node| self.route(mode, *node, to).last().unwrap().1).collect()
    }

    fn route(&mut self, mode: usize, from: u32, to: u32) -> Vec<(u32, f64)> {
        let course = self.ways.course_between(&mut self.scratch, self.city, mode, from, to);
        course.into_iter().map(|p| (p.node, p.days)).collect()
    }
}

fn agrees(seed: u64, tied: bool) -> u32 {
    let city = city(seed, tied);
    let ways = NodeWays::new(&city).unwrap();
    let router = Listed { ways: &ways, city: &city, scratch: NodeScratch::default() };
    let (done, _) = Replay::new(&city, router, ways.posts(), ways.hospitals(), ways.points()).run();
    let replayed = replay(&city, &ways);
    let mut bumps = 0;
    for (i, (a, b)) in done.iter().zip(&replayed.calls).enumerate() {
        let close = |x: f64, y: Option<f64>| y.is_some_and(|y| (x - y).abs() < 1e-9);
        let same = b.ambulance == Some(a.unit)
            && b.hospital == a.hospital
            && b.bumps == a.bumps
            && b.queued == a.queued
            && close(a.dispatched, b.dispatched)
            && close(a.arrived, b.arrived)
            && close(a.freed, b.freed)
            && a.at_hospital.is_none_or(|t| close(t, b.at_hospital));
        assert!(same, "seed {seed}, tied {tied}, call {}: {a:?} against {b:?}", i + 1);
        bumps += a.bumps;
    }
    assert_eq!(replayed, replay(&city, &NodeWays::with_limit(&city, 0).unwrap()), "seed {seed}");
    let driven: u64 = replayed.ambulances.iter().map(|a| a.treated).sum();
    assert_eq!(driven, 120);
    bumps
}

#[test]
fn the_engine_agrees_with_the_reference_on_loose_cities() {
    let bumps: u32 = (0..60).map(|seed| agrees(seed, false)).sum();
    assert!(bumps > 50, "only {bumps} calls were bumped");
}

#[test]
fn the_engine_agrees_with_the_reference_where_much_falls_on_one_moment() {
    let bumps: u32 = (0..120).map(|seed| agrees(seed, true)).sum();
    assert!(bumps > 50, "only {bumps} calls were bumped");
}

#[test]
fn ways_are_shortest_and_every_course_is_driven_on_arcs() {
    for seed in 0..60 {
        let city = city(seed, seed % 2 == 0);
        let ways = NodeWays::new(&city).unwrap();
        let mut plain = Plain::new(&city, 100);
        let mut scratch = NodeScratch::default();
        for mode in 0..city.off_road_speed.len() {
            for to in 0..city.nodes.len() as u32 {
                for from in 0..city.nodes.len() as u32 {
                    let course = ways.course_between(&mut scratch, &city, mode, from, to);
                    assert_eq!((course[0].node, course[course.len() - 1].node), (from, to));
                    let shortest = plain.to(mode, to).days[from as usize];
                    assert!((course[course.len() - 1].days - shortest).abs() < 1e-12, "seed {seed}: {from} to {to}");
                    for pair in course.windows(2) {
                        let arc =
                            city.arcs.iter().position(|a| (a.from, a.to) == (pair[0].node, pair[1].node)).unwrap();
                        assert!((pair[1].days - pair[0].days - city.arc_days[mode][arc]).abs() < 1e-12, "seed {seed}");
                    }
                }
            }
        }
    }
}
