//! A comparison as a section of the report of one of its scenarios.

use super::{Drawn, page, sentences};
use crate::experiment::compare::Comparison;
use crate::experiment::summary::Summary;
use crate::fault::Fault;
use crate::report::words_compare::Said;
use crate::report::{ReportError, charts, files};
use crate::text::Lang;
use serde_json::{Map, Value, json};
use std::path::Path;

/// Reads the comparison in a folder and sees that the run's scenario is one of those compared.
///
/// # Errors
/// No comparison there, one of another layout, one without this scenario.
pub(in crate::report) fn read(folder: &Path, summary: &Summary) -> Result<Comparison, ReportError> {
    let path = folder.join("compare.json");
    if !path.is_file() {
        let fault = Fault::error(format!("{} is no comparison's folder: it holds no compare.json", folder.display()));
        return Err(fault.hint("make one: goldenhour compare A.toml B.toml").into());
    }
    let comparison: Comparison = files::read_json(&path)?;
    if comparison.systems.iter().any(|s| s.scenario.digest == summary.scenario.digest) {
        return Ok(comparison);
    }
    let names: Vec<&str> = comparison.systems.iter().map(|s| s.scenario.name.as_str()).collect();
    let same_name = names.contains(&summary.scenario.name.as_str());
    let message = format!("{} compares {}, not the scenario of this run", path.display(), names.join(", "));
    let hint = if same_name {
        format!("`{}` was changed between the run and the comparison: make one of them again", summary.scenario.name)
    } else {
        format!("compare `{}` with another scenario first", summary.scenario.name)
    };
    Err(Fault::error(message).in_file(&path).hint(hint).into())
}

/// What the template shows: the scenarios by letter and every pair in which the run's own stands.
pub(in crate::report) fn section(c: &Comparison, summary: &Summary, lang: Lang) -> Result<Value, ReportError> {
    let own = |i: usize| c.systems[i].scenario.digest == summary.scenario.digest;
    let mut pairs = Vec::new();
    for pair in c.pairs.iter().filter(|p| own(p.a) || own(p.b)) {
        let pictures = charts::compare::draw_all(c, pair, lang)?;
        let drawn: Vec<Drawn> = pictures.into_iter().map(|p| Drawn { path: p.path.into(), svg: p.svg }).collect();
        pairs.push(page::pair(c, pair, &drawn, lang));
    }
    let system = |s: &crate::experiment::compare::SystemRow| {
        json!({"letter": s.letter, "title": s.scenario.title.get(lang), "name": s.scenario.name,
            "own": s.scenario.digest == summary.scenario.digest})
    };
    let said = Said::ALL.iter().map(|w| (w.key().to_string(), Value::from(w.get(lang))));
    Ok(json!({
        "s": said.collect::<Map<String, Value>>(),
        "run_line": sentences::run_line(c, lang),
        "calls_line": sentences::calls(c, lang),
        "systems": c.systems.iter().map(system).collect::<Vec<_>>(),
        "several": pairs.len() > 1,
        "pairs": pairs,
        "command": c.run.command,
    }))
}
