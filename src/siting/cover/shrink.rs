//! What is left of a model within limits: rows that cannot change are dropped, equal rows become one, and sites that
//! another always replaces are closed where that is allowed.

use super::model::slack;
use super::node::Limits;
use super::sets::transpose;
use super::state::Ground;
use crate::random::Stream;

/// A row of the small problem: several rows of the model that the same free sites cover.
#[derive(Clone, Debug)]
pub(super) struct SmallRow {
    /// Where its worth by the number of further units starts in [`Small::worth`]: entry 0 is 0.
    pub worth: u32,
    /// Further units that can matter.
    pub most: u32,
    /// Further units it needs.
    pub need: u32,
    /// Further units it may have: `u32::MAX` where the sites cannot give more anyway.
    pub cap: u32,
    /// Further units that the sites can give.
    pub reach: u32,
    /// Whether each further unit adds less than the one before (shares apart).
    pub concave: bool,
    /// Class and units already covering, by which its worth goes (`u32::MAX`: worth nothing), and its weight.
    pub follows: (u32, u32, f64),
    /// Shares it still counts in: share and weight.
    pub shares: Vec<(u32, f64)>,
}

/// A rule over the free sites: Σ first × (opened) + further × (units beyond) ≤ limit.
#[derive(Clone, Debug)]
pub(super) struct SideRule {
    /// Names the rule across nodes: kind, and numbers of the model.
    pub id: (u32, u32, u32),
    /// Site, what its first unit takes, what each further unit takes.
    pub takes: Vec<(u32, f64, f64)>,
    /// What there is.
    pub limit: f64,
}

/// The small problem.
#[derive(Clone, Debug)]
pub(super) struct Small {
    /// Value of what is fixed.
    pub fixed: f64,
    /// Free sites, by their number in the model.
    pub sites: Vec<u32>,
    /// Units already fixed at each.
    pub base: Vec<u32>,
    /// Further units each may take.
    pub room: Vec<u32>,
    /// Whether the next unit opens the site.
    pub opens: Vec<bool>,
    /// Worth of opening (0 for open ones).
    pub gain: Vec<f64>,
    /// Units left.
    pub units: u32,
    /// Rows.
    pub rows: Vec<SmallRow>,
    /// Worths of rows.
    pub worth: Vec<f64>,
    /// Rows of each free site.
    pub site_start: Vec<u32>,
    /// See [`Small::site_start`].
    pub site_rows: Vec<u32>,
    /// Shares: covered weight still missing (only those that lack something).
    pub lacks: Vec<(u32, f64)>,
    /// Rules that are not kept by taking the best units.
    pub sides: Vec<SideRule>,
    /// The small row of each row of the model, or `u32::MAX`.
    pub row_of: Vec<u32>,
}

/// Keys by which equal rows are found.
pub(super) fn site_keys(sites: usize) -> Vec<u64> {
    let mut stream = Stream::new(1, "siting cover row keys", 0);
    (0..sites)
        .map(|_| (stream.uniform() * (1_u64 << 52) as f64) as u64 ^ ((stream.below(1 << 12) as u64) << 52))
        .collect()
}

struct Draft {
    key: u64,
    row: u32,
    class: u32,
    base: u32,
    need: u32,
    cap: u32,
    shares: u32,
}

