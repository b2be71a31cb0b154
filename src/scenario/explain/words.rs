//! Numbers, durations and windows as a person says them.

use super::super::ClockStart;
use crate::network::calendar::Window;
use crate::random::Dist;
use crate::text::Lang;
use crate::units::{MICROS_PER_SECOND, SECONDS_PER_DAY};

/// A day in microseconds.
const DAY: i64 = SECONDS_PER_DAY * MICROS_PER_SECOND;
/// A minute in microseconds.
const MINUTE: i64 = 60 * MICROS_PER_SECOND;

/// At most three decimals, no zeros at the end.
pub(super) fn number(value: f64) -> String {
    let text = format!("{value:.3}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".into() } else { text.into() }
}

/// A whole number with commas between thousands.
pub(super) fn thousands(value: f64) -> String {
    let digits = format!("{:.0}", value.abs());
    let mut out = String::new();
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i) % 3 == 0 {
            out.push(',');
        }
        out.push(c);
    }
    if value <= -0.5 { format!("-{out}") } else { out }
}

/// A length of time with two units at most: `45 s`, `2 min 12 s`, `1 h 30 min`, `3 days`.
pub(super) fn time(seconds: f64, lang: Lang) -> String {
    let zh = lang == Lang::Zh;
    let unit = |n: i64, zh_word: &str, en_word: &str| {
        if zh { format!("{n} {zh_word}") } else { format!("{n} {en_word}") }
    };
    if seconds < 10.0 && seconds.fract() != 0.0 {
        return format!("{} {}", number((seconds * 10.0).round() / 10.0), if zh { "秒" } else { "s" });
    }
    let total = seconds.round() as i64;
    let (days, hours, minutes, rest) = (total / 86_400, total / 3600 % 24, total / 60 % 60, total % 60);
    let day = || unit(days, "天", if days == 1 { "day" } else { "days" });
    let parts = match (days, hours, minutes) {
        (1.., _, _) => [day(), if hours > 0 { unit(hours, "小时", "h") } else { String::new() }],
        (_, 1.., _) => [unit(hours, "小时", "h"), if minutes > 0 { unit(minutes, "分", "min") } else { String::new() }],
        (_, _, 1..) => {
            let word = if zh && rest == 0 { "分钟" } else { "分" };
            [unit(minutes, word, "min"), if rest > 0 { unit(rest, "秒", "s") } else { String::new() }]
        }
        _ => [unit(rest, "秒", "s"), String::new()],
    };
    parts.join(" ").trim_end().to_string()
}

/// What a distribution means: its middle, its mean, and what one case in ten exceeds.
pub(super) fn lasts(dist: &Dist, lang: Lang) -> String {
    let say = |seconds: f64| time(seconds, lang);
    match (*dist, lang) {
        (Dist::Fixed(v), Lang::Zh) => format!("固定 {}", say(v)),
        (Dist::Fixed(v), Lang::En) => format!("always {}", say(v)),
        (Dist::Uniform { min, max }, Lang::Zh) => format!("{} 至 {}，均匀分布", say(min), say(max)),
        (Dist::Uniform { min, max }, Lang::En) => format!("anything from {} to {}", say(min), say(max)),
        (_, Lang::Zh) => format!(
            "一半在 {}以内，平均 {}，十次有一次超过 {}",
            say(dist.quantile(0.5)),
            say(dist.mean()),
            say(dist.quantile(0.9))
        ),
        (_, Lang::En) => format!(
            "half within {}, {} on average, one in ten above {}",
            say(dist.quantile(0.5)),
            say(dist.mean()),
            say(dist.quantile(0.9))
        ),
    }
}

/// What a hospital is able to do, as a person says it; a word of the scenario's own is quoted.
pub(super) fn capability(key: &str, lang: Lang) -> String {
    let (zh, en) = match key {
        "general" => {
            return if lang == Lang::Zh {
                "任何接收急诊的医院".into()
            } else {
                "any hospital that takes emergencies".into()
            };
        }
        "cardiac" => ("心脏急症", "heart attacks"),
        "chest_pain" => ("胸痛", "chest pain"),
        "stroke" => ("卒中", "strokes"),
        "trauma" => ("创伤", "injuries"),
        "maternal" => ("危重孕产妇", "critical mothers"),
        "newborn" => ("危重新生儿", "critical newborns"),
        other => {
            return if lang == Lang::Zh {
                format!("能处理“{other}”的医院")
            } else {
                format!("a hospital able to treat \"{other}\"")
            };
        }
    };
    if lang == Lang::Zh { format!("能救治{zh}的医院") } else { format!("a hospital able to treat {en}") }
}

