//! Larson's hypercube queueing model, solved exactly: how busy is each unit when each place has its own order of units?
//!
//! R. C. Larson, "A hypercube queuing model for facility location and redistricting in urban emergency services", Computers &
//! Operations Research 1 (1974) 67–95; R. C. Larson and A. R. Odoni, Urban Operations Research (1981), chapter 5.

/// A place whose calls come at a rate and go to the first free unit of its list.
#[derive(Clone, Debug, PartialEq)]
pub struct Atom {
    /// Calls per unit of time.
    pub rate: f64,
    /// Units in order of preference: each once.
    pub order: Vec<usize>,
}

/// The solved model.
#[derive(Clone, Debug, PartialEq)]
pub struct Hypercube {
    /// Chance of each set of busy units (bit `i` is unit `i`), the last without anybody waiting.
    pub states: Vec<f64>,
    /// Chance that somebody waits.
    pub queue: f64,
    /// Share of time each unit is busy.
    pub workloads: Vec<f64>,
    /// `shares[atom][unit]`: share of an atom's calls that the unit answers.
    pub shares: Vec<Vec<f64>>,
}

/// Steps after which the iteration is given up; it needs tens to hundreds.
const STEPS: usize = 100_000;

impl Hypercube {
    /// Solves the model for `units` alike units with exponential service of a rate each, and callers who wait for ever in
    /// order of arrival. `None` when the units are overloaded, or an atom's list does not hold each unit once. Memory and
    /// time grow with two to the number of units: meant for up to about fifteen.
    ///
    /// With everybody busy, and more or fewer waiting, the chances fall by the load per unit with each who waits; so the
    /// states without a queue balance among themselves, and are found by Gauss–Seidel iteration (Larson and Odoni, 5.4).
    pub fn solve(units: usize, service_rate: f64, atoms: &[Atom]) -> Option<Hypercube> {
        let whole_list = |a: &Atom| {
            let mut order = a.order.clone();
            order.sort_unstable();
            order.into_iter().eq(0..units)
        };
        let total: f64 = atoms.iter().map(|a| a.rate).sum();
        let load = total / (service_rate * units as f64);
        if units == 0 || load >= 1.0 || !atoms.iter().all(whole_list) {
            return None;
        }
        let full = (1 << units) - 1;
        // up[state × units + unit]: rate at which the unit is the one that goes.
        let mut up = vec![0.0; (full + 1) * units];
        for state in 0..full {
            for atom in atoms {
                if let Some(unit) = atom.order.iter().find(|u| state >> **u & 1 == 0) {
                    up[state * units + unit] += atom.rate;
                }
            }
        }
        let mut p = vec![1.0 / (full + 1) as f64; full + 1];
        for _ in 0..STEPS {
            let mut change = 0.0_f64;
            for state in 0..=full {
                let mut into = 0.0;
                for unit in 0..units {
                    let other = state ^ (1 << unit);
                    let rate = if state >> unit & 1 == 1 { up[other * units + unit] } else { service_rate };
                    into += rate * p[other];
                }
                let busy = state.count_ones() as f64;
                let out = busy * service_rate + if state == full { 0.0 } else { total };
                let new = into / out;
                change = change.max((new - p[state]).abs());
                p[state] = new;
            }
            let sum: f64 = p.iter().sum();
            p.iter_mut().for_each(|x| *x /= sum);
            if change < 1e-15 {
                break;
            }
        }
        // Those who wait: a geometric tail on the full state.
        let tail = load / (1.0 - load);
        let sum: f64 = p.iter().sum::<f64>() + p[full] * tail;
        p.iter_mut().for_each(|x| *x /= sum);
        let queue = p[full] * tail;
        let busy = |unit: usize| (0..=full).filter(|s| s >> unit & 1 == 1).map(|s| p[s]).sum::<f64>() + queue;
        let share = |atom: &Atom, unit: usize| {
            let goes = |s: &usize| atom.order.iter().find(|u| s >> **u & 1 == 0) == Some(&unit);
            // Who has to wait gets whichever unit is free first.
            (0..full).filter(goes).map(|s| p[s]).sum::<f64>() + (p[full] + queue) / units as f64
        };
        Some(Hypercube {
            workloads: (0..units).map(busy).collect(),
            shares: atoms.iter().map(|a| (0..units).map(|u| share(a, u)).collect()).collect(),
            queue,
            states: p,
        })
    }

