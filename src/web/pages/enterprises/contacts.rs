//! Adding, changing and deleting contacts. Opening one to change it shows it unmasked, and this read is recorded.

use super::form::{FormPage, comes_back};
use crate::{
    db::registry::contacts::Contact,
    domain::{
        ids::ContactId, lengths::CONTACT_NAME_MAX, people::role::Permission, registry::enterprise::EnterpriseReference,
    },
    services::{
        Error,
        patch::Patch,
        registry::{
            contacts::{self, ContactFields},
            enterprises,
        },
    },
    web::{
        extract::{Id, Ids},
        pages::{
            field::Field,
            form::{Form, SentForm},
            gate::see_other,
            once::once,
            reader::Reader,
            shell::Area,
            typed::Typed,
        },
        problem::Problem,
    },
};
use actix_web::{HttpResponse, get, post};

crate::texts::catalogue! {
    /// The words of the form.
    ContactWords {
        add() { zh: "添加联系人", en: "Add a contact" }
        edit() { zh: "编辑联系人", en: "Edit contact" }
        name() { zh: "姓名", en: "Name" }
        position() { zh: "职务", en: "Position" }
        phone() { zh: "电话", en: "Phone" }
        email() { zh: "邮箱", en: "Mail address" }
        primary() { zh: "首选联系人", en: "Primary contact" }
        primary_hint() { zh: "每户只有一位首选联系人，勾选后原来的自动取消。", en: "Each enterprise has one primary contact; ticking this replaces the previous one." }
        recorded() { zh: "这里显示完整的个人信息，本次查看已记入访问日志。请勿填写身份证号码。", en: "Personal data is shown in full here, and this read is recorded. Do not enter identity-card numbers." }
        careful() { zh: "只填工作需要的信息，请勿填写身份证号码。", en: "Enter only what the work needs. Do not enter identity-card numbers." }
        remove() { zh: "删除联系人", en: "Delete this contact" }
        remove_text() { zh: "删除后不能恢复；走访记录中已写入的联系人信息不变。", en: "This cannot be undone. Visits that name the person are not changed." }
    }
}

fn fields(t: ContactWords) -> Vec<Field> {
    vec![
        Field::line("name", t.name(), CONTACT_NAME_MAX).required(),
        Field::line("position", t.position(), CONTACT_NAME_MAX),
        Field::typed("phone", t.phone(), "tel", 40),
        Field::typed("email", t.email(), "email", 254),
        Field::tick("is_primary", t.primary()).wide().hint(t.primary_hint()),
    ]
}

fn values(contact: &Contact) -> Form {
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let primary = if contact.is_primary { "yes" } else { "" };
    Form::filled([
        ("name", contact.name.clone()),
        ("position", text(&contact.position)),
        ("phone", text(&contact.phone)),
        ("email", text(&contact.email)),
        ("is_primary", primary.to_owned()),
    ])
}

fn typed(typed: &Typed<'_>, is_primary: Patch<bool>) -> ContactFields {
    ContactFields {
        name: typed.text("name"),
        position: typed.text("position"),
        phone: typed.text("phone"),
        email: typed.text("email"),
        is_primary,
    }
}

async fn creation(reader: &Reader, reference: EnterpriseReference) -> Result<FormPage, Problem> {
    let row = reader.read(move |connection, actor| enterprises::find(connection, actor, &reference)).await?;
    let shell = reader.shell(Area::Enterprises).await?;
    let t = ContactWords(shell.language);
    let here = format!("/enterprises/{}", row.id);
    let form = FormPage::new(shell, t.add(), format!("{here}/contacts/new"), fields(t));
    Ok(FormPage {
        about: Some((here.clone(), row.name)),
        cancel: format!("{here}#contacts"),
        intro: Some(t.careful()),
        ..form
    })
}

/// The form for a new contact person.
#[get("/enterprises/{id}/contacts/new")]
pub(crate) async fn blank(reader: Reader, Id(reference): Id<EnterpriseReference>) -> Result<HttpResponse, Problem> {
    reader.require(Permission::WriteContacts)?;
    creation(&reader, reference).await?.blank(&Form::default())
}

