//! Jobs: a phone call, and what a unit does for it.
//!
//! The first call about an incident is its lead. Further units, further patients and further callers are jobs of their own
//! that point to it; a lead's slot is used again only when all of them are through.

use super::{Engine, NONE, SimTime, Stamp, Ways};
use crate::demand::{CallOrigin, LoggedCall, PhoneCall, further};
use crate::ids::{CategoryId, CentreId, HospitalId};
use crate::random::{DRAWS_PER_CALL, Draws};
use crate::units::Span;

/// Purposes of [`further`] numbers. Append, never reorder: stored results depend on them.
pub(super) mod purpose {
    pub(in super::super) const PATIENCE: u32 = 0;
    pub(in super::super) const CALL_AGAIN: u32 = 1;
    pub(in super::super) const CALL_AGAIN_AFTER: u32 = 2;
    pub(in super::super) const MISROUTED: u32 = 3;
    pub(in super::super) const MISROUTED_TIME: u32 = 4;
    pub(in super::super) const CALLERS: u32 = 5;
    pub(in super::super) const CALLER_TIME: u32 = 6;
    pub(in super::super) const CANCELLED: u32 = 7;
    pub(in super::super) const CANCELLED_AFTER: u32 = 8;
    pub(in super::super) const BAY_STAY: u32 = 9;
    pub(in super::super) const OBSERVED: u32 = 10;
    pub(in super::super) const BED_STAY: u32 = 11;
    pub(in super::super) const HOSPITAL: u32 = 12;
    /// The numbers of a further part `p`: 16 of purpose `PART + p`.
    pub(in super::super) const PART: u32 = 1 << 16;
}

/// What a job is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum JobKind {
    /// A phone call, the first about its incident.
    Call,
    /// A further caller.
    Caller,
    /// A further patient, who is taken to hospital like that of the call.
    Patient,
    /// A further unit that helps on scene.
    Helper,
    /// A road unit that meets a helicopter or boat and takes its patient over.
    Carrier,
}

pub(super) struct Job {
    pub(super) call: PhoneCall,
    /// The number of the job among all jobs: several callers about an incident share its call.
    pub(super) serial: u64,
    pub(super) stamps: [SimTime; 11],
    pub(super) kind: JobKind,
    pub(super) category: CategoryId,
    /// The centre that sends the unit.
    pub(super) centre: CentreId,
    /// The centre it rings at, which may not be that one.
    pub(super) rings_at: CentreId,
    pub(super) unit: u32,
    pub(super) hospital: Option<HospitalId>,
    pub(super) travel: Span,
    /// What passing the call on costs before a unit can be sent.
    pub(super) passing: Span,
    /// The first call of the incident; itself for that one.
    pub(super) lead: u32,
    /// Number among the jobs of the incident.
    pub(super) part: u16,
    /// Jobs handed out so far, of a lead.
    pub(super) parts: u16,
    /// What still needs the slot: the phone call, the unit, and of a lead its other jobs.
    pub(super) needed: u16,
    /// Of these, what is not finished: a unit on its way home is.
    pub(super) open: u16,
    pub(super) attempts: u16,
    /// When it rang last.
    pub(super) rang: SimTime,
    pub(super) bumps: u16,
    /// Whether a unit has been asked for.
    pub(super) requested: bool,
    /// Whether a unit was on the scene of the incident, of a lead.
    pub(super) reached: bool,
    pub(super) queued: bool,
    pub(super) cancelled: bool,
    pub(super) from_road: bool,
    /// Whether neighbours may help.
    pub(super) aid: bool,
    /// Whether it is ringing, and waits at neighbours too.
    pub(super) ringing: bool,
    pub(super) spread: bool,
    /// Whether a unit that carries has been sent after one that does not.
    pub(super) followed: bool,
    /// Whether only a road unit that carries will do.
    pub(super) carrier: bool,
    /// The craft a road unit meets; the job of the road unit that meets a craft.
    pub(super) partner: u32,
    /// Whether a road unit took the patient over.
    pub(super) met: bool,
}

