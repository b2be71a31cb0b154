//! Points on the earth, distances, polygons and the coordinate systems of Chinese map services.

mod china;
pub mod geojson;
pub mod outlines;
mod point;
mod polygon;
pub mod water;

pub use china::{bd09_to_gcj02, gcj02_to_wgs84, wgs84_to_gcj02};
pub use point::{Bounds, EARTH_RADIUS_M, LatLon, distance_m, offset};
pub use polygon::Polygon;
