//! GCJ-02 (the offset system of Chinese map services) and BD-09 (Baidu's), to and from WGS-84.
//!
//! The published approximation of the GCJ-02 offset on the Krasovsky 1940 ellipsoid; the way back is a fixed-point
//! iteration, good to a centimetre. Lists exported from those services lie some hundred metres off without it.

use super::LatLon;
use std::f64::consts::PI;

const KRASOVSKY_A: f64 = 6_378_245.0;
const KRASOVSKY_EE: f64 = 0.006_693_421_622_965_943;

fn sin(x: f64) -> f64 {
    libm::sin(x)
}

fn offset_degrees(p: LatLon) -> (f64, f64) {
    let (x, y) = (p.lon - 105.0, p.lat - 35.0);
    let root = libm::sqrt(x.abs());
    let wave = (20.0 * sin(6.0 * x * PI) + 20.0 * sin(2.0 * x * PI)) * 2.0 / 3.0;
    let north = -100.0
        + 2.0 * x
        + 3.0 * y
        + 0.2 * y * y
        + 0.1 * x * y
        + 0.2 * root
        + wave
        + (20.0 * sin(y * PI) + 40.0 * sin(y / 3.0 * PI)) * 2.0 / 3.0
        + (160.0 * sin(y / 12.0 * PI) + 320.0 * sin(y * PI / 30.0)) * 2.0 / 3.0;
    let east = 300.0
        + x
        + 2.0 * y
        + 0.1 * x * x
        + 0.1 * x * y
        + 0.1 * root
        + wave
        + (20.0 * sin(x * PI) + 40.0 * sin(x / 3.0 * PI)) * 2.0 / 3.0
        + (150.0 * sin(x / 12.0 * PI) + 300.0 * sin(x / 30.0 * PI)) * 2.0 / 3.0;
    let lat = p.lat.to_radians();
    let magic = 1.0 - KRASOVSKY_EE * sin(lat) * sin(lat);
    let root_magic = libm::sqrt(magic);
    (
        (north * 180.0) / ((KRASOVSKY_A * (1.0 - KRASOVSKY_EE)) / (magic * root_magic) * PI),
        (east * 180.0) / (KRASOVSKY_A / root_magic * libm::cos(lat) * PI),
    )
}

/// WGS-84 to GCJ-02. Outside mainland China the offset is not applied by the services; the caller knows where it is.
pub fn wgs84_to_gcj02(p: LatLon) -> LatLon {
    let (dlat, dlon) = offset_degrees(p);
    LatLon::new(p.lat + dlat, p.lon + dlon)
}

/// GCJ-02 to WGS-84.
pub fn gcj02_to_wgs84(p: LatLon) -> LatLon {
    let mut guess = p;
    for _ in 0..8 {
        let there = wgs84_to_gcj02(guess);
        guess = LatLon::new(guess.lat + p.lat - there.lat, guess.lon + p.lon - there.lon);
    }
    guess
}

/// BD-09 (Baidu) to GCJ-02.
pub fn bd09_to_gcj02(p: LatLon) -> LatLon {
    let turn = PI * 3000.0 / 180.0;
    let (x, y) = (p.lon - 0.0065, p.lat - 0.006);
    let z = libm::sqrt(x * x + y * y) - 0.00002 * sin(y * turn);
    let theta = libm::atan2(y, x) - 0.000003 * libm::cos(x * turn);
    LatLon::new(z * sin(theta), z * libm::cos(theta))
}

#[cfg(test)]
mod tests {
    use super::super::distance_m;
    use super::*;

    #[test]
    fn there_and_back_is_the_same_place() {
        let yuxi = LatLon::new(24.355, 102.542);
        let shifted = wgs84_to_gcj02(yuxi);
        let shift = distance_m(yuxi, shifted);
        assert!((250.0..500.0).contains(&shift), "{shift}");
        assert!(distance_m(gcj02_to_wgs84(shifted), yuxi) < 0.01);
    }
}
