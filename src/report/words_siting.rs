//! The message catalogue of siting.

use super::words::words;
use crate::text::Lang;

words! {
    /// A word or phrase of a siting proposal.
    Siting;
    Title: "新增 {n} 个站点：{title}", "{n} new posts: {title}";
    About: "候选点 {candidates} 个（另有 {same} 个与已有站点重合，{far} 个离道路太远，未列入）；每个新站点 {units} 辆车；权重：{weigh}。", "{candidates} candidates (left out: {same} at the place of a post or of another candidate, {far} too far from any road); units at each new post: {units}; places weigh by {weigh}.";
    Within: "时限：城区 {urban} 分钟、农村 {rural} 分钟，其中出车前预计已用 {before} 分钟（电话与出车）。排队与车辆忙碌未计入，除非另有说明。", "Time allowed: urban {urban} min, rural {rural} min, of which {before} min are expected to be gone before a unit drives (telephone and turn-out). Queues and busy units are not counted unless it says so.";
    Busy: "模拟一次得到车辆平均忙碌 {busy}，用于 mexclp。", "Units are busy {busy} of the time in a simulated replication; mexclp uses that.";
    People: "居民", "people";
    Calls: "呼叫", "calls";
    Elderly: "65 岁以上居民", "people over 65";
    Proposal: "方案", "Proposal";
    WithinHead: "时限内居民", "People within";
    MeanHead: "平均（分钟）", "Mean (min)";
    LongestHead: "最远（分钟）", "Longest (min)";
    WorstHead: "最差区县", "Worst county";
    ProofHead: "是否最优", "How good";
    AsIs: "现状", "as it is";
    Mclp: "覆盖最多居民（mclp）", "most people within (mclp)";
    Median: "平均时间最短（median）", "shortest mean (median)";
    Mexclp: "计入车辆忙碌（mexclp）", "with busy units (mexclp)";
    Backup: "双重覆盖（backup）", "a second unit too (backup)";
    Center: "最远处最近（center）", "shortest longest (center)";
    Proved: "已证明最优", "proved best";
    Gap: "距最优至多 {gap}", "at most {gap} off the best";
    Places: "{model}：{list}", "{model}: {list}";
    Enough: "{model}：再增加 {n} 个按此模型没有收益，故未列出。", "{model}: {n} posts more would gain nothing by this model, so they are not named.";
    Static: "以上为纸面推算；排队、忙碌与随机性由仿真判断：", "These are promises on paper; what queues, busy units and chance make of them, the simulation says:";
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::font::uncovered_characters;

    #[test]
    fn every_word_can_be_drawn() {
        for word in Siting::ALL {
            for lang in [Lang::Zh, Lang::En] {
                assert!(!word.get(lang).trim().is_empty(), "{}", word.key());
                assert!(uncovered_characters(word.get(lang)).is_empty(), "{}", word.key());
            }
        }
    }
}
