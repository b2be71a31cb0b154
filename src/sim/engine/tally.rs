//! What a replication counts: intervals, groups, records, busy time.

use super::Engine;
use crate::ids::{PointId, UnitId};
use crate::random::{Dist, normal_quantile};
use crate::scenario::ClockStart;
use crate::sim::record::{CallRecord, Interval, Stamp};
use crate::units::{SimTime, Span};

impl Engine<'_> {
    pub(super) fn draw(&self, job: u32, which: usize, dist: &Dist) -> Span {
        Span::from_seconds(dist.quantile(self.jobs[job as usize].call.draws[which]))
    }

    pub(super) fn scatter(&self, job: u32, which: usize) -> f64 {
        let sigma = self.world.scenario.travel.scatter_sigma;
        if sigma == 0.0 {
            return 1.0;
        }
        libm::exp(sigma * normal_quantile(self.jobs[job as usize].call.draws[which]))
    }

    pub(super) fn stamp(&mut self, job: u32, stamp: Stamp, now: SimTime) {
        self.jobs[job as usize].stamps[stamp as usize] = now;
    }

    pub(super) fn measured_job(&self, job: u32) -> bool {
        self.measured(self.jobs[job as usize].stamps[Stamp::Ring as usize])
    }

    /// Ends a call that gets no unit.
    pub(super) fn close(&mut self, job: u32) {
        if self.measured_job(job) {
            self.open_measured -= 1;
        }
        self.keep_record(job);
        self.free_jobs.push(job);
    }

    pub(super) fn tally_answer(&mut self, job: u32) {
        let stamps = &self.jobs[job as usize].stamps;
        let ring = stamps[Stamp::Ring as usize];
        let wait = stamps[Stamp::Answered as usize] - ring;
        self.out.intervals[Interval::Answer as usize].add(wait);
        self.out.rings_by_hour[ring.hour_of_day()] += 1;
        if wait <= self.options.answer_target {
            self.out.answered_by_hour[ring.hour_of_day()] += 1;
            self.out.interval_within[Interval::Answer as usize] += 1;
        }
    }

    pub(super) fn group(&self, point: PointId) -> usize {
        let point = &self.world.scenario.points[point.index()];
        let county = point.county.map_or(self.world.scenario.counties.len(), |c| c.index());
        county * 2 + point.zone.index()
    }

    /// Counts a call that nobody reached.
    pub(super) fn tally_lost(&mut self, job: u32) {
        let group = self.group(self.jobs[job as usize].call.point);
        self.out.groups[group].lost += 1;
    }

    /// Counts a finished call whose unit is clear.
    pub(super) fn tally(&mut self, job: u32) {
        if !self.measured_job(job) {
            return;
        }
        self.open_measured -= 1;
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
        let clock = match self.world.scenario.run.clock_start {
            ClockStart::Ring => Stamp::Ring,
            ClockStart::Answered => Stamp::Answered,
            ClockStart::Triaged => Stamp::Triaged,
            ClockStart::Assigned => Stamp::Assigned,
        };
        let response = at(Stamp::Arrived) - at(clock);
        let point = &self.world.scenario.points[j.call.point.index()];
        let group = self.group(j.call.point);
        let group = &mut self.out.groups[group];
        let within = response <= self.options.response_target[point.zone.index()];
        group.response.add(response);
        group.within += u64::from(within);
        let tally = &mut self.out.points[j.call.point.index()];
        *tally = (tally.0 + 1, tally.1 + response.0, tally.2 + u64::from(within));
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
            }
            None => self.out.left_at_scene += 1,
        }
    }

    pub(super) fn keep_record(&mut self, job: u32) {
        if !self.measured_job(job) {
            return;
        }
        let j = &self.jobs[job as usize];
        let (clear, back) = (j.stamps[Stamp::Clear as usize], j.stamps[Stamp::Back as usize]);
        if back != SimTime::NEVER {
            self.out.intervals[Interval::Return as usize].add(back - clear);
        }
        if self.options.keep_calls {
            self.records.push(CallRecord {
                number: j.call.number,
                point: j.call.point,
                category: j.call.dispatch.then_some(j.call.category),
                unit: (j.unit != u32::MAX).then_some(UnitId(j.unit)),
                from_road: j.from_road,
                hospital: j.hospital,
                stamps: j.stamps,
            });
        }
    }

    pub(super) fn overlap(&self, from: SimTime, to: SimTime) -> i64 {
        (to.min(self.end).0 - from.max(self.start).0).max(0)
    }

    pub(super) fn count_unit_time(&mut self, unit: usize, now: SimTime) {
        self.out.unit_busy[unit] += self.overlap(self.units[unit].busy_since, now);
    }

    pub(super) fn count_seat_time(&mut self, seat: usize, now: SimTime) {
        let centre = self.first_seat.partition_point(|first| *first <= seat) - 1;
        self.out.seat_busy[centre] += self.overlap(self.seat_since[seat], now);
    }
}
