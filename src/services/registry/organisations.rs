//! The district, its street offices and departments: read by everybody, managed by the administrator. Merging is in
//! `organisation_merges`.

use crate::{
    db::{
        backend::DbConn,
        registry::organisations::{self, Organisation, OrganisationFilter},
    },
    domain::{
        codes::codes,
        ids::OrganisationId,
        lengths::ORGANISATION_NAME_MAX,
        people::role::Permission,
        records::change::Action,
        registry::organisation::{OrganisationKind, OrganisationStatus},
        text,
    },
    services::{
        Error, Invalid, Tx, Version,
        command::command,
        error::Reason,
        paging::{Page, Window},
        patch::Patch,
    },
    texts::{Explain, Language},
};
use serde::Deserialize;
use utoipa::ToSchema;

/// Most other names of the district.
pub const ALIASES_MAX: usize = 20;

codes! {
    /// Why an organisation is not made, changed or merged so.
    pub enum OrganisationError {
        /// Only the district has a place in the division of the country.
        DistrictOnly = "only_for_the_district", "只有区一级可以填写此项。", "Only the district has this field.";
        /// Another name with a comma would be read as two.
        Comma = "comma", "名称中不能有逗号。", "A name must not contain a comma.";
        /// It went into another and is history.
        Merged = "organisation_merged", "该单位已并入其他单位，不能再修改。", "The organisation was merged into another and can no longer be changed.";
        /// Only two street offices or two departments can be merged.
        KindsDiffer = "kinds_differ", "只能街道并入街道、部门并入部门。", "A street office merges only into a street office, a department only into a department.";
        /// Nothing goes into itself.
        Itself = "into_itself", "不能并入自身。", "An organisation cannot be merged into itself.";
    }
}

impl Explain for OrganisationError {
    fn code(&self) -> &'static str {
        self.as_str()
    }

    fn text(&self, language: Language) -> String {
        Self::text(*self, language).to_owned()
    }
}

/// The fields of an organisation.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct OrganisationFields {
    /// What it is; there is one district.
    #[schema(value_type = Option<OrganisationKind>)]
    pub kind: Patch<OrganisationKind>,
    /// Its name, unique among those in use.
    #[schema(value_type = Option<String>, max_length = 100)]
    pub name: Patch<String>,
    /// Of the district: the province addresses in it name.
    #[schema(value_type = Option<String>)]
    pub province: Patch<String>,
    /// Of the district: the city addresses in it name.
    #[schema(value_type = Option<String>)]
    pub city: Patch<String>,
    /// Of the district: other names addresses in it use.
    #[schema(value_type = Option<Vec<String>>)]
    pub aliases: Patch<Vec<String>>,
}

command! {
    OrganisationFields: "OrganisationEntry", "OrganisationChange" {
        required { kind, name }
        once { kind }
        created { "kind": "street", "name": "星湖街道" }
        changed { "name": "星湖新城街道" }
    }
}

impl OrganisationFields {
    /// Kind and name are enough.
    pub fn named(kind: OrganisationKind, name: impl Into<String>) -> Self {
        Self { kind: Patch::Set(kind), name: Patch::Set(name.into()), ..Self::default() }
    }
}

/// Makes an organisation.
pub fn create(tx: &mut Tx<'_>, fields: OrganisationFields) -> Result<Organisation, Error> {
    tx.require(Permission::ManageOrganisations)?;
    let mut invalid = Invalid::default();
    invalid.require(&fields);
    let Patch::Set(kind) = fields.kind else { return Err(Error::Invalid(invalid)) };
    let blank = Organisation {
        id: OrganisationId::new(),
        kind,
        name: String::new(),
        province: None,
        city: None,
        aliases: String::new(),
        status: OrganisationStatus::Active,
        merged_into_id: None,
        version: 1,
        created_at: tx.now.into(),
        updated_at: tx.now.into(),
    };
    let organisation = changed(&blank, fields, invalid)?;
    if organisation.kind == OrganisationKind::District && organisations::district(tx.conn)?.is_some() {
        return Err(Error::field("/kind", Reason::Taken));
    }
    check_name(tx.conn, &organisation)?;
    tx.create(&organisation).map_err(taken)?;
    Ok(organisation)
}

