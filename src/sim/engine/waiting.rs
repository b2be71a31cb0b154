//! Calls that wait for a unit: in which order, and who takes them.

use super::choice::Sent;
use super::unit::ready;
use super::{Engine, Note, SimTime, Span, Stamp, Timer, Ways};
use crate::sim::ways::Estimate;

impl<W: Ways> Engine<'_, W> {
    /// Lets a job wait for a unit.
    pub(super) fn wait_for_unit(&mut self, job: u32, now: SimTime) {
        if !self.jobs[job as usize].queued {
            self.jobs[job as usize].queued = true;
            if self.measured_job(job) {
                self.out.queued += 1;
            }
        }
        self.note(now, Note::Waits, job);
        if let Some(aid) = self.s.rules.dispatch.mutual_aid.as_ref().filter(|a| a.after > Span::ZERO) {
            let serial = self.jobs[job as usize].serial;
            self.set_timer(now + aid.after, Timer::Aid(job, serial));
        }
        let mine = self.queue_key(job);
        let centre = self.jobs[job as usize].centre.index();
        let by_ring = self.s.rules.dispatch.queue_by_ring;
        let at = self.centres[centre].waiting.partition_point(|id| {
            let key = self.queue_key(*id);
            // Of calls that rang at the same moment the one that came to wait last goes first (as in JEMSS).
            if by_ring { (key.0, key.1) < (mine.0, mine.1) } else { key <= mine }
        });
        self.centres[centre].waiting.insert(at, job);
    }

    /// By priority, then by when it was triaged. With ageing a step of priority is worth so much waiting, which does not
    /// change the order while they wait.
    fn queue_key(&self, id: u32) -> (i64, i64, u64, u16) {
        let j = &self.jobs[id as usize];
        let priority = i64::from(self.facts.priority[j.category.index()]);
        let since = j.at(if self.s.rules.dispatch.queue_by_ring { Stamp::Ring } else { Stamp::Triaged }).0;
        match self.s.rules.dispatch.ageing {
            None => (priority, since, j.call.number, j.part),
            Some(step) => (0, since.saturating_add(priority * step.0), j.call.number, j.part),
        }
    }

    /// A call that has waited long enough may get a unit of a neighbour.
    pub(super) fn ask_for_aid(&mut self, job: u32, serial: u64, now: SimTime) {
        let centre = self.jobs[job as usize].centre.index();
        let Some(at) = self.centres[centre].waiting.iter().position(|id| *id == job) else { return };
        if self.jobs[job as usize].serial != serial {
            return;
        }
        self.jobs[job as usize].aid = true;
        let wish = self.wish(job, true);
        if let (Some(sent), _) = self.best_unit(&wish, now) {
            self.centres[centre].waiting.remove(at);
            self.assign(job, now, sent);
        }
    }

    /// Tries all calls that wait at a centre again.
    pub(super) fn try_waiting(&mut self, centre: usize, now: SimTime) {
        let mut at = 0;
        while at < self.centres[centre].waiting.len() {
            let job = self.centres[centre].waiting[at];
            let wish = self.wish(job, self.jobs[job as usize].aid);
            match self.best_unit(&wish, now).0 {
                Some(sent) => {
                    self.centres[centre].waiting.remove(at);
                    self.assign(job, now, sent);
                }
                None => at += 1,
            }
        }
    }

    /// A unit has come free and took nobody: where units are kept back or share crews, others may go now.
    pub(super) fn others_may_go(&mut self, now: SimTime) {
        if self.s.rules.dispatch.hold_back.is_some() || !self.s.rules.fleet.crews.is_empty() {
            for centre in 0..self.centres.len() {
                self.try_waiting(centre, now);
            }
        }
    }

    /// Sends a unit that has become available to the first waiting call it may serve; whether there was one.
    pub(super) fn take_waiting(&mut self, unit: usize, now: SimTime) -> bool {
        if self.ready[unit] == ready::NO {
            return false;
        }
        let own = self.facts.centre_of_unit[unit].index();
        if self.take_waiting_at(own, unit, now) {
            return true;
        }
        if self.s.rules.dispatch.mutual_aid.is_none() {
            return false;
        }
        (0..self.centres.len()).any(|centre| centre != own && self.take_waiting_at(centre, unit, now))
    }

    fn take_waiting_at(&mut self, centre: usize, unit: usize, now: SimTime) -> bool {
        for at in 0..self.centres[centre].waiting.len() {
            let job = self.centres[centre].waiting[at];
            let wish = self.wish(job, self.jobs[job as usize].aid);
            if !self.may_serve(unit, &wish, self.facts.tiers(wish.category)[unit]) {
                continue;
            }
            self.count_free(&wish);
            if self.is_held_back(&wish, unit) {
                continue;
            }
            let (from, at_post) = self.whereabouts(unit, true, now);
            // By the roads as they are now: it is not sent on a way that opens later.
            let drive = Self::drive_to(from, now, wish.point, wish.leg, wish.factor);
            let span = match self.estimate(unit, &drive, wish.point) {
                Estimate::Never => continue,
                Estimate::Exact(span) | Estimate::AtLeast(span) => span,
            };
            let sent = Sent { unit, from, at_post, drive: span, aid: self.is_aid(unit, &wish) };
            self.centres[centre].waiting.remove(at);
            self.assign(job, now, sent);
            return true;
        }
        false
    }

    /// A free road unit that may go to a waiting job as the roads are now, if there is one: for checks.
    #[cfg(debug_assertions)]
    pub(super) fn free_unit_for(&mut self, job: u32, now: SimTime) -> Option<usize> {
        let wish = self.wish(job, self.jobs[job as usize].aid);
        self.count_free(&wish);
        (0..self.units.len()).find(|unit| {
            if !matches!(self.ready[*unit], ready::AT_POST | ready::ON_ROAD)
                || self.is_craft(*unit)
                || !self.may_serve(*unit, &wish, self.facts.tiers(wish.category)[*unit])
                || self.is_held_back(&wish, *unit)
            {
                return false;
            }
            let (from, _) = self.whereabouts(*unit, false, now);
            let drive = Self::drive_to(from, now, wish.point, wish.leg, wish.factor);
            // Roads that change on the way are for the exact search to judge.
            matches!(self.estimate(*unit, &drive, wish.point), Estimate::Exact(_))
        })
    }

    /// A call is cancelled: nobody is to be sent to its further parts any more.
    pub(super) fn drop_waiting_parts(&mut self, lead: u32) {
        for centre in 0..self.centres.len() {
            let mut at = 0;
            while let Some(part) = self.centres[centre].waiting.get(at).copied() {
                if part != lead && self.jobs[part as usize].lead == lead {
                    self.centres[centre].waiting.remove(at);
                    self.jobs[part as usize].cancelled = true;
                    self.end(part);
                } else {
                    at += 1;
                }
            }
        }
    }
}
