//! Proposals for the bundled scenario against trying every choice.

use super::*;
use crate::experiment::Overrides;
use crate::siting::Effort;
use std::path::Path;

/// The bundled scenario with its county hospitals, or others, as candidates.
fn field(sources: &[Source], weigh: Weigh) -> Field {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/yuxi-before.toml");
    let asked = FieldAsked { sources, weigh, within_min: None };
    let overrides = Overrides { days: Some(2.0), replications: Some(1), seed: None };
    Field::prepare(&file, &overrides, &[], &asked, &mut |_| {}).unwrap_or_else(|f| panic!("{f}"))
}

/// The best choice of two candidates by a measure of which less is better.
fn best_pair(free: &[usize], measure: &dyn Fn(&[usize]) -> f64) -> f64 {
    let mut best = f64::INFINITY;
    for (i, a) in free.iter().enumerate() {
        for b in &free[i + 1..] {
            best = best.min(measure(&[*a, *b]));
        }
    }
    best
}

#[test]
fn proposals_are_the_best_of_all_choices() {
    let sources = [Source::Hospitals(None)];
    let mut field = field(&sources, Weigh::People);
    let s = &field.prepared.world.scenario;
    assert!(field.existing < field.posts() && field.left_out.same > 0, "{:?}", field.left_out);
    assert_eq!(field.rows.len(), s.points.len(), "the roads of this scenario have one state");
    assert!(field.before_min > 1.0 && field.before_min < 10.0, "{}", field.before_min);
    // Few enough to try all pairs: every third candidate; the others do not reach anybody.
    let (posts, existing) = (field.posts(), field.existing);
    for (i, minutes) in field.minutes.iter_mut().enumerate() {
        let post = i % posts;
        if post >= existing && !(post - existing).is_multiple_of(3) {
            *minutes = f64::INFINITY;
        }
    }
    let free: Vec<usize> =
        free_posts(&field).into_iter().filter(|p| *p < existing || (*p - existing).is_multiple_of(3)).collect();
    assert!(free.len() > 15, "{}", free.len());
    let busy = 0.3;
    let added = Added { posts: 2, units_each: 1, busy };
    let effort = Effort { nodes: 4_000, ..Effort::default() };
    let people: f64 = field.rows.iter().map(|r| r.people).sum();
    let now = promise(&field, &[]);

    let proposal = |model| add(&field, model, &added, &effort).unwrap_or_else(|e| panic!("{model:?}: {e}"));
    let near = |a: f64, b: f64| (a - b).abs() <= 1e-6 * b.abs().max(1.0);

    let cover = proposal(Model::Mclp);
    let promised = promise(&field, &cover.posts);
    let best = best_pair(&free, &|p| -promise(&field, p).people_within);
    assert!(cover.answer.proved && near(promised.people_within, -best), "{cover:?}");
    assert!(near(cover.answer.objective, promised.people_within) && promised.within > now.within + 0.01);
    assert!(near(promised.within, promised.people_within / people));

    let median = proposal(Model::Median);
    // Means of the promise leave out who is never reached; here everybody is.
    assert_eq!(now.unreached, 0.0);
    let best = best_pair(&free, &|p| promise(&field, p).mean_min);
    assert!(median.answer.proved && near(promise(&field, &median.posts).mean_min, best), "{median:?}");
    assert!(near(median.answer.objective, best));

    let center = proposal(Model::Center);
    let best = best_pair(&free, &|p| promise(&field, p).longest_min);
    assert!(near(promise(&field, &center.posts).longest_min, best), "{center:?} {best}");

    // A unit more where k are adds (1 − q) q^k of those in reach.
    let expected = |more: &[usize]| -> f64 {
        let worth = |(row, r): (usize, &FieldRow)| {
            let in_reach = |p: usize| field.minutes(row, p) <= r.limit_min;
            let there: u32 = (0..posts).filter(|p| in_reach(*p)).map(|p| field.units[p]).sum();
            let there = there + more.iter().filter(|p| in_reach(**p)).count() as u32;
            r.people * (1.0 - libm::pow(busy, f64::from(there)))
        };
        field.rows.iter().enumerate().map(worth).sum()
    };
    let mexclp = proposal(Model::Mexclp);
    let best = best_pair(&free, &|p| -expected(p));
    assert!(near(expected(&mexclp.posts), -best) && near(mexclp.answer.objective, -best), "{mexclp:?} {best}");
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
            assert!(crate::geo::distance_m(a.at, b.at) >= SAME_PLACE_M, "{} {}", a.id, b.id);
        }
    }
    let busy = by_calls.busy_share();
    assert!(busy > 0.01 && busy < 0.5, "{busy}");
    let asked =
        FieldAsked { sources: &[Source::Hospitals(Some("none".into()))], weigh: Weigh::People, within_min: None };
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/yuxi-before.toml");
    let told = Field::prepare(&file, &Overrides::default(), &[], &asked, &mut |_| {}).unwrap_err().to_string();
    assert!(told.contains("no hospital has the level `none`"), "{told}");
}
