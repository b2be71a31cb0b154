//! The stream of calls against the rates it is asked for.

use super::super::patterns::{Bursts, Elderly, PeopleAt, Population, Surge, Times, Wave, WaveShape};
use super::super::{
    CallLog, Care, Category, CategoryPattern, DAYS_PER_YEAR, Date, MONTH_DAYS, Patterns, TransferStream,
};
use super::*;
use crate::geo::LatLon;
use crate::ids::HospitalId;
use crate::network::calendar::Window;
use crate::quality::{Quality, Zone};
use crate::text::Text;
use crate::units::Span;

fn model() -> (DemandModel, Vec<DemandPoint>) {
    let mut hourly = [0.5; 24];
    hourly[12..].fill(1.5);
    let category = Category {
        key: "all".into(),
        name: Text::same("all"),
        share: 1.0,
        priority: 1,
        transport: 1.0,
        needs_negative_pressure: false,
        capability: "general".into(),
        care: Care::default(),
        pattern: CategoryPattern::default(),
    };
    let model = DemandModel {
        dispatches_per_1000_year: [16.0, 10.0],
        phone_calls_per_dispatch: 4.0,
        hourly,
        weekday: [1.0; 7],
        categories: vec![category],
        casualties: Vec::new(),
        transfers: Vec::new(),
        log: None,
        patterns: Patterns::default(),
    };
    let point = |zone, population| DemandPoint {
        id: "p".into(),
        name: Text::same("p"),
        county: None,
        zone,
        at: LatLon::new(24.0, 102.0),
        population,
        quality: Quality::Assumed,
        elderly: None,
        township: String::new(),
    };
    (model, vec![point(Zone::Urban, 100_000.0), point(Zone::Rural, 300_000.0)])
}

#[test]
fn rates_hours_places_and_dispatch_shares_are_met() {
    let (model, points) = model();
    // 1,600 + 3,000 dispatches a year, four phone calls each.
    let days = 2000.0;
    let expected = 4.0 * 4600.0 / DAYS_PER_YEAR * days;
    let mut source = CallSource::new(&model, &points, 3, 0);
    let (mut n, mut morning, mut dispatches, mut urban) = (0.0, 0.0, 0.0, 0.0);
    let mut last = SimTime::ZERO;
    while let Some(call) = source.next_call() {
        if call.ring > SimTime::from_days(days) {
            break;
        }
        assert!(call.ring >= last);
        last = call.ring;
        n += 1.0;
        morning += f64::from(u8::from(call.ring.hour_of_day() < 12));
        dispatches += f64::from(u8::from(call.dispatch));
        urban += f64::from(u8::from(call.point.0 == 0));
    }
    let within = |got: f64, want: f64| assert!((got - want).abs() < 4.0 * want.sqrt(), "{got} against {want}");
    within(n, expected);
    within(morning, expected / 4.0);
    within(dispatches, expected / 4.0);
    within(urban, expected * 1600.0 / 4600.0);
}

/// Stored results depend on these calls: a plain model must give them whatever else the source has learned.
#[test]
fn plain_calls_never_change() {
    let (mut model, points) = model();
    let mut second = model.categories[0].clone();
    (model.categories[0].share, second.share) = (0.3, 0.7);
    model.categories.push(second);
    model.weekday[5] = 0.4;
    model.weekday[6] = 1.6;
    let mut source = CallSource::new(&model, &points, 120, 7);
    let mut digest = crate::digest::Digester::new();
    for _ in 0..2000 {
        let c = source.next_call().unwrap();
        digest.part("ring", &c.ring.0.to_le_bytes()).part("point", &c.point.0.to_le_bytes());
        digest.part("category", &c.category.0.to_le_bytes()).part("dispatch", &[u8::from(c.dispatch)]);
        digest.part("draw", &c.draws[draw::FURTHER].to_bits().to_le_bytes());
    }
    assert_eq!(digest.finish(), "8dd1ae406ba8d352aeb50c29948a0589");
}

#[test]
fn nobody_never_calls() {
    let (model, _) = model();
    assert!(CallSource::new(&model, &[], 3, 0).next_call().is_none());
}

// ---- demand in full ----------------------------------------------------------------------------------------------

