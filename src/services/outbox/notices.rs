//! From notices to deliveries: each rendered in its reader's language, tied to its thread, many at once as one digest. What is told
//! can be about any noun, which says how by `Telling`. Written in the transaction that causes it.

use super::{
    deliveries::{self, NewMail},
    recipients::{self, Recipient},
};
use crate::{
    db::outbox::deliveries as rows,
    domain::{
        outbox::delivery::{About, DeliveryKind},
        watch::level::Level,
    },
    mail::{
        compose::{DigestEntry, DigestMail, Rendered},
        envelope,
    },
    services::{Error, Tx},
    settings::Settings,
    texts::{Language, texts},
};
use chrono::{DateTime, NaiveDate, Utc};
use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
    fmt::Debug,
    rc::Rc,
};
use url::Url;

/// What is told of a noun.
pub trait Telling: Debug {
    /// Why it is told.
    fn kind(&self) -> DeliveryKind;

    /// What it is about.
    fn about(&self) -> About;

    /// The mail for a reader.
    fn mail(&self, reader: &Recipient, letterhead: &Letterhead<'_>) -> Result<Rendered, Error>;

    /// Where it stands in a digest; none for what is never gathered.
    fn rank(&self) -> Option<Rank>;

    /// Its entry in a digest.
    fn entry(&self, language: Language, letterhead: &Letterhead<'_>) -> Result<DigestEntry, Error>;
}

/// The order within a digest: the most serious first, among those what most depends on, then by name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rank {
    level: Reverse<Level>,
    weight: Reverse<i16>,
    name: String,
}

impl Rank {
    /// A place by level, weight and name.
    pub const fn new(level: Level, weight: i16, name: String) -> Self {
        Self { level: Reverse(level), weight: Reverse(weight), name }
    }
}

/// One person to be told one thing.
#[derive(Debug, Clone)]
pub struct Notice {
    /// What is told.
    pub telling: Rc<dyn Telling>,
    /// Names the event, unique among all events: the same event is told to the same person once.
    pub event: String,
    /// Who is told.
    pub recipient: Recipient,
}

/// The same thing told to several people.
pub fn to_all(telling: impl Telling + 'static, event: &str, recipients: &[Recipient]) -> Vec<Notice> {
    let telling: Rc<dyn Telling> = Rc::new(telling);
    recipients
        .iter()
        .map(|recipient| Notice { telling: Rc::clone(&telling), event: event.to_owned(), recipient: recipient.clone() })
        .collect()
}

/// Queues what these notices tell.
pub fn queue(tx: &mut Tx<'_>, notices: Vec<Notice>) -> Result<(), Error> {
    if notices.is_empty() {
        return Ok(());
    }
    tx.people_told(notices.iter().map(|notice| notice.recipient.key()));
    let told = match tx.run_since() {
        Some(since) => told_since(tx, since, &notices)?,
        None => BTreeMap::new(),
    };
    let letterhead = Letterhead::of(tx)?;
    let (digests, single) = gathered(notices, tx.context.settings.alerts.digest_threshold, &told);
    let mut mails = Vec::new();
    for notice in &single {
        mails.push(letterhead.single(notice)?);
    }
    for notices in &digests {
        mails.push(letterhead.digest(notices)?);
    }
    deliveries::queue(tx.conn, &mails)?;
    tx.delivery_queued();
    Ok(())
}

/// Of how many alerts each of these recipients has been told since an instant, by their keys.
fn told_since(tx: &mut Tx<'_>, since: DateTime<Utc>, notices: &[Notice]) -> Result<BTreeMap<String, usize>, Error> {
    let addresses: BTreeSet<&str> = notices.iter().map(|notice| notice.recipient.address.as_str()).collect();
    let mut told = BTreeMap::new();
    for (user, address) in rows::alerts_told_since(tx.conn, since.into(), &addresses)? {
        *told.entry(recipients::key(user, &address)).or_default() += 1;
    }
    Ok(told)
}

/// Separates what goes to one person in a number above the threshold, what was told before in the same run included, from all
/// other notices.
fn gathered(notices: Vec<Notice>, threshold: u32, told: &BTreeMap<String, usize>) -> (Vec<Vec<Notice>>, Vec<Notice>) {
    let mut by_recipient: BTreeMap<String, Vec<Notice>> = BTreeMap::new();
    let mut single = Vec::new();
    for notice in notices {
        match notice.telling.rank() {
            Some(_) => by_recipient.entry(notice.recipient.key()).or_default().push(notice),
            None => single.push(notice),
        }
    }
    let threshold = usize::try_from(threshold).unwrap_or(usize::MAX);
    let (mut digests, mut few) = (Vec::new(), Vec::new());
    for (key, notices) in by_recipient {
        let before = told.get(&key).copied().unwrap_or_default();
        if before + notices.len() > threshold { &mut digests } else { &mut few }.push(notices);
    }
    for notices in &mut digests {
        notices.sort_by_cached_key(|notice| notice.telling.rank());
    }
    single.extend(few.into_iter().flatten());
    (digests, single)
}

/// What all mails of a transaction have in common.
#[derive(Debug)]
pub struct Letterhead<'t> {
    /// The settings in force.
    pub settings: &'t Settings,
    now: DateTime<Utc>,
    today: NaiveDate,
    domain: String,
    /// What a digest says the alerts came with.
    batch: Option<String>,
}

