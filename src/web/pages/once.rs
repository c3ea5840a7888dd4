//! A form creates one record, however often it is sent. Each page carries a key of its own (`Shell::key`), which its
//! creating forms send along. The first request with a key acts, each later one leads to the same result. A refused
//! form has created nothing, so the page it comes back in may carry another key.

use super::{followed, form::Form, reader::Reader};
use crate::{
    domain::watch::followed::Followed,
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
    let (address, _) = once_then(reader, form, use_case, |address, _| (address, ())).await?;
    Ok(address)
}

/// The same, with what followed in the address.
pub async fn once_followed(
    reader: &Reader,
    form: &Form,
    use_case: impl Fn(&mut Tx<'_>) -> Result<String, Error> + Send + 'static,
) -> Result<String, Problem> {
    let actor = reader.actor.clone();
    let lead = move |address: String, followed: &Followed| (followed::address(&address, followed, &actor), ());
    let (address, _) = once_then(reader, form, use_case, lead).await?;
    Ok(address)
}

/// The same with something that is shown to the first sending alone and kept nowhere: a secret.
pub async fn once_with<S: Send + 'static>(
    reader: &Reader,
    form: &Form,
    use_case: impl Fn(&mut Tx<'_>) -> Result<(String, S), Error> + Send + 'static,
) -> Result<(String, Option<S>), Problem> {
    once_then(reader, form, use_case, |made, _| made).await
}

async fn once_then<T: 'static, S: Send + 'static>(
    reader: &Reader,
    form: &Form,
    use_case: impl Fn(&mut Tx<'_>) -> Result<T, Error> + Send + 'static,
    lead: impl Fn(T, &Followed) -> (String, S) + Send + 'static,
) -> Result<(String, Option<S>), Problem> {
    let told = form.written_without(&[KEY]);
    create::once(reader, &key_of(form), told.as_bytes(), use_case, lead).await
}
