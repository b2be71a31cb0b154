//! What must hold after every event; checked in debug builds.

use super::unit::{UnitState, ready};
use super::{Engine, FIRST_UNIT, NONE, SimTime, Stamp, Ways};

impl<W: Ways> Engine<'_, W> {
    /// Panics where the engine contradicts itself. Cheap checks after every event, the whole state every 256th.
    pub(super) fn check(&mut self, now: SimTime, entity: usize) {
        if let Some(unit) = entity.checked_sub(FIRST_UNIT).filter(|u| *u < self.units.len()) {
            self.check_unit(now, unit);
        }
        self.checked += 1;
        self.check_telephone(now);
        self.check_nobody_waits_in_vain(now);
        if self.checked.is_multiple_of(256) {
            (0..self.units.len()).for_each(|unit| self.check_unit(now, unit));
            let mut marks = std::mem::take(&mut self.marks);
            self.check_jobs(now, &mut marks);
            self.marks = marks;
            self.check_free();
        }
    }

    fn check_unit(&self, now: SimTime, unit: usize) {
        let u = &self.units[unit];
        let at = || format!("unit {unit} at {now:?}, {:?}", u.state);
        if u.state.on_job() {
            assert!(u.job != NONE, "{} has no job", at());
            let job = &self.jobs[u.job as usize];
            assert!(job.unit == unit as u32, "{} and its job is another's", at());
            assert!(job.at(Stamp::Clear) == SimTime::NEVER, "{} on a job that is done", at());
        }
        let listed = match self.ready[unit] {
            ready::NO => None,
            ready::AT_POST => Some(self.s.units[unit].kind.on_road().then_some(u.post.index())),
            _ => Some(None),
        };
        assert!(self.stand.listed(unit) == listed, "{} stands at {:?}", at(), self.stand.listed(unit));
        match u.state {
            UnitState::AtPost => {
                assert!(u.on_duty, "{} off duty", at());
                assert!(self.ready[unit] == ready::AT_POST && u.job == NONE, "{} is not ready", at());
            }
            UnitState::OffDuty => assert!(!u.on_duty && self.ready[unit] == ready::NO, "{} on duty", at()),
            UnitState::Away(_) => assert!(self.ready[unit] == ready::NO && u.job == NONE, "{}", at()),
            _ => {}
        }
    }

    /// Nothing rings while a seat that may answer is free.
    fn check_telephone(&self, now: SimTime) {
        for (i, c) in self.centres.iter().enumerate() {
            let free = c.has_free_seat();
            assert!(!free || c.ringing().next().is_none(), "a call rings at centre {i} beside a free seat at {now:?}");
            let spread = |id: &u32| self.jobs[*id as usize].spread;
            let others = self.centres.iter().enumerate().filter(|(k, _)| *k != i);
            assert!(
                !free || others.flat_map(|(_, o)| o.ringing()).all(|id| !spread(id)),
                "centre {i} has a free seat and does not help at {now:?}"
            );
        }
    }

    /// No call waits for a unit while one that may go is free (the first few of each queue are looked at).
    fn check_nobody_waits_in_vain(&mut self, now: SimTime) {
        for centre in 0..self.centres.len() {
            for at in 0..self.centres[centre].waiting.len().min(3) {
                let job = self.centres[centre].waiting[at];
                let unit = self.free_unit_for(job, now);
                let state = unit.map(|u| (self.units[u].state, self.facts.centre_of_unit[u], self.ready[u]));
                let j = &self.jobs[job as usize];
                assert!(
                    unit.is_none(),
                    "job {job} ({:?} in category {:?}, help {}) of centre {centre} waits at {now:?} though unit {unit:?} is \
                     free: {state:?}",
                    j.kind,
                    j.category,
                    j.aid
                );
            }
        }
    }

    /// No unit in two jobs, no job with two units, calls conserved, moments in order.
    fn check_jobs(&self, now: SimTime, [live, seen]: &mut [Vec<bool>; 2]) {
        live.clear();
        live.resize(self.jobs.len(), true);
        self.free_jobs.iter().for_each(|id| live[*id as usize] = false);
        seen.clear();
        seen.resize(self.units.len(), false);
        for (id, job) in self.jobs.iter().enumerate().filter(|(id, _)| live[*id]) {
            assert!(job.needed > 0 && job.needed >= job.open, "job {id}: {} needed, {} open", job.needed, job.open);
            assert!(live[job.lead as usize], "job {id} outlives its lead");
            let known = job.stamps.iter().filter(|t| **t != SimTime::NEVER);
            assert!(known.clone().zip(known.skip(1)).all(|(a, b)| a <= b), "job {id}: {:?}", job.stamps);
            if job.unit != NONE && job.at(Stamp::Clear) == SimTime::NEVER && !job.cancelled {
                let unit = job.unit as usize;
                assert!(!seen[unit], "unit {unit} is in two jobs at {now:?}");
                seen[unit] = true;
                assert!(self.units[unit].job == id as u32, "job {id} and unit {unit} disagree at {now:?}");
            }
        }
        for (i, centre) in self.centres.iter().enumerate() {
            for id in centre.ringing() {
                let job = &self.jobs[*id as usize];
                assert!(live[*id as usize] && job.ringing && job.rings_at.index() == i, "job {id} rings and does not");
            }
            for id in &centre.waiting {
                let job = &self.jobs[*id as usize];
                assert!(live[*id as usize] && job.unit == NONE && job.queued, "job {id} waits and does not");
            }
        }
    }
}
