//! The bends of a road: a line is made to meander until it has the length wanted, then thinned to the points a mapper
//! would draw.

use super::plane::{P2, length, normals, resample};
use super::terrain::{Terrain, mix_unit};

/// How a kind of road bends.
#[derive(Clone, Copy)]
pub(super) struct Bends {
    /// Length of a full bend in metres.
    pub(super) wave_m: f64,
    /// Widest swing to either side in metres.
    pub(super) swing_m: f64,
    /// Spacing of the points bends are worked out on.
    pub(super) step_m: f64,
    /// How far the thinned line may leave the exact one.
    pub(super) tolerance_m: f64,
    /// Points are never farther apart than this.
    pub(super) gap_m: f64,
}

impl Bends {
    pub(super) const ROAD: Bends =
        Bends { wave_m: 640.0, swing_m: 210.0, step_m: 35.0, tolerance_m: 3.5, gap_m: 180.0 };
    pub(super) const EXPRESSWAY: Bends =
        Bends { wave_m: 4200.0, swing_m: 1100.0, step_m: 120.0, tolerance_m: 2.0, gap_m: 400.0 };
}

fn swung(line: &[P2], normals: &[P2], bends: Bends, swing: f64, seed: u64) -> Vec<P2> {
    let total = length(line);
    let mut along = 0.0;
    let mut phase = mix_unit(seed, 1, 0) * std::f64::consts::TAU;
    let mut out = Vec::with_capacity(line.len());
    for (i, p) in line.iter().enumerate() {
        if i > 0 {
            let d = line[i - 1].distance(*p);
            along += d;
            // No two bends are alike: the wave is stretched along the way, and its swing comes and goes.
            let stretch = 0.65 + 0.9 * mix_unit(seed, 2, (along / bends.wave_m) as u64);
            phase += std::f64::consts::TAU * d / (bends.wave_m * stretch);
        }
        let ends = (along.min(total - along) / (0.5 * bends.wave_m)).clamp(0.0, 1.0);
        let come = 0.68 + 0.32 * libm::sin(along / (0.9 * bends.wave_m) + mix_unit(seed, 3, 0) * 6.0);
        let off = swing * ends * come * libm::sin(phase);
        out.push(P2::new(p.x + normals[i].x * off, p.y + normals[i].y * off));
    }
    out
}

/// The line bent until it is `wanted_m` long, as nearly as its bends allow; it never comes nearer to a lake than `dry` lets it.
pub(super) fn meander(base: &[P2], wanted_m: f64, bends: Bends, seed: u64, dry: impl Fn(&[P2]) -> bool) -> Vec<P2> {
    let line = resample(base, bends.step_m);
    let normals = normals(&line);
    let fit = |bends: Bends, seed: u64| {
        let (mut low, mut high) = (0.0, bends.swing_m);
        for _ in 0..22 {
            let middle = (low + high) / 2.0;
            if length(&swung(&line, &normals, bends, middle, seed)) < wanted_m {
                low = middle;
            } else {
                high = middle;
            }
        }
        low
    };
    // Where a lake is in the way, other and shorter bends are tried, then less of them.
    let mut tried = Bends { wave_m: bends.wave_m.min(length(&line) / 2.5), ..bends };
    let mut swing = 0.0;
    for attempt in 0..8 {
        swing = fit(tried, seed.wrapping_add(attempt));
        let bent = thin(&swung(&line, &normals, tried, swing, seed.wrapping_add(attempt)), bends);
        if dry(&bent) {
            return bent;
        }
        tried.wave_m *= 0.85;
    }
    for share in [0.5, 0.2] {
        let bent = thin(&swung(&line, &normals, tried, swing * share, seed), bends);
        if dry(&bent) {
            return bent;
        }
    }
    thin(&line, bends)
}

/// Whether no point and no segment of a line touches a cell's lake.
pub(super) fn is_dry(terrain: &Terrain, lakes: &[Vec<P2>], line: &[P2]) -> bool {
    // Only lines that pass wet cells need the exact test.
    if line.iter().all(|p| terrain.wet[terrain.cell(*p)] == super::terrain::DRY) {
        return true;
    }
    lakes.iter().all(|shore| {
        line.windows(2).all(|w| {
            shore
                .iter()
                .zip(shore.iter().cycle().skip(1))
                .all(|(a, b)| super::plane::crossing(w[0], w[1], *a, *b).is_none())
        }) && !inside(shore, line[0])
    })
}

fn inside(shore: &[P2], p: P2) -> bool {
    let mut inside = false;
    for (a, b) in shore.iter().zip(shore.iter().cycle().skip(1)) {
        if (a.y > p.y) != (b.y > p.y) && p.x < (b.x - a.x) * (p.y - a.y) / (b.y - a.y) + a.x {
            inside = !inside;
        }
    }
    inside
}

/// Ramer–Douglas–Peucker thinning (1972/73) with a longest gap.
fn thin(line: &[P2], bends: Bends) -> Vec<P2> {
    let n = line.len();
    if n < 3 {
        return line.to_vec();
    }
    let mut keep = vec![false; n];
    keep[0] = true;
    keep[n - 1] = true;
    let mut stack = vec![(0, n - 1)];
    while let Some((a, b)) = stack.pop() {
        let mut worst = (0.0, 0);
        for (i, p) in line.iter().enumerate().take(b).skip(a + 1) {
            let off = p.distance_to_segment(line[a], line[b]);
            if off > worst.0 {
                worst = (off, i);
            }
        }
        let split = if worst.0 > bends.tolerance_m {
            worst.1
        } else if b - a > 1 && line[a].distance(line[b]) > bends.gap_m {
            (a + b) / 2
        } else {
            continue;
        };
        keep[split] = true;
        stack.push((a, split));
        stack.push((split, b));
    }
    line.iter().zip(keep).filter(|(_, k)| *k).map(|(p, _)| *p).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bends_reach_the_length_wanted() {
        let base = [P2::new(0.0, 0.0), P2::new(9_000.0, 0.0)];
        for factor in [1.02, 1.15, 1.4] {
            let line = meander(&base, 9_000.0 * factor, Bends::ROAD, 7, |_| true);
            let got = length(&line) / 9_000.0;
            assert!((got / factor - 1.0).abs() < 0.02, "wanted {factor}, got {got}");
            assert_eq!((line[0], line[line.len() - 1]), (base[0], base[1]));
        }
        let straight = meander(&base, 12_000.0, Bends::ROAD, 7, |_| false);
        assert!((length(&straight) - 9_000.0).abs() < 1e-6);
    }
}
