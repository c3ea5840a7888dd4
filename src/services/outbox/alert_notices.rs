//! What people are told of an alert, and how its mail says it.

use super::{
    notices::{Letterhead, Notice, Rank, Telling, to_all},
    recipients::{self, Audience, Part, Recipient},
};
use crate::{
    db::{
        backend::DbConn,
        outbox::deliveries::Delivery,
        people::users::User,
        registry::enterprises::Enterprise,
        watch::{alerts::Alert, standings},
    },
    domain::{
        band::Band,
        ids::{AlertId, EnterpriseId},
        outbox::delivery::{About, DeliveryKind},
        watch::{
            level::Level,
            risk::{Amounts, Factor},
            withdrawn_record::WithdrawnRecord,
        },
    },
    mail::compose::{AlertMail, AlertOccasion, DigestEntry, Rendered, TeamMember},
    services::{
        Error, Tx,
        watch::{assessment::Assessed, facts::read_factors},
    },
    texts::Language,
};
use chrono::{DateTime, Utc};
use std::collections::BTreeMap;

/// What a mail tells of an alert and its enterprise.
#[derive(Debug, Clone)]
pub struct AlertSummary {
    /// The alert.
    pub alert: AlertId,
    /// The level to be told.
    pub level: Level,
    /// When the alert was opened.
    pub opened_at: DateTime<Utc>,
    /// Name of the enterprise.
    pub enterprise_name: String,
    /// Name of its street office; may be empty.
    pub street_name: String,
    /// The factors, most serious first.
    pub factors: Vec<Factor>,
    /// The band of its tax of the last twelve months.
    pub tax: Band,
    /// Who is on the service team.
    pub team: Vec<(Part, String)>,
}

impl AlertSummary {
    /// The summary of an alert whose enterprise has just been assessed.
    pub fn of(alert: &Alert, assessed: &Assessed, audience: Audience) -> Self {
        Self {
            alert: alert.id,
            level: alert.level,
            opened_at: alert.opened_at.0,
            enterprise_name: assessed.enterprise.name.clone(),
            street_name: audience.street_name,
            factors: assessed.assessment.factors.clone(),
            tax: assessed.tax_band(),
            team: audience.team,
        }
    }

    /// The summary of an alert as it was written last.
    pub fn as_written(
        connection: &mut DbConn,
        alert: &Alert,
        enterprise: &Enterprise,
        audience: Audience,
    ) -> Result<Self, Error> {
        Ok(Self {
            alert: alert.id,
            level: alert.level,
            opened_at: alert.opened_at.0,
            enterprise_name: enterprise.name.clone(),
            street_name: audience.street_name,
            factors: read_factors(&alert.factors)?,
            tax: tax_band(connection, enterprise.id)?,
            team: audience.team,
        })
    }
}

fn tax_band(connection: &mut DbConn, enterprise: EnterpriseId) -> Result<Band, Error> {
    let standing = standings::find(connection, enterprise)?;
    let index = standing.and_then(|standing| i16::try_from(standing.tax_12_months_band).ok());
    Ok(index.and_then(Band::from_index).unwrap_or(Band::Under100K))
}

/// Why somebody is told of an alert.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Occasion {
    /// An alert was opened.
    Opened,
    /// An alert rose.
    Raised {
        /// The level before.
        from: Level,
    },
    /// The first hard evidence joined an alert that told of signs: a move has started.
    Hardened,
    /// A record that the alert rested on was withdrawn or corrected.
    Corrected {
        /// The record.
        withdrawn: WithdrawnRecord,
    },
    /// A leader wrote a directive.
    Directed {
        /// Name of the leader.
        author: String,
        /// The directive.
        text: String,
    },
}

impl Occasion {
    fn in_words(&self, language: Language) -> AlertOccasion {
        match self {
            Self::Opened => AlertOccasion::Opened,
            Self::Raised { from } => AlertOccasion::Raised { from: *from },
            Self::Hardened => AlertOccasion::Hardened,
            Self::Corrected { withdrawn } => {
                AlertOccasion::Correction { withdrawn: withdrawn.text(language), reason: withdrawn.reason(language) }
            }
            Self::Directed { author, text } => AlertOccasion::Directive { author: author.clone(), text: text.clone() },
        }
    }
}

