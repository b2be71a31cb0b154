//! Who calls, how often and for what; calls besides the residents'.

use super::{Writer, words};
use crate::demand::{Category, Survival};
use crate::facilities::UnitKind;
use crate::text::Lang;

impl Writer<'_> {
    pub(super) fn demand(&mut self) {
        let d = &self.s.demand;
        self.section("demand", "呼叫需求", "Demand");
        if let Some(log) = &d.log {
            let n = log.rows.len();
            self.say(
                format!("不生成随机呼叫，而是重放一份真实呼叫记录（{n} 条）；记录中缺少的内容随机抽取。"),
                format!("No calls are drawn: a log of {n} recorded calls is played; what it does not say is drawn at random."),
            );
        }
        let urban = self.number(d.dispatches_per_1000_year[0], "demand.urban_per_1000_year");
        let rural = self.number(d.dispatches_per_1000_year[1], "demand.rural_per_1000_year");
        self.say(
            format!("每 1,000 名居民每年产生的出车次数：城区 {urban}，农村 {rural}。"),
            format!("Dispatches for every 1,000 residents and year: {urban} in towns, {rural} in the country."),
        );
        let per_day: f64 = self.s.points.iter().map(|p| d.dispatches_per_day(p)).sum();
        let phone = words::number((per_day * d.phone_calls_per_dispatch * 10.0).round() / 10.0);
        let dispatches = words::number((per_day * 10.0).round() / 10.0);
        let ratio = self.number(d.phone_calls_per_dispatch, "demand.phone_calls_per_dispatch");
        self.say(
            format!("合计平均每天约 {dispatches} 次出车；每次出车对应 {ratio} 个来电（其余为咨询、重复与骚扰电话），即每天约 {phone} 个来电。"),
            format!("In all about {dispatches} dispatches a day; {ratio} phone calls for each (the others are advice, repeats and pranks), so about {phone} phone calls a day."),
        );
        let hours: Vec<f64> = d.hourly.to_vec();
        let (busy, quiet) = (extreme(&hours, true), extreme(&hours, false));
        let mark = self.mark("demand.hourly");
        let (most, least) = (
            words::number((hours[busy] * 100.0).round() / 100.0),
            words::number((hours[quiet] * 100.0).round() / 100.0),
        );
        self.say(
            format!("来电随时刻变化{mark}：{busy} 时最多（平均的 {most} 倍），{quiet} 时最少（{least} 倍）；来电时刻为随机（泊松过程）。"),
            format!("Calls follow the hours of the day{mark}: most from {busy}:00 ({most} times the average), fewest from {quiet}:00 ({least} times); when exactly they come is random (a Poisson process)."),
        );
        if d.weekday.iter().any(|w| (w - 1.0).abs() > 1e-12) {
            let mark = self.mark("demand.weekday");
            let list: Vec<String> = d.weekday.iter().map(|w| words::number((w * 100.0).round() / 100.0)).collect();
            let list = self.list(&list);
            self.say(
                format!("周一至周日的来电倍数{mark}：{list}。"),
                format!("Calls from Monday to Sunday, times the average{mark}: {list}."),
            );
        }
        for (i, c) in d.categories.iter().enumerate() {
            self.category(i, c);
        }
        self.left(&["demand.", "population[", "category[", "run."]);
    }

    fn category(&mut self, i: usize, c: &Category) {
        let at = |key: &str| format!("category[{i}].{key}");
        let mark = self.mark(&format!("category[{i}]"));
        let share = words::number((1000.0 * c.share).round() / 10.0);
        let transport = words::number(100.0 * c.transport);
        let (zh_capability, en_capability) =
            (words::capability(&c.capability, Lang::Zh), words::capability(&c.capability, Lang::En));
        let mut zh = vec![format!(
            "{}：占出车的 {share} %{mark}，优先级 {}，{transport} % 的患者送往{zh_capability}",
            c.name.zh, c.priority
        )];
        let mut en = vec![format!(
            "{}: {share} % of dispatches{mark}, priority {}, {transport} % of patients taken to {en_capability}",
            c.name.en, c.priority
        )];
        let care = &c.care;
        if c.needs_negative_pressure {
            zh.push("只派负压车".into());
            en.push("only units with negative pressure are sent".into());
        }
        if !care.kinds.is_empty() {
            let names =
                |lang: Lang| care.kinds.iter().map(|k: &UnitKind| k.name().get(lang).to_string()).collect::<Vec<_>>();
            zh.push(format!("要求车型：{}", names(Lang::Zh).join("或")));
            en.push(format!("asks for a unit that is {}", names(Lang::En).join(" or ")));
        }
        if care.units > 1 {
            let n = self.number(f64::from(care.units), &at("units"));
            zh.push(format!("同时派 {n} 辆车"));
            en.push(format!("{n} units are sent at once"));
        }
        if !care.siren {
            zh.push("不鸣警笛".into());
            en.push("driven to without siren".into());
        }
        if care.cancelled > 0.0 {
            let share = self.percent(care.cancelled, &at("cancelled"));
            zh.push(format!("{share} 途中取消或到场为空跑"));
            en.push(format!("{share} are cancelled under way or found to be nothing"));
        }
        if care.further_callers > 0.0 {
            let n = self.number(care.further_callers, &at("further_callers"));
            let within = self.span(care.further_within, &at("further_within_min"));
            zh.push(format!("同一事件平均另有 {n} 人在 {within} 内来电"));
            en.push(format!("{n} further people call about the same incident on average, within {within}"));
        }
        let own = [
            (&care.handling, "handling", "受理", "handling the call takes"),
            (&care.scene, "scene", "现场（送院）", "time on scene before transport is"),
            (&care.scene_left, "scene_left", "现场（不送院）", "time on scene without transport is"),
            (&care.handover, "handover", "院内交接", "hand-over takes"),
            (&care.clear, "clear", "清洁消毒", "cleaning and disinfection take"),
        ];
        for (dist, key, zh_name, en_name) in own {
            if let Some(dist) = dist {
                let lasts = self.lasts(dist, &at(key));
                zh.push(format!("{zh_name}用时{lasts}"));
                en.push(format!("{en_name} {lasts}"));
            }
        }
        if let Some(survival) = &care.survival {
            let mark = self.mark(&at("survival"));
            let chance = |minutes: f64| {
                words::number((1000.0 * survival.chance(crate::units::Span::from_minutes(minutes))).round() / 10.0)
            };
            let (five, ten) = (chance(5.0), chance(10.0));
            let source = self
                .s
                .assumptions
                .iter()
                .find(|a| a.key == at("survival"))
                .map(|a| a.source.clone())
                .unwrap_or_default();
            let (zh_form, en_form) = match survival {
                Survival::Linear { .. } => ("线性", "linear"),
                Survival::Logistic { .. } => ("逻辑斯蒂", "logistic"),
            };
            zh.push(format!(
                "按已发表的{zh_form}曲线估计心脏骤停生存率{mark}：响应 5 分钟 {five} %，10 分钟 {ten} %（{source}）"
            ));
            en.push(format!("survival of cardiac arrest is told by a {en_form} curve{mark}: {five} % at a response of 5 min, {ten} % at 10 min ({source})"));
        }
        self.say(format!("{}。", zh.join("；")), format!("{}.", en.join("; ")));
    }

    /// Big events, and transfers between hospitals.
    pub(super) fn streams(&mut self) {
        let d = &self.s.demand;
        const KEYS: [&str; 4] = ["surge[", "wave[", "casualty[", "transfer["];
        if d.casualties.is_empty() && d.transfers.is_empty() && !KEYS.iter().any(|key| self.has(key)) {
            return;
        }
        self.section("events", "重大事件与院间转运", "Big events and transfers");
        for m in &d.casualties {
            let patients = |lang: Lang| {
                let one = |(c, n): &(crate::ids::CategoryId, u32)| {
                    format!("{n} × {}", d.categories.get(c.index()).map_or("?", |c| c.name.get(lang)))
                };
                m.patients.iter().map(one).collect::<Vec<_>>()
            };
            let (day, callers) = (m.at.day(), m.callers);
            let of_day = m.at.seconds() as i64 % 86_400;
            let clock = format!("{:02}:{:02}", of_day / 3600, of_day / 60 % 60);
            let within = words::time(m.callers_within.seconds(), self.lang);
            self.say(
                format!(
                    "{}：第 {day} 天 {clock}，患者 {}；{within} 内共 {callers} 人来电。",
                    m.name.zh,
                    patients(Lang::Zh).join("、")
                ),
                format!(
                    "{}: on day {day} at {clock}, patients {}; {callers} people call within {within}.",
                    m.name.en,
                    patients(Lang::En).join(", ")
                ),
            );
        }
        let per_day = words::number(d.transfers.iter().map(|t| t.per_day).sum());
        if !d.transfers.is_empty() {
            let n = d.transfers.len();
            self.say(
                format!("院间转运：{n} 条线路，合计每天 {per_day} 次。"),
                format!("Transfers between hospitals: {n} pairs, {per_day} a day in all."),
            );
        }
        self.left(&KEYS);
    }
}

fn extreme(values: &[f64], most: bool) -> usize {
    let better = |a: f64, b: f64| if most { a > b } else { a < b };
    (0..values.len()).fold(0, |best, i| if better(values[i], values[best]) { i } else { best })
}