/// A flat model of 40 dispatches a day in each of two points, urban and rural, and two categories of equal shares.
fn flat() -> (DemandModel, Vec<DemandPoint>) {
    let (mut model, mut points) = model();
    model.hourly = [1.0; 24];
    model.dispatches_per_1000_year = [DAYS_PER_YEAR; 2];
    model.phone_calls_per_dispatch = 2.0;
    points.iter_mut().for_each(|p| p.population = 40_000.0);
    let mut second = model.categories[0].clone();
    second.key = "b".into();
    (model.categories[0].share, second.share) = (0.5, 0.5);
    model.categories.push(second);
    (model, points)
}

/// All calls of so many days.
fn calls(model: &DemandModel, points: &[DemandPoint], seed: u64, days: f64) -> Vec<PhoneCall> {
    let mut source = CallSource::new(model, points, seed, 0);
    let end = SimTime::from_days(days);
    let all: Vec<PhoneCall> = std::iter::from_fn(|| source.next_call()).take_while(|c| c.ring < end).collect();
    assert!(all.windows(2).all(|w| w[0].ring <= w[1].ring && w[0].number + 1 == w[1].number));
    all
}

/// Poisson counts: within four and a half standard deviations (a wrong alarm once in 150,000).
fn near(what: &str, got: usize, want: f64) {
    assert!((got as f64 - want).abs() < 4.5 * want.max(1.0).sqrt(), "{what}: {got} against {want}");
}

fn count(calls: &[PhoneCall], which: impl Fn(&PhoneCall) -> bool) -> usize {
    calls.iter().filter(|c| which(c)).count()
}

fn hours(from: i64, to: i64, weekly: bool) -> Window {
    let hour = 3_600_000_000;
    Window { start: SimTime(from * hour), end: SimTime(to * hour), weekly }
}

#[test]
fn months_and_weekdays_are_met_and_their_mean_is_kept() {
    let (mut model, points) = flat();
    // July and August three times as busy as the rest.
    let mut months = [1.0; 12];
    (months[6], months[7]) = (3.0, 3.0);
    let year: f64 = MONTH_DAYS.iter().sum();
    let mean = months.iter().zip(MONTH_DAYS).map(|(w, d)| w * d).sum::<f64>() / year;
    model.patterns.monthly = Some(months.map(|m| m / mean));
    model.weekday = [0.5, 1.0, 1.0, 1.0, 1.0, 1.0, 1.5];
    // Four years: 2025-01-06 to 2029-01-05.
    model.patterns.start = Date::new(2025, 1, 6);
    let days = 4.0 * 365.25;
    let all = calls(&model, &points, 1, days);
    near("all", all.len(), 160.0 * days);
    let date = |c: &PhoneCall| Date::new(2025, 1, 6).unwrap().after(c.ring.day());
    let summer = |c: &PhoneCall| matches!(date(c).month(), 6 | 7);
    near("summer", count(&all, summer), 160.0 * 3.0 / mean * 62.0 * 4.0);
    near("Mondays", count(&all, |c| date(c).weekday() == 0), 160.0 * days / 7.0 * 0.5);
    near("Sundays", count(&all, |c| date(c).weekday() == 6), 160.0 * days / 7.0 * 1.5);
    let source = CallSource::new(&model, &points, 1, 0);
    let (phone, dispatches) = source.expected(SimTime::ZERO, SimTime::from_days(days));
    assert!((phone / (160.0 * days) - 1.0).abs() < 1e-3 && (dispatches * 2.0 - phone).abs() < 1e-6);
    near("expected", all.len(), phone);
}

#[test]
fn categories_have_their_own_hours_and_places() {
    let (mut model, points) = flat();
    // The first only by day; the second three times as frequent in the country as its share, the first as it is.
    let mut day = [0.0; 24];
    day[6..18].fill(2.0);
    model.categories[0].pattern.times.hourly = Some(day);
    model.categories[1].pattern.zones = [1.0, 3.0];
    let days = 400.0;
    let all = calls(&model, &points, 2, days);
    near("all", all.len(), 160.0 * days);
    // A zone's rate is as before; within it the shares are 1 : 1 in town and 1 : 3 outside.
    for (point, first) in [(0, 0.5), (1, 0.25)] {
        let here = |c: &PhoneCall| c.point.0 == point;
        near("zone", count(&all, here), 80.0 * days);
        near("first", count(&all, |c| here(c) && c.category.0 == 0), 80.0 * days * first);
        near("second", count(&all, |c| here(c) && c.category.0 == 1), 80.0 * days * (1.0 - first));
    }
    assert_eq!(count(&all, |c| c.category.0 == 0 && !(6..18).contains(&c.ring.hour_of_day())), 0);
    let second_by_night = count(&all, |c| c.category.0 == 1 && !(6..18).contains(&c.ring.hour_of_day()));
    near("second by night", second_by_night, 80.0 * days * (0.5 + 0.75) / 2.0);
    near("dispatches", count(&all, |c| c.dispatch), 80.0 * days);
}

