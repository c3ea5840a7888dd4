//! Directives that leaders write on alerts.

use crate::{
    db::{
        backend::DbConn,
        keyset::{Order, Part},
        records::recorded::{Belongs, Creatable, Declaration, Recorded, WriteProof, recorded},
        schema::{directives, users},
        values::Timestamp,
    },
    domain::ids::{AlertId, DirectiveId, EnterpriseId, UserId},
};
use diesel::{dsl::count_star, prelude::*};
use serde_json::Value;
use uuid::Uuid;

/// One directive.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, Queryable, Selectable, Insertable)]
#[diesel(table_name = directives, treat_none_as_default_value = false)]
pub struct Directive {
    /// Its id.
    pub id: DirectiveId,
    /// The alert it is on.
    pub alert_id: AlertId,
    /// The leader.
    pub author_id: UserId,
    /// What is to be done.
    pub text: String,
    /// When it was written.
    pub created_at: Timestamp,
}

recorded! {
    Directive as Directive of ["directives"], belongs to |_| Belongs::District, in feed: true, assessed: false {
        fields {
            id: Public, "编号", "id";
            alert_id: Public, "预警", "alert";
            author_id: Public, "批示人", "author";
            text: Text, "内容", "text";
        }
        details {
            cautions: Public, "措辞提示", "hints on the wording";
        }
        unrecorded { created_at }
    }
}

/// A directive with the enterprise of its alert, to which it belongs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnterpriseDirective {
    /// The directive.
    pub row: Directive,
    /// The enterprise of its alert.
    pub enterprise_id: EnterpriseId,
}

impl Recorded for EnterpriseDirective {
    const DECLARATION: &'static Declaration = Directive::DECLARATION;

    fn noun_id(&self) -> Uuid {
        self.row.noun_id()
    }

    fn belongs_to(&self) -> Belongs {
        self.enterprise_id.into()
    }

    fn columns(&self) -> serde_json::Result<Vec<(&'static str, Value)>> {
        self.row.columns()
    }
}

impl Creatable for EnterpriseDirective {
    fn insert(&self, connection: &mut DbConn, _: &WriteProof) -> QueryResult<usize> {
        diesel::insert_into(directives::table).values(&self.row).execute(connection)
    }
}

/// A page of the directives on an alert with the names of their authors, oldest first.
pub fn list(
    connection: &mut DbConn,
    alert: AlertId,
    part: &Part<DirectiveId>,
) -> QueryResult<Vec<(Directive, String)>> {
    const OLDEST_FIRST: Order = Order::ascending("directives.id");
    let query = directives::table
        .inner_join(users::table)
        .filter(directives::alert_id.eq(alert))
        .filter(part.beyond(OLDEST_FIRST))
        .order(part.order(OLDEST_FIRST))
        .select((Directive::as_select(), users::display_name))
        .limit(part.limit);
    query.load(connection)
}

/// The number of directives on an alert.
pub fn count(connection: &mut DbConn, alert: AlertId) -> QueryResult<i64> {
    directives::table.filter(directives::alert_id.eq(alert)).select(count_star()).get_result(connection)
}
