//! Tax receipts: written once, replaced by newer ones, summed by month, shown as figures or bands.

use crate::support::{
    app::TestApp,
    both::{apply, both_databases},
    enterprise::count,
    some::some,
};
use diesel::prelude::*;
use futures_util::future::join_all;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use wellspring::{
    db::schema::{monthly_taxes, tax_receipts},
    domain::{
        fen::Fen,
        ids::EnterpriseId,
        month::Month,
        people::{
            actor::Actor,
            role::{Role, TokenScope},
        },
        registry::tax_type::TaxType,
    },
    services::{
        Tx,
        registry::receipts::{self, NewReceipt, Replaced},
    },
};

fn results(answer: &Value) -> Vec<&str> {
    answer["items"].as_array().unwrap().iter().map(|item| item["result"].as_str().unwrap()).collect()
}

fn receipt(enterprise: EnterpriseId, month: &str, amount: i64) -> NewReceipt {
    NewReceipt {
        enterprise,
        tax_type: TaxType::Vat,
        arrears: false,
        treasury_month: month.parse().unwrap(),
        period: String::new(),
        budget_level: String::new(),
        ordinal: 0,
        amount: Fen(amount),
        district: None,
    }
}

/// Has an enterprise assessed again.
fn assess(app: &TestApp, enterprise: EnterpriseId) {
    app.act(|tx| {
        tx.touch(enterprise);
        Ok(())
    });
}

/// Whether it counts that an enterprise has paid nothing of late.
fn misses_receipts(app: &TestApp, enterprise: EnterpriseId) -> bool {
    app.standing(enterprise).risk_factors.contains("no_receipts")
}

fn replace(app: &TestApp, source: &str, months: &[&str], rows: &[NewReceipt]) -> Replaced {
    let actor = Actor::system("测试", "test".to_owned());
    let months: BTreeSet<Month> = months.iter().map(|month| month.parse().unwrap()).collect();
    app.app.write_now(&actor, |tx| receipts::replace(tx, source, &months, rows, &BTreeSet::new(), None)).unwrap().0
}

#[apply(both_databases)]
async fn a_batch_is_written_once_and_corrected_by_identity(app: TestApp) {
    let (one, other) = (app.enterprise("甲"), app.enterprise("乙"));
    let service = app.service(&[TokenScope::ReceiptsWrite], None);
    let item = |enterprise: &str, tax: &str, amount: i64| json!({"enterprise_id": enterprise, "tax_type": tax, "treasury_month": "2026-10", "amount_fen": amount});
    let (id, code) = (one.id.to_string(), format!("uscc:{}", other.uscc.as_str()));
    let mut batch = json!({"source": "税务局", "items": [
        item(&id, "vat", 500), item(&id, "契税", 70), item(&id, "企业所得税（查补）", 9), item(&code, "增值税", -20),
        item(&id, "教育费附加", 1), item("uscc:91110000600037341L", "vat", 1), item(&id, "vat", 501),
    ]});
    let first = service.post("/api/v1/receipts/batch", &batch).await.expect(200).json();
    assert_eq!(results(&first), ["created", "created", "created", "created", "refused", "refused", "refused"]);
    assert_eq!(first["items"][4]["errors"][0]["code"], "not_a_tax");
    assert_eq!(first["items"][5]["errors"][0]["pointer"], "/items/5/enterprise_id");
    let changes = count(&app, "changes");
    let again = service.post("/api/v1/receipts/batch", &batch).await.expect(200).json();
    assert_eq!(results(&again)[..4], ["unchanged"; 4]);
    assert_eq!(count(&app, "changes"), changes);
    batch["items"][0]["amount_fen"] = json!(400);
    let corrected = service.post("/api/v1/receipts/batch", &batch).await.expect(200).json();
    assert_eq!(results(&corrected)[..2], ["updated", "unchanged"]);
    assert_eq!(
        (count(&app, "tax_receipts"), count(&app, "monthly_taxes"), count(&app, "changes")),
        (5, 2, changes + 1)
    );
    let paid = app
        .person(Role::Finance)
        .caller
        .get(&format!("/api/v1/enterprises/{id}/receipts?from=2026-10&to=2026-10"))
        .await
        .expect(200)
        .json();
    assert_eq!((&paid["months"][0]["amount_fen"], &paid["months"][0]["recurring_fen"]), (&json!(479), &json!(400)));
    assert_eq!(paid["receipts"].as_array().unwrap().len(), 3);
    let known = app.person(Role::Finance).caller.get(&format!("/api/v1/enterprises/{id}")).await.expect(200).json();
    assert_eq!((&known["tax_year_fen"], &known["version"]), (&json!(479), &json!(1)));
}

