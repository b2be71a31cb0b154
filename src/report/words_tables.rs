//! The message catalogue of workbooks: names of sheets, headings that no other report has.

use super::words::words;
use crate::text::Lang;

words! {
    /// A word or phrase of a workbook.
    Sheet;
    // Sheets: at most 31 characters, none of []:*?/\.
    Verdicts: "结论", "Verdicts";
    Parts: "逐条分解", "Clauses by part";
    Response: "响应时间", "Response";
    Answer: "电话接听", "Answering";
    Stages: "各阶段时长", "Stages of a call";
    Coverage: "覆盖", "Coverage";
    States: "不同时段覆盖", "Coverage through the week";
    Closures: "道路封闭", "Closures";
    Closure: "封闭", "Closure";
    Beside: "同时有效", "In force beside it";
    Equity: "等待公平性", "Equity";
    Units: "救护车", "Units";
    Posts: "站点", "Posts";
    Hospitals: "医院", "Hospitals";
    Flow: "呼叫去向与事件", "Flow and events";
    Groups: "优先级与类别", "Priority and category";
    References: "公开数字对照", "Published figures";
    Assumptions: "假设", "Assumptions";
    Reproducing: "复现", "Reproducibility";
    // Headings.
    InUnit: "{name}（{unit}）", "{name} ({unit})";
    LowOf: "{name}，区间下限", "{name}, interval from";
    HighOf: "{name}，区间上限", "{name}, interval to";
    Operator: "比较", "Operator";
    UnitOfMeasure: "单位", "Unit";
    WorstValue: "最差处数值", "Worst value";
    AnyOfGroup: "任选组", "Group, one enough";
    Reading: "如何理解条文", "How the clause was read";
    Remark: "说明", "Remark";
    Hours: "小时", "Hour";
    WholeDay: "全天", "whole day";
    PhoneCalls: "来电", "Phone calls";
    Answered: "{s} 秒内接听", "Answered within {s} s";
    Wait: "平均等待", "Mean wait";
    SeatsBusy: "{centre}：{n} 席的忙碌比例", "{centre}: {n} seats, share of time busy";
    Id: "编号", "Id";
    Name: "名称", "Name";
    Measure: "项目", "Measure";
    RelativeDifference: "相对差", "Relative difference";
    InputKey: "所在位置", "Where it stands";
    Item: "项目", "Item";
    Content: "内容", "Content";
    Title: "标题", "Title";
    Description: "简介", "Description";
    Run: "运行", "Run";
    Clock: "计时起点", "Clock";
    Command: "命令", "Command";
    Changed: "由 --set 改动", "Changed by --set";
    Note: "提示", "Note";
    Credit: "来源", "Credit";
    Reader: "阅读", "How to read";
    AboutNumbers: "区间在各自的列中；没有数值的单元格留空；比例为 0 到 1 的数，按百分比显示。区间上下限与结果相同的数字不含随机性。", "Intervals stand in columns of their own; where there is no value the cell is empty; shares are numbers from 0 to 1 shown as per cent. A figure whose interval ends equal it holds no randomness.";
    Roads: "路网", "Road network";
    // The summary for issue trackers.
    HowToRepeat: "如何复现", "How to repeat";
    AboutBrackets: "括号内为 {confidence}% 置信区间。", "Brackets hold {confidence}% confidence intervals.";
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
        for word in Sheet::ALL {
            let (zh, en) = (word.get(Lang::Zh), word.get(Lang::En));
            assert!(!zh.trim().is_empty() && !en.trim().is_empty(), "{word:?}");
            assert_eq!(holes(zh), holes(en), "{word:?}");
            assert!(!en.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c)), "{word:?}");
            // A phrase that is only brackets round what is filled in has no word to translate.
            let filled_in =
                holes(en).iter().fold(en.to_string(), |text, hole| text.replace(&format!("{{{hole}}}"), ""));
            let says_something = filled_in.chars().any(char::is_alphabetic);
            let chinese = zh.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
            assert!(chinese || !says_something, "{word:?}");
        }
    }
}
