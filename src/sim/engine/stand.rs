//! Which units may be sent, by where they stand: a list for each post, and one of all others.
//!
//! The lists are linked through the units, so that a unit joins and leaves in a few steps. A dispatch looks at the posts in
//! order of their times to the scene and need not touch the far ones.

use super::NONE;

/// Units that may be sent.
#[derive(Clone, Debug)]
pub(super) struct Stand {
    /// First unit of each list; the last list is that of units not at rest at a post.
    first: Vec<u32>,
    /// Next and previous unit in its list, and the list, of each unit.
    links: Vec<Link>,
}

#[derive(Clone, Copy, Debug)]
struct Link {
    next: u32,
    before: u32,
    list: u32,
}

impl Stand {
    /// Empty lists.
    pub(super) fn new(posts: usize, units: usize) -> Stand {
        Stand { first: vec![NONE; posts + 1], links: vec![Link { next: NONE, before: NONE, list: NONE }; units] }
    }

    fn leave(&mut self, unit: usize) {
        let Link { next, before, list } = self.links[unit];
        if list == NONE {
            return;
        }
        match before {
            NONE => self.first[list as usize] = next,
            before => self.links[before as usize].next = next,
        }
        if next != NONE {
            self.links[next as usize].before = before;
        }
        self.links[unit].list = NONE;
    }

    fn join(&mut self, unit: usize, list: usize) {
        if self.links[unit].list == list as u32 {
            return;
        }
        self.leave(unit);
        let next = std::mem::replace(&mut self.first[list], unit as u32);
        if next != NONE {
            self.links[next as usize].before = unit as u32;
        }
        self.links[unit] = Link { next, before: NONE, list: list as u32 };
    }

    /// A road unit waits at a post.
    pub(super) fn waits_at(&mut self, unit: usize, post: usize) {
        debug_assert!(post + 1 < self.first.len());
        self.join(unit, post);
    }

    /// A unit may be sent that is not at rest at a post, or is a craft.
    pub(super) fn elsewhere(&mut self, unit: usize) {
        self.join(unit, self.first.len() - 1);
    }

    /// A unit may not be sent.
    pub(super) fn away(&mut self, unit: usize) {
        self.leave(unit);
    }

    /// First of the units that wait at a post, or [`NONE`].
    pub(super) fn first_at(&self, post: usize) -> u32 {
        self.first[post]
    }

    /// First of the others, or [`NONE`].
    pub(super) fn first_elsewhere(&self) -> u32 {
        self.first[self.first.len() - 1]
    }

    /// The next in the same list, or [`NONE`].
    pub(super) fn next(&self, unit: u32) -> u32 {
        self.links[unit as usize].next
    }

    /// The post at which a unit is listed; `None` if it is not listed at any.
    #[cfg(debug_assertions)]
    pub(super) fn listed(&self, unit: usize) -> Option<Option<usize>> {
        match self.links[unit].list {
            NONE => None,
            list => Some(Some(list as usize).filter(|l| l + 1 < self.first.len())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Stream;

    fn list(stand: &Stand, mut unit: u32) -> Vec<u32> {
        let mut all = Vec::new();
        while unit != NONE {
            all.push(unit);
            unit = stand.next(unit);
        }
        all.sort_unstable();
        all
    }

    #[test]
    fn agrees_with_plain_sets() {
        let mut s = Stream::new(1, "stand", 0);
        let (posts, units) = (4, 9);
        let mut stand = Stand::new(posts, units);
        let mut plain = vec![None; units];
        for _ in 0..3000 {
            let (unit, what) = (s.below(units), s.below(posts + 2));
            match what {
                w if w < posts => stand.waits_at(unit, w),
                w if w == posts => stand.elsewhere(unit),
                _ => stand.away(unit),
            }
            plain[unit] = Some(what).filter(|w| *w <= posts);
            let there =
                |list: usize| (0..units as u32).filter(|u| plain[*u as usize] == Some(list)).collect::<Vec<u32>>();
            (0..posts).for_each(|post| assert_eq!(list(&stand, stand.first_at(post)), there(post)));
            assert_eq!(list(&stand, stand.first_elsewhere()), there(posts));
        }
    }
}
