//! A small problem as a model of its own: what the bound at the root could not settle, without what it could.

use super::model::{Budget, CoverModel, Group, Share};
use super::node::Limits;
use super::sets::{CoverSets, transpose};
use super::shrink::Small;
use super::state::Ground;
use crate::siting::SiteRule;
use std::collections::BTreeMap;

/// The part of a model that is still open.
#[derive(Clone, Debug)]
pub(super) struct Kernel {
    /// The open part: values of its choices lack [`Kernel::offset`].
    pub model: CoverModel,
    /// Value of what is fixed.
    pub offset: f64,
    /// Number in the whole model of each site.
    pub sites: Vec<u32>,
    /// Units fixed in the whole model.
    pub base: Vec<u32>,
}

impl Kernel {
    /// The open part of a model within limits.
    pub fn new(ground: &Ground<'_>, limits: &Limits, small: &Small) -> Kernel {
        let model = ground.model;
        let (row_start, row_sites) = transpose(small.rows.len(), &small.site_start, &small.site_rows);
        let lists: Vec<&[u32]> = row_start.windows(2).map(|w| &row_sites[w[0] as usize..w[1] as usize]).collect();
        let sets = CoverSets::from_rows(small.sites.len(), &lists);
        let mut classes: BTreeMap<(u32, u32), u32> = BTreeMap::new();
        let mut steps: Vec<Vec<f64>> = Vec::new();
        let (mut weight, mut class) = (Vec::new(), Vec::new());
        let mut shares: Vec<Share> =
            small.lacks.iter().map(|(_, least)| Share { rows: Vec::new(), least: *least }).collect();
        for (r, row) in small.rows.iter().enumerate() {
            let (of, base, w) = row.follows;
            let number = *classes.entry((of, base)).or_insert_with(|| {
                let rest = if of == u32::MAX { Vec::new() } else { model.steps[of as usize][base as usize..].to_vec() };
                steps.push(rest);
                steps.len() as u32 - 1
            });
            weight.push(w);
            class.push(number);
            for (share, w) in &row.shares {
                shares[*share as usize].rows.push((r as u32, *w));
            }
        }
        let mut inner = CoverModel::plain(sets, weight, Vec::new(), small.units);
        inner.class = class;
        inner.steps = steps;
        inner.need = small.rows.iter().map(|r| r.need).collect();
        inner.shares = shares;
        inner.rules = vec![SiteRule::Free; small.sites.len()];
        inner.capacity.clone_from(&small.room);
        inner.site_gain.clone_from(&small.gain);
        let mut number = vec![u32::MAX; model.sets.sites()];
        for (s, site) in small.sites.iter().enumerate() {
            number[*site as usize] = s as u32;
        }
        let opens = |site: &u32| number[*site as usize] != u32::MAX && small.opens[number[*site as usize] as usize];
        let inside =
            |sites: &[u32]| -> Vec<u32> { sites.iter().filter(|s| opens(s)).map(|s| number[*s as usize]).collect() };
        let have = |sites: &[u32]| sites.iter().filter(|s| limits.low[**s as usize] > 0).count() as u32;
        let opened = limits.low.iter().filter(|u| **u > 0).count() as u32;
        if model.open != u32::MAX {
            let all: Vec<u32> = (0..small.sites.len() as u32).filter(|s| small.opens[*s as usize]).collect();
            inner.groups.push(Group::at_most(model.open.saturating_sub(opened), all));
        }
        for group in &model.groups {
            let had = have(&group.sites);
            inner.groups.push(Group {
                sites: inside(&group.sites),
                least: group.least.saturating_sub(had),
                most: group.most.saturating_sub(had),
            });
        }
        let both = |a: &u32, b: &u32| number[*a as usize] != u32::MAX && number[*b as usize] != u32::MAX;
        let pairs = model.apart.iter().filter(|(a, b)| both(a, b));
        inner.apart = pairs.map(|(a, b)| (number[*a as usize], number[*b as usize])).collect();
        if let Some(budget) = &model.budget {
            let opening =
                |(s, site): (usize, &u32)| if small.opens[s] { budget.site_cost[*site as usize] } else { 0.0 };
            inner.budget = Some(Budget {
                site_cost: small.sites.iter().enumerate().map(opening).collect(),
                unit_cost: small.sites.iter().map(|s| budget.unit_cost[*s as usize]).collect(),
                limit: budget.limit - model.cost(&limits.low),
            });
        }
        Kernel { model: inner, offset: small.fixed, sites: small.sites.clone(), base: limits.low.clone() }
    }

    /// A choice of the whole model from one of the kernel.
    pub fn whole(&self, units: &[u32]) -> Vec<u32> {
        let mut all = self.base.clone();
        for (site, more) in self.sites.iter().zip(units) {
            all[*site as usize] += more;
        }
        all
    }
}
