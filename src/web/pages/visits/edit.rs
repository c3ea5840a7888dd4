//! Changing a visit, for those who may.

use super::{
    entry,
    form::{Edited, Firm, FormPage, Notice, filled},
    places::trouble,
    words::VisitWords,
};
use crate::{
    domain::{ids::VisitId, people::role::Permission},
    services::{
        Error, Invalid,
        fieldwork::visits::{self, FullVisit},
    },
    web::{
        extract::Id,
        pages::{
            followed,
            form::{Form, SentForm},
            gate::see_other,
            reader::{Reader, page, page_with},
            shell::Area,
        },
        problem::Problem,
    },
};
use actix_web::{HttpResponse, get, http::StatusCode, post};

/// The form with what the visit says.
#[get("/visits/{id}/edit")]
pub(crate) async fn show(reader: Reader, Id(id): Id<VisitId>) -> Result<HttpResponse, Problem> {
    reader.require(Permission::LogVisits)?;
    let ((visit, firm), shell) = reader
        .read_page(Area::Visits, move |read| {
            let visit = visits::show_to_change(read, id)?;
            let firm = Firm::load(read, visit.row.enterprise_id.into(), &visit.visitor_ids)?;
            Ok((visit, firm))
        })
        .await?;
    let edited = Edited { id: visit.row.id, version: visit.row.version };
    page(&FormPage::new(&reader, shell, firm, filled(&visit), Some(edited)))
}

/// Saves what was changed, unless somebody else changed the visit since.
#[post("/visits/{id}/edit")]
pub(crate) async fn save(sent: SentForm, Id(id): Id<VisitId>) -> Result<HttpResponse, Problem> {
    let SentForm { reader, form } = sent;
    let before = changeable(&reader, id).await?;
    let t = VisitWords(reader.language());
    let (read, shown) = (form.version(), form.version_read());
    let known = form.clone();
    let current = before.row.version;
    let compared = before.clone();
    let saved = reader
        .write_followed(move |tx| {
            let mut invalid = Invalid::default();
            let fields = entry::read_over(&compared, &known, t, tx.today, &mut invalid);
            match visits::update(tx, id, read, fields) {
                Ok(visit) => invalid.check().map(|()| visit),
                Err(Error::Invalid(wrong)) => {
                    invalid.0.extend(wrong.0);
                    Err(Error::Invalid(invalid))
                }
                Err(error) => Err(error),
            }
        })
        .await;
    match saved {
        Ok((visit, followed)) => {
            let address = format!("/visits/{}?saved=1", visit.row.id);
            Ok(see_other(&followed::address(&address, &followed, &reader.actor)))
        }
        Err(Problem::UseCase(Error::Stale)) => {
            let notice =
                Notice { title: t.stale(), text: t.stale_text(), href: format!("/visits/{id}"), link: t.see_current() };
            let again = form_of(&reader, &before, form, current).await?.with_notice(notice);
            page_with(StatusCode::PRECONDITION_FAILED, &again)
        }
        Err(problem) => {
            let trouble = trouble(problem, reader.language())?;
            page_with(trouble.status(), &form_of(&reader, &before, form, shown).await?.refused(trouble))
        }
    }
}

/// The visit, if the reader may change it; the read of the contact met is recorded.
async fn changeable(reader: &Reader, id: VisitId) -> Result<FullVisit, Problem> {
    reader.require(Permission::LogVisits)?;
    reader.read_noted(move |read| visits::show_to_change(read, id)).await
}

/// The form with every value as it was typed.
async fn form_of(reader: &Reader, visit: &FullVisit, form: Form, version: i64) -> Result<FormPage, Problem> {
    let (enterprise, already) = (visit.row.enterprise_id.into(), visit.visitor_ids.clone());
    let (visited, shell) = reader.read_page(Area::Visits, move |read| Firm::load(read, enterprise, &already)).await?;
    Ok(FormPage::new(reader, shell, visited, form, Some(Edited { id: visit.row.id, version })))
}
