//! The Lagrangean bound: covering is paid for by prices instead of being asked for.
//!
//! A row may count k covering units if it pays its price k times; a site earns the prices of its rows. For any prices the
//! best rows plus the best units are at least as good as the best choice, so the least over all prices is an upper bound
//! (that of the linear relaxation; Galvão & ReVelle 1996 for maximal covering). Prices move along deflected subgradients
//! with Polyak's step (Held, Wolfe & Crowder 1974; Camerini, Fratta & Maffioli 1975); the running average of the chosen
//! units tends to the solution of the linear relaxation (Barahona & Anbil 2000) and says where to branch.

use super::shrink::{Small, SmallRow};

/// Steps without a better bound after which the steps become shorter.
const PATIENCE: usize = 20;
/// How much of the last direction is kept.
const MOMENTUM: f64 = 0.9;

/// A hasty bound looks every so many steps whether it comes nearer to the cut-off …
const CHECKED: usize = 30;
/// … by at least this part of what is missing.
const HOPE: f64 = 0.02;

/// Prices.
#[derive(Clone, Debug)]
pub(super) struct Prices {
    /// Of each cover, by small row.
    pub row: Vec<f64>,
    /// Of each side rule (in its own scale).
    pub side: Vec<f64>,
    /// Of each lacking share (per weight).
    pub share: Vec<f64>,
}

/// How far the prices are moved.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limit {
    /// Value to beat: the step aims at it. Minus infinity: none known.
    pub target: f64,
    /// A bound at or below this ends the work: nothing better is left.
    pub cutoff: f64,
    /// Steps.
    pub steps: usize,
    /// Length of the first steps (Polyak's factor, below 2).
    pub length: f64,
    /// Whether to give up early where the cut-off is out of reach.
    pub hasty: bool,
}

/// What the bound says.
#[derive(Clone, Debug)]
pub(super) struct Relaxed {
    /// The bound.
    pub bound: f64,
    /// Units taken at the best prices, by small site.
    pub taken: Vec<u32>,
    /// Average of the units taken.
    pub average: Vec<f64>,
    /// Worth of the next unit of each site at the best prices, less that of the worst unit taken.
    pub margin: Vec<f64>,
    /// New limits of further units, by small site: at least and at most.
    pub fixes: Vec<(u32, u32, u32)>,
    /// Small rows that every better choice gives further units: the row, how many.
    pub musts: Counts,
    /// Small rows that no better choice gives more further units: the row, how many.
    pub caps: Counts,
}

/// One evaluation.
struct Look {
    bound: f64,
    first: Vec<f64>,
    more: Vec<f64>,
    order: Vec<(f64, u32, u32)>,
    taken: Vec<u32>,
    paid: Vec<u32>,
    count: Vec<u32>,
    /// Worth of the worst unit taken (0 if there is room for more), and of the best one not taken.
    worst_in: f64,
    best_out: f64,
}

impl Look {
    fn new(small: &Small) -> Look {
        let (rows, sites) = (small.rows.len(), small.sites.len());
        Look {
            bound: f64::INFINITY,
            first: vec![0.0; sites],
            more: vec![0.0; sites],
            order: Vec::with_capacity(2 * sites),
            taken: vec![0; sites],
            paid: vec![0; rows],
            count: vec![0; rows],
            worst_in: 0.0,
            best_out: 0.0,
        }
    }

    fn at(&mut self, small: &Small, prices: &Prices) {
        let mut bound = small.fixed;
        for (r, row) in small.rows.iter().enumerate() {
            let bonus: f64 = row.shares.iter().map(|(s, w)| prices.share[*s as usize] * w).sum();
            let (k, worth) = best_count(small, row, prices.row[r], bonus);
            self.paid[r] = k;
            bound += worth;
        }
        for ((_, lack), price) in small.lacks.iter().zip(&prices.share) {
            bound -= price * lack;
        }
        for site in 0..small.sites.len() {
            let earn: f64 = small.rows_of(site).iter().map(|r| prices.row[*r as usize]).sum();
            self.first[site] = earn + small.gain[site];
            self.more[site] = earn;
        }
        for (side, price) in small.sides.iter().zip(&prices.side) {
            if *price > 0.0 {
                bound += price * side.limit;
                for (site, first, more) in &side.takes {
                    self.first[*site as usize] -= price * first;
                    self.more[*site as usize] -= price * more;
                }
            }
        }
        self.take(small, &mut bound);
        self.count.fill(0);
        for (site, taken) in self.taken.iter().enumerate().filter(|(_, t)| **t > 0) {
            for r in small.rows_of(site) {
                self.count[*r as usize] += taken;
            }
        }
        self.bound = bound;
    }

