//! `[move_up]`: where free units wait.

use super::super::load::Loader;
use super::super::rules::MoveUpRule;
use super::{Known, Per};
use crate::ids::PostId;
use crate::input::Noted;
use serde::Deserialize;

/// `[move_up]`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawMoveUp {
    /// Which policy.
    pub policy: Policy,
    /// For `priority`: posts by id, the most important first.
    pub posts: Option<Vec<String>>,
    /// For `compliance`: for 1, 2, … free units the posts they ought to be at.
    pub rows: Option<Vec<Vec<String>>>,
    /// For `compliance`: whether units at rest are moved.
    pub move_resting: Option<bool>,
    /// For `dmexclp`: share of time a unit is busy.
    pub busy: Option<Noted<f64>>,
    /// For `dmexclp`: a point is covered within so many minutes of driving.
    pub within_min: Option<Noted<f64>>,
}

/// Policies of redeployment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Policy {
    /// Back to the home post.
    Home,
    /// The first post of a list that wants another unit.
    Priority,
    /// Nested compliance table.
    Compliance,
    /// Dynamic maximum expected coverage.
    Dmexclp,
}

impl Policy {
    fn key(self) -> &'static str {
        match self {
            Policy::Home => "home",
            Policy::Priority => "priority",
            Policy::Compliance => "compliance",
            Policy::Dmexclp => "dmexclp",
        }
    }

    fn keys(self) -> &'static [&'static str] {
        match self {
            Policy::Home => &[],
            Policy::Priority => &["posts"],
            Policy::Compliance => &["rows", "move_resting"],
            Policy::Dmexclp => &["busy", "within_min"],
        }
    }
}

impl Loader<'_> {
    pub(super) fn move_up(&mut self, known: &Known<'_>) -> MoveUpRule {
        let Some(raw) = &self.doc.value.move_up else { return MoveUpRule::Home };
        let given = [
            ("posts", raw.posts.is_some()),
            ("rows", raw.rows.is_some()),
            ("move_resting", raw.move_resting.is_some()),
            ("busy", raw.busy.is_some()),
            ("within_min", raw.within_min.is_some()),
        ];
        let (policy, wanted) = (raw.policy.key(), raw.policy.keys());
        for (key, _) in given.iter().filter(|(key, there)| *there && !wanted.contains(key)) {
            let hint = match wanted {
                [] => "take it out, or choose another policy".to_string(),
                _ => format!("it takes {}", wanted.join(" and ")),
            };
            self.fault(&format!("move_up.{key}"), format!("the policy `{policy}` has no `{key}`"), &hint);
        }
        let missing: Vec<&str> =
            given.iter().filter(|(k, t)| !t && wanted.contains(k) && *k != "move_resting").map(|g| g.0).collect();
        if !missing.is_empty() {
            self.fault(
                "move_up",
                format!("the policy `{policy}` needs {}", missing.join(" and ")),
                "write it beside `policy`",
            );
            return MoveUpRule::Home;
        }
        match raw.policy {
            Policy::Home => MoveUpRule::Home,
            Policy::Priority => {
                let list = raw.posts.as_deref().unwrap_or_default();
                if list.is_empty() {
                    self.fault(
                        "move_up.posts",
                        "the list is empty",
                        "name posts by their id, the most important first",
                    );
                }
                MoveUpRule::Priority(self.post_list("move_up.posts", list, known))
            }
            Policy::Compliance => {
                let raw_rows = raw.rows.as_deref().unwrap_or_default();
                if raw_rows.is_empty() {
                    self.fault(
                        "move_up.rows",
                        "the table is empty",
                        "write a row for 1 free unit, one for 2, and so on",
                    );
                }
                let mut rows = Vec::new();
                for (i, row) in raw_rows.iter().enumerate() {
                    let path = format!("move_up.rows[{i}]");
                    if row.len() != i + 1 {
                        let message = format!("row {} has {} posts", i + 1, row.len());
                        self.fault(&path, message, &format!("it says where {} free units wait: name {}", i + 1, i + 1));
                    }
                    rows.push(self.post_list(&path, row, known));
                }
                if let Some(units) = known.units
                    && rows.len() > units.len()
                {
                    let message = format!("there are {} rows and only {} units", rows.len(), units.len());
                    self.warn("move_up.rows", message, "the last rows are never used");
                }
                MoveUpRule::Compliance { rows, move_resting: raw.move_resting.unwrap_or(false) }
            }
            Policy::Dmexclp => {
                let (Some(busy), Some(within)) = (&raw.busy, &raw.within_min) else { return MoveUpRule::Home };
                let share = self.noted_share("move_up.busy", ("车辆忙碌率", "share of time a unit is busy"), busy);
                if share >= 1.0 {
                    self.fault(
                        "move_up.busy",
                        "a unit that is always busy covers nobody",
                        "write less than 1, such as 0.3",
                    );
                }
                let names = ("视为覆盖的行车时间", "driving time within which a point counts as covered");
                let within = self.span("move_up.within_min", names, within, Per::Minute, (0.1, 600.0));
                MoveUpRule::Dmexclp { busy: share, within }
            }
        }
    }

    fn post_list(&mut self, path: &str, ids: &[String], known: &Known<'_>) -> Vec<PostId> {
        let Some(posts) = known.posts else { return Vec::new() };
        let names: Vec<&str> = posts.iter().map(|p| p.id.as_str()).collect();
        let mut out = Vec::new();
        for (i, id) in ids.iter().enumerate() {
            match posts.iter().position(|p| p.id == *id) {
                Some(at) => out.push(PostId::new(at)),
                None => self.unknown(&format!("{path}[{i}]"), "post", id, &names),
            }
        }
        out
    }
}
