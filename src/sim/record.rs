//! What happened: timestamps of a call, and the tallies a replication leaves behind.

use super::count::Count;
use super::tallies::Tallies;
use crate::ids::{CategoryId, HospitalId, PointId, UnitId};
use crate::scenario::Scenario;
use crate::stats::TimeHistogram;
use crate::units::{SimTime, Span};
use serde::{Deserialize, Serialize};

/// Width of a bin of every time histogram, seconds.
pub const HISTOGRAM_BIN_S: f64 = 5.0;
/// Bins of every time histogram: two hours, and one for what is longer.
pub const BINS: usize = 1440;
/// Width of a bin of the histograms by hour and category within a zone, seconds: whole minutes lie on edges.
pub const COARSE_BIN_S: f64 = 30.0;
/// Bins of these: two hours, and one for what is longer.
pub const COARSE_BINS: usize = 240;
/// Priorities told apart.
pub const PRIORITIES: usize = 5;

/// The moments of a call's life, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stamp {
    /// 来电
    Ring,
    /// 接听
    Answered,
    /// 受理完成
    Triaged,
    /// 派车
    Assigned,
    /// 出车
    Departed,
    /// 到达现场
    Arrived,
    /// 离开现场
    LeftScene,
    /// 到达医院
    AtHospital,
    /// 交接完成
    HandedOver,
    /// 待命
    Clear,
    /// 回站
    Back,
}

impl Stamp {
    /// All, in order.
    pub const ALL: [Stamp; 11] = [
        Stamp::Ring,
        Stamp::Answered,
        Stamp::Triaged,
        Stamp::Assigned,
        Stamp::Departed,
        Stamp::Arrived,
        Stamp::LeftScene,
        Stamp::AtHospital,
        Stamp::HandedOver,
        Stamp::Clear,
        Stamp::Back,
    ];

    /// The column name in call tables.
    pub fn key(self) -> &'static str {
        match self {
            Stamp::Ring => "ring",
            Stamp::Answered => "answered",
            Stamp::Triaged => "triaged",
            Stamp::Assigned => "assigned",
            Stamp::Departed => "departed",
            Stamp::Arrived => "arrived",
            Stamp::LeftScene => "left_scene",
            Stamp::AtHospital => "at_hospital",
            Stamp::HandedOver => "handed_over",
            Stamp::Clear => "clear",
            Stamp::Back => "back",
        }
    }
}

/// The interval that ends at a stamp.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Interval {
    /// Ring to answered.
    Answer,
    /// Answered to triaged.
    Triage,
    /// Triaged to assigned.
    Queue,
    /// Assigned to departed.
    Turnout,
    /// Departed to arrived.
    Travel,
    /// Arrived to left scene.
    Scene,
    /// Left scene to at hospital.
    Transport,
    /// At hospital to handed over.
    Handover,
    /// Handed over (or left scene) to clear.
    Clear,
    /// Clear to back, when not sent out again on the way.
    Return,
}

impl Interval {
    /// All, in order.
    pub const ALL: [Interval; 10] = [
        Interval::Answer,
        Interval::Triage,
        Interval::Queue,
        Interval::Turnout,
        Interval::Travel,
        Interval::Scene,
        Interval::Transport,
        Interval::Handover,
        Interval::Clear,
        Interval::Return,
    ];

    /// As summaries write it.
    pub fn key(self) -> &'static str {
        match self {
            Interval::Answer => "answer",
            Interval::Triage => "triage",
            Interval::Queue => "queue",
            Interval::Turnout => "turnout",
            Interval::Travel => "travel",
            Interval::Scene => "scene",
            Interval::Transport => "transport",
            Interval::Handover => "handover",
            Interval::Clear => "clear",
            Interval::Return => "return",
        }
    }
}

/// What a record of an incident is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PartKind {
    /// The first phone call, and the unit sent for it.
    Call,
    /// A further caller: no unit is sent.
    Caller,
    /// The unit for a further patient.
    Patient,
    /// A further unit that helps on scene.
    Helper,
    /// A unit that carries, sent after one that does not, for the same patient.
    Follower,
    /// A road unit that meets a helicopter or boat and takes its patient over.
    Carrier,
}

