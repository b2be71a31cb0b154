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
use std::collections::BTreeMap;

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
    /// Those of a township, as the table of demand points writes it (after its county, where others have the same name).
    Township(Text),
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
                    Who::Township(_) => 0.0,
                })
                .collect();
            row(who, &people, &whole, &without, s.run.confidence)
        });
        let mut rows: Vec<EquityRow> = rows.collect();
        rows.extend(self.townships(world, &whole, &without));
        Equity { long_wait_min: LONG_WAIT_MIN, rows }
    }
}

impl EquityFold {
    /// Rows of the townships, where the table of demand points names them.
    fn townships(&self, world: &World, whole: &[Option<f64>], without: &[Vec<Option<f64>>]) -> Vec<EquityRow> {
        let s = &world.scenario;
        let mut members: BTreeMap<(Option<CountyId>, &str), Vec<usize>> = BTreeMap::new();
        let mut order = Vec::new();
        for (i, p) in s.points.iter().enumerate().filter(|(_, p)| !p.township.is_empty()) {
            let key = (p.county, p.township.as_str());
            members.entry(key).or_insert_with(|| {
                order.push(key);
                Vec::new()
            });
            members.entry(key).and_modify(|list| list.push(i));
        }
        let row = |key: &(Option<CountyId>, &str)| {
            let list = members.get(key)?;
            let namesakes = order.iter().filter(|other| other.1 == key.1).count();
            let county = key.0.filter(|_| namesakes > 1).and_then(|c| s.counties.get(c.index()));
            let name = county.map_or_else(
                || Text::same(key.1),
                |c| Text::new(format!("{}{}", c.name.zh, key.1), format!("{} {}", c.name.en, key.1)),
            );
            let of = |minutes: &[Option<f64>]| -> Vec<Option<f64>> {
                list.iter().map(|i| minutes.get(*i).copied().flatten()).collect()
            };
            let people: Vec<f64> = list.iter().map(|i| s.points[*i].population).collect();
            let without: Vec<Vec<Option<f64>>> = without.iter().map(|minutes| of(minutes)).collect();
            row(Who::Township(name), &people, &of(whole), &without, s.run.confidence)
        };
        order.iter().filter_map(row).collect()
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
        assert!(!equity.rows.iter().any(|r| matches!(r.who, Who::Township(_))), "the table names none");
    }

    #[test]
    fn townships_are_told_where_the_table_names_them() {
        let world = crate::sim::tests::world_with(&Setup { days: 5.0, ..BUSY }, |s| {
            s.points.iter_mut().enumerate().for_each(|(i, p)| p.township = ["east", "west", ""][i % 3].into());
        });
        let mut fold = EquityFold::new();
        (0..20).for_each(|r| fold.add(&run(&world, &options(false), 3, r).0));
        let rows = fold.figures(&world).rows;
        let towns: Vec<&EquityRow> = rows.iter().filter(|r| matches!(r.who, Who::Township(_))).collect();
        assert_eq!(towns.len(), 2);
        // The mean of all is that of the townships and of the points without one.
        assert!(towns.iter().all(|t| (t.people - 8.0 * 5000.0).abs() < 1e-6 && t.mean_min.half_width().is_finite()));
        assert_eq!(towns[0].who, Who::Township(Text::same("east")));
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
