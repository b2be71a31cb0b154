//! Ways over water against a grid search, and what must hold for any lengths.

use super::*;
use crate::geo::offset;
use proptest::prelude::*;

const HOME: LatLon = LatLon { lat: 24.5, lon: 102.9 };

fn at(x: f64, y: f64) -> LatLon {
    offset(HOME, x, y)
}

fn ring(corners: &[(f64, f64)]) -> Vec<LatLon> {
    corners.iter().map(|(x, y)| at(*x, *y)).collect()
}

fn square(x: f64, y: f64, half: f64) -> Vec<LatLon> {
    ring(&[(x - half, y - half), (x + half, y - half), (x + half, y + half), (x - half, y + half)])
}

fn near(a: Option<f64>, b: f64) {
    let a = a.expect("there is a way");
    assert!((a / b - 1.0).abs() < 1e-3, "{a} against {b}");
}

#[test]
fn straight_round_a_cape_and_round_an_island() {
    // A lake shaped like a U: the way from arm to arm goes round the tip of the wall between them.
    let u = ring(&[
        (0.0, 0.0),
        (10_000.0, 0.0),
        (10_000.0, 10_000.0),
        (6_000.0, 10_000.0),
        (6_000.0, 4_000.0),
        (4_000.0, 4_000.0),
        (4_000.0, 10_000.0),
        (0.0, 10_000.0),
    ]);
    let basin = Basin::new(&u, &[]).unwrap();
    assert_eq!(basin.capes(), 2);
    let (left, right) = (at(1_000.0, 8_000.0), at(9_000.0, 8_000.0));
    let found = basin.search().ways_from(left, &[right, at(1_000.0, 1_000.0), at(5_000.0, 8_000.0), left]);
    near(found[0], 2.0 * 5_000.0 + 2_000.0);
    near(found[1], 7_000.0);
    assert_eq!(found[2], None, "that is land");
    assert_eq!(found[3], Some(0.0));
    // Round a square island in the way, whichever way its ring and the shore's run, closed or not.
    let mut outer = square(0.0, 0.0, 10_000.0);
    let mut island = square(0.0, 0.0, 3_000.0);
    let expected = 2.0 * libm::hypot(2_000.0, 3_000.0) + 6_000.0;
    for turn in 0..4 {
        if turn % 2 == 1 {
            outer.reverse();
        } else {
            island.reverse();
            island.push(island[0]);
        }
        let basin = Basin::new(&outer, &[island.clone()]).unwrap();
        assert_eq!(basin.capes(), 4);
        near(basin.search().ways_from(at(-5_000.0, 0.0), &[at(5_000.0, 0.0)])[0], expected);
    }
}

#[test]
fn along_the_shore_and_through_touching_corners() {
    let outer = square(0.0, 0.0, 10_000.0);
    let basin = Basin::new(&outer, &[]).unwrap();
    near(basin.search().ways_from(outer[0], &[outer[1]])[0], 20_000.0);
    // Two islands whose corners meet leave no way between them.
    let (a, b) = (square(-1_000.0, 1_000.0, 1_000.0), square(1_000.0, -1_000.0, 1_000.0));
    let basin = Basin::new(&outer, &[a, b]).unwrap();
    let way = basin.search().ways_from(at(-1_000.0, -1_000.0), &[at(1_000.0, 1_000.0)])[0].unwrap();
    assert!(way > 4_000.0 || (way / (2_000.0 * 2.0_f64.sqrt()) - 1.0).abs() < 1e-3, "{way}");
    // Islands that overlap, and one that is joined to the shore.
    let joined = [square(0.0, -6_000.0, 4_000.0), square(0.0, -1_000.0, 2_000.0), square(0.0, -9_500.0, 3_000.0)];
    let basin = Basin::new(&outer, &joined).unwrap();
    let (west, east) = (at(-8_000.0, -1_000.0), at(8_000.0, -1_000.0));
    let over = libm::hypot(6_000.0, 2_000.0);
    near(basin.search().ways_from(west, &[east])[0], 2.0 * over + 4_000.0);
    assert!(!basin.contains(at(0.0, -9_000.0)) && !basin.contains(at(0.0, -3_500.0)));
}

#[test]
fn a_wall_from_shore_to_shore_parts_the_water() {
    let wall = ring(&[(-500.0, -11_000.0), (500.0, -11_000.0), (500.0, 11_000.0), (-500.0, 11_000.0)]);
    let basin = Basin::new(&square(0.0, 0.0, 10_000.0), &[wall]).unwrap();
    let found = basin.search().ways_from(at(-5_000.0, 0.0), &[at(5_000.0, 0.0), at(-5_000.0, 5_000.0)]);
    assert_eq!(found[0], None);
    near(found[1], 5_000.0);
}

