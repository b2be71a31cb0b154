//! Driving time to each demand point in every state of the roads, and which state is in force when.

use super::states::{drive, names, shares_of_time, usual};
use crate::sim::World;
use crate::text::Text;
use crate::units::SimTime;

/// Hours in a week.
const HOURS: usize = 168;

/// A state of the roads that occurs in the measured time.
#[derive(Clone, Debug, PartialEq)]
pub struct PointState {
    /// Names of the periods and closures in force; empty in ordinary times.
    pub active: Vec<Text>,
    /// Share of the measured time.
    pub share_of_time: f64,
    /// Driving minutes from the nearest staffed post to each demand point, response factor included; `None` if out of
    /// reach.
    pub drive_min: Vec<Option<f64>>,
}

/// The states of the roads, point by point.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PointStates {
    /// The states, the one all other figures of coverage are for first, then by their share of time.
    pub states: Vec<PointState>,
    /// For each hour of the week from Monday 00:00 the state (its place in `states`) that was in force longest; `None` if
    /// that hour was not measured.
    pub week: Vec<Option<usize>>,
}

/// The states of the roads, point by point; empty where they have only one.
pub fn by_point(world: &World) -> PointStates {
    let (shares, usual) = (shares_of_time(world), usual(world));
    let mut order: Vec<usize> = (0..shares.len()).filter(|r| shares[*r] > 0.0).collect();
    if order.len() < 2 {
        return PointStates::default();
    }
    order.sort_by(|a, b| (*b == usual).cmp(&(*a == usual)).then(shares[*b].total_cmp(&shares[*a])).then(a.cmp(b)));
    let state = |regime: &usize| PointState {
        active: names(world, &world.roads.calendar.regimes[*regime]),
        share_of_time: shares[*regime],
        drive_min: drive(world, *regime),
    };
    let longest = longest_by_hour(world);
    PointStates {
        states: order.iter().map(state).collect(),
        week: longest.into_iter().map(|r| r.and_then(|r| order.iter().position(|o| *o == r))).collect(),
    }
}

/// The regime in force longest in each hour of the week within the measured time; the first of equals.
fn longest_by_hour(world: &World) -> Vec<Option<usize>> {
    const HOUR: i64 = 3600 * crate::units::MICROS_PER_SECOND;
    let run = &world.scenario.run;
    let (start, end) = (SimTime::from_days(run.warmup_days), SimTime::from_days(run.warmup_days + run.days));
    let regimes = world.roads.regimes();
    let mut spent = vec![0_i64; HOURS * regimes];
    let mut now = start;
    while now < end {
        let (regime, change) = world.roads.calendar.at(now);
        let hour = now.0.div_euclid(HOUR);
        let until = change.min(end).min(SimTime((hour + 1) * HOUR));
        spent[hour.rem_euclid(HOURS as i64) as usize * regimes + regime] += until.0 - now.0;
        now = until;
    }
    let longest = |spent: &[i64]| {
        let most = spent.iter().copied().max().filter(|t| *t > 0)?;
        spent.iter().position(|t| *t == most)
    };
    spent.chunks(regimes).map(longest).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::coverage::points;
    use crate::coverage::tests::world_of;

    /// Mondays from 07:40 to 09:10 at half the speed: all of hour 8, 20 minutes of hour 7, 10 of hour 9.
    const RUSH: &str = r#"
[[period]]
key = "rush"
name = { zh = "高峰", en = "rush" }
when = ["mon 07:40-09:10"]
speed = 0.5
"#;

    #[test]
    fn a_state_is_told_for_every_hour_of_the_week() {
        let mut w = world_of(RUSH, |_| {});
        let found = by_point(&w);
        assert_eq!(found.states.len(), 2);
        assert!(found.states[0].active.is_empty() && found.states[1].active[0].en == "rush");
        assert!((found.states[1].share_of_time - 1.5 / 168.0).abs() < 1e-9);
        let slow: Vec<usize> = (0..HOURS).filter(|h| found.week[*h] == Some(1)).collect();
        assert_eq!(slow, [8]);
        // What other figures are for, and half as fast as that.
        let usual: Vec<Option<f64>> = points(&w).iter().map(|p| p.drive_min).collect();
        assert_eq!(found.states[0].drive_min, usual);
        for (usual, slow) in usual.iter().zip(&found.states[1].drive_min) {
            assert!((slow.unwrap() / usual.unwrap() - 2.0).abs() < 0.05, "{slow:?} {usual:?}");
        }

        // Two days from Wednesday on know no other state; two from Monday on do not tell of Wednesday.
        w.scenario.run.days = 2.0;
        w.scenario.run.warmup_days = 2.0;
        assert_eq!(by_point(&w), PointStates::default());
        w.scenario.run.warmup_days = 7.0;
        let found = by_point(&w);
        assert_eq!((found.week[8], found.week[47], found.week[48]), (Some(1), Some(0), None));
    }
}
