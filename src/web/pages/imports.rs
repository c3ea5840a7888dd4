//! The imports so far, for those who import: source of the data, legal basis and result.

use super::{
    format,
    lists::{self, Cell, Column, Frame, List, Loaded, Look, Piece, Seen},
    reader::Reader,
    shell::Area,
};
use crate::{
    domain::{ids::ImportId, people::role::Permission, records::change::Noun, text::hex},
    services::{
        Error, Read,
        paging::Window,
        registry::imports::history::{self, PastImport},
    },
    sheets,
    web::{listing::PageQuery, problem::Problem},
};
use actix_web::{HttpRequest, HttpResponse, get, web::ServiceConfig};

crate::texts::texts! {
    /// The words of the page.
    ImportWords {
        about() { zh: "每次导入的来源、依据和结果。这里不保存、也不显示文件内容。", en: "Source, legal basis and result of each import. The content of the files is neither kept nor shown here." }
        found(total: impl std::fmt::Display) { zh: "共 {total} 次导入，最近的在前", en: "{total} imports, latest first" }
        caption() { zh: "导入记录", en: "Imports" }
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
    config.service(show).service(export);
}

struct ImportList;

/// Characters of a digest that are shown: enough to know a file again.
const DIGEST_SHOWN: usize = 12;

/// The history.
#[get("/imports")]
pub(crate) async fn show(reader: Reader, request: HttpRequest) -> Result<HttpResponse, Problem> {
    lists::show::<ImportList>(&reader, &request).await
}

/// The history as a file.
#[get("/imports/export")]
pub(crate) async fn export(reader: Reader, request: HttpRequest) -> Result<HttpResponse, Problem> {
    lists::export::<ImportList>(&reader, &request).await
}

impl List for ImportList {
    const PATH: &'static str = "/imports";
    const NOUN: Noun = Noun::Import;
    const AREA: Area = Area::Imports;
    const PERMISSION: Permission = Permission::WriteReceipts;
    type Query = PageQuery;
    type Mark = ImportId;
    type Row = PastImport;
    type Known = ();

    fn load(read: &mut Read<'_>, _: &PageQuery, window: &Window<ImportId>) -> Result<Loaded<Self>, Error> {
        Ok((history::list(read.conn, read.actor, window)?, ()))
    }

    fn columns<'p>(seen: &Seen<'p, Self>) -> Vec<Column<'p, PastImport>> {
        let (t, context) = (ImportWords(seen.language()), seen.context);
        let at = move |import: &PastImport| Cell::of(Piece::Time(format::instant(context, import.row.created_at.0)));
        let kind = move |import: &PastImport| {
            let kind = import.row.kind.parse::<sheets::List>();
            Cell::text(kind.map_or_else(|_| import.row.kind.clone(), |kind| kind.text(t.0).to_owned()))
        };
        let file = move |import: &PastImport| {
            let digest = hex(&import.row.file_sha256);
            let start: String = digest.chars().take(DIGEST_SHOWN).collect();
            let digest = Piece::Titled(format!("{start}…"), format!("{}: {digest}", t.digest()));
            Cell::text(import.row.file_name.clone()).and([digest])
        };
        let count = |label: String, of: fn(&PastImport) -> i32| {
            Column::new(label, move |import: &PastImport| Cell::number(of(import).into())).look(Look::Number)
        };
        vec![
            Column::new(t.imported_at(), at).look(Look::Code),
            Column::new(t.kind(), kind),
            Column::new(t.source(), |import: &PastImport| Cell::text(import.row.source.clone())),
            Column::new(t.legal_basis(), |import: &PastImport| Cell::text(import.row.legal_basis.clone()))
                .look(Look::Cut),
            Column::new(t.data_on(), |import: &PastImport| Cell::day(Some(import.row.data_on))).look(Look::Code),
            Column::new(t.file(), file).look(Look::Cut),
            count(t.rows(), |import| import.row.rows_read),
            count(t.created(), |import| import.row.rows_created),
            count(t.changed(), |import| import.row.rows_changed),
            count(t.skipped(), |import| import.row.rows_skipped),
            Column::new(t.author(), |import: &PastImport| Cell::known(import.author.clone())),
        ]
    }

    fn frame(seen: &Seen<'_, Self>) -> Frame {
        let t = ImportWords(seen.language());
        Frame {
            title: seen.w.imports(),
            lead: t.about(),
            found: seen.found(|total| t.found(total)),
            caption: t.caption(),
            nothing: t.nothing(),
            nothing_hint: t.nothing_hint(),
            nothing_commands: vec!["wellspring import enterprises", "wellspring import receipts"],
            wide: true,
            ..Frame::default()
        }
    }
}
