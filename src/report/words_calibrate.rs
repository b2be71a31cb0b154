//! The message catalogue of calibrations.

use super::words::words;
use crate::text::Lang;

words! {
    /// A word or phrase of the report on a calibration.
    Told;
    Brand: "按来电记录标定", "Calibration from a log of calls";
    Title: "{title}：按 {file} 标定", "{title}: calibrated from {file}";
    PageAt: "标定报告：", "calibration:";
    ScenarioAt: "新方案：", "new scenario:";
    LogLine: "{file}：{rows} 行，{first} 至 {last}（{days} 天），{calls} 个来电，其中出车 {dispatches} 次", "{file}: {rows} rows, {first} to {last} ({days} days), {calls} calls, {dispatches} with a dispatch";
    HeldOut: "最后 {days} 天不参与拟合，只用于比较", "the last {days} days are not fitted to but kept for the comparison";
    Compared: "比较：仿真 {n} 次重复 × {days} 天（种子 {seed}），区间置信度 {confidence}%；响应时间从“{clock}”起计", "comparison: {n} simulated replications × {days} days (seed {seed}), {confidence}% intervals; response time counts from \"{clock}\"";
    // Sections.
    SectionResponse: "结论：响应时间对得上吗", "Does the response time agree?";
    SectionValues: "拟合的数值", "Fitted values";
    SectionTimes: "各环节的分布", "Distributions of times";
    SectionTravel: "行驶速度", "Speeds";
    SectionDemand: "需求", "Demand";
    SectionCheck: "仿真与记录比较", "Simulated against recorded";
    SectionLeft: "未能拟合的", "Not fitted";
    SectionAside: "未采用的记录", "What was set aside";
    SectionMethod: "方法与限度", "How it was found, and what it cannot say";
    // Heads of tables.
    What: "项目", "What";
    Before: "原方案", "Scenario";
    After: "拟合值", "Fitted";
    IntervalOf: "{confidence}% 区间", "{confidence}% interval";
    Dist: "分布", "Distribution";
    Mean: "平均", "Mean";
    P50: "中位数", "Median";
    P90: "第 90 百分位", "90th percentile";
    Distance: "距离 D", "Distance D";
    PValue: "p 值", "p-value";
    RoundedTo: "记录精度", "Written to";
    Zeros: "额外的零", "Zeros besides";
    Recorded: "记录", "recorded";
    Simulated: "仿真", "simulated";
    Fit: "拟合分布", "fitted distribution";
    Difference: "平均之差（仿真 − 记录）", "Mean, simulated less recorded";
    P90Difference: "P90 之差", "P90 difference";
    Judgement: "判断", "Told apart?";
    Why: "原因", "Why";
    Count: "次数", "How often";
    Lines: "文件行号（前几个）", "Lines of the file (the first)";
    Factor: "系数", "Factor";
    Sigma: "离散度 σ", "Scatter σ";
    Drives: "行驶次数", "Drives";
    ByZone: "分城乡（方案不能区分）", "By zone (a scenario has one for both)";
    GreyRows: "灰底的行没有参与拟合：它们由其他数值产生，吻合与否才说明模型。", "Rows on grey were not fitted: they come about from all the rest, so that they agree says something.";
    // Judgements.
    NotToldApart: "检验分不出", "not told apart";
    Small: "有别，但很小", "told apart, small";
    Moderate: "有别，中等", "told apart, moderate";
    Large: "有别，明显", "told apart, large";
    // Sentences.
    ResponseSame: "响应时间没有参与拟合。记录平均 {a} 分钟（n = {n}），仿真 {b} 分钟：Kolmogorov–Smirnov 检验分不出两者（D = {d}，p = {p}）。", "Response time was not fitted itself. Recorded mean {a} min (n = {n}), simulated {b} min: the Kolmogorov–Smirnov test does not tell them apart (D = {d}, p = {p}).";
    ResponseDiffers: "响应时间没有参与拟合。记录平均 {a} 分钟（n = {n}），仿真 {b} 分钟，相差 {x} 分钟（{low} 至 {high}）；分布的最大距离 D = {d}（p = {p}）：{judgement}。", "Response time was not fitted itself. Recorded mean {a} min (n = {n}), simulated {b} min, {x} min apart ({low} to {high}); the distributions are at most D = {d} apart (p = {p}): {judgement}.";
    NoResponse: "记录中没有到达现场的时刻，无法比较响应时间。", "The log does not tell arrivals, so response times cannot be compared.";
    CallsADay: "每天来电", "calls a day";
    DispatchesADay: "每天出车", "dispatches a day";
    SimulatedADay: "仿真每天出车", "simulated dispatches a day";
    Overdispersion: "日出车数方差 / 均值", "variance over mean of dispatches a day";
    Dispersion: "扣除星期（与月份）权重后", "with weights of weekdays (and months) taken off";
    EmptyDays: "没有来电的天数", "days without a call";
    Chance: "p = {p}（来电互相独立时偶然出现的概率）", "p = {p} (the chance of as much if calls come independently)";
    Seconds: "{x} 秒", "{x} s";
    Exact: "不到 1 秒", "below 1 s";
    // Reasons.
    OutsideDays: "不在所取日期内（整行）", "rang outside the days that count (whole row)";
    Order: "先后颠倒：结束早于开始", "ends before it begins";
    TooLong: "超过时长上限", "longer than the limit";
    FarAway: "离任何居民点都太远", "too far from any demand point";
    ShortDrive: "路网行程太短，不足以判断速度", "too short by the network to tell a speed";
    NoWay: "路网上没有路", "the network has no way";
    Outlier: "与其余行程相差太远（站点或地点有误？）", "far from all others (wrong post or place?)";
    Row: "整行", "row";
    // Charts.
    ChartStep: "{name}：记录与仿真", "{name}: recorded and simulated";
    ChartStepAbout: "记录 n = {n}，仿真 n = {m}；D = {d}，p = {p}", "recorded n = {n}, simulated n = {m}; D = {d}, p = {p}";
    AxisMinutes: "分钟", "minutes";
    AxisShare: "累计比例（%）", "share of calls up to then (%)";
    ChartHours: "来电的时间分布：记录与仿真", "When calls come: recorded and simulated";
    ChartHoursAbout: "占全部来电的百分比；左：一天中的时辰，右：星期（按每天平均）", "per cent of all calls; left by hour of the day, right by weekday (calls a day)";
    AxisHour: "时", "hour";
    Monday: "一", "Mon";
    Tuesday: "二", "Tue";
    Wednesday: "三", "Wed";
    Thursday: "四", "Thu";
    Friday: "五", "Fri";
    Saturday: "六", "Sat";
    Sunday: "日", "Sun";
    // Method.
    MethodTimes: "分布：在方案可写的对数正态、Weibull、指数分布中取 AIC 最小者，极大似然拟合；记录经取整的，用取整后的似然（可能的真值范围上平滑），不作随机摊开。区间来自有放回重抽记录行（自助法）；p 值来自从拟合分布抽样、同样取整、再拟合（参数自助法）。距离 D 为两个分布函数的最大差。", "Distributions: of lognormal, Weibull and exponential, which a scenario can name, the one with the least AIC, by maximum likelihood; where times are rounded, by the likelihood of rounded times (smoothed over what they may have been), nothing is spread at random. Intervals by drawing rows again (bootstrap); p-values by drawing from the fitted distribution, rounding alike and fitting again (parametric bootstrap). D is the largest difference of the two distribution functions.";
    MethodTravel: "速度：记录行程与路网行程之比的对数，设为正态；离中位数超过 5 个稳健标准差者不用；系数的区间允许同一地点的行程共有误差。只用起点、地点已知且路网行程够长的行程；地点取最近的居民点。", "Speeds: the logarithm of recorded over network time, taken for normal; drives farther than 5 robust standard deviations from the median are not used; the factor's interval lets drives to one place share an error. Only drives with a known start and place that are long enough by the network; the place is the nearest demand point.";
    MethodCheck: "比较：仿真的时刻按记录的精度取整后再比；双样本 Kolmogorov–Smirnov 检验（Smirnov），水平 5%。n 很大时，极小的差别也会“有别”，因此同时给出距离与平均、P90 之差：D < 0.05 为很小，< 0.1 为中等（这是本程序的界线）。同一次仿真中的呼叫不完全独立（共用车辆），p 值因此偏小；记录的时间若经取整，p 值偏大。参与拟合的环节吻合不足为奇，未参与拟合的响应时间才是检验。", "Comparison: simulated moments are rounded as the log's before they are compared; two-sample test of Kolmogorov and Smirnov at 5%. With many calls tiny differences are told apart, so the distance and the differences of mean and P90 stand beside it: D below 0.05 is called small, below 0.1 moderate (bounds of this program). Calls of one simulated run are not quite independent (they share units), which makes p-values too small; rounded times make them too large. That fitted steps agree is no surprise; the response time, which was not fitted, is the check.";
    MethodDemand: "需求：呼叫率为每天出车数除以居民数；区间计入日间波动超出偶然的部分。时辰、星期的权重按记录的来电数。", "Demand: rates are dispatches a day over residents; intervals allow for days that scatter more than chance. Weights of hours and weekdays are those of the recorded calls.";
    MethodFile: "这些数值写在新方案中，每个都标为“标定”，注明来源与 n；其余沿用原方案。用同一份记录标定又检验，不能证明模型能推广到别的时段：可用 --hold-out 留出一段。", "The values stand in the new scenario, each marked as calibrated with its source and n; all else is that of the old one. Fitting and checking on one log does not prove that the model holds at another time: --hold-out keeps a part back.";
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn holes(text: &str) -> BTreeSet<&str> {
        text.split('{').skip(1).filter_map(|p| p.split('}').next()).collect()
    }

    #[test]
    fn every_word_stands_in_both_languages_with_the_same_holes_and_can_be_drawn() {
        for word in Told::ALL {
            let (zh, en) = (word.get(Lang::Zh), word.get(Lang::En));
            assert!(!zh.trim().is_empty() && !en.trim().is_empty(), "{word:?}");
            assert_eq!(holes(zh), holes(en), "{word:?}");
            assert!(!en.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c)), "{word:?}");
            for text in [zh, en] {
                assert_eq!(crate::report::uncovered_characters(text), Vec::<char>::new(), "{word:?}");
            }
        }
    }
}