    /// Takes the most valuable units.
    fn take(&mut self, small: &Small, bound: &mut f64) {
        self.order.clear();
        self.taken.fill(0);
        let mut left = small.units;
        for site in 0..small.sites.len() {
            let room = small.room[site];
            if room > 1 {
                if self.first[site] < self.more[site] {
                    // Opening costs more than it brings: the best is all or nothing, its hull is the mean.
                    let mean = (self.first[site] + f64::from(room - 1) * self.more[site]) / f64::from(room);
                    (self.first[site], self.more[site]) = (mean, mean);
                }
                self.order.push((self.more[site], site as u32, room - 1));
            }
            self.order.push((self.first[site], site as u32, 1));
        }
        let by_worth =
            |a: &(f64, u32, u32), b: &(f64, u32, u32)| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)).then(a.2.cmp(&b.2));
        let wanted = left as usize;
        if wanted < self.order.len() {
            // One beyond the wanted ones is the best that may be left out.
            self.order.select_nth_unstable_by(wanted, by_worth);
            self.order[..=wanted].sort_unstable_by(by_worth);
        } else {
            self.order.sort_unstable_by(by_worth);
        }
        self.worst_in = 0.0;
        self.best_out = 0.0;
        for (worth, site, units) in self.order.iter().take(wanted + 1) {
            if left == 0 || *worth <= 0.0 {
                self.best_out = worth.max(0.0);
                break;
            }
            let here = left.min(*units);
            self.taken[*site as usize] += here;
            *bound += worth * f64::from(here);
            left -= here;
            if left == 0 {
                self.worst_in = *worth;
                if here < *units {
                    self.best_out = *worth;
                    break;
                }
            }
        }
    }
}

/// The best number of paid covers of a row, and what is left of its worth.
fn best_count(small: &Small, row: &SmallRow, price: f64, bonus: f64) -> (u32, f64) {
    let worth = |k: u32| small.worth[(row.worth + k) as usize] + if k > 0 { bonus } else { 0.0 };
    if row.concave {
        let mut k = 0;
        while k < row.most && worth(k + 1) - worth(k) > price {
            k += 1;
        }
        let last = top(row, price).max(k);
        return (last, worth(k) - price * f64::from(last));
    }
    let mut best = (row.need, f64::NEG_INFINITY);
    for k in (row.need..=row.most.max(row.need)).chain([top(row, price)]) {
        let left = worth(k.min(row.most)) - price * f64::from(k);
        if left > best.1 {
            best = (k, left);
        }
    }
    best
}

/// Beyond what is of worth, only a price below 0 makes covers welcome: as many as the row may have.
fn top(row: &SmallRow, price: f64) -> u32 {
    if price < 0.0 && row.cap != u32::MAX { row.cap } else { row.need }
}

impl Prices {
    /// Prices to begin with: what a row is worth, divided by the covers it may expect.
    pub fn guess(small: &Small) -> Prices {
        let mut size = vec![0_u32; small.rows.len()];
        for r in &small.site_rows {
            size[*r as usize] += 1;
        }
        let used = f64::from(small.units.min(small.sites.len() as u32)) / (small.sites.len().max(1) as f64);
        let row = small.rows.iter().zip(&size).map(|(row, size)| {
            let first = small.worth[(row.worth + row.most.min(1)) as usize]
                .max(small.worth[(row.worth + row.most) as usize] / 2.0);
            first / (1.0 + f64::from(*size) * used)
        });
        Prices { row: row.collect(), side: vec![0.0; small.sides.len()], share: vec![0.0; small.lacks.len()] }
    }
}

