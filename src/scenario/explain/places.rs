//! Hospitals, roads, air and water.

use super::super::NamedOrFile;
use super::super::rules::{CraftRules, HospitalChoice};
use super::{Writer, words};
use crate::facilities::Receives;
use crate::network::calendar::Window;
use crate::network::profile::SIREN;

impl Writer<'_> {
    pub(super) fn hospitals(&mut self) {
        let s = self.s;
        let h = &s.rules.hospitals;
        self.section("hospitals", "医院", "Hospitals");
        let (all, none) = (s.hospitals.len(), s.hospitals.iter().filter(|h| h.receives == Receives::Nobody).count());
        let taking = all - none;
        self.say(
            format!("{all} 所医院，其中 {taking} 所接收救护车送来的患者。"),
            format!("{all} hospitals, {taking} of which take patients from ambulances."),
        );
        match &h.choice {
            HospitalChoice::Nearest => self.say(
                "患者送往行车时间最近、有相应救治能力的医院。".into(),
                "Patients go to the nearest hospital in driving time that is able to treat them.".into(),
            ),
            HospitalChoice::FreeBay => self.say(
                "患者送往行车时间最近、有能力且有空闲抢救位的医院；都没有空位时去最近的。".into(),
                "Patients go to the nearest able hospital that has a free bay; to the nearest one if none has.".into(),
            ),
            HospitalChoice::Shares { within, .. } => {
                let within = self.span(*within, "hospitals.shares_within_min");
                self.say(
                    format!("患者按医院表中的份额随机分配到有能力且比最近医院远不超过 {within} 的医院。"),
                    format!("Patients are shared out at random, by the shares in the table, among able hospitals at most {within} beyond the nearest."),
                );
            }
        }
        let closed: Vec<String> = s
            .hospitals
            .iter()
            .filter_map(|h| Some((h.name.get(self.lang), h.hours.as_ref()?)))
            .map(|(name, hours)| format!("{name} ({})", words::windows(hours, self.lang)))
            .collect();
        if !closed.is_empty() {
            let list = self.few(&closed);
            self.say(
                format!("非全天接收的医院：{list}。"),
                format!("Hospitals that do not take patients all the time: {list}."),
            );
        }
        let handover = self.lasts(&s.durations.handover, "durations.handover");
        self.say(format!("院内交接：{handover}。"), format!("Hand-over at hospital: {handover}."));
        let known: Vec<u32> = h.bays.iter().flatten().copied().collect();
        if !h.bays.is_empty() {
            let (n, bays) = (known.len(), known.iter().sum::<u32>());
            self.say(
                format!("抢救位有限（{n} 所医院，共 {bays} 个）：没有空位时救护车排队等待交接。"),
                format!(
                    "Bays are limited ({n} hospitals, {bays} bays in all): with none free, units wait to hand over."
                ),
            );
        }
        if let Some(stay) = &h.bay_stay {
            let lasts = self.lasts(stay, "hospitals.bay_stay");
            self.say(
                format!("交接后患者继续占用抢救位：{lasts}。"),
                format!("After hand-over a patient holds the bay: {lasts}."),
            );
        }
        if let Some(o) = &h.observation {
            let share = self.percent(o.share, "hospitals.observation.share");
            let stay = self.lasts(&o.stay, "hospitals.observation.stay");
            let beds: u32 = h.observation_beds.iter().flatten().sum();
            self.say(
                format!("{share} 的患者留观：{stay}；留观床共 {beds} 张，没有空床时继续占用抢救位。"),
                format!("{share} of patients are observed: {stay}. There are {beds} observation beds; without a free one the patient keeps the bay."),
            );
        }
        if let Some(n) = h.divert_at {
            let n = self.number(f64::from(n), "hospitals.divert_at");
            self.say(
                format!("等待交接的车辆达到 {n} 辆时医院分流救护车（所有可去医院都分流时除外）。"),
                format!("While {n} units wait for a bay a hospital turns ambulances away, unless every able one does."),
            );
        }
        for (i, surge) in h.surge.iter().enumerate() {
            let (when, factor) =
                (words::windows(&surge.when, self.lang), self.number(surge.factor, &format!("bay_surge[{i}].factor")));
            self.say(
                format!("{when}：抢救位数乘以 {factor}（向下取整）。"),
                format!("{when}: bays are multiplied by {factor}, rounded down."),
            );
        }
    }

    pub(super) fn roads(&mut self) {
        let s = self.s;
        self.section("roads", "道路与行车", "Roads");
        let file = s.network.file.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        let profile = match &s.network.profile {
            NamedOrFile::Builtin(name) => name.clone(),
            NamedOrFile::File(path) => path.display().to_string(),
        };
        let off = self.measure(s.network.off_road_kmh, "km/h", "network.off_road_kmh");
        self.say(
            format!("路网 {file}，车速配置 {profile}。行车时间在路网上精确计算；地点与道路之间按 {off}。"),
            format!("Road network {file}, speed profile {profile}. Driving times are exact on the network; between a place and its road {off}."),
        );
        let t = &s.travel;
        let mut drives: Vec<(&str, &str, f64, &str, &str)> = vec![
            ("赴现场", "to the scene", t.response_factor, &t.missions.response, "travel.response_factor"),
            ("送院", "to hospital", t.transport_factor, &t.missions.transport, "travel.transport_factor"),
            ("返回", "home", t.return_factor, &t.missions.returning, "travel.return_factor"),
        ];
        if s.demand.categories.iter().any(|c| !c.care.siren) {
            let own = s.assumptions.iter().any(|a| a.key == "travel.calm_factor");
            let key = if own { "travel.calm_factor" } else { "travel.response_factor" };
            drives.push(("不鸣警笛赴现场", "to the scene without siren", t.calm_factor, &t.missions.calm, key));
        }
        let list: Vec<String> = drives
            .into_iter()
            .map(|(zh, en, factor, mission, key)| {
                let factor = self.number(factor, key);
                let name = self.pick(zh, en).to_string();
                let how = match mission {
                    SIREN => self.pick("警笛车速", "speeds with siren").to_string(),
                    other => self.pick("车速方案 ", "speeds of the mission ").to_string() + other,
                };
                format!("{name} × {factor} ({how})")
            })
            .collect();
        let list = self.list(&list);
        self.say(format!("路网时间的系数：{list}。"), format!("Factors on the network's times: {list}."));
        if t.scatter_sigma > 0.0 {
            let sigma = self.mark("travel.scatter_sigma");
            let spread = words::number((1000.0 * (libm::exp(1.2816 * t.scatter_sigma) - 1.0)).round() / 10.0);
            self.say(
                format!("每次行程时间随机波动{sigma}：十次有一次比路网时间长 {spread} % 以上，中位数不变。"),
                format!("Each trip's time varies at random{sigma}: one in ten takes over {spread} % more than the network says; the median stays."),
            );
        }
        for (i, p) in s.periods.iter().enumerate() {
            let when = words::windows(&p.when, self.lang);
            let mut how = Vec::new();
            if (p.speed - 1.0).abs() > 0.0 {
                how.push(format!("× {}", self.number(p.speed, &format!("period[{i}].speed"))));
            }
            let (mark, lang) = (self.mark(&format!("period[{i}].classes")), self.lang);
            how.extend(
                p.classes
                    .iter()
                    .map(|(class, f)| format!("{} × {}{mark}", words::road_class(class, lang), words::number(*f))),
            );
            let how = self.list(&how);
            let area =
                if p.area.is_some() { self.pick("（仅限一片区域）", " (only in one area)") } else { "" }.to_string();
            self.say(
                format!("{}（{when}）{area}：车速 {how}。", p.name.zh),
                format!("{} ({when}){area}: speeds {how}.", p.name.en),
            );
        }
        for (i, c) in s.closures.iter().enumerate() {
            let mark = self.mark(&format!("closure[{i}]"));
            let when = words::windows(&c.when, self.lang);
            let what: Vec<String> =
                c.what.roads.iter().cloned().chain(c.what.ways.iter().map(|w| format!("way {w}"))).collect();
            let mut what = self.list(&what);
            if !c.what.areas.is_empty() {
                what += self.pick(" 一片区域内的道路", " the roads of an area");
            }
            let what = what.trim().to_string();
            self.say(
                format!("封闭{mark}：{}（{what}），{when}。", c.name.zh),
                format!("Closed{mark}: {} ({what}), {when}.", c.name.en),
            );
        }
    }

    pub(super) fn craft(&mut self) {
        let s = self.s;
        let CraftRules { air, water } = &s.rules.craft;
        if air.is_none() && water.is_none() {
            return;
        }
        self.section("craft", "空中与水上", "Air and water");
        let all = |list: &[Window]| if list.is_empty() { vec![Window::ALWAYS] } else { list.to_vec() };
        if let Some(a) = air {
            let when = words::windows(&all(&a.daylight), self.lang);
            let speed = self.measure(a.speed_kmh, "km/h", "air.speed_kmh");
            let (start, landing) = (self.span(a.start, "air.start_s"), self.span(a.landing, "air.landing_s"));
            let (fly, block) =
                (self.percent(a.flyable, "air.flyable"), self.span(a.weather_block, "air.weather_block_h"));
            let (points, pads) = (a.landing_points.len(), a.helipads.len());
            let reach = self.measure(a.reach_m / 1000.0, "km", "air.reach_m");
            let pace = self.measure(a.reach_kmh, "km/h", "air.reach_kmh");
            let least = self.measure(a.least_m / 1000.0, "km", "air.least_km");
            self.say(
                format!("直升机：巡航 {speed}，启动起飞 {start}，每次进近着陆 {landing}；飞行时段 {when}；{fly} 的时间天气可飞（每 {block} 抽取一次）。"),
                format!("Helicopters: cruise at {speed}, {start} to start, {landing} for each landing; they fly {when}; the weather allows it {fly} of the time (drawn for {block} at a time)."),
            );
            self.say(
                format!("起降点 {points} 个（其中 {pads} 个为医院停机坪）；可达起降点 {reach} 以内的患者（直线，{pace}）；不足 {least} 的航程不飞。"),
                format!("{points} landing points, {pads} of them helipads of hospitals; patients within {reach} of a landing point are reached (straight, at {pace}); flights under {least} are not flown."),
            );
        }
        if let Some(b) = water {
            let when = words::windows(&all(&b.when), self.lang);
            let (speed, mooring) =
                (self.measure(b.speed_kmh, "km/h", "water.speed_kmh"), self.span(b.mooring, "water.mooring_s"));
            let reach = self.measure(b.reach_m / 1000.0, "km", "water.reach_m");
            let pace = self.measure(b.reach_kmh, "km/h", "water.reach_kmh");
            let (lakes, piers) = (b.lakes.len(), b.piers.len());
            self.say(
                format!("救护艇：{speed}，离岸、靠岸各 {mooring}；航行时段 {when}；{lakes} 个湖泊、{piers} 个码头；可达码头 {reach} 以内的患者（直线，{pace}）。"),
                format!("Boats: {speed}, {mooring} to cast off and to moor; they go {when}; {lakes} lakes, {piers} piers; patients within {reach} of a pier are reached (straight, at {pace})."),
            );
        }
        self.left(&["air.", "water."]);
    }
}
