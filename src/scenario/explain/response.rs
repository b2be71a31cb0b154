//! From the ring of the phone to the unit on its way: telephone, dispatch, crews, where free units wait.

use super::super::Centre;
use super::super::rules::{ALWAYS, MoveUpRule, Tie};
use super::{Writer, words};
use crate::facilities::UnitKind;
use crate::text::Lang;
use crate::units::Span;

impl Writer<'_> {
    pub(super) fn telephone(&mut self) {
        let s = self.s;
        let (c, t) = (&s.call_taking, &s.rules.telephone);
        self.section("telephone", "电话受理", "At the telephone");
        for (i, centre) in s.centres.iter().enumerate() {
            let key = format!("centre[{i}].seats");
            let seats = if centre.seats == Centre::UNLIMITED {
                self.pick("座席不限", "as many seats as needed").to_string()
            } else {
                format!("{} {}{}", centre.seats, self.pick("个座席", "seats"), self.mark(&key))
            };
            let counties: Vec<String> = s
                .counties
                .iter()
                .zip(&s.centre_of_county)
                .filter(|(_, of)| of.is_some_and(|id| id.index() == i))
                .map(|(county, _)| county.name.get(self.lang).to_string())
                .collect();
            let serves = if s.centres.len() == 1 {
                self.pick("全部县区", "all counties").to_string()
            } else {
                self.list(&counties)
            };
            let mut staffed = self.pick("昼夜值守", "staffed around the clock").to_string();
            if let Some(duty) = t.duty.get(i).filter(|_| centre.seats != Centre::UNLIMITED) {
                let rows: Vec<String> = duty
                    .iter()
                    .enumerate()
                    .map(|(j, (when, seats))| {
                        let when = words::windows(when, self.lang);
                        let seats = self.number(f64::from(*seats), &format!("centre[{i}].duty[{j}].seats"));
                        if self.lang == Lang::Zh {
                            format!("{when} {seats} 席")
                        } else {
                            format!("{seats} on duty {when}")
                        }
                    })
                    .collect();
                staffed = rows.join(self.pick("；", "; "));
            }
            self.say(
                format!("{}：{seats}，{staffed}；服务{serves}。", centre.name.zh),
                format!("{}: {seats}, {staffed}; serves {serves}.", centre.name.en),
            );
        }
        let pickup = self.lasts(&c.pickup, "call_taking.pickup");
        self.say(
            format!("有空闲座席时，从振铃到接听：{pickup}；座席全忙时来电排队，先来先接。"),
            format!("With a free seat, from ring to answer: {pickup}. With none free, calls wait in order of arrival."),
        );
        let handling = self.lasts(&c.handling, "call_taking.handling");
        let advice = self.lasts(&c.handling_no_dispatch, "call_taking.handling_no_dispatch");
        let wrapup = self.lasts(&c.wrapup, "call_taking.wrapup");
        self.say(
            format!("受理需出车的来电：{handling}；无需出车的：{advice}；通话后整理（仍占用座席）：{wrapup}。"),
            format!("Handling a call that needs a unit: {handling}; one that needs none: {advice}; work after the call, still at the seat: {wrapup}."),
        );
        if let Some(patience) = &t.patience {
            let lasts = self.lasts(patience, "call_taking.patience");
            self.say(
                format!("无人接听时来电者会挂断，愿意等待：{lasts}。"),
                format!("Callers who are not answered hang up; they wait: {lasts}."),
            );
        }
        if let Some(redial) = &t.redial {
            let share = self.percent(redial.share, "call_taking.redial.share");
            let after = self.lasts(&redial.after, "call_taking.redial.after");
            self.say(
                format!("挂断者中 {share} 会重拨，间隔：{after}。"),
                format!("{share} of those who hung up call again, after: {after}."),
            );
        }
        if let Some(overflow) = &t.overflow {
            let after = self.span(overflow.after, "call_taking.overflow.after_s");
            let passing = self.span(overflow.passing, "call_taking.overflow.passing_s");
            self.say(
                format!("振铃 {after} 仍无人接听时，邻近中心有空闲座席即代接；转回本中心再派车多用 {passing}。"),
                format!("A call that has rung for {after} is taken by a neighbour centre as soon as that has a free seat; passing it back costs {passing} before a unit is sent."),
            );
        }
        if let Some(misrouted) = &t.misrouted {
            let share = self.percent(misrouted.share, "call_taking.misrouted.share");
            let passing = self.lasts(&misrouted.passing, "call_taking.misrouted.passing");
            self.say(
                format!("{share} 的来电先接到了别的中心，转接用时：{passing}。"),
                format!("{share} of calls reach the wrong centre first; passing them on takes: {passing}."),
            );
        }
        if let Some(duplicate) = &t.handling_duplicate {
            let lasts = self.lasts(duplicate, "call_taking.handling_duplicate");
            self.say(
                format!("同一事件的重复来电，受理用时：{lasts}。"),
                format!("A call about an incident that is known already is handled in: {lasts}."),
            );
        }
    }

    pub(super) fn dispatch(&mut self) {
        let d = &self.s.rules.dispatch;
        self.section("dispatch", "派车", "Dispatch");
        self.say(
            "派预计最快到达的合适空闲车辆（按路网行车时间加预计出车时间）；没有空闲车辆时呼叫排队，先按优先级，再按先后。".into(),
            "The suitable free unit that is expected there first is sent (driving time on the roads plus expected turn-out). With none free the call waits, by priority and then by time.".into(),
        );
        if d.queue_by_ring {
            self.say(
                "同优先级的呼叫按来电先后（而非受理完成先后）排队。".into(),
                "Calls of equal priority wait in the order in which they rang, not in which they were handled.".into(),
            );
        }
        if d.under_way {
            self.say(
                "返回途中的车辆可直接改派，从其当时所在的道路位置出发。".into(),
                "Units on their way home may be sent, from where they are on the road at that moment.".into(),
            );
        } else {
            self.say(
                "车辆须先回到站点才能再派。".into(),
                "A unit must be back at its post before it is sent again.".into(),
            );
        }
        if d.other_county == ALWAYS {
            let mark = self.mark("dispatch.other_county_penalty_min");
            self.say(
                format!("本县优先{mark}：只有本县没有空闲车辆时才派外县车辆。"),
                format!("Own county first{mark}: a unit of another county is sent only if the own one has none free."),
            );
        } else if d.other_county > Span::ZERO {
            let penalty = self.span(d.other_county, "dispatch.other_county_penalty_min");
            self.say(
                format!("外县车辆须比本县车辆快 {penalty} 以上才派。"),
                format!("A unit of another county is sent only if it is quicker by more than {penalty}."),
            );
        } else {
            self.say(
                "在同一指挥中心内不分县区，最快者去。".into(),
                "Within a centre county borders do not matter: the quickest goes.".into(),
            );
        }
        if self.s.demand.categories.iter().any(|c| !c.care.kinds.is_empty()) {
            if d.mismatch == ALWAYS {
                let mark = self.mark("dispatch.mismatch_penalty_min");
                self.say(
                    format!("有要求车型的车空闲时一定派它{mark}；没有时派其他车型。"),
                    format!(
                        "A unit of the kind asked for is always preferred{mark}; another kind is sent if none is free."
                    ),
                );
            } else {
                let penalty = self.span(d.mismatch, "dispatch.mismatch_penalty_min");
                self.say(
                    format!("车型不符的车须快 {penalty} 以上才派。"),
                    format!(
                        "A unit of another kind than asked for is sent only if it is quicker by more than {penalty}."
                    ),
                );
            }
        }
        for (from, to) in &d.redirect {
            self.say(
                format!("正赶往优先级 {from} 呼叫的车辆可改派给优先级 {to} 的呼叫。"),
                format!("A unit under way to a call of priority {from} may be sent to one of priority {to} instead."),
            );
        }
        if let Some(hold) = d.hold_back {
            let units = self.number(f64::from(hold.units), "dispatch.hold_back.units");
            self.say(
                format!("每个中心保留 {units} 辆空闲车：优先级 {} 及更低的呼叫不动用它们。", hold.priority),
                format!("Each centre keeps {units} free units back: calls of priority {} and less urgent ones do not get them.", hold.priority),
            );
        }
        if let Some(ageing) = d.ageing {
            let span = self.span(ageing, "dispatch.ageing_min");
            self.say(
                format!("排队等车的呼叫每等待 {span} 优先级提升一级。"),
                format!("A call that waits for a unit gains a step of priority every {span}."),
            );
        }
        if let Some(aid) = &d.mutual_aid {
            let after = self.span(aid.after, "dispatch.mutual_aid.after_min");
            let asking = self.span(aid.asking, "dispatch.mutual_aid.asking_s");
            self.say(
                format!("等车超过 {after} 的呼叫可由邻近中心支援，请求支援多用 {asking}。"),
                format!("A call that has waited {after} for a unit may get one of a neighbour centre; asking costs {asking}."),
            );
            let all = aid.neighbours.iter().all(|n| n.len() + 1 == self.s.centres.len());
            if !all {
                let names: Vec<(String, Vec<String>)> = self
                    .s
                    .centres
                    .iter()
                    .zip(&aid.neighbours)
                    .filter(|(_, helpers)| !helpers.is_empty())
                    .map(|(c, helpers)| {
                        let list = helpers.iter().map(|h| self.s.centres[h.index()].name.get(self.lang).to_string());
                        (c.name.get(self.lang).to_string(), list.collect())
                    })
                    .collect();
                for (centre, helpers) in names {
                    let helpers = self.list(&helpers);
                    self.say(format!("支援{centre}的有：{helpers}。"), format!("{centre} is helped by: {helpers}."));
                }
            }
        }
        if d.tie == Tie::First {
            self.say(
                "同样快时派车辆表中靠前的一辆。".into(),
                "Of equally quick units the first in the table goes.".into(),
            );
        } else {
            self.say(
                "同样快时派空闲最久的一辆。".into(),
                "Of equally quick units the one that has been free longest goes.".into(),
            );
        }
    }

    pub(super) fn fleet(&mut self) {
        let s = self.s;
        let f = &s.rules.fleet;
        self.section("fleet", "车辆与班组", "Units and crews");
        let kinds: Vec<String> = UnitKind::ALL
            .iter()
            .map(|k| (k, s.units.iter().filter(|u| u.kind == *k).count()))
            .filter(|(_, n)| *n > 0)
            .map(|(k, n)| format!("{} {n}", k.name().get(self.lang)))
            .collect();
        let kinds = self.list(&kinds);
        let (all, negative) = (s.units.len(), s.units.iter().filter(|u| u.negative_pressure).count());
        self.say(
            format!("{all} 辆车：{kinds}；其中负压车 {negative} 辆。"),
            format!("{all} units: {kinds}; {negative} of them have negative pressure."),
        );
        let mut shifts: Vec<(String, usize)> = Vec::new();
        for unit in s.units.iter() {
            let when = unit
                .duty
                .as_ref()
                .map_or_else(|| self.pick("昼夜", "around the clock").to_string(), |w| words::windows(w, self.lang));
            match shifts.iter_mut().find(|s| s.0 == when) {
                Some(shift) => shift.1 += 1,
                None => shifts.push((when, 1)),
            }
        }
        let list: Vec<String> =
            shifts.iter().map(|(when, n)| format!("{n} {}{when}", self.pick("辆", "units "))).collect();
        let list = list.join(self.pick("；", "; "));
        self.say(format!("在岗时间：{list}。"), format!("On duty: {list}."));
        if shifts.len() > 1 {
            self.say(
                "交班前已开始的任务做完后车辆才回站下班。".into(),
                "A job that has begun is finished before the unit goes home and off duty.".into(),
            );
        }
        let part_day: Vec<String> = s
            .posts
            .iter()
            .filter_map(|p| Some((p.name.get(self.lang), p.hours.as_ref()?)))
            .map(|(name, hours)| format!("{name} ({})", words::windows(hours, self.lang)))
            .collect();
        if !part_day.is_empty() {
            let list = self.few(&part_day);
            self.say(format!("非全天站点：{list}。"), format!("Posts that are not always staffed: {list}."));
        }
        let crews: Vec<String> =
            s.posts.iter().filter_map(|p| Some(format!("{} {}", p.name.get(self.lang), p.crews?))).collect();
        if !crews.is_empty() {
            let list = self.few(&crews);
            self.say(
                format!("班组数限制同时出车的车辆数：{list}。"),
                format!("Crews limit how many units of a post may be out at once: {list}."),
            );
        }
        let d = &s.durations;
        let (turnout, road) =
            (self.lasts(&d.turnout, "durations.turnout"), self.lasts(&d.turnout_on_road, "durations.turnout_on_road"));
        self.say(
            format!("从派车到出发：在站时{turnout}；在途或在医院时{road}。"),
            format!("From assignment to departure: at the post {turnout}; on the road or at a hospital {road}."),
        );
        let (scene, left) =
            (self.lasts(&d.scene, "durations.scene"), self.lasts(&d.scene_left, "durations.scene_left"));
        self.say(
            format!("现场救治：送院时{scene}；不送院时{left}。"),
            format!("On scene: {scene} if the patient is taken to hospital; {left} if not."),
        );
        let clear = self.lasts(&d.clear, "durations.clear");
        self.say(
            format!("交接后清洁补给：{clear}；之后返回站点。"),
            format!("Cleaning and restocking after hand-over: {clear}; then the unit goes home."),
        );
        if let Some(breaks) = &f.breaks {
            let lasts = self.span(breaks.lasts, "fleet.breaks.lasts_min");
            let when = words::windows(&breaks.when, self.lang);
            self.say(
                format!("用餐休息：{when} 内轮流休息 {lasts}，在本站进行；任务中则顺延，窗口内轮不到即取消并计数。"),
                format!("Breaks: {lasts} each, in turns within {when}, at the home post; a busy unit takes it later within that time or loses it, which is counted."),
            );
        }
        if let Some(b) = &f.breakdown {
            let every = self.span(b.every, "fleet.breakdown.every_h");
            let repair = self.lasts(&b.repair, "fleet.breakdown.repair");
            self.say(
                format!("故障：平均每在岗 {every} 一次，维修：{repair}；赴现场途中故障则改派他车。"),
                format!("Breakdowns: once in {every} of duty on average; repair: {repair}. On the way to a scene the call is given to another unit."),
            );
        }
        if let Some(service) = &f.service {
            let every = self.span(service.every, "fleet.service.every_days");
            let lasts = self.span(service.lasts, "fleet.service.lasts_h");
            self.say(
                format!("保养：每车每 {every} 一次，每次 {lasts}，各车错开。"),
                format!("Planned service: each unit every {every} for {lasts}, in turns."),
            );
        }
        if let Some(refuel) = &f.refuel {
            let after = self.span(refuel.after_driving, "fleet.refuel.after_driving_min");
            let lasts = self.span(refuel.lasts, "fleet.refuel.lasts_min");
            self.say(
                format!("每行驶 {after} 须在本站加油或充电 {lasts}。"),
                format!("After {after} of driving a unit refuels or charges at its post for {lasts}."),
            );
        }
    }

    pub(super) fn move_up(&mut self) {
        let posts = |ids: &[crate::ids::PostId], lang: Lang| {
            ids.iter().map(|p| self.s.posts[p.index()].name.get(lang).to_string()).collect::<Vec<_>>()
        };
        match &self.s.rules.move_up {
            // Told among what is off.
            MoveUpRule::Home => {}
            MoveUpRule::Priority(list) => {
                let names = self.few(&posts(list, self.lang));
                self.section("move_up", "动态待命", "Where free units wait");
                self.say(
                    format!("空闲下来的车辆依次补足以下站点（已足则回本站）：{names}。"),
                    format!("A unit that comes free goes to the first of these posts that wants another one, home if none does: {names}."),
                );
            }
            MoveUpRule::Compliance { rows, move_resting } => {
                let n = rows.len();
                let last = rows.last().map(|r| self.few(&posts(r, self.lang))).unwrap_or_default();
                self.section("move_up", "动态待命", "Where free units wait");
                self.say(
                    format!("按部署表待命：表中规定 1 至 {n} 辆空闲车各应在何处；{n} 辆空闲时为：{last}。更多的空闲车回本站。"),
                    format!("A table says where 1 to {n} free units ought to wait; with {n} free: {last}. More free units go home."),
                );
                let (zh, en) = if *move_resting {
                    ("在站待命的车辆也会为此移动。", "Units that rest at a post are moved for it, too.")
                } else {
                    ("只移动刚空闲下来的车辆。", "Only units that come free are moved.")
                };
                self.say(zh.into(), en.into());
            }
            MoveUpRule::Dmexclp { busy, within } => {
                self.section("move_up", "动态待命", "Where free units wait");
                let busy = self.percent(*busy, "move_up.busy");
                let within = self.span(*within, "move_up.within_min");
                self.say(
                    format!("空闲下来的车辆前往使期望覆盖增加最多的站点（DMEXCLP；假设车辆忙碌率 {busy}，行车 {within} 内为覆盖）。"),
                    format!("A unit that comes free goes where expected cover grows most (DMEXCLP; units taken to be busy {busy} of the time, covered means within {within} of driving)."),
                );
            }
        }
    }
}
