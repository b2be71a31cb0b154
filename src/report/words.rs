//! The message catalogue: every word of the reports, in Chinese and English, from one place.
//!
//! `{…}` in a phrase is filled in by [`Word::fill`]. The page's template knows a word by [`Word::key`].

use super::figure;
use crate::experiment::summary::RunInfo;
use crate::facilities::UnitKind;
use crate::quality::{Quality, Zone};
use crate::sim::{Count, Stamp};
use crate::standards::{Basis, Verdict};
use crate::text::Lang;

macro_rules! words {
    ($(#[$about:meta])* $catalogue:ident; $($name:ident: $zh:literal, $en:literal;)*) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum $catalogue {
            $(#[doc = concat!($zh, " — ", $en)] $name,)*
        }

        impl $catalogue {
            /// Every word.
            #[allow(dead_code)] // Only catalogues of pages need it.
            pub const ALL: &'static [$catalogue] = &[$($catalogue::$name,)*];

            /// The word in a language.
            pub fn get(self, lang: Lang) -> &'static str {
                match (self, lang) {
                    $(($catalogue::$name, Lang::Zh) => $zh, ($catalogue::$name, Lang::En) => $en,)*
                }
            }

            /// Its name in the page's template.
            #[allow(dead_code)] // Only catalogues of pages need it.
            pub fn key(self) -> &'static str {
                match self {
                    $($catalogue::$name => stringify!($name),)*
                }
            }

            /// The word with every `{name}` replaced by its value.
            pub fn fill(self, lang: Lang, values: &[(&str, &str)]) -> String {
                $crate::report::words::filled(self.get(lang), values)
            }
        }
    };
}

pub(super) use words;

