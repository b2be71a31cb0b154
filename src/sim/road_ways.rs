//! What the engine asks of roads, answered by a road graph with periods, closures and turn-rounds.

use super::locate::{Trip, Whereabouts, locate, scaled, through_changes, time_home, time_to_point};
use super::roads::Scratch;
use super::ways::{Drive, Estimate, Leg, Ways};
use super::world::{Origin, World};
use crate::ids::{CategoryId, HospitalId, PointId, PostId};
use crate::units::{SimTime, Span, TravelTime};

impl Ways for World {
    type At = Whereabouts;
    type Scratch = Scratch;

    fn resting(&self, place: Origin) -> Whereabouts {
        Whereabouts::At(place)
    }

    fn locate(&self, scratch: &mut Scratch, drive: &Drive<Whereabouts>, now: SimTime) -> Whereabouts {
        locate(self, scratch, drive, now)
    }

    fn estimate(&self, scratch: &mut Scratch, drive: &Drive<Whereabouts>) -> Estimate {
        let (regime, change) = self.roads.calendar.at(drive.leaves);
        let Some(time) = whole(self, scratch, regime, drive).span() else { return Estimate::Never };
        let steps = (time.0 / 100) as u32;
        let span = scaled(steps, drive.factor);
        let until = change.0.saturating_sub(drive.leaves.0);
        if change == SimTime::NEVER || span.0 <= until {
            return Estimate::Exact(span);
        }
        // The roads change before it arrives: at best so much of the rest is saved.
        Estimate::AtLeast(Span(until + ((span.0 - until) as f64 * self.roads.quickest) as i64))
    }

    fn time(&self, scratch: &mut Scratch, drive: &Drive<Whereabouts>) -> Option<Span> {
        if drive.leg == Leg::Return {
            return time_home(self, scratch, drive);
        }
        let regime = self.roads.calendar.at(drive.leaves).0;
        let whole = whole(self, scratch, regime, drive);
        through_changes(self, scratch, &Trip { drive: *drive, whole })
    }

    fn least(&self, drive: &Drive<Whereabouts>, gone: Span, left: Span, to: PointId, factor: f64) -> Span {
        let from = match drive.from {
            Whereabouts::At(origin) => Some(origin),
            _ => None,
        };
        self.least_time((from, gone), (drive.to, left), (drive.factor, factor), to)
    }

    fn posts_by_time(&self, leg: Leg, to: PointId, leaves: SimTime) -> Option<&[u16]> {
        let regime = self.roads.calendar.at(leaves).0;
        self.roads.net(regime, leg).posts_by_time(to.index())
    }

    fn next_change(&self, now: SimTime) -> SimTime {
        self.roads.calendar.at(now).1
    }

    fn to_hospital(&self, leg: Leg, from: PointId, hospital: HospitalId, now: SimTime) -> Option<Span> {
        let regime = self.roads.calendar.at(now).0;
        TravelTime(self.roads.net(regime, leg).to_hospital(hospital.index())[from.index()]).span()
    }

    fn nearest_hospital(&self, _leg: Leg, from: PointId, category: CategoryId, now: SimTime) -> Option<HospitalId> {
        self.hospital_for(self.roads.calendar.at(now).0, from, category).map(|(hospital, _)| hospital)
    }

    fn between_posts(&self, from: PostId, to: PostId, now: SimTime) -> Option<Span> {
        self.to_post(self.roads.calendar.at(now).0, Origin::Post(from), to).span()
    }

    fn post_to_point(&self, leg: Leg, from: PostId, to: PointId, now: SimTime) -> Option<Span> {
        self.to_point_by(self.roads.calendar.at(now).0, leg, Origin::Post(from), to).span()
    }

    fn ever_reaches(&self, from: PostId, to: PointId) -> bool {
        (0..self.roads.regimes()).any(|r| self.to_point(r, Origin::Post(from), to).is_reachable())
    }
}

/// Network time of a way if the roads stayed as they are in one regime.
fn whole(world: &World, scratch: &mut Scratch, regime: usize, drive: &Drive<Whereabouts>) -> TravelTime {
    match drive.to {
        Origin::Point(point) => time_to_point(world, scratch, regime, drive.leg, drive.from, point),
        Origin::Hospital(hospital) => match drive.from {
            Whereabouts::At(Origin::Point(point)) => {
                TravelTime(world.roads.net(regime, drive.leg).to_hospital(hospital.index())[point.index()])
            }
            // Patients are driven to hospital from scenes only.
            _ => TravelTime::UNREACHABLE,
        },
        Origin::Post(_) => TravelTime(super::locate::left(world, scratch, regime, drive.leg, drive.from, drive.to)),
    }
}
