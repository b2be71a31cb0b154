//! The message catalogue of power calculations.

use super::words::words;
use crate::text::Lang;

words! {
    /// A word or phrase of the answer to how many replications are needed.
    Asked;
    OfTwo: "{figure}：{a}（A）与 {b}（B）", "{figure}: {a} (A) and {b} (B)";
    OfOne: "{figure}：{a}", "{figure}: {a}";
    Pilot: "试算 {n} 次重复，每次 {days} 天，种子 {seed}", "pilot of {n} replications ({days} d each), seed {seed}";
    PilotOfTwo: "试算中：A {a}，B {b}；B 减 A {difference}（{confidence}% 置信区间）", "in the pilot: A {a}, B {b}; B less A {difference} ({confidence}% interval)";
    PilotOfOne: "试算中：{a}（{confidence}% 置信区间）", "in the pilot: {a} ({confidence}% interval)";
    SeeDifference: "以 {power}% 的概率看出差异 {x}（置信度 {confidence}%）需要：", "To see a difference of {x} with a probability of {power}% at {confidence}% confidence:";
    ReachWidth: "区间半宽不超过 {x}（置信度 {confidence}%）需要：", "For an interval of at most ± {x} at {confidence}% confidence:";
    CommonNumbers: "相同的呼叫（公共随机数）", "the same calls for both (common random numbers)";
    OwnNumbers: "各自独立的呼叫", "calls of their own for each";
    OneScenario: "该方案", "this scenario";
    Deviation: "每次重复的标准差", "standard deviation per replication";
    Replications: "重复次数", "replications";
    UpTo: "{x}（至多 {limit}）", "{x} (up to {limit})";
    Never: "过多", "too many";
    Unknown: "–", "–";
    ShowsDifference: "这么多次重复以 {power}% 的概率能看出的最小差异：", "The smallest difference that so many replications show with a probability of {power}%:";
    ShowsWidth: "这么多次重复之后的区间半宽：", "Half the width of the interval after so many replications:";
    AboutLimit: "“至多”：试算次数少，标准差只知其大概；以 {level}% 的把握它不超过此上限，括号内的重复次数按上限计算。", "\"up to\": a pilot of few replications knows the standard deviation only roughly; with {level}% certainty it is below this limit, and the replications in parentheses follow from the limit.";
    Then: "接下来：{command}", "next: {command}";
    Points: "{x} 个百分点", "{x} percentage points";
    Minutes: "{x} 分钟", "{x} min";
    Seconds: "{x} 秒", "{x} s";
    ADay: "{x}/天", "{x} a day";
}
