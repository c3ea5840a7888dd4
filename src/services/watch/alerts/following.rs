//! How alerts follow assessments: opened, raised, joined by more evidence, lowered when evidence is withdrawn; who is
//! told; and the status of the enterprise that follows.

use crate::{
    db::{
        registry::enterprises::Enterprise,
        watch::{
            alert_evidence::{self, AlertEvidence},
            alerts::{self, Alert},
        },
    },
    domain::{
        ids::{AlertId, EnterpriseId},
        records::change::Action,
        registry::enterprise::EnterpriseStatus,
        watch::{
            alert::{AlertState, Outcome},
            followed::{AlertMovement, MovedAlert},
            level::Level,
            risk::{EvidenceKey, Factor, Movement, Standing, compare},
        },
    },
    services::{
        Details, Error, Tx,
        outbox::{
            alert_notices::{AlertSummary, AlertTelling, Occasion},
            notices::{Notice, to_all},
            recipients::{self, Audience},
        },
        watch::{assessment::Assessed, facts},
    },
    texts::texts,
};
use std::collections::{BTreeMap, BTreeSet};

/// The unresolved alert of an enterprise with all it rests on.
#[derive(Debug, Clone)]
struct Episode {
    alert: Alert,
    factors: Vec<Factor>,
    keys: BTreeSet<EvidenceKey>,
    /// Those of the keys whose visit or signal was withdrawn, or says something else now.
    withdrawn: BTreeSet<EvidenceKey>,
}

/// What an assessment means for the alert of its enterprise.
struct Step<'a> {
    assessed: &'a Assessed,
    episode: Option<Episode>,
    movement: Movement,
}

/// Lets the alerts of enterprises follow their assessments. The enterprises are locked, so each has at most one unresolved
/// alert, and nobody else moves it meanwhile. Gives what people have to be told.
pub fn follow(tx: &mut Tx<'_>, assessed: &[Assessed]) -> Result<Vec<Notice>, Error> {
    // An import or a night assesses hundreds of enterprises at once. Alerts, evidence and recipients are therefore
    // loaded for all of them together, and recipients only for those whose movement is told to somebody.
    let mut episodes = episodes(tx, assessed)?;
    let steps: Vec<Step<'_>> = assessed
        .iter()
        .map(|assessed| Step::new(assessed, episodes.remove(&assessed.enterprise.id)))
        .filter(Step::does_something)
        .collect();
    let to_tell: Vec<_> = steps.iter().filter(|step| step.may_tell()).map(|step| &step.assessed.enterprise).collect();
    let audiences = if to_tell.is_empty() {
        BTreeMap::new()
    } else {
        recipients::of_enterprises(tx.conn, tx.context, tx.today, &to_tell)?
    };
    let mut notices = Vec::new();
    for step in steps {
        let audience = audiences.get(&step.assessed.enterprise.id).cloned().unwrap_or_default();
        notices.extend(step.take(tx, audience)?);
    }
    Ok(notices)
}

fn episodes(tx: &mut Tx<'_>, assessed: &[Assessed]) -> Result<BTreeMap<EnterpriseId, Episode>, Error> {
    let ids: Vec<EnterpriseId> = assessed.iter().map(|one| one.enterprise.id).collect();
    let open = alerts::unresolved_of(tx.conn, &ids)?;
    let alert_ids: Vec<AlertId> = open.iter().map(|alert| alert.id).collect();
    let mut keys: BTreeMap<AlertId, BTreeSet<EvidenceKey>> = BTreeMap::new();
    for evidence in alert_evidence::of_alerts(tx.conn, &alert_ids)? {
        keys.entry(evidence.alert_id).or_default().insert(facts::read_key(&evidence.evidence_key)?);
    }
    let assessed: BTreeMap<EnterpriseId, &Assessed> = assessed.iter().map(|one| (one.enterprise.id, one)).collect();
    open.into_iter()
        .map(|alert| {
            let keys = keys.remove(&alert.id).unwrap_or_default();
            // A key names a record and what it says. A withdrawn record, or one that was corrected to say something
            // else, is no longer among the records of its enterprise, so its key is missing there. Receipts and
            // registered facts come and go without anybody's mistake: they are never withdrawn, and never lower an
            // alert.
            let records = assessed.get(&alert.enterprise_id).map(|one| one.records()).unwrap_or_default();
            let withdrawn = keys.iter().copied().filter(|key| is_record(*key) && !records.contains(key)).collect();
            let factors = facts::read_factors(&alert.factors)?;
            Ok((alert.enterprise_id, Episode { alert, factors, keys, withdrawn }))
        })
        .collect()
}

