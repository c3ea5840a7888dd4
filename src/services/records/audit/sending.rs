//! Sending the heads of the record out of the machine, so that a log that is cut off or put back later is found: by mail to the
//! auditors, and to whatever the caller does with them.

use super::{
    heads::{self, Trouble},
    sent_heads::{SENDING_JOB, SentHeads, last_sent},
};
use crate::{
    db::{
        backend::DbConn,
        operation::job_leases,
        people::users::{self, User},
    },
    domain::{outbox::delivery::DeliveryKind, people::role::Role, records::record::RecordLog, text::hex},
    mail::{
        compose::{HeadLine, HeadsMail},
        envelope,
    },
    secrets::{chain::ChainHash, head::Head},
    services::{
        Context, Error,
        outbox::{
            deliveries::{self, NewMail},
            recipients::Recipient,
        },
    },
    texts::Explain,
};
use chrono::{DateTime, Utc};
use url::Url;

/// What goes out now.
#[derive(Debug, Clone)]
pub struct Sending {
    /// The heads of the logs that are sealed.
    pub heads: Vec<Head>,
    /// The logs in which nothing is sealed, and why.
    pub troubles: Vec<(RecordLog, Trouble)>,
    /// How many auditors are mailed.
    pub mails: usize,
}

/// Writes the mails to the auditors and notes what goes out; `None` while no log has a place.
pub fn send(
    connection: &mut DbConn,
    context: &Context,
    known: &[Head],
    now: DateTime<Utc>,
) -> Result<Option<Sending>, Error> {
    let keys = &context.record;
    let mut sending = Sending { heads: Vec::new(), troubles: Vec::new(), mails: 0 };
    for &log in RecordLog::ALL {
        match heads::examine(connection, keys, log, known, now)? {
            Err(trouble) => sending.troubles.push((log, trouble)),
            Ok(head) if head.position > 0 => sending.heads.push(head),
            Ok(_) => {}
        }
    }
    if sending.heads.is_empty() && sending.troubles.is_empty() {
        return Ok(None);
    }
    let mails = users::active_with_roles(connection, &[Role::Auditor])?
        .into_iter()
        .filter_map(|auditor| mail(context, &sending, auditor, now).transpose())
        .collect::<Result<Vec<NewMail>, Error>>()?;
    sending.mails = deliveries::queue(connection, &mails)?;
    let mut sent = SentHeads { at: now, heads: sending.heads.clone() };
    let before = last_sent(connection, keys)?.unwrap_or_default();
    sent.heads.extend(before.heads.into_iter().filter(|old| sending.heads.iter().all(|head| head.log != old.log)));
    job_leases::set_note(connection, SENDING_JOB, &sent.note(keys))?;
    Ok(Some(sending))
}

/// A head as a person gives it to a verification.
pub fn written(head: &Head) -> String {
    written_place(head.log, head.position, &head.hash)
}

/// The same of a place that was verified.
pub fn written_place(log: RecordLog, position: i64, hash: &ChainHash) -> String {
    format!("{log}:{position}:{}", hex(hash))
}

/// The mail to one auditor; none without an address.
fn mail(context: &Context, sending: &Sending, auditor: User, now: DateTime<Utc>) -> Result<Option<NewMail>, Error> {
    let Some(address) = auditor.email else { return Ok(None) };
    let settings = &context.settings;
    let language = auditor.language;
    let line = |log: RecordLog| {
        let head = sending.heads.iter().find(|head| head.log == log);
        let trouble = sending.troubles.iter().find(|(other, _)| *other == log);
        HeadLine {
            log: log.text(language).to_owned(),
            position: head.map_or(0, |head| head.position),
            head: head.map(written),
            trouble: trouble.map(|(_, trouble)| trouble.text(language)),
        }
    };
    let page = settings.server.public_base_url.link("/audit-log/chain");
    let rendered = HeadsMail {
        language,
        recipient_name: auditor.display_name.clone(),
        noted_at: settings.locale.minute(now),
        logs: RecordLog::ALL.iter().copied().map(line).collect(),
        link: Url::parse(&page).map_err(Error::internal)?,
    }
    .render()
    .map_err(Error::internal)?;
    let domain = envelope::sender_domain(&settings.mail.from.to_string()).map_err(Error::internal)?;
    let (user, name) = (Some(auditor.id), auditor.display_name);
    let recipient = Recipient { user, address, name, language, stands_in_for: None };
    let event = format!("{SENDING_JOB}:{}", now.timestamp_micros());
    Ok(Some(NewMail::new(DeliveryKind::RecordHeads, &recipient, rendered, &event, &domain, now)))
}