impl Small {
    /// What is left within the limits, which must have been tightened.
    pub fn new(ground: &Ground<'_>, limits: &Limits, keys: &[u64]) -> Small {
        let model = ground.model;
        let sets = &model.sets;
        let sites: Vec<u32> =
            (0..sets.sites() as u32).filter(|s| limits.high[*s as usize] > limits.low[*s as usize]).collect();
        let mut small_site = vec![u32::MAX; sets.sites()];
        for (i, s) in sites.iter().enumerate() {
            small_site[*s as usize] = i as u32;
        }
        let base = model.counts(&limits.low);
        let mut fixed: f64 = limits.low.iter().zip(&model.site_gain).filter(|(u, _)| **u > 0).map(|(_, g)| g).sum();
        let mut drafts: Vec<Draft> = Vec::new();
        let mut lacks: Vec<f64> = model.shares.iter().map(|s| s.least).collect();
        for row in 0..sets.rows() {
            let sums = &ground.total_steps[model.class[row] as usize];
            let at = (base[row] as usize).min(sums.len() - 1);
            fixed += model.weight[row] * sums[at];
            let in_shares = !ground.shares_of[row].is_empty();
            if in_shares && base[row] > 0 {
                for (s, w) in &ground.shares_of[row] {
                    lacks[*s as usize] -= w;
                }
            }
            let need = limits.need[row].saturating_sub(base[row]);
            let open_share = in_shares && base[row] == 0;
            let mut key = 0_u64;
            let mut reach = 0_u32;
            for s in sets.row(row) {
                if small_site[*s as usize] != u32::MAX {
                    key = key.wrapping_add(keys[*s as usize]);
                    reach = reach.saturating_add(limits.high[*s as usize] - limits.low[*s as usize]);
                }
            }
            let mut cap = limits.cap[row];
            if cap != u32::MAX {
                cap = cap.saturating_sub(base[row]);
                if cap >= reach {
                    cap = u32::MAX;
                }
            }
            let end = at.saturating_add(cap as usize).min(sums.len() - 1);
            let gains = model.weight[row] > 0.0 && sums[at] < sums[end];
            if need == 0 && !open_share && !gains && cap == u32::MAX {
                continue;
            }
            if reach > 0 {
                let class = if gains { model.class[row] } else { u32::MAX };
                let shares = if open_share { 1 } else { 0 };
                let base = if gains { at as u32 } else { 0 };
                drafts.push(Draft { key, row: row as u32, class, base, need, cap, shares });
            }
        }
        let free_of = |row: u32| sets.row(row as usize).iter().filter(|s| small_site[**s as usize] != u32::MAX);
        drafts.sort_by_key(|d| (d.key, d.class, d.base, d.need, d.cap, d.shares, d.row));
        let mut small = Small {
            fixed,
            base: sites.iter().map(|s| limits.low[*s as usize]).collect(),
            room: sites.iter().map(|s| limits.high[*s as usize] - limits.low[*s as usize]).collect(),
            opens: sites.iter().map(|s| limits.low[*s as usize] == 0).collect(),
            gain: Vec::new(),
            units: model.units - limits.low.iter().sum::<u32>(),
            rows: Vec::new(),
            worth: Vec::new(),
            site_start: Vec::new(),
            site_rows: Vec::new(),
            lacks: Vec::new(),
            sides: Vec::new(),
            row_of: vec![u32::MAX; sets.rows()],
            sites,
        };
        small.gain = small
            .sites
            .iter()
            .zip(&small.opens)
            .map(|(s, o)| if *o { model.site_gain[*s as usize] } else { 0.0 })
            .collect();
        let mut row_start = vec![0_u32];
        let mut row_sites: Vec<u32> = Vec::new();
        let mut from = 0;
        while from < drafts.len() {
            let head = &drafts[from];
            let same = |d: &Draft| {
                (d.key, d.class, d.base, d.need, d.cap, d.shares)
                    == (head.key, head.class, head.base, head.need, head.cap, head.shares)
                    && free_of(d.row).eq(free_of(head.row))
            };
            let to = from + drafts[from..].iter().take_while(|d| same(d)).count();
            let number = small.rows.len() as u32;
            let mut weight = 0.0;
            let mut shares: Vec<(u32, f64)> = Vec::new();
            for d in &drafts[from..to] {
                weight += model.weight[d.row as usize];
                small.row_of[d.row as usize] = number;
                if d.shares > 0 {
                    for (s, w) in &ground.shares_of[d.row as usize] {
                        match shares.iter_mut().find(|x| x.0 == *s) {
                            Some(x) => x.1 += w,
                            None => shares.push((*s, *w)),
                        }
                    }
                }
            }
            let reach: u64 = free_of(head.row).map(|s| u64::from(small.room[small_site[*s as usize] as usize])).sum();
            row_sites.extend(free_of(head.row).map(|s| small_site[*s as usize]));
            row_start.push(row_sites.len() as u32);
            let start = small.worth.len() as u32;
            small.worth.push(0.0);
            let mut concave = true;
            if head.class != u32::MAX {
                let sums = &ground.total_steps[head.class as usize];
                let useful = (sums.len() - 1 - head.base as usize)
                    .min(reach.min(u64::from(small.units)) as usize)
                    .min(head.cap as usize);
                for k in 1..=useful {
                    small.worth.push(weight * (sums[head.base as usize + k] - sums[head.base as usize]));
                }
                let steps = &ground.model.steps[head.class as usize][head.base as usize..];
                concave = steps.windows(2).all(|w| w[0] >= w[1]);
            }
            let follows = (head.class, head.base, weight);
            let mut most = small.worth.len() as u32 - start - 1;
            let least_most = head.need.max(u32::from(!shares.is_empty()));
            while most < least_most {
                let last = small.worth[small.worth.len() - 1];
                small.worth.push(last);
                most += 1;
            }
            small.rows.push(SmallRow {
                worth: start,
                most,
                need: head.need,
                cap: head.cap,
                reach: reach.min(u64::from(small.units)) as u32,
                concave: concave && head.need == 0,
                follows,
                shares,
            });
            from = to;
        }
        small.drop_implied(&mut row_start, &mut row_sites, &mut lacks);
        (small.site_start, small.site_rows) = transpose(small.sites.len(), &row_start, &row_sites);
        // Shares that nothing lacks any more bind no longer.
        small.lacks = (0_u32..).zip(&lacks).filter(|(_, l)| **l > 0.0).map(|(s, l)| (s, *l)).collect();
        let live: Vec<Option<u32>> =
            (0..lacks.len() as u32).map(|s| small.lacks.iter().position(|l| l.0 == s).map(|p| p as u32)).collect();
        for row in &mut small.rows {
            row.shares = row.shares.iter().filter_map(|(s, w)| live[*s as usize].map(|l| (l, *w))).collect();
        }
        small.add_sides(ground, limits, &small_site);
        small
    }