impl PartKind {
    /// All.
    pub const ALL: [PartKind; 6] =
        [PartKind::Call, PartKind::Caller, PartKind::Patient, PartKind::Helper, PartKind::Follower, PartKind::Carrier];

    /// As call tables write it.
    pub fn key(self) -> &'static str {
        match self {
            PartKind::Call => "call",
            PartKind::Caller => "caller",
            PartKind::Patient => "patient",
            PartKind::Helper => "helper",
            PartKind::Follower => "follower",
            PartKind::Carrier => "carrier",
        }
    }
}

/// Everything that is kept of one call, or of a further part of its incident, when a call table is asked for. Times
/// that did not come are [`SimTime::NEVER`].
#[derive(Clone, Debug, PartialEq)]
pub struct CallRecord {
    /// Its number in the replication.
    pub number: u64,
    /// Where from.
    pub point: PointId,
    /// What for; `None` when no dispatch was needed.
    pub category: Option<CategoryId>,
    /// The unit sent.
    pub unit: Option<UnitId>,
    /// Whether the unit was sent from the road or a hospital instead of its post.
    pub from_road: bool,
    /// The hospital, if the patient was taken to one.
    pub hospital: Option<HospitalId>,
    /// The moments of [`Stamp::ALL`].
    pub stamps: [SimTime; 11],
    /// 0 for the call itself; further callers, units and patients of its incident count up from 1.
    pub part: u16,
    /// What it is.
    pub kind: PartKind,
    /// How often the caller rang: more than once after hanging up, never for units and patients.
    pub attempts: u16,
    /// How often a unit on its way was called off: sent to a more urgent call instead, or broken down.
    pub bumps: u16,
    /// Whether it waited for a unit.
    pub queued: bool,
    /// Whether it was cancelled before a unit arrived.
    pub cancelled: bool,
}

impl CallRecord {
    /// A stamp, if it came.
    pub fn at(&self, stamp: Stamp) -> Option<SimTime> {
        let t = self.stamps[stamp as usize];
        (t != SimTime::NEVER).then_some(t)
    }
}

/// Response times of a group of calls.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GroupTally {
    /// Response times.
    pub response: TimeHistogram,
    /// How many were within the zone's target.
    pub within: u64,
    /// Calls that nobody ever reached: no unit can, or the run ended first.
    pub lost: u64,
}

impl GroupTally {
    fn new() -> GroupTally {
        GroupTally { response: new_histogram(), within: 0, lost: 0 }
    }

    fn coarse() -> GroupTally {
        let response = TimeHistogram::new(Span::from_seconds(COARSE_BIN_S), COARSE_BINS);
        GroupTally { response, within: 0, lost: 0 }
    }

    /// Counts a response.
    pub fn add(&mut self, response: Span, within: bool) {
        self.response.add(response);
        self.within += u64::from(within);
    }

    /// Adds another group counted by the same bins.
    pub fn merge(&mut self, other: &GroupTally) {
        self.response.merge(&other.response);
        self.within += other.within;
        self.lost += other.lost;
    }
}

fn new_histogram() -> TimeHistogram {
    TimeHistogram::new(Span::from_seconds(HISTOGRAM_BIN_S), BINS)
}

