//! What is recorded of each noun: one declaration beside its row type says its fields, who may read each, and what people
//! call it. Nothing about a noun's record is written down anywhere else.
//!
//! A row type lists all of its columns: a column without a class and a label does not compile. There is no default class.

use crate::{
    db::{backend::DbConn, values::Timestamp},
    domain::{
        ids::{EnterpriseId, OrganisationId},
        records::change::{FieldClass, Noun},
    },
    texts::Language,
};
use diesel::QueryResult;
use serde_json::Value;
use uuid::Uuid;

/// A field of a noun's recorded changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field {
    /// The column, or the name of a detail that is recorded beside the row.
    pub name: &'static str,
    /// Who may read it.
    pub class: FieldClass,
    /// What people call it, in Chinese and English.
    pub label: (&'static str, &'static str),
}

impl Field {
    /// What people call it.
    pub const fn text(&self, language: Language) -> &'static str {
        match language {
            Language::Zh => self.label.0,
            Language::En => self.label.1,
        }
    }
}

/// What is recorded of one noun.
#[derive(Debug, Clone, Copy)]
pub struct Declaration {
    /// The noun.
    pub noun: Noun,
    /// Whether the change feed tells of it: the district's business, not who signs in or what is mailed.
    pub in_feed: bool,
    /// Whether a change of it has its enterprise assessed before commit. Set for facts, and for the team: its people may be
    /// the first who can be told of an alert.
    pub assessed: bool,
    /// The tables whose rows it is made of. They are written through the unit of work alone.
    pub tables: &'static [&'static str],
    /// Its fields, in the order people read them.
    pub fields: &'static [Field],
}

impl Declaration {
    /// The field with the name.
    pub fn field(&self, name: &str) -> Option<&'static Field> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// Who may read the field. One that is not declared, such as a column of an earlier version, counts as personal.
    pub fn class_of(&self, name: &str) -> FieldClass {
        self.field(name).map_or(FieldClass::Personal, |field| field.class)
    }
}

/// What a recorded thing belongs to: who sees it follows from that.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Belongs {
    /// An enterprise.
    Enterprise(EnterpriseId),
    /// A street office.
    Street(OrganisationId),
    /// The district as a whole.
    District,
}

impl Belongs {
    /// The enterprise, where it is one.
    pub const fn enterprise(self) -> Option<EnterpriseId> {
        match self {
            Self::Enterprise(id) => Some(id),
            Self::Street(_) | Self::District => None,
        }
    }

    /// The street office, where it is one.
    pub const fn street(self) -> Option<OrganisationId> {
        match self {
            Self::Street(id) => Some(id),
            Self::Enterprise(_) | Self::District => None,
        }
    }
}

impl From<EnterpriseId> for Belongs {
    fn from(id: EnterpriseId) -> Self {
        Self::Enterprise(id)
    }
}

impl From<Option<EnterpriseId>> for Belongs {
    fn from(id: Option<EnterpriseId>) -> Self {
        id.map_or(Self::District, Self::Enterprise)
    }
}

/// A row whose changes are recorded.
pub trait Recorded {
    /// What is recorded of it.
    const DECLARATION: &'static Declaration;

    /// The id of the thing.
    fn noun_id(&self) -> Uuid;

    /// What it belongs to.
    fn belongs_to(&self) -> Belongs;

    /// The recorded columns with their values. Fails when a value has no JSON form.
    fn columns(&self) -> serde_json::Result<Vec<(&'static str, Value)>>;
}

/// A recorded row that can be added.
pub trait Creatable: Recorded + Sized {
    /// Adds the row.
    fn insert(&self, connection: &mut DbConn, proof: &WriteProof) -> QueryResult<usize>;

    /// Adds many rows.
    fn insert_many(rows: &[Self], connection: &mut DbConn, proof: &WriteProof) -> QueryResult<usize> {
        rows.iter().try_fold(0, |count, row| Ok(count + row.insert(connection, proof)?))
    }
}

/// A recorded row that may come with a batch, which is one change with a digest over its rows.
pub trait Batched: Creatable {
    /// When the row was made: the instant of the change that records its batch.
    fn made_at(&self) -> Timestamp;
}

/// A recorded row that can be changed.
pub trait Changeable: Recorded + Sized + Clone + PartialEq {
    /// Writes the row over the one with its id.
    fn update(&self, connection: &mut DbConn, proof: &WriteProof) -> QueryResult<usize>;

    /// Writes many rows over those with their ids.
    fn update_many(rows: &[Self], connection: &mut DbConn, proof: &WriteProof) -> QueryResult<usize> {
        rows.iter().try_fold(0, |count, row| Ok(count + row.update(connection, proof)?))
    }

    /// Notes that the row is written again: raises its version, which `If-Match` compares.
    fn raise(&mut self, now: Timestamp);
}

/// A recorded row that can be taken out for good.
pub trait Deletable: Recorded {
    /// Deletes the row.
    fn delete(&self, connection: &mut DbConn, proof: &WriteProof) -> QueryResult<usize>;

