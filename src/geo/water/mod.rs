//! The shortest way over open water: straight where nothing is in the way, otherwise round capes and islands.
//!
//! A shortest way among obstacles with straight sides bends only at their corners, and only at those round which the water
//! turns by more than half a circle: capes of the shore and corners of islands. Between two such corners it is straight and
//! touches both without cutting into them (Lozano-Pérez and Wesley 1979, Communications of the ACM 22:560). [`Basin`]
//! searches those lines with Dijkstra's algorithm, testing each for land only when the search comes to it, so that a lake
//! with thousands of corners needs few tests.
//!
//! Land is tested on a plane (equirectangular about the lake, where straight lines of 50 km lie within metres of great
//! circles); lengths are great-circle distances ([`distance_m`]), so that no way is ever shorter than the straight line and
//! the triangle inequality holds exactly. On the earth's ellipsoid lengths differ from these by up to 0.5 %, as everywhere
//! in this program.

mod plane;
mod sight;
#[cfg(test)]
mod tests;

use super::{LatLon, distance_m};
use plane::{Plane, TOUCH_M, XY, clean_ring, ring_crosses_itself, signed_area};
use sight::Shore;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// A lake has at most so many corners, islands included: each pier takes time that grows with their square.
pub const MOST_CORNERS: usize = 20_000;

/// Why an outline is no lake.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum BasinError {
    /// Fewer than three corners, or no area.
    #[error("a ring has fewer than three different corners or no area")]
    Flat,
    /// A ring that crosses itself.
    #[error("a ring crosses itself near {lat:.5}, {lon:.5}")]
    Crossed {
        /// Degrees north.
        lat: f64,
        /// Degrees east.
        lon: f64,
    },
    /// Too many corners.
    #[error("the outline has {0} corners; {MOST_CORNERS} are the most")]
    Large(usize),
}

/// Where a place lies on the water.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Moored {
    /// The water's edge nearest to the place; the place itself if it lies in the water.
    pub at: LatLon,
    /// Metres between the two.
    pub aside_m: f64,
}

/// A corner round which ways may bend.
#[derive(Clone, Copy, Debug)]
struct Cape {
    at: XY,
    place: LatLon,
    before: XY,
    after: XY,
}

impl Cape {
    /// Whether a line that comes from elsewhere passes without cutting into the land: both neighbours on one side.
    fn touched_from(&self, from: XY) -> bool {
        let (p, n) = (self.at.side(from, self.before), self.at.side(from, self.after));
        // A little more than the straight distance will do, and needs no root.
        let touch = TOUCH_M * ((self.at.x - from.x).abs() + (self.at.y - from.y).abs());
        (p >= -touch && n >= -touch) || (p <= touch && n <= touch)
    }
}

/// Water with its shore and islands.
#[derive(Clone, Debug)]
pub struct Basin {
    plane: Plane,
    shore: Shore,
    capes: Vec<Cape>,
}

impl Basin {
    /// Water inside an outline and outside all islands. The last corner of a ring may repeat the first; the direction of
    /// rings does not matter; islands may touch or overlap one another and the shore.
    ///
    /// # Errors
    /// [`BasinError`] for rings that are no rings.
    pub fn new(outer: &[LatLon], islands: &[Vec<LatLon>]) -> Result<Basin, BasinError> {
        let corners = outer.len() + islands.iter().map(Vec::len).sum::<usize>();
        if corners > MOST_CORNERS {
            return Err(BasinError::Large(corners));
        }
        let plane = Plane::about(outer).ok_or(BasinError::Flat)?;
        let mut rings = Vec::new();
        for (i, ring) in std::iter::once(outer).chain(islands.iter().map(Vec::as_slice)).enumerate() {
            let mut ring = clean_ring(ring.iter().map(|p| plane.flat(*p)).collect());
            let area = signed_area(&ring);
            if ring.len() < 3 || area == 0.0 {
                return Err(BasinError::Flat);
            }
            if let Some(at) = ring_crosses_itself(&ring) {
                let at = plane.round(at);
                return Err(BasinError::Crossed { lat: at.lat, lon: at.lon });
            }
            // The water always to the left: the shore anticlockwise, islands clockwise.
            if (area > 0.0) != (i == 0) {
                ring.reverse();
            }
            rings.push(ring);
        }
        let capes = rings.iter().flat_map(|ring| capes_of(ring, &plane)).collect();
        Ok(Basin { plane, shore: Shore::new(rings), capes })
    }

    /// How many corners a way may bend at.
    pub fn capes(&self) -> usize {
        self.capes.len()
    }

    /// Whether a place lies in the water (its edge included).
    pub fn contains(&self, p: LatLon) -> bool {
        self.shore.is_water(self.plane.flat(p))
    }