/// What one replication, or several merged in order, left behind.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    /// Response by county and zone: `county × 2 + zone`, the last pair for points without a county.
    pub groups: Vec<GroupTally>,
    /// Intervals of [`Interval::ALL`], dispatch calls only (answer: all phone calls).
    pub intervals: Vec<TimeHistogram>,
    /// How many of each interval were within the target given in the options (zero where there is none).
    pub interval_within: [u64; 10],
    /// Phone calls by hour of the day.
    pub rings_by_hour: [u64; 24],
    /// Of these, answered within the target.
    pub answered_by_hour: [u64; 24],
    /// Ended without a dispatch.
    pub no_dispatch: u64,
    /// Dispatches that waited for a unit.
    pub queued: u64,
    /// Taken to hospital.
    pub transported: u64,
    /// Not taken to hospital.
    pub left_at_scene: u64,
    /// Dispatches of units on the road or at a hospital.
    pub from_road: u64,
    /// Patients who should have gone to hospital, but no hospital that takes them can be reached.
    pub no_hospital: u64,
    /// Calls no unit can ever reach.
    pub unserved: u64,
    /// Calls still open when the run was broken off (an overloaded system).
    pub unfinished: u64,
    /// Busy seconds of each centre's seats within the measured time, in microseconds.
    pub seat_busy: Vec<i64>,
    /// Busy microseconds of each unit within the measured time.
    pub unit_busy: Vec<i64>,
    /// Dispatches of each unit.
    pub unit_dispatches: Vec<u64>,
    /// Patients brought to each hospital.
    pub hospital_patients: Vec<u64>,
    /// How often what happened, by [`Count`].
    pub counts: [u64; Count::ALL.len()],
    /// Waits for a bay at hospital, of those who waited and those who did not.
    pub bay_wait: TimeHistogram,
    /// Response by priority: the first is priority 1, the last holds all less urgent ones.
    pub by_priority: Vec<TimeHistogram>,
    /// Response by category.
    pub by_category: Vec<TimeHistogram>,
    /// Sum of chances of survival in parts per billion, and responses, by category; zero where the scenario has no curve.
    pub survival: Vec<(u64, u64)>,
    /// Driving microseconds of each unit within the measured time.
    pub unit_driving: Vec<i64>,
    /// Microseconds of duty of each unit within the measured time.
    pub unit_duty: Vec<i64>,
    /// Seat-microseconds of duty of each centre within the measured time.
    pub seat_duty: Vec<i64>,
    /// Per demand point and site: calls with a response, the sum of response times in microseconds, calls within the target.
    pub points: Vec<(u64, i64, u64)>,
    /// Response by zone and priority: `zone × PRIORITIES + priority − 1`.
    pub by_zone_priority: Vec<GroupTally>,
    /// Response by zone and category, in coarse bins: `zone × categories + category`. Planned transfers are none of it.
    pub by_zone_category: Vec<GroupTally>,
    /// Response by zone and hour of the day of the call, in coarse bins: `zone × 24 + hour`.
    pub by_zone_hour: Vec<GroupTally>,
    /// What charts are drawn from.
    pub tallies: Tallies,
    /// The same by county and zone (as `groups`), kind of day and hour of the day in which the call rang: see
    /// [`Outcome::hour_slot`].
    pub hours: Vec<(u64, i64, u64)>,
}

impl Outcome {
    /// Where [`Outcome::hours`] has a call of a group that rang at a moment: `group × 48`, 24 more on Saturdays and Sundays,
    /// and the hour of the day.
    pub fn hour_slot(group: usize, rang: SimTime) -> usize {
        group * 48 + usize::from(rang.is_weekend()) * 24 + rang.hour_of_day()
    }

    /// Nothing yet.
    pub fn new(s: &Scenario) -> Outcome {
        let (counties, centres, units, hospitals) =
            (s.counties.len(), s.centres.len(), s.units.len(), s.hospitals.len());
        let (points, categories) = (s.points.len() + s.sites.len(), s.demand.categories.len());
        Outcome {
            groups: vec![GroupTally::new(); (counties + 1) * 2],
            intervals: vec![new_histogram(); Interval::ALL.len()],
            interval_within: [0; 10],
            rings_by_hour: [0; 24],
            answered_by_hour: [0; 24],
            no_dispatch: 0,
            queued: 0,
            transported: 0,
            left_at_scene: 0,
            from_road: 0,
            no_hospital: 0,
            unserved: 0,
            unfinished: 0,
            seat_busy: vec![0; centres],
            unit_busy: vec![0; units],
            unit_dispatches: vec![0; units],
            hospital_patients: vec![0; hospitals],
            counts: [0; Count::ALL.len()],
            bay_wait: new_histogram(),
            by_priority: vec![new_histogram(); PRIORITIES],
            by_category: vec![new_histogram(); categories],
            survival: vec![(0, 0); categories],
            unit_driving: vec![0; units],
            unit_duty: vec![0; units],
            seat_duty: vec![0; centres],
            points: vec![(0, 0, 0); points],
            by_zone_priority: vec![GroupTally::new(); 2 * PRIORITIES],
            by_zone_category: vec![GroupTally::coarse(); 2 * categories],
            by_zone_hour: vec![GroupTally::coarse(); 2 * 24],
            tallies: Tallies::new(s),
            hours: vec![(0, 0, 0); (counties + 1) * 2 * 48],
        }
    }