words! {
    /// A word or phrase of the reports.
    Word;
    // Verdicts.
    Met: "达标", "met";
    Missed: "未达标", "missed";
    Undecided: "无法判定", "undecided";
    NotJudged: "未评估", "not judged";
    MetCount: "{n} 项达标", "{n} met";
    MissedCount: "{n} 项未达标", "{n} missed";
    UndecidedCount: "{n} 项无法判定", "{n} undecided";
    NotJudgedCount: "{n} 项未评估", "{n} not judged";
    MetMeaning: "区间整体在限值的合格一侧", "the whole interval is on the good side of the threshold";
    MissedMeaning: "区间整体在限值的不合格一侧", "the whole interval is on the bad side of the threshold";
    UndecidedMeaning: "区间跨过限值，需要更多重复", "the interval straddles the threshold; more replications would tell";
    NotJudgedMeaning: "本次运行没有评估它所需的资料", "the run holds nothing to judge it by";
    // Zones, bases, qualities.
    Urban: "城区", "urban";
    Rural: "农村", "rural";
    BothZones: "全部", "all";
    WholeArea: "全域", "whole area";
    Provision: "配置清单", "tables";
    CoverageBasis: "路网覆盖", "coverage";
    Simulation: "仿真呼叫", "simulated calls";
    Measured: "有出处", "sourced";
    Derived: "推算", "derived";
    Assumed: "假设", "assumption";
    Calibrated: "标定", "calibrated";
    // Units of measure.
    UnitMin: "分钟", "min";
    UnitKm: "公里", "km";
    UnitS: "秒", "s";
    UnitPer30k: "辆/3 万人", "per 30,000";
    UnitPer100k: "组/10 万人", "per 100,000";
    UnitPeople: "人", "people";
    UnitPeoplePerSeat: "人/席", "people per seat";
    PerDay: "每天", "a day";
    NoInterval: "一次重复，无区间", "one replication: no interval";
    // Page: head and sections.
    Brand: "急救覆盖仿真报告", "Emergency coverage report";
    ReportAt: "报告：", "report:";
    Scenario: "方案", "Scenario";
    OneRunLine: "一次连续运行 {total} 天：去掉前 {warmup} 天（预热），其余分为 {n} 批、每批 {days} 天；区间置信度 {confidence}%（批均值法）", "one long run of {total} days: the first {warmup} left out (warm-up), the rest in {n} batches of {days} days; {confidence}% intervals by batch means";
    ExtentReplications: "{n} 次重复 × {days} 天", "{n} replications × {days} days";
    ExtentBatches: "一次连续运行，{n} 批 × {days} 天", "one long run, {n} batches × {days} days";
    OneRunUnsettled: "这次连续运行太短，看不出预热在何处结束（MSER-5）：结果可能仍受初始空闲状态影响，请延长 --days，或改用独立重复。", "The long run is too short to tell where its warm-up ends (MSER-5): results may still show that it began with everybody free. Make it longer (--days), or use replications.";
    OneRunDependent: "各批之间仍相关（相邻批的自相关 {coarse}，十倍细分后 {fine}）：区间偏窄，请延长 --days，或改用独立重复。", "The batches still depend on each other (lag-1 correlation {coarse}, of ten times as many {fine}): intervals are too narrow. Make the run longer (--days), or use replications.";
    RunLine: "{n} 次独立重复 × {days} 天（另有 {warmup} 天预热），区间置信度 {confidence}%", "replications: {n} × {days} days (warm-up: {warmup}), {confidence}% intervals";
    ClockLine: "响应时间从“{clock}”起计，到“到达现场”为止", "response time runs from \"{clock}\" to arrival on scene";
    ClockRing: "来电", "ring";
    ClockAnswered: "接听", "answered";
    ClockTriaged: "受理完成", "call taken";
    ClockAssigned: "派车", "assigned";
    SyntheticNetwork: "路网为合成数据，不是真实道路", "the road network is synthetic, not real roads";
    Contents: "目录", "Contents";
    SectionVerdicts: "结论：逐条达标情况", "Verdicts, clause by clause";
    SectionReferences: "公开数字与仿真数字对照", "Published figures beside simulated ones";
    SectionMap: "地图", "Map";
    SectionCoverage: "各区县覆盖", "Coverage by county";
    SectionResponse: "响应时间", "Response times";
    SectionAnswer: "120 电话接听", "Answering the phone";
    SectionLife: "一次呼叫的全过程", "The life of a call";
    SectionWork: "救护车、站点与医院的工作量", "Workload of units, posts and hospitals";
    ConvergenceTitle: "平均响应时间随重复次数的收敛", "How the mean response settles";
    ConvergenceSubtitle: "蓝线为前若干次重复的均值，橙线为其 {confidence}% 区间的两端；最终 {mean}", "mean of the replications so far, with the ends of its {confidence}% interval; in the end {mean}";
    ConvergenceOfBatches: "蓝线为前若干批的均值，橙线为其 {confidence}% 区间的两端；最终 {mean}", "mean of the batches so far, with the ends of its {confidence}% interval; in the end {mean}";
    ReplicationAxis: "重复次数", "replications";
    BatchAxis: "批数", "batches";
    IntervalEnds: "区间两端", "ends of the interval";
    SectionEquity: "公平性：谁等得久", "Equity: who waits long";
    AboutEquity: "每个需求点的仿真平均响应时间，按居民人数加权；最久的十分之一为等得最久的 10% 居民的平均值。基尼系数 0 为人人相同；帕尔马比值为最久 10% 居民的等待之和与最短 40% 之比，人人相同时为 0.25。呼叫少的地点含有偶然性，因此数值略偏向不均。", "Simulated mean response of each demand point, weighed by its residents; the worst tenth is the mean of the 10% of residents who wait longest. Gini is 0 where all wait alike; Palma is what the worst tenth waits over what the best four tenths wait, 0.25 where all wait alike. Places with few calls hold chance, which makes waits look a little less even.";
    EquityTitle: "居民平均等待时间的分布", "How long people wait";
    EquitySubtitle: "各需求点的平均响应时间，按居民人数累计；虚线之右为平均等待过久者；{extent}", "mean response of each demand point, summed up over residents; right of the dashed line waits are long; {extent}";
    EquityAxis: "平均响应时间（分钟）", "mean response (min)";
    EquityShare: "居民累计比例（%）", "share of residents (%)";
    EquityBeyondLabel: "平均超过 {min} 分钟：{n} 人（{share}）", "more than {min} min on average: {n} people ({share})";
    EquityUntold: "另有 {n} 名居民所在地点在仿真中没有被到达的呼叫，未计入。", "Not counted: {n} residents of places from which no call was reached in the simulation.";
    Elderly: "65 岁以上", "over 65";
    WhoHead: "居民", "Residents of";
    WorstTenth: "最久的十分之一（分钟）", "Worst tenth (min)";
    Gini: "基尼系数", "Gini";
    Palma: "帕尔马比值", "Palma";
    BeyondLong: "平均超过 {min} 分钟的居民", "People beyond {min} min";
    SectionAssumptions: "假设与数据质量", "Assumptions and quality of data";
    SectionNotes: "提示", "Notes";
    SectionMethod: "方法与复现", "Method and how to make it again";
    SectionCredits: "数据与字体来源", "Credits";
    // Key figures.
    KeyFigures: "关键数字", "Key figures";
    KeyMeanResponse: "平均响应时间", "Mean response";
    KeyWithin: "在目标时间内到达", "Reached within target";
    KeyAnswered: "{s} 秒内接听", "Answered within {s} s";
    KeyCoverageTime: "目标车程内的人口", "People within target drive time";
    KeyCoverageRadius: "服务半径内的人口（直线）", "People within radius (straight line)";
    KeyUnits: "救护车", "Ambulances";
    KeyNegative: "其中负压 {n} 辆（{share}）", "{n} with negative pressure ({share})";
    KeyPosts: "站点", "Posts";
    KeyHospitals: "{n} 家接收医院", "{n} receiving hospitals";
    KeyDispatches: "每天派车", "Dispatches a day";
    KeyCalls: "每天来电", "Phone calls a day";
    KeyPopulation: "人口", "Residents";
    KeyUrbanShare: "城区占 {share}", "{share} urban";
    KeyPoints: "{n} 个需求点", "{n} demand points";
    // Verdict table.
    Clause: "条款", "Clause";
    Value: "结果", "Result";
    Target: "目标", "Target";
    VerdictHead: "结论", "Verdict";
    Margin: "余量", "Margin";
    WorstPlace: "最差处", "Worst place";
    BasisHead: "依据", "Basis";
    Source: "来源", "Source";
    AnyOf: "同组满足其一即可", "one of its group is enough";
    AboutVerdicts: "余量为正表示在合格一侧。括号内为置信区间；没有括号的数字由清单或路网直接算得，不含随机性。同组满足其一即可的条款在上方合计为一条。", "A positive margin lies on the good side. Brackets hold the confidence interval; figures without brackets come from the tables or the network alone and hold no randomness. Clauses of a group of which one is enough are counted once above.";
    ClauseAssumed: "条文为凭记忆或假设", "the clause's text is an assumption";
    // References.
    Figure: "数字", "Figure";
    Published: "公开", "Published";
    Simulated: "仿真", "Simulated";
    Difference: "相差", "Difference";
    AssumedOrCalibrated: "为此假设或标定了什么", "What was assumed or calibrated to get there";
    // Map.
    MapTitle: "最近站点的行车时间", "Driving time from the nearest post";
    MapSubtitle: "圆点为需求点，面积与人口成正比；{posts} 个站点，{hospitals} 家医院", "Dots are demand points, their area is in proportion to residents; {posts} posts, {hospitals} hospitals";
    LegendDrive: "行车时间（分钟）", "Driving time (min)";
    LegendOver: "> {n}", "> {n}";
    LegendUnreached: "道路不可达", "not reached by road";
    LegendPeople: "居民", "Residents";
    LegendPlaces: "设施", "Places";
    LegendPost: "站点（大小按车辆数）", "post (size by units)";
    LegendHospital: "医院", "hospital";
    LegendRoads: "道路", "Roads";
    RoadMotorway: "高速公路", "motorway";
    RoadTrunk: "国道、干线", "trunk";
    RoadPrimary: "主要道路", "primary";
    RoadSecondary: "次要道路", "secondary";
    RoadMinor: "其他道路", "minor";
    LegendWater: "水面", "water";
    North: "北", "N";
    // Coverage.
    County: "区县", "County";
    Zone: "城乡", "Zone";
    People: "人口", "Residents";
    WithinRadiusStraight: "服务半径内（直线）", "within radius (straight line)";
    WithinRadiusRoad: "服务半径内（沿道路）", "within radius (by road)";
    WithinTime: "目标车程内", "within target drive time";
    // States of the roads.
    StatesTitle: "不同时段的覆盖", "Coverage through the week";
    AboutStates: "车程目标内的人口比例与平均车程，随道路状态变化。占比为计量期内的时间。其余覆盖数字与地图按占时最长的状态计。", "People within the target drive time and mean drive, by the state the roads are in; shares are of the measured time. All other figures of coverage and the map are for the state of most of the time.";
    StateHead: "道路状态", "State of the roads";
    OrdinaryTimes: "平常", "ordinary";
    UsualState: "占时最长", "most of the time";
    ShareOfTime: "时间占比", "Share of time";
    StatesByCounty: "各区县：目标车程内比例 | 平均车程（分钟）", "By county: share within target drive time | mean drive (min)";
    ClosuresTitle: "道路封闭的影响", "What closures change";
    AboutClosures: "同一状态下，该封闭存在与不存在之比较，其余不变。没有变化的区县不列出。", "The same state of the roads with and without the closure, all else unchanged. Counties without a change are left out.";
    ClosureLine: "封闭占计量期的 {time}；{lose} 人不再位于目标车程内，{cut} 人道路不可达。", "Closed for {time} of the measured time; {lose} people are no longer within the target drive time, {cut} can no longer be reached by road.";
    ClosureBeside: "比较时同时有效：{names}。", "In force at the same time: {names}.";
    WithinOpen: "通行时目标车程内", "Within drive time, open";
    WithinClosed: "封闭时目标车程内", "Within drive time, closed";
    LoseCover: "失去覆盖（人）", "People who lose cover";
    AddedMean: "平均车程增加", "Added to the mean drive";
    AddedMost: "最多增加", "Most added";
    CutOff: "不再可达（人）", "People cut off";
    SensitivityTitle: "车速模型的敏感性", "Sensitivity to the speed model";
    AboutSensitivity: "如果不计弯道或坡度，覆盖会是多少。差别越大，结论越依赖这些假设。", "What coverage would be if bends or the gradient did not count. The larger the difference, the more the verdicts rest on these assumptions.";
    AsComputed: "按计算", "as computed";
    WithoutBends: "不计弯道", "without bends";
    WithoutGradient: "不计坡度", "without gradient";
    SpeedModel: "车速模型", "Speed model";
    MeanDrive: "平均车程", "Mean drive";
    MeanRadius: "平均服务半径", "Mean radius";
    Unreached: "道路不可达", "Not reached";
    CoverageTitle: "各区县人口覆盖率", "Share of residents covered, by county";
    CoverageSubtitle: "按城区、农村各自的半径与时间目标；只看站点位置，不含车辆是否有空；共 {people} 人", "each zone by its own radius and time target; by the posts' places alone, whether or not a unit is free; {people} residents";
    ShareOfPeople: "占人口 %", "% of residents";
    // Response.
    ResponseTitle: "响应时间累积分布", "Cumulative distribution of response times";
    ResponseSubtitle: "{urban} 次城区呼叫、{rural} 次农村呼叫；{extent}；从“{clock}”到“到达现场”", "{urban} urban and {rural} rural calls; {extent}; from \"{clock}\" to arrival";
    ResponseAxis: "响应时间（分钟）", "response time (minutes)";
    ShareOfCalls: "占呼叫 %", "% of calls";
    TargetLabel: "{zone}目标 {min} 分钟", "{zone} target {min} min";
    WithinLabel: "{share} 在内", "{share} within";
    ByCountyTitle: "各区县平均响应时间", "Mean response time by county";
    ByCountySubtitle: "点为均值，横线为 {confidence}% 区间，虚线为目标；{extent}", "dots are means, whiskers {confidence}% intervals, dashed lines targets; {extent}";
    ByCountyNoInterval: "点为均值，虚线为目标；仅一次重复，无区间", "dots are means, dashed lines targets; one replication: no interval";
    CallsPerDay: "每天呼叫", "Calls a day";
    MeanHead: "平均", "Mean";
    WithinTarget: "目标内", "Within target";
    Median: "中位数", "Median";
    P90: "第 90 百分位", "90th percentile";
    TargetMin: "目标（分钟）", "Target (min)";
    // Answering.
    AnswerTitle: "各小时 {s} 秒内接听比例", "Share answered within {s} s, by hour";
    AnswerSubtitle: "点为比例，竖线为 {confidence}% 区间；浅色柱为每小时来电数（右轴）；全天 {share}", "dots are shares, whiskers {confidence}% intervals; pale bars are phone calls in that hour (right axis); whole day {share}";
    HourAxis: "一天中的小时", "hour of the day";
    AnswerAxis: "{s} 秒内接听 %", "% answered within {s} s";
    CallsAxis: "每小时来电数", "phone calls per hour";
    AnswerTarget: "目标 {target}", "target {target}";
    Centre: "调度中心", "Centre";
    Seats: "座席", "Seats";
    SeatBusy: "座席忙碌", "Seats busy";
    MeanWait: "平均等待（秒）", "Mean wait (s)";
    // Life of a call.
    TimelineTitle: "一次呼叫各阶段的平均时长", "Mean length of each stage of a call";
    TimelineSubtitle: "每一阶段只对经过它的呼叫取平均，各段相加不等于总时长的平均；细线到第 90 百分位", "each stage is averaged over the calls that have it, so the stages do not add up to a mean of totals; thin lines reach to the 90th percentile";
    TimelineAxis: "从来电起（分钟）", "minutes since the ring";
    Stage: "阶段", "Stage";
    StageTarget: "{target}内：{share}", "within {target}: {share}";
    FlowHead: "每天呼叫的去向", "What becomes of the calls, a day";
    FlowPhone: "来电", "phone calls";
    FlowNoDispatch: "无需派车（咨询、重复、骚扰）", "ended without a dispatch (advice, duplicates, pranks)";
    FlowDispatches: "派车", "dispatches";
    FlowQueued: "等待空闲救护车", "waited for a free unit";
    FlowTransported: "送到医院", "taken to hospital";
    FlowLeft: "现场处置后离开或未见患者", "treated and left, or nobody found";
    FlowFromRoad: "由途中或医院的车辆承担", "served by a unit under way or at a hospital";
    FlowUnserved: "没有车辆可达（不计入响应时间）", "no unit could reach (left out of the response times)";
    // Workload.
    WorkTitle: "各救护车忙碌时间占比", "Share of time each unit is busy";
    WorkSubtitle: "{n} 辆车按忙碌程度排序；上图竖线为 {confidence}% 区间；下图为同一车辆的每天派车次数", "{n} units, busiest first; whiskers {confidence}% intervals; below, dispatches a day of the same units";
    BusyAxis: "忙碌时间 %", "% of time busy";
    DispatchAxis: "每天派车次数", "dispatches a day";
    MeanLine: "平均 {share}", "mean {share}";
    UnitsAxis: "救护车（按忙碌程度）", "units (busiest first)";
    Unit: "车辆", "Unit";
    Kind: "类型", "Type";
    Post: "站点", "Post";
    Units: "车辆数", "Units";
    Dispatches: "派车/天", "Dispatches a day";
    Busy: "忙碌", "Busy";
    Snap: "距道路（米）", "To the road (m)";
    Hospital: "医院", "Hospital";
    Patients: "患者/天", "Patients a day";
    AllUnits: "全部 {n} 辆救护车", "All {n} units";
    AllPosts: "全部 {n} 个站点", "All {n} posts";
    AllHospitals: "全部 {n} 家医院", "All {n} hospitals";
    NoHospitals: "没有医院", "no hospitals";
    // Assumptions, method, credits.
    Input: "输入", "Input";
    InputValue: "取值", "Value";
    Quality: "质量", "Quality";
    AboutAssumptions: "结果建立在下列输入之上。标有“假设”或“标定”的数字没有实测出处：引用结论时应一并说明。", "The results rest on these inputs. Values marked \"assumption\" or \"calibrated\" have no measurement behind them: say so wherever a verdict is quoted.";
    ChangedBySet: "以下数值由命令行 --set 改动，与方案文件不同：", "Changed by --set on the command line, so not as in the scenario file:";
    AssumptionCount: "{n} 项输入为假设或标定", "{n} inputs are assumed or calibrated";
    NoteFont: "内置字体缺少下列字符，它们在 PNG 图中显示为方框：{characters}", "The built-in font lacks these characters; PNG pictures show a box instead: {characters}";
    NoNotes: "没有需要提示的问题。", "Nothing to point out.";
    MethodWorld: "需求点上的居民按各地的呼叫率随一周时间起伏产生 120 来电；每个呼叫的地点、时刻、类别和各项服务时间在产生时一次抽定，因此不同方案面对的是同一批呼叫。", "Residents of the demand points give rise to 120 calls at the rates of their place and hour of the week. Place, moment, category and service times of a call are drawn once, when it is made, so that different scenarios meet the same calls.";
    MethodRun: "每个来电依次经过接听、受理、等待派车、出车、行驶、现场救治、送院、院内交接、清洁补给和返回；车程是路网上的最短时间。响应时间从设定的起点计到到达现场。", "A call is answered, taken, waits for a unit, the unit turns out, drives, works on scene, transports, hands over, clears and returns. Driving times are shortest times on the road network. Response time runs from the chosen moment to arrival.";
    MethodBatches: "一次连续运行，去掉预热后分为等长的各批，每批为一次观测；均值与比例的区间按各批之间的差异用 Student t 求得（批均值法；预热由 MSER-5 判定）。没有随机性的数字（配置、覆盖）没有区间。", "One long run without its warm-up (found by MSER-5), divided into batches of equal length, each an observation; intervals of means and shares come from the differences between batches (batch means, Student's t). Figures without randomness (provision, coverage) have no interval.";
    MethodIntervals: "各次重复相互独立；均值与比例的区间按各次重复之间的差异用 Student t 求得。没有随机性的数字（配置、覆盖）没有区间。", "Replications are independent; intervals of means and shares come from the differences between replications (Student's t). Figures without randomness (provision, coverage) have no interval.";
    MethodVerdicts: "只有整个区间都在限值同一侧时才下“达标”或“未达标”的结论；区间跨过限值时为“无法判定”。", "A clause is met or missed only when the whole interval lies on one side of the threshold; when the interval straddles it, the verdict is undecided.";
    MethodRepeat: "同样的输入和种子得到逐字节相同的结果，与线程数无关。再次生成：", "The same inputs and seed give the same bytes, whatever the number of threads. To make it again:";
    SectionComparison: "与其他方案比较", "Comparison with other scenarios";
    ThisRun: "本报告", "this report";
    ComparisonMade: "完整的比较结果由下列命令得到：", "The full comparison is made by:";
    SideBySide: "中英对照", "side by side";
    LanguageShown: "显示语言", "Language shown";
    RepeatTitle: "再次生成", "To make it again";
    Seed: "随机种子", "Seed";
    Program: "程序版本", "Program";
    ScenarioDigest: "方案摘要", "Scenario digest";
    NetworkFile: "路网文件", "Network file";
    NetworkDigest: "路网摘要", "Network digest";
    NetworkSize: "路网规模", "Network size";
    NetworkSizeLine: "{nodes} 个路口，{edges} 条有向路段，{km} 公里；舍去孤立部分 {dropped} 个路口、{dropped_km} 公里；缺失节点引用 {missing} 处", "{nodes} junctions, {edges} directed edges, {km} km; dropped as islands: {dropped} junctions, {dropped_km} km; references to missing nodes: {missing}";
    SpeedProfile: "车速配置", "Speed profile";
    Pack: "标准", "Standard";
    PackDigest: "标准摘要", "Standard digest";
    CreditNetwork: "路网：{source}", "Road network: {source}";
    CreditOsm: "© OpenStreetMap 贡献者，数据按 ODbL 1.0 许可使用", "© OpenStreetMap contributors, data available under the ODbL 1.0";
    CreditGeoNames: "部分地名坐标来自 GeoNames（CC BY 4.0）", "some place coordinates come from GeoNames (CC BY 4.0)";
    CreditFont: "字体：思源黑体（Noto Sans SC）子集，© 2014–2021 Adobe，SIL Open Font License 1.1", "Font: a subset of Noto Sans SC, © 2014–2021 Adobe, SIL Open Font License 1.1";
    MadeBy: "由 goldenhour {version} 生成", "made by goldenhour {version}";
    // What happened besides times, a day.
    CountHungUp: "未接通先挂断的来电", "callers who hung up unanswered";
    CountCalledAgain: "其中再次呼叫", "of these, called again";
    CountFurtherCallers: "同一事件的其他来电", "further callers about an incident";
    CountOverflowed: "由邻近中心代接的来电", "calls answered by a neighbour centre";
    CountMisrouted: "先接错中心的来电", "calls that reached the wrong centre first";
    CountRedirected: "途中改派", "units redirected on their way";
    CountAided: "由其他中心车辆支援", "calls reached by another centre's unit";
    CountMismatched: "派出车型不符", "units sent of another kind than asked for";
    CountHeldBack: "因留守等待的呼叫", "calls that waited because units were kept back";
    CountCancelled: "到达前取消", "calls cancelled before arrival";
    CountMoreUnits: "增派车辆", "further units sent to an incident";
    CountMorePatients: "同一事件的其他患者", "further patients of an incident";
    CountMoves: "移防", "moves to another post";
    CountBreaksTaken: "已休息", "breaks taken";
    CountBreaksLost: "未能休息", "breaks lost";
    CountBreakdowns: "车辆故障", "breakdowns";
    CountServiced: "计划保养", "planned services";
    CountRefuelled: "加油或充电", "refuelling or charging";
    CountOvertime: "下班后才结束的任务", "jobs that ended after the shift";
    CountBayWaits: "到院后等待床位的车辆", "units that waited for a bay";
    CountDiverted: "因医院分流改送", "patients diverted to another hospital";
    CountTransfers: "院间转运", "transfers between hospitals";
    CountFlights: "直升机出动", "helicopters sent";
    CountVoyages: "救护艇出动", "boats sent";
    CountMeetings: "空地或水陆交接", "patients handed to a road unit";
    EventsTitle: "其他发生的事，每天", "What else happened, a day";
    GroupsTitle: "按优先级与类别的响应", "Response by priority and category";
    GroupHead: "优先级或类别", "priority or category";
    BayWait: "到院等待床位（平均）", "wait for a bay at hospital (mean)";
    DrivingShare: "值班时间中行驶的比例", "share of duty spent driving";
    Survival: "存活概率", "chance of survival";
    SurvivalNote: "存活曲线来自外国患者，只表示数量级。", "Survival curves come from patients elsewhere: an order of magnitude only.";
    // Moments of a call, and a trace of them.
    MomentRing: "来电", "ring";
    MomentAnswered: "接听", "answered";
    MomentTriaged: "受理完成", "triaged";
    MomentAssigned: "派车", "assigned";
    MomentDeparted: "出车", "departed";
    MomentArrived: "到达现场", "at the scene";
    MomentLeftScene: "离开现场", "left the scene";
    MomentAtHospital: "到达医院", "at hospital";
    MomentHandedOver: "交接完成", "handed over";
    MomentClear: "待命", "clear";
    MomentBack: "回站", "back at post";
    Waits: "等待车辆", "waits for a unit";
    CalledOff: "被改派他处", "called off";
    TraceTime: "日 时刻", "day, time";
    TraceCall: "呼叫", "call";
    TraceUnit: "车辆", "unit";
    TraceEvent: "事件", "event";
    TracePlace: "地点", "place";
    NothingHappened: "这次重复中没有发生与之有关的事", "nothing happened to it in this replication";
    // Charts of a sweep.
    SweepMainTitle: "主效应：{figure}", "Main effects: {figure}";
    SweepMainSubtitle: "每个因素各水平下所有方案点的平均；虚线为全部 {n} 个点的平均", "mean over all points at each level of each factor; the dashed line is the mean of all {n} points";
    SweepScatterSubtitle: "每点为一个方案点；虚线为全部 {n} 个点的平均", "each dot is a point of the plan; the dashed line is the mean of all {n} points";
    SweepInteractionTitle: "交互作用：{figure}", "Interaction: {figure}";
    SweepInteractionSubtitle: "每条线为“{second}”的一个水平；平行则无交互作用", "a line for each level of {second}; parallel lines mean no interaction";
    SweepHeatTitle: "{figure}：{first} × {second}", "{figure}: {first} × {second}";
    SweepHeatSubtitle: "每格为该组合所有方案点的平均", "each cell is the mean of all points with that combination";
    TornadoTitle: "敏感性：{figure}", "Sensitivity: {figure}";
    TornadoSubtitle: "每次只变动一个因素；竖线为原方案 {base}；浅色：与原方案逐次相比，差异的 {confidence}% 区间含 0，重复次数不足以区分", "one factor at a time; the line is the unchanged scenario, {base}; pale: the {confidence}% interval of the difference from it, replication by replication, holds zero: they cannot be told apart";
    TornadoLow: "取低值", "lower level";
    TornadoHigh: "取高值", "higher level";
    UnitADay: "次/天", "a day";
    // A replay of JEMSS's input.
    ReplaySize: "路网 {nodes} 个节点（其中决策节点 {deciding}），{arcs} 条弧；急救站 {stations}，医院 {hospitals}，救护车 {ambulances}，呼叫 {calls}", "{nodes} road nodes ({deciding} where there is something to decide), {arcs} arcs; {stations} stations, {hospitals} hospitals, {ambulances} ambulances, {calls} calls";
    ReplayResponse: "平均反应时间 {mean} 分钟，按时到达 {share}%", "mean response {mean} min, {share} % in time";
    ReplaySpeed: "准备 {prepared} 秒，回放每秒 {rate} 个呼叫（单线程）", "prepared in {prepared} s, replayed at {rate} calls/s (one thread)";
    ReplayCompared: "与 JEMSS 相比：{calls} 个呼叫中 {differ} 个不同，时间最大相差 {days} 天；救护车 {ambulances} 辆不同", "against JEMSS: {differ} of {calls} calls differ, times by {days} days at most; {ambulances} ambulances differ";
    ReplayDiffer: "不同的呼叫：{calls}", "calls that differ: {calls}";
}

