//! A list as a file: all rows that its filters find, in its columns. Who took it goes on record.

use super::{Column, List, Seen, links};
use crate::{
    domain::records::access::Accessed,
    services::{
        Error, Read, Subject,
        paging::{MAX_LIMIT, Place, Window},
        records::export_notes,
        registry::enterprises::export::{ExportRefusal, MOST_ROWS},
    },
    sheets::TableWriter,
    web::{
        export::workbook,
        listing::name_of,
        pages::{query::QueryParameters, reader::Reader, words::Words},
        problem::Problem,
    },
};
use actix_web::{HttpRequest, HttpResponse};

crate::texts::texts! {
    /// The words of the file.
    FileWords {
        rows() { zh: "条数", en: "Rows" }
    }
}

/// The file of a list.
pub async fn export<L: List>(reader: &Reader, request: &HttpRequest) -> Result<HttpResponse, Problem> {
    reader.require(L::PERMISSION)?;
    let list = QueryParameters::of(request).without(&links::PLACE).at(L::PATH);
    let query: L::Query = list.filters()?;
    let plain = L::PATH.trim_matches('/');
    let (title, file) = reader.read_noted(move |read| file::<L>(read, &list, &query)).await?;
    Ok(workbook(plain, &title, reader.app.today(), file))
}

fn file<L: List>(read: &mut Read<'_>, asked: &QueryParameters, query: &L::Query) -> Result<(String, Vec<u8>), Error> {
    let mut window = Window { limit: MAX_LIMIT, place: Place::First, count_up_to: Some(MOST_ROWS + 1) };
    let mut table = None;
    let mut rows = 0;
    let mut notes = Vec::new();
    let mut title = String::new();
    loop {
        let (found, known) = L::load(read, query, &window)?;
        if found.total.is_some_and(|total| total > MOST_ROWS) {
            return Err(Error::conflict(ExportRefusal::TooMany));
        }
        let seen = Seen::<L> {
            asked,
            query,
            known: &known,
            total: found.total,
            actor: read.actor,
            context: read.context,
            now: read.now,
            today: read.today,
            w: Words(read.actor.language),
        };
        let columns = L::columns(&seen);
        let table = match &mut table {
            Some(table) => table,
            empty => {
                let frame = L::frame(&seen);
                notes = frame.said();
                title.clone_from(&frame.title);
                empty.insert(TableWriter::new(&frame.title, &headings(&columns))?)
            }
        };
        for row in &found.items {
            table.row(columns.iter().map(|column| column.written(row)))?;
            rows += 1;
        }
        let Some(last) = found.next else { break };
        window = Window { limit: MAX_LIMIT, place: Place::After(last), count_up_to: None };
    }
    read.note(Accessed::Export, Subject::list(L::NOUN, name_of(L::PATH, query)));
    let counted = (FileWords(read.actor.language).rows(), rows);
    let notes = export_notes::notes(read.actor, read.context, read.now, counted, &notes, None);
    let table = table.ok_or_else(|| Error::internal("a file without a first part"))?;
    Ok((title, table.finish(&export_notes::sheet(read.actor.language), &notes)?))
}

fn headings<T>(columns: &[Column<'_, T>]) -> Vec<(String, u32)> {
    columns.iter().map(|column| (column.label().to_owned(), column.width())).collect()
}
