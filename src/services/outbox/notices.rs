//! From notices to mails in the outbox: rendered in each reader's language, threaded, many at once as one digest.
//! Written in the transaction that causes them.

use super::{
    mail_messages::waiting,
    recipients::{self, Audience, Part, Recipient},
};
use crate::{
    db::{
        outbox::{
            digest_alerts::{self, DigestAlert},
            mail_messages::{self, MailMessage},
        },
        watch::alerts::Alert,
    },
    domain::{
        band::Band,
        ids::AlertId,
        outbox::mail::MailKind,
        watch::{
            level::Level,
            risk::{Amounts, Factor},
            withdrawn_record::WithdrawnRecord,
        },
    },
    mail::{
        compose::{AlertMail, AlertOccasion, DigestEntry, DigestMail, Rendered, TeamMember},
        envelope,
    },
    services::{Error, Tx, watch::assessment::Assessed},
    texts::{Language, texts},
};
use chrono::{DateTime, NaiveDate, Utc};
use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
    rc::Rc,
};
use url::Url;

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
    /// The summary of an alert in its present state.
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
}

/// Why somebody is told.
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

/// One person to be told one thing.
#[derive(Debug, Clone)]
pub struct Notice {
    /// What the mail says of the alert.
    pub summary: Rc<AlertSummary>,
    /// Why.
    pub occasion: Occasion,
    /// Names the event, unique among all events: the same event is told to the same person once.
    pub event: String,
    /// Who is told.
    pub recipient: Recipient,
}

/// The same thing told to several people.
pub fn to_all(summary: AlertSummary, occasion: &Occasion, event: &str, recipients: &[Recipient]) -> Vec<Notice> {
    let summary = Rc::new(summary);
    recipients
        .iter()
        .map(|recipient| Notice {
            summary: Rc::clone(&summary),
            occasion: occasion.clone(),
            event: event.to_owned(),
            recipient: recipient.clone(),
        })
        .collect()
}

/// Mails written at once; some twenty bound values each.
const ROWS_PER_INSERT: usize = 200;

/// Writes the mails for these notices into the outbox.
pub fn queue(tx: &mut Tx<'_>, notices: Vec<Notice>) -> Result<(), Error> {
    if notices.is_empty() {
        return Ok(());
    }
    tx.people_told(notices.iter().map(|notice| notice.recipient.key()));
    let told = match tx.run_since() {
        Some(since) => told_since(tx, since, &notices)?,
        None => BTreeMap::new(),
    };
    let writer = Writer::new(tx)?;
    let (digests, single) = gathered(notices, tx.context.settings.alerts.digest_threshold, &told);
    let mut mails = Vec::new();
    for notice in &single {
        mails.push(writer.alert_mail(notice)?);
    }
    let mut told = Vec::new();
    for notices in &digests {
        let (mail, alerts) = writer.digest(notices)?;
        told.extend(alerts);
        mails.push(mail);
    }
    for rows in mails.chunks(ROWS_PER_INSERT) {
        mail_messages::insert(tx.conn, rows)?;
    }
    for rows in told.chunks(ROWS_PER_INSERT) {
        digest_alerts::insert(tx.conn, rows)?;
    }
    tx.mail_queued();
    Ok(())
}

/// Of how many alerts each of these recipients has been told since an instant, by their keys.
fn told_since(tx: &mut Tx<'_>, since: DateTime<Utc>, notices: &[Notice]) -> Result<BTreeMap<String, usize>, Error> {
    let addresses: BTreeSet<&str> = notices.iter().map(|notice| notice.recipient.address.as_str()).collect();
    let mut told = BTreeMap::new();
    for (user, address) in mail_messages::alerts_told_since(tx.conn, since.into(), &addresses)? {
        *told.entry(recipients::key(user, &address)).or_default() += 1;
    }
    Ok(told)
}

/// Separates the alerts that go to one person in a number above the threshold, those told before in the same run included, from
/// all other notices.
fn gathered(notices: Vec<Notice>, threshold: u32, told: &BTreeMap<String, usize>) -> (Vec<Vec<Notice>>, Vec<Notice>) {
    let mut by_recipient: BTreeMap<String, Vec<Notice>> = BTreeMap::new();
    let mut single = Vec::new();
    for notice in notices {
        match notice.occasion {
            Occasion::Opened | Occasion::Raised { .. } | Occasion::Hardened => {
                by_recipient.entry(notice.recipient.key()).or_default().push(notice);
            }
            Occasion::Corrected { .. } | Occasion::Directed { .. } => single.push(notice),
        }
    }
    let threshold = usize::try_from(threshold).unwrap_or(usize::MAX);
    let (mut digests, mut few) = (Vec::new(), Vec::new());
    for (key, notices) in by_recipient {
        let before = told.get(&key).copied().unwrap_or_default();
        if before + notices.len() > threshold { &mut digests } else { &mut few }.push(notices);
    }
    for notices in &mut digests {
        notices.sort_by_cached_key(|notice| {
            let summary = &notice.summary;
            (Reverse(summary.level), Reverse(summary.tax.index()), summary.enterprise_name.clone())
        });
    }
    single.extend(few.into_iter().flatten());
    (digests, single)
}

