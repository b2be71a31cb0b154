//! Questions on the bundled scenario against trying every choice.

mod questions;

use super::*;
use crate::experiment::Overrides;
use crate::geo::distance_m;
use crate::siting::Effort;
use crate::siting::cover::Group;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::path::Path;

/// The bundled scenario with its hospitals, or others, as candidates.
pub(super) fn field(sources: &[Source], weigh: Weigh) -> Field {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/yuxi-before.toml");
    let asked = FieldAsked { sources, weigh, within_min: None };
    let overrides = Overrides { days: Some(2.0), replications: Some(1), seed: None };
    Field::prepare(&file, &overrides, &[], &asked, &mut |_| {}).unwrap_or_else(|f| panic!("{f}"))
}

/// Every n-th place only, so that trying every choice takes no time.
pub(super) fn thinned(mut field: Field, n: usize) -> Field {
    let posts = field.posts();
    let keep = |row: usize| row.is_multiple_of(n);
    let rows: Vec<FieldRow> = (0..field.rows.len()).filter(|r| keep(*r)).map(|r| field.rows[r]).collect();
    let minutes = (0..field.rows.len()).filter(|r| keep(*r)).flat_map(|r| r * posts..(r + 1) * posts);
    field.minutes = minutes.map(|i| field.minutes[i]).collect();
    field.rows = rows;
    field
}

/// What a model counts for so many units at each column, by its definition; `None` where a duty of its own is not met.
fn worth(space: &Space<'_>, model: Model, tuning: &Tuning, units: &[u32]) -> Option<f64> {
    let field = space.field;
    let open: Vec<(usize, u32)> = (0..units.len())
        .filter(|c| units[*c] > 0)
        .map(|c| (space.columns[c], if space.capacity == 1 { space.units_each } else { units[c] }))
        .chain(space.base.iter().map(|p| (*p, field.units[*p])))
        .collect();
    let free = |k: u32| 1.0 - libm::pow(tuning.busy, f64::from(k));
    let (mut sum, mut total, mut longest) = (0.0, 0.0, 0.0_f64);
    let (mut near, mut could) = (0.0, 0.0);
    for (row, r) in field.rows.iter().enumerate() {
        let minutes = |p: usize| field.minutes(row, p);
        let within = |limit: f64| open.iter().filter(move |(p, _)| minutes(*p) <= limit);
        let count = within(r.limit_min).count();
        let units: u32 = within(r.limit_min).map(|(_, u)| u).sum();
        let best = open.iter().map(|(p, _)| minutes(*p)).fold(f64::INFINITY, f64::min);
        let all = space.base.iter().chain(&space.columns);
        let fastest = all.clone().map(|p| minutes(*p)).fold(f64::INFINITY, f64::min);
        total += r.weight;
        sum += r.weight
            * match model {
                Model::Mclp => f64::from(u8::from(count > 0)),
                Model::Backup => 0.5 * count.min(2) as f64,
                Model::Mexclp => free(units),
                Model::Median | Model::Capacitated => best.min(UNREACHED_MIN),
                Model::Center => 0.0,
                Model::Dsm => f64::from(u8::from(units >= 2)),
                Model::Survival => {
                    let mut order = open.clone();
                    order.sort_by(|a, b| minutes(a.0).total_cmp(&minutes(b.0)));
                    let mut busy = 1.0;
                    let mut chance = 0.0;
                    for (p, u) in order.iter().filter(|(p, _)| minutes(*p).is_finite()) {
                        chance += survival(minutes(*p)) * busy * free(*u);
                        busy *= 1.0 - free(*u);
                    }
                    chance
                }
            };
        if r.people > 0.0 && fastest.is_finite() {
            longest = longest.max(best);
        }
        if model == Model::Dsm {
            near += if count > 0 { r.weight } else { 0.0 };
            could += if fastest <= r.limit_min { r.weight } else { 0.0 };
            if r.people > 0.0 && fastest <= tuning.wide * r.limit_min && best > tuning.wide * r.limit_min {
                return None;
            }
        }
    }
    if model == Model::Dsm && near < tuning.least.unwrap_or(0.0) * could - 1e-6 {
        return None;
    }
    Some(match model {
        Model::Median | Model::Capacitated => sum / total,
        Model::Center => longest,
        _ => sum,
    })
}

