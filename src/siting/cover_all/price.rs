//! The Lagrangean bound of covering: the rule "every point is covered" is bought at a price per point.

use super::core::Core;

/// Bound and what belongs to it.
pub(super) struct Priced {
    pub(super) bound: f64,
    /// One less the prices of a site's points: what taking the site would add to the bound.
    pub(super) cost: Vec<f64>,
    /// How far each site is open in the fractional solution.
    pub(super) share: Vec<f64>,
}

/// A look at the bound: its value, costs of sites, and how much more each point wants to be covered.
fn look(core: &Core, prices: &[f64], cost: &mut [f64], wants: &mut [f64], order: &mut Vec<u32>) -> f64 {
    for (c, column) in cost.iter_mut().zip(&core.columns) {
        *c = 1.0 - column.iter().map(|&i| prices[i as usize]).sum::<f64>();
    }
    let mut bound = 0.0;
    match core.need {
        None => {
            bound += prices.iter().sum::<f64>();
            wants.fill(1.0);
        }
        Some(need) => {
            // The cheapest points per weight are covered until the share is met.
            order.clear();
            order.extend(0..prices.len() as u32);
            let rate = |i: u32| prices[i as usize] / core.weights[i as usize];
            order.sort_by(|&a, &b| rate(a).total_cmp(&rate(b)).then(a.cmp(&b)));
            let mut left = need;
            wants.fill(0.0);
            for &i in order.iter() {
                if left <= 0.0 {
                    break;
                }
                let part = (left / core.weights[i as usize]).min(1.0);
                wants[i as usize] = part;
                bound += part * prices[i as usize];
                left -= core.weights[i as usize];
            }
        }
    }
    for (c, column) in cost.iter().zip(&core.columns) {
        if *c < 0.0 {
            bound += c;
            for &i in column {
                wants[i as usize] -= 1.0;
            }
        }
    }
    bound
}

/// Raises the prices of a problem (they stay in it) until the bound says that `limit` sites cannot do it, or steps end.
pub(super) fn climb(core: &mut Core, limit: usize, steps: usize) -> Priced {
    let (n, m) = (core.rows.len(), core.names.len());
    let enough = limit as f64 + 1e-6;
    let (mut cost, mut wants, mut order) = (vec![0.0; m], vec![0.0; n], Vec::new());
    let mut best_cost = vec![0.0; m];
    let mut bound = look(core, &core.prices, &mut best_cost, &mut wants, &mut order);
    let mut v = wants.clone();
    let mut share: Vec<f64> = best_cost.iter().map(|&c| if c < 0.0 { 1.0 } else { 0.0 }).collect();
    let (mut pace, mut widest, mut reds, mut mark) = (0.5, 0.1, 0, bound);
    let mut prices = core.prices.clone();
    for step in 1..=steps {
        if bound > enough {
            break;
        }
        // A direction that would push a price of nothing below nothing counts for nothing.
        let norm: f64 = v.iter().zip(&core.prices).filter(|(d, u)| **d > 0.0 || **u > 0.0).map(|(d, _)| d * d).sum();
        if norm < 1e-12 {
            break;
        }
        // What would be proof enough is the aim: one more than the limit, but never far off.
        let aim = (limit.min(m) as f64 + 1.0).min(bound * 1.1 + 1.0);
        let length = pace * (aim - bound).max(1e-6) / norm;
        for i in 0..n {
            prices[i] = (core.prices[i] + length * v[i]).max(0.0);
        }
        let value = look(core, &prices, &mut cost, &mut wants, &mut order);
        let (mut dot, mut apart, mut agree) = (0.0, 0.0, 0.0);
        for (d, g) in v.iter().zip(&wants) {
            dot += d * (d - g);
            apart += (d - g) * (d - g);
            agree += d * g;
        }
        let best = if apart > 0.0 { dot / apart } else { widest };
        let mix: f64 = if best <= 0.0 { widest / 10.0 } else { f64::min(best, widest) };
        for (d, g) in v.iter_mut().zip(&wants) {
            *d = mix * g + (1.0 - mix) * *d;
        }
        for (s, c) in share.iter_mut().zip(&cost) {
            *s = mix * f64::from(u8::from(*c < 0.0)) + (1.0 - mix) * *s;
        }
        if value > bound {
            bound = value;
            std::mem::swap(&mut core.prices, &mut prices);
            std::mem::swap(&mut best_cost, &mut cost);
            reds = 0;
            if agree >= 0.0 {
                pace = f64::min(pace * 1.1, 2.0);
            }
        } else {
            reds += 1;
            if reds >= 10 {
                pace = f64::max(pace * 0.7, 1e-3);
                reds = 0;
            }
        }
        if step % 60 == 0 {
            if bound - mark < 0.01 * (aim - bound) {
                widest = f64::max(widest / 2.0, 1e-3);
            }
            mark = bound;
        }
    }
    Priced { bound, cost: best_cost, share }
}
