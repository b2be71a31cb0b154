//! Planners' questions against trying every choice.

use super::*;
use crate::fault::SourceText;
use crate::standards::Pack;
use std::sync::Arc;

/// The field with a few candidates only: the others reach nobody.
fn few(n: usize, thin: usize) -> (Field, Vec<usize>) {
    let mut field = thinned(field(&[Source::Hospitals(None)], Weigh::People), thin);
    let posts = field.posts();
    let mut left: Vec<usize> = free_posts(&field);
    // Those that alone gain most, so that every one of them matters.
    let now = nearest(&field, &staffed(&field));
    let gain = |p: usize| -> f64 {
        let rows = field.rows.iter().enumerate();
        let more = rows.filter(|(row, r)| now[*row] > r.limit_min && field.minutes(*row, p) <= r.limit_min);
        more.map(|(_, r)| r.people).sum()
    };
    left.sort_by(|a, b| gain(*b).total_cmp(&gain(*a)));
    left.truncate(n);
    left.sort_unstable();
    for (i, minutes) in field.minutes.iter_mut().enumerate() {
        let post = i % posts;
        if !field.staffed[post] && !left.contains(&post) {
            *minutes = f64::INFINITY;
        }
    }
    (field, left)
}

fn staffed(field: &Field) -> Vec<usize> {
    (0..field.posts()).filter(|p| field.staffed[*p]).collect()
}

fn ask(field: &Field, question: &Question, wants: &[Vec<Want>], model: Model, alternatives: u32) -> Vec<Choice> {
    let effort = Effort { nodes: 20_000, starts: 16, ..Effort::default() };
    let tuning = Tuning::of(0.3);
    let asking = Asking { field, question, rules: &|_| {}, wants, fixed: &[], tuning, effort, alternatives };
    choices(&asking, model).unwrap_or_else(|e| panic!("{question:?} {model:?}: {e}"))
}

/// All subsets of some posts.
fn subsets(posts: &[usize]) -> impl Iterator<Item = Vec<usize>> {
    (0..1_u32 << posts.len()).map(|mask| (0..posts.len()).filter(|i| mask >> i & 1 == 1).map(|i| posts[i]).collect())
}

fn near(a: f64, b: f64) -> bool {
    (a - b).abs() <= 2e-6 * b.abs().max(1.0)
}

fn people(field: &Field, open: &[usize]) -> f64 {
    promise(field, open).people_within
}

/// Units are neither lost nor made: what a choice leaves is what there was and what is new.
fn sound(field: &Field, choice: &Choice) {
    let before: u32 = field.units.iter().sum();
    let new: u32 = choice.added.iter().sum();
    assert_eq!(choice.units(field).iter().sum::<u32>(), before + new, "{choice:?}");
    let mut moved: Vec<usize> = choice.moved.iter().map(|(u, _)| u.index()).collect();
    moved.sort_unstable();
    moved.dedup();
    assert_eq!(moved.len(), choice.moved.len(), "no unit moves twice");
}

#[test]
fn added_posts_and_their_alternatives_are_the_best_of_all() {
    let (field, free) = few(9, 9);
    let existing = staffed(&field);
    let question = Question::Add { posts: 2, units_each: 2, moves: 0 };
    let found = ask(&field, &question, &[], Model::Mclp, 3);
    let mut all: Vec<f64> = subsets(&free)
        .filter(|p| p.len() == 2)
        .map(|p| people(&field, &existing.iter().chain(&p).copied().collect::<Vec<_>>()))
        .collect();
    all.sort_by(|a, b| b.total_cmp(a));
    assert_eq!(found.len(), 3);
    for (i, choice) in found.iter().enumerate() {
        sound(&field, choice);
        assert_eq!((choice.rank, choice.added.iter().sum::<u32>()), (i as u32 + 1, 4));
        let got = people(&field, &open_posts(&choice.units(&field)));
        assert!(near(got, choice.answer.objective) && choice.answer.proved, "{got} {choice:?}");
    }
    assert!(near(found[0].answer.objective, all[0]), "{} {:?}", found[0].answer.objective, &all[..3]);
    assert!(found[1].answer.objective <= all[0] && found[1].answer.objective >= all[2] - 1e-6);
}

