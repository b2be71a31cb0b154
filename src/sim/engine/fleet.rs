//! When units are there at all: duty, crews, breaks, breakdowns, service, fuel.

use super::unit::{Away, UnitState};
use super::{Count, Engine, Note, Origin, SimTime, Span, Timer, Ways};
use crate::random::Stream;
use crate::units::{MICROS_PER_SECOND, SECONDS_PER_DAY};

/// The random numbers of breakdowns: the same whatever the policy.
pub(super) struct Chances(Stream);

impl Chances {
    pub(super) fn new(seed: u64, replication: u32) -> Chances {
        Chances(Stream::new(seed, "breakdowns", replication))
    }

    /// Two numbers for the breakdown number `count` of a unit.
    fn of(&mut self, unit: usize, count: u32) -> (f64, f64) {
        let draws = self.0.draws((unit as u64) << 32 | u64::from(count));
        (draws[0], draws[1])
    }
}

impl<W: Ways> Engine<'_, W> {
    pub(super) fn begin_duties(&mut self) {
        let now = SimTime::ZERO;
        for unit in 0..self.units.len() {
            if self.duty.get(unit).is_some_and(Option::is_some) {
                self.duty_change(unit, now);
            }
            if self.s.rules.fleet.breakdown.is_some() {
                self.plan_breakdown(unit, 0, now);
            }
            if let Some(service) = self.s.rules.fleet.service {
                // Spread evenly over the time from one service to the next.
                let share = (unit as f64 + 0.5) / self.units.len() as f64;
                self.set_timer(SimTime((service.every.0 as f64 * share) as i64), Timer::Service(unit as u32));
            }
        }
        if self.break_times.is_some() {
            self.breaks_change(now);
        }
    }

    pub(super) fn duty_change(&mut self, unit: usize, now: SimTime) {
        let Some(calendar) = self.duty.get(unit).and_then(Option::as_ref) else { return };
        let (regime, change) = calendar.at(now);
        let on = !calendar.regimes[regime].is_empty();
        self.set_timer(change, if on { Timer::DutyEnds(unit as u32) } else { Timer::Duty(unit as u32) });
        self.count_unit_duty(unit, now);
        self.units[unit].on_duty = on;
        match self.units[unit].state {
            UnitState::OffDuty if on => self.settle(unit, now),
            UnitState::AtPost if !on => self.go_home_or_off(unit, now),
            // On its way to another post when its duty ends: home instead.
            UnitState::Returning if !on && self.units[unit].post != self.facts.home[unit] => {
                self.move_to(unit, self.facts.home[unit], now);
            }
            // What it may be sent for changes with its duty.
            state => {
                self.set_state(unit, state);
                if on && state == UnitState::Returning && !self.take_waiting(unit, now) {
                    self.others_may_go(now);
                }
            }
        }
    }

    fn go_home_or_off(&mut self, unit: usize, now: SimTime) {
        if self.units[unit].post == self.facts.home[unit] {
            self.set_state(unit, UnitState::OffDuty);
            self.set_unit(unit, SimTime::NEVER);
        } else {
            self.move_to(unit, self.facts.home[unit], now);
        }
    }

    /// A unit has come to its post, or something that kept it is over.
    pub(super) fn settle(&mut self, unit: usize, now: SimTime) {
        let post = self.units[unit].post;
        let home = self.facts.home[unit];
        let rules = &self.s.rules.fleet;
        self.units[unit].at = Origin::Post(post);
        self.crew_comes_in(unit);
        let u = &mut self.units[unit];
        let away = if u.broken {
            u.broken = false;
            self.repair(unit, now);
            return;
        } else if post != home {
            None
        } else if let Some(service) = rules.service.filter(|_| u.service_due) {
            u.service_due = false;
            Some((Away::Service, service.lasts, Count::Serviced))
        } else if let Some(refuel) = rules.refuel.filter(|r| u.driven >= r.after_driving) {
            u.driven = Span::ZERO;
            Some((Away::Refuel, refuel.lasts, Count::Refuelled))
        } else if !u.on_duty {
            None
        } else if let Some(until) = u.break_until.take() {
            let lasts = rules.breaks.as_ref().map_or(Span::ZERO, |b| b.lasts);
            if now < until {
                Some((Away::Break, lasts, Count::BreaksTaken))
            } else {
                self.note_unit(now, Count::BreaksLost, unit);
                None
            }
        } else {
            None
        };
        if let Some((why, lasts, count)) = away {
            self.note_unit(now, count, unit);
            self.set_state(unit, UnitState::Away(why));
            self.set_unit(unit, now + lasts);
            self.others_may_go(now);
            return;
        }
        if !self.units[unit].on_duty {
            self.go_home_or_off(unit, now);
            self.others_may_go(now);
            return;
        }
        self.set_state(unit, UnitState::AtPost);
        self.set_unit(unit, SimTime::NEVER);
        if !self.take_waiting(unit, now) {
            self.others_may_go(now);
        }
    }

    pub(super) fn back_in_service(&mut self, unit: usize, now: SimTime) {
        // Wherever it broke down, it comes back at its home post.
        self.units[unit].post = self.facts.home[unit];
        self.settle(unit, now);
    }

    // ---- crews -----------------------------------------------------------------------------------------------------

    /// Whether a unit at its post has a crew that is not out with another of its units.
    pub(super) fn crew_is_there(&self, unit: usize) -> bool {
        let home = self.facts.home[unit];
        match self.s.rules.fleet.crews.get(home.index()) {
            Some(Some(crews)) => self.units[unit].crew_out || self.crews_out[home.index()] < *crews,
            _ => true,
        }
    }

    pub(super) fn crew_goes_out(&mut self, unit: usize, at_post: bool) {
        if at_post && !self.units[unit].crew_out {
            self.units[unit].crew_out = true;
            self.crews_out[self.facts.home[unit].index()] += 1;
            self.recount_free(unit);
        }
    }

    fn crew_comes_in(&mut self, unit: usize) {
        let home = self.facts.home[unit];
        if self.units[unit].crew_out && self.units[unit].post == home {
            self.units[unit].crew_out = false;
            self.crews_out[home.index()] -= 1;
            self.recount_free(unit);
        }
    }

    // ---- breaks ----------------------------------------------------------------------------------------------------

    pub(super) fn breaks_change(&mut self, now: SimTime) {
        let Some(calendar) = &self.break_times else { return };
        let (regime, change) = calendar.at(now);
        let begins = !calendar.regimes[regime].is_empty();
        let Some(breaks) = &self.s.rules.fleet.breaks else { return };
        self.set_timer(change, Timer::Breaks);
        if !begins || change == SimTime::NEVER {
            return;
        }
        let turns = ((change - now).0 / breaks.lasts.0.max(1)).max(1);
        for unit in 0..self.units.len() {
            let turn = i64::from(self.facts.turn[unit]) % turns;
            self.set_timer(now + Span(turn * breaks.lasts.0), Timer::Break(unit as u32, change));
        }
    }

    pub(super) fn break_due(&mut self, unit: usize, until: SimTime, now: SimTime) {
        let u = &mut self.units[unit];
        if !u.on_duty {
            return;
        }
        if u.break_until.replace(until).is_some() {
            self.note_unit(now, Count::BreaksLost, unit);
        }
        if self.units[unit].state == UnitState::AtPost && self.units[unit].post == self.facts.home[unit] {
            self.settle(unit, now);
        }
    }

    // ---- breakdowns, service ---------------------------------------------------------------------------------------

    fn plan_breakdown(&mut self, unit: usize, count: u32, now: SimTime) {
        let Some(rule) = self.s.rules.fleet.breakdown else { return };
        let u = self.chances.of(unit, count).0;
        let gap = -libm::log(u) * rule.every.0 as f64;
        // What falls beyond any run needs no timer.
        if gap < (SECONDS_PER_DAY * MICROS_PER_SECOND) as f64 * 100_000.0 {
            self.set_timer(now + Span(gap as i64), Timer::Breakdown(unit as u32, count));
        }
    }

    /// A unit breaks down. Moments at which it is off duty do not count: the time to the next is memoryless.
    pub(super) fn breakdown(&mut self, unit: usize, count: u32, now: SimTime) {
        self.plan_breakdown(unit, count + 1, now);
        if !self.units[unit].on_duty || self.units[unit].broken {
            return;
        }
        match self.units[unit].state {
            UnitState::OffDuty | UnitState::Away(_) => {}
            UnitState::AtPost | UnitState::Returning => {
                if self.units[unit].state == UnitState::Returning {
                    self.count_driving(unit, now);
                }
                self.leave_previous(unit);
                self.repair(unit, now);
            }
            UnitState::TurningOut | UnitState::ToScene => {
                let job = self.units[unit].job;
                if self.units[unit].state == UnitState::ToScene {
                    self.count_driving(unit, now);
                }
                self.call_off(unit, now);
                self.repair(unit, now);
                self.find_unit(job, now);
            }
            // The patient is brought to hospital first.
            state => {
                self.units[unit].broken = true;
                self.set_state(unit, state);
            }
        }
    }

    /// A broken unit has finished its job.
    pub(super) fn break_down_here(&mut self, unit: usize, now: SimTime) {
        self.leave_previous(unit);
        self.units[unit].broken = false;
        self.repair(unit, now);
    }

    fn repair(&mut self, unit: usize, now: SimTime) {
        let Some(rule) = self.s.rules.fleet.breakdown else { return };
        self.note_unit(now, Count::Breakdowns, unit);
        // One number per unit and moment: the moment itself is drawn.
        let u = self.chances.of(unit, (now.0 / MICROS_PER_SECOND) as u32 | 1 << 31).1;
        self.units[unit].post = self.facts.home[unit];
        self.crew_comes_in(unit);
        self.set_state(unit, UnitState::Away(Away::Repair));
        self.set_unit(unit, now + Span::from_seconds(rule.repair.quantile(u)));
        self.others_may_go(now);
    }

    pub(super) fn service_due(&mut self, unit: usize, now: SimTime) {
        let Some(service) = self.s.rules.fleet.service else { return };
        self.set_timer(now + service.every, Timer::Service(unit as u32));
        self.units[unit].service_due = true;
        let u = &self.units[unit];
        if matches!(u.state, UnitState::AtPost | UnitState::OffDuty) && u.post == self.facts.home[unit] {
            self.settle(unit, now);
        }
    }

    pub(super) fn count_unit_duty(&mut self, unit: usize, now: SimTime) {
        if self.units[unit].on_duty {
            self.out.unit_duty[unit] += self.overlap(self.units[unit].duty_since, now);
        }
        self.units[unit].duty_since = now;
    }

    /// A unit's drive ends (or it is sent elsewhere).
    pub(super) fn count_driving(&mut self, unit: usize, now: SimTime) {
        let leaves = self.units[unit].drive.leaves.min(now);
        self.out.unit_driving[unit] += self.overlap(leaves, now);
        self.units[unit].driven += now - leaves;
    }

    /// Something that happened to a unit, not to a call.
    fn note_unit(&mut self, now: SimTime, what: Count, unit: usize) {
        if self.measured(now) {
            self.out.counts[what as usize] += 1;
        }
        self.trace_unit(now, Note::Counted(what), unit);
    }
}
