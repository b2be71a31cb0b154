//! A made-up region of any size, for benchmarks and tests.

use super::facts::{County, Facts, MainRoad, Region, Setting, Stop, Township};
use super::{SynthError, SynthOptions, SynthOutput, generate};
use crate::geo::{LatLon, offset};
use crate::quality::Quality;
use crate::random::Stream;

/// Road nodes a township with its villages comes to; measured on regions of 20,000 to 1,000,000 nodes.
const NODES_PER_TOWNSHIP: usize = 1300;
/// Mean distance between neighbouring seats, in metres.
const SPACING_M: f64 = 13_500.0;

impl Facts {
    /// A region that is nowhere, with about as many townships as `size` road nodes need.
    pub fn generic(size: usize, seed: u64) -> Facts {
        let n = (size / NODES_PER_TOWNSHIP).max(2);
        let mut s = Stream::new(seed, "synth region", 0);
        let columns = libm::sqrt(n as f64).ceil() as usize;
        let per_county = 8;
        let mut counties: Vec<County> = Vec::new();
        let mut townships: Vec<Township> = Vec::new();
        let middle = LatLon::new(25.0, 102.0);
        for k in 0..n {
            // Rows run to and fro, so that townships of one county lie together.
            let row = k / columns;
            let column = if row.is_multiple_of(2) { k % columns } else { columns - 1 - k % columns };
            let off = |s: &mut Stream| (s.uniform() - 0.5) * 0.6 * SPACING_M;
            let (x, y) = (column as f64 * SPACING_M + off(&mut s), row as f64 * SPACING_M + off(&mut s));
            let half = columns as f64 * SPACING_M / 2.0;
            let seat = k % per_county == 0;
            if seat {
                let c = counties.len() + 1;
                counties.push(County {
                    code: format!("{c}"),
                    name: format!("{c}县"),
                    name_en: format!("County {c}"),
                    area_km2: 0.0,
                    population: 0,
                    population_quality: Quality::Assumed,
                    beds: 0,
                    source: "made up".into(),
                });
            }
            let county = counties.len() - 1;
            let population = if seat { 60_000 + s.below(60_000) as u64 } else { 10_000 + s.below(25_000) as u64 };
            counties[county].population += population;
            counties[county].beds += (population / 180) as u32;
            counties[county].area_km2 += SPACING_M * SPACING_M / 1e6;
            townships.push(Township {
                name: format!("{}镇", k + 1),
                name_en: format!("Town {}", k + 1),
                county,
                seat: offset(middle, x - half, y - half),
                seat_quality: Quality::Assumed,
                is_county_seat: seat,
                villages: 6 + s.below(7),
                communities: if seat { 8 } else { 1 },
                setting: if seat { Setting::Urban } else { Setting::Rural },
                population,
            });
        }
        let seats: Vec<usize> = (0..n).filter(|k| townships[*k].is_county_seat).collect();
        let roads = seats
            .windows(2)
            .enumerate()
            .map(|(r, pair)| MainRoad {
                id: format!("R{}", r + 1),
                name: format!("{}号高速", r + 1),
                name_en: format!("Expressway {}", r + 1),
                reference: "G1".into(),
                motorway: true,
                stops: vec![Stop::Township(pair[0]), Stop::Township(pair[1])],
                length_km: None,
                maxspeed: Some(100),
            })
            .collect();
        Facts {
            region: Region {
                name: "虚构地区".into(),
                name_en: "a made-up region".into(),
                population: townships.iter().map(|t| t.population).sum(),
                population_source: "made up".into(),
                urban_population: 0,
                urban_population_source: String::new(),
                floor_height_m: None,
                posts_now: n,
                units_now: n + n / 2,
                posts_run_by_centre: 0,
                negative_pressure_share: 0.4,
                people_per_unit_before: 0,
                centre_county: String::new(),
            },
            counties,
            townships,
            outside: Vec::new(),
            lakes: Vec::new(),
            roads,
            published: Vec::new(),
            hospitals: Vec::new(),
            scenic: Vec::new(),
        }
    }
}

/// A network of about `size` road nodes (2,500 or more) in a region that is nowhere.
///
/// # Errors
/// [`SynthError`] when no network of that size can be made.
pub fn generic(size: usize, seed: u64) -> Result<SynthOutput, SynthError> {
    generate(&Facts::generic(size, seed), &SynthOptions { seed, size: Some(size) })
}
