//! Simulated annealing (Kirkpatrick, Gelatt & Vecchi 1983), for models where one unit moved alone does not show what
//! two would bring (backup coverage, double standard), or where the rules to be met leave little freedom.
//!
//! Several walks go over the whole model. A move takes a unit away and draws its new place among all sites by what it
//! would be worth there (the heat bath). What is broken of the rules costs a price, which rises while the walk breaks
//! them and falls while it does not. Then the sites that the walks liked when they were cold make a model of their own,
//! which is small: there they walk on, and kicks follow (the heuristic concentration of Rosing & ReVelle 1997).

use super::model::{Budget, CoverModel, Group};
use super::search::{improve, kicked_from};
use super::sets::CoverSets;
use super::state::{Ground, Lacks, Score, State};
use crate::random::Stream;
use crate::siting::Effort;
use rayon::prelude::*;

/// A choice and its score.
type Found = (Score, Vec<u32>);

/// Walks at most.
const WALKS: usize = 8;
/// Moves of each walk over the whole model at most, and at least where the model is large.
const MOVES: (usize, usize) = (2_500, 500);
/// Elementary operations of all moves of one walk over the whole model.
const WORK: f64 = 5.0e7;
/// Moves over the narrowed model for five over the whole.
const NARROW_FOR_FIVE: usize = 8;
/// Moves over the whole model for one kick in the narrowed.
const MOVES_PER_KICK: usize = 25;
/// Heat at the beginning and at the end, for what a unit covers on average.
const HEAT: (f64, f64) = (0.015, 0.004);
/// How much hotter each of the four kinds of walk begins than the one before.
const HOTTER: f64 = 2.2;
/// When each stage ends, and the part of a greater later step that counts already with an earlier one.
const STAGES: [(f64, f64); 3] = [(0.25, 0.5), (0.5, 0.25), (1.0, 0.0)];
/// When a walk is cold: the sites it takes from then on are worth a closer look.
const COLD: f64 = 0.7;
/// First price of what is broken, for what a unit covers on average.
const PRICE: f64 = 0.3;
/// Moves after which the prices change.
const LEARN: u32 = 50;

/// Whether a walk can find what interchange does not: where the best choice known breaks rules, or where a later unit
/// counts more than an earlier one and not everything is covered as often as can be.
pub(super) fn pays(ground: &Ground<'_>, known: &Score) -> bool {
    let model = ground.model;
    if known.broken > 0.0 {
        return true;
    }
    let rises: Vec<bool> = model.steps.iter().map(|s| s.windows(2).any(|w| w[1] > w[0])).collect();
    let row_rises = |(class, weight): (&u32, &f64)| *weight > 0.0 && rises[*class as usize];
    if model.units < 2 || !model.class.iter().zip(&model.weight).any(row_rises) {
        return false;
    }
    let units =
        |row: usize| model.sets.row(row).iter().fold(0, |sum: u32, s| sum.saturating_add(ground.high[*s as usize]));
    let rows: f64 = (0..model.sets.rows()).map(|r| model.row_value(r, units(r).min(model.units))).sum();
    let most = rows + model.site_gain.iter().map(|g| g.max(0.0)).sum::<f64>();
    Score { broken: 0.0, value: most }.beats(*known)
}

