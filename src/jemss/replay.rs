//! A city played by the engine, and what became of its calls and ambulances in JEMSS's terms.

use super::city::City;
use super::scenario::{options, scenario};
use super::ways::{DAY, NodeAt, NodeScratch, NodeWays};
use crate::ids::{PointId, PostId, UnitId};
use crate::sim::facts::Facts;
use crate::sim::ways::{Drive, Leg, Ways};
use crate::sim::{CallRecord, Note, Options, Origin, Stamp, TraceLine, Wanted, play};
use crate::units::SimTime;
use rayon::prelude::*;

/// What became of a call. Times are days, as in the files.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CallOut {
    /// The ambulance that treated it.
    pub ambulance: Option<usize>,
    /// When that one was sent.
    pub dispatched: Option<f64>,
    /// When it arrived.
    pub arrived: Option<f64>,
    /// When it left with the patient.
    pub left: Option<f64>,
    /// When it was at hospital.
    pub at_hospital: Option<f64>,
    /// Which hospital.
    pub hospital: Option<usize>,
    /// How often an ambulance on its way was sent elsewhere.
    pub bumps: u32,
    /// Whether it waited for an ambulance.
    pub queued: bool,
    /// When the ambulance was free again.
    pub freed: Option<f64>,
}

/// What an ambulance did.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct AmbulanceOut {
    /// Calls it arrived at.
    pub treated: u64,
    /// Patients it took to hospital.
    pub transported: u64,
    /// Dispatches from its station.
    pub from_station: u64,
    /// Dispatches on the road, to a station or to another call.
    pub on_road: u64,
    /// Dispatches at the moment when it came free.
    pub on_free: u64,
    /// Of those on the road, from another call.
    pub redispatches: u64,
    /// Days of driving.
    pub travel_days: f64,
    /// Kilometres driven.
    pub travel_km: f64,
    /// Days on calls.
    pub busy_days: f64,
}

/// A city that was played.
#[derive(Clone, Debug, PartialEq)]
pub struct Replayed {
    /// The calls.
    pub calls: Vec<CallOut>,
    /// The ambulances.
    pub ambulances: Vec<AmbulanceOut>,
}

/// Plays a city.
pub fn replay(city: &City, ways: &NodeWays) -> Replayed {
    let s = scenario(city);
    let facts = Facts::of(&s);
    let options = options(city);
    let played = play(&s, &facts, ways, &options, 1, 0);
    let mut calls = vec![None; city.calls.len()];
    for record in &played.records {
        calls[record.point.index()] = Some(call_out(city, record));
    }
    let empty = CallOut {
        ambulance: None,
        dispatched: None,
        arrived: None,
        left: None,
        at_hospital: None,
        hospital: None,
        bumps: 0,
        queued: false,
        freed: None,
    };
    let calls: Vec<CallOut> = calls.into_iter().map(|c| c.unwrap_or(empty)).collect();
    // What a unit does between its calls is in no call's record, so each is followed once.
    let ambulances = (0..city.ambulances.len())
        .into_par_iter()
        .map(|unit| {
            let wanted = Wanted { call: None, unit: Some(UnitId::new(unit)) };
            let options = Options { trace: Some(wanted), keep_calls: false, ..options.clone() };
            let trace = play(&s, &facts, ways, &options, 1, 0).trace;
            Follow::new(city, ways, unit, &calls).through(&trace)
        })
        .collect();
    Replayed { calls, ambulances }
}

/// A moment in days of the files.
fn day(city: &City, at: SimTime) -> f64 {
    city.start + at.0 as f64 / DAY
}

fn call_out(city: &City, record: &CallRecord) -> CallOut {
    let at = |stamp| record.at(stamp).map(|t| day(city, t));
    CallOut {
        ambulance: record.unit.map(UnitId::index),
        dispatched: at(Stamp::Assigned),
        arrived: at(Stamp::Arrived),
        left: at(Stamp::LeftScene),
        at_hospital: at(Stamp::AtHospital),
        hospital: record.hospital.map(|h| h.index()),
        bumps: u32::from(record.bumps),
        queued: record.queued,
        freed: at(Stamp::Clear),
    }
}

