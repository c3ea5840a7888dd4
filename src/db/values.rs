//! How domain values are stored: ids as UUIDs, codes as text, money as integers, instants as microseconds.

use super::backend::{MultiBackend, TimestampSql, UuidSql};
use crate::{
    domain::{
        fen::Fen,
        fieldwork::{
            signal::SignalKind,
            visit::{Channel, RelocationIntent},
        },
        ids::{
            AbsenceId, AccessId, AlertId, AttemptId, CalendarDayId, ChangeId, ContactId, DeliveryId, DirectiveId,
            EnterpriseId, ImportId, OrganisationId, ReceiptId, SavedViewId, SessionId, SignalId, TeamId, TokenId,
            UserId, VisitId,
        },
        operation::{
            deadline::{DeadlineKind, DeadlineOutcome},
            job::{JobError, JobKind},
            workday::DayKind,
        },
        outbox::delivery::{AttemptOutcome, CancelReason, DeliveryChannel, DeliveryKind, DeliveryState},
        people::{role::Role, user::UserStatus},
        records::{
            access::Accessed,
            change::{Action, Noun},
            record::RecordLog,
        },
        registry::{
            enterprise::{EnterpriseStatus, Tier},
            industry::IndustryEdition,
            organisation::{OrganisationKind, OrganisationStatus},
            presence::Presence,
            tax_type::TaxType,
            uscc::Uscc,
        },
        watch::{
            alert::{AlertState, Outcome},
            level::Level,
        },
    },
    texts::Language,
};
use chrono::{DateTime, Utc};
use diesel::{
    backend::Backend,
    deserialize::{self, FromSql, Queryable},
    expression::AsExpression,
    internal::derives::as_expression::Bound,
    pg::Pg,
    serialize::{self, IsNull, Output, ToSql},
    sql_types::{BigInt, Nullable, SingleValue, Text, Timestamptz, Uuid as PgUuid},
    sqlite::Sqlite,
};
use uuid::Uuid;

/// Lets a value stand for a bound parameter of one SQL type.
macro_rules! bound_as {
    ($value:ty, $sql:ty) => {
        impl AsExpression<$sql> for $value {
            type Expression = Bound<$sql, Self>;
            fn as_expression(self) -> Self::Expression {
                Bound::new(self)
            }
        }
        impl AsExpression<Nullable<$sql>> for $value {
            type Expression = Bound<Nullable<$sql>, Self>;
            fn as_expression(self) -> Self::Expression {
                Bound::new(self)
            }
        }
        impl<'v> AsExpression<$sql> for &'v $value {
            type Expression = Bound<$sql, Self>;
            fn as_expression(self) -> Self::Expression {
                Bound::new(self)
            }
        }
        impl<'v> AsExpression<Nullable<$sql>> for &'v $value {
            type Expression = Bound<Nullable<$sql>, Self>;
            fn as_expression(self) -> Self::Expression {
                Bound::new(self)
            }
        }
        impl<DB: Backend> ToSql<Nullable<$sql>, DB> for $value
        where
            $value: ToSql<$sql, DB>,
        {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
                ToSql::<$sql, DB>::to_sql(self, out)
            }
        }
    };
}

/// Reads a value wherever its SQL type stands in a row.
macro_rules! readable {
    ($($value:ty),*) => {$(
        impl<DB: Backend, ST: SingleValue> Queryable<ST, DB> for $value
        where
            Self: FromSql<ST, DB>,
        {
            type Row = Self;
            fn build(row: Self) -> deserialize::Result<Self> {
                Ok(row)
            }
        }
    )*};
}

/// Passes a value through the enum of connections to the concrete one.
macro_rules! through_both {
    ($value:ty, $sql:ty) => {
        impl FromSql<$sql, MultiBackend> for $value {
            fn from_sql(raw: <MultiBackend as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
                raw.from_sql::<$value, $sql>()
            }
        }
        impl ToSql<$sql, MultiBackend> for $value {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, MultiBackend>) -> serialize::Result {
                out.set_value((<$sql>::default(), self));
                Ok(IsNull::No)
            }
        }
    };
}

macro_rules! ids {
    ($($id:ident),* $(,)?) => {$(
        bound_as!($id, UuidSql);
        readable!($id);
        through_both!($id, UuidSql);
        impl ToSql<UuidSql, Pg> for $id {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
                <Uuid as ToSql<PgUuid, Pg>>::to_sql(&self.0, out)
            }
        }
        impl FromSql<UuidSql, Pg> for $id {
            fn from_sql(raw: <Pg as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
                <Uuid as FromSql<PgUuid, Pg>>::from_sql(raw).map(Self)
            }
        }
        impl ToSql<UuidSql, Sqlite> for $id {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
                out.set_value(self.0.as_bytes().as_slice());
                Ok(IsNull::No)
            }
        }
        impl FromSql<UuidSql, Sqlite> for $id {
            fn from_sql(mut raw: <Sqlite as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
                Ok(Self(Uuid::from_slice(raw.read_blob())?))
            }
        }
    )*};
}

