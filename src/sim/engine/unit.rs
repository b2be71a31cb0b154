//! A unit's job, step by step.

use super::job::JobKind;
use super::{Count, Drive, Engine, FIRST_UNIT, Leg, NONE, Note, Origin, SimTime, Span, Stamp, Ways};
use crate::demand::draw;
use crate::ids::{HospitalId, PostId};
use crate::sim::craft::Landed;

/// How a unit may be sent.
pub(super) mod ready {
    /// Not at all.
    pub(in super::super) const NO: u8 = 0;
    /// From its post.
    pub(in super::super) const AT_POST: u8 = 1;
    /// From the road or a hospital.
    pub(in super::super) const ON_ROAD: u8 = 2;
    /// Away from the call it is on its way to, if the new one is urgent enough.
    pub(in super::super) const REDIRECT: u8 = 3;
}

/// Why a unit is away though it is on duty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Away {
    /// A break.
    Break,
    /// Broken down.
    Repair,
    /// Planned service.
    Service,
    /// Refuelling or charging.
    Refuel,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum UnitState {
    OffDuty,
    Away(Away),
    AtPost,
    TurningOut,
    ToScene,
    OnScene,
    ToHospital,
    /// Waits at hospital for a bay.
    Waiting,
    HandingOver,
    /// Waits at a landing point or pier for a road unit.
    Meeting,
    Clearing,
    Returning,
}

impl UnitState {
    /// From assigned to clear.
    pub(super) fn on_job(self) -> bool {
        !matches!(self, UnitState::OffDuty | UnitState::Away(_) | UnitState::AtPost | UnitState::Returning)
    }
}

pub(super) struct UnitNow<At> {
    pub(super) state: UnitState,
    /// The job it is on, or the last one it was on (for the stamp "back").
    pub(super) job: u32,
    /// The way it is on or was on last.
    pub(super) drive: Drive<At>,
    /// Where it is when it is not driving.
    pub(super) at: Origin,
    /// The post it waits at or goes to.
    pub(super) post: PostId,
    pub(super) busy_since: SimTime,
    /// When it last became free; among equals the one that has rested longest goes.
    pub(super) free_since: SimTime,
    /// Since when its time in a queue or hand-over at hospital is to be counted.
    pub(super) at_hospital_since: SimTime,
    pub(super) on_duty: bool,
    pub(super) duty_since: SimTime,
    /// Whether its crew counts as out.
    pub(super) crew_out: bool,
    pub(super) broken: bool,
    pub(super) service_due: bool,
    /// Until when a break that is due can be taken.
    pub(super) break_until: Option<SimTime>,
    /// Driven since it was refuelled.
    pub(super) driven: Span,
    /// Where a craft has landed, and how far from the patient.
    pub(super) landed: Option<Landed>,
    pub(super) reach: Span,
}

impl<At> UnitNow<At> {
    pub(super) fn new(post: PostId, at: At) -> UnitNow<At> {
        UnitNow {
            state: UnitState::AtPost,
            job: NONE,
            drive: Drive { from: at, leaves: SimTime::ZERO, to: Origin::Post(post), leg: Leg::Return, factor: 1.0 },
            at: Origin::Post(post),
            post,
            busy_since: SimTime::ZERO,
            free_since: SimTime::ZERO,
            at_hospital_since: SimTime::ZERO,
            on_duty: true,
            duty_since: SimTime::ZERO,
            crew_out: false,
            broken: false,
            service_due: false,
            break_until: None,
            driven: Span::ZERO,
            landed: None,
            reach: Span::ZERO,
        }
    }
}