    /// Drops rows that are covered whenever a row with a need is: those that all of its sites cover.
    fn drop_implied(&mut self, row_start: &mut Vec<u32>, row_sites: &mut Vec<u32>, lacks: &mut [f64]) {
        let rows = self.rows.len();
        if !self.rows.iter().any(|r| r.need > 0) {
            return;
        }
        let words = self.sites.len().div_ceil(64);
        let mut bits = vec![0_u64; words * rows];
        let sites_of = |r: usize| &row_sites[row_start[r] as usize..row_start[r + 1] as usize];
        for r in 0..rows {
            for s in sites_of(r) {
                bits[r * words + *s as usize / 64] |= 1 << (s % 64);
            }
        }
        let (site_start, site_rows) = transpose(self.sites.len(), row_start, row_sites);
        let mut gone = vec![false; rows];
        for r in 0..rows {
            if self.rows[r].need == 0 || gone[r] {
                continue;
            }
            let size = |s: &u32| site_start[*s as usize + 1] - site_start[*s as usize];
            let Some(rare) = sites_of(r).iter().min_by_key(|s| (size(s), **s)) else { continue };
            for other in &site_rows[site_start[*rare as usize] as usize..site_start[*rare as usize + 1] as usize] {
                let o = *other as usize;
                let implied = o != r
                    && !gone[o]
                    && self.rows[o].most <= self.rows[r].need
                    && self.rows[o].need <= self.rows[r].need
                    && self.rows[o].cap == u32::MAX;
                if implied && (0..words).all(|w| bits[r * words + w] & !bits[o * words + w] == 0) {
                    gone[o] = true;
                    self.fixed += self.worth[(self.rows[o].worth + self.rows[o].most) as usize];
                    for (share, weight) in &self.rows[o].shares {
                        lacks[*share as usize] -= weight;
                    }
                }
            }
        }
        if !gone.iter().any(|g| *g) {
            return;
        }
        let mut number = vec![u32::MAX; rows];
        let (mut starts, mut sites, mut kept) = (vec![0_u32], Vec::new(), Vec::new());
        for r in (0..rows).filter(|r| !gone[*r]) {
            number[r] = kept.len() as u32;
            kept.push(self.rows[r].clone());
            sites.extend_from_slice(sites_of(r));
            starts.push(sites.len() as u32);
        }
        for row in &mut self.row_of {
            if *row != u32::MAX {
                *row = number[*row as usize];
            }
        }
        (self.rows, *row_start, *row_sites) = (kept, starts, sites);
    }

