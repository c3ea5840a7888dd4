//! Properties of every district.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::float_arithmetic, reason = "tests")]

use super::{acts::StoryAction, *};
use crate::domain::{
    fieldwork::visit::RelocationIntent,
    registry::{
        address::{AddressVerdict, address_lies_in},
        enterprise::Tier,
        presence::{self, Presence, PresenceFacts},
        tax_type::TaxType,
        uscc::Uscc,
    },
    watch::risk::RiskPolicy,
    wording::risky_phrases,
};
use std::collections::{BTreeMap, BTreeSet};

fn plan(seed: u64, enterprises: usize) -> Plan {
    Plan::draw(seed, enterprises, "2026-11-20T01:00:00Z".parse().unwrap(), Tz::Asia__Shanghai)
}

/// All-level tax of the last twelve months by enterprise, the largest first.
fn yearly(plan: &Plan) -> Vec<i64> {
    let mut sums = vec![0; plan.enterprises.len()];
    for month in &plan.months[12..] {
        for (place, receipt) in plan.receipts(*month) {
            sums[place] += receipt.amount.0;
        }
    }
    sums.sort_unstable_by(|one, other| other.cmp(one));
    sums
}

#[test]
fn the_hundred_largest_pay_about_half() {
    for seed in [1, 2, 42] {
        let sums = yearly(&plan(seed, 2000));
        let share = sums[..100].iter().sum::<i64>() * 100 / sums.iter().sum::<i64>();
        assert!((45..=55).contains(&share), "seed {seed}: {share} %");
    }
    let small = yearly(&plan(1, 200));
    let share = small[..10].iter().sum::<i64>() * 100 / small.iter().sum::<i64>();
    assert!((42..=58).contains(&share), "a small district: {share} %");
}

#[test]
fn about_three_in_a_hundred_leave_and_mostly_small_ones() {
    let plan = plan(1, 2000);
    let left: Vec<_> = plan.enterprises.iter().filter(|enterprise| enterprise.left_on.is_some()).collect();
    assert!((40..=80).contains(&left.len()), "{}", left.len());
    let small = left.iter().filter(|enterprise| enterprise.payer.as_ref().unwrap().is_small).count();
    assert!(small * 10 >= left.len() * 9, "{small} of {}", left.len());
    let moved_easily = |letter: char| {
        let all = plan.enterprises.iter().filter(|enterprise| enterprise.trade().unwrap().industry.starts_with(letter));
        let gone = left.iter().filter(|enterprise| enterprise.trade().unwrap().industry.starts_with(letter));
        gone.count() * 1000 / all.count()
    };
    assert!(moved_easily('J') + moved_easily('C') > moved_easily('F') + moved_easily('O'));
}

#[test]
fn the_same_seed_gives_the_same_district() {
    let (one, again, other) = (plan(7, 300), plan(7, 300), plan(8, 300));
    assert_eq!(one.staff, again.staff);
    assert_eq!(one.enterprises, again.enterprises);
    assert_eq!(one.teams, again.teams);
    assert_eq!(one.episodes, again.episodes);
    assert_eq!(one.visits(), again.visits());
    let receipts = |plan: &Plan| plan.months.iter().flat_map(|month| plan.receipts(*month)).collect::<Vec<_>>();
    assert_eq!(receipts(&one), receipts(&again));
    let names =
        |plan: &Plan| plan.enterprises.iter().map(|enterprise| enterprise.name.clone()).collect::<BTreeSet<_>>();
    assert!(names(&one).intersection(&names(&other)).count() < 30);
}

#[test]
fn codes_are_valid_and_names_and_codes_are_unique() {
    let plan = plan(1, 2000);
    assert_eq!(plan.enterprises.len(), 2000);
    let codes: BTreeSet<_> = plan.enterprises.iter().map(|enterprise| enterprise.uscc.as_str()).collect();
    let names: BTreeSet<_> = plan.enterprises.iter().map(|enterprise| enterprise.name.as_str()).collect();
    let ids: BTreeSet<_> = plan.enterprises.iter().map(|enterprise| enterprise.id).collect();
    assert_eq!((codes.len(), names.len(), ids.len()), (2000, 2000, 2000));
    assert!(codes.iter().all(|code| Uscc::parse(code).is_ok()));
}

#[test]
fn presence_is_what_the_addresses_say() {
    for enterprise in plan(3, 500).enterprises {
        let here = |address: &str| match address_lies_in(address, &places::district_names()) {
            AddressVerdict::Inside => Some(true),
            AddressVerdict::Outside => Some(false),
            AddressVerdict::Unknown => None,
        };
        let facts = PresenceFacts {
            registered_here: here(&enterprise.registered_address),
            taxed_here: Some(enterprise.payer.is_some()),
            operates_here: here(&enterprise.operating_address).filter(|_| enterprise.presence != Presence::Unreachable),
            contact_lost: enterprise.presence == Presence::Unreachable,
        };
        assert_eq!(presence::derive(&facts).presence, Some(enterprise.presence), "{}", enterprise.name);
    }
}

