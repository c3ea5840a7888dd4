//! Directives (批示): what a district leader orders about an alert, sent to the team at once.

use super::alerts;
use crate::{
    db::{
        backend::DbConn,
        watch::directives::{self, Directive, EnterpriseDirective},
    },
    domain::{
        ids::{AlertId, DirectiveId},
        people::{actor::Actor, role::Permission},
        records::change::Action,
        wording::{RiskyPhrase, WordingAdvice, risky_phrases},
    },
    services::{
        Details, Error, Invalid, Tx, Version,
        outbox::{
            alert_notices::{AlertSummary, AlertTelling, Occasion},
            notices::{self, to_all},
            recipients,
        },
        paging::{Page, Window},
    },
};
use std::collections::BTreeSet;

/// Most characters of a directive.
pub const TEXT_MAX: usize = 2000;

/// A directive with the name of its author.
#[derive(Debug, Clone)]
pub struct FullDirective {
    /// The directive.
    pub row: Directive,
    /// Name of the leader.
    pub author_name: String,
}

impl FullDirective {
    /// Phrases that promise or demand what the law forbids: hints to the author, never a refusal.
    pub fn cautions(&self) -> Vec<RiskyPhrase> {
        risky_phrases(&self.row.text)
    }
}

/// Writes a directive on an alert and tells the team, but for the author.
pub fn give(tx: &mut Tx<'_>, id: AlertId, text: &str) -> Result<FullDirective, Error> {
    tx.require(Permission::GiveDirectives)?;
    let author = tx.actor.user().ok_or(Error::Forbidden(Permission::GiveDirectives))?;
    let (alert, enterprise) = alerts::find_for_update(tx, id, Version::Any)?;
    alerts::require_unresolved(&alert)?;
    let mut invalid = Invalid::default();
    let text = invalid.paragraph("/text", text, TEXT_MAX);
    invalid.check()?;
    let row = Directive {
        id: DirectiveId::new(),
        alert_id: id,
        author_id: author,
        text: text.unwrap_or_default(),
        created_at: tx.now.into(),
    };
    let directive = FullDirective { row: row.clone(), author_name: tx.actor.name.clone() };
    let row = EnterpriseDirective { row, enterprise_id: enterprise.id };
    tx.create_as(&row, Action::Created, caution_details(&directive))?;
    let audience = recipients::of_enterprises(tx.conn, tx.context, tx.today, &[&enterprise])?
        .remove(&enterprise.id)
        .unwrap_or_default();
    let told: Vec<_> = audience.recipients.iter().filter(|one| one.user != Some(author)).cloned().collect();
    let summary = AlertSummary::as_written(tx.conn, &alert, &enterprise, audience)?;
    let occasion = Occasion::Directed { author: directive.author_name.clone(), text: directive.row.text.clone() };
    let telling = AlertTelling { summary, occasion };
    notices::queue(tx, to_all(telling, &format!("directive:{}", directive.row.id), &told))?;
    Ok(directive)
}

/// What kinds of risky wording the author kept.
fn caution_details(directive: &FullDirective) -> Details {
    let advice: BTreeSet<WordingAdvice> = directive.cautions().iter().map(|phrase| phrase.advice).collect();
    if advice.is_empty() { Details::none() } else { Details::none().with("cautions", (), advice) }
}

/// A page of the directives on an alert, oldest first.
pub fn list(
    connection: &mut DbConn,
    actor: &Actor,
    id: AlertId,
    window: &Window<DirectiveId>,
) -> Result<Page<FullDirective, DirectiveId>, Error> {
    alerts::find(connection, actor, id)?;
    let rows = directives::list(connection, id, &window.part())?;
    let total = window.total(rows.len(), |_| directives::count(connection, id))?;
    let page = Page::cut(rows, window, total, |(row, _)| row.id);
    Ok(page.map(|(row, author_name)| FullDirective { row, author_name }))
}
