//! How the map changes through the day: the states of the roads, and simulated responses by hour.

use crate::coverage;
use crate::quality::Zone;
use crate::sim::{Outcome, World};
use crate::text::Text;
use serde::{Deserialize, Serialize};

/// Kinds of day times hours: weekdays (Monday to Friday) from hour 0 to 23, then weekends.
const SLOTS: usize = 48;

/// How the map changes through the day and the week.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct MapTime {
    /// The states of the roads, the usual one first; empty where they have only one.
    #[serde(default)]
    pub states: Vec<MapState>,
    /// For each hour of the week from Monday 00:00 the state (its place in `states`) in force longest; `None` where
    /// nothing was measured. Empty where the roads have only one state.
    #[serde(default)]
    pub week: Vec<Option<usize>>,
    /// Simulated responses by county and zone; only those with calls.
    #[serde(default)]
    pub groups: Vec<MapHours>,
}

/// Driving times in one state of the roads.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MapState {
    /// Names of the periods and closures in force; empty in ordinary times.
    pub active: Vec<Text>,
    /// Share of the measured time.
    pub share_of_time: f64,
    /// Driving minutes from the nearest post to each of the map's points; `None` if out of reach.
    pub drive_min: Vec<Option<f64>>,
}

/// Simulated calls of one county and zone, over all replications, by the hour in which they rang. Each list has 48
/// entries: weekdays (Monday to Friday) from hour 0 to 23, then Saturdays and Sundays.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MapHours {
    /// The county.
    pub county: Option<Text>,
    /// The zone.
    pub zone: Zone,
    /// Calls that a unit reached.
    pub calls: Vec<u64>,
    /// The sum of their response times, minutes.
    pub sum_min: Vec<f64>,
    /// How many of them were within the zone's target.
    pub within: Vec<u64>,
}

impl MapTime {
    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        self.states.is_empty() && self.groups.is_empty()
    }
}

/// Minutes to hundredths.
fn hundredths(minutes: f64) -> f64 {
    (minutes * 100.0).round() / 100.0
}

/// Puts it together for the map of a run.
pub(super) fn map_time(world: &World, total: &Outcome) -> MapTime {
    let by_point = coverage::by_point(world);
    let state = |s: coverage::PointState| MapState {
        active: s.active,
        share_of_time: s.share_of_time,
        drive_min: s.drive_min.into_iter().map(|m| m.map(hundredths)).collect(),
    };
    let counties = &world.scenario.counties;
    let group = |(i, slots): (usize, &[(u64, i64, u64)])| MapHours {
        county: counties.get(i / 2).map(|c| c.name.clone()),
        zone: Zone::ALL[i % 2],
        calls: slots.iter().map(|s| s.0).collect(),
        sum_min: slots.iter().map(|s| hundredths(s.1 as f64 / 60e6)).collect(),
        within: slots.iter().map(|s| s.2).collect(),
    };
    MapTime {
        states: by_point.states.into_iter().map(state).collect(),
        week: by_point.week,
        groups: total
            .hours
            .chunks(SLOTS)
            .enumerate()
            .filter(|(_, slots)| slots.iter().any(|s| s.0 > 0))
            .map(group)
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::tests::{BUSY, Setup, options, world};
    use crate::sim::{PartKind, Stamp, run};
    use crate::units::SECONDS_PER_DAY;
    use std::collections::BTreeMap;

    /// Calls, minutes, calls within target.
    type Cell = (u64, f64, u64);

    #[test]
    fn hours_are_those_of_the_call_records() {
        let world = world(&Setup { days: 20.0, ..BUSY });
        let options = options(true);
        let (outcome, records) = run(&world, &options, 7, 0);
        let s = &world.scenario;
        let start = match s.run.clock_start {
            crate::scenario::ClockStart::Ring => Stamp::Ring,
            crate::scenario::ClockStart::Answered => Stamp::Answered,
            crate::scenario::ClockStart::Triaged => Stamp::Triaged,
            crate::scenario::ClockStart::Assigned => Stamp::Assigned,
        };
        // (county, zone): calls, minutes, within by slot; the slot worked out from seconds since a Monday.
        let mut wanted: BTreeMap<(Option<usize>, usize), Vec<Cell>> = BTreeMap::new();
        for r in records.iter().filter(|r| r.kind == PartKind::Call) {
            let (Some(rang), Some(from), Some(arrived)) = (r.at(Stamp::Ring), r.at(start), r.at(Stamp::Arrived)) else {
                continue;
            };
            let point = &s.points[r.point.index()];
            let second = rang.seconds() as i64;
            let weekend = (second / SECONDS_PER_DAY) % 7 > 4;
            let slot = usize::from(weekend) * 24 + (second % SECONDS_PER_DAY / 3600) as usize;
            let key = (point.county.map(|c| c.index()), point.zone.index());
            let cell = &mut wanted.entry(key).or_insert_with(|| vec![(0, 0.0, 0); SLOTS])[slot];
            let within = arrived - from <= options.response_target[point.zone.index()];
            *cell = (cell.0 + 1, cell.1 + (arrived - from).minutes(), cell.2 + u64::from(within));
        }
        assert!(records.len() > 500 && wanted.values().flatten().filter(|c| c.0 > 0).count() > 40);
        let found = map_time(&world, &outcome).groups;
        assert_eq!(found.len(), wanted.len());
        for (group, ((county, zone), cells)) in found.iter().zip(&wanted) {
            assert_eq!(group.county, county.map(|c| s.counties[c].name.clone()));
            assert_eq!(group.zone.index(), *zone);
            for (i, cell) in cells.iter().enumerate() {
                assert_eq!((group.calls[i], group.within[i]), (cell.0, cell.2), "slot {i}");
                assert!((group.sum_min[i] - cell.1).abs() < 0.006, "slot {i}");
            }
        }
        // Every response is in some hour.
        assert_eq!(outcome.hours.iter().map(|h| h.0).sum::<u64>(), outcome.responses());
    }
}
