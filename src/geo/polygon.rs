use super::{Bounds, LatLon, distance_m};
use serde::{Deserialize, Serialize};

/// A closed ring of positions (the last joins the first); holes are not kept. Not for rings across the antimeridian.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Polygon {
    /// The corners, in order, without repeating the first at the end.
    pub ring: Vec<LatLon>,
}

impl Polygon {
    /// A polygon from its corners; a repeated last corner is dropped.
    pub fn new(mut ring: Vec<LatLon>) -> Polygon {
        if ring.len() > 1 && ring.first() == ring.last() {
            ring.pop();
        }
        Polygon { ring }
    }

    /// Whether a point lies inside (even-odd rule; points exactly on the border may fall either way).
    pub fn contains(&self, p: LatLon) -> bool {
        let mut inside = false;
        let n = self.ring.len();
        for i in 0..n {
            let (a, b) = (self.ring[i], self.ring[(i + 1) % n]);
            if (a.lat > p.lat) != (b.lat > p.lat) && p.lon < (b.lon - a.lon) * (p.lat - a.lat) / (b.lat - a.lat) + a.lon
            {
                inside = !inside;
            }
        }
        inside
    }

    /// Whether the straight segment from `a` to `b` touches the polygon's inside or crosses its border.
    pub fn crosses(&self, a: LatLon, b: LatLon) -> bool {
        if self.contains(a) || self.contains(b) {
            return true;
        }
        let n = self.ring.len();
        (0..n).any(|i| segments_cross(a, b, self.ring[i], self.ring[(i + 1) % n]))
    }

    /// Metres from a place to the nearest point of the border, on the plane that touches the globe at the place: for places
    /// within some tens of kilometres.
    pub fn border_m(&self, p: LatLon) -> f64 {
        let scale = libm::cos(p.lat.to_radians());
        let flat = |q: LatLon| ((q.lon - p.lon) * scale, q.lat - p.lat);
        let n = self.ring.len();
        let nearest = (0..n).map(|i| {
            let ((ax, ay), (bx, by)) = (flat(self.ring[i]), flat(self.ring[(i + 1) % n]));
            let (dx, dy) = (bx - ax, by - ay);
            let length = dx * dx + dy * dy;
            let share = if length > 0.0 { (-(ax * dx + ay * dy) / length).clamp(0.0, 1.0) } else { 0.0 };
            let (x, y) = (ax + share * dx, ay + share * dy);
            distance_m(p, LatLon::new(p.lat + y, p.lon + x / scale))
        });
        nearest.fold(f64::INFINITY, f64::min)
    }

    /// The box round the polygon.
    pub fn bounds(&self) -> Option<Bounds> {
        Bounds::of(self.ring.iter().copied())
    }
}

fn cross(o: LatLon, a: LatLon, b: LatLon) -> f64 {
    (a.lon - o.lon) * (b.lat - o.lat) - (a.lat - o.lat) * (b.lon - o.lon)
}

fn segments_cross(a: LatLon, b: LatLon, c: LatLon, d: LatLon) -> bool {
    let (d1, d2, d3, d4) = (cross(c, d, a), cross(c, d, b), cross(a, b, c), cross(a, b, d));
    (d1 > 0.0) != (d2 > 0.0) && (d3 > 0.0) != (d4 > 0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_border_is_as_far_as_its_nearest_point() {
        let at = |lat: f64, lon: f64| LatLon::new(lat, lon);
        let square = Polygon::new(vec![at(24.0, 102.0), at(24.1, 102.0), at(24.1, 102.1), at(24.0, 102.1)]);
        let from_south = distance_m(at(24.02, 102.05), at(24.0, 102.05));
        assert!((square.border_m(at(24.02, 102.05)) - from_south).abs() < 1.0);
        let to_corner = distance_m(at(23.99, 101.99), at(24.0, 102.0));
        assert!((square.border_m(at(23.99, 101.99)) - to_corner).abs() < 1.0);
        assert!(square.border_m(at(24.1, 102.05)) < 0.01);
    }

    #[test]
    fn inside_outside_and_through() {
        let square = Polygon::new(vec![
            LatLon::new(0.0, 0.0),
            LatLon::new(0.0, 2.0),
            LatLon::new(2.0, 2.0),
            LatLon::new(2.0, 0.0),
            LatLon::new(0.0, 0.0),
        ]);
        assert_eq!(square.ring.len(), 4);
        assert!(square.contains(LatLon::new(1.0, 1.0)));
        assert!(!square.contains(LatLon::new(3.0, 1.0)));
        assert!(square.crosses(LatLon::new(1.0, -1.0), LatLon::new(1.0, 3.0)));
        assert!(!square.crosses(LatLon::new(3.0, -1.0), LatLon::new(3.0, 3.0)));
    }
}
