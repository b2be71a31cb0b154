//! What is not modelled because the scenario does not turn it on.

use super::super::rules::{HospitalChoice, MoveUpRule};
use super::Writer;

impl Writer<'_> {
    pub(super) fn off(&mut self) {
        let s = self.s;
        let (t, d, f, h, c) =
            (&s.rules.telephone, &s.rules.dispatch, &s.rules.fleet, &s.rules.hospitals, &s.rules.craft);
        let care = |f: &dyn Fn(&crate::demand::Care) -> bool| s.demand.categories.iter().any(|c| f(&c.care));
        let several = s.centres.len() > 1;
        let missing = [
            (
                t.patience.is_none(),
                "来电者一直等到有人接听，不会挂断或重拨",
                "callers wait until they are answered; nobody hangs up or calls again",
            ),
            (t.duty.is_empty(), "座席昼夜人数相同", "as many seats are staffed by night as by day"),
            (!care(&|c| c.further_callers > 0.0), "同一事件只有一人来电", "there is one caller for each incident"),
            (several && t.overflow.is_none(), "座席全忙时其他中心不代接", "no centre takes another's calls"),
            (several && t.misrouted.is_none(), "没有来电接错中心", "no call reaches the wrong centre"),
            (
                several && d.mutual_aid.is_none(),
                "各中心之间不互相支援车辆",
                "centres do not help each other with units",
            ),
            (
                d.redirect.is_empty(),
                "已派出的车辆不会改派给更急的呼叫",
                "a unit that was sent is not redirected to a more urgent call",
            ),
            (d.hold_back.is_none(), "不为紧急呼叫保留车辆", "no unit is kept back for urgent calls"),
            (d.ageing.is_none(), "等待再久优先级也不变", "waiting does not raise a call's priority"),
            (
                !care(&|c| !c.kinds.is_empty()),
                "派车不看车型（负压要求除外）",
                "the kind of unit does not matter, except negative pressure",
            ),
            (!care(&|c| c.units > 1), "每次只派一辆车", "one unit is sent to each call"),
            (!care(&|c| !c.siren), "全部呼叫都鸣警笛前往", "every call is driven to with lights and siren"),
            (!care(&|c| c.cancelled > 0.0), "没有途中取消和空跑", "no call is cancelled under way"),
            (
                s.rules.move_up == MoveUpRule::Home,
                "空闲车辆总是回本站，不动态调整待命点",
                "free units always go back to their own post",
            ),
            (f.duty.is_empty(), "全部车辆昼夜在岗，不分班次", "all units are on duty around the clock, without shifts"),
            (f.crews.is_empty(), "每辆车都有班组", "every unit has a crew of its own"),
            (f.breaks.is_none(), "没有用餐休息", "there are no meal breaks"),
            (f.breakdown.is_none(), "车辆不会故障", "units do not break down"),
            (f.service.is_none(), "没有计划保养", "there is no planned service"),
            (f.refuel.is_none(), "不考虑加油和充电", "fuel and charging are not considered"),
            (
                h.bays.is_empty(),
                "医院抢救位不限，交接不排队",
                "bays at hospitals are not limited: nobody queues to hand over",
            ),
            (h.observation.is_none(), "不模拟留观床", "observation beds are not considered"),
            (h.divert_at.is_none(), "医院不分流救护车", "hospitals never turn ambulances away"),
            (h.hours.is_empty(), "医院昼夜接收", "hospitals take patients around the clock"),
            (
                h.choice == HospitalChoice::Nearest,
                "不按床位或份额选择医院",
                "hospitals are not chosen by free bays or shares",
            ),
            (c.air.is_none(), "没有直升机", "there are no helicopters"),
            (c.water.is_none(), "没有救护艇", "there are no boats"),
            (s.periods.is_empty(), "车速不随时段变化", "speeds do not change over the day or with the weather"),
            (s.closures.is_empty(), "没有道路封闭", "no road is closed"),
            (!self.has("demand.monthly"), "全年来电不随季节变化", "there are no seasons"),
            (
                !self.has("population["),
                "只有常住居民来电，没有上班和旅游人口",
                "only residents call, no workers or visitors",
            ),
            (!self.has("demand.growth"), "需求不逐年增长", "demand does not grow over the years"),
            (
                !self.has("demand.variation") && !self.has("demand.bursts"),
                "除随机外没有特别忙的日子和时段",
                "no day or hour is unusually busy beyond chance",
            ),
            (!self.has("surge["), "没有局部或临时的需求激增", "demand does not surge at times or places"),
            (!self.has("wave["), "没有传染病流行波", "there is no epidemic wave"),
            (s.demand.casualties.is_empty(), "没有大批伤员事件", "there is no incident with many patients"),
            (s.demand.transfers.is_empty(), "没有院间转运", "there are no transfers between hospitals"),
            (!care(&|c| c.survival.is_some()), "不估计生存率", "survival of patients is not told"),
        ];
        self.section("off", "未模拟（方案未启用）", "Not modelled, because the scenario does not turn it on");
        for (_, zh, en) in missing.into_iter().filter(|m| m.0) {
            self.say(format!("{zh}。"), format!("{en}."));
        }
    }
}
