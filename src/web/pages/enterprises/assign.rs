//! Assigning a steward or chief steward to the enterprises ticked in the list, and the result for each.

use super::{
    colleagues::{ColleagueWords, Colleagues, Load},
    form::comes_back,
    team::TeamWords,
};
use crate::{
    domain::{
        ids::{EnterpriseId, OrganisationId, UserId},
        people::role::Permission,
    },
    services::{
        Error, FieldError, Version,
        fieldwork::teams::{self, Assignability, Candidates, Place, Places, Served, places::KeepsItsTeam},
        registry::directory::Directory,
    },
    web::{
        pages::{
            field::{Field, Kind},
            fields::Fields,
            form::{Form, SentForm},
            gate::see_other,
            query::QueryParameters,
            reader::{Reader, page, page_with},
            shell::{Area, Shell},
            trouble::FormErrors,
            typed::Typed,
        },
        problem::Problem,
    },
};
use actix_web::{HttpRequest, HttpResponse, get, post};
use askama::Template;

crate::texts::texts! {
    /// The words of naming people for several enterprises.
    AssignWords {
        title(count: usize) { zh: "为 {count} 户企业指派管家", en: "Assign stewards to {count} enterprises" }
        intro() { zh: "只更换这里选定的职务，牵头领导、牵头单位和其他成员保持不变；原专班保留在历任专班中。", en: "Only the places chosen here change. Lead leader, lead organisation and other members stay; the previous teams stay in the history." }
        as_is() { zh: "保持不变", en: "leave unchanged" }
        ticked() { zh: "所选企业", en: "Selected enterprises" }
        untick_hint() { zh: "取消勾选的企业不作调整。", en: "Enterprises you untick are not changed." }
        name() { zh: "企业名称", en: "Enterprise" }
        street() { zh: "街道", en: "Street office" }
        steward_now() { zh: "现任服务管家", en: "Current steward" }
        chief_now() { zh: "现任总管家", en: "Current chief steward" }
        pick(name: &str) { zh: "选择{name}", en: "Select {name}" }
        assign() { zh: "指派", en: "Assign" }
        not_yours(count: usize) { zh: "有 {count} 户不能由您指派", en: "{count} that you may not assign" }
        nothing_ticked() { zh: "请至少勾选一户企业。", en: "Tick at least one enterprise." }
        nobody() { zh: "未指派", en: "none" }
        done_title() { zh: "指派结果", en: "Result of the assignment" }
        done(count: usize) { zh: "{count} 户已按所选人员指派", en: "{count} assigned as chosen" }
        unchanged(count: usize) { zh: "{count} 户没有调整", en: "{count} not changed" }
        why() { zh: "原因", en: "Why" }
        again() { zh: "查看最新情况，重新指派这些企业", en: "Show their current teams and assign them again" }
        to_list() { zh: "返回清单", en: "Back to the list" }
        of_place(place: &str, text: &str) { zh: "{place}：{text}", en: "{place}: {text}" }
        who(place: &str, name: &str) { zh: "{place}：{name}", en: "{place}: {name}" }
    }
}

/// An enterprise with who serves it.
struct ServedRow {
    id: String,
    read: String,
    name: String,
    street: String,
    steward: Option<String>,
    chief_steward: Option<String>,
    ticked: bool,
    why: Vec<String>,
}

#[derive(Template)]
#[template(path = "pages/enterprises/assign.html")]
struct AssignPage {
    shell: Shell,
    t: AssignWords,
    ct: ColleagueWords,
    back: String,
    fields: Fields,
    rows: Vec<ServedRow>,
    not_yours: Vec<ServedRow>,
    loads: Vec<Load>,
}

#[derive(Template)]
#[template(path = "pages/enterprises/assigned.html")]
struct AssignedPage {
    shell: Shell,
    t: AssignWords,
    back: String,
    named: Vec<String>,
    assigned: Vec<ServedRow>,
    kept: Vec<ServedRow>,
    again: Option<String>,
}

/// What the pages are made with.
struct AssignData {
    served: Vec<Served>,
    candidates: Candidates,
    names: Directory,
    office: Option<OrganisationId>,
}

async fn load(reader: &Reader, ids: Vec<EnterpriseId>, places: Places) -> Result<(AssignData, Shell), Problem> {
    reader
        .read_framed(Area::Enterprises, move |connection, actor| {
            let served = teams::served(connection, actor, &ids, places)?;
            let candidates = teams::candidates(connection, actor)?;
            let now = served.iter().filter_map(|row| row.current.team.as_ref());
            let people = now.flat_map(|team| [team.row.steward_id, team.row.chief_steward_id]).flatten();
            let people = people.chain([places.steward_id, places.chief_steward_id].into_iter().flatten());
            let streets = served.iter().filter_map(|row| row.enterprise.street_id);
            let names = Directory::load(connection, actor, people, streets)?;
            Ok(AssignData { served, candidates, names, office: actor.organisation() })
        })
        .await
}

