//! The list of enterprises: one query object for list, count, export and pages, and what each filter means.

use super::{Described, Registrar};
use crate::{
    db::registry::enterprise_list::{self, EnterpriseFilter, EnterpriseOrder, Mark},
    domain::{
        band::Band,
        codes::codes,
        fen::Fen,
        ids::{OrganisationId, UserId},
        people::{actor::Actor, role::Permission},
        records::change::Noun,
        registry::{
            enterprise::{EnterpriseStatus, Tier},
            industry::{IndustryCode, IndustryEdition},
            presence::Presence,
        },
        search_key,
        watch::{
            level::Level,
            risk::{Amounts, RiskPolicy},
        },
    },
    services::{
        Error, Invalid, Read, Subject,
        error::Reason,
        paging::{MOST_COUNTED, Page, Window},
        watch::risk_policies,
    },
};
use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};
use utoipa::IntoParams;

codes! {
    /// The order of the list; `-` for descending. Readers who see bands sort the tax of the year by bands.
    pub enum EnterpriseSort {
        /// Pinyin of the name.
        Name = "name", "名称", "name";
        /// The same, backwards.
        NameDescending = "-name", "名称（倒序）", "name, descending";
        /// Tax of the year, least first.
        TaxYear = "tax_year", "本年税收（从低到高）", "tax of the year, ascending";
        /// Tax of the year, most first.
        TaxYearDescending = "-tax_year", "本年税收（从高到低）", "tax of the year, descending";
        /// Risk, lowest first.
        Risk = "risk", "风险（从低到高）", "risk, ascending";
        /// Risk, highest first.
        RiskDescending = "-risk", "风险（从高到低）", "risk, descending";
        /// Last visit, longest ago and never first.
        LastVisit = "last_visit", "最近走访（从早到晚）", "last visit, oldest first";
        /// Last visit, latest first.
        LastVisitDescending = "-last_visit", "最近走访（从晚到早）", "last visit, latest first";
    }
}

/// Which enterprises are asked for, in which order.
#[derive(Debug, Clone, Default, Serialize, Deserialize, IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct EnterpriseQuery {
    /// Part of the name, pinyin initials, or the beginning of the code.
    #[param(example = "星河")]
    pub q: Option<String>,
    /// Its street office.
    pub street_id: Option<OrganisationId>,
    /// Section letter or two-digit division of GB/T 4754-2017.
    #[param(example = "65")]
    pub industry_code: Option<String>,
    /// Presence class.
    pub presence: Option<Presence>,
    /// Its tier.
    pub tier: Option<Tier>,
    /// Whether it is a new entry.
    pub new_entry: Option<bool>,
    /// Risk level.
    pub risk_level: Option<Level>,
    /// Its status.
    pub status: Option<EnterpriseStatus>,
    /// The steward of its team.
    pub steward_id: Option<UserId>,
    /// Least tax of the year in fen; only for callers who see figures.
    #[param(value_type = Option<i64>)]
    pub tax_year_min_fen: Option<Fen>,
    /// Most tax of the year in fen; only for callers who see figures.
    #[param(value_type = Option<i64>)]
    pub tax_year_max_fen: Option<Fen>,
    /// Band of the tax of the year.
    pub tax_year_band: Option<Band>,
    /// Order; the order of entry when not given.
    #[param(inline)]
    pub sort: Option<EnterpriseSort>,
}

/// What the cursors of the list are bound to: who sees bands pages by bands.
pub fn cursor_list(actor: &Actor) -> &'static str {
    if actor.sees_figures() { "enterprises" } else { "enterprises by bands" }
}

/// One page of the enterprises the actor sees, and how the actor sees their amounts. `detail` is what the record of the read says of the filters.
pub fn list(
    read: &mut Read<'_>,
    query: &EnterpriseQuery,
    window: &Window<Mark>,
    detail: &str,
) -> Result<(Page<Described, Mark>, Amounts), Error> {
    let page = rows(read, query, window)?;
    let amounts = read.amounts_where(!page.items.is_empty(), Subject::list(Noun::Enterprise, detail));
    Ok((page, amounts))
}

