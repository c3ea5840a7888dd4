//! What followed from a form, carried in the address the form leads to and said above the page there.

use super::query::QueryParameters;
use crate::{
    domain::{
        ids::{AlertId, EnterpriseId},
        people::{actor::Actor, role::Permission},
        watch::followed::{Followed, MovedAlert},
    },
    texts::{Language, texts},
};

/// The alert that moved.
const ALERT: &str = "alert";
/// How it moved.
const MOVEMENT: &str = "movement";
/// Its level now.
const LEVEL: &str = "level";
/// How many people are told.
const TOLD: &str = "told";

/// What is said of an alert that moved, with the way to it.
pub struct FollowedNotice {
    /// What happened, and who hears of it.
    pub text: String,
    /// The alert.
    pub href: String,
    /// What the way to it is called.
    pub link: String,
}

texts! {
    see_alert() { zh: "查看预警", en: "See the alert" }
}

/// The address with what followed, as far as the actor may know of it. A form is about one enterprise, which has one alert.
pub fn address(address: &str, followed: &Followed, actor: &Actor) -> String {
    let Some(moved) = followed.alerts.last().filter(|_| actor.may(Permission::ReadBusiness)) else {
        return address.to_owned();
    };
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.append_pair(ALERT, &moved.alert.to_string());
    query.append_pair(MOVEMENT, moved.movement.as_str());
    query.append_pair(LEVEL, moved.level.as_str());
    query.append_pair(TOLD, &followed.told.to_string());
    let (address, place) = address.find('#').map_or((address, ""), |at| address.split_at(at));
    let mark = if address.contains('?') { '&' } else { '?' };
    format!("{address}{mark}{}{place}", query.finish())
}

/// What an address says followed. Whatever else stands there is passed over.
pub fn notice(asked: &QueryParameters, enterprise: EnterpriseId, language: Language) -> Option<FollowedNotice> {
    let alert: AlertId = asked.value(ALERT)?.parse().ok()?;
    let (movement, level) = (asked.value(MOVEMENT)?.parse().ok()?, asked.value(LEVEL)?.parse().ok()?);
    let told = asked.value(TOLD)?.parse().ok()?;
    let text = MovedAlert { alert, enterprise, level, movement }.sentence(told, language);
    Some(FollowedNotice { text, href: format!("/alerts/{alert}"), link: see_alert(language) })
}