    /// Whether this could be an outcome of the same scenario as another: as many groups, units and so on.
    pub fn has_shape_of(&self, other: &Outcome) -> bool {
        let like = |a: &[TimeHistogram], b: &[TimeHistogram]| {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.has_shape_of(b))
        };
        let lengths = |o: &Outcome| {
            [
                o.groups.len(),
                o.seat_busy.len(),
                o.seat_duty.len(),
                o.unit_busy.len(),
                o.unit_dispatches.len(),
                o.unit_driving.len(),
                o.unit_duty.len(),
                o.hospital_patients.len(),
                o.survival.len(),
                o.points.len(),
                o.hours.len(),
            ]
        };
        let alike = |a: &[GroupTally], b: &[GroupTally]| {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.response.has_shape_of(&b.response))
        };
        lengths(self) == lengths(other)
            && alike(&self.groups, &other.groups)
            && alike(&self.by_zone_priority, &other.by_zone_priority)
            && alike(&self.by_zone_category, &other.by_zone_category)
            && alike(&self.by_zone_hour, &other.by_zone_hour)
            && like(&self.intervals, &other.intervals)
            && like(&self.by_priority, &other.by_priority)
            && like(&self.by_category, &other.by_category)
            && self.bay_wait.has_shape_of(&other.bay_wait)
            && self.tallies.has_shape_of(&other.tallies)
    }

    /// Adds another outcome of the same world.
    pub fn merge(&mut self, other: &Outcome) {
        fn add<T: Copy + std::ops::AddAssign>(a: &mut [T], b: &[T]) {
            a.iter_mut().zip(b).for_each(|(a, b)| *a += *b);
        }
        self.groups.iter_mut().zip(&other.groups).for_each(|(a, b)| a.merge(b));
        self.intervals.iter_mut().zip(&other.intervals).for_each(|(a, b)| a.merge(b));
        add(&mut self.interval_within, &other.interval_within);
        add(&mut self.rings_by_hour, &other.rings_by_hour);
        add(&mut self.answered_by_hour, &other.answered_by_hour);
        self.no_dispatch += other.no_dispatch;
        self.queued += other.queued;
        self.transported += other.transported;
        self.left_at_scene += other.left_at_scene;
        self.from_road += other.from_road;
        self.no_hospital += other.no_hospital;
        self.unserved += other.unserved;
        self.unfinished += other.unfinished;
        add(&mut self.seat_busy, &other.seat_busy);
        add(&mut self.unit_busy, &other.unit_busy);
        add(&mut self.unit_dispatches, &other.unit_dispatches);
        add(&mut self.hospital_patients, &other.hospital_patients);
        add(&mut self.counts, &other.counts);
        self.bay_wait.merge(&other.bay_wait);
        self.by_priority.iter_mut().zip(&other.by_priority).for_each(|(a, b)| a.merge(b));
        self.by_category.iter_mut().zip(&other.by_category).for_each(|(a, b)| a.merge(b));
        for (a, b) in self.survival.iter_mut().zip(&other.survival) {
            *a = (a.0 + b.0, a.1 + b.1);
        }
        add(&mut self.unit_driving, &other.unit_driving);
        add(&mut self.unit_duty, &other.unit_duty);
        add(&mut self.seat_duty, &other.seat_duty);
        for (a, b) in self.points.iter_mut().zip(&other.points).chain(self.hours.iter_mut().zip(&other.hours)) {
            *a = (a.0 + b.0, a.1 + b.1, a.2 + b.2);
        }
        for (a, b) in [
            (&mut self.by_zone_priority, &other.by_zone_priority),
            (&mut self.by_zone_category, &other.by_zone_category),
            (&mut self.by_zone_hour, &other.by_zone_hour),
        ] {
            a.iter_mut().zip(b).for_each(|(a, b)| a.merge(b));
        }
        self.tallies.merge(&other.tallies);
    }

    /// How often something happened.
    pub fn count(&self, what: Count) -> u64 {
        self.counts[what as usize]
    }

    /// Phone calls.
    pub fn phone_calls(&self) -> u64 {
        self.rings_by_hour.iter().sum()
    }

    /// Dispatch calls with a response.
    pub fn responses(&self) -> u64 {
        self.groups.iter().map(|g| g.response.count()).sum()
    }
}
