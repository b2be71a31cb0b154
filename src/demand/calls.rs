//! The stream of phone calls: Poisson processes, a log and incidents merged, each call with its own random numbers.

use super::build::Builder;
use super::strand::{Calm, Strand};
use super::{DemandModel, DemandPoint, LoggedCall, MassCasualty};
use crate::ids::{CategoryId, PointId};
use crate::random::{Draws, Stream};
use crate::units::SimTime;
use std::sync::Arc;

/// Which of a call's random numbers serves what. The order is part of stored results: append, never reorder.
pub mod draw {
    /// Whether the call leads to a dispatch.
    pub const DISPATCH: usize = 0;
    /// Where it comes from.
    pub const PLACE: usize = 1;
    /// Its category.
    pub const CATEGORY: usize = 2;
    /// How long the call-taker takes to pick up.
    pub const PICKUP: usize = 3;
    /// How long the call is handled.
    pub const HANDLING: usize = 4;
    /// How long the seat is kept after the call.
    pub const WRAPUP: usize = 5;
    /// Turn-out.
    pub const TURNOUT: usize = 6;
    /// Scatter of the trip to the scene.
    pub const TRAVEL: usize = 7;
    /// Care on scene.
    pub const SCENE: usize = 8;
    /// Whether the patient is taken to hospital.
    pub const TRANSPORT: usize = 9;
    /// Scatter of the trip to hospital.
    pub const HOSPITAL_TRAVEL: usize = 10;
    /// Hand-over.
    pub const HANDOVER: usize = 11;
    /// Cleaning and restocking.
    pub const CLEAR: usize = 12;
    /// Where all further numbers of the call come from, see [`further`](super::further).
    pub const FURTHER: usize = 13;
}

/// One more uniform number of a call, strictly between 0 and 1, for what happens to few calls: hanging up, further callers,
/// more units. Numbers of different purposes and counts are independent (SplitMix64 on the bits of one draw).
pub fn further(draws: &Draws, purpose: u32, count: u32) -> f64 {
    let mut z = draws[draw::FURTHER].to_bits()
        ^ (u64::from(purpose) << 32 | u64::from(count)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    for _ in 0..2 {
        z = z.wrapping_add(0x9e37_79b9_7f4a_7c15);
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^= z >> 31;
    }
    ((z >> 12) as f64 + 0.5) / (1_u64 << 52) as f64
}

/// One phone call.
#[derive(Clone, Copy, Debug)]
pub struct PhoneCall {
    /// Its number in the replication, from 0.
    pub number: u64,
    /// When the phone rings.
    pub ring: SimTime,
    /// Where the caller is.
    pub point: PointId,
    /// What for; meaningless when no dispatch is needed.
    pub category: CategoryId,
    /// Whether it leads to a dispatch (else: advice, duplicate, prank).
    pub dispatch: bool,
    /// Its random numbers, see [`draw`].
    pub draws: Draws,
    /// Where it comes from besides the stream of residents' calls.
    pub origin: CallOrigin,
}

/// What stream a call belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallOrigin {
    /// People call.
    Drawn,
    /// A row of the log of recorded calls.
    Logged(u32),
    /// The first call about an incident with many patients.
    Casualty(u16),
    /// A transfer between hospitals.
    Transfer(u16),
}

impl CallOrigin {
    /// Whether the call comes whatever else goes on: an incident's first call, a transfer.
    pub fn is_planned(self) -> bool {
        matches!(self, CallOrigin::Casualty(_) | CallOrigin::Transfer(_))
    }
}

/// Purposes of [`further`] numbers that belong to the calls themselves. What happens to a call later on uses others.
pub mod purpose {
    /// Whether a call is made at all during a surge below 1.
    pub const CALM: u32 = 0x4400_0000;
}

/// Makes phone calls in order of time. The same seed and replication give the same calls whatever the system does.
///
/// Residents, each further population, each surge, each wave and all transfers are Poisson processes with random numbers of
/// their own: a scenario with a surge has the calls of the one without it, and more.
#[derive(Clone, Debug)]
pub struct CallSource {
    strands: Vec<Strand>,
    /// When the next call of each strand rings.
    due: Vec<SimTime>,
    casualties: Vec<Fixed>,
    next_casualty: usize,
    log: Option<Logged>,
    calms: Vec<Calm>,
    number: u64,
    casualty_draws: Stream,
}

/// The first call about an incident.
#[derive(Clone, Copy, Debug)]
struct Fixed {
    ring: SimTime,
    point: PointId,
    category: CategoryId,
    number: u16,
}

