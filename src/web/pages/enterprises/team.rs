//! Who serves an enterprise: choosing its team, with what everybody has to do already.

use super::form::comes_back;
use crate::{
    db::enterprises::Enterprise,
    domain::{
        enterprise::EnterpriseReference,
        ids::{OrganisationId, UserId},
        role::Permission,
    },
    services::{
        Error, enterprises,
        teams::{self, Candidates, Colleague, CurrentTeam, NewTeam, Place, TeamRefusal},
    },
    web::{
        extract::Id,
        pages::{
            charts::share,
            choice::Choice,
            field::{Field, Group, Kind},
            fields::Fields,
            form::{Form, Sent},
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

crate::texts::catalogue! {
    /// The words of the form.
    TeamWords {
        title() { zh: "调整专班", en: "Assign the team" }
        leader() { zh: "区领导", en: "District leader" }
        lead_organisation() { zh: "牵头单位", en: "Lead organisation" }
        chief_steward() { zh: "总管家", en: "Chief steward" }
        steward() { zh: "服务管家", en: "Steward" }
        members() { zh: "其他成员", en: "Further members" }
        nobody() { zh: "不指定", en: "nobody" }
        serves(name: &str, count: i64) { zh: "{name}（在服 {count} 户）", en: "{name} (serves {count})" }
        chosen(count: usize) { zh: "已选 {count} 人", en: "{count} chosen" }
        workload() { zh: "服务管家现有工作量", en: "What stewards serve now" }
        workload_hint() { zh: "在服户数：担任服务管家、企业仍在本区的户数。", en: "Enterprises still in the district of which the person is the steward." }
        person() { zh: "姓名", en: "Name" }
        enterprises() { zh: "在服户数", en: "Enterprises" }
        history() { zh: "原专班会留在历史里。", en: "The team before stays in the history." }
        here() { zh: "本街道", en: "own street office" }
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

/// What a steward has to do.
struct Load {
    name: String,
    office: String,
    enterprises: i64,
    share: i64,
}

#[derive(Template)]
#[template(path = "pages/enterprises/team.html")]
struct TeamPage {
    shell: Shell,
    t: TeamWords,
    here: String,
    name: String,
    version: i64,
    fields: Fields,
    offices: Vec<Office>,
    chosen: usize,
    loads: Vec<Load>,
}

impl TeamPage {
    fn members_are_wrong(&self) -> bool {
        self.fields.trouble.with("members").is_some()
    }
}

/// What the form is made with.
struct Known {
    enterprise: Enterprise,
    current: CurrentTeam,
    candidates: Candidates,
}

async fn load(reader: &Reader, reference: EnterpriseReference) -> Result<Known, Problem> {
    reader.require(Permission::AssignTeams)?;
    let known = reader
        .read(move |connection, actor| {
            let enterprise = enterprises::find(connection, actor, &reference)?;
            let current = teams::find(connection, actor, &enterprise.id.into())?;
            if !teams::may_assign(actor, &enterprise, current.team.as_ref()) {
                return Err(Error::refused(TeamRefusal::AnotherOrganisation));
            }
            let candidates = teams::candidates(connection, actor)?;
            Ok(Known { enterprise, current, candidates })
        })
        .await?;
    Ok(known)
}

impl Known {
    fn office(&self, colleague: &Colleague) -> &str {
        self.candidates.organisations.get(&colleague.user.organisation_id).map_or("—", |row| &row.name)
    }

    /// The organisations people work at, the enterprise's own street office first.
    fn offices(&self) -> Vec<OrganisationId> {
        let ids: BTreeSet<OrganisationId> =
            self.candidates.people.iter().map(|colleague| colleague.user.organisation_id).collect();
        let own = self.enterprise.street_id.filter(|street| ids.contains(street));
        own.into_iter().chain(ids.iter().copied().filter(|id| Some(*id) != own)).collect()
    }

    /// Those who may take a place, under the names of their organisations.
    fn grouped(&self, t: TeamWords, place: Place) -> Vec<Group> {
        let mut groups = vec![Group { name: None, choices: vec![Choice::new("", t.nobody())] }];
        for office in self.offices() {
            let people: Vec<&Colleague> =
                self.candidates.for_place(place).filter(|colleague| colleague.user.organisation_id == office).collect();
            let Some(first) = people.first() else { continue };
            let name = |colleague: &&Colleague| match place {
                Place::Steward => t.serves(&colleague.user.display_name, colleague.enterprises),
                _ => colleague.user.display_name.clone(),
            };
            let choice = |colleague: &&Colleague| Choice::new(colleague.user.id, name(colleague));
            let mut heading = self.office(first).to_owned();
            if self.enterprise.street_id == Some(office) {
                heading = format!("{heading} · {}", t.here());
            }
            groups.push(Group { name: Some(heading), choices: people.iter().map(choice).collect() });
        }
        groups
    }

    fn fields(&self, t: TeamWords) -> Vec<Field> {
        let nobody = std::iter::once(Choice::new("", t.nobody()));
        let organisations = self.candidates.organisations.values().map(|row| Choice::new(row.id, &row.name));
        vec![
            Field::grouped("steward_id", t.steward(), self.grouped(t, Place::Steward)),
            Field::grouped("chief_steward_id", t.chief_steward(), self.grouped(t, Place::ChiefSteward)),
            Field::grouped("leader_id", t.leader(), self.grouped(t, Place::Leader)),
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

    fn page(&self, shell: Shell, values: &Form) -> TeamPage {
        let t = TeamWords(shell.language);
        let mut offices = Vec::new();
        for office in self.offices() {
            let people = self.candidates.people.iter().filter(|colleague| colleague.user.organisation_id == office);
            let members: Vec<Member> = people
                .map(|colleague| Member {
                    id: colleague.user.id.to_string(),
                    name: colleague.user.display_name.clone(),
                    role: colleague.user.role.text(shell.language),
                    chosen: values.has("members", &colleague.user.id.to_string()),
                })
                .collect();
            let name =
                self.candidates.organisations.get(&office).map_or_else(|| "—".to_owned(), |row| row.name.clone());
            offices.push(Office { name, members });
        }
        let most = self.candidates.people.iter().map(|colleague| colleague.enterprises).max().unwrap_or_default();
        let loads = self.offices().into_iter().flat_map(|office| {
            let here = move |colleague: &&Colleague| colleague.user.organisation_id == office;
            self.candidates.for_place(Place::Steward).filter(here).map(|colleague| Load {
                name: colleague.user.display_name.clone(),
                office: self.office(colleague).to_owned(),
                enterprises: colleague.enterprises,
                share: share(colleague.enterprises, most),
            })
        });
        TeamPage {
            t,
            here: format!("/enterprises/{}", self.enterprise.id),
            name: self.enterprise.name.clone(),
            version: self.current.version,
            fields: Fields::new(self.fields(t)).filled(values),
            chosen: values.all("members").count(),
            loads: loads.collect(),
            offices,
            shell,
        }
    }
}

/// The team of an enterprise, to be chosen anew.
#[get("/enterprises/{id}/team")]
pub(crate) async fn show(reader: Reader, Id(reference): Id<EnterpriseReference>) -> Result<HttpResponse, Problem> {
    let known = load(&reader, reference).await?;
    let shell = reader.shell(Area::Enterprises).await?;
    page(&known.page(shell, &known.values()))
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
    Sent { reader, form }: Sent,
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
    let known = load(&reader, reference).await?;
    let shell = reader.shell(Area::Enterprises).await?;
    let mut answer = known.page(shell, &form);
    answer.fields = answer.fields.refused(&form, problem, Some(&known.values()), answer.shell.language)?;
    if !answer.fields.trouble.stale {
        answer.version = form.version_read();
    }
    page_with(answer.fields.trouble.status(), &answer)
}
