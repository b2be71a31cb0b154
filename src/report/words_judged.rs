//! The message catalogue of siting proposals before the simulation.

use super::words::words;
use crate::text::Lang;

words! {
    /// A word or phrase of a judgment.
    Judging;
    Title: "仿真结果：{replications} 次重复，每次 {days} 天，各方案遇到相同的呼叫", "What the simulation says: {replications} replications of {days} days, all meet the same calls";
    WithinHead: "时限内呼叫", "Calls within";
    MeanHead: "平均响应（分钟）", "Mean response (min)";
    PromisedHead: "承诺", "promised";
    DeliveredHead: "实得", "delivered";
    ChangeHead: "变化", "change";
    PeopleHead: "更快 / 更慢的居民", "People sooner / later";
    NotShown: "{change}，未显出差别", "{change}, not shown";
    Same: "毫无变化", "no change at all";
    ByCounty: "{proposal}，分区县（承诺与实得为“现状 → 方案”）：", "{proposal}, by county (promised and delivered: as it is → with it):";
    All: "全部", "all";
    BestIs: "最好的是 {proposal}（按{figure}，置信水平 {confidence}，{n} 次重复后可定）。", "Best: {proposal} (by {figure}, {confidence} confidence, known after {n} replications).";
    BestNear: "最好的是 {proposal}，或与最好的相差不到 {zone}（按{figure}，置信水平 {confidence}，{n} 次重复后可定）。", "Best, or less than {zone} from the best: {proposal} (by {figure}, {confidence} confidence, known after {n} replications).";
    BestNow: "没有方案胜过现状（按{figure}，置信水平 {confidence}）。", "No proposal is better than the scenario as it is (by {figure}, {confidence} confidence).";
    BestUntold: "{n} 次重复后仍无法分出高下：{list}（按{figure}，相差不足 {zone} 视为同样好）。", "After {n} replications these cannot be told apart: {list} (by {figure}; less than {zone} apart counts as equally good).";
    BestUntoldTwo: "{n} 次重复后未能显出{figure}有差别：{list}。", "After {n} replications no difference in {figure} is shown: {list}.";
    NoRace: "呼叫太少，无法评选最佳。", "There are too few calls to say which is best.";
    FigureWithin: "时限内呼叫比例", "share of calls within the time";
    FigureMean: "平均响应时间", "mean response";
    Kept: "{proposal}：时限内呼叫承诺 {promised} 个百分点，实得 {delivered} 个，为承诺的 {kept}。", "{proposal}: {promised} points of calls within the time were promised, {delivered} are delivered, {kept} of it.";
    NoChangeIn: "毫无变化的区县：{list}。", "No change at all in {list}.";
    Point: "{x} 个百分点", "{x} point";
    Points: "{x} 个百分点", "{x} points";
    Minutes: "{x} 分钟", "{x} min";
    Clauses: "标准条款（仿真判定）：", "Clauses of the standard, as the simulation judges them:";
    Note: "“未显出差别”：差值的区间跨过零。每项指标的区间对所有方案同时成立（置信水平 {confidence}）；各区县逐一成立。", "“not shown”: the interval of the difference straddles zero. Intervals of one figure hold for all proposals at once ({confidence}); those of counties one by one.";
    PolishedName: "{model}，经仿真微调", "{model}, polished";
    PolishedProof: "仿真中局部搜索", "local search in the simulator";
    Polished: "仿真微调：从 {start} 出发，{n} 次比较中走了 {steps} 步：{list}。每步均已显出更好，有任何一步实为变差的概率不超过 {alpha}。", "Polished in the simulator from {start}: {steps} of {n} comparisons led to a step: {list}. Each was shown better; the chance that any was for the worse is at most {alpha}.";
    PolishedStep: "{from} → {to}", "{from} → {to}";
    PolishedUnit: "{from} → {to}（{units} 辆车）", "{from} → {to} (unit)";
    PolishedGain: "在搜索未用过的 {n} 次重复上，{key} 比 {start}：时限内呼叫 {within} 个百分点，平均响应 {mean} 分钟（{confidence} 区间，同时成立）。", "On the scenario's {n} replications, which the search never played, {key} against {start}: {within} points of calls within the time, {mean} min of mean response ({confidence} intervals, both at once).";
    PolishedNone: "仿真微调：从 {start} 出发比较了 {n} 次邻近的做法，没有一种显出更好（改善不足{worth}的不作追求）。", "Polished in the simulator from {start}: of {n} neighbouring choices none is shown better (gains below {worth} are not sought).";
    PolishedRanOut: "比较次数已用完，附近仍有未试的做法：可加大 --polish-tries。", "The comparisons ran out before all nearby was tried: raise --polish-tries.";
}
