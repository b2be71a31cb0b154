//! The time of year, trends, random days and bursts.

use super::{Known, Loader};
use crate::demand::{
    Bursts, CategoryPattern, Date, DemandModel, DemandPoint, Elderly, MONTH_DAYS, Times, read_elderly,
};
use crate::input::Noted;
use crate::units::Span;

/// The longest trend that can be meant, years.
const MOST_YEARS: f64 = 50.0;
/// The largest variation of days that can be meant.
const MOST_CV: f64 = 3.0;

/// Weights over time as they are written.
pub(super) struct RawTimes<'a> {
    pub(super) hourly: &'a Option<Noted<Vec<f64>>>,
    pub(super) weekday: &'a Option<Noted<Vec<f64>>>,
    pub(super) monthly: &'a Option<Noted<Vec<f64>>>,
}

impl Loader<'_> {
    /// Which date day 0 is, and the weights of months.
    pub(super) fn season(&mut self, model: &mut DemandModel) {
        let run = &self.doc.value.run;
        let hint = "write for example start_date = \"2025-01-06\"";
        let date = run.start_date.as_deref().map(|text| (Date::parse(text), text));
        match (date, run.start_month) {
            (Some(_), Some(_)) => {
                self.fault("run.start_month", "there is a start_date too", "write one of the two");
            }
            (Some((None, text)), None) => {
                self.fault("run.start_date", format!("`{text}` is no date from 1900 to 2200"), hint);
            }
            (Some((Some(date), _)), None) if date.weekday() != 0 => {
                let message = format!("{date} is not a Monday, and day 0 is one");
                self.fault("run.start_date", message, &format!("the Monday of that week is {}", date.monday()));
            }
            (Some((date, _)), None) => model.patterns.start = date,
            (None, Some(month)) => {
                // A year without a leap day.
                model.patterns.start = Date::new(2025, u32::from(month), 1);
                if model.patterns.start.is_none() {
                    self.fault("run.start_month", format!("{month} is no month"), "write 1 to 12");
                }
            }
            (None, None) => {}
        }
        if let Some(noted) = &self.doc.value.demand.monthly {
            model.patterns.monthly = Some(self.months("demand.monthly", "分月来电权重", "weights of months", noted));
        }
    }

    /// Weights of months, brought to mean 1 over the days of a year.
    fn months(&mut self, path: &str, zh: &str, en: &str, noted: &Noted<Vec<f64>>) -> [f64; 12] {
        let weights = self.weights::<12>(path, &noted.value);
        let sum: f64 = weights.iter().zip(MONTH_DAYS).map(|(w, d)| w * d).sum();
        let days: f64 = MONTH_DAYS.iter().sum();
        let scaled = weights.map(|w| w * days / sum);
        let list: Vec<String> = scaled.iter().map(|w| format!("{w:.2}")).collect();
        self.notes.noted(path, zh, en, noted, list.join(", "));
        scaled
    }

    /// Own weights over time, at `path.hourly` and so on.
    pub(super) fn times(&mut self, path: &str, name: (&str, &str), raw: &RawTimes<'_>) -> Times {
        let title = |zh: &str, en: &str| (format!("{}：{zh}", name.0), format!("{}: {en}", name.1));
        let range = |w: &[f64]| {
            let (low, high) = w.iter().fold((f64::MAX, 0.0_f64), |(a, b), v| (a.min(*v), b.max(*v)));
            format!("× {low:.2}–{high:.2}")
        };
        let hourly = raw.hourly.as_ref().map(|noted| {
            let at = format!("{path}.hourly");
            let weights = self.weights::<24>(&at, &noted.value);
            let (zh, en) = title("分时曲线", "profile over the day");
            self.notes.noted(&at, &zh, &en, noted, range(&weights));
            weights
        });
        let weekday = raw.weekday.as_ref().map(|noted| {
            let at = format!("{path}.weekday");
            let weights = self.weights::<7>(&at, &noted.value);
            let (zh, en) = title("分日权重", "weights of weekdays");
            self.notes.noted(&at, &zh, &en, noted, range(&weights));
            weights
        });
        let (zh, en) = title("分月权重", "weights of months");
        let monthly = raw.monthly.as_ref().map(|noted| self.months(&format!("{path}.monthly"), &zh, &en, noted));
        Times { hourly, weekday, monthly }
    }

    /// What `[category.pattern]` says.
    pub(super) fn category_patterns(&mut self, model: &mut DemandModel) {
        for (i, raw) in self.doc.value.category.iter().enumerate() {
            let Some(category) = model.categories.get_mut(i) else { continue };
            let (path, pattern) = (format!("category[{i}].pattern"), &raw.pattern);
            let (zh, en) = (raw.name.zh.as_str(), raw.name.en.as_str());
            let times = RawTimes { hourly: &pattern.hourly, weekday: &pattern.weekday, monthly: &pattern.monthly };
            let times = self.times(&path, (zh, en), &times);
            let mut zones = [1.0; 2];
            let factors = [("urban", "城区占比系数", &pattern.urban), ("rural", "农村占比系数", &pattern.rural)];
            for (zone, (key, words, noted)) in zones.iter_mut().zip(factors) {
                if let Some(noted) = noted {
                    let at = format!("{path}.{key}");
                    self.between(&at, noted.value, 0.0, 1000.0);
                    let (zh, en) = (format!("{zh}：{words}"), format!("{en}: factor on the {key} share"));
                    self.notes.noted(&at, &zh, &en, noted, format!("× {}", noted.value));
                    *zone = noted.value;
                }
            }
            category.pattern = CategoryPattern { times, zones };
        }
        for (zone, name) in ["urban", "rural"].into_iter().enumerate() {
            let sum: f64 = model.categories.iter().map(|c| c.share * c.pattern.zones[zone]).sum();
            if !model.categories.is_empty() && sum <= 0.0 {
                let message = format!("no category is left in {name} places");
                self.fault("category", message, &format!("let at least one have a `pattern.{name}` above zero"));
            }
        }
    }

    /// Growth over some years.
    pub(super) fn growth(&mut self, model: &mut DemandModel) {
        let d = &self.doc.value.demand;
        match (&d.growth_per_year, &d.years) {
            (Some(growth), Some(years)) => {
                self.between("demand.growth_per_year", growth.value, -0.5, 1.0);
                self.between("demand.years", years.value, 0.0, MOST_YEARS);
                model.patterns.growth = libm::pow(1.0 + growth.value.max(-0.5), years.value);
                let value =
                    format!("{:+.1}% × {} a = × {:.3}", 100.0 * growth.value, years.value, model.patterns.growth);
                let (zh, en) = ("需求年增长", "growth of demand per year");
                self.notes.noted("demand.growth_per_year", zh, en, growth, value);
                let (zh, en) = ("推算年数", "years of growth");
                self.notes.noted("demand.years", zh, en, years, years.value.to_string());
            }
            (Some(_), None) => {
                self.fault("demand.growth_per_year", "it does not say over how many years", "add years = 5");
            }
            (None, Some(_)) => {
                self.fault("demand.years", "nothing grows over them", "add growth_per_year = 0.03");
            }
            (None, None) => {}
        }
    }

    /// More, or fewer, people over 65. The shares of counties stand in for those of points that have none of their own.
    pub(super) fn elderly(&mut self, model: &mut DemandModel, points: &mut [DemandPoint], known: &Known<'_>) {
        let shares = known.county_table.and_then(|table| self.faults.take(read_elderly(table, known.counties)));
        for point in points.iter_mut().filter(|p| p.elderly.is_none()) {
            let county = point.county.and_then(|c| shares.as_ref()?.get(c.index()).copied().flatten());
            point.elderly = county;
        }
        let Some(raw) = &self.doc.value.demand.elderly else { return };
        self.between("demand.elderly.factor", raw.factor.value, 0.0, 10.0);
        self.between("demand.elderly.relative_rate", raw.relative_rate.value, f64::MIN_POSITIVE, 100.0);
        let (zh, en) = ("65 岁以上人口系数", "factor on people over 65");
        self.notes.noted("demand.elderly.factor", zh, en, &raw.factor, format!("× {}", raw.factor.value));
        let (zh, en) = ("65 岁以上人均呼叫相对值", "calls per person over 65, relative to the others");
        let rate = &raw.relative_rate;
        self.notes.noted("demand.elderly.relative_rate", zh, en, rate, format!("× {}", rate.value));
        if let Some(share) = &raw.share {
            self.share("demand.elderly.share", share.value);
            let (zh, en) = ("65 岁以上占比（表中未注明处）", "share of people over 65 where tables do not say");
            self.notes.noted("demand.elderly.share", zh, en, share, format!("{:.1}%", 100.0 * share.value));
            points.iter_mut().for_each(|p| p.elderly = p.elderly.or(Some(share.value)));
        }
        let without: Vec<&str> = points.iter().filter(|p| p.elderly.is_none()).map(|p| p.id.as_str()).collect();
        if !without.is_empty() {
            let list = without.iter().take(5).copied().collect::<Vec<_>>().join(", ");
            let message = format!("{} demand points have no share of people over 65: {list}", without.len());
            let hint = "add a column `elderly` to the table of counties or of demand, or demand.elderly.share";
            self.fault("demand.elderly", message, hint);
        }
        model.patterns.elderly = Some(Elderly { factor: raw.factor.value, relative_rate: rate.value });
    }

    /// Random days and bursts.
    pub(super) fn variation(&mut self, model: &mut DemandModel, points: &[DemandPoint]) {
        let d = &self.doc.value.demand;
        if let Some(raw) = &d.variation {
            let residents: f64 = points.iter().map(|p| model.dispatches_per_day(p)).sum();
            let others = model.patterns.populations.iter();
            let others: f64 = others.map(|p| p.people.iter().map(|a| a.people).sum::<f64>() * p.per_1000_year).sum();
            let per_day = residents + others / 1000.0 / crate::demand::DAYS_PER_YEAR;
            let path = "demand.variation";
            match (&raw.cv, &raw.variance_to_mean) {
                (Some(cv), None) => {
                    self.between("demand.variation.cv", cv.value, 0.0, MOST_CV);
                    model.patterns.day_cv2 = cv.value * cv.value;
                    let value = format!("CV {} (var/mean {:.2})", cv.value, 1.0 + cv.value * cv.value * per_day);
                    let (zh, en) = ("日间额外波动", "variation of days beyond chance");
                    self.notes.noted("demand.variation.cv", zh, en, cv, value);
                }
                (None, Some(ratio)) => {
                    let at = "demand.variation.variance_to_mean";
                    self.between(at, ratio.value, 1.0, 1e6);
                    // Var = mean + cv² mean² of a negative binomial count.
                    let cv2 = (ratio.value - 1.0) / per_day.max(f64::MIN_POSITIVE);
                    model.patterns.day_cv2 = cv2.clamp(0.0, MOST_CV * MOST_CV);
                    if cv2 > MOST_CV * MOST_CV {
                        let message = format!("with {per_day:.1} dispatches a day this cannot be reached sensibly");
                        self.fault(at, message, "it is the variance of the number of dispatches a day over its mean");
                    }
                    let value = format!("{} (CV {:.3})", ratio.value, libm::sqrt(cv2.max(0.0)));
                    let (zh, en) = ("日出车数方差均值比", "variance over mean of dispatches a day");
                    self.notes.noted(at, zh, en, ratio, value);
                }
                _ => self.fault(path, "one of `cv` and `variance_to_mean` is needed", "write cv = 0.1"),
            }
        }
        if let Some(raw) = &d.bursts {
            self.between("demand.bursts.per_week", raw.per_week.value, 0.001, 1000.0);
            self.between("demand.bursts.lasts_min", raw.lasts_min.value, 1.0, 10_080.0);
            self.between("demand.bursts.factor", raw.factor.value, 1.0, 1000.0);
            let lasts = Span::from_minutes(raw.lasts_min.value);
            let quiet = Span::from_minutes(7.0 * 1440.0 / raw.per_week.value.max(0.001) - raw.lasts_min.value);
            if quiet <= Span::ZERO {
                let message = "episodes take more than the whole week";
                self.fault("demand.bursts", message, "let them be fewer or shorter");
                return;
            }
            let rule = Bursts { quiet, lasts, factor: raw.factor.value };
            let share = 100.0 * rule.share();
            let noted = [
                ("per_week", "每周突增次数", "bursts per week", &raw.per_week, format!("{} /w", raw.per_week.value)),
                (
                    "lasts_min",
                    "突增平均时长",
                    "mean length of bursts",
                    &raw.lasts_min,
                    format!("{} min ({share:.1}%)", raw.lasts_min.value),
                ),
                ("factor", "突增倍数", "factor during bursts", &raw.factor, format!("× {}", raw.factor.value)),
            ];
            for (key, zh, en, value, words) in noted {
                self.notes.noted(&format!("demand.bursts.{key}"), zh, en, value, words);
            }
            model.patterns.bursts = Some(rule);
        }
    }
}
