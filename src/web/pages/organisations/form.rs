//! One organisation: made and changed.

use super::OrganisationWords;
use crate::{
    db::organisations::{Organisation, OrganisationFilter},
    domain::{
        ids::OrganisationId,
        organisation::{OrganisationKind, OrganisationStatus},
        role::Permission,
    },
    services::{
        Error,
        error::Reason,
        organisations::{self, NewOrganisation, OrganisationChanges},
        patch::Patch,
    },
    web::{
        extract::Id,
        pages::{
            choice::{Choice, choices},
            form::{Form, Sent},
            format,
            gate::see_other,
            query::Asked,
            reader::{Reader, page_with},
            shell::{Area, Shell},
            trouble::{Trouble, TroubleWords},
        },
        problem::Problem,
    },
};
use actix_web::{HttpRequest, HttpResponse, get, http::StatusCode, post};
use askama::Template;

/// What is known of an organisation that there is.
struct Known {
    id: String,
    name: String,
    kind: &'static str,
    status: &'static str,
    merged_into: Option<(String, String)>,
    can_merge: bool,
    made: String,
    changed: String,
}

#[derive(Template)]
#[template(path = "pages/organisations/form.html")]
struct FormPage {
    shell: Shell,
    t: OrganisationWords,
    tw: TroubleWords,
    trouble: Trouble,
    done: Option<String>,
    known: Option<Known>,
    kinds: Vec<Choice>,
    district: bool,
    merged: bool,
    form: Form,
}

impl FormPage {
    fn here(&self) -> String {
        self.known.as_ref().map_or_else(String::new, |known| format!("/organisations/{}", known.id))
    }

    fn name_hint(&self) -> String {
        self.known.as_ref().map_or_else(String::new, |_| self.t.name_hint())
    }
}

/// An organisation to be made.
#[get("/organisations/new")]
pub(crate) async fn blank(reader: Reader) -> Result<HttpResponse, Problem> {
    reader.require(Permission::ManageOrganisations)?;
    show_new(&reader, Form::default(), Trouble::default()).await
}

/// Makes an organisation.
#[post("/organisations")]
pub(crate) async fn add(sent: Sent) -> Result<HttpResponse, Problem> {
    let Sent { reader, form } = sent;
    reader.require(Permission::ManageOrganisations)?;
    let made = match form.text("kind").and_then(|kind| kind.parse().ok()) {
        Some(kind) => {
            let new = NewOrganisation {
                kind,
                name: form.typed("name").to_owned(),
                province: form.text("province").map(str::to_owned),
                city: form.text("city").map(str::to_owned),
                aliases: lines(&form),
            };
            reader.write(move |tx| organisations::create(tx, new)).await
        }
        None => Err(Problem::UseCase(Error::field("/kind", Reason::Required))),
    };
    match made {
        Ok(made) => Ok(see_other(&format!("/organisations/{}?done=made", made.id))),
        Err(problem) => {
            let trouble = Trouble::of(problem, reader.language())?;
            show_new(&reader, form, trouble).await
        }
    }
}

async fn show_new(reader: &Reader, form: Form, trouble: Trouble) -> Result<HttpResponse, Problem> {
    let district = OrganisationFilter::default().of_kind(OrganisationKind::District);
    let founded = !reader.read(move |connection, _| organisations::all(connection, &district)).await?.is_empty();
    let shell = reader.shell(Area::Organisations).await?;
    let language = shell.language;
    let kinds: Vec<OrganisationKind> =
        OrganisationKind::ALL.iter().copied().filter(|kind| !founded || *kind != OrganisationKind::District).collect();
    let chosen = form.text("kind").and_then(|kind| kind.parse().ok());
    answer(&FormPage {
        t: OrganisationWords(language),
        tw: TroubleWords(language),
        trouble: labelled(trouble, OrganisationWords(language)),
        done: None,
        known: None,
        kinds: choices(&kinds, chosen, language),
        district: !founded,
        merged: false,
        form,
        shell,
    })
}

