//! What a siting proposal changes: demand points by whether they come within the time or fall out of it, and the posts that
//! open, close, or get other units, numbered as in the table.

use super::legend::Legend;
use super::project::Projection;
use super::sheet::Sheet;
use super::{PointSizes, labels, post_size, text};
use crate::experiment::siting::{ProposalRow, Sited, SitingMap, SitingPoint};
use crate::experiment::summary::{MapData, MapPlace, MapPoint};
use crate::quality::Zone;
use crate::report::charts::canvas::escape;
use crate::report::figure;
use crate::report::siting::{self, Fate};
use crate::report::words::Word;
use crate::report::words_siting_page::Page;
use crate::text::Lang;
use std::fmt::Write;

/// Radius of a numbered sign.
const SIGN: f64 = 9.5;
/// The same where there are many.
const CROWDED: f64 = 7.4;
/// Posts that the legend names at most; of more it tells how many.
const NAMED: usize = 15;

/// What a proposal makes of a place, in the order of drawing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Turn {
    StaysWithin,
    StaysOutside,
    FallsOut,
    ComesWithin,
}

impl Turn {
    const LEGEND: [Turn; 4] = [Turn::ComesWithin, Turn::FallsOut, Turn::StaysWithin, Turn::StaysOutside];

    fn of(point: &SitingPoint, proposal: usize) -> Turn {
        let within = |minutes: Option<f64>| minutes.is_some_and(|m| m <= point.limit_min);
        match (within(point.now_min), within(point.minutes.get(proposal).copied().flatten())) {
            (true, true) => Turn::StaysWithin,
            (false, true) => Turn::ComesWithin,
            (true, false) => Turn::FallsOut,
            (false, false) => Turn::StaysOutside,
        }
    }

    /// Fill and rim. Teal and red differ in lightness as well, so that nobody needs the hue.
    fn colours(self) -> (&'static str, &'static str) {
        match self {
            Turn::StaysWithin => ("#cfe3f2", "#7f9cb3"),
            Turn::ComesWithin => ("#00a087", "#0b3b35"),
            Turn::FallsOut => ("#b3261e", "#4a0d09"),
            Turn::StaysOutside => ("#f4c28a", "#a9743a"),
        }
    }

    fn word(self) -> Page {
        match self {
            Turn::StaysWithin => Page::StaysWithin,
            Turn::ComesWithin => Page::ComesWithin,
            Turn::FallsOut => Page::FallsOut,
            Turn::StaysOutside => Page::StaysOutside,
        }
    }
}

/// Draws a proposal; `None` for one that the folder's map does not know.
pub(in crate::report) fn draw(sited: &Sited, p: &ProposalRow, map: &SitingMap, lang: Lang) -> Option<String> {
    let at = sited.proposals.iter().position(|o| o.key == p.key)?;
    let moves = p.opened.len() + p.closed.len() > 0;
    let title =
        if moves { Page::MapTitle } else { Page::MapTitleUnits }.fill(lang, &[("name", &siting::name(sited, p, lang))]);
    let about = Page::MapAbout.fill(lang, &[("question", &siting::title(sited, lang))]);
    let changed = siting::numbered(p);
    let mut ground: MapData = map.ground.clone();
    ground.hospitals.clear();
    ground.points = map.points.iter().enumerate().map(|(i, p)| point(i, p)).collect();
    // Large enough that names keep off the numbers.
    let place = |site: &crate::experiment::siting::Site| MapPlace {
        name: site.name.clone(),
        at: [site.at[1], site.at[0]],
        units: 16,
    };
    ground.posts = changed.iter().map(|(site, _)| place(site)).collect();
    let kept: Vec<&crate::experiment::siting::SitingPost> =
        map.posts.iter().filter(|o| o.units > 0 && !changed.iter().any(|(s, _)| s.id == o.id)).collect();
    let posts = kept.iter().map(|o| o.at).chain(ground.posts.iter().map(|o| o.at));
    let all: Vec<[f64; 2]> = ground.points.iter().map(|p| p.at).chain(posts).collect();
    let sheet = Sheet::new((&title, &about), 860.0, |origin, room| Projection::around(&all, origin, room));
    let sizes = PointSizes::of(&ground);
    let (side, bottom) = side(map, &ground, at, &changed, !kept.is_empty(), (&sheet, sizes), lang);

    let mut svg = sheet.open(bottom);
    sheet.ground(&mut svg, &ground, |_| {});
    points(&mut svg, map, at, &sheet, sizes, lang);
    for post in kept {
        kept_sign(&mut svg, sheet.projection.pixel(post.at), post_size(post.units) * 0.8);
    }
    // Many are drawn smaller. The first number lies on top of the others.
    let r = if changed.len() > NAMED { CROWDED } else { SIGN };
    for (i, (site, fate)) in changed.iter().enumerate().rev() {
        sign(&mut svg, sheet.projection.pixel([site.at[1], site.at[0]]), *fate, &(i + 1).to_string(), r);
    }
    labels::draw_off(&mut svg, &ground, &sheet.projection, sheet.frame, sizes, SIGN + 4.5, lang);
    svg.push_str(&side);
    svg.push_str("</svg>\n");
    // Several of them stand on one page.
    Some(svg.replace("map-frame", &format!("map-frame-{}", p.key)))
}

