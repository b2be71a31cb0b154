//! What charts are drawn from besides the other figures: calls by hour of the week, free units, the parts of a response,
//! hand-over by hospital; folded over replications.

use super::figures::Figures;
use crate::quality::Zone;
use crate::sim::{FREE_LEVELS, Outcome, RESPONSE_PARTS, WEEK_HOURS, World};
use crate::standards::Targets;
use crate::stats::{Estimate, Replicated, TimeHistogram};
use crate::text::Text;
use serde::{Deserialize, Serialize};

const MICROS_PER_HOUR: f64 = 3.6e9;
const MICROS_PER_MINUTE: f64 = 6e7;

/// The folds.
#[derive(Debug)]
pub(super) struct ChartFigures {
    /// Calls per hour, share within the target; by hour of the week.
    week: Vec<[Replicated; 2]>,
    /// Share of time with no, at most one, at most two free units; whole area, then counties.
    at_most: Vec<[Replicated; FREE_LEVELS - 1]>,
    /// Mean number of free units of the same areas.
    free: Vec<Replicated>,
    /// Minutes by zone.
    parts: [[Replicated; RESPONSE_PARTS.len()]; 2],
    hospitals: Vec<HospitalFigures>,
    /// Mean number of units by hour of the day: waiting, handing over.
    at_hospital: [Vec<Replicated>; 2],
}

#[derive(Debug)]
struct HospitalFigures {
    /// From arrival to the end of hand-over, minutes.
    mean_min: Replicated,
    within: Replicated,
    wait_min: Replicated,
    waited: Replicated,
    /// Of all replications, since one may hold few patients of a hospital.
    times: TimeHistogram,
}

impl ChartFigures {
    pub(super) fn new(world: &World) -> ChartFigures {
        let like = Outcome::new(&world.scenario).tallies;
        ChartFigures {
            week: vec![Default::default(); WEEK_HOURS],
            at_most: vec![Default::default(); like.free.len() / FREE_LEVELS],
            free: vec![Replicated::new(); like.free_units.len()],
            parts: Default::default(),
            hospitals: like
                .hospitals
                .into_iter()
                .map(|h| HospitalFigures {
                    mean_min: Replicated::new(),
                    within: Replicated::new(),
                    wait_min: Replicated::new(),
                    waited: Replicated::new(),
                    times: h.handover,
                })
                .collect(),
            at_hospital: [vec![Replicated::new(); 24], vec![Replicated::new(); 24]],
        }
    }

    pub(super) fn add(&mut self, o: &Outcome) {
        let t = &o.tallies;
        for (hour, [calls, within]) in self.week.iter_mut().enumerate() {
            let zones = &t.week[hour * 2..hour * 2 + 2];
            let all = zones.iter().map(|z| z.reached + z.lost).sum::<u64>() as f64;
            calls.push(all, t.week_time[hour] as f64 / MICROS_PER_HOUR);
            // Who is never reached is not reached in time.
            within.push(zones.iter().map(|z| z.within).sum::<u64>() as f64, all);
        }
        for (figures, levels) in self.at_most.iter_mut().zip(t.free.chunks(FREE_LEVELS)) {
            let all = levels.iter().sum::<i64>() as f64;
            for (most, figure) in figures.iter_mut().enumerate() {
                figure.push(levels[..=most].iter().sum::<i64>() as f64, all);
            }
        }
        let measured = t.week_time.iter().sum::<i64>() as f64;
        for (figure, units) in self.free.iter_mut().zip(&t.free_units) {
            figure.push(*units as f64, measured);
        }
        for (zone, figures) in self.parts.iter_mut().enumerate() {
            let n = o.groups.iter().skip(zone).step_by(2).map(|g| g.response.count()).sum::<u64>() as f64;
            for (figure, part) in figures.iter_mut().zip(t.parts[zone]) {
                figure.push(part as f64 / MICROS_PER_MINUTE, n);
            }
        }
        for (figures, h) in self.hospitals.iter_mut().zip(&t.hospitals) {
            let (n, begun) = (h.handover.count() as f64, h.begun as f64);
            figures.mean_min.push(h.handover.sum_seconds() / 60.0, n);
            figures.within.push(h.within as f64, n);
            figures.wait_min.push(h.wait as f64 / MICROS_PER_MINUTE, begun);
            figures.waited.push(h.waited as f64, begun);
            figures.times.merge(&h.handover);
        }
        let hours = t.day_time();
        for (figures, units) in self.at_hospital.iter_mut().zip(&t.at_hospital) {
            for (hour, figure) in figures.iter_mut().enumerate() {
                figure.push(units[hour] as f64, hours[hour] as f64);
            }
        }
    }
}

/// What charts are drawn from.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ChartData {
    /// The hours of a week, from Monday midnight; 168, or none in runs of earlier versions.
    #[serde(default)]
    pub week: Vec<WeekHour>,
    /// How long few units were free: the whole area, then the counties.
    #[serde(default)]
    pub free_units: Vec<FreeUnits>,
    /// What a response consists of, by zone.
    #[serde(default)]
    pub response_parts: Vec<ResponseParts>,
    /// Hand-over at hospitals; `None` in runs of earlier versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handover: Option<Handover>,
}

/// An hour of the week.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct WeekHour {
    /// Calls that need a unit, per hour, by their first ring; `None` where the measured time has no such hour.
    pub calls_per_hour: Option<Estimate>,
    /// Share reached within their zone's target; those never reached are not. `None` without calls.
    pub share_within: Option<Estimate>,
}