impl AssignData {
    const fn colleagues(&self) -> Colleagues<'_> {
        Colleagues::new(&self.candidates, self.office)
    }

    fn row(&self, served: &Served, why: Vec<String>, ticked: bool) -> ServedRow {
        let team = served.current.team.as_ref().map(|team| &team.row);
        let person = |id: Option<UserId>| self.names.person(id).map(str::to_owned);
        ServedRow {
            id: served.enterprise.id.to_string(),
            read: format!("{}:{}", served.enterprise.id, served.current.version),
            name: served.enterprise.name.clone(),
            street: self.names.organisation(served.enterprise.street_id).unwrap_or("—").to_owned(),
            steward: person(team.and_then(|team| team.steward_id)),
            chief_steward: person(team.and_then(|team| team.chief_steward_id)),
            ticked,
            why,
        }
    }

    /// The form, with what was typed into it when it comes back.
    fn page(&self, shell: Shell, back: String, typed: Option<&Form>) -> AssignPage {
        let (t, ct) = (AssignWords(shell.language), ColleagueWords(shell.language));
        let people = |place| self.colleagues().grouped(ct, place, t.as_is());
        let fields = vec![
            Field::grouped("steward_id", ct.steward(), people(Place::Steward)),
            Field::grouped("chief_steward_id", ct.chief_steward(), people(Place::ChiefSteward)),
        ];
        let (mut rows, mut not_yours) = (Vec::new(), Vec::new());
        for served in &self.served {
            match &served.state {
                Assignability::Refused(why) => not_yours.push(self.row(served, said(why, t, ct), false)),
                Assignability::Holds | Assignability::Open => {
                    let read = typed.map(|form| read_of(form, served.enterprise.id));
                    let mut row = self.row(served, Vec::new(), read.as_ref().is_none_or(Option::is_some));
                    row.read = read.flatten().map_or(row.read, str::to_owned);
                    rows.push(row);
                }
            }
        }
        let fields = Fields::new(fields).filled(typed.unwrap_or(&Form::default()));
        let loads = self.colleagues().loads();
        AssignPage { shell, t, ct, back, fields, rows, not_yours, loads }
    }
}

/// Why an enterprise is refused; what is wrong with a place names it.
fn said(why: &[FieldError], t: AssignWords, ct: ColleagueWords) -> Vec<String> {
    let one = |error: &FieldError| {
        let text = error.reason.text(t.0);
        match error.pointer.as_str() {
            "/steward_id" => t.of_place(&ct.steward(), &text),
            "/chief_steward_id" => t.of_place(&ct.chief_steward(), &text),
            "/leader_id" => t.of_place(&ct.leader(), &text),
            "/lead_organisation_id" => t.of_place(&TeamWords(t.0).lead_organisation(), &text),
            pointer if pointer.starts_with("/members") => t.of_place(&TeamWords(t.0).members(), &text),
            _ => text,
        }
    };
    why.iter().map(one).collect()
}

/// The version of an enterprise's team that a form was made from, when the enterprise is ticked in it.
fn read_of(form: &Form, id: EnterpriseId) -> Option<&str> {
    let id = id.to_string();
    form.all("read").find(|read| read.split_once(':').is_some_and(|(of, _)| of == id))
}