#[test]
fn posts_move_only_where_that_gains() {
    let (field, free) = few(5, 9);
    let existing = staffed(&field);
    for (posts, moves) in [(0, 1), (1, 1), (1, 2)] {
        let question = Question::Add { posts, units_each: 1, moves };
        let choice = ask(&field, &question, &[], Model::Mclp, 1).remove(0);
        sound(&field, &choice);
        let mut best = 0.0_f64;
        for kept in subsets(&existing).filter(|k| k.len() + moves as usize >= existing.len()) {
            for new in subsets(&free).filter(|n| n.len() + kept.len() <= existing.len() + posts as usize) {
                best = best.max(people(&field, &kept.iter().chain(&new).copied().collect::<Vec<_>>()));
            }
        }
        let open = open_posts(&choice.units(&field));
        assert!(near(people(&field, &open), best), "{} {best}", people(&field, &open));
        let left = existing.iter().filter(|p| !open.contains(p)).count();
        assert!(left <= moves as usize && open.len() <= existing.len() + posts as usize);
    }
    // Where nothing can be gained nobody moves.
    let (mut field, _) = few(3, 9);
    let posts = field.posts();
    for (i, minutes) in field.minutes.iter_mut().enumerate() {
        if !field.staffed[i % posts] {
            *minutes = f64::INFINITY;
        }
    }
    let question = Question::Add { posts: 0, units_each: 1, moves: 3 };
    assert_eq!(ask(&field, &question, &[], Model::Median, 1)[0].moved, []);
}

#[test]
fn those_close_that_are_missed_least() {
    let (field, _) = few(3, 9);
    let existing = staffed(&field);
    for n in [1, 3] {
        let question = Question::Close { posts: Some(n), keep: None };
        let choice = ask(&field, &question, &[], Model::Mclp, 1).remove(0);
        sound(&field, &choice);
        let open = open_posts(&choice.units(&field));
        assert_eq!(open.len() + n as usize, existing.len());
        let fits = |k: &Vec<usize>| k.len() + n as usize == existing.len();
        let best = subsets(&existing).filter(fits).map(|k| people(&field, &k)).fold(0.0, f64::max);
        assert!(near(people(&field, &open), best), "{} {best}", people(&field, &open));
    }
    let now = people(&field, &existing);
    for keep in [0.95, 0.7, 0.3] {
        let question = Question::Close { posts: None, keep: Some(keep) };
        let choice = ask(&field, &question, &[], Model::Mclp, 1).remove(0);
        sound(&field, &choice);
        let open = open_posts(&choice.units(&field));
        assert!(choice.answer.proved, "{choice:?}");
        let enough = |k: &Vec<usize>| people(&field, k) >= keep * now - 1e-6;
        let fewest = subsets(&existing).filter(enough).map(|k| k.len()).min().unwrap();
        assert_eq!(open.len(), fewest, "{keep}");
        let fits = |k: &Vec<usize>| k.len() == fewest;
        let best = subsets(&existing).filter(fits).map(|k| people(&field, &k)).fold(0.0, f64::max);
        assert!(near(people(&field, &open), best), "{keep}: {} {best}", people(&field, &open));
    }
}

fn pack(clauses: &str) -> Pack {
    let text =
        format!("schema = 1\nname = \"test\"\ntitle = {{ zh = \"t\", en = \"t\" }}\nsource = \"test\"\n{clauses}");
    Pack::parse(Arc::new(SourceText { path: "test.toml".into(), text })).unwrap_or_else(|f| panic!("{f}"))
}

fn clause(id: &str, rest: &str) -> String {
    format!(
        "[[clause]]\nid = \"{id}\"\ntitle = {{ zh = \"{id}\", en = \"{id}\" }}\nreading = {{ zh = \"t\", en = \"t\" }}\nquality = \"C\"\nsource = \"test\"\n{rest}\n"
    )
}

#[test]
fn the_fewest_posts_meet_what_clauses_ask_and_fewer_do_not() {
    let (field, free) = few(8, 9);
    let existing = staffed(&field);
    let with = |more: &[usize]| existing.iter().chain(more).copied().collect::<Vec<_>>();
    // By hand: the mean response over calls; the share of people within a straight distance.
    let s = &field.prepared.world.scenario;
    let calls = |row: usize| s.demand.dispatches_per_day(&s.points[field.rows[row].point]) * field.rows[row].share;
    let mean_of = |open: &[usize]| {
        let minutes = nearest(&field, open);
        let total: f64 = (0..minutes.len()).map(calls).sum();
        minutes.iter().enumerate().map(|(row, m)| calls(row) * m.min(UNREACHED_MIN)).sum::<f64>() / total
    };
    let near_share = |open: &[usize], km: f64| {
        let (mut sum, mut total) = (0.0, 0.0);
        for r in &field.rows {
            let point = &s.points[r.point];
            let least = open.iter().map(|p| distance_m(s.posts[*p].at, point.at)).fold(f64::INFINITY, f64::min);
            total += point.population;
            sum += if least <= km * 1000.0 { point.population } else { 0.0 };
        }
        sum / total
    };
    // Candidates that are out of the way on the roads are not in a straight line: only the few may be chosen.
    let question = Question::Fewest { pack: None, title: Default::default(), units_each: 1 };
    for part in [0.3, 0.8] {
        let most = mean_of(&existing) - part * (mean_of(&existing) - mean_of(&with(&free)));
        let text =
            clause("m", &format!("metric = \"response_min\"\nstatistic = \"mean\"\nop = \"<=\"\nthreshold = {most}"));
        let read = wants(&field, &pack(&text));
        assert!(read[0].row.left_out.is_none() && near(read[0].row.now, mean_of(&existing)), "{:?}", read[0].row);
        let list: Vec<Want> = read.into_iter().flat_map(|c| c.parts).collect();
        let choice = ask(&field, &question, &[list], Model::Mclp, 1).remove(0);
        sound(&field, &choice);
        let open = open_posts(&choice.units(&field));
        assert!(mean_of(&open) <= most + 1e-9, "{} {most}", mean_of(&open));
        let fewest = subsets(&free).filter(|n| mean_of(&with(n)) <= most).map(|n| n.len()).min().unwrap();
        assert_eq!(open.len() - existing.len(), fewest, "{part} {most}");
        let fits = |n: &Vec<usize>| n.len() == fewest && mean_of(&with(n)) <= most;
        let best = subsets(&free).filter(fits).map(|n| people(&field, &with(&n))).fold(0.0, f64::max);
        assert!(near(people(&field, &open), best), "{part}: {} {best}", people(&field, &open));
    }
    let text =
        clause("r", "metric = \"radius_km\"\nstatistic = \"share_within\"\nlimit = 12\nop = \">=\"\nthreshold = 50");
    let read = wants(&field, &pack(&text));
    assert!(near(read[0].row.now, near_share(&existing, 12.0)), "{} {}", read[0].row.now, near_share(&existing, 12.0));
    assert_eq!(read[0].row.wanted, 0.5);
    // What posts have no say in is said to be left out.
    let read =
        wants(&field, &pack(&clause("a", "metric = \"answer_s\"\nstatistic = \"mean\"\nop = \"<=\"\nthreshold = 10")));
    assert!(read[0].row.left_out.is_some() && read[0].parts.is_empty());
}

