//! How busy units are, and who answers whom, without simulating: the approximate hypercube.
//!
//! The hypercube model asks which of N units are busy together: 2^N states. The approximation (R. C. Larson, "Approximating
//! the performance of urban emergency service systems", Operations Research 23 (1975) 845–868) treats units as busy
//! independently, each with its own workload, and corrects the chance that the first k are busy and the next is free by a
//! factor Q(k) taken from the M/M/N system, where units busy at random without replacement can be counted exactly.
//! J. P. Jarvis ("Approximating the equilibrium behavior of multi-server loss systems", Management Science 31 (1985)
//! 235–239) lets service times depend on caller and unit; S. Budge, A. Ingolfsson and E. Erkut ("Approximating vehicle
//! dispatch probabilities for emergency service systems with location-specific service times and multiple units per
//! location", Operations Research 57 (2009) 251–255) let several equal units share a station: they are asked one after
//! another, in random order, before the next station is.

/// Calls from one place.
#[derive(Clone, Debug, PartialEq)]
pub struct CallsFrom {
    /// Calls per unit of time.
    pub rate: f64,
    /// Stations in the order in which they are asked: each once at most.
    pub order: Vec<usize>,
    /// Mean time that a unit of each station is busy with such a call (in the same unit of time).
    pub service: Vec<f64>,
}

/// What happens to a call that finds every unit busy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AllBusy {
    /// Somebody else takes it.
    Lost,
    /// It waits; units that become free take those who wait in order.
    Waits,
}

/// The solved approximation.
#[derive(Clone, Debug, PartialEq)]
pub struct Workloads {
    /// Share of time that each unit of each station is busy (0 where a station has none).
    pub busy: Vec<f64>,
    /// `shares[place][station]`: chance that a call from the place is answered by the station at once, every unit not being
    /// busy.
    pub shares: Vec<Vec<f64>>,
    /// Chance that a call finds every unit busy.
    pub all_busy: f64,
    /// Whether the iteration settled.
    pub settled: bool,
}

/// Rounds of the iteration at most; it needs tens.
const ROUNDS: usize = 2_000;

/// Chances of 0 to N busy units in M/M/N with so many units of offered load, without those who wait.
fn chances(units: usize, load: f64, rule: AllBusy) -> (Vec<f64>, f64) {
    let mut p = vec![1.0];
    for n in 1..=units {
        p.push(p[n - 1] * load / n as f64);
    }
    let per_unit = load / units as f64;
    let full = match rule {
        AllBusy::Lost => p[units],
        AllBusy::Waits if per_unit < 1.0 => p[units] / (1.0 - per_unit),
        AllBusy::Waits => f64::INFINITY,
    };
    let sum = p[..units].iter().sum::<f64>() + full;
    if !sum.is_finite() {
        return (vec![0.0; units + 1], 1.0);
    }
    for x in &mut p {
        *x /= sum;
    }
    (p, full / sum)
}

/// Larson's correction: Q(k) ρ^k (1 − ρ) is the chance that, of units drawn without replacement, k are busy and the next is
/// free.
fn corrections(units: usize, load: f64, rule: AllBusy) -> (Vec<f64>, f64, f64) {
    let (p, all_busy) = chances(units, load, rule);
    let mean: f64 = (0..units).map(|n| n as f64 * p[n]).sum::<f64>() + units as f64 * all_busy;
    let r = (mean / units as f64).clamp(1e-12, 1.0 - 1e-12);
    let mut q = Vec::with_capacity(units);
    let mut power = 1.0;
    for k in 0..units {
        let mut chance = 0.0;
        for (j, p) in p.iter().enumerate().take(units).skip(k) {
            let mut drawn = *p;
            for b in 0..k {
                drawn *= (j - b) as f64 / (units - b) as f64;
            }
            chance += drawn * (units - j) as f64 / (units - k) as f64;
        }
        q.push(chance / (power * (1.0 - r)));
        power *= r;
    }
    (q, all_busy, r)
}

