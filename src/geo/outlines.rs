//! Lines between groups of points: every place belongs to the group of the point nearest to it (Voronoi cells joined by
//! group; Okabe, Boots, Sugihara & Chiu, *Spatial Tessellations*, 2nd ed. 2000, ch. 2).
//!
//! The cell of a point is a polygon around it cut by the middle lines to its neighbours, the nearest first, until no farther
//! one can cut it. A degree of longitude counts as long as it is at the middle of all points, which is good enough for areas
//! of a few degrees.

use super::{EARTH_RADIUS_M, LatLon};
use rstar::{RTree, primitives::GeomWithData};
use std::collections::BTreeMap;

/// A line between two groups.
#[derive(Clone, Debug, PartialEq)]
pub struct Between {
    /// The groups, the smaller number first.
    pub groups: [usize; 2],
    /// The line.
    pub line: Vec<LatLon>,
}

type Xy = [f64; 2];

/// Ends of segments this near, in metres, are one.
const SAME_M: f64 = 1.0;
/// Corners of the polygon that bounds a cell.
const CORNERS: usize = 24;

/// Lines between the groups of some points, nowhere farther than `radius_m` metres from the points they lie between. Of
/// points at one place the first counts.
pub fn between(points: &[(LatLon, usize)], radius_m: f64) -> Vec<Between> {
    let plane = Plane::of(points);
    let mut places: BTreeMap<[u64; 2], usize> = BTreeMap::new();
    let mut flat: Vec<(Xy, usize)> = Vec::with_capacity(points.len());
    for (at, group) in points.iter().filter(|(at, _)| at.is_valid()) {
        let xy = plane.flat(*at);
        places.entry(xy.map(f64::to_bits)).or_insert_with(|| {
            flat.push((xy, *group));
            flat.len() - 1
        });
    }
    if flat.windows(2).all(|w| w[0].1 == w[1].1) {
        return Vec::new();
    }
    let tree = RTree::bulk_load(flat.iter().enumerate().map(|(i, p)| GeomWithData::new(p.0, i)).collect());
    let mut ends = Ends::default();
    // Segments by the groups they lie between.
    let mut segments: BTreeMap<[usize; 2], Vec<[usize; 2]>> = BTreeMap::new();
    for (i, (at, group)) in flat.iter().enumerate() {
        let cell = cell(*at, i, &tree, radius_m);
        for (k, (corner, label)) in cell.iter().enumerate() {
            // Each segment once, from the cell of the first of its points.
            let Some(other) = label.filter(|other| *other > i && flat[*other].1 != *group) else { continue };
            let pair = [ends.number(*corner), ends.number(cell[(k + 1) % cell.len()].0)];
            if pair[0] != pair[1] {
                let (a, b) = (*group, flat[other].1);
                segments.entry([a.min(b), a.max(b)]).or_default().push(pair);
            }
        }
    }
    let mut out = Vec::new();
    for (groups, list) in &segments {
        for chain in chains(list) {
            out.push(Between { groups: *groups, line: chain.into_iter().map(|v| plane.back(ends.at[v])).collect() });
        }
    }
    out
}

/// Metres from a point to its nearest neighbour, in the middle (median) of all: how closely points lie. Zero
/// where there are fewer than two.
pub fn median_spacing_m(points: &[LatLon]) -> f64 {
    let with: Vec<(LatLon, usize)> = points.iter().map(|p| (*p, 0)).collect();
    let plane = Plane::of(&with);
    let flat: Vec<Xy> = points.iter().filter(|p| p.is_valid()).map(|p| plane.flat(*p)).collect();
    let tree = RTree::bulk_load(flat.clone());
    let nearest = |p: &Xy| tree.nearest_neighbor_iter(*p).nth(1).map(|q| (q[0] - p[0]).hypot(q[1] - p[1]));
    let mut all: Vec<f64> = flat.iter().filter_map(nearest).collect();
    all.sort_by(f64::total_cmp);
    all.get(all.len() / 2).copied().unwrap_or(0.0)
}

/// Metres east and north of the middle of some points.
struct Plane {
    middle: LatLon,
    per_lon: f64,
    per_lat: f64,
}

impl Plane {
    fn of(points: &[(LatLon, usize)]) -> Plane {
        let valid = || points.iter().map(|p| p.0).filter(|p| p.is_valid());
        let n = valid().count().max(1) as f64;
        let middle = LatLon::new(valid().map(|p| p.lat).sum::<f64>() / n, valid().map(|p| p.lon).sum::<f64>() / n);
        let per_lat = EARTH_RADIUS_M.to_radians();
        Plane { middle, per_lat, per_lon: per_lat * libm::cos(middle.lat.to_radians()).max(0.01) }
    }

