//! Who calls and with what: everything a handler needs besides the data of the request itself.

use crate::{
    app::App,
    db::{access_records::AccessRecord, backend::DbConn, values::AnyId},
    domain::{
        access::Accessed,
        actor::Actor,
        change::Noun,
        ids::{AccessId, EnterpriseId},
        role::Permission,
    },
    services::{Error, Tx, unit_of_work::require},
    web::problem::{Edge, Problem},
};
use actix_web::{FromRequest, HttpMessage, HttpRequest, dev::Payload, web::Data};
use std::future::{Ready, ready};
use uuid::Uuid;

/// The authenticated caller of a request. A handler that takes one cannot run for a stranger.
#[derive(Clone)]
pub struct Caller {
    /// Who it is.
    pub actor: Actor,
    /// The product.
    pub app: Data<App>,
    /// The request, for its method, path and headers.
    pub request: HttpRequest,
}

impl FromRequest for Caller {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let actor = request.extensions().get::<Actor>().cloned();
        ready(match (actor, request.app_data::<Data<App>>()) {
            (Some(actor), Some(app)) => Ok(Self { actor, app: app.clone(), request: request.clone() }),
            // The authentication layer lets nobody through without an actor.
            _ => Err(Edge::Unavailable.into()),
        })
    }
}

impl Caller {
    /// Refuses a caller without the permission.
    pub fn require(&self, permission: Permission) -> Result<(), Problem> {
        Ok(require(&self.actor, permission)?)
    }

    /// Reads as the caller.
    pub async fn read<T: Send + 'static>(
        &self,
        body: impl FnOnce(&mut DbConn, &Actor) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Problem> {
        let actor = self.actor.clone();
        Ok(self.app.read(move |connection| body(connection, &actor)).await?)
    }

    /// Reads as the caller, all of it from the database as it was at the first look.
    pub async fn read_snapshot<T: Send + 'static>(
        &self,
        body: impl FnOnce(&mut DbConn, &Actor) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Problem> {
        let actor = self.actor.clone();
        Ok(self.app.read_snapshot(move |connection| body(connection, &actor)).await?)
    }

    /// Writes as the caller.
    pub async fn write<T: Send + 'static>(
        &self,
        body: impl Fn(&mut Tx<'_>) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Problem> {
        Ok(self.app.write(self.actor.clone(), body).await?)
    }

    /// Records what the caller is about to be shown; the answer leaves after the record is committed. `id` is the thing read,
    /// `None` for a list; `detail` says which filters or field, and holds neither figures nor personal data.
    pub async fn record_access(
        &self,
        what: Accessed,
        noun: Noun,
        id: Option<Uuid>,
        enterprise: Option<EnterpriseId>,
        detail: impl Into<String>,
    ) -> Result<(), Problem> {
        let record = AccessRecord {
            id: AccessId::new(),
            at: self.app.now().into(),
            actor: self.actor.reference(),
            actor_name: self.actor.name.clone(),
            request_id: self.actor.request_id.clone(),
            what: what.as_str().to_owned(),
            noun: noun.as_str().to_owned(),
            noun_id: id.map(AnyId),
            enterprise_id: enterprise,
            detail: detail.into(),
        };
        Ok(self.app.record_access(record).await?)
    }
}