impl Job {
    pub(super) fn of(call: PhoneCall, kind: JobKind, centre: CentreId, category: CategoryId) -> Job {
        Job {
            call,
            serial: 0,
            stamps: [SimTime::NEVER; 11],
            kind,
            category,
            centre,
            rings_at: centre,
            unit: NONE,
            hospital: None,
            travel: Span::ZERO,
            passing: Span::ZERO,
            lead: NONE,
            part: 0,
            parts: 0,
            needed: 1,
            open: 1,
            attempts: 0,
            rang: SimTime::NEVER,
            bumps: 0,
            requested: false,
            reached: false,
            queued: false,
            cancelled: false,
            from_road: false,
            aid: false,
            ringing: false,
            spread: false,
            followed: false,
            carrier: false,
            partner: NONE,
            met: false,
        }
    }

    /// Whether it is one for a unit, not only for the telephone.
    pub(super) fn wants_unit(&self) -> bool {
        match self.kind {
            JobKind::Call => self.call.dispatch,
            JobKind::Caller => false,
            JobKind::Patient | JobKind::Helper | JobKind::Carrier => true,
        }
    }

    /// Whether a unit has been asked for, even if none can ever come.
    pub(super) fn known(&self) -> bool {
        self.requested || self.at(Stamp::Triaged) != SimTime::NEVER
    }

    /// Whether it was cancelled, and its unit called off.
    pub(super) fn called_off(&self) -> bool {
        self.cancelled && self.at(Stamp::Clear) != SimTime::NEVER
    }

    pub(super) fn at(&self, stamp: Stamp) -> SimTime {
        self.stamps[stamp as usize]
    }
}

/// The random numbers of a further part of an incident.
pub(super) fn part_draws(draws: &Draws, part: u16) -> Draws {
    let numbers: [f64; DRAWS_PER_CALL] =
        std::array::from_fn(|k| further(draws, purpose::PART + u32::from(part), k as u32));
    numbers
}

impl<W: Ways> Engine<'_, W> {
    pub(super) fn add_job(&mut self, job: Job) -> u32 {
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
        self.serial += 1;
        let job = &mut self.jobs[id as usize];
        (job.lead, job.serial) = (id, self.serial);
        id
    }

    /// A further job of an incident.
    pub(super) fn add_part(&mut self, lead: u32, kind: JobKind, category: CategoryId) -> u32 {
        let l = &mut self.jobs[lead as usize];
        l.parts += 1;
        l.needed += 1;
        l.open += 1;
        let (part, stamps, centre) = (l.parts, l.stamps, l.centre);
        let mut call = l.call;
        call.draws = part_draws(&call.draws, part);
        let mut job = Job::of(call, kind, centre, category);
        job.part = part;
        for stamp in [Stamp::Ring, Stamp::Answered, Stamp::Triaged] {
            job.stamps[stamp as usize] = stamps[stamp as usize];
        }
        let id = self.add_job(job);
        self.jobs[id as usize].lead = lead;
        id
    }

    /// What the log says of a call, if it comes from one.
    pub(super) fn logged(&self, job: u32) -> Option<&LoggedCall> {
        match self.jobs[job as usize].call.origin {
            CallOrigin::Logged(row) => self.s.demand.log.as_ref().map(|log| &log.rows[row as usize]),
            _ => None,
        }
    }

    /// Something about a job is finished (its unit may still be on the way home).
    pub(super) fn finished(&mut self, id: u32) {
        let job = &mut self.jobs[id as usize];
        debug_assert!(job.open > 0, "finished more often than begun");
        job.open -= 1;
        let (open, lead) = (job.open, job.lead);
        if open > 0 {
            return;
        }
        if lead == id {
            if self.measured_job(id) {
                self.open_measured -= 1;
                let job = &self.jobs[id as usize];
                if job.wants_unit() && !job.reached && !job.cancelled {
                    self.tally_lost(id);
                }
            }
        } else {
            self.finished(lead);
        }
    }

    /// Something no longer needs a job's slot.
    pub(super) fn release(&mut self, id: u32) {
        let job = &mut self.jobs[id as usize];
        debug_assert!(job.needed > 0, "released more often than needed");
        job.needed -= 1;
        let (needed, lead) = (job.needed, job.lead);
        if needed > 0 {
            return;
        }
        self.keep_record(id);
        self.free_jobs.push(id);
        if lead != id {
            self.release(lead);
        }
    }

    /// Ends a job at once.
    pub(super) fn end(&mut self, id: u32) {
        self.finished(id);
        self.release(id);
    }
}
