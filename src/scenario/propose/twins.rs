//! The same settlement mapped twice: as a node and as an outline, or under two spellings.

use super::settle::{ByLatitude, Settlement};

/// Between these ratios two numbers of people are similar, and about the same (assumptions).
const SIMILAR: std::ops::Range<f64> = 0.8..1.25;
const ABOUT_SAME: std::ops::Range<f64> = 0.9..1.11;

/// Which settlements stand for a place that another of the list stands for better. Two are the same place if one lies
/// in the circle of the larger, and
/// - their names are the same but for case, accents and punctuation (also the English name), and both are settlements
///   or both parts of one, or their populations are similar;
/// - or one's name contains the other's, they are alike likewise, and their populations are similar;
/// - or one is an outline and the other a node of the same kind, with about the same population;
/// - or one is an outline with neither name nor population, and the other a node.
///
/// A population counts more than none, a node (where the centre is) more than an outline, then the larger.
pub(super) fn twins(list: &[Settlement<'_>]) -> Vec<bool> {
    let index = ByLatitude::new(list.iter().map(|s| s.feature.at).collect());
    let names: Vec<Vec<String>> = list.iter().map(names).collect();
    let mut twins_of: Vec<Vec<usize>> = vec![Vec::new(); list.len()];
    for (i, place) in list.iter().enumerate() {
        for (j, _) in index.within(place.feature.at, place.radius_m) {
            // Of equal radii each sees the other.
            if i != j && (place.radius_m > list[j].radius_m || i < j) && same((place, &names[i]), (&list[j], &names[j]))
            {
                twins_of[i].push(j);
                twins_of[j].push(i);
            }
        }
    }
    let mut order: Vec<usize> = (0..list.len()).collect();
    order.sort_by(|&a, &b| {
        let known = |s: &Settlement<'_>| (s.tagged, !is_outline(s));
        known(&list[b]).cmp(&known(&list[a])).then(list[b].people.total_cmp(&list[a].people)).then(a.cmp(&b))
    });
    let mut gone = vec![false; list.len()];
    for best in order {
        if !gone[best] {
            for &twin in &twins_of[best] {
                gone[twin] = true;
            }
        }
    }
    gone
}

fn is_outline(place: &Settlement<'_>) -> bool {
    !place.feature.osm.starts_with("node/")
}

fn same(a: (&Settlement<'_>, &[String]), b: (&Settlement<'_>, &[String])) -> bool {
    let (a, names_a, b, names_b) = (a.0, a.1, b.0, b.1);
    let ratio = if a.tagged && b.tagged { a.people / b.people } else { f64::NAN };
    let alike = a.is_part_by_kind() == b.is_part_by_kind();
    let pairs = || names_a.iter().flat_map(|x| names_b.iter().map(move |y| (x, y)));
    if pairs().any(|(x, y)| x == y) {
        return alike || SIMILAR.contains(&ratio);
    }
    // One letter is contained in too much.
    let within = |x: &str, y: &str| x.chars().count() > 1 && y.contains(x);
    if alike && SIMILAR.contains(&ratio) && pairs().any(|(x, y)| within(x, y) || within(y, x)) {
        return true;
    }
    let (outline, node) = if is_outline(a) { (a, b) } else { (b, a) };
    if !is_outline(outline) || is_outline(node) {
        return false;
    }
    let nameless = !outline.tagged && outline.feature.name.is_empty();
    a.kind() == b.kind() && ABOUT_SAME.contains(&ratio) || nameless && alike
}

/// The names of a place as they are compared: local and English.
fn names(place: &Settlement<'_>) -> Vec<String> {
    let english = place.feature.name_en.as_deref().unwrap_or("");
    let mut list: Vec<String> = [place.feature.name.as_str(), english].map(folded).to_vec();
    list.retain(|n| !n.is_empty());
    list.dedup();
    list
}

/// Letters and digits in small, Latin letters without their accents.
fn folded(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for c in name.chars().flat_map(char::to_lowercase) {
        match c {
            'à'..='å' | 'ā' | 'ă' | 'ą' | 'ǎ' => out.push('a'),
            'ç' | 'ć' | 'ĉ' | 'č' => out.push('c'),
            'ď' | 'đ' => out.push('d'),
            'è'..='ë' | 'ē' | 'ĕ' | 'ė' | 'ę' | 'ě' => out.push('e'),
            'ĝ' | 'ğ' | 'ģ' => out.push('g'),
            'ì'..='ï' | 'ī' | 'į' | 'ı' | 'ǐ' => out.push('i'),
            'ł' | 'ļ' | 'ľ' => out.push('l'),
            'ñ' | 'ń' | 'ņ' | 'ň' => out.push('n'),
            'ò'..='ö' | 'ø' | 'ō' | 'ő' | 'ǒ' => out.push('o'),
            'ŕ' | 'ř' => out.push('r'),
            'ś' | 'ş' | 'š' | 'ș' => out.push('s'),
            'ţ' | 'ť' | 'ț' => out.push('t'),
            'ù'..='ü' | 'ū' | 'ů' | 'ű' | 'ų' | 'ǔ' | 'ǚ' => out.push('u'),
            'ý' | 'ÿ' => out.push('y'),
            'ź' | 'ż' | 'ž' => out.push('z'),
            'æ' => out.push_str("ae"),
            'œ' => out.push_str("oe"),
            'ß' => out.push_str("ss"),
            // Punctuation, blanks and accents that stand alone go.
            c if c.is_alphanumeric() => out.push(c),
            _ => {}
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::Tally;
    use super::super::settle::settlements;
    use super::*;
    use crate::geo::LatLon;
    use crate::network::{Feature, FeatureKind, Features};

    fn place(osm: &str, kind: &str, name: &str, population: Option<f64>, km_north: f64) -> Feature {
        Feature {
            kind: FeatureKind::Place,
            name: name.into(),
            name_en: None,
            at: LatLon::new(24.0 + km_north / 111.2, 102.0),
            population,
            place: Some(kind.into()),
            beds: None,
            emergency: None,
            osm: osm.into(),
        }
    }

    fn kept(list: Vec<Feature>) -> (Vec<String>, f64) {
        let features = Features { list, ..Features::default() };
        let got = settlements(&features, &mut Tally::default());
        let mut kept: Vec<String> = got.iter().map(|s| s.feature.osm.clone()).collect();
        kept.sort();
        (kept, got.iter().map(|s| s.own).sum())
    }

    #[test]
    fn a_place_mapped_twice_counts_once() {
        // Another kind, and a kilometre between node and middle of the outline.
        let city = place("node/1", "city", "Mónaco", Some(36_000.0), 0.0);
        let outline = place("relation/2", "town", "MONACO", Some(35_500.0), 1.0);
        assert_eq!(kept(vec![city.clone(), outline]), (vec!["node/1".to_string()], 36_000.0));
        // A longer name with a similar number; not with another number.
        let longer = |people| place("relation/2", "city", "Principality of Monaco", Some(people), 1.0);
        assert_eq!(kept(vec![city.clone(), longer(38_000.0)]).1, 36_000.0);
        assert_eq!(kept(vec![city.clone(), longer(9_000.0)]).1, 45_000.0);
        // An outline without a population beside a node of a smaller kind: the node's kind counts.
        let (village, town) =
            (place("node/3", "village", "Sornás", None, 0.0), place("way/4", "town", "Sornàs", None, 0.1));
        assert_eq!(kept(vec![village, town]), (vec!["node/3".to_string()], 1_000.0));
        // The same number of the same kind, under another name.
        let (a, b) =
            (place("node/5", "town", "甲", Some(9_000.0), 0.0), place("way/6", "town", "乙", Some(9_100.0), 0.5));
        assert_eq!(kept(vec![a.clone(), b]), (vec!["node/5".to_string()], 9_000.0));
        // Two nodes are two towns, and so are namesakes far apart.
        assert_eq!(kept(vec![a.clone(), place("node/7", "town", "乙", Some(9_000.0), 0.5)]).1, 18_000.0);
        assert_eq!(kept(vec![a, place("way/8", "town", "甲", Some(9_000.0), 5.0)]).1, 18_000.0);
        // A suburb called like its city is a part of it and no twin.
        let suburb = place("node/9", "suburb", "Monaco", Some(5_000.0), 0.2);
        assert_eq!(kept(vec![city, suburb]), (vec!["node/1".to_string(), "node/9".to_string()], 36_000.0));
    }

    #[test]
    fn names_are_compared_without_accents() {
        assert_eq!(folded("Cap-d'Ail"), folded("CAP D’AIL"));
        assert_eq!(folded("Èze Straße"), "ezestrasse");
        assert_eq!(folded("红塔 区"), "红塔区");
    }
}
