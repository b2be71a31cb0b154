//! Moments that do not belong to one entity: a caller hanging up, a shift beginning, a bed coming free.

use crate::units::{SimTime, Span};
use std::cmp::Ordering;
use std::collections::BinaryHeap;

/// What happens at a moment. A job is named by its slot and its serial number, since slots are used again.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Timer {
    /// A caller hangs up unless answered: job, serial, attempt.
    HangUp(u32, u64, u16),
    /// A caller calls again: job.
    CallAgain(u32),
    /// A further caller about the incident of a job: job.
    Caller(u32),
    /// A call has been ringing long enough to go to a neighbour: job, serial, attempt.
    Overflow(u32, u64, u16),
    /// A call reaches the centre that sends units: job.
    Passed(u32),
    /// A call has waited long enough for help from neighbours: job, serial.
    Aid(u32, u64),
    /// Seats on duty change: centre.
    Seats(u32),
    /// A unit's duty begins or ends: unit.
    Duty(u32),
    /// A window of breaks begins or ends.
    Breaks,
    /// A unit's turn for its break; lost at a moment: unit, end of the window.
    Break(u32, SimTime),
    /// A unit breaks down: unit, how often before.
    Breakdown(u32, u32),
    /// A unit is due for service: unit.
    Service(u32),
    /// A patient has finished in a bay, and then needs a bed for so long (or none): hospital, span.
    BayDone(u32, Span),
    /// A bed comes free: hospital.
    BedFree(u32),
    /// The number of bays changes.
    Bays,
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    at: SimTime,
    number: u64,
    timer: Timer,
}

impl PartialEq for Entry {
    fn eq(&self, other: &Entry) -> bool {
        (self.at, self.number) == (other.at, other.number)
    }
}

impl Eq for Entry {}

impl PartialOrd for Entry {
    fn partial_cmp(&self, other: &Entry) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Entry {
    /// The earliest is the greatest, as the heap wants it; of those at one moment the one that was set first.
    fn cmp(&self, other: &Entry) -> Ordering {
        (other.at, other.number).cmp(&(self.at, self.number))
    }
}

/// Timers by moment.
#[derive(Clone, Debug, Default)]
pub(super) struct Timers {
    heap: BinaryHeap<Entry>,
    number: u64,
}

impl Timers {
    /// Sets one; "never" sets none.
    pub(super) fn set(&mut self, at: SimTime, timer: Timer) {
        if at != SimTime::NEVER {
            self.number += 1;
            self.heap.push(Entry { at, number: self.number, timer });
        }
    }

    /// When the next one is due.
    pub(super) fn next(&self) -> SimTime {
        self.heap.peek().map_or(SimTime::NEVER, |e| e.at)
    }

    /// Takes the next one.
    pub(super) fn take(&mut self) -> Option<Timer> {
        self.heap.pop().map(|e| e.timer)
    }
}