#[test]
fn receipts_are_as_many_and_as_different_as_a_treasury_has() {
    let plan = plan(1, 2000);
    let receipts: Vec<_> = plan.months.iter().flat_map(|month| plan.receipts(*month)).collect();
    assert!((60_000..200_000).contains(&receipts.len()), "{}", receipts.len());
    assert!(receipts.iter().any(|(_, receipt)| receipt.amount.0 < 0), "refunds");
    assert!(receipts.iter().any(|(_, receipt)| receipt.tax.one_off()), "one-off taxes");
    assert!(receipts.iter().all(|(_, receipt)| receipt.amount.within_receipt().is_ok() && receipt.amount.0 != 0));
    let corporate = |month: u32| {
        let in_month =
            plan.months.iter().filter(|known| known.month() == month).flat_map(|known| plan.receipts(*known));
        in_month.filter(|(_, receipt)| receipt.tax == TaxType::CorporateIncome).count()
    };
    assert!(corporate(7) > 1000 && corporate(8) == 0, "quarterly");
}

#[test]
fn every_receipt_of_a_month_has_an_identity_of_its_own() {
    let plan = plan(5, 400);
    for month in &plan.months {
        let mut seen = BTreeSet::new();
        for (place, receipt) in plan.receipts(*month) {
            assert!(seen.insert((place, receipt.tax, receipt.period.clone())), "{month} {receipt:?}");
        }
    }
}

#[test]
fn who_left_or_has_not_come_pays_nothing() {
    let plan = plan(1, 1000);
    for month in &plan.months {
        for (place, _) in plan.receipts(*month) {
            let enterprise = &plan.enterprises[place];
            assert!(month.last_day() > enterprise.entered_on);
            assert!(enterprise.left_on.is_none_or(|left_on| month.first_day() <= left_on));
        }
    }
}

#[test]
fn few_pay_much_less_than_a_year_ago() {
    let plan = plan(1, 2000);
    let sum = |months: &[Month]| {
        let mut sums = BTreeMap::new();
        for (place, receipt) in
            months.iter().flat_map(|month| plan.receipts(*month)).filter(|(_, one)| !one.tax.one_off())
        {
            *sums.entry(place).or_insert(0_i64) += receipt.amount.0;
        }
        sums
    };
    let (now, before) = (sum(&plan.months[21..]), sum(&plan.months[9..12]));
    let here = before.iter().filter(|(place, sum)| **sum > 0 && plan.enterprises[**place].left_on.is_none());
    let policy = RiskPolicy::system_default().receipts;
    let fell = here.filter(|(place, sum)| {
        let left = now.get(place).copied().unwrap_or_default();
        (*sum - left) * 100 >= *sum * i64::from(policy.decline_percent)
    });
    let fell = fell.count();
    assert!((30..=140).contains(&fell), "{fell} of 2000");
}

#[test]
fn nothing_happens_before_the_beginning_or_after_the_end() {
    let plan = plan(2, 600);
    for (place, visit) in plan.visits() {
        let enterprise = &plan.enterprises[place];
        assert!(visit.recorded_at > enterprise.recorded_at && visit.recorded_at < plan.calendar.now, "{visit:?}");
        assert!(risky_phrases(&visit.summary).is_empty(), "{}", visit.summary);
        assert!(
            enterprise.is_here(visit.visited_on) && visit.intent.is_none_or(|intent| intent == RelocationIntent::None)
        );
    }
    for step in &plan.episodes.steps {
        assert!(step.at > plan.enterprises[step.enterprise].recorded_at && step.at < plan.calendar.now, "{step:?}");
    }
    assert!(plan.episodes.steps.is_sorted_by_key(|step| step.at));
    let teams = plan.teams.iter().flatten();
    assert!(teams.into_iter().all(|team| team.since > plan.staff.since && team.since < plan.calendar.now));
}

#[test]
fn steps_of_one_enterprise_keep_their_order() {
    let plan = plan(2, 2000);
    let mut taken: BTreeMap<usize, u32> = BTreeMap::new();
    for step in &plan.episodes.steps {
        let evidence = taken.entry(step.enterprise).or_default();
        match step.deed {
            StoryAction::Visit(_) | StoryAction::Signal(_) => *evidence += 1,
            _ => assert!(*evidence > 0, "{step:?} without anything told or reported before"),
        }
    }
}

#[test]
fn key_enterprises_have_a_team_with_a_leader() {
    let plan = plan(1, 1000);
    for (enterprise, team) in plan.enterprises.iter().zip(&plan.teams) {
        if enterprise.tier == Tier::Key {
            assert!(team.as_ref().is_some_and(|team| team.leader.is_some()), "{}", enterprise.name);
        }
    }
    assert!(plan.teams.iter().any(Option::is_none), "some are served by their street office alone");
}

#[test]
fn stewards_know_a_contact_and_no_number_belongs_to_a_person() {
    let plan = plan(1, 400);
    let contacts = plan.contacts();
    let known: BTreeSet<usize> = contacts.iter().map(|(place, _)| *place).collect();
    let served = plan.teams.iter().flatten().count();
    assert!(known.len() * 100 >= served * 70 && known.len() < contacts.len(), "{} of {served}", known.len());
    for (place, contact) in &contacts {
        assert_eq!(crate::domain::phone::phone(&contact.phone).as_deref(), Ok(contact.phone.as_str()));
        assert!(contact.phone.starts_with("100") && contact.phone.len() == 11);
        let team = plan.teams[*place].as_ref().unwrap();
        assert!(contact.recorded_at > team.since && contact.recorded_at < plan.calendar.now);
    }
}