#[test]
fn populations_come_beside_the_residents_and_leave_their_calls_as_they_are() {
    let (mut model, points) = flat();
    let days = 300.0;
    let before = calls(&model, &points, 3, days);
    let site = PointId(2);
    let mut office = [0.0; 24];
    office[8..20].fill(2.0);
    model.patterns.populations.push(Population {
        key: "workers".into(),
        name: Text::same("workers"),
        people: vec![PeopleAt { point: site, zone: Zone::Urban, people: 20_000.0 }],
        per_1000_year: DAYS_PER_YEAR,
        times: Times { hourly: Some(office), weekday: Some([1.4, 1.4, 1.4, 1.4, 1.4, 0.0, 0.0]), monthly: None },
        shares: Some(vec![0.25, 0.75]),
    });
    let after = calls(&model, &points, 3, days);
    let there: Vec<PhoneCall> = after.iter().filter(|c| c.point == site).copied().collect();
    near("workers", there.len(), 20.0 * 2.0 * days);
    near("first category", count(&there, |c| c.category.0 == 0), 10.0 * days);
    assert_eq!(count(&there, |c| !(8..20).contains(&c.ring.hour_of_day()) || c.ring.day() % 7 > 4), 0);
    let residents: Vec<(SimTime, u64)> =
        after.iter().filter(|c| c.point != site).map(|c| (c.ring, c.draws[draw::SCENE].to_bits())).collect();
    let alone: Vec<(SimTime, u64)> = before.iter().map(|c| (c.ring, c.draws[draw::SCENE].to_bits())).collect();
    assert_eq!(residents, alone);
}

#[test]
fn surges_multiply_where_and_when_they_are_and_keep_all_other_calls() {
    let (mut model, points) = flat();
    let days = 700.0;
    let before = calls(&model, &points, 4, days);
    // Saturday noon to Sunday noon in the second point, four times; and the first point for ten days, once, half.
    let surge = |key: &str, when, factor, area: u32, shares| Surge {
        key: key.into(),
        name: Text::same(key),
        when: vec![when],
        factor,
        area: Some(vec![PointId(area)]),
        shares,
    };
    model.patterns.surges.push(surge("lake", hours(132, 156, true), 4.0, 1, Some(vec![1.0, 0.0])));
    model.patterns.surges.push(surge("away", hours(240, 480, false), 0.5, 0, None));
    let after = calls(&model, &points, 4, days);
    let lake = |c: &PhoneCall| c.point.0 == 1 && (132..156).contains(&((c.ring.seconds() / 3600.0) as i64 % 168));
    let away = |c: &PhoneCall| c.point.0 == 0 && (240.0..480.0).contains(&(c.ring.seconds() / 3600.0));
    near("lake before", count(&before, lake), 80.0 * 100.0);
    near("lake", count(&after, lake), 4.0 * 80.0 * 100.0);
    near("lake, second category", count(&after, |c| lake(c) && c.category.0 == 1), 40.0 * 100.0);
    near("away before", count(&before, away), 80.0 * 10.0);
    near("away", count(&after, away), 40.0 * 10.0);
    let rest =
        |all: &[PhoneCall]| -> Vec<SimTime> { all.iter().filter(|c| !lake(c) && !away(c)).map(|c| c.ring).collect() };
    assert_eq!(rest(&before), rest(&after));
    // What is left of the calls of those who went away was there before; the surge's come on top.
    let kept = |c: &&PhoneCall| before.iter().any(|b| b.ring == c.ring && b.draws == c.draws);
    assert!(after.iter().filter(|c| away(c)).all(|c| kept(&c)));
    let base: Vec<SimTime> = before.iter().filter(|c| lake(c)).map(|c| c.ring).collect();
    let all: std::collections::BTreeSet<SimTime> = after.iter().filter(|c| lake(c)).map(|c| c.ring).collect();
    assert!(base.iter().all(|ring| all.contains(ring)));
}

