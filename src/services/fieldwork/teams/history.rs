//! Who served an enterprise, and who assigned them.

use super::{FullTeam, teams};
use crate::{
    db::{backend::DbConn, records::changes},
    domain::{ids::TeamId, people::actor::Actor, registry::enterprise::EnterpriseReference},
    services::{
        Error,
        paging::{Page, Window},
        registry::enterprise_lookup,
    },
};
use std::collections::BTreeMap;

/// All teams an enterprise has had, latest first.
pub fn history(
    connection: &mut DbConn,
    actor: &Actor,
    enterprise: &EnterpriseReference,
    window: &Window<TeamId>,
) -> Result<Page<FullTeam, TeamId>, Error> {
    let enterprise = enterprise_lookup::find(connection, actor, enterprise)?;
    let rows = teams::history(connection, enterprise.id, &window.part())?;
    let total = window.total(rows.len(), |_| teams::periods(connection, enterprise.id))?;
    Ok(Page::cut(teams::with_members(connection, rows)?, window, total, |team| team.row.id))
}

/// The same with the name, as it was then, of who assigned each team.
pub fn history_with_authors(
    connection: &mut DbConn,
    actor: &Actor,
    enterprise: &EnterpriseReference,
    window: &Window<TeamId>,
) -> Result<Page<(FullTeam, Option<String>), TeamId>, Error> {
    let page = history(connection, actor, enterprise, window)?;
    let mut authors = BTreeMap::new();
    if let Some(first) = page.items.first() {
        let ids: Vec<TeamId> = page.items.iter().map(|team| team.row.id).collect();
        authors = changes::who_assigned(connection, first.row.enterprise_id, &ids)?;
    }
    Ok(page.map(|team| {
        let author = authors.remove(&team.row.id);
        (team, author)
    }))
}
