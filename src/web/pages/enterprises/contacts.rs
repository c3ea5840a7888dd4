//! Adding, changing and deleting contacts. Opening one to change it shows it unmasked, and this read is recorded.

use super::detail::{self, Detail, DetailWords};
use crate::{
    db::registry::contacts::Contact,
    domain::{
        ids::{ContactId, EnterpriseId},
        lengths::CONTACT_NAME_MAX,
        people::role::Permission,
        registry::enterprise::EnterpriseReference,
    },
    services::{
        Error, Read, Tx, Version,
        patch::Patch,
        registry::contacts::{self, ContactFields},
    },
    texts::Language,
    web::{
        extract::{Id, Ids},
        pages::{
            field::Field,
            form::{Form, SentForm},
            reader::Reader,
            typed::Typed,
        },
        problem::Problem,
    },
};
use actix_web::{HttpResponse, get, post};

crate::texts::texts! {
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

struct Contacts;

impl Detail for Contacts {
    type Row = Contact;
    type Id = ContactId;
    const PERMISSION: Permission = Permission::WriteContacts;
    const PATH: &'static str = "contacts";

    fn words(language: Language) -> DetailWords {
        let t = ContactWords(language);
        DetailWords {
            add: t.add(),
            on_adding: Some(t.careful()),
            edit: t.edit(),
            on_editing: Some(t.recorded()),
            delete: t.remove(),
            on_deleting: t.remove_text(),
        }
    }

    fn fields(language: Language) -> Vec<Field> {
        let t = ContactWords(language);
        vec![
            Field::line("name", t.name(), CONTACT_NAME_MAX).required(),
            Field::line("position", t.position(), CONTACT_NAME_MAX),
            Field::typed("phone", t.phone(), "tel", 40),
            Field::typed("email", t.email(), "email", 254),
            Field::tick("is_primary", t.primary()).wide().hint(t.primary_hint()),
        ]
    }

    fn values(contact: &Contact) -> (Form, i64) {
        let text = |value: &Option<String>| value.clone().unwrap_or_default();
        let primary = if contact.is_primary { "yes" } else { "" };
        let form = Form::filled([
            ("name", contact.name.clone()),
            ("position", text(&contact.position)),
            ("phone", text(&contact.phone)),
            ("email", text(&contact.email)),
            ("is_primary", primary.to_owned()),
        ]);
        (form, contact.version)
    }

    fn open(read: &mut Read<'_>, of: &EnterpriseReference, id: ContactId) -> Result<Contact, Error> {
        Ok(contacts::unmask(read, of, id)?.contact)
    }

    /// The first of an enterprise is asked first, ticked or not.
    fn create(tx: &mut Tx<'_>, of: &EnterpriseReference, form: &Form) -> Result<EnterpriseId, Error> {
        let is_primary = if form.has("is_primary", "yes") { Patch::Set(true) } else { Patch::Keep };
        Ok(contacts::create(tx, of, typed(&Typed::creation(form), is_primary))?.enterprise_id)
    }

    fn update(
        tx: &mut Tx<'_>,
        of: &EnterpriseReference,
        id: ContactId,
        version: Version,
        form: &Form,
    ) -> Result<EnterpriseId, Error> {
        let is_primary = Patch::Set(form.has("is_primary", "yes"));
        Ok(contacts::update(tx, of, id, version, typed(&Typed::change(form), is_primary))?.enterprise_id)
    }

    fn delete(tx: &mut Tx<'_>, of: &EnterpriseReference, id: ContactId, version: Version) -> Result<(), Error> {
        contacts::delete(tx, of, id, version)
    }
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

/// The form for a new contact person.
#[get("/enterprises/{id}/contacts/new")]
pub(crate) async fn blank(reader: Reader, Id(of): Id<EnterpriseReference>) -> Result<HttpResponse, Problem> {
    detail::blank::<Contacts>(&reader, of).await
}

/// Adds a contact person.
#[post("/enterprises/{id}/contacts/new")]
pub(crate) async fn add(sent: SentForm, Id(of): Id<EnterpriseReference>) -> Result<HttpResponse, Problem> {
    detail::add::<Contacts>(sent, of).await
}

/// The form with what is known of a contact person.
#[get("/enterprises/{id}/contacts/{contact_id}/edit")]
pub(crate) async fn show(
    reader: Reader,
    Ids(of, id): Ids<EnterpriseReference, ContactId>,
) -> Result<HttpResponse, Problem> {
    detail::show::<Contacts>(&reader, of, id).await
}

/// Changes a contact person.
#[post("/enterprises/{id}/contacts/{contact_id}/edit")]
pub(crate) async fn save(
    sent: SentForm,
    Ids(of, id): Ids<EnterpriseReference, ContactId>,
) -> Result<HttpResponse, Problem> {
    detail::save::<Contacts>(sent, of, id).await
}

/// Deletes a contact person.
#[post("/enterprises/{id}/contacts/{contact_id}/remove")]
pub(crate) async fn remove(
    sent: SentForm,
    Ids(of, id): Ids<EnterpriseReference, ContactId>,
) -> Result<HttpResponse, Problem> {
    detail::remove::<Contacts>(sent, of, id).await
}