    fn add_sides(&mut self, ground: &Ground<'_>, limits: &Limits, small_site: &[u32]) {
        let model = ground.model;
        let mut sides: Vec<SideRule> = Vec::new();
        let all = 0..self.sites.len() as u32;
        let opened = limits.low.iter().filter(|u| **u > 0).count() as u32;
        let sites_left = model.open.saturating_sub(opened);
        if self.room.iter().zip(&self.opens).all(|(r, o)| *r == 1 && *o) {
            // One unit per site: a limit to sites is a limit to units.
            self.units = self.units.min(sites_left);
        } else {
            let takes = all.clone().filter(|s| self.opens[*s as usize]).map(|s| (s, 1.0, 0.0)).collect();
            sides.push(SideRule { id: (0, 0, 0), takes, limit: f64::from(sites_left) });
        }
        if let Some(budget) = &model.budget {
            let takes = all
                .map(|s| {
                    let site = self.sites[s as usize] as usize;
                    let unit = budget.unit_cost[site];
                    (s, unit + if self.opens[s as usize] { budget.site_cost[site] } else { 0.0 }, unit)
                })
                .collect();
            let left = budget.limit + slack(budget.limit) - model.cost(&limits.low);
            sides.push(SideRule { id: (1, 0, 0), takes, limit: left });
        }
        let of_group = |sites: &[u32], sign: f64| -> Vec<(u32, f64, f64)> {
            let free =
                sites.iter().map(|s| small_site[*s as usize]).filter(|s| *s != u32::MAX && self.opens[*s as usize]);
            free.map(|s| (s, sign, 0.0)).collect()
        };
        for (g, group) in (0_u32..).zip(&model.groups) {
            let have = group.sites.iter().filter(|s| limits.low[**s as usize] > 0).count() as u32;
            if have < group.least {
                let takes = of_group(&group.sites, -1.0);
                sides.push(SideRule { id: (2, g, 0), takes, limit: -f64::from(group.least - have) });
            }
            let takes = of_group(&group.sites, 1.0);
            sides.push(SideRule { id: (3, g, 0), takes, limit: f64::from(group.most.saturating_sub(have)) });
        }
        for clique in self.cliques(ground, small_site) {
            let id = (4, self.sites[clique[0] as usize], self.sites[clique[1] as usize]);
            let takes = clique.into_iter().map(|s| (s, 1.0, 0.0)).collect();
            sides.push(SideRule { id, takes, limit: 1.0 });
        }
        sides.retain(|side| {
            let most: f64 = side
                .takes
                .iter()
                .map(|(s, first, more)| {
                    let more_units = f64::from(self.room[*s as usize] - 1);
                    first.max(0.0) + more.max(0.0) * more_units
                })
                .sum();
            most > side.limit
        });
        self.sides = sides;
    }

