//! How often people call, when, and for what, from the calls of a log.

use super::log::Log;
use super::result::{DemandFit, Left, Value};
use super::samples::Samples;
use super::times::{How, LEAST, five_digits};
use super::travel::normal_interval;
use crate::demand::DAYS_PER_YEAR;
use crate::quality::Zone;
use crate::scenario::Scenario;
use crate::stats::{Estimate, wilson_interval};
use crate::text::Text;
use statrs::function::gamma::gamma_ur;

/// Calls that a profile over the day needs: ten an hour.
const FOR_HOURS: usize = 240;
/// Days that weights of weekdays need: four of each.
const FOR_WEEKDAYS: i64 = 28;
/// Days that weights of months need.
const FOR_MONTHS: i64 = 365;
/// Days that the scatter of days needs.
const FOR_SCATTER: i64 = 14;
/// Scatter of days beyond chance is believed at this level.
const LEVEL: f64 = 0.01;

/// What is found, and what goes into a scenario.
pub(super) struct Found {
    pub(super) fit: DemandFit,
    pub(super) values: Vec<Value>,
    pub(super) remarks: Vec<Text>,
}

/// A value of the new scenario; `toml` is the inner part of its table.
#[allow(clippy::too_many_arguments)]
pub(super) fn value(
    key: &str,
    name: (&str, &str),
    before: String,
    after: String,
    n: usize,
    interval: String,
    toml: String,
) -> Value {
    Value { key: key.into(), name: Text::new(name.0, name.1), before, after, n, interval, toml }
}

/// An interval in words, with as many digits as it deserves.
pub(super) fn words(e: &Estimate) -> String {
    format!("{}–{}", digits(e.low), digits(e.high))
}

/// A number with four digits.
pub(super) fn digits(value: f64) -> String {
    let places = (3.0 - libm::log10(value.abs().max(1e-9)).floor()).clamp(0.0, 6.0) as usize;
    let text = format!("{value:.places$}");
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_string() } else { text }
}

fn list(values: &[f64]) -> String {
    let all: Vec<String> = values.iter().map(|v| format!("{v:.3}")).collect();
    all.join(", ")
}

