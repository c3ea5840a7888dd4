//! Adding an enterprise and changing its fields.

use super::form::{FormPage, comes_back};
use crate::{
    db::{
        backend::DbConn,
        registry::{
            enterprises::Enterprise,
            organisations::{Organisation, OrganisationFilter},
        },
    },
    domain::{
        lengths::{ADDRESS_MAX, ENTERPRISE_NAME_MAX, SOURCE_MAX, TAX_AUTHORITY_MAX},
        people::{actor::Actor, role::Permission},
        registry::{
            enterprise::{EnterpriseReference, EnterpriseStatus, Tier},
            industry::IndustryEdition,
            organisation::OrganisationKind,
            presence::Presence,
        },
    },
    services::{
        Error,
        patch::Patch,
        registry::{
            enterprises::{self, EnterpriseFields, Registrar},
            organisations,
        },
    },
    web::{
        extract::Id,
        pages::{
            choice::Choice,
            field::Field,
            followed,
            form::{Form, SentForm},
            gate::see_other,
            once::once_followed,
            reader::Reader,
            shell::Area,
            typed::Typed,
        },
        problem::Problem,
    },
};
use actix_web::{HttpResponse, get, post};
use chrono::NaiveDate;

crate::texts::texts! {
    /// The words of the form.
    EditWords {
        enter() { zh: "新增企业", en: "Add an enterprise" }
        change() { zh: "编辑企业", en: "Edit enterprise" }
        new_intro() { zh: "代码和名称必填，其余可以以后补充。", en: "The code and the name are required; the rest can be added later." }
        uscc() { zh: "统一社会信用代码", en: "Unified social credit code" }
        uscc_hint() { zh: "18 位，按营业执照填写。", en: "18 characters, as on the business licence." }
        name() { zh: "企业名称", en: "Name" }
        industry() { zh: "行业代码", en: "Industry code" }
        industry_hint() { zh: "国民经济行业分类，如 I6510、65 或 I。", en: "GB/T 4754, such as I6510, 65 or I." }
        edition() { zh: "行业分类版本", en: "Edition of the code" }
        registered() { zh: "注册地址", en: "Registered address" }
        operating() { zh: "经营地址", en: "Operating address" }
        authority() { zh: "主管税务机关", en: "Competent tax authority" }
        street() { zh: "所属街道", en: "Street office" }
        no_street() { zh: "未分配", en: "none" }
        presence() { zh: "纳税经营情况", en: "Tax and operating presence" }
        derived() { zh: "按地址和税务机关判断", en: "derived from addresses and tax authority" }
        presence_hint() { zh: "只有判断与实际不符时才需要指定。", en: "Set it only where the derived class is wrong." }
        tier() { zh: "企业类别", en: "Tier" }
        entered() { zh: "入驻日期", en: "Entered the district on" }
        status() { zh: "状态", en: "Status" }
        source() { zh: "数据来源", en: "Source of the data" }
        data_on() { zh: "数据日期", en: "Data as of" }
    }
}

/// What the form is made with.
struct Place {
    streets: Vec<Organisation>,
    registrar: Registrar,
}

impl Place {
    fn load(connection: &mut DbConn, actor: &Actor, today: NaiveDate) -> Result<Self, Error> {
        let streets = organisations::all(connection, &OrganisationFilter::active().of_kind(OrganisationKind::Street))?;
        Ok(Self { streets, registrar: Registrar::load(connection, actor, today)? })
    }

    fn fields(&self, t: EditWords) -> Vec<Field> {
        let language = t.0;
        let today = self.registrar.today;
        let none = self.registrar.may_keep_at(None).then(|| Choice::new("", t.no_street()));
        let streets = self.streets.iter().filter(|street| self.registrar.may_keep_at(Some(street.id)));
        let streets = none.into_iter().chain(streets.map(|street| Choice::new(street.id, &street.name)));
        let derived = std::iter::once(Choice::new("", t.derived()));
        let presences = Presence::ALL.iter().map(|code| Choice::of(*code, language));
        let tiers = Tier::ALL.iter().map(|code| Choice::of(*code, language));
        let statuses = EnterpriseStatus::ALL.iter().map(|code| Choice::of(*code, language));
        let editions = IndustryEdition::ALL.iter().map(|code| Choice::of(*code, language));
        vec![
            Field::line("name", t.name(), ENTERPRISE_NAME_MAX).required().wide(),
            Field::line("industry_code", t.industry(), 20).hint(t.industry_hint()),
            Field::choice("industry_edition", t.edition(), editions.collect()).required(),
            Field::line("registered_address", t.registered(), ADDRESS_MAX).wide(),
            Field::line("operating_address", t.operating(), ADDRESS_MAX).wide(),
            Field::line("tax_authority", t.authority(), TAX_AUTHORITY_MAX).wide(),
            Field::choice("street_id", t.street(), streets.collect()),
            Field::choice("presence", t.presence(), derived.chain(presences).collect()).hint(t.presence_hint()),
            Field::choice("tier", t.tier(), tiers.collect()).required(),
            Field::choice("status", t.status(), statuses.collect()).required(),
            Field::day("entered_on", t.entered(), today),
            Field::day("data_on", t.data_on(), today),
            Field::line("source", t.source(), SOURCE_MAX).wide(),
        ]
    }
}

