//! Where response gets faster and where slower: demand points by the change of their mean response.

use super::legend::{self, Legend};
use super::project::Projection;
use super::sheet::Sheet;
use super::{PointSizes, labels, post_size};
use crate::experiment::compare::{CompareMap, Comparison, FALSE_DISCOVERIES, Pair, PointRow, Told};
use crate::experiment::summary::{MapData, MapPlace, MapPoint};
use crate::report::charts::canvas::escape;
use crate::report::compare::signed;
use crate::report::words::Word;
use crate::report::words_map::OnMap;
use crate::report::{figure, theme};
use crate::text::Lang;
use std::fmt::Write;

/// Ends of the classes of change, minutes: the first row is used whose last class is not for all.
const CLASSES: [[f64; 3]; 7] = [
    [0.05, 0.1, 0.2],
    [0.1, 0.3, 0.5],
    [0.3, 0.5, 1.0],
    [0.5, 1.0, 2.0],
    [1.0, 2.0, 5.0],
    [2.0, 5.0, 10.0],
    [5.0, 10.0, 20.0],
];

/// The ends of the classes for some changes: of the coarsest classes of which the last holds at least a tenth of them, the
/// finest where none does.
fn classes(pair: &Pair) -> [f64; 3] {
    let told = pair.points.iter().filter(|p| p.told != Told::CannotTell);
    let mut sizes: Vec<f64> = told.filter_map(|p| Some(p.mean_min?.difference.mean.abs())).collect();
    sizes.sort_by(f64::total_cmp);
    let high = sizes.get(sizes.len() * 9 / 10).copied().unwrap_or(0.0);
    CLASSES.into_iter().rfind(|c| c[2] <= high).unwrap_or(CLASSES[0])
}

fn class(change: f64, ends: &[f64; 3]) -> usize {
    ends.iter().position(|end| change.abs() <= *end).unwrap_or(ends.len())
}

/// Draws one scenario against another.
pub(in crate::report) fn draw(c: &Comparison, pair: &Pair, ground: &CompareMap, lang: Lang) -> String {
    let (a, b) = (&c.systems[pair.a].letter, &c.systems[pair.b].letter);
    let title = OnMap::DifferenceTitle.fill(lang, &[("a", a), ("b", b)]);
    let title_of = |system: usize| c.systems[system].scenario.title.get(lang);
    let rate = figure::plain(100.0 * FALSE_DISCOVERIES);
    let about = OnMap::DifferenceAbout.fill(
        lang,
        &[("rate", &rate), ("a", a), ("b", b), ("title_a", title_of(pair.a)), ("title_b", title_of(pair.b))],
    );
    let mut map = ground.ground.clone();
    map.points = pair.points.iter().map(point).collect();
    let (before, after) = (ground.posts.get(pair.a), ground.posts.get(pair.b));
    let posts = posts(before.map_or(&[], Vec::as_slice), after.map_or(&[], Vec::as_slice));
    // Names are written of posts that change only, and of those only where there is room.
    map.posts = posts.iter().filter(|p| p.1 != Fate::Kept).map(|p| p.0.clone()).collect();
    let all: Vec<[f64; 2]> = map.points.iter().map(|p| p.at).chain(posts.iter().map(|p| p.0.at)).collect();
    let sheet = Sheet::new((&title, &about), 860.0, |origin, room| Projection::around(&all, origin, room));
    let sizes = PointSizes::of(&map);
    let ends = classes(pair);
    let (side, bottom) = side(c, pair, &map, &posts, &sheet, (sizes, &ends), lang);

    let mut svg = sheet.open(bottom);
    sheet.ground(&mut svg, &map, |_| {});
    points(&mut svg, pair, &sheet, sizes, &ends, lang);
    for (post, fate) in &posts {
        fate.sign(&mut svg, sheet.projection.pixel(post.at), post_size(post.units.max(1)));
    }
    labels::draw(&mut svg, &map, &sheet.projection, sheet.frame, sizes, lang);
    svg.push_str(&side);
    svg.push_str("</svg>\n");
    // Several of them stand on one page.
    svg.replace("map-frame", &format!("map-frame-{}", b.to_lowercase()))
}

