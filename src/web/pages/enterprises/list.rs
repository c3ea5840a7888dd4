//! The tax-source list (税源清单): filters in the address, columns in order, pages by number.

use crate::{
    db::{backend::DbConn, organisations::OrganisationFilter},
    domain::{
        access::Accessed,
        actor::Actor,
        band::Band,
        change::Noun,
        enterprise::{EnterpriseStatus, Tier},
        ids::{EnterpriseId, UserId},
        industry::{IndustryDivision, IndustryEdition, Section},
        level::Level,
        organisation::{OrganisationKind, OrganisationStatus},
        presence::Presence,
        role::Permission,
    },
    services::{
        Error,
        directory::Directory,
        enterprises::{Described, list},
        organisations,
        paging::{MAX_LIMIT, Window, write_cursor},
        teams,
    },
    web::{
        api::enterprises::EnterpriseListQuery,
        listing::{name_of, window},
        pages::{
            format,
            pager::{Pager, Step},
            query::Asked,
            reader::{Reader, page},
            shell::{Area, Shell},
            words::Words,
        },
        problem::Problem,
    },
};
use actix_web::{HttpRequest, HttpResponse, get};
use askama::Template;
use chrono::{Datelike, NaiveDate};
use std::collections::BTreeMap;

crate::texts::catalogue! {
    /// The words of the list.
    ListWords {
        add() { zh: "新增企业", en: "Enter an enterprise" }
        q() { zh: "企业名称或统一社会信用代码", en: "Name or unified social credit code" }
        street() { zh: "街道", en: "Street office" }
        industry() { zh: "行业门类", en: "Industry" }
        presence() { zh: "在地情形", en: "Presence" }
        tier() { zh: "类别", en: "Tier" }
        status() { zh: "状态", en: "Status" }
        risk() { zh: "风险", en: "Risk" }
        band() { zh: "本年入库", en: "Tax of the year" }
        name() { zh: "企业名称", en: "Enterprise" }
        uscc() { zh: "统一社会信用代码", en: "Credit code" }
        amount() { zh: "入库", en: "Tax" }
        amount_unit(year: i32) { zh: "{year} 年，万元", en: "{year}, 10,000 yuan" }
        amount_band(year: i32) { zh: "{year} 年，按档", en: "{year}, as a band" }
        last_visit() { zh: "最近走访", en: "Last visit" }
        steward() { zh: "管家", en: "Steward" }
        unassigned() { zh: "未指派", en: "none" }
        never() { zh: "从未", en: "never" }
        new_entry() { zh: "新入驻", en: "new" }
        found(total: impl std::fmt::Display) { zh: "筛选结果 {total} 户", en: "{total} enterprises found" }
        found_many(total: impl std::fmt::Display) { zh: "筛选结果 {total} 户以上", en: "More than {total} enterprises found" }
        nothing() { zh: "没有符合条件的企业。", en: "No enterprise fits these filters." }
        nothing_hint() { zh: "可以减少筛选条件，或按名称、拼音首字母、代码查找。", en: "Try fewer filters, or search by name, pinyin initials or code." }
        rows() { zh: "每页", en: "Rows" }
        caption(page: i64) { zh: "税源清单，第 {page} 页", en: "Enterprises, page {page}" }
        pick(name: &str) { zh: "选择{name}", en: "Select {name}" }
        pick_all() { zh: "选择本页全部", en: "Select all of this page" }
        batch() { zh: "批量操作", en: "With the selected" }
        picked_before() { zh: "已选", en: "Selected:" }
        picked_after() { zh: "户", en: "" }
        assign() { zh: "指派管家", en: "Assign stewards" }
        unpick() { zh: "取消选择", en: "Clear selection" }
        table() { zh: "税源清单表格", en: "Table of enterprises" }
    }
}

/// Rows a page unless asked otherwise.
const PAGE_SIZE: i64 = 20;
const SIZES: [i64; 3] = [20, 50, 100];

/// One option of a filter.
struct Choice {
    value: String,
    name: String,
    chosen: bool,
}

/// A sortable column: its way to sort and how it is sorted now.
struct Sort {
    href: String,
    direction: Option<&'static str>,
}

struct Row {
    id: String,
    tick: String,
    name: String,
    uscc: String,
    street: String,
    industry: String,
    presence: &'static str,
    level: &'static str,
    level_name: &'static str,
    amount: String,
    last_visit: Option<(String, String)>,
    steward: Option<String>,
    new_entry: bool,
}