/// A phrase with every `{name}` replaced by its value.
pub(super) fn filled(phrase: &str, values: &[(&str, &str)]) -> String {
    let mut rest = phrase;
    let mut out = String::with_capacity(rest.len() + 16);
    // One pass, so that a value that itself contains braces is left alone.
    while let Some(start) = rest.find('{') {
        out.push_str(&rest[..start]);
        let Some(len) = rest[start..].find('}') else { break };
        let name = &rest[start + 1..start + len];
        match values.iter().find(|(n, _)| *n == name) {
            Some((_, value)) => out.push_str(value),
            None => out.push_str(&rest[start..=start + len]),
        }
        rest = &rest[start + len + 1..];
    }
    out.push_str(rest);
    out
}

/// The verdict in a word.
pub fn verdict(verdict: Verdict) -> Word {
    match verdict {
        Verdict::Met => Word::Met,
        Verdict::Missed => Word::Missed,
        Verdict::Undecided => Word::Undecided,
        Verdict::NotJudged => Word::NotJudged,
    }
}

/// The verdict's sign, so that it does not rest on colour alone.
pub fn verdict_sign(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Met => "✓",
        Verdict::Missed => "×",
        Verdict::Undecided => "?",
        Verdict::NotJudged => "–",
    }
}

/// The name of a kind of unit; a kind that this version does not know stays as it was written.
pub(super) fn unit_kind(key: &str, lang: Lang) -> String {
    UnitKind::parse(key).map_or_else(|| key.to_string(), |kind| kind.name().get(lang).to_string())
}