/// A log being played.
#[derive(Clone, Debug)]
struct Logged {
    rows: Arc<[LoggedCall]>,
    next: usize,
    calls: Stream,
}

impl CallSource {
    /// The calls of one replication. Without points, people or rates there are none.
    pub fn new(model: &DemandModel, points: &[DemandPoint], seed: u64, replication: u32) -> CallSource {
        let builder = Builder { model, points, seed, replication };
        let mut strands = builder.strands();
        let due = strands.iter_mut().map(Strand::advance).collect();
        let first = |(i, c): (usize, &MassCasualty)| {
            let category = c.patients.first().map_or(CategoryId(0), |p| p.0);
            Fixed { ring: c.at, point: c.site, category, number: i as u16 }
        };
        let mut casualties: Vec<Fixed> = model.casualties.iter().enumerate().map(first).collect();
        casualties.sort_by_key(|c| (c.ring, c.number));
        let log = model.log.as_ref().map(|log| {
            let calls = Stream::new(seed, "calls", replication);
            Logged { rows: Arc::clone(&log.rows), next: 0, calls }
        });
        CallSource {
            strands,
            due,
            casualties,
            next_casualty: 0,
            log,
            calms: builder.calms(),
            number: 0,
            casualty_draws: Stream::new(seed, "calls/casualties", replication),
        }
    }

    /// The next call, or `None` if there is none any more. Of calls at the same moment people's come first, then
    /// populations', surges', waves', transfers, the log's and those of incidents.
    pub fn next_call(&mut self) -> Option<PhoneCall> {
        if self.calms.is_empty() {
            let call = self.any_call();
            self.number += 1;
            return call;
        }
        loop {
            let call = self.any_call()?;
            if self.calms.iter().all(|c| call.origin.is_planned() || c.lets(&call)) {
                self.number += 1;
                return Some(call);
            }
        }
    }

    #[inline]
    fn any_call(&mut self) -> Option<PhoneCall> {
        let (mut at, mut ring) = (usize::MAX, SimTime::NEVER);
        for (i, due) in self.due.iter().enumerate() {
            if *due < ring {
                (at, ring) = (i, *due);
            }
        }
        if (self.log.is_some() || self.next_casualty < self.casualties.len())
            && let Some(call) = self.planned_before(ring)
        {
            return Some(call);
        }
        let strand = self.strands.get_mut(at)?;
        let call = strand.call(self.number, ring);
        self.due[at] = strand.advance();
        Some(call)
    }

    /// The next call of the log or about an incident, if it rings before a moment. Kept apart from the usual way.
    #[cold]
    #[inline(never)]
    fn planned_before(&mut self, ring: SimTime) -> Option<PhoneCall> {
        self.logged_before(ring).or_else(|| self.casualty_before(ring))
    }

    /// The log's next call, if it rings before a moment and before the next incident.
    fn logged_before(&mut self, ring: SimTime) -> Option<PhoneCall> {
        let log = self.log.as_mut()?;
        let row = log.rows.get(log.next).filter(|row| row.ring < ring)?;
        if self.casualties.get(self.next_casualty).is_some_and(|c| c.ring < row.ring) {
            return None;
        }
        let draws = log.calls.draws(log.next as u64);
        let origin = CallOrigin::Logged(log.next as u32);
        log.next += 1;
        let (point, category, dispatch) = (row.point, row.category, row.dispatch);
        Some(PhoneCall { number: self.number, ring: row.ring, point, category, dispatch, draws, origin })
    }

    /// The first call about the next incident, if it rings before a moment.
    fn casualty_before(&mut self, ring: SimTime) -> Option<PhoneCall> {
        let c = *self.casualties.get(self.next_casualty).filter(|c| c.ring < ring)?;
        self.next_casualty += 1;
        Some(PhoneCall {
            number: self.number,
            ring: c.ring,
            point: c.point,
            category: c.category,
            dispatch: true,
            draws: self.casualty_draws.draws(u64::from(c.number)),
            origin: CallOrigin::Casualty(c.number),
        })
    }

    /// Phone calls expected between two moments, and dispatches among them: the mean over all replications of what people,
    /// surges, waves and transfers bring. Not counted are logged calls, incidents, and what surges below 1 take away.
    pub fn expected(&self, from: SimTime, to: SimTime) -> (f64, f64) {
        let all = self.strands.iter().map(|s| s.expected(from, to));
        all.fold((0.0, 0.0), |sum, one| (sum.0 + one.0, sum.1 + one.1))
    }
}

#[cfg(test)]
#[path = "calls_tests.rs"]
mod tests;
