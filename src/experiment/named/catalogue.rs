//! Every figure a scenario has, with its unit, what people call it and which way is better.

use super::{Better, FigureName, Flow, Group, Named, Number, Read};
use crate::quality::Zone;
use crate::scenario::Scenario;
use crate::sim::{Count, Interval, PRIORITIES};
use crate::text::Text;

const FLOWS: [(&str, Flow, &str, &str); 8] = [
    ("phone_calls", Flow::PhoneCalls, "来电", "phone calls"),
    ("no_dispatch", Flow::NoDispatch, "无需派车的来电", "calls without a dispatch"),
    ("dispatches", Flow::Dispatches, "派车", "dispatches"),
    ("queued", Flow::Queued, "等待空闲车辆的派车", "dispatches that waited for a unit"),
    ("transported", Flow::Transported, "送院患者", "patients taken to hospital"),
    ("left_at_scene", Flow::LeftAtScene, "现场处置后离开", "left at the scene"),
    ("from_road", Flow::FromRoad, "途中或医院派出", "dispatches from the road or a hospital"),
    ("unserved", Flow::Unserved, "无车可达的呼叫", "calls no unit could reach"),
];

impl Named {
    /// Every figure a scenario has.
    pub fn all(scenario: &Scenario) -> Vec<Named> {
        let days = scenario.run.days;
        let mut all = Vec::new();
        let mut put = |subject: &str, number: Number, group: Group, read: Read, what: (String, String)| {
            let name = FigureName { subject: subject.into(), number, group };
            let (unit, better) = nature(&name, read);
            let (zh, en) = match number {
                Number::Mean => ("平均", "mean"),
                Number::Within => ("目标内比例", "share within target"),
                Number::P50 => ("中位数", "median"),
                Number::P90 => ("第 90 百分位", "90th percentile"),
                Number::PerDay => ("每天", "a day"),
                Number::Busy => ("忙碌时间比例", "share of duty busy"),
                Number::Driving => ("行驶时间比例", "share of duty driving"),
                Number::Chance => ("平均概率", "mean chance"),
            };
            let label = Text::new(format!("{}，{zh}", what.0), format!("{}, {en}", what.1));
            all.push(Named { name, label, unit, better, read, days });
        };
        let both = |zh: &str, en: &str| (zh.to_string(), en.to_string());
        let zone_word = |zone: Zone| match zone {
            Zone::Urban => ("城区", "urban"),
            Zone::Rural => ("农村", "rural"),
        };
        let numbers = [Number::Mean, Number::Within, Number::P50, Number::P90, Number::PerDay];
        let counties = scenario.counties.iter().enumerate().map(Some);
        for county in std::iter::once(None).chain(counties) {
            for zone in [None, Some(Zone::Urban), Some(Zone::Rural)] {
                let mut what = both("响应时间", "response");
                let mut parts = Vec::new();
                parts.extend(county.map(|(_, c)| (c.name.zh.as_str(), c.name.en.as_str())));
                parts.extend(zone.map(zone_word));
                if !parts.is_empty() {
                    let (zh, en): (Vec<&str>, Vec<&str>) = parts.into_iter().unzip();
                    what = (format!("{}（{}）", what.0, zh.concat()), format!("{} ({})", what.1, en.join(", ")));
                }
                let group = match (county, zone) {
                    (None, None) => Group::All,
                    (county, zone) => Group::Place(county.map(|(_, c)| c.name.en.clone()), zone),
                };
                let read = Read::Response((county.map(|(i, _)| i as u32), zone));
                for number in numbers {
                    put("response", number, group.clone(), read, what.clone());
                }
            }
        }
        for number in [Number::Mean, Number::P90, Number::PerDay] {
            for p in 0..PRIORITIES {
                let what = (format!("响应时间（{} 级）", p + 1), format!("response (priority {})", p + 1));
                put("response", number, Group::Priority(p as u8 + 1), Read::Priority(p), what);
            }
            for (i, c) in scenario.demand.categories.iter().enumerate() {
                let what = (format!("响应时间（{}）", c.name.zh), format!("response ({})", c.name.en));
                put("response", number, Group::Category(c.key.clone()), Read::Category(i), what);
            }
        }
        for interval in Interval::ALL {
            let (zh, en) = interval_words(interval);
            let targeted = matches!(interval, Interval::Answer | Interval::Turnout | Interval::Handover);
            let mut numbers = vec![Number::Mean, Number::P90];
            numbers.extend(targeted.then_some(Number::Within));
            for number in numbers {
                put(interval.key(), number, Group::All, Read::Interval(interval), both(zh, en));
            }
        }
        for (key, flow, zh, en) in FLOWS {
            put(key, Number::PerDay, Group::All, Read::Flow(flow), both(zh, en));
        }
        for count in Count::ALL {
            put(
                count.key(),
                Number::PerDay,
                Group::All,
                Read::Count(count),
                both(count_words(count), &count.key().replace('_', " ")),
            );
        }
        put("units", Number::Busy, Group::All, Read::Units, both("救护车", "units"));
        put("units", Number::Driving, Group::All, Read::UnitsDriving, both("救护车", "units"));
        put("seats", Number::Busy, Group::All, Read::Seats, both("调度座席", "dispatcher seats"));
        if !scenario.rules.hospitals.bays.is_empty() {
            put(
                "bay_wait",
                Number::Mean,
                Group::All,
                Read::BayWait,
                both("到院等待床位", "wait for a bay at hospital"),
            );
        }
        for (i, c) in scenario.demand.categories.iter().enumerate().filter(|(_, c)| c.care.survival.is_some()) {
            let what = (format!("存活（{}）", c.name.zh), format!("survival ({})", c.name.en));
            put("survival", Number::Chance, Group::Category(c.key.clone()), Read::Survival(i), what);
        }
        all
    }
}

