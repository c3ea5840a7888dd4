//! The text that a record's MAC is taken over: every column but what the sealer adds, as a JSON array with a fixed order,
//! instants in microseconds. Each text begins with its log and the version of its form, so that no record passes for one of
//! the other log or of another form. The rows of a batch have texts of their own, over which its digest is taken.

use crate::{
    db::{
        records::{access_records::AccessRecord, changes::Change},
        values::Timestamp,
    },
    domain::{ids::ReceiptId, records::change::Noun},
};
use serde_json::{Value, json};
use uuid::Uuid;

/// The text of a change.
pub fn change(change: &Change) -> String {
    json!([
        "wellspring/change/2",
        change.id.0,
        change.noun,
        change.noun_id.0,
        change.action,
        change.enterprise_id.map(|id| id.0),
        change.street_id.map(|id| id.0),
        change.actor,
        change.actor_name,
        change.request_id,
        change.at.0.timestamp_micros(),
        change.fields,
    ])
    .to_string()
}

/// The text of a read.
pub fn access(record: &AccessRecord) -> String {
    access_in_form("wellspring/access/2", record)
}

/// The text of a change that was recorded before records were keyed.
pub fn unkeyed_change(change: &Change) -> String {
    json!([
        change.id.0,
        change.noun,
        change.noun_id.0,
        change.action,
        change.enterprise_id.map(|id| id.0),
        change.actor,
        change.actor_name,
        change.request_id,
        change.at.0.timestamp_micros(),
        change.fields,
    ])
    .to_string()
}

/// The text of a read that was recorded before records were keyed.
pub fn unkeyed_access(record: &AccessRecord) -> String {
    access_in_form("wellspring/access/1", record)
}

/// The text of a row of a batch, as its digest adds it: what it was when it was made.
pub fn batch_row(noun: Noun, id: Uuid, made_at: Timestamp, columns: &[(&str, Value)]) -> String {
    json!(["wellspring/row/1", noun.as_str(), id, made_at.0.timestamp_micros(), columns]).to_string()
}

/// The text of a receipt that another batch has superseded, as the digest of that batch adds it.
pub fn superseded_receipt(id: ReceiptId, at: Timestamp) -> String {
    json!(["wellspring/superseded/1", id.0, at.0.timestamp_micros()]).to_string()
}

fn access_in_form(form: &str, record: &AccessRecord) -> String {
    json!([
        form,
        record.id.0,
        record.at.0.timestamp_micros(),
        record.actor,
        record.actor_name,
        record.request_id,
        record.what,
        record.noun,
        record.noun_id.map(|id| id.0),
        record.enterprise_id.map(|id| id.0),
        record.detail,
    ])
    .to_string()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::{
        db::values::AnyId,
        domain::ids::{AccessId, ChangeId, EnterpriseId, OrganisationId},
    };
    use uuid::Uuid;

    fn id(number: u128) -> Uuid {
        Uuid::from_u128(number)
    }

    /// Texts are stored forms: what was recorded under one of them must be verified by it for as long as the record is kept.
    #[test]
    fn the_texts_never_change() {
        let at = "2026-11-26T02:00:00.123456Z".parse::<chrono::DateTime<chrono::Utc>>().unwrap();
        let recorded = Change {
            id: ChangeId(id(1)),
            position: Some(7),
            noun: "visit".to_owned(),
            noun_id: AnyId(id(2)),
            action: "created".to_owned(),
            enterprise_id: Some(EnterpriseId(id(3))),
            street_id: Some(OrganisationId(id(4))),
            actor: "system".to_owned(),
            actor_name: "王\"芳".to_owned(),
            request_id: "r".to_owned(),
            at: at.into(),
            fields: "{\"a\":1}".to_owned(),
            mac: vec![1; 32],
            chain_hash: Some(vec![2; 32]),
        };
        assert_eq!(
            change(&recorded),
            "[\"wellspring/change/2\",\"00000000-0000-0000-0000-000000000001\",\"visit\",\
             \"00000000-0000-0000-0000-000000000002\",\"created\",\"00000000-0000-0000-0000-000000000003\",\
             \"00000000-0000-0000-0000-000000000004\",\"system\",\"王\\\"芳\",\"r\",1795658400123456,\"{\\\"a\\\":1}\"]"
        );
        assert_eq!(
            unkeyed_change(&recorded),
            "[\"00000000-0000-0000-0000-000000000001\",\"visit\",\"00000000-0000-0000-0000-000000000002\",\"created\",\
             \"00000000-0000-0000-0000-000000000003\",\"system\",\"王\\\"芳\",\"r\",1795658400123456,\"{\\\"a\\\":1}\"]"
        );
        let read = AccessRecord {
            id: AccessId(id(1)),
            at: at.into(),
            actor: "user:1".to_owned(),
            actor_name: "王芳".to_owned(),
            request_id: "r".to_owned(),
            what: "figures".to_owned(),
            noun: "enterprise".to_owned(),
            noun_id: None,
            enterprise_id: Some(EnterpriseId(id(3))),
            detail: "list".to_owned(),
            mac: None,
        };
        assert_eq!(
            access(&read),
            "[\"wellspring/access/2\",\"00000000-0000-0000-0000-000000000001\",1795658400123456,\"user:1\",\"王芳\",\"r\",\
             \"figures\",\"enterprise\",null,\"00000000-0000-0000-0000-000000000003\",\"list\"]"
        );
        assert_eq!(unkeyed_access(&read), access(&read).replace("access/2", "access/1"));
        let columns = [("name", json!("星河")), ("amount_fen", json!(-5)), ("import_id", Value::Null)];
        assert_eq!(
            batch_row(Noun::Contact, id(1), at.into(), &columns),
            "[\"wellspring/row/1\",\"contact\",\"00000000-0000-0000-0000-000000000001\",1795658400123456,\
             [[\"name\",\"星河\"],[\"amount_fen\",-5],[\"import_id\",null]]]"
        );
        assert_eq!(
            superseded_receipt(ReceiptId(id(1)), at.into()),
            "[\"wellspring/superseded/1\",\"00000000-0000-0000-0000-000000000001\",1795658400123456]"
        );
    }
}
