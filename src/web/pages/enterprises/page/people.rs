//! The team and the contacts of an enterprise, on its page.

use super::words::PageWords;
use crate::{
    domain::ids::ContactId,
    services::{
        fieldwork::teams::{CurrentTeam, FullTeam},
        registry::{contacts::SeenContact, directory::Directory},
    },
    web::api::contacts::ContactView,
};

/// The team as it is shown: each place that is taken, with who takes it.
pub struct TeamPart {
    /// Since when; `None` when there is no team.
    pub since: Option<String>,
    /// The places.
    pub places: Vec<(String, String)>,
}

impl TeamPart {
    /// The team now.
    pub fn of(current: &CurrentTeam, names: &Directory, since: Option<String>, t: PageWords) -> Self {
        let Some(team) = &current.team else { return Self { since: None, places: Vec::new() } };
        Self { since, places: places(team, names, t) }
    }
}

/// Each place of a team that is taken, with who takes it.
pub fn places(team: &FullTeam, names: &Directory, t: PageWords) -> Vec<(String, String)> {
    let row = &team.row;
    let organisation = names.organisation(row.lead_organisation_id);
    let members: Vec<&str> = team.members.iter().filter_map(|id| names.person(Some(*id))).collect();
    let separator = t.0.list_separator();
    let places = [
        (t.leader(), names.person(row.leader_id).map(str::to_owned)),
        (t.lead_organisation(), organisation.map(str::to_owned)),
        (t.chief_steward(), names.person(row.chief_steward_id).map(str::to_owned)),
        (t.steward(), names.person(row.steward_id).map(str::to_owned)),
        (t.members(), (!members.is_empty()).then(|| members.join(separator))),
    ];
    places.into_iter().filter_map(|(place, who)| Some((place, who?))).collect()
}

/// A contact person as it is shown.
pub struct ContactRow {
    /// Its id.
    pub id: ContactId,
    /// The name, masked unless it was asked for.
    pub name: String,
    /// The position.
    pub position: Option<String>,
    /// Phone and mail address, masked unless they were asked for.
    pub reached_by: Vec<String>,
    /// Whether this is the primary contact.
    pub primary: bool,
    /// Whether it is shown in full.
    pub open: bool,
}

impl ContactRow {
    /// A contact person as far as it is shown.
    pub fn of(contact: SeenContact) -> Self {
        let open = !contact.masked;
        let view = ContactView::of(contact);
        Self {
            id: view.id,
            name: view.name,
            position: view.position,
            reached_by: view.phone.into_iter().chain(view.email).collect(),
            primary: view.is_primary,
            open,
        }
    }
}
