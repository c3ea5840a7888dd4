//! Typed identifiers: UUID version 7, so that the order of ids is the order of creation.

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$meta:meta])* $name:ident)*) => {$(
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl $name {
            /// A new id, later than every id made before on this machine.
            #[must_use]
            pub fn new() -> Self {
                Self(Uuid::now_v7())
            }
        }
        impl Default for $name {
            fn default() -> Self {
                Self::new()
            }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
        impl From<$name> for Uuid {
            fn from(id: $name) -> Self {
                id.0
            }
        }
        impl FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::parse_str(text).map(Self)
            }
        }
    )*};
}

ids! {
    /// Names an organisation: the district, a street office or a department.
    OrganisationId
    /// Names a person with an account.
    UserId
    /// Names a session of a signed-in person.
    SessionId
    /// Names an API token of a service account.
    TokenId
    /// Names a saved view of the list of enterprises.
    SavedViewId
    /// Names an absence of a person.
    AbsenceId
    /// Names a day of the work calendar.
    CalendarDayId
    /// Names an enterprise.
    EnterpriseId
    /// Names a contact person of an enterprise.
    ContactId
    /// Names one period of a service team.
    TeamId
    /// Names a visit.
    VisitId
    /// Names a signal.
    SignalId
    /// Names a tax receipt.
    ReceiptId
    /// Names an import of a file.
    ImportId
    /// Names an alert.
    AlertId
    /// Names a leader's directive on an alert.
    DirectiveId
    /// Names a delivery, and the mail it delivers.
    DeliveryId
    /// Names an attempt to deliver.
    AttemptId
    /// Names a recorded change.
    ChangeId
    /// Names a recorded read of figures or personal data.
    AccessId
}
