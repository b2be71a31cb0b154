//! Where more units or posts help most: the greedy choice of maximum expected covering (Daskin, Transportation Science 17 (1983)
//! 48) on the calls that the run served late.

use super::added::Addition;
use super::{What, is_member};
use crate::experiment::prepare::Prepared;
use crate::experiment::replicate::Replications;
use crate::facilities::Unit;
use crate::geo::{LatLon, distance_m};
use crate::ids::{HospitalId, PointId, PostId};
use crate::sim::{Origin, World};
use crate::standards::{Basis, Clause, Distance, Evidence, Metric, Scope, Statistic, Weight, judge};

/// Candidates for posts that are looked at: those with most need, where there are more.
const CANDIDATES: usize = 1500;
/// A unit is taken to be busy at least, and at most, so much of the time.
const BUSY: [f64; 2] = [0.05, 0.9];

/// What a clause lacks, place by place.
pub(super) struct Places<'a> {
    world: &'a World,
    clause: &'a Clause,
    /// What each point lacks: late calls, or people out of reach; for other statistics its calls or people.
    need: Vec<f64>,
    /// Minutes (or km) that a point has now.
    now: Vec<f64>,
    /// Share of time that a unit is busy.
    busy: f64,
    /// What is counted as within: minutes of driving, or km.
    limit: Option<f64>,
}

/// A place for a unit.
#[derive(Clone, Copy)]
struct Candidate {
    origin: Origin,
    at: LatLon,
}