/// The zone, or both.
pub fn zone(zone: Option<Zone>) -> Word {
    match zone {
        Some(Zone::Urban) => Word::Urban,
        Some(Zone::Rural) => Word::Rural,
        None => Word::BothZones,
    }
}

/// What a figure is computed from.
pub fn basis(basis: Basis) -> Word {
    match basis {
        Basis::Provision => Word::Provision,
        Basis::Coverage => Word::CoverageBasis,
        Basis::Simulation => Word::Simulation,
    }
}

/// The quality mark in a word.
pub fn quality(quality: Quality) -> Word {
    match quality {
        Quality::Measured => Word::Measured,
        Quality::Derived => Word::Derived,
        Quality::Assumed => Word::Assumed,
        Quality::Calibrated => Word::Calibrated,
    }
}

/// A moment of a call's life.
pub fn moment(stamp: Stamp) -> Word {
    match stamp {
        Stamp::Ring => Word::MomentRing,
        Stamp::Answered => Word::MomentAnswered,
        Stamp::Triaged => Word::MomentTriaged,
        Stamp::Assigned => Word::MomentAssigned,
        Stamp::Departed => Word::MomentDeparted,
        Stamp::Arrived => Word::MomentArrived,
        Stamp::LeftScene => Word::MomentLeftScene,
        Stamp::AtHospital => Word::MomentAtHospital,
        Stamp::HandedOver => Word::MomentHandedOver,
        Stamp::Clear => Word::MomentClear,
        Stamp::Back => Word::MomentBack,
    }
}

