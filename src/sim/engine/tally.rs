//! What a replication counts: intervals, groups, records, busy time.

use super::job::JobKind;
use super::unit::UnitState;
use super::{Engine, NONE, Ways};
use crate::demand::CallOrigin;
use crate::ids::{CategoryId, PointId, UnitId};
use crate::random::{Dist, normal_quantile};
use crate::scenario::ClockStart;
use crate::sim::record::{CallRecord, Interval, Outcome, PRIORITIES, PartKind, Stamp};
use crate::sim::tallies::{hour_of_week, spread};
use crate::units::{SimTime, Span};

impl<W: Ways> Engine<'_, W> {
    pub(super) fn draw(&self, job: u32, which: usize, dist: &Dist) -> Span {
        Span::from_seconds(dist.quantile(self.jobs[job as usize].call.draws[which]))
    }

    pub(super) fn scatter(&self, job: u32, which: usize) -> f64 {
        let sigma = self.s.travel.scatter_sigma;
        if sigma == 0.0 {
            return 1.0;
        }
        libm::exp(sigma * normal_quantile(self.jobs[job as usize].call.draws[which]))
    }

    /// Counts an answered call. Each time the phone rings is a call of its own.
    pub(super) fn tally_answer(&mut self, job: u32, now: SimTime) {
        let j = &self.jobs[job as usize];
        let rang = j.rang;
        let wait = now - rang;
        self.out.intervals[Interval::Answer as usize].add(wait);
        if wait <= self.options.answer_target {
            self.out.answered_by_hour[rang.hour_of_day()] += 1;
            self.out.interval_within[Interval::Answer as usize] += 1;
        }
    }

    fn group(&self, point: PointId) -> usize {
        let zone = match self.s.points.get(point.index()) {
            Some(point) => point.zone,
            None => self.s.sites[point.index() - self.s.points.len()].zone,
        };
        let county = self.facts.county_of_point[point.index()].map_or(self.s.counties.len(), |c| c.index());
        county * 2 + zone.index()
    }

    /// Where a call stands among the groups by priority, category and hour within a zone.
    fn finer(&self, zone: usize, category: CategoryId, rang: SimTime) -> [usize; 3] {
        let priority = usize::from(self.facts.priority[category.index()]).clamp(1, PRIORITIES);
        [
            zone * PRIORITIES + priority - 1,
            zone * self.s.demand.categories.len() + category.index(),
            zone * 24 + rang.hour_of_day(),
        ]
    }

    /// Counts a call that nobody reached.
    pub(super) fn tally_lost(&mut self, job: u32) {
        let j = &self.jobs[job as usize];
        let (category, rang) = (j.category, j.at(Stamp::Ring));
        let group = self.group(j.call.point);
        self.out.groups[group].lost += 1;
        let [priority, category, hour] = self.finer(group % 2, category, rang);
        self.out.by_zone_priority[priority].lost += 1;
        self.out.by_zone_category[category].lost += 1;
        self.out.by_zone_hour[hour].lost += 1;
        self.out.tallies.week[hour_of_week(rang) * 2 + group % 2].lost += 1;
    }

    /// Counts a patient whom no hospital can take.
    pub(super) fn tally_no_hospital(&mut self, job: u32) {
        if self.measured_job(job) {
            self.out.no_hospital += 1;
        }
    }

    /// A unit has come to the scene: if it is the first, that is the response to the incident.
    pub(super) fn reached(&mut self, job: u32, now: SimTime) {
        let (lead, kind) = (self.jobs[job as usize].lead, self.jobs[job as usize].kind);
        if kind == JobKind::Carrier || std::mem::replace(&mut self.jobs[lead as usize].reached, true) {
            return;
        }
        if !self.measured_job(lead) {
            return;
        }
        let clock = match self.s.run.clock_start {
            ClockStart::Ring => self.jobs[lead as usize].at(Stamp::Ring),
            ClockStart::Answered => self.jobs[lead as usize].at(Stamp::Answered),
            ClockStart::Triaged => self.jobs[lead as usize].at(Stamp::Triaged),
            ClockStart::Assigned => self.jobs[job as usize].at(Stamp::Assigned),
        };
        let response = now - clock;
        let l = &self.jobs[lead as usize];
        let (point, category, origin, rang) = (l.call.point, l.category, l.call.origin, l.at(Stamp::Ring));
        self.out.by_category[category.index()].add(response);
        let care = &self.s.demand.categories[category.index()].care;
        if let Some(curve) = &care.survival {
            let survival = &mut self.out.survival[category.index()];
            *survival = (survival.0 + (curve.chance(response) * 1e9) as u64, survival.1 + 1);
        }
        // A planned transfer is no emergency that the targets speak of.
        if matches!(origin, CallOrigin::Transfer(_)) {
            return;
        }
        let priority = usize::from(self.facts.priority[category.index()]).clamp(1, PRIORITIES);
        self.out.by_priority[priority - 1].add(response);
        let at = self.group(point);
        let group = &mut self.out.groups[at];
        let within = response <= self.options.response_target[at % 2];
        group.add(response, within);
        let [of_priority, of_category, of_hour] = self.finer(at % 2, category, rang);
        self.out.by_zone_priority[of_priority].add(response, within);
        self.out.by_zone_category[of_category].add(response, within);
        self.out.by_zone_hour[of_hour].add(response, within);
        let tally = &mut self.out.points[point.index()];
        *tally = (tally.0 + 1, tally.1 + response.0, tally.2 + u64::from(within));
        let tally = &mut self.out.hours[Outcome::hour_slot(at, rang)];
        *tally = (tally.0 + 1, tally.1 + response.0, tally.2 + u64::from(within));
        let (lead, job) = (&self.jobs[lead as usize].stamps, &self.jobs[job as usize].stamps);
        let week = &mut self.out.tallies.week[hour_of_week(lead[Stamp::Ring as usize]) * 2 + at % 2];
        week.reached += 1;
        week.within += u64::from(within);
        let moments = [
            lead[Stamp::Ring as usize],
            lead[Stamp::Answered as usize],
            lead[Stamp::Triaged as usize],
            job[Stamp::Assigned as usize],
            job[Stamp::Departed as usize],
            now,
        ];
        for (part, ends) in self.out.tallies.parts[at % 2].iter_mut().zip(moments.windows(2)) {
            *part += (ends[1] - ends[0]).0;
        }
    }

    /// Counts a finished job whose unit is clear.
    pub(super) fn tally(&mut self, job: u32) {
        if !self.measured_job(job) {
            return;
        }
        let j = &self.jobs[job as usize];
        let at = |stamp: Stamp| j.stamps[stamp as usize];
        let handover = at(Stamp::AtHospital) != SimTime::NEVER;
        let done = if handover { Stamp::HandedOver } else { Stamp::LeftScene };
        let turnout = at(Stamp::Departed) - at(Stamp::Assigned);
        let spans = [
            Some((Interval::Triage, at(Stamp::Triaged) - at(Stamp::Answered), None)),
            Some((Interval::Queue, at(Stamp::Assigned) - at(Stamp::Triaged), None)),
            Some((Interval::Turnout, turnout, Some(self.options.turnout_target))),
            Some((Interval::Travel, at(Stamp::Arrived) - at(Stamp::Departed), None)),
            Some((Interval::Scene, at(Stamp::LeftScene) - at(Stamp::Arrived), None)),
            handover.then(|| (Interval::Transport, at(Stamp::AtHospital) - at(Stamp::LeftScene), None)),
            handover.then(|| {
                (Interval::Handover, at(Stamp::HandedOver) - at(Stamp::AtHospital), Some(self.options.handover_target))
            }),
            Some((Interval::Clear, at(Stamp::Clear) - at(done), None)),
        ];
        for (interval, span, target) in spans.into_iter().flatten() {
            self.out.intervals[interval as usize].add(span);
            if target.is_some_and(|t| span <= t) {
                self.out.interval_within[interval as usize] += 1;
            }
        }
        self.out.unit_dispatches[j.unit as usize] += 1;
        self.out.from_road += u64::from(j.from_road);
        match j.hospital {
            Some(hospital) => {
                self.out.transported += 1;
                self.out.hospital_patients[hospital.index()] += 1;
                // A patient whom a road unit took over from a craft comes with that one.
                if handover {
                    let span = at(Stamp::HandedOver) - at(Stamp::AtHospital);
                    let tally = &mut self.out.tallies.hospitals[hospital.index()];
                    tally.handover.add(span);
                    tally.within += u64::from(span <= self.options.handover_target);
                }
            }
            None => self.out.left_at_scene += u64::from(!j.met),
        }
    }

    pub(super) fn keep_record(&mut self, job: u32) {
        if !self.measured_job(job) {
            return;
        }
        let j = &self.jobs[job as usize];
        let (clear, back) = (j.stamps[Stamp::Clear as usize], j.stamps[Stamp::Back as usize]);
        if back != SimTime::NEVER && clear != SimTime::NEVER {
            self.out.intervals[Interval::Return as usize].add(back - clear);
        }
        if self.options.keep_calls {
            self.records.push(CallRecord {
                number: j.call.number,
                point: j.call.point,
                category: j.wants_unit().then_some(j.category),
                unit: (j.unit != NONE).then_some(UnitId(j.unit)),
                from_road: j.from_road,
                hospital: j.hospital,
                stamps: j.stamps,
                part: j.part,
                kind: match j.kind {
                    JobKind::Call => PartKind::Call,
                    JobKind::Caller => PartKind::Caller,
                    // Only one sent after a unit that carries nobody must itself carry.
                    JobKind::Patient if j.carrier => PartKind::Follower,
                    JobKind::Patient => PartKind::Patient,
                    JobKind::Helper => PartKind::Helper,
                    JobKind::Carrier => PartKind::Carrier,
                },
                attempts: j.attempts,
                bumps: j.bumps,
                queued: j.queued,
                cancelled: j.cancelled,
            });
        }
    }

    /// Microseconds of a stretch of time that are measured.
    pub(super) fn overlap(&self, from: SimTime, to: SimTime) -> i64 {
        (to.min(self.end).0 - from.max(self.start).0).max(0)
    }

    /// Counts what a unit has waited or handed over at hospital until now.
    pub(super) fn count_at_hospital(&mut self, unit: usize, now: SimTime) {
        let u = &mut self.units[unit];
        let since = std::mem::replace(&mut u.at_hospital_since, now);
        let hours = match u.state {
            UnitState::Waiting => &mut self.out.tallies.at_hospital[0],
            UnitState::HandingOver => &mut self.out.tallies.at_hospital[1],
            _ => return,
        };
        spread(since.max(self.start), now.min(self.end), |hour, micros| hours[hour % 24] += micros);
    }

    pub(super) fn count_unit_time(&mut self, unit: usize, now: SimTime) {
        self.out.unit_busy[unit] += self.overlap(self.units[unit].busy_since, now);
    }
}