/// Unit and direction.
fn nature(name: &FigureName, read: Read) -> (&'static str, Better) {
    match (name.number, read) {
        (Number::Within | Number::Chance, _) => ("share", Better::Higher),
        (Number::Busy | Number::Driving, _) => ("share", Better::Neither),
        (Number::PerDay, Read::Flow(Flow::Queued | Flow::Unserved)) => ("/day", Better::Lower),
        (Number::PerDay, Read::Count(count)) => ("/day", if is_bad(count) { Better::Lower } else { Better::Neither }),
        (Number::PerDay, _) => ("/day", Better::Neither),
        (_, Read::Interval(Interval::Answer)) => ("s", Better::Lower),
        // A longer time on scene may be good care; the rest of a call's life had better be short.
        (_, Read::Interval(Interval::Scene | Interval::Clear | Interval::Return)) => ("min", Better::Neither),
        _ => ("min", Better::Lower),
    }
}

fn is_bad(count: Count) -> bool {
    use Count as C;
    let bad =
        [C::HungUp, C::Misrouted, C::Mismatched, C::HeldBack, C::BreaksLost, C::Breakdowns, C::Overtime, C::BayWaits];
    bad.contains(&count) || count == C::Diverted
}

fn interval_words(interval: Interval) -> (&'static str, &'static str) {
    match interval {
        Interval::Answer => ("接听等待", "answer"),
        Interval::Triage => ("受理", "call-taking"),
        Interval::Queue => ("等待派车", "wait for a unit"),
        Interval::Turnout => ("出车", "turn-out"),
        Interval::Travel => ("行驶", "drive to the scene"),
        Interval::Scene => ("现场", "time on scene"),
        Interval::Transport => ("送院", "transport"),
        Interval::Handover => ("院内交接", "hand-over"),
        Interval::Clear => ("清洁补给", "clearing"),
        Interval::Return => ("返回", "return"),
    }
}

fn count_words(count: Count) -> &'static str {
    match count {
        Count::HungUp => "未接通先挂断",
        Count::CalledAgain => "再次呼叫",
        Count::FurtherCallers => "同一事件的其他来电",
        Count::Overflowed => "邻近中心代接",
        Count::Misrouted => "先接错中心",
        Count::Redirected => "途中改派",
        Count::Aided => "其他中心支援",
        Count::Mismatched => "车型不符",
        Count::HeldBack => "因留守等待",
        Count::Cancelled => "到达前取消",
        Count::MoreUnits => "增派车辆",
        Count::MorePatients => "同一事件的其他患者",
        Count::Moves => "移防",
        Count::BreaksTaken => "已休息",
        Count::BreaksLost => "未能休息",
        Count::Breakdowns => "车辆故障",
        Count::Serviced => "计划保养",
        Count::Refuelled => "加油或充电",
        Count::Overtime => "延时任务",
        Count::BayWaits => "到院等待床位",
        Count::Diverted => "分流改送",
        Count::Transfers => "院间转运",
        Count::Flights => "直升机出动",
        Count::Voyages => "救护艇出动",
        Count::Meetings => "空地或水陆交接",
    }
}
