//! Dispatch: asking for units, sending them, calling them off.

use super::choice::{Sent, Wish};
use super::job::{JobKind, purpose};
use super::unit::{UnitState, ready};
use super::{Count, Engine, Leg, NONE, Note, SimTime, Span, Stamp, Ways};
use crate::demand::{CallOrigin, draw, further};
use crate::sim::facts::tier;

impl<W: Ways> Engine<'_, W> {
    /// Asks for the units of an incident.
    pub(super) fn request(&mut self, lead: u32, now: SimTime) {
        if let CallOrigin::Casualty(event) = self.jobs[lead as usize].call.origin {
            self.request_for_patients(lead, event as usize, now);
            return;
        }
        let more = self.s.demand.categories[self.jobs[lead as usize].category.index()].care.units.saturating_sub(1);
        self.find_unit(lead, now);
        for _ in 0..more {
            // The lead may have ended at once if nobody can ever get there.
            if !self.jobs[lead as usize].requested {
                return;
            }
            let category = self.jobs[lead as usize].category;
            let part = self.add_part(lead, JobKind::Helper, category);
            self.note(now, Note::Counted(Count::MoreUnits), part);
            self.find_unit(part, now);
        }
    }

    fn request_for_patients(&mut self, lead: u32, event: usize, now: SimTime) {
        let event = &self.s.demand.casualties[event];
        // The lead must not end before all are asked for.
        self.jobs[lead as usize].needed += 1;
        self.jobs[lead as usize].open += 1;
        let mut first = true;
        for (category, patients) in &event.patients {
            for _ in 0..*patients {
                if first {
                    self.jobs[lead as usize].category = *category;
                    self.find_unit(lead, now);
                    first = false;
                    continue;
                }
                let part = self.add_part(lead, JobKind::Patient, *category);
                self.note(now, Note::Counted(Count::MorePatients), part);
                self.find_unit(part, now);
            }
        }
        self.end(lead);
    }

    /// How a unit drives to a job's scene.
    pub(super) fn response_leg(&self, job: u32) -> (Leg, f64) {
        let siren = self.s.demand.categories[self.jobs[job as usize].category.index()].care.siren;
        let t = &self.s.travel;
        if siren { (Leg::Response, t.response_factor) } else { (Leg::CalmResponse, t.calm_factor) }
    }

    /// Finds a unit for a job, or lets it wait.
    pub(super) fn find_unit(&mut self, job: u32, now: SimTime) {
        let at_once = self.s.rules.dispatch.mutual_aid.as_ref().is_some_and(|a| a.after == Span::ZERO);
        self.jobs[job as usize].aid |= at_once;
        let wish = self.wish(job, self.jobs[job as usize].aid);
        let (sent, held) = self.best_unit(&wish, now);
        match sent {
            Some(sent) => self.assign(job, now, sent),
            _ if !self.can_ever_be_served(&wish) => {
                if self.measured_job(job) {
                    self.out.unserved += 1;
                }
                self.jobs[job as usize].requested = false;
                if self.jobs[job as usize].kind == JobKind::Carrier {
                    self.carrier_fails(job, now);
                }
                self.end(job);
            }
            _ => {
                if held {
                    self.note(now, Note::Counted(Count::HeldBack), job);
                }
                self.wait_for_unit(job, now);
            }
        }
    }

    fn can_ever_be_served(&self, wish: &Wish) -> bool {
        let tiers = self.facts.tiers(wish.category);
        let aid = self.s.rules.dispatch.mutual_aid.is_some();
        let wish = Wish { aid, ..*wish };
        (0..self.units.len()).any(|u| {
            if tiers[u] == tier::NEVER || !self.serves(u, &wish) {
                return false;
            }
            match self.is_craft(u) {
                true if wish.carrier => false,
                true => self.facts.craft.to_point(self.s.units[u].kind, self.facts.home[u], wish.point).is_some(),
                false => self.ways.ever_reaches(self.facts.home[u], wish.point),
            }
        })
    }

    /// Sends a unit to a job. One that was on its way to another call leaves that one behind, which is then given to the
    /// next best unit.
    pub(super) fn assign(&mut self, job: u32, now: SimTime, sent: Sent<W::At>) {
        let Sent { unit, from, at_post, drive: chosen, aid } = sent;
        let state = self.units[unit].state;
        debug_assert!(self.units[unit].on_duty && self.ready[unit] != ready::NO, "unit {unit}, {state:?}, is sent");
        let bumped = match state {
            UnitState::TurningOut | UnitState::ToScene => {
                let old = self.units[unit].job;
                self.call_off(unit, now);
                self.note(now, Note::Counted(Count::Redirected), old);
                Some(old)
            }
            _ => {
                self.leave_previous(unit);
                None
            }
        };
        if self.facts.tiers(self.jobs[job as usize].category)[unit] == tier::MISMATCH {
            self.note(now, Note::Counted(Count::Mismatched), job);
        }
        let was_moving = matches!(state, UnitState::Returning | UnitState::ToScene);
        if was_moving {
            self.count_driving(unit, now);
        }
        let durations = &self.s.durations;
        let dist = if at_post { &durations.turnout } else { &durations.turnout_on_road };
        let mut turnout = match self.logged(job).and_then(|l| l.turnout) {
            Some(span) => span,
            None => self.draw(job, draw::TURNOUT, dist),
        };
        if let Some(rule) = self.s.rules.dispatch.mutual_aid.as_ref().filter(|_| aid) {
            turnout += rule.asking;
            self.note(now, Note::Counted(Count::Aided), job);
        }
        let (leg, usual) = self.response_leg(job);
        let factor = usual * self.scatter(job, draw::TRAVEL);
        let drive = Self::drive_to(from, now + turnout, self.jobs[job as usize].call.point, leg, factor);
        // Where a road was closed for good between the order and its leaving, what it was sent for stands.
        let travel = match self.is_craft(unit) {
            true => self.craft_sets_out(unit, job, now),
            false => {
                let travel = self.ways.time(&mut self.scratch, &drive);
                travel.unwrap_or(Span((chosen.0 as f64 * factor / usual) as i64))
            }
        };
        let j = &mut self.jobs[job as usize];
        j.unit = unit as u32;
        j.from_road = !at_post;
        j.travel = travel;
        self.stamp(job, Stamp::Assigned, now);
        let u = &mut self.units[unit];
        u.drive = drive;
        u.job = job;
        u.free_since = now;
        u.busy_since = now;
        self.crew_goes_out(unit, at_post);
        self.set_state(unit, UnitState::TurningOut);
        self.cancel_maybe(job);
        if turnout == Span::ZERO {
            self.depart(unit, now);
        } else {
            self.set_unit(unit, now + turnout);
        }
        if bumped.is_none() && matches!(state, UnitState::AtPost | UnitState::Returning) {
            self.rearrange(super::redeploy::Event::Sent(unit), now);
        }
        if let Some(old) = bumped {
            self.find_unit(old, now);
        }
        if !self.s.units[unit].kind.carries() {
            self.send_carrier_too(job, now);
        }
    }

    /// A first responder who carries nobody is followed by a unit that does.
    fn send_carrier_too(&mut self, job: u32, now: SimTime) {
        let j = &self.jobs[job as usize];
        if (j.kind != JobKind::Call && j.kind != JobKind::Patient) || j.followed {
            return;
        }
        // The one who is taken to hospital is the same patient: the same numbers.
        let (lead, category, draws) = (j.lead, j.category, j.call.draws);
        self.jobs[job as usize].followed = true;
        let part = self.add_part(lead, JobKind::Patient, category);
        let p = &mut self.jobs[part as usize];
        p.call.draws = draws;
        p.carrier = true;
        self.find_unit(part, now);
    }

    /// Whether the call will be cancelled before the unit arrives, and after which share of its way.
    fn cancel_maybe(&mut self, job: u32) {
        let j = &self.jobs[job as usize];
        let cancelled = self.s.demand.categories[j.category.index()].care.cancelled;
        let many = matches!(j.call.origin, CallOrigin::Casualty(_));
        if cancelled == 0.0 || j.lead != job || many || further(&j.call.draws, purpose::CANCELLED, 0) >= cancelled {
            return;
        }
        let share = further(&j.call.draws, purpose::CANCELLED_AFTER, 0);
        let j = &mut self.jobs[job as usize];
        j.cancelled = true;
        j.travel = Span((j.travel.0 as f64 * share) as i64);
    }

    /// A unit on its way is called off; its job has no unit again.
    pub(super) fn call_off(&mut self, unit: usize, now: SimTime) {
        let job = self.units[unit].job;
        self.count_unit_time(unit, now);
        self.units[unit].job = NONE;
        let j = &mut self.jobs[job as usize];
        j.unit = NONE;
        j.bumps = j.bumps.saturating_add(1);
        j.cancelled = false;
        for stamp in [Stamp::Assigned, Stamp::Departed] {
            j.stamps[stamp as usize] = SimTime::NEVER;
        }
        self.note(now, Note::CalledOff(unit as u32), job);
    }
}
