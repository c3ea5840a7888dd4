//! The declarations of all nouns together: which noun is declared where, and how its rows are stored. A noun that is missing
//! here does not compile.

mod events;
pub mod stored;

use super::recorded::{Declaration, Recorded};
use crate::{
    db::{
        desks::saved_views::SavedView,
        fieldwork::{signals::Signal, teams::Team, visits::Visit},
        operation::calendar_days::CalendarDay,
        people::{absences::Absence, tokens::ApiToken, users::User},
        registry::{contacts::Contact, enterprises::Enterprise, imports::Import, organisations::Organisation},
        watch::{alerts::Alert, directives::Directive},
    },
    domain::records::change::Noun,
};

/// The declaration of a noun.
pub const fn declaration(noun: Noun) -> &'static Declaration {
    match noun {
        Noun::Organisation => Organisation::DECLARATION,
        Noun::User => User::DECLARATION,
        Noun::Session => &events::SESSION,
        Noun::Token => ApiToken::DECLARATION,
        Noun::SavedView => SavedView::DECLARATION,
        Noun::Absence => Absence::DECLARATION,
        Noun::CalendarDay => CalendarDay::DECLARATION,
        Noun::Enterprise => Enterprise::DECLARATION,
        Noun::Contact => Contact::DECLARATION,
        Noun::Team => Team::DECLARATION,
        Noun::Visit => Visit::DECLARATION,
        Noun::Signal => Signal::DECLARATION,
        Noun::Receipt => &events::RECEIPT,
        Noun::Import => Import::DECLARATION,
        Noun::Alert => Alert::DECLARATION,
        Noun::Directive => Directive::DECLARATION,
        Noun::Mail => &events::MAIL,
        Noun::AuditLog => &events::AUDIT_LOG,
        Noun::AuditChain => &events::AUDIT_CHAIN,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::records::change::FieldClass;
    use std::collections::BTreeSet;

    #[test]
    fn each_noun_has_its_own_declaration() {
        for &noun in Noun::ALL {
            assert_eq!(declaration(noun).noun, noun);
        }
    }

    #[test]
    fn each_field_stands_once_and_has_a_label_in_both_languages() {
        for &noun in Noun::ALL {
            let fields = declaration(noun).fields;
            let names: BTreeSet<&str> = fields.iter().map(|field| field.name).collect();
            assert_eq!(names.len(), fields.len(), "{noun}");
            for field in fields {
                assert!(
                    !field.label.0.is_ascii() || field.label.0.chars().all(|c| c.is_ascii_uppercase()),
                    "{field:?}"
                );
                assert!(field.label.1.is_ascii() && !field.label.1.is_empty(), "{field:?}");
            }
        }
    }

    #[test]
    fn amounts_have_the_class_of_amounts() {
        let amounts =
            Noun::ALL.iter().flat_map(|&noun| declaration(noun).fields).filter(|field| field.name.ends_with("_fen"));
        assert!(amounts.clone().all(|field| field.class == FieldClass::Amount));
    }

    #[test]
    fn a_field_nobody_declared_is_personal() {
        assert_eq!(declaration(Noun::Visit).class_of("relocation_intent"), FieldClass::Public);
        assert_eq!(declaration(Noun::Visit).class_of("a_column_of_long_ago"), FieldClass::Personal);
    }
}
