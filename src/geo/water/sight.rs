//! Whether a straight line stays on the water, with the shore's edges in a grid.

use super::plane::{TOUCH_M, XY, cross};

/// About so many cells of the grid for each edge.
const CELLS_PER_EDGE: f64 = 2.0;

/// All edges between water and land.
#[derive(Clone, Debug)]
pub(super) struct Shore {
    /// Rings with the water to the left; the first is the outline.
    rings: Vec<Vec<XY>>,
    edges: Vec<(XY, XY)>,
    /// South-west corner, and the size of a cell.
    corner: XY,
    cell: f64,
    columns: usize,
    rows: usize,
    /// Where the edges of each cell begin in `in_cells`.
    first: Vec<u32>,
    in_cells: Vec<u32>,
}

impl Shore {
    pub(super) fn new(rings: Vec<Vec<XY>>) -> Shore {
        let edges: Vec<(XY, XY)> =
            rings.iter().flat_map(|ring| (0..ring.len()).map(|i| (ring[i], ring[(i + 1) % ring.len()]))).collect();
        let start = (XY { x: f64::MAX, y: f64::MAX }, XY { x: f64::MIN, y: f64::MIN });
        let (low, high) = edges.iter().fold(start, |(low, high), (a, _)| {
            (XY { x: low.x.min(a.x), y: low.y.min(a.y) }, XY { x: high.x.max(a.x), y: high.y.max(a.y) })
        });
        let (width, height) = (high.x - low.x + 2.0 * TOUCH_M, high.y - low.y + 2.0 * TOUCH_M);
        let cell = (width * height / (CELLS_PER_EDGE * edges.len() as f64)).sqrt().max(width.max(height) / 1000.0);
        let (columns, rows) = ((width / cell) as usize + 1, (height / cell) as usize + 1);
        let corner = XY { x: low.x - TOUCH_M, y: low.y - TOUCH_M };
        let mut shore =
            Shore { rings, edges: Vec::new(), corner, cell, columns, rows, first: Vec::new(), in_cells: Vec::new() };
        let mut lists: Vec<Vec<u32>> = vec![Vec::new(); columns * rows];
        for (i, (a, b)) in edges.iter().enumerate() {
            shore.cells_along(*a, *b, |c| {
                lists[c].push(i as u32);
                true
            });
        }
        for list in &lists {
            shore.first.push(shore.in_cells.len() as u32);
            shore.in_cells.extend(list);
        }
        shore.first.push(shore.in_cells.len() as u32);
        shore.edges = edges;
        shore
    }

    fn column(&self, x: f64) -> usize {
        (((x - self.corner.x) / self.cell).max(0.0) as usize).min(self.columns - 1)
    }

    fn row(&self, y: f64) -> usize {
        (((y - self.corner.y) / self.cell).max(0.0) as usize).min(self.rows - 1)
    }

    /// Visits every cell that a line comes within a touch of (and perhaps some beside it), until told to stop.
    fn cells_along(&self, a: XY, b: XY, mut visit: impl FnMut(usize) -> bool) {
        let (a, b) = if a.x <= b.x { (a, b) } else { (b, a) };
        let pad = 2.0 * TOUCH_M;
        for column in self.column(a.x - pad)..=self.column(b.x + pad) {
            // The part of the line within the column's width.
            let west = (self.corner.x + column as f64 * self.cell - pad).max(a.x).min(b.x);
            let east = (self.corner.x + (column + 1) as f64 * self.cell + pad).min(b.x).max(a.x);
            let at = |x: f64| if b.x > a.x { a.y + (b.y - a.y) * (x - a.x) / (b.x - a.x) } else { a.y };
            let (mut low, mut high) = (at(west).min(at(east)), at(west).max(at(east)));
            if b.x - a.x <= pad {
                (low, high) = (a.y.min(b.y), a.y.max(b.y));
            }
            for row in self.row(low - pad)..=self.row(high + pad) {
                if !visit(row * self.columns + column) {
                    return;
                }
            }
        }
    }

    fn edges_of(&self, cell: usize) -> impl Iterator<Item = (XY, XY)> {
        let range = self.first[cell] as usize..self.first[cell + 1] as usize;
        self.in_cells[range].iter().map(|e| self.edges[*e as usize])
    }

    /// Whether a place is water; the edge of the water counts as water.
    pub(super) fn is_water(&self, p: XY) -> bool {
        self.is_inside(p) || self.is_edge(p)
    }

    fn is_inside(&self, p: XY) -> bool {
        let mut rings = self.rings.iter();
        rings.next().is_some_and(|outer| in_ring(outer, p)) && !rings.any(|island| in_ring(island, p))
    }

    /// Whether a place lies on an edge between water and land, not where islands overlap the land.
    fn is_edge(&self, p: XY) -> bool {
        let mut near = false;
        self.cells_along(p, p, |cell| {
            near = near || self.edges_of(cell).any(|(a, b)| a.towards(b, p.share_along(a, b)).distance(p) <= TOUCH_M);
            !near
        });
        if !near || self.rings.len() == 1 {
            return near;
        }
        // On the edge of one ring: the others decide, unless the place lies on theirs too.
        let mut rings = self.rings.iter();
        let on = |ring: &Vec<XY>| {
            (0..ring.len()).any(|i| {
                let (a, b) = (ring[i], ring[(i + 1) % ring.len()]);
                a.towards(b, p.share_along(a, b)).distance(p) <= TOUCH_M
            })
        };
        rings.next().is_some_and(|outer| in_ring(outer, p) || on(outer)) && !rings.any(|r| in_ring(r, p) && !on(r))
    }

    /// The place on the edge of the water nearest to another.
    pub(super) fn nearest_edge(&self, p: XY) -> XY {
        let mut best = (f64::INFINITY, p);
        for (a, b) in &self.edges {
            let at = a.towards(*b, p.share_along(*a, *b));
            if at.distance(p) < best.0 && self.is_water(at) {
                best = (at.distance(p), at);
            }
        }
        best.1
    }

    /// Whether the straight line between two places on the water stays on it; it may touch the shore and run along it.
    pub(super) fn clear(&self, a: XY, b: XY) -> bool {
        let length = a.distance(b);
        if length <= TOUCH_M {
            return true;
        }
        // Where the line touches corners it may change from water to land without crossing an edge.
        let mut touches = vec![0.0, 1.0];
        let mut crossed = false;
        self.cells_along(a, b, |cell| {
            for (c, d) in self.edges_of(cell) {
                if cross(a, b, c, d) {
                    crossed = true;
                    return false;
                }
                for corner in [c, d] {
                    if a.side(b, corner).abs() <= TOUCH_M * length {
                        let share = corner.share_along(a, b);
                        if a.towards(b, share).distance(corner) <= TOUCH_M {
                            touches.push(share);
                        }
                    }
                }
            }
            true
        });
        if crossed {
            return false;
        }
        touches.sort_by(f64::total_cmp);
        touches
            .windows(2)
            .filter(|w| (w[1] - w[0]) * length > 2.0 * TOUCH_M)
            .all(|w| self.is_water(a.towards(b, (w[0] + w[1]) / 2.0)))
    }
}

/// Even-odd rule.
fn in_ring(ring: &[XY], p: XY) -> bool {
    let n = ring.len();
    let mut inside = false;
    for i in 0..n {
        let (a, b) = (ring[i], ring[(i + 1) % n]);
        if (a.y > p.y) != (b.y > p.y) && p.x < (b.x - a.x) * (p.y - a.y) / (b.y - a.y) + a.x {
            inside = !inside;
        }
    }
    inside
}
