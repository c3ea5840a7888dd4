//! The columns of the list of enterprises: which exist, and what each holds for a reader. How a value looks on a page
//! or in a file is not decided here.

use super::{Described, EnterpriseQuery, list::EnterpriseSort};
use crate::{
    domain::{
        band::Band,
        codes::codes,
        fen::Fen,
        ids::EnterpriseId,
        registry::industry::{IndustryDivision, IndustryEdition, Section},
        watch::{level::Level, risk::Amounts},
    },
    services::{
        Error, Read,
        fieldwork::teams::{self, Stewards},
        registry::directory::Directory,
    },
    texts::Language,
};
use chrono::NaiveDate;
use std::collections::HashMap;

codes! {
    /// A column of the list.
    pub enum Column {
        /// Its name; always there.
        Name = "name", "企业名称", "Enterprise";
        /// Its credit code.
        Uscc = "uscc", "统一社会信用代码", "Credit code";
        /// Its street office.
        Street = "street", "街道", "Street office";
        /// What it does.
        Industry = "industry", "行业", "Industry";
        /// Its presence class.
        Presence = "presence", "纳税经营情况", "Tax and operating presence";
        /// Its tier.
        Tier = "tier", "企业类别", "Tier";
        /// Its status.
        Status = "status", "状态", "Status";
        /// Its risk level.
        Risk = "risk", "风险", "Risk";
        /// Its risk score.
        Score = "score", "风险分值", "Score";
        /// The tax of the year.
        TaxYear = "tax_year", "本年入库", "Tax";
        /// The tax of the last twelve treasury months.
        Tax12Months = "tax_12_months", "近 12 个月入库", "Tax, 12 months";
        /// The last visit.
        LastVisit = "last_visit", "最近走访", "Last visit";
        /// The visit promised.
        NextVisit = "next_visit", "约定走访", "Next visit";
        /// The steward of its team.
        Steward = "steward", "服务管家", "Steward";
        /// The chief steward of its team.
        ChiefSteward = "chief_steward", "总管家", "Chief steward";
        /// When it entered the district.
        EnteredOn = "entered_on", "入驻日期", "Entry date";
        /// Where it is registered.
        RegisteredAddress = "registered_address", "注册地址", "Registered address";
        /// Where it works.
        OperatingAddress = "operating_address", "经营地址", "Operating address";
        /// The competent tax authority.
        TaxAuthority = "tax_authority", "主管税务机关", "Tax authority";
        /// The day its facts were true.
        DataOn = "data_on", "数据日期", "Data as of";
    }
}

impl Column {
    /// What is shown unless somebody chooses.
    pub const DEFAULT: [Self; 9] = [
        Self::Name,
        Self::Uscc,
        Self::Street,
        Self::Industry,
        Self::Presence,
        Self::Risk,
        Self::TaxYear,
        Self::LastVisit,
        Self::Steward,
    ];

    /// The columns that codes name, each once and in the order of the list; a code that names none is passed over. The name is
    /// always there, and without any code it is the usual columns.
    pub fn chosen<'c>(codes: impl IntoIterator<Item = &'c str>) -> Vec<Self> {
        let wanted: Vec<Self> = codes.into_iter().filter_map(|code| code.parse().ok()).collect();
        if wanted.is_empty() {
            return Self::DEFAULT.to_vec();
        }
        Self::ALL.iter().copied().filter(|column| *column == Self::Name || wanted.contains(column)).collect()
    }

    /// How to sort by it: from the end people look for first, then from the other.
    pub const fn sorts(self) -> Option<[EnterpriseSort; 2]> {
        match self {
            Self::Name => Some([EnterpriseSort::Name, EnterpriseSort::NameDescending]),
            Self::Risk => Some([EnterpriseSort::RiskDescending, EnterpriseSort::Risk]),
            Self::TaxYear => Some([EnterpriseSort::TaxYearDescending, EnterpriseSort::TaxYear]),
            Self::LastVisit => Some([EnterpriseSort::LastVisit, EnterpriseSort::LastVisitDescending]),
            _ => None,
        }
    }

    /// Whether it holds amounts.
    pub const fn is_amount(self) -> bool {
        matches!(self, Self::TaxYear | Self::Tax12Months)
    }
}

