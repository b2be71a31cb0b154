//! Sheets of times and of what becomes of calls.

use super::table::{Cell, Shown, Table, estimate, in_unit, minutes};
use crate::experiment::summary::{GroupRow, Summary};
use crate::report::words::{self, Word};
use crate::report::words_tables::Sheet;
use crate::report::{figure, html};
use crate::sim::Count;
use crate::stats::Estimate;
use crate::text::Lang;

const MINUTES: Shown = Shown::Decimals(2);

/// Response times by county and zone.
pub(super) fn response(summary: &Summary, lang: Lang) -> Table {
    let min = Word::UnitMin.get(lang);
    let mut table = Table::new(Sheet::Response, 2, lang);
    table.head(Word::County.get(lang)).head(Word::Zone.get(lang));
    table.estimate_head(Word::CallsPerDay.get(lang), "", lang);
    table.estimate_head(Word::KeyMeanResponse.get(lang), min, lang);
    table.head(minutes(Word::Target, lang));
    table.estimate_head(Word::WithinTarget.get(lang), "%", lang);
    table.estimate_head(Word::Median.get(lang), min, lang);
    table.estimate_head(Word::P90.get(lang), min, lang);
    table.rows = summary
        .response
        .iter()
        .map(|r| {
            let county = html::county(r.county.as_ref(), lang);
            let mut row = vec![Cell::text(county), Cell::text(words::zone(r.zone).get(lang))];
            row.extend(estimate(Some(&r.calls_per_day), Shown::Decimals(2)));
            row.extend(estimate(r.mean_min.as_ref(), MINUTES));
            row.push(Cell::number(r.target_min, Shown::Decimals(1)));
            row.extend(estimate(r.share_within.as_ref(), Shown::Share));
            row.extend(estimate(r.p50_min.as_ref(), MINUTES));
            row.extend(estimate(r.p90_min.as_ref(), MINUTES));
            row
        })
        .collect();
    table
}

/// Answering by hour of the day, the whole day first.
pub(super) fn answer(summary: &Summary, lang: Lang) -> Table {
    let a = &summary.answer;
    let mut table = Table::new(Sheet::Answer, 1, lang);
    table.head(Sheet::Hours.get(lang)).head(Sheet::PhoneCalls.get(lang));
    let within = Sheet::Answered.fill(lang, &[("s", &figure::plain(a.target_s))]);
    table.estimate_head(&within, "%", lang).estimate_head(Sheet::Wait.get(lang), Word::UnitS.get(lang), lang);
    let row = |hour: String, calls: Option<f64>, share: Option<&Estimate>, wait: Option<&Estimate>| {
        let mut row = vec![Cell::text(hour), Cell::number(calls, Shown::Decimals(2))];
        row.extend(estimate(share, Shown::Share));
        row.extend(estimate(wait, Shown::Decimals(1)));
        row
    };
    let calls = summary.flow.phone_calls.mean;
    table.rows.push(row(Sheet::WholeDay.get(lang).into(), Some(calls), Some(&a.share_within), Some(&a.mean_s)));
    for (hour, share) in a.by_hour.iter().enumerate() {
        let name = format!("{hour:02}:00–{:02}:00", hour + 1);
        table.rows.push(row(name, a.calls_by_hour.get(hour).copied(), share.as_ref(), None));
    }
    table
}

/// The stages of a call's life.
pub(super) fn stages(summary: &Summary, lang: Lang) -> Table {
    let min = Word::UnitMin.get(lang);
    let mut table = Table::new(Sheet::Stages, 1, lang);
    table.head(Word::Stage.get(lang)).estimate_head(Word::MeanHead.get(lang), min, lang);
    table.estimate_head(Word::P90.get(lang), min, lang);
    table.head(minutes(Word::Target, lang)).estimate_head(Word::WithinTarget.get(lang), "%", lang);
    table.rows = summary
        .intervals
        .iter()
        .map(|i| {
            let mut row = vec![Cell::text(i.name.get(lang))];
            row.extend(estimate(i.mean_min.as_ref(), MINUTES));
            row.extend(estimate(i.p90_min.as_ref(), MINUTES));
            row.push(Cell::number(i.target_min, MINUTES));
            // Without a target there is nothing to be within.
            row.extend(estimate(i.target_min.and(i.share_within.as_ref()), Shown::Share));
            row
        })
        .collect();
    table
}

/// What becomes of the calls and what happens besides, a day; how busy seats are.
pub(super) fn flow(summary: &Summary, lang: Lang) -> Table {
    let mut table = Table::new(Sheet::Flow, 1, lang);
    table.head(Sheet::Measure.get(lang)).head(Sheet::UnitOfMeasure.get(lang));
    table.estimate_head(Word::MeanHead.get(lang), "", lang);
    let mut add = |name: &str, unit: &str, e: &Estimate, shown: Shown| {
        let mut row = vec![Cell::text(name), Cell::text(unit)];
        row.extend(estimate(Some(e), shown));
        table.rows.push(row);
    };
    let (f, e) = (&summary.flow, &summary.events);
    let a_day = Word::PerDay.get(lang);
    for (word, figure) in [
        (Word::FlowPhone, &f.phone_calls),
        (Word::FlowNoDispatch, &f.no_dispatch),
        (Word::FlowDispatches, &f.dispatches),
        (Word::FlowQueued, &f.queued),
        (Word::FlowFromRoad, &f.from_road),
        (Word::FlowTransported, &f.transported),
        (Word::FlowLeft, &f.left_at_scene),
        (Word::FlowUnserved, &f.unserved),
    ] {
        add(word.get(lang), a_day, figure, Shown::Decimals(2));
    }
    for count in &e.counts {
        let known = Count::ALL.into_iter().find(|c| c.key() == count.key);
        add(known.map_or(&count.key, |c| words::happened(c).get(lang)), a_day, &count.per_day, Shown::Decimals(2));
    }
    if let Some(wait) = &e.bay_wait_min {
        add(Word::BayWait.get(lang), Word::UnitMin.get(lang), wait, MINUTES);
    }
    if let Some(share) = &e.driving {
        add(Word::DrivingShare.get(lang), "%", share, Shown::Share);
    }
    for centre in &summary.world.centres {
        let values = [("centre", centre.name.get(lang)), ("n", &centre.seats.to_string())];
        add(&Sheet::SeatsBusy.fill(lang, &values), "%", &centre.seat_utilisation, Shown::Share);
    }
    table
}

/// Response by priority, then by category.
pub(super) fn groups(summary: &Summary, lang: Lang) -> Table {
    let (min, e) = (Word::UnitMin.get(lang), &summary.events);
    let mut table = Table::new(Sheet::Groups, 1, lang);
    table.head(Word::GroupHead.get(lang)).estimate_head(Word::CallsPerDay.get(lang), "", lang);
    table.estimate_head(Word::KeyMeanResponse.get(lang), min, lang).estimate_head(Word::P90.get(lang), min, lang);
    table.estimate_head(&in_unit(Word::Survival.get(lang), "%", lang), "", lang);
    let row = |g: &GroupRow| {
        let survival = e.survival.iter().find(|s| s.name == g.name).map(|s| &s.chance);
        let mut row = vec![Cell::text(g.name.get(lang))];
        row.extend(estimate(Some(&g.calls_per_day), Shown::Decimals(2)));
        row.extend(estimate(g.mean_min.as_ref(), MINUTES));
        row.extend(estimate(g.p90_min.as_ref(), MINUTES));
        row.extend(estimate(survival, Shown::Share));
        row
    };
    table.rows = e.priorities.iter().chain(&e.categories).map(row).collect();
    table
}
