//! The message catalogue of the scorecard's depth: parts of clauses, groups, evidence, the bound of cover, what would mend.

use super::words::words;
use crate::text::Lang;

words! {
    /// A word or phrase of the scorecard.
    Score;
    Townships: "各乡镇（街道）", "Townships";
    // Groups and parts.
    AllOf: "同组须全部达标", "all of its group must be met";
    PartsTitle: "逐条分解：区县、时段、类别、景区", "Each clause by county, hour, category and area";
    AboutParts: "每一部分单独按同一限值评判。依据数量为呼叫次数，覆盖类条款为居民人数；数量少的部分区间宽，多为“无法判定”。“最差处”按余量最小选取，其中也有偶然。", "Each part judged alone by the same threshold. Counted are calls, for coverage residents; where few are counted intervals are wide and most verdicts undecided. Where a clause fails worst is where the margin is smallest, which holds some chance, too.";
    PartHead: "部分", "Part";
    KindHead: "类型", "Kind";
    KindCounty: "区县", "county";
    KindArea: "景区", "scenic area";
    KindHour: "时段", "hour";
    KindCategory: "类别", "category";
    Counted: "依据数量", "Counted";
    EvidenceOf: "依据：{file}，条款编号 {id}", "Evidence: {file}, clause {id}";
    NotMetIn: "未达标或无法判定之处", "Where clauses are not met";
    MoreParts: "另 {n} 处", "{n} more";
    WorstHour: "最差时段", "Worst hour";
    WorstCategory: "最差类别", "Worst category";
    Evidence: "依据文件", "Evidence file";
    AllOfGroup: "同组全部", "Group, all needed";
    // What no policy can beat.
    BoundTitle: "覆盖上限：任何派车策略都超不过", "What no dispatch policy can beat";
    BoundLine: "{zone}：用这 {posts} 个站点、{units} 辆车，凡自站点出车的派车策略，按时到达的比例都不超过 {bound}（本次 {achieved}）。", "{zone}: with these {posts} posts and {units} units no dispatch policy that sends units from their posts can beat {bound} (achieved {achieved}).";
    BoundOthers: "本次至多有 {share} 的呼叫等待过车辆，或由不在站点的车辆响应，上限对它们不成立；即使它们全部按时到达，全域也不超过 {most}。", "In this run up to {share} of calls waited for a unit or got one that was not at its post; for these the bound does not hold. Were all of them in time, the whole area could still not beat {most}.";
    BoundBusy: "已计入至少有 {n} 辆车在忙（呼叫时刻的平均）。前提：派车请求是泊松流，有空闲车即派；受理、出车和行车时间的随机部分与策略无关，也不能预知；道路取最快的时段。思路见 Maxwell 等，Operations Research 62 (2014)。", "It counts at least {n} units as busy, on the mean as calls see it. It takes requests for a Poisson stream, policies for ones that send a free unit at once, and the randomness of handling, turn-out and driving for what no policy changes or foresees; roads count in their fastest state. After Maxwell et al., Operations Research 62 (2014).";
    BoundAllFree: "按所有车辆都空闲计算，不计忙碌的车辆，因为：{why}。前提：受理、出车和行车时间的随机部分与策略无关，也不能预知；道路取最快的时段。", "It takes all units for free and leaves busy ones out, because: {why}. The randomness of handling, turn-out and driving is what no policy changes or foresees; roads count in their fastest state.";
    // What would mend.
    NothingToMend: "没有未达标或无法判定的条款", "No clause is missed or undecided.";
    MoreUnits: "在现有站点增加车辆", "units more at the posts there are";
    MorePosts: "增设站点（每站一车）", "posts more, a unit at each";
    MoreSeats: "增加调度座席", "seats more";
    ByCounting: "按数量", "by counting";
    NothingHelps: "不作搜索", "no search";
    Lacks: "差 {n}：{what}", "lacks {n}: {what}";
    Enough: "{what}：{n} 即可达标，届时 {value}", "{what}: {n} are enough, then {value}";
    NotEnough: "{what}：加到 {n} 仍不达标，届时 {value}", "{what}: not by up to {n}, then {value}";
    NotSought: "{what}：{why}", "{what}: {why}";
    Tried: "试过：{list}", "tried: {list}";
    AddedAt: "地点：{list}", "at: {list}";
    RunIt: "运行：{command}", "run: {command}";
    AboutMend: "按贪心次序逐个添加，在相同的呼叫上先加倍再折半试算；所给数目确实达标，但换别的地点可能更少。", "Added in a greedy order, doubled and then bisected on the same calls; the number given does meet the clause, but at other places fewer may do.";
    NoBound: "没有这样的上限，因为：{why}。", "There is no such bound, because: {why}.";
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
        for word in Score::ALL {
            let (zh, en) = (word.get(Lang::Zh), word.get(Lang::En));
            assert!(!zh.trim().is_empty() && !en.trim().is_empty(), "{word:?}");
            assert_eq!(holes(zh), holes(en), "{word:?}");
            assert!(!en.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c)), "{word:?}");
            assert_eq!(super::super::uncovered_characters(zh), Vec::<char>::new(), "{word:?}");
        }
    }
}
