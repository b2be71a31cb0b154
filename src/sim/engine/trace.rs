//! Following one call or one unit through a replication.

use super::unit::UnitState;
use super::{Count, Engine, NONE, SimTime, Stamp, Ways};
use crate::ids::{HospitalId, PointId, PostId, UnitId};

/// What to follow: everything that has to do with this call or this unit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// A call by its number.
    pub call: Option<u64>,
    /// A unit.
    pub unit: Option<UnitId>,
}

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Note {
    /// A moment of a call's life.
    Moment(Stamp),
    /// Something that is counted.
    Counted(Count),
    /// No unit is free: the call waits.
    Waits,
    /// A unit is called off.
    CalledOff(u32),
}

/// A line of a trace.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TraceLine {
    /// When.
    pub at: SimTime,
    /// The call, and its part (0 for the call itself).
    pub call: Option<(u64, u16)>,
    /// The unit.
    pub unit: Option<UnitId>,
    /// Where the call is.
    pub point: Option<PointId>,
    /// The hospital, once it is known.
    pub hospital: Option<HospitalId>,
    /// The post the unit is at or goes to, where there is no call.
    pub post: Option<PostId>,
    /// What.
    pub note: Note,
}

impl<W: Ways> Engine<'_, W> {
    /// Something happened to a job: counts it where it counts, and traces it.
    pub(super) fn note(&mut self, now: SimTime, note: Note, job: u32) {
        if let Note::Counted(what) = note
            && self.measured_job(job)
        {
            self.out.counts[what as usize] += 1;
        }
        if self.options.trace.is_some() {
            self.trace_job(now, note, job);
        }
    }

    pub(super) fn stamp(&mut self, job: u32, stamp: Stamp, now: SimTime) {
        self.jobs[job as usize].stamps[stamp as usize] = now;
        if self.options.trace.is_some() {
            self.trace_job(now, Note::Moment(stamp), job);
        }
    }

    #[cold]
    fn trace_job(&mut self, at: SimTime, note: Note, job: u32) {
        let Some(wanted) = self.options.trace else { return };
        let j = &self.jobs[job as usize];
        let unit = match note {
            Note::CalledOff(unit) => Some(UnitId(unit)),
            _ => (j.unit != NONE).then_some(UnitId(j.unit)),
        };
        if wanted.call == Some(j.call.number) || (unit.is_some() && wanted.unit == unit) {
            self.trace.push(TraceLine {
                at,
                call: Some((j.call.number, j.part)),
                unit,
                point: Some(j.call.point),
                hospital: j.hospital,
                post: None,
                note,
            });
        }
    }

    /// Something happened to a unit without a call.
    pub(super) fn trace_unit(&mut self, at: SimTime, note: Note, unit: usize) {
        let Some(wanted) = self.options.trace else { return };
        if wanted.unit == Some(UnitId::new(unit)) {
            let u = &self.units[unit];
            let post = (!matches!(u.state, UnitState::OnScene)).then_some(u.post);
            let (call, point, hospital) = (None, None, None);
            self.trace.push(TraceLine { at, call, unit: Some(UnitId::new(unit)), point, hospital, post, note });
        }
    }
}
