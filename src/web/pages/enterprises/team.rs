//! Choosing the team of an enterprise, with the present workload of each person.

use super::{
    colleagues::{ColleagueWords, Colleagues, Load},
    form::comes_back,
};
use crate::{
    db::registry::enterprises::Enterprise,
    domain::{ids::UserId, people::role::Permission, registry::enterprise::EnterpriseReference},
    services::{
        Error,
        fieldwork::teams::{self, Candidates, Colleague, CurrentTeam, NewTeam, Place, TeamRefusal},
        registry::enterprises,
    },
    texts::Language,
    web::{
        extract::Id,
        pages::{
            choice::Choice,
            field::{Field, Kind},
            fields::Fields,
            form::{Form, SentForm},
            gate::see_other,
            reader::{Reader, page, page_with},
            shell::{Area, Shell},
            typed::Typed,
        },
        problem::Problem,
    },
};
use actix_web::{HttpResponse, get, post};
use askama::Template;
use std::collections::BTreeSet;

crate::texts::texts! {
    /// The words of the form.
    TeamWords {
        title() { zh: "调整专班", en: "Change the team" }
        lead_organisation() { zh: "牵头单位", en: "Lead organisation" }
        members() { zh: "其他成员", en: "Other members" }
        nobody() { zh: "不指定", en: "nobody" }
        chosen(count: usize) { zh: "已选 {count} 人", en: "{count} chosen" }
        history() { zh: "原专班保留在历任专班中。", en: "The previous team stays in the history." }
    }
}

/// A colleague to be ticked.
struct Member {
    id: String,
    name: String,
    role: &'static str,
    chosen: bool,
}

/// Colleagues of one organisation.
struct Office {
    name: String,
    members: Vec<Member>,
}

#[derive(Template)]
#[template(path = "pages/enterprises/team.html")]
struct TeamPage {
    shell: Shell,
    t: TeamWords,
    ct: ColleagueWords,
    here: String,
    name: String,
    version: i64,
    fields: Fields,
    offices: Vec<Office>,
    chosen: usize,
    members_meanwhile: Option<String>,
    loads: Vec<Load>,
}

impl TeamPage {
    fn members_are_open(&self) -> bool {
        self.chosen > 0 || self.members_are_wrong() || self.members_meanwhile.is_some()
    }

    fn members_are_wrong(&self) -> bool {
        self.fields.trouble.with("members").is_some()
    }
}

/// What the form is made with.
struct TeamData {
    enterprise: Enterprise,
    current: CurrentTeam,
    candidates: Candidates,
}

async fn load(reader: &Reader, reference: EnterpriseReference) -> Result<(TeamData, Shell), Problem> {
    reader.require(Permission::AssignTeams)?;
    reader
        .read_framed(Area::Enterprises, move |connection, actor| {
            let enterprise = enterprises::find(connection, actor, &reference)?;
            let current = teams::find(connection, actor, &enterprise.id)?;
            if !teams::may_assign(actor, &enterprise, current.team.as_ref()) {
                return Err(Error::refused(TeamRefusal::AnotherOrganisation));
            }
            let candidates = teams::candidates(connection, actor)?;
            Ok(TeamData { enterprise, current, candidates })
        })
        .await
}

