use super::{Bounds, LatLon};
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
