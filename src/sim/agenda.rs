//! The event list: a tournament tree over entities that have at most one pending event each.
//!
//! An entity is the telephone (the next ring), the timers, the roads, a unit or a seat. The winner is the earliest event;
//! events at the same moment go by entity number, so the order never depends on history. On request the event that was set
//! last goes first instead, as some other simulators have it.

use crate::units::SimTime;

/// Pending events by entity.
#[derive(Clone, Debug)]
pub(super) struct Agenda {
    /// Number of leaves, a power of two.
    size: usize,
    /// The tree: inner nodes from 1, children of `n` are `2n` and `2n + 1`; from `size` on the leaves, by entity.
    nodes: Vec<Event>,
    /// Whether the event set last goes first.
    latest_first: bool,
    set: u64,
}

/// An entity's event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Event {
    at: SimTime,
    /// Who goes first at the same moment: the lowest. The lower bits are the entity.
    rank: u64,
}

/// Bits of a rank that tell the entity.
const ENTITY_BITS: u32 = 24;

impl Event {
    fn entity(self) -> usize {
        (self.rank & ((1 << ENTITY_BITS) - 1)) as usize
    }

    /// Both as one number, in the order in which events go.
    fn key(self) -> i128 {
        i128::from(self.at.0) << 64 | i128::from(self.rank)
    }
}

impl Agenda {
    /// An agenda for some entities, with nothing pending.
    pub(super) fn new(entities: usize, latest_first: bool) -> Agenda {
        let size = entities.max(2).next_power_of_two();
        let never = |entity: u64| Event { at: SimTime::NEVER, rank: entity };
        let nodes = (0..2 * size as u64).map(|n| never(n.saturating_sub(size as u64))).collect();
        let mut agenda = Agenda { size, nodes, latest_first, set: 0 };
        agenda.play_all();
        agenda
    }

    fn play_all(&mut self) {
        for node in (1..self.size).rev() {
            self.nodes[node] = self.winner(node);
        }
    }

    /// Makes room for more entities.
    pub(super) fn grow(&mut self, entities: usize) {
        debug_assert!(entities < 1 << ENTITY_BITS, "more entities than the agenda can number");
        if entities > self.size {
            let mut larger = Agenda::new(entities, self.latest_first);
            larger.set = self.set;
            larger.nodes[larger.size..larger.size + self.size].copy_from_slice(&self.nodes[self.size..]);
            larger.play_all();
            *self = larger;
        }
    }

    /// Which of a node's two children goes first.
    fn winner(&self, node: usize) -> Event {
        let (a, b) = (self.nodes[2 * node], self.nodes[2 * node + 1]);
        if b.key() < a.key() { b } else { a }
    }

    /// Sets (or with [`SimTime::NEVER`] clears) an entity's event.
    pub(super) fn set(&mut self, entity: usize, at: SimTime) {
        let mut rank = entity as u64;
        if self.latest_first {
            self.set += 1;
            rank |= ((1 << (63 - ENTITY_BITS)) - self.set) << ENTITY_BITS;
        }
        let mut node = self.size + entity;
        self.nodes[node] = Event { at, rank };
        while node > 1 {
            node /= 2;
            let winner = self.winner(node);
            // Where the entity neither won nor wins, nothing changes further up.
            if self.nodes[node] == winner {
                return;
            }
            self.nodes[node] = winner;
        }
    }

    /// When an entity's event is due.
    pub(super) fn at(&self, entity: usize) -> SimTime {
        self.nodes[self.size + entity].at
    }

    /// The earliest event, without taking it.
    pub(super) fn next(&self) -> (SimTime, usize) {
        let first = self.nodes[1];
        (first.at, first.entity())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Stream;

    #[test]
    fn agrees_with_a_linear_search() {
        let mut s = Stream::new(1, "agenda", 0);
        for entities in [1, 2, 3, 7, 100] {
            let mut agenda = Agenda::new(entities, false);
            let mut plain = vec![SimTime::NEVER; entities];
            for _ in 0..2000 {
                let (entity, at) = (s.below(entities), SimTime(s.below(50) as i64));
                agenda.set(entity, at);
                plain[entity] = at;
                let best = (0..entities).map(|e| (plain[e], e)).min().unwrap();
                assert_eq!(agenda.next(), best);
            }
        }
    }

    #[test]
    fn of_events_at_one_moment_the_latest_goes_first_and_growing_keeps_all() {
        let mut s = Stream::new(2, "agenda", 0);
        let mut agenda = Agenda::new(3, true);
        let mut plain = Vec::new();
        for turn in 0..3000 {
            let entities = 3 + turn / 100;
            agenda.grow(entities);
            plain.resize(entities, (SimTime::NEVER, 0));
            let (entity, at) = (s.below(entities), SimTime(s.below(9) as i64));
            agenda.set(entity, at);
            plain[entity] = (at, -(turn as i64));
            let best = (0..entities).min_by_key(|e| plain[*e]).unwrap();
            assert_eq!(agenda.next(), (plain[best].0, best));
        }
    }
}
