//! The imports so far, for those who import: source of the data, legal basis and result.

use super::{
    format,
    onward::PageLinks,
    query::QueryParameters,
    reader::{Reader, page},
    shell::{Area, Shell},
    words::Words,
};
use crate::{
    domain::role::Permission,
    services::{
        Context,
        imports::history::{self, PastImport},
        paging::write_cursor,
    },
    sheets::List,
    web::{
        listing::{PageQuery, window},
        problem::Problem,
    },
};
use actix_web::{HttpRequest, HttpResponse, get, web::ServiceConfig};
use askama::Template;

crate::texts::catalogue! {
    /// The words of the page.
    ImportWords {
        about() { zh: "每次导入的来源、依据和结果。这里不保存、也不显示文件内容。", en: "Source, legal basis and result of each import. The content of the files is neither kept nor shown here." }
        found(total: impl std::fmt::Display) { zh: "共 {total} 次导入，最近的在前", en: "{total} imports, latest first" }
        caption() { zh: "导入记录", en: "Imports" }
        table() { zh: "导入记录表格", en: "Table of imports" }
        imported_at() { zh: "导入时间", en: "Imported" }
        kind() { zh: "内容", en: "List" }
        source() { zh: "来源", en: "Source" }
        legal_basis() { zh: "法定依据", en: "Legal basis" }
        data_on() { zh: "数据日期", en: "Data date" }
        file() { zh: "文件", en: "File" }
        digest() { zh: "文件指纹（SHA-256）", en: "Digest of the file (SHA-256)" }
        rows() { zh: "读取行数", en: "Rows read" }
        created() { zh: "新增", en: "New" }
        changed() { zh: "更新", en: "Changed" }
        skipped() { zh: "未采用", en: "Skipped" }
        author() { zh: "导入人", en: "Imported by" }
        nothing() { zh: "还没有导入过。", en: "Nothing has been imported yet." }
        nothing_hint() { zh: "在服务器上用命令导入，每次都要写明来源、法定依据和数据日期：", en: "Import on the server with these commands; each asks for source, legal basis and data date:" }
    }
}

/// Adds the routes.
pub fn configure(config: &mut ServiceConfig) {
    config.service(show);
}

struct ImportRow {
    at: String,
    kind: String,
    source: String,
    legal_basis: String,
    data_on: String,
    file_name: String,
    digest: String,
    digest_start: String,
    rows: String,
    created: String,
    changed: String,
    skipped: String,
    author: String,
}

#[derive(Template)]
#[template(path = "pages/imports.html")]
struct ImportsPage {
    shell: Shell,
    t: ImportWords,
    found: String,
    rows: Vec<ImportRow>,
    onward: PageLinks,
}

/// Characters of a digest that are shown: enough to know a file again.
const DIGEST_SHOWN: usize = 12;

/// The history.
#[get("/imports")]
pub(crate) async fn show(reader: Reader, request: HttpRequest) -> Result<HttpResponse, Problem> {
    const LIST: &str = "imports";
    reader.require(Permission::WriteReceipts)?;
    let asked = QueryParameters::of(&request);
    let query = asked.filters::<PageQuery>()?;
    let context = reader.app.context();
    let window = window(context, LIST, query.limit.or(Some(20)), query.cursor.as_deref(), Some(true))?;
    let found = reader.read(move |connection, actor| history::list(connection, actor, &window)).await?;
    let next = found.next.as_ref().map(|mark| write_cursor(context, LIST, mark));
    let shell = reader.shell(Area::Imports).await?;
    let t = ImportWords(shell.language);
    page(&ImportsPage {
        t,
        found: t.found(format::count(found.total.unwrap_or_default())),
        rows: found.items.into_iter().map(|import| ImportRow::of(import, context, shell.w)).collect(),
        onward: PageLinks::new(&asked, next.as_deref()),
        shell,
    })
}

impl ImportRow {
    fn of(PastImport { row, author }: PastImport, context: &Context, w: Words) -> Self {
        let digest = crate::domain::text::hex(&row.file_sha256);
        let count = |rows: i32| format::count(rows.into());
        Self {
            at: format::instant(context, row.created_at.0),
            kind: row.kind.parse::<List>().map_or(row.kind, |kind| kind.text(w.0).to_owned()),
            source: row.source,
            legal_basis: row.legal_basis,
            data_on: row.data_on.to_string(),
            file_name: row.file_name,
            digest_start: digest.chars().take(DIGEST_SHOWN).collect(),
            digest,
            rows: count(row.rows_read),
            created: count(row.rows_created),
            changed: count(row.rows_changed),
            skipped: count(row.rows_skipped),
            author: author.unwrap_or_else(|| w.none()),
        }
    }
}