    /// When the row was made, which is recorded with its deletion: what tells afterwards which batch it came with.
    fn made_at(&self) -> Timestamp;
}

/// A recorded row that is a period: a new one ends the one before.
pub trait Period: Creatable {
    /// Ends the period.
    fn end(&self, connection: &mut DbConn, at: Timestamp, proof: &WriteProof) -> QueryResult<usize>;
}

/// Proves that a write of a recorded table comes from the unit of work, which records it. A test reads the sources: only the
/// unit of work makes one, and no function writes a recorded table without one.
#[derive(Debug)]
pub struct WriteProof(());

impl WriteProof {
    /// For the unit of work alone.
    pub const fn of_the_unit_of_work() -> Self {
        Self(())
    }
}

/// Declares what is recorded of a row type: every column with class and label, or as `unrecorded`. `details` are recorded
/// beside the row, such as counts of what moved with it. A column `as` a function is recorded in that form.
macro_rules! recorded {
    ($row:ident as $noun:ident of $tables:expr, belongs to $belongs:expr, in feed: $feed:literal, assessed: $assessed:literal {
        fields { $($field:ident $(as $form:path)?: $class:ident, $zh:literal, $en:literal;)* }
        details { $($detail:ident: $detail_class:ident, $detail_zh:literal, $detail_en:literal;)* }
        unrecorded { $($skipped:ident),* $(,)? }
    }) => {
        impl $crate::db::records::recorded::Recorded for $row {
            const DECLARATION: &'static $crate::db::records::recorded::Declaration = &$crate::db::records::recorded::Declaration {
                noun: $crate::domain::records::change::Noun::$noun,
                in_feed: $feed,
                assessed: $assessed,
                tables: &$tables,
                fields: $crate::db::records::recorded::fields!(
                    $($field: $class, $zh, $en;)* $($detail: $detail_class, $detail_zh, $detail_en;)*
                ),
            };

            fn noun_id(&self) -> uuid::Uuid {
                self.id.0
            }

            fn belongs_to(&self) -> $crate::db::records::recorded::Belongs {
                let belongs: fn(&Self) -> $crate::db::records::recorded::Belongs = $belongs;
                belongs(self)
            }

            fn columns(&self) -> serde_json::Result<Vec<(&'static str, serde_json::Value)>> {
                // Every column is named: a new one does not compile until it has a class.
                let Self { $($field,)* $($skipped: _,)* } = self;
                Ok(vec![$((stringify!($field), serde_json::to_value($($form)?($field))?)),*])
            }
        }
    };
}
pub(in crate::db) use recorded;

/// Declares how a row type is written to its table, for rows that have `id`, and where they change `version` and `updated_at`,
/// where they are deleted `created_at`. Rows of another shape implement the traits themselves.
macro_rules! written {
    ($row:ident in $table:ident: $($way:ident),+ $(,)?) => {
        $($crate::db::records::recorded::written!(@$way $row $table);)+
    };
    (@created $row:ident $table:ident) => {
        impl $crate::db::records::recorded::Creatable for $row {
            fn insert(
                &self,
                connection: &mut $crate::db::backend::DbConn,
                _: &$crate::db::records::recorded::WriteProof,
            ) -> diesel::QueryResult<usize> {
                diesel::insert_into($table::table).values(self).execute(connection)
            }
        }
    };
    (@changed $row:ident $table:ident) => {
        impl $crate::db::records::recorded::Changeable for $row {
            fn update(
                &self,
                connection: &mut $crate::db::backend::DbConn,
                _: &$crate::db::records::recorded::WriteProof,
            ) -> diesel::QueryResult<usize> {
                diesel::update($table::table.filter($table::id.eq(self.id))).set(self).execute(connection)
            }

            fn raise(&mut self, now: $crate::db::values::Timestamp) {
                self.version += 1;
                self.updated_at = now;
            }
        }
    };
    (@deleted $row:ident $table:ident) => {
        impl $crate::db::records::recorded::Deletable for $row {
            fn delete(
                &self,
                connection: &mut $crate::db::backend::DbConn,
                _: &$crate::db::records::recorded::WriteProof,
            ) -> diesel::QueryResult<usize> {
                diesel::delete($table::table.filter($table::id.eq(self.id))).execute(connection)
            }

            fn made_at(&self) -> $crate::db::values::Timestamp {
                self.created_at
            }
        }
    };
}
pub(in crate::db) use written;

/// Records a row together with lists of ids that have tables of their own: each is one more column.
macro_rules! recorded_with {
    ($full:ident { row: $row:ident, $($list:ident),+ }) => {
        impl $crate::db::records::recorded::Recorded for $full {
            const DECLARATION: &'static $crate::db::records::recorded::Declaration = $row::DECLARATION;

            fn noun_id(&self) -> uuid::Uuid {
                self.row.noun_id()
            }

            fn belongs_to(&self) -> $crate::db::records::recorded::Belongs {
                self.row.belongs_to()
            }

            fn columns(&self) -> serde_json::Result<Vec<(&'static str, serde_json::Value)>> {
                let Self { row, $($list),+ } = self;
                let mut columns = row.columns()?;
                $(columns.push((stringify!($list), serde_json::to_value($list)?));)+
                Ok(columns)
            }
        }
    };
}
pub(in crate::db) use recorded_with;

/// A table of fields.
macro_rules! fields {
    ($($field:ident: $class:ident, $zh:literal, $en:literal;)*) => {
        &[$($crate::db::records::recorded::Field {
            name: stringify!($field),
            class: $crate::domain::records::change::FieldClass::$class,
            label: ($zh, $en),
        }),*]
    };
}
pub(in crate::db) use fields;
