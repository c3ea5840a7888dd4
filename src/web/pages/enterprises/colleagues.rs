//! The people who may serve on a team, as forms show them: by organisation, and with the present workload of each
//! steward.

use crate::{
    domain::ids::OrganisationId,
    services::fieldwork::teams::{Candidates, Colleague, Place},
    web::pages::{charts::share, choice::Choice, field::Group},
};
use std::collections::BTreeSet;

crate::texts::texts! {
    /// The words of choosing people.
    ColleagueWords {
        leader() { zh: "牵头领导", en: "Lead leader" }
        chief_steward() { zh: "总管家", en: "Chief steward" }
        steward() { zh: "服务管家", en: "Steward" }
        serves(name: &str, count: i64) { zh: "{name}（在服 {count} 户）", en: "{name} (serves {count})" }
        workload() { zh: "服务管家当前工作量", en: "Current workload of stewards" }
        workload_hint() { zh: "在服户数：担任服务管家、企业仍在本区的户数。", en: "Enterprises still in the district that the person serves as steward." }
        person() { zh: "姓名", en: "Name" }
        enterprises() { zh: "在服户数", en: "Enterprises" }
        here() { zh: "本街道", en: "own street office" }
    }
}

/// What a steward has to do.
pub struct Load {
    /// The steward's name.
    pub name: String,
    /// Where the steward works.
    pub office: String,
    /// How many enterprises the steward serves.
    pub enterprises: i64,
    /// The same in hundredths of the most anybody serves.
    pub share: i64,
}

/// The people of the district, the own street office first.
pub struct Colleagues<'c> {
    candidates: &'c Candidates,
    own: Option<OrganisationId>,
}

impl<'c> Colleagues<'c> {
    /// All who may be on a team; `own` stands before the others.
    pub const fn new(candidates: &'c Candidates, own: Option<OrganisationId>) -> Self {
        Self { candidates, own }
    }

    /// What an organisation is called.
    pub fn name(&self, office: OrganisationId) -> &'c str {
        self.candidates.organisations.get(&office).map_or("—", |row| &row.name)
    }

    /// The organisations people work at.
    pub fn offices(&self) -> Vec<OrganisationId> {
        let ids: BTreeSet<OrganisationId> =
            self.candidates.people.iter().map(|colleague| colleague.user.organisation_id).collect();
        let own = self.own.filter(|street| ids.contains(street));
        own.into_iter().chain(ids.iter().copied().filter(|id| Some(*id) != own)).collect()
    }

    /// Everybody who works at an organisation.
    pub fn at(&self, office: OrganisationId) -> impl Iterator<Item = &'c Colleague> {
        self.candidates.people.iter().filter(move |colleague| colleague.user.organisation_id == office)
    }

    /// Those who may take a place, under the names of their organisations, after what stands for nobody.
    pub fn grouped(&self, t: ColleagueWords, place: Place, nobody: String) -> Vec<Group> {
        let mut groups = vec![Group { name: None, choices: vec![Choice::new("", nobody)] }];
        for office in self.offices() {
            let name = |colleague: &Colleague| match place {
                Place::Steward => t.serves(&colleague.user.display_name, colleague.enterprises),
                _ => colleague.user.display_name.clone(),
            };
            let fit = self.at(office).filter(|colleague| place.takes(colleague.user.role));
            let choices: Vec<Choice> = fit.map(|colleague| Choice::new(colleague.user.id, name(colleague))).collect();
            if choices.is_empty() {
                continue;
            }
            let mut heading = self.name(office).to_owned();
            if self.own == Some(office) {
                heading = format!("{heading} · {}", t.here());
            }
            groups.push(Group { name: Some(heading), choices });
        }
        groups
    }

    /// What every steward has to do already.
    pub fn loads(&self) -> Vec<Load> {
        let most = self.candidates.people.iter().map(|colleague| colleague.enterprises).max().unwrap_or_default();
        let load = |colleague: &Colleague| Load {
            name: colleague.user.display_name.clone(),
            office: self.name(colleague.user.organisation_id).to_owned(),
            enterprises: colleague.enterprises,
            share: share(colleague.enterprises, most),
        };
        let stewards = |office| self.at(office).filter(|colleague| Place::Steward.takes(colleague.user.role));
        self.offices().into_iter().flat_map(stewards).map(load).collect()
    }
}
