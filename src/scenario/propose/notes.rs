//! What a person should know about a proposed scenario, in words.

use super::{MAX_SNAP_M, Naming, Proposal};
use crate::quality::Quality;
use crate::text::{Lang, Text};
use std::fmt::Write;

/// Above this share of dropped road length the reader is warned.
const DROPPED_WARNING: f64 = 0.1;
/// Above this share of guessed people likewise.
const GUESSED_WARNING: f64 = 0.5;
/// How many of a kind are listed by name.
const LISTED: usize = 20;

fn text(zh: String, en: String) -> Text {
    Text::new(zh, en)
}

impl Proposal {
    /// What was taken from the map, one sentence each.
    pub fn found(&self) -> Vec<Text> {
        let t = &self.tally;
        let hospitals = if t.hospitals_are_clinics || t.hospital_placeholder { 0 } else { self.hospitals.len() };
        let stations = self.posts.iter().filter(|s| s.guess.quality == Quality::Measured).count();
        vec![
            text(
                format!("道路 {:.0} 公里（另有 {:.0} 公里不与主网相通，未用）", self.road_km, self.dropped_km),
                format!(
                    "{:.0} km of road ({:.0} km more are not connected to it and were dropped)",
                    self.road_km, self.dropped_km
                ),
            ),
            text(
                format!("地图中的医院 {hospitals} 家，急救站 {stations} 个"),
                format!("hospitals: {hospitals}; ambulance stations: {stations}"),
            ),
            text(
                format!("有人口数的居民地 {} 个（共 {:.0} 人已布点）", t.tagged_places, t.people_tagged),
                format!("settlements with a population: {} ({:.0} people placed)", t.tagged_places, t.people_tagged),
            ),
        ]
    }

    /// What was guessed, one sentence each.
    pub fn guessed(&self) -> Vec<Text> {
        let t = &self.tally;
        let mut list = vec![];
        let from_hospitals =
            self.posts.iter().filter(|s| s.guess.quality != Quality::Measured).count() - t.post_placeholders;
        if from_hospitals > 0 {
            list.push(text(
                format!("{from_hospitals} 个站点由医院、消防站或诊所代替"),
                format!("hospitals, fire stations or clinics of the map taken for posts: {from_hospitals}"),
            ));
        }
        if t.post_placeholders > 0 {
            list.push(text(
                format!("{} 个站点为占位点，设在人口集中处：地图中可用的场所不足", t.post_placeholders),
                format!(
                    "posts set as placeholders where many people live, as the map has too few places for posts: {}",
                    t.post_placeholders
                ),
            ));
        }
        if t.hospital_placeholder {
            list.push(text(
                "地图中没有医院也没有诊所：在居民重心附近设一家占位医院".into(),
                "the map has neither hospital nor clinic: one placeholder hospital near the middle of the people"
                    .into(),
            ));
        }
        if t.hospitals_are_clinics {
            list.push(text(
                "地图中没有医院：以诊所代替".into(),
                "the map has no hospital: its clinics stand for hospitals".into(),
            ));
        }
        let (units, negative) = (self.units.len(), self.units.iter().filter(|u| u.negative_pressure).count());
        list.push(text(
            format!("救护车 {units} 辆（每 3 万人 1 辆，每站至少 1 辆，全市至少 2 辆），其中负压 {negative} 辆；{} 个席位", self.seats),
            format!(
                "units: {units} (one per 30,000 people, at least one per post and two in all), with negative pressure: {negative}; dispatcher seats: {}",
                self.seats
            ),
        ));
        if t.people_typical > 0.0 {
            list.push(text(
                format!("{} 个居民地没有人口数，按类型取典型值，共 {:.0} 人", t.typical_places, t.people_typical),
                format!(
                    "settlements without a population, given one typical of their kind: {} ({:.0} people in all)",
                    t.typical_places, t.people_typical
                ),
            ));
        }
        if t.absorbed_places > 0 {
            list.push(text(
                format!("{} 个没有人口数的居民地并入所在的较大居民地", t.absorbed_places),
                format!("settlements without a population, counted as part of a larger one: {}", t.absorbed_places),
            ));
        }
        if t.township_totals > 0 {
            list.push(text(
                format!("{} 个城镇的人口数约等于所辖村和社区之和，视为全乡镇总数，不重复计入", t.township_totals),
                format!("towns whose population is about the sum of their villages' and quarters', taken for that sum and not counted again: {}", t.township_totals),
            ));
        }
        if t.people_by_length > 0.0 {
            let (zh, en) =
                if t.all_roads { ("全部道路", "all roads") } else { ("居民道路", "streets of houses") };
            list.push(text(
                format!("{:.0} 人按{zh}长度推算（密集处每公里 250 人，其余 60 人）", t.people_by_length),
                format!(
                    "{:.0} people guessed from the length of {en} (250 per km where dense, 60 elsewhere)",
                    t.people_by_length
                ),
            ));
        }
        if let Some(from) = t.scaled_from {
            list.push(text(
                format!("人口按给定总数 {:.0} 缩放（原推算 {from:.0} 人）", self.people()),
                format!("people were scaled to the total given, {:.0} (the guess was {from:.0})", self.people()),
            ));
        }
        if let Some(from) = t.raised_from {
            list.push(text(
                format!("推算只有 {from:.0} 人，提高到 500 人，否则几乎没有呼叫"),
                format!("only {from:.0} people would have resulted; raised to 500, as there would hardly be a call"),
            ));
        }
        list.push(text(
            "呼叫率、病种、受理与各环节时长均取自其他城市或为假设".into(),
            "call rates, categories and all durations come from other cities or are assumed".into(),
        ));
        list
    }