/// Whether the evidence is a record that can be withdrawn.
const fn is_record(key: EvidenceKey) -> bool {
    matches!(key, EvidenceKey::Visit { .. } | EvidenceKey::Signal(_))
}

impl<'a> Step<'a> {
    fn new(assessed: &'a Assessed, episode: Option<Episode>) -> Self {
        let standing = episode.as_ref().map(|one| Standing {
            level: one.alert.level,
            hard: one.factors.iter().any(|factor| factor.hard),
            keys: one.keys.clone(),
        });
        let withdrawn = episode.as_ref().map(|one| one.withdrawn.clone()).unwrap_or_default();
        let movement = compare(standing.as_ref(), &assessed.assessment, &withdrawn);
        Self { assessed, episode, movement }
    }

    fn does_something(&self) -> bool {
        // The level may hold although one of several records was withdrawn; the evidence shown has to follow. An alert
        // without a recipient is looked at again at each assessment, since a team or an account may have been added.
        let unsettled = |one: &Episode| !one.withdrawn.is_empty() || one.alert.without_recipient;
        self.movement != Movement::Nothing || self.episode.as_ref().is_some_and(unsettled)
    }

    fn may_tell(&self) -> bool {
        let opens = matches!(self.movement, Movement::Open { .. } | Movement::Raise { .. } | Movement::Harden { .. });
        opens || self.episode.as_ref().is_some_and(|one| one.alert.without_recipient)
    }

    fn take(self, tx: &mut Tx<'_>, audience: Audience) -> Result<Vec<Notice>, Error> {
        let Self { assessed, episode, movement } = self;
        match (movement, episode) {
            (Movement::Open { level }, _) => open(tx, assessed, level, audience),
            (Movement::Raise { from, to }, Some(episode)) => episode.raise(tx, assessed, from, to, audience),
            (Movement::Harden { keys }, Some(episode)) => episode.harden(tx, assessed, &keys, audience),
            (Movement::Lower { to: Level::None, .. }, Some(episode)) => episode.lose_ground(tx, assessed),
            (Movement::Lower { to, .. }, Some(episode)) => episode.lower(tx, assessed, to),
            (Movement::Join { keys }, Some(episode)) => episode.join(tx, assessed, &keys, audience),
            // See `does_something`: the level stays, but evidence was withdrawn or a recipient was found.
            (Movement::Nothing, Some(episode)) => episode.join(tx, assessed, &[], audience),
            // `compare` moves only an alert that there is.
            (_, None) => Ok(Vec::new()),
        }
    }
}

fn open(tx: &mut Tx<'_>, assessed: &Assessed, level: Level, audience: Audience) -> Result<Vec<Notice>, Error> {
    let alert = Alert {
        id: AlertId::new(),
        enterprise_id: assessed.enterprise.id,
        level,
        state: AlertState::Open,
        factors: write_factors(&assessed.assessment.factors)?,
        escalation_step: 0,
        without_recipient: audience.recipients.is_empty(),
        opened_at: tx.now.into(),
        raised_at: tx.now.into(),
        acknowledged_at: None,
        acknowledged_by: None,
        resolved_at: None,
        resolved_by: None,
        outcome: None,
        outcome_note: None,
        version: 1,
    };
    let keys: Vec<EvidenceKey> = assessed.assessment.keys().into_iter().collect();
    tx.create_as(&alert, Action::Opened, joined_details(&keys))?;
    add_evidence(tx, &alert, &keys)?;
    note_start_of_move(tx, assessed, &keys)?;
    tx.alert_moved(moved(&alert, AlertMovement::Opened));
    Ok(tell(&alert, assessed, Occasion::Opened, audience))
}

impl Episode {
    fn raise(
        self,
        tx: &mut Tx<'_>,
        assessed: &Assessed,
        from: Level,
        to: Level,
        audience: Audience,
    ) -> Result<Vec<Notice>, Error> {
        let joined = self.unknown(assessed);
        let state = self.alert.state.raise(from, to).map_err(Error::internal)?;
        let alert = Alert {
            level: to,
            state,
            factors: write_factors(&self.factors_with(assessed))?,
            without_recipient: audience.recipients.is_empty(),
            // The time to acknowledge starts again: the person who acknowledged the lower level did not know of this
            // one.
            raised_at: tx.now.into(),
            acknowledged_at: None,
            acknowledged_by: None,
            ..self.alert.clone()
        };
        let alert = self.write(tx, alert, Action::Raised, &joined)?;
        note_start_of_move(tx, assessed, &self.new_to_it(&joined))?;
        tx.alert_moved(moved(&alert, AlertMovement::Raised));
        Ok(tell(&alert, assessed, Occasion::Raised { from }, audience))
    }