fn point(i: usize, p: &SitingPoint) -> MapPoint {
    MapPoint {
        id: i.to_string(),
        name: p.name.clone(),
        county: p.county.clone(),
        zone: if p.urban { Zone::Urban } else { Zone::Rural },
        at: p.at,
        population: p.people,
        drive_min: None,
        radius_km: 0.0,
        post: None,
        road_km: None,
        covered_time: None,
        covered_radius: None,
        calls: 0,
        mean_response_min: None,
        share_within: None,
    }
}

fn points(svg: &mut String, map: &SitingMap, at: usize, sheet: &Sheet, sizes: PointSizes, lang: Lang) {
    let mut order: Vec<(usize, &SitingPoint)> = map.points.iter().enumerate().collect();
    order.sort_by(|(i, a), (j, b)| {
        Turn::of(a, at).cmp(&Turn::of(b, at)).then(b.people.total_cmp(&a.people)).then(i.cmp(j))
    });
    for (_, p) in order {
        let (x, y) = sheet.projection.pixel(p.at);
        let (fill, rim) = Turn::of(p, at).colours();
        let minutes = |m: Option<f64>| m.map_or("–".into(), |m| figure::number(m, 1));
        let (now, then) = (minutes(p.now_min), minutes(p.minutes.get(at).copied().flatten()));
        let limit = figure::plain(p.limit_min);
        let tip =
            Page::Tip.fill(lang, &[("name", p.name.get(lang)), ("now", &now), ("then", &then), ("limit", &limit)]);
        let _ = writeln!(
            svg,
            "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"{:.1}\" fill=\"{fill}\" stroke=\"{rim}\" stroke-width=\"0.6\">\
             <title>{}</title></circle>",
            sizes.radius(p.people).max(2.0),
            escape(&tip)
        );
    }
}

/// A post that stays as it is.
fn kept_sign(svg: &mut String, (x, y): (f64, f64), size: f64) {
    let _ = writeln!(
        svg,
        "<path d=\"M{x:.1} {:.1}L{:.1} {:.1}L{:.1} {:.1}z\" fill=\"#44566b\" stroke=\"#ffffff\" stroke-width=\"0.9\"/>",
        y - size,
        x + size * 0.92,
        y + size * 0.62,
        x - size * 0.92,
        y + size * 0.62
    );
}

/// A numbered sign: a disc for a new post, a crossed square for a closed one, a lozenge for other units.
fn sign(svg: &mut String, (x, y): (f64, f64), fate: Fate, number: &str, r: f64) {
    let ink = match fate {
        Fate::Opened => {
            let _ = writeln!(
                svg,
                "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"{r}\" fill=\"#005a9c\" stroke=\"#ffffff\" stroke-width=\"1.6\"/>"
            );
            "#ffffff"
        }
        Fate::Closed => {
            let k = r * 0.92;
            let _ = writeln!(
                svg,
                "<g stroke=\"#b3261e\"><rect x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{:.1}\" fill=\"#ffffff\" \
                 stroke-width=\"1.8\"/><path d=\"M{:.1} {:.1}L{:.1} {:.1}M{:.1} {:.1}L{:.1} {:.1}\" stroke=\"#f0b8b4\" \
                 stroke-width=\"1.6\"/></g>",
                x - k,
                y - k,
                2.0 * k,
                2.0 * k,
                x - k + 1.0,
                y - k + 1.0,
                x + k - 1.0,
                y + k - 1.0,
                x - k + 1.0,
                y + k - 1.0,
                x + k - 1.0,
                y - k + 1.0
            );
            "#8c1a13"
        }
        Fate::More | Fate::Fewer => {
            let k = r * 1.3;
            let fill = if fate == Fate::More { "#00714f" } else { "#8a5a00" };
            let _ = writeln!(
                svg,
                "<path d=\"M{x:.1} {:.1}L{:.1} {y:.1}L{x:.1} {:.1}L{:.1} {y:.1}z\" fill=\"{fill}\" stroke=\"#ffffff\" \
                 stroke-width=\"1.4\"/>",
                y - k,
                x + k,
                y + k,
                x - k
            );
            "#ffffff"
        }
    };
    let size = if number.len() > 1 { 1.15 } else { 1.3 } * r;
    text(svg, (x, y + size * 0.36), size, "middle", ink, number);
}

