//! Where the chain of changes stands, and how far it held when it was walked last.

use super::{AuditWords, row::to_the_second};
use crate::{
    domain::role::Permission,
    services::audit,
    web::{
        api::audit_log::ChainView,
        pages::{
            format,
            reader::{Reader, page},
            shell::{Area, Shell},
        },
        problem::Problem,
    },
};
use actix_web::{HttpResponse, get};
use askama::Template;

/// More changes than this that wait at once are more than a busy moment: the sealer takes a second or two.
const MANY_WAITING: i64 = 1_000;

/// How the chain was found when it was walked last.
struct Verified {
    at: String,
    whole: bool,
    text: String,
    hash: String,
}

#[derive(Template)]
#[template(path = "pages/audit_log/chain.html")]
struct ChainPage {
    shell: Shell,
    t: AuditWords,
    sealed: String,
    unsealed: String,
    many: bool,
    hash: Option<String>,
    verified: Option<Verified>,
}

impl ChainPage {
    fn is_broken(&self) -> bool {
        self.verified.as_ref().is_some_and(|verified| !verified.whole)
    }
}

/// The state of the chain.
#[get("/audit-log/chain")]
pub(crate) async fn show(reader: Reader) -> Result<HttpResponse, Problem> {
    reader.require(Permission::ReadLogs)?;
    let ((state, last), shell) = reader.read_page(Area::AuditLog, audit::look).await?;
    let (t, context) = (AuditWords(shell.language), reader.app.context());
    let view = ChainView::of(&state, last);
    page(&ChainPage {
        t,
        sealed: format::count(view.position),
        unsealed: format::count(view.unsealed),
        many: view.unsealed > MANY_WAITING,
        hash: view.chain_hash,
        verified: view.last_verification.map(|last| {
            let checked = format::count(last.checked);
            Verified {
                at: to_the_second(context, last.at),
                whole: last.whole,
                text: if last.whole { t.verified_whole(&checked) } else { t.verified_broken(&checked) },
                hash: last.chain_hash,
            }
        }),
        shell,
    })
}
