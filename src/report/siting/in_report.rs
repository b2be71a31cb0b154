//! Proposals as a section of the report of one of their scenarios.

use super::{judged, mapped, page, proposal, sentences, short};
use crate::experiment::siting::{Judgment, ProposalRow, SITED_SCHEMA, Sited, SitingMap};
use crate::experiment::summary::Summary;
use crate::fault::Fault;
use crate::report::words_siting::Siting;
use crate::report::words_siting_page::Page;
use crate::report::{ReportError, charts, files, map};
use crate::scenario::Scenario;
use crate::text::Lang;
use serde_json::{Map, Value, json};
use std::path::{Path, PathBuf};

/// A folder of proposals that goes with a run.
pub(in crate::report) struct Proposals {
    sited: Sited,
    map: SitingMap,
    judgment: Option<Judgment>,
    folder: PathBuf,
    /// The proposal whose scenario the run is of; `None`: the run is of the scenario that was asked about.
    own: Option<String>,
}

/// Reads `siting.json` and `map.json` of a folder.
///
/// # Errors
/// Files that are not there, are not what they should be, or are of another layout.
pub(super) fn read(folder: &Path) -> Result<(Sited, SitingMap), ReportError> {
    let path = folder.join("siting.json");
    let hint = "make one: goldenhour siting add SCENARIO.toml --posts 5";
    if !path.is_file() {
        let fault = Fault::error(format!("{} is no folder of proposals: it holds no siting.json", folder.display()));
        return Err(fault.hint(hint).into());
    }
    let text = std::fs::read_to_string(&path).map_err(|e| Fault::io("read", &path, &e))?;
    let wrong = |message: String| Fault::error(message).in_file(&path).hint("ask the siting question again");
    let value: Value = serde_json::from_str(&text).map_err(|e| wrong(format!("this is not JSON: {e}")))?;
    let layout = value.get("schema").and_then(Value::as_u64);
    if layout != Some(u64::from(SITED_SCHEMA)) {
        let found = layout.map_or("none".into(), |n| n.to_string());
        return Err(wrong(format!("its layout is {found}, this program reads layout {SITED_SCHEMA}")).into());
    }
    let sited = serde_json::from_value(value).map_err(|e| wrong(format!("it is not what siting writes: {e}")))?;
    Ok((sited, files::read_json(&folder.join("map.json"))?))
}

/// Reads what the simulation said of the proposals in a folder; nothing where it was not asked, or asked of others.
///
/// # Errors
/// A file that is not what it should be.
pub(super) fn judgment(folder: &Path, sited: &Sited) -> Result<Option<Judgment>, ReportError> {
    let found = Judgment::read(folder).map_err(ReportError::from)?;
    Ok(found.filter(|j| j.digest == sited.digest && j.proposals.iter().all(|p| sited.proposal(&p.key).is_some())))
}

/// Reads the proposals in a folder and sees that the run's scenario is the one asked about, or one of them.
///
/// # Errors
/// As [`read`]; a run of another scenario, or of one that was changed since.
pub(in crate::report) fn of_run(folder: &Path, summary: &Summary) -> Result<Proposals, ReportError> {
    let (sited, map) = read(folder)?;
    let judgment = judgment(folder, &sited)?;
    let folder = folder.to_path_buf();
    let ran = &summary.scenario;
    if sited.digest == ran.digest {
        return Ok(Proposals { sited, map, judgment, folder, own: None });
    }
    let stem = |p: &&ProposalRow| p.scenario.trim_end_matches(".toml") == ran.name;
    let same_name = sited.proposals.iter().find(stem);
    if let Some(p) = same_name
        && Scenario::load(&folder.join(&p.scenario)).is_ok_and(|s| s.digest == ran.digest)
    {
        let own = Some(p.key.clone());
        return Ok(Proposals { sited, map, judgment, folder, own });
    }
    let path = folder.join("siting.json");
    if same_name.is_some() || sited.scenario == ran.name {
        let message = format!("`{}` is not what it was when {} was made", ran.name, path.display());
        let hint = "run it again without --set, or ask the siting question again";
        return Err(Fault::error(message).in_file(&path).hint(hint).into());
    }
    let message = format!("{} is about {}, not the scenario of this run, {}", path.display(), sited.scenario, ran.name);
    let hint = match sited.proposals.first() {
        Some(p) => format!("run {} or {} and report that", sited.file, folder.join(&p.scenario).display()),
        None => format!("run {} and report that", sited.file),
    };
    Err(Fault::error(message).in_file(&path).hint(hint).into())
}

/// What the template shows: the short answer, the proposals side by side, and the run's own, or the first, with its map.
pub(in crate::report) fn section(of: &Proposals, lang: Lang) -> Result<Value, ReportError> {
    let sited = &of.sited;
    let own = of.own.as_deref().and_then(|key| sited.proposal(key));
    let whose = match own {
        None => Page::OwnAsked.get(lang).to_string(),
        Some(p) => Page::OwnProposal.fill(lang, &[("name", &sentences::name(sited, p, lang))]),
    };
    let shown = own.or_else(|| mapped(sited).first().copied()).map(|p| {
        let map = map::draw_siting(sited, p, &of.map, lang);
        proposal::shown(sited, p, map.as_deref(), "", lang)
    });
    let page_words = Page::ALL.iter().map(|w| (w.key().to_string(), Value::from(w.get(lang))));
    let siting_words = Siting::ALL.iter().map(|w| (w.key().to_string(), Value::from(w.get(lang))));
    Ok(json!({
        "p": page_words.collect::<Map<String, Value>>(),
        "s": siting_words.collect::<Map<String, Value>>(),
        "title": sentences::title(sited, lang),
        "whose": whose,
        "answer": short::answer(sited, of.judgment.as_ref(), lang),
        "judged": of.judgment.as_ref().map(|j| judged::shown(sited, j, lang)),
        "proof_means": short::proof_means(sited, lang),
        "chart": charts::siting::draw(sited, lang)?,
        "table": page::table(sited, lang),
        "proposal": shown,
        "any": !sited.proposals.is_empty(),
        "page": of.folder.join("siting.html").display().to_string(),
    }))
}
