//! The reader of a page. A handler that takes a [`Reader`] cannot run for a stranger, who is sent to sign in.

use super::{
    display::Display,
    shell::{Area, Shell, count_waiting},
};
use crate::{
    db::backend::DbConn,
    domain::people::actor::Actor,
    services::{
        Error, Read,
        people::{me, sessions},
    },
    texts::Language,
    web::{extract::Caller, problem::Problem},
};
use actix_web::{FromRequest, HttpMessage, HttpRequest, HttpResponse, dev::Payload, http::StatusCode};
use askama::Template;
use std::{
    future::{Ready, ready},
    ops::Deref,
};

/// The person who reads a page; everything a handler needs besides the data of the request itself.
#[derive(Clone)]
pub struct Reader {
    caller: Caller,
    /// How pages are shown to them.
    pub display: Display,
}

impl Deref for Reader {
    type Target = Caller;

    fn deref(&self) -> &Caller {
        &self.caller
    }
}

impl FromRequest for Reader {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let display = Display::of(request);
        if request.extensions().get::<Actor>().is_none() {
            return ready(Err(Problem::UseCase(sessions::nobody())));
        }
        let caller = Caller::from_request(request, payload).into_inner();
        ready(caller.map(|caller| Self { caller, display }))
    }
}

impl Reader {
    /// The language of the page.
    pub const fn language(&self) -> Language {
        self.caller.actor.language
    }

    /// Reads what a page shows, and its frame, from the database as it was at one instant. What goes on record is durable before
    /// this answers.
    pub async fn read_page<T: Send + 'static>(
        &self,
        area: Area,
        body: impl FnOnce(&mut Read<'_>) -> Result<T, Error> + Send + 'static,
    ) -> Result<(T, Shell), Problem> {
        let (found, profile, waiting) = self
            .read_noted(move |read| {
                let found = body(read)?;
                let profile = me::profile(read.conn, read.context, read.actor, read.now)?;
                Ok((found, profile, count_waiting(read.conn, read.actor)?))
            })
            .await?;
        Ok((found, Shell::of(&self.caller, self.display, area, &profile, waiting)))
    }

    /// The same of what leaves nothing on record.
    pub async fn read_framed<T: Send + 'static>(
        &self,
        area: Area,
        body: impl FnOnce(&mut DbConn, &Actor) -> Result<T, Error> + Send + 'static,
    ) -> Result<(T, Shell), Problem> {
        self.read_page(area, move |read| body(read.conn, read.actor)).await
    }

    /// The frame of a page that shows nothing from the database besides.
    pub async fn shell(&self, area: Area) -> Result<Shell, Problem> {
        let (app, now) = (self.app.clone(), self.app.now());
        let (profile, waiting) = self
            .read(move |connection, actor| {
                let profile = me::profile(connection, app.context(), actor, now)?;
                Ok((profile, count_waiting(connection, actor)?))
            })
            .await?;
        Ok(Shell::of(&self.caller, self.display, area, &profile, waiting))
    }
}

/// A page as an answer.
pub fn page(template: &impl Template) -> Result<HttpResponse, Problem> {
    page_with(StatusCode::OK, template)
}

/// A page as an answer with a status: 422 for a form that comes back.
pub fn page_with(status: StatusCode, template: &impl Template) -> Result<HttpResponse, Problem> {
    let html = template.render().map_err(crate::services::Error::internal)?;
    Ok(HttpResponse::build(status).content_type("text/html; charset=utf-8").body(html))
}