/// The fitted demand. `days`: first and last day of the calls that are looked at.
pub(super) fn fit(s: &Scenario, samples: &Samples<'_>, days: (i64, i64), how: &How, left: &mut Vec<Left>) -> Found {
    let log = samples.log;
    let length = days.1 - days.0 + 1;
    let (mut values, mut remarks) = (Vec::new(), Vec::new());
    let mut leave = |zh: &str, en: &str, why_zh: String, why_en: String| {
        left.push(Left { what: Text::new(zh, en), why: Text::new(why_zh, why_en) });
    };
    let dispatches = samples.calls.iter().filter(|c| c.dispatch).count();

    // Profiles first: the rates depend on them where the days are no whole weeks or years.
    let mut fit = DemandFit { by_hour: vec![0; 24], ..DemandFit::default() };
    let own_hours = |c: usize| s.demand.categories[c].pattern.times.hourly.is_some();
    let any_own = (0..s.demand.categories.len()).any(own_hours);
    let (mut hours, mut of_hours) = ([0.0; 24], 0);
    for call in samples.calls {
        let hour = call.ring().rem_euclid(super::log::DAY_S) / 3600.0;
        let hour = (hour as usize).min(23);
        fit.by_hour[hour] += 1;
        // Categories with hours of their own keep them; who has no category cannot be told from them.
        if !any_own || call.category.is_some_and(|c| !own_hours(c.index())) {
            hours[hour] += 1.0;
            of_hours += 1;
        }
    }
    if of_hours >= FOR_HOURS {
        // Half a call more in each hour, so that none is impossible because it was not seen.
        let weights = hours.map(|n| (n + 0.5) / (of_hours as f64 + 12.0) * 24.0);
        let after = format!("× {:.2}–{:.2}", least(&weights), most(&weights));
        let before = known(s, "demand.hourly");
        let toml = format!("value = [{}]", list(&weights));
        values.push(value(
            "demand.hourly",
            ("分时来电曲线", "profile of calls over the day"),
            before,
            after,
            of_hours,
            String::new(),
            toml,
        ));
    } else {
        leave(
            "分时来电曲线",
            "profile of calls over the day",
            format!("{of_hours} 个来电，少于 {FOR_HOURS} 个"),
            format!("{of_hours} calls, fewer than {FOR_HOURS}"),
        );
    }

    let weekday = |day: i64| day.rem_euclid(7) as usize;
    let mut by_weekday = [(0_u64, 0_u64); 7];
    (days.0..=days.1).for_each(|d| by_weekday[weekday(d)].1 += 1);
    samples.calls.iter().for_each(|c| by_weekday[weekday(c.day)].0 += 1);
    fit.by_weekday = by_weekday.to_vec();
    let mut weekday_weights = s.demand.weekday;
    if length >= FOR_WEEKDAYS {
        let rates = by_weekday.map(|(n, of)| (n as f64 + 0.5) / of as f64);
        let mean = rates.iter().sum::<f64>() / 7.0;
        weekday_weights = rates.map(|r| r / mean);
        let after = format!("× {:.2}–{:.2}", least(&weekday_weights), most(&weekday_weights));
        values.push(value(
            "demand.weekday",
            ("分日来电权重", "weights of weekdays"),
            known(s, "demand.weekday"),
            after,
            samples.calls.len(),
            String::new(),
            format!("value = [{}]", list(&weekday_weights)),
        ));
    } else {
        leave(
            "分日来电权重",
            "weights of weekdays",
            format!("只有 {length} 天，少于 {FOR_WEEKDAYS} 天"),
            format!("{length} days, fewer than {FOR_WEEKDAYS}"),
        );
    }

    let month_weights = months(s, samples, days, &mut fit, &mut values, &mut leave);
    let month = |day: i64| log.date(day).map(|d| d.month());
    let weight = |day: i64| {
        let of_month = month_weights.and_then(|m| Some(m[month(day)?])).unwrap_or(1.0);
        weekday_weights[weekday(day)] * of_month
    };
    let weighted_days: f64 = (days.0..=days.1).map(weight).sum();

    // Scatter of days.
    let mut per_day = vec![(0.0, 0.0); length as usize];
    for call in samples.calls {
        let slot = &mut per_day[(call.day - days.0) as usize];
        slot.0 += 1.0;
        slot.1 += f64::from(u8::from(call.dispatch));
    }
    fit.empty_days = per_day.iter().filter(|d| d.0 == 0.0).count() as i64;
    let counts: Vec<f64> = per_day.iter().map(|d| d.1).collect();
    let expected: Vec<f64> = (days.0..=days.1).map(|d| dispatches as f64 * weight(d) / weighted_days).collect();
    let fitted_weights = 1
        + if length >= FOR_WEEKDAYS { 6 } else { 0 }
        + if month_weights.is_some() && length >= FOR_MONTHS { 11 } else { 0 };
    let degrees = length - fitted_weights;
    let mut factor: f64 = 1.0;
    if length >= FOR_SCATTER && dispatches > 0 {
        let mean = dispatches as f64 / length as f64;
        let variance = counts.iter().map(|c| (c - mean) * (c - mean)).sum::<f64>() / (length - 1) as f64;
        fit.variance_to_mean = Some(variance / mean);
        let pearson: f64 =
            counts.iter().zip(&expected).filter(|(_, e)| **e > 0.0).map(|(c, e)| (c - e) * (c - e) / e).sum();
        let dispersion = pearson / degrees as f64;
        fit.dispersion = Some(dispersion);
        fit.dispersion_p = Some(gamma_ur(degrees as f64 / 2.0, pearson / 2.0));
        factor = dispersion.max(1.0);
    }
    let per_day_of = |n: usize| {
        let rate = n as f64 / length as f64;
        normal_interval(rate, libm::sqrt(factor * n as f64) / length as f64, how.confidence)
    };
    fit.calls_per_day = Some(per_day_of(samples.calls.len()));
    fit.dispatches_per_day = Some(per_day_of(dispatches));

    rates(s, samples, weighted_days, factor, how, &mut values, &mut remarks);
    phone_calls(s, samples, dispatches, how, &mut values, &mut leave);
    variation(s, &fit, &mut values, &mut leave);
    super::mix::categories(s, samples, how, &mut values, &mut leave);
    Found { fit, values, remarks }
}

fn least(weights: &[f64]) -> f64 {
    weights.iter().copied().fold(f64::INFINITY, f64::min)
}

fn most(weights: &[f64]) -> f64 {
    weights.iter().copied().fold(0.0, f64::max)
}

/// What a scenario says at a key, in its own words; a dash where it says nothing.
pub(super) fn known(s: &Scenario, key: &str) -> String {
    s.assumptions.iter().find(|a| a.key == key).map_or("–".into(), |a| a.value.clone())
}

/// Tells what is not fitted: name and reason, each in Chinese and English.
pub(super) type Leave<'a> = &'a mut dyn FnMut(&str, &str, String, String);