/// An alert and why it is told.
#[derive(Debug, Clone)]
pub struct AlertTelling {
    /// What is told of it.
    pub summary: AlertSummary,
    /// Why.
    pub occasion: Occasion,
}

impl AlertTelling {
    fn link(&self, letterhead: &Letterhead<'_>) -> Result<url::Url, Error> {
        letterhead.link(&format!("/alerts/{}", self.summary.alert))
    }
}

impl Telling for AlertTelling {
    fn kind(&self) -> DeliveryKind {
        match self.occasion {
            Occasion::Opened => DeliveryKind::AlertOpened,
            Occasion::Raised { .. } | Occasion::Hardened => DeliveryKind::AlertRaised,
            Occasion::Corrected { .. } => DeliveryKind::Correction,
            Occasion::Directed { .. } => DeliveryKind::Directive,
        }
    }

    fn about(&self) -> About {
        About::Alert { id: self.summary.alert, level: Some(self.summary.level) }
    }

    fn mail(&self, reader: &Recipient, letterhead: &Letterhead<'_>) -> Result<Rendered, Error> {
        let (summary, language) = (&self.summary, reader.language);
        let mail = AlertMail {
            language,
            recipient_name: reader.salutation(),
            occasion: self.occasion.in_words(language),
            level: summary.level,
            enterprise_name: summary.enterprise_name.clone(),
            street_name: summary.street_name.clone(),
            headline: summary.factors.first().map(|one| one.headline(language, Amounts::Bands)).unwrap_or_default(),
            what_happened: summary.factors.iter().map(|factor| factor.text(language, Amounts::Bands)).collect(),
            tax_at_stake: summary.tax.text(language).to_owned(),
            team: summary.team.iter().map(|(part, name)| member(*part, name, language)).collect(),
            opened_at: letterhead.settings.locale.minute(summary.opened_at),
            link: self.link(letterhead)?,
        };
        mail.render().map_err(Error::internal)
    }

    fn rank(&self) -> Option<Rank> {
        let rank = || Rank::new(self.summary.level, self.summary.tax.index(), self.summary.enterprise_name.clone());
        DeliveryKind::ANNOUNCING.contains(&self.kind()).then(rank)
    }

    fn entry(&self, language: Language, letterhead: &Letterhead<'_>) -> Result<DigestEntry, Error> {
        let weightiest = self.summary.factors.first().map(|factor| factor.text(language, Amounts::Bands));
        Ok(DigestEntry {
            level: self.summary.level,
            enterprise_name: self.summary.enterprise_name.clone(),
            what: weightiest.unwrap_or_default(),
            link: self.link(letterhead)?,
        })
    }
}

fn member(part: Part, name: &str, language: Language) -> TeamMember {
    TeamMember { role: part.text(language), name: name.to_owned() }
}

/// Notices of alerts as they are now, to the reader of a delivery that said otherwise of them. To this reader each of them opens.
pub fn instead_of(
    tx: &mut Tx<'_>,
    delivery: &Delivery,
    reader: Option<&User>,
    alerts: &[(Alert, Enterprise)],
) -> Result<Vec<Notice>, Error> {
    let enterprises: Vec<&Enterprise> = alerts.iter().map(|(_, enterprise)| enterprise).collect();
    let audiences: BTreeMap<EnterpriseId, Audience> =
        recipients::of_enterprises(tx.conn, tx.context, tx.today, &enterprises)?;
    let language = tx.context.settings.locale.language;
    let named = reader.map_or_else(
        || Some(Recipient::at(delivery.to_address.clone(), delivery.to_name.clone(), language)),
        Recipient::of,
    );
    let Some(named) = named else { return Ok(Vec::new()) };
    let mut notices = Vec::new();
    for (alert, enterprise) in alerts {
        let audience = audiences.get(&enterprise.id).cloned().unwrap_or_default();
        // As one of the audience, the reader may stand in for somebody.
        let reader = audience.recipients.iter().find(|one| one.key() == named.key()).unwrap_or(&named).clone();
        let summary = AlertSummary::as_written(tx.conn, alert, enterprise, audience)?;
        let event = format!("alert:{}:{}:instead:{}", alert.id, alert.version, delivery.id);
        notices.extend(to_all(AlertTelling { summary, occasion: Occasion::Opened }, &event, &[reader]));
    }
    Ok(notices)
}
