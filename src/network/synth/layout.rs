//! Where things lie before any road is drawn: towns and how far they reach, interchanges, villages and hamlets.

use super::facts::{Facts, Setting, Stop, Township};
use super::paths::Class;
use super::plane::{P2, Plane};
use super::terrain::{Basin, CELL_M, DRY, Terrain, WATER, mix_unit};
use crate::random::Stream;
use std::collections::BTreeMap;

/// People per km² of street grid; an assumption (Chinese towns lie between 8,000 and 12,000).
const TOWN_DENSITY: f64 = 10_000.0;
/// How much more people a community has than a village committee of the same township; an assumption.
const COMMUNITY_WEIGHT: f64 = 2.2;

/// Village committees with more people than this have a second settlement; an assumption.
const TWO_SETTLEMENTS: u64 = 1_900;

/// A place with a street grid: a township seat or a place outside the region.
pub(super) struct Town {
    pub(super) stop: Stop,
    pub(super) at: P2,
    pub(super) radius_m: f64,
    /// Towns whose streets grow together share a cluster.
    pub(super) cluster: usize,
    pub(super) is_seat: bool,
}

/// A village committee's main village, or (without people of its own) a hamlet.
pub(super) struct Village {
    pub(super) township: usize,
    /// Number within the township, from 0.
    pub(super) number: usize,
    /// Whether it is the second settlement of its committee.
    pub(super) second: bool,
    pub(super) cell: usize,
    pub(super) population: u64,
}

/// Where expressways and local roads meet.
pub(super) struct Hub {
    pub(super) stop: Stop,
    pub(super) cell: usize,
    pub(super) at: P2,
}

/// People in communities and in villages of a township: communities weigh more, and the two add up.
pub(super) fn split_population(t: &Township) -> (u64, u64) {
    let (c, v) = (t.communities as f64 * COMMUNITY_WEIGHT, t.villages as f64);
    if c + v <= 0.0 {
        return (t.population, 0);
    }
    let urban = (t.population as f64 * c / (c + v)).round() as u64;
    (urban.min(t.population), t.population - urban.min(t.population))
}

/// Shares a whole number out by weights with the largest remainders, so that it adds up exactly.
pub(super) fn apportion(total: u64, weights: &[f64]) -> Vec<u64> {
    let sum: f64 = weights.iter().sum();
    if weights.is_empty() || sum <= 0.0 {
        return vec![0; weights.len()];
    }
    let ideal: Vec<f64> = weights.iter().map(|w| total as f64 * w / sum).collect();
    let mut shares: Vec<u64> = ideal.iter().map(|x| *x as u64).collect();
    let mut order: Vec<usize> = (0..weights.len()).collect();
    order.sort_by(|a, b| (ideal[*b] - ideal[*b].floor()).total_cmp(&(ideal[*a] - ideal[*a].floor())).then(a.cmp(b)));
    let left = total - shares.iter().sum::<u64>();
    for i in order.into_iter().cycle().take(left as usize) {
        shares[i] += 1;
    }
    shares
}

/// The towns of the facts, neighbours joined into clusters.
pub(super) fn towns(facts: &Facts, plane: Plane) -> Vec<Town> {
    let mut towns = Vec::new();
    for (i, t) in facts.townships.iter().enumerate() {
        // A seat has some streets even where the township counts no community.
        let people = split_population(t).0.max(t.population / 12) as f64;
        let radius_m = libm::sqrt(people / TOWN_DENSITY / std::f64::consts::PI) * 1000.0;
        towns.push(Town {
            stop: Stop::Township(i),
            at: plane.to_xy(t.seat),
            radius_m: radius_m.clamp(330.0, 6_000.0),
            cluster: 0,
            is_seat: t.is_county_seat,
        });
    }
    for (i, o) in facts.outside.iter().enumerate() {
        let radius_m = match o.kind.as_str() {
            "city" => 1300.0,
            "town" => 700.0,
            _ => 350.0,
        };
        let at = plane.to_xy(o.at);
        towns.push(Town { stop: Stop::Outside(i), at, radius_m, cluster: 0, is_seat: o.kind == "city" });
    }
    let mut root: Vec<usize> = (0..towns.len()).collect();
    fn find(root: &[usize], mut i: usize) -> usize {
        while root[i] != i {
            i = root[i];
        }
        i
    }
    for a in 0..towns.len() {
        for b in a + 1..towns.len() {
            if towns[a].at.distance(towns[b].at) < towns[a].radius_m + towns[b].radius_m + 250.0 {
                let (ra, rb) = (find(&root, a), find(&root, b));
                root[ra.max(rb)] = ra.min(rb);
            }
        }
    }
    let mut number: BTreeMap<usize, usize> = BTreeMap::new();
    for i in 0..towns.len() {
        let r = find(&root, i);
        let next = number.len();
        towns[i].cluster = *number.entry(r).or_insert(next);
    }
    towns
}

/// The land round the towns is flat as far as this.
pub(super) fn basins(towns: &[Town]) -> Vec<Basin> {
    towns.iter().map(|t| Basin { at: t.at, radius_m: 2_200.0 + 2.2 * t.radius_m }).collect()
}