/// An ambulance being followed through its trace.
struct Follow<'a> {
    city: &'a City,
    ways: &'a NodeWays,
    calls: &'a [CallOut],
    home: PostId,
    scratch: NodeScratch,
    out: AmbulanceOut,
    /// The way it is on: where it is at which share of its days and kilometres.
    course: Option<Course>,
    /// When it last came free, while it has not been sent again.
    freed: Option<SimTime>,
    /// Since when it has been on a call.
    busy_since: Option<SimTime>,
}

struct Course {
    drive: Drive<NodeAt>,
    /// Days after setting out, and kilometres, at each node; the first entry is the start.
    marks: Vec<(f64, f64)>,
}

impl Course {
    /// Kilometres driven after so many days.
    fn km(&self, days: f64) -> f64 {
        let after = self.marks.partition_point(|m| m.0 <= days);
        let Some(next) = self.marks.get(after) else { return self.marks[self.marks.len() - 1].1 };
        let Some(last) = after.checked_sub(1).map(|i| self.marks[i]) else { return 0.0 };
        last.1 + (next.1 - last.1) * (days - last.0) / (next.0 - last.0)
    }

    /// Kilometres from where it is after so many days to the next node.
    fn km_to_next(&self, days: f64) -> f64 {
        let after = self.marks.partition_point(|m| m.0 <= days);
        self.marks.get(after).map_or(0.0, |m| m.1 - self.km(days))
    }
}

impl<'a> Follow<'a> {
    fn new(city: &'a City, ways: &'a NodeWays, unit: usize, calls: &'a [CallOut]) -> Follow<'a> {
        Follow {
            city,
            ways,
            calls,
            home: PostId::new(city.ambulances[unit]),
            scratch: NodeScratch::default(),
            out: AmbulanceOut::default(),
            course: None,
            freed: None,
            busy_since: None,
        }
    }

    fn through(mut self, trace: &[TraceLine]) -> AmbulanceOut {
        let mut called_off = false;
        let mut at = Origin::Post(self.home);
        for line in trace {
            let now = line.at;
            let here = line.point.map(Origin::Point);
            match line.note {
                Note::CalledOff(_) => called_off = true,
                Note::Moment(Stamp::Assigned) => {
                    let Some(point) = line.point else { continue };
                    self.sent(at, point, called_off, now);
                    called_off = false;
                }
                Note::Moment(Stamp::Arrived) => {
                    self.end_course(now);
                    self.out.treated += 1;
                    at = here.unwrap_or(at);
                }
                Note::Moment(Stamp::LeftScene) => {
                    if let (Some(from), Some(to)) =
                        (line.point, line.point.and_then(|p| self.calls[p.index()].hospital))
                    {
                        self.out.transported += 1;
                        let to = Origin::Hospital(crate::ids::HospitalId::new(to));
                        self.set_out(self.ways.resting(Origin::Point(from)), to, Leg::Transport, None, now);
                        at = to;
                    }
                }
                Note::Moment(Stamp::AtHospital) => self.end_course(now),
                Note::Moment(Stamp::Clear) => {
                    self.out.busy_days += self.busy_since.take().map_or(0.0, |since| (now - since).0 as f64 / DAY);
                    self.freed = Some(now);
                    self.set_out(self.ways.resting(at), Origin::Post(self.home), Leg::Return, None, now);
                }
                Note::Moment(Stamp::Back) => {
                    self.end_course(now);
                    self.freed = None;
                    at = Origin::Post(self.home);
                }
                _ => {}
            }
        }
        self.out
    }

    fn sent(&mut self, at: Origin, point: PointId, called_off: bool, now: SimTime) {
        let free_now = self.freed.take() == Some(now) && self.calls[point.index()].queued;
        let (from, km) = match &self.course {
            _ if free_now => (self.ways.resting(at), None),
            None => (self.ways.resting(at), None),
            Some(course) => {
                let from = self.ways.locate(&mut self.scratch, &course.drive, now);
                let gone = (now - course.drive.leaves).0 as f64 / DAY;
                (from, Some(course.km_to_next(gone)))
            }
        };
        match (free_now, called_off, self.course.is_some()) {
            (true, ..) => self.out.on_free += 1,
            (_, true, _) => {
                self.out.on_road += 1;
                self.out.redispatches += 1;
            }
            (_, _, true) => self.out.on_road += 1,
            _ => self.out.from_station += 1,
        }
        if free_now {
            self.course = None;
        }
        self.end_course(now);
        self.out.busy_days += self.busy_since.map_or(0.0, |since| (now - since).0 as f64 / DAY);
        self.busy_since = Some(now);
        self.set_out(from, Origin::Point(point), Leg::Response, km, now);
    }

    fn end_course(&mut self, now: SimTime) {
        if let Some(course) = self.course.take() {
            let days = (now - course.drive.leaves).0 as f64 / DAY;
            self.out.travel_days += days;
            self.out.travel_km += course.km(days);
        }
    }

    /// `km` is how far it is to the next node where it is under way on the road.
    fn set_out(&mut self, from: NodeAt, to: Origin, leg: Leg, km: Option<f64>, now: SimTime) {
        let drive = Drive { from, leaves: now, to, leg, factor: 1.0 };
        let first_days = self.ways.days_to_first(&drive);
        let first_km = match from {
            NodeAt::Resting(origin) => self.ways.km_off_road(origin),
            NodeAt::Past { km, .. } => km,
            NodeAt::Towards { .. } => km.unwrap_or(0.0),
        };
        let mut marks = vec![(0.0, 0.0)];
        for passed in self.ways.course(&mut self.scratch, self.city, &drive) {
            marks.push((first_days + passed.days, first_km + passed.km));
        }
        let (days, km) = marks[marks.len() - 1];
        let off_road = self.ways.km_off_road(to);
        marks.push((days + off_road / self.ways.speed_off_road(&drive), km + off_road));
        self.course = Some(Course { drive, marks });
    }
}

impl Replayed {
    /// Mean response time, minutes, of the calls that were reached.
    pub fn mean_response_minutes(&self, city: &City) -> f64 {
        let responses: Vec<f64> = self.responses(city).map(|(_, days)| days).collect();
        responses.iter().sum::<f64>() / responses.len().max(1) as f64 * 1440.0
    }

