//! The message catalogue of the interactive map.

use super::words::words;
use crate::text::Lang;

words! {
    /// A word or phrase of the interactive map.
    MapWord;
    Title: "交互地图", "Interactive map";
    // What the report says of it.
    Open: "打开交互地图", "Open the interactive map";
    OpenAbout: "图层、逐点数值、逐小时变化；离线可用", "layers, figures of every point, hour by hour; works offline";
    BackToReport: "返回报告", "Back to the report";
    AsPicture: "静态地图", "The map as a picture";
    AsTable: "需求点表", "Table of demand points";
    // The panel.
    ColourBy: "需求点颜色", "Colour of demand points";
    ByDrive: "最近站点的行车时间", "Driving time from the nearest post";
    ByResponse: "仿真平均响应时间", "Simulated mean response";
    ByShare: "仿真达标比例", "Simulated share within target";
    TargetOf: "{zone} {min} 分钟内", "{zone}: within {min} min";
    Layers: "图层", "Layers";
    Points: "需求点", "Demand points";
    Posts: "站点", "Posts";
    Hospitals: "医院", "Hospitals";
    Post: "站点", "Post";
    Hospital: "医院", "Hospital";
    Names: "地名", "Names";
    MainRoads: "主要道路", "Main roads";
    MinorRoads: "其他道路", "Minor roads";
    Water: "水面", "Water";
    Outlines: "区县界", "County outlines";
    Find: "查找地点", "Find a place";
    FindHint: "需求点、站点或医院的名称", "name of a point, post or hospital";
    NotFound: "没有这个地点：{name}", "there is no place named {name}";
    Hint: "悬停看数值；点按后固定，Esc 取消。", "Hover for figures; a click keeps them, Esc lets go.";
    // The legend.
    MinutesHead: "分钟", "Minutes";
    ShareHead: "目标时间内到达的呼叫比例", "Share of calls reached within target";
    ResidentsIn: "居民", "Residents";
    UpTo: "≤ {n}", "≤ {n}";
    Over: "> {n}", "> {n}";
    AtLeast: "≥ {n}%", "≥ {n}%";
    Under: "< {n}%", "< {n}%";
    NoCalls: "没有呼叫", "no calls";
    FewCalls: "少于 {n} 次呼叫", "fewer than {n} calls";
    NotMeasured: "该时段未测量", "not measured then";
    NoRoad: "道路不可达", "not reached by road";
    SizeByResidents: "圆面积与居民数成正比", "area of a disc in proportion to residents";
    // Time.
    Time: "时间", "Time";
    WholeDay: "全天", "Whole day";
    Hour: "一天中的小时", "Hour of the day";
    Play: "播放", "Play";
    Stop: "停止", "Stop";
    Days: "日期", "Days";
    AllDays: "全周", "All week";
    Weekdays: "周一至周五", "Mon–Fri";
    Weekend: "周六、周日", "Sat–Sun";
    RoadState: "路况", "Roads";
    StateByHour: "随时间", "as the hour has it";
    UsualState: "通常", "usual";
    StateNow: "路况：{state}（该时段最常见）", "Roads: {state} (longest in force then)";
    StateFixed: "路况：{state}", "Roads: {state}";
    OneState: "路况全周不变，行车时间不随小时变化。", "The roads are the same all week: driving time does not change with the hour.";
    ByGroup: "颜色为所在区县城区或农村的合计：分时段后单个需求点的呼叫太少。", "Colours are those of the county's urban or rural part as a whole: divided by time, single points have too few calls.";
    NoHours: "本次运行没有按小时的数据。", "This run holds no figures by the hour.";
    PointsWhole: "每点的颜色来自该点的全部仿真呼叫。", "Colours come from all simulated calls of each point.";
    // Details of a place.
    County: "区县", "County";
    Zone: "城乡", "Zone";
    Residents: "居民", "Residents";
    Drive: "行车时间", "Driving time";
    NearestPost: "最近站点", "Nearest post";
    Straight: "直线距离", "Straight line";
    Response: "平均响应", "Mean response";
    Share: "达标比例", "Within target";
    Calls: "仿真呼叫", "Simulated calls";
    GroupThen: "{county} {zone}，{when}", "{county}, {zone}, {when}";
    Units: "救护车", "Units";
    Dispatches: "每日派车", "Dispatches a day";
    Busy: "车辆忙碌时间", "Units busy";
    Patients: "每日送达病人", "Patients a day";
    // Faults.
    NoWebGl: "此浏览器没有 WebGL，无法绘制交互地图；请看静态地图。", "This browser has no WebGL, without which the interactive map cannot be drawn; please see the map as a picture.";
    Failed: "交互地图未能绘制（{reason}）；请看静态地图。", "The interactive map could not be drawn ({reason}); please see the map as a picture.";
    NoScript: "交互地图需要 JavaScript；请看静态地图。", "The interactive map needs JavaScript; please see the map as a picture.";
    // The edge.
    MapName: "地图", "Map";
    ZoomIn: "放大", "Zoom in";
    ZoomOut: "缩小", "Zoom out";
    Kilometres: "公里", "km";
    Metres: "米", "m";
    Minutes: "分钟", "min";
    Sources: "来源", "Sources";
    OutlinesApproximate: "区县界为近似", "county outlines are approximate";
    Licence: "绘图程序 MapLibre GL JS {version} 及其许可（BSD-3-Clause）", "Drawn by MapLibre GL JS {version}; its licence (BSD-3-Clause)";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_stands_in_both_languages_with_the_same_holes_and_can_be_drawn() {
        let holes = |text: &str| {
            let mut found: Vec<String> =
                text.split('{').skip(1).filter_map(|p| p.split('}').next().map(str::to_string)).collect();
            found.sort();
            found
        };
        for word in MapWord::ALL {
            let (zh, en) = (word.get(Lang::Zh), word.get(Lang::En));
            assert!(!zh.trim().is_empty() && !en.trim().is_empty(), "{word:?}");
            assert_eq!(holes(zh), holes(en), "{word:?}");
            assert!(!en.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c)), "{word:?}");
            assert_eq!(crate::report::uncovered_characters(&format!("{zh}{en}")), Vec::<char>::new(), "{word:?}");
        }
    }
}