/// Writes mails out with what all mails of a transaction have in common.
struct Writer<'t> {
    now: DateTime<Utc>,
    today: NaiveDate,
    settings: &'t crate::settings::Settings,
    domain: String,
    /// What a digest says the alerts came with.
    batch: Option<String>,
}

impl<'t> Writer<'t> {
    fn new(tx: &Tx<'t>) -> Result<Self, Error> {
        let settings = &tx.context.settings;
        Ok(Self {
            now: tx.now,
            today: tx.today,
            settings,
            domain: envelope::sender_domain(&settings.mail.from.address).map_err(Error::internal)?,
            batch: tx.batch().map(str::to_owned),
        })
    }

    fn alert_mail(&self, notice: &Notice) -> Result<MailMessage, Error> {
        let (summary, recipient) = (&notice.summary, &notice.recipient);
        let language = recipient.language;
        let mail = AlertMail {
            language,
            recipient_name: name_of(recipient),
            occasion: notice.occasion.in_words(language),
            level: summary.level,
            enterprise_name: summary.enterprise_name.clone(),
            street_name: summary.street_name.clone(),
            headline: summary.factors.first().map(|one| one.headline(language, Amounts::Bands)).unwrap_or_default(),
            what_happened: summary.factors.iter().map(|factor| factor.text(language, Amounts::Bands)).collect(),
            tax_at_stake: summary.tax.text(language).to_owned(),
            team: summary.team.iter().map(|(part, name)| member(*part, name, language)).collect(),
            opened_at: self.settings.locale.minute(summary.opened_at),
            link: self.link(summary.alert)?,
        };
        let thread = envelope::thread_id(summary.alert.0, &self.domain);
        let row = self.row(notice.occasion.kind(), recipient, mail.render().map_err(Error::internal)?, &notice.event);
        Ok(MailMessage { alert_id: Some(summary.alert), in_reply_to: Some(thread), ..row })
    }

    /// One mail for all of a person's alerts, and which alerts it tells of.
    fn digest(&self, notices: &[Notice]) -> Result<(MailMessage, Vec<DigestAlert>), Error> {
        let Some(first) = notices.first() else {
            return Err(Error::Internal("a digest of nothing".to_owned()));
        };
        let language = first.recipient.language;
        let entries =
            notices.iter().map(|notice| self.entry(&notice.summary, language)).collect::<Result<_, Error>>()?;
        let mail = DigestMail {
            language,
            recipient_name: name_of(&first.recipient),
            import_label: self.batch.clone().unwrap_or_else(|| update_of(language, self.today)),
            entries,
        };
        let event = format!("digest:{}", first.event);
        let row = self.row(MailKind::Digest, &first.recipient, mail.render().map_err(Error::internal)?, &event);
        let told = notices.iter().map(|notice| DigestAlert { mail_id: row.id, alert_id: notice.summary.alert });
        let told = told.collect();
        Ok((row, told))
    }

    fn entry(&self, summary: &AlertSummary, language: Language) -> Result<DigestEntry, Error> {
        let weightiest = summary.factors.first().map(|factor| factor.text(language, Amounts::Bands));
        Ok(DigestEntry {
            level: summary.level,
            enterprise_name: summary.enterprise_name.clone(),
            what: weightiest.unwrap_or_default(),
            link: self.link(summary.alert)?,
        })
    }

    fn link(&self, alert: AlertId) -> Result<Url, Error> {
        Url::parse(&self.settings.server.public_base_url.link(&format!("/alerts/{alert}"))).map_err(Error::internal)
    }

    fn row(&self, kind: MailKind, recipient: &Recipient, rendered: Rendered, event: &str) -> MailMessage {
        waiting(kind, recipient, rendered, event, &self.domain, self.now)
    }
}

impl Occasion {
    const fn kind(&self) -> MailKind {
        match self {
            Self::Opened => MailKind::AlertOpened,
            Self::Raised { .. } | Self::Hardened => MailKind::AlertRaised,
            Self::Corrected { .. } => MailKind::Correction,
            Self::Directed { .. } => MailKind::Directive,
        }
    }

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

/// How a mail addresses a recipient; a deputy reads who is absent.
fn name_of(recipient: &Recipient) -> String {
    let name = if recipient.name.is_empty() { &recipient.address } else { &recipient.name };
    match &recipient.stands_in_for {
        Some(absent) => standing_in(recipient.language, name, absent),
        None => name.clone(),
    }
}

fn member(part: Part, name: &str, language: Language) -> TeamMember {
    TeamMember { role: part.text(language), name: name.to_owned() }
}

texts! {
    standing_in(name: &str, absent: &str) { zh: "{name}（代{absent}接收）", en: "{name} (standing in for {absent})" }
    update_of(day: NaiveDate) { zh: "{day} 的数据更新", en: "data update of {day}" }
}
