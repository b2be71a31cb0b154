//! Proposals of siting: for the terminal, as a page, as a section of a report, on maps.

mod front;
pub(super) mod in_report;
mod judged;
mod judged_text;
mod markdown;
mod page;
mod proposal;
mod sentences;
mod short;
mod terminal;

pub use judged_text::judged_text;
pub(super) use sentences::{model as model_name, name, title};
pub use terminal::siting_text;

use super::words_siting_page::Page;
use super::{ReportError, ReportOptions, charts, files, map, picture};
use crate::experiment::siting::{ProposalRow, Site, Sited};
use crate::text::Lang;
use std::path::{Path, PathBuf};

/// Proposals of a front that are shown one by one at most.
const SHOWN_OF_FRONT: usize = 6;

/// The word before the path of the page, for the command line.
pub fn siting_page_at(lang: Lang) -> &'static str {
    Page::SeeAt.get(lang)
}

/// What becomes of a post under a proposal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// It opens.
    Opened,
    /// It closes.
    Closed,
    /// It gets units.
    More,
    /// It gives units away.
    Fewer,
}

impl Fate {
    fn word(self) -> Page {
        match self {
            Fate::Opened => Page::Opens,
            Fate::Closed => Page::Closes,
            Fate::More => Page::More,
            Fate::Fewer => Page::Fewer,
        }
    }

    fn class(self) -> &'static str {
        match self {
            Fate::Opened => "opened",
            Fate::Closed => "closed",
            Fate::More => "more",
            Fate::Fewer => "fewer",
        }
    }
}

/// The posts that a proposal changes, in the order of their numbers on map and page.
pub(super) fn numbered(p: &ProposalRow) -> Vec<(&Site, Fate)> {
    let changed = p.changed.iter().map(|s| (s, if s.units > s.units_now { Fate::More } else { Fate::Fewer }));
    let opened = p.opened.iter().map(|s| (s, Fate::Opened));
    opened.chain(p.closed.iter().map(|s| (s, Fate::Closed))).chain(changed).collect()
}

/// Proposals that get a map: all, or of a front some points on it, the first and the last among them.
pub(super) fn mapped(sited: &Sited) -> Vec<&ProposalRow> {
    if sited.front.is_empty() {
        return sited.proposals.iter().collect();
    }
    let on: Vec<&ProposalRow> =
        sited.front.iter().filter(|f| f.on_front).filter_map(|f| sited.proposal(&f.key)).collect();
    if on.len() <= SHOWN_OF_FRONT {
        return on;
    }
    (0..SHOWN_OF_FRONT).map(|i| on[i * (on.len() - 1) / (SHOWN_OF_FRONT - 1)]).collect()
}

/// Renders the proposals of a folder that holds `siting.json` and `map.json`: `siting.html` and `siting.md` in one language,
/// `siting.en.html` or `siting.zh.html` in the other, a map of each proposal in both (`map-KEY.svg`, `map-KEY.en.svg`) and,
/// if asked, the first as PNG. Returns the files it wrote, the page first.
///
/// # Errors
/// Files that cannot be read or written; faults of this program's own font, template or picture code.
pub fn render_siting(folder: &Path, options: &ReportOptions) -> Result<Vec<PathBuf>, ReportError> {
    let (sited, ground) = in_report::read(folder)?;
    let judgment = in_report::judgment(folder, &sited)?;
    let other = if options.lang == Lang::Zh { Lang::En } else { Lang::Zh };
    let mut written = Vec::new();
    for (lang, ending) in [(options.lang, ""), (other, if other == Lang::Zh { ".zh" } else { ".en" })] {
        let mut maps = Vec::new();
        for p in mapped(&sited) {
            let Some(svg) = map::draw_siting(&sited, p, &ground, lang) else { continue };
            let standalone = picture::Picture { path: "siting map", svg: svg.clone() }.standalone()?;
            written.push(files::write(folder, &format!("map-{}{ending}.svg", p.key), standalone.as_bytes())?);
            if options.png && ending.is_empty() {
                written.push(files::write(folder, &format!("map-{}.png", p.key), &picture::png(&standalone)?)?);
            }
            maps.push((p.key.as_str(), svg));
        }
        let chart = charts::siting::draw(&sited, lang)?;
        let page = page::page(
            &sited,
            &ground,
            &page::Drawn { maps: &maps, chart: chart.as_deref(), judgment: judgment.as_ref(), ending, folder },
            lang,
        )?;
        written.insert(0, files::write(folder, &format!("siting{ending}.html"), page.as_bytes())?);
    }
    // The page in the language asked for stands first.
    written.swap(0, 1);
    written.push(files::write(
        folder,
        "siting.md",
        markdown::page(&sited, judgment.as_ref(), options.lang).as_bytes(),
    )?);
    Ok(written)
}