impl TeamData {
    const fn colleagues(&self) -> Colleagues<'_> {
        Colleagues::new(&self.candidates, self.enterprise.street_id)
    }

    fn fields(&self, t: TeamWords, ct: ColleagueWords) -> Vec<Field> {
        let nobody = std::iter::once(Choice::new("", t.nobody()));
        let organisations = self.candidates.organisations.values().map(|row| Choice::new(row.id, &row.name));
        let people = |place| self.colleagues().grouped(ct, place, t.nobody());
        vec![
            Field::grouped("steward_id", ct.steward(), people(Place::Steward)),
            Field::grouped("chief_steward_id", ct.chief_steward(), people(Place::ChiefSteward)),
            Field::grouped("leader_id", ct.leader(), people(Place::Leader)),
            Field::choice("lead_organisation_id", t.lead_organisation(), nobody.chain(organisations).collect()),
        ]
    }

    /// The team now, as the form shows it.
    fn values(&self) -> Form {
        let Some(team) = &self.current.team else { return Form::default() };
        let person = |id: Option<UserId>| id.map(|id| id.to_string()).unwrap_or_default();
        let places = [
            ("leader_id", person(team.row.leader_id)),
            ("chief_steward_id", person(team.row.chief_steward_id)),
            ("steward_id", person(team.row.steward_id)),
            ("lead_organisation_id", team.row.lead_organisation_id.map(|id| id.to_string()).unwrap_or_default()),
        ];
        let members = team.members.iter().map(|id| ("members", id.to_string()));
        Form::filled(places.into_iter().chain(members))
    }

    /// Everybody who may be a further member, by organisation.
    fn offices(&self, values: &Form, language: Language) -> Vec<Office> {
        let colleagues = self.colleagues();
        let member = |colleague: &Colleague| {
            let id = colleague.user.id.to_string();
            Member {
                chosen: values.has("members", &id),
                id,
                name: colleague.user.display_name.clone(),
                role: colleague.user.role.text(language),
            }
        };
        let office =
            |id| Office { name: colleagues.name(id).to_owned(), members: colleagues.at(id).map(member).collect() };
        colleagues.offices().into_iter().map(office).collect()
    }

    /// The names of the further members there are now, when they are not those a form chose; "—" for none.
    fn members_beside(&self, form: &Form) -> Option<String> {
        let now = self.values();
        let chosen: BTreeSet<&str> = form.all("members").collect();
        if chosen == now.all("members").collect() {
            return None;
        }
        let is_member = |colleague: &&Colleague| now.has("members", &colleague.user.id.to_string());
        let names: Vec<&str> =
            self.candidates.people.iter().filter(is_member).map(|one| one.user.display_name.as_str()).collect();
        Some(if names.is_empty() { "—".to_owned() } else { names.join(" · ") })
    }

    fn page(&self, shell: Shell, values: &Form) -> TeamPage {
        let (t, ct) = (TeamWords(shell.language), ColleagueWords(shell.language));
        TeamPage {
            t,
            ct,
            here: format!("/enterprises/{}", self.enterprise.id),
            name: self.enterprise.name.clone(),
            version: self.current.version,
            fields: Fields::new(self.fields(t, ct)).filled(values),
            chosen: values.all("members").count(),
            members_meanwhile: None,
            loads: self.colleagues().loads(),
            offices: self.offices(values, shell.language),
            shell,
        }
    }
}

/// The team of an enterprise, to be chosen again.
#[get("/enterprises/{id}/team")]
pub(crate) async fn show(reader: Reader, Id(reference): Id<EnterpriseReference>) -> Result<HttpResponse, Problem> {
    let (data, shell) = load(&reader, reference).await?;
    page(&data.page(shell, &data.values()))
}

fn typed(form: &Form) -> Result<NewTeam, Error> {
    let mut typed = Typed::creation(form);
    let team = NewTeam {
        leader_id: typed.id("leader_id").value(),
        lead_organisation_id: typed.id("lead_organisation_id").value(),
        chief_steward_id: typed.id("chief_steward_id").value(),
        steward_id: typed.id("steward_id").value(),
        members: typed.ids("members"),
    };
    typed.check()?;
    Ok(team)
}

/// Assigns the team.
#[post("/enterprises/{id}/team")]
pub(crate) async fn assign(
    SentForm { reader, form }: SentForm,
    Id(reference): Id<EnterpriseReference>,
) -> Result<HttpResponse, Problem> {
    reader.require(Permission::AssignTeams)?;
    let (sent, named) = (form.clone(), reference.clone());
    let assigned = reader.write(move |tx| teams::assign_over(tx, &named, sent.version(), typed(&sent)?)).await;
    let problem = match assigned {
        Ok(current) => return Ok(see_other(&format!("/enterprises/{}#team", current.enterprise_id))),
        Err(problem) if comes_back(&problem) => problem,
        Err(problem) => return Err(problem),
    };
    let (data, shell) = load(&reader, reference).await?;
    let mut answer = data.page(shell, &form);
    answer.fields = answer.fields.refused(&form, problem, Some(&data.values()), answer.shell.language)?;
    if answer.fields.trouble.stale {
        answer.members_meanwhile = data.members_beside(&form);
    } else {
        answer.version = form.version_read();
    }
    page_with(answer.fields.trouble.status(), &answer)
}
