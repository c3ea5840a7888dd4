//! Who calls and with what: everything a handler needs besides the data of the request itself.

use crate::{
    app::App,
    db::backend::DbConn,
    domain::{
        people::{actor::Actor, role::Permission},
        watch::followed::Followed,
    },
    services::{Error, Read, Tx, unit_of_work::require},
    web::problem::{Edge, Problem},
};
use actix_web::{FromRequest, HttpMessage, HttpRequest, dev::Payload, web::Data};
use std::future::{Ready, ready};

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

    /// Reads as the caller what may go on record: amounts, personal data, exports, the logs. All of it sees the database as it
    /// was at the first look, and the record is durable before this answers.
    pub async fn read_noted<T: Send + 'static>(
        &self,
        body: impl FnOnce(&mut Read<'_>) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Problem> {
        Ok(self.app.read_as(self.actor.clone(), body).await?)
    }

    /// Writes as the caller.
    pub async fn write<T: Send + 'static>(
        &self,
        body: impl Fn(&mut Tx<'_>) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Problem> {
        Ok(self.app.write(self.actor.clone(), body).await?)
    }

    /// Writes as the caller, and makes the answer when all that follows is done.
    pub async fn write_then<T, R: Send + 'static>(
        &self,
        body: impl Fn(&mut Tx<'_>) -> Result<T, Error> + Send + 'static,
        then: impl Fn(&mut DbConn, T, &Followed) -> Result<R, Error> + Send + 'static,
    ) -> Result<R, Problem> {
        Ok(self.app.write_then(self.actor.clone(), body, then).await?)
    }

    /// Writes as the caller, and says what followed.
    pub async fn write_followed<T: Send + 'static>(
        &self,
        body: impl Fn(&mut Tx<'_>) -> Result<T, Error> + Send + 'static,
    ) -> Result<(T, Followed), Problem> {
        self.write_then(body, |_, value, followed| Ok((value, followed.clone()))).await
    }
}
