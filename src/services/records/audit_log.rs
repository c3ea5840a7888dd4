//! The audit log as the auditor reads it: what was changed and what was read, who did it and when.

use crate::{
    db::{
        backend::DbConn,
        records::{
            access_records::{self, AccessRecord},
            changes::{self, Change, Filter},
        },
        registry::enterprises,
    },
    domain::{
        ids::{AccessId, ChangeId, EnterpriseId},
        people::{actor::Actor, role::Permission},
        records::{access::Accessed, change::Noun},
        registry::enterprise::EnterpriseReference,
    },
    services::{
        Error, Read, Subject,
        paging::{Page, Window},
        unit_of_work::require,
    },
};
use chrono::{DateTime, Utc};

/// Notes that the logs are read. `detail` is what the record says of the filters.
fn begin<'r>(read: &'r mut Read<'_>, detail: &str) -> Result<&'r mut DbConn, Error> {
    read.require(Permission::ReadLogs)?;
    read.note(Accessed::Logs, Subject::list(Noun::AuditLog, detail));
    Ok(read.conn)
}

/// The recorded changes, latest first; `detail` is what the record of this read says of the filters.
pub fn changes(
    read: &mut Read<'_>,
    filter: &Filter,
    window: &Window<(DateTime<Utc>, ChangeId)>,
    detail: &str,
) -> Result<Page<Change, (DateTime<Utc>, ChangeId)>, Error> {
    let connection = begin(read, detail)?;
    let rows = changes::log(connection, filter, &window.part())?;
    let total = window.total(rows.len(), |_| changes::count_log(connection, filter))?;
    Ok(Page::cut(rows, window, total, |change| (change.at.0, change.id)))
}

/// The recorded reads, latest first.
pub fn accesses(
    read: &mut Read<'_>,
    filter: &Filter,
    window: &Window<(DateTime<Utc>, AccessId)>,
    detail: &str,
) -> Result<Page<AccessRecord, (DateTime<Utc>, AccessId)>, Error> {
    let connection = begin(read, detail)?;
    let rows = access_records::log(connection, filter, &window.part())?;
    let total = window.total(rows.len(), |_| access_records::count_log(connection, filter))?;
    Ok(Page::cut(rows, window, total, |record| (record.at.0, record.id)))
}

/// The enterprise whose record is asked for. The auditor sees no enterprises, but the record of each.
pub fn enterprise(
    connection: &mut DbConn,
    actor: &Actor,
    reference: &EnterpriseReference,
) -> Result<Option<EnterpriseId>, Error> {
    require(actor, Permission::ReadLogs)?;
    Ok(match reference {
        EnterpriseReference::Id(id) => Some(*id),
        EnterpriseReference::Uscc(uscc) => enterprises::id_of(connection, uscc)?,
    })
}