/// An id of whatever kind: what `changes` and `access_records` point at, and who holds a lease.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct AnyId(pub Uuid);

ids!(
    AnyId,
    OrganisationId,
    UserId,
    SessionId,
    TokenId,
    SavedViewId,
    AbsenceId,
    CalendarDayId,
    EnterpriseId,
    ContactId,
    TeamId,
    VisitId,
    SignalId,
    ReceiptId,
    ImportId,
    AlertId,
    DirectiveId,
    DeliveryId,
    ChangeId,
    AccessId,
    AttemptId,
);

/// An instant as it is stored: to the microsecond.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(transparent)]
pub struct Timestamp(pub DateTime<Utc>);

impl std::ops::Add<chrono::TimeDelta> for Timestamp {
    type Output = Self;
    fn add(self, duration: chrono::TimeDelta) -> Self {
        Self(self.0 + duration)
    }
}

impl From<DateTime<Utc>> for Timestamp {
    fn from(instant: DateTime<Utc>) -> Self {
        Self(instant)
    }
}

bound_as!(Timestamp, TimestampSql);
readable!(Timestamp);
through_both!(Timestamp, TimestampSql);
impl ToSql<TimestampSql, Pg> for Timestamp {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        <DateTime<Utc> as ToSql<Timestamptz, Pg>>::to_sql(&self.0, out)
    }
}
impl FromSql<TimestampSql, Pg> for Timestamp {
    fn from_sql(raw: <Pg as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        <DateTime<Utc> as FromSql<Timestamptz, Pg>>::from_sql(raw).map(Self)
    }
}
impl ToSql<TimestampSql, Sqlite> for Timestamp {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(self.0.timestamp_micros());
        Ok(IsNull::No)
    }
}
impl FromSql<TimestampSql, Sqlite> for Timestamp {
    fn from_sql(raw: <Sqlite as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        let microseconds = <i64 as FromSql<BigInt, Sqlite>>::from_sql(raw)?;
        DateTime::from_timestamp_micros(microseconds).map(Self).ok_or_else(|| "an instant out of range".into())
    }
}

/// A closed list of codes and the columns that hold them. The columns have no check on the list, so that a new code
/// changes no table: a code that is unknown to this program is an error where its row is read.
#[derive(Debug, Clone, Copy)]
pub struct StoredCodes {
    /// The type of its values.
    pub name: &'static str,
    /// All its codes.
    pub codes: fn() -> Vec<&'static str>,
    /// Whether a stored text is read as one of its values.
    pub knows: fn(&str) -> bool,
    /// The columns, each after its table.
    pub columns: &'static [(&'static str, &'static str)],
}