#[test]
fn a_wave_brings_its_total_by_its_shape() {
    for shape in [WaveShape::Cosine, WaveShape::Triangle] {
        let (mut model, points) = flat();
        let before = calls(&model, &points, 5, 120.0).len();
        model.patterns.waves.push(Wave {
            key: "flu".into(),
            name: Text::same("flu"),
            category: CategoryId(1),
            first: 10,
            peak: 40,
            last: 99,
            peak_per_day: 200.0,
            shape,
            area: Some(vec![PointId(1)]),
        });
        let wave = model.patterns.waves[0].clone();
        assert_eq!(wave.total(), 9000.0);
        let after = calls(&model, &points, 5, 120.0);
        near("wave", after.len() - before, 2.0 * 9000.0);
        let there = |c: &PhoneCall| c.category.0 == 1 && c.point.0 == 1;
        let on = |d: i64| count(&after, |c| there(c) && c.ring.day() == d);
        near("day 9", on(9), 40.0);
        near("day 40", on(40), 40.0 + 400.0 * wave.level(40));
        near("day 70", on(70), 40.0 + 400.0 * wave.level(70));
        near("day 100", on(100), 40.0);
        let (phone, _) = CallSource::new(&model, &points, 5, 0).expected(SimTime::ZERO, SimTime::from_days(120.0));
        assert!((phone - (160.0 * 120.0 + 18_000.0)).abs() < 1e-6, "{phone}");
    }
}

/// Mean and variance of the numbers of dispatches in stretches of so many hours.
fn dispersion(model: &DemandModel, points: &[DemandPoint], seed: u64, days: f64, hours: f64) -> (f64, f64) {
    let mut counts = vec![0.0; (days * 24.0 / hours) as usize];
    for call in calls(model, points, seed, days).iter().filter(|c| c.dispatch) {
        if let Some(n) = counts.get_mut((call.ring.seconds() / 3600.0 / hours) as usize) {
            *n += 1.0;
        }
    }
    let n = counts.len() as f64;
    let mean = counts.iter().sum::<f64>() / n;
    (mean, counts.iter().map(|c| (c - mean) * (c - mean)).sum::<f64>() / (n - 1.0))
}

#[test]
fn random_days_keep_the_mean_and_scatter_as_asked() {
    let (mut model, points) = flat();
    let days = 6000.0;
    let (mean, variance) = dispersion(&model, &points, 6, days, 24.0);
    assert!((variance / mean - 1.0).abs() < 0.09, "without: {}", variance / mean);
    // Variance to mean 3 at 80 dispatches a day.
    model.patterns.day_cv2 = 2.0 / 80.0;
    let (mean, variance) = dispersion(&model, &points, 6, days, 24.0);
    assert!((mean / 80.0 - 1.0).abs() < 4.5 * (3.0 / 80.0 / days).sqrt(), "{mean}");
    // The ratio's relative standard error is about √(2/n) for a nearly normal count.
    assert!((variance / mean / 3.0 - 1.0).abs() < 4.5 * (2.2 / days).sqrt(), "{}", variance / mean);
    // Within a day calls stay a Poisson process: hours of the same day share their factor, so the ratio of hours is small.
    let (mean, variance) = dispersion(&model, &points, 6, days, 1.0);
    let want = 1.0 + model.patterns.day_cv2 * 80.0 / 24.0;
    assert!((variance / mean / want - 1.0).abs() < 0.03, "{}", variance / mean);
}

#[test]
fn bursts_keep_the_mean_and_scatter_as_theory_says() {
    let (mut model, points) = flat();
    let rule = Bursts { quiet: Span::from_minutes(540.0), lasts: Span::from_minutes(60.0), factor: 6.0 };
    model.patterns.bursts = Some(rule);
    let (days, hours) = (6000.0, 4.0);
    let (mean, variance) = dispersion(&model, &points, 7, days, hours);
    // Fischer and Meier-Hellstern 1993: Var N(t) = λt + 2p(1−p)(λ₁−λ₂)² (t/s − (1 − e^(−st))/s²), s the sum of the rates.
    let (rate, p) = (80.0 / 24.0, rule.share());
    let jump = rate * rule.quiet_level() * (rule.factor - 1.0);
    let s = 1.0 / (rule.quiet.seconds() / 3600.0) + 1.0 / (rule.lasts.seconds() / 3600.0);
    let more = 2.0 * p * (1.0 - p) * jump * jump * (hours / s - (1.0 - (-s * hours).exp()) / (s * s));
    let want = rate * hours + more;
    assert!(want / (rate * hours) > 2.0, "the test must see bursts: {want}");
    let n = days * 24.0 / hours;
    assert!((mean / (rate * hours) - 1.0).abs() < 4.5 * 1.5 * (want / n).sqrt() / (rate * hours), "{mean}");
    assert!((variance / want - 1.0).abs() < 0.1, "{variance} against {want}");
}