#[apply(both_databases)]
async fn a_new_file_takes_the_place_of_the_old_one(app: TestApp) {
    let (one, other) = (app.enterprise("甲").id, app.enterprise("乙").id);
    let rows = [receipt(one, "2026-09", 100), receipt(one, "2026-10", 200), receipt(other, "2026-10", 300)];
    assert_eq!(replace(&app, "税务局", &["2026-09", "2026-10"], &rows), Replaced { superseded: 0, written: 3 });
    replace(&app, "财政局", &["2026-10"], &[receipt(one, "2026-10", 7)]);
    let changes = count(&app, "changes");
    assert_eq!(
        replace(&app, "税务局", &["2026-10"], &[receipt(one, "2026-10", 250)]),
        Replaced { superseded: 2, written: 1 }
    );
    assert_eq!(count(&app, "changes"), changes + 1);
    let finance = app.person(Role::Finance).caller;
    let months = |paid: &Value| -> Vec<(String, i64)> {
        paid["months"]
            .as_array()
            .unwrap()
            .iter()
            .map(|month| (month["month"].as_str().unwrap().to_owned(), month["amount_fen"].as_i64().unwrap()))
            .collect()
    };
    let paid = finance.get(&format!("/api/v1/enterprises/{one}/receipts")).await.expect(200).json();
    assert_eq!(months(&paid), [("2026-09".to_owned(), 100), ("2026-10".to_owned(), 257)]);
    let nothing = finance.get(&format!("/api/v1/enterprises/{other}/receipts")).await.expect(200).json();
    assert_eq!(months(&nothing), []);
    assert_eq!(count(&app, "tax_receipts"), 5);
}

#[apply(both_databases)]
async fn files_of_one_source_at_once_leave_one_of_them(app: TestApp) {
    let payers: Vec<EnterpriseId> = (0..12).map(|number| app.enterprise(&format!("星河第{number}分公司")).id).collect();
    let month: Month = "2026-10".parse().unwrap();
    let files = payers.iter().map(|&payer| {
        let app = app.app.clone();
        let body = move |tx: &mut Tx<'_>| {
            let (months, rows) = (BTreeSet::from([month]), [receipt(payer, "2026-10", 100)]);
            receipts::replace(tx, "税务局", &months, &rows, &BTreeSet::new(), None)
        };
        async move { app.write(Actor::system("测试", "test".to_owned()), body).await }
    });
    assert!(some(&join_all(files).await).all(Result::is_ok));
    let paying: Vec<EnterpriseId> = app.ask(|c| {
        let holding = tax_receipts::table.filter(tax_receipts::superseded_at.is_null());
        holding.select(tax_receipts::enterprise_id).load(c)
    });
    assert_eq!(paying.len(), 1, "one file holds");
    let summed: Vec<EnterpriseId> = app.ask(|c| monthly_taxes::table.select(monthly_taxes::enterprise_id).load(c));
    assert_eq!(summed, paying);
    let standing: Vec<i64> = payers.iter().map(|payer| app.standing(*payer).tax_year_fen.0).collect();
    assert_eq!(standing.iter().sum::<i64>(), 100, "{standing:?}");
}

