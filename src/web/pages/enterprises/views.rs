//! Views of the list: those everybody has, and those people save, rename and delete for themselves.

use crate::{
    db::desks::saved_views::SavedView,
    domain::{
        ids::SavedViewId,
        people::{
            actor::{Actor, Identity},
            role::{Permission, Role},
        },
        watch::level::Level,
    },
    services::{
        desks::saved_views::{self, NAME_MAX, ViewFields},
        patch::Patch,
        registry::{
            directory::Directory,
            enterprises::{EnterpriseQuery, in_words},
        },
    },
    texts::Language,
    web::{
        api::enterprises::list_address::{self, ListAddress},
        extract::Id,
        pages::{
            field::{Field, Kind},
            fields::Fields,
            form::{Form, SentForm},
            gate::see_other,
            once::once,
            query::QueryParameters,
            reader::{Reader, page, page_with},
            shell::{Area, Shell},
            trouble::FormErrors,
        },
        problem::Problem,
    },
};
use actix_web::{HttpResponse, get, post};
use askama::Template;

crate::texts::texts! {
    /// The words of views.
    ViewWords {
        views() { zh: "视图", en: "Views" }
        all() { zh: "全部", en: "All" }
        level(name: &str) { zh: "{name}色", en: "Risk {name}" }
        newly_settled() { zh: "新入驻", en: "New entries" }
        mine() { zh: "我服务的", en: "Mine" }
        manage() { zh: "管理视图", en: "Manage views" }
        title() { zh: "我的视图", en: "My views" }
        intro() { zh: "视图保存清单的筛选、排序、列和每页户数，同事看不到，最多 20 个；改动会记入日志。", en: "A view saves the filters, order, columns and rows per page of the list. Colleagues do not see your views; 20 at most. Changes are logged." }
        save() { zh: "保存视图", en: "Save view" }
        save_title() { zh: "把这次筛选保存为视图", en: "Save these filters as a view" }
        name() { zh: "视图名称", en: "Name of the view" }
        rename() { zh: "改名", en: "Rename" }
        delete() { zh: "删除", en: "Delete" }
        delete_sure(name: &str) { zh: "删除视图“{name}”后不能恢复，企业数据不受影响。", en: "A deleted view cannot be restored. No enterprise is affected by deleting “{name}”." }
        delete_yes() { zh: "确认删除", en: "Delete" }
        none() { zh: "还没有保存过视图。在税源清单里设好筛选后，点“保存视图”。", en: "No view is saved yet. Set filters in the list, then press “Save view”." }
        everything() { zh: "不限条件", en: "no filters" }
        broken(why: &str) { zh: "其中的筛选条件现已失效：{why}可以删除它，或重新筛选后另存。", en: "Its filters no longer work: {why} Delete it, or set new filters and save them." }
        part(label: &str, value: &str) { zh: "{label}：{value}", en: "{label}: {value}" }
        sorted(by: &str) { zh: "排序：{by}", en: "sorted by {by}" }
        to_list() { zh: "返回清单", en: "Back to the list" }
    }
}

/// A view as a tab.
pub struct Tab {
    /// What it is called.
    pub name: String,
    /// Where it leads.
    pub href: String,
    /// Whether it is what the page shows.
    pub current: bool,
    /// Whether its filters cannot be used any more.
    pub broken: bool,
}

/// What a view says of itself, as far as it is understood.
fn understood(view: &SavedView, actor: &Actor) -> Result<ListAddress, Problem> {
    list_address::read(&view.query, actor)
}

/// The address of the list with a query.
fn list_at(query: &str) -> String {
    if query.is_empty() { "/enterprises".to_owned() } else { format!("/enterprises?{query}") }
}

/// The views that everybody has; people who serve enterprises have one more.
fn common(actor: &Actor, t: ViewWords) -> Vec<(String, String)> {
    let level = |level: Level| (t.level(level.text(t.0)), format!("risk_level={level}"));
    let mut views = vec![
        (t.all(), String::new()),
        level(Level::Red),
        level(Level::Orange),
        (t.newly_settled(), "new_entry=true".to_owned()),
    ];
    if let Identity::Person { user, role: Role::Steward | Role::ChiefSteward, .. } = &actor.identity {
        views.push((t.mine(), format!("steward_id={user}")));
    }
    views
}