#[test]
fn places_on_land_are_moored_at_the_nearest_edge() {
    let basin = Basin::new(&square(0.0, 0.0, 10_000.0), &[square(0.0, 0.0, 2_000.0)]).unwrap();
    let moored = basin.moor(at(10_250.0, 3_000.0));
    assert!((moored.aside_m - 250.0).abs() < 1.0, "{moored:?}");
    assert!(distance_m(moored.at, at(10_000.0, 3_000.0)) < 5.0);
    assert!(basin.contains(moored.at));
    assert!((basin.moor(at(0.0, 1_800.0)).aside_m - 200.0).abs() < 1.0);
    assert_eq!(basin.moor(at(5_000.0, 5_000.0)), Moored { at: at(5_000.0, 5_000.0), aside_m: 0.0 });
}

#[test]
fn what_is_no_lake_is_told() {
    assert_eq!(Basin::new(&[], &[]).unwrap_err(), BasinError::Flat);
    assert_eq!(Basin::new(&ring(&[(0.0, 0.0), (1.0, 0.0)]), &[]).unwrap_err(), BasinError::Flat);
    let line = ring(&[(0.0, 0.0), (1_000.0, 0.0), (2_000.0, 0.0)]);
    assert!(Basin::new(&line, &[]).is_err() || Basin::new(&line, &[]).unwrap().capes() < 2);
    let bow = ring(&[(0.0, 0.0), (1_000.0, 1_000.0), (1_000.0, 0.0), (0.0, 900.0)]);
    assert!(matches!(Basin::new(&bow, &[]), Err(BasinError::Crossed { .. })));
    assert!(matches!(Basin::new(&vec![HOME; MOST_CORNERS + 1], &[]), Err(BasinError::Large(_))));
    let nowhere = [LatLon::new(f64::NAN, 0.0), LatLon::new(0.0, 0.0), LatLon::new(1.0, 1.0)];
    assert!(Basin::new(&nowhere, &[]).is_err());
}

#[test]
fn lakes_across_the_antimeridian() {
    let outer: Vec<LatLon> = [(-17.2, 179.8), (-17.2, -179.8), (-16.8, -179.8), (-16.8, 179.8)]
        .iter()
        .map(|(lat, lon)| LatLon::new(*lat, *lon))
        .collect();
    let basin = Basin::new(&outer, &[]).unwrap();
    let (a, b) = (LatLon::new(-17.0, 179.9), LatLon::new(-17.0, -179.9));
    assert_eq!(basin.search().ways_from(a, &[b])[0], Some(distance_m(a, b)));
}

/// Shortest ways on a grid of places in the water, with steps in 32 directions: never shorter than the truth.
fn on_grid(basin: &Basin, from: (f64, f64), to: (f64, f64), step: f64) -> Option<f64> {
    const REACH: i32 = 12_000;
    let n = (2.0 * f64::from(REACH) / step) as i32 + 1;
    let place = |c: i32, r: i32| (f64::from(c) * step - f64::from(REACH), f64::from(r) * step - f64::from(REACH));
    let xy = |p: (f64, f64)| basin.plane.flat(at(p.0, p.1));
    let water: Vec<bool> = (0..n * n).map(|i| basin.shore.is_water(xy(place(i % n, i / n)))).collect();
    let sampled = |a: (f64, f64), b: (f64, f64)| {
        (0..=20).all(|k| {
            let t = f64::from(k) / 20.0;
            basin.shore.is_water(xy((a.0 + t * (b.0 - a.0), a.1 + t * (b.1 - a.1))))
        })
    };
    let mut moves = Vec::new();
    for (x, y) in [(1, 0), (1, 1), (2, 1), (3, 1), (3, 2)] {
        for (a, b) in [(x, y), (y, x)] {
            moves.extend([(a, b), (-a, b), (a, -b), (-a, -b)]);
        }
    }
    let length = |a: (f64, f64), b: (f64, f64)| libm::hypot(a.0 - b.0, a.1 - b.1);
    let mut best = vec![f64::INFINITY; (n * n) as usize];
    let mut queue = BinaryHeap::new();
    let close: Vec<(usize, (f64, f64))> =
        (0..n * n).filter(|i| water[*i as usize]).map(|i| (i as usize, place(i % n, i / n))).collect();
    for (i, p) in close.iter().filter(|(_, p)| length(from, *p) < 2.0 * step && sampled(from, *p)) {
        best[*i] = length(from, *p);
        queue.push(Reverse((Metres(best[*i]), *i)));
    }
    let mut found = if sampled(from, to) && length(from, to) < 3.0 * step { length(from, to) } else { f64::INFINITY };
    while let Some(Reverse((Metres(d), i))) = queue.pop() {
        if d > best[i] || d >= found {
            continue;
        }
        let (c, r) = (i as i32 % n, i as i32 / n);
        let here = place(c, r);
        if length(here, to) < 2.0 * step && sampled(here, to) {
            found = found.min(d + length(here, to));
        }
        for (dc, dr) in &moves {
            let (c, r) = (c + dc, r + dr);
            if c < 0 || r < 0 || c >= n || r >= n || !water[(r * n + c) as usize] {
                continue;
            }
            let (next, j) = (place(c, r), (r * n + c) as usize);
            let d = d + length(here, next);
            if d < best[j] && sampled(here, next) {
                best[j] = d;
                queue.push(Reverse((Metres(d), j)));
            }
        }
    }
    found.is_finite().then_some(found)
}

