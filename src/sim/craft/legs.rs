//! Times between the stops of a helicopter (straight) or a boat (over the water).

use crate::geo::water::Basin;
use crate::geo::{LatLon, distance_m};
use crate::scenario::rules::{ASHORE_M, Air, Water};
use crate::units::Span;

/// Where a craft stops.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stop {
    /// A base.
    Base(usize),
    /// A landing place.
    Place(usize),
    /// A hospital's helipad.
    Hospital(usize),
}

/// Times between stops.
pub(super) enum Legs {
    /// Straight flights.
    Air {
        bases: Vec<LatLon>,
        places: Vec<LatLon>,
        hospitals: Vec<LatLon>,
        /// For each hospital, whether it has a helipad.
        helipads: Vec<bool>,
        speed_kmh: f64,
        /// Start-up and landing.
        ends: Span,
        least_m: f64,
    },
    /// Ways between piers.
    Water {
        /// The pier of each base.
        pier_of_base: Vec<Option<usize>>,
        /// Metres from pier to pier.
        ways: Vec<Vec<Option<f64>>>,
        speed_kmh: f64,
        /// Casting off and mooring.
        ends: Span,
    },
}

impl Legs {
    pub(super) fn air(air: &Air, bases: Vec<LatLon>, places: Vec<LatLon>, hospitals: Vec<LatLon>) -> Legs {
        let mut helipads = vec![false; hospitals.len()];
        for h in &air.helipads {
            if let Some(pad) = helipads.get_mut(h.index()) {
                *pad = true;
            }
        }
        let ends = air.start + air.landing;
        Legs::Air { bases, places, hospitals, helipads, speed_kmh: air.speed_kmh, ends, least_m: air.least_m }
    }

    pub(super) fn water(water: &Water, bases: &[LatLon], piers: &[LatLon]) -> Legs {
        let nearest = |base: &LatLon| {
            let all = piers.iter().enumerate().map(|(i, p)| (i, distance_m(*base, *p)));
            all.min_by(|a, b| a.1.total_cmp(&b.1)).filter(|(_, m)| *m <= ASHORE_M).map(|(i, _)| i)
        };
        let (pier_of_base, ways) = (bases.iter().map(nearest).collect(), pier_ways(water, piers));
        Legs::Water { pier_of_base, ways, speed_kmh: water.speed_kmh, ends: water.mooring + water.mooring }
    }

    /// From a base to a landing place to fetch a patient; `None` for flights that are too short.
    pub(super) fn out(&self, base: usize, place: usize) -> Option<Span> {
        if let Legs::Air { bases, places, least_m, .. } = self
            && distance_m(bases[base], places[place]) < *least_m
        {
            return None;
        }
        self.between(Stop::Base(base), Stop::Place(place))
    }

    /// From stop to stop; nothing where both are the same place, `None` where no way leads.
    pub(super) fn between(&self, from: Stop, to: Stop) -> Option<Span> {
        let (metres, speed_kmh, ends) = match self {
            Legs::Air { bases, places, hospitals, helipads, speed_kmh, ends, .. } => {
                let at = |stop| match stop {
                    Stop::Base(i) => Some(bases[i]),
                    Stop::Place(i) => Some(places[i]),
                    Stop::Hospital(i) => helipads[i].then(|| hospitals[i]),
                };
                (distance_m(at(from)?, at(to)?), speed_kmh, ends)
            }
            Legs::Water { pier_of_base, ways, speed_kmh, ends } => {
                let pier = |stop| match stop {
                    Stop::Base(i) => pier_of_base[i],
                    Stop::Place(i) => Some(i),
                    Stop::Hospital(_) => None,
                };
                (ways[pier(from)?][pier(to)?]?, speed_kmh, ends)
            }
        };
        Some(if metres > 0.0 { *ends + Span::from_seconds(metres * 3.6 / speed_kmh) } else { Span::ZERO })
    }
}

/// Metres over the water from pier to pier. A pier belongs to the lake whose edge is nearest, within [`ASHORE_M`]; what it
/// lies aside of the water counts as way, so that no way is shorter than the straight line between two piers.
fn pier_ways(water: &Water, piers: &[LatLon]) -> Vec<Vec<Option<f64>>> {
    let mut ways = vec![vec![None; piers.len()]; piers.len()];
    let basins: Vec<Basin> = water.lakes.iter().filter_map(|l| Basin::new(&l.outer, &l.islands).ok()).collect();
    let moored: Vec<_> = piers
        .iter()
        .map(|p| {
            let all = basins.iter().enumerate().map(|(i, b)| (i, b.moor(*p)));
            all.min_by(|a, b| a.1.aside_m.total_cmp(&b.1.aside_m)).filter(|(_, m)| m.aside_m <= ASHORE_M)
        })
        .collect();
    for (lake, basin) in basins.iter().enumerate() {
        let here: Vec<usize> = (0..piers.len()).filter(|i| moored[*i].is_some_and(|(l, _)| l == lake)).collect();
        let mut search = basin.search();
        for (n, i) in here.iter().enumerate() {
            let Some((_, start)) = moored[*i] else { continue };
            ways[*i][*i] = Some(0.0);
            // One search for each pair, so that both directions are the same to the last bit.
            let rest = &here[n + 1..];
            let ends: Vec<LatLon> = rest.iter().filter_map(|j| moored[*j]).map(|(_, m)| m.at).collect();
            for ((j, end), way) in
                rest.iter().zip(rest.iter().map(|j| moored[*j])).zip(search.ways_from(start.at, &ends))
            {
                let metres = way.zip(end).map(|(w, (_, end))| start.aside_m + w + end.aside_m);
                (ways[*i][*j], ways[*j][*i]) = (metres, metres);
            }
        }
    }
    ways
}
