//! Unresolved alerts of which nobody knows: those without a recipient, and those whose recipients have left.

use crate::{
    db::{
        backend::DbConn,
        schema::{alerts, digest_alerts, mail_messages, users},
    },
    domain::{
        ids::{AlertId, EnterpriseId, UserId},
        outbox::mail::{MailKind, MailState},
        people::user::UserStatus,
        watch::{alert::AlertState, level::Level},
    },
};
use diesel::prelude::*;
use std::collections::BTreeSet;

/// The enterprises whose unresolved alert could be told to nobody, in id order.
pub fn without_recipient(connection: &mut DbConn) -> QueryResult<Vec<EnterpriseId>> {
    alerts::table
        .filter(alerts::without_recipient)
        .filter(alerts::state.ne(AlertState::Resolved))
        .order(alerts::enterprise_id)
        .select(alerts::enterprise_id)
        .load(connection)
}

/// The unresolved orange and red alerts a person was mailed about, however that ended, with their enterprises in id order.
pub fn mailed_to(connection: &mut DbConn, person: UserId) -> QueryResult<Vec<(AlertId, EnterpriseId)>> {
    let own = mail_messages::table
        .filter(mail_messages::recipient_id.eq(person))
        .filter(mail_messages::alert_id.is_not_null())
        .select(mail_messages::alert_id.assume_not_null());
    let by_digest = digest_alerts::table
        .inner_join(mail_messages::table)
        .filter(mail_messages::recipient_id.eq(person))
        .select(digest_alerts::alert_id);
    alerts::table
        .filter(alerts::state.ne(AlertState::Resolved))
        .filter(alerts::level.eq_any([Level::Orange, Level::Red]))
        .filter(alerts::id.eq_any(own).or(alerts::id.eq_any(by_digest)))
        .order(alerts::enterprise_id)
        .select((alerts::id, alerts::enterprise_id))
        .load(connection)
}

/// Those of these alerts that somebody else, whose account is in use or who has none, was told of or is about to be.
pub fn heard_by_others(connection: &mut DbConn, ids: &[AlertId], leaving: UserId) -> QueryResult<BTreeSet<AlertId>> {
    macro_rules! reaching_others {
        () => {
            mail_messages::state
                .eq_any([MailState::Pending, MailState::Sending, MailState::Sent])
                .and(mail_messages::kind.eq_any([MailKind::AlertOpened, MailKind::AlertRaised, MailKind::Digest]))
                .and(
                    mail_messages::recipient_id.is_null().or(mail_messages::recipient_id.eq_any(
                        users::table
                            .filter(users::status.eq(UserStatus::Active))
                            .filter(users::id.ne(leaving))
                            .select(users::id.nullable()),
                    )),
                )
        };
    }
    let mut heard: Vec<AlertId> = mail_messages::table
        .filter(mail_messages::alert_id.eq_any(ids.to_vec()))
        .filter(reaching_others!())
        .select(mail_messages::alert_id.assume_not_null())
        .load(connection)?;
    let by_digest: Vec<AlertId> = digest_alerts::table
        .inner_join(mail_messages::table)
        .filter(digest_alerts::alert_id.eq_any(ids.to_vec()))
        .filter(reaching_others!())
        .select(digest_alerts::alert_id)
        .load(connection)?;
    heard.extend(by_digest);
    Ok(heard.into_iter().collect())
}
