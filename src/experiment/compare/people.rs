//! People who gain and who lose: a paired test at every demand point, with the false alarms of all tests held down.

use super::comparison::{Difference, PeopleRow, PointRow, Told};
use super::fold::PairFold;
use crate::experiment::figures::GroupKey;
use crate::quality::Zone;
use crate::scenario::Scenario;
use crate::stats::benjamini_hochberg;
use std::collections::BTreeMap;

/// Of the places said to gain or lose, at most this share on average is so by chance alone.
pub const FALSE_DISCOVERIES: f64 = 0.05;

/// A place with calls in fewer replications says nothing.
pub const LEAST_REPLICATIONS: u64 = 5;

/// What becomes of every demand point of the first scenario.
pub(super) fn points(first: &Scenario, fold: &PairFold, confidence: f64) -> Vec<PointRow> {
    let found: Vec<Option<Difference>> =
        fold.points.iter().map(|p| p.estimate(confidence).map(Difference::from)).collect();
    let enough = |i: usize| fold.points[i].n() >= LEAST_REPLICATIONS;
    let p_value = |(i, d): (usize, &Option<Difference>)| d.filter(|_| enough(i)).and_then(|d| d.p_value);
    // Places that cannot say anything are no tests, so that they do not make it harder for the others.
    let tested: Vec<(usize, f64)> = found.iter().enumerate().filter_map(|(i, d)| Some((i, p_value((i, d))?))).collect();
    let p_values: Vec<f64> = tested.iter().map(|(_, p)| *p).collect();
    let stands_out = benjamini_hochberg(&p_values, FALSE_DISCOVERIES);
    let mut told = vec![Told::CannotTell; found.len()];
    for ((i, _), says) in tested.iter().zip(stands_out) {
        let change = found[*i].map_or(0.0, |d| d.difference.mean);
        if says && change != 0.0 {
            told[*i] = if change < 0.0 { Told::Gains } else { Told::Loses };
        }
    }
    let rows = first.points.iter().zip(&fold.points).zip(found.into_iter().zip(told));
    rows.map(|((point, pair), (mean_min, told))| PointRow {
        id: point.id.clone(),
        name: point.name.clone(),
        county: point.county.map(|c| first.counties[c.index()].name.clone()),
        zone: point.zone,
        at: [point.at.lon, point.at.lat],
        residents: point.population,
        replications: pair.n(),
        mean_min,
        told,
    })
    .collect()
}

/// A sum over residents.
#[derive(Default)]
struct Sum {
    residents: f64,
    gain: f64,
    lose: f64,
    cannot_tell: f64,
    /// Residents × minutes.
    gained: f64,
    lost: f64,
    inside: f64,
    outside: f64,
}

impl Sum {
    fn add(&mut self, row: &PointRow, target: f64) {
        let people = row.residents;
        self.residents += people;
        let Some(d) = row.mean_min.filter(|_| row.told != Told::CannotTell) else {
            self.cannot_tell += people;
            return;
        };
        let minutes = people * d.difference.mean;
        if row.told == Told::Gains {
            self.gain += people;
            self.gained += minutes;
            self.inside += if d.a > target && d.b <= target { people } else { 0.0 };
        } else {
            self.lose += people;
            self.lost += minutes;
            self.outside += if d.a <= target && d.b > target { people } else { 0.0 };
        }
    }
}

/// Sums of residents by group: all, by zone, county, county and zone. `points` are those of `first`, in order.
pub(super) fn people(first: &Scenario, points: &[PointRow], target_min: [f64; 2]) -> Vec<PeopleRow> {
    let mut sums: BTreeMap<GroupKey, Sum> = BTreeMap::new();
    for (point, row) in first.points.iter().zip(points) {
        let zone = Some(point.zone);
        let county = point.county.map(|c| c.0);
        let mut keys = vec![(None, None), (None, zone)];
        if county.is_some() {
            keys.extend([(county, None), (county, zone)]);
        }
        for key in keys {
            sums.entry(key).or_default().add(row, target_min[Zone::index(point.zone)]);
        }
    }
    let mean = |minutes: f64, people: f64| (people > 0.0).then(|| minutes / people);
    let rows = sums.into_iter().map(|((county, zone), s)| PeopleRow {
        county: county.map(|c| first.counties[c as usize].name.clone()),
        zone,
        residents: s.residents,
        gain: s.gain,
        lose: s.lose,
        cannot_tell: s.cannot_tell,
        gain_min: mean(s.gained, s.gain),
        lose_min: mean(s.lost, s.lose),
        inside: s.inside,
        outside: s.outside,
    });
    rows.collect()
}