/// The best choice of all walks, and not worse than the one they begin from. Threads do not matter.
pub(super) fn anneal(ground: &Ground<'_>, from: &Found, effort: &Effort) -> Found {
    let moves = moves(ground, &from.1);
    let walks = effort.starts.clamp(1, WALKS) as u32;
    let run = |ground: &Ground<'_>, from: &[u32], number: u32, moves: usize, kicks: usize| {
        let mut stream = Stream::new(effort.seed, "siting cover annealing", number);
        let walk = walk(ground, from, number, moves, &mut stream);
        let best = kicked_from(ground, &walk.best.1, kicks, &mut stream);
        (best, walk.met)
    };
    let first: Vec<_> = (0..walks).into_par_iter().map(|n| run(ground, &from.1, n, moves, 0)).collect();
    let liked = |site: &usize| {
        let s = *site;
        ground.low[s] > 0 || from.1[s] > 0 || first.iter().any(|(best, met)| best.1[s] > 0 || met[s])
    };
    let kept: Vec<usize> = (0..from.1.len()).filter(liked).collect();
    let model = narrowed(ground.model, &kept);
    let narrow = Ground::new(&model);
    let second: Vec<Found> = (first.par_iter().enumerate())
        .map(|(n, (best, _))| {
            let units: Vec<u32> = kept.iter().map(|s| best.1[*s]).collect();
            let more = (NARROW_FOR_FIVE * moves) / 5;
            let (score, found) = run(&narrow, &units, walks + n as u32, more, moves / MOVES_PER_KICK).0;
            let mut units = vec![0; from.1.len()];
            kept.iter().zip(found).for_each(|(s, u)| units[*s] = u);
            (score, units)
        })
        .collect();
    let best = best_of(from, first.iter().map(|f| &f.0).chain(&second));
    let settled = improve(ground, &best.1);
    if settled.0.beats(best.0) { settled } else { best.clone() }
}

/// The earliest of the best.
fn best_of<'f>(first: &'f Found, others: impl Iterator<Item = &'f Found>) -> &'f Found {
    others.fold(first, |best, one| if one.0.beats(best.0) { one } else { best })
}

/// Moves of a walk over the whole model: fewer the more there is to count at each, and no more than a small model asks.
fn moves(ground: &Ground<'_>, from: &[u32]) -> usize {
    let sets = &ground.model.sets;
    let sites = sets.sites();
    let weighs = |r: &usize| ground.model.weight[*r] > 0.0 || !ground.shares_of[*r].is_empty();
    let squares: f64 = (0..sets.rows()).filter(weighs).map(|r| (sets.row(r).len() as f64).powi(2)).sum();
    let each = (sets.pairs() as f64 + squares) / sites.max(1) as f64 + sites as f64;
    let units = from.iter().fold(1, |sum: usize, u| sum.saturating_add(*u as usize));
    let few = sites.saturating_mul(units).saturating_mul(8);
    ((WORK / each) as usize).clamp(MOVES.1, MOVES.0).min(few)
}

/// What a walk found.
struct Walked {
    best: Found,
    /// Sites it took when it was cold.
    met: Vec<bool>,
}

/// One walk, from hot to cold; its number says how hot it begins.
fn walk(ground: &Ground<'_>, from: &[u32], number: u32, moves: usize, stream: &mut Stream) -> Walked {
    let model = ground.model;
    let scale = Scale::of(model);
    let hot = HEAT.0 * HOTTER.powi((number % 4) as i32);
    let mut prices = Prices::new(&scale);
    let mut worths = Vec::new();
    let mut walked = Walked { best: (State::new(ground, from).score(), from.to_vec()), met: vec![false; from.len()] };
    let mut units = from.to_vec();
    let mut done = 0;
    for (end, part) in STAGES {
        let steps = smoothed(&model.steps, part);
        let mut state = State::with_steps(ground, &steps, &units);
        let mut before = state.clone();
        let placed = |(s, u): (usize, &u32)| vec![s; u.saturating_sub(ground.low[s]) as usize];
        let mut placed: Vec<usize> = units.iter().enumerate().flat_map(placed).collect();
        while (done as f64) < end * moves as f64 {
            let time = done as f64 / moves as f64;
            done += 1;
            let places = placed.len() + usize::from(state.has_spare());
            if places == 0 {
                return walked;
            }
            let at = stream.below(places);
            let out = placed.get(at).copied();
            if let Some(out) = out {
                before.copy_from(&state);
                state.take(out);
            }
            state.worths(&prices.now, &mut worths);
            let heat = scale.unit * hot * libm::pow(HEAT.1 / hot, time);
            let to = draw(&mut worths, heat, stream);
            if to == out {
                if out.is_some() {
                    state.copy_from(&before);
                }
            } else {
                match (out, to) {
                    (Some(_), Some(to)) => placed[at] = to,
                    (None, Some(to)) => placed.push(to),
                    (_, None) => drop(placed.swap_remove(at)),
                }
                if let Some(to) = to {
                    state.put(to);
                    walked.met[to] |= time >= COLD;
                }
                let score = state.score();
                if part == 0.0 && score.beats(walked.best.0) {
                    walked.best = (score, state.units.clone());
                }
            }
            prices.learn(state.lacks(), &scale);
        }
        units = state.units;
    }
    walked
}

