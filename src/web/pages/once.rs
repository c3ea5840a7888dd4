//! A form creates one record, however often it is sent. Each page carries a key of its own (`Shell::key`), which its
//! creating forms send along. The first request with a key acts, each later one leads to the same result. A refused
//! form has created nothing, so the page it comes back in may carry another key.

use super::{form::Form, reader::Reader};
use crate::{
    services::{Error, Tx},
    web::{create, problem::Problem},
};
use uuid::Uuid;

/// The field with the key.
pub const KEY: &str = "key";
/// Most characters of a key.
const KEY_MAX: usize = 100;

/// The key a form was sent under. One without a key that could be ours is taken for the only one of its kind.
pub fn key_of(form: &Form) -> String {
    let plain =
        |key: &&str| key.len() <= KEY_MAX && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    form.text(KEY).filter(plain).map_or_else(|| Uuid::now_v7().to_string(), str::to_owned)
}

/// Runs what a form asks for, once. Gives the address to go on at.
pub async fn once(
    reader: &Reader,
    form: &Form,
    use_case: impl Fn(&mut Tx<'_>) -> Result<String, Error> + Send + 'static,
) -> Result<String, Problem> {
    let (address, _) = once_with(reader, form, move |tx| Ok((use_case(tx)?, ()))).await?;
    Ok(address)
}

/// The same with something that is shown to the first sending alone and kept nowhere: a secret.
pub async fn once_with<T: Send + 'static>(
    reader: &Reader,
    form: &Form,
    use_case: impl Fn(&mut Tx<'_>) -> Result<(String, T), Error> + Send + 'static,
) -> Result<(String, Option<T>), Problem> {
    let told = form.written_without(&[KEY]);
    create::once(reader, &key_of(form), told.as_bytes(), use_case).await
}
