//! The Lagrangean bound of the p-median: the rule "every point is served once" is bought at a price per point.
//!
//! With prices λ, opening site `j` is worth `ρ_j = Σ_i min(0, c_ij − λ_i)`, and `Σ λ_i + Σ (the p smallest ρ_j)` is a lower
//! bound on every solution (Cornuéjols, Fisher and Nemhauser, Management Science 23, 1977). Prices rise along the volume
//! algorithm (Barahona and Anbil, Mathematical Programming 87, 2000), which also gives a fractional solution to branch
//! on. Sites whose change would lift the bound over the best solution are fixed (Beasley, EJOR 65, 1993).

use super::instance::Median;

/// What is decided about a site.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    Free,
    Open,
    Closed,
}

/// The sites that can still serve each point, nearest first.
#[derive(Clone, Debug, Default)]
pub(super) struct Lists {
    start: Vec<usize>,
    site: Vec<u32>,
    cost: Vec<f64>,
}

impl Lists {
    /// All sites of a problem.
    pub(super) fn of(problem: &Median) -> Lists {
        let mut lists = Lists { start: vec![0], ..Lists::default() };
        for i in 0..problem.points {
            let row = problem.row(i);
            for &j in problem.nearest_first(i) {
                lists.site.push(j);
                lists.cost.push(row[j as usize]);
            }
            lists.start.push(lists.site.len());
        }
        lists
    }

    /// Without closed sites, and without those farther than the nearest site that is open anyhow.
    pub(super) fn kept(&self, states: &[State]) -> Lists {
        let mut lists = Lists { start: Vec::with_capacity(self.start.len()), ..Lists::default() };
        lists.start.push(0);
        for w in self.start.windows(2) {
            for at in w[0]..w[1] {
                let state = states[self.site[at] as usize];
                if state != State::Closed {
                    lists.site.push(self.site[at]);
                    lists.cost.push(self.cost[at]);
                }
                if state == State::Open {
                    break;
                }
            }
            lists.start.push(lists.site.len());
        }
        lists
    }
}

/// What is left of a problem when every point may be served by no site or by many.
pub(super) trait Relaxed {
    /// Points with a price.
    fn points(&self) -> usize;
    /// Writes what each site is worth when open (not positive; anything for closed ones).
    fn worth(&mut self, states: &[State], prices: &[f64], worth: &mut [f64]);
    /// Writes by how much each point is served too little (1) or too often (negative) by the sites taken, under the
    /// prices last asked for.
    fn shortfall(&self, taken: &[bool], prices: &[f64], out: &mut [f64]);
}

impl Relaxed for &Lists {
    fn points(&self) -> usize {
        self.start.len().saturating_sub(1)
    }

    fn worth(&mut self, _: &[State], prices: &[f64], worth: &mut [f64]) {
        worth.fill(0.0);
        for (i, &price) in prices.iter().enumerate() {
            let range = self.start[i]..self.start[i + 1];
            for (&j, &c) in self.site[range.clone()].iter().zip(&self.cost[range]) {
                if c >= price {
                    break;
                }
                worth[j as usize] += c - price;
            }
        }
    }

    fn shortfall(&self, taken: &[bool], prices: &[f64], out: &mut [f64]) {
        for (i, &price) in prices.iter().enumerate() {
            let range = self.start[i]..self.start[i + 1];
            let mut short = 1.0;
            for (&j, &c) in self.site[range.clone()].iter().zip(&self.cost[range]) {
                if c >= price {
                    break;
                }
                if taken[j as usize] {
                    short -= 1.0;
                }
            }
            out[i] = short;
        }
    }
}

/// Prices, the bound they give, and the fractional solution that belongs to them.
#[derive(Clone, Debug)]
pub(super) struct Dual {
    pub(super) prices: Vec<f64>,
    pub(super) bound: f64,
    /// How far each site is open.
    pub(super) share: Vec<f64>,
}

/// One evaluation of the bound.
pub(super) struct Look {
    pub(super) bound: f64,
    /// Worth of each site (not positive; 0 for closed ones).
    worth: Vec<f64>,
    /// Sites taken: the open ones, and the best free ones up to the number of posts.
    taken: Vec<bool>,
    /// Largest worth among the free sites taken, smallest among those left.
    last_in: f64,
    first_out: f64,
    ranked: Vec<u32>,
}

impl Look {
    pub(super) fn new(sites: usize) -> Look {
        Look {
            bound: f64::NEG_INFINITY,
            worth: vec![0.0; sites],
            taken: vec![false; sites],
            last_in: 0.0,
            first_out: 0.0,
            ranked: Vec::with_capacity(sites),
        }
    }

    /// Sites taken, ascending.
    pub(super) fn sites(&self) -> Vec<u32> {
        (0..self.taken.len() as u32).filter(|&j| self.taken[j as usize]).collect()
    }

