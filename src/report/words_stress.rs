//! The message catalogue of the method section: the headings of STRESS-DES and what stands under them.

use super::words::words;
use crate::text::Lang;

words! {
    /// A heading or sentence of the method section.
    Stress;
    About: "本节按 STRESS-DES 指南（Monks 等，2019，Journal of Simulation 13(1)）的条目列出，便于同行核查与复现；具体数值取自本次运行的方案。", "This section follows the headings of the STRESS-DES guidelines (Monks et al. 2019, Journal of Simulation 13(1)), so that others can check and repeat the study; every value is that of this run's scenario.";
    // 1
    Objectives: "研究目的", "Objectives";
    Purpose: "模型用途", "Purpose of the model";
    PurposeLine: "评估“{title}”在给定站点、救护车、医院与需求下，能否达到“{pack}”的各项要求。", "To judge whether “{title}”, with its posts, units, hospitals and demand, meets the targets of “{pack}”.";
    Outputs: "模型输出", "Model outputs";
    OutputsLine: "{n} 项条款的结论；不含随机性的覆盖（服务半径与行车时间）；响应时间、接听时间与呼叫各阶段的均值、分位数和达标比例；车辆、站点与医院的工作量；居民等待的公平性。各项定义与单位见对应章节。", "Verdicts on {n} clauses; coverage without randomness (service radius and driving time); means, percentiles and shares within target of response, answering and the stages of a call; workload of units, posts and hospitals; how evenly residents wait. Definitions and units stand in each section.";
    Aims: "实验目的", "Experimentation aims";
    AimsOne: "本报告只对一个方案给出估计与结论；不同方案之间的差异须用配对比较（compare 命令，各方案面对同一批呼叫）。", "This report estimates and judges one scenario; differences between scenarios take a paired comparison (the compare command, in which all scenarios meet the same calls).";
    AimsCompared: "本报告估计并评判一个方案，并附它与其他方案的配对比较（同一批呼叫）。", "This report estimates and judges one scenario and shows its paired comparison with others, which met the same calls.";
    // 2
    Logic: "模型逻辑", "Logic";
    Overview: "总体流程", "Base model overview";
    OverviewLine: "离散事件模拟。一个呼叫依次经过：{stages}；各阶段时长见“{section}”一节。", "A discrete-event simulation. A call passes through: {stages}; how long each lasts stands in section “{section}”.";
    BaseLogic: "基本逻辑", "Base model logic";
    ScenarioLogic: "方案逻辑", "Scenario logic";
    ScenarioPlain: "本方案未启用动态待命、空中或水上力量、重大事件与院间转运。", "This scenario turns on no move-up, no aircraft or boats, no big events and no transfers.";
    Changed: "命令行改动：{changes}。", "Changed on the command line: {changes}.";
    Algorithms: "算法", "Algorithms";
    AlgorithmsLine: "行车时间为路网上的精确最短时间（可定制收缩层次，Dibbelt、Strasser 与 Wagner 2016）；事件按时刻推进，同一时刻按电话、座席、车辆的固定次序处理；公式与出处见 docs/method.md。", "Driving times are exact shortest times on the road network (customizable contraction hierarchies, Dibbelt, Strasser & Wagner 2016). Events are taken in order of time; those of one moment in a fixed order: telephone, seats, units. Formulas and their sources: docs/method.md.";
    Components: "组成部分", "Components";
    Entities: "实体：来电与由其产生的出车任务，按类别与优先级区分。", "Entities: phone calls and the dispatches that follow from them, by category and priority.";
    Activities: "活动：{stages}。", "Activities: {stages}.";
    Resources: "资源：{seats} 个座席（{centres} 个中心）、{units} 辆车（{posts} 个站点）、{hospitals} 所接收医院。", "Resources: {seats} seats ({centres} centres), {units} units ({posts} posts), {hospitals} hospitals that receive.";
    Queues: "排队：来电等座席；呼叫等车辆；设有限抢救位时，车辆等交接。", "Queues: calls wait for a seat, dispatches for a unit, and units for a bay where bays are limited.";
    Entry: "进入与离开：来电产生于 {points} 个需求点（居民 {people} 人）；无需派车的来电在受理后离开，患者在送达医院或现场处置后离开。", "Entry and exit: calls begin at {points} demand points ({people} residents); those that need no unit leave after handling, patients at hospital or at the scene.";
    // 3
    Data: "数据", "Data";
    Sources: "数据来源", "Data sources";
    SourcesLine: "路网：{source}（{file}，车速配置 {profile}）。其余输入逐项列在“假设与数据质量”一节，附来源与质量标记。", "Road network: {source} ({file}, speed profile {profile}). Every other input stands in the section on assumptions and data quality with its source and mark.";
    Preprocessing: "预处理", "Pre-processing";
    PreprocessingLine: "路网只保留可双向到达的主体部分：{size}。站点离最近道路最远 {snap} 米。", "Of the network the main part, in which every place reaches every other, is kept: {size}. The post farthest from a road lies {snap} m from it.";
    Parameters: "输入参数", "Input parameters";
    ParametersLine: "共 {n} 项，见“假设与数据质量”一节；其中假设 {assumed} 项，标定 {calibrated} 项。", "{n} of them, in the section on assumptions and data quality; {assumed} assumed, {calibrated} calibrated.";
    AssumptionsHead: "假设", "Assumptions";
    // 4
    Experimentation: "实验设置", "Experimentation";
    Initialisation: "初始状态", "Initialisation";
    InitialisationLine: "开始时全部车辆空闲在站、无人来电；先空跑 {warmup} 天不计。", "It begins with all units free at their posts and no calls; the first {warmup} days are not counted.";
    RunLength: "运行长度", "Run length";
    Estimation: "估计方法", "Estimation approach";
    // 5
    Implementation: "实现", "Implementation";
    Software: "软件与语言", "Software and language";
    SoftwareLine: "{program}，Rust 语言编写；模拟、路网与评判为自有代码。", "{program}, written in Rust; simulation, routing and judging are its own code.";
    Sampling: "随机抽样", "Random sampling";
    SamplingLine: "ChaCha8 随机流，以（种子 {seed}、用途、重复序号）为键；每个来电占用固定的一段随机数，因此不同方案面对同一批呼叫（公共随机数）。", "ChaCha8 streams keyed by (seed {seed}, purpose, replication); each call owns a fixed stretch of numbers, so that different scenarios meet the same calls (common random numbers).";
    Execution: "模型执行", "Model execution";
    ExecutionLine: "按下一事件推进时间；时钟为整数微秒，车程为 0.1 毫秒的整数倍。", "Next-event time advance; the clock counts whole microseconds, driving times whole steps of 0.1 ms.";
    System: "运行环境", "System specification";
    SystemLine: "结果与机器和线程数无关：同样的输入与种子得到逐字节相同的文件，因此不记录机器与耗时。", "Results depend neither on the machine nor on the number of threads: the same inputs and seed give the same bytes, so machine and seconds are not recorded.";
    // 6
    Access: "代码获取", "Code access";
    Sharing: "共享声明", "Computer model sharing statement";
    SharingLine: "程序以 MIT 或 Apache-2.0 许可发布；方案 {scenario}、路网与标准的摘要见下表，用下列命令可再次得到本报告的全部数字。", "The program is licensed under MIT or Apache-2.0. The digests of scenario {scenario}, network and standard are in the table below; the command there gives every figure of this report again.";
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::font::uncovered_characters;

    #[test]
    fn every_word_can_be_drawn() {
        for word in Stress::ALL {
            for lang in [Lang::Zh, Lang::En] {
                assert!(!word.get(lang).trim().is_empty(), "{}", word.key());
                assert!(uncovered_characters(word.get(lang)).is_empty(), "{}", word.key());
            }
        }
    }
}