    /// What was left out, one sentence each.
    pub fn left_out(&self) -> Vec<Text> {
        let t = &self.tally;
        let mut list = vec![];
        if !t.too_far.is_empty() {
            let names = listed(&t.too_far);
            list.push(text(
                format!("距路网超过 {MAX_SNAP_M:.0} 米的医院和站点：{names}"),
                format!("hospitals and stations more than {MAX_SNAP_M:.0} m from any road kept: {names}"),
            ));
        }
        if t.nameless_hospitals > 0 {
            let n = t.nameless_hospitals;
            list.push(text(
                format!("没有名称的医院 {n} 处（可能只是急救室或门诊），列入 candidates.csv"),
                format!("hospitals without a name, often first-aid rooms or surgeries, in candidates.csv: {n}"),
            ));
        }
        if t.twin_places > 0 {
            list.push(text(
                format!("重复绘制的居民地（点与面、两种写法）{} 处，只计一次", t.twin_places),
                format!("settlements mapped twice (node and outline, two spellings), counted once: {}", t.twin_places),
            ));
        }
        if t.twins > 0 {
            list.push(text(
                format!("{} 处与同类相距 300 米以内，视为同一处", t.twins),
                format!("places within 300 m of another of their kind, taken for the same: {}", t.twins),
            ));
        }
        if !t.unplaced.is_empty() {
            let people: f64 = t.unplaced.iter().map(|u| u.1).sum();
            let names: Vec<String> = t.unplaced.iter().map(|(n, p)| format!("{n}: {p:.0}")).collect();
            let names = listed(&names);
            list.push(text(
                format!("{people:.0} 人未布点（居民地在范围外或只有一部分在图内，每 500 米格最多 5,000 人）：{names}"),
                format!("{people:.0} people without a place (their settlement lies outside or only partly inside; at most 5,000 in 500 m × 500 m): {names}"),
            ));
        }
        if t.far_street_km >= 0.05 {
            list.push(text(
                format!("{:.1} 公里居民道路远离主网", t.far_street_km),
                format!("{:.1} km of streets of houses far from the main network", t.far_street_km),
            ));
        }
        list
    }

    /// What must not be overlooked.
    pub fn warnings(&self) -> Vec<Text> {
        let mut list = vec![];
        let guessed = 100.0 * self.guessed_share();
        if self.guessed_share() > GUESSED_WARNING {
            list.push(text(
                format!("人口的 {guessed:.0} % 是推测（按居民地类型或道路长度），可能差几倍：若知道总人口，请用 `--people N` 重新生成"),
                format!("{guessed:.0} % of the people are guessed (from kinds of settlements or lengths of streets) and may be wrong by a factor of several: if you know how many live there, draft again with `--people N`"),
            ));
        }
        let percent = 100.0 * self.dropped_share();
        if self.dropped_share() > DROPPED_WARNING {
            list.push(text(
                format!("路网中 {percent:.0} % 的长度不与主网相通，已去掉：`goldenhour network info` 列出各部分"),
                format!("{percent:.0} % of the road length is not connected to the main part and was dropped: `goldenhour network info` lists the parts"),
            ));
        }
        list
    }

