//! What the results rest on: the noted values of a scenario and the rows of its tables, with their quality.

use super::dist;
use super::raw::RawScenario;
use crate::input::Noted;
use crate::quality::Quality;
use crate::random::Dist;
use crate::text::Text;
use serde::{Deserialize, Serialize};

/// An input the results rest on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Assumption {
    /// Where it stands, e.g. `demand.urban_per_1000_year` or `units.csv`.
    pub key: String,
    /// What it is.
    pub name: Text,
    /// Its value in words, with units.
    pub value: String,
    /// Its quality.
    pub quality: Quality,
    /// Where it comes from.
    pub source: String,
}

/// Collects assumptions in the order of the file.
#[derive(Default)]
pub(super) struct Collector {
    pub(super) list: Vec<Assumption>,
}

impl Collector {
    pub(super) fn noted<T>(&mut self, key: &str, zh: &str, en: &str, noted: &Noted<T>, value: String) {
        self.list.push(Assumption {
            key: key.into(),
            name: Text::new(zh, en),
            value,
            quality: noted.quality,
            source: noted.source.clone(),
        });
    }

    pub(super) fn dist(&mut self, key: &str, zh: &str, en: &str, raw: (&Dist, Quality, &str)) {
        let (dist, quality, source) = raw;
        self.list.push(Assumption {
            key: key.into(),
            name: Text::new(zh, en),
            value: dist::words(dist),
            quality,
            source: source.into(),
        });
    }

    /// One line for a table: how many rows of which quality. The table is as good as its worst row.
    pub(super) fn table(&mut self, file: &str, zh: &str, en: &str, qualities: impl Iterator<Item = Quality>) {
        let mut counts = std::collections::BTreeMap::new();
        for quality in qualities {
            *counts.entry(quality).or_insert(0_usize) += 1;
        }
        let Some(worst) = counts.keys().max_by_key(|q| (q.needs_telling(), **q)).copied() else { return };
        let rows: usize = counts.values().sum();
        let parts: Vec<String> = counts.iter().map(|(q, n)| format!("{} {n}", q.mark())).collect();
        self.list.push(Assumption {
            key: file.into(),
            name: Text::new(zh, en),
            value: format!("{rows} ({})", parts.join(", ")),
            quality: worst,
            source: file.into(),
        });
    }
}

/// The noted single values of a scenario.
pub(super) fn of_values(raw: &RawScenario, out: &mut Collector) {
    let d = &raw.demand;
    let per = |v: f64| format!("{v} /1000/a");
    let (zh, en) = ("城区每千人年出车", "dispatches per 1,000 people a year, urban");
    out.noted("demand.urban_per_1000_year", zh, en, &d.urban_per_1000_year, per(d.urban_per_1000_year.value));
    let (zh, en) = ("农村每千人年出车", "dispatches per 1,000 people a year, rural");
    out.noted("demand.rural_per_1000_year", zh, en, &d.rural_per_1000_year, per(d.rural_per_1000_year.value));
    let calls = &d.phone_calls_per_dispatch;
    let (zh, en) = ("每次出车对应来电", "phone calls per dispatch");
    out.noted("demand.phone_calls_per_dispatch", zh, en, calls, calls.value.to_string());
    let (low, high) = d.hourly.value.iter().fold((f64::MAX, 0.0_f64), |(a, b), v| (a.min(*v), b.max(*v)));
    let (zh, en) = ("分时来电曲线", "profile of calls over the day");
    out.noted("demand.hourly", zh, en, &d.hourly, format!("{low}–{high}"));
    if let Some(weekday) = &d.weekday {
        let list: Vec<String> = weekday.value.iter().map(f64::to_string).collect();
        out.noted("demand.weekday", "分日来电权重", "weights of weekdays", weekday, list.join(", "));
    }
    let total: f64 = raw.category.iter().map(|c| c.share.value).sum();
    for (i, c) in raw.category.iter().enumerate() {
        // Shares may be written on any scale; what is used is what is shown.
        let percent = |v: f64| format!("{:.1}%", 100.0 * v);
        let value = format!("{} / {} ({})", percent(c.share.value / total), percent(c.transport.value), c.capability);
        let key = format!("category[{i}]");
        let quality = c.share.quality.max(c.transport.quality);
        let source = match (c.share.source.as_str(), c.transport.source.as_str()) {
            (a, "") => a.to_string(),
            ("", b) => b.to_string(),
            (a, b) => format!("{a}; {b}"),
        };
        let noted = Noted { value: (), quality, source };
        let name = (format!("{}：占比与送院率", c.name.zh), format!("{}: share and share transported", c.name.en));
        out.noted(&key, &name.0, &name.1, &noted, value);
    }
    for (i, c) in raw.centre.iter().enumerate() {
        let (zh, en) = (format!("{}座席数", c.name.zh), format!("seats of {}", c.name.en));
        out.noted(&format!("centre[{i}].seats"), &zh, &en, &c.seats, c.seats.value.to_string());
    }
    let t = &raw.travel;
    let factors = [
        ("response_factor", "赴现场行程时间系数", "factor on travel time to the scene", &t.response_factor),
        ("transport_factor", "送院行程时间系数", "factor on travel time to hospital", &t.transport_factor),
        ("return_factor", "返回行程时间系数", "factor on travel time home", &t.return_factor),
        ("scatter_sigma", "行程时间离散度 σ", "scatter of trip times, σ", &t.scatter_sigma),
    ];
    for (key, zh, en, noted) in factors {
        out.noted(&format!("travel.{key}"), zh, en, noted, noted.value.to_string());
    }
    if let Some(calm) = &t.calm_factor {
        let (zh, en) = ("不鸣警笛行程时间系数", "factor on travel time without siren");
        out.noted("travel.calm_factor", zh, en, calm, calm.value.to_string());
    }
    let off = &raw.network.off_road_kmh;
    let (zh, en) = ("地点到道路的速度", "speed between a place and its road");
    out.noted("network.off_road_kmh", zh, en, off, format!("{} km/h", off.value));
}