/// Moves the prices towards the least bound. The prices come back as the best ones met.
pub(super) fn relax(small: &Small, prices: &mut Prices, limit: Limit) -> Relaxed {
    let rows = small.rows.len();
    let mut look = Look::new(small);
    look.at(small, prices);
    let mut best = (look.bound, prices.clone());
    let mut average: Vec<f64> = look.taken.iter().map(|t| f64::from(*t)).collect();
    let mut dir = vec![0.0; rows];
    let mut side_dir = vec![0.0; small.sides.len()];
    let mut share_dir = vec![0.0; small.lacks.len()];
    let row_caps: Vec<f64> = small.rows.iter().map(|row| price_cap(small, row)).collect();
    // Where covers have a limit of their own, too few and too many both may cost.
    let row_floors: Vec<f64> =
        small.rows.iter().map(|row| if row.cap == u32::MAX { 0.0 } else { f64::NEG_INFINITY }).collect();
    let side_scale: Vec<f64> = small.sides.iter().map(|side| side_scale(small, side)).collect();
    let mean_weight = row_caps.iter().filter(|c| c.is_finite()).sum::<f64>() / rows.max(1) as f64;
    let share_scale = (mean_weight * (0.1 * rows as f64).sqrt()).max(1e-9);
    let mut length = limit.length;
    let mut stale = 0;
    let mut checked = best.0;
    for step in 0..limit.steps {
        if best.0 <= limit.cutoff || length < 5e-4 {
            break;
        }
        let aim = if limit.target.is_finite() { limit.target } else { look.bound - 0.05 * look.bound.abs().max(1.0) };
        let keep = if step == 0 { 0.0 } else { MOMENTUM };
        let mut norm = 0.0;
        for r in 0..rows {
            let g = f64::from(look.count[r]) - f64::from(look.paid[r]);
            let d = g + keep * dir[r];
            dir[r] = if (prices.row[r] <= row_floors[r] && d > 0.0) || (prices.row[r] >= row_caps[r] && d < 0.0) {
                0.0
            } else {
                d
            };
            norm += dir[r] * dir[r];
        }
        for (i, side) in small.sides.iter().enumerate() {
            let used: f64 = side
                .takes
                .iter()
                .map(|(s, first, more)| match look.taken[*s as usize] {
                    0 => 0.0,
                    t => first + more * f64::from(t - 1),
                })
                .sum();
            let d = (side.limit - used) * side_scale[i] + keep * side_dir[i];
            side_dir[i] = if prices.side[i] <= 0.0 && d > 0.0 { 0.0 } else { d };
            norm += side_dir[i] * side_dir[i];
        }
        if !share_dir.is_empty() {
            let mut covered = vec![0.0; share_dir.len()];
            for (row, paid) in small.rows.iter().zip(&look.paid).filter(|(_, p)| **p > 0) {
                for (s, w) in &row.shares {
                    covered[*s as usize] += w * f64::from(u8::from(*paid > 0));
                }
            }
            for (i, (_, lack)) in small.lacks.iter().enumerate() {
                let d = (covered[i] - lack) / share_scale + keep * share_dir[i];
                share_dir[i] = if prices.share[i] <= 0.0 && d > 0.0 { 0.0 } else { d };
                norm += share_dir[i] * share_dir[i];
            }
        }
        if limit.hasty && step % CHECKED == CHECKED - 1 {
            if checked - best.0 < HOPE * (best.0 - limit.cutoff) {
                break;
            }
            checked = best.0;
        }
        if norm <= 1e-18 {
            break;
        }
        let t = length * (look.bound - aim).max(1e-9 * aim.abs().max(1.0)) / norm;
        for r in 0..rows {
            prices.row[r] = (prices.row[r] - t * dir[r]).clamp(row_floors[r], row_caps[r]);
        }
        for (i, d) in side_dir.iter().enumerate() {
            prices.side[i] = (prices.side[i] - t * d * side_scale[i]).max(0.0);
        }
        for (i, d) in share_dir.iter().enumerate() {
            prices.share[i] = (prices.share[i] - t * d / share_scale).max(0.0);
        }
        look.at(small, prices);
        for (a, t) in average.iter_mut().zip(&look.taken) {
            *a += 0.06 * (f64::from(*t) - *a);
        }
        if look.bound < best.0 - 1e-6 * (best.0 - aim).abs().max(1e-12 * best.0.abs()) {
            best.0 = look.bound;
            best.1.row.copy_from_slice(&prices.row);
            best.1.side.copy_from_slice(&prices.side);
            best.1.share.copy_from_slice(&prices.share);
            stale = 0;
        } else {
            stale += 1;
            if stale >= PATIENCE {
                stale = 0;
                length *= 0.8;
                prices.row.copy_from_slice(&best.1.row);
                prices.side.copy_from_slice(&best.1.side);
                prices.share.copy_from_slice(&best.1.share);
                look.at(small, prices);
            }
        }
    }
    *prices = best.1;
    look.at(small, prices);
    conclude(small, look, prices, average, limit.cutoff)
}

