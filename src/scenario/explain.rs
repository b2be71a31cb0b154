//! What will be simulated, in plain sentences, for a planner who never saw the TOML.
//!
//! Numbers carry their quality mark, taken from the scenario's list of assumptions; a value of that list that no sentence
//! used is printed at the end, so that nothing the results rest on is left out.

mod demand;
mod off;
mod places;
mod response;
mod words;

use super::Scenario;
use crate::quality::Quality;
use crate::random::Dist;
use crate::text::Lang;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// One part of the explanation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Section {
    /// What it is about, the same in every language: `overview`, `demand`, `events`, `telephone`, `dispatch`, `fleet`,
    /// `move_up`, `hospitals`, `roads`, `craft`, `judged`, `off` or `rest`.
    #[serde(default)]
    pub key: String,
    /// Its heading.
    pub title: String,
    /// Its sentences.
    pub lines: Vec<String>,
}

/// Explains a scenario in a language, section by section.
pub fn explain(scenario: &Scenario, lang: Lang) -> Vec<Section> {
    let mut w = Writer { s: scenario, lang, used: BTreeSet::new(), sections: Vec::new() };
    w.overview();
    w.demand();
    w.streams();
    w.telephone();
    w.dispatch();
    w.fleet();
    w.hospitals();
    w.roads();
    w.move_up();
    w.craft();
    w.judged();
    w.off();
    w.rest();
    w.sections
}

/// The sections as plain text: headings, and a sentence on each line.
pub fn plain(sections: &[Section]) -> String {
    let mut out = String::new();
    for section in sections {
        if !out.is_empty() {
            out.push('\n');
        }
        out.push_str(&section.title);
        out.push('\n');
        for line in &section.lines {
            out.push_str("  - ");
            out.push_str(line);
            out.push('\n');
        }
    }
    out
}

/// Collects sentences and remembers which assumptions they told.
struct Writer<'a> {
    s: &'a Scenario,
    lang: Lang,
    used: BTreeSet<String>,
    sections: Vec<Section>,
}

