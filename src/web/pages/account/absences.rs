//! Absences of the own account: stating one with a deputy, and deleting it.

use super::words::AccountWords;
use crate::{
    db::people::{absences::Absence, users::User},
    domain::ids::{AbsenceId, UserId},
    services::{
        Version,
        people::absences::{self, AbsenceFields, STATED_WITHIN, Whose},
    },
    web::{
        extract::Id,
        pages::{
            choice::Choice,
            field::{Field, Group, Kind},
            fields::Fields,
            form::{Form, SentForm},
            gate::see_other,
            once::once,
            query::QueryParameters,
            reader::{Reader, page_with},
            shell::{Area, Shell},
            trouble::FormErrors,
            typed::Typed,
        },
        problem::Problem,
    },
};
use actix_web::{HttpRequest, HttpResponse, get, post, web::ServiceConfig};
use askama::Template;
use chrono::NaiveDate;
use std::collections::BTreeMap;

/// Adds the routes.
pub(super) fn configure(config: &mut ServiceConfig) {
    config.service(show).service(state).service(delete);
}

struct AbsenceRow {
    id: String,
    days: String,
    from: String,
    until: String,
    deputy: String,
    state: String,
    is_now: bool,
    is_over: bool,
}

#[derive(Template)]
#[template(path = "pages/account/absences.html")]
struct AbsencesPage {
    shell: Shell,
    t: AccountWords,
    done: Option<String>,
    rows: Vec<AbsenceRow>,
    possible: bool,
    fields: Fields,
}

/// The absences, and the form.
#[get("/account/absences")]
pub(crate) async fn show(reader: Reader, request: HttpRequest) -> Result<HttpResponse, Problem> {
    let done = QueryParameters::of(&request).value("done").and_then(|code| AccountWords(reader.language()).done(code));
    show_page(&reader, done, &Form::default(), FormErrors::default()).await
}

/// States an absence.
#[post("/account/absences")]
pub(crate) async fn state(sent: SentForm) -> Result<HttpResponse, Problem> {
    let SentForm { reader, form } = sent;
    let stated = match entry(&form) {
        Ok(fields) => {
            let stating = once(&reader, &form, move |tx| {
                absences::state(tx, Whose::Own, fields)?;
                Ok("/account/absences?done=absence".to_owned())
            });
            stating.await
        }
        Err(problem) => Err(problem),
    };
    match stated {
        Ok(address) => Ok(see_other(&address)),
        Err(problem) => {
            let trouble = FormErrors::of(problem, reader.language())?;
            show_page(&reader, None, &form, trouble).await
        }
    }
}

/// Deletes an absence.
#[post("/account/absences/{id}/delete")]
pub(crate) async fn delete(sent: SentForm, Id(id): Id<AbsenceId>) -> Result<HttpResponse, Problem> {
    match sent.reader.write(move |tx| absences::delete(tx, Whose::Own, id, Version::Any)).await {
        Ok(()) => Ok(see_other("/account/absences?done=absence-deleted")),
        Err(problem) => {
            let trouble = FormErrors::of(problem, sent.reader.language())?;
            show_page(&sent.reader, None, &Form::default(), trouble).await
        }
    }
}

fn entry(form: &Form) -> Result<AbsenceFields, Problem> {
    let mut typed = Typed::creation(form);
    let fields = AbsenceFields {
        from_on: typed.day("from_on"),
        until_on: typed.day("until_on"),
        deputy_id: typed.id("deputy_id"),
    };
    typed.check()?;
    Ok(fields)
}

async fn show_page(
    reader: &Reader,
    done: Option<String>,
    form: &Form,
    trouble: FormErrors,
) -> Result<HttpResponse, Problem> {
    let ((absences, deputies, names), shell) = reader
        .read_framed(Area::Account, |connection, actor| {
            let absences = absences::list(connection, actor, Whose::Own)?;
            let deputies = absences::possible_deputies(connection, actor)?;
            let names = absences::deputy_names(connection, &absences)?;
            Ok((absences, deputies, names))
        })
        .await?;
    let (t, today) = (AccountWords(shell.language), reader.app.today());
    let latest = today.checked_add_days(STATED_WITHIN);
    let fields = vec![
        Field::day_between("from_on", t.absence_from(), today, latest).required(),
        Field::day_between("until_on", t.absence_until(), today, latest).required(),
        Field::grouped("deputy_id", t.absence_deputy(), options(t, &deputies))
            .required()
            .wide()
            .hint(t.absence_deputy_hint()),
    ];
    let page = AbsencesPage {
        t,
        done,
        rows: absences.into_iter().map(|one| AbsenceRow::of(&one, &names, today, t)).collect(),
        possible: !deputies.is_empty(),
        fields: Fields::new(fields).filled(form).troubled(trouble),
        shell,
    };
    page_with(page.fields.trouble.status(), &page)
}

/// The possible deputies by role.
fn options(t: AccountWords, deputies: &[User]) -> Vec<Group> {
    let mut by_role: BTreeMap<_, Vec<Choice>> = BTreeMap::new();
    for user in deputies {
        let name = format!("{} · {}", user.display_name, user.username);
        by_role.entry(user.role).or_default().push(Choice::new(user.id, name));
    }
    let nobody = Group { name: None, choices: vec![Choice::new("", t.absence_choose())] };
    let groups = by_role.into_iter().map(|(role, choices)| Group { name: Some(role.text(t.0).to_owned()), choices });
    std::iter::once(nobody).chain(groups).collect()
}

impl AbsenceRow {
    fn of(one: &Absence, names: &BTreeMap<UserId, String>, today: NaiveDate, t: AccountWords) -> Self {
        let (is_now, is_over) = ((one.from_on..=one.until_on).contains(&today), one.until_on < today);
        Self {
            id: one.id.to_string(),
            days: t.absence_days(&one.from_on.to_string(), &one.until_on.to_string()),
            from: one.from_on.to_string(),
            until: one.until_on.to_string(),
            deputy: names.get(&one.deputy_id).cloned().unwrap_or_default(),
            state: match (is_now, is_over) {
                (true, _) => t.absence_now(),
                (_, true) => t.absence_over(),
                _ => t.absence_ahead(),
            },
            is_now,
            is_over,
        }
    }
}
