//! Hospitals: which one, bays, beds, diversion.

use super::job::{JobKind, purpose};
use super::{Count, Engine, Note, SimTime, Span, Timer, Ways};
use crate::demand::{CallOrigin, further};
use crate::ids::HospitalId;
use crate::network::calendar::{Calendar, Window};
use crate::scenario::rules::{BaySurge, HospitalChoice};
use std::collections::VecDeque;

/// A hospital's emergency department.
#[derive(Default)]
pub(super) struct HospitalNow {
    bays_used: u32,
    /// Units that wait for a bay, and since when.
    waiting: VecDeque<(u32, SimTime)>,
    beds_used: u32,
    /// Patients in bays who wait for a bed, and how long they will need it.
    blocked: VecDeque<Span>,
}

/// When there are more bays, by rule.
pub(super) fn bay_times(surge: &[BaySurge]) -> Option<Calendar> {
    let windows: Vec<Vec<Window>> = surge.iter().map(|s| s.when.clone()).collect();
    (!windows.is_empty()).then(|| Calendar::new(&windows))
}

impl<W: Ways> Engine<'_, W> {
    /// Whether the job's patient has a hospital to go to, as things are now.
    pub(super) fn has_hospital(&self, job: u32, now: SimTime) -> bool {
        self.hospital_of(job, now).is_some()
    }

    /// The hospital for a job's patient.
    pub(super) fn choose_hospital(&mut self, job: u32, now: SimTime) -> Option<HospitalId> {
        let (hospital, diverted) = self.hospital_of(job, now)?;
        if diverted {
            self.note(now, Note::Counted(Count::Diverted), job);
        }
        Some(hospital)
    }

    /// The hospital, and whether another would have been chosen had it not turned ambulances away.
    fn hospital_of(&self, job: u32, now: SimTime) -> Option<(HospitalId, bool)> {
        let j = &self.jobs[job as usize];
        if let Some(hospital) = self.logged(job).and_then(|l| l.hospital) {
            return Some((hospital, false));
        }
        if let CallOrigin::Transfer(stream) = j.call.origin {
            return Some((self.s.demand.transfers[stream as usize].to, false));
        }
        if j.kind == JobKind::Carrier {
            return j.hospital.map(|h| (h, false));
        }
        let rules = &self.s.rules.hospitals;
        let (leg, _) = self.transport_leg(job);
        let plain = rules.choice == HospitalChoice::Nearest && rules.divert_at.is_none() && rules.hours.is_empty();
        if plain {
            return self.ways.nearest_hospital(leg, j.call.point, j.category, now).map(|h| (h, false));
        }
        let able = &self.facts.able[j.category.index()];
        let time = |h: HospitalId| self.ways.to_hospital(leg, j.call.point, h, now).map(|t| (t, h));
        let open = |h: &HospitalId| self.is_open(*h, now);
        let diverts =
            |h: HospitalId| rules.divert_at.is_some_and(|at| self.hospitals[h.index()].waiting.len() as u32 >= at);
        let all = || able.iter().copied().filter(open).filter_map(time);
        let choose = |skip: bool| -> Option<HospitalId> {
            let candidates = || all().filter(|(_, h)| !(skip && diverts(*h)));
            let nearest = candidates().min()?;
            match &rules.choice {
                HospitalChoice::Nearest => Some(nearest.1),
                HospitalChoice::FreeBay => {
                    Some(candidates().filter(|(_, h)| self.has_bay(*h, now)).min().unwrap_or(nearest).1)
                }
                HospitalChoice::Shares { weights, within } => {
                    let near = || candidates().filter(|(t, _)| *t <= nearest.0 + *within);
                    let total: f64 = near().map(|(_, h)| weights[h.index()]).sum();
                    let mut left = further(&j.call.draws, purpose::HOSPITAL, 0) * total;
                    let pick = near().find(|(_, h)| {
                        left -= weights[h.index()];
                        left < 0.0
                    });
                    Some(pick.unwrap_or(nearest).1)
                }
            }
        };
        let without = choose(false)?;
        match choose(true) {
            Some(hospital) => Some((hospital, hospital != without)),
            // All turn ambulances away: then none does.
            None => Some((without, false)),
        }
    }

    pub(super) fn is_open(&self, hospital: HospitalId, now: SimTime) -> bool {
        match self.s.rules.hospitals.hours.get(hospital.index()) {
            Some(Some(windows)) => windows.iter().any(|w| w.contains(now)),
            _ => true,
        }
    }

    /// Bays of a hospital now; `None` for as many as arrive.
    fn bays(&self, hospital: HospitalId, now: SimTime) -> Option<u32> {
        let rules = &self.s.rules.hospitals;
        let bays = rules.bays.get(hospital.index()).copied().flatten()?;
        let factor = rules.surge.iter().filter(|s| s.when.iter().any(|w| w.contains(now))).map(|s| s.factor);
        Some((f64::from(bays) * factor.fold(1.0, f64::max)) as u32)
    }

    fn has_bay(&self, hospital: HospitalId, now: SimTime) -> bool {
        self.bays(hospital, now).is_none_or(|bays| self.hospitals[hospital.index()].bays_used < bays)
    }

    /// A unit has come with a patient.
    pub(super) fn ask_for_bay(&mut self, unit: usize, hospital: HospitalId, now: SimTime) {
        if self.has_bay(hospital, now) {
            self.take_bay(unit, hospital, now, now);
            return;
        }
        let job = self.units[unit].job;
        self.note(now, Note::Counted(Count::BayWaits), job);
        self.hospitals[hospital.index()].waiting.push_back((unit as u32, now));
        self.set_state(unit, super::UnitState::Waiting);
        self.set_unit(unit, SimTime::NEVER);
    }

    fn take_bay(&mut self, unit: usize, hospital: HospitalId, since: SimTime, now: SimTime) {
        if !self.s.rules.hospitals.bays.is_empty() {
            self.hospitals[hospital.index()].bays_used += 1;
            if self.measured_job(self.units[unit].job) {
                self.out.bay_wait.add(now - since);
            }
        }
        if self.measured_job(self.units[unit].job) {
            let tally = &mut self.out.tallies.hospitals[hospital.index()];
            tally.begun += 1;
            tally.waited += u64::from(now > since);
            tally.wait += (now - since).0;
        }
        self.hand_over(unit, now);
    }

    /// After hand-over the patient holds the bay for a while.
    pub(super) fn patient_in_bay(&mut self, job: u32, now: SimTime) {
        let rules = &self.s.rules.hospitals;
        let j = &self.jobs[job as usize];
        let (Some(hospital), false) = (j.hospital, rules.bays.is_empty()) else { return };
        let draws = &j.call.draws;
        let stay = rules
            .bay_stay
            .as_ref()
            .map_or(Span::ZERO, |d| Span::from_seconds(d.quantile(further(draws, purpose::BAY_STAY, 0))));
        let bed = rules.observation.as_ref().filter(|o| further(draws, purpose::OBSERVED, 0) < o.share);
        let bed = bed.map_or(Span::ZERO, |o| Span::from_seconds(o.stay.quantile(further(draws, purpose::BED_STAY, 0))));
        self.set_timer(now + stay, Timer::BayDone(hospital.0, bed));
    }

    /// A patient has finished in a bay, and goes to a bed if one is needed and free.
    pub(super) fn bay_done(&mut self, hospital: usize, bed: Span, now: SimTime) {
        if bed > Span::ZERO && !self.take_bed(hospital, bed, now) {
            self.hospitals[hospital].blocked.push_back(bed);
            return;
        }
        self.free_bay(hospital, now);
    }

    fn take_bed(&mut self, hospital: usize, stay: Span, now: SimTime) -> bool {
        if let Some(Some(beds)) = self.s.rules.hospitals.observation_beds.get(hospital) {
            if self.hospitals[hospital].beds_used >= *beds {
                return false;
            }
            self.hospitals[hospital].beds_used += 1;
            self.set_timer(now + stay, Timer::BedFree(hospital as u32));
        }
        true
    }

    pub(super) fn bed_free(&mut self, hospital: usize, now: SimTime) {
        self.hospitals[hospital].beds_used -= 1;
        if let Some(stay) = self.hospitals[hospital].blocked.pop_front() {
            self.take_bed(hospital, stay, now);
            self.free_bay(hospital, now);
        }
    }

    fn free_bay(&mut self, hospital: usize, now: SimTime) {
        self.hospitals[hospital].bays_used -= 1;
        self.serve_waiting(HospitalId::new(hospital), now);
    }

    fn serve_waiting(&mut self, hospital: HospitalId, now: SimTime) {
        while self.has_bay(hospital, now) {
            let Some((unit, since)) = self.hospitals[hospital.index()].waiting.pop_front() else { return };
            self.take_bay(unit as usize, hospital, since, now);
        }
    }

    pub(super) fn begin_bays(&mut self) {
        self.bays_change(SimTime::ZERO);
    }

    /// The number of bays may have changed; looks again when it next may.
    pub(super) fn bays_change(&mut self, now: SimTime) {
        let Some(times) = &self.bay_times else { return };
        let change = times.at(now).1;
        for hospital in 0..self.hospitals.len() {
            self.serve_waiting(HospitalId::new(hospital), now);
        }
        self.set_timer(change, Timer::Bays);
    }
}
