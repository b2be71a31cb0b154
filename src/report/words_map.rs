//! The message catalogue of maps.

use super::words::words;
use crate::text::Lang;

words! {
    /// A word or phrase of a map.
    OnMap;
    RoadsToo: "道路两侧的底色为该处的行车时间", "the ground along roads shows the same";
    CountyLine: "区县界线", "county line";
    CountyLineAbout: "近似：按最近的需求点划分", "approximate: by the nearest demand point";
    // Isochrones.
    IsochroneTitle: "{post}：等时圈", "Isochrones of {post}";
    IsochroneAbout: "该站点车辆在通常路况下的行车时间，不含受理与出车；{scenario}", "Driving time of a unit of this post in the usual state of the roads, without call handling and turn-out; {scenario}";
    LegendReached: "行车时间内可达的居民", "Residents within";
    WithinMinutes: "≤ {n} 分钟", "≤ {n} min";
    PeopleWithin: "≤ {min} 分钟：{n} 人", "≤ {min} min: {n} people";
    Beyond: "更远或不可达", "beyond, or not reached";
    UrbanAndRural: "城区 {urban}，农村 {rural}", "urban {urban}, rural {rural}";
    Everybody: "全部居民", "all residents";
    RoadKm: "道路（公里）", "roads (km)";
    ThisPost: "本站点", "this post";
    OtherPost: "其他站点", "other posts";
    // Differences.
    DifferenceTitle: "哪里更快、哪里更慢：{b} 与 {a} 相比", "Where response gets faster and slower: {b} against {a}";
    DifferenceAbout: "圆点为需求点，面积与人口成正比；颜色为平均响应时间的变化（配对检验，错误发现率 {rate}%）。{a}：{title_a}；{b}：{title_b}", "Dots are demand points, their area in proportion to residents; colour is the change in mean response (paired tests, false discovery rate {rate}%). {a}: {title_a}; {b}: {title_b}";
    SoonerBy: "更快（分钟）", "Sooner by (min)";
    LaterBy: "更慢（分钟）", "Later by (min)";
    People: "{n} 人", "{n} people";
    CannotTell: "无法判定", "cannot be told";
    UpTo: "≤ {n}", "≤ {n}";
    Between: "{from}–{to}", "{from}–{to}";
    Over: "> {n}", "> {n}";
    PostKept: "站点（{b}）", "post in {b}";
    PostNew: "仅 {b} 有站点或车辆更多", "new, or more units in {b}";
    PostGone: "{b} 撤销站点或车辆更少", "gone, or fewer units in {b}";
    ChangeOf: "{name}：{change} 分钟（{low} 至 {high}）", "{name}: {change} min ({low} to {high})";
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
        for word in OnMap::ALL {
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
