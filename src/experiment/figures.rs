//! Every figure of a run, folded over replications, with its interval.

use super::asked::AskedFigures;
use super::chart_data::ChartFigures;
use super::equity::EquityFold;
use super::events::EventFigures;
use super::named::sum;
use super::summary::Convergence;
use crate::coverage::{self, PointCover};
use crate::geo::distance_m;
use crate::ids::{CountyId, PostId};
use crate::quality::Zone;
use crate::sim::{GroupTally, Interval, Options, Outcome, World};
use crate::stats::{Estimate, Replicated, TimeHistogram};
use crate::text::Text;
use std::collections::BTreeMap;

/// A group of calls: a county or all, a zone or both.
pub type GroupKey = (Option<u32>, Option<Zone>);

/// Responses of a group of calls in one replication.
pub(super) struct Grouped {
    /// Response times.
    pub(super) histogram: TimeHistogram,
    /// How many were within their zone's target.
    pub(super) within: u64,
    /// Calls nobody reached.
    pub(super) lost: u64,
}

/// The responses of one replication by every group there is: all, by zone, county, county and zone.
pub(super) fn grouped(o: &Outcome, counties: usize) -> BTreeMap<GroupKey, Grouped> {
    let mut groups: BTreeMap<GroupKey, Grouped> = BTreeMap::new();
    let mut put = |key: GroupKey, tally: &GroupTally| match groups.get_mut(&key) {
        Some(group) => {
            group.histogram.merge(&tally.response);
            group.within += tally.within;
            group.lost += tally.lost;
        }
        None => {
            let group = Grouped { histogram: tally.response.clone(), within: tally.within, lost: tally.lost };
            groups.insert(key, group);
        }
    };
    for (i, tally) in o.groups.iter().enumerate() {
        let (county, zone) = ((i / 2) as u32, Zone::ALL[i % 2]);
        put((None, None), tally);
        put((None, Some(zone)), tally);
        if (county as usize) < counties {
            put((Some(county), None), tally);
            put((Some(county), Some(zone)), tally);
        }
    }
    groups
}

/// Response figures of a group.
#[derive(Debug, Default)]
pub(super) struct GroupFigures {
    pub(super) calls_per_day: Replicated,
    pub(super) mean_min: Replicated,
    pub(super) share_within: Replicated,
    pub(super) p50_min: Replicated,
    pub(super) p80_min: Replicated,
    pub(super) p90_min: Replicated,
    pub(super) p95_min: Replicated,
    /// Calls nobody reached.
    pub(super) lost: u64,
}

/// Figures of an interval of a call's life.
#[derive(Debug, Default)]
pub(super) struct IntervalFigures {
    pub(super) mean_min: Replicated,
    pub(super) p90_min: Replicated,
    pub(super) share_within: Replicated,
}

/// The flow of calls, per day.
#[derive(Debug, Default)]
pub(super) struct FlowFigures {
    pub(super) phone_calls: Replicated,
    pub(super) no_dispatch: Replicated,
    pub(super) dispatches: Replicated,
    pub(super) queued: Replicated,
    pub(super) transported: Replicated,
    pub(super) left_at_scene: Replicated,
    pub(super) from_road: Replicated,
    pub(super) unserved: Replicated,
}

/// All figures of a run.
#[derive(Debug)]
pub struct Figures {
    pub(super) confidence: f64,
    pub(super) options: Options,
    days: f64,
    pub(super) counties: Vec<Text>,
    pub(super) groups: BTreeMap<GroupKey, GroupFigures>,
    pub(super) intervals: Vec<IntervalFigures>,
    pub(super) answer_by_hour: Vec<Replicated>,
    pub(super) rings_by_hour: Vec<Replicated>,
    pub(super) flow: FlowFigures,
    pub(super) seat_utilisation: Vec<Replicated>,
    pub(super) unit_utilisation: Vec<Replicated>,
    /// Of all units, and all seats, together.
    pub(super) units_busy: Replicated,
    pub(super) seats_busy: Replicated,
    pub(super) unit_dispatches: Vec<Replicated>,
    pub(super) post_dispatches: Vec<Replicated>,
    pub(super) hospital_patients: Vec<Replicated>,
    pub(super) events: EventFigures,
    pub(super) equity: EquityFold,
    pub(super) charts: ChartFigures,
    pub(super) convergence: Vec<Convergence>,
    replications: u32,
    unit_posts: Vec<PostId>,
    pub(super) provision: Provision,
    pub(super) asked: AskedFigures,
    pub(super) cover: Vec<PointCover>,
    pub(super) people: Vec<(f64, Zone, Option<CountyId>)>,
}

