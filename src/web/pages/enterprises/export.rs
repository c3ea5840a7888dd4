//! The list as a file: all rows, the chosen columns.

use super::{columns, list};
use crate::{
    domain::people::role::Permission,
    services::registry::enterprises::EnterpriseQuery,
    web::{
        export,
        pages::{query::QueryParameters, reader::Reader},
        problem::Problem,
    },
};
use actix_web::{HttpRequest, HttpResponse, get};

/// The file.
#[get("/enterprises/export")]
pub(crate) async fn download(reader: Reader, request: HttpRequest) -> Result<HttpResponse, Problem> {
    reader.require(Permission::ReadBusiness)?;
    let asked = QueryParameters::of(&request);
    let query = list::query_of(asked.filters::<EnterpriseQuery>()?);
    export::enterprises(&reader, query, columns::asked_for(&asked)).await
}