    /// Where a place lies on the water, or would if it were brought there the shortest way.
    pub fn moor(&self, p: LatLon) -> Moored {
        let flat = self.plane.flat(p);
        if self.shore.is_water(flat) {
            return Moored { at: p, aside_m: 0.0 };
        }
        let at = self.plane.round(self.shore.nearest_edge(flat));
        Moored { at, aside_m: distance_m(p, at) }
    }

    /// A search for ways; one for many places remembers which capes see one another.
    pub fn search(&self) -> Search<'_> {
        Search { basin: self, sights: vec![None; self.capes.len()] }
    }

    /// Which capes a way may go on to from one, in a straight line, and how far that is.
    fn sights(&self, at: usize) -> Vec<(u32, f64)> {
        let here = self.capes[at];
        let seen = |(i, cape): (usize, &Cape)| {
            let tangent = i != at && cape.touched_from(here.at) && here.touched_from(cape.at);
            (tangent && self.shore.clear(here.at, cape.at)).then(|| (i as u32, distance_m(here.place, cape.place)))
        };
        self.capes.iter().enumerate().filter_map(seen).collect()
    }
}

/// A search for ways over the water of a [`Basin`].
#[derive(Clone, Debug)]
pub struct Search<'a> {
    basin: &'a Basin,
    /// For each cape that a search came to, which others it sees, and the metres between.
    sights: Vec<Option<Vec<(u32, f64)>>>,
}

impl Search<'_> {
    /// Lengths in metres of the shortest ways from one place on the water to others; `None` where water does not join them,
    /// or a place lies on land.
    pub fn ways_from(&mut self, from: LatLon, to: &[LatLon]) -> Vec<Option<f64>> {
        let basin = self.basin;
        let start = basin.plane.flat(from);
        let ends: Vec<XY> = to.iter().map(|p| basin.plane.flat(*p)).collect();
        let mut found: Vec<Option<f64>> = vec![None; to.len()];
        if !basin.shore.is_water(start) {
            return found;
        }
        let mut open: Vec<usize> = Vec::new();
        for (i, end) in ends.iter().enumerate() {
            if basin.shore.is_water(*end) {
                if basin.shore.clear(start, *end) { found[i] = Some(distance_m(from, to[i])) } else { open.push(i) }
            }
        }
        if open.is_empty() {
            return found;
        }
        // Dijkstra over capes; what a cape sees is found out when the search comes to it, not before.
        let mut best = vec![f64::INFINITY; basin.capes.len()];
        let mut done = vec![false; basin.capes.len()];
        let mut queue: BinaryHeap<Reverse<(Metres, usize)>> = BinaryHeap::new();
        for (i, cape) in basin.capes.iter().enumerate() {
            if cape.touched_from(start) && basin.shore.clear(start, cape.at) {
                best[i] = distance_m(from, cape.place);
                queue.push(Reverse((Metres(best[i]), i)));
            }
        }
        while let Some(Reverse((Metres(so_far), at))) = queue.pop() {
            if std::mem::replace(&mut done[at], true) {
                continue;
            }
            // No way from here on can be shorter than what is found already for all.
            if open.iter().all(|i| found[*i].is_some_and(|f| f <= so_far)) {
                break;
            }
            let here = basin.capes[at];
            for i in &open {
                let length = so_far + distance_m(here.place, to[*i]);
                if found[*i].is_none_or(|f| length < f)
                    && here.touched_from(ends[*i])
                    && basin.shore.clear(here.at, ends[*i])
                {
                    found[*i] = Some(length);
                }
            }
            for (i, metres) in self.sights[at].get_or_insert_with(|| basin.sights(at)) {
                let (i, length) = (*i as usize, so_far + *metres);
                if length < best[i] {
                    best[i] = length;
                    queue.push(Reverse((Metres(length), i)));
                }
            }
        }
        found
    }
}

/// A finite length that can be ordered.
#[derive(Clone, Copy, PartialEq)]
struct Metres(f64);

impl Eq for Metres {}

impl PartialOrd for Metres {
    fn partial_cmp(&self, other: &Metres) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Metres {
    fn cmp(&self, other: &Metres) -> std::cmp::Ordering {
        self.0.total_cmp(&other.0)
    }
}

fn capes_of(ring: &[XY], plane: &Plane) -> Vec<Cape> {
    let n = ring.len();
    let corner = |i: usize| {
        let (before, at, after) = (ring[(i + n - 1) % n], ring[i], ring[(i + 1) % n]);
        // Water to the left: a turn to the right is a cape, and so is the tip of a pier of no width.
        let turn = before.side(at, after);
        let back = turn == 0.0 && (at.x - before.x) * (after.x - at.x) + (at.y - before.y) * (after.y - at.y) < 0.0;
        (turn < 0.0 || back).then(|| Cape { at, place: plane.round(at), before, after })
    };
    (0..n).filter_map(corner).collect()
}