#[test]
fn units_go_where_they_are_most_likely_to_be_wanted() {
    let (field, _) = few(3, 9);
    let existing = staffed(&field);
    let expected = |units: &[u32]| -> f64 {
        let worth = |(row, r): (usize, &FieldRow)| {
            let there: u32 =
                existing.iter().filter(|p| field.minutes(row, **p) <= r.limit_min).map(|p| units[*p]).sum();
            r.weight * (1.0 - libm::pow(0.3, f64::from(there)))
        };
        field.rows.iter().enumerate().map(worth).sum()
    };
    let question = Question::Fleet { units: 3, anew: false };
    let choice = ask(&field, &question, &[], Model::Mexclp, 1).remove(0);
    sound(&field, &choice);
    let mut best = 0.0_f64;
    for a in &existing {
        for b in &existing {
            for c in &existing {
                let mut units = field.units.clone();
                [a, b, c].iter().for_each(|p| units[**p] += 1);
                best = best.max(expected(&units));
            }
        }
    }
    assert!(near(expected(&choice.units(&field)), best), "{} {best}", expected(&choice.units(&field)));
    assert!(near(choice.answer.objective, best));
    // Placed anew none is lost, every post keeps one, and it is no worse than now.
    let question = Question::Fleet { units: 2, anew: true };
    let choice = ask(&field, &question, &[], Model::Mexclp, 1).remove(0);
    sound(&field, &choice);
    let units = choice.units(&field);
    assert!(existing.iter().all(|p| units[*p] >= 1));
    assert_eq!(choice.added.iter().sum::<u32>(), 2);
    assert!(expected(&units) >= expected(&field.units) && near(expected(&units), choice.answer.objective));
    // No single unit is better elsewhere.
    for from in &existing {
        for to in existing.iter().filter(|to| *to != from && units[*from] > 1) {
            let mut other = units.clone();
            other[*from] -= 1;
            other[*to] += 1;
            assert!(expected(&other) <= expected(&units) * (1.0 + 1e-9), "{from} {to}");
        }
    }
}

#[test]
fn each_point_of_a_front_is_the_best_of_so_many_posts() {
    let (field, free) = few(7, 9);
    let existing = staffed(&field);
    let found = ask(&field, &Question::Frontier { most: 7, units_each: 1 }, &[], Model::Median, 1);
    assert!(found.len() > 3);
    for (i, choice) in found.iter().enumerate() {
        let open = open_posts(&choice.units(&field));
        assert_eq!(open.len(), existing.len() + i + 1);
        let mean = |open: &[usize]| {
            let minutes = nearest(&field, open);
            let sum: f64 = field.rows.iter().zip(&minutes).map(|(r, m)| r.weight * m.min(UNREACHED_MIN)).sum();
            sum / field.rows.iter().map(|r| r.weight).sum::<f64>()
        };
        let of = |n: &Vec<usize>| n.len() == i + 1;
        let with = |n: &[usize]| existing.iter().chain(n).copied().collect::<Vec<_>>();
        let best = subsets(&free).filter(of).map(|n| mean(&with(&n))).fold(f64::INFINITY, f64::min);
        assert!(near(mean(&open), best), "{i}: {} {best}", mean(&open));
    }
}