/// What things are worth on average, so that heat and prices fit the model.
struct Scale {
    /// What a site covers, in units of the objective.
    unit: f64,
    /// What one more of each kind of rule met may be worth.
    lacks: Lacks,
}

impl Scale {
    fn of(model: &CoverModel) -> Scale {
        let sites = model.sets.sites().max(1) as f64;
        let pairs: f64 = (0..model.sets.rows()).map(|r| model.weight[r] * model.sets.row(r).len() as f64).sum();
        let gains: f64 = model.site_gain.iter().map(|g| g.abs()).sum();
        let unit = (pairs + gains) / sites;
        let unit = if unit > 0.0 { unit } else { 1.0 };
        let shares: f64 = model.shares.iter().flat_map(|s| &s.rows).map(|r| r.1).sum();
        let shares = if shares > 0.0 { unit.max(model.weight.iter().sum()) / shares } else { 0.0 };
        Scale { unit, lacks: Lacks { needs: unit, groups: unit, shares } }
    }
}

/// What it costs to break rules, by kind.
struct Prices {
    now: Lacks,
    /// Moves since the prices changed last, and after how many of them each kind was broken.
    moves: u32,
    broken: [u32; 3],
}

impl Prices {
    fn new(scale: &Scale) -> Prices {
        let Lacks { needs, groups, shares } = scale.lacks;
        let now = Lacks { needs: PRICE * needs, groups: PRICE * groups, shares: PRICE * shares };
        Prices { now, moves: 0, broken: [0; 3] }
    }

    /// Rules broken more than half of the time become dearer, the others cheaper.
    fn learn(&mut self, lacks: Lacks, scale: &Scale) {
        self.moves += 1;
        for (broken, lack) in self.broken.iter_mut().zip([lacks.needs, lacks.groups, lacks.shares]) {
            *broken += u32::from(lack > 0.0);
        }
        if self.moves < LEARN {
            return;
        }
        let turned = |price: f64, broken: u32, scale: f64| {
            let factor = if 2 * broken > LEARN { 1.2 } else { 0.85 };
            (price * factor).clamp(1e-3 * scale, 1e3 * scale)
        };
        let ([needs, groups, shares], scale) = (self.broken, &scale.lacks);
        self.now = Lacks {
            needs: turned(self.now.needs, needs, scale.needs),
            groups: turned(self.now.groups, groups, scale.groups),
            shares: turned(self.now.shares, shares, scale.shares),
        };
        (self.moves, self.broken) = (0, [0; 3]);
    }
}

/// Draws a place, each with chance ~ exp(worth / heat); none of them is worth nothing. The worths are used up.
fn draw(worths: &mut [(u32, f64)], heat: f64, stream: &mut Stream) -> Option<usize> {
    let top = worths.iter().fold(0.0, |top: f64, w| top.max(w.1));
    let nowhere = boltzmann(-top / heat);
    let mut sum = nowhere;
    for (_, worth) in worths.iter_mut() {
        *worth = boltzmann((*worth - top) / heat);
        sum += *worth;
    }
    let mut left = stream.uniform() * sum - nowhere;
    if left < 0.0 {
        return None;
    }
    let mut last = None;
    for (site, chance) in worths.iter().filter(|w| w.1 > 0.0) {
        last = Some(*site as usize);
        left -= chance;
        if left < 0.0 {
            break;
        }
    }
    last
}

/// About exp(x) for x up to 0, as (1 + x / 256)^256: quick, and the same on every machine.
fn boltzmann(x: f64) -> f64 {
    let mut power = (1.0 + x / 256.0).max(0.0);
    for _ in 0..8 {
        power *= power;
    }
    power
}

