use serde::{Deserialize, Serialize};

/// Mean radius of the earth in metres (IUGG).
pub const EARTH_RADIUS_M: f64 = 6_371_008.8;

/// A WGS-84 position in degrees.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct LatLon {
    /// Degrees north.
    pub lat: f64,
    /// Degrees east.
    pub lon: f64,
}

impl LatLon {
    /// A position from degrees north and east.
    pub fn new(lat: f64, lon: f64) -> LatLon {
        LatLon { lat, lon }
    }

    /// The point at a share (0 to 1) of the way to another, the short way round the earth; degrees are interpolated, so
    /// it is meant for segments of roads, not for oceans.
    pub fn towards(self, to: LatLon, share: f64) -> LatLon {
        let mut east = to.lon - self.lon;
        if east > 180.0 {
            east -= 360.0;
        } else if east < -180.0 {
            east += 360.0;
        }
        let mut lon = self.lon + share * east;
        if lon > 180.0 {
            lon -= 360.0;
        } else if lon < -180.0 {
            lon += 360.0;
        }
        LatLon::new(self.lat + share * (to.lat - self.lat), lon)
    }

    /// Whether both numbers are finite and on the globe.
    pub fn is_valid(self) -> bool {
        self.lat.is_finite() && self.lon.is_finite() && self.lat.abs() <= 90.0 && self.lon.abs() <= 180.0
    }
}

/// Great-circle distance in metres (haversine), right across the antimeridian too.
pub fn distance_m(a: LatLon, b: LatLon) -> f64 {
    let (la, lb) = (a.lat.to_radians(), b.lat.to_radians());
    let dlat = libm::sin((lb - la) / 2.0);
    let dlon = libm::sin((b.lon - a.lon).to_radians() / 2.0);
    let h = dlat * dlat + libm::cos(la) * libm::cos(lb) * dlon * dlon;
    2.0 * EARTH_RADIUS_M * libm::asin(libm::sqrt(h.min(1.0)))
}

/// The position `east_m` and `north_m` metres away (flat earth; good to about 0.1 % within 50 km).
pub fn offset(from: LatLon, east_m: f64, north_m: f64) -> LatLon {
    let lat = from.lat + (north_m / EARTH_RADIUS_M).to_degrees();
    let lon = from.lon + (east_m / (EARTH_RADIUS_M * libm::cos(from.lat.to_radians()))).to_degrees();
    LatLon { lat, lon }
}

/// A box of latitudes and longitudes.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Bounds {
    /// South-west corner.
    pub min: LatLon,
    /// North-east corner.
    pub max: LatLon,
}

impl Bounds {
    /// The smallest box round some points, or `None` for no points.
    pub fn of(points: impl IntoIterator<Item = LatLon>) -> Option<Bounds> {
        let mut points = points.into_iter();
        let first = points.next()?;
        let mut bounds = Bounds { min: first, max: first };
        for p in points {
            bounds.min.lat = bounds.min.lat.min(p.lat);
            bounds.min.lon = bounds.min.lon.min(p.lon);
            bounds.max.lat = bounds.max.lat.max(p.lat);
            bounds.max.lon = bounds.max.lon.max(p.lon);
        }
        Some(bounds)
    }

    /// The middle of the box.
    pub fn centre(self) -> LatLon {
        LatLon::new((self.min.lat + self.max.lat) / 2.0, (self.min.lon + self.max.lon) / 2.0)
    }

    /// Whether a point lies in the box or on its border.
    pub fn contains(self, p: LatLon) -> bool {
        p.lat >= self.min.lat && p.lat <= self.max.lat && p.lon >= self.min.lon && p.lon <= self.max.lon
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_match_known_ones() {
        // One degree of latitude on the mean sphere is 111.195 km.
        let d = distance_m(LatLon::new(24.0, 102.0), LatLon::new(25.0, 102.0));
        assert!((d - 111_195.08).abs() < 0.1, "{d}");
        // Across the antimeridian the short way is taken.
        let d = distance_m(LatLon::new(-17.0, 179.9), LatLon::new(-17.0, -179.9));
        assert!(d < 22_000.0, "{d}");
    }

    #[test]
    fn offset_goes_as_far_as_asked() {
        let from = LatLon::new(24.3, 102.5);
        let to = offset(from, 3000.0, 4000.0);
        assert!((distance_m(from, to) - 5000.0).abs() < 2.0);
    }
}
