//! The two logs, latest entry first.

use super::{AuditWords, row::LogRow};
use crate::{
    domain::{people::role::Permission, records::change::Noun, registry::uscc::Uscc},
    services::{paging::DEFAULT_LIMIT, records::audit_log},
    web::{
        api::audit_log::{AuditEntry, AuditLogQuery, LogKind},
        listing::name_of,
        pages::{
            choice::{Choice, choices},
            gate::see_other,
            lists::links::{self, PLACE, PageLinks},
            query::QueryParameters,
            reader::{Reader, page},
            shell::{Area, Shell},
        },
        problem::Problem,
    },
};
use actix_web::{HttpRequest, HttpResponse, get};
use askama::Template;

/// One of the two logs as a tab.
struct Tab {
    href: String,
    name: String,
    current: bool,
}

/// A filter that has no control of its own, and the way without it.
struct ActiveFilter {
    text: String,
    without: String,
}

#[derive(Template)]
#[template(path = "pages/audit_log/list.html")]
struct LogPage {
    shell: Shell,
    t: AuditWords,
    tabs: Vec<Tab>,
    kind: LogKind,
    nouns: Vec<Choice>,
    actor: String,
    enterprise: String,
    from: String,
    to: String,
    noun_id: Option<String>,
    narrowed: Option<ActiveFilter>,
    filtered: bool,
    rows: Vec<LogRow>,
    links: PageLinks,
}

impl LogPage {
    fn kind_code(&self) -> &'static str {
        code(self.kind)
    }
}

const fn code(kind: LogKind) -> &'static str {
    match kind {
        LogKind::Changes => "changes",
        LogKind::Accesses => "accesses",
    }
}

/// The logs.
#[get("/audit-log")]
pub(crate) async fn show(reader: Reader, request: HttpRequest) -> Result<HttpResponse, Problem> {
    reader.require(Permission::ReadLogs)?;
    let asked = QueryParameters::of(&request);
    if let Some(code) = asked.value("enterprise_id").and_then(|typed| Uscc::parse(typed).ok()) {
        return Ok(see_other(&asked.with(&[("enterprise_id", Some(&format!("uscc:{code}")))])));
    }
    let query = asked.without(&PLACE).filters::<AuditLogQuery>()?;
    let list_name = name_of("audit-log", &query);
    // What was read a moment ago is on the page too.
    reader.app.store_reads().await?;
    let context = reader.app.context();
    let mut filter = query.filter(context);
    if let Some(reference) = query.enterprise_id.clone() {
        let named = reader.read(move |connection, actor| audit_log::enterprise(connection, actor, &reference)).await?;
        // A code that nobody has belongs to no entry, as an id that nothing has does.
        filter.enterprise = Some(named.unwrap_or_default());
    }
    let detail = list_name.clone();
    let (entries, links) = match query.kind {
        LogKind::Changes => {
            let window = links::window(&asked, context, &list_name, DEFAULT_LIMIT)?;
            let found = reader.read_noted(move |read| audit_log::changes(read, &filter, &window, &detail)).await?;
            let links = PageLinks::new(&asked, context, &list_name, &found);
            (found.map(AuditEntry::change).items, links)
        }
        LogKind::Accesses => {
            let window = links::window(&asked, context, &list_name, DEFAULT_LIMIT)?;
            let found = reader.read_noted(move |read| audit_log::accesses(read, &filter, &window, &detail)).await?;
            let links = PageLinks::new(&asked, context, &list_name, &found);
            (found.map(AuditEntry::access).items, links)
        }
    };
    let shell = reader.shell(Area::AuditLog).await?;
    let t = AuditWords(shell.language);
    let typed = |name: &str| asked.value(name).unwrap_or_default().to_owned();
    let tab = |kind: LogKind, name: String| Tab {
        href: asked.without(&PLACE).with(&[("kind", Some(code(kind)))]),
        name,
        current: query.kind == kind,
    };
    let noun_id = query.noun_id.map(|id| id.to_string());
    page(&LogPage {
        t,
        tabs: vec![tab(LogKind::Changes, t.changes()), tab(LogKind::Accesses, t.accesses())],
        kind: query.kind,
        nouns: choices(Noun::ALL, query.noun, shell.language),
        actor: typed("actor"),
        enterprise: typed("enterprise_id"),
        from: typed("from"),
        to: typed("to"),
        narrowed: noun_id
            .as_deref()
            .map(|id| ActiveFilter { text: t.only(id), without: asked.without(&PLACE).with(&[("noun_id", None)]) }),
        noun_id,
        filtered: ["actor", "noun", "noun_id", "enterprise_id", "from", "to"]
            .iter()
            .any(|name| asked.value(name).is_some()),
        rows: entries.into_iter().map(|entry| LogRow::of(entry, &asked, context, t)).collect(),
        links,
        shell,
    })
}
