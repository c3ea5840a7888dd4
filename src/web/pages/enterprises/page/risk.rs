//! The risk of an enterprise on its page: the level in words, the score on its scale, and every factor with what it rests on.

use super::words::PageWords;
use crate::{
    domain::watch::{
        level::Level,
        risk::{Amounts, Evidence, EvidenceKind, Factor, LevelPolicy},
    },
    services::{Error, watch::risk::Explained},
    web::pages::charts::{Scale, share},
};

/// Points that fill the bar of a factor.
const FULL_BAR: i64 = 40;
/// Pieces of evidence that are linked, latest first.
const LINKED: usize = 4;

/// The risk as it is shown.
pub struct RiskPart {
    /// The level's code.
    pub level: &'static str,
    /// The level's name.
    pub level_name: &'static str,
    /// The day of the assessment.
    pub assessed_on: String,
    /// Whether the district left the thresholds as they came.
    pub by_default: bool,
    /// The level in words.
    pub why: String,
    /// The score on its scale.
    pub scale: String,
    /// The rules that were met.
    pub factors: Vec<FactorRow>,
    /// Days in which points fade by half.
    pub half_life: u32,
}

/// One rule that was met.
pub struct FactorRow {
    /// The rule.
    pub rule: &'static str,
    /// Whether it alone shows that a move has started.
    pub hard: bool,
    /// What was found.
    pub finding: String,
    /// From where on the rule is met.
    pub threshold: String,
    /// The records it rests on: address and name.
    pub links: Vec<(String, String)>,
    /// The day of the data.
    pub data_on: String,
    /// The level it means by itself: code and name.
    pub floor: Option<(&'static str, String)>,
    /// Its points.
    pub points: i32,
    /// Its points before fading in words, when they have faded.
    pub full_points: Option<String>,
    /// How far its bar reaches.
    pub bar: i64,
}

impl RiskPart {
    /// The risk for somebody who sees amounts in this way.
    pub fn of(explained: &Explained, t: PageWords, amounts: Amounts) -> Result<Self, Error> {
        let (standing, policy) = (&explained.standing, &explained.policy);
        Ok(Self {
            level: standing.risk_level.as_str(),
            level_name: standing.risk_level.text(t.0),
            assessed_on: standing.assessed_on.to_string(),
            by_default: policy.is_system_default(),
            why: why(explained, &policy.levels, t),
            scale: scale(standing.risk_score, &policy.levels, t)?,
            factors: explained.factors.iter().map(|factor| FactorRow::of(factor, t, amounts)).collect(),
            half_life: policy.fading.half_life_days.get(),
        })
    }
}

/// Why the enterprise is on its level, in one sentence.
fn why(explained: &Explained, levels: &LevelPolicy, t: PageWords) -> String {
    let (factors, status) = (&explained.factors, explained.enterprise.status);
    if !status.is_here() {
        return t.gone(status.text(t.0));
    }
    if factors.is_empty() {
        return t.no_factor();
    }
    let (score, level) = (explained.standing.risk_score, explained.standing.risk_level);
    let floor = factors.iter().filter_map(|factor| factor.floor).max();
    let named = floor.unwrap_or(Level::None).text(t.0);
    let beginning = match factors.iter().filter(|factor| factor.hard).count() {
        0 if floor.is_some() => Some(t.considering(named)),
        0 => None,
        1 => Some(t.one_hard(named)),
        many => Some(t.many_hard(many, named)),
    };
    let from = match level {
        Level::Red => levels.red_from,
        Level::Orange => levels.orange_from,
        Level::Yellow | Level::None => levels.yellow_from,
    };
    match beginning {
        Some(beginning) => beginning + &t.and_the_rest(score),
        None if level == Level::None => t.below(score, from),
        None => t.by_score(score, level.text(t.0), from),
    }
}

fn scale(score: i32, levels: &LevelPolicy, t: PageWords) -> Result<String, Error> {
    let part = |from: i32, class, level: Level| (from, class, format!("{from} {}", level.text(t.0)));
    let parts = vec![
        (0, "c-none", "0".to_owned()),
        part(levels.yellow_from, "c-yellow", Level::Yellow),
        part(levels.orange_from, "c-orange", Level::Orange),
        part(levels.red_from, "c-red", Level::Red),
    ];
    let title = t.scale(score, levels.yellow_from, levels.orange_from, levels.red_from);
    Scale { title, parts, at: score, label: t.score(score) }.svg()
}

impl FactorRow {
    fn of(factor: &Factor, t: PageWords, amounts: Amounts) -> Self {
        let language = t.0;
        let links = factor.evidence.iter().take(LINKED).map(|evidence| link(evidence, t)).collect();
        Self {
            rule: factor.rule.text(language),
            hard: factor.hard,
            finding: factor.headline(language, amounts),
            threshold: t.threshold(&factor.threshold.text(language)),
            links,
            data_on: factor.data_on().map(|day| day.to_string()).unwrap_or_default(),
            floor: factor.floor.map(|floor| (floor.as_str(), t.floor(floor.text(language)))),
            points: factor.points,
            full_points: (factor.full_points != factor.points).then(|| t.of_points(factor.full_points)),
            bar: share(factor.points.into(), FULL_BAR),
        }
    }
}

/// Where a piece of evidence is to be read.
fn link(evidence: &Evidence, t: PageWords) -> (String, String) {
    let name = t.on_record(evidence.kind.text(t.0), evidence.data_on);
    let address = match (evidence.kind, evidence.id) {
        (EvidenceKind::Visit, Some(id)) => format!("/visits/{id}"),
        (EvidenceKind::Signal, Some(id)) => format!("#signal-{id}"),
        (EvidenceKind::Receipts, _) => "#receipts".to_owned(),
        _ => "#facts".to_owned(),
    };
    (address, name)
}
