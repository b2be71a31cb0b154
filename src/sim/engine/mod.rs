//! One replication: telephone, dispatch, units, hospitals.
//!
//! Entities of the agenda: 0 is the telephone (the next ring), 1 the timers, 2 the roads, then all units, then the seats.
//! Each has at most one pending event. Jobs live in a slab and hold their random numbers, so no step depends on the order
//! in which others drew.

#[cfg(debug_assertions)]
mod check;
mod choice;
mod craft;
mod dispatch;
mod fleet;
mod free;
mod hospital;
mod job;
mod move_up;
mod slices;
mod stand;
mod tally;
mod telephone;
mod trace;
mod unit;
mod waiting;

pub use slices::run_in_slices;
pub use trace::{Note, TraceLine, Wanted};

use super::agenda::Agenda;
use super::count::Count;
use super::facts::Facts;
use super::record::{CallRecord, Outcome, Stamp};
use super::redeploy::{self, FreeUnit, MoveUp};
use super::tallies::spread;
use super::timers::{Timer, Timers};
use super::ways::{Drive, Leg, Ways};
use super::world::{Origin, World};
use crate::demand::{CallSource, PhoneCall};
use crate::ids::PostId;
use crate::network::calendar::Calendar;
use crate::scenario::Scenario;
use crate::units::{SimTime, Span};
use hospital::HospitalNow;
use job::Job;
use stand::Stand;
use telephone::{CentreNow, Seat};
use unit::{UnitNow, UnitState};

/// Figures that results are asked for besides the usual ones. Playing does not need them, folding outcomes does.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Asked {
    /// Limits that shares are asked for.
    pub limits: Vec<Span>,
    /// Quantiles, between 0 and 1.
    pub quantiles: Vec<f64>,
    /// Sets of priorities taken together: bit `p − 1` is priority `p`.
    pub priorities: Vec<u8>,
    /// The way to scenic areas.
    pub scenic: bool,
}

/// What a run counts as "within the target", and what it keeps.
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
    /// Of events at the same moment the one that was set last goes first (as in JEMSS), instead of a fixed order.
    pub latest_first: bool,
    /// What to keep a trace of.
    pub trace: Option<Wanted>,
    /// What else results are asked for.
    pub asked: Asked,
}

/// What a replication leaves behind.
#[derive(Clone, Debug)]
pub struct Played {
    /// Counts and histograms.
    pub outcome: Outcome,
    /// A record of every measured call, by number, if they were kept.
    pub records: Vec<CallRecord>,
    /// What happened to what was to be traced, in order of time.
    pub trace: Vec<TraceLine>,
}

/// Days the run goes on after the measured time for open calls, before it is broken off.
const DRAIN_DAYS: f64 = 30.0;
/// No job, no unit.
const NONE: u32 = u32::MAX;
const TELEPHONE: usize = 0;
const TIMERS: usize = 1;
const ROADS: usize = 2;
const FIRST_UNIT: usize = 3;

struct Engine<'a, W: Ways> {
    s: &'a Scenario,
    facts: &'a Facts,
    ways: &'a W,
    options: &'a Options,
    agenda: Agenda,
    timers: Timers,
    source: CallSource,
    next_call: Option<PhoneCall>,
    seats: Vec<Seat>,
    centres: Vec<CentreNow>,
    units: Vec<UnitNow<W::At>>,
    /// How each unit may be sent, see [`unit::ready`]: the first thing a dispatch asks.
    ready: Vec<u8>,
    /// Those that may be sent, by where they stand.
    stand: Stand,
    /// How many are free.
    free: free::FreeNow,
    /// Units of each home post whose crew is at work.
    crews_out: Vec<u32>,
    hospitals: Vec<HospitalNow>,
    jobs: Vec<Job>,
    free_jobs: Vec<u32>,
    /// Jobs made so far.
    serial: u64,
    open_measured: u64,
    /// The moment of the event that is being played.
    clock: SimTime,
    start: SimTime,
    end: SimTime,
    /// Since when the outcome counts.
    since: SimTime,
    /// Mean turn-out at the post and on the road: what a dispatcher expects.
    expected_turnout: [Span; 2],
    duty: Vec<Option<Calendar>>,
    seat_duty: Vec<Option<Calendar>>,
    break_times: Option<Calendar>,
    /// When the number of bays changes; `None`: never.
    bay_times: Option<Calendar>,
    chances: fleet::Chances,
    seed: u64,
    replication: u32,
    has_craft: bool,
    policy: Option<Box<dyn MoveUp + 'a>>,
    free_list: Vec<FreeUnit>,
    moves: Vec<(usize, PostId)>,
    pending: Vec<choice::Pending<W::At>>,
    moving: Vec<choice::Moving>,
    /// Free units of each centre, counted where units are kept back.
    free_of_centre: Vec<u32>,
    out: Outcome,
    records: Vec<CallRecord>,
    trace: Vec<TraceLine>,
    scratch: W::Scratch,
    /// Events checked so far, in debug builds.
    #[cfg(debug_assertions)]
    checked: u64,
    /// Buffers of the checks.
    #[cfg(debug_assertions)]
    marks: [Vec<bool>; 2],
}