fn conclude(small: &Small, look: Look, prices: &Prices, average: Vec<f64>, cutoff: f64) -> Relaxed {
    let sites = small.sites.len();
    let (mut needs, mut caps, mut limits) = (Vec::new(), Vec::new(), Vec::new());
    if look.bound > cutoff {
        (needs, caps) = musts(small, &look, prices, cutoff);
        limits = fixes(small, &look, cutoff);
    }
    let margin = (0..sites)
        .map(|s| {
            let next = if look.taken[s] == 0 || small.room[s] == 1 { look.first[s] } else { look.more[s] };
            next - if look.worst_in > 0.0 { look.worst_in } else { 0.0 }
        })
        .collect();
    Relaxed { bound: look.bound, taken: look.taken, average, margin, fixes: limits, musts: needs, caps }
}

/// A price above which a row pays for nothing; rows with a need have none.
fn price_cap(small: &Small, row: &SmallRow) -> f64 {
    if row.need > 0 || !row.shares.is_empty() {
        return f64::INFINITY;
    }
    (1..=row.most).map(|k| small.worth[(row.worth + k) as usize] / f64::from(k)).fold(0.0, f64::max)
}

/// Brings a side rule to the scale of the rows: a unit of it weighs about as much as the root of a site's rows.
fn side_scale(small: &Small, side: &super::shrink::SideRule) -> f64 {
    let mean = side.takes.iter().map(|(_, a, b)| a.abs().max(b.abs())).sum::<f64>() / side.takes.len().max(1) as f64;
    let degree = small.site_rows.len() as f64 / small.sites.len().max(1) as f64;
    degree.max(1.0).sqrt() / mean.max(1e-12)
}

/// Sites whose other choice would push the bound to the cut-off or below: (site, least further units, most).
fn fixes(small: &Small, look: &Look, cutoff: f64) -> Vec<(u32, u32, u32)> {
    let full = look.taken.iter().sum::<u32>() >= small.units;
    let mut out = Vec::new();
    for site in 0..small.sites.len() {
        let (taken, room) = (look.taken[site], small.room[site]);
        let (mut low, mut high) = (0, room);
        if taken < room {
            let next = if taken == 0 { look.first[site] } else { look.more[site] };
            let more = if full { next - look.worst_in } else { next };
            if look.bound + more.min(0.0) <= cutoff {
                high = taken;
            }
        }
        if taken > 0 {
            let last = if taken == 1 { look.first[site] } else { look.more[site] };
            if look.bound - last + look.best_out <= cutoff {
                low = taken;
            }
        }
        if (low, high) != (0, room) {
            out.push((site as u32, low, high));
        }
    }
    out
}

/// Small rows, and further units of each.
type Counts = Vec<(u32, u32)>;

/// Rows that would push the bound to the cut-off or below with fewer further units than these, and with more than those.
fn musts(small: &Small, look: &Look, prices: &Prices, cutoff: f64) -> (Counts, Counts) {
    let (mut out, mut caps) = (Vec::new(), Vec::new());
    for (r, row) in small.rows.iter().enumerate() {
        let bonus: f64 = row.shares.iter().map(|(s, w)| prices.share[*s as usize] * w).sum();
        let best = best_count(small, row, prices.row[r], bonus).1;
        let without = |k: u32| {
            let worth = small.worth[(row.worth + k.min(row.most)) as usize] + if k > 0 { bonus } else { 0.0 };
            look.bound - best + worth - prices.row[r] * f64::from(k)
        };
        let mut need = row.need;
        while need < row.most && without(need) <= cutoff {
            need += 1;
        }
        if need > row.need {
            out.push((r as u32, need));
        }
        let now = row.cap.min(row.reach);
        let mut cap = now;
        while cap > need && without(cap) <= cutoff {
            cap -= 1;
        }
        if cap < now {
            caps.push((r as u32, cap));
        }
    }
    (out, caps)
}

impl Small {
    /// The value with every row served in full: a bound that no prices are needed for.
    pub fn ceiling(&self) -> f64 {
        let rows: f64 = self.rows.iter().map(|r| self.worth[(r.worth + r.most) as usize]).sum();
        self.fixed + rows + self.gain.iter().map(|g| g.max(0.0)).sum::<f64>()
    }

    /// Rows that would push the ceiling to the cut-off or below with fewer further units than these.
    pub fn musts_of_ceiling(&self, cutoff: f64) -> Vec<(u32, u32)> {
        let ceiling = self.ceiling();
        let mut out = Vec::new();
        for (r, row) in (0_u32..).zip(&self.rows) {
            let worth = |k: u32| self.worth[(row.worth + k) as usize];
            let mut need = row.need;
            while need < row.most && ceiling - worth(row.most) + worth(need) <= cutoff {
                need += 1;
            }
            if need > row.need {
                out.push((r, need));
            }
        }
        out
    }
}
