//! Who is served by whom when the sites are given: by regret, then shifts and swaps.

use super::{Capacitated, Plan, slack};

impl Capacitated {
    /// A good assignment to some sites, or `None` where none was found.
    pub(super) fn assigned(&self, sites: &[u32]) -> Option<Plan> {
        let n = self.plain.points;
        // Two orders: who loses most if not first, and the largest loads (they fit worst).
        let cost = |i: usize, j: u32| self.plain.row(i)[j as usize];
        let regret: Vec<f64> = (0..n)
            .map(|i| {
                let (mut a, mut b) = (f64::INFINITY, f64::INFINITY);
                for &j in sites {
                    let c = cost(i, j);
                    if c < a {
                        (b, a) = (a, c);
                    } else if c < b {
                        b = c;
                    }
                }
                if b.is_finite() { b - a } else { 0.0 }
            })
            .collect();
        let mut by_regret: Vec<usize> = (0..n).collect();
        by_regret.sort_by(|&a, &b| regret[b].total_cmp(&regret[a]).then(a.cmp(&b)));
        let mut by_load: Vec<usize> = (0..n).collect();
        by_load.sort_by(|&a, &b| self.loads[b].total_cmp(&self.loads[a]).then(regret[b].total_cmp(&regret[a])));
        let first = self.fill(sites, &by_regret, false);
        let plans = match first {
            Some(plan) => vec![plan],
            None => {
                [self.fill(sites, &by_load, false), self.fill(sites, &by_load, true)].into_iter().flatten().collect()
            }
        };
        plans.into_iter().map(|p| self.shifted(sites, p)).reduce(|a, b| if b.value < a.value { b } else { a })
    }

    /// Puts points in an order into the cheapest site with room (or, `tight`, the one that they fill best).
    fn fill(&self, sites: &[u32], order: &[usize], tight: bool) -> Option<Vec<u32>> {
        let mut left: Vec<f64> = sites.iter().map(|&j| self.room[j as usize]).collect();
        let mut by = vec![0; self.plain.points];
        for &i in order {
            let row = self.plain.row(i);
            let key = |s: usize| if tight { left[s] } else { row[sites[s] as usize] };
            let fits = |s: &usize| self.loads[i] <= left[*s] + slack(self.room[sites[*s] as usize]);
            let best = (0..sites.len()).filter(fits).min_by(|&a, &b| key(a).total_cmp(&key(b)).then(a.cmp(&b)))?;
            left[best] -= self.loads[i];
            by[i] = best as u32;
        }
        Some(by)
    }

    /// Moves points, and lets two change places, as long as that saves. `by` holds places in `sites`.
    fn shifted(&self, sites: &[u32], mut by: Vec<u32>) -> Plan {
        let n = self.plain.points;
        let mut left: Vec<f64> = sites.iter().map(|&j| self.room[j as usize]).collect();
        for (i, &s) in by.iter().enumerate() {
            left[s as usize] -= self.loads[i];
        }
        let spare = |s: usize| slack(self.room[sites[s] as usize]);
        let cost = |i: usize, s: usize| self.plain.row(i)[sites[s] as usize];
        loop {
            let mut moved = false;
            for (i, now) in by.iter_mut().enumerate() {
                let s = *now as usize;
                let fits = |t: &usize| *t != s && self.loads[i] <= left[*t] + spare(*t);
                let best =
                    (0..sites.len()).filter(fits).min_by(|&a, &b| cost(i, a).total_cmp(&cost(i, b)).then(a.cmp(&b)));
                if let Some(t) = best.filter(|&t| saves(cost(i, s) - cost(i, t), cost(i, s))) {
                    left[s] += self.loads[i];
                    left[t] -= self.loads[i];
                    *now = t as u32;
                    moved = true;
                }
            }
            for i in 0..n {
                for k in i + 1..n {
                    let (s, t) = (by[i] as usize, by[k] as usize);
                    if s == t {
                        continue;
                    }
                    let before = cost(i, s) + cost(k, t);
                    if !saves(before - cost(i, t) - cost(k, s), before) {
                        continue;
                    }
                    let more = self.loads[i] - self.loads[k];
                    if more <= left[t] + spare(t) && -more <= left[s] + spare(s) {
                        left[s] += more;
                        left[t] -= more;
                        by.swap(i, k);
                        moved = true;
                    }
                }
            }
            if !moved {
                break;
            }
        }
        let value = (0..n).map(|i| cost(i, by[i] as usize)).sum();
        Plan { sites: sites.to_vec(), by: by.iter().map(|&s| sites[s as usize]).collect(), value }
    }
}

/// Whether a saving is more than rounding.
fn saves(saving: f64, of: f64) -> bool {
    saving > 1e-12 * of.abs()
}