/// Plays one replication. The outcome depends only on the world, the options, the seed and the replication's number.
pub fn run(world: &World, options: &Options, seed: u64, replication: u32) -> (Outcome, Vec<CallRecord>) {
    let played = play(&world.scenario, &world.facts, world, options, seed, replication);
    (played.outcome, played.records)
}

/// Plays one replication of a scenario on any kind of roads.
pub fn play<W: Ways>(s: &Scenario, facts: &Facts, ways: &W, options: &Options, seed: u64, replication: u32) -> Played {
    let policy = redeploy::policy(&s.rules.move_up, s, facts, ways);
    play_with(s, facts, ways, policy, options, seed, replication)
}

/// The same with a redeployment policy of one's own; without one every unit goes home.
pub fn play_with<'a, W: Ways>(
    s: &'a Scenario,
    facts: &'a Facts,
    ways: &'a W,
    policy: Option<Box<dyn MoveUp + 'a>>,
    options: &'a Options,
    seed: u64,
    replication: u32,
) -> Played {
    let mut engine = begin(s, facts, ways, policy, options, (seed, replication), 1);
    engine.play(SimTime::NEVER);
    engine.finish()
}

/// An engine before its first event. It measures the scenario's days so many times over.
fn begin<'a, W: Ways>(
    s: &'a Scenario,
    facts: &'a Facts,
    ways: &'a W,
    policy: Option<Box<dyn MoveUp + 'a>>,
    options: &'a Options,
    (seed, replication): (u64, u32),
    times: i64,
) -> Engine<'a, W> {
    let start = SimTime::from_days(s.run.warmup_days);
    let calendar = |windows: &[crate::network::calendar::Window]| Calendar::new(&[windows.to_vec()]);
    let resting = |post: PostId| ways.resting(Origin::Post(post));
    let mut engine = Engine {
        s,
        facts,
        ways,
        options,
        agenda: Agenda::new(FIRST_UNIT + s.units.len(), options.latest_first),
        timers: Timers::default(),
        source: CallSource::new(&s.demand, &s.points, seed, replication),
        next_call: None,
        seats: Vec::new(),
        centres: (0..s.centres.len()).map(|_| CentreNow::default()).collect(),
        units: s.units.iter().map(|u| UnitNow::new(u.post, resting(u.post))).collect(),
        ready: vec![unit::ready::NO; s.units.len()],
        stand: Stand::new(s.posts.len(), s.units.len()),
        free: free::FreeNow::new(s.units.len(), s.posts.len(), s.counties.len()),
        crews_out: vec![0; s.posts.len()],
        hospitals: (0..s.hospitals.len()).map(|_| HospitalNow::default()).collect(),
        jobs: Vec::new(),
        free_jobs: Vec::new(),
        serial: 0,
        open_measured: 0,
        clock: SimTime::ZERO,
        start,
        since: start,
        end: start + Span(Span::from_seconds(s.run.days * 86_400.0).0 * times),
        expected_turnout: [
            Span::from_seconds(s.durations.turnout.mean()),
            Span::from_seconds(s.durations.turnout_on_road.mean()),
        ],
        duty: s.rules.fleet.duty.iter().map(|d| d.as_deref().map(calendar)).collect(),
        seat_duty: s.rules.telephone.duty.iter().map(|d| telephone::seat_calendar(d)).collect(),
        break_times: s.rules.fleet.breaks.as_ref().map(|b| calendar(&b.when)),
        bay_times: hospital::bay_times(&s.rules.hospitals.surge),
        chances: fleet::Chances::new(seed, replication),
        seed,
        replication,
        has_craft: s.units.iter().any(|u| !u.kind.on_road()),
        policy,
        free_list: Vec::new(),
        moves: Vec::new(),
        pending: Vec::new(),
        moving: Vec::new(),
        free_of_centre: vec![0; s.centres.len()],
        out: Outcome::new(s),
        records: Vec::new(),
        trace: Vec::new(),
        scratch: W::Scratch::default(),
        #[cfg(debug_assertions)]
        checked: 0,
        #[cfg(debug_assertions)]
        marks: [Vec::new(), Vec::new()],
    };
    (0..s.units.len()).for_each(|unit| engine.set_ready(unit, unit::ready::AT_POST));
    engine.open_seats();
    engine.begin_duties();
    engine.begin_bays();
    engine.next_call = engine.source.next_call();
    engine.expect_call();
    engine.expect_change(SimTime::ZERO);
    engine
}

impl<'a, W: Ways> Engine<'a, W> {
    fn expect_call(&mut self) {
        self.agenda.set(TELEPHONE, self.next_call.as_ref().map_or(SimTime::NEVER, |c| c.ring));
    }