    /// Sets of free sites of which any two are too close: every such pair lies in one.
    fn cliques(&self, ground: &Ground<'_>, small_site: &[u32]) -> Vec<Vec<u32>> {
        let mut cliques: Vec<Vec<u32>> = Vec::new();
        let mut done: std::collections::BTreeSet<(u32, u32)> = std::collections::BTreeSet::new();
        for (a, site) in self.sites.iter().enumerate() {
            for b in &ground.near[*site as usize] {
                let small_b = small_site[*b as usize];
                if small_b == u32::MAX || small_b < a as u32 || done.contains(&(a as u32, small_b)) {
                    continue;
                }
                let mut clique = vec![a as u32, small_b];
                for c in &ground.near[*site as usize] {
                    let small_c = small_site[*c as usize];
                    if small_c == u32::MAX || clique.contains(&small_c) {
                        continue;
                    }
                    let near_c = &ground.near[*c as usize];
                    if clique.iter().all(|x| near_c.binary_search(&self.sites[*x as usize]).is_ok()) {
                        clique.push(small_c);
                    }
                }
                for x in &clique {
                    for y in &clique {
                        if x < y {
                            done.insert((*x, *y));
                        }
                    }
                }
                cliques.push(clique);
            }
        }
        cliques
    }

    /// Rows of a free site.
    pub fn rows_of(&self, site: usize) -> &[u32] {
        &self.site_rows[self.site_start[site] as usize..self.site_start[site + 1] as usize]
    }

    /// Free sites (by small number) that another free site replaces at no loss in any choice: it covers all that they
    /// cover. Only where no other rule tells the two apart, and where one covering unit is all that counts or the other has
    /// room for all units.
    pub fn replaceable(&self) -> Vec<u32> {
        let one_is_all = self.rows.iter().all(|r| r.most <= 1) && self.room.iter().all(|r| *r == 1);
        let room_for_all = |s: usize| self.room[s] >= self.units;
        if !self.sides.is_empty() || !(one_is_all || (0..self.sites.len()).any(room_for_all)) {
            return Vec::new();
        }
        let words = self.rows.len().div_ceil(64);
        let mut bits = vec![0_u64; words * self.sites.len()];
        let (row_start, row_sites) = transpose(self.rows.len(), &self.site_start, &self.site_rows);
        for site in 0..self.sites.len() {
            for r in self.rows_of(site) {
                bits[site * words + *r as usize / 64] |= 1 << (r % 64);
            }
        }
        let mut capped = vec![0_u64; words];
        for r in (0..self.rows.len()).filter(|r| self.rows[*r].cap != u32::MAX) {
            capped[r / 64] |= 1 << (r % 64);
        }
        let mut gone = vec![false; self.sites.len()];
        let mut out = Vec::new();
        for site in 0..self.sites.len() {
            let degree = |r: &u32| row_start[*r as usize + 1] - row_start[*r as usize];
            let Some(rare) = self.rows_of(site).iter().min_by_key(|r| (degree(r), **r)) else { continue };
            let own = &bits[site * words..(site + 1) * words];
            let size = self.rows_of(site).len();
            for other in &row_sites[row_start[*rare as usize] as usize..row_start[*rare as usize + 1] as usize] {
                let other = *other as usize;
                if other == site
                    || gone[other]
                    || self.rows_of(other).len() < size
                    || self.gain[other] < self.gain[site]
                    || self.gain[site] > 0.0
                    || !(one_is_all || room_for_all(other))
                {
                    continue;
                }
                let whole = &bits[other * words..(other + 1) * words];
                let same_caps = || whole.iter().zip(own).zip(&capped).all(|((b, a), c)| b & c & !a == 0);
                if own.iter().zip(whole).all(|(a, b)| a & !b == 0) && same_caps() {
                    gone[site] = true;
                    out.push(site as u32);
                    break;
                }
            }
        }
        out
    }
}