/// For each cell the cluster that covers it, plus one; 0 for open land.
pub(super) fn town_cells(terrain: &Terrain, towns: &[Town]) -> Vec<u16> {
    let mut cells = vec![0_u16; terrain.nx * terrain.ny];
    for town in towns {
        let mark = town.cluster as u16 + 1;
        let steps = (town.radius_m / CELL_M) as i64 + 1;
        for dj in -steps..=steps {
            for di in -steps..=steps {
                let p = P2::new(town.at.x + di as f64 * CELL_M, town.at.y + dj as f64 * CELL_M);
                let cell = terrain.cell(p);
                if terrain.centre(cell).distance(town.at) < town.radius_m * 0.92 && terrain.wet[cell] != WATER {
                    cells[cell] = mark;
                }
            }
        }
        cells[terrain.cell(town.at)] = mark;
    }
    cells
}

/// An interchange for every place an expressway passes: outside the streets, on even land, on the way.
pub(super) fn hubs(facts: &Facts, terrain: &Terrain, towns: &[Town], cells: &[u16]) -> Vec<Hub> {
    let mut neighbours: BTreeMap<Stop, Vec<P2>> = BTreeMap::new();
    for road in facts.roads.iter().filter(|r| r.motorway) {
        for (i, stop) in road.stops.iter().enumerate() {
            let list = neighbours.entry(*stop).or_default();
            for other in [i.checked_sub(1), Some(i + 1)].into_iter().flatten() {
                if let Some(other) = road.stops.get(other) {
                    list.push(terrain.plane.to_xy(facts.position(*other)));
                }
            }
        }
    }
    let mut hubs: Vec<Hub> = Vec::new();
    for (stop, next) in neighbours {
        let Some(town) = towns.iter().find(|t| t.stop == stop) else { continue };
        let mut best: Option<(f64, usize)> = None;
        for ring in 0..6 {
            for k in 0..16 {
                let away = town.radius_m + 900.0 + 450.0 * f64::from(ring);
                let p = town.at.polar(f64::from(k) * std::f64::consts::TAU / 16.0, away);
                let cell = terrain.cell(p);
                let at = terrain.centre(cell);
                let near_town = towns.iter().any(|t| t.at.distance(at) < t.radius_m + 600.0);
                if terrain.wet[cell] != DRY || cells[cell] != 0 || near_town {
                    continue;
                }
                if hubs.iter().any(|h| h.at.distance(at) < 1_800.0) {
                    continue;
                }
                let detour: f64 = next.iter().map(|n| at.distance(*n)).sum::<f64>() / next.len().max(1) as f64;
                let score = detour + 0.8 * at.distance(town.at) + 4_000.0 * terrain.steepness(cell);
                if best.is_none_or(|(b, _)| score < b) {
                    best = Some((score, cell));
                }
            }
        }
        if let Some((_, cell)) = best {
            hubs.push(Hub { stop, cell, at: terrain.centre(cell) });
        }
    }
    hubs
}

/// Which township each cell belongs to (plus one; 0 for none): the nearest seat, as far out as the county's area goes.
pub(super) fn township_cells(facts: &Facts, terrain: &Terrain, towns: &[Town]) -> Vec<u16> {
    let n = terrain.nx * terrain.ny;
    // Buckets of 12 km keep the search for the nearest seat short on large maps.
    let side = 12_000.0;
    let bucket = |p: P2| ((p.x / side).floor() as i64, (p.y / side).floor() as i64);
    let mut buckets: BTreeMap<(i64, i64), Vec<usize>> = BTreeMap::new();
    for (i, t) in towns.iter().enumerate() {
        buckets.entry(bucket(t.at)).or_default().push(i);
    }
    let mut owner = vec![0_u16; n];
    let mut per_county: Vec<Vec<(f64, usize)>> = vec![Vec::new(); facts.counties.len()];
    for cell in 0..n {
        if terrain.wet[cell] == WATER {
            continue;
        }
        let p = terrain.centre(cell);
        let (bi, bj) = bucket(p);
        let mut best: Option<(f64, usize)> = None;
        for r in 0_i64..4 {
            for j in bj - r..=bj + r {
                for i in bi - r..=bi + r {
                    if (i - bi).abs().max((j - bj).abs()) != r {
                        continue;
                    }
                    for t in buckets.get(&(i, j)).into_iter().flatten() {
                        let d = towns[*t].at.distance(p);
                        if best.is_none_or(|(b, _)| d < b) {
                            best = Some((d, *t));
                        }
                    }
                }
            }
            if best.is_some_and(|(d, _)| d < side * r as f64) {
                break;
            }
        }
        if let Some((d, t)) = best
            && let Stop::Township(i) = towns[t].stop
        {
            owner[cell] = i as u16 + 1;
            per_county[facts.townships[i].county].push((d, cell));
        }
    }
    for (county, mut list) in facts.counties.iter().zip(per_county) {
        list.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        let keep = (county.area_km2 * 1e6 / (CELL_M * CELL_M)) as usize;
        for (_, cell) in list.into_iter().skip(keep) {
            owner[cell] = 0;
        }
    }
    owner
}

