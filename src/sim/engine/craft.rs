//! Helicopters and boats: the same dispatch decision, their own ways, and the road unit that meets them.

use super::job::JobKind;
use super::unit::UnitState;
use super::{Count, Engine, NONE, Note, SimTime, Span, Stamp, Ways};
use crate::demand::draw;
use crate::facilities::UnitKind;
use crate::ids::{HospitalId, PointId};
use crate::sim::craft::Landed;
use crate::sim::ways::Estimate;

impl<W: Ways> Engine<'_, W> {
    pub(super) fn is_craft(&self, unit: usize) -> bool {
        !self.s.units[unit].kind.on_road()
    }

    /// What a craft at its base needs to a patient, if it may set out at a moment.
    pub(super) fn estimate_craft(&self, unit: usize, point: PointId, leaves: SimTime) -> Estimate {
        let kind = self.s.units[unit].kind;
        let craft = &self.facts.craft;
        match craft.to_point(kind, self.facts.home[unit], point) {
            Some(out) if craft.goes(kind, self.seed, self.replication, leaves) => Estimate::Exact(out.time),
            _ => Estimate::Never,
        }
    }

    /// When craft may set out again, for calls that wait for nothing else.
    pub(super) fn next_opening(&self, now: SimTime) -> SimTime {
        let kinds = [UnitKind::Helicopter, UnitKind::Boat].into_iter();
        let there = kinds.filter(|kind| self.s.units.iter().any(|u| u.kind == *kind));
        let opens = there.map(|kind| self.facts.craft.opens(kind, self.seed, self.replication, now));
        opens.min().unwrap_or(SimTime::NEVER)
    }

    /// A craft is sent: counts it, and notes where it lands. What its way takes.
    pub(super) fn craft_sets_out(&mut self, unit: usize, job: u32, now: SimTime) -> Span {
        let kind = self.s.units[unit].kind;
        let count = if kind == UnitKind::Helicopter { Count::Flights } else { Count::Voyages };
        self.note(now, Note::Counted(count), job);
        let point = self.jobs[job as usize].call.point;
        let out = self.facts.craft.to_point(kind, self.facts.home[unit], point);
        self.units[unit].landed = out.map(|o| Landed::Site(o.landing));
        self.units[unit].reach = out.map_or(Span::ZERO, |o| o.reach);
        out.map_or(Span::ZERO, |o| o.time)
    }

    /// The craft leaves the scene with its patient; false if it can bring the patient nowhere.
    pub(super) fn craft_leaves(&mut self, unit: usize, job: u32, now: SimTime) -> bool {
        let Some((hospital, time, meet)) = self.hospital_for_craft(unit, job, now) else { return false };
        match meet {
            None => {
                self.jobs[job as usize].hospital = Some(hospital);
                self.units[unit].landed = Some(Landed::Hospital(hospital));
            }
            Some(site) => {
                self.units[unit].landed = Some(Landed::Site(site));
                // The road unit is called now, so that it is there in time.
                self.call_carrier(unit, job, site, hospital, now);
            }
        }
        self.units[unit].drive.leaves = now;
        self.set_state(unit, UnitState::ToHospital);
        self.set_unit(unit, now + time);
        true
    }

    /// The able and open hospital that the patient reaches first, the road from where a road unit takes over included.
    fn hospital_for_craft(&self, unit: usize, job: u32, now: SimTime) -> Option<(HospitalId, Span, Option<PointId>)> {
        let (kind, j) = (self.s.units[unit].kind, &self.jobs[job as usize]);
        let Some(Landed::Site(landing)) = self.units[unit].landed else { return None };
        let (leg, _) = self.transport_leg(job);
        let able = &self.facts.able[j.category.index()];
        let way = |hospital: HospitalId| {
            let carry = self.facts.craft.to_hospital(kind, landing, hospital)?;
            let road = match carry.meet {
                Some(site) => self.ways.to_hospital(leg, site, hospital, now)?,
                None => Span::ZERO,
            };
            Some((carry.time + road, hospital, carry))
        };
        let open = able.iter().filter(|h| self.is_open(**h, now));
        let (_, hospital, carry) = open.filter_map(|h| way(*h)).min_by_key(|(time, h, _)| (*time, *h))?;
        Some((hospital, self.units[unit].reach + carry.time, carry.meet))
    }

    fn call_carrier(&mut self, unit: usize, job: u32, site: PointId, hospital: HospitalId, now: SimTime) {
        let (lead, category) = (self.jobs[job as usize].lead, self.jobs[job as usize].category);
        let part = self.add_part(lead, JobKind::Carrier, category);
        let centre = self.facts.centre(site);
        let p = &mut self.jobs[part as usize];
        p.call.point = site;
        p.centre = centre;
        p.hospital = Some(hospital);
        p.carrier = true;
        p.partner = unit as u32;
        p.requested = true;
        self.jobs[job as usize].partner = part;
        self.find_unit(part, now);
    }

    /// The craft has landed where a road unit takes over.
    pub(super) fn craft_waits(&mut self, unit: usize, now: SimTime) {
        let part = self.jobs[self.units[unit].job as usize].partner;
        if part == NONE {
            // Nobody can come: the patient stays here.
            self.leave_patient(unit, now);
            return;
        }
        self.set_state(unit, UnitState::Meeting);
        self.set_unit(unit, SimTime::NEVER);
        if self.jobs[part as usize].at(Stamp::Arrived) != SimTime::NEVER {
            self.exchange(unit, part, now);
        }
    }

    /// The road unit is at the meeting place; whether the craft is there too. If not, it waits.
    pub(super) fn carrier_arrives(&mut self, carrier: usize, part: u32, now: SimTime) {
        self.set_state(carrier, UnitState::OnScene);
        self.set_unit(carrier, SimTime::NEVER);
        let craft = self.jobs[part as usize].partner as usize;
        if self.units[craft].state == UnitState::Meeting {
            self.exchange(craft, part, now);
        }
    }

    fn exchange(&mut self, craft: usize, part: u32, now: SimTime) {
        self.note(now, Note::Counted(Count::Meetings), part);
        let span = self.draw(part, draw::HANDOVER, &self.s.durations.handover);
        let carrier = self.jobs[part as usize].unit as usize;
        self.set_unit(carrier, now + span);
        self.jobs[self.units[craft].job as usize].met = true;
        self.set_state(craft, UnitState::Clearing);
        self.set_unit(craft, now + span);
    }

    /// No road unit can ever come for the patient.
    pub(super) fn carrier_fails(&mut self, part: u32, now: SimTime) {
        let craft = self.jobs[part as usize].partner as usize;
        let job = self.units[craft].job;
        self.jobs[job as usize].partner = NONE;
        if self.units[craft].state == UnitState::Meeting {
            self.leave_patient(craft, now);
        }
    }

    fn leave_patient(&mut self, unit: usize, now: SimTime) {
        self.tally_no_hospital(self.units[unit].job);
        self.set_state(unit, UnitState::Clearing);
        self.set_unit(unit, now);
    }

    /// The way home of a craft; one that was called off turns round where it is.
    pub(super) fn craft_home(&self, unit: usize, called_off: Option<Span>) -> Span {
        let kind = self.s.units[unit].kind;
        let home = self.facts.home[unit];
        let way = self.units[unit].landed.and_then(|at| self.facts.craft.home(kind, at, home));
        called_off.or(way).unwrap_or(Span::ZERO)
    }
}