/// Changes an organisation; its history goes by its id and stays.
pub fn update(
    tx: &mut Tx<'_>,
    id: OrganisationId,
    version: Version,
    fields: OrganisationFields,
) -> Result<Organisation, Error> {
    tx.require(Permission::ManageOrganisations)?;
    let before = organisations::lock(tx.conn, &[id])?.pop().ok_or(Error::NotFound)?;
    version.check(before.version)?;
    if before.status == OrganisationStatus::Merged {
        return Err(Error::conflict(OrganisationError::Merged));
    }
    let mut invalid = Invalid::default();
    invalid.refuse_stated_once(&fields);
    let after = changed(&before, fields, invalid)?;
    check_name(tx.conn, &after)?;
    Ok(tx.change(&before, after, Action::Updated).map_err(taken)?.unwrap_or(before))
}

fn changed(before: &Organisation, fields: OrganisationFields, mut invalid: Invalid) -> Result<Organisation, Error> {
    let mut after = before.clone();
    if let Some(name) = invalid.kept("/name", fields.name) {
        after.name = invalid.take("/name", text::line(&name, ORGANISATION_NAME_MAX)).unwrap_or_default();
    }
    place(&mut invalid, &mut after.province, before.kind, "/province", fields.province);
    place(&mut invalid, &mut after.city, before.kind, "/city", fields.city);
    match fields.aliases {
        Patch::Keep => {}
        Patch::Clear => after.aliases = String::new(),
        Patch::Set(names) => after.aliases = other_names(&mut invalid, before.kind, &names),
    }
    invalid.check()?;
    Ok(after)
}

fn place(
    invalid: &mut Invalid,
    target: &mut Option<String>,
    kind: OrganisationKind,
    pointer: &str,
    change: Patch<String>,
) {
    match change {
        Patch::Keep => {}
        Patch::Clear => *target = None,
        Patch::Set(_) if kind != OrganisationKind::District => invalid.note(pointer, OrganisationError::DistrictOnly),
        Patch::Set(name) => *target = invalid.take(pointer, text::line(&name, ORGANISATION_NAME_MAX)),
    }
}

fn other_names(invalid: &mut Invalid, kind: OrganisationKind, given: &[String]) -> String {
    if !given.is_empty() && kind != OrganisationKind::District {
        invalid.note("/aliases", OrganisationError::DistrictOnly);
    }
    if given.len() > ALIASES_MAX {
        invalid.note("/aliases", Reason::TooMany);
    }
    let mut names = Vec::new();
    for (index, name) in given.iter().enumerate() {
        let pointer = format!("/aliases/{index}");
        if name.contains(',') {
            invalid.note(&pointer, OrganisationError::Comma);
        }
        names.extend(invalid.take(&pointer, text::line(name, ORGANISATION_NAME_MAX)));
    }
    names.join(",")
}

/// Two organisations in use never share a name; the constraint decides when two are made at once.
fn check_name(connection: &mut DbConn, organisation: &Organisation) -> Result<(), Error> {
    let found = organisations::find_by_name(connection, &organisation.name)?;
    let is_taken = found.is_some_and(|other| other.id != organisation.id);
    if is_taken { Err(Error::field("/name", Reason::Taken)) } else { Ok(()) }
}

fn taken(error: Error) -> Error {
    match error.broken_unique() {
        Some(constraint) if constraint.contains("name") => Error::field("/name", Reason::Taken),
        Some(_) => Error::field("/kind", Reason::Taken),
        None => error,
    }
}

/// One organisation; every signed-in person may read it.
pub fn find(connection: &mut DbConn, id: OrganisationId) -> Result<Organisation, Error> {
    organisations::find(connection, id)?.ok_or(Error::NotFound)
}

/// All organisations a filter leaves, in the order of creation: what forms offer.
pub fn all(connection: &mut DbConn, filter: &OrganisationFilter) -> Result<Vec<Organisation>, Error> {
    Ok(organisations::all(connection, filter)?)
}

/// Organisations in the order of creation; every signed-in person may read them.
pub fn list(
    connection: &mut DbConn,
    filter: &OrganisationFilter,
    window: &Window<OrganisationId>,
) -> Result<Page<Organisation, OrganisationId>, Error> {
    let rows = organisations::list(connection, filter, &window.part())?;
    let total = window.total(rows.len(), |_| organisations::count(connection, filter))?;
    Ok(Page::cut(rows, window, total, |organisation| organisation.id))
}