impl<'t> Letterhead<'t> {
    fn of(tx: &Tx<'t>) -> Result<Self, Error> {
        let settings = &tx.context.settings;
        Ok(Self {
            settings,
            now: tx.now,
            today: tx.today,
            domain: envelope::sender_domain(&settings.mail.from.address).map_err(Error::internal)?,
            batch: tx.batch().map(str::to_owned),
        })
    }

    /// The address of a page, as a mail links it.
    pub fn link(&self, path: &str) -> Result<Url, Error> {
        Url::parse(&self.settings.server.public_base_url.link(path)).map_err(Error::internal)
    }

    fn single(&self, notice: &Notice) -> Result<NewMail, Error> {
        let (telling, reader) = (&notice.telling, &notice.recipient);
        let about = telling.about();
        let thread = envelope::thread_id(about.noun(), about.id(), &self.domain);
        let rendered = telling.mail(reader, self)?;
        Ok(self.new_mail(telling.kind(), reader, rendered, &notice.event).about(vec![about], Some(thread)))
    }

    /// One mail for all that one person is told at once.
    fn digest(&self, notices: &[Notice]) -> Result<NewMail, Error> {
        let Some(first) = notices.first() else {
            return Err(Error::Internal("a digest of nothing".to_owned()));
        };
        let language = first.recipient.language;
        let entries =
            notices.iter().map(|notice| notice.telling.entry(language, self)).collect::<Result<_, Error>>()?;
        let mail = DigestMail {
            language,
            recipient_name: first.recipient.salutation(),
            import_label: self.batch.clone().unwrap_or_else(|| update_of(language, self.today)),
            entries,
        };
        let event = format!("digest:{}", first.event);
        let rendered = mail.render().map_err(Error::internal)?;
        let about: BTreeSet<About> = notices.iter().map(|notice| notice.telling.about()).collect();
        let new = self.new_mail(DeliveryKind::Digest, &first.recipient, rendered, &event);
        Ok(new.about(about.into_iter().collect(), None))
    }

    fn new_mail(&self, kind: DeliveryKind, reader: &Recipient, rendered: Rendered, event: &str) -> NewMail {
        NewMail::new(kind, reader, rendered, event, &self.domain, self.now)
    }
}

texts! {
    update_of(day: NaiveDate) { zh: "{day} 的数据更新", en: "data update of {day}" }
}
