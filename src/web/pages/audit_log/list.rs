//! The two logs, latest entry first.

use super::{AuditWords, row::LogRow};
use crate::{
    db::records::changes::Filter,
    domain::{people::role::Permission, records::change::Noun, registry::uscc::Uscc},
    services::{
        Error, Read,
        paging::{DEFAULT_LIMIT, Page, Window},
        records::audit_log,
    },
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
use serde::{Serialize, de::DeserializeOwned};

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
    // What was read a moment ago is on the page too.
    reader.app.store_reads().await?;
    let context = reader.app.context();
    let (entries, links, shell) = match query.kind {
        LogKind::Changes => part_of(&reader, &asked, &query, audit_log::changes, AuditEntry::change).await?,
        LogKind::Accesses => part_of(&reader, &asked, &query, audit_log::accesses, AuditEntry::access).await?,
    };
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

/// The use case that reads a log.
type ReadsLog<R, K> = fn(&mut Read<'_>, &Filter, &Window<K>, &str) -> Result<Page<R, K>, Error>;

/// The part of a log that an address asks for, the ways to the parts beside it, and the frame.
async fn part_of<R: Send + 'static, K: Serialize + DeserializeOwned + Send + 'static>(
    reader: &Reader,
    asked: &QueryParameters,
    query: &AuditLogQuery,
    log: ReadsLog<R, K>,
    entry: fn(R) -> AuditEntry,
) -> Result<(Vec<AuditEntry>, PageLinks, Shell), Problem> {
    let (context, list) = (reader.app.context(), name_of("audit-log", query));
    let window = links::window(asked, context, &list, DEFAULT_LIMIT)?;
    let (mut filter, enterprise, detail) = (query.filter(context), query.enterprise_id.clone(), list.clone());
    let read = reader.read_page(Area::AuditLog, move |read| {
        if let Some(reference) = &enterprise {
            // A code that nobody has belongs to no entry, as an id that nothing has does.
            filter.enterprise = Some(audit_log::enterprise(read.conn, read.actor, reference)?.unwrap_or_default());
        }
        log(read, &filter, &window, &detail)
    });
    let (found, shell) = read.await?;
    let links = PageLinks::new(asked, context, &list, &found);
    Ok((found.map(entry).items, links, shell))
}
