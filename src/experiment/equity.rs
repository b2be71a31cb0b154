//! How evenly people wait: simulated mean response by demand point, weighed by the people who live there.
//!
//! A figure of this kind is no sum over calls, so its interval comes of leaving out a twentieth of the replications at a time
//! ([`crate::stats::jackknife`]). Means of places with few calls hold chance, which makes waits look somewhat more unequal than
//! they are; with more replications that fades.

use crate::ids::CountyId;
use crate::quality::Zone;
use crate::sim::{Outcome, World};
use crate::stats::{Estimate, Shared, jackknife};
use crate::text::Text;
use crate::units::Span;
use serde::{Deserialize, Serialize};

/// Who waits longer than this many minutes on average is counted.
pub const LONG_WAIT_MIN: f64 = 30.0;

/// Parts of the replications that are left out in turn.
const PARTS: usize = 20;

/// Responses of a demand point.
#[derive(Clone, Copy, Debug, Default)]
struct Waits {
    calls: u64,
    micros: i64,
}

/// Responses by demand point, folded over replications.
#[derive(Debug)]
pub(super) struct EquityFold {
    /// By part, then by point.
    parts: Vec<Vec<Waits>>,
    replications: usize,
}

/// How evenly people wait.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Equity {
    /// Who waits longer than so many minutes on average is counted.
    pub long_wait_min: f64,
    /// All, by zone, the elderly (where the table of demand points tells how many), by county.
    pub rows: Vec<EquityRow>,
}

/// A group of people.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EquityRow {
    /// Which.
    pub who: Who,
    /// People of the places from which a call was reached.
    pub people: f64,
    /// People of places from which none was.
    pub untold: f64,
    /// Mean wait of a person, minutes.
    pub mean_min: Estimate,
    /// The wait that nine of ten people do not exceed, minutes.
    pub p90_min: Estimate,
    /// Mean wait of the tenth that waits longest, minutes.
    pub worst_tenth_min: Estimate,
    /// Gini coefficient of waits.
    pub gini: Estimate,
    /// Palma ratio of waits.
    pub palma: Estimate,
    /// People who wait longer than [`Equity::long_wait_min`] on average.
    pub beyond: Estimate,
    /// The wait, in minutes, that 0, 1, …, 100 % of people do not exceed; only of all people and by zone.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub curve: Vec<f64>,
}

/// Whose waits.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Who {
    /// Everybody.
    All,
    /// Those of a zone.
    Zone(Zone),
    /// Those over 65.
    Elderly,
    /// Those of a county.
    County(Text),
}

impl EquityFold {
    pub(super) fn new() -> EquityFold {
        EquityFold { parts: Vec::new(), replications: 0 }
    }

    /// Adds one replication; they must come in order.
    pub(super) fn add(&mut self, o: &Outcome) {
        let part = self.replications % PARTS;
        if self.parts.len() == part {
            self.parts.push(vec![Waits::default(); o.points.len()]);
        }
        for (sum, (calls, micros, _)) in self.parts[part].iter_mut().zip(&o.points) {
            sum.calls += calls;
            sum.micros += micros;
        }
        self.replications += 1;
    }

    /// Minutes by point, one part left out; `None` where nobody was reached.
    fn minutes(&self, without: Option<usize>) -> Vec<Option<f64>> {
        let points = self.parts.first().map_or(0, Vec::len);
        let mean = |point: usize| {
            let parts = self.parts.iter().enumerate().filter(|(part, _)| Some(*part) != without);
            let sum = parts.fold(Waits::default(), |sum, (_, part)| Waits {
                calls: sum.calls + part[point].calls,
                micros: sum.micros + part[point].micros,
            });
            (sum.calls > 0).then(|| Span(sum.micros).minutes() / sum.calls as f64)
        };
        (0..points).map(mean).collect()
    }