/// The tabs above the list: the common views, then the own.
pub fn tabs(reader: &Reader, own: &[SavedView], asked: &QueryParameters) -> Vec<Tab> {
    let here = list_address::tidy(&asked.query());
    let common = common(&reader.actor, ViewWords(reader.language()));
    let common = common.into_iter().map(|(name, query)| Tab {
        current: query == here,
        href: list_at(&query),
        broken: false,
        name,
    });
    let own = own.iter().map(|view| {
        let broken = understood(view, &reader.actor).is_err();
        Tab {
            name: view.name.clone(),
            href: if broken { format!("/enterprises/views#v-{}", view.id) } else { list_at(&view.query) },
            current: !broken && list_address::tidy(&view.query) == here,
            broken,
        }
    });
    common.chain(own).collect()
}

/// A saved view on its page.
struct ViewRow {
    id: String,
    name: String,
    typed: String,
    href: Option<String>,
    says: String,
    version: i64,
    trouble: FormErrors,
}

#[derive(Template)]
#[template(path = "pages/enterprises/views.html")]
struct ViewsPage {
    shell: Shell,
    t: ViewWords,
    trouble: FormErrors,
    /// What is to be saved, when that was refused: the form with its name, its query, and what that asks for.
    new: Option<(Fields, String, String)>,
    most: usize,
    rows: Vec<ViewRow>,
}

/// What was refused: a view to be saved, or a change of one.
enum Refused {
    New,
    Change(SavedViewId),
}

/// The own views.
#[get("/enterprises/views")]
pub(crate) async fn show(reader: Reader) -> Result<HttpResponse, Problem> {
    page(&views_page(&reader, None).await?)
}

async fn views_page(reader: &Reader, refused: Option<(Refused, FormErrors, &Form)>) -> Result<ViewsPage, Problem> {
    reader.require(Permission::ReadBusiness)?;
    let typed_query = match &refused {
        Some((Refused::New, _, form)) => form.typed("query").to_owned(),
        _ => String::new(),
    };
    let ((rows, typed, names), shell) = reader
        .read_framed(Area::Enterprises, move |connection, actor| {
            let views = saved_views::list_own(connection, actor)?;
            let asks = |view: SavedView| {
                let read = understood(&view, actor);
                (view, read)
            };
            let rows: Vec<(SavedView, Result<ListAddress, Problem>)> = views.into_iter().map(asks).collect();
            let typed = list_address::read(&typed_query, actor).ok();
            let queries = || rows.iter().filter_map(|(_, read)| read.as_ref().ok()).chain(typed.as_ref());
            let streets: Vec<_> = queries().filter_map(|read| read.query.street_id).collect();
            let people: Vec<_> = queries().filter_map(|read| read.query.steward_id).collect();
            let names = Directory::load(connection, actor, people, streets)?;
            Ok((rows, typed, names))
        })
        .await?;
    let t = ViewWords(shell.language);
    let mut rows: Vec<ViewRow> =
        rows.into_iter().map(|(view, read)| ViewRow::of(view, read.as_ref(), &names, t)).collect();
    let mut answer =
        ViewsPage { t, trouble: FormErrors::default(), new: None, most: NAME_MAX, rows: Vec::new(), shell };
    match refused {
        Some((Refused::New, trouble, form)) => {
            let says = typed.map_or_else(String::new, |read| says(&read.query, &names, t));
            let name = Field::line("name", t.name(), NAME_MAX).required();
            let fields = Fields::new(vec![name]).filled(form).troubled(trouble.renamed("query", "name"));
            answer.trouble = fields.trouble.clone();
            answer.new = Some((fields, form.typed("query").to_owned(), says));
        }
        Some((Refused::Change(id), trouble, form)) => {
            if let Some(row) = rows.iter_mut().find(|row| row.id == id.to_string()) {
                form.typed("name").clone_into(&mut row.typed);
                row.trouble = trouble.clone();
                answer.trouble = trouble.renamed("name", &format!("n-{id}"));
            }
        }
        None => {}
    }
    answer.rows = rows;
    Ok(answer)
}