/// Weights of months: those found where the log has a year and the scenario knows its months, else the scenario's.
fn months(
    s: &Scenario,
    samples: &Samples<'_>,
    days: (i64, i64),
    fit: &mut DemandFit,
    values: &mut Vec<Value>,
    leave: Leave<'_>,
) -> Option<[f64; 12]> {
    let log = samples.log;
    let (zh, en) = ("分月来电权重", "weights of months");
    let patterns = &s.demand.patterns;
    let own = patterns.monthly.filter(|_| patterns.start.is_some());
    if log.monday.is_none() {
        leave(zh, en, "记录没有日期".into(), "the log has no dates".into());
        return own;
    }
    let mut by_month = [(0_u64, 0_u64); 12];
    let month = |day: i64| log.date(day).map_or(0, |d| d.month());
    (days.0..=days.1).for_each(|d| by_month[month(d)].1 += 1);
    samples.calls.iter().for_each(|c| by_month[month(c.day)].0 += 1);
    fit.by_month = by_month.to_vec();
    let length = days.1 - days.0 + 1;
    if length < FOR_MONTHS || by_month.iter().any(|m| m.1 == 0) {
        let why = (format!("{length} 天，不足一年"), format!("{length} days, less than a year"));
        leave(zh, en, why.0, why.1);
        return own;
    }
    let rates = by_month.map(|(n, of)| (n as f64 + 0.5) / of as f64);
    let of_year: f64 = crate::demand::MONTH_DAYS.iter().sum();
    let mean = rates.iter().zip(crate::demand::MONTH_DAYS).map(|(r, d)| r * d).sum::<f64>() / of_year;
    let weights = rates.map(|r| r / mean);
    if patterns.start.is_none() {
        leave(
            zh,
            en,
            "方案没有 run.start_month 或 start_date，不知道第 0 天在哪个月".into(),
            "the scenario says neither run.start_month nor start_date: it does not know in which month day 0 is".into(),
        );
        return Some(weights);
    }
    values.push(value(
        "demand.monthly",
        (zh, en),
        known(s, "demand.monthly"),
        format!("× {:.2}–{:.2}", least(&weights), most(&weights)),
        samples.calls.len(),
        String::new(),
        format!("value = [{}]", list(&weights)),
    ));
    Some(weights)
}

/// Dispatches per 1,000 residents and year, urban and rural.
fn rates(
    s: &Scenario,
    samples: &Samples<'_>,
    weighted_days: f64,
    factor: f64,
    how: &How,
    values: &mut Vec<Value>,
    remarks: &mut Vec<Text>,
) {
    let model = &s.demand;
    let mut expected = [0.0; 2];
    s.points.iter().for_each(|p| expected[p.zone.index()] += model.dispatches_per_day(p));
    // Further populations have rates of their own: what they bring is none of the residents'.
    let mut others = [0.0; 2];
    for population in &model.patterns.populations {
        for people in &population.people {
            others[people.zone.index()] += people.people * population.per_1000_year / 1000.0 / DAYS_PER_YEAR;
        }
    }
    let mut found = [0.0_f64; 2];
    let mut placeless = 0.0;
    for call in samples.calls.iter().filter(|c| c.dispatch) {
        match call.point {
            Some(point) => found[s.points[point.index()].zone.index()] += 1.0,
            None => placeless += 1.0,
        }
    }
    let placed: f64 = found.iter().sum();
    let shares: [f64; 2] = match placed > 0.0 {
        true => found.map(|n| n / placed),
        false => expected.map(|e| e / expected.iter().sum::<f64>()),
    };
    if placed == 0.0 {
        remarks.push(Text::new(
            "没有一个出车有地点：城区与农村的呼叫率按方案原有的比例一起调整",
            "not one dispatch has a place: urban and rural rates are scaled together, their ratio stays that of the scenario",
        ));
    } else if placeless > 0.0 {
        remarks.push(Text::new(
            format!("{placeless} 次出车没有可用的地点，按其余出车的城乡比例分配"),
            format!("{placeless} dispatches have no usable place; they are shared out between urban and rural like the others"),
        ));
    }
    for zone in Zone::ALL {
        let z = zone.index();
        let n = found[z] + placeless * shares[z];
        if expected[z] <= 0.0 || n == 0.0 {
            continue;
        }
        let (key, zh, en) = match zone {
            Zone::Urban => {
                ("demand.urban_per_1000_year", "城区每千人年出车", "dispatches per 1,000 people a year, urban")
            }
            Zone::Rural => {
                ("demand.rural_per_1000_year", "农村每千人年出车", "dispatches per 1,000 people a year, rural")
            }
        };
        let per = model.dispatches_per_1000_year[z] / expected[z];
        let rate = per * (n / weighted_days - others[z]);
        if rate <= 0.0 {
            remarks.push(Text::new(
                format!("{zh}：记录的出车少于方案其他人群的出车，未拟合"),
                format!("{en}: the log has fewer dispatches than the scenario's further populations bring: not fitted"),
            ));
            continue;
        }
        // Where no place is known the whole count says it.
        let counted = if placed > 0.0 { n } else { placeless };
        let error = per * n / weighted_days * libm::sqrt(factor / counted);
        let interval = normal_interval(rate, error, how.confidence);
        values.push(value(
            key,
            (zh, en),
            known(s, key),
            digits(rate),
            counted.round() as usize,
            words(&interval),
            format!("value = {}", five_digits(rate)),
        ));
    }
    if model.patterns.growth != 1.0 {
        remarks.push(Text::new(
            "方案含需求增长：拟合的呼叫率使增长之后的需求等于记录；要从记录的年份起推算增长，请先对不含增长的方案标定",
            "the scenario has growth: rates are such that demand after it is that of the log; to let demand grow from the log on, calibrate the scenario without growth",
        ));
    }
    let extra = [
        (!model.patterns.surges.is_empty(), "surge"),
        (!model.patterns.waves.is_empty(), "wave"),
        (!model.casualties.is_empty(), "casualty"),
        (!model.transfers.is_empty(), "transfer"),
    ];
    let extra: Vec<&str> = extra.iter().filter(|e| e.0).map(|e| e.1).collect();
    if !extra.is_empty() {
        let names = extra.join(", ");
        remarks.push(Text::new(
            format!("方案另有 {names}：它们的呼叫在记录的呼叫之外再加上"),
            format!("the scenario has {names} besides: their calls come on top of those of the log"),
        ));
    }
}