    /// The figures.
    pub(super) fn figures(&self, world: &World) -> Equity {
        let s = &world.scenario;
        let whole = self.minutes(None);
        // One part alone leaves nothing when it is left out.
        let parts = if self.parts.len() > 1 { self.parts.len() } else { 0 };
        let without: Vec<Vec<Option<f64>>> = (0..parts).map(|part| self.minutes(Some(part))).collect();
        let mut groups = vec![Who::All, Who::Zone(Zone::Urban), Who::Zone(Zone::Rural), Who::Elderly];
        groups.extend(s.counties.iter().map(|c| Who::County(c.name.clone())));
        let rows = groups.into_iter().filter_map(|who| {
            let county = |c: CountyId| matches!(&who, Who::County(name) if *name == s.counties[c.index()].name);
            let people: Vec<f64> = s
                .points
                .iter()
                .map(|p| match &who {
                    Who::All => p.population,
                    Who::Zone(zone) => p.population * f64::from(u8::from(p.zone == *zone)),
                    Who::Elderly => p.population * p.elderly.unwrap_or(0.0),
                    Who::County(_) => p.population * f64::from(u8::from(p.county.is_some_and(county))),
                })
                .collect();
            row(who, &people, &whole, &without, s.run.confidence)
        });
        Equity { long_wait_min: LONG_WAIT_MIN, rows: rows.collect() }
    }
}

/// `None` where nobody of a group was reached.
fn row(
    who: Who,
    people: &[f64],
    whole: &[Option<f64>],
    without: &[Vec<Option<f64>>],
    confidence: f64,
) -> Option<EquityRow> {
    let shared = |minutes: &[Option<f64>]| {
        Shared::new(minutes.iter().zip(people).filter_map(|(minutes, people)| Some(((*minutes)?, *people))))
    };
    let all = shared(whole);
    let parts: Vec<Shared> = without.iter().map(|minutes| shared(minutes)).collect();
    let figure = |of: &dyn Fn(&Shared) -> Option<f64>, high: f64| -> Option<Estimate> {
        let values: Option<Vec<f64>> = parts.iter().map(of).collect();
        // A group that is not reached without one of the parts has too few calls for an interval.
        let estimate = jackknife(of(&all)?, &values.unwrap_or_default(), confidence);
        Some(if estimate.half_width().is_finite() { estimate.clamped(0.0, high) } else { estimate })
    };
    let curve = match who {
        Who::All | Who::Zone(_) => {
            (0..=100).map(|p| all.quantile(f64::from(p) / 100.0)).collect::<Option<Vec<f64>>>()?
        }
        _ => Vec::new(),
    };
    let infinite = f64::INFINITY;
    Some(EquityRow {
        people: all.people(),
        untold: people.iter().sum::<f64>() - all.people(),
        mean_min: figure(&Shared::mean, infinite)?,
        p90_min: figure(&|s| s.quantile(0.9), infinite)?,
        worst_tenth_min: figure(&|s| s.mean_of_highest(0.1), infinite)?,
        gini: figure(&Shared::gini, 1.0)?,
        palma: figure(&Shared::palma, infinite)?,
        beyond: figure(&|s| Some(s.beyond(LONG_WAIT_MIN)), all.people())?,
        who,
        curve,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::run;
    use crate::sim::tests::{BUSY, Setup, options, world};

    #[test]
    fn figures_of_a_run_and_their_intervals() {
        let world = world(&Setup { days: 5.0, ..BUSY });
        let mut fold = EquityFold::new();
        let mut calls = 0;
        for replication in 0..45 {
            let (outcome, _) = run(&world, &options(false), 3, replication);
            calls += outcome.points.iter().map(|p| p.0).sum::<u64>();
            fold.add(&outcome);
        }
        assert_eq!(fold.parts.len(), PARTS);
        assert_eq!(fold.parts.iter().flatten().map(|w| w.calls).sum::<u64>(), calls);
        let equity = fold.figures(&world);
        let all = &equity.rows[0];
        assert_eq!(all.who, Who::All);
        assert!(all.curve.len() == 101 && all.curve.windows(2).all(|w| w[0] <= w[1]), "{:?}", all.curve);
        for figure in [all.mean_min, all.p90_min, all.worst_tenth_min, all.gini, all.palma] {
            assert!(figure.low < figure.mean && figure.mean < figure.high, "{figure:?}");
        }
        assert!(all.mean_min.mean < all.p90_min.mean && all.p90_min.mean <= all.worst_tenth_min.mean);
        let zones: f64 =
            equity.rows.iter().filter(|r| matches!(r.who, Who::Zone(_))).map(|r| r.people + r.untold).sum();
        assert!((zones - all.people - all.untold).abs() < 1e-6);
    }

    #[test]
    fn one_replication_has_no_interval() {
        let world = world(&Setup { days: 5.0, ..BUSY });
        let mut fold = EquityFold::new();
        fold.add(&run(&world, &options(false), 3, 0).0);
        assert_eq!(fold.figures(&world).rows[0].gini.half_width(), f64::INFINITY);
        assert!(EquityFold::new().figures(&world).rows.is_empty());
    }
}