/// Ids as they come in, each once, without those that are none.
fn ids<'t>(texts: impl Iterator<Item = &'t str>) -> Vec<EnterpriseId> {
    let mut ids = Vec::new();
    for id in texts.filter_map(|text| text.parse().ok()) {
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    ids
}

/// The address of the list that somebody came from.
fn list_at(back: &str) -> String {
    if back.is_empty() { "/enterprises".to_owned() } else { format!("/enterprises?{back}") }
}

/// The enterprises that were ticked, and the people to choose from.
#[get("/enterprises/assign")]
pub(crate) async fn show(reader: Reader, request: HttpRequest) -> Result<HttpResponse, Problem> {
    reader.require(Permission::AssignTeams)?;
    let asked = QueryParameters::of(&request);
    let back = list_at(asked.value("back").unwrap_or_default());
    let ids = ids(asked.all("id"));
    if ids.is_empty() {
        return Ok(see_other(&back));
    }
    let (data, shell) = load(&reader, ids, Places::default()).await?;
    page(&data.page(shell, back, None))
}

/// Names the people for the enterprises that are still ticked.
#[post("/enterprises/assign")]
pub(crate) async fn assign(SentForm { reader, form }: SentForm) -> Result<HttpResponse, Problem> {
    reader.require(Permission::AssignTeams)?;
    let back = own_list(form.typed("back"));
    let wanted = ticked(&form);
    let refused = match (places(&form), wanted.is_empty()) {
        (Err(problem), _) => problem.into(),
        (Ok(_), true) => return come_back(&reader, &form, back, None).await,
        (Ok(places), false) => {
            let (wanted, ids) = (wanted.clone(), wanted);
            match reader.write(move |tx| teams::assign_places(tx, &wanted, places)).await {
                Ok(_) => return Ok(see_other(&done_at(&ids, places, &back))),
                Err(problem) => problem,
            }
        }
    };
    if !comes_back(&refused) {
        return Err(refused);
    }
    come_back(&reader, &form, back, Some(refused)).await
}

/// The form again, with what is wrong; without a reason, nothing was ticked.
async fn come_back(
    reader: &Reader,
    form: &Form,
    back: String,
    refused: Option<Problem>,
) -> Result<HttpResponse, Problem> {
    let shown = ids(form.all("id"));
    if shown.is_empty() {
        return Ok(see_other(&back));
    }
    let (data, shell) = load(reader, shown, Places::default()).await?;
    let mut answer = data.page(shell, back, Some(form));
    let trouble = match refused {
        Some(problem) => FormErrors::of(problem, answer.shell.language)?,
        None => FormErrors::field("ticked", answer.t.nothing_ticked()),
    };
    answer.fields = answer.fields.troubled(trouble);
    page_with(answer.fields.trouble.status(), &answer)
}

fn places(form: &Form) -> Result<Places, Error> {
    let mut typed = Typed::creation(form);
    let places =
        Places { chief_steward_id: typed.id("chief_steward_id").value(), steward_id: typed.id("steward_id").value() };
    typed.check()?;
    Ok(places)
}

/// The enterprises still ticked, with the versions of their teams that were read.
fn ticked(form: &Form) -> Vec<(EnterpriseId, Version)> {
    let one = |read: &str| {
        let (id, version) = read.split_once(':')?;
        Some((id.parse().ok()?, Version::Exactly(version.parse().ok()?)))
    };
    form.all("read").filter_map(one).collect()
}

/// The list somebody came from, and nothing else.
fn own_list(address: &str) -> String {
    list_at(address.strip_prefix("/enterprises?").unwrap_or_default())
}

fn done_at(wanted: &[(EnterpriseId, Version)], places: Places, back: &str) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    let people = [("steward_id", places.steward_id), ("chief_steward_id", places.chief_steward_id)];
    query.extend_pairs(people.iter().filter_map(|(place, person)| Some((place, person.as_ref()?.to_string()))));
    query.extend_pairs(back.strip_prefix("/enterprises?").map(|back| ("back", back)));
    query.extend_pairs(wanted.iter().map(|(id, _)| ("id", id.0.simple().to_string())));
    format!("/enterprises/assign/done?{}", query.finish())
}

/// The result of it: who serves each enterprise now, and what was left as it was and why.
#[get("/enterprises/assign/done")]
pub(crate) async fn done(reader: Reader, request: HttpRequest) -> Result<HttpResponse, Problem> {
    reader.require(Permission::AssignTeams)?;
    let asked = QueryParameters::of(&request);
    let back = list_at(asked.value("back").unwrap_or_default());
    let person = |name| asked.value(name).and_then(|id| id.parse().ok());
    let places = Places { chief_steward_id: person("chief_steward_id"), steward_id: person("steward_id") };
    let ids = ids(asked.all("id"));
    if ids.is_empty() || !places.is_any() {
        return Ok(see_other(&back));
    }
    let (data, shell) = load(&reader, ids, places).await?;
    page(&data.outcome(shell, back, places))
}

impl AssignData {
    fn outcome(&self, shell: Shell, back: String, places: Places) -> AssignedPage {
        let (t, ct) = (AssignWords(shell.language), ColleagueWords(shell.language));
        let (mut assigned, mut kept, mut overtaken) = (Vec::new(), Vec::new(), Vec::new());
        for served in &self.served {
            match &served.state {
                Assignability::Holds => assigned.push(self.row(served, Vec::new(), true)),
                Assignability::Refused(why) => kept.push(self.row(served, said(why, t, ct), false)),
                Assignability::Open => {
                    overtaken.push(("id", served.enterprise.id.0.simple().to_string()));
                    kept.push(self.row(served, vec![KeepsItsTeam::Meanwhile.text(t.0).to_owned()], false));
                }
            }
        }
        let again = (!overtaken.is_empty()).then(|| {
            let mut query = form_urlencoded::Serializer::new(String::new());
            query.extend_pairs(back.strip_prefix("/enterprises?").map(|back| ("back", back))).extend_pairs(overtaken);
            format!("/enterprises/assign?{}", query.finish())
        });
        let named = [(ct.steward(), places.steward_id), (ct.chief_steward(), places.chief_steward_id)];
        let named = named.into_iter().filter_map(|(place, id)| Some(t.who(&place, self.names.person(id)?))).collect();
        AssignedPage { shell, t, back, named, assigned, kept, again }
    }
}