impl<'a> Places<'a> {
    pub(super) fn of(base: &'a Prepared, done: &Replications, clause: &'a Clause) -> Places<'a> {
        let world = &base.world;
        let s = &world.scenario;
        let total = &done.total;
        let covers = clause.metric.is_some_and(|m| m.basis() == Basis::Coverage);
        // Where every county has to meet it, those that do are left alone.
        let short: Option<Vec<String>> = (clause.scope == Some(Scope::County)).then(|| {
            let judged = judge(&base.pack, &done.figures).into_iter().find(|j| j.clause == clause.id);
            let parts = judged.map(|j| j.parts).unwrap_or_default();
            parts.into_iter().filter(|p| p.verdict != crate::standards::Verdict::Met).map(|p| p.place.en).collect()
        });
        let counties = done.figures.counties();
        let is_here = |p: usize| {
            let point = &s.points[p];
            let name = point.county.and_then(|c| counties.get(c.index())).map(|(_, name)| &name.en);
            let county = short.as_ref().is_none_or(|list| name.is_some_and(|n| list.contains(n)));
            county && is_member(clause, point.zone)
        };
        let busy: f64 = total.unit_busy.iter().map(|b| *b as f64).sum::<f64>()
            / total.unit_duty.iter().map(|d| *d as f64).sum::<f64>().max(1.0);
        let share = clause.statistic == Some(Statistic::ShareWithin);
        let cover = crate::coverage::points(world);
        let (mut need, mut now) = (Vec::new(), Vec::new());
        for (p, (point, cover)) in s.points.iter().zip(&cover).enumerate() {
            let (calls, micros, within) = total.points[p];
            let weight = match (covers, clause.weight) {
                (true, None | Some(Weight::People)) => point.population,
                (true, Some(Weight::Calls)) => s.demand.dispatches_per_day(point),
                // Those who were never reached have no time; a call more than there were stands for them.
                (false, _) if share => (calls - within) as f64 + 0.01,
                (false, _) => calls as f64,
            };
            let value = match (clause.metric, clause.distance()) {
                (Some(Metric::RadiusKm), Distance::Straight) => cover.radius_km,
                (Some(Metric::RadiusKm), Distance::Road) => cover.road_km.unwrap_or(f64::INFINITY),
                (Some(Metric::DriveMin), _) => cover.drive_min.unwrap_or(f64::INFINITY),
                _ if calls > 0 => crate::units::Span(micros).minutes() / calls as f64,
                _ => f64::INFINITY,
            };
            need.push(if is_here(p) { weight } else { 0.0 });
            now.push(value);
        }
        let turnout = if covers { 0.0 } else { s.durations.turnout.quantile(0.5) / 60.0 };
        let limit = clause.limit.filter(|_| share).map(|l| (l - turnout).max(0.5));
        Places { world, clause, need, now, busy: if covers { 0.0 } else { busy.clamp(BUSY[0], BUSY[1]) }, limit }
    }

    /// What a candidate gives a point: minutes of driving with the median turn-out, or km.
    fn value(&self, from: &Candidate, point: usize) -> f64 {
        let s = &self.world.scenario;
        let minutes = || {
            let t = self.world.to_point(crate::coverage::usual(self.world), from.origin, PointId::new(point));
            if t.is_reachable() { t.minutes() * s.travel.response_factor } else { f64::INFINITY }
        };
        match self.clause.metric {
            Some(Metric::RadiusKm) => distance_m(from.at, s.points[point].at) / 1000.0,
            Some(Metric::DriveMin) => minutes(),
            _ if self.limit.is_some() => minutes(),
            _ => minutes() + s.durations.turnout.quantile(0.5) / 60.0,
        }
    }

    /// Places in the order in which they help most, as many as are wanted; fewer where no more help.
    pub(super) fn order(mut self, what: What, most: usize) -> Vec<Addition> {
        let mut candidates = self.candidates(what);
        let members: Vec<usize> = (0..self.need.len()).filter(|p| self.need[*p] > 0.0).collect();
        let values: Vec<Vec<f64>> =
            candidates.iter().map(|c| members.iter().map(|p| self.value(c, *p)).collect()).collect();
        let mut taken = vec![false; candidates.len()];
        let mut order = Vec::new();
        while order.len() < most {
            let gain =
                |c: usize| -> f64 { members.iter().zip(&values[c]).map(|(p, value)| self.gain(*p, *value)).sum() };
            let open = (0..candidates.len()).filter(|c| !taken[*c]);
            let best = open.map(|c| (gain(c), c)).max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1)));
            let Some((gain, best)) = best.filter(|(gain, _)| *gain > 1e-9) else { break };
            // A post is opened once; a post there is may get several units.
            taken[best] = what == What::Posts;
            debug_assert!(gain.is_finite());
            for (p, value) in members.iter().zip(values[best].clone()) {
                self.cover(*p, value);
            }
            order.push(self.addition(&mut candidates[best], order.len() + 1, what));
        }
        order
    }

    /// What a unit with this value gains a point.
    fn gain(&self, p: usize, value: f64) -> f64 {
        match self.limit {
            Some(limit) => {
                let helps = value <= limit && (self.busy > 0.0 || self.now[p] > limit);
                if helps { self.need[p] } else { 0.0 }
            }
            // Who is not reached at all gains most.
            None => self.need[p] * (self.now[p].min(1e4) - value.min(1e4)).max(0.0),
        }
    }

    /// A point has another unit near it, which is free but for the share of time it is busy.
    fn cover(&mut self, p: usize, value: f64) {
        match self.limit {
            Some(limit) if value <= limit => self.need[p] *= self.busy,
            Some(_) => {}
            None => {
                let now = self.now[p].min(1e4);
                self.now[p] = self.busy * now + (1.0 - self.busy) * now.min(value);
            }
        }
    }

    fn candidates(&self, what: What) -> Vec<Candidate> {
        let s = &self.world.scenario;
        if what == What::Units {
            let staffed = self.world.staffed();
            let posts = (0..s.posts.len()).filter(|p| staffed[*p]);
            return posts.map(|p| Candidate { origin: Origin::Post(PostId::new(p)), at: s.posts[p].at }).collect();
        }
        let hospitals = (0..s.hospitals.len())
            .map(|h| Candidate { origin: Origin::Hospital(HospitalId::new(h)), at: s.hospitals[h].at });
        let mut points: Vec<usize> = (0..s.points.len()).collect();
        points.sort_by(|a, b| self.need[*b].total_cmp(&self.need[*a]).then(a.cmp(b)));
        points.truncate(CANDIDATES);
        let points =
            points.into_iter().map(|p| Candidate { origin: Origin::Point(PointId::new(p)), at: s.points[p].at });
        hospitals.chain(points).collect()
    }

    fn addition(&self, candidate: &mut Candidate, number: usize, what: What) -> Addition {
        let s = &self.world.scenario;
        let near = |at: LatLon| -> Option<&Unit> {
            let metres = |u: &Unit| distance_m(s.posts[u.post.index()].at, at);
            let road = s.units.iter().filter(|u| u.kind.on_road() && u.kind.carries());
            road.min_by(|a, b| metres(a).total_cmp(&metres(b)))
        };
        // As the unit nearest by is equipped and staffed.
        let like = near(candidate.at);
        let (kind, negative, shift) = like.map_or(("advanced", false, "24h"), |u| {
            (u.kind.key(), u.negative_pressure, if u.shift.is_empty() { "24h" } else { &u.shift })
        });
        let (place, name, county) = match candidate.origin {
            Origin::Post(p) => {
                (s.posts[p.index()].id.clone(), s.posts[p.index()].name.clone(), s.posts[p.index()].county)
            }
            Origin::Hospital(h) => {
                let h = &s.hospitals[h.index()];
                (h.id.clone(), h.name.clone(), h.county)
            }
            Origin::Point(p) => {
                let p = &s.points[p.index()];
                (p.id.clone(), p.name.clone(), p.county)
            }
        };
        Addition {
            number,
            new_post: what == What::Posts,
            place,
            name,
            county: county.and_then(|c| s.counties.get(c.index())).map(|c| c.name.clone()),
            at: [candidate.at.lat, candidate.at.lon],
            kind: kind.to_string(),
            negative_pressure: negative,
            shift: shift.to_string(),
        }
    }
}
