//! The telephone: ringing, hanging up, seats, overflow to a neighbour.

use super::job::{Job, JobKind, purpose};
use super::{Count, Engine, FIRST_UNIT, Note, SimTime, Span, Stamp, Timer, Ways};
use crate::demand::{CallOrigin, draw, further};
use crate::ids::CentreId;
use crate::network::calendar::{Calendar, Window};
use crate::scenario::Centre;
use std::collections::VecDeque;

/// Further callers of one incident are at most so many.
const MOST_CALLERS: u32 = 10_000;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SeatState {
    Free,
    PickingUp(u32),
    Handling(u32),
    WrapUp,
}

pub(super) struct Seat {
    pub(super) state: SeatState,
    pub(super) since: SimTime,
    pub(super) centre: u32,
}

/// A dispatch centre.
#[derive(Default)]
pub(super) struct CentreNow {
    /// Free seats.
    free: Vec<u32>,
    /// Seats at work now.
    busy: u32,
    /// Seats staffed now, since when.
    on_duty: u32,
    duty_since: SimTime,
    /// Calls that ring.
    ringing: VecDeque<u32>,
    /// Calls that wait for a unit, most urgent first.
    pub(super) waiting: Vec<u32>,
}

#[cfg(debug_assertions)]
impl CentreNow {
    pub(super) fn has_free_seat(&self) -> bool {
        self.busy < self.on_duty
    }

    pub(super) fn ringing(&self) -> impl Iterator<Item = &u32> {
        self.ringing.iter()
    }
}

/// When how many seats are staffed: item `i` of the calendar stands for the entry `i`.
pub(super) fn seat_calendar(duty: &[(Vec<Window>, u32)]) -> Option<Calendar> {
    let windows: Vec<Vec<Window>> = duty.iter().map(|d| d.0.clone()).collect();
    (!windows.is_empty()).then(|| Calendar::new(&windows))
}

