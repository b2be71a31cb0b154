//! One replication: telephone, seats, units.
//!
//! Entities of the agenda: 0 is the telephone (the next ring), then all seats centre by centre, then all units, then the
//! calendar of the roads. Each has at most one pending event. Calls live in a slab and hold their random numbers, so no
//! step depends on the order in which others drew.

mod tally;

use super::agenda::Agenda;
use super::locate::{Trip, Whereabouts, locate, scaled, through_changes, time_home, time_to_point};
use super::record::{CallRecord, Outcome, Stamp};
use super::roads::{Leg, Pending, Scratch};
use super::world::{Origin, World};
use crate::demand::{CallSource, PhoneCall, draw};
use crate::ids::{CategoryId, CentreId, PostId};
use crate::units::{SimTime, Span, TravelTime};
use std::collections::VecDeque;

/// What a run counts as "within the target".
#[derive(Clone, Debug, PartialEq)]
pub struct Options {
    /// Response targets of urban and rural calls.
    pub response_target: [Span; 2],
    /// Answer target.
    pub answer_target: Span,
    /// Turn-out target.
    pub turnout_target: Span,
    /// Hand-over target.
    pub handover_target: Span,
    /// Whether to keep a record of every measured call.
    pub keep_calls: bool,
}

/// A unit chosen for a call.
#[derive(Clone, Copy, Debug)]
struct Sent {
    unit: usize,
    at: Whereabouts,
    at_post: bool,
    /// Network time to the scene by the roads it was chosen by.
    time: TravelTime,
}

/// Days the run goes on after the measured time for open calls, before it is broken off.
const DRAIN_DAYS: f64 = 30.0;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum SeatState {
    Free,
    PickingUp(u32),
    Handling(u32),
    WrapUp,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum UnitState {
    AtPost,
    TurningOut,
    ToScene,
    OnScene,
    ToHospital,
    HandingOver,
    Clearing,
    /// On the way home since a moment, from a place.
    Returning(Origin, SimTime),
}

struct UnitNow {
    state: UnitState,
    /// The call it is on, or the last one it was on (for the stamp "back").
    job: Option<u32>,
    busy_since: SimTime,
    /// When it last became free; among equals the one that has rested longest goes.
    free_since: SimTime,
}

struct Job {
    call: PhoneCall,
    stamps: [SimTime; 11],
    unit: u32,
    from_road: bool,
    hospital: Option<crate::ids::HospitalId>,
    travel: Span,
}

struct Engine<'a> {
    world: &'a World,
    options: &'a Options,
    agenda: Agenda,
    source: CallSource,
    next_call: Option<PhoneCall>,
    seats: Vec<SeatState>,
    seat_since: Vec<SimTime>,
    /// First seat of each centre, and one past the last centre's.
    first_seat: Vec<usize>,
    ringing: Vec<VecDeque<u32>>,
    /// Calls that wait for a unit, by centre, sorted by priority, time of triage and number.
    waiting: Vec<Vec<u32>>,
    units: Vec<UnitNow>,
    jobs: Vec<Job>,
    free_jobs: Vec<u32>,
    open_measured: u64,
    start: SimTime,
    end: SimTime,
    /// Mean turn-out at the post and on the road: what a dispatcher expects.
    expected_turnout: [Span; 2],
    out: Outcome,
    records: Vec<CallRecord>,
    scratch: Scratch,
}

