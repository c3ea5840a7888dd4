//! The list of enterprises as a file, for the API and the pages: the recorded read, and the file name.

use crate::{
    services::registry::enterprises::{
        Column, EnterpriseQuery,
        export::{self, MOST_ROWS},
    },
    texts::texts,
    web::{extract::Caller, listing::name_of, problem::Problem},
};
use actix_web::{
    HttpResponse,
    http::header::{Charset, ContentDisposition, DispositionParam, DispositionType, ExtendedValue},
};
use chrono::NaiveDate;

/// The media type of a workbook.
pub const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// Answers with all that a query finds. The export is recorded before the file leaves, and so are the figures in it.
pub async fn enterprises(
    caller: &Caller,
    query: EnterpriseQuery,
    columns: Vec<Column>,
) -> Result<HttpResponse, Problem> {
    let now = caller.app.now();
    let codes: Vec<&str> = columns.iter().map(|column| column.as_str()).collect();
    let detail = format!("{} {}", name_of("enterprises", &query), codes.join(","));
    let export = caller.read_noted(move |read| export::export(read, &query, &columns, MOST_ROWS, &detail)).await?;
    let day = caller.app.context().day_of(now);
    Ok(workbook("enterprises", &file_name(caller.actor.language), day, export.file))
}

/// Answers with a workbook. Its name is in plain letters, and in the reader's language for browsers that know RFC 5987.
pub fn workbook(plain: &str, named: &str, day: NaiveDate, file: Vec<u8>) -> HttpResponse {
    let named = ExtendedValue {
        charset: Charset::Ext("UTF-8".to_owned()),
        language_tag: None,
        value: format!("{named}-{day}.xlsx").into_bytes(),
    };
    let parameters =
        vec![DispositionParam::Filename(format!("{plain}-{day}.xlsx")), DispositionParam::FilenameExt(named)];
    HttpResponse::Ok()
        .content_type(XLSX)
        .insert_header(ContentDisposition { disposition: DispositionType::Attachment, parameters })
        .insert_header(("cache-control", "no-store"))
        .body(file)
}

texts! {
    file_name() { zh: "税源清单", en: "enterprises" }
}
