//! Call tables of a run in which incidents have several parts, read back from CSV and Parquet.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use goldenhour::experiment::{CallTable, CallWriter, Overrides, prepare};
use goldenhour::sim::{CallRecord, Count, Options, Outcome, PartKind, run};
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::{Field, Row};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

const COLUMNS: [&str; 24] = [
    "replication",
    "number",
    "point",
    "category",
    "unit",
    "hospital",
    "sent_from",
    "ring_s",
    "answered_s",
    "triaged_s",
    "assigned_s",
    "departed_s",
    "arrived_s",
    "left_scene_s",
    "at_hospital_s",
    "handed_over_s",
    "clear_s",
    "back_s",
    "part",
    "kind",
    "attempts",
    "queued",
    "bumps",
    "cancelled",
];

/// Everything that makes further rows: a crash with more patients than units, further callers who hang up and call again,
/// second units, motorcycles that carry nobody, a helicopter that no hospital has a pad for, redirection, cancelling.
const SCENARIO: &str = r#"
name = "parts"

[run]
days = 2
replications = 2

[tables]
more_units = "more-units.csv"

[call_taking]
patience = { dist = "exponential", mean_s = 20 }
redial = { share = 0.7, after = { dist = "uniform", min_s = 15, max_s = 90 } }

[air]
helipads = []
flyable = 1
least_km = 1

[dispatch]
redirect = [[3, 1], [2, 1]]

[[category]]
key = "cardio"
units = 2
kinds = ["helicopter", "motorcycle", "advanced", "basic"]

[[category]]
key = "traffic"
cancelled = 0.3
further_callers = 0.5

[[casualty]]
key = "crash"
name = { zh = "事故", en = "crash" }
at = "day 1 14:30"
lat = 24.294
lon = 101.801
patients = [{ category = "injury", n = 180 }]
callers = 60
callers_within_min = 3
source = "test"
"#;

type Line = BTreeMap<String, String>;

fn csv_lines(path: &Path) -> Vec<Line> {
    let mut reader = csv::Reader::from_path(path).unwrap();
    assert_eq!(reader.headers().unwrap().iter().collect::<Vec<_>>(), COLUMNS);
    reader.deserialize().map(|r| r.unwrap()).collect()
}

/// The rows of a Parquet file, written as the CSV file writes them.
fn parquet_lines(path: &Path) -> Vec<Line> {
    let reader = SerializedFileReader::new(fs::File::open(path).unwrap()).unwrap();
    let schema = reader.metadata().file_metadata().schema_descr_ptr();
    assert_eq!(schema.columns().iter().map(|c| c.name().to_string()).collect::<Vec<_>>(), COLUMNS);
    let text = |field: &Field| match field {
        Field::Null => String::new(),
        Field::Long(n) => n.to_string(),
        Field::Str(text) => text.clone(),
        Field::Double(seconds) => format!("{seconds:.6}"),
        Field::Bool(flag) => flag.to_string(),
        other => panic!("nothing of this kind is written: {other:?}"),
    };
    let line = |row: Row| row.get_column_iter().map(|(n, f)| (n.clone(), text(f))).collect();
    reader.get_row_iter(None).unwrap().map(|r| line(r.unwrap())).collect()
}

fn told(record: &CallRecord) -> [String; 6] {
    let kind = match record.kind {
        PartKind::Call => "call",
        PartKind::Caller => "caller",
        PartKind::Patient => "patient",
        PartKind::Helper => "helper",
        PartKind::Follower => "follower",
        PartKind::Carrier => "carrier",
    };
    [
        record.part.to_string(),
        kind.to_string(),
        record.attempts.to_string(),
        record.queued.to_string(),
        record.bumps.to_string(),
        record.cancelled.to_string(),
    ]
}

