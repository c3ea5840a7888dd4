//! The forms of a detail of an enterprise, such as a contact person: to add one, to change one from its version, to delete it.
//! What a kind of detail has of its own is its [`Detail`]; its routes call the functions here.

use super::form::{FormPage, comes_back};
use crate::{
    domain::{ids::EnterpriseId, people::role::Permission, registry::enterprise::EnterpriseReference},
    services::{Error, Read, Tx, Version, registry::enterprises},
    texts::Language,
    web::{
        pages::{
            field::Field,
            form::{Form, SentForm},
            gate::see_other,
            once::once,
            reader::Reader,
            shell::Area,
        },
        problem::Problem,
    },
};
use actix_web::HttpResponse;
use std::fmt;

/// What the forms say.
pub struct DetailWords {
    /// The title of the form that adds one.
    pub add: String,
    /// What one should know before adding one.
    pub on_adding: Option<String>,
    /// The title of the form that changes one.
    pub edit: String,
    /// What one should know before changing one.
    pub on_editing: Option<String>,
    /// What the button says that deletes it.
    pub delete: String,
    /// What deleting it means.
    pub on_deleting: String,
}

/// A kind of detail.
pub trait Detail {
    /// What is stored of one.
    type Row: Send + 'static;
    /// Names one.
    type Id: Copy + Send + fmt::Display + 'static;
    /// Needed for each of the forms.
    const PERMISSION: Permission;
    /// The part of the address behind the enterprise, and the anchor of the list on its page.
    const PATH: &'static str;

    /// The words of the forms.
    fn words(language: Language) -> DetailWords;
    /// The fields.
    fn fields(language: Language) -> Vec<Field>;
    /// What the fields hold for one that there is, and its version.
    fn values(row: &Self::Row) -> (Form, i64);
    /// Reads one, to change it.
    fn open(read: &mut Read<'_>, of: &EnterpriseReference, id: Self::Id) -> Result<Self::Row, Error>;
    /// Adds one; gives its enterprise.
    fn create(tx: &mut Tx<'_>, of: &EnterpriseReference, form: &Form) -> Result<EnterpriseId, Error>;
    /// Changes the one that has the version; gives its enterprise.
    fn update(
        tx: &mut Tx<'_>,
        of: &EnterpriseReference,
        id: Self::Id,
        version: Version,
        form: &Form,
    ) -> Result<EnterpriseId, Error>;
    /// Deletes the one that has the version.
    fn delete(tx: &mut Tx<'_>, of: &EnterpriseReference, id: Self::Id, version: Version) -> Result<(), Error>;
}

fn list_of<D: Detail>(enterprise: EnterpriseId) -> String {
    format!("/enterprises/{enterprise}#{}", D::PATH)
}

async fn creation<D: Detail>(reader: &Reader, of: EnterpriseReference) -> Result<FormPage, Problem> {
    let (enterprise, shell) = reader
        .read_framed(Area::Enterprises, move |connection, actor| enterprises::find(connection, actor, &of))
        .await?;
    let (language, words) = (shell.language, D::words(shell.language));
    let action = format!("/enterprises/{}/{}/new", enterprise.id, D::PATH);
    let form = FormPage::new(shell, words.add, action, D::fields(language));
    Ok(FormPage { intro: words.on_adding, ..form.of_enterprise(enterprise.id, enterprise.name, D::PATH) })
}

/// The form as the detail is now, with what it holds and its version.
async fn change<D: Detail>(
    reader: &Reader,
    of: EnterpriseReference,
    id: D::Id,
) -> Result<(FormPage, Form, i64), Problem> {
    let ((row, enterprise), shell) = reader
        .read_page(Area::Enterprises, move |read| {
            let row = D::open(read, &of, id)?;
            Ok((row, enterprises::find(read.conn, read.actor, &of)?))
        })
        .await?;
    let (language, words) = (shell.language, D::words(shell.language));
    let (values, version) = D::values(&row);
    let here = format!("/enterprises/{}/{}/{id}", enterprise.id, D::PATH);
    let form = FormPage::new(shell, words.edit, format!("{here}/edit"), D::fields(language));
    let form = FormPage {
        intro: words.on_editing,
        version: Some(version),
        removal: Some((format!("{here}/remove"), words.delete, words.on_deleting)),
        ..form.of_enterprise(enterprise.id, enterprise.name, D::PATH)
    };
    Ok((form, values, version))
}

/// The form for a new one.
pub async fn blank<D: Detail>(reader: &Reader, of: EnterpriseReference) -> Result<HttpResponse, Problem> {
    reader.require(D::PERMISSION)?;
    creation::<D>(reader, of).await?.blank(&Form::default())
}

/// Adds one.
pub async fn add<D: Detail>(
    SentForm { reader, form }: SentForm,
    of: EnterpriseReference,
) -> Result<HttpResponse, Problem> {
    reader.require(D::PERMISSION)?;
    let (sent, named) = (form.clone(), of.clone());
    let made = once(&reader, &form, move |tx| Ok(list_of::<D>(D::create(tx, &named, &sent)?)));
    match made.await {
        Ok(address) => Ok(see_other(&address)),
        Err(problem) if comes_back(&problem) => creation::<D>(&reader, of).await?.refused(&form, problem, None),
        Err(problem) => Err(problem),
    }
}

/// The form with what is known of one.
pub async fn show<D: Detail>(reader: &Reader, of: EnterpriseReference, id: D::Id) -> Result<HttpResponse, Problem> {
    reader.require(D::PERMISSION)?;
    let (form, values, _) = change::<D>(reader, of, id).await?;
    form.blank(&values)
}

/// Changes one.
pub async fn save<D: Detail>(
    SentForm { reader, form }: SentForm,
    of: EnterpriseReference,
    id: D::Id,
) -> Result<HttpResponse, Problem> {
    reader.require(D::PERMISSION)?;
    let (sent, named) = (form.clone(), of.clone());
    match reader.write(move |tx| D::update(tx, &named, id, sent.version(), &sent)).await {
        Ok(enterprise) => Ok(see_other(&list_of::<D>(enterprise))),
        Err(problem) if comes_back(&problem) => {
            let (page, now, version) = change::<D>(&reader, of, id).await?;
            page.refused(&form, problem, Some((&now, version)))
        }
        Err(problem) => Err(problem),
    }
}

/// Deletes one; one that somebody changed meanwhile is shown first.
pub async fn remove<D: Detail>(
    SentForm { reader, form }: SentForm,
    of: EnterpriseReference,
    id: D::Id,
) -> Result<HttpResponse, Problem> {
    reader.require(D::PERMISSION)?;
    let (named, version) = (of.clone(), form.version());
    let removed = reader
        .write(move |tx| {
            let enterprise = enterprises::find(tx.conn, tx.actor, &named)?.id;
            D::delete(tx, &named, id, version)?;
            Ok(enterprise)
        })
        .await;
    match removed {
        Ok(enterprise) => Ok(see_other(&list_of::<D>(enterprise))),
        Err(Problem::UseCase(Error::Stale)) => {
            let (page, now, version) = change::<D>(&reader, of, id).await?;
            page.refused(&now, Error::Stale.into(), Some((&now, version)))
        }
        Err(problem) => Err(problem),
    }
}
