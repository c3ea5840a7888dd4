//! Logging a visit: the form, and its result.

use super::{
    choose, entry,
    form::{Firm, FormPage, Notice, blank},
    places::trouble,
    words::VisitWords,
};
use crate::{
    domain::{ids::EnterpriseId, people::role::Permission, registry::enterprise::EnterpriseReference},
    services::{Error, Tx},
    web::{
        pages::{
            form::{Form, SentForm},
            gate::see_other,
            once::{KEY, key_of, once_followed},
            query::QueryParameters,
            reader::{Reader, page, page_with},
            shell::Area,
        },
        problem::{Edge, Problem},
    },
};
use actix_web::{HttpRequest, HttpResponse, get, http::StatusCode, post};

/// The parameter that names the enterprise.
const ENTERPRISE: &str = "enterprise";

/// The form, or, as long as nobody said which enterprise was visited, the choice of one.
#[get("/visits/new")]
pub(crate) async fn show(reader: Reader, request: HttpRequest) -> Result<HttpResponse, Problem> {
    reader.require(Permission::LogVisits)?;
    let asked = QueryParameters::of(&request);
    let Some(reference) = asked.value(ENTERPRISE) else {
        return choose::page_of(&reader, asked.value("q")).await;
    };
    let reference: EnterpriseReference = reference.parse().map_err(|_| Error::NotFound)?;
    page(&form_of(&reader, reference, blank(reader.app.today())).await?)
}

/// Logs what the form says, once however often it is sent.
#[post("/visits/new")]
pub(crate) async fn save(sent: SentForm) -> Result<HttpResponse, Problem> {
    let SentForm { reader, form } = sent;
    reader.require(Permission::LogVisits)?;
    let enterprise: EnterpriseId = form.typed(ENTERPRISE).parse().map_err(|_| Error::NotFound)?;
    let t = VisitWords(reader.language());
    let (known, key) = (form.clone(), key_of(&form));
    let use_case = move |tx: &mut Tx<'_>| {
        let visit = entry::log(tx, enterprise, &known, t)?;
        Ok(format!("/visits/{}?logged={key}", visit.row.id))
    };
    match once_followed(&reader, &form, use_case).await {
        Ok(address) => Ok(see_other(&address)),
        Err(Problem::Edge(Edge::KeyReused)) => {
            let notice = Notice {
                title: t.reused(),
                text: t.reused_text(),
                href: format!("/visits?enterprise_id={enterprise}"),
                link: t.see_visits(),
            };
            let again = form_of(&reader, enterprise.into(), form.without(KEY)).await?.with_notice(notice);
            page_with(StatusCode::CONFLICT, &again)
        }
        Err(problem) => {
            let trouble = trouble(problem, reader.language())?;
            page_with(trouble.status(), &form_of(&reader, enterprise.into(), form).await?.refused(trouble))
        }
    }
}

/// The form with every value as it was typed, or as it begins.
async fn form_of(reader: &Reader, enterprise: EnterpriseReference, form: Form) -> Result<FormPage, Problem> {
    let (visited, shell) = reader.read_page(Area::NewVisit, move |read| Firm::load(read, enterprise, &[])).await?;
    Ok(FormPage::new(reader, shell, visited, form, None))
}