/// Counts that need no simulation.
#[derive(Debug)]
pub(super) struct Provision {
    pub(super) residents: f64,
    pub(super) units: f64,
    pub(super) negative_pressure: f64,
    pub(super) urban_units: f64,
    pub(super) urban_residents: f64,
    pub(super) seats: f64,
    /// Share of posts staffed around the clock, %; `None` unless every post states its hours.
    pub(super) posts_24h: Option<f64>,
    /// Radius of a circle as large as the area per staffed post.
    pub(super) equivalent_radius_km: Option<f64>,
    /// Units and negative-pressure units by county, and residents.
    pub(super) by_county: Vec<(f64, f64, f64)>,
}

impl Figures {
    /// No replications yet.
    pub fn new(world: &World, options: &Options) -> Figures {
        let s = &world.scenario;
        let many = |n: usize| vec![Replicated::new(); n];
        Figures {
            confidence: s.run.confidence,
            options: options.clone(),
            days: s.run.days,
            counties: s.counties.iter().map(|c| c.name.clone()).collect(),
            groups: BTreeMap::new(),
            intervals: Interval::ALL.iter().map(|_| IntervalFigures::default()).collect(),
            answer_by_hour: many(24),
            rings_by_hour: many(24),
            flow: FlowFigures::default(),
            seat_utilisation: many(s.centres.len()),
            unit_utilisation: many(s.units.len()),
            units_busy: Replicated::new(),
            seats_busy: Replicated::new(),
            unit_dispatches: many(s.units.len()),
            post_dispatches: many(s.posts.len()),
            hospital_patients: many(s.hospitals.len()),
            events: EventFigures::new(world),
            equity: EquityFold::new(),
            charts: ChartFigures::new(world),
            convergence: Vec::new(),
            replications: 0,
            unit_posts: s.units.iter().map(|u| u.post).collect(),
            provision: provision(world),
            asked: AskedFigures::new(world, &options.asked),
            cover: coverage::points(world),
            people: s.points.iter().map(|p| (p.population, p.zone, p.county)).collect(),
        }
    }

    /// Adds one replication; they must come in order.
    pub fn add(&mut self, o: &Outcome) {
        let days = self.days;
        let groups = grouped(o, self.counties.len());
        self.asked.add(o, &groups);
        for (key, Grouped { histogram, within, lost }) in groups {
            let figures = self.groups.entry(key).or_default();
            let n = histogram.count() as f64;
            figures.calls_per_day.push(n, days);
            figures.mean_min.push(histogram.sum_seconds() / 60.0, n);
            // Who is never reached is not reached in time.
            figures.share_within.push(within as f64, n + lost as f64);
            figures.lost += lost;
            for (figure, q) in [
                (&mut figures.p50_min, 0.5),
                (&mut figures.p80_min, 0.8),
                (&mut figures.p90_min, 0.9),
                (&mut figures.p95_min, 0.95),
            ] {
                push_quantile(&histogram, q, figure);
            }
        }
        for (i, figures) in self.intervals.iter_mut().enumerate() {
            let histogram = &o.intervals[i];
            let n = histogram.count() as f64;
            figures.mean_min.push(histogram.sum_seconds() / 60.0, n);
            figures.share_within.push(o.interval_within[i] as f64, n);
            push_quantile(histogram, 0.9, &mut figures.p90_min);
        }
        self.events.add(o, days);
        self.equity.add(o);
        self.charts.add(o);
        self.replications += 1;
        for hour in 0..24 {
            self.answer_by_hour[hour].push(o.answered_by_hour[hour] as f64, o.rings_by_hour[hour] as f64);
            self.rings_by_hour[hour].push(o.rings_by_hour[hour] as f64, days);
        }
        let dispatches = o.responses();
        let f = &mut self.flow;
        for (figure, n) in [
            (&mut f.phone_calls, o.phone_calls()),
            (&mut f.no_dispatch, o.no_dispatch),
            (&mut f.dispatches, dispatches),
            (&mut f.queued, o.queued),
            (&mut f.transported, o.transported),
            (&mut f.left_at_scene, o.left_at_scene),
            (&mut f.from_road, o.from_road),
            (&mut f.unserved, o.unserved),
        ] {
            figure.push(n as f64, days);
        }
        for (figure, (busy, duty)) in self.seat_utilisation.iter_mut().zip(o.seat_busy.iter().zip(&o.seat_duty)) {
            figure.push(*busy as f64, *duty as f64);
        }
        self.units_busy.push(sum(&o.unit_busy), sum(&o.unit_duty));
        self.seats_busy.push(sum(&o.seat_busy), sum(&o.seat_duty));
        let mut by_post = vec![0.0; self.post_dispatches.len()];
        for (i, busy) in o.unit_busy.iter().enumerate() {
            self.unit_utilisation[i].push(*busy as f64, o.unit_duty[i] as f64);
            self.unit_dispatches[i].push(o.unit_dispatches[i] as f64, days);
            by_post[self.unit_posts[i].index()] += o.unit_dispatches[i] as f64;
        }
        for (figure, n) in self.post_dispatches.iter_mut().zip(by_post) {
            figure.push(n, days);
        }
        for (figure, n) in self.hospital_patients.iter_mut().zip(&o.hospital_patients) {
            figure.push(*n as f64, days);
        }
        self.note_convergence();
    }

