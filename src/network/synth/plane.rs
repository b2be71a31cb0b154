//! A flat map of the region in metres, and the few pieces of plane geometry roads are drawn with.

use crate::geo::{EARTH_RADIUS_M, LatLon};

/// A point on the flat map: metres east and north of its middle.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct P2 {
    pub(super) x: f64,
    pub(super) y: f64,
}

impl P2 {
    pub(super) fn new(x: f64, y: f64) -> P2 {
        P2 { x, y }
    }

    pub(super) fn distance(self, o: P2) -> f64 {
        let (dx, dy) = (self.x - o.x, self.y - o.y);
        libm::sqrt(dx * dx + dy * dy)
    }

    /// The point a share `t` of the way to another.
    pub(super) fn towards(self, o: P2, t: f64) -> P2 {
        P2::new(self.x + (o.x - self.x) * t, self.y + (o.y - self.y) * t)
    }

    /// The point so many metres away in a direction (radians from east, counter-clockwise).
    pub(super) fn polar(self, angle: f64, metres: f64) -> P2 {
        P2::new(self.x + metres * libm::cos(angle), self.y + metres * libm::sin(angle))
    }

    /// The direction of another point.
    pub(super) fn angle_to(self, o: P2) -> f64 {
        libm::atan2(o.y - self.y, o.x - self.x)
    }

    pub(super) fn distance_to_segment(self, a: P2, b: P2) -> f64 {
        let (dx, dy) = (b.x - a.x, b.y - a.y);
        let square = dx * dx + dy * dy;
        let t = if square > 0.0 { ((self.x - a.x) * dx + (self.y - a.y) * dy) / square } else { 0.0 };
        self.distance(a.towards(b, t.clamp(0.0, 1.0)))
    }
}

/// Equirectangular projection round a middle point; lengths are right to a few tenths of a percent over 200 km.
#[derive(Clone, Copy, Debug)]
pub(super) struct Plane {
    middle: LatLon,
    cos: f64,
}

impl Plane {
    pub(super) fn new(middle: LatLon) -> Plane {
        Plane { middle, cos: libm::cos(middle.lat.to_radians()) }
    }

    pub(super) fn to_xy(self, p: LatLon) -> P2 {
        P2::new(
            (p.lon - self.middle.lon).to_radians() * self.cos * EARTH_RADIUS_M,
            (p.lat - self.middle.lat).to_radians() * EARTH_RADIUS_M,
        )
    }

    pub(super) fn to_latlon(self, p: P2) -> LatLon {
        LatLon::new(
            self.middle.lat + (p.y / EARTH_RADIUS_M).to_degrees(),
            self.middle.lon + (p.x / (EARTH_RADIUS_M * self.cos)).to_degrees(),
        )
    }
}

/// Length of a line in metres.
pub(super) fn length(line: &[P2]) -> f64 {
    line.windows(2).map(|w| w[0].distance(w[1])).sum()
}

/// Chaikin's corner cutting (1974); the ends stay.
pub(super) fn chaikin(line: &[P2], rounds: usize) -> Vec<P2> {
    let mut line = line.to_vec();
    for _ in 0..rounds {
        if line.len() < 3 {
            break;
        }
        let mut next = vec![line[0]];
        for w in line.windows(2) {
            next.push(w[0].towards(w[1], 0.25));
            next.push(w[0].towards(w[1], 0.75));
        }
        next.push(line[line.len() - 1]);
        line = next;
    }
    line
}

/// Points about `step` metres apart along a line; the ends stay.
pub(super) fn resample(line: &[P2], step: f64) -> Vec<P2> {
    let total = length(line);
    let pieces = ((total / step).round() as usize).max(1);
    let mut out = Vec::with_capacity(pieces + 1);
    let mut wanted = total / pieces as f64;
    let each = wanted;
    let mut walked = 0.0;
    out.push(line[0]);
    for w in line.windows(2) {
        let d = w[0].distance(w[1]);
        while out.len() < pieces && walked + d >= wanted && d > 0.0 {
            out.push(w[0].towards(w[1], (wanted - walked) / d));
            wanted += each;
        }
        walked += d;
    }
    out.push(line[line.len() - 1]);
    out
}

/// The unit normals (to the left) of a line at its points.
pub(super) fn normals(line: &[P2]) -> Vec<P2> {
    let n = line.len();
    (0..n)
        .map(|i| {
            let (a, b) = (line[i.saturating_sub(1)], line[(i + 1).min(n - 1)]);
            let d = a.distance(b).max(1e-9);
            P2::new(-(b.y - a.y) / d, (b.x - a.x) / d)
        })
        .collect()
}

/// The line moved to its left by so many metres.
pub(super) fn shift_left(line: &[P2], metres: f64) -> Vec<P2> {
    line.iter().zip(normals(line)).map(|(p, n)| P2::new(p.x + n.x * metres, p.y + n.y * metres)).collect()
}

/// Where two segments cross: the shares of the way along each, both strictly inside.
pub(super) fn crossing(a: P2, b: P2, c: P2, d: P2) -> Option<(f64, f64)> {
    let (rx, ry, sx, sy) = (b.x - a.x, b.y - a.y, d.x - c.x, d.y - c.y);
    let cross = rx * sy - ry * sx;
    if cross.abs() < 1e-9 {
        return None;
    }
    let t = ((c.x - a.x) * sy - (c.y - a.y) * sx) / cross;
    let u = ((c.x - a.x) * ry - (c.y - a.y) * rx) / cross;
    (t > 0.0 && t < 1.0 && u > 0.0 && u < 1.0).then_some((t, u))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn projection_goes_there_and_back() {
        let plane = Plane::new(LatLon::new(24.3, 102.3));
        let p = LatLon::new(24.71, 101.9);
        let q = plane.to_latlon(plane.to_xy(p));
        assert!((p.lat - q.lat).abs() < 1e-12 && (p.lon - q.lon).abs() < 1e-12);
        let far = plane.to_xy(p).distance(plane.to_xy(LatLon::new(24.3, 102.3)));
        let true_m = crate::geo::distance_m(p, LatLon::new(24.3, 102.3));
        assert!((far / true_m - 1.0).abs() < 0.003, "{far} against {true_m}");
    }

    #[test]
    fn resampling_keeps_ends_and_spacing() {
        let line = [P2::new(0.0, 0.0), P2::new(300.0, 0.0), P2::new(300.0, 400.0)];
        let fine = resample(&line, 70.0);
        assert_eq!((fine.len(), fine[0], fine[10]), (11, line[0], line[2]));
        assert!(fine.windows(2).all(|w| w[0].distance(w[1]) < 70.1));
        let long = crossing(line[0], line[1], P2::new(100.0, -1.0), P2::new(100.0, 1.0));
        assert_eq!(long, Some((1.0 / 3.0, 0.5)));
    }
}
