//! Carries what a bound on a small problem says over to the limits of the model.

use super::node::Limits;
use super::relax::Relaxed;
use super::shrink::Small;
use super::state::Ground;

/// Carries what the bound fixed over to the limits; how much that was, in sites.
pub(super) fn fix(limits: &mut Limits, small: &Small, relaxed: &Relaxed) -> usize {
    let mut changed = 0;
    for (s, low, high) in &relaxed.fixes {
        let (site, room) = (small.sites[*s as usize] as usize, small.room[*s as usize]);
        let base = small.base[*s as usize];
        limits.low[site] = base + low;
        limits.high[site] = base + high;
        changed += usize::from(high - low < room);
    }
    changed + relaxed.musts.len() * small.sites.len() / small.rows.len().max(1) / 2
}

/// Carries needs of small rows over to the limits that the small problem was made from.
pub(super) fn demand(ground: &Ground<'_>, limits: &mut Limits, small: &Small, musts: &[(u32, u32)]) {
    if musts.is_empty() {
        return;
    }
    let mut more = vec![0; small.rows.len()];
    for (r, need) in musts {
        more[*r as usize] = *need;
    }
    let base = ground.model.counts(&limits.low);
    for (r, s) in small.row_of.iter().enumerate() {
        if *s != u32::MAX && more[*s as usize] > 0 {
            limits.need[r] = limits.need[r].max(base[r] + more[*s as usize]);
        }
    }
}

/// Carries caps of small rows over to the limits.
pub(super) fn restrict(ground: &Ground<'_>, limits: &mut Limits, small: &Small, caps: &[(u32, u32)]) {
    if caps.is_empty() {
        return;
    }
    let mut most = vec![u32::MAX; small.rows.len()];
    for (r, cap) in caps {
        most[*r as usize] = *cap;
    }
    let base = ground.model.counts(&limits.low);
    for (r, s) in small.row_of.iter().enumerate() {
        if *s != u32::MAX && most[*s as usize] != u32::MAX {
            limits.cap[r] = limits.cap[r].min(base[r] + most[*s as usize]);
        }
    }
}