impl<W: Ways> Engine<'_, W> {
    pub(super) fn set_unit(&mut self, unit: usize, at: SimTime) {
        self.agenda.set(FIRST_UNIT + unit, at);
    }

    pub(super) fn set_state(&mut self, unit: usize, state: UnitState) {
        self.count_at_hospital(unit, self.clock);
        let u = &mut self.units[unit];
        u.state = state;
        let rules = &self.s.rules.dispatch;
        let ready = match state {
            UnitState::AtPost if u.on_duty => ready::AT_POST,
            // Helicopters and boats go home before they are sent again.
            UnitState::Returning if u.on_duty && !u.broken && rules.under_way && self.s.units[unit].kind.on_road() => {
                ready::ON_ROAD
            }
            UnitState::TurningOut | UnitState::ToScene
                if !rules.redirect.is_empty() && u.on_duty && !u.broken && self.s.units[unit].kind.on_road() =>
            {
                ready::REDIRECT
            }
            _ => ready::NO,
        };
        self.set_ready(unit, ready);
    }

    /// Notes how a unit may be sent from now on.
    pub(super) fn set_ready(&mut self, unit: usize, ready: u8) {
        self.ready[unit] = ready;
        match ready {
            ready::NO => self.stand.away(unit),
            ready::AT_POST if self.s.units[unit].kind.on_road() => {
                self.stand.waits_at(unit, self.units[unit].post.index());
            }
            _ => self.stand.elsewhere(unit),
        }
        self.recount_free(unit);
    }

    pub(super) fn unit_event(&mut self, now: SimTime, unit: usize) {
        match self.units[unit].state {
            UnitState::TurningOut => self.depart(unit, now),
            UnitState::ToScene => self.arrive(unit, now),
            UnitState::OnScene => self.leave_scene(unit, now),
            UnitState::ToHospital => self.reach_hospital(unit, now),
            UnitState::HandingOver => self.handed_over(unit, now),
            UnitState::Clearing => self.become_free(unit, now),
            UnitState::Returning => self.back(unit, now),
            UnitState::Away(_) => self.back_in_service(unit, now),
            UnitState::OffDuty | UnitState::AtPost | UnitState::Waiting | UnitState::Meeting => {
                self.set_unit(unit, SimTime::NEVER);
            }
        }
    }

    pub(super) fn depart(&mut self, unit: usize, now: SimTime) {
        let job = self.units[unit].job;
        self.stamp(job, Stamp::Departed, now);
        self.set_state(unit, UnitState::ToScene);
        self.set_unit(unit, now + self.jobs[job as usize].travel);
    }

    /// At the scene, or called off because it is not needed any more.
    fn arrive(&mut self, unit: usize, now: SimTime) {
        let job = self.units[unit].job;
        let lead = self.jobs[job as usize].lead;
        if self.jobs[job as usize].cancelled && self.jobs[lead as usize].reached && !self.is_craft(unit) {
            // Another unit of the incident has found the patient: this one goes on.
            let whole = self.ways.time(&mut self.scratch, &self.units[unit].drive);
            self.jobs[job as usize].cancelled = false;
            if let Some(whole) = whole.filter(|w| self.units[unit].drive.leaves + *w > now) {
                self.set_unit(unit, self.units[unit].drive.leaves + whole);
                return;
            }
        }
        self.count_driving(unit, now);
        if self.jobs[job as usize].cancelled || self.jobs[lead as usize].called_off() {
            self.jobs[job as usize].cancelled = true;
            self.stamp(job, Stamp::Clear, now);
            if job == lead {
                self.note(now, Note::Counted(Count::Cancelled), job);
                self.drop_waiting_parts(lead);
            }
            self.count_unit_time(unit, now);
            self.finished(job);
            let at = match self.is_craft(unit) {
                true => self.units[unit].drive.from,
                false => self.ways.locate(&mut self.scratch, &self.units[unit].drive, now),
            };
            let flown = now - self.units[unit].drive.leaves;
            self.free_at(unit, at, Some(flown), now);
            return;
        }
        self.stamp(job, Stamp::Arrived, now);
        self.units[unit].at = Origin::Point(self.jobs[job as usize].call.point);
        self.reached(job, now);
        if self.jobs[job as usize].kind == JobKind::Carrier {
            self.carrier_arrives(unit, job, now);
            return;
        }
        // A craft sees to its hospital when it leaves: no road need lead there.
        let to_hospital = self.takes_patient(unit, job) && (self.is_craft(unit) || self.has_hospital(job, now));
        let care = &self.s.demand.categories[self.jobs[job as usize].category.index()].care;
        let durations = &self.s.durations;
        let span = match self.logged(job).and_then(|l| l.scene) {
            Some(span) => span,
            None => {
                let dist = match to_hospital {
                    true => care.scene.as_ref().unwrap_or(&durations.scene),
                    false => care.scene_left.as_ref().unwrap_or(&durations.scene_left),
                };
                self.draw(job, draw::SCENE, dist)
            }
        };
        self.set_state(unit, UnitState::OnScene);
        self.set_unit(unit, now + span);
    }

    /// Whether a unit takes the patient of its job to hospital.
    pub(super) fn takes_patient(&self, unit: usize, job: u32) -> bool {
        let j = &self.jobs[job as usize];
        match j.kind {
            JobKind::Helper | JobKind::Caller => false,
            JobKind::Carrier => true,
            JobKind::Call | JobKind::Patient => {
                if !self.s.units[unit].kind.carries() || j.followed {
                    return false;
                }
                if let Some(transport) = self.logged(job).and_then(|l| l.transport) {
                    return transport;
                }
                matches!(j.call.origin, crate::demand::CallOrigin::Transfer(_))
                    || j.call.draws[draw::TRANSPORT] < self.s.demand.categories[j.category.index()].transport
            }
        }
    }

    fn leave_scene(&mut self, unit: usize, now: SimTime) {
        let job = self.units[unit].job;
        self.stamp(job, Stamp::LeftScene, now);
        if !self.takes_patient(unit, job) {
            self.clear(unit, Span::ZERO, now);
            return;
        }
        if self.is_craft(unit) {
            if !self.craft_leaves(unit, job, now) {
                self.tally_no_hospital(job);
                self.clear(unit, Span::ZERO, now);
            }
            return;
        }
        let drive = self.choose_hospital(job, now).and_then(|hospital| {
            let drive = self.drive_to_hospital(job, hospital, now);
            // It was reachable a moment ago; what closed since is a matter of the way.
            let span = self.ways.time(&mut self.scratch, &drive)?;
            Some((hospital, drive, span))
        });
        let Some((hospital, drive, span)) = drive else {
            self.tally_no_hospital(job);
            self.clear(unit, Span::ZERO, now);
            return;
        };
        self.jobs[job as usize].hospital = Some(hospital);
        self.units[unit].drive = drive;
        self.set_state(unit, UnitState::ToHospital);
        self.set_unit(unit, now + span);
    }

    fn drive_to_hospital(&self, job: u32, hospital: HospitalId, now: SimTime) -> Drive<W::At> {
        let (leg, usual) = self.transport_leg(job);
        Drive {
            from: self.ways.resting(Origin::Point(self.jobs[job as usize].call.point)),
            leaves: now,
            to: Origin::Hospital(hospital),
            leg,
            factor: usual * self.scatter(job, draw::HOSPITAL_TRAVEL),
        }
    }

    /// How a unit drives to hospital with a job's patient.
    pub(super) fn transport_leg(&self, job: u32) -> (Leg, f64) {
        let siren = self.s.demand.categories[self.jobs[job as usize].category.index()].care.siren;
        let t = &self.s.travel;
        match siren {
            true => (Leg::Transport, t.transport_factor),
            false => (Leg::CalmTransport, t.transport_factor * t.calm_factor / t.response_factor),
        }
    }

    fn reach_hospital(&mut self, unit: usize, now: SimTime) {
        self.count_driving(unit, now);
        let job = self.units[unit].job;
        if self.is_craft(unit) && self.jobs[job as usize].hospital.is_none() {
            self.craft_waits(unit, now);
            return;
        }
        self.stamp(job, Stamp::AtHospital, now);
        if let Some(hospital) = self.jobs[job as usize].hospital {
            self.units[unit].at = Origin::Hospital(hospital);
            self.ask_for_bay(unit, hospital, now);
        }
    }

    /// The hand-over begins.
    pub(super) fn hand_over(&mut self, unit: usize, now: SimTime) {
        let job = self.units[unit].job;
        let care = &self.s.demand.categories[self.jobs[job as usize].category.index()].care;
        let span = match self.logged(job).and_then(|l| l.handover) {
            Some(span) => span,
            None => self.draw(job, draw::HANDOVER, care.handover.as_ref().unwrap_or(&self.s.durations.handover)),
        };
        self.set_state(unit, UnitState::HandingOver);
        self.set_unit(unit, now + span);
    }

    fn handed_over(&mut self, unit: usize, now: SimTime) {
        let job = self.units[unit].job;
        self.stamp(job, Stamp::HandedOver, now);
        self.patient_in_bay(job, now);
        let care = &self.s.demand.categories[self.jobs[job as usize].category.index()].care;
        let span = match self.logged(job).and_then(|l| l.clear) {
            Some(span) => span,
            None => self.draw(job, draw::CLEAR, care.clear.as_ref().unwrap_or(&self.s.durations.clear)),
        };
        self.clear(unit, span, now);
    }

    fn clear(&mut self, unit: usize, span: Span, now: SimTime) {
        self.set_state(unit, UnitState::Clearing);
        if span == Span::ZERO {
            self.become_free(unit, now);
        } else {
            self.set_unit(unit, now + span);
        }
    }

    /// The job is done: free where it is.
    fn become_free(&mut self, unit: usize, now: SimTime) {
        let job = self.units[unit].job;
        self.stamp(job, Stamp::Clear, now);
        self.count_unit_time(unit, now);
        self.tally(job);
        self.finished(job);
        let at = self.ways.resting(self.units[unit].at);
        self.free_at(unit, at, None, now);
    }

    /// A unit is free at a place: it takes a call that waits, or goes to a post.
    fn free_at(&mut self, unit: usize, at: W::At, called_off: Option<Span>, now: SimTime) {
        let u = &mut self.units[unit];
        u.free_since = now;
        u.drive.from = at;
        u.drive.leaves = now;
        if u.broken {
            self.break_down_here(unit, now);
            return;
        }
        let job = u.job;
        if !u.on_duty {
            self.note(now, Note::Counted(Count::Overtime), job);
        }
        self.set_state(unit, UnitState::Returning);
        if !self.s.rules.dispatch.under_way && self.units[unit].on_duty && !self.is_craft(unit) {
            // Only on the way home is it not sent.
            self.set_ready(unit, ready::ON_ROAD);
        }
        if self.is_craft(unit) {
            let span = self.craft_home(unit, called_off);
            self.set_unit(unit, now + span);
            return;
        }
        if self.take_waiting(unit, now) {
            return;
        }
        self.others_may_go(now);
        if self.units[unit].state != UnitState::Returning {
            return;
        }
        let post = self.post_for(unit, now);
        self.go_to_post(unit, post, now);
    }

    /// Sets out for a post from where its last way ended.
    pub(super) fn go_to_post(&mut self, unit: usize, post: PostId, now: SimTime) {
        let u = &mut self.units[unit];
        u.post = post;
        u.drive.leaves = now;
        u.drive.to = Origin::Post(post);
        u.drive.leg = Leg::Return;
        u.drive.factor = self.s.travel.return_factor;
        let drive = u.drive;
        self.set_state(unit, UnitState::Returning);
        // Without a way home it stays on the road, free to be sent.
        let span = self.ways.time(&mut self.scratch, &drive);
        self.set_unit(unit, span.map_or(SimTime::NEVER, |span| now + span));
    }

    fn back(&mut self, unit: usize, now: SimTime) {
        self.count_driving(unit, now);
        let job = self.units[unit].job;
        if job != NONE {
            self.stamp(job, Stamp::Back, now);
        }
        self.leave_previous(unit);
        self.settle(unit, now);
    }

    /// The unit has left its last call behind: it is back, or sent out again.
    pub(super) fn leave_previous(&mut self, unit: usize) {
        let job = std::mem::replace(&mut self.units[unit].job, NONE);
        if job != NONE {
            self.release(job);
        }
    }
}