/// One organisation.
#[get("/organisations/{id}")]
pub(crate) async fn show(
    reader: Reader,
    Id(id): Id<OrganisationId>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    reader.require(Permission::ManageOrganisations)?;
    let t = OrganisationWords(reader.language());
    let done = match Asked::of(&request).value("done") {
        Some("made") => Some(t.done_made()),
        Some("saved") => Some(t.done_saved()),
        Some("merged") => Some(t.done_merged()),
        _ => None,
    };
    show_one(&reader, id, None, Trouble::default(), done).await
}

/// Changes an organisation.
#[post("/organisations/{id}")]
pub(crate) async fn change(sent: Sent, Id(id): Id<OrganisationId>) -> Result<HttpResponse, Problem> {
    let Sent { reader, form } = sent;
    reader.require(Permission::ManageOrganisations)?;
    let version = form.version();
    let filled = |name| form.text(name).map_or(Patch::Clear, |text| Patch::Set(text.to_owned()));
    let changes = OrganisationChanges {
        name: Patch::Set(form.typed("name").to_owned()),
        province: filled("province"),
        city: filled("city"),
        aliases: Patch::Set(lines(&form)),
    };
    match reader.write(move |tx| organisations::update(tx, id, changes, version)).await {
        Ok(_) => Ok(see_other(&format!("/organisations/{id}?done=saved"))),
        Err(problem) => {
            let trouble = Trouble::of(problem, reader.language())?;
            show_one(&reader, id, Some(form), trouble, None).await
        }
    }
}

async fn show_one(
    reader: &Reader,
    id: OrganisationId,
    form: Option<Form>,
    trouble: Trouble,
    done: Option<String>,
) -> Result<HttpResponse, Problem> {
    let (row, into) = reader
        .read(move |connection, _| {
            let row = organisations::find(connection, id)?;
            let into = row.merged_into_id.map(|into| organisations::find(connection, into)).transpose()?;
            Ok((row, into))
        })
        .await?;
    let shell = reader.shell(Area::Organisations).await?;
    let (language, context) = (shell.language, reader.app.context());
    let merged = row.status == OrganisationStatus::Merged;
    answer(&FormPage {
        t: OrganisationWords(language),
        tw: TroubleWords(language),
        trouble: labelled(trouble, OrganisationWords(language)),
        done,
        kinds: Vec::new(),
        district: row.kind == OrganisationKind::District,
        merged,
        form: form.unwrap_or_else(|| filled(&row)),
        known: Some(Known {
            id: row.id.to_string(),
            kind: row.kind.text(language),
            status: row.status.text(language),
            merged_into: into.map(|into| (into.id.to_string(), into.name)),
            can_merge: !merged && row.kind != OrganisationKind::District,
            made: format::instant(context, row.created_at.0),
            changed: format::instant(context, row.updated_at.0),
            name: row.name,
        }),
        shell,
    })
}

fn filled(row: &Organisation) -> Form {
    Form::filled([
        ("version", row.version.to_string()),
        ("name", row.name.clone()),
        ("province", row.province.clone().unwrap_or_default()),
        ("city", row.city.clone().unwrap_or_default()),
        ("aliases", row.aliases.replace(',', "\n")),
    ])
}

fn labelled(trouble: Trouble, t: OrganisationWords) -> Trouble {
    let labels = [
        ("kind", t.kind()),
        ("name", t.name()),
        ("province", t.province()),
        ("city", t.city()),
        ("aliases", t.aliases()),
    ];
    trouble.labelled(labels)
}

/// Other names, one a line.
fn lines(form: &Form) -> Vec<String> {
    form.typed("aliases").lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

fn answer(page: &FormPage) -> Result<HttpResponse, Problem> {
    let status = if page.trouble.is_any() { page.trouble.status() } else { StatusCode::OK };
    page_with(status, page)
}