/// Workloads and dispatch chances for so many units at each station. None when there are no units or no calls, or, where
/// calls wait, when the units cannot keep up.
#[must_use]
pub fn workloads(units: &[u32], calls: &[CallsFrom], rule: AllBusy) -> Option<Workloads> {
    let count: usize = units.iter().map(|u| *u as usize).sum();
    let rate: f64 = calls.iter().map(|c| c.rate).sum();
    if count == 0 || rate.is_nan() || rate <= 0.0 {
        return None;
    }
    let stations = units.len();
    let mut shares = vec![vec![0.0; stations]; calls.len()];
    // The first guess of the mean service time: the stations asked first.
    let first = |c: &CallsFrom| c.order.iter().find(|s| units[**s] > 0).map_or(0.0, |s| c.service[*s]);
    let mut service = calls.iter().map(|c| c.rate * first(c)).sum::<f64>() / rate;
    let mut busy = vec![0.0; stations];
    let mut all_busy = 0.0;
    for round in 0..ROUNDS {
        let load = rate * service;
        if rule == AllBusy::Waits && load >= count as f64 {
            return None;
        }
        let (q, full, mean) = corrections(count, load, rule);
        all_busy = full;
        if round == 0 {
            busy.fill(mean);
        }
        let mut asked = vec![0.0; stations];
        for c in calls {
            let (mut before, mut reached) = (0_usize, 1.0);
            for s in c.order.iter().filter(|s| units[**s] > 0) {
                for _ in 0..units[*s] {
                    asked[*s] += c.rate * c.service[*s] * q[before] * reached;
                    reached *= busy[*s];
                    before += 1;
                }
            }
        }
        let waited = if rule == AllBusy::Waits { rate * full * service / count as f64 } else { 0.0 };
        let mut next: Vec<f64> = (0..stations)
            .map(|s| {
                if units[s] == 0 {
                    0.0
                } else {
                    (asked[s] + f64::from(units[s]) * waited) / (f64::from(units[s]) + asked[s])
                }
            })
            .collect();
        let total: f64 = next.iter().zip(units).map(|(b, u)| b * f64::from(*u)).sum();
        let wanted = mean * count as f64;
        for b in &mut next {
            *b = (*b * wanted / total.max(1e-300)).min(1.0 - 1e-9);
        }
        let moved = next.iter().zip(&busy).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
        // Half a step: workloads of neighbours answer one another.
        for (b, n) in busy.iter_mut().zip(&next) {
            *b = 0.5 * (*b + n);
        }
        fill_shares(units, calls, &q, &busy, 1.0 - full, &mut shares);
        let worked: f64 = calls
            .iter()
            .zip(&shares)
            .map(|(c, row)| c.rate * row.iter().zip(&c.service).map(|(f, t)| f * t).sum::<f64>())
            .sum();
        let answered: f64 = calls.iter().zip(&shares).map(|(c, row)| c.rate * row.iter().sum::<f64>()).sum();
        let before = service;
        if answered > 0.0 {
            service = 0.5 * (service + worked / answered);
        }
        if moved < 1e-10 && (service - before).abs() <= 1e-10 * before {
            return Some(Workloads { busy, shares, all_busy, settled: true });
        }
    }
    Some(Workloads { busy, shares, all_busy, settled: false })
}

/// Chances of being answered at once, brought to the sum they must have.
fn fill_shares(units: &[u32], calls: &[CallsFrom], q: &[f64], busy: &[f64], sum: f64, shares: &mut [Vec<f64>]) {
    for (c, row) in calls.iter().zip(shares) {
        row.fill(0.0);
        let (mut before, mut reached) = (0_usize, 1.0);
        for s in c.order.iter().filter(|s| units[**s] > 0) {
            for _ in 0..units[*s] {
                row[*s] += q[before] * reached * (1.0 - busy[*s]);
                reached *= busy[*s];
                before += 1;
            }
        }
        // A list that leaves stations out loses what only they could answer; a full one answers whatever is not all busy.
        if before == q.len() {
            let total: f64 = row.iter().sum();
            if total > 0.0 {
                row.iter_mut().for_each(|f| *f *= sum / total);
            }
        }
    }
}
