//! Reductions and bounds against all covers: greedy alone solves small instances, so that a wrong reduction or bound
//! would not show in the answers.

use super::core::Core;
use super::price::climb;
use super::reduce::reduced;
use crate::random::Stream;

fn made(stream: &mut Stream, share: bool) -> Core {
    let (n, m) = (3 + stream.below(12), 3 + stream.below(8));
    let chance = 0.15 + 0.4 * stream.uniform();
    let rows: Vec<Vec<u32>> = (0..n)
        .map(|_| {
            let mut row: Vec<u32> = (0..m as u32).filter(|_| stream.uniform() < chance).collect();
            if row.is_empty() {
                row.push(stream.below(m) as u32);
            }
            row
        })
        .collect();
    let weights: Vec<f64> = (0..n).map(|_| (1 + stream.below(9)) as f64).collect();
    let need = share.then(|| (weights.iter().sum::<f64>() * (0.3 + 0.65 * stream.uniform())).floor());
    Core::new(&rows, weights, need)
}

fn covers(core: &Core, open: &[u32]) -> bool {
    let done = |row: &Vec<u32>| row.iter().any(|j| open.contains(&core.names[*j as usize]));
    match core.need {
        None => core.rows.iter().all(done),
        Some(need) => {
            let rows = core.rows.iter().zip(&core.weights).filter(|(r, _)| done(r));
            rows.map(|(_, w)| w).sum::<f64>() >= need
        }
    }
}

/// All covers by outer numbers, smallest first.
fn all_covers(core: &Core) -> Vec<Vec<u32>> {
    let m = core.names.len();
    let mut all: Vec<Vec<u32>> = (0_u32..1 << m)
        .map(|set| (0..m).filter(|j| set >> j & 1 == 1).map(|j| core.names[j]).collect())
        .filter(|open: &Vec<u32>| covers(core, open))
        .collect();
    all.sort_by_key(Vec::len);
    all
}

#[test]
fn reductions_keep_the_fewest() {
    let mut stream = Stream::new(8, "siting cover test", 0);
    let mut smaller = 0;
    for k in 0..400 {
        let core = made(&mut stream, k % 2 == 0);
        let fewest = all_covers(&core)[0].len();
        let (rest, taken) = reduced(core.clone());
        smaller += usize::from(rest.names.len() < core.names.len());
        let more = if rest.done() { Vec::new() } else { all_covers(&rest)[0].clone() };
        assert_eq!(taken.len() + more.len(), fewest, "{core:?}");
        assert!(covers(&core, &[taken, more].concat()), "{core:?}");
    }
    assert!(smaller > 200, "only {smaller} became smaller: does the test still test?");
}

#[test]
fn prices_rule_out_no_small_cover() {
    let mut stream = Stream::new(9, "siting cover test", 0);
    let mut decided = 0;
    for k in 0..400 {
        let mut core = made(&mut stream, k % 2 == 0);
        let all = all_covers(&core);
        let fewest = all[0].len();
        for limit in [fewest, fewest + 1] {
            let priced = climb(&mut core, limit, 80);
            assert!(priced.bound <= fewest as f64 + 1e-6, "{} but {fewest}: {core:?}", priced.bound);
            let most = limit as f64 + 1e-6;
            for cover in all.iter().take_while(|c| c.len() <= limit) {
                for (j, &cost) in priced.cost.iter().enumerate() {
                    let open = cover.contains(&core.names[j]);
                    assert!(open || !(cost < 0.0 && priced.bound - cost > most), "{cover:?} lacks {j}");
                    assert!(!(open && cost > 0.0 && priced.bound + cost > most), "{cover:?} has {j}");
                }
            }
            decided += priced.cost.iter().filter(|c| priced.bound + c.abs() > most).count();
        }
    }
    assert!(decided > 200, "only {decided} decided: does the test still test?");
}
