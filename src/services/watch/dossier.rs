//! Everything about one alert: its evidence, the standing of its enterprise, who was told, and the directives.

use crate::{
    db::{
        backend::DbConn,
        outbox::deliveries::AlertDelivery,
        watch::standings::{self, Standing},
    },
    domain::{
        ids::{AlertId, OrganisationId, UserId},
        people::actor::Actor,
        records::change::Noun,
        watch::risk::Amounts,
    },
    services::{
        Error, Read, Subject,
        fieldwork::{
            teams::{self, FullTeam},
            visits::{self, FullVisit, VisitFilter},
        },
        paging::{MAX_LIMIT, Window},
        records::timelines::{self, Event},
        registry::directory::Directory,
        watch::{
            alerts::{self, FullAlert},
            directives::{self, FullDirective},
        },
    },
};

/// How many visits tell the story.
const VISITS: i64 = 3;

/// An alert with all that belongs to it.
#[derive(Debug, Clone)]
pub struct Dossier {
    /// The alert.
    pub alert: FullAlert,
    /// The standing of its enterprise.
    pub standing: Standing,
    /// Who serves the enterprise.
    pub team: Option<FullTeam>,
    /// The last visits to the enterprise, latest first.
    pub visits: Vec<FullVisit>,
    /// The deliveries about the alert, oldest first.
    pub deliveries: Vec<AlertDelivery>,
    /// The directives, oldest first.
    pub directives: Vec<FullDirective>,
    /// What happened to the alert, latest first.
    pub history: Vec<Event>,
    /// The names of all these people and organisations.
    pub directory: Directory,
    /// How the reader sees amounts.
    pub amounts: Amounts,
}

/// The dossier of an alert, if the actor may read it.
pub fn open(read: &mut Read<'_>, id: AlertId) -> Result<Dossier, Error> {
    let alert = alerts::find(read.conn, read.actor, id)?;
    let history = timelines::of_alert(read, id)?;
    let (connection, actor) = (&mut *read.conn, read.actor);
    let enterprise = alert.row.enterprise_id;
    let standing = standings::find(connection, enterprise)?.ok_or(Error::NotFound)?;
    let team = teams::find(connection, actor, &enterprise)?.team;
    let of_it = VisitFilter { withdrawn: Some(false), ..VisitFilter::of(enterprise) };
    let few = Window::first(VISITS);
    let visits = visits::list(connection, actor, &of_it, &few)?.items;
    let all = Window::first(MAX_LIMIT);
    let directives = directives::list(connection, actor, id, &all)?.items;
    let directory = directory(connection, actor, &alert, team.as_ref(), &visits)?;
    Ok(Dossier {
        deliveries: alerts::deliveries(connection, id)?,
        history,
        alert,
        standing,
        team,
        visits,
        directives,
        directory,
        amounts: read.amounts(Subject::one(Noun::Alert, id, "alert page").of(enterprise)),
    })
}

fn directory(
    connection: &mut DbConn,
    actor: &Actor,
    alert: &FullAlert,
    team: Option<&FullTeam>,
    visits: &[FullVisit],
) -> Result<Directory, Error> {
    let on_team = team.iter().flat_map(|team| [team.row.leader_id, team.row.chief_steward_id, team.row.steward_id]);
    let visitors = visits.iter().flat_map(|visit| visit.visitor_ids.iter().copied());
    let people: Vec<UserId> = on_team.flatten().chain(visitors).collect();
    let offices = [alert.enterprise.street_id, team.and_then(|team| team.row.lead_organisation_id)];
    let offices: Vec<OrganisationId> = offices.into_iter().flatten().collect();
    Directory::load(connection, actor, people, offices)
}