/// Something that is counted.
pub fn happened(count: Count) -> Word {
    match count {
        Count::HungUp => Word::CountHungUp,
        Count::CalledAgain => Word::CountCalledAgain,
        Count::FurtherCallers => Word::CountFurtherCallers,
        Count::Overflowed => Word::CountOverflowed,
        Count::Misrouted => Word::CountMisrouted,
        Count::Redirected => Word::CountRedirected,
        Count::Aided => Word::CountAided,
        Count::Mismatched => Word::CountMismatched,
        Count::HeldBack => Word::CountHeldBack,
        Count::Cancelled => Word::CountCancelled,
        Count::MoreUnits => Word::CountMoreUnits,
        Count::MorePatients => Word::CountMorePatients,
        Count::Moves => Word::CountMoves,
        Count::BreaksTaken => Word::CountBreaksTaken,
        Count::BreaksLost => Word::CountBreaksLost,
        Count::Breakdowns => Word::CountBreakdowns,
        Count::Serviced => Word::CountServiced,
        Count::Refuelled => Word::CountRefuelled,
        Count::Overtime => Word::CountOvertime,
        Count::BayWaits => Word::CountBayWaits,
        Count::Diverted => Word::CountDiverted,
        Count::Transfers => Word::CountTransfers,
        Count::Flights => Word::CountFlights,
        Count::Voyages => Word::CountVoyages,
        Count::Meetings => Word::CountMeetings,
    }
}

