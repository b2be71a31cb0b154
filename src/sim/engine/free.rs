//! How long how many units are free to be sent, in all and by county.
//!
//! A unit counts from its home post's county. It is free while it may be sent from its post or the road (not away from another
//! call) and has a crew: of the units at rest at a post with fewer crews than units only as many are free as have one. Helicopters
//! and boats, which weather and darkness keep, are not counted.

use super::unit::ready;
use super::{Engine, SimTime, Ways};
use crate::sim::tallies::FREE_LEVELS;

/// What a unit counts as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Class {
    /// Not free.
    Not,
    /// Free if a crew of its post is.
    Crewless,
    /// Free, with a crew of its own.
    Crewed,
}

/// Free units now.
pub(super) struct FreeNow {
    classes: Vec<Class>,
    /// By home post: crewless, crewed, and how many of them are free.
    posts: Vec<[u32; 3]>,
    /// Of all, then by county: how many, and since when.
    areas: Vec<(u32, SimTime)>,
}

impl FreeNow {
    pub(super) fn new(units: usize, posts: usize, counties: usize) -> FreeNow {
        FreeNow {
            classes: vec![Class::Not; units],
            posts: vec![[0; 3]; posts],
            areas: vec![(0, SimTime::ZERO); 1 + counties],
        }
    }
}

impl<W: Ways> Engine<'_, W> {
    fn class(&self, unit: usize) -> Class {
        let free = matches!(self.ready[unit], ready::AT_POST | ready::ON_ROAD) && self.s.units[unit].kind.on_road();
        match free {
            false => Class::Not,
            true if self.units[unit].crew_out => Class::Crewed,
            true => Class::Crewless,
        }
    }

    /// A unit's readiness, or where its crew is, has changed.
    pub(super) fn recount_free(&mut self, unit: usize) {
        let class = self.class(unit);
        let before = std::mem::replace(&mut self.free.classes[unit], class);
        // Where a crew comes in with a unit that is not free, another unit of its post may have won it.
        if class == before && (class != Class::Not || self.s.rules.fleet.crews.is_empty()) {
            return;
        }
        let home = self.facts.home[unit].index();
        let post = &mut self.free.posts[home];
        match before {
            Class::Not => {}
            Class::Crewless => post[0] -= 1,
            Class::Crewed => post[1] -= 1,
        }
        match class {
            Class::Not => {}
            Class::Crewless => post[0] += 1,
            Class::Crewed => post[1] += 1,
        }
        let crews = match self.s.rules.fleet.crews.get(home) {
            Some(Some(crews)) => crews.saturating_sub(self.crews_out[home]),
            _ => u32::MAX,
        };
        let free = post[1] + post[0].min(crews);
        let was = std::mem::replace(&mut post[2], free);
        if free == was {
            return;
        }
        let county = self.facts.county_of_unit[unit].map(|c| 1 + c.index());
        for area in [Some(0), county].into_iter().flatten() {
            self.count_free_time(area, self.clock);
            let now = &mut self.free.areas[area].0;
            *now = *now + free - was;
        }
    }

    fn count_free_time(&mut self, area: usize, now: SimTime) {
        let (free, since) = self.free.areas[area];
        let level = (free as usize).min(FREE_LEVELS - 1);
        let measured = self.overlap(since, now);
        self.out.tallies.free[area * FREE_LEVELS + level] += measured;
        self.out.tallies.free_units[area] += i64::from(free) * measured;
        self.free.areas[area].1 = now;
    }

    /// Counts the time that lasts still.
    pub(super) fn count_all_free(&mut self, now: SimTime) {
        (0..self.free.areas.len()).for_each(|area| self.count_free_time(area, now));
    }

    /// Panics where the count is wrong.
    #[cfg(debug_assertions)]
    pub(super) fn check_free(&self) {
        let units = 0..self.units.len();
        assert!(units.clone().all(|u| self.free.classes[u] == self.class(u)), "a unit's class is out of date");
        let posts = &self.free.posts;
        for (class, column) in [(Class::Crewless, 0), (Class::Crewed, 1)] {
            let here = units.clone().filter(|u| self.free.classes[*u] == class).count();
            assert!(posts.iter().map(|p| p[column] as usize).sum::<usize>() == here, "{class:?}: {here} units");
        }
        for (post, [crewless, crewed, free]) in posts.iter().enumerate() {
            let crews = match self.s.rules.fleet.crews.get(post) {
                Some(Some(crews)) => crews.saturating_sub(self.crews_out[post]),
                _ => u32::MAX,
            };
            assert!(
                *free == crewed + crewless.min(&crews),
                "post {post}: {free} free, {crewless}, {crewed}, {crews} crews"
            );
        }
        for (area, (free, _)) in self.free.areas.iter().enumerate() {
            let county = |post: usize| self.s.posts[post].county.map_or(0, |c| c.index() + 1);
            let here = (0..posts.len()).filter(|post| area == 0 || county(*post) == area);
            assert!(here.map(|post| posts[post][2]).sum::<u32>() == *free, "area {area}: {free} free");
        }
    }
}
