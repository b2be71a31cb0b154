//! What a set of posts promises on paper, and for whom that is better or worse than now.

use super::field::Field;
use super::sited::{CountyPromise, Promise, Shift};
use crate::quality::Zone;

/// Residents are reached sooner or later when it is by so many minutes at least.
pub const FELT_MIN: f64 = 0.25;

/// Minutes of every row from the nearest of some posts.
pub fn nearest(field: &Field, open: &[usize]) -> Vec<f64> {
    (0..field.rows.len()).map(|row| open.iter().map(|p| field.minutes(row, *p)).fold(f64::INFINITY, f64::min)).collect()
}

/// Sums over the residents of some rows.
#[derive(Clone, Copy, Default)]
struct Sums {
    people: f64,
    within: f64,
    reached: f64,
    minutes: f64,
}

impl Sums {
    fn add(&mut self, people: f64, minutes: f64, limit: f64) {
        self.people += people;
        if minutes <= limit {
            self.within += people;
        }
        if minutes.is_finite() {
            self.reached += people;
            self.minutes += people * minutes;
        }
    }

    fn share(self) -> Option<f64> {
        (self.people > 0.0).then(|| self.within / self.people)
    }

    fn mean(self) -> Option<f64> {
        (self.reached > 0.0).then(|| self.minutes / self.reached)
    }
}

/// What posts promise that have units: `open` of the field.
pub fn promise(field: &Field, open: &[usize]) -> Promise {
    promise_of(field, &nearest(field, open))
}

/// The same from the minutes of every row.
pub(super) fn promise_of(field: &Field, minutes: &[f64]) -> Promise {
    let s = &field.prepared.world.scenario;
    let mut all = Sums::default();
    let mut zones = [Sums::default(); 2];
    let mut counties = vec![Sums::default(); s.counties.len()];
    let mut longest_min: f64 = 0.0;
    for (r, best) in field.rows.iter().zip(minutes) {
        let point = &s.points[r.point];
        all.add(r.people, *best, r.limit_min);
        zones[point.zone.index()].add(r.people, *best, r.limit_min);
        if let Some(county) = point.county.and_then(|c| counties.get_mut(c.index())) {
            county.add(r.people, *best, r.limit_min);
        }
        if best.is_finite() && r.people > 0.0 {
            longest_min = longest_min.max(*best);
        }
    }
    let named = || counties.iter().zip(&s.counties);
    Promise {
        within: all.share().unwrap_or(0.0),
        within_urban: zones[Zone::Urban.index()].share(),
        within_rural: zones[Zone::Rural.index()].share(),
        people_within: all.within,
        mean_min: all.mean().unwrap_or(0.0),
        longest_min,
        worst: named()
            .filter_map(|(sums, county)| Some((county.name.clone(), sums.share()?)))
            .min_by(|a, b| a.1.total_cmp(&b.1)),
        unreached: all.people - all.reached,
        counties: named()
            .filter(|(sums, _)| sums.people > 0.0)
            .map(|(sums, county)| CountyPromise {
                county: county.name.clone(),
                people: sums.people,
                people_within: sums.within,
                mean_min: sums.mean(),
            })
            .collect(),
        calls: super::judgment::calls_promise(field, minutes),
    }
}

/// Who is reached sooner and later: all, then by county.
pub(super) fn shifts(field: &Field, now: &[f64], then: &[f64]) -> Vec<Shift> {
    let s = &field.prepared.world.scenario;
    let mut out = vec![Shift::default()];
    out.extend(s.counties.iter().map(|c| Shift { county: Some(c.name.clone()), ..Shift::default() }));
    for ((r, now), then) in field.rows.iter().zip(now).zip(then) {
        let county = s.points[r.point].county.map(|c| c.index() + 1);
        for at in std::iter::once(0).chain(county) {
            let shift = &mut out[at];
            if then + FELT_MIN <= *now {
                shift.sooner += r.people;
            }
            if *then >= now + FELT_MIN {
                shift.later += r.people;
            }
            match (*now <= r.limit_min, *then <= r.limit_min) {
                (false, true) => shift.inside += r.people,
                (true, false) => shift.outside += r.people,
                _ => {}
            }
        }
    }
    out.retain(|s| s.county.is_none() || s.sooner + s.later + s.inside + s.outside > 0.0);
    out
}