/// How much was simulated.
pub fn extent(run: &RunInfo, lang: Lang) -> String {
    let word = if run.one_run.is_some() { Word::ExtentBatches } else { Word::ExtentReplications };
    word.fill(lang, &[("n", &run.replications.to_string()), ("days", &figure::plain(run.days))])
}

/// What speaks against the intervals of one long run.
pub fn doubts_of_one_run(run: &RunInfo, lang: Lang) -> Vec<String> {
    let Some(one) = run.one_run else { return Vec::new() };
    let mut doubts = Vec::new();
    if !one.warm_up_settled {
        doubts.push(Word::OneRunUnsettled.get(lang).to_string());
    }
    if !one.independent {
        let (coarse, fine) = (figure::number(one.lag1, 2), figure::number(one.fine_lag1, 2));
        doubts.push(Word::OneRunDependent.fill(lang, &[("coarse", &coarse), ("fine", &fine)]));
    }
    doubts
}

/// The moment from which response time counts.
pub fn clock(key: &str, lang: Lang) -> String {
    match key {
        "ring" => Word::ClockRing.get(lang).into(),
        "answered" => Word::ClockAnswered.get(lang).into(),
        "triaged" => Word::ClockTriaged.get(lang).into(),
        "assigned" => Word::ClockAssigned.get(lang).into(),
        other => other.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn holes(text: &str) -> BTreeSet<&str> {
        text.split('{').skip(1).filter_map(|p| p.split('}').next()).collect()
    }

    #[test]
    fn every_word_stands_in_both_languages_with_the_same_holes() {
        for word in Word::ALL {
            let (zh, en) = (word.get(Lang::Zh), word.get(Lang::En));
            assert!(!zh.trim().is_empty() && !en.trim().is_empty(), "{word:?}");
            assert_eq!(holes(zh), holes(en), "{word:?}");
            assert!(!en.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c)), "{word:?}");
        }
    }

    #[test]
    fn every_word_can_be_drawn_with_the_built_in_font() {
        for word in Word::ALL {
            for lang in [Lang::Zh, Lang::En] {
                assert_eq!(crate::report::uncovered_characters(word.get(lang)), Vec::<char>::new(), "{word:?}");
            }
        }
    }

    #[test]
    fn filling_is_done_once() {
        assert_eq!(Word::MeanLine.fill(Lang::En, &[("share", "{share}")]), "mean {share}");
        assert_eq!(Word::TargetLabel.fill(Lang::Zh, &[("zone", "城区"), ("min", "15")]), "城区目标 15 分钟");
    }
}