/// How long few units were free.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FreeUnits {
    /// County of the units' home posts, or `None` for the whole area.
    pub county: Option<Text>,
    /// Its road units.
    pub units: u32,
    /// Share of time in which no, at most one, at most two of them were free to be sent from their post or from the road.
    pub at_most: Vec<Estimate>,
    /// How many were free on average.
    pub mean: Estimate,
}

/// What the response of a zone's calls consists of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ResponseParts {
    /// The zone.
    pub zone: Zone,
    /// From the first ring to the arrival of the first unit. Those after the clock's start add up to the mean response.
    pub parts: Vec<ResponsePart>,
}

/// A part of a response.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ResponsePart {
    /// `answer`, `triage`, `queue`, `turnout` or `travel`.
    pub key: String,
    /// Mean, minutes.
    pub mean_min: Estimate,
    /// Whether the clock runs.
    pub counts: bool,
}

/// Hand-over at hospitals.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Handover {
    /// The target, minutes, from arrival at hospital.
    pub target_min: f64,
    /// Whether any hospital has a limited number of bays, so that units may have to wait.
    pub limited: bool,
    /// Every hospital to which patients were brought, in the order of the scenario.
    pub hospitals: Vec<HandoverRow>,
    /// Mean number of units that wait for a bay, by hour of the day (24).
    pub waiting: Vec<Estimate>,
    /// Mean number of units that hand over, by hour of the day (24).
    pub handing_over: Vec<Estimate>,
}

/// Hand-over at a hospital.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HandoverRow {
    /// Its name.
    pub name: Text,
    /// Its bays, where they are limited.
    pub bays: Option<u32>,
    /// Patients brought a day.
    pub patients_per_day: Estimate,
    /// From arrival to the end of hand-over, the wait for a bay included: mean, minutes.
    pub mean_min: Estimate,
    /// Its 90th percentile over all replications, minutes.
    pub p90_min: f64,
    /// Share within the target.
    pub share_within: Estimate,
    /// Mean wait for a bay, minutes.
    pub wait_min: Estimate,
    /// Share that waits.
    pub waited: Estimate,
}

/// Puts the data together.
pub(super) fn chart_data(world: &World, f: &Figures, targets: &Targets) -> ChartData {
    let (s, c) = (&world.scenario, &f.charts);
    let names = std::iter::once(None).chain(s.counties.iter().map(|county| Some(county.name.clone())));
    let on_road = s.units.iter().zip(&world.facts.county_of_unit).filter(|(unit, _)| unit.kind.on_road());
    let units_of = |area: usize| {
        let here = on_road.clone().filter(|(_, county)| area == 0 || county.is_some_and(|c| c.index() + 1 == area));
        here.count() as u32
    };
    let free_units = names.zip(&c.at_most).enumerate().filter_map(|(area, (county, figures))| {
        let at_most: Option<Vec<Estimate>> = figures.iter().map(|e| f.share(e)).collect();
        let mean = f.at_least_zero(&c.free[area])?;
        Some(FreeUnits { county, units: units_of(area), at_most: at_most?, mean })
    });
    let clock = s.run.clock_start as usize;
    let response_parts = Zone::ALL.into_iter().filter_map(|zone| {
        let part = |(i, figure): (usize, &Replicated)| {
            let key = RESPONSE_PARTS[i].key().into();
            Some(ResponsePart { key, mean_min: f.at_least_zero(figure)?, counts: i >= clock })
        };
        let parts: Option<Vec<ResponsePart>> = c.parts[zone.index()].iter().enumerate().map(part).collect();
        Some(ResponseParts { zone, parts: parts? })
    });
    ChartData {
        week: c
            .week
            .iter()
            .map(|[calls, within]| WeekHour {
                calls_per_hour: f.at_least_zero(calls),
                share_within: f.proportion(within),
            })
            .collect(),
        free_units: free_units.collect(),
        response_parts: response_parts.collect(),
        handover: Some(handover(world, f, targets)),
    }
}

fn handover(world: &World, f: &Figures, targets: &Targets) -> Handover {
    let (s, c) = (&world.scenario, &f.charts);
    let bays = |h: usize| s.rules.hospitals.bays.get(h).copied().flatten();
    let zero = Estimate::exact(0.0);
    let hospitals = c.hospitals.iter().enumerate().filter_map(|(h, figures)| {
        Some(HandoverRow {
            name: s.hospitals[h].name.clone(),
            bays: bays(h),
            patients_per_day: f.at_least_zero(&f.hospital_patients[h])?,
            mean_min: f.at_least_zero(&figures.mean_min)?,
            p90_min: figures.times.quantile_seconds(0.9)? / 60.0,
            share_within: f.proportion(&figures.within)?,
            wait_min: f.at_least_zero(&figures.wait_min).unwrap_or(zero),
            waited: f.proportion(&figures.waited).unwrap_or(zero),
        })
    });
    let by_hour = |figures: &[Replicated]| figures.iter().map(|e| f.at_least_zero(e).unwrap_or(zero)).collect();
    Handover {
        target_min: targets.handover_min,
        limited: (0..s.hospitals.len()).any(|h| bays(h).is_some()),
        hospitals: hospitals.collect(),
        waiting: by_hour(&c.at_hospital[0]),
        handing_over: by_hour(&c.at_hospital[1]),
    }
}