#[test]
fn both_tables_tell_the_parts_of_incidents_apart() {
    let folder = tempfile::tempdir().unwrap();
    let scenarios = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
    let base = scenarios.join("yuxi-helicopter.toml").display().to_string().replace('\\', "/");
    let file = folder.path().join("parts.toml");
    fs::write(&file, format!("base = \"{base}\"\n{SCENARIO}")).unwrap();
    let craft = fs::read_to_string(scenarios.join("yuxi/units-helicopter.csv")).unwrap();
    let bikes: String = (1..=3).map(|k| format!("BIKE{k},P0{k},motorcycle,no,24h,C,test\n")).collect();
    fs::write(folder.path().join("more-units.csv"), format!("{}\n{bikes}", craft.trim_end())).unwrap();
    let prepared = prepare(&file, &Overrides::default()).unwrap_or_else(|f| panic!("{f}"));
    let world = &prepared.world;

    let (csv, parquet) = (folder.path().join("calls.csv"), folder.path().join("calls.parquet"));
    let mut writers = [(&csv, CallTable::Csv), (&parquet, CallTable::Parquet)]
        .map(|(path, table)| CallWriter::create(path, table).unwrap().unwrap());
    let options = Options::by(&prepared.pack.targets(), true);
    let (mut all, mut kept) = (Outcome::new(&world.scenario), Vec::new());
    for replication in 0..2 {
        let (outcome, records) = run(world, &options, world.scenario.run.seed, replication);
        writers.iter_mut().for_each(|w| w.add(world, replication, &records).unwrap());
        all.merge(&outcome);
        kept.extend(records);
    }
    writers.into_iter().for_each(|w| w.finish().unwrap());

    let lines = csv_lines(&csv);
    assert!(lines == parquet_lines(&parquet), "the tables differ");
    assert_eq!(lines.len(), kept.len());
    let added = ["part", "kind", "attempts", "queued", "bumps", "cancelled"];
    for (line, record) in lines.iter().zip(&kept) {
        assert_eq!(added.map(|c| line[c].clone()), told(record), "{line:?}");
        assert_eq!(line["sent_from"] == "road", record.from_road && record.unit.is_some(), "{line:?}");
        assert_eq!(line["kind"] == "call", line["part"] == "0", "{line:?}");
    }

    // Number and replication name an incident; with the part, a row.
    let keys = |columns: &[&str]| -> BTreeSet<Vec<&str>> {
        lines.iter().map(|l| columns.iter().map(|c| l[*c].as_str()).collect()).collect()
    };
    assert_eq!(keys(&["replication", "number", "part"]).len(), lines.len());
    assert!(keys(&["replication", "number"]).len() < lines.len() - 2 * 179);

    // The rows add up to what the run counted of its own accord.
    let rows = |kind: &str| lines.iter().filter(|l| l["kind"] == kind).count() as u64;
    let sum = |column: &str| lines.iter().map(|l| l[column].parse::<u64>().unwrap()).sum::<u64>();
    let yes = |column: &str| lines.iter().filter(|l| l[column] == "true").count() as u64;
    assert_eq!(rows("patient"), all.count(Count::MorePatients));
    assert_eq!(rows("patient"), 2 * 179);
    assert_eq!(rows("helper"), all.count(Count::MoreUnits));
    assert_eq!(rows("caller"), all.count(Count::FurtherCallers));
    assert_eq!(sum("attempts"), all.phone_calls());
    assert_eq!(yes("queued"), all.queued);
    assert_eq!(sum("bumps"), all.count(Count::Redirected));
    let cancelled = lines.iter().filter(|l| l["kind"] == "call" && l["cancelled"] == "true").count() as u64;
    assert_eq!(cancelled, all.count(Count::Cancelled));
    // Those who follow a motorcycle carry, and so do those who meet the helicopter.
    let kind_of: BTreeMap<&str, bool> =
        world.scenario.units.iter().map(|u| (u.id.as_str(), u.kind.carries() && u.kind.on_road())).collect();
    let carrying = |kind: &str| -> u64 {
        let sent = lines.iter().filter(|l| l["kind"] == kind && !l["unit"].is_empty());
        sent.map(|l| assert!(kind_of[l["unit"].as_str()], "{l:?}")).count() as u64
    };
    let bikes = lines.iter().filter(|l| l["unit"].starts_with("BIKE")).count() as u64;
    eprintln!(
        "{} rows: followers {}, bikes {bikes}, carriers {}, queued {}, bumps {}, cancelled {cancelled}, attempts {} of {} phone calls",
        lines.len(),
        rows("follower"),
        rows("carrier"),
        yes("queued"),
        sum("bumps"),
        sum("attempts"),
        rows("call") + rows("caller"),
    );
    assert!(carrying("follower") > 0 && bikes > 0);
    assert!(carrying("carrier") > 0);
    assert!(yes("queued") > 0 && sum("bumps") > 0 && cancelled > 0);
    assert!(sum("attempts") > rows("call") + rows("caller"), "nobody called again");
}