    /// The chance that a caller has to wait: everybody is busy.
    pub fn waits(&self) -> f64 {
        self.states.last().copied().unwrap_or(0.0) + self.queue
    }
}

/// The example with three units of Larson and Odoni, sections 5.4.3 and 5.4.4, service rate 1, calls 1.5: unit 1 alone covers
/// half of them. Their split of its area between the first backups is the one at which their workloads come out.
#[cfg(test)]
pub(crate) fn larson_odoni() -> (Vec<Atom>, [f64; 3]) {
    let atom = |rate, order: [usize; 3]| Atom { rate, order: order.to_vec() };
    let atoms = vec![atom(0.5, [0, 1, 2]), atom(0.25, [0, 2, 1]), atom(0.35, [1, 0, 2]), atom(0.4, [2, 0, 1])];
    (atoms, [0.5574, 0.4734, 0.4693])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::queueing::erlang_c;
    use proptest::prelude::*;

    #[test]
    fn reproduces_the_published_workloads() {
        let (atoms, published) = larson_odoni();
        let h = Hypercube::solve(3, 1.0, &atoms).unwrap();
        for (got, wanted) in h.workloads.iter().zip(published) {
            assert!((got - wanted).abs() < 0.5e-4, "{:?}", h.workloads);
        }
        let Some(oracles) = crate::stats::oracle_file("oracles.json") else { return };
        let oracle = &oracles["hypercube_3unit"];
        for (got, wanted) in h.workloads.iter().zip(oracle["workloads"].as_array().unwrap()) {
            assert!((got - wanted.as_f64().unwrap()).abs() < 1e-9);
        }
        for (name, p) in oracle["states"].as_object().unwrap() {
            // Unit 1 is written last.
            let state = usize::from_str_radix(name, 2).unwrap();
            assert!((h.states[state] - p.as_f64().unwrap()).abs() < 1e-9, "{name}: {:?}", h.states);
        }
        assert!((h.queue - oracle["P_queue"].as_f64().unwrap()).abs() < 1e-9);
    }

    #[test]
    fn what_cannot_be_is_none() {
        let order = vec![0, 1];
        assert_eq!(Hypercube::solve(2, 1.0, &[Atom { rate: 2.0, order: order.clone() }]), None);
        assert_eq!(Hypercube::solve(3, 1.0, &[Atom { rate: 1.0, order }]), None);
        assert_eq!(Hypercube::solve(2, 1.0, &[Atom { rate: 1.0, order: vec![0, 0] }]), None);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        /// Who goes does not change how much work there is, nor how often all are busy.
        #[test]
        fn orders_only_share_out_the_work(
            units in 1..6_usize,
            load in 0.05..0.95_f64,
            atoms in prop::collection::vec((0.1..1.0_f64, any::<u64>()), 1..6),
        ) {
            let sum: f64 = atoms.iter().map(|a| a.0).sum();
            let atoms: Vec<Atom> = atoms.iter().map(|(weight, key)| {
                let mut order: Vec<usize> = (0..units).collect();
                order.sort_by_key(|u| (key.rotate_left(7 * *u as u32)).wrapping_mul(0x9e37_79b9_7f4a_7c15));
                Atom { rate: 2.0 * load * units as f64 * weight / sum, order }
            }).collect();
            let h = Hypercube::solve(units, 2.0, &atoms).unwrap();
            let erlangs = load * units as f64;
            prop_assert!((h.workloads.iter().sum::<f64>() - erlangs).abs() < 1e-9, "{:?}", h);
            prop_assert!((h.waits() - erlang_c(units as u32, erlangs)).abs() < 1e-9, "{:?}", h);
            prop_assert!((h.states.iter().sum::<f64>() + h.queue - 1.0).abs() < 1e-12);
            for (unit, workload) in h.workloads.iter().enumerate() {
                let answered: f64 = atoms.iter().zip(&h.shares).map(|(a, s)| a.rate * s[unit]).sum();
                prop_assert!((answered / 2.0 - workload).abs() < 1e-9, "unit {}: {:?}", unit, h);
            }
        }
    }
}