/// Adds a contact person. The first of an enterprise is asked first, ticked or not.
#[post("/enterprises/{id}/contacts/new")]
pub(crate) async fn add(
    SentForm { reader, form }: SentForm,
    Id(reference): Id<EnterpriseReference>,
) -> Result<HttpResponse, Problem> {
    reader.require(Permission::WriteContacts)?;
    let (sent, named) = (form.clone(), reference.clone());
    let made = once(&reader, &form, move |tx| {
        let is_primary = if sent.has("is_primary", "yes") { Patch::Set(true) } else { Patch::Keep };
        let contact = contacts::create(tx, &named, typed(&Typed::creation(&sent), is_primary))?;
        Ok(format!("/enterprises/{}#contacts", contact.enterprise_id))
    });
    match made.await {
        Ok(address) => Ok(see_other(&address)),
        Err(problem) if comes_back(&problem) => creation(&reader, reference).await?.refused(&form, problem, None),
        Err(problem) => Err(problem),
    }
}

/// The form of a contact person as it is now; shown unmasked, and so on record.
async fn change(
    reader: &Reader,
    reference: EnterpriseReference,
    id: ContactId,
) -> Result<(FormPage, Form, i64), Problem> {
    let ((contact, name), shell) = reader
        .read_page(Area::Enterprises, move |read| {
            let contact = contacts::unmask(read, &reference, id)?.contact;
            Ok((contact, enterprises::find(read.conn, read.actor, &reference)?.name))
        })
        .await?;
    let enterprise = contact.enterprise_id;
    let t = ContactWords(shell.language);
    let here = format!("/enterprises/{enterprise}");
    let form = FormPage::new(shell, t.edit(), format!("{here}/contacts/{id}/edit"), fields(t));
    let form = FormPage {
        about: Some((here.clone(), name)),
        cancel: format!("{here}#contacts"),
        intro: Some(t.recorded()),
        version: Some(contact.version),
        removal: Some((format!("{here}/contacts/{id}/remove"), t.remove(), t.remove_text())),
        ..form
    };
    Ok((form, values(&contact), contact.version))
}

/// The form with what is known of a contact person.
#[get("/enterprises/{id}/contacts/{contact_id}/edit")]
pub(crate) async fn show(
    reader: Reader,
    Ids(reference, id): Ids<EnterpriseReference, ContactId>,
) -> Result<HttpResponse, Problem> {
    reader.require(Permission::WriteContacts)?;
    let (form, values, _) = change(&reader, reference, id).await?;
    form.blank(&values)
}

/// Changes a contact person.
#[post("/enterprises/{id}/contacts/{contact_id}/edit")]
pub(crate) async fn save(
    SentForm { reader, form }: SentForm,
    Ids(reference, id): Ids<EnterpriseReference, ContactId>,
) -> Result<HttpResponse, Problem> {
    reader.require(Permission::WriteContacts)?;
    let (sent, named) = (form.clone(), reference.clone());
    let changed = reader
        .write(move |tx| {
            let is_primary = Patch::Set(sent.has("is_primary", "yes"));
            contacts::update(tx, &named, id, sent.version(), typed(&Typed::change(&sent), is_primary))
        })
        .await;
    match changed {
        Ok(contact) => Ok(see_other(&format!("/enterprises/{}#contacts", contact.enterprise_id))),
        Err(problem) if comes_back(&problem) => {
            let (page, now, version) = change(&reader, reference, id).await?;
            page.refused(&form, problem, Some((&now, version)))
        }
        Err(problem) => Err(problem),
    }
}

/// Deletes a contact; one that somebody changed meanwhile is shown first.
#[post("/enterprises/{id}/contacts/{contact_id}/remove")]
pub(crate) async fn remove(
    SentForm { reader, form }: SentForm,
    Ids(reference, id): Ids<EnterpriseReference, ContactId>,
) -> Result<HttpResponse, Problem> {
    reader.require(Permission::WriteContacts)?;
    let (named, version) = (reference.clone(), form.version());
    let removed = reader
        .write(move |tx| {
            let enterprise = enterprises::find(tx.conn, tx.actor, &named)?.id;
            contacts::delete(tx, &named, id, version)?;
            Ok(enterprise)
        })
        .await;
    match removed {
        Ok(enterprise) => Ok(see_other(&format!("/enterprises/{enterprise}#contacts"))),
        Err(Problem::UseCase(Error::Stale)) => {
            let (page, now, version) = change(&reader, reference, id).await?;
            page.refused(&now, Error::Stale.into(), Some((&now, version)))
        }
        Err(problem) => Err(problem),
    }
}