    /// The bound at some prices. There must be no more open sites than posts, and enough that are not closed.
    pub(super) fn at(&mut self, relaxed: &mut impl Relaxed, states: &[State], posts: usize, prices: &[f64]) {
        relaxed.worth(states, prices, &mut self.worth);
        let mut bound: f64 = prices.iter().sum();
        let mut wanted = posts;
        self.ranked.clear();
        for (j, &state) in states.iter().enumerate() {
            self.taken[j] = state == State::Open;
            match state {
                State::Open => {
                    bound += self.worth[j];
                    wanted -= 1;
                }
                State::Free => self.ranked.push(j as u32),
                State::Closed => {}
            }
        }
        let worth = &self.worth;
        let order = |a: &u32, b: &u32| worth[*a as usize].total_cmp(&worth[*b as usize]).then(a.cmp(b));
        (self.last_in, self.first_out) = (f64::NEG_INFINITY, f64::INFINITY);
        if wanted > 0 && wanted < self.ranked.len() {
            let (_, &mut next, _) = self.ranked.select_nth_unstable_by(wanted, order);
            self.first_out = worth[next as usize];
        }
        for &j in &self.ranked[..wanted] {
            bound += worth[j as usize];
            self.last_in = self.last_in.max(worth[j as usize]);
            self.taken[j as usize] = true;
        }
        self.bound = bound;
    }

    /// Fixes free sites whose change would lift the bound over what is worth looking for. Returns how many.
    pub(super) fn fix(&self, states: &mut [State], cutoff: f64) -> usize {
        let mut fixed = 0;
        for (j, state) in states.iter_mut().enumerate() {
            if *state != State::Free {
                continue;
            }
            let worth = self.worth[j];
            if self.taken[j] {
                if self.bound - worth + self.first_out > cutoff {
                    *state = State::Open;
                    fixed += 1;
                }
            } else if self.bound + worth - self.last_in > cutoff {
                *state = State::Closed;
                fixed += 1;
            }
        }
        fixed
    }
}

/// How the climb is led: what it aims at, where it may stop, and how long it may take.
pub(super) struct Climb {
    pub(super) posts: usize,
    /// Value of the best solution.
    pub(super) target: f64,
    /// A bound above this ends the climb.
    pub(super) cutoff: f64,
    pub(super) steps: usize,
    /// Length of the first steps, as a share of the gap (Polyak).
    pub(super) pace: f64,
}

/// Raises the prices. States get fixed on the way, and the bound then holds for all solutions below the cutoff.
pub(super) fn climb(mut relaxed: impl Relaxed, states: &mut [State], dual: &mut Dual, climb: &Climb) {
    let n = relaxed.points();
    let m = states.len();
    let mut look = Look::new(m);
    look.at(&mut relaxed, states, climb.posts, &dual.prices);
    dual.bound = look.bound;
    look.fix(states, climb.cutoff);
    let mut v = vec![0.0; n];
    relaxed.shortfall(&look.taken, &dual.prices, &mut v);
    let mut share: Vec<f64> = look.taken.iter().map(|&t| f64::from(u8::from(t))).collect();
    let mut g = vec![0.0; n];
    let mut prices = vec![0.0; n];
    let (mut pace, mut widest) = (climb.pace, 0.1_f64);
    let (mut reds, mut mark) = (0, dual.bound);
    for step in 1..=climb.steps {
        if dual.bound > climb.cutoff {
            break;
        }
        let norm: f64 = v.iter().map(|x| x * x).sum();
        if norm < 1e-12 {
            break;
        }
        let length = pace * (climb.target - dual.bound).max(1e-9) / norm;
        for i in 0..n {
            prices[i] = dual.prices[i] + length * v[i];
        }
        look.at(&mut relaxed, states, climb.posts, &prices);
        relaxed.shortfall(&look.taken, &prices, &mut g);
        // The mix of old and new direction that is shortest, within limits.
        let (mut dot, mut apart, mut agree) = (0.0, 0.0, 0.0);
        for i in 0..n {
            dot += v[i] * (v[i] - g[i]);
            apart += (v[i] - g[i]) * (v[i] - g[i]);
            agree += v[i] * g[i];
        }
        let best = if apart > 0.0 { dot / apart } else { widest };
        let mix = if best <= 0.0 { widest / 10.0 } else { best.min(widest) };
        for i in 0..n {
            v[i] = mix * g[i] + (1.0 - mix) * v[i];
        }
        for (s, &t) in share.iter_mut().zip(&look.taken) {
            *s = mix * f64::from(u8::from(t)) + (1.0 - mix) * *s;
        }
        if look.bound > dual.bound {
            dual.bound = look.bound;
            std::mem::swap(&mut dual.prices, &mut prices);
            look.fix(states, climb.cutoff);
            reds = 0;
            if agree >= 0.0 {
                pace = (pace * 1.1).min(2.0);
            }
        } else {
            reds += 1;
            if reds >= 5 {
                pace = (pace * 0.7).max(1e-3);
                reds = 0;
            }
        }
        if step % 60 == 0 {
            if dual.bound - mark < 0.01 * (climb.target - dual.bound) {
                widest = (widest / 2.0).max(1e-3);
            }
            mark = dual.bound;
        }
    }
    dual.share = share;
}