    /// Share of calls reached within their priority's target.
    pub fn share_in_time(&self, city: &City) -> f64 {
        let in_time =
            |(i, days): &(usize, f64)| city.priorities[city.calls[*i].priority].target.is_some_and(|t| days <= &t);
        self.responses(city).filter(in_time).count() as f64 / self.calls.len().max(1) as f64
    }

    fn responses(&self, city: &City) -> impl Iterator<Item = (usize, f64)> {
        let arrivals: Vec<f64> = city.calls.iter().map(|c| c.arrival).collect();
        self.calls.iter().enumerate().filter_map(move |(i, c)| Some((i, c.arrived? - arrivals[i])))
    }
}

/// How long one replay takes: the best of a few.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Timing {
    /// Calls replayed.
    pub calls: usize,
    /// Seconds of the best run, on one thread, with everything prepared.
    pub seconds: f64,
}

impl Timing {
    /// Measures it: a few runs, of long ones fewer.
    pub fn of(city: &City, ways: &NodeWays) -> Timing {
        let s = scenario(city);
        let facts = Facts::of(&s);
        let options = Options { keep_calls: false, ..options(city) };
        let mut best = f64::INFINITY;
        let begun = std::time::Instant::now();
        for run in 0..20 {
            let start = std::time::Instant::now();
            std::hint::black_box(play(&s, &facts, ways, &options, 1, 0));
            best = best.min(start.elapsed().as_secs_f64());
            if run > 0 && begun.elapsed().as_secs_f64() > 1.0 {
                break;
            }
        }
        Timing { calls: city.calls.len(), seconds: best }
    }

    /// Calls in a second.
    pub fn calls_per_second(&self) -> f64 {
        self.calls as f64 / self.seconds
    }
}
