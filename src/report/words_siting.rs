//! The message catalogue of siting.

use super::words::words;
use crate::text::Lang;

words! {
    /// A word or phrase of a siting proposal.
    Siting;
    TitleAdd: "新增 {n} 个站点：{title}", "{n} new posts: {title}";
    TitleMove: "新增 {n} 个站点，最多迁移 {moves} 个：{title}", "{n} new posts, {moves} may move: {title}";
    TitleClose: "可以关闭哪 {n} 个站点：{title}", "Which {n} posts could close: {title}";
    TitleKeep: "在保住现有时限内居民 {keep} 的前提下，最多可关闭哪些站点：{title}", "Which posts could close when {keep} of the people now within the time stay within it: {title}";
    TitleFewest: "最少新增几个站点即可在纸面上达到“{pack}”：{title}", "The fewest new posts that meet “{pack}” on paper: {title}";
    TitleFrontier: "每多一个站点（至多 {n} 个）带来什么：{title}", "What each further post brings, up to {n}: {title}";
    TitleFleet: "新增 {n} 辆车放在哪些站点：{title}", "Where {n} more units should stand: {title}";
    TitleAnew: "全部车辆重新配置（另增 {n} 辆）：{title}", "All units placed anew, with {n} more: {title}";
    Now: "现有站点 {posts} 个，车辆 {units} 辆；权重：{weigh}。", "There are {posts} posts with {units} units; places weigh by {weigh}.";
    Candidates: "候选点 {candidates} 个（另有 {same} 个与已有站点或其他候选点重合，{far} 个离道路太远，未列入）。", "{candidates} candidates (left out: {same} at the place of a post or of another candidate, {far} too far from any road).";
    Within: "时限：城区 {urban} 分钟、农村 {rural} 分钟，其中出车前预计已用 {before} 分钟（电话与出车）。", "Time allowed: urban {urban} min, rural {rural} min, of which {before} min are expected to be gone before a unit drives (telephone and turn-out).";
    Rules: "规则：{rules}。", "Rules: {rules}.";
    Busy: "车辆平均忙碌 {busy}（来自一次模拟，或由 --busy 给出），用于 mexclp 与 survival。", "Units are busy {busy} of the time (of one simulated replication, or as --busy says); mexclp and survival use that.";
    People: "居民", "people";
    Calls: "呼叫", "calls";
    Elderly: "65 岁以上居民", "people over 65";
    Proposal: "方案", "Proposal";
    WithinHead: "时限内居民", "People within";
    ServedHead: "计入忙碌的呼叫", "Calls within, units busy";
    MeanHead: "平均（分钟）", "Mean (min)";
    LongestHead: "最远（分钟）", "Longest (min)";
    WorstHead: "最差区县", "Worst county";
    CostHead: "费用", "Cost";
    ProofHead: "是否最优", "How good";
    AsIs: "现状", "as it is";
    Mclp: "覆盖最多居民（mclp）", "most people within (mclp)";
    Median: "平均时间最短（median）", "shortest mean (median)";
    Mexclp: "计入车辆忙碌（mexclp）", "with busy units (mexclp)";
    Backup: "双重覆盖（backup）", "a second post too (backup)";
    Center: "最远处最近（center）", "shortest longest (center)";
    Dsm: "双标准双车覆盖（dsm）", "two units for most (dsm)";
    Survival: "心脏骤停存活最多（survival）", "most survivors (survival)";
    Capacitated: "站点有容量上限（capacitated）", "posts with limits (capacitated)";
    FrontName: "{n} 个：{model}", "{n}: {model}";
    RankName: "{model} 第 {rank} 优", "{model}, choice {rank}";
    Proved: "已证明最优", "proved best";
    Fewer: "未证明不能更少", "fewer not ruled out";
    Gap: "距最优至多 {gap}", "at most {gap} off the best";
    Seconds: "（{s} 秒）", " ({s} s)";
    Opens: "新设 {list}。", "Opens {list}.";
    Closes: "关闭 {list}。", "Closes {list}.";
    Changes: "车辆增减：{list}。", "Units: {list}.";
    Nothing: "不作改变。", "Changes nothing.";
    Enough: "再增加 {n} 个按此模型没有收益，故未列出。", "{n} posts more would gain nothing by this model, so they are not named.";
    EnoughUnits: "另外 {n} 辆按此目标没有收益，故未安排。", "{n} more units would gain nothing by this aim, so they are not placed.";
    NoAnswer: "{model}：没有符合全部要求的方案。", "{model}: no choice meets all that is asked.";
    Unreached: "任何站点或候选点都不能在时限内到达：{list}。", "Out of reach in time of every post and candidate: {list}.";
    UnreachedPlace: "{county}{name}（{people} 人，最快 {minutes} 分钟）", "{name}, {county} ({people} people, {minutes} min at best)";
    WaysOut: "能行的最小改动：{list}。", "The smallest changes that work: {list}.";
    Clause: "条款", "Clause";
    Wanted: "要求", "Asked";
    Promised: "方案（纸面）", "Proposal, on paper";
    Static: "以上为纸面推算；“计入忙碌的呼叫”按近似超立方模型。排队、忙碌与随机性由仿真判断：", "These are promises on paper; “units busy” is the approximate hypercube. What queues, busy units and chance make of them, the simulation says:";
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