#[derive(Template)]
#[template(path = "pages/enterprises/list.html")]
struct ListPage {
    shell: Shell,
    t: ListWords,
    q: String,
    streets: Vec<Choice>,
    industries: Vec<Choice>,
    presences: Vec<Choice>,
    levels: Vec<Choice>,
    bands: Vec<Choice>,
    tiers: Vec<Choice>,
    statuses: Vec<Choice>,
    sizes: Vec<Choice>,
    kept: Vec<(String, String)>,
    filtered: bool,
    found: String,
    rows: Vec<Row>,
    by_name: Sort,
    by_risk: Sort,
    by_tax: Sort,
    by_visit: Sort,
    figures: bool,
    may_add: bool,
    may_assign: bool,
    here: String,
    year: i32,
    page: i64,
    pager: Pager,
}

/// The list.
#[get("/enterprises")]
pub(crate) async fn show(reader: Reader, request: HttpRequest) -> Result<HttpResponse, Problem> {
    reader.require(Permission::ReadBusiness)?;
    let asked = Asked::of(&request);
    let (mut query, paging) = asked.filters::<EnterpriseListQuery>()?.split();
    query.sort = query.sort.or(Some(list::EnterpriseSort::RiskDescending));
    let figures = reader.actor.sees_figures();
    let name = name_of(if figures { "enterprises" } else { "enterprises by bands" }, &query);
    let context = reader.app.context();
    let size = asked.value("size").and_then(|size| size.parse().ok()).filter(|size| (1..=MAX_LIMIT).contains(size));
    let size = size.unwrap_or(PAGE_SIZE);
    let window = window(context, &name, Some(size), paging.cursor.as_deref(), Some(true))?;
    let skip = if window.after.is_none() { (asked.page_number() - 1) * size } else { 0 };
    let (app, today) = (reader.app.clone(), reader.app.today());
    let known = query.clone();
    let (found, streets, names) = reader
        .read(move |connection, actor| {
            let found = list::list_from(connection, actor, app.context(), today, &known, &window, skip)?;
            let filter = OrganisationFilter {
                kind: Some(OrganisationKind::Street),
                status: Some(OrganisationStatus::Active),
                ..OrganisationFilter::default()
            };
            let all = Window { limit: MAX_LIMIT, after: None, include_total: false };
            let streets = organisations::list(connection, &filter, &all)?.items;
            let names = Names::load(connection, actor, &found.items)?;
            Ok((found, streets, names))
        })
        .await?;
    if figures && !found.items.is_empty() {
        reader.record_access(Accessed::Figures, Noun::Enterprise, None, None, name.clone()).await?;
    }
    let shell = reader.shell(Area::Enterprises).await?;
    let (language, t) = (shell.language, ListWords(shell.language));
    let total = found.total.unwrap_or_default();
    let next = found.next.as_ref().map(|mark| write_cursor(context, &name, mark));
    let year = found.items.first().map_or_else(|| today.year(), |row| row.standing.tax_year);
    let rows = found.items.iter().map(|row| Row::of(row, &names, figures, today, shell.w)).collect();
    let shown_total = format::count(total);
    page(&ListPage {
        t,
        q: query.q.clone().unwrap_or_default(),
        streets: streets
            .into_iter()
            .map(|street| Choice {
                chosen: query.street_id == Some(street.id),
                value: street.id.to_string(),
                name: street.name,
            })
            .collect(),
        industries: Section::all()
            .map(|section| Choice {
                chosen: asked.value(INDUSTRY) == Some(&section.letter().to_string()),
                value: section.letter().to_string(),
                name: format!("{} {}", section.letter(), section.name(language)),
            })
            .collect(),
        presences: choices(Presence::ALL, query.presence, |code| (code.as_str(), code.text(language))),
        levels: choices(Level::ALL, query.risk_level, |code| (code.as_str(), code.text(language))),
        bands: choices(Band::ALL, query.tax_year_band, |code| (code.as_str(), code.text(language))),
        tiers: choices(Tier::ALL, query.tier, |code| (code.as_str(), code.text(language))),
        statuses: choices(EnterpriseStatus::ALL, query.status, |code| (code.as_str(), code.text(language))),
        sizes: SIZES
            .iter()
            .map(|&each| Choice { value: each.to_string(), name: each.to_string(), chosen: each == size })
            .collect(),
        kept: asked.kept(&["size", "page", "cursor"]),
        filtered: query.q.is_some()
            || !asked.with(&[("page", None), ("size", None), ("sort", None)]).ends_with("/enterprises"),
        found: if total >= list::MOST_COUNTED && query.q.is_some() {
            t.found_many(shown_total)
        } else {
            t.found(shown_total)
        },
        rows,
        by_name: sort(&asked, &query, "name", false),
        by_risk: sort(&asked, &query, "risk", true),
        by_tax: sort(&asked, &query, "tax_year", true),
        by_visit: sort(&asked, &query, "last_visit", false),
        figures,
        may_assign: reader.actor.may(Permission::AssignTeams),
        here: asked.query(),
        may_add: reader.actor.may(Permission::WriteEnterprises),
        year,
        page: asked.page_number(),
        pager: Pager::new(&asked, total, size, next.as_deref()),
        shell,
    })
}

