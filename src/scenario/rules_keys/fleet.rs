//! `[[shift]]` and `[fleet]`: when units are on duty, breaks, breakdowns, service, fuel.

use super::super::load::Loader;
use super::super::raw::RawDist;
use super::super::rules::{Breakdown, Breaks, Fleet, Refuel, Service};
use super::{Known, Per};
use crate::input::Noted;
use crate::text::Text;
use crate::units::Span;
use serde::Deserialize;

/// `[[shift]]`: a shift that units name in the column `crew_shift`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawShift {
    /// Short name.
    pub key: String,
    /// Name.
    #[serde(default)]
    pub name: Text,
    /// Windows.
    pub when: Vec<String>,
}

/// `[fleet]`
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RawFleet {
    /// Meal breaks.
    pub breaks: Option<RawBreaks>,
    /// Breakdowns.
    pub breakdown: Option<RawBreakdown>,
    /// Planned service.
    pub service: Option<RawService>,
    /// Fuel or charge.
    pub refuel: Option<RawRefuel>,
}

/// `breaks`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawBreaks {
    /// Windows.
    pub when: Vec<String>,
    /// How long, minutes.
    pub lasts_min: Noted<f64>,
}

/// `breakdown`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawBreakdown {
    /// Mean hours of duty between breakdowns.
    pub every_h: Noted<f64>,
    /// Repair.
    pub repair: RawDist,
}

/// `service`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawService {
    /// Days from one to the next.
    pub every_days: Noted<f64>,
    /// How long, hours.
    pub lasts_h: Noted<f64>,
}

/// `refuel`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawRefuel {
    /// After driving so many minutes.
    pub after_driving_min: Noted<f64>,
    /// How long, minutes.
    pub lasts_min: Noted<f64>,
}

impl Loader<'_> {
    /// Checks the windows of shifts; units refer to them by key.
    pub(in super::super) fn shifts(&mut self) {
        let shifts = &self.doc.value.shift;
        self.distinct_keys("shift", shifts.iter().map(|s| s.key.as_str()).collect());
        for (i, shift) in shifts.iter().enumerate() {
            self.windows(&format!("shift[{i}]"), &shift.when);
            if matches!(shift.key.to_lowercase().as_str(), "24h" | "24" | "24小时" | "全天") {
                let message = format!("`{}` in the table of units means round the clock", shift.key);
                self.fault(&format!("shift[{i}].key"), message, "choose another key");
            }
        }
    }

    pub(super) fn fleet(&mut self, known: &Known<'_>) -> Fleet {
        let raw = &self.doc.value.fleet;
        let breaks = raw.breaks.as_ref().map(|b| {
            let when = self.windows("fleet.breaks", &b.when);
            let names = ("用餐休息时长", "length of a break");
            let lasts = self.span("fleet.breaks.lasts_min", names, &b.lasts_min, Per::Minute, (1.0, 480.0));
            if let Some(shortest) = when.iter().map(|w| Span(w.end.0 - w.start.0)).min()
                && shortest < lasts
            {
                let message = format!("a break is longer than its window of {} min", shortest.minutes());
                self.fault("fleet.breaks.lasts_min", message, "make the window longer or the break shorter");
            }
            Breaks { when, lasts }
        });
        let breakdown = raw.breakdown.as_ref().map(|b| {
            let names = ("平均故障间隔（在岗小时）", "mean time of duty between breakdowns");
            let every = self.span("fleet.breakdown.every_h", names, &b.every_h, Per::Hour, (1.0, 1e6));
            let repair = self.dist("fleet.breakdown.repair", "维修用时", "repair", &b.repair);
            Breakdown { every, repair }
        });
        let service = raw.service.as_ref().map(|s| {
            let names = ("保养周期", "from one service to the next");
            let every = self.span("fleet.service.every_days", names, &s.every_days, Per::Day, (1.0, 3650.0));
            let names = ("保养时长", "length of a service");
            let lasts = self.span("fleet.service.lasts_h", names, &s.lasts_h, Per::Hour, (0.1, 2400.0));
            if lasts >= every {
                self.fault("fleet.service.lasts_h", "the service never ends before the next one", "are these hours?");
            }
            Service { every, lasts }
        });
        let refuel = raw.refuel.as_ref().map(|r| {
            let names = ("加油/充电前的行驶时间", "driving before fuel or charge is needed");
            let path = "fleet.refuel.after_driving_min";
            let after_driving = self.span(path, names, &r.after_driving_min, Per::Minute, (10.0, 100_000.0));
            let names = ("加油/充电时长", "length of refuelling or charging");
            let lasts = self.span("fleet.refuel.lasts_min", names, &r.lasts_min, Per::Minute, (0.1, 1440.0));
            Refuel { after_driving, lasts }
        });
        let (units, posts) = (known.units.unwrap_or_default(), known.posts.unwrap_or_default());
        for (i, shift) in self.doc.value.shift.iter().enumerate() {
            if known.units.is_some() && units.iter().all(|u| u.shift != shift.key) {
                let hint = "write its key in the column `crew_shift` of the units that work it";
                let message = format!("no unit works the shift `{}` {}", shift.key, shift.name.en);
                self.warn(&format!("shift[{i}]"), message.trim_end(), hint);
            }
        }
        let mut crews_beyond = Vec::new();
        for (i, post) in posts.iter().enumerate() {
            let has = units.iter().filter(|u| u.post.index() == i).count();
            if known.units.is_some() && post.crews.is_some_and(|c| c as usize > has) {
                crews_beyond.push(format!("{} ({has})", post.id));
            }
        }
        if !crews_beyond.is_empty() {
            let message = format!("more crews than units at {}", crews_beyond.join(", "));
            self.warn("tables.posts", message, "the column `crews` then limits nothing there");
        }
        let duty = if units.iter().any(|u| u.duty.is_some()) {
            units.iter().map(|u| u.duty.clone()).collect()
        } else {
            Vec::new()
        };
        let crews =
            if posts.iter().any(|p| p.crews.is_some()) { posts.iter().map(|p| p.crews).collect() } else { Vec::new() };
        Fleet { duty, crews, breaks, breakdown, service, refuel }
    }
}