#[apply(both_databases)]
async fn a_month_that_comes_bit_by_bit_says_nothing_until_it_is_complete(app: TestApp) {
    let (steady, silent) = (app.enterprise("甲").id, app.enterprise("乙").id);
    for month in ["2026-03", "2026-04", "2026-05", "2026-06", "2026-07", "2026-08"] {
        app.tax(steady, month, 1000);
        app.tax(silent, month, 1000);
    }
    app.tax(steady, "2026-09", 1000);
    let service = app.service(&[TokenScope::ReceiptsWrite], None);
    let item = json!({"enterprise_id": steady, "tax_type": "vat", "treasury_month": "2026-10", "amount_fen": 100_000});
    service.post("/api/v1/receipts/batch", json!({"source": "税务局", "items": [item]})).await.expect(200);
    assess(&app, silent);
    assert!(!misses_receipts(&app, silent), "October is not all here");
    app.set_time("2027-01-20T01:00:00Z".parse().unwrap());
    assess(&app, silent);
    assert!(!misses_receipts(&app, silent), "a source says which months are all here, and does not say so of October");

    let all = json!({"source": "税务局", "items": [], "complete_months": ["2026-10"]});
    service.post("/api/v1/receipts/batch", &all).await.expect(200);
    assert!(misses_receipts(&app, silent), "noticed at once");
    assert!(!misses_receipts(&app, steady));
    let changes = count(&app, "changes");
    service.post("/api/v1/receipts/batch", &all).await.expect(200);
    assert_eq!(count(&app, "changes"), changes, "said already");

    let (month, rows) = (["2026-10"], [receipt(steady, "2026-10", 100)]);
    replace(&app, "税务局", &month, &rows);
    assert!(!misses_receipts(&app, silent), "a new file takes the word of the old one back");
}

#[apply(both_databases)]
async fn a_caller_who_cannot_know_it_does_not_call_a_month_complete(app: TestApp) {
    let one = app.enterprise("甲");
    let service = app.service(&[TokenScope::ReceiptsWrite], None);
    let item = |enterprise: &str, tax: &str| json!({"enterprise_id": enterprise, "tax_type": tax, "treasury_month": "2026-10", "amount_fen": 1});
    let batch =
        |month: &str, items: Vec<Value>| json!({"source": "税务局", "items": items, "complete_months": [month]});
    let good = item(&one.id.to_string(), "vat");

    let limited = app.service(&[TokenScope::ReceiptsWrite], Some(app.district.street));
    limited.post("/api/v1/receipts/batch", batch("2026-10", vec![good.clone()])).await.expect(403);
    let early = service.post("/api/v1/receipts/batch", batch("2026-11", vec![good.clone()])).await.expect(422);
    assert_eq!(early.refused_fields()["/complete_months"], "in_the_future");
    let unread = service.post("/api/v1/receipts/batch", batch("October", vec![good.clone()])).await.expect(422);
    assert_eq!(unread.refused_fields()["/complete_months/0"], "month_format");
    assert_eq!((count(&app, "tax_receipts"), count(&app, "complete_months")), (0, 0));

    for bad in [item(&one.id.to_string(), "月亮税"), item("nobody", "vat"), good.clone()] {
        let answer =
            service.post("/api/v1/receipts/batch", batch("2026-10", vec![good.clone(), bad])).await.expect(200).json();
        assert_eq!(results(&answer)[1], "refused");
        assert_eq!(count(&app, "complete_months"), 0, "what is refused may be somebody's");
    }
    let stranger = item("uscc:91110000600037341L", "vat");
    service.post("/api/v1/receipts/batch", batch("2026-10", vec![good, stranger])).await.expect(200);
    assert_eq!(count(&app, "complete_months"), 1, "a stranger's receipt is nobody's here");
}