/// The parameter of the industry.
const INDUSTRY: &str = "industry_code";

fn choices<C: Copy + PartialEq>(
    all: &[C],
    chosen: Option<C>,
    said: impl Fn(C) -> (&'static str, &'static str),
) -> Vec<Choice> {
    let choice = |&code: &C| {
        let (value, name) = said(code);
        Choice { value: value.to_owned(), name: name.to_owned(), chosen: chosen == Some(code) }
    };
    all.iter().map(choice).collect()
}

/// The way to sort by a column: first from the end people look for, then from the other.
fn sort(asked: &Asked, query: &list::EnterpriseQuery, column: &str, largest_first: bool) -> Sort {
    let now = query.sort.map_or("", list::EnterpriseSort::as_str);
    let (ascending, descending) = (column.to_owned(), format!("-{column}"));
    let direction = match now {
        now if now == ascending => Some("ascending"),
        now if now == descending => Some("descending"),
        _ => None,
    };
    let next =
        if direction == Some("ascending") || (direction.is_none() && largest_first) { &descending } else { &ascending };
    Sort { href: asked.with(&[("sort", Some(next)), ("cursor", None), ("page", None)]), direction }
}

/// Who serves the enterprises of a page, and what their street offices are called.
struct Names {
    directory: Directory,
    stewards: BTreeMap<EnterpriseId, UserId>,
}

impl Names {
    fn load(connection: &mut DbConn, actor: &Actor, rows: &[Described]) -> Result<Self, Error> {
        let ids: Vec<EnterpriseId> = rows.iter().map(|row| row.enterprise.id).collect();
        let stewards = teams::stewards_of(connection, &ids)?;
        let streets = rows.iter().filter_map(|row| row.enterprise.street_id);
        let directory = Directory::load(connection, actor, stewards.values().copied(), streets)?;
        Ok(Self { directory, stewards })
    }
}

impl Row {
    fn of(row: &Described, names: &Names, figures: bool, today: NaiveDate, w: Words) -> Self {
        let language = w.0;
        let (enterprise, standing) = (&row.enterprise, &row.standing);
        let division = enterprise.industry_division.as_deref().and_then(|number| number.parse().ok());
        let division = division.and_then(|number| IndustryDivision::with_number(number, IndustryEdition::default()));
        let section =
            enterprise.industry_section.as_deref().and_then(|letter| Section::with_letter(letter.chars().next()?));
        let industry = division.map(|found| found.name(language)).or_else(|| Some(section?.name(language)));
        Self {
            id: enterprise.id.to_string(),
            tick: enterprise.id.0.simple().to_string(),
            name: enterprise.name.clone(),
            uscc: enterprise.uscc.to_string(),
            street: names.directory.organisation(enterprise.street_id).unwrap_or("—").to_owned(),
            industry: industry.unwrap_or("—").to_owned(),
            presence: enterprise.presence.text(language),
            level: standing.risk_level.as_str(),
            level_name: standing.risk_level.text(language),
            amount: if figures {
                format::wan(standing.tax_year_fen)
            } else {
                Band::of(standing.tax_year_fen).text(language).to_owned()
            },
            last_visit: standing.last_visit_on.map(|day| (day.to_string(), format::ago(w, day, today))),
            steward: names.directory.person(names.stewards.get(&enterprise.id).copied()).map(str::to_owned),
            new_entry: row.new_entry,
        }
    }
}
