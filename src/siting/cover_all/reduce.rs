//! Reductions of covering problems (Toregas and ReVelle, "Binary logic solutions to a class of location problem",
//! Geographical Analysis 5, 1973), repeated until none helps.

use super::core::Core;

/// The problem that is left, and the sites (outer numbers) that have to be taken.
pub(super) fn reduced(mut core: Core) -> (Core, Vec<u32>) {
    let mut taken = Vec::new();
    loop {
        let size = (core.rows.len(), core.names.len());
        if core.done() {
            return (Core { need: core.need.map(|_| 0.0), ..Core::default() }, taken);
        }
        core = if core.need.is_none() { fewer_points(&core) } else { merged_points(&core) };
        let dropped = useless_sites(&core);
        let mut must = vec![false; core.names.len()];
        if core.need.is_none() {
            let kept = |j: &&u32| !dropped[**j as usize];
            for row in &core.rows {
                let mut left = row.iter().filter(kept);
                if let (Some(&only), None) = (left.next(), left.next()) {
                    must[only as usize] = true;
                }
            }
        }
        taken.extend((0..must.len()).filter(|&j| must[j]).map(|j| core.names[j]));
        if must.contains(&true) || dropped.contains(&true) {
            core = core.after(&must, &dropped);
        }
        if (core.rows.len(), core.names.len()) == size {
            return (core, taken);
        }
    }
}

/// Whether all numbers of a short ascending list stand in a long one.
fn inside(short: &[u32], long: &[u32]) -> bool {
    if short.len() > long.len() {
        return false;
    }
    let mut rest = long.iter();
    short.iter().all(|x| rest.any(|y| y == x))
}

/// Without points that are covered whenever another one is.
fn fewer_points(core: &Core) -> Core {
    let mut gone = vec![false; core.rows.len()];
    for i in 0..core.rows.len() {
        // Any point that has all sites of `i` has its least used one.
        let Some(&rare) = core.rows[i].iter().min_by_key(|&&j| (core.columns[j as usize].len(), j)) else { continue };
        if gone[i] {
            continue;
        }
        for &k in &core.columns[rare as usize] {
            let k = k as usize;
            if k != i && !gone[k] && inside(&core.rows[i], &core.rows[k]) {
                // Of two equal points the later goes.
                if core.rows[i].len() < core.rows[k].len() || i < k {
                    gone[k] = true;
                }
            }
        }
    }
    let kept: Vec<usize> = (0..core.rows.len()).filter(|&i| !gone[i]).collect();
    if kept.len() == core.rows.len() { core.clone() } else { core.of_rows(&kept, core.need, |_| true) }
}

/// Points with the same sites become one with their weights; points without any site go.
fn merged_points(core: &Core) -> Core {
    let mut order: Vec<usize> = (0..core.rows.len()).filter(|&i| !core.rows[i].is_empty()).collect();
    order.sort_by(|&a, &b| core.rows[a].cmp(&core.rows[b]).then(a.cmp(&b)));
    let mut weights = core.weights.clone();
    let mut prices = core.prices.clone();
    let mut kept: Vec<usize> = Vec::new();
    for &i in &order {
        match kept.last() {
            Some(&last) if core.rows[last] == core.rows[i] => {
                weights[last] += core.weights[i];
                prices[last] += core.prices[i];
            }
            _ => kept.push(i),
        }
    }
    if kept.len() == core.rows.len() {
        return core.clone();
    }
    kept.sort_unstable();
    Core { weights, prices, ..core.clone() }.of_rows(&kept, core.need, |_| true)
}

/// Sites that cover no more than another one.
fn useless_sites(core: &Core) -> Vec<bool> {
    let mut gone = vec![false; core.names.len()];
    for j in 0..core.names.len() {
        let Some(&rare) = core.columns[j].iter().min_by_key(|&&i| (core.rows[i as usize].len(), i)) else {
            gone[j] = true;
            continue;
        };
        for &l in &core.rows[rare as usize] {
            let l = l as usize;
            if l != j && !gone[l] && inside(&core.columns[j], &core.columns[l]) {
                // Of two equal sites the earlier stays.
                if core.columns[j].len() < core.columns[l].len() || l < j {
                    gone[j] = true;
                    break;
                }
            }
        }
    }
    gone
}
