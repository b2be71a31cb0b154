//! `goldenhour isochrones`.

use super::args::Common;
use super::run::{changes, saying, spinner, tell};
use super::{CliError, show};
use crate::experiment::{FolderError, Overrides, find_post, isochrone_map, prepare_with};
use crate::fault::{Fault, Faults};
use crate::report::{MOST_BANDS, ReportOptions, isochrone_table, render_isochrones};
use clap::Args;
use std::io::Write;
use std::path::PathBuf;

/// `goldenhour isochrones`
#[derive(Debug, Args)]
pub(super) struct IsochronesArgs {
    /// The scenario file
    scenario: PathBuf,
    /// The post: its id, or its name in either language
    #[arg(long, value_name = "POST")]
    post: String,
    /// Ends of the bands in minutes, rising, with commas between; at most five
    #[arg(long, value_delimiter = ',', default_value = "5,10,15,20,30", value_name = "MIN,…")]
    minutes: Vec<f64>,
    /// Folder for isochrones-<post>.svg, .png and .geojson
    #[arg(long, default_value = "output", value_name = "DIR")]
    out: PathBuf,
    /// Change a value of the scenario, such as 'travel.response_factor=1.1'; may be repeated
    #[arg(long, value_name = "PATH=VALUE")]
    set: Vec<String>,
    /// Write no PNG picture; SVG and GeoJSON are written all the same
    #[arg(long)]
    no_png: bool,
}

/// Faults of the ends of the bands.
fn check(minutes: &[f64]) -> Result<(), Faults> {
    let rising = minutes.windows(2).all(|w| w[0] < w[1]);
    let sensible = minutes.iter().all(|m| *m > 0.0 && *m <= 1440.0);
    if rising && sensible && (1..=MOST_BANDS).contains(&minutes.len()) {
        return Ok(());
    }
    let given: Vec<String> = minutes.iter().map(f64::to_string).collect();
    let fault = Fault::error(format!("--minutes {} is not allowed", given.join(",")));
    Err(fault
        .hint(format!("one to {MOST_BANDS} numbers above zero, at most 1440, each larger than the one before"))
        .into())
}

/// `goldenhour isochrones`
pub(super) fn run(args: &IsochronesArgs, common: &Common) -> Result<(), CliError> {
    check(&args.minutes)?;
    let changes = changes(&args.set)?;
    let bar = spinner(common, "reading the scenario and the road network, computing travel times");
    let say = &mut |step| bar.set_message(saying(step));
    let prepared = prepare_with(&args.scenario, &Overrides::default(), &changes, say);
    bar.finish_and_clear();
    let prepared = prepared?;
    tell(&prepared, common);
    let post = find_post(&prepared.world.scenario, &args.post).map_err(|fault| CliError::from(*fault))?;
    std::fs::create_dir_all(&args.out).map_err(FolderError::io("create", &args.out))?;
    let found = isochrone_map(&prepared, post, &args.minutes);
    let options = ReportOptions { lang: common.lang(), png: !args.no_png };
    let stem = format!("isochrones-{}", file_name(&found.id));
    let written = render_isochrones(&args.out, &stem, &found, &options)?;
    let mut out = anstream::stdout().lock();
    if common.json {
        let text = serde_json::json!({
            "post": found.id,
            "name": found.post.name,
            "minutes": found.ends,
            "road_km": found.road_km,
            "people": found.people,
            "files": written,
        });
        return Ok(show::printed(writeln!(out, "{text}"))?);
    }
    let files: Vec<String> = written.iter().map(|f| f.display().to_string()).collect();
    Ok(show::printed(writeln!(out, "{}\n{}", isochrone_table(&found, common.lang()), files.join("\n")))?)
}

/// An id as part of a file's name: what file systems do not like becomes `-`.
fn file_name(id: &str) -> String {
    id.chars().map(|c| if c.is_alphanumeric() || matches!(c, '-' | '_' | '.') { c } else { '-' }).collect()
}
