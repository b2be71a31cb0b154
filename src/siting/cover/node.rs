//! Bounds on the units of each site, and what the rules make of them.

use super::model::slack;
use super::state::Ground;

/// Fewest and most units of each site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Limits {
    pub low: Vec<u32>,
    pub high: Vec<u32>,
    /// Units each row needs: the model's needs, and rows that every better choice covers.
    pub need: Vec<u32>,
    /// Units each row may have: branching on counts, and rows that no better choice gives more (`u32::MAX`: no limit).
    pub cap: Vec<u32>,
}

impl Limits {
    /// What the model allows.
    pub fn of(ground: &Ground<'_>) -> Limits {
        Limits {
            low: ground.low.clone(),
            high: ground.high.clone(),
            need: ground.model.need.clone(),
            cap: vec![u32::MAX; ground.model.sets.rows()],
        }
    }

    /// Tightens the limits by the rules until nothing changes. False: no choice within them obeys the rules.
    pub fn tighten(&mut self, ground: &Ground<'_>) -> bool {
        loop {
            let before = (self.low.iter().sum::<u32>(), self.high.iter().sum::<u32>());
            let possible = self.totals(ground)
                && self.neighbours(ground)
                && self.groups(ground)
                && self.rows(ground)
                && self.caps(ground);
            if !possible || self.low.iter().zip(&self.high).any(|(l, h)| l > h) {
                return false;
            }
            if before == (self.low.iter().sum::<u32>(), self.high.iter().sum::<u32>()) {
                return true;
            }
        }
    }

    /// Units, sites and money that are left.
    fn totals(&mut self, ground: &Ground<'_>) -> bool {
        let model = ground.model;
        let placed: u64 = self.low.iter().map(|u| u64::from(*u)).sum();
        let opened = self.low.iter().filter(|u| **u > 0).count() as u64;
        if placed > u64::from(model.units) || opened > u64::from(model.open) {
            return false;
        }
        let left = model.units - placed as u32;
        let money = model.budget.as_ref().map(|b| {
            let left = b.limit + slack(b.limit) - model.cost(&self.low);
            (b, left)
        });
        if money.is_some_and(|(_, left)| left < 0.0) {
            return false;
        }
        for site in 0..self.low.len() {
            let (low, high) = (self.low[site], &mut self.high[site]);
            *high = (*high).min(low.saturating_add(left));
            if low == 0 && opened == u64::from(model.open) {
                *high = 0;
            }
            let Some((budget, left)) = money else { continue };
            let left = left - if low == 0 { budget.site_cost[site] } else { 0.0 };
            while *high > low && budget.unit_cost[site] * f64::from(*high - low) > left {
                *high -= 1;
            }
            if *high > low && left < 0.0 {
                *high = low;
            }
        }
        true
    }

    fn neighbours(&mut self, ground: &Ground<'_>) -> bool {
        for site in 0..self.low.len() {
            if self.low[site] == 0 {
                continue;
            }
            for n in &ground.near[site] {
                if self.low[*n as usize] > 0 {
                    return false;
                }
                self.high[*n as usize] = 0;
            }
        }
        true
    }

    fn groups(&mut self, ground: &Ground<'_>) -> bool {
        for group in &ground.model.groups {
            let opened = group.sites.iter().filter(|s| self.low[**s as usize] > 0).count() as u32;
            let may = group.sites.iter().filter(|s| self.high[**s as usize] > 0).count() as u32;
            if opened > group.most || may < group.least {
                return false;
            }
            for s in group.sites.iter().map(|s| *s as usize) {
                if opened == group.most && self.low[s] == 0 {
                    self.high[s] = 0;
                }
                if may == group.least && self.high[s] > 0 {
                    self.low[s] = self.low[s].max(1);
                }
            }
        }
        true
    }

    /// Rows that may not have so many units.
    fn caps(&mut self, ground: &Ground<'_>) -> bool {
        for (row, cap) in self.cap.iter().enumerate().filter(|(_, c)| **c != u32::MAX) {
            let sites = ground.model.sets.row(row);
            let have: u32 = sites.iter().map(|s| self.low[*s as usize]).sum();
            if have > *cap || self.need[row] > *cap {
                return false;
            }
            for s in sites {
                let high = &mut self.high[*s as usize];
                *high = (*high).min(self.low[*s as usize] + (cap - have));
            }
        }
        true
    }

    /// Needs and shares that the sites left can still meet.
    fn rows(&mut self, ground: &Ground<'_>) -> bool {
        let model = ground.model;
        for (row, need) in self.need.iter().enumerate().filter(|(_, n)| **n > 0) {
            let sites = model.sets.row(row);
            let most: u64 = sites.iter().map(|s| u64::from(self.high[*s as usize])).sum();
            if most < u64::from(*need) {
                return false;
            }
            if most == u64::from(*need) {
                for s in sites {
                    self.low[*s as usize] = self.high[*s as usize];
                }
            }
        }
        model.shares.iter().all(|share| {
            let may = |row: u32| model.sets.row(row as usize).iter().any(|s| self.high[*s as usize] > 0);
            let most: f64 = share.rows.iter().filter(|(r, _)| may(*r)).map(|(_, w)| w).sum();
            most >= share.least - slack(share.least)
        })
    }
}