/// Plays one replication. The outcome depends only on the world, the options, the seed and the replication's number.
pub fn run(world: &World, options: &Options, seed: u64, replication: u32) -> (Outcome, Vec<CallRecord>) {
    let s = &world.scenario;
    let mut first_seat = vec![0];
    for centre in &s.centres {
        first_seat.push(first_seat[first_seat.len() - 1] + centre.seats as usize);
    }
    let seats = first_seat[first_seat.len() - 1];
    let start = SimTime::from_days(s.run.warmup_days);
    let mut engine = Engine {
        world,
        options,
        agenda: Agenda::new(2 + seats + s.units.len()),
        source: CallSource::new(&s.demand, &s.points, seed, replication),
        next_call: None,
        seats: vec![SeatState::Free; seats],
        seat_since: vec![SimTime::ZERO; seats],
        first_seat,
        ringing: vec![VecDeque::new(); s.centres.len()],
        waiting: vec![Vec::new(); s.centres.len()],
        units: s
            .units
            .iter()
            .map(|_| UnitNow {
                state: UnitState::AtPost,
                job: None,
                busy_since: SimTime::ZERO,
                free_since: SimTime::ZERO,
            })
            .collect(),
        jobs: Vec::new(),
        free_jobs: Vec::new(),
        open_measured: 0,
        start,
        end: start + Span::from_seconds(s.run.days * 86_400.0),
        expected_turnout: [
            Span::from_seconds(s.durations.turnout.mean()),
            Span::from_seconds(s.durations.turnout_on_road.mean()),
        ],
        out: Outcome::new(s.counties.len(), s.centres.len(), s.units.len(), s.hospitals.len(), s.points.len()),
        records: Vec::new(),
        scratch: Scratch::default(),
    };
    engine.fetch_call();
    engine.expect_change(SimTime::ZERO);
    engine.play();
    engine.finish()
}

