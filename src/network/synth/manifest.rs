//! The manifest beside a synthetic network: that it is synthetic, how it was made, what was measured on it.

use super::facts::Facts;
use super::{SynthOptions, SynthReport};

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// The manifest as TOML.
pub(super) fn manifest(facts: &Facts, options: &SynthOptions, report: &SynthReport, digest: &str) -> String {
    let mut out = String::new();
    let mut line = |text: String| {
        out.push_str(&text);
        out.push('\n');
    };
    line("# Written by the generator together with the network; do not edit by hand.".into());
    line("synthetic = true".into());
    line(format!("name = {}", quoted(&facts.region.name)));
    line(format!("name_en = {}", quoted(&facts.region.name_en)));
    line(format!(
        "note = {}",
        quoted(
            "This road network is SYNTHETIC. It was computed from public facts (seats of townships, populations, the \
             places main roads pass, published distances). No road, street, village or hospital lies where the real \
             one lies. Good for trying the program and for plausible orders of magnitude; not for decisions."
        )
    ));
    line(format!("made_by = {}", quoted(&format!("goldenhour network synth {}", env!("CARGO_PKG_VERSION")))));
    line(format!("seed = {}", options.seed));
    line(options.size.map_or("# size = natural size of the facts".into(), |s| format!("size = {s}")));
    line(format!("pbf_digest_blake3_128 = {}", quoted(digest)));
    line(format!("pbf_bytes = {}", report.pbf_bytes));
    line("licence = \"same as the program; contains facts only, no OpenStreetMap data\"".into());
    line("attribution = \"seat positions marked A: GeoNames, CC BY 4.0\"".into());
    line(String::new());
    line("[counts]".into());
    line(format!("road_nodes = {}", report.nodes));
    line(format!("road_ways = {}", report.ways));
    line(format!("villages = {}", report.villages));
    line(format!("urban_blocks = {}", report.urban_blocks));
    line(format!("population = {}", report.population));
    line(format!("population_urban = {}", report.urban_population));
    if facts.region.urban_population > 0 {
        line(format!("population_urban_published = {}", facts.region.urban_population));
    }
    line(format!("road_km_dropped_as_unconnected = {:.1}", report.dropped_km));
    line(String::new());
    line("[road_km]".into());
    for (class, km) in &report.road_km {
        line(format!("{class} = {km:.1}"));
    }
    line(String::new());
    line("[how]".into());
    for (key, text) in HOW {
        line(format!("{key} = {}", quoted(text)));
    }
    for pair in &report.pairs {
        line(String::new());
        line("[[published_distance]]".into());
        line(format!("from = {}", quoted(&pair.from)));
        line(format!("to = {}", quoted(&pair.to)));
        line(format!("published_km = {}", pair.published_km));
        line(format!("network_km = {:.1}", pair.network_km));
        line(format!("deviation_percent = {:.1}", pair.deviation() * 100.0));
        line(format!("used = {}", pair.used));
        line(format!("source = {}", quoted(&pair.source)));
        if !pair.note.is_empty() {
            line(format!("note = {}", quoted(&pair.note)));
        }
    }
    out
}

const HOW: [(&str, &str); 8] = [
    (
        "land",
        "value noise on a 400 m grid, flat round the seats of townships; lakes from rough outlines; nothing of it is measured terrain",
    ),
    ("main_roads", "A* over the grid between the places a road is known to pass, dear where steep, forbidden in lakes"),
    ("county_roads", "Gabriel graph of the seats of townships; roads of one valley merge"),
    (
        "villages",
        "as many as the township has village committees (a committee of more than 1,900 people has a second settlement, marked 乙 or B), at random places of its land (nearest seat, county area respected), rather low and flat; cheapest way to the nearest road",
    ),
    ("streets", "turned grid, area from the people of communities at 10,000 per km2"),
    ("expressways", "two one-way carriageways 25 m apart, interchanges as rings with ramps, other roads pass under"),
    (
        "distances",
        "roads of the quickest routes are bent or straightened until the routes have the published lengths; lengths are measured on the finished network by quickest route, at 90 km/h on expressways (90 % of the limit if lower), 55 primary, 45 secondary and ramps, 38 tertiary, 28 unclassified, 25 residential; expressways the text names may postdate a published distance",
    ),
    ("whole", "only roads that can be reached from the main city and lead back to it are kept"),
];
