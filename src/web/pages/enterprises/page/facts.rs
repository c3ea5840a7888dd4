//! The basic data of an enterprise, on its page.

use super::words::PageWords;
use crate::{
    db::registry::enterprises::Enterprise,
    domain::{band::Band, registry::industry::IndustryCode},
    services::registry::{directory::Directory, enterprises::Described, receipts::comparison::Comparison},
    texts::{Explain, Language},
    web::pages::{format, words::Words},
};
use chrono::NaiveDate;

/// One thing that is known.
pub struct Fact {
    /// What it is.
    pub name: String,
    /// What is known.
    pub value: String,
    /// What is to be said about it.
    pub note: Option<String>,
    /// Whether it is a code, which never breaks.
    pub code: bool,
}

impl Fact {
    fn new(name: String, value: impl Into<String>) -> Self {
        Self { name, value: value.into(), note: None, code: false }
    }

    fn known(name: String, value: Option<&str>) -> Self {
        Self::new(name, value.unwrap_or("—"))
    }

    fn note(self, note: Option<String>) -> Self {
        Self { note, ..self }
    }
}

/// Code and name of the industry.
fn industry(row: &Enterprise, language: Language) -> Option<String> {
    let code = row.industry_code.as_deref()?;
    let edition = row.industry_edition.as_deref().and_then(|edition| edition.parse().ok());
    let read = IndustryCode::parse(code, edition.unwrap_or_default()).ok();
    Some(read.map_or_else(|| code.to_owned(), |read| format!("{code} {}", read.name(language))))
}

/// The facts in the order in which one asks for them.
pub fn facts(
    described: &Described,
    paid: &Comparison,
    names: &Directory,
    (t, w): (PageWords, Words),
    figures: bool,
    today: NaiveDate,
) -> Vec<Fact> {
    let language = t.0;
    let Described { enterprise: row, standing, presence_evidence, .. } = described;
    let separator = if language == Language::Zh { "，" } else { "; " };
    let evidence: Vec<&str> = presence_evidence.iter().map(|evidence| evidence.text(language)).collect();
    let uscc = Fact { code: true, ..Fact::new(t.uscc(), row.uscc.as_str()) };
    let tax = if figures {
        t.wan(&format::wan(standing.tax_year_fen))
    } else {
        Band::of(standing.tax_year_fen).text(language).to_owned()
    };
    let part = paid.district_part(standing.tax_year).map(|part| t.wan(&format::wan(part)));
    let last = standing.last_visit_on.map_or_else(|| t.never(), |day| day.to_string());
    let next = standing.next_visit_on.map(|day| (day.to_string(), (day - today).num_days()));
    let overdue = next.as_ref().map(|(_, days)| if *days < 0 { w.days_ago(-days) } else { w.in_days(*days) });
    let source = row.source.as_deref().map(|source| match row.data_on {
        Some(day) => t.as_of(source, day),
        None => source.to_owned(),
    });
    let mut facts = vec![
        uscc.note(row.uscc.organisation_code_warning().map(|odd| odd.text(language))),
        Fact::known(t.industry(), industry(row, language).as_deref()),
        Fact::known(t.registered(), row.registered_address.as_deref()),
        Fact::known(t.operating(), row.operating_address.as_deref()),
        Fact::known(t.authority(), row.tax_authority.as_deref()),
        Fact::new(t.tax_year(standing.tax_year), tax),
    ];
    if figures {
        facts.push(Fact::known(t.district_part(), part.as_deref()));
    }
    facts.extend([
        Fact::new(t.presence_evidence(), evidence.join(separator))
            .note(row.presence_stated.then(|| t.stated().trim().to_owned())),
        Fact::new(t.last_visit(), last).note(standing.last_visit_on.map(|day| format::ago(w, day, today))),
        Fact::known(t.next_visit(), next.as_ref().map(|(day, _)| day.as_str())).note(overdue),
        Fact::known(t.street(), names.organisation(row.street_id)),
        Fact::new(t.entered(), format::day(row.entered_on)),
        Fact::new(t.status(), row.status.text(language)),
        Fact::known(t.source(), source.as_deref()),
    ]);
    facts
}