impl Engine<'_> {
    fn fetch_call(&mut self) {
        self.next_call = self.source.next_call();
        self.agenda.set(0, self.next_call.as_ref().map_or(SimTime::NEVER, |c| c.ring));
    }

    fn play(&mut self) {
        let give_up = self.end + Span::from_seconds(DRAIN_DAYS * 86_400.0);
        loop {
            let (now, entity) = self.agenda.next();
            if now == SimTime::NEVER || now > give_up || (now >= self.end && self.open_measured == 0) {
                return;
            }
            if entity == 0 {
                self.ring(now);
            } else if entity <= self.seats.len() {
                self.seat_event(now, entity - 1);
            } else if entity <= self.seats.len() + self.units.len() {
                self.unit_event(now, entity - 1 - self.seats.len());
            } else {
                self.roads_change(now);
            }
        }
    }

    fn finish(mut self) -> (Outcome, Vec<CallRecord>) {
        self.out.unfinished = self.open_measured;
        for unit in 0..self.units.len() {
            if !matches!(self.units[unit].state, UnitState::AtPost | UnitState::Returning(..)) {
                self.count_unit_time(unit, self.end);
            }
        }
        for seat in 0..self.seats.len() {
            if self.seats[seat] != SeatState::Free {
                self.count_seat_time(seat, self.end);
            }
        }
        // Calls whose unit is not home yet, and in an overloaded system those that were never finished.
        let mut closed = vec![false; self.jobs.len()];
        self.free_jobs.iter().for_each(|id| closed[*id as usize] = true);
        for id in (0..self.jobs.len()).filter(|id| !closed[*id]) {
            let job = &self.jobs[id];
            if job.call.dispatch
                && job.stamps[Stamp::Arrived as usize] == SimTime::NEVER
                && self.measured_job(id as u32)
            {
                self.tally_lost(id as u32);
            }
            self.keep_record(id as u32);
        }
        self.records.sort_by_key(|r| r.number);
        (self.out, self.records)
    }

    // ---- the telephone -------------------------------------------------------------------------------------------

    fn measured(&self, ring: SimTime) -> bool {
        ring >= self.start && ring < self.end
    }

    fn ring(&mut self, now: SimTime) {
        let Some(call) = self.next_call.take() else { return };
        self.fetch_call();
        let job = Job {
            call,
            stamps: [SimTime::NEVER; 11],
            unit: u32::MAX,
            from_road: false,
            hospital: None,
            travel: Span::ZERO,
        };
        let id = match self.free_jobs.pop() {
            Some(id) => {
                self.jobs[id as usize] = job;
                id
            }
            None => {
                self.jobs.push(job);
                (self.jobs.len() - 1) as u32
            }
        };
        self.stamp(id, Stamp::Ring, now);
        if self.measured(now) {
            self.open_measured += 1;
        }
        let centre = self.world.centre_of_point[call.point.index()];
        let seats = self.first_seat[centre.index()]..self.first_seat[centre.index() + 1];
        match seats.clone().find(|s| self.seats[*s] == SeatState::Free) {
            Some(seat) => self.pick_up(seat, id, now),
            None => self.ringing[centre.index()].push_back(id),
        }
    }

    fn pick_up(&mut self, seat: usize, job: u32, now: SimTime) {
        let pickup = self.draw(job, draw::PICKUP, &self.world.scenario.call_taking.pickup);
        self.seats[seat] = SeatState::PickingUp(job);
        self.seat_since[seat] = now;
        self.agenda.set(1 + seat, now + pickup);
    }

    fn seat_event(&mut self, now: SimTime, seat: usize) {
        match self.seats[seat] {
            SeatState::PickingUp(job) => {
                self.stamp(job, Stamp::Answered, now);
                if self.measured_job(job) {
                    self.tally_answer(job);
                }
                let taking = &self.world.scenario.call_taking;
                let needed = self.jobs[job as usize].call.dispatch;
                let dist = if needed { &taking.handling } else { &taking.handling_no_dispatch };
                let handling = self.draw(job, draw::HANDLING, dist);
                self.seats[seat] = SeatState::Handling(job);
                self.agenda.set(1 + seat, now + handling);
            }
            SeatState::Handling(job) => {
                self.stamp(job, Stamp::Triaged, now);
                let wrapup = self.draw(job, draw::WRAPUP, &self.world.scenario.call_taking.wrapup);
                self.seats[seat] = SeatState::WrapUp;
                self.agenda.set(1 + seat, now + wrapup);
                if self.jobs[job as usize].call.dispatch {
                    self.request_unit(job, now);
                } else {
                    if self.measured_job(job) {
                        self.out.no_dispatch += 1;
                    }
                    self.close(job);
                }
            }
            SeatState::WrapUp | SeatState::Free => {
                self.count_seat_time(seat, now);
                self.seats[seat] = SeatState::Free;
                self.agenda.set(1 + seat, SimTime::NEVER);
                let centre = self.first_seat.partition_point(|first| *first <= seat) - 1;
                if let Some(job) = self.ringing[centre].pop_front() {
                    self.pick_up(seat, job, now);
                }
            }
        }
    }

    // ---- the roads -----------------------------------------------------------------------------------------------

    /// The last entity of the agenda is the calendar of the roads.
    fn expect_change(&mut self, now: SimTime) {
        let change = self.world.roads.calendar.at(now).1;
        self.agenda.set(1 + self.seats.len() + self.units.len(), change);
    }

    /// A road may have opened: calls that wait for a unit may be within reach of one that is free.
    fn roads_change(&mut self, now: SimTime) {
        let mut scratch = std::mem::take(&mut self.scratch);
        for centre in 0..self.waiting.len() {
            for job in std::mem::take(&mut self.waiting[centre]) {
                let call = self.jobs[job as usize].call;
                match self.quickest_unit(&mut scratch, &call, now) {
                    Some(sent) => self.assign(&mut scratch, job, now, sent),
                    None => self.waiting[centre].push(job),
                }
            }
        }
        self.scratch = scratch;
        self.expect_change(now);
    }

    // ---- dispatch ------------------------------------------------------------------------------------------------

    fn suits(&self, unit: usize, category: CategoryId, centre: CentreId) -> bool {
        let needs = self.world.scenario.demand.categories[category.index()].needs_negative_pressure
            && self.world.centre_has_negative_pressure[centre.index()];
        self.world.centre_of_unit[unit] == centre && (!needs || self.world.scenario.units[unit].negative_pressure)
    }

    fn home(&self, unit: usize) -> PostId {
        self.world.scenario.units[unit].post
    }

    /// Where a unit that may be sent is, and whether that is its post; `None` if it is not free.
    fn whereabouts(&self, scratch: &mut Scratch, unit: usize, now: SimTime) -> Option<(Whereabouts, bool)> {
        let home = self.home(unit);
        match self.units[unit].state {
            UnitState::AtPost => Some((Whereabouts::At(Origin::Post(home)), true)),
            UnitState::Returning(origin, since) if now == since => Some((Whereabouts::At(origin), false)),
            UnitState::Returning(origin, since) if self.world.scenario.rules.dispatch.under_way => {
                Some((locate(self.world, scratch, origin, home, since, now), false))
            }
            _ => None,
        }
    }

    fn request_unit(&mut self, job: u32, now: SimTime) {
        let mut scratch = std::mem::take(&mut self.scratch);
        self.find_unit(&mut scratch, job, now);
        self.scratch = scratch;
    }

    /// The free unit that is expected at the scene first: its number and where it is. Among equals the one that has
    /// rested longest.
    fn quickest_unit(&self, scratch: &mut Scratch, call: &PhoneCall, now: SimTime) -> Option<Sent> {
        let centre = self.world.centre_of_point[call.point.index()];
        let factor = self.world.scenario.travel.response_factor;
        let states = self.expected_turnout.map(|turnout| self.world.roads.calendar.at(now + turnout));
        let mut best: Option<(Span, Sent)> = None;
        let better = |best: &Option<(Span, Sent)>, expected: Span, unit: usize| {
            let key = |expected: Span, unit: usize| (expected, self.units[unit].free_since, unit);
            best.as_ref().is_none_or(|b| key(expected, unit) < key(b.0, b.1.unit))
        };
        let mut pending = std::mem::take(&mut scratch.pending);
        pending.clear();
        for unit in 0..self.units.len() {
            if !self.suits(unit, call.category, centre) {
                continue;
            }
            let Some((at, at_post)) = self.whereabouts(scratch, unit, now) else { continue };
            let turnout = self.expected_turnout[usize::from(!at_post)];
            let (regime, change) = states[usize::from(!at_post)];
            let time = time_to_point(self.world, scratch, regime, at, self.home(unit), call.point);
            if !time.is_reachable() {
                continue;
            }
            let drive = scaled(time.0, factor);
            if change == SimTime::NEVER || drive <= change - (now + turnout) {
                if better(&best, turnout + drive, unit) {
                    best = Some((turnout + drive, Sent { unit, at, at_post, time }));
                }
                continue;
            }
            // The roads change before it arrives: at best so much of the rest is saved.
            let before = change - (now + turnout);
            let least = Span(before.0 + ((drive.0 - before.0) as f64 * self.world.roads.quickest) as i64);
            pending.push(Pending { least: turnout + least, unit, at, at_post, time });
        }
        // The most promising first, so that few of them need to be followed through the change.
        pending.sort_unstable_by_key(|p| (p.least, p.unit));
        let mut last: Option<(Whereabouts, Option<Span>)> = None;
        for &Pending { least, unit, at, at_post, time } in &pending {
            if best.is_some_and(|(b, ..)| least > b) {
                break;
            }
            let turnout = self.expected_turnout[usize::from(!at_post)];
            let trip = Trip {
                leg: Leg::Response,
                at,
                post: self.home(unit),
                to: Origin::Point(call.point),
                leaves: now + turnout,
                factor,
                whole: time,
            };
            // Units of one post need the same time.
            let known = last.filter(|(from, _)| *from == at && matches!(at, Whereabouts::At(_)));
            let through = known.map_or_else(|| through_changes(self.world, scratch, &trip), |(_, span)| span);
            last = Some((at, through));
            let Some(through) = through else { continue };
            if better(&best, turnout + through, unit) {
                best = Some((turnout + through, Sent { unit, at, at_post, time }));
            }
        }
        scratch.pending = pending;
        best.map(|(_, sent)| sent)
    }

    fn find_unit(&mut self, scratch: &mut Scratch, job: u32, now: SimTime) {
        let call = self.jobs[job as usize].call;
        let centre = self.world.centre_of_point[call.point.index()];
        if let Some(sent) = self.quickest_unit(scratch, &call, now) {
            self.assign(scratch, job, now, sent);
        } else if self.can_ever_be_served(call, centre) {
            if self.measured_job(job) {
                self.out.queued += 1;
            }
            let key = |id: &u32| {
                let j = &self.jobs[*id as usize];
                let priority = self.world.scenario.demand.categories[j.call.category.index()].priority;
                (priority, j.stamps[Stamp::Triaged as usize], j.call.number)
            };
            let mine = key(&job);
            let at = self.waiting[centre.index()].partition_point(|id| key(id) <= mine);
            self.waiting[centre.index()].insert(at, job);
        } else {
            if self.measured_job(job) {
                self.out.unserved += 1;
                self.tally_lost(job);
            }
            self.close(job);
        }
    }

    fn can_ever_be_served(&self, call: PhoneCall, centre: CentreId) -> bool {
        (0..self.units.len()).any(|u| {
            self.suits(u, call.category, centre)
                && (0..self.world.roads.regimes())
                    .any(|r| self.world.to_point(r, Origin::Post(self.home(u)), call.point).is_reachable())
        })
    }

    fn assign(&mut self, scratch: &mut Scratch, job: u32, now: SimTime, sent: Sent) {
        let Sent { unit, at, at_post, time: chosen } = sent;
        let from_road = !at_post;
        if matches!(self.units[unit].state, UnitState::Returning(..)) {
            self.close_previous(unit);
        }
        let s = &self.world.scenario;
        let dist = if from_road { &s.durations.turnout_on_road } else { &s.durations.turnout };
        let turnout = self.draw(job, draw::TURNOUT, dist);
        let factor = s.travel.response_factor * self.scatter(job, draw::TRAVEL);
        let (home, point, leaves) = (self.home(unit), self.jobs[job as usize].call.point, now + turnout);
        let regime = self.world.roads.calendar.at(leaves).0;
        let whole = time_to_point(self.world, scratch, regime, at, home, point);
        let to = Origin::Point(point);
        let trip = Trip { leg: Leg::Response, at, post: home, to, leaves, factor, whole };
        // Where a road was closed for good between the order and its leaving, what it was sent for stands.
        let span = through_changes(self.world, scratch, &trip).unwrap_or(scaled(chosen.0, factor));
        let j = &mut self.jobs[job as usize];
        j.unit = unit as u32;
        j.from_road = from_road;
        j.travel = span;
        self.stamp(job, Stamp::Assigned, now);
        let now_busy = UnitNow { state: UnitState::TurningOut, job: Some(job), busy_since: now, free_since: now };
        self.units[unit] = now_busy;
        self.set_unit(unit, now + turnout);
    }

    // ---- units ---------------------------------------------------------------------------------------------------

    fn set_unit(&mut self, unit: usize, at: SimTime) {
        self.agenda.set(1 + self.seats.len() + unit, at);
    }

    fn unit_event(&mut self, now: SimTime, unit: usize) {
        let Some(job) = self.units[unit].job else { return };
        let s = &self.world.scenario;
        let call = self.jobs[job as usize].call;
        let transport = call.draws[draw::TRANSPORT] < s.demand.categories[call.category.index()].transport;
        let (stamp, next, after) = match self.units[unit].state {
            UnitState::TurningOut => (Stamp::Departed, UnitState::ToScene, self.jobs[job as usize].travel),
            UnitState::ToScene => {
                let hospital = self.hospital_for(now, &call);
                let to_hospital = transport && hospital.is_some();
                let dist = if to_hospital { &s.durations.scene } else { &s.durations.scene_left };
                (Stamp::Arrived, UnitState::OnScene, self.draw(job, draw::SCENE, dist))
            }
            UnitState::OnScene => match self.hospital_for(now, &call).filter(|_| transport) {
                Some((hospital, time)) => {
                    self.jobs[job as usize].hospital = Some(hospital);
                    let factor = s.travel.transport_factor * self.scatter(job, draw::HOSPITAL_TRAVEL);
                    let trip = Trip {
                        leg: Leg::Transport,
                        at: Whereabouts::At(Origin::Point(call.point)),
                        post: self.home(unit),
                        to: Origin::Hospital(hospital),
                        leaves: now,
                        factor,
                        whole: time,
                    };
                    let mut scratch = std::mem::take(&mut self.scratch);
                    let through = through_changes(self.world, &mut scratch, &trip);
                    self.scratch = scratch;
                    let drive = through.unwrap_or(scaled(time.0, factor));
                    (Stamp::LeftScene, UnitState::ToHospital, drive)
                }
                None => {
                    if transport && self.measured_job(job) {
                        self.out.no_hospital += 1;
                    }
                    (Stamp::LeftScene, UnitState::Clearing, Span::ZERO)
                }
            },
            UnitState::ToHospital => {
                let handover = self.draw(job, draw::HANDOVER, &s.durations.handover);
                (Stamp::AtHospital, UnitState::HandingOver, handover)
            }
            UnitState::HandingOver => {
                let clear = self.draw(job, draw::CLEAR, &s.durations.clear);
                (Stamp::HandedOver, UnitState::Clearing, clear)
            }
            UnitState::Clearing => {
                self.stamp(job, Stamp::Clear, now);
                self.become_free(unit, job, now);
                return;
            }
            UnitState::Returning(..) => {
                self.stamp(job, Stamp::Back, now);
                self.close_previous(unit);
                self.units[unit].state = UnitState::AtPost;
                self.set_unit(unit, SimTime::NEVER);
                // Where units on the road are not sent, a call may have come to wait meanwhile.
                self.take_waiting(unit, Origin::Post(self.home(unit)), now);
                return;
            }
            UnitState::AtPost => return,
        };
        self.stamp(job, stamp, now);
        self.units[unit].state = next;
        self.set_unit(unit, now + after);
    }

    /// The hospital for a call's patient as the roads are now.
    fn hospital_for(&self, now: SimTime, call: &PhoneCall) -> Option<(crate::ids::HospitalId, TravelTime)> {
        self.world.hospital_for(self.world.roads.calendar.at(now).0, call.point, call.category)
    }

    fn become_free(&mut self, unit: usize, job: u32, now: SimTime) {
        self.count_unit_time(unit, now);
        self.tally(job);
        let j = &self.jobs[job as usize];
        let origin = match j.hospital {
            Some(hospital) => Origin::Hospital(hospital),
            None => Origin::Point(j.call.point),
        };
        self.units[unit].state = UnitState::Returning(origin, now);
        self.units[unit].free_since = now;
        if self.take_waiting(unit, origin, now) {
            return;
        }
        let post = self.home(unit);
        // Without a way home it stays on the road, free to be sent.
        let drive = time_home(self.world, &mut self.scratch, origin, post, now);
        self.set_unit(unit, drive.map_or(SimTime::NEVER, |drive| now + drive));
    }

    /// Sends a unit that has become available at a place to the first waiting call it suits; whether there was one.
    fn take_waiting(&mut self, unit: usize, from: Origin, now: SimTime) -> bool {
        let centre = self.world.centre_of_unit[unit];
        let regime = self.world.roads.calendar.at(now).0;
        let next = self.waiting[centre.index()].iter().position(|id| {
            let call = &self.jobs[*id as usize].call;
            self.suits(unit, call.category, centre) && self.world.to_point(regime, from, call.point).is_reachable()
        });
        let Some(at) = next else { return false };
        let waiting = self.waiting[centre.index()].remove(at);
        let mut scratch = std::mem::take(&mut self.scratch);
        let time = self.world.to_point(regime, from, self.jobs[waiting as usize].call.point);
        let sent = Sent { unit, at: Whereabouts::At(from), at_post: matches!(from, Origin::Post(_)), time };
        self.assign(&mut scratch, waiting, now, sent);
        self.scratch = scratch;
        true
    }

    /// The unit has left its last call behind: it is back, or sent out again.
    fn close_previous(&mut self, unit: usize) {
        if let Some(job) = self.units[unit].job.take() {
            self.keep_record(job);
            self.free_jobs.push(job);
        }
    }
}
