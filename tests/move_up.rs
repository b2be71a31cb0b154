//! The worked example of `docs/move-up.md`: a redeployment policy written outside the crate.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use goldenhour::experiment::{Overrides, prepare};
use goldenhour::ids::PostId;
use goldenhour::sim::redeploy::{Event, MoveUp, View};
use goldenhour::sim::{Count, Options, Played, play, play_with};
use std::collections::BTreeMap;
use std::path::Path;

/// Sends a unit that comes free to the nearest of the posts with the fewest units.
struct FillEmptiest {
    posts: Vec<PostId>,
}

impl MoveUp for FillEmptiest {
    fn decide(&mut self, event: Event, view: &View<'_>, moves: &mut Vec<(usize, PostId)>) {
        // Nothing moves when a unit is sent; only the one that comes free is placed.
        let Event::Freed(unit) = event else { return };
        let Some(freed) = view.free.iter().find(|f| f.unit == unit) else { return };
        let mut there: BTreeMap<PostId, usize> = self.posts.iter().map(|p| (*p, 0)).collect();
        for other in view.free.iter().filter(|f| f.unit != unit) {
            if let Some(count) = there.get_mut(&other.post) {
                *count += 1;
            }
        }
        // The fewest units first, then the shortest drive, then the table's order: never a tie.
        let best = there.iter().filter_map(|(post, count)| {
            let time = (view.time)(freed.home, *post)?;
            Some((*count, time, *post))
        });
        moves.extend(best.min().map(|(_, _, post)| (unit, post)));
    }
}

fn mean_response_min(played: &Played) -> f64 {
    let seconds: f64 = played.outcome.groups.iter().map(|g| g.response.sum_seconds()).sum();
    seconds / played.outcome.responses() as f64 / 60.0
}

#[test]
fn a_policy_of_ones_own_runs_and_is_deterministic() {
    let scenario = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/yuxi-now.toml");
    let prepared = prepare(&scenario, &Overrides { days: Some(5.0), ..Overrides::default() }).unwrap();
    let world = &prepared.world;
    let options = Options::by(&prepared.pack.targets(), true);
    let posts: Vec<PostId> = world.facts.home.clone();
    let run = || {
        let policy = Box::new(FillEmptiest { posts: posts.clone() });
        play_with(&world.scenario, &world.facts, world, Some(policy), &options, 120, 0)
    };
    let (first, again) = (run(), run());
    assert_eq!(first.outcome, again.outcome);
    assert_eq!(first.records, again.records);
    assert!(first.outcome.count(Count::Moves) > 50, "{} moves", first.outcome.count(Count::Moves));
    // The same calls as without it, and a response in the same order of size.
    let home = play(&world.scenario, &world.facts, world, &options, 120, 0);
    let calls = |p: &Played| p.records.iter().map(|r| (r.number, r.point, r.stamps[0])).collect::<Vec<_>>();
    assert_eq!(calls(&first), calls(&home));
    let (own, usual) = (mean_response_min(&first), mean_response_min(&home));
    assert!((own / usual - 1.0).abs() < 0.5, "{own} min against {usual} min");
}
