//! `goldenhour standards …`

use super::CliError;
use super::args::{Common, StandardsCommand};
use super::network::named_or_file;
use crate::fault::Faults;
use crate::quality::Zone;
use crate::scenario::NamedOrFile;
use crate::standards::{Clause, Clock, Distance, Op, Pack, Scope, Statistic, Weight};
use crate::text::{Lang, Text};
use std::io::Write;

/// `goldenhour standards …`
pub(super) fn standards(command: StandardsCommand, common: &Common) -> Result<(), CliError> {
    let lang = common.lang();
    let mut out = anstream::stdout().lock();
    let text = match command {
        StandardsCommand::List => {
            let packs = Pack::builtin_names().map(Pack::builtin).collect::<Result<Vec<Pack>, Faults>>()?;
            if common.json {
                let names: Vec<&str> = Pack::builtin_names().collect();
                serde_json::json!(names).to_string() + "\n"
            } else {
                list(&packs, lang)
            }
        }
        StandardsCommand::Show { pack } => {
            let pack = open(&pack)?;
            if common.json {
                serde_json::to_string_pretty(&pack).map_err(|e| CliError::Internal(e.to_string()))? + "\n"
            } else {
                show(&pack, lang)
            }
        }
        StandardsCommand::Check { pack } => {
            let pack = open(&pack)?;
            let (n, judged) = (pack.clauses.len(), judged(&pack));
            if common.json {
                serde_json::json!({ "name": pack.name, "clauses": n, "judged": judged }).to_string() + "\n"
            } else {
                let text = Text::new(
                    format!("{}：没有错误；{n} 条条款，其中 {judged} 条可以评估。\n", pack.name),
                    format!("{}: no faults; {n} clauses, {judged} of which can be judged.\n", pack.name),
                );
                text.get(lang).to_string()
            }
        }
    };
    let _ = write!(out, "{text}");
    Ok(())
}

fn open(pack: &str) -> Result<Pack, Faults> {
    match named_or_file(pack) {
        NamedOrFile::Builtin(name) => Pack::builtin(&name),
        NamedOrFile::File(path) => Pack::load(&path),
    }
}

/// How many clauses have something to be measured by.
fn judged(pack: &Pack) -> usize {
    pack.clauses.iter().filter(|c| c.not_judged.is_none()).count()
}

/// The packs with how many clauses they have and where they come from.
fn list(packs: &[Pack], lang: Lang) -> String {
    let mut text = String::new();
    for pack in packs {
        let (n, judged) = (pack.clauses.len(), judged(pack));
        let counts = match lang {
            Lang::Zh => format!("{n} 条，可评估 {judged} 条"),
            Lang::En => format!("{n} clauses, {judged} judged"),
        };
        let (title, source) = (pack.title.get(lang), &pack.source);
        text.push_str(&format!("{:<24} {title} ({counts})\n{:24} {source}\n", pack.name, ""));
    }
    text
}

/// A pack with every clause: what it asks, how it is read, where it stands.
fn show(pack: &Pack, lang: Lang) -> String {
    let mut text = format!("{}\n{}\n{}\n", pack.name, pack.title.get(lang), pack.source);
    for clause in &pack.clauses {
        text.push_str(&show_clause(clause, lang));
    }
    text
}

fn show_clause(c: &Clause, lang: Lang) -> String {
    let say = |zh: &str, en: &str| Text::new(zh, en).get(lang).to_string();
    let colon = if lang == Lang::Zh { "：" } else { ": " };
    let own = c.name.as_ref().map_or(String::new(), |name| format!(" ({name})"));
    let mut text = format!("\n{}{colon}{}{own}\n", c.id, c.title.get(lang));
    let mut line = |label: String, content: &str| text.push_str(&format!("    {label}{colon}{content}\n"));
    if let Some(rule) = rule(c, lang) {
        line(say("要求", "asks"), &rule);
    }
    line(say("解读", "reading"), c.reading.get(lang));
    if let Some(reason) = &c.not_judged {
        line(say("不评估，因为", "not judged, because"), reason.get(lang));
    }
    for (group, zh, en) in
        [(&c.any_of, "满足其一即可", "one is enough of"), (&c.all_of, "须同时满足", "counts only with")]
    {
        if let Some(group) = group {
            line(say(zh, en), group);
        }
    }
    if !c.requirements.is_empty() {
        line(say("需求编号", "requirements"), &c.requirements.join(", "));
    }
    line(say("出处", "source"), &format!("{} [{}]", c.source, c.quality.mark()));
    text
}

/// What a clause measures and asks, in a line; `None` when it names no figure.
fn rule(c: &Clause, lang: Lang) -> Option<String> {
    let say = |zh: &str, en: &str| Text::new(zh, en).get(lang).to_string();
    let metric = serde_json::to_value(c.metric?).ok()?.as_str()?.to_string();
    let unit = c.metric?.unit();
    let mut parts = vec![match c.statistic? {
        Statistic::Mean => say("平均", "mean"),
        Statistic::Max => say("最大", "largest"),
        Statistic::Ratio => say("比值", "ratio"),
        Statistic::ShareWithin => match (lang, c.limit?) {
            (Lang::Zh, limit) => format!("≤{limit} {unit} 的比例"),
            (Lang::En, limit) => format!("share within {limit} {unit}"),
        },
        Statistic::Percentile | Statistic::P90 => match (lang, c.quantile()? * 100.0) {
            (Lang::Zh, p) => format!("第 {p} 百分位"),
            (Lang::En, p) => format!("percentile {p}"),
        },
    }];
    parts.extend(c.zone.map(|z| if z == Zone::Urban { say("城区", "urban") } else { say("农村", "rural") }));
    if !c.priority.is_all() {
        let list: Vec<String> = c.priority.list().map(|p| p.to_string()).collect();
        parts.push(format!("{} {}", say("优先级", "priority"), list.join(", ")));
    }
    parts.extend(c.category.as_ref().map(|key| format!("{} {key}", say("类别", "category"))));
    parts.extend(c.scope.filter(|s| *s != Scope::City).map(|s| s.name().get(lang).to_string()));
    parts.extend((c.distance() == Distance::Road).then(|| say("道路距离", "by road")));
    parts.extend((c.weight == Some(Weight::Calls)).then(|| say("按呼叫加权", "weighted by calls")));
    parts.extend(c.population_percent.map(|p| format!("{} × {p}%", say("人口", "population"))));
    if let Some((start, stop)) = c.clock_start.map(|s| (s, c.clock_stop.unwrap_or(Clock::Arrived))) {
        let (start, stop) = (start.name(), stop.name());
        parts.push(format!("{} → {}", start.get(lang), stop.get(lang)));
    }
    let unit = match c.unit() {
        "%" => "%".to_string(),
        unit => format!(" {unit}"),
    };
    let bound = match (c.op?, c.threshold, c.range) {
        (Op::In, _, Some([low, high])) => format!("{low}–{high}{unit}"),
        (op, Some(threshold), _) => format!("{} {threshold}{unit}", op.sign()),
        _ => return None,
    };
    Some(format!("{metric} ({}) {bound}", parts.join(if lang == Lang::Zh { "，" } else { ", " })))
}
