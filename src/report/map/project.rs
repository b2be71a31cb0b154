//! From longitude and latitude to pixels: equirectangular, shrunk by the cosine of the middle latitude.

use crate::experiment::summary::MapData;

/// Kilometres in a degree of latitude.
const KM_PER_DEGREE: f64 = 111.195;

/// Where places lie in the picture.
pub(super) struct Projection {
    west: f64,
    north: f64,
    /// Pixels per degree of longitude.
    per_lon: f64,
    /// Pixels per degree of latitude.
    per_lat: f64,
    origin: (f64, f64),
    /// Width of the map in pixels.
    pub width: f64,
    /// Height of the map in pixels.
    pub height: f64,
}

impl Projection {
    /// Fits the places on the map into `room`, with a margin. The picture is as wide as it may be and as high as it
    /// must, within 0.45 to 1.28 of its width.
    pub(super) fn fit(map: &MapData, origin: (f64, f64), room: (f64, f64)) -> Projection {
        let places = map.points.iter().map(|p| p.at).chain(map.posts.iter().map(|p| p.at));
        let places = places.chain(map.hospitals.iter().map(|p| p.at));
        // Roads lead on beyond the area; they set the frame only where there is nothing else.
        let mut all: Vec<[f64; 2]> = places.collect();
        if all.len() < 2 {
            all.extend(map.roads.iter().flat_map(|r| r.line.iter().copied()));
        }
        Projection::around(&all, origin, room)
    }

    /// Fits some places into `room`, as [`Projection::fit`].
    pub(super) fn around(all: &[[f64; 2]], origin: (f64, f64), room: (f64, f64)) -> Projection {
        let (mut w, mut s, mut e, mut n) = (f64::MAX, f64::MAX, f64::MIN, f64::MIN);
        for [lon, lat] in all.iter().copied().filter(|p| p.iter().all(|v| v.is_finite())) {
            (w, e, s, n) = (w.min(lon), e.max(lon), s.min(lat), n.max(lat));
        }
        if w > e {
            // Nothing to show: any frame will do.
            (w, e, s, n) = (0.0, 0.1, 0.0, 0.1);
        }
        let (pad_lon, pad_lat) = (((e - w) * 0.035).max(0.002), ((n - s) * 0.035).max(0.002));
        (w, e, s, n) = (w - pad_lon, e + pad_lon, s - pad_lat, n + pad_lat);
        let shrink = libm::cos(((s + n) / 2.0).to_radians()).max(0.05);
        let per_lat = (room.0 / ((e - w) * shrink)).min(room.1 / (n - s));
        let per_lon = per_lat * shrink;
        let (content_w, content_h) = ((e - w) * per_lon, (n - s) * per_lat);
        let width = content_w.max(room.0 * 0.6);
        let height = content_h.max(width * 0.45);
        Projection {
            west: w - (width - content_w) / 2.0 / per_lon,
            north: n + (height - content_h) / 2.0 / per_lat,
            per_lon,
            per_lat,
            origin,
            width,
            height,
        }
    }

    /// The pixel of a [lon, lat].
    pub(super) fn pixel(&self, [lon, lat]: [f64; 2]) -> (f64, f64) {
        (self.origin.0 + (lon - self.west) * self.per_lon, self.origin.1 + (self.north - lat) * self.per_lat)
    }

    /// Whether anything of a line may lie in the frame.
    pub(super) fn shows(&self, line: &[[f64; 2]]) -> bool {
        let (mut w, mut n, mut e, mut s) = (f64::MAX, f64::MAX, f64::MIN, f64::MIN);
        for at in line {
            let (x, y) = self.pixel(*at);
            (w, e, n, s) = (w.min(x), e.max(x), n.min(y), s.max(y));
        }
        let (left, top) = self.origin;
        e >= left && w <= left + self.width && s >= top && n <= top + self.height
    }

    /// Makes the frame at least so high, with the same places in its middle.
    pub(super) fn at_least_high(mut self, height: f64) -> Projection {
        let more = (height - self.height).max(0.0);
        self.north += more / 2.0 / self.per_lat;
        self.height += more;
        self
    }

    /// Pixels in a kilometre.
    pub(super) fn px_per_km(&self) -> f64 {
        self.per_lat / KM_PER_DEGREE
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::summary::{MapPlace, SCHEMA};
    use crate::text::Text;

    #[test]
    fn north_is_up_and_a_kilometre_is_as_long_both_ways() {
        let place = |lon, lat| MapPlace { name: Text::default(), at: [lon, lat], units: 1 };
        let map = MapData {
            schema: SCHEMA,
            roads: vec![],
            water: vec![],
            posts: vec![place(102.0, 24.0), place(103.0, 24.9)],
            hospitals: vec![],
            points: vec![],
            outlines: vec![],
            time: Default::default(),
        };
        let p = Projection::fit(&map, (10.0, 20.0), (800.0, 1000.0));
        let (a, b) = (p.pixel([102.0, 24.0]), p.pixel([103.0, 24.9]));
        assert!(a.0 < b.0 && a.1 > b.1 && a.0 > 10.0 && b.1 > 20.0);
        // A degree of longitude at 24.45° is 0.9103 of one of latitude.
        let (lon_px, lat_px) = (b.0 - a.0, (a.1 - b.1) / 0.9);
        assert!((lon_px / lat_px - 0.9103).abs() < 1e-3);
    }
}
