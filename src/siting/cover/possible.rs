//! Rules that forbid every choice by themselves: found out before a search for what is not there.

use super::model::{CoverModel, slack};
use super::solve::ladder;
use crate::siting::Effort;

/// Nodes that each of the questions may take.
const NODES: u64 = 500;

/// Whether it is proved that no choice meets one of the shares, even without the other shares and needs; or that the needs by
/// themselves want more units than there are.
pub(super) fn is_impossible(model: &CoverModel, effort: &Effort) -> bool {
    let effort = Effort { nodes: effort.nodes.min(NODES), ..*effort };
    (0..model.shares.len()).any(|s| share_out_of_reach(model, s, &effort)) || needs_out_of_reach(model, &effort)
}

fn share_out_of_reach(model: &CoverModel, share: usize, effort: &Effort) -> bool {
    let mut asked = without_duties(model);
    let share = &model.shares[share];
    for (row, weight) in &share.rows {
        asked.weight[*row as usize] = *weight;
    }
    match ladder(&asked, effort, false) {
        Ok(most) => most.answer.bound < share.least - slack(share.least),
        Err(_) => false,
    }
}

fn needs_out_of_reach(model: &CoverModel, effort: &Effort) -> bool {
    let most = model.need.iter().max().copied().unwrap_or(0);
    if most == 0 || (most > 1 && model.capacity.iter().any(|c| *c > 1)) {
        // Where a row wants several units and a site may have them, sites do not say how many units it takes.
        return false;
    }
    let mut asked = without_duties(model);
    asked.need.clone_from(&model.need);
    asked.capacity.iter_mut().for_each(|c| *c = (*c).min(1));
    let asked = asked.fewest();
    match ladder(&asked, effort, false) {
        Ok(fewest) => -fewest.answer.bound > f64::from(model.units.min(model.open)) + 1e-6,
        Err(_) => false,
    }
}

/// The rules for sites alone.
fn without_duties(model: &CoverModel) -> CoverModel {
    let mut bare = model.clone();
    bare.weight.fill(0.0);
    bare.site_gain.fill(0.0);
    bare.need.fill(0);
    bare.shares.clear();
    bare.steps = vec![vec![1.0]];
    bare.class.fill(0);
    bare
}