/// What a column holds for an enterprise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// Nothing is known.
    Nothing,
    /// Words.
    Text(String),
    /// Characters that stand for themselves, digits as they may look.
    Code(String),
    /// A number.
    Number(i64),
    /// A day.
    Day(NaiveDate),
    /// A risk level.
    Level(Level),
    /// An amount, for readers who see figures.
    Amount(Fen),
    /// The band of an amount, for readers who do not.
    Band(Band),
}

/// What the columns need to know besides the rows: names, and who reads.
#[derive(Debug, Clone)]
pub struct Names {
    /// Names of people and organisations.
    pub directory: Directory,
    stewards: HashMap<EnterpriseId, Stewards>,
    amounts: Amounts,
    language: Language,
}

impl Names {
    /// Loads what the columns of these rows need, and the names in the filters that found them.
    pub fn load(
        read: &mut Read<'_>,
        query: &EnterpriseQuery,
        rows: &[Described],
        amounts: Amounts,
    ) -> Result<Self, Error> {
        let (connection, actor) = (&mut *read.conn, read.actor);
        let ids: Vec<EnterpriseId> = rows.iter().map(|row| row.enterprise.id).collect();
        let stewards = teams::stewards_of(connection, &ids)?;
        let both = stewards.values().flat_map(|both| [both.steward, both.chief_steward]);
        let people = both.chain([query.steward_id]).flatten();
        let streets = rows.iter().map(|row| row.enterprise.street_id).chain([query.street_id]).flatten();
        let directory = Directory::load(connection, actor, people, streets)?;
        Ok(Self { directory, stewards, amounts, language: actor.language })
    }

    /// What a column holds for a row.
    pub fn value(&self, row: &Described, column: Column) -> Value {
        let (enterprise, standing, language) = (&row.enterprise, &row.standing, self.language);
        let stewards = self.stewards.get(&enterprise.id).copied().unwrap_or_default();
        match column {
            Column::Name => Value::Text(enterprise.name.clone()),
            Column::Uscc => Value::Code(enterprise.uscc.to_string()),
            Column::Street => text(self.directory.organisation(enterprise.street_id)),
            Column::Industry => text(industry(row, language)),
            Column::Presence => text(Some(enterprise.presence.text(language))),
            Column::Tier => text(Some(enterprise.tier.text(language))),
            Column::Status => text(Some(enterprise.status.text(language))),
            Column::Risk => Value::Level(standing.risk_level),
            Column::Score => Value::Number(standing.risk_score.into()),
            Column::TaxYear => self.amount(standing.tax_year_fen),
            Column::Tax12Months => self.amount(standing.tax_12_months_fen),
            Column::LastVisit => day(standing.last_visit_on),
            Column::NextVisit => day(standing.next_visit_on),
            Column::Steward => text(self.directory.person(stewards.steward)),
            Column::ChiefSteward => text(self.directory.person(stewards.chief_steward)),
            Column::EnteredOn => day(enterprise.entered_on),
            Column::RegisteredAddress => text(enterprise.registered_address.as_deref()),
            Column::OperatingAddress => text(enterprise.operating_address.as_deref()),
            Column::TaxAuthority => text(enterprise.tax_authority.as_deref()),
            Column::DataOn => day(enterprise.data_on),
        }
    }

    fn amount(&self, amount: Fen) -> Value {
        if self.amounts.are_figures() { Value::Amount(amount) } else { Value::Band(Band::of(amount)) }
    }
}

fn text(text: Option<&str>) -> Value {
    text.map_or(Value::Nothing, |text| Value::Text(text.to_owned()))
}

fn day(day: Option<NaiveDate>) -> Value {
    day.map_or(Value::Nothing, Value::Day)
}

/// The division of its industry; the section when that is all that is known.
fn industry(row: &Described, language: Language) -> Option<&'static str> {
    let division = row.enterprise.industry_division.as_deref().and_then(|number| number.parse().ok());
    let division = division.and_then(|number| IndustryDivision::with_number(number, IndustryEdition::default()));
    let section = || Section::with_letter(row.enterprise.industry_section.as_deref()?.chars().next()?);
    division.map(|found| found.name(language)).or_else(|| Some(section()?.name(language)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_chosen_by_their_codes() {
        assert_eq!(Column::chosen([]), Column::DEFAULT);
        assert_eq!(Column::chosen(["score", "purple", "uscc", "score"]), [Column::Name, Column::Uscc, Column::Score]);
        assert_eq!(Column::chosen(["name"]), [Column::Name]);
        assert_eq!(Column::chosen(["purple"]), Column::DEFAULT);
    }
}