impl ViewRow {
    fn of(view: SavedView, read: Result<&ListAddress, &Problem>, names: &Directory, t: ViewWords) -> Self {
        let (href, says) = match read {
            Ok(address) => (Some(list_at(&address.written)), says(&address.query, names, t)),
            Err(problem) => (None, t.broken(&why(problem, t.0))),
        };
        Self {
            id: view.id.to_string(),
            typed: view.name.clone(),
            name: view.name,
            href,
            says,
            version: view.version,
            trouble: FormErrors::default(),
        }
    }
}

/// What a view asks for, in words.
fn says(query: &EnterpriseQuery, names: &Directory, t: ViewWords) -> String {
    let filters = in_words::filters(query, names, t.0);
    let filters = filters.iter().map(|said| t.part(&said.label, &said.value));
    let mut parts: Vec<String> = filters.collect();
    if parts.is_empty() {
        parts.push(t.everything());
    }
    parts.extend(query.sort.map(|sort| t.sorted(sort.text(t.0))));
    parts.join(" · ")
}

/// Why filters cannot be used.
fn why(problem: &Problem, language: Language) -> String {
    let body = problem.body(language, "");
    body.errors.into_iter().next().map_or(body.detail, |field| field.detail)
}

/// Saves what the list shows under a name.
#[post("/enterprises/views")]
pub(crate) async fn save(SentForm { reader, form }: SentForm) -> Result<HttpResponse, Problem> {
    reader.require(Permission::ReadBusiness)?;
    let read = list_address::read(form.typed("query"), &reader.actor);
    let saved = match read {
        Ok(address) => {
            let name = Patch::Set(form.typed("name").to_owned());
            let new = ViewFields { name, query: Patch::Set(address.written) };
            once(&reader, &form, move |tx| Ok(list_at(&saved_views::create(tx, new.clone())?.query))).await
        }
        Err(problem) => Err(problem),
    };
    match saved {
        Ok(address) => Ok(see_other(&address)),
        Err(problem) => refuse(&reader, problem, Refused::New, &form).await,
    }
}

/// Renames one of the own views.
#[post("/enterprises/views/{id}")]
pub(crate) async fn rename(
    SentForm { reader, form }: SentForm,
    Id(id): Id<SavedViewId>,
) -> Result<HttpResponse, Problem> {
    reader.require(Permission::ReadBusiness)?;
    let changes = ViewFields { name: Patch::Set(form.typed("name").to_owned()), query: Patch::Keep };
    let version = form.version();
    match reader.write(move |tx| saved_views::update(tx, id, version, changes.clone())).await {
        Ok(_) => Ok(see_other(&format!("/enterprises/views#v-{id}"))),
        Err(problem) => refuse(&reader, problem, Refused::Change(id), &form).await,
    }
}

/// Deletes one of the own views.
#[post("/enterprises/views/{id}/delete")]
pub(crate) async fn delete(
    SentForm { reader, form }: SentForm,
    Id(id): Id<SavedViewId>,
) -> Result<HttpResponse, Problem> {
    reader.require(Permission::ReadBusiness)?;
    let version = form.version();
    match reader.write(move |tx| saved_views::delete(tx, id, version)).await {
        Ok(()) => Ok(see_other("/enterprises/views")),
        Err(problem) => refuse(&reader, problem, Refused::Change(id), &form).await,
    }
}

async fn refuse(reader: &Reader, problem: Problem, refused: Refused, form: &Form) -> Result<HttpResponse, Problem> {
    let trouble = FormErrors::of(problem, reader.language())?;
    let answer = views_page(reader, Some((refused, trouble, form))).await?;
    page_with(answer.trouble.status(), &answer)
}
