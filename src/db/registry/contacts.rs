//! Contact persons of enterprises.

use crate::{
    db::{
        backend::{DbConn, on_conn},
        records::recorded::{Batched, Creatable, WriteProof, recorded, written},
        schema::contacts,
        values::Timestamp,
    },
    domain::ids::{ContactId, EnterpriseId},
};
use diesel::prelude::*;

/// One contact person.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = contacts, treat_none_as_default_value = false, treat_none_as_null = true)]
pub struct Contact {
    /// Its id.
    pub id: ContactId,
    /// The enterprise.
    pub enterprise_id: EnterpriseId,
    /// The person's name.
    pub name: String,
    /// The position of the person.
    pub position: Option<String>,
    /// Phone number.
    pub phone: Option<String>,
    /// Mail address.
    pub email: Option<String>,
    /// Whether the person is asked first; at most one an enterprise.
    pub is_primary: bool,
    /// Increases with each edit.
    pub version: i64,
    /// When it was recorded first.
    pub created_at: Timestamp,
    /// When it was edited last.
    pub updated_at: Timestamp,
}

recorded! {
    Contact as Contact of ["contacts"], belongs to |row| row.enterprise_id.into(), in feed: true, assessed: false {
        fields {
            id: Public, "编号", "id";
            enterprise_id: Public, "企业", "enterprise";
            name: Personal, "姓名", "name";
            position: Personal, "职务", "position";
            phone: Personal, "电话", "phone";
            email: Personal, "电子邮箱", "e-mail";
            is_primary: Public, "首选联系人", "primary contact";
        }
        details {
            import_id: Public, "导入批次", "import";
            contacts: Public, "联系人数", "contacts";
            rows_digest: Public, "各行校验值", "digest of the rows";
            created_at: Public, "新建时间", "created at";
        }
        unrecorded { version, created_at, updated_at }
    }
}

impl Creatable for Contact {
    fn insert(&self, connection: &mut DbConn, _: &WriteProof) -> QueryResult<usize> {
        diesel::insert_into(contacts::table).values(self).execute(connection)
    }

    fn insert_many(rows: &[Self], connection: &mut DbConn, _: &WriteProof) -> QueryResult<usize> {
        rows.chunks(ROWS_PER_INSERT).try_fold(0, |count, rows| {
            let added = on_conn!(connection, |c| diesel::insert_into(contacts::table).values(rows).execute(c))?;
            Ok(count + added)
        })
    }
}

/// Ten bound values a row, below what one statement may carry.
const ROWS_PER_INSERT: usize = 1000;

impl Batched for Contact {
    fn made_at(&self) -> Timestamp {
        self.created_at
    }
}

written! { Contact in contacts: changed, deleted }

/// The contact persons of an enterprise, the primary contact first.
pub fn of_enterprise(connection: &mut DbConn, enterprise: EnterpriseId) -> QueryResult<Vec<Contact>> {
    contacts::table
        .filter(contacts::enterprise_id.eq(enterprise))
        .order((contacts::is_primary.desc(), contacts::id))
        .select(Contact::as_select())
        .load(connection)
}

/// One contact person of an enterprise.
pub fn find(connection: &mut DbConn, enterprise: EnterpriseId, id: ContactId) -> QueryResult<Option<Contact>> {
    contacts::table
        .filter(contacts::id.eq(id))
        .filter(contacts::enterprise_id.eq(enterprise))
        .select(Contact::as_select())
        .get_result(connection)
        .optional()
}