    /// The README of the folder.
    pub(super) fn readme(&self, naming: &Naming) -> String {
        let mut out = format!("# {}\n\n", naming.name);
        self.readme_in(&mut out, naming, Lang::Zh);
        out.push_str("\n---\n\n");
        self.readme_in(&mut out, naming, Lang::En);
        out
    }

    fn readme_in(&self, out: &mut String, naming: &Naming, lang: Lang) {
        let zh = lang == Lang::Zh;
        let pick = |a: &'static str, b: &'static str| if zh { a } else { b };
        let mut line = |text: &str| {
            let _ = writeln!(out, "{text}");
        };
        line(pick(
            "本文件夹由 `goldenhour init` 根据地图草拟，未经任何人核对。运行：`goldenhour run scenario.toml`。",
            "This folder was drafted from a map by `goldenhour init`; nobody has checked it. Run it with `goldenhour run scenario.toml`.",
        ));
        line("");
        // Above all else.
        for warning in self.warnings() {
            line(&format!("> **{}** {}\n", pick("注意：", "Warning:"), warning.get(lang)));
        }
        line(&match (zh, self.synthetic) {
            (true, false) => {
                format!("路网：{}（OpenStreetMap 贡献者，ODbL 1.0），摘要 {}", naming.network, self.digest)
            }
            (true, true) => format!("路网：{}（合成路网），摘要 {}", naming.network, self.digest),
            (false, false) => {
                format!("Network: {} (OpenStreetMap contributors, ODbL 1.0), digest {}", naming.network, self.digest)
            }
            (false, true) => format!("Network: {} (synthetic), digest {}", naming.network, self.digest),
        });
        let sections = [
            (pick("地图所有", "Found in the map"), self.found()),
            (pick("推测（质量 C）", "Guessed (quality C)"), self.guessed()),
            (pick("未采用", "Left out"), self.left_out()),
            (pick("首先核对", "Check first"), checks()),
        ];
        for (title, list) in sections.iter().filter(|(_, list)| !list.is_empty()) {
            line(&format!("\n## {title}\n"));
            for item in list {
                line(&format!("- {}", item.get(lang)));
            }
        }
    }
}

fn checks() -> Vec<Text> {
    let of = |zh: &str, en: &str| Text::new(zh, en);
    vec![
        of(
            "`demand.csv`：各点人口，与人口普查对照；`population` 之和应为当地常住人口",
            "`demand.csv`: the people, against the census; `population` should add up to the residents",
        ),
        of(
            "`posts.csv`、`units.csv`：换成真实的站点和车辆；`candidates.csv` 是其他可选地点",
            "`posts.csv`, `units.csv`: put in the real posts and vehicles; `candidates.csv` holds other places to choose from",
        ),
        of(
            "`hospitals.csv`：哪些医院接收急救病人（`receives`：all、none 或 cardiac;trauma;general）",
            "`hospitals.csv`: which take emergency patients (`receives`: all, none, or cardiac;trauma;general)",
        ),
        of(
            "`scenario.toml`：席位数、呼叫率、出车与现场时间、速度方案",
            "`scenario.toml`: seats, call rates, turn-out and scene times, speed profile",
        ),
        of(
            "分县：在 `posts.csv` 和 `demand.csv` 中加一列 `county`；设第二个中心：在 `scenario.toml` 再加一段 `[[centre]]`（名称、席位），并给每个中心写 `counties = [\"…\"]`，列出它所管的县",
            "counties: add a column `county` to `posts.csv` and `demand.csv`; for a second centre add another `[[centre]]` (name, seats) to `scenario.toml` and give each centre `counties = [\"…\"]`, the counties it serves",
        ),
        of("然后 `goldenhour scenario check scenario.toml`", "then `goldenhour scenario check scenario.toml`"),
    ]
}

fn listed(names: &[String]) -> String {
    let shown = names.iter().take(LISTED).cloned().collect::<Vec<_>>().join("; ");
    if names.len() > LISTED { format!("{shown}; … ({})", names.len()) } else { shown }
}
