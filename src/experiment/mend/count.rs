//! Counts of units, seats and posts that a clause lacks, by arithmetic.

use super::{Remedy, What};
use crate::ids::CountyId;
use crate::scenario::Scenario;
use crate::standards::{Clause, Judged, Metric, Scope};
use crate::text::Text;

/// Counts stay clear of rounding by this share.
const SLACK: f64 = 1e-9;

/// What a clause on counts lacks.
pub(super) fn counted(clause: &Clause, judged: &Judged, s: &Scenario) -> Remedy {
    let per_county = clause.scope == Some(Scope::County);
    let places: Vec<Option<CountyId>> = match per_county {
        true => (0..s.counties.len()).map(|c| Some(CountyId::new(c))).collect(),
        false => vec![None],
    };
    let (mut zh, mut en, mut sum) = (Vec::new(), Vec::new(), 0);
    for place in places {
        let Some(lacks) = lacks(clause, judged, s, place) else { return not_by_counting() };
        if lacks == 0 {
            continue;
        }
        sum += lacks;
        if let Some(county) = place.and_then(|c| s.counties.get(c.index())) {
            zh.push(format!("{} {lacks}", county.name.zh));
            en.push(format!("{} {lacks}", county.name.en));
        }
    }
    let (what_zh, what_en) = name(clause.metric);
    let (zh, en) = match zh.is_empty() {
        true => (what_zh.to_string(), what_en.to_string()),
        false => (format!("{what_zh}：{}", zh.join("、")), format!("{what_en}: {}", en.join(", "))),
    };
    Remedy { enough: Some(sum), remark: Some(Text::new(zh, en)), ..Remedy::of(What::Counted) }
}

fn not_by_counting() -> Remedy {
    Remedy::not(What::Nothing, "不能由计数得出", "counting does not tell")
}

/// What is counted.
fn name(metric: Option<Metric>) -> (&'static str, &'static str) {
    match metric {
        Some(Metric::AmbulancesPer30k) => ("再配救护车（辆）", "ambulances more"),
        Some(Metric::NegativePressurePercent) => {
            ("现有车辆中再改装负压舱（辆）", "of the units there are, to be given negative pressure")
        }
        Some(Metric::CrewsPer100kUrban) => ("城区站点再配车组（组）", "crews more at urban posts"),
        Some(Metric::ResidentsPerSeat) => ("再增调度座席（席）", "seats more"),
        Some(Metric::Posts24hPercent) => {
            ("再改为 24 小时值守的站点（个）", "posts more to be staffed around the clock")
        }
        Some(Metric::EdObservationBedsPercent) => ("再增急诊观察床（张）", "emergency observation beds more"),
        _ => ("", ""),
    }
}

/// How many are lacking in a county, or in all; `None` where counting cannot tell.
fn lacks(clause: &Clause, judged: &Judged, s: &Scenario, place: Option<CountyId>) -> Option<u32> {
    let here = |county: Option<CountyId>| place.is_none() || county == place;
    let units: Vec<_> = s.units.iter().filter(|u| here(s.posts[u.post.index()].county)).collect();
    let people: f64 = s.points.iter().filter(|p| here(p.county)).map(|p| p.population).sum();
    let wanted = judged.threshold;
    // The least whole number that is at least so much.
    let least = |x: f64| (x * (1.0 - SLACK)).ceil().max(0.0) as u32;
    let have = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    let found = match clause.metric? {
        Metric::AmbulancesPer30k => {
            let people = people * clause.population_percent.unwrap_or(100.0) / 100.0;
            least(wanted * people / 30_000.0).saturating_sub(have(units.len()))
        }
        Metric::NegativePressurePercent => {
            let negative = units.iter().filter(|u| u.negative_pressure).count();
            least(wanted * units.len() as f64 / 100.0).saturating_sub(have(negative))
        }
        Metric::Posts24hPercent => {
            let open = s.posts.iter().filter(|p| p.open_24h).count();
            least(wanted * s.posts.len() as f64 / 100.0).saturating_sub(have(open))
        }
        Metric::CrewsPer100kUrban => {
            // The figure tells how many there are; how they are counted stays in one place.
            let urban: f64 =
                s.points.iter().filter(|p| p.zone == crate::quality::Zone::Urban).map(|p| p.population).sum();
            let now = (judged.value?.mean * urban / 100_000.0).round() as u32;
            least(wanted * urban / 100_000.0).saturating_sub(now)
        }
        Metric::ResidentsPerSeat => {
            let seats: u32 = s.centres.iter().map(|c| c.seats).fold(0, u32::saturating_add);
            // At most so many people a seat; a range names its upper end.
            least(people / judged.upper.unwrap_or(wanted)).saturating_sub(seats)
        }
        Metric::EdObservationBedsPercent => {
            let takes = s.hospitals.iter().filter(|h| h.receives != crate::facilities::Receives::Nobody);
            let (beds, observed) = takes.fold((0.0, 0.0), |(b, o), h| {
                (b + h.beds.unwrap_or(0.0), o + f64::from(h.observation_beds.unwrap_or(0)))
            });
            least(wanted * beds / 100.0 - observed)
        }
        _ => return None,
    };
    Some(found)
}