fn star(x: f64, y: f64, radii: &[f64]) -> Vec<LatLon> {
    let n = radii.len() as f64;
    let corner = |(i, r): (usize, &f64)| {
        let turn = std::f64::consts::TAU * i as f64 / n;
        at(x + r * libm::cos(turn), y + r * libm::sin(turn))
    };
    radii.iter().enumerate().map(corner).collect()
}

/// Metres between those two outlines (or two banks of one) that come nearest to each other.
fn narrowest(shore: &[LatLon], islands: &[Vec<LatLon>]) -> f64 {
    let outlines: Vec<&[LatLon]> = islands.iter().map(Vec::as_slice).chain([shore]).collect();
    let mut least = f64::INFINITY;
    for (i, a) in outlines.iter().enumerate() {
        for (j, b) in outlines.iter().enumerate() {
            for (k, corner) in b.iter().enumerate() {
                for e in 0..a.len() {
                    let next = (e + 1) % a.len();
                    // A corner lies on the two edges it ends.
                    if i != j || (k != e && k != next) {
                        let edge = crate::geo::Polygon::new(vec![a[e], a[next]]);
                        least = least.min(edge.border_m(*corner));
                    }
                }
            }
        }
    }
    least
}

/// Radii of the shore; middle and radii of each island.
type Outlines = (Vec<f64>, Vec<(f64, f64, Vec<f64>)>);

fn lake() -> impl Strategy<Value = Outlines> {
    let shore = prop::collection::vec(2_500.0..11_000.0_f64, 5..14);
    let island = (-6_000.0..6_000.0_f64, -6_000.0..6_000.0_f64, prop::collection::vec(400.0..2_500.0_f64, 3..7));
    (shore, prop::collection::vec(island, 0..4))
}

fn place() -> impl Strategy<Value = (f64, f64)> {
    (-9_000.0..9_000.0_f64, -9_000.0..9_000.0_f64)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    /// Never longer than a way found on a grid, and that is longer by its corners only.
    #[test]
    fn agrees_with_a_search_on_a_grid((shore, islands) in lake(), ends in prop::collection::vec(place(), 12)) {
        let islands: Vec<Vec<LatLon>> = islands.iter().map(|(x, y, r)| star(*x, *y, r)).collect();
        let basin = Basin::new(&star(0.0, 0.0, &shore), &islands).unwrap();
        let ends: Vec<(f64, f64)> = ends.into_iter().filter(|p| basin.contains(at(p.0, p.1))).collect();
        let step = 250.0;
        for pair in ends.windows(2) {
            let exact = basin.search().ways_from(at(pair[0].0, pair[0].1), &[at(pair[1].0, pair[1].1)])[0];
            if let Some(grid) = on_grid(&basin, pair[0], pair[1], step) {
                let exact = exact.expect("the grid found a way");
                // Twenty samples of a step may miss a thin cape; what lies between is a few metres.
                prop_assert!(exact <= grid * 1.002 + 20.0, "{} against {} on the grid", exact, grid);
                if grid > exact * 1.03 + 8.0 * step {
                    // The grid sees no strait narrower than its step: there must be one.
                    let strait = narrowest(&star(0.0, 0.0, &shore), &islands);
                    prop_assert!(strait < 2.0 * step, "{} on the grid against {}, {} m wide", grid, exact, strait);
                }
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// The same there and back, no detour through a third place is shorter, and the straight line never longer.
    #[test]
    fn lengths_are_a_metric((shore, islands) in lake(), ends in prop::collection::vec(place(), 12)) {
        let islands: Vec<Vec<LatLon>> = islands.iter().map(|(x, y, r)| star(*x, *y, r)).collect();
        let basin = Basin::new(&star(0.0, 0.0, &shore), &islands).unwrap();
        let mut ends: Vec<LatLon> = ends.iter().map(|p| at(p.0, p.1)).collect();
        // Piers at the shore are the usual case.
        let moored: Vec<LatLon> = ends.iter().take(6).map(|p| basin.moor(*p).at).collect();
        ends.retain(|p| basin.contains(*p));
        ends.extend(moored);
        let mut search = basin.search();
        let ways: Vec<Vec<Option<f64>>> = ends.iter().map(|p| search.ways_from(*p, &ends)).collect();
        for i in 0..ends.len() {
            prop_assert_eq!(ways[i][i], Some(0.0));
            for j in 0..ends.len() {
                prop_assert_eq!(ways[i][j].is_some(), ways[j][i].is_some());
                let Some(there) = ways[i][j] else { continue };
                let back = ways[j][i].unwrap_or(f64::NAN);
                prop_assert!((there - back).abs() <= 1e-6 * there + 0.01, "{} and {}", there, back);
                prop_assert!(there >= distance_m(ends[i], ends[j]) * (1.0 - 1e-12));
                for (a, row) in ways[i].iter().zip(&ways) {
                    if let (Some(a), Some(b)) = (*a, row[j]) {
                        prop_assert!(there <= a + b + 0.01, "{} > {} + {}", there, a, b);
                    }
                }
            }
        }
    }
}