fn side(
    map: &SitingMap,
    ground: &MapData,
    at: usize,
    changed: &[(&crate::experiment::siting::Site, Fate)],
    kept: bool,
    (sheet, sizes): (&Sheet, PointSizes),
    lang: Lang,
) -> (String, f64) {
    let mut legend = Legend::at(sheet.side());
    legend.head(Page::LegendChange.get(lang));
    for turn in Turn::LEGEND {
        let people: f64 = map.points.iter().filter(|p| Turn::of(p, at) == turn).map(|p| p.people).sum();
        let (fill, rim) = turn.colours();
        let disc = |svg: &mut String, (x, y): (f64, f64)| {
            let _ = writeln!(
                svg,
                "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"7\" fill=\"{fill}\" stroke=\"{rim}\" stroke-width=\"0.8\"/>"
            );
        };
        legend.entry(disc, turn.word().get(lang));
        legend.note(&Page::PeopleCount.fill(lang, &[("n", &figure::number(people, 0))]));
    }
    legend.gap();
    let all = |fate: Fate| changed.iter().all(|(_, f)| *f == fate);
    let (all_open, all_closed) = (all(Fate::Opened), all(Fate::Closed));
    if !changed.is_empty() {
        let head = match () {
            () if all_open => Page::LegendOpened,
            () if all_closed => Page::LegendClosed,
            () => Page::LegendSites,
        };
        legend.head(head.get(lang));
    }
    let word = |fate: Fate| match fate {
        Fate::Opened => Page::OpenedSign,
        Fate::Closed => Page::ClosedSign,
        Fate::More => Page::MoreSign,
        Fate::Fewer => Page::FewerSign,
    };
    if changed.len() <= NAMED {
        for (i, (site, fate)) in changed.iter().enumerate() {
            legend.entry(|svg, at| sign(svg, at, *fate, &(i + 1).to_string(), SIGN), site.name.get(lang));
            if !all_open && !all_closed {
                let units = site.units.abs_diff(site.units_now);
                let word = word(*fate).get(lang);
                legend.note(&match fate {
                    Fate::Opened | Fate::Closed => word.to_string(),
                    Fate::More => format!("{word} +{units}"),
                    Fate::Fewer => format!("{word} −{units}"),
                });
            }
        }
    } else {
        for fate in [Fate::Opened, Fate::Closed, Fate::More, Fate::Fewer] {
            let n = changed.iter().filter(|(_, f)| *f == fate).count();
            if n > 0 {
                legend.entry(|svg, at| sign(svg, at, fate, "", SIGN), word(fate).get(lang));
                legend.note(&Page::ManySites.fill(lang, &[("n", &n.to_string())]));
            }
        }
    }
    legend.gap();
    legend.people(sizes, lang);
    legend.head(Word::LegendPlaces.get(lang));
    if kept {
        legend.entry(|svg, place| kept_sign(svg, place, post_size(4) * 0.9), Page::Kept.get(lang));
    }
    legend.ground(ground, lang);
    legend.close(&sheet.projection, sheet.frame.1 + sheet.frame.3, lang)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Text;

    #[test]
    fn places_are_told_by_the_time_they_are_allowed() {
        let point = |now: Option<f64>, then: Option<f64>| SitingPoint {
            name: Text::same("a"),
            at: [0.0, 0.0],
            people: 1.0,
            limit_min: 15.0,
            now_min: now,
            minutes: vec![then],
            county: None,
            urban: true,
        };
        let of = |now, then| Turn::of(&point(now, then), 0);
        assert_eq!(of(Some(15.0), Some(15.0)), Turn::StaysWithin);
        assert_eq!(of(Some(15.1), Some(15.0)), Turn::ComesWithin);
        assert_eq!(of(None, Some(15.0)), Turn::ComesWithin);
        assert_eq!(of(Some(15.0), None), Turn::FallsOut);
        assert_eq!(of(None, Some(16.0)), Turn::StaysOutside);
    }
}