    /// The move has started, but the alert was about signs of it: the person who acknowledged the signs has to
    /// acknowledge again.
    fn harden(
        self,
        tx: &mut Tx<'_>,
        assessed: &Assessed,
        joined: &[EvidenceKey],
        audience: Audience,
    ) -> Result<Vec<Notice>, Error> {
        let alert = Alert {
            state: self.alert.state.harden().map_err(Error::internal)?,
            factors: write_factors(&self.factors_with(assessed))?,
            without_recipient: audience.recipients.is_empty(),
            // `raised_at` stays: it says since when the alert has had its level, and the level has not changed.
            acknowledged_at: None,
            acknowledged_by: None,
            ..self.alert.clone()
        };
        let alert = self.write(tx, alert, Action::Joined, joined)?;
        note_start_of_move(tx, assessed, &self.new_to_it(joined))?;
        tx.alert_moved(moved(&alert, AlertMovement::Hardened));
        Ok(tell(&alert, assessed, Occasion::Hardened, audience))
    }

    /// More evidence at the same level, or less of it; and an alert nobody could be told of is told as soon as somebody is
    /// there.
    fn join(
        self,
        tx: &mut Tx<'_>,
        assessed: &Assessed,
        joined: &[EvidenceKey],
        audience: Audience,
    ) -> Result<Vec<Notice>, Error> {
        let found_somebody = self.alert.without_recipient && !audience.recipients.is_empty();
        if joined.is_empty() && self.withdrawn.is_empty() && !found_somebody {
            return Ok(Vec::new());
        }
        let alert = Alert {
            factors: write_factors(&self.factors_with(assessed))?,
            without_recipient: self.alert.without_recipient && !found_somebody,
            ..self.alert.clone()
        };
        let action = if joined.is_empty() { Action::Updated } else { Action::Joined };
        let alert = self.write(tx, alert, action, joined)?;
        note_start_of_move(tx, assessed, &self.new_to_it(joined))?;
        self.note_end_of_move(tx, assessed)?;
        // Evidence joins without a mail. A recipient who was found only now has never heard of the alert: to that
        // person it opens.
        let audience = if found_somebody { audience } else { Audience::default() };
        Ok(tell(&alert, assessed, Occasion::Opened, audience))
    }

    fn lower(self, tx: &mut Tx<'_>, assessed: &Assessed, to: Level) -> Result<Vec<Notice>, Error> {
        let joined = self.unknown(assessed);
        let alert = Alert { level: to, factors: write_factors(&self.factors_with(assessed))?, ..self.alert.clone() };
        let alert = self.write(tx, alert, Action::Lowered, &joined)?;
        tx.alert_moved(moved(&alert, AlertMovement::Lowered));
        self.note_end_of_move(tx, assessed)?;
        // No notice: only withdrawn evidence lowers an alert, and `corrections` mails those who were told of it.
        Ok(Vec::new())
    }

    /// All the alert rested on was a mistake, or is too weak to carry it: it ends by itself. Nobody has judged its evidence, so
    /// that it may count again; it stays with the alert, for those who were mailed about it are to learn what else is withdrawn.
    fn lose_ground(self, tx: &mut Tx<'_>, assessed: &Assessed) -> Result<Vec<Notice>, Error> {
        let alert = Alert {
            state: AlertState::Resolved,
            resolved_at: Some(tx.now.into()),
            outcome: Some(Outcome::FalseAlarm),
            outcome_note: Some(ground_lost(tx.context.settings.locale.language)),
            ..self.alert.clone()
        };
        tx.change(&self.alert, alert, Action::Resolved)?;
        tx.alert_moved(moved(&self.alert, AlertMovement::Resolved));
        self.note_end_of_move(tx, assessed)?;
        Ok(Vec::new())
    }

    /// Writes the alert with its evidence, and records what changed.
    fn write(&self, tx: &mut Tx<'_>, alert: Alert, action: Action, joined: &[EvidenceKey]) -> Result<Alert, Error> {
        let withdrawn: Vec<String> = self.withdrawn.iter().map(ToString::to_string).collect();
        let mut details = joined_details(joined);
        // A key is unique within its alert. It is deleted so that it can join again if a later correction restores what
        // the record said; the recorded change keeps it.
        if !withdrawn.is_empty() {
            tx.unrecorded(|connection, proof| alert_evidence::delete(connection, alert.id, &withdrawn, proof))?;
            details = details.with("withdrawn_evidence", withdrawn, ());
        }
        add_evidence(tx, &alert, joined)?;
        Ok(tx.change_with(&self.alert, alert, action, details)?.unwrap_or_else(|| self.alert.clone()))
    }

