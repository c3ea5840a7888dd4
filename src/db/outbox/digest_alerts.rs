//! Which alerts a digest told of: its recipients are told when such an alert is corrected.

use crate::{
    db::{
        backend::{DbConn, on_conn},
        schema::digest_alerts,
    },
    domain::ids::{AlertId, MailId},
};
use diesel::prelude::*;

/// One alert in one digest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Queryable, Insertable)]
#[diesel(table_name = digest_alerts)]
pub struct DigestAlert {
    /// The digest.
    pub mail_id: MailId,
    /// The alert.
    pub alert_id: AlertId,
}

/// Adds alerts to digests that were just written.
pub fn insert(connection: &mut DbConn, rows: &[DigestAlert]) -> QueryResult<usize> {
    on_conn!(connection, |c| diesel::insert_into(digest_alerts::table).values(rows).execute(c))
}
