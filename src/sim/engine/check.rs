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
        if self.checked % 256 == 0 {
            (0..self.units.len()).for_each(|unit| self.check_unit(now, unit));
            self.check_jobs(now);
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

    /// No unit in two jobs, no job with two units, calls conserved, moments in order.
    fn check_jobs(&self, now: SimTime) {
        let mut live = vec![true; self.jobs.len()];
        self.free_jobs.iter().for_each(|id| live[*id as usize] = false);
        let mut seen = vec![false; self.units.len()];
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
        for centre in &self.centres {
            for id in &centre.waiting {
                let job = &self.jobs[*id as usize];
                assert!(live[*id as usize] && job.unit == NONE && job.queued, "job {id} waits and does not");
            }
        }
    }
}
