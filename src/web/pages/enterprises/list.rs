//! The tax-source list (税源清单): filters in the address, columns to choose and in order, pages by number.

use super::{
    columns::{self, Cell, CellContent, Columns, Heading},
    views::{self, Tab, ViewWords},
};
use crate::{
    db::registry::organisations::{Organisation, OrganisationFilter},
    domain::{
        band::Band,
        people::role::Permission,
        registry::{
            enterprise::{EnterpriseStatus, Tier},
            industry::Section,
            organisation::OrganisationKind,
            presence::Presence,
        },
        watch::level::Level,
    },
    services::{
        desks::saved_views::{self, NAME_MAX},
        paging::MAX_LIMIT,
        registry::{
            enterprises::{
                Described, EnterpriseQuery,
                columns::Names,
                in_words::{self, FilterText},
                list,
            },
            organisations,
        },
    },
    texts::Language,
    web::{
        api::enterprises::list_address::{self, COLUMNS},
        listing::name_of,
        pages::{
            choice::{Choice, choices},
            lists::{
                self,
                links::{self, PLACE, PageLinks},
            },
            query::QueryParameters,
            reader::{Reader, page},
            shell::{Area, Shell},
        },
        problem::Problem,
    },
};
use actix_web::{HttpRequest, HttpResponse, get};
use askama::Template;
use chrono::Datelike;

crate::texts::texts! {
    /// The words of the list.
    ListWords {
        add() { zh: "新增企业", en: "Add an enterprise" }
        q() { zh: "企业名称或统一社会信用代码", en: "Name or unified social credit code" }
        street() { zh: "街道", en: "Street office" }
        industry() { zh: "行业门类", en: "Industry" }
        presence() { zh: "纳税经营情况", en: "Tax and operating presence" }
        tier() { zh: "企业类别", en: "Tier" }
        status() { zh: "状态", en: "Status" }
        risk() { zh: "风险", en: "Risk" }
        band() { zh: "本年入库", en: "Tax of the year" }
        printed_page(page: i64) { zh: "第 {page} 页", en: "page {page}" }
        printed_filters(filters: &str) { zh: "筛选：{filters}", en: "Filters: {filters}" }
        printed_all() { zh: "不限条件", en: "none" }
        printed_order(order: &str) { zh: "排序：{order}", en: "Order: {order}" }
        also(label: &str, value: &str) { zh: "{label}：{value}", en: "{label}: {value}" }
        leave_out(said: &str) { zh: "去掉筛选条件“{said}”", en: "Remove the filter “{said}”" }
        new_entry() { zh: "新入驻", en: "new entry" }
        found(total: impl std::fmt::Display) { zh: "筛选结果 {total} 户", en: "{total} enterprises found" }
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
        export() { zh: "导出", en: "Export" }
        columns() { zh: "选择列", en: "Columns" }
        columns_hint() { zh: "企业名称始终在最前。", en: "The name is always the first column." }
        usual_columns() { zh: "恢复默认", en: "Default columns" }
    }
}

/// Rows per page unless asked otherwise.
const PAGE_SIZE: i64 = 20;
const SIZES: [i64; 3] = [20, 50, 100];
/// The parameter of the street office.
const STREET: &str = "street_id";
/// The parameter of the industry.
const INDUSTRY: &str = "industry_code";
/// The filters that have a field of their own.
const FIELDS: [&str; 8] = ["q", STREET, INDUSTRY, "presence", "risk_level", "tax_year_band", "tier", "status"];

/// A filter that has no field: in words, and the way to leave it out.
struct Also {
    said: String,
    href: String,
}

/// The fields to filter by.
struct Filters {
    q: String,
    streets: Vec<Choice>,
    industries: Vec<Choice>,
    presences: Vec<Choice>,
    levels: Vec<Choice>,
    bands: Vec<Choice>,
    tiers: Vec<Choice>,
    statuses: Vec<Choice>,
    also: Vec<Also>,
    kept: Vec<(String, String)>,
    reset: String,
    any: bool,
}

struct EnterpriseRow {
    id: String,
    tick: String,
    name: String,
    new_entry: bool,
    cells: Vec<Cell>,
}

#[derive(Template)]
#[template(path = "pages/enterprises/list.html")]
struct ListPage {
    shell: Shell,
    t: ListWords,
    vt: ViewWords,
    tabs: Vec<Tab>,
    has_views: bool,
    view: String,
    name_max: usize,
    filters: Filters,
    columns: Vec<Choice>,
    columns_kept: Vec<(String, String)>,
    usual_columns: String,
    sizes: Vec<Choice>,
    sizes_kept: Vec<(String, String)>,
    found: String,
    headings: Vec<Heading>,
    rows: Vec<EnterpriseRow>,
    may_add: bool,
    may_assign: bool,
    here: String,
    export: String,
    printed: Vec<String>,
    page: i64,
    links: PageLinks,
}

/// What the page asks for: the highest risk first, unless somebody wants another order.
pub(super) fn query_of(query: EnterpriseQuery) -> EnterpriseQuery {
    EnterpriseQuery { sort: query.sort.or(Some(list::EnterpriseSort::RiskDescending)), ..query }
}