    /// The roads may change, or craft may set out again.
    fn expect_change(&mut self, now: SimTime) {
        let opens = if self.has_craft { self.next_opening(now) } else { SimTime::NEVER };
        self.agenda.set(ROADS, self.ways.next_change(now).min(opens));
    }

    fn set_timer(&mut self, at: SimTime, timer: Timer) {
        self.timers.set(at, timer);
        self.agenda.set(TIMERS, self.timers.next());
    }

    /// Plays until a moment (what happens at it or later is left), or until all measured calls are over.
    fn play(&mut self, until: SimTime) {
        let give_up = self.end + Span::from_seconds(DRAIN_DAYS * 86_400.0);
        let first_seat = FIRST_UNIT + self.units.len();
        let mut last = SimTime(i64::MIN);
        loop {
            let (now, entity) = self.agenda.next();
            if now >= until || now > give_up || (now >= self.end && self.open_measured == 0) {
                return;
            }
            debug_assert!(now >= last, "the clock runs backwards: {now:?} after {last:?}");
            last = now;
            self.clock = now;
            match entity {
                TELEPHONE => self.ring(now),
                TIMERS => self.timer(now),
                ROADS => self.roads_change(now),
                unit if unit < first_seat => self.unit_event(now, unit - FIRST_UNIT),
                seat => self.seat_event(now, seat - first_seat),
            }
            #[cfg(debug_assertions)]
            self.check(now, entity);
        }
    }

    fn timer(&mut self, now: SimTime) {
        let timer = self.timers.take();
        self.agenda.set(TIMERS, self.timers.next());
        let Some(timer) = timer else { return };
        match timer {
            Timer::HangUp(job, serial, attempt) => self.hang_up(job, serial, attempt, now),
            Timer::CallAgain(job) => self.call_again(job, now),
            Timer::Caller(job) => self.further_caller(job, now),
            Timer::Overflow(job, serial, attempt) => self.overflow(job, serial, attempt, now),
            Timer::Passed(job) => self.request(job, now),
            Timer::Aid(job, serial) => self.ask_for_aid(job, serial, now),
            Timer::Seats(centre) => self.seats_change(centre as usize, now),
            Timer::Duty(unit) | Timer::DutyEnds(unit) => self.duty_change(unit as usize, now),
            Timer::Breaks => self.breaks_change(now),
            Timer::Break(unit, until) => self.break_due(unit as usize, until, now),
            Timer::Breakdown(unit, count) => self.breakdown(unit as usize, count, now),
            Timer::Service(unit) => self.service_due(unit as usize, now),
            Timer::BayDone(hospital, bed) => self.bay_done(hospital as usize, bed, now),
            Timer::BedFree(hospital) => self.bed_free(hospital as usize, now),
            Timer::Bays => self.bays_change(now),
        }
    }

    /// A road may have opened: calls that wait for a unit may be within reach of one that is free.
    fn roads_change(&mut self, now: SimTime) {
        for centre in 0..self.centres.len() {
            self.try_waiting(centre, now);
        }
        self.expect_change(now);
    }

    fn finish(mut self) -> Played {
        self.out.unfinished = self.open_measured;
        self.count_times(self.end);
        // Calls whose unit is not home yet, and in an overloaded system those that were never finished.
        let mut closed = vec![false; self.jobs.len()];
        self.free_jobs.iter().for_each(|id| closed[*id as usize] = true);
        for id in (0..self.jobs.len()).filter(|id| !closed[*id]) {
            let job = &self.jobs[id];
            if job.open > 0 && job.wants_unit() && job.lead == id as u32 && !job.reached && self.measured_job(id as u32)
            {
                self.tally_lost(id as u32);
            }
            self.keep_record(id as u32);
        }
        self.records.sort_by_key(|r| (r.number, r.part));
        Played { outcome: self.out, records: self.records, trace: self.trace }
    }

    /// Counts the time that lasts still.
    fn count_times(&mut self, now: SimTime) {
        for unit in 0..self.units.len() {
            if self.units[unit].state.on_job() {
                self.count_unit_time(unit, now);
            }
            self.count_unit_duty(unit, now);
        }
        for seat in 0..self.seats.len() {
            self.count_seat_time(seat, now);
        }
        for centre in 0..self.centres.len() {
            self.count_seat_duty(centre, now);
        }
        self.count_all_free(now);
        (0..self.units.len()).for_each(|unit| self.count_at_hospital(unit, now));
        spread(self.since, now, |hour, micros| self.out.tallies.week_time[hour] += micros);
        self.since = now;
    }

    fn measured(&self, ring: SimTime) -> bool {
        ring >= self.start && ring < self.end
    }

    fn measured_job(&self, job: u32) -> bool {
        self.measured(self.jobs[job as usize].stamps[Stamp::Ring as usize])
    }
}