/// Whether the rules of a space allow so many units at each column, by their words.
fn allowed(space: &Space<'_>, units: &[u32]) -> bool {
    let s = &space.field.prepared.world.scenario;
    let open: Vec<usize> = (0..units.len()).filter(|c| units[*c] > 0).collect();
    let chosen: Vec<usize> = open.iter().map(|c| space.columns[*c]).collect();
    let at = |p: usize| s.posts[p].at;
    let staffed = |p: usize| space.field.staffed[p];
    let all: Vec<usize> = space.base.iter().chain(&chosen).copied().collect();
    let apart = space.apart_km.is_none_or(|km| {
        chosen
            .iter()
            .filter(|p| !staffed(**p))
            .all(|p| all.iter().filter(|q| *q != p).all(|q| distance_m(at(*p), at(*q)) >= km * 1000.0))
    });
    let counties = (0..s.counties.len()).all(|c| {
        let lived = s.points.iter().any(|p| p.population > 0.0 && p.county.is_some_and(|k| k.index() == c));
        let posts = all.iter().filter(|p| s.posts[**p].county.is_some_and(|k| k.index() == c)).count();
        !lived || posts >= space.county_least as usize
    });
    let groups = space.groups.iter().all(|g| {
        let n = g.sites.iter().filter(|c| units[**c as usize] > 0).count() as u32;
        (g.least..=g.most).contains(&n)
    });
    let money = space
        .costs
        .as_ref()
        .and_then(|c| c.limit)
        .is_none_or(|limit| space.cost(&open).is_some_and(|cost| cost <= limit + 1e-9));
    let found = space.found.iter().all(|f| !f.iter().all(|c| open.contains(c)));
    let must = space.open.iter().all(|c| units[*c] > 0);
    units.iter().sum::<u32>() <= space.most && apart && counties && groups && money && found && must
}

/// Every choice of units for the columns.
fn every(columns: usize, capacity: u32) -> impl Iterator<Item = Vec<u32>> {
    let base = u64::from(capacity) + 1;
    (0..base.pow(columns as u32)).map(move |mut code| {
        (0..columns)
            .map(|_| {
                let here = (code % base) as u32;
                code /= base;
                here
            })
            .collect()
    })
}

/// A few posts of the field, some of which stay and some of which may be chosen, under random rules.
fn random_space<'a>(field: &'a Field, stream: &mut ChaCha8Rng, model: Model) -> Space<'a> {
    let mut posts: Vec<usize> = (0..field.posts()).collect();
    for i in 0..12 {
        let j = stream.random_range(i..posts.len());
        posts.swap(i, j);
    }
    let several = model.counts_units() && stream.random_bool(0.4);
    let columns = if several { 4 } else { stream.random_range(5..9) };
    // Posts that stay have units.
    let base = posts[..3].iter().copied().filter(|p| field.staffed[*p]).collect();
    let mut space = Space::of_new_posts(field, stream.random_range(1..5), stream.random_range(1..3));
    space.base = base;
    space.columns = posts[3..3 + columns].to_vec();
    if several {
        space.capacity = 2;
        space.units_each = 1;
    }
    if stream.random_bool(0.3) {
        space.apart_km = Some(stream.random_range(5.0..40.0));
    }
    if stream.random_bool(0.2) {
        space.county_least = 1;
        space.most = 8;
    }
    if stream.random_bool(0.3) {
        let costs = (0..columns).map(|_| f64::from(stream.random_range(1..20_u32))).collect();
        space.costs = Some(Costs { columns: costs, limit: Some(f64::from(stream.random_range(5..50_u32))) });
    }
    if stream.random_bool(0.3) {
        let sites = (0..columns as u32 / 2 + 1).collect();
        space.groups.push(if stream.random_bool(0.5) { Group::at_least(1, sites) } else { Group::at_most(1, sites) });
    }
    if stream.random_bool(0.2) {
        space.open.push(stream.random_range(0..columns));
    }
    if stream.random_bool(0.3) {
        space.found.push(vec![stream.random_range(0..columns)]);
    }
    space
}