/// The same for who shows no amounts, and for the parts of a list whose read is noted as a whole.
pub fn rows(
    read: &mut Read<'_>,
    query: &EnterpriseQuery,
    window: &Window<Mark>,
) -> Result<Page<Described, Mark>, Error> {
    read.require(Permission::ReadBusiness)?;
    let (connection, actor, context, today) = (&mut *read.conn, read.actor, read.context, read.today);
    let policy = risk_policies::in_force(connection, context)?;
    let filter = filter(query, actor, &policy, today)?;
    let (order, descending) = order(query.sort, actor);
    let scope = actor.scope();
    let rows = enterprise_list::page(connection, scope, &filter, (order, descending), window.part())?;
    let total = window.total(rows.len(), |most| {
        // Common words are in every other name.
        let most = if filter.search.is_some() { most.min(MOST_COUNTED) } else { most };
        enterprise_list::count(connection, scope, &filter, most)
    })?;
    let registrar = Registrar::load(connection, actor, today)?;
    let page = Page::cut(rows, window, total, |row| order.mark(row));
    Ok(page.map(|(enterprise, standing)| Described::new(enterprise, standing, &registrar, &policy)))
}

/// Refuses a query that the actor may not ask or that cannot be understood.
pub fn check(query: &EnterpriseQuery, actor: &Actor) -> Result<(), Error> {
    understood(query, actor).map(|_| ())
}

/// The filter a query means to an actor by a risk policy.
pub fn filter(
    query: &EnterpriseQuery,
    actor: &Actor,
    policy: &RiskPolicy,
    today: NaiveDate,
) -> Result<EnterpriseFilter, Error> {
    let industry = understood(query, actor)?;
    let division = industry.as_ref().and_then(IndustryCode::division);
    let new_since = today.checked_sub_days(Days::new(policy.visits.new_for_days.into())).unwrap_or(today);
    let text = query.q.as_deref().map(str::trim).filter(|text| !text.is_empty());
    Ok(EnterpriseFilter {
        search: text.map(search_key::query),
        street: query.street_id,
        industry_section: match division {
            Some(_) => None,
            None => industry.map(|code| code.section_letter().to_string()),
        },
        industry_division: division.map(|division| format!("{:02}", division.number())),
        presence: query.presence,
        tier: query.tier,
        entered_from: (query.new_entry == Some(true)).then_some(new_since),
        entered_before: (query.new_entry == Some(false)).then_some(new_since),
        risk_level: query.risk_level,
        status: query.status,
        steward: query.steward_id,
        tax_year_min: query.tax_year_min_fen,
        tax_year_max: query.tax_year_max_fen,
        tax_year_band: query.tax_year_band.map(|band| band.index().into()),
    })
}

/// The industry that a query names, once all of the query was found to be in order.
fn understood(query: &EnterpriseQuery, actor: &Actor) -> Result<Option<IndustryCode>, Error> {
    let mut invalid = Invalid::default();
    let figures = [("/tax_year_min_fen", query.tax_year_min_fen), ("/tax_year_max_fen", query.tax_year_max_fen)];
    for (pointer, _) in figures.iter().filter(|(_, bound)| bound.is_some() && !actor.sees_figures()) {
        invalid.note(*pointer, Reason::FiguresNotShown);
    }
    let industry = query.industry_code.as_deref().and_then(|code| invalid.take("/industry_code", industry(code)));
    invalid.check()?;
    Ok(industry)
}

/// A section letter or a two-digit division; groups and classes are not filtered by.
fn industry(code: &str) -> Result<IndustryCode, crate::domain::registry::industry::IndustryError> {
    if code.trim().chars().filter(char::is_ascii_digit).count() > 2 {
        return Err(crate::domain::registry::industry::IndustryError::Format);
    }
    IndustryCode::parse(code, IndustryEdition::default())
}

/// The order a sort means to an actor, and whether it runs from the far end.
pub fn order(sort: Option<EnterpriseSort>, actor: &Actor) -> (EnterpriseOrder, bool) {
    use EnterpriseSort as S;
    let tax = if actor.sees_figures() { EnterpriseOrder::TaxYear } else { EnterpriseOrder::TaxYearBand };
    match sort {
        None => (EnterpriseOrder::Entry, false),
        Some(S::Name) => (EnterpriseOrder::Name, false),
        Some(S::NameDescending) => (EnterpriseOrder::Name, true),
        Some(S::TaxYear) => (tax, false),
        Some(S::TaxYearDescending) => (tax, true),
        Some(S::Risk) => (EnterpriseOrder::Risk, false),
        Some(S::RiskDescending) => (EnterpriseOrder::Risk, true),
        Some(S::LastVisit) => (EnterpriseOrder::LastVisit, false),
        Some(S::LastVisitDescending) => (EnterpriseOrder::LastVisit, true),
    }
}