fn phone_calls(
    s: &Scenario,
    samples: &Samples<'_>,
    dispatches: usize,
    how: &How,
    values: &mut Vec<Value>,
    leave: Leave<'_>,
) {
    let (zh, en) = ("每次出车对应来电", "phone calls per dispatch");
    let all = samples.calls.len();
    if !samples.tells_dispatch {
        let why = "没有“是否出车”一列，也没有（或很少有）不含车辆的行：记录只含出车的呼叫";
        let en_why = "there is no column `dispatch`, and (nearly) all rows know of a unit: a log of dispatches only";
        leave(zh, en, why.into(), en_why.into());
        return;
    }
    let Some(share) = wilson_interval(dispatches as u64, all as u64, how.confidence).filter(|_| dispatches >= LEAST)
    else {
        leave(zh, en, format!("只有 {dispatches} 次出车"), format!("{dispatches} dispatches"));
        return;
    };
    let interval = Estimate { mean: 1.0 / share.mean, low: 1.0 / share.high, high: 1.0 / share.low };
    let key = "demand.phone_calls_per_dispatch";
    values.push(value(
        key,
        (zh, en),
        known(s, key),
        digits(interval.mean),
        all,
        words(&interval),
        format!("value = {}", five_digits(interval.mean.max(1.0))),
    ));
}

/// Random days, where there is more scatter than chance brings.
fn variation(s: &Scenario, fit: &DemandFit, values: &mut Vec<Value>, leave: Leave<'_>) {
    let (zh, en) = ("日间额外波动", "variation of days beyond chance");
    let (Some(dispersion), Some(p), Some(rate)) = (fit.dispersion, fit.dispersion_p, fit.dispatches_per_day) else {
        let why = (format!("不足 {FOR_SCATTER} 天"), format!("fewer than {FOR_SCATTER} days"));
        return leave(zh, en, why.0, why.1);
    };
    if s.demand.patterns.bursts.is_some() {
        let why = "方案有 demand.bursts，它也使日间波动变大，两者无法分开";
        let en_why = "the scenario has demand.bursts, which scatter days too: the two cannot be told apart";
        return leave(zh, en, why.into(), en_why.into());
    }
    let has = s.demand.patterns.day_cv2 > 0.0;
    if p >= LEVEL && !has {
        let why = (
            format!("方差均值比 {dispersion:.2}，与偶然没有明显差别（p = {p:.2}）"),
            format!("variance over mean is {dispersion:.2}, which chance can bring (p = {p:.2})"),
        );
        return leave(zh, en, why.0, why.1);
    }
    let said_as_cv = s.assumptions.iter().any(|a| a.key == "demand.variation.cv");
    let days = (fit.by_weekday.iter().map(|d| d.1).sum::<u64>()) as usize;
    let ratio = dispersion.max(1.0);
    // The scenario may say it in one way only.
    let (key, number) = match said_as_cv {
        true => ("demand.variation.cv", libm::sqrt((ratio - 1.0) / rate.mean.max(1e-9))),
        false => ("demand.variation.variance_to_mean", ratio),
    };
    let toml = format!("value = {}", five_digits(number));
    values.push(value(key, (zh, en), known(s, key), digits(number), days, String::new(), toml));
}

/// Days in a file's words: dates where there are some, else numbers.
pub(super) fn day_words(log: &Log, day: i64) -> String {
    log.date(day).map_or(format!("day {day}"), |d| d.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_four_digits() {
        assert_eq!(
            [123.456, 0.123456, 1234567.0, 15.0, 0.0].map(digits),
            ["123.5", "0.1235", "1234567", "15", "0"].map(String::from)
        );
    }
}
