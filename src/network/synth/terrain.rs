//! The made-up land: a grid of heights with flat basins round the towns, and the lakes. Roads look for their way on it.

use super::facts::Facts;
use super::plane::{P2, Plane};

/// Side of a grid cell in metres.
pub(super) const CELL_M: f64 = 400.0;
/// How far the land reaches beyond the outermost place, in metres.
const MARGIN_M: f64 = 9_000.0;

/// How wet a cell is.
pub(super) const DRY: u8 = 0;
/// Within about a cell of a shore: open to ordinary roads at a price.
pub(super) const SHORE: u8 = 1;
/// So near the shore that no road goes there.
pub(super) const WATER: u8 = 2;

/// A place that flattens the land around itself.
pub(super) struct Basin {
    pub(super) at: P2,
    pub(super) radius_m: f64,
}

/// The land as a grid; cell `(i, j)` is number `j * nx + i`.
pub(super) struct Terrain {
    pub(super) plane: Plane,
    pub(super) nx: usize,
    pub(super) ny: usize,
    origin: P2,
    pub(super) height: Vec<f32>,
    pub(super) wet: Vec<u8>,
    /// What a metre of road costs on even ground: patchy, so that roads over flat land do not run straight by the grid.
    pub(super) rough: Vec<f32>,
    /// How far the warp of the land may move a cell: 1 in the open, 0 near towns and lakes.
    free: Vec<f32>,
    seed: u64,
}

