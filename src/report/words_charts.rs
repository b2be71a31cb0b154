//! The message catalogue of the charts of a week, of free units, of the parts of a response, of fractiles and of hand-over.

use super::words::words;
use crate::text::Lang;

words! {
    /// A word or phrase of a chart.
    Chart;
    // Hours of the week.
    WeekTitle: "一周各小时的呼叫与到达", "Calls and arrivals by hour of the week";
    WeekSubtitle: "需出车的呼叫，按首次来电的时刻；每天 {calls} 次，其中 {share} 在各自分区的目标时间内到达；{extent}", "calls that need a unit, by the moment of their first ring; {calls} a day, {share} of them reached within their zone's target; {extent}";
    WeekCalls: "每小时呼叫数", "Calls per hour";
    WeekWithin: "目标时间内到达的比例 %", "% reached within the zone's target";
    WeekTooFew: "呼叫太少：{confidence}% 区间宽于 {width} 个百分点", "too few calls: {confidence}% interval wider than {width} points";
    Monday: "周一", "Mon";
    Tuesday: "周二", "Tue";
    Wednesday: "周三", "Wed";
    Thursday: "周四", "Thu";
    Friday: "周五", "Fri";
    Saturday: "周六", "Sat";
    Sunday: "周日", "Sun";
    // Free units.
    FreeTitle: "空闲车辆不足的时间", "Time with few free units";
    FreeSubtitle: "可从站点或途中派出的车辆（按所属站点的区县，不含直升机和船艇）；右侧为平均空闲数与每周小时数；横线与括号为 {confidence}% 区间；{extent}", "road units that may be sent from their post or the road, by their home post's county; at the right how many are free on average, and hours a week; whiskers and brackets are {confidence}% intervals; {extent}";
    FreeNone: "没有空闲", "none free";
    FreeOne: "空闲 1 辆", "one free";
    FreeTwo: "空闲 2 辆", "two free";
    FreeAxis: "占时间 %", "% of time";
    FreeHours: "每周小时数", "hours a week";
    FreeMean: "平均空闲 / 共有", "mean free / all";
    FreeMostOne: "至多 1 辆", "one or none";
    FreeMostTwo: "至多 2 辆", "two or fewer";
    FreeNever: "全部时间都有 3 辆以上空闲", "three or more were free all the time";
    // Parts of the response.
    PartsTitle: "平均响应时间由哪些部分组成", "What the mean response consists of";
    PartsSubtitle: "各部分按同一批呼叫取平均，从“{clock}”起的各段相加即平均响应时间；浅色部分在计时之前；横线与括号为 {confidence}% 区间；到达现场为止，不含走到患者身边的时间", "all parts are averaged over the same calls; those from \"{clock}\" on add up to the mean response; pale parts are before the clock starts; whiskers and brackets are {confidence}% intervals; until arrival on scene, the way on to the patient is not modelled";
    PartsAxis: "从“{clock}”起（分钟）", "minutes since \"{clock}\"";
    PartAnswer: "接听", "answer";
    PartTriage: "受理", "call handling";
    PartQueue: "等待派车", "wait for a unit";
    PartTurnout: "出车", "turn-out";
    PartTravel: "赶赴现场", "travel";
    PartsResponse: "响应时间", "response";
    PartsP90: "九成在此内", "90% within";
    // Fractiles.
    FractileTitle: "各区县响应时间的百分位", "Fractiles of response time by county";
    FractileSubtitle: "一半、八成、九成、九成五的呼叫在多久内到达；横线为 {confidence}% 区间，虚线为目标；右侧为第 90 百分位（分钟）；两图刻度不同；{extent}", "how soon half, 80%, 90% and 95% of calls are reached; whiskers are {confidence}% intervals, dashed lines targets; at the right the 90th percentile (min); the panels differ in scale; {extent}";
    Fractile: "{p}%", "{p}%";
    P90Column: "P90", "P90";
    // Hand-over.
    HandoverTitle: "医院交接", "Hand-over at hospitals";
    HandoverLimited: "从到院到交接完成，含等待接诊位；点为平均及 {confidence}% 区间，细线到第 90 百分位，虚线为目标 {target} 分钟；{extent}", "from arrival to the end of hand-over, the wait for a bay included; dots are means with {confidence}% intervals, thin lines reach to the 90th percentile, the dashed line is the target of {target} min; {extent}";
    HandoverFree: "本方案未限制接诊位，无需排队：只是交接本身的时间；点为平均及 {confidence}% 区间，细线到第 90 百分位，虚线为目标 {target} 分钟；{extent}", "this scenario sets no limit to bays, so no unit waits: these are the times of hand-over alone; dots are means with {confidence}% intervals, thin lines reach to the 90th percentile, the dashed line is the target of {target} min; {extent}";
    HandoverAxis: "从到院起（分钟）", "minutes since arrival at hospital";
    HandoverWithin: "目标内", "in target";
    HandoverPatients: "人/天", "a day";
    HandoverWait: "等待（分）", "wait (min)";
    HandoverMore: "另有 {n} 家医院接诊较少，未画出", "{n} more hospitals with fewer patients are not drawn";
    HandoverUnits: "平均车辆数", "mean number of units";
    HandoverUnitsTitle: "各小时在医院的车辆", "Units at hospitals by hour of the day";
    HandoverWaiting: "等待接诊位", "waiting for a bay";
    HandoverHanding: "交接中", "handing over";
    HandoverNoPatients: "没有送院的患者", "no patient was brought to a hospital";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_stands_in_both_languages_with_the_same_holes() {
        let holes = |text: &str| {
            let mut found: Vec<String> =
                text.split('{').skip(1).filter_map(|p| p.split('}').next().map(str::to_string)).collect();
            found.sort();
            found
        };
        for word in Chart::ALL {
            let (zh, en) = (word.get(Lang::Zh), word.get(Lang::En));
            assert!(!zh.trim().is_empty() && !en.trim().is_empty(), "{word:?}");
            assert_eq!(holes(zh), holes(en), "{word:?}");
            assert!(!en.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c)), "{word:?}");
            assert_eq!(crate::report::uncovered_characters(&format!("{zh}{en}")), Vec::<char>::new(), "{word:?}");
        }
    }
}
