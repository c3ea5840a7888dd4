//! Adding and changing one organisation.

use super::OrganisationWords;
use crate::{
    db::registry::organisations::{Organisation, OrganisationFilter},
    domain::{
        ids::OrganisationId,
        lengths::ORGANISATION_NAME_MAX,
        people::role::Permission,
        registry::organisation::{OrganisationKind, OrganisationStatus},
    },
    services::{
        Tx,
        patch::Patch,
        registry::organisations::{self, ALIASES_MAX, OrganisationFields},
    },
    web::{
        extract::Id,
        pages::{
            choice::{Choice, choices},
            field::{Field, Kind},
            fields::Fields,
            form::{Form, SentForm},
            format,
            gate::see_other,
            once::once,
            query::QueryParameters,
            reader::{Reader, page_with},
            shell::{Area, Shell},
        },
        problem::Problem,
    },
};
use actix_web::{HttpRequest, HttpResponse, get, post};
use askama::Template;
use std::iter;

/// What is known of an organisation that there is.
struct OrganisationDetails {
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
    done: Option<String>,
    details: Option<OrganisationDetails>,
    version: i64,
    merged: bool,
    fields: Fields,
}

/// An organisation to be added.
#[get("/organisations/new")]
pub(crate) async fn blank(reader: Reader) -> Result<HttpResponse, Problem> {
    reader.require(Permission::ManageOrganisations)?;
    show_new(&reader, &Form::default(), None).await
}

/// Makes an organisation.
#[post("/organisations")]
pub(crate) async fn add(sent: SentForm) -> Result<HttpResponse, Problem> {
    let SentForm { reader, form } = sent;
    reader.require(Permission::ManageOrganisations)?;
    let kind = form.text("kind").and_then(|kind| kind.parse().ok());
    let fields = OrganisationFields { kind: kind.into(), ..typed(&form) };
    let made = once(&reader, &form, move |tx: &mut Tx<'_>| {
        let made = organisations::create(tx, fields.clone())?;
        Ok(format!("/organisations/{}?done=made", made.id))
    })
    .await;
    match made {
        Ok(address) => Ok(see_other(&address)),
        Err(problem) => show_new(&reader, &form, Some(problem)).await,
    }
}

async fn show_new(reader: &Reader, form: &Form, problem: Option<Problem>) -> Result<HttpResponse, Problem> {
    let district = OrganisationFilter::default().of_kind(OrganisationKind::District);
    let (districts, shell) =
        reader.read_framed(Area::Organisations, move |connection, _| organisations::all(connection, &district)).await?;
    let founded = !districts.is_empty();
    let language = shell.language;
    let kinds: Vec<OrganisationKind> =
        OrganisationKind::ALL.iter().copied().filter(|kind| !founded || *kind != OrganisationKind::District).collect();
    let t = OrganisationWords(language);
    let kinds = iter::once(Choice::new("", t.choose())).chain(choices(&kinds, None, language));
    let mut fields = vec![
        Field::choice("kind", t.kind(), kinds.collect()).required().wide(),
        Field::line("name", t.name(), ORGANISATION_NAME_MAX).required().wide(),
    ];
    if !founded {
        fields.extend(of_district(t));
    }
    let fields = Fields::new(fields);
    let fields = match problem {
        Some(problem) => fields.refused(form, problem, None, language)?,
        None => fields.filled(form),
    };
    answer(&FormPage { t, done: None, details: None, version: 0, merged: false, fields, shell })
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
    let done = match QueryParameters::of(&request).value("done") {
        Some("made") => Some(t.done_made()),
        Some("saved") => Some(t.done_saved()),
        Some("merged") => Some(t.done_merged()),
        _ => None,
    };
    show_one(&reader, id, None, done).await
}

/// What was filled in; of the kind, which is never changed, nothing.
fn typed(form: &Form) -> OrganisationFields {
    let filled = |name| form.text(name).map_or(Patch::Clear, |text| Patch::Set(text.to_owned()));
    OrganisationFields {
        kind: Patch::Keep,
        name: Patch::Set(form.typed("name").to_owned()),
        province: filled("province"),
        city: filled("city"),
        aliases: Patch::Set(lines(form)),
    }
}

/// Changes an organisation.
#[post("/organisations/{id}")]
pub(crate) async fn change(sent: SentForm, Id(id): Id<OrganisationId>) -> Result<HttpResponse, Problem> {
    let SentForm { reader, form } = sent;
    reader.require(Permission::ManageOrganisations)?;
    let version = form.version();
    let fields = typed(&form);
    match reader.write(move |tx| organisations::update(tx, id, version, fields.clone())).await {
        Ok(_) => Ok(see_other(&format!("/organisations/{id}?done=saved"))),
        Err(problem) => show_one(&reader, id, Some((&form, problem)), None).await,
    }
}

async fn show_one(
    reader: &Reader,
    id: OrganisationId,
    refused: Option<(&Form, Problem)>,
    done: Option<String>,
) -> Result<HttpResponse, Problem> {
    let ((row, into), shell) = reader
        .read_framed(Area::Organisations, move |connection, _| {
            let row = organisations::find(connection, id)?;
            let into = row.merged_into_id.map(|into| organisations::find(connection, into)).transpose()?;
            Ok((row, into))
        })
        .await?;
    let (language, context) = (shell.language, reader.app.context());
    let merged = row.status == OrganisationStatus::Merged;
    let t = OrganisationWords(language);
    let mut fields = vec![Field::line("name", t.name(), ORGANISATION_NAME_MAX).required().wide().hint(t.name_hint())];
    if row.kind == OrganisationKind::District {
        fields.extend(of_district(t));
    }
    let (fields, now) = (Fields::new(fields), filled(&row));
    let (fields, version) = match refused {
        Some((typed, problem)) => {
            let fields = fields.refused(typed, problem, Some(&now), language)?;
            let version = if fields.trouble.stale { row.version } else { typed.version_read() };
            (fields, version)
        }
        None => (fields.filled(&now), row.version),
    };
    answer(&FormPage {
        t,
        done,
        version,
        merged,
        fields,
        details: Some(OrganisationDetails {
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
        ("name", row.name.clone()),
        ("province", row.province.clone().unwrap_or_default()),
        ("city", row.city.clone().unwrap_or_default()),
        ("aliases", row.aliases.replace(',', "\n")),
    ])
}

/// What only the district has.
fn of_district(t: OrganisationWords) -> [Field; 3] {
    [
        Field::line("province", t.province(), ORGANISATION_NAME_MAX),
        Field::line("city", t.city(), ORGANISATION_NAME_MAX).hint(t.place_hint()),
        Field::text("aliases", t.aliases(), (ORGANISATION_NAME_MAX + 1) * ALIASES_MAX).hint(t.aliases_hint()),
    ]
}

/// Other names, one a line.
fn lines(form: &Form) -> Vec<String> {
    form.typed("aliases").lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

fn answer(page: &FormPage) -> Result<HttpResponse, Problem> {
    page_with(page.fields.trouble.status(), page)
}