    fn flat(&self, p: LatLon) -> Xy {
        [(p.lon - self.middle.lon) * self.per_lon, (p.lat - self.middle.lat) * self.per_lat]
    }

    fn back(&self, [x, y]: Xy) -> LatLon {
        LatLon::new(self.middle.lat + y / self.per_lat, self.middle.lon + x / self.per_lon)
    }
}

/// Corners of a cell in turn, each with the point beyond the side that begins there; `None` where nothing but the radius
/// bounds it.
type Cell = Vec<(Xy, Option<usize>)>;

fn cell(at: Xy, own: usize, tree: &RTree<GeomWithData<Xy, usize>>, radius: f64) -> Cell {
    let corner = |k: usize| {
        let angle = std::f64::consts::TAU * k as f64 / CORNERS as f64;
        ([at[0] + radius * libm::cos(angle), at[1] + radius * libm::sin(angle)], None)
    };
    let mut cell: Cell = (0..CORNERS).map(corner).collect();
    let mut reach = radius;
    for other in tree.nearest_neighbor_iter(at).filter(|o| o.data != own) {
        let d = [other.geom()[0] - at[0], other.geom()[1] - at[1]];
        let distance = d[0].hypot(d[1]);
        if distance > 2.0 * reach {
            break;
        }
        let middle = [at[0] + d[0] / 2.0, at[1] + d[1] / 2.0];
        let beyond = |p: Xy| (p[0] - middle[0]) * d[0] + (p[1] - middle[1]) * d[1];
        if cell.iter().all(|(p, _)| beyond(*p) <= 0.0) {
            continue;
        }
        cell = cut(&cell, beyond, other.data);
        reach = cell.iter().map(|(p, _)| (p[0] - at[0]).hypot(p[1] - at[1])).fold(0.0, f64::max);
    }
    cell
}

/// What of a cell is not beyond a line; the new side is that towards `other`.
fn cut(cell: &Cell, beyond: impl Fn(Xy) -> f64, other: usize) -> Cell {
    let mut out = Cell::with_capacity(cell.len() + 1);
    for (k, (p, label)) in cell.iter().enumerate() {
        let q = cell[(k + 1) % cell.len()].0;
        let (here, there) = (beyond(*p), beyond(q));
        let crossing = || {
            let share = here / (here - there);
            [p[0] + share * (q[0] - p[0]), p[1] + share * (q[1] - p[1])]
        };
        match (here <= 0.0, there <= 0.0) {
            (true, true) => out.push((*p, *label)),
            (true, false) => out.extend([(*p, *label), (crossing(), Some(other))]),
            (false, true) => out.push((crossing(), *label)),
            (false, false) => {}
        }
    }
    out
}

/// Ends of segments, those at one place under one number.
#[derive(Default)]
struct Ends {
    at: Vec<Xy>,
    by_square: BTreeMap<[i64; 2], Vec<usize>>,
}

impl Ends {
    fn number(&mut self, p: Xy) -> usize {
        let square = p.map(|v| (v / SAME_M).floor() as i64);
        for x in square[0] - 1..=square[0] + 1 {
            for y in square[1] - 1..=square[1] + 1 {
                let here = self.by_square.get(&[x, y]).map_or(&[][..], Vec::as_slice);
                let near = |i: &&usize| (self.at[**i][0] - p[0]).hypot(self.at[**i][1] - p[1]) <= SAME_M;
                if let Some(found) = here.iter().find(near) {
                    return *found;
                }
            }
        }
        self.at.push(p);
        self.by_square.entry(square).or_default().push(self.at.len() - 1);
        self.at.len() - 1
    }
}