impl Writer<'_> {
    fn pick<'t>(&self, zh: &'t str, en: &'t str) -> &'t str {
        if self.lang == Lang::Zh { zh } else { en }
    }

    fn section(&mut self, key: &str, zh: &str, en: &str) {
        let title = self.pick(zh, en).to_string();
        self.sections.push(Section { key: key.into(), title, lines: Vec::new() });
    }

    fn say(&mut self, zh: String, en: String) {
        let line = if self.lang == Lang::Zh { zh } else { en };
        if let Some(section) = self.sections.last_mut() {
            section.lines.push(line);
        }
    }

    /// The quality mark of a value, with a space before it; nothing where the value was not noted.
    fn mark(&mut self, key: &str) -> String {
        let Some(noted) = self.s.assumptions.iter().find(|a| a.key == key) else { return String::new() };
        self.used.insert(key.to_string());
        format!(" [{}]", self.quality(noted.quality))
    }

    fn quality(&self, quality: Quality) -> &'static str {
        match (quality, self.lang) {
            (Quality::Calibrated, Lang::Zh) => "标定",
            (quality, _) => quality.mark(),
        }
    }

    /// A number with its mark.
    fn number(&mut self, value: f64, key: &str) -> String {
        format!("{}{}", words::number(value), self.mark(key))
    }

    /// A number with its unit and its mark.
    fn measure(&mut self, value: f64, unit: &str, key: &str) -> String {
        format!("{} {unit}{}", words::number(value), self.mark(key))
    }

    /// A share in percent with its mark.
    fn percent(&mut self, share: f64, key: &str) -> String {
        format!("{} %{}", words::number(100.0 * share), self.mark(key))
    }

    /// How long something takes, with its mark.
    fn lasts(&mut self, dist: &Dist, key: &str) -> String {
        format!("{}{}", words::lasts(dist, self.lang), self.mark(key))
    }

    /// A span with its mark.
    fn span(&mut self, span: crate::units::Span, key: &str) -> String {
        format!("{}{}", words::time(span.seconds(), self.lang), self.mark(key))
    }

    /// Several things in a row.
    fn list(&self, items: &[String]) -> String {
        items.join(self.pick("、", ", "))
    }

    /// Names, at most a few of them.
    fn few(&self, items: &[String]) -> String {
        const FEW: usize = 12;
        let shown = self.list(&items[..items.len().min(FEW)]);
        match items.len().checked_sub(FEW).filter(|more| *more > 0) {
            Some(more) if self.lang == Lang::Zh => format!("{shown}等，另有 {more} 个"),
            Some(more) => format!("{shown} and {more} more"),
            None => shown,
        }
    }

    fn overview(&mut self) {
        let s = self.s;
        self.section("overview", "概述", "In short");
        self.say(s.title.zh.clone(), s.title.en.clone());
        if !s.description.get(self.lang).is_empty() {
            self.say(s.description.zh.clone(), s.description.en.clone());
        }
        let (posts, units, hospitals, points) = (s.posts.len(), s.units.len(), s.hospitals.len(), s.points.len());
        let people = words::thousands(s.points.iter().map(|p| p.population).sum());
        let counties = s.counties.len();
        self.say(
            format!("{counties} 个县区，{people} 名居民分布在 {points} 个需求点；{posts} 个站点、{units} 辆车、{hospitals} 所医院。"),
            format!("{people} residents at {points} places in {counties} counties; {posts} posts, {units} units, {hospitals} hospitals."),
        );
        let run = &s.run;
        let (days, warm, n) = (
            words::time(86_400.0 * run.days, self.lang),
            words::time(86_400.0 * run.warmup_days, self.lang),
            run.replications,
        );
        let confidence = words::number(100.0 * run.confidence);
        self.say(
            format!("模拟 {n} 次，每次 {days}；此前先空跑 {warm}不计。各次结果之差给出 {confidence} % 置信区间。随机种子 {}。", run.seed),
            format!("{n} replications of {days} each, after {warm} not counted. How they differ gives intervals of {confidence} % confidence. Seed {}.", run.seed),
        );
        let (zh, en) = words::clock_start(run.clock_start);
        self.say(
            format!("响应时间从{zh}起算，到车辆到达现场为止。"),
            format!("Response time counts from {en} until a unit is at the scene."),
        );
        self.say(
            "方括号内为数据质量：A 有来源，B 由来源推算，C 假设，“标定”为使结果接近公布值而设定。".into(),
            "Square brackets give the quality of a value: A seen in a source, B derived from one, C assumed, \"calibrated\" set so that a result comes near a published figure.".into(),
        );
        let tables: Vec<(String, String)> = s
            .assumptions
            .iter()
            .filter(|a| a.key.ends_with(".csv"))
            .map(|a| (a.key.clone(), format!("{} {}", a.name.get(self.lang), a.value)))
            .collect();
        if !tables.is_empty() {
            let list: Vec<String> = tables.iter().map(|t| t.1.clone()).collect();
            self.used.extend(tables.into_iter().map(|t| t.0));
            let list = list.join(self.pick("；", "; "));
            self.say(format!("数据表（行数与质量）：{list}。"), format!("Tables (rows by quality): {list}."));
        }
    }

    fn judged(&mut self) {
        let s = self.s;
        self.section("judged", "评判依据", "What it is judged by");
        let pack = match &s.pack {
            super::NamedOrFile::Builtin(name) => name.clone(),
            super::NamedOrFile::File(file) => file.display().to_string(),
        };
        self.say(format!("标准包：{pack}。"), format!("Standard pack: {pack}."));
        for r in &s.references {
            let (value, unit) = (words::number(r.value), r.metric.unit());
            self.say(
                format!("对照公布值：{} {value} {unit}（{}）。{}", r.name.zh, r.source, r.note.zh),
                format!("Beside a published figure: {} {value} {unit} ({}). {}", r.name.en, r.source, r.note.en),
            );
        }
    }

    /// Whether a value is on the list of assumptions whose key begins so.
    fn has(&self, prefix: &str) -> bool {
        self.s.assumptions.iter().any(|a| a.key.starts_with(prefix))
    }

    /// Tells the values with one of these beginnings that no sentence told, each on a line.
    fn left(&mut self, prefixes: &[&str]) {
        for a in &self.s.assumptions {
            if !prefixes.iter().any(|p| a.key.starts_with(p)) || !self.used.insert(a.key.clone()) {
                continue;
            }
            let (quality, value) = (self.quality(a.quality), &a.value);
            self.say(format!("{}：{value} [{quality}]。", a.name.zh), format!("{}: {value} [{quality}].", a.name.en));
        }
    }

    /// Values of the list of assumptions that no sentence told.
    fn rest(&mut self) {
        if self.s.assumptions.iter().any(|a| !self.used.contains(&a.key)) {
            self.section("rest", "其他取值", "Further values");
            self.left(&[""]);
        }
    }
}

#[cfg(test)]
#[path = "explain/tests.rs"]
mod tests;
