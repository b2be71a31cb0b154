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
    /// `times[entity]`, padded with never.
    times: Vec<SimTime>,
    /// Who goes first at the same moment: the lowest.
    ranks: Vec<u64>,
    /// Whether the event set last goes first.
    latest_first: bool,
    set: u64,
    /// `winner[node]` for inner nodes 1..size; children of `n` are `2n` and `2n + 1`.
    winner: Vec<u32>,
}

impl Agenda {
    /// An agenda for some entities, with nothing pending.
    pub(super) fn new(entities: usize, latest_first: bool) -> Agenda {
        let size = entities.max(2).next_power_of_two();
        let mut agenda = Agenda {
            size,
            times: vec![SimTime::NEVER; size],
            ranks: (0..size as u64).collect(),
            latest_first,
            set: 0,
            winner: vec![0; size],
        };
        agenda.play_all();
        agenda
    }

    fn play_all(&mut self) {
        for node in (1..self.size).rev() {
            self.play(node, 0);
        }
    }

    /// Makes room for more entities.
    pub(super) fn grow(&mut self, entities: usize) {
        if entities > self.size {
            self.size = entities.next_power_of_two();
            self.times.resize(self.size, SimTime::NEVER);
            self.ranks.extend(self.ranks.len() as u64..self.size as u64);
            self.winner = vec![0; self.size];
            self.play_all();
        }
    }

    /// The entity whose event a child of an inner node stands for.
    fn entity(&self, child: usize) -> u32 {
        if child >= self.size { (child - self.size) as u32 } else { self.winner[child] }
    }

    /// Plays one node again; whether an entity won it before or wins it now.
    fn play(&mut self, node: usize, entity: u32) -> bool {
        let (a, b) = (self.entity(2 * node), self.entity(2 * node + 1));
        let (at_a, at_b) = (self.times[a as usize], self.times[b as usize]);
        let first = at_b < at_a || (at_b == at_a && self.ranks[b as usize] < self.ranks[a as usize]);
        let now = if first { b } else { a };
        let before = std::mem::replace(&mut self.winner[node], now);
        before == entity || now == entity
    }

    /// Sets (or with [`SimTime::NEVER`] clears) an entity's event.
    pub(super) fn set(&mut self, entity: usize, at: SimTime) {
        self.times[entity] = at;
        if self.latest_first {
            self.set += 1;
            self.ranks[entity] = u64::MAX - self.set;
        }
        let mut node = (self.size + entity) / 2;
        // Where the entity neither won nor wins, nothing changes further up.
        while node >= 1 && self.play(node, entity as u32) {
            node /= 2;
        }
    }

    /// When an entity's event is due.
    pub(super) fn at(&self, entity: usize) -> SimTime {
        self.times[entity]
    }

    /// The earliest event, without taking it.
    pub(super) fn next(&self) -> (SimTime, usize) {
        let entity = self.winner[1] as usize;
        (self.times[entity], entity)
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
}
