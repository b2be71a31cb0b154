//! The event list: a tournament tree over entities that have at most one pending event each.
//!
//! An entity is the telephone (the next ring), a seat or a unit. The winner is the earliest event; events at the same
//! moment go by entity number (telephone first, then seats, then units), so the order never depends on history.

use crate::units::SimTime;

/// Pending events by entity.
#[derive(Clone, Debug)]
pub(super) struct Agenda {
    /// Number of leaves, a power of two.
    size: usize,
    /// `times[entity]`, padded with never.
    times: Vec<SimTime>,
    /// `winner[node]` for inner nodes 1..size; children of `n` are `2n` and `2n + 1`.
    winner: Vec<u32>,
}

impl Agenda {
    /// An agenda for some entities, with nothing pending.
    pub(super) fn new(entities: usize) -> Agenda {
        let size = entities.max(2).next_power_of_two();
        let mut agenda = Agenda { size, times: vec![SimTime::NEVER; size], winner: vec![0; size] };
        for node in (1..size).rev() {
            agenda.play(node);
        }
        agenda
    }

    /// The entity whose event a child of an inner node stands for.
    fn entity(&self, child: usize) -> u32 {
        if child >= self.size { (child - self.size) as u32 } else { self.winner[child] }
    }

    fn play(&mut self, node: usize) {
        let (a, b) = (self.entity(2 * node), self.entity(2 * node + 1));
        // `a` has the lower number: it wins ties.
        self.winner[node] = if self.times[b as usize] < self.times[a as usize] { b } else { a };
    }

    /// Sets (or with [`SimTime::NEVER`] clears) an entity's event.
    pub(super) fn set(&mut self, entity: usize, at: SimTime) {
        self.times[entity] = at;
        let mut node = (self.size + entity) / 2;
        while node >= 1 {
            self.play(node);
            node /= 2;
        }
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
            let mut agenda = Agenda::new(entities);
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