/// A well-mixed number from a seed and a place (SplitMix64's finaliser, Steele et al. 2014).
pub(super) fn mix(seed: u64, a: u64, b: u64) -> u64 {
    let mut z = seed ^ a.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ b.wrapping_mul(0xC2B2_AE3D_27D4_EB4F);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// The same as a number from 0 to 1.
pub(super) fn mix_unit(seed: u64, a: u64, b: u64) -> f64 {
    (mix(seed, a, b) >> 11) as f64 / (1_u64 << 53) as f64
}

fn smooth(t: f64) -> f64 {
    let t = t.clamp(0.0, 1.0);
    t * t * (3.0 - 2.0 * t)
}

/// Value noise: random heights on a lattice, joined smoothly.
fn noise(seed: u64, x: f64, y: f64) -> f64 {
    let (fx, fy) = (x.floor(), y.floor());
    let at = |i: f64, j: f64| mix_unit(seed, (fx + i) as i64 as u64, (fy + j) as i64 as u64);
    let (u, v) = (smooth(x - fx), smooth(y - fy));
    let south = at(0.0, 0.0) * (1.0 - u) + at(1.0, 0.0) * u;
    let north = at(0.0, 1.0) * (1.0 - u) + at(1.0, 1.0) * u;
    south * (1.0 - v) + north * v
}

impl Terrain {
    /// Lays out the land round all places of the facts.
    pub(super) fn new(facts: &Facts, plane: Plane, basins: &[Basin], seed: u64) -> Terrain {
        let mut min = P2::new(f64::MAX, f64::MAX);
        let mut max = P2::new(f64::MIN, f64::MIN);
        for b in basins {
            min = P2::new(min.x.min(b.at.x), min.y.min(b.at.y));
            max = P2::new(max.x.max(b.at.x), max.y.max(b.at.y));
        }
        let origin = P2::new(min.x - MARGIN_M, min.y - MARGIN_M);
        let nx = ((max.x - min.x + 2.0 * MARGIN_M) / CELL_M) as usize + 1;
        let ny = ((max.y - min.y + 2.0 * MARGIN_M) / CELL_M) as usize + 1;
        let n = nx * ny;
        let (height, rough, free) = (vec![0.0; n], vec![1.0; n], vec![1.0; n]);
        let mut t = Terrain { plane, nx, ny, origin, height, wet: vec![DRY; n], rough, free, seed };
        t.flood(facts);
        t.raise(basins);
        t
    }

    fn flood(&mut self, facts: &Facts) {
        for lake in &facts.lakes {
            let Some(bounds) = lake.shore.bounds() else { continue };
            let ring: Vec<P2> = lake.shore.ring.iter().map(|p| self.plane.to_xy(*p)).collect();
            let (a, b) = (self.plane.to_xy(bounds.min), self.plane.to_xy(bounds.max));
            let reach = 7.0 * CELL_M;
            let (i0, j0) = self.cell_coordinates(P2::new(a.x - reach, a.y - reach));
            let (i1, j1) = self.cell_coordinates(P2::new(b.x + reach, b.y + reach));
            for j in j0..=j1 {
                for i in i0..=i1 {
                    let cell = j * self.nx + i;
                    let p = self.centre(cell);
                    let shore = ring
                        .iter()
                        .zip(ring.iter().cycle().skip(1))
                        .map(|(a, b)| p.distance_to_segment(*a, *b))
                        .fold(f64::MAX, f64::min);
                    let wet = if lake.shore.contains(self.plane.to_latlon(p)) || shore < 0.8 * CELL_M {
                        WATER
                    } else if shore < 1.8 * CELL_M {
                        SHORE
                    } else {
                        DRY
                    };
                    self.wet[cell] = self.wet[cell].max(wet);
                    let off = smooth((shore / CELL_M - 2.5) / 4.0) as f32;
                    self.free[cell] = self.free[cell].min(if wet == WATER { 0.0 } else { off });
                }
            }
        }
    }

    fn raise(&mut self, basins: &[Basin]) {
        // How far each cell is from the nearest basin, in basin radii, cut at 2.
        let mut far = vec![2.0_f32; self.nx * self.ny];
        for b in basins {
            let reach = 2.0 * b.radius_m;
            let (i0, j0) = self.cell_coordinates(P2::new(b.at.x - reach, b.at.y - reach));
            let (i1, j1) = self.cell_coordinates(P2::new(b.at.x + reach, b.at.y + reach));
            for j in j0..=j1 {
                for i in i0..=i1 {
                    let cell = j * self.nx + i;
                    far[cell] = far[cell].min((self.centre(cell).distance(b.at) / b.radius_m) as f32);
                }
            }
        }
        for (cell, far) in far.iter().enumerate() {
            let p = self.centre(cell);
            let ridge =
                |scale: f64, salt: u64| 1.0 - (2.0 * noise(self.seed ^ salt, p.x / scale, p.y / scale) - 1.0).abs();
            let hills = 620.0 * ridge(15_000.0, 11) + 300.0 * ridge(6_000.0, 12) + 120.0 * ridge(2_400.0, 13);
            let basin = smooth((f64::from(*far) - 0.5) / 1.2);
            self.free[cell] = self.free[cell].min(smooth((f64::from(*far) - 0.9) / 0.9) as f32);
            let flat = if self.wet[cell] == DRY { 1.0 } else { 0.3 };
            self.height[cell] = (hills * basin * flat) as f32;
            let patch = noise(self.seed ^ 14, p.x / 2_900.0, p.y / 2_900.0)
                + noise(self.seed ^ 15, p.x / 1_100.0, p.y / 1_100.0);
            self.rough[cell] = (1.0 + 0.55 * patch) as f32;
        }
    }

    fn cell_coordinates(&self, p: P2) -> (usize, usize) {
        let i = ((p.x - self.origin.x) / CELL_M).max(0.0) as usize;
        let j = ((p.y - self.origin.y) / CELL_M).max(0.0) as usize;
        (i.min(self.nx - 1), j.min(self.ny - 1))
    }

    /// The cell of a point; points outside the land belong to its border.
    pub(super) fn cell(&self, p: P2) -> usize {
        let (i, j) = self.cell_coordinates(p);
        j * self.nx + i
    }

    /// The middle of a cell.
    pub(super) fn centre(&self, cell: usize) -> P2 {
        let (i, j) = (cell % self.nx, cell / self.nx);
        P2::new(self.origin.x + (i as f64 + 0.5) * CELL_M, self.origin.y + (j as f64 + 0.5) * CELL_M)
    }

    /// The middle of a cell, moved as the open land is warped: rows of cells become curves.
    pub(super) fn warped(&self, cell: usize) -> P2 {
        let c = self.centre(cell);
        let moved = self.shift(c, cell);
        P2::new(c.x + moved.x, c.y + moved.y)
    }

    /// The height of the land at a point. Roads run on the warped land, so the point is traced back to where it came from.
    pub(super) fn height_at(&self, p: P2) -> f64 {
        let mut from = p;
        // The warp moves neighbouring points by much the same, so this closes in on the origin.
        for _ in 0..8 {
            let moved = self.shift(from, self.cell(from));
            from = P2::new(p.x - moved.x, p.y - moved.y);
        }
        let x = ((from.x - self.origin.x) / CELL_M - 0.5).clamp(0.0, (self.nx - 1) as f64);
        let y = ((from.y - self.origin.y) / CELL_M - 0.5).clamp(0.0, (self.ny - 1) as f64);
        let (i, j) = (x as usize, y as usize);
        let (u, v) = (x - i as f64, y - j as f64);
        let at = |i: usize, j: usize| f64::from(self.height[j.min(self.ny - 1) * self.nx + i.min(self.nx - 1)]);
        let south = at(i, j) * (1.0 - u) + at(i + 1, j) * u;
        let north = at(i, j + 1) * (1.0 - u) + at(i + 1, j + 1) * u;
        south * (1.0 - v) + north * v
    }

    /// How far the warp moves a point in a cell.
    fn shift(&self, c: P2, cell: usize) -> P2 {
        const WAVE_M: f64 = 5_200.0;
        const SHIFT_M: f64 = 1_300.0;
        let by =
            |salt| (noise(self.seed ^ salt, c.x / WAVE_M, c.y / WAVE_M) - 0.5) * SHIFT_M * f64::from(self.free[cell]);
        P2::new(by(16), by(17))
    }

    /// Where roads through a cell pass: off its middle, so that no grid shows.
    pub(super) fn waypoint(&self, cell: usize) -> P2 {
        let c = self.warped(cell);
        let off = |salt| (mix_unit(self.seed, cell as u64, salt) - 0.5) * 0.62 * CELL_M;
        P2::new(c.x + off(21), c.y + off(22))
    }

    /// The eight neighbours of a cell: direction (0 east, then counter-clockwise) and cell.
    pub(super) fn neighbours(&self, cell: usize) -> impl Iterator<Item = (usize, usize)> + use<> {
        let (i, j) = ((cell % self.nx) as i64, (cell / self.nx) as i64);
        let (nx, ny) = (self.nx as i64, self.ny as i64);
        const STEPS: [(i64, i64); 8] = [(1, 0), (1, 1), (0, 1), (-1, 1), (-1, 0), (-1, -1), (0, -1), (1, -1)];
        STEPS.into_iter().enumerate().filter_map(move |(d, (di, dj))| {
            let (a, b) = (i + di, j + dj);
            (a >= 0 && b >= 0 && a < nx && b < ny).then_some((d, (b * nx + a) as usize))
        })
    }

    /// Mean steepness round a cell (rise over run).
    pub(super) fn steepness(&self, cell: usize) -> f64 {
        let here = f64::from(self.height[cell]);
        let (mut sum, mut n) = (0.0, 0.0);
        for (d, other) in self.neighbours(cell) {
            if d % 2 == 0 {
                sum += (f64::from(self.height[other]) - here).abs() / CELL_M;
                n += 1.0;
            }
        }
        sum / n
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn noise_is_smooth_and_bounded() {
        for k in 0..200 {
            let x = f64::from(k) * 0.37 - 20.0;
            let (a, b) = (noise(5, x, 1.3), noise(5, x + 1e-6, 1.3));
            assert!((0.0..=1.0).contains(&a) && (a - b).abs() < 1e-4);
        }
    }
}