#[test]
fn incidents_and_transfers_come_at_their_times() {
    let (mut model, points) = flat();
    let incident = |day: f64, site| MassCasualty {
        key: "crash".into(),
        name: Text::same("crash"),
        at: SimTime::from_days(day),
        site: PointId(site),
        patients: vec![(CategoryId(1), 12), (CategoryId(0), 3)],
        callers: 5,
        callers_within: Span::from_minutes(10.0),
    };
    model.casualties = vec![incident(9.5, 2), incident(3.0, 3)];
    let mut night = [0.0; 24];
    night[..12].fill(2.0);
    let stream = |from, to, per_day| TransferStream {
        key: "up".into(),
        from: PointId(from),
        to: HospitalId(to),
        category: CategoryId(0),
        per_day,
        hourly: night,
    };
    model.transfers = vec![stream(4, 0, 3.0), stream(5, 1, 9.0)];
    let days = 500.0;
    let all = calls(&model, &points, 8, days);
    let first: Vec<_> = all
        .iter()
        .filter_map(|c| match c.origin {
            CallOrigin::Casualty(i) => Some((i, c.ring, c.point, c.category, c.dispatch)),
            _ => None,
        })
        .collect();
    let when = |day| SimTime::from_days(day);
    assert_eq!(
        first,
        [(1, when(3.0), PointId(3), CategoryId(1), true), (0, when(9.5), PointId(2), CategoryId(1), true)]
    );
    for (i, per_day, from) in [(0, 3.0, 4), (1, 9.0, 5)] {
        let mine: Vec<_> = all.iter().filter(|c| c.origin == CallOrigin::Transfer(i)).collect();
        near("transfers", mine.len(), per_day * days);
        assert!(mine.iter().all(|c| c.dispatch && c.point == PointId(from) && c.ring.hour_of_day() < 12));
    }
    near("people", count(&all, |c| c.origin == CallOrigin::Drawn), 160.0 * days);
}

#[test]
fn a_log_takes_the_place_of_people_and_comes_again_in_each_replication() {
    let (mut model, points) = flat();
    let row = |seconds: f64, point, dispatch| LoggedCall {
        ring: SimTime::ZERO + Span::from_seconds(seconds),
        point: PointId(point),
        category: CategoryId(1),
        dispatch,
        handling: None,
        turnout: Some(Span::from_seconds(60.0)),
        scene: None,
        transport: Some(true),
        hospital: None,
        handover: None,
        clear: None,
    };
    let rows = vec![row(5.0, 0, true), row(5.0, 1, false), row(700.0, 1, true)];
    model.log = Some(CallLog { rows: rows.clone().into() });
    model.casualties = vec![MassCasualty {
        key: "crash".into(),
        name: Text::same("crash"),
        at: SimTime::ZERO + Span::from_seconds(600.0),
        site: PointId(2),
        patients: vec![(CategoryId(0), 2)],
        callers: 1,
        callers_within: Span::ZERO,
    }];
    for replication in 0..2 {
        let mut source = CallSource::new(&model, &points, 8, replication);
        let all: Vec<PhoneCall> = std::iter::from_fn(|| source.next_call()).collect();
        let origins: Vec<CallOrigin> = all.iter().map(|c| c.origin).collect();
        use CallOrigin::{Casualty, Logged};
        assert_eq!(origins, [Logged(0), Logged(1), Casualty(0), Logged(2)]);
        let told: Vec<_> =
            all.iter().filter(|c| c.origin != Casualty(0)).map(|c| (c.ring, c.point, c.dispatch)).collect();
        let want: Vec<_> = rows.iter().map(|r| (r.ring, r.point, r.dispatch)).collect();
        assert_eq!(told, want);
    }
    // What the log does not say differs between replications.
    let first = |r| CallSource::new(&model, &points, 8, r).next_call().unwrap().draws;
    assert_ne!(first(0), first(1));
}