#[test]
fn every_model_under_every_rule_is_the_best_of_all_choices() {
    let field = thinned(field(&[Source::Hospitals(None)], Weigh::Calls), 25);
    let mut stream = ChaCha8Rng::seed_from_u64(7);
    let effort = Effort { nodes: 20_000, starts: 3, ..Effort::default() };
    let (mut none, mut ruled) = (0, 0);
    for number in 0..210 {
        let models =
            [Model::Mclp, Model::Median, Model::Mexclp, Model::Backup, Model::Center, Model::Dsm, Model::Survival];
        let model = models[number % models.len()];
        let space = random_space(&field, &mut stream, model);
        let least = stream.random_bool(0.5).then(|| stream.random_range(0.1..0.9));
        let tuning = Tuning { least, ..Tuning::of(stream.random_range(0.05..0.6)) };
        let better = |a: f64, b: f64| if model.more_is_better() { a.max(b) } else { a.min(b) };
        let tried = every(space.columns.len(), space.capacity)
            .filter(|units| allowed(&space, units))
            .filter_map(|units| worth(&space, model, &tuning, &units))
            .filter(|value| value.is_finite())
            .reduce(better);
        let what = format!("{number} {model:?} {space:?}").chars().take(60).collect::<String>();
        match (best(&space, model, &tuning, &effort), tried) {
            (Ok(found), Some(tried)) => {
                ruled += u32::from(!space.is_plain());
                let got = worth(&space, model, &tuning, &found.units);
                let got = got.unwrap_or_else(|| panic!("{what}: a duty is not met"));
                assert!(allowed(&space, &found.units), "{what}: {:?}", found.units);
                let near = |a: f64, b: f64| (a - b).abs() <= 1e-6 * b.abs().max(1.0);
                assert!(near(got, tried), "{what}: {got}, best {tried}");
                assert!(near(found.answer.objective, got), "{what}: says {}, is {got}", found.answer.objective);
                assert!(found.answer.proved, "{what}: {:?}", found.answer);
                assert!(near(found.answer.bound, got), "{what}: {:?}", found.answer);
            }
            (Err(_), None) => none += 1,
            (found, tried) => panic!("{what}: found {found:?}, tried {tried:?}"),
        }
    }
    assert!(none > 10 && ruled > 80, "{none} without an answer, {ruled} under rules");
}

#[test]
fn posts_with_room_for_everybody_are_a_median() {
    let field = thinned(field(&[Source::Hospitals(None)], Weigh::People), 30);
    let mut space = Space::of_new_posts(&field, 2, 1);
    space.columns.truncate(8);
    let effort = Effort { nodes: 2_000, starts: 8, ..Effort::default() };
    let tuning = Tuning { room: Some(1e9), ..Tuning::of(0.1) };
    let free = best(&space, Model::Median, &tuning, &effort).unwrap();
    let roomy = best(&space, Model::Capacitated, &tuning, &effort).unwrap();
    assert!((free.answer.objective - roomy.answer.objective).abs() < 1e-9, "{free:?} {roomy:?}");
    assert_eq!(free.columns, roomy.columns);
    let total: f64 = field.rows.iter().map(|r| r.weight).sum();
    // Less room than there are people.
    let tight = Tuning { room: Some(total / 30.0), ..tuning };
    assert!(matches!(best(&space, Model::Capacitated, &tight, &effort), Err(NoProposal::Distance(_))));
    assert_eq!(best(&space, Model::Capacitated, &Tuning::of(0.1), &effort), Err(NoProposal::Room));
    space.apart_km = Some(3.0);
    assert_eq!(best(&space, Model::Capacitated, &tuning, &effort), Err(NoProposal::Rules));
}

#[test]
fn weights_and_sources_are_what_they_say() {
    let sources = [Source::Places, Source::Roads(8.0)];
    let by_calls = field(&sources, Weigh::Calls);
    let s = &by_calls.prepared.world.scenario;
    let wanted: f64 = s.points.iter().map(|p| s.demand.dispatches_per_day(p)).sum();
    let found: f64 = by_calls.rows.iter().map(|r| r.weight).sum();
    assert!((found - wanted).abs() < 1e-9 * wanted);
    let candidates = &s.posts[by_calls.existing..];
    let roads = candidates.iter().filter(|p| p.id.starts_with("road-")).count();
    assert!(roads > 10 && candidates.len() > 500, "{roads} of {}", candidates.len());
    for (i, a) in candidates.iter().enumerate() {
        for b in &candidates[..i] {
            assert!(distance_m(a.at, b.at) >= SAME_PLACE_M, "{} {}", a.id, b.id);
        }
    }
    let Busy { share, job_min } = by_calls.busy;
    assert!(share > 0.01 && share < 0.5 && job_min > 20.0 && job_min < 200.0, "{share} {job_min}");
    let asked =
        FieldAsked { sources: &[Source::Hospitals(Some("none".into()))], weigh: Weigh::People, within_min: None };
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/yuxi-before.toml");
    let told = Field::prepare(&file, &Overrides::default(), &[], &asked, &mut |_| {}).unwrap_err().to_string();
    assert!(told.contains("no hospital has the level `none`"), "{told}");
}

#[test]
fn the_chance_to_survive_falls_with_time() {
    // By hand: 1 / (1 + e^0.679) and 1 / (1 + e^(0.679 + 2.62)).
    assert!((survival(0.0) - 0.336_5).abs() < 1e-4, "{}", survival(0.0));
    assert!((survival(10.0) - 0.035_6).abs() < 1e-4, "{}", survival(10.0));
}