/// Values stored as the text of their code, read back by `FromStr`: the type, the method that gives the code, and every
/// column that holds it.
macro_rules! codes {
    ($($value:ident: $code:ident in [$($table:ident::$column:ident),+ $(,)?];)*) => {
        /// Every list of codes that is stored, and where.
        pub const STORED_CODES: &[StoredCodes] = &[$(StoredCodes {
            name: stringify!($value),
            codes: || $value::ALL.iter().map(|value| value.$code()).collect(),
            knows: |text| text.parse::<$value>().is_ok(),
            columns: &[$({
                // A column that does not exist does not compile.
                let _ = super::schema::$table::$column;
                (stringify!($table), stringify!($column))
            }),+],
        }),*];
        $(
            bound_as!($value, Text);
            readable!($value);
            impl<DB: Backend> ToSql<Text, DB> for $value
            where
                str: ToSql<Text, DB>,
            {
                fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
                    self.$code().to_sql(out)
                }
            }
            impl<DB: Backend> FromSql<Text, DB> for $value
            where
                String: FromSql<Text, DB>,
            {
                fn from_sql(raw: DB::RawValue<'_>) -> deserialize::Result<Self> {
                    let text = String::from_sql(raw)?;
                    text.parse().map_err(|_| format!("{text:?} is not a {}", stringify!($value)).into())
                }
            }
        )*
    };
}
codes!(
    Accessed: as_str in [access_records::what];
    Action: as_str in [changes::action];
    AlertState: as_str in [alerts::state];
    AttemptOutcome: as_str in [delivery_attempts::outcome];
    CancelReason: as_str in [deliveries::cancel_reason];
    Channel: as_str in [visits::channel];
    DayKind: as_str in [calendar_days::kind];
    DeadlineKind: as_str in [deadlines::kind];
    DeadlineOutcome: as_str in [deadlines::outcome];
    DeliveryChannel: as_str in [deliveries::channel];
    DeliveryKind: as_str in [deliveries::kind];
    DeliveryState: as_str in [deliveries::state];
    EnterpriseStatus: as_str in [enterprises::status];
    IndustryEdition: as_str in [enterprises::industry_edition];
    JobError: as_str in [job_status::last_error];
    JobKind: as_str in [job_status::job];
    Language: tag in [users::language];
    Level: as_str in [alerts::level, delivery_subjects::stated, standings::risk_level];
    Noun: as_str in [access_records::noun, changes::noun, deadlines::noun, delivery_subjects::noun];
    OrganisationKind: as_str in [organisations::kind];
    OrganisationStatus: as_str in [organisations::status];
    Outcome: as_str in [alerts::outcome];
    Presence: as_str in [enterprises::presence];
    RecordLog: as_str in [record_heads::log, record_seals::log, unsealed_records::log];
    RelocationIntent: as_str in [visits::relocation_intent];
    Role: as_str in [users::role];
    SignalKind: as_str in [signals::kind];
    TaxType: as_str in [tax_receipts::tax_type];
    Tier: as_str in [enterprises::tier];
    UserStatus: as_str in [users::status];
);

bound_as!(Fen, BigInt);
readable!(Fen);
impl<DB: Backend> ToSql<BigInt, DB> for Fen
where
    i64: ToSql<BigInt, DB>,
{
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
        self.0.to_sql(out)
    }
}
impl<DB: Backend> FromSql<BigInt, DB> for Fen
where
    i64: FromSql<BigInt, DB>,
{
    fn from_sql(raw: DB::RawValue<'_>) -> deserialize::Result<Self> {
        i64::from_sql(raw).map(Self)
    }
}

bound_as!(Uscc, Text);
readable!(Uscc);
impl<DB: Backend> ToSql<Text, DB> for Uscc
where
    str: ToSql<Text, DB>,
{
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
        self.as_str().to_sql(out)
    }
}
impl<DB: Backend> FromSql<Text, DB> for Uscc
where
    String: FromSql<Text, DB>,
{
    fn from_sql(raw: DB::RawValue<'_>) -> deserialize::Result<Self> {
        let text = String::from_sql(raw)?;
        Self::parse(&text).map_err(|_| format!("{text:?} is not a credit code").into())
    }
}

/// Values kept together in one text, as a JSON array: read and written with their row; no index knows what is in it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[serde(transparent)]
pub struct JsonList<T>(pub Vec<T>);

impl<T> AsExpression<Text> for JsonList<T> {
    type Expression = Bound<Text, Self>;
    fn as_expression(self) -> Self::Expression {
        Bound::new(self)
    }
}
impl<T> AsExpression<Text> for &JsonList<T> {
    type Expression = Bound<Text, Self>;
    fn as_expression(self) -> Self::Expression {
        Bound::new(self)
    }
}
impl<T: serde::Serialize + std::fmt::Debug + Send + Sync + 'static> ToSql<Text, MultiBackend> for JsonList<T> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, MultiBackend>) -> serialize::Result {
        out.set_value((Text, self));
        Ok(IsNull::No)
    }
}
impl<T: serde::Serialize + std::fmt::Debug> ToSql<Text, Pg> for JsonList<T> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        serde_json::to_writer(out, &self.0)?;
        Ok(IsNull::No)
    }
}
impl<T: serde::Serialize + std::fmt::Debug> ToSql<Text, Sqlite> for JsonList<T> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(serde_json::to_string(&self.0)?);
        Ok(IsNull::No)
    }
}
impl<T: serde::de::DeserializeOwned, DB: Backend> FromSql<Text, DB> for JsonList<T>
where
    String: FromSql<Text, DB>,
{
    fn from_sql(raw: DB::RawValue<'_>) -> deserialize::Result<Self> {
        Ok(Self(serde_json::from_str(&String::from_sql(raw)?)?))
    }
}
impl<T, DB: Backend, ST: SingleValue> Queryable<ST, DB> for JsonList<T>
where
    Self: FromSql<ST, DB>,
{
    type Row = Self;
    fn build(row: Self) -> deserialize::Result<Self> {
        Ok(row)
    }
}