/// Villages by rule: spread over the township's land (no two nearer than a shrinking distance), rather low and flat.
pub(super) fn villages(facts: &Facts, terrain: &Terrain, town: &[u16], owner: &[u16], seed: u64) -> Vec<Village> {
    let mut land: Vec<Vec<usize>> = vec![Vec::new(); facts.townships.len()];
    for (cell, o) in owner.iter().enumerate() {
        if *o > 0 && town[cell] == 0 && terrain.wet[cell] == DRY {
            land[*o as usize - 1].push(cell);
        }
    }
    let mut taken = vec![false; owner.len()];
    let mut out = Vec::new();
    for (i, t) in facts.townships.iter().enumerate() {
        let cells = &land[i];
        let mut s = Stream::new(seed, "synth villages", i as u32);
        let weights: Vec<f64> = (0..t.villages).map(|_| 0.55 + 0.9 * s.uniform()).collect();
        let mut settlements: Vec<(usize, bool, u64)> = Vec::new();
        for (number, people) in apportion(split_population(t).1, &weights).into_iter().enumerate() {
            // A committee of many people has a second settlement with two fifths of them.
            let second = if people > TWO_SETTLEMENTS { people * 2 / 5 } else { 0 };
            settlements.push((number, false, people - second));
            if second > 0 {
                settlements.push((number, true, second));
            }
        }
        let wanted = settlements.len();
        let mut spacing = 0.8 * libm::sqrt(cells.len() as f64 / (wanted.max(1) as f64)) * CELL_M;
        let mut placed: Vec<P2> = Vec::new();
        let mut tries = 0;
        while placed.len() < wanted && !cells.is_empty() && tries < 400_000 {
            tries += 1;
            if tries % 60 == 0 {
                spacing *= 0.94;
            }
            let cell = cells[s.below(cells.len())];
            let p = terrain.centre(cell);
            let welcome = 1.0 / (1.0 + 7.0 * terrain.steepness(cell) + f64::from(terrain.height[cell]) / 700.0);
            if taken[cell] || s.uniform() > welcome || placed.iter().any(|q| q.distance(p) < spacing) {
                continue;
            }
            taken[cell] = true;
            let (number, second, population) = settlements[placed.len()];
            out.push(Village { township: i, number, second, cell, population });
            placed.push(p);
        }
    }
    out
}

/// Hamlets (no people of their own in the tables) on free cells of the region, near villages rather than far.
pub(super) fn hamlets(
    terrain: &Terrain,
    town: &[u16],
    owner: &[u16],
    used: &[Village],
    n: usize,
    seed: u64,
) -> Vec<usize> {
    let mut free: Vec<(f64, usize)> = Vec::new();
    let mut busy = vec![false; owner.len()];
    for v in used {
        busy[v.cell] = true;
    }
    for (cell, o) in owner.iter().enumerate() {
        if *o > 0 && town[cell] == 0 && terrain.wet[cell] == DRY && !busy[cell] {
            let rank = mix_unit(seed, cell as u64, 77) * (1.0 + 6.0 * terrain.steepness(cell));
            free.push((rank, cell));
        }
    }
    free.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    free.into_iter().take(n).map(|(_, cell)| cell).collect()
}

/// Neighbouring towns: the Gabriel graph (two towns are neighbours when no third lies in the circle between them).
pub(super) fn neighbour_towns(facts: &Facts, towns: &[Town]) -> Vec<(usize, usize, Class)> {
    let mut pairs = Vec::new();
    for a in 0..towns.len() {
        for b in a + 1..towns.len() {
            let d = towns[a].at.distance(towns[b].at);
            if d > 45_000.0 || towns[a].cluster == towns[b].cluster {
                continue;
            }
            let middle = towns[a].at.towards(towns[b].at, 0.5);
            if towns.iter().enumerate().any(|(c, t)| c != a && c != b && t.at.distance(middle) < d / 2.0) {
                continue;
            }
            let both_outside = [a, b].iter().all(|i| matches!(towns[*i].stop, Stop::Outside(_)));
            if both_outside {
                continue;
            }
            let big = |t: &Town| match t.stop {
                Stop::Township(i) => t.is_seat || facts.townships[i].setting != Setting::Rural,
                Stop::Outside(_) => true,
            };
            let class = match (big(&towns[a]), big(&towns[b])) {
                (true, true) | (true, false) | (false, true) => Class::Secondary,
                _ if mix_unit(17, a as u64, b as u64) < 0.25 => Class::Secondary,
                _ => Class::Tertiary,
            };
            pairs.push((a, b, class));
        }
    }
    pairs.sort_by_key(|(a, b, class)| (*class, *a, *b));
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_add_up() {
        assert_eq!(apportion(10, &[1.0, 1.0, 1.0]), [4, 3, 3]);
        let weights: Vec<f64> = (1..40).map(|i| 1.0 / f64::from(i)).collect();
        assert_eq!(apportion(123_457, &weights).iter().sum::<u64>(), 123_457);
    }
}
