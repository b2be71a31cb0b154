//! The message catalogue of comparisons.

use super::words::words;
use crate::text::Lang;

words! {
    /// A word or phrase of the page that compares scenarios.
    Said;
    Brand: "急救方案对比", "Comparison of emergency scenarios";
    PageAt: "对比报告：", "comparison:";
    TitleOfTwo: "{a} → {b}", "{a} → {b}";
    TitleOfMany: "{n} 个方案的对比", "{n} scenarios compared";
    SectionResult: "结论", "What changes";
    SectionWhich: "哪个方案最好", "Which is best";
    SectionPlaces: "各区县、城乡的变化", "Changes by county and zone";
    SectionPeople: "谁受益、谁受损", "People who gain and who lose";
    SectionFigures: "各项指标", "Figures in detail";
    SectionInputs: "方案之间有什么不同", "What differs between the scenarios";
    SectionBasis: "依据与方法", "What it rests on, and how it was found";
    OfPair: "{b} 与 {a} 相比", "{b} against {a}";
    // Sentences.
    MeanShorter: "{b} 的平均响应时间比 {a} 短 {x} 分钟（{low}–{high}）：{from} → {to} 分钟。", "Mean response is {x} min shorter in {b} than in {a} ({low}–{high}): {from} → {to} min.";
    MeanLonger: "{b} 的平均响应时间比 {a} 长 {x} 分钟（{low}–{high}）：{from} → {to} 分钟。", "Mean response is {x} min longer in {b} than in {a} ({low}–{high}): {from} → {to} min.";
    MoreWithin: "{b} 在目标时间内到达的呼叫比 {a} 多 {x} 个百分点（{low}–{high}）：{from} → {to}。", "In {b}, {x} percentage points more of the calls are reached within target than in {a} ({low}–{high}): {from} → {to}.";
    LessWithin: "{b} 在目标时间内到达的呼叫比 {a} 少 {x} 个百分点（{low}–{high}）：{from} → {to}。", "In {b}, {x} percentage points fewer of the calls are reached within target than in {a} ({low}–{high}): {from} → {to}.";
    CannotTellFigure: "{figure}：无法判定有无差别（{b} 减 {a} 为 {change}）。", "{figure}: whether there is a difference cannot be told ({b} less {a}: {change}).";
    SameFigure: "{figure}：两个方案在每次重复中完全相同。", "{figure}: exactly the same in both, in every replication.";
    NoIntervalFigure: "{figure}：{b} 减 {a} 为 {change}；没有区间，不能下结论。", "{figure}: {b} less {a} is {change}; without an interval nothing can be concluded.";
    PeopleGain: "{n} 人（{share}）更快得到响应，平均快 {min} 分钟", "{n} people ({share}) are reached sooner, by {min} min on average";
    NobodyGains: "没有人确定更快得到响应", "nobody is known to be reached sooner";
    PeopleLose: "{n} 人（{share}）更慢，平均慢 {min} 分钟", "{n} ({share}) are reached later, by {min} min on average";
    NobodyLoses: "没有人确定更慢", "nobody is known to be reached later";
    PeopleRest: "{n} 人（{share}）无法判定", "for {n} ({share}) it cannot be told";
    Nobody: "0", "nobody";
    PeopleSame: "（其中 {n} 人在每次重复中毫无变化）", " ({n} of them saw no change at all in any replication)";
    CrossingTarget: "平均响应时间由目标外进入目标内的有 {n} 人，由目标内移出的有 {m} 人。", "Mean response comes within the target for {n}, and leaves it for {m}.";
    Saved: "各方案面对相同的呼叫，平均响应时间之差的方差因此降低到 1/{x}（两者相关系数 {r}）：如果呼叫各自独立，同样的精度需要 {x} 倍的重复次数。", "Meeting the same calls cut the variance of the difference in mean response {x}-fold (correlation {r}): with independent calls the same precision would take {x} times the replications.";
    SavedLittle: "面对相同的呼叫几乎没有缩小平均响应时间之差的方差（{x} 倍，相关系数 {r}）：两个方案的结果几乎互不相关。", "Meeting the same calls hardly changed the variance of the difference in mean response (factor {x}, correlation {r}): the two scenarios' results have little in common.";
    NothingVaries: "平均响应时间之差在每次重复中都一样，没有随机误差。", "The difference in mean response is the same in every replication: it has no random error.";
    CallsSame: "每次重复中各方案面对完全相同的呼叫（公共随机数）；种子 {seed}。", "In each replication all scenarios meet the very same calls (common random numbers); seed {seed}.";
    CallsDiffer: "注意：各方案的需求不同，第一次重复中只有 {share} 的呼叫相同；差异里也含有需求的差异，配对因此较松。", "Mind: the scenarios differ in demand; only {share} of the calls of the first replication are the same. Differences hold those of demand as well, and the pairing is looser.";
    Rests: "以上结论建立在 {n} 项假设或标定的输入之上。", "All this rests on {n} inputs that are assumed or calibrated.";
    SyntheticRoads: "路网为合成数据，不是真实道路。", "The road network is synthetic, not real roads.";
    AllAtOnce: "同一指标与 A 相比的 {n} 个区间同时成立的置信度为 {confidence}%（每个为 {each}%，Bonferroni）。", "The intervals of one figure against A hold for all {n} other scenarios at once with {confidence}% confidence ({each}% each, Bonferroni).";
    // Ranking.
    BestBy: "按{figure}，{best} 最好（置信度 {confidence}%；与之相差不到 {zone}者视为同样好；用了 {n} 次重复）。", "By {figure}, {best} is the best with {confidence}% confidence, or less than {zone} away from it ({n} replications).";
    BestCannotTell: "按{figure}，{n} 次重复之后仍无法区分：{which}（置信度 {confidence}%，无差别区 {zone}）。", "By {figure}, these cannot be told apart after {n} replications: {which} ({confidence}% confidence, indifference zone {zone}).";
    BestAlike: "{which} 与之相差不到 {zone}，视为同样好。", "{which} came out less than {zone} away from it: as good for this purpose.";
    BestNoRace: "重复次数太少，无法判断哪个方案最好。", "There are too few replications to say which is best.";
    AboutRanking: "“与其余最好者之差”为同时成立的区间（Hsu，置信度 {confidence}%）：区间以 0 为不利一端的方案不是最好，或不比最好者更好。选择用 Kim 与 Nelson 的 KN 程序，首阶段 {first} 次重复。", "\"Against the best of the others\" holds intervals that are all true at once (Hsu, {confidence}% confidence): a scenario whose interval ends at 0 on the bad side is not the best, or no better than it. The selection is the procedure KN of Kim and Nelson with a first stage of {first} replications.";
    AgainstBest: "与其余最好者之差", "Against the best of the others";
    OutAfter: "退出比较于", "Out of the race after";
    OutAfterN: "第 {n} 次重复", "{n} replications";
    StillIn: "未退出", "still in";
    // Tables.
    Letter: "方案", "Scenario";
    Place: "地区", "Place";
    Change: "变化", "Change";
    ChangeOf: "{b} 减 {a}", "{b} less {a}";
    MeanOf: "平均 {letter}", "Mean {letter}";
    WithinOf: "达标 {letter}", "Within {letter}";
    Points: "百分点", "points";
    PercentagePoints: "个百分点", "percentage points";
    Gain: "受益", "Gain";
    Lose: "受损", "Lose";
    CannotTell: "无法判定", "Cannot tell";
    ByMin: "平均变化（分钟）", "Mean change (min)";
    Inside: "进入目标", "Come within target";
    Outside: "移出目标", "Leave target";
    SavedHead: "方差降低倍数", "Variance cut by";
    Correlation: "相关系数", "Correlation";
    Times: "{x} 倍", "{x}×";
    Centres: "调度中心", "Centres";
    Within: "目标内到达比例", "share within target";
    MeanResponse: "平均响应时间", "mean response";
    P90Response: "第 90 百分位响应时间", "90th percentile response";
    AnsweredIn: "{s} 秒内接听比例", "phone answered within {s} s";
    QueuedADay: "每天等待车辆的派车", "dispatches that waited for a unit, a day";
    UnitsBusy: "车辆忙碌时间占比", "share of time units are busy";
    LegendTerminal: "平均响应时间以分钟计；达标指在目标时间内到达的呼叫占比（%），其变化以百分点计；± 为 {confidence}% 置信区间的半宽；受益、受损为居民人数。", "Mean response in minutes; \"within\" is the share of calls reached within target (%), its change in percentage points; ± is half the width of the {confidence}% interval; gain and lose are residents.";
    SameInputs: "相同的输入（{n} 项）", "Inputs that are the same ({n})";
    AboutInputs: "只列出注明了质量与出处的输入；调度规则、班次等其他设置的差异请对照方案文件。", "Only inputs that carry a quality mark are listed; for other settings, such as rules of dispatch and shifts, compare the files.";
    NoInputs: "注明质量的输入没有差别。", "No input with a quality mark differs.";
    Absent: "无", "none";
    // Charts.
    ChartDifference: "平均响应时间的变化：{b} 减 {a}", "Change in mean response: {b} less {a}";
    ChartDifferenceAbout: "点为各区县的差，横线为 {confidence}% 配对区间；{n} 次重复 × {days} 天", "dots are differences by county, whiskers {confidence}% paired intervals; {n} replications × {days} days";
    AxisDifference: "{b} 减 {a}（分钟）", "{b} less {a} (minutes)";
    SideSooner: "← {b} 更快", "← sooner in {b}";
    SideLater: "{b} 更慢 →", "later in {b} →";
    ChartDistribution: "响应时间累积分布：{a} 与 {b}", "Cumulative distribution of response times: {a} and {b}";
    ChartDistributionAbout: "全部 {n} 次重复的呼叫；虚线为目标", "the calls of all {n} replications; dashed lines are targets";
    PanelTitle: "{zone}（目标 {min} 分钟）", "{zone} (target {min} min)";
    ChartPeople: "谁受益、谁受损：{b} 与 {a} 相比", "Who gains and who loses: {b} against {a}";
    ChartPeopleAbout: "各区县居民占比；按居民点的配对检验，错误发现率 {rate}%；右侧为人数", "shares of residents by county; paired tests by demand point, false discovery rate {rate}%; numbers of people on the right";
    LegendGain: "更快", "sooner";
    LegendCannot: "无法判定", "cannot be told";
    LegendLose: "更慢", "later";
    BarNumbers: "更快 {gain}，更慢 {lose}", "{gain} sooner, {lose} later";
    // Method.
    MethodPairs: "每次重复中，各方案面对相同的呼叫（同一地点、时刻、类别和服务时间），差异逐次配对：区间为配对差的 Student t 区间（比值用 delta 法）。整个区间在 0 的一侧时才说“短”或“长”。各区县的区间逐一成立，不是同时成立。", "In each replication all scenarios meet the same calls (place, moment, category and service times), and differences are taken pair by pair: intervals are Student's t of paired differences (by the delta method for ratios). \"Shorter\" or \"longer\" is said only when the whole interval lies on one side of zero. Intervals of counties hold one by one, not all at once.";
    MethodPeople: "每个居民点：其呼叫在两个方案中的平均响应时间逐次重复配对，做 t 检验；对全部居民点用 Benjamini–Hochberg 程序把错误发现率控制在 {rate}%：判为更快或更慢的居民点中，平均至多 {rate}% 只是偶然。不足 {least} 次重复有呼叫的居民点不做检验。其余为“无法判定”，并不表示没有变化。居民按所住的居民点计数。", "At each demand point the mean response of its calls in the two scenarios is compared replication by replication (paired t). The procedure of Benjamini and Hochberg over all points holds the false discovery rate at {rate}%: of the points said to be reached sooner or later, at most {rate}% on average are so by chance alone. Points with calls in fewer than {least} replications are not tested. All others count as \"cannot be told\", which does not mean that nothing changes there. Residents are counted where they live.";
    MethodTarget: "进入或移出目标：在判为更快或更慢的居民点中，平均响应时间跨过该点城乡目标（城区 {urban}、农村 {rural} 分钟）的居民。", "Coming within or leaving the target: residents of the points said to be reached sooner or later whose mean response crosses the target of their zone (urban {urban}, rural {rural} min).";
    MethodSaved: "方差降低倍数：两个方案若面对各自独立的呼叫，差的方差与这里的方差之比；低于 1 表示配对没有帮助。", "Variance cut by: the variance of the difference had the scenarios met independent calls, over the variance here; below 1 the pairing did not help.";
    Repeat: "再次生成：", "To make it again:";
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
        for word in Said::ALL {
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