/// A road class of OpenStreetMap, as a person says it.
pub(super) fn road_class(class: &str, lang: Lang) -> String {
    let zh = match class {
        "motorway" => "高速公路",
        "trunk" => "国省干线",
        "primary" => "主要公路",
        "secondary" => "次要公路",
        "tertiary" => "三级道路",
        "unclassified" => "乡村道路",
        "residential" => "居住区道路",
        "service" => "内部道路",
        "track" => "机耕路",
        "ferry" => "渡轮",
        _ => return class.to_string(),
    };
    if lang == Lang::Zh { format!("{zh}（{class}）") } else { class.to_string() }
}

/// From when response time counts.
pub(super) fn clock_start(clock: ClockStart) -> (&'static str, &'static str) {
    match clock {
        ClockStart::Ring => ("电话响起", "the ring of the phone"),
        ClockStart::Answered => ("电话接听", "the answered call"),
        ClockStart::Triaged => ("受理完成", "the end of call handling"),
        ClockStart::Assigned => ("派车", "the assignment of a unit"),
    }
}

const WEEKDAYS: [(&str, &str); 7] = [
    ("周一", "Mon"),
    ("周二", "Tue"),
    ("周三", "Wed"),
    ("周四", "Thu"),
    ("周五", "Fri"),
    ("周六", "Sat"),
    ("周日", "Sun"),
];

/// Windows: `daily 08:00–20:00; Sat–Sun`, weekdays with the same times together.
pub(super) fn windows(list: &[Window], lang: Lang) -> String {
    let zh = lang == Lang::Zh;
    let clock = |micros: i64| format!("{:02}:{:02}", micros / MINUTE / 60, micros / MINUTE % 60);
    let weekday = |day: i64| if zh { WEEKDAYS[day as usize % 7].0 } else { WEEKDAYS[day as usize % 7].1 };
    let mut groups: Vec<((i64, i64), Vec<i64>)> = Vec::new();
    let mut parts = Vec::new();
    for w in list {
        let (start, length) = (w.start.0, w.end.0 - w.start.0);
        let (day, from) = (start.div_euclid(DAY), start.rem_euclid(DAY));
        if !w.weekly {
            let (last, until) =
                if w.end.0 % DAY == 0 { (w.end.0 / DAY - 1, DAY) } else { (w.end.0 / DAY, w.end.0 % DAY) };
            let text = match (from == 0 && until == DAY, zh) {
                (true, true) if day == last => format!("第 {day} 天"),
                (true, false) if day == last => format!("day {day}"),
                (true, true) => format!("第 {day} 天至第 {last} 天"),
                (true, false) => format!("day {day} to day {last}"),
                (false, true) => format!("第 {day} 天 {} 至第 {last} 天 {}", clock(from), clock(until)),
                (false, false) => format!("day {day} {} to day {last} {}", clock(from), clock(until)),
            };
            parts.push(text);
            continue;
        }
        if w.is_always() {
            return if zh { "全天候".into() } else { "all the time".into() };
        }
        // Whole days join day by day, so that a run of them is told as one.
        let days = if from == 0 && length % DAY == 0 { length / DAY } else { 1 };
        let times = if from == 0 && length % DAY == 0 { (0, DAY) } else { (from, length) };
        for d in day..day + days {
            match groups.iter_mut().find(|g| g.0 == times) {
                Some(group) => group.1.push(d.rem_euclid(7)),
                None => groups.push((times, vec![d.rem_euclid(7)])),
            }
        }
    }
    let mut out = Vec::new();
    for ((from, length), mut days) in groups {
        days.sort_unstable();
        days.dedup();
        let names = if days.len() == 7 {
            if zh { "每天".to_string() } else { "daily".into() }
        } else {
            let mut runs: Vec<(i64, i64)> = Vec::new();
            for d in &days {
                match runs.last_mut() {
                    Some(run) if run.1 + 1 == *d => run.1 = *d,
                    _ => runs.push((*d, *d)),
                }
            }
            let to = if zh { "至" } else { "–" };
            let run = |(a, b): &(i64, i64)| match a == b {
                true => weekday(*a).to_string(),
                false => format!("{}{to}{}", weekday(*a), weekday(*b)),
            };
            runs.iter().map(run).collect::<Vec<_>>().join(if zh { "、" } else { ", " })
        };
        let end = from + length;
        out.push(match (from, length) {
            (0, DAY) => names,
            _ if length >= DAY => {
                let more = end / DAY;
                let until = clock(end % DAY);
                if zh {
                    format!("{names} {} 起至 {more} 天后 {until}", clock(from))
                } else {
                    format!("{names} from {} until {until} {more} days later", clock(from))
                }
            }
            _ if end > DAY => {
                let until = clock(end - DAY);
                if zh {
                    format!("{names} {} 至次日 {until}", clock(from))
                } else {
                    format!("{names} {}–{until} (next day)", clock(from))
                }
            }
            _ => format!("{names} {}–{}", clock(from), clock(end)),
        });
    }
    out.extend(parts);
    out.join(if zh { "；" } else { "; " })
}