#[apply(both_databases)]
async fn readers_of_bands_see_no_receipt(app: TestApp) {
    let one = app.enterprise("甲").id;
    replace(&app, "税务局", &["2026-10"], &[receipt(one, "2026-10", 60_000_000)]);
    let path = format!("/api/v1/enterprises/{one}/receipts");
    let seen = app.person(Role::Steward).caller.get(&path).await.expect(200).json();
    assert_eq!((&seen["receipts"], &seen["months"][0]["amount_fen"]), (&json!([]), &Value::Null));
    assert_eq!(seen["months"][0]["amount_band"], "500k_1m");
    assert_eq!(count(&app, "access_records"), 0);
    app.person(Role::Leader).caller.get(&path).await.expect(200);
    assert_eq!(count(&app, "access_records"), 1);
}

#[apply(both_databases)]
async fn refuses_what_cannot_be_and_writes_nothing(app: TestApp) {
    let one = app.enterprise("甲");
    let service = app.service(&[TokenScope::ReceiptsWrite], None);
    let send = |fields: Value| {
        let mut item =
            json!({"enterprise_id": one.id, "tax_type": "vat", "treasury_month": "2026-10", "amount_fen": 1});
        item.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        service.post("/api/v1/receipts/batch", json!({"source": "税务局", "items": [item]}))
    };
    for (fields, field, code) in [
        (json!({"treasury_month": "2026-12"}), "treasury_month", "in_the_future"),
        (json!({"treasury_month": "2026-13"}), "treasury_month", "month_no_such_month"),
        (json!({"treasury_month": "October"}), "treasury_month", "month_format"),
        (json!({"amount_fen": 1_000_000_000_000_001_i64}), "amount_fen", "amount_out_of_range"),
        (json!({"district_fen": i64::MIN}), "district_fen", "amount_out_of_range"),
        (json!({"amount_fen": 1.5}), "amount_fen", "wrong_form"),
        (json!({"amount_fen": 9_223_372_036_854_775_808_u64}), "amount_fen", "wrong_form"),
        (json!({"tax_type": "月亮税"}), "tax_type", "tax_type_unknown"),
        (json!({"ordinal": -1}), "ordinal", "out_of_range"),
        (json!({"period": "a\u{0}"}), "period", "text_control_character"),
        (json!({"enterprise_id": "nobody"}), "enterprise_id", "unknown_reference"),
        (json!({"colour": "red"}), "colour", "unknown_field"),
    ] {
        let answer = send(fields.clone()).await.expect(200).json();
        let error = &answer["items"][0]["errors"][0];
        assert_eq!(
            (&error["pointer"], &error["code"]),
            (&json!(format!("/items/0/{field}")), &json!(code)),
            "{fields}"
        );
    }
    let most = |ordinal: i64| json!({"enterprise_id": one.id, "tax_type": "vat", "treasury_month": "2026-10", "amount_fen": 1_000_000_000_000_000_i64, "ordinal": ordinal});
    let many: Vec<Value> = (0..101).map(most).collect();
    let answer = service.post("/api/v1/receipts/batch", json!({"source": "税务局", "items": many})).await.expect(422);
    assert_eq!(answer.refused_fields()["/amount_fen"], "amount_out_of_range");
    let limited = app.service(&[TokenScope::ReceiptsWrite], Some(app.district.other_street));
    let theirs = json!({"source": "税务局", "items": [{"enterprise_id": one.id, "tax_type": "vat", "treasury_month": "2026-10", "amount_fen": 1}]});
    assert_eq!(results(&limited.post("/api/v1/receipts/batch", &theirs).await.expect(200).json()), ["refused"]);
    app.person(Role::Leader).caller.post("/api/v1/receipts/batch", &theirs).await.expect(403);
    let finance = app.person(Role::Finance).caller;
    for months in ["from=2026-11&to=2026-10", "from=1990-01", "from=2026-13", "from=x"] {
        finance.get(&format!("/api/v1/enterprises/{}/receipts?{months}", one.id)).await.expect(422);
    }
    assert_eq!((count(&app, "tax_receipts"), count(&app, "monthly_taxes"), count(&app, "access_records")), (0, 0, 0));
}
