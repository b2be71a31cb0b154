//! Posts and ambulances by rule: the present network and the sparse one before dispatch was unified.

use super::facts::{Facts, Setting};
use super::places::{DemandPoint, Hospital};
use crate::geo::{LatLon, distance_m};

/// A post.
#[derive(Clone, Debug)]
pub(super) struct Post {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) name_en: String,
    pub(super) county: usize,
    pub(super) at: LatLon,
    /// Whether a hospital that takes patients, or the centre itself, runs it.
    pub(super) major: bool,
    pub(super) source: &'static str,
}

/// An ambulance.
#[derive(Clone, Debug)]
pub(super) struct Unit {
    pub(super) post: usize,
    pub(super) advanced: bool,
    pub(super) negative_pressure: bool,
}

/// Township hospitals by the people of their township, most first; county seats are left out (their hospitals are there).
fn townships_by_people<'a>(facts: &Facts, hospitals: &'a [Hospital]) -> Vec<&'a Hospital> {
    let mut list: Vec<&Hospital> =
        hospitals.iter().filter(|h| h.level == "primary" && !facts.townships[h.township].is_county_seat).collect();
    list.sort_by_key(|h| (std::cmp::Reverse(facts.townships[h.township].population), h.township));
    list
}

fn post(h: &Hospital, major: bool, source: &'static str) -> Post {
    Post {
        id: String::new(),
        name: format!("{}急救站", h.name),
        name_en: format!("{} post", h.name_en),
        county: h.county,
        at: h.at,
        major,
        source,
    }
}

fn number(mut posts: Vec<Post>, letter: &str) -> Vec<Post> {
    for (i, p) in posts.iter_mut().enumerate() {
        p.id = format!("{letter}{:02}", i + 1);
    }
    posts
}

/// The present posts: those of the centre, one at each general hospital, the rest at township hospitals by people.
pub(super) fn posts_now(facts: &Facts, hospitals: &[Hospital], points: &[DemandPoint]) -> Vec<Post> {
    let mut posts = Vec::new();
    let wanted = facts.region.posts_now;
    let centre = facts.counties.iter().position(|c| c.code == facts.region.centre_county);
    if let Some(county) = centre {
        // The centre's own posts: blocks of the city's streets, each as far as can be from those before.
        let blocks: Vec<&DemandPoint> = points
            .iter()
            .filter(|p| {
                facts.townships[p.township].county == county && facts.townships[p.township].setting == Setting::Urban
            })
            .collect();
        let mut chosen: Vec<&DemandPoint> = Vec::new();
        while chosen.len() < facts.region.posts_run_by_centre.min(blocks.len()) {
            let gap = |p: &DemandPoint| chosen.iter().map(|c| distance_m(c.at, p.at)).fold(f64::MAX, f64::min);
            let Some(next) = blocks.iter().max_by(|a, b| gap(a).total_cmp(&gap(b)).then(b.id.cmp(&a.id))) else {
                break;
            };
            chosen.push(next);
        }
        for (k, p) in chosen.iter().enumerate() {
            posts.push(Post {
                id: String::new(),
                name: format!("急救中心直属站{}", k + 1),
                name_en: format!("Emergency Centre post {}", k + 1),
                county,
                at: p.at,
                major: true,
                source: "number published; place by rule: spread over the city's streets",
            });
        }
    }
    for h in hospitals.iter().filter(|h| h.receives == "all") {
        posts.push(post(h, true, "by rule: one at each general hospital"));
    }
    for h in townships_by_people(facts, hospitals) {
        if posts.len() >= wanted {
            break;
        }
        posts.push(post(h, false, "by rule: township hospitals by people of the township, until the published number"));
    }
    number(posts, "P")
}

/// The earlier posts: one for each county, at its first general hospital.
///
/// Read as the circle as large as a post's share of the land, the published mean service radius of 26.93 km makes 6.6
/// posts; nine separate systems cannot have had fewer than nine.
pub(super) fn posts_before(facts: &Facts, hospitals: &[Hospital]) -> Vec<Post> {
    let general = |county: usize| hospitals.iter().find(|h| h.county == county && h.receives == "all");
    let source = "assumed for the time before November 2021: one post for each county system";
    let posts = (0..facts.counties.len()).filter_map(general).map(|h| post(h, true, source)).collect();
    number(posts, "Q")
}

/// Ambulances: one for each post, the rest by highest averages (D'Hondt) of the people nearest to each post; a post of
/// a general hospital or the centre counts double. With `own_county` people count only for posts of their county.
pub(super) fn units(
    facts: &Facts,
    posts: &[Post],
    points: &[DemandPoint],
    total: usize,
    own_county: bool,
) -> Vec<Unit> {
    if posts.is_empty() {
        return Vec::new();
    }
    let mut people = vec![0.0; posts.len()];
    for p in points {
        let county = facts.townships[p.township].county;
        let open = |post: &Post| !own_county || post.county == county;
        let nearest = (0..posts.len())
            .filter(|i| open(&posts[*i]))
            .min_by(|a, b| distance_m(posts[*a].at, p.at).total_cmp(&distance_m(posts[*b].at, p.at)).then(a.cmp(b)));
        if let Some(i) = nearest {
            people[i] += p.population as f64;
        }
    }
    let weight = |i: usize| people[i] * if posts[i].major { 2.0 } else { 1.0 };
    let mut count = vec![1_usize; posts.len()];
    for _ in posts.len()..total {
        let next = (0..posts.len()).max_by(|a, b| {
            let average = |i: usize| weight(i) / (count[i] + 1) as f64;
            average(*a).total_cmp(&average(*b)).then(b.cmp(a))
        });
        if let Some(i) = next {
            count[i] += 1;
        }
    }
    let mut units: Vec<Unit> = Vec::new();
    for (post, n) in count.iter().enumerate() {
        // Major posts: two of three are advanced; township posts: the second and every further one.
        units.extend((0..*n).map(|k| Unit {
            post,
            advanced: if posts[post].major { k % 3 != 2 } else { k > 0 },
            negative_pressure: false,
        }));
    }
    // Negative pressure: the share asked for, rounded up; the first unit of each post in turn, major posts first.
    let wanted = (total as f64 * facts.region.negative_pressure_share).ceil() as usize;
    let mut order: Vec<usize> = (0..units.len()).collect();
    let nth = |u: usize| (0..u).rev().take_while(|v| units[*v].post == units[u].post).count();
    let nths: Vec<usize> = order.iter().map(|u| nth(*u)).collect();
    order.sort_by_key(|u| (nths[*u] / 2, !posts[units[*u].post].major, nths[*u], *u));
    for u in order.into_iter().take(wanted) {
        units[u].negative_pressure = true;
    }
    units
}