/// Joins segments that meet in twos into lines.
fn chains(segments: &[[usize; 2]]) -> Vec<Vec<usize>> {
    let mut at: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (i, s) in segments.iter().enumerate() {
        s.iter().for_each(|v| at.entry(*v).or_default().push(i));
    }
    let mut used = vec![false; segments.len()];
    let mut out = Vec::new();
    // Lines with ends first, then rings.
    for ends_only in [true, false] {
        for (first, here) in &at {
            for start in here.iter().filter(|_| !ends_only || here.len() != 2) {
                let (mut now, mut segment, mut line) = (*first, *start, vec![*first]);
                while !std::mem::replace(&mut used[segment], true) {
                    let [a, b] = segments[segment];
                    now = if a == now { b } else { a };
                    line.push(now);
                    let next = at.get(&now).filter(|l| l.len() == 2).and_then(|l| l.iter().find(|s| !used[**s]));
                    let Some(next) = next else { break };
                    segment = *next;
                }
                if line.len() > 1 {
                    out.push(line);
                }
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn nearest(points: &[(LatLon, usize)], plane: &Plane, p: Xy) -> Vec<usize> {
        let distance = |q: &(LatLon, usize)| {
            let q = plane.flat(q.0);
            (q[0] - p[0]).hypot(q[1] - p[1])
        };
        let least = points.iter().map(distance).fold(f64::INFINITY, f64::min);
        // Points as near as the nearest but for rounding.
        let mut groups: Vec<usize> = points.iter().filter(|q| distance(q) < least + 2.0).map(|q| q.1).collect();
        groups.sort_unstable();
        groups.dedup();
        groups
    }

    proptest! {
        #[test]
        fn a_line_lies_between_points_of_its_groups_and_no_change_is_without_a_line(
            places in prop::collection::vec((0_u32..40, 0_u32..40, 0_usize..4), 2..60),
            jitter in prop::bool::ANY,
        ) {
            // Lattices have many points as near as each other, which is where such constructions break.
            let off = |i: usize| if jitter { 0.37 * libm::sin(7.7 * i as f64) } else { 0.0 };
            let mut points: Vec<(LatLon, usize)> = places.iter().enumerate().map(|(i, (x, y, group))| {
                let (x, y) = (f64::from(*x) + off(i), f64::from(*y) + off(i + 99));
                (LatLon::new(24.0 + 0.01 * y, 102.0 + 0.01 * x), *group)
            }).collect();
            // Of points at one place the first counts.
            let mut seen = Vec::new();
            points.retain(|p| { let new = !seen.contains(&p.0); seen.push(p.0); new });
            let plane = Plane::of(&points);
            let radius = 12_000.0;
            let lines = between(&points, radius);
            for line in &lines {
                prop_assert!(line.groups[0] < line.groups[1]);
                for pair in line.line.windows(2) {
                    let (a, b) = (plane.flat(pair[0]), plane.flat(pair[1]));
                    let middle = [(a[0] + b[0]) / 2.0, (a[1] + b[1]) / 2.0];
                    let near = nearest(&points, &plane, middle);
                    prop_assert!(line.groups.iter().all(|g| near.contains(g)), "{near:?} at {middle:?}: {line:?}");
                }
            }
            // Going from one point straight to another, what is nearest changes its group only on a line.
            let segments: Vec<(Xy, Xy)> =
                lines.iter().flat_map(|l| l.line.windows(2).map(|w| (plane.flat(w[0]), plane.flat(w[1])))).collect();
            for w in points.windows(2) {
                let (a, b) = (plane.flat(w[0].0), plane.flat(w[1].0));
                let steps = 50;
                let at = |k: i32| { let t = f64::from(k) / f64::from(steps); [a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1])] };
                for k in 0..steps {
                    let (p, q) = (at(k), at(k + 1));
                    let (from, to) = (nearest(&points, &plane, p), nearest(&points, &plane, q));
                    let far = |p: Xy| points.iter().all(|o| { let o = plane.flat(o.0); (o[0] - p[0]).hypot(o[1] - p[1]) > 0.8 * radius });
                    if from.len() == 1 && to.len() == 1 && from != to && !far(p) && !far(q) {
                        let step = (q[0] - p[0]).hypot(q[1] - p[1]);
                        let middle = [(p[0] + q[0]) / 2.0, (p[1] + q[1]) / 2.0];
                        let close = segments.iter().any(|(s, t)| {
                            let (dx, dy) = (t[0] - s[0], t[1] - s[1]);
                            let share = (((middle[0] - s[0]) * dx + (middle[1] - s[1]) * dy) / (dx * dx + dy * dy)).clamp(0.0, 1.0);
                            (s[0] + share * dx - middle[0]).hypot(s[1] + share * dy - middle[1]) <= step
                        });
                        prop_assert!(close, "no line between {p:?} and {q:?}");
                    }
                }
            }
        }
    }

    #[test]
    fn two_rows_of_a_lattice_are_parted_by_one_straight_line() {
        let points: Vec<(LatLon, usize)> = (0..10)
            .flat_map(|x| {
                (0..4).map(move |y| (LatLon::new(0.01 * f64::from(y), 0.01 * f64::from(x)), usize::from(y > 1)))
            })
            .collect();
        let lines = between(&points, 3_000.0);
        assert_eq!(lines.len(), 1, "{lines:?}");
        assert!(lines[0].line.iter().all(|p| (p.lat - 0.015).abs() < 1e-6));
        assert!(between(&points[..2], 3_000.0).is_empty(), "one group has no line");
        let spacing = median_spacing_m(&points.iter().map(|p| p.0).collect::<Vec<_>>());
        assert!((spacing - 1111.95).abs() < 0.1, "{spacing}");
    }
}
