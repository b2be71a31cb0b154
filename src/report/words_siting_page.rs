//! The message catalogue of the page and the maps of siting proposals.

use super::words::words;
use crate::text::Lang;

words! {
    /// A word or phrase of the page of siting proposals.
    Page;
    Brand: "急救站点与车辆选址", "Where posts and units should stand";
    SeeAt: "选址页面：", "page:";
    // The short answer.
    SectionShort: "简要回答", "In short";
    OpenOne: "新设这个站点：{list}。", "Open this post: {list}.";
    OpenMany: "新设这 {n} 个站点：{list}。", "Open these {n} posts: {list}.";
    CloseOne: "可以关闭这个站点：{list}。", "This post could close: {list}.";
    CloseMany: "可以关闭这 {n} 个站点：{list}。", "These {n} posts could close: {list}.";
    MoveFrom: "其车辆来自关闭的站点：{list}。", "Posts that close, whose units move: {list}.";
    FewestOne: "纸面上，新设 1 个站点就能达到所有与站点位置有关的条款：{list}。", "On paper one new post is enough to meet every clause that depends on where posts stand: {list}.";
    FewestMany: "纸面上，新设 {n} 个站点就能达到所有与站点位置有关的条款：{list}。", "On paper {n} new posts are enough to meet every clause that depends on where posts stand: {list}.";
    FewestNone: "纸面上，无需新设站点就已达到所有与站点位置有关的条款。", "On paper every clause that depends on where posts stand is met without a new post.";
    MoreUnitsAt: "增加车辆：{list}。", "More units at {list}.";
    FewerUnitsAt: "减少车辆：{list}。", "Fewer units at {list}.";
    AndMore: "{list}等，另有 {n} 个见下表", "{list} and {n} more, see the table below";
    PeopleMore: "纸面上，时限内居民比现在多 {n} 人：由 {now}（{share_now}）增至 {then}（{share_then}）。", "On paper {n} more people would be within the time: {then} ({share_then}) instead of {now} ({share_now}).";
    PeopleFewer: "纸面上，时限内居民比现在少 {n} 人：由 {now}（{share_now}）降至 {then}（{share_then}）。", "On paper {n} fewer people would be within the time: {then} ({share_then}) instead of {now} ({share_now}).";
    PeopleSame: "时限内居民不变：{now}（{share_now}）；车辆增减不改变最近的站点，只改变站点有空闲车辆的时间。", "People within the time stay the same, {now} ({share_now}): units do not change which post is nearest, but how often it has a free one.";
    MeanMoves: "最近的车辆平均 {then} 分钟到达（现为 {now} 分钟）。", "The nearest unit would arrive after {then} minutes on the mean (now {now}).";
    ServedMoves: "计入车辆忙碌，时限内有空闲车辆到达的呼叫占 {then}（现为 {now}）。", "With units that are busy at times, a free one would reach {then} of calls in time (now {now}).";
    WorstStays: "时限内居民比例最低的区县仍是{county}，{now}，没有变化。", "The county with the smallest share of people within the time stays {county}, at {now}.";
    WorstSame: "时限内居民比例最低的区县仍是{county}：{now} → {then}。", "The county with the smallest share of people within the time is still {county}: {now} → {then}.";
    WorstMoves: "时限内居民比例最低的区县：现为{county_now}（{now}），方案下为{county_then}（{then}）。", "The county with the smallest share of people within the time: now {county_now} ({now}), then {county_then} ({then}).";
    Losers: "代价：{outside} 人退出时限，{later} 人的最近车辆变远。", "The price: {outside} people would fall out of the time, and {later} would have their nearest unit farther away.";
    UnitsBringLittle: "几乎没有收益：站点上本来就差不多总有空闲车辆，缺的是更近的站点（goldenhour siting add）。", "That is next to nothing: a free unit is nearly always there already; what lacks is nearer posts (goldenhour siting add).";
    SameAs: "与“{name}”选中相同的站点和车辆：变动、地图和各区县见那里。", "Chooses the same posts and units as “{name}”: see its posts, its map and its counties there.";
    NothingMoves: "没有站点开设或关闭，最近的站点不变，因此各区县的纸面时间不变。", "No post opens or closes, so the nearest post is the same for everybody, and no county's time on paper changes.";
    Agree: "无论看重哪个目标都入选的站点：{list}。", "Whichever aim is preferred, these are chosen: {list}.";
    AgreeNone: "不同目标选出的站点没有一个相同：先定目标，再定地点。", "Different aims choose entirely different posts: settle the aim first, then the places.";
    FrontFirst: "按“{model}”：第 1 个新站点使时限内居民多 {first} 人，{n} 个共多 {all} 人，第 {n} 个只多 {last} 人。", "By “{model}”: the first new post brings {first} people within the time, all {n} together {all}, the last of them {last}.";
    FrontMean: "最近的车辆平均到达时间：现为 {now} 分钟，按“{model}”新设 {n} 个站点后为 {then} 分钟。", "Mean time until the nearest unit arrives: now {now} minutes, with {n} posts by “{model}” {then}.";
    ProvedMeans: "“已证明最优”：在所列候选点和规则之内，按该方案自己的目标，没有别的选择更好。候选点之外是否有更好的地点、排队之后名次是否不变，它不作保证。", "“Proved best” means: among the candidates and under the rules named here, no other choice does better by that proposal's own aim. It does not say that there is no better place outside the candidates, nor that the order stays when calls queue.";
    GapMeans: "“距最优至多 x%”：可能有更好的选择，但按该方案自己的目标至多好 x%。", "“At most x% off the best” means: a better choice may exist, but by that proposal's own aim it is better by x% at most.";
    GapSecond: "求最少新设或最多关闭时，先定站点个数，再在个数相同的选择中求最优：上述“最优”说的是后一步。", "Where the fewest or the most posts are asked for, their number is settled first, and then the best choice of so many is looked for: “best” is about that second step.";
    // Proposals.
    SectionProposals: "方案一览", "The proposals side by side";
    AboutProposals: "除“计入忙碌的呼叫”外，都假定最近的站点总有空闲车辆。时间从呼叫算起，含出车前预计的 {before} 分钟。", "All but “calls within, units busy” suppose that the nearest post always has a free unit. Minutes count from the call, the {before} expected before a unit drives included.";
    Change: "{sign}{n}", "{sign}{n}";
    AimMclp: "目标：使尽可能多的{weigh}在时限内。", "Its aim: as many {weigh} as possible within the time.";
    AimMedian: "目标：使最近车辆的平均到达时间最短（按{weigh}加权）。", "Its aim: the shortest mean time until the nearest unit arrives, over {weigh}.";
    AimMexclp: "目标：车辆有 {busy} 的时间在忙时，使在时限内等到空闲车辆的{weigh}最多。", "Its aim: as many {weigh} as possible within the time of a free unit, when each is busy {busy} of the time.";
    AimBackup: "目标：使尽可能多的{weigh}在时限内，并尽可能有第二个站点也在时限内。", "Its aim: as many {weigh} as possible within the time, and of a second post as well.";
    AimCenter: "目标：使最远的居民点也尽快有车到达。", "Its aim: the shortest time to the place that waits longest.";
    AimDsm: "目标：使尽可能多的{weigh}在时限内有两辆车，同时保住有一辆车的比例。", "Its aim: as many {weigh} as possible within the time of two units, while the share with one is kept.";
    AimSurvival: "目标：使心脏骤停患者预期存活最多（存活率随到达时间下降，车辆有 {busy} 的时间在忙）。", "Its aim: the most expected survivors of cardiac arrest, whose chances fall with every minute, when units are busy {busy} of the time.";
    AimCapacitated: "目标：平均到达时间最短，且每个站点服务的{weigh}不超过上限。", "Its aim: the shortest mean time when no post may serve more {weigh} than its limit.";
    AimFewest: "目标：以最少的新站点达到条款；同样多时，", "Its aim: the fewest new posts that meet the clauses; among equals, ";
    SitesTitle: "变动的站点", "Posts that change";
    Number: "编号", "No.";
    Post: "站点", "Post";
    County: "区县", "County";
    Move: "变动", "Change";
    Opens: "新设", "opens";
    Closes: "关闭", "closes";
    More: "增车", "more units";
    Fewer: "减车", "fewer units";
    UnitsNowThen: "车辆：现状 → 方案", "Units now → then";
    Place: "纬度，经度", "Latitude, longitude";
    CountiesTitle: "各区县（纸面）", "County by county, on paper";
    AboutCounties: "更早、更晚：最近的车辆至少近了或远了 {felt} 分钟的居民。", "Sooner and later: people whose nearest unit is nearer or farther by {felt} minutes or more.";
    Residents: "居民", "Residents";
    WithinNow: "时限内，现状", "Within, now";
    WithinThen: "时限内，方案", "Within, then";
    MeanNow: "平均，现状", "Mean, now";
    MeanThen: "平均，方案", "Mean, then";
    Sooner: "更早", "Sooner";
    Later: "更晚", "Later";
    Inside: "进入时限", "Come within";
    Outside: "退出时限", "Fall out";
    WholeArea: "全域", "whole area";
    AlternativesTitle: "几乎同样好的其他选择", "Choices that are nearly as good";
    AboutAlternatives: "与上面的最优方案相比换掉的站点：某处拿不到地或没有人手时，可看换成哪里、损失多少。", "What they choose otherwise than the best one above: where one of its places is not to be had, see what stands in for it and what that costs.";
    Choice: "选择", "Choice";
    Rank: "第 {rank} 优", "choice {rank}";
    Without: "不用", "Without";
    Instead: "改用", "Instead";
    MapLink: "地图", "map";
    ScenarioFile: "情景文件：{file}", "Scenario file: {file}";
    // Maps.
    MapTitle: "{name}：谁进入时限，谁退出时限", "Who comes within the time and who falls out: {name}";
    MapAbout: "圆点为需求点，面积与人口成正比；按常态路况、最近的站点总有空闲车辆推算。{question}", "Dots are demand points, their area in proportion to residents; usual state of the roads, the nearest post has a free unit. {question}";
    MapTitleUnits: "{name}：哪些站点增减车辆", "Where units are added or taken: {name}";
    LegendChange: "与现状相比", "Against now";
    StaysWithin: "始终在时限内", "within the time, as now";
    ComesWithin: "进入时限", "comes within the time";
    FallsOut: "退出时限", "falls out of the time";
    StaysOutside: "仍在时限外", "still outside";
    PeopleCount: "{n} 人", "{n} people";
    LegendSites: "变动的站点", "Posts that change";
    LegendOpened: "新设的站点", "New posts";
    LegendClosed: "关闭的站点", "Posts that close";
    Kept: "不变的站点", "post that stays as it is";
    ManySites: "{n} 个；编号见页面上的表", "{n}, numbered as in the table on the page";
    OpenedSign: "新设", "opens";
    ClosedSign: "关闭", "closes";
    MoreSign: "增车", "more units";
    FewerSign: "减车", "fewer units";
    Tip: "{name}：现状 {now} 分钟，方案 {then} 分钟，时限 {limit} 分钟", "{name}: now {now} min, then {then}, allowed {limit}";
    // The front.
    SectionFront: "每多一个站点带来什么", "What each further post brings";
    FrontTitle: "新增站点与效果", "New posts and what they bring";
    FrontTitleCost: "费用与效果", "Money and what it brings";
    FrontAbout: "实心点在前沿上：没有别的方案在各项上都不差、且有一项更好；空心点不在前沿上；灰点为现状。纸面推算", "Filled points are on the front: no other proposal is as good in every respect and better in one; hollow ones are not; the grey point is as it is. On paper";
    FrontPosts: "新增站点", "new posts";
    FrontCost: "费用", "cost";
    PanelWithin: "时限内居民 %", "People within, %";
    PanelMean: "平均到达（分钟）", "Mean arrival, min";
    PanelWorst: "最差区县 %", "Worst county, %";
    Gained: "比少一个时多", "More than with one fewer";
    OnFront: "在前沿上", "On the front";
    Yes: "是", "yes";
    No: "否", "no";
    FrontShown: "前沿上的 {all} 个方案中，下面给出 {n} 个的明细和地图：{list}。其余的情景文件也在本文件夹中。", "Of the {all} proposals on the front, {n} are shown below with their maps: {list}. The scenario files of the others are in this folder, too.";
    FrontAll: "下面是前沿上每个方案的明细和地图。", "Every proposal on the front is shown below with its map.";
    // Clauses on paper.
    SectionWants: "条款在纸面上", "The clauses on paper";
    AboutWants: "“{pack}”中与站点位置有关的条款；“现状”与“方案”在须逐县达标时为最差区县。真正的判定由仿真作出。", "The clauses of “{pack}” that depend on where posts stand; where every county must meet one, the figure is that of the worst county. The verdict itself is the simulation's.";
    Reached: "纸面达到", "met on paper";
    Short: "纸面未达到", "not met on paper";
    LeftOut: "不由站点位置决定：", "Not decided by where posts stand:";
    // No answer.
    SectionNone: "为什么没有方案", "Why there is no proposal";
    NoneShort: "没有一种选择能同时满足全部要求。", "No choice meets all that is asked at once.";
    WaysTitle: "能行的最小改动", "The smallest changes that work";
    NoWays: "没有找到能行的改动。", "No change that works was found.";
    UnreachedTitle: "现有站点和候选点都不能在时限内到达的居民点", "Places that no post and no candidate reaches in time";
    AboutUnreached: "无论怎样选，这些地方都在时限之外；要覆盖它们须增加候选点或改善道路。按居民数列出最大的若干处。", "Whatever is chosen, these stay outside the time; covering them takes more candidates or better roads. The largest of them by residents.";
    PlaceName: "居民点", "Place";
    Fastest: "最快（分钟）", "At best (min)";
    // The simulation.
    JudgedAbout: "承诺：按预期呼叫量加权的纸面推算；实得：仿真。", "Promised: on paper, places weighed by their expected calls. Delivered: by the simulation.";
    JudgedPeople: "居民更快 / 更慢", "People sooner / later";
    JudgedCounties: "{name}：分区县", "{name}, by county";
    JudgedPaper: "纸面承诺", "On paper";
    JudgedClauses: "标准条款：仿真判定", "Clauses of the standard: the simulation's verdict";
    JudgedAgain: "逐对比较的全部内容（分布、地图、输入差异）：", "All of the comparison, with distributions, maps and inputs that differ:";
    JudgedShort: "仿真结果：{best}", "The simulation: {best}";
    JudgedLeftOut: "未仿真（一次能比较的方案数有限）：{list}。", "Not simulated, as only so many can be compared at once: {list}.";
    JudgedSame: "“{name}”与“{other}”是同一个选择，只仿真一次。", "“{name}” is the same choice as “{other}” and was simulated once for both.";
    SectionJudged: "仿真给出的结果", "What the simulation delivers";
    NotJudged: "本页都是纸面推算，尚未仿真。排队、忙碌和随机性会改变数字，也可能改变名次：定案之前请让仿真判断（见“下一步”）。", "All on this page is on paper; nothing has been simulated yet. Queues, busy units and chance will change the figures and may change the order: let the simulation judge before anything is decided (see “How to go on”).";
    // How to go on.
    SectionNext: "下一步", "How to go on";
    NextJudge: "让仿真把各方案与现状作配对比较（同一批呼叫）：", "Let the simulation compare the proposals with the scenario as it is, on the same calls:";
    NextRun: "单独仿真一个方案，看它对标准的全部条款：", "Simulate one proposal and see every clause of the standard:";
    NextReport: "把本页的要点放进该次运行的报告：", "Put the main points of this page into the report of that run:";
    NextFiles: "方案都是普通的情景文件，可直接修改；siting.geojson 可在 GIS 中打开，siting.json 含全部数字。", "Proposals are plain scenario files and can be edited; siting.geojson opens in any GIS, siting.json holds every figure.";
    // Method.
    SectionMethod: "方法、假设与未计入的内容", "Method, assumptions and what is left out";
    MethodPaper: "纸面推算：每个居民点由最近的有车站点服务，时间为路网行车时间（各种路况按其所占时间加权）加出车前预计的 {before} 分钟。", "On paper: every place is served by the nearest post with a unit; the time is the driving time on the roads (states of the roads weighed by how much of the time they hold) plus the {before} minutes expected before a unit drives.";
    MethodBusy: "“计入忙碌的呼叫”：近似超立方模型（Larson 1975；Jarvis 1985），用各处的预期呼叫量；它把一天内呼叫的起伏取平均。", "“Calls within, units busy”: the approximate hypercube (Larson 1975; Jarvis 1985) on the expected calls of every place; it averages over the hours of the day.";
    MethodLeft: "未计入：等待空闲车辆的队列、一天内的起伏、随机性；也不知道土地、人员和经费是否可得。", "Left out: the queue for a free unit, the hours of the day, chance; and whether land, staff and money are to be had.";
    MethodInputs: "人口、车速、出车时间等都取自情景，其中有假设；哪些是假设，见该情景的运行报告。", "Residents, speeds, turn-out times and the like are those of the scenario, and some are assumed; the report of a run of it says which.";
    MethodFound: "求解方法：{methods}；随机种子 {seed}。同样的输入得到同样的结果，与线程数无关。", "How it was solved: {methods}; seed {seed}. The same inputs give the same answer for any number of threads.";
    MethodMaps: "地图用占时最多的一种路况，表中的数字把各种路况加权，二者可略有出入。", "Maps use the state of the roads that holds most of the time, tables weigh all states; the two may differ a little.";
    // In the report of a run.
    InReport: "选址方案", "Siting proposals";
    OwnAsked: "本次运行的情景就是所问的现状。", "The scenario of this run is the one that was asked about.";
    OwnProposal: "本次运行的情景就是其中的方案“{name}”。", "The scenario of this run is the proposal “{name}”.";
    FullText: "完整的选址页面：", "The full page:";
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::font::uncovered_characters;
    use std::collections::BTreeSet;

    fn holes(text: &str) -> BTreeSet<&str> {
        text.split('{').skip(1).filter_map(|p| p.split('}').next()).collect()
    }

    #[test]
    fn every_word_has_both_languages_with_the_same_holes_and_can_be_drawn() {
        for word in Page::ALL {
            assert_eq!(holes(word.get(Lang::Zh)), holes(word.get(Lang::En)), "{}", word.key());
            for lang in [Lang::Zh, Lang::En] {
                assert!(!word.get(lang).trim().is_empty(), "{}", word.key());
                assert!(uncovered_characters(word.get(lang)).is_empty(), "{}", word.key());
            }
        }
    }

    #[test]
    fn every_word_is_used() {
        let sources = [
            include_str!("siting/mod.rs"),
            include_str!("siting/page.rs"),
            include_str!("siting/short.rs"),
            include_str!("siting/proposal.rs"),
            include_str!("siting/front.rs"),
            include_str!("siting/judged.rs"),
            include_str!("siting/markdown.rs"),
            include_str!("siting/in_report.rs"),
            include_str!("map/siting.rs"),
            include_str!("charts/siting.rs"),
            include_str!("../../assets/templates/siting.html"),
            include_str!("../../assets/templates/report.html"),
        ];
        for word in Page::ALL {
            let names = [format!("Page::{}", word.key()), format!("p.{} ", word.key())];
            let used = sources.iter().any(|text| {
                names.iter().any(|name| {
                    text.match_indices(name.as_str()).any(|(at, _)| {
                        let next = text[at + name.len()..].chars().next();
                        name.ends_with(' ') || next.is_none_or(|c| !c.is_alphanumeric())
                    })
                })
            });
            assert!(used, "{} is not used", word.key());
        }
    }
}