#[test]
fn growth_and_age_raise_the_residents_rate_alone() {
    let (mut model, mut points) = flat();
    model.patterns.growth = 1.1;
    points[0].elderly = Some(0.2);
    points[1].elderly = Some(0.0);
    model.patterns.elderly = Some(Elderly { factor: 1.2, relative_rate: 4.0 });
    // 0.8 + 0.8 before; the latter grows by a fifth.
    assert!((model.dispatches_per_day(&points[0]) - 40.0 * 1.1 * (0.8 + 0.96) / 1.6).abs() < 1e-9);
    assert!((model.dispatches_per_day(&points[1]) - 40.0 * 1.1).abs() < 1e-9);
    let all = calls(&model, &points, 9, 300.0);
    near("first", count(&all, |c| c.point.0 == 0), 300.0 * 80.0 * 1.1 * 1.1);
    near("second", count(&all, |c| c.point.0 == 1), 300.0 * 80.0 * 1.1);
}

/// Everything at once against the expected number, and nothing that never ends.
mod everything {
    use super::*;
    use proptest::prelude::*;

    fn weights<const N: usize>() -> impl Strategy<Value = [f64; N]> {
        prop::collection::vec(prop_oneof![1 => Just(0.0), 4 => 0.1..3.0_f64], N).prop_map(|w| {
            let sum: f64 = w.iter().sum();
            std::array::from_fn(|i| if sum > 0.0 { w[i] * N as f64 / sum } else { 1.0 })
        })
    }

    fn window() -> impl Strategy<Value = Window> {
        (0..400_i64, 1..200_i64, any::<bool>()).prop_map(|(from, n, weekly)| match weekly {
            true => hours(from % 168, from % 168 + n.min(167), true),
            false => hours(from, from + n, false),
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        #[test]
        fn meets_its_expectation(
            (hourly, weekday, monthly) in (weights::<24>(), weights::<7>(), weights::<12>()),
            (own, zones) in (prop::option::of(weights::<24>()), prop::option::of((0.1..4.0_f64, 0.1..4.0_f64))),
            seasonal: bool,
            surges in prop::collection::vec((window(), 1.0..5.0_f64, prop::option::of(0..2_u32)), 0..3),
            wave in prop::option::of((0..20_i64, 0..10_i64, 0..10_i64)),
            seed: u64,
        ) {
            let (mut model, points) = flat();
            (model.hourly, model.weekday) = (hourly, weekday);
            model.patterns.monthly = Some(monthly);
            model.patterns.start = seasonal.then(|| Date::new(2024, 1, 1).unwrap());
            model.categories[0].pattern.times.hourly = own;
            model.categories[1].pattern.zones = zones.map_or([1.0; 2], |z| [z.0, z.1]);
            for (i, (when, factor, area)) in surges.into_iter().enumerate() {
                let area = area.map(|p| vec![PointId(p)]);
                let key = i.to_string();
                model.patterns.surges.push(Surge { key, name: Text::same("s"), when: vec![when], factor, area, shares: None });
            }
            if let Some((first, up, down)) = wave {
                let (peak, last) = (first + up, first + up + down);
                let (key, name, shape) = ("w".to_string(), Text::same("w"), WaveShape::Cosine);
                let category = CategoryId(0);
                model.patterns.waves.push(Wave { key, name, category, first, peak, last, peak_per_day: 50.0, shape, area: None });
            }
            let days = 60.0;
            let (phone, dispatches) = CallSource::new(&model, &points, seed, 0).expected(SimTime::ZERO, SimTime::from_days(days));
            let all = calls(&model, &points, seed, days);
            prop_assert!((all.len() as f64 - phone).abs() < 5.0 * phone.max(1.0).sqrt(), "{} against {}", all.len(), phone);
            let sent = all.iter().filter(|c| c.dispatch).count() as f64;
            prop_assert!((sent - dispatches).abs() < 5.0 * dispatches.max(1.0).sqrt());
            // The same again, and never in an hour of no weight.
            let again = calls(&model, &points, seed, days);
            prop_assert!(all.iter().zip(&again).all(|(a, b)| (a.ring, a.point, a.category) == (b.ring, b.point, b.category)));
            let silent = |c: &PhoneCall| own.is_none() && hourly[c.ring.hour_of_day()] <= 0.0;
            prop_assert!(!all.iter().any(silent));
        }
    }
}