fn point(p: &PointRow) -> MapPoint {
    MapPoint {
        id: p.id.clone(),
        name: p.name.clone(),
        county: p.county.clone(),
        zone: p.zone,
        at: p.at,
        population: p.residents,
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

/// What becomes of a post.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Kept,
    More,
    Fewer,
}

impl Fate {
    fn sign(self, svg: &mut String, (x, y): (f64, f64), size: f64) {
        let (fill, stroke, width, size) = match self {
            Fate::Kept => ("#6f8296", "#ffffff", 0.8, size * 0.7),
            Fate::More => ("#005a9c", "#ffffff", 1.0, size),
            Fate::Fewer => ("#ffffff", "#b3261e", 1.8, size),
        };
        let _ = writeln!(
            svg,
            "<path d=\"M{x:.1} {:.1}L{:.1} {:.1}L{:.1} {:.1}z\" fill=\"{fill}\" stroke=\"{stroke}\" stroke-width=\"{width}\"/>",
            y - size,
            x + size * 0.92,
            y + size * 0.62,
            x - size * 0.92,
            y + size * 0.62
        );
    }
}

/// Posts of both scenarios, each once, with what becomes of them; those without units in either are left out. A post is the
/// same if it bears the same name at the same place.
fn posts(before: &[MapPlace], after: &[MapPlace]) -> Vec<(MapPlace, Fate)> {
    let same = |a: &MapPlace, b: &MapPlace| a.at == b.at && a.name == b.name;
    let units = |list: &[MapPlace], p: &MapPlace| list.iter().filter(|o| same(o, p)).map(|o| o.units).sum::<u32>();
    let gone = before.iter().filter(|p| !after.iter().any(|o| same(o, p)));
    let mut out: Vec<(MapPlace, Fate)> = Vec::new();
    for post in after.iter().chain(gone) {
        let (old, new) = (units(before, post), units(after, post));
        let fate = match old.cmp(&new) {
            std::cmp::Ordering::Equal => Fate::Kept,
            std::cmp::Ordering::Less => Fate::More,
            std::cmp::Ordering::Greater => Fate::Fewer,
        };
        if old.max(new) > 0 {
            out.push((MapPlace { units: old.max(new), ..post.clone() }, fate));
        }
    }
    // What changes lies on top.
    out.sort_by_key(|(_, fate)| *fate != Fate::Kept);
    out
}

const UNTOLD: &str = "#ffffff";

fn points(svg: &mut String, pair: &Pair, sheet: &Sheet, sizes: PointSizes, ends: &[f64; 3], lang: Lang) {
    let mut order: Vec<&PointRow> = pair.points.iter().collect();
    let rank = |p: &PointRow| p.told != Told::CannotTell;
    order.sort_by(|a, b| rank(a).cmp(&rank(b)).then(b.residents.total_cmp(&a.residents)).then_with(|| a.id.cmp(&b.id)));
    for p in order {
        let (x, y) = sheet.projection.pixel(p.at);
        let name = p.name.get(lang);
        let (mut fill, mut stroke, mut words) = (UNTOLD, "#8b97a3", name.to_string());
        if let Some(d) = p.mean_min.map(|d| d.difference) {
            let class = class(d.mean, ends);
            (fill, stroke) = match p.told {
                Told::Gains => (theme::SOONER_FILLS[class], "#0b3b35"),
                Told::Loses => (theme::LATER_FILLS[class], "#4a2a05"),
                Told::CannotTell => (fill, stroke),
            };
            let [change, low, high] = [d.mean, d.low, d.high].map(|v| signed(v, 1));
            words = OnMap::ChangeOf.fill(lang, &[("name", name), ("change", &change), ("low", &low), ("high", &high)]);
            if !(d.low.is_finite() && d.high.is_finite()) {
                words = format!("{name}: {change}");
            }
        }
        let _ = writeln!(
            svg,
            "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"{:.1}\" fill=\"{fill}\" stroke=\"{stroke}\" stroke-width=\"0.7\">\
             <title>{}</title></circle>",
            sizes.radius(p.residents).max(2.0),
            escape(&words)
        );
    }
}

fn side(
    c: &Comparison,
    pair: &Pair,
    map: &MapData,
    posts: &[(MapPlace, Fate)],
    sheet: &Sheet,
    (sizes, ends): (PointSizes, &[f64; 3]),
    lang: Lang,
) -> (String, f64) {
    let (a, b) = (c.systems[pair.a].letter.as_str(), c.systems[pair.b].letter.as_str());
    let mut legend = Legend::at(sheet.side());
    let whole = pair.people.iter().find(|p| p.county.is_none() && p.zone.is_none());
    let people = |n: f64| OnMap::People.fill(lang, &[("n", &figure::number(n, 0))]);
    let sides = [
        (OnMap::SoonerBy, &theme::SOONER_FILLS, whole.map_or(0.0, |p| p.gain)),
        (OnMap::LaterBy, &theme::LATER_FILLS, whole.map_or(0.0, |p| p.lose)),
    ];
    for (head, fills, n) in sides {
        legend.head(head.get(lang));
        for (i, fill) in fills.iter().enumerate() {
            let end = |i: usize| figure::plain(ends[i]);
            let words = match i {
                0 => OnMap::UpTo.fill(lang, &[("n", &end(0))]),
                3 => OnMap::Over.fill(lang, &[("n", &end(2))]),
                _ => OnMap::Between.fill(lang, &[("from", &end(i - 1)), ("to", &end(i))]),
            };
            legend.entry(|svg, at| legend::disc(svg, at, 7.0, fill), &words);
        }
        legend.note(&people(n));
        legend.gap();
    }
    let untold = |svg: &mut String, (x, y): (f64, f64)| {
        let _ = writeln!(
            svg,
            "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"6\" fill=\"{UNTOLD}\" stroke=\"#8b97a3\" stroke-width=\"0.9\"/>"
        );
    };
    legend.entry(untold, OnMap::CannotTell.get(lang));
    legend.note(&people(whole.map_or(0.0, |p| p.cannot_tell)));
    legend.gap();
    legend.people(sizes, lang);
    legend.head(Word::LegendPlaces.get(lang));
    for (fate, words) in [(Fate::Kept, OnMap::PostKept), (Fate::More, OnMap::PostNew), (Fate::Fewer, OnMap::PostGone)] {
        if posts.iter().any(|p| p.1 == fate) {
            legend.entry(|svg, at| fate.sign(svg, at, post_size(4)), &words.fill(lang, &[("a", a), ("b", b)]));
        }
    }
    legend.ground(map, lang);
    legend.close(&sheet.projection, sheet.frame.1 + sheet.frame.3, lang)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Text;

    #[test]
    fn changes_fall_into_classes_that_fit_them() {
        assert_eq!([0.0, -0.3, 0.4, -0.9, 3.0].map(|d| class(d, &[0.3, 0.5, 1.0])), [0, 0, 1, 2, 3]);
    }

    #[test]
    fn posts_are_told_by_name_and_place() {
        let post = |name: &str, lon: f64, units| MapPlace { name: Text::same(name), at: [lon, 24.0], units };
        let before = [post("a", 1.0, 2), post("b", 2.0, 1), post("c", 3.0, 1), post("empty", 5.0, 0)];
        let after = [post("a", 1.0, 2), post("b", 2.5, 1), post("c", 3.0, 3), post("empty", 5.0, 0)];
        let mut found: Vec<(String, f64, Fate)> =
            posts(&before, &after).into_iter().map(|(p, fate)| (p.name.en, p.at[0], fate)).collect();
        found.sort_by(|x, y| x.1.total_cmp(&y.1));
        let wanted = [("a", 1.0, Fate::Kept), ("b", 2.0, Fate::Fewer), ("b", 2.5, Fate::More), ("c", 3.0, Fate::More)];
        assert_eq!(found, wanted.map(|(n, lon, fate)| (n.to_string(), lon, fate)));
    }
}