    /// Notes where the mean response stands: after each of the first replications, then each time they are a twentieth more.
    fn note_convergence(&mut self) {
        let n = self.replications;
        if self.convergence.last().is_some_and(|last| n * 20 < last.n * 21) {
            return;
        }
        if let Some(mean_min) = self.mean_response().filter(|_| n > 1) {
            self.convergence.push(Convergence { n, mean_min });
        }
    }

    /// Where the mean response stood after how many replications, the last one included.
    pub(super) fn convergence(&self) -> Vec<Convergence> {
        let mut steps = self.convergence.clone();
        if let Some(mean_min) = self.mean_response().filter(|_| steps.last().is_some_and(|s| s.n < self.replications)) {
            steps.push(Convergence { n: self.replications, mean_min });
        }
        steps
    }

    /// The mean response of all calls, minutes; `None` before the first.
    pub fn mean_response(&self) -> Option<Estimate> {
        self.groups.get(&(None, None)).and_then(|g| self.at_least_zero(&g.mean_min))
    }

    /// The interval of a figure.
    pub(super) fn estimate(&self, figure: &Replicated) -> Option<Estimate> {
        figure.estimate(self.confidence)
    }

    /// The interval of a figure that cannot be negative.
    pub(super) fn at_least_zero(&self, figure: &Replicated) -> Option<Estimate> {
        self.estimate(figure).map(|e| bounded(e, f64::INFINITY))
    }

    /// The interval of a share of calls, between 0 and 1.
    pub(super) fn proportion(&self, figure: &Replicated) -> Option<Estimate> {
        figure.proportion(self.confidence).map(|e| bounded(e, 1.0))
    }

    /// The interval of a share of time, between 0 and 1.
    pub(super) fn share(&self, figure: &Replicated) -> Option<Estimate> {
        self.estimate(figure).map(|e| bounded(e, 1.0))
    }
}

/// Keeps a finite interval within 0 and `high`; an unknown one stays unknown.
fn bounded(e: Estimate, high: f64) -> Estimate {
    if e.low.is_finite() && e.high.is_finite() { e.clamped(0.0, high) } else { e }
}

fn push_quantile(histogram: &TimeHistogram, q: f64, figure: &mut Replicated) {
    if let Some(seconds) = histogram.quantile_seconds(q) {
        figure.push(seconds / 60.0, 1.0);
    }
}

fn provision(world: &World) -> Provision {
    let s = &world.scenario;
    let nearest_is_urban = |post: PostId| {
        let at = s.posts[post.index()].at;
        let nearest = s.points.iter().min_by(|a, b| distance_m(a.at, at).total_cmp(&distance_m(b.at, at)));
        nearest.is_some_and(|p| p.zone == Zone::Urban)
    };
    let mut by_county = vec![(0.0, 0.0, 0.0); s.counties.len()];
    for unit in &s.units {
        if let Some(county) = s.posts[unit.post.index()].county {
            by_county[county.index()].0 += 1.0;
            by_county[county.index()].1 += f64::from(u8::from(unit.negative_pressure));
        }
    }
    for point in &s.points {
        if let Some(county) = point.county {
            by_county[county.index()].2 += point.population;
        }
    }
    let people = |urban_only: bool| {
        s.points.iter().filter(|p| !urban_only || p.zone == Zone::Urban).map(|p| p.population).sum::<f64>()
    };
    let area: Option<f64> = s.counties.iter().map(|c| c.area_km2).sum();
    let posts = world.staffed().iter().filter(|s| **s).count() as f64;
    Provision {
        equivalent_radius_km: area.map(|a| (a / posts / std::f64::consts::PI).sqrt()),
        posts_24h: s
            .posts
            .iter()
            .all(|p| p.open_24h || p.hours.is_some())
            .then(|| 100.0 * s.posts.iter().filter(|p| p.open_24h).count() as f64 / s.posts.len() as f64),
        residents: people(false),
        units: s.units.len() as f64,
        negative_pressure: s.units.iter().filter(|u| u.negative_pressure).count() as f64,
        urban_units: s.units.iter().filter(|u| nearest_is_urban(u.post)).count() as f64,
        urban_residents: people(true),
        seats: s.centres.iter().map(|c| f64::from(c.seats)).sum(),
        by_county,
    }
}