/// The list.
#[get("/enterprises")]
pub(crate) async fn show(reader: Reader, request: HttpRequest) -> Result<HttpResponse, Problem> {
    reader.require(Permission::ReadBusiness)?;
    let asked = QueryParameters::of(&request);
    let query = asked.without(&PLACE).filters::<EnterpriseQuery>()?;
    let query = query_of(query);
    let name = name_of(list::cursor_list(&reader.actor), &query);
    let context = reader.app.context();
    let size = asked.value("size").and_then(|size| size.parse().ok()).filter(|size| (1..=MAX_LIMIT).contains(size));
    let size = size.unwrap_or(PAGE_SIZE);
    let window = links::window(&asked, context, &name, size)?;
    let today = reader.app.today();
    let (known, detail) = (query.clone(), name.clone());
    let ((found, amounts, streets, names, own), shell) = reader
        .read_page(Area::Enterprises, move |read| {
            let (found, amounts) = list::list(read, &known, &window, &detail)?;
            let active = OrganisationFilter::active().of_kind(OrganisationKind::Street);
            let streets = organisations::all(read.conn, &active)?;
            let names = Names::load(read, &known, &found.items, amounts)?;
            let own = saved_views::list_own(read.conn, read.actor)?;
            Ok((found, amounts, streets, names, own))
        })
        .await?;
    let (language, t) = (shell.language, ListWords(shell.language));
    let links = PageLinks::new(&asked, context, &name, &found);
    let year = found.items.first().map_or_else(|| today.year(), |row| row.standing.tax_year);
    let shown = columns::asked_for(&asked);
    let columns = Columns { shown: &shown, w: shell.w, figures: amounts.are_figures(), year, today };
    let said = in_words::filters(&query, &names.directory, language);
    let counted = lists::found(found.total, links.number, shell.w, |total| t.found(total));
    let size_choice = |each: &i64| Choice::new(each, each.to_string()).chosen(*each == size);
    page(&ListPage {
        t,
        vt: ViewWords(language),
        tabs: views::tabs(&reader, &own, &asked),
        has_views: !own.is_empty(),
        view: list_address::tidy(&asked.query()),
        name_max: NAME_MAX,
        filters: Filters::new(&asked, &query, streets, &said, language),
        columns: columns::to_choose(&shown, language),
        columns_kept: asked.without(&PLACE).kept(&[COLUMNS]),
        usual_columns: asked.without(&PLACE).with(&[(COLUMNS, None)]),
        sizes: SIZES.iter().map(size_choice).collect(),
        sizes_kept: asked.without(&PLACE).kept(&["size"]),
        found: counted,
        headings: columns.headings(&asked, &query),
        rows: found.items.iter().map(|row| EnterpriseRow::of(row, &columns, &names)).collect(),
        may_assign: reader.actor.may(Permission::AssignTeams),
        here: asked.query(),
        printed: printed(&query, &said, t, links.number),
        export: asked.at("/enterprises/export").without(&PLACE).with(&[("size", None)]),
        may_add: reader.actor.may(Permission::WriteEnterprises),
        page: links.number,
        links,
        shell,
    })
}

/// What stands above the list on paper: the filters, the order, and which part of it this is.
fn printed(query: &EnterpriseQuery, said: &[FilterText], t: ListWords, number: i64) -> Vec<String> {
    let filters: Vec<String> = said.iter().map(|said| t.also(&said.label, &said.value)).collect();
    let filters = if filters.is_empty() { t.printed_all() } else { filters.join(" · ") };
    let order = query.sort.map(|sort| t.printed_order(sort.text(t.0)));
    let part = t.printed_page(number);
    [Some(t.printed_filters(&filters)), order, Some(part)].into_iter().flatten().collect()
}

impl Filters {
    fn new(
        asked: &QueryParameters,
        query: &EnterpriseQuery,
        streets: Vec<Organisation>,
        said: &[FilterText],
        language: Language,
    ) -> Self {
        let street =
            |street: Organisation| Choice::new(street.id, street.name).chosen(query.street_id == Some(street.id));
        let industry = |section: Section| {
            let letter = section.letter().to_string();
            let name = format!("{letter} {}", section.name(language));
            Choice::new(letter, name).wanted(asked.value(INDUSTRY))
        };
        let t = ListWords(language);
        let streets: Vec<Choice> = streets.into_iter().map(street).collect();
        let industries: Vec<Choice> = Section::all().map(industry).collect();
        let unseen = |choices: &[Choice]| choices.iter().all(|choice| !choice.chosen);
        let shown = |said: &&FilterText| match said.parameter {
            STREET => unseen(&streets),
            INDUSTRY => unseen(&industries),
            parameter => !FIELDS.contains(&parameter),
        };
        let also = |said: &FilterText| Also {
            said: t.also(&said.label, &said.value),
            href: asked.without(&PLACE).with(&[(said.parameter, None)]),
        };
        let fields: Vec<&str> = FIELDS.into_iter().chain(PLACE).collect();
        let filters: Vec<&str> = said.iter().map(|said| said.parameter).chain(PLACE).collect();
        Self {
            q: query.q.clone().unwrap_or_default(),
            presences: choices(Presence::ALL, query.presence, language),
            levels: choices(Level::ALL, query.risk_level, language),
            bands: choices(Band::ALL, query.tax_year_band, language),
            tiers: choices(Tier::ALL, query.tier, language),
            statuses: choices(EnterpriseStatus::ALL, query.status, language),
            also: said.iter().filter(shown).map(also).collect(),
            streets,
            industries,
            kept: asked.kept(&fields),
            reset: asked.without(&filters).with(&[]),
            any: !said.is_empty(),
        }
    }
}

impl EnterpriseRow {
    fn of(row: &Described, columns: &Columns<'_>, names: &Names) -> Self {
        Self {
            id: row.enterprise.id.to_string(),
            tick: row.enterprise.id.0.simple().to_string(),
            name: row.enterprise.name.clone(),
            new_entry: row.new_entry,
            cells: columns.cells(row, names),
        }
    }
}
