//! Every figure of a run, folded over replications, with its interval.

use super::equity::EquityFold;
use super::events::EventFigures;
use super::named::sum;
use super::summary::Convergence;
use crate::coverage::{self, PointCover};
use crate::geo::distance_m;
use crate::ids::{CountyId, PostId};
use crate::quality::Zone;
use crate::sim::{GroupTally, Interval, Options, Outcome, World};
use crate::standards::{Distance, Evidence, Metric, Query, Statistic};
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
    pub(super) p90_min: Replicated,
    /// The longest of all replications.
    pub(super) max_min: f64,
    /// Calls nobody reached.
    pub(super) lost: u64,
}

/// Figures of an interval of a call's life.
#[derive(Debug, Default)]
pub(super) struct IntervalFigures {
    pub(super) mean_min: Replicated,
    pub(super) p90_min: Replicated,
    /// The longest of all replications.
    pub(super) max_min: f64,
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
    counties: Vec<Text>,
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
    pub(super) convergence: Vec<Convergence>,
    replications: u32,
    unit_posts: Vec<PostId>,
    provision: Provision,
    pub(super) cover: Vec<PointCover>,
    people: Vec<(f64, Zone, Option<CountyId>)>,
}

/// Counts that need no simulation.
#[derive(Debug)]
struct Provision {
    residents: f64,
    units: f64,
    negative_pressure: f64,
    urban_units: f64,
    urban_residents: f64,
    seats: f64,
    /// Share of posts staffed around the clock, %; `None` unless every post states its hours.
    posts_24h: Option<f64>,
    /// Radius of a circle as large as the area per staffed post.
    equivalent_radius_km: Option<f64>,
    /// Units and negative-pressure units by county, and residents.
    by_county: Vec<(f64, f64, f64)>,
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
            convergence: Vec::new(),
            replications: 0,
            unit_posts: s.units.iter().map(|u| u.post).collect(),
            provision: provision(world),
            cover: coverage::points(world),
            people: s.points.iter().map(|p| (p.population, p.zone, p.county)).collect(),
        }
    }

    /// Adds one replication; they must come in order.
    pub fn add(&mut self, o: &Outcome) {
        let days = self.days;
        for (key, Grouped { histogram, within, lost }) in grouped(o, self.counties.len()) {
            let figures = self.groups.entry(key).or_default();
            let n = histogram.count() as f64;
            figures.calls_per_day.push(n, days);
            figures.mean_min.push(histogram.sum_seconds() / 60.0, n);
            // Who is never reached is not reached in time.
            figures.share_within.push(within as f64, n + lost as f64);
            figures.lost += lost;
            figures.max_min = figures.max_min.max(histogram.max().minutes());
            push_quantiles(&histogram, [&mut figures.p50_min, &mut figures.p90_min]);
        }
        for (i, figures) in self.intervals.iter_mut().enumerate() {
            let histogram = &o.intervals[i];
            let n = histogram.count() as f64;
            figures.mean_min.push(histogram.sum_seconds() / 60.0, n);
            figures.share_within.push(o.interval_within[i] as f64, n);
            let mut unused = Replicated::new();
            figures.max_min = figures.max_min.max(histogram.max().minutes());
            push_quantiles(histogram, [&mut unused, &mut figures.p90_min]);
        }
        self.events.add(o, days);
        self.equity.add(o);
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

fn push_quantiles(histogram: &TimeHistogram, [p50, p90]: [&mut Replicated; 2]) {
    for (figure, q) in [(p50, 0.5), (p90, 0.9)] {
        if let Some(seconds) = histogram.quantile_seconds(q) {
            figure.push(seconds / 60.0, 1.0);
        }
    }
}

/// A maximum that was seen: the true one can only be larger.
fn at_least(max: f64) -> Option<Estimate> {
    (max > 0.0).then_some(Estimate { mean: max, low: max, high: f64::INFINITY })
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

impl Evidence for Figures {
    fn figure(&self, query: &Query) -> Result<Estimate, Text> {
        match query.metric {
            Metric::RadiusKm => self.radius(query),
            Metric::ResponseMin => self.response(query),
            Metric::AnswerS => self.interval(query, Interval::Answer, 60.0, self.options.answer_target.seconds()),
            Metric::TurnoutMin => self.interval(query, Interval::Turnout, 1.0, self.options.turnout_target.minutes()),
            Metric::HandoverMin => {
                self.interval(query, Interval::Handover, 1.0, self.options.handover_target.minutes())
            }
            _ => self.provided(query),
        }
    }

    fn counties(&self) -> Vec<(CountyId, Text)> {
        self.counties.iter().enumerate().map(|(i, name)| (CountyId::new(i), name.clone())).collect()
    }
}

fn no_calls() -> Text {
    Text::new("没有此类呼叫", "there were no such calls")
}

fn other_limit() -> Text {
    Text::new(
        "同一指标在标准包中有多个限值，本次运行只按其中之一计数",
        "the pack holds several limits for this metric; the run counted by another one",
    )
}

impl Figures {
    fn response(&self, q: &Query) -> Result<Estimate, Text> {
        let group = self.groups.get(&(q.county.map(|c| c.0), q.zone)).ok_or_else(no_calls)?;
        if q.statistic == Statistic::ShareWithin {
            let counted = |z: Zone| self.options.response_target[z.index()].minutes();
            let zones: &[Zone] = match &q.zone {
                Some(z) => std::slice::from_ref(z),
                None => &Zone::ALL,
            };
            if zones.iter().any(|z| q.limit.is_some_and(|l| (counted(*z) - l).abs() > 1e-9)) {
                return Err(other_limit());
            }
        }
        let found = match q.statistic {
            Statistic::Mean => self.at_least_zero(&group.mean_min),
            Statistic::ShareWithin => self.proportion(&group.share_within).map(|e| e.scaled(100.0)),
            Statistic::P90 => self.at_least_zero(&group.p90_min),
            Statistic::Max => at_least(group.max_min),
            Statistic::Ratio => None,
        };
        match found {
            // Calls that nobody reached have no response time; a mean or percentile of the others is only a lower bound.
            Some(e) if group.lost > 0 && q.statistic != Statistic::ShareWithin => {
                Ok(Estimate { high: f64::INFINITY, ..e })
            }
            Some(e) => Ok(e),
            None if group.lost > 0 => Err(Text::new("没有一个呼叫得到响应", "no call was ever reached")),
            None => Err(no_calls()),
        }
    }

    fn interval(&self, q: &Query, which: Interval, per_min: f64, counted: f64) -> Result<Estimate, Text> {
        if q.county.is_some() || q.zone.is_some() {
            return Err(Text::new("未按区县或城乡分别统计", "not counted by county or zone"));
        }
        let figures = &self.intervals[which as usize];
        if q.statistic == Statistic::ShareWithin && q.limit.is_some_and(|l| (l - counted).abs() > 1e-9) {
            return Err(other_limit());
        }
        let found = match q.statistic {
            Statistic::Mean => self.at_least_zero(&figures.mean_min).map(|e| e.scaled(per_min)),
            Statistic::ShareWithin => self.proportion(&figures.share_within).map(|e| e.scaled(100.0)),
            Statistic::P90 => self.at_least_zero(&figures.p90_min).map(|e| e.scaled(per_min)),
            Statistic::Max => at_least(figures.max_min).map(|e| e.scaled(per_min)),
            Statistic::Ratio => None,
        };
        found.ok_or_else(no_calls)
    }

    fn radius(&self, q: &Query) -> Result<Estimate, Text> {
        let mut members = Vec::new();
        for ((people, zone, county), cover) in self.people.iter().zip(&self.cover) {
            if *people <= 0.0 || q.zone.is_some_and(|z| z != *zone) || q.county.is_some_and(|c| *county != Some(c)) {
                continue;
            }
            let km = match q.distance {
                Distance::Straight => Some(cover.radius_km),
                Distance::Road => cover.road_km,
            };
            members.push((*people, km));
        }
        let total: f64 = members.iter().map(|(people, _)| people).sum();
        if total <= 0.0 {
            return Err(Text::new("该范围内没有居民", "nobody lives there"));
        }
        if q.statistic == Statistic::ShareWithin {
            let limit = q.limit.unwrap_or(0.0);
            let within = members.iter().filter(|(_, km)| km.is_some_and(|km| km <= limit)).map(|(p, _)| p).sum::<f64>();
            return Ok(Estimate::exact(100.0 * within / total));
        }
        let mut known: Vec<(f64, f64)> = members.iter().filter_map(|(people, km)| Some(((*km)?, *people))).collect();
        if known.len() < members.len() {
            return Err(Text::new("有居民点没有道路可达", "some residents cannot be reached by road"));
        }
        known.sort_by(|a, b| a.0.total_cmp(&b.0));
        let figure = match q.statistic {
            Statistic::Mean => known.iter().map(|(km, people)| km * people).sum::<f64>() / total,
            Statistic::Max => known.last().map_or(0.0, |(km, _)| *km),
            _ => {
                let mut below = 0.0;
                let at = known.iter().position(|(_, people)| {
                    below += people;
                    below >= 0.9 * total
                });
                at.map_or(0.0, |i| known[i].0)
            }
        };
        Ok(Estimate::exact(figure))
    }

    fn provided(&self, q: &Query) -> Result<Estimate, Text> {
        let p = &self.provision;
        let none = || Text::new("表中没有所需数据", "the tables do not hold what this needs");
        let (units, negative, residents) = match q.county {
            Some(c) => p.by_county[c.index()],
            None => (p.units, p.negative_pressure, p.residents),
        };
        let ratio = |top: f64, bottom: f64| if bottom > 0.0 { Ok(Estimate::exact(top / bottom)) } else { Err(none()) };
        match q.metric {
            Metric::AmbulancesPer30k => ratio(units * 30_000.0, residents),
            Metric::NegativePressurePercent => ratio(negative * 100.0, units),
            Metric::CrewsPer100kUrban if q.county.is_none() => ratio(p.urban_units * 100_000.0, p.urban_residents),
            Metric::ResidentsPerSeat if q.county.is_none() => ratio(p.residents, p.seats),
            // A post that states no hours is not known to be open.
            Metric::Posts24hPercent => {
                p.posts_24h.filter(|_| q.county.is_none()).map(Estimate::exact).ok_or_else(|| {
                    Text::new("站点表未填写 hours", "the table of posts does not state the hours of every post")
                })
            }
            _ => Err(none()),
        }
    }

    /// The published figures' simulated counterparts.
    pub(super) fn reference(&self, metric: crate::scenario::ReferenceMetric) -> Option<Estimate> {
        use crate::scenario::ReferenceMetric as M;
        let q = |metric, statistic| Query {
            metric,
            statistic,
            zone: None,
            county: None,
            limit: None,
            distance: Distance::Straight,
        };
        match metric {
            M::MeanResponseMin => self.figure(&q(Metric::ResponseMin, Statistic::Mean)).ok(),
            M::MeanRadiusKm => self.figure(&q(Metric::RadiusKm, Statistic::Mean)).ok(),
            M::EquivalentRadiusKm => self.provision.equivalent_radius_km.map(Estimate::exact),
            M::AmbulancesPer30k => self.figure(&q(Metric::AmbulancesPer30k, Statistic::Ratio)).ok(),
            M::TurnoutWithin3minPercent if (self.options.turnout_target.minutes() - 3.0).abs() < 1e-9 => {
                self.proportion(&self.intervals[Interval::Turnout as usize].share_within).map(|e| e.scaled(100.0))
            }
            M::TurnoutWithin3minPercent => None,
        }
    }
}