/// What an enterprise holds, as its form shows it.
fn values(row: &Enterprise) -> Form {
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let day = |day: Option<NaiveDate>| day.map(|day| day.to_string()).unwrap_or_default();
    let presence = if row.presence_stated { row.presence.as_str() } else { "" };
    let edition = row.industry_edition.clone().unwrap_or_else(|| IndustryEdition::default().as_str().to_owned());
    Form::filled([
        ("name", row.name.clone()),
        ("industry_code", text(&row.industry_code)),
        ("industry_edition", edition),
        ("registered_address", text(&row.registered_address)),
        ("operating_address", text(&row.operating_address)),
        ("tax_authority", text(&row.tax_authority)),
        ("street_id", row.street_id.map(|id| id.to_string()).unwrap_or_default()),
        ("presence", presence.to_owned()),
        ("tier", row.tier.as_str().to_owned()),
        ("status", row.status.as_str().to_owned()),
        ("entered_on", day(row.entered_on)),
        ("data_on", day(row.data_on)),
        ("source", text(&row.source)),
    ])
}

/// What was typed, as the use case takes it.
fn typed(mut typed: Typed<'_>) -> Result<EnterpriseFields, Error> {
    let fields = EnterpriseFields {
        uscc: Patch::Keep,
        name: typed.text("name"),
        industry_code: typed.text("industry_code"),
        industry_edition: typed.code("industry_edition"),
        registered_address: typed.text("registered_address"),
        operating_address: typed.text("operating_address"),
        tax_authority: typed.text("tax_authority"),
        street_id: typed.id("street_id"),
        presence: typed.code("presence"),
        tier: typed.code("tier"),
        entered_on: typed.day("entered_on"),
        status: typed.code("status"),
        source: typed.text("source"),
        data_on: typed.day("data_on"),
    };
    typed.check()?;
    Ok(fields)
}

async fn creation(reader: &Reader) -> Result<(FormPage, Form), Problem> {
    let today = reader.app.today();
    let read = reader.read_framed(Area::Enterprises, move |connection, actor| Place::load(connection, actor, today));
    let (place, shell) = read.await?;
    let t = EditWords(shell.language);
    let mut fields = place.fields(t);
    fields.insert(0, Field::line("uscc", t.uscc(), 40).required().wide().hint(t.uscc_hint()));
    let street = place.registrar.default_street().map(|id| id.to_string()).unwrap_or_default();
    let empty = Form::filled([
        ("street_id", street),
        ("industry_edition", IndustryEdition::default().as_str().to_owned()),
        ("tier", Tier::Normal.as_str().to_owned()),
        ("status", EnterpriseStatus::Active.as_str().to_owned()),
    ]);
    let form = FormPage::new(shell, t.enter(), "/enterprises/new".to_owned(), fields);
    Ok((FormPage { intro: Some(t.new_intro()), ..form }, empty))
}

/// The form for a new enterprise.
#[get("/enterprises/new")]
pub(crate) async fn blank(reader: Reader) -> Result<HttpResponse, Problem> {
    reader.require(Permission::WriteEnterprises)?;
    let (form, values) = creation(&reader).await?;
    form.blank(&values)
}

/// Enters an enterprise.
#[post("/enterprises/new")]
pub(crate) async fn create(SentForm { reader, form }: SentForm) -> Result<HttpResponse, Problem> {
    reader.require(Permission::WriteEnterprises)?;
    let sent = form.clone();
    let made = once_followed(&reader, &form, move |tx| {
        let uscc = Patch::Set(sent.typed("uscc").trim().to_owned());
        let fields = EnterpriseFields { uscc, ..typed(Typed::creation(&sent))? };
        let enterprise = enterprises::create(tx, fields)?;
        Ok(format!("/enterprises/{}", enterprise.id))
    });
    match made.await {
        Ok(address) => Ok(see_other(&address)),
        Err(problem) if comes_back(&problem) => creation(&reader).await?.0.refused(&form, problem, None),
        Err(problem) => Err(problem),
    }
}

async fn change(reader: &Reader, reference: EnterpriseReference) -> Result<(FormPage, Form, i64), Problem> {
    let today = reader.app.today();
    let ((row, place), shell) = reader
        .read_framed(Area::Enterprises, move |connection, actor| {
            let row = enterprises::find(connection, actor, &reference)?;
            let place = Place::load(connection, actor, today)?;
            if !place.registrar.may_keep_at(row.street_id) {
                return Err(Error::Forbidden(Permission::WriteEnterprises));
            }
            Ok((row, place))
        })
        .await?;
    let t = EditWords(shell.language);
    let here = format!("/enterprises/{}", row.id);
    let form = FormPage::new(shell, t.change(), format!("{here}/edit"), place.fields(t));
    let form =
        FormPage { about: Some((here.clone(), row.name.clone())), cancel: here, version: Some(row.version), ..form };
    Ok((form, values(&row), row.version))
}

/// The form with what an enterprise holds.
#[get("/enterprises/{id}/edit")]
pub(crate) async fn show(reader: Reader, Id(reference): Id<EnterpriseReference>) -> Result<HttpResponse, Problem> {
    reader.require(Permission::WriteEnterprises)?;
    let (form, values, _) = change(&reader, reference).await?;
    form.blank(&values)
}

/// Changes an enterprise.
#[post("/enterprises/{id}/edit")]
pub(crate) async fn save(
    SentForm { reader, form }: SentForm,
    Id(reference): Id<EnterpriseReference>,
) -> Result<HttpResponse, Problem> {
    reader.require(Permission::WriteEnterprises)?;
    let (sent, named) = (form.clone(), reference.clone());
    let changed = reader
        .write_followed(move |tx| {
            let fields = typed(Typed::change(&sent))?;
            enterprises::update(tx, &named, sent.version(), fields)
        })
        .await;
    match changed {
        Ok((enterprise, followed)) => {
            let address = format!("/enterprises/{}", enterprise.id);
            Ok(see_other(&followed::address(&address, &followed, &reader.actor)))
        }
        Err(problem) if comes_back(&problem) => {
            let (page, now, version) = change(&reader, reference).await?;
            page.refused(&form, problem, Some((&now, version)))
        }
        Err(problem) => Err(problem),
    }
}
