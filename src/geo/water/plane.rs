//! Places on a local plane in metres, and rings of them.

use crate::geo::{EARTH_RADIUS_M, LatLon};

/// Closer than this, in metres, two places are one and a line touches the shore: finer than any map.
pub(super) const TOUCH_M: f64 = 1e-3;

/// A place on the plane, metres east and north.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct XY {
    pub(super) x: f64,
    pub(super) y: f64,
}

impl XY {
    /// Twice the signed area of the triangle of this place and two others; positive if they turn left.
    pub(super) fn side(self, a: XY, b: XY) -> f64 {
        (a.x - self.x) * (b.y - self.y) - (a.y - self.y) * (b.x - self.x)
    }

    pub(super) fn distance(self, other: XY) -> f64 {
        libm::hypot(other.x - self.x, other.y - self.y)
    }

    /// The place at a share of the way to another.
    pub(super) fn towards(self, to: XY, share: f64) -> XY {
        XY { x: self.x + share * (to.x - self.x), y: self.y + share * (to.y - self.y) }
    }

    /// The share of the way from `a` to `b` at which this place is nearest, 0 to 1.
    pub(super) fn share_along(self, a: XY, b: XY) -> f64 {
        let (dx, dy) = (b.x - a.x, b.y - a.y);
        let square = dx * dx + dy * dy;
        if square == 0.0 { 0.0 } else { (((self.x - a.x) * dx + (self.y - a.y) * dy) / square).clamp(0.0, 1.0) }
    }
}

/// An equirectangular plane.
#[derive(Clone, Copy, Debug)]
pub(super) struct Plane {
    origin: LatLon,
    /// Metres per degree east and north.
    scale: (f64, f64),
}

impl Plane {
    /// About the middle latitude of a ring; `None` for no corners or corners off the globe.
    pub(super) fn about(ring: &[LatLon]) -> Option<Plane> {
        let first = *ring.first()?;
        if ring.iter().any(|p| !p.is_valid()) {
            return None;
        }
        let (low, high) = ring.iter().fold((first.lat, first.lat), |(a, b), p| (a.min(p.lat), b.max(p.lat)));
        let degree = EARTH_RADIUS_M.to_radians();
        let lat = (low + high) / 2.0;
        let east = degree * libm::cos(lat.to_radians());
        (east > 1.0).then_some(Plane { origin: LatLon::new(lat, first.lon), scale: (east, degree) })
    }

    pub(super) fn flat(&self, p: LatLon) -> XY {
        let mut east = p.lon - self.origin.lon;
        if east > 180.0 {
            east -= 360.0;
        } else if east < -180.0 {
            east += 360.0;
        }
        XY { x: east * self.scale.0, y: (p.lat - self.origin.lat) * self.scale.1 }
    }

    pub(super) fn round(&self, p: XY) -> LatLon {
        let mut lon = self.origin.lon + p.x / self.scale.0;
        if lon > 180.0 {
            lon -= 360.0;
        } else if lon < -180.0 {
            lon += 360.0;
        }
        LatLon::new(self.origin.lat + p.y / self.scale.1, lon)
    }
}

/// A ring without corners that repeat the one before.
pub(super) fn clean_ring(ring: Vec<XY>) -> Vec<XY> {
    let mut out: Vec<XY> = Vec::with_capacity(ring.len());
    for p in ring {
        if out.last().is_none_or(|l| l.distance(p) > TOUCH_M) {
            out.push(p);
        }
    }
    while out.len() > 1 && out[0].distance(out[out.len() - 1]) <= TOUCH_M {
        out.pop();
    }
    out
}

/// The area of a ring, m²; positive if it runs anticlockwise.
pub(super) fn signed_area(ring: &[XY]) -> f64 {
    let n = ring.len();
    (0..n).map(|i| ring[i].x * ring[(i + 1) % n].y - ring[(i + 1) % n].x * ring[i].y).sum::<f64>() / 2.0
}

/// Whether two segments cross, each passing from one side of the other to the other side by more than a touch.
pub(super) fn cross(a: XY, b: XY, c: XY, d: XY) -> bool {
    let (ab, cd) = (a.distance(b).max(TOUCH_M) * TOUCH_M, c.distance(d).max(TOUCH_M) * TOUCH_M);
    let (c_side, d_side) = (a.side(b, c), a.side(b, d));
    if !((c_side > ab && d_side < -ab) || (c_side < -ab && d_side > ab)) {
        return false;
    }
    let (a_side, b_side) = (c.side(d, a), c.side(d, b));
    (a_side > cd && b_side < -cd) || (a_side < -cd && b_side > cd)
}

/// A place where a ring crosses itself. Sorts the edges from west to east and compares those whose widths overlap.
pub(super) fn ring_crosses_itself(ring: &[XY]) -> Option<XY> {
    let n = ring.len();
    let mut edges: Vec<(XY, XY)> = (0..n).map(|i| (ring[i], ring[(i + 1) % n])).collect();
    edges.sort_by(|a, b| a.0.x.min(a.1.x).total_cmp(&b.0.x.min(b.1.x)));
    for (i, (a, b)) in edges.iter().enumerate() {
        let east = a.x.max(b.x);
        for (c, d) in edges[i + 1..].iter().take_while(|(c, d)| c.x.min(d.x) <= east) {
            if cross(*a, *b, *c, *d) {
                return Some(*a);
            }
        }
    }
    None
}