    /// The evidence of an assessment that the alert does not have.
    fn unknown(&self, assessed: &Assessed) -> Vec<EvidenceKey> {
        let known = |key: &EvidenceKey| self.keys.difference(&self.withdrawn).any(|held| held.covers(*key));
        assessed.assessment.keys().into_iter().filter(|key| !known(key)).collect()
    }

    /// Of evidence that joins what the alert never had: not the same word of a visit whose day was corrected.
    fn new_to_it(&self, joined: &[EvidenceKey]) -> Vec<EvidenceKey> {
        let had = |key: &EvidenceKey| self.keys.iter().any(|held| held.covers(*key));
        joined.iter().copied().filter(|key| !had(key)).collect()
    }

    /// The factors of an assessment, and those the alert had before that have faded since: it rests on them as long as they
    /// were not withdrawn.
    fn factors_with(&self, assessed: &Assessed) -> Vec<Factor> {
        let mut factors = assessed.assessment.factors.clone();
        for factor in &self.factors {
            if factors.iter().any(|one| one.rule == factor.rule) {
                continue;
            }
            let mut factor = factor.clone();
            factor.evidence.retain(|evidence| !self.withdrawn.contains(&evidence.key));
            if !factor.evidence.is_empty() {
                factors.push(factor);
            }
        }
        factors
    }

    /// An enterprise whose move was a mistake of ours is kept as before.
    fn note_end_of_move(&self, tx: &mut Tx<'_>, assessed: &Assessed) -> Result<(), Error> {
        let lost = self.factors.iter().any(|one| one.hard && one.keys().any(|key| self.withdrawn.contains(&key)));
        if lost && !assessed.assessment.hard && assessed.enterprise.status == EnterpriseStatus::Relocating {
            set_status(tx, assessed, EnterpriseStatus::Active)?;
        }
        Ok(())
    }
}

/// New hard evidence shows that the move has started. The status notes that once: if a person sets another status
/// afterwards, the same evidence does not change it again.
fn note_start_of_move(tx: &mut Tx<'_>, assessed: &Assessed, joined: &[EvidenceKey]) -> Result<(), Error> {
    // Only evidence that has just joined counts: after a person has set the status back, old evidence must not change
    // it again.
    let mut hard = assessed.assessment.factors.iter().filter(|factor| factor.hard).flat_map(Factor::keys);
    if assessed.enterprise.status == EnterpriseStatus::Active && hard.any(|key| joined.contains(&key)) {
        set_status(tx, assessed, EnterpriseStatus::Relocating)?;
    }
    Ok(())
}

fn set_status(tx: &mut Tx<'_>, assessed: &Assessed, status: EnterpriseStatus) -> Result<(), Error> {
    let after = Enterprise { status, ..assessed.enterprise.clone() };
    tx.change_keeping_version(&assessed.enterprise, &after, Action::Updated)
}

fn add_evidence(tx: &mut Tx<'_>, alert: &Alert, keys: &[EvidenceKey]) -> Result<(), Error> {
    let rows: Vec<AlertEvidence> = keys
        .iter()
        .map(|key| AlertEvidence {
            alert_id: alert.id,
            evidence_key: key.to_string(),
            enterprise_id: alert.enterprise_id,
            joined_at: tx.now.into(),
        })
        .collect();
    if !rows.is_empty() {
        tx.unrecorded(|connection, proof| alert_evidence::insert(connection, &rows, proof))?;
    }
    Ok(())
}

/// The evidence that joined, as it is recorded beside the alert.
fn joined_details(keys: &[EvidenceKey]) -> Details {
    if keys.is_empty() { Details::none() } else { Details::none().with("evidence", (), keys) }
}

/// How an alert moved, for the answer to the person whose act it followed from.
const fn moved(alert: &Alert, movement: AlertMovement) -> MovedAlert {
    MovedAlert { alert: alert.id, enterprise: alert.enterprise_id, level: alert.level, movement }
}

/// The notices of an alert; none for a level that is not mailed.
fn tell(alert: &Alert, assessed: &Assessed, occasion: Occasion, audience: Audience) -> Vec<Notice> {
    if !alert.level.notifies() {
        return Vec::new();
    }
    let recipients = audience.recipients.clone();
    // The version makes each movement an event of its own. The key of a mail is event and recipient, so a use case that
    // is repeated writes the same mail once, and the next movement another one.
    let event = format!("alert:{}:{}", alert.id, alert.version);
    to_all(AlertTelling { summary: AlertSummary::of(alert, assessed, audience), occasion }, &event, &recipients)
}

fn write_factors(factors: &[Factor]) -> Result<String, Error> {
    serde_json::to_string(factors).map_err(Error::internal)
}

texts! {
    ground_lost() {
        zh: "所依据的记录已撤回或更正，系统自动办结。",
        en: "The records it rested on were withdrawn or corrected; the system resolved it.",
    }
}
