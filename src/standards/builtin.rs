//! The packs in the program.

/// A pack of the program: its name and TOML text.
macro_rules! packs {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_str!(concat!("../../scenarios/standards/", $name, ".toml")))),*]
    };
}

/// Name and TOML text of each, in the order they are listed.
pub(super) const BUILTIN: &[(&str, &str)] = packs![
    "cn-yuxi-2025",
    "cn-yuxi-2025-strict",
    "cn-national-2016",
    "cn-national-2020",
    "cn-other-cities-2025",
    "cn-yunnan-2025",
    "cn-yuxi-2025-provision",
    "generic-circle-15",
    "au-nsw",
    "au-rogs",
    "au-vic",
    "ch-ivr",
    "de-baden-wuerttemberg",
    "de-bayern",
    "de-brandenburg",
    "de-bremen",
    "de-hessen",
    "de-mecklenburg-vorpommern",
    "de-niedersachsen",
    "de-nordrhein-westfalen",
    "de-rheinland-pfalz",
    "de-saarland",
    "de-sachsen",
    "de-sachsen-anhalt",
    "de-schleswig-holstein",
    "de-thueringen",
    "hk-fsd",
    "jp-fdma",
    "nl-a1",
    "no-guideline",
    "nz-2011",
    "sg-scdf",
    "uk-england-arp",
    "uk-england-pre2017",
    "uk-england-recovery",
    "uk-wales",
    "us-contract-859",
    "us-nfpa-1710",
    "us-nfpa-1720",
];