impl<W: Ways> Engine<'_, W> {
    pub(super) fn open_seats(&mut self) {
        for centre in 0..self.centres.len() {
            self.centres[centre].on_duty = self.s.centres[centre].seats;
            self.seats_change(centre, SimTime::ZERO);
        }
    }

    /// The seats on duty change.
    pub(super) fn seats_change(&mut self, centre: usize, now: SimTime) {
        let Some(calendar) = self.seat_duty.get(centre).and_then(Option::as_ref) else { return };
        let (regime, change) = calendar.at(now);
        let duty = &self.s.rules.telephone.duty[centre];
        let seats = calendar.regimes[regime].iter().map(|i| duty[*i].1).max().unwrap_or(0);
        self.count_seat_duty(centre, now);
        self.centres[centre].on_duty = seats;
        self.set_timer(change, Timer::Seats(centre as u32));
        while let Some(job) = self.next_ringing(centre) {
            let Some(seat) = self.free_seat(centre) else {
                self.centres[centre].ringing.push_front(job);
                self.jobs[job as usize].ringing = true;
                return;
            };
            self.pick_up(seat, job, now);
        }
        if self.s.rules.telephone.overflow.is_some() {
            while self.centres[centre].busy < seats && self.help_neighbours(centre, now) {}
        }
    }

    /// Takes a free seat of a centre.
    fn free_seat(&mut self, centre: usize) -> Option<u32> {
        let c = &mut self.centres[centre];
        if c.busy >= c.on_duty {
            return None;
        }
        let seat = match c.free.pop() {
            Some(seat) => seat,
            None => {
                // Seats come into being when they are first needed, so that there can be as many as calls need.
                self.seats.push(Seat { state: SeatState::Free, since: SimTime::ZERO, centre: centre as u32 });
                self.agenda.grow(FIRST_UNIT + self.units.len() + self.seats.len());
                self.seats.len() as u32 - 1
            }
        };
        self.centres[centre].busy += 1;
        Some(seat)
    }

    fn set_seat(&mut self, seat: u32, at: SimTime) {
        self.agenda.set(FIRST_UNIT + self.units.len() + seat as usize, at);
    }

    /// The next call of the stream rings.
    pub(super) fn ring(&mut self, now: SimTime) {
        let Some(call) = self.next_call.take() else { return };
        let own = self.facts.centre(call.point);
        let id = self.add_job(Job::of(call, JobKind::Call, own, call.category));
        self.stamp(id, Stamp::Ring, now);
        if self.measured(now) {
            self.open_measured += 1;
        }
        if call.dispatch {
            self.announce_callers(id, now);
            if matches!(call.origin, CallOrigin::Transfer(_)) {
                self.note(now, Note::Counted(Count::Transfers), id);
            }
        }
        self.reach_centre(id, now);
        self.next_call = self.source.next_call();
        self.expect_call();
    }

    /// Sets when further people will call about the incident.
    fn announce_callers(&mut self, id: u32, now: SimTime) {
        let job = &self.jobs[id as usize];
        let draws = job.call.draws;
        let (callers, within) = match job.call.origin {
            CallOrigin::Casualty(event) => {
                let event = &self.s.demand.casualties[event as usize];
                (event.callers.saturating_sub(1), event.callers_within)
            }
            _ => {
                let care = &self.s.demand.categories[job.category.index()].care;
                if care.further_callers <= 0.0 {
                    return;
                }
                // Geometric with the mean that is asked for.
                let go_on = care.further_callers / (1.0 + care.further_callers);
                let u = further(&draws, purpose::CALLERS, 0);
                (libm::floor(libm::log(u) / libm::log(go_on)) as u32, care.further_within)
            }
        };
        for k in 0..callers.min(MOST_CALLERS) {
            let u = further(&draws, purpose::CALLER_TIME, k);
            self.jobs[id as usize].needed += 1;
            self.jobs[id as usize].open += 1;
            self.set_timer(now + Span((within.0 as f64 * u) as i64), Timer::Caller(id));
        }
    }

    /// Somebody else calls about an incident.
    pub(super) fn further_caller(&mut self, lead: u32, now: SimTime) {
        let category = self.jobs[lead as usize].category;
        let id = self.add_part(lead, JobKind::Caller, category);
        // What kept the lead for this caller is now the caller's own job.
        self.end(lead);
        self.stamp(id, Stamp::Ring, now);
        for stamp in [Stamp::Answered, Stamp::Triaged] {
            self.jobs[id as usize].stamps[stamp as usize] = SimTime::NEVER;
        }
        self.jobs[id as usize].centre = self.facts.centre(self.jobs[id as usize].call.point);
        self.note(now, Note::Counted(Count::FurtherCallers), id);
        self.reach_centre(id, now);
    }

    /// A call reaches a centre: the right one, or a wrong one that passes it on.
    fn reach_centre(&mut self, id: u32, now: SimTime) {
        let t = &self.s.rules.telephone;
        if let Some(wrong) = t.misrouted.as_ref().filter(|_| self.centres.len() > 1) {
            let job = &mut self.jobs[id as usize];
            let u = further(&job.call.draws, purpose::MISROUTED, 0);
            if u < wrong.share {
                // Any of the others; the number tells which.
                let others = self.centres.len() - 1;
                let step = 1 + ((u / wrong.share) * others as f64) as usize % others;
                job.centre = CentreId::new((job.centre.index() + step) % self.centres.len());
                let passing = wrong.passing.quantile(further(&job.call.draws, purpose::MISROUTED_TIME, 0));
                job.passing = Span::from_seconds(passing);
                self.note(now, Note::Counted(Count::Misrouted), id);
            }
        }
        self.ring_at_centre(id, now);
    }

    fn ring_at_centre(&mut self, id: u32, now: SimTime) {
        let job = &mut self.jobs[id as usize];
        job.attempts += 1;
        job.rang = now;
        job.rings_at = job.centre;
        let (centre, attempt, serial) = (job.centre.index(), job.attempts, job.serial);
        if self.measured_job(id) {
            self.out.rings_by_hour[now.hour_of_day()] += 1;
        }
        if let Some(seat) = self.free_seat(centre) {
            self.pick_up(seat, id, now);
            return;
        }
        let job = &mut self.jobs[id as usize];
        job.ringing = true;
        job.spread = false;
        let t = &self.s.rules.telephone;
        if let Some(patience) = &t.patience {
            let u = further(&job.call.draws, purpose::PATIENCE, u32::from(attempt));
            let at = now + Span::from_seconds(patience.quantile(u));
            self.set_timer(at, Timer::HangUp(id, serial, attempt));
        }
        if let Some(overflow) = t.overflow.as_ref().filter(|_| self.centres.len() > 1) {
            self.set_timer(now + overflow.after, Timer::Overflow(id, serial, attempt));
        }
        self.centres[centre].ringing.push_back(id);
    }

    /// Whether a timer still speaks of the call in a slot.
    fn still_rings(&self, id: u32, serial: u64, attempt: u16) -> bool {
        let job = &self.jobs[id as usize];
        job.ringing && job.serial == serial && job.attempts == attempt
    }

    fn stop_ringing(&mut self, id: u32) {
        let centre = self.jobs[id as usize].rings_at.index();
        let ringing = &mut self.centres[centre].ringing;
        if let Some(at) = ringing.iter().position(|r| *r == id) {
            ringing.remove(at);
        }
        self.jobs[id as usize].ringing = false;
    }

    pub(super) fn hang_up(&mut self, id: u32, serial: u64, attempt: u16, now: SimTime) {
        if !self.still_rings(id, serial, attempt) {
            return;
        }
        self.stop_ringing(id);
        self.note(now, Note::Counted(Count::HungUp), id);
        let draws = self.jobs[id as usize].call.draws;
        let again = self
            .s
            .rules
            .telephone
            .redial
            .as_ref()
            .filter(|r| further(&draws, purpose::CALL_AGAIN, u32::from(attempt)) < r.share);
        match again {
            Some(redial) => {
                let u = further(&draws, purpose::CALL_AGAIN_AFTER, u32::from(attempt));
                self.set_timer(now + Span::from_seconds(redial.after.quantile(u)), Timer::CallAgain(id));
            }
            None => self.end(id),
        }
    }

    pub(super) fn call_again(&mut self, id: u32, now: SimTime) {
        self.note(now, Note::Counted(Count::CalledAgain), id);
        self.ring_at_centre(id, now);
    }

    pub(super) fn overflow(&mut self, id: u32, serial: u64, attempt: u16, now: SimTime) {
        if !self.still_rings(id, serial, attempt) {
            return;
        }
        let own = self.jobs[id as usize].rings_at.index();
        let free = (0..self.centres.len()).filter(|c| *c != own).find_map(|c| self.free_seat(c));
        match free {
            Some(seat) => {
                self.stop_ringing(id);
                self.taken_by_neighbour(seat, id, now);
            }
            None => self.jobs[id as usize].spread = true,
        }
    }

    fn taken_by_neighbour(&mut self, seat: u32, id: u32, now: SimTime) {
        if let Some(overflow) = &self.s.rules.telephone.overflow {
            let job = &mut self.jobs[id as usize];
            job.passing = Span(job.passing.0 + overflow.passing.0);
        }
        self.note(now, Note::Counted(Count::Overflowed), id);
        self.pick_up(seat, id, now);
    }

    fn pick_up(&mut self, seat: u32, id: u32, now: SimTime) {
        self.jobs[id as usize].ringing = false;
        let pickup = self.draw(id, draw::PICKUP, &self.s.call_taking.pickup);
        let s = &mut self.seats[seat as usize];
        s.since = now;
        if pickup == Span::ZERO {
            self.answer(seat, id, now);
        } else {
            s.state = SeatState::PickingUp(id);
            self.set_seat(seat, now + pickup);
        }
    }

    fn answer(&mut self, seat: u32, id: u32, now: SimTime) {
        let job = &self.jobs[id as usize];
        // The incident of a lead may be known from another caller already; its own moments stay.
        let known = match job.kind {
            JobKind::Call => job.known(),
            _ => self.jobs[job.lead as usize].known(),
        };
        if job.kind != JobKind::Call || !known {
            self.stamp(id, Stamp::Answered, now);
        }
        if self.measured_job(id) {
            self.tally_answer(id, now);
        }
        let handling = self.handling(id, known);
        self.seats[seat as usize].state = SeatState::Handling(id);
        self.set_seat(seat, now + handling);
    }

    fn handling(&self, id: u32, known: bool) -> Span {
        if let Some(span) = self.logged(id).and_then(|l| l.handling) {
            return span;
        }
        let (job, taking) = (&self.jobs[id as usize], &self.s.call_taking);
        let care = &self.s.demand.categories[job.category.index()].care;
        let dist = match (known, job.call.dispatch) {
            (true, _) => self.s.rules.telephone.handling_duplicate.as_ref().unwrap_or(&taking.handling_no_dispatch),
            (false, true) => care.handling.as_ref().unwrap_or(&taking.handling),
            (false, false) => &taking.handling_no_dispatch,
        };
        self.draw(id, draw::HANDLING, dist)
    }

    pub(super) fn seat_event(&mut self, now: SimTime, seat: usize) {
        match self.seats[seat].state {
            SeatState::PickingUp(job) => self.answer(seat as u32, job, now),
            SeatState::Handling(job) => {
                let wrapup = self.draw(job, draw::WRAPUP, &self.s.call_taking.wrapup);
                if wrapup == Span::ZERO {
                    self.leave_seat(seat as u32, now);
                } else {
                    self.seats[seat].state = SeatState::WrapUp;
                    self.set_seat(seat as u32, now + wrapup);
                }
                self.triaged(job, now);
            }
            SeatState::WrapUp | SeatState::Free => self.leave_seat(seat as u32, now),
        }
    }

    /// A seat comes free, and takes the next call that rings.
    fn leave_seat(&mut self, seat: u32, now: SimTime) {
        self.count_seat_time(seat as usize, now);
        self.seats[seat as usize].state = SeatState::Free;
        self.set_seat(seat, SimTime::NEVER);
        let centre = self.seats[seat as usize].centre as usize;
        self.centres[centre].busy -= 1;
        self.centres[centre].free.push(seat);
        if self.centres[centre].busy >= self.centres[centre].on_duty {
            return;
        }
        if let Some(job) = self.next_ringing(centre) {
            if let Some(seat) = self.free_seat(centre) {
                self.pick_up(seat, job, now);
            }
        } else if self.s.rules.telephone.overflow.is_some() {
            self.help_neighbours(centre, now);
        }
    }

    /// The call that has been ringing longest at a centre, which then rings no more.
    fn next_ringing(&mut self, centre: usize) -> Option<u32> {
        let job = self.centres[centre].ringing.pop_front()?;
        self.jobs[job as usize].ringing = false;
        Some(job)
    }

    /// Takes a call that has been ringing long enough at a neighbour; whether there was one.
    fn help_neighbours(&mut self, centre: usize, now: SimTime) -> bool {
        let spread = |id: &u32| self.jobs[*id as usize].spread;
        let others = (0..self.centres.len()).filter(|c| *c != centre);
        let first = others.filter_map(|c| self.centres[c].ringing.iter().copied().find(spread));
        let Some(id) = first.min_by_key(|id| (self.jobs[*id as usize].at(Stamp::Ring), *id)) else {
            return false;
        };
        let Some(seat) = self.free_seat(centre) else { return false };
        self.stop_ringing(id);
        self.taken_by_neighbour(seat, id, now);
        true
    }

    /// Handling is over: who needs a unit gets one.
    fn triaged(&mut self, id: u32, now: SimTime) {
        let job = &self.jobs[id as usize];
        let lead = job.lead;
        match job.kind {
            JobKind::Call if job.known() => self.end(id),
            JobKind::Call if job.call.dispatch => {
                self.stamp(id, Stamp::Triaged, now);
                self.pass_on(id, now);
            }
            JobKind::Call => {
                self.stamp(id, Stamp::Triaged, now);
                if self.measured_job(id) {
                    self.out.no_dispatch += 1;
                }
                self.end(id);
            }
            _ => {
                self.stamp(id, Stamp::Triaged, now);
                if !self.jobs[lead as usize].known() {
                    // Nobody has got through before: this caller's word counts for the incident.
                    let (answered, passing) =
                        (self.jobs[id as usize].at(Stamp::Answered), self.jobs[id as usize].passing);
                    let l = &mut self.jobs[lead as usize];
                    l.needed += 1;
                    l.open += 1;
                    l.passing = passing;
                    if self.jobs[lead as usize].at(Stamp::Answered) == SimTime::NEVER {
                        self.stamp(lead, Stamp::Answered, answered);
                    }
                    self.stamp(lead, Stamp::Triaged, now);
                    self.pass_on(lead, now);
                }
                self.end(id);
            }
        }
    }

    /// Asks for a unit, at once or when the call has reached the centre that sends it.
    fn pass_on(&mut self, id: u32, now: SimTime) {
        let job = &mut self.jobs[id as usize];
        job.requested = true;
        job.centre = self.facts.centre(job.call.point);
        match job.passing {
            Span::ZERO => self.request(id, now),
            passing => self.set_timer(now + passing, Timer::Passed(id)),
        }
    }

    pub(super) fn count_seat_time(&mut self, seat: usize, now: SimTime) {
        let s = &self.seats[seat];
        if s.state != SeatState::Free {
            self.out.seat_busy[s.centre as usize] += self.overlap(s.since, now);
        }
    }

    pub(super) fn count_seat_duty(&mut self, centre: usize, now: SimTime) {
        let c = &self.centres[centre];
        if c.on_duty != Centre::UNLIMITED {
            self.out.seat_duty[centre] += self.overlap(c.duty_since, now) * i64::from(c.on_duty);
        }
        self.centres[centre].duty_since = now;
    }
}
