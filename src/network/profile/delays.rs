//! Seconds lost at places on the road, by what stands there.

use super::section::Section;
use crate::fault::Faults;
use std::ops::RangeInclusive;

pub(super) const SECONDS: RangeInclusive<f64> = 0.0..=86_400.0;

/// What costs time at a place on the road, whatever the speed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum DelayKind {
    /// Traffic signals.
    Signal,
    /// A gate that someone must open.
    Gate,
    /// A toll booth.
    Toll,
    /// Waiting for and driving onto a ferry.
    Boarding,
    /// A stop sign.
    Stop,
    /// A give-way sign.
    GiveWay,
}

impl DelayKind {
    /// All kinds, in the order of their codes.
    pub const ALL: [DelayKind; 6] =
        [DelayKind::Signal, DelayKind::Gate, DelayKind::Toll, DelayKind::Boarding, DelayKind::Stop, DelayKind::GiveWay];
}

/// A set of kinds of delay.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DelayKinds(u8);

impl DelayKinds {
    /// Adds a kind; a kind counts once however often it is added.
    pub fn insert(&mut self, kind: DelayKind) {
        self.0 |= 1 << kind as u8;
    }

    /// Whether a kind is in the set.
    pub fn contains(self, kind: DelayKind) -> bool {
        self.0 & (1 << kind as u8) != 0
    }

    /// Whether there is none.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The kinds, in the order of [`DelayKind::ALL`].
    pub fn iter(self) -> impl Iterator<Item = DelayKind> {
        DelayKind::ALL.into_iter().filter(move |k| self.contains(*k))
    }
}

/// Seconds added at places on the road.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Delays {
    /// At traffic signals.
    pub traffic_signals_s: f64,
    /// At gates that someone must open.
    pub gate_s: f64,
    /// On the way onto a ferry.
    pub ferry_boarding_s: f64,
    /// At toll booths.
    pub toll_s: f64,
    /// At stop signs.
    pub stop_s: f64,
    /// At give-way signs.
    pub give_way_s: f64,
    /// Each time a junction of three or more roads is passed.
    pub junction_s: f64,
}

impl Delays {
    /// No delay anywhere.
    pub const NONE: Delays = Delays {
        traffic_signals_s: 0.0,
        gate_s: 0.0,
        ferry_boarding_s: 0.0,
        toll_s: 0.0,
        stop_s: 0.0,
        give_way_s: 0.0,
        junction_s: 0.0,
    };

    /// Seconds lost at a place of some kind.
    pub fn seconds(&self, kind: DelayKind) -> f64 {
        match kind {
            DelayKind::Signal => self.traffic_signals_s,
            DelayKind::Gate => self.gate_s,
            DelayKind::Toll => self.toll_s,
            DelayKind::Boarding => self.ferry_boarding_s,
            DelayKind::Stop => self.stop_s,
            DelayKind::GiveWay => self.give_way_s,
        }
    }

    /// Seconds of every kind, in the order of [`DelayKind::ALL`].
    pub fn by_kind(&self) -> [f64; DelayKind::ALL.len()] {
        DelayKind::ALL.map(|k| self.seconds(k))
    }

    /// Reads the profile's `[delays]`: the first three are needed, the others are 0 where they are left out.
    pub(super) fn read(mut t: Section<'_, '_>, f: &mut Faults) -> Delays {
        let delays = Delays {
            traffic_signals_s: t.number("traffic_signals_s", SECONDS, f),
            gate_s: t.number("gate_s", SECONDS, f),
            ferry_boarding_s: t.number("ferry_boarding_s", SECONDS, f),
            toll_s: t.number_or("toll_s", SECONDS, 0.0, f),
            stop_s: t.number_or("stop_s", SECONDS, 0.0, f),
            give_way_s: t.number_or("give_way_s", SECONDS, 0.0, f),
            junction_s: t.number_or("junction_s", SECONDS, 0.0, f),
        };
        t.finish(&[], f);
        delays
    }

    /// Reads what a mission says otherwise than the profile.
    pub(super) fn read_over(self, mut t: Section<'_, '_>, f: &mut Faults) -> Delays {
        let delays = Delays {
            traffic_signals_s: t.number_or("traffic_signals_s", SECONDS, self.traffic_signals_s, f),
            gate_s: t.number_or("gate_s", SECONDS, self.gate_s, f),
            ferry_boarding_s: t.number_or("ferry_boarding_s", SECONDS, self.ferry_boarding_s, f),
            toll_s: t.number_or("toll_s", SECONDS, self.toll_s, f),
            stop_s: t.number_or("stop_s", SECONDS, self.stop_s, f),
            give_way_s: t.number_or("give_way_s", SECONDS, self.give_way_s, f),
            junction_s: t.number_or("junction_s", SECONDS, self.junction_s, f),
        };
        t.finish(&[], f);
        delays
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_keeps_each_kind_once_and_in_order() {
        let mut set = DelayKinds::default();
        assert!(set.is_empty());
        for kind in [DelayKind::Toll, DelayKind::Signal, DelayKind::Toll] {
            set.insert(kind);
        }
        assert_eq!(set.iter().collect::<Vec<_>>(), [DelayKind::Signal, DelayKind::Toll]);
        assert!(!set.contains(DelayKind::GiveWay));
    }

    #[test]
    fn every_kind_has_its_own_seconds() {
        let delays = Delays {
            traffic_signals_s: 1.0,
            gate_s: 2.0,
            toll_s: 3.0,
            ferry_boarding_s: 4.0,
            stop_s: 5.0,
            give_way_s: 6.0,
            junction_s: 7.0,
        };
        assert_eq!(delays.by_kind(), [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
        assert_eq!(DelayKind::ALL.map(|k| k as u8), [0, 1, 2, 3, 4, 5]);
    }
}