/// Steps where a part of what a later unit adds beyond an earlier one counts with the earlier already.
fn smoothed(steps: &[Vec<f64>], part: f64) -> Vec<Vec<f64>> {
    let smooth = |own: &Vec<f64>| {
        let next = own.iter().skip(1).chain(own.last());
        own.iter().zip(next).map(|(step, next)| step + part * (next - step).max(0.0)).collect()
    };
    steps.iter().map(smooth).collect()
}

/// The model with some of its sites only, numbered anew; all its rules stay.
fn narrowed(model: &CoverModel, kept: &[usize]) -> CoverModel {
    let mut number = vec![None; model.sets.sites()];
    for (new, old) in kept.iter().enumerate() {
        number[*old] = Some(new as u32);
    }
    let renumbered = |sites: &[u32]| -> Vec<u32> { sites.iter().filter_map(|s| number[*s as usize]).collect() };
    let rows: Vec<Vec<u32>> = (0..model.sets.rows()).map(|r| renumbered(model.sets.row(r))).collect();
    let pick = |list: &[f64]| -> Vec<f64> { kept.iter().map(|s| list[*s]).collect() };
    let budget = |b: &Budget| Budget { site_cost: pick(&b.site_cost), unit_cost: pick(&b.unit_cost), limit: b.limit };
    CoverModel {
        sets: CoverSets::from_rows(kept.len(), &rows),
        weight: model.weight.clone(),
        class: model.class.clone(),
        steps: model.steps.clone(),
        need: model.need.clone(),
        shares: model.shares.clone(),
        rules: kept.iter().map(|s| model.rules[*s]).collect(),
        capacity: kept.iter().map(|s| model.capacity[*s]).collect(),
        site_gain: pick(&model.site_gain),
        units: model.units,
        open: model.open,
        budget: model.budget.as_ref().map(budget),
        apart: model.apart.iter().filter_map(|(a, b)| Some((number[*a as usize]?, number[*b as usize]?))).collect(),
        groups: model.groups.iter().map(|g| Group { sites: renumbered(&g.sites), ..*g }).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{brute, cases, random_model};
    use super::*;
    use crate::siting::cover::search::many_starts;
    use proptest::prelude::*;

    fn begin(ground: &Ground<'_>, seed: u64) -> (Found, Effort) {
        let effort = Effort { seed, ..Effort::default() };
        (many_starts(ground, &Effort { starts: 1, ..effort }, 0), effort)
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: cases(), failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn a_walk_is_scored_truly_obeys_limits_and_comes_back(seed in any::<u64>(), kind in 0_usize..7) {
            let model = random_model(seed, kind);
            let ground = Ground::new(&model);
            let (from, effort) = begin(&ground, seed);
            let found = anneal(&ground, &from, &effort);
            prop_assert!(!from.0.beats(found.0));
            prop_assert!((found.0.value - model.value(&found.1)).abs() < 1e-6);
            let mut loose = model.clone();
            (loose.shares, loose.need) = (Vec::new(), vec![0; model.need.len()]);
            loose.groups.iter_mut().for_each(|g| g.least = 0);
            if loose.allowed(&ground.low) {
                prop_assert!(loose.allowed(&found.1));
                prop_assert_eq!(found.0.broken == 0.0, model.allowed(&found.1));
            }
            prop_assert_eq!(&found, &anneal(&ground, &from, &effort));
        }

        /// What a narrowed model says of a choice is what the whole says.
        #[test]
        fn a_narrowed_model_says_the_same(seed in any::<u64>(), kind in 0_usize..7) {
            let model = random_model(seed, kind);
            let mut stream = Stream::new(seed, "narrowed", 0);
            let sites = model.sets.sites();
            let kept: Vec<usize> = (0..sites).filter(|_| stream.below(3) > 0).collect();
            let narrow = narrowed(&model, &kept);
            prop_assert!(narrow.check().is_ok());
            let few: Vec<u32> = kept.iter().map(|_| stream.below(2) as u32).collect();
            let mut units = vec![0; sites];
            kept.iter().zip(&few).for_each(|(s, u)| units[*s] = *u);
            prop_assert!((model.value(&units) - narrow.value(&few)).abs() < 1e-9);
            prop_assert!((State::new(&Ground::new(&model), &units).score().broken
                - State::new(&Ground::new(&narrow), &few).score().broken).abs() < 1e-9);
            let open_kept = (0..sites).all(|s| kept.contains(&s) || model.rules[s] != crate::siting::SiteRule::Open);
            prop_assert!(!open_kept || model.allowed(&units) == narrow.allowed(&few));
        }

        #[test]
        fn worths_are_what_a_unit_brings(seed in any::<u64>(), kind in 0_usize..7) {
            let model = random_model(seed, kind);
            let ground = Ground::new(&model);
            let mut state = State::new(&ground, &ground.low);
            let price = Lacks { needs: 3.0, groups: 5.0, shares: 0.7 };
            let worth = |state: &State<'_, '_>| {
                let l = state.lacks();
                state.score().value - price.needs * l.needs - price.groups * l.groups - price.shares * l.shares
            };
            let mut worths = Vec::new();
            for _ in 0..3 {
                state.worths(&price, &mut worths);
                let open: Vec<u32> = (0..ground.low.len() as u32).filter(|s| state.may_put(*s as usize)).collect();
                prop_assert_eq!(worths.iter().map(|w| w.0).collect::<Vec<_>>(), open);
                let before = state.clone();
                for (site, promised) in &worths {
                    state.put(*site as usize);
                    prop_assert!((worth(&state) - worth(&before) - promised).abs() < 1e-6);
                    state.copy_from(&before);
                    prop_assert!(state.agrees_with_fresh_count());
                }
                let Some((site, _)) = worths.first() else { break };
                state.put(*site as usize);
            }
        }
    }

    /// Models where the second covering unit counts more than the first: nearly always the best is met.
    #[test]
    fn the_best_of_small_models_is_nearly_always_found() {
        let (mut met, mut all) = (0, 0);
        for seed in 0..300 {
            let model = random_model(seed, 1 + seed as usize % 3);
            let ground = Ground::new(&model);
            let (from, effort) = begin(&ground, seed);
            let Some((best, _)) = brute(&model).filter(|_| pays(&ground, &from.0)) else { continue };
            let found = anneal(&ground, &from, &effort);
            all += 1;
            met += u32::from(found.0.broken == 0.0 && found.0.value > best - 1e-6);
        }
        assert!(all > 50 && 20 * met >= 19 * all, "{met} of {all}");
    }

    #[test]
    fn only_what_gains_from_it_is_annealed() {
        let fine = Score { broken: 0.0, value: 1.0 };
        let sets = CoverSets::from_rows(2, &[vec![0, 1], vec![1]]);
        let weight = vec![1.0, 2.0];
        let pays = |model: &CoverModel, known: &Score| pays(&Ground::new(model), known);
        assert!(!pays(&CoverModel::maximal_cover(sets.clone(), weight.clone(), 2), &fine));
        assert!(pays(&CoverModel::maximal_cover(sets.clone(), weight.clone(), 2), &Score { broken: 1.0, ..fine }));
        assert!(!pays(&CoverModel::expected_cover(sets.clone(), weight.clone(), 0.4, 2, 2), &fine));
        assert!(!pays(&CoverModel::backup(sets.clone(), weight.clone(), 0.5, 2), &fine));
        assert!(pays(&CoverModel::backup(sets.clone(), weight.clone(), 0.4, 2), &fine));
        assert!(!pays(&CoverModel::backup(sets.clone(), weight.clone(), 0.4, 1), &fine));
        let standard = CoverModel::double_standard(&sets, &sets, &weight, 0.5, 2, 2);
        assert!(pays(&standard, &fine));
        assert!(!pays(&standard, &Score { value: 3.0, ..fine }));
    }

    #[test]
    fn steps_are_smoothed_upwards_only() {
        assert_eq!(smoothed(&[vec![0.0, 1.0], vec![0.6, 0.3], vec![]], 0.5), [vec![0.5, 1.0], vec![0.6, 0.3], vec![]]);
    }

    #[test]
    fn the_quick_exponential_is_near() {
        for x in [0.0, -0.1, -1.0, -3.0, -6.0] {
            assert!((boltzmann(x) - libm::exp(x)).abs() < 3e-3);
        }
        assert_eq!(boltzmann(-300.0), 0.0);
    }
}
