//! Merging an organisation into another, which cannot be undone.

use super::OrganisationWords;
use crate::{
    db::registry::organisations::OrganisationFilter,
    domain::{
        ids::OrganisationId,
        people::role::Permission,
        registry::organisation::{OrganisationKind, OrganisationStatus},
    },
    services::{
        Error,
        error::Reason,
        registry::{
            organisation_merges,
            organisations::{self, OrganisationError},
        },
    },
    web::{
        extract::Id,
        pages::{
            choice::Choice,
            field::{Field, Kind},
            fields::Fields,
            form::{Form, SentForm},
            gate::see_other,
            reader::{Reader, page_with},
            shell::{Area, Shell},
            trouble::FormErrors,
        },
        problem::Problem,
    },
};
use actix_web::{HttpResponse, get, post};
use askama::Template;
use std::iter;

#[derive(Template)]
#[template(path = "pages/organisations/merge.html")]
struct MergePage {
    shell: Shell,
    t: OrganisationWords,
    id: OrganisationId,
    name: String,
    possible: bool,
    fields: Fields,
}

/// What follows from it, and the choice of the other.
#[get("/organisations/{id}/merge")]
pub(crate) async fn show(reader: Reader, Id(id): Id<OrganisationId>) -> Result<HttpResponse, Problem> {
    reader.require(Permission::ManageOrganisations)?;
    show_form(&reader, id, &Form::default(), FormErrors::default()).await
}

/// Merges, when it was confirmed.
#[post("/organisations/{id}/merge")]
pub(crate) async fn merge(sent: SentForm, Id(id): Id<OrganisationId>) -> Result<HttpResponse, Problem> {
    let SentForm { reader, form } = sent;
    reader.require(Permission::ManageOrganisations)?;
    let language = reader.language();
    let mut trouble = FormErrors::default();
    let into = form.text("into_id").and_then(|into| into.parse::<OrganisationId>().ok());
    if into.is_none() {
        trouble.note("into_id", &Reason::Required, language);
    }
    if !form.has("sure", "yes") {
        trouble.note_text("sure", OrganisationWords(language).sure_missing());
    }
    if let (Some(into), false) = (into, trouble.is_any()) {
        match reader.write(move |tx| organisation_merges::merge(tx, id, into)).await {
            Ok(_) => return Ok(see_other(&format!("/organisations/{id}?done=merged"))),
            Err(problem) => trouble = FormErrors::of(problem, language)?,
        }
    }
    show_form(&reader, id, &form, trouble).await
}

async fn show_form(
    reader: &Reader,
    id: OrganisationId,
    form: &Form,
    trouble: FormErrors,
) -> Result<HttpResponse, Problem> {
    let ((row, targets), shell) = reader
        .read_framed(Area::Organisations, move |connection, _| {
            let row = organisations::find(connection, id)?;
            if row.kind == OrganisationKind::District {
                return Err(Error::conflict(OrganisationError::KindsDiffer));
            }
            if row.status == OrganisationStatus::Merged {
                return Err(Error::conflict(OrganisationError::Merged));
            }
            let targets = organisations::all(connection, &OrganisationFilter::active().of_kind(row.kind))?;
            Ok((row, targets))
        })
        .await?;
    let others = targets.into_iter().filter(|target| target.id != id);
    let targets: Vec<Choice> = others.map(|target| Choice::new(target.id, target.name)).collect();
    let t = OrganisationWords(shell.language);
    let page = MergePage {
        t,
        id,
        name: row.name,
        possible: !targets.is_empty(),
        fields: Fields::new(vec![
            Field::choice("into_id", t.into(), iter::once(Choice::new("", t.choose())).chain(targets).collect())
                .required()
                .wide(),
            Field::tick("sure", t.sure()),
        ])
        .filled(form)
        .troubled(trouble),
        shell,
    };
    page_with(page.fields.trouble.status(), &page)
}
