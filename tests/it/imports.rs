//! Imports as use cases: what a file does to the registry, what it leaves alone, and what follows from it.

use crate::support::{
    app::TestApp,
    both::{apply, both_databases},
    enterprise::{count, uscc},
    sheets::{csv, rows, xlsx},
    some::some,
};
use chrono::NaiveDate;
use diesel::prelude::*;
use wellspring::{
    db::{
        registry::{
            contacts,
            enterprises::{self, Enterprise},
            imports::{self, Import},
        },
        schema::changes,
    },
    domain::{
        fen::Fen,
        fieldwork::signal::SignalKind,
        people::{
            actor::{Actor, Identity, Scope},
            role::Role,
        },
        registry::{
            enterprise::{EnterpriseReference, Tier},
            industry::IndustryEdition,
            organisation::OrganisationKind,
            uscc::Uscc,
        },
        watch::level::Level,
    },
    services::{
        Error,
        fieldwork::signals::{self, NewSignal},
        registry::imports::{Mode, Report, Upload, enterprises::EnterpriseList, receipts::ReceiptList},
    },
    sheets::RowError,
    texts::Explain,
};

const ALL: Mode = Mode { dry_run: false, partial: false, allow_fewer: false };
const DRY: Mode = Mode { dry_run: true, partial: false, allow_fewer: false };
const PARTIAL: Mode = Mode { dry_run: false, partial: true, allow_fewer: false };

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn system() -> Actor {
    Actor::system("命令行", "test".to_owned())
}

fn upload(bytes: &[u8]) -> Upload<'_> {
    Upload {
        file_name: "税源清单.xlsx",
        bytes,
        sheet: None,
        source: "街道台账",
        legal_basis: "税收征管法第五条",
        data_on: day("2026-11-01"),
    }
}

impl TestApp {
    fn import_as(&self, actor: &Actor, upload: &Upload<'_>, mode: Mode) -> Result<Report, Error> {
        let list = EnterpriseList::read(upload, IndustryEdition::Gb2017, self.app.today(), |_, _| ())?;
        self.app.write_now(actor, |tx| list.import(tx, mode, |_, _| ())).map(|(report, _)| report)
    }

    fn import(&self, list: &[&str], mode: Mode) -> Report {
        self.import_as(&system(), &upload(&xlsx(&rows(list))), mode).unwrap()
    }

    fn import_dated(&self, list: &[&str], data_on: &str) -> Report {
        let bytes = csv(&rows(list));
        self.import_as(&system(), &Upload { data_on: day(data_on), ..upload(&bytes) }, ALL).unwrap()
    }

    fn import_receipts(&self, list: &[String], mode: Mode) -> Result<Report, Error> {
        let bytes = xlsx(&rows(&list.iter().map(String::as_str).collect::<Vec<_>>()));
        let list = ReceiptList::read(&upload(&bytes), None, self.app.today(), |_, _| ())?;
        self.app.write_now(&system(), |tx| list.import(tx, mode)).map(|(report, _)| report)
    }

    fn by_code(&self, code: &Uscc) -> Option<Enterprise> {
        let mut connection = self.app.database().reader().unwrap();
        enterprises::find(&mut connection, Scope::District, &EnterpriseReference::Uscc(code.clone())).unwrap()
    }

    fn imported(&self) -> Vec<Import> {
        imports::latest(&mut self.app.database().reader().unwrap(), 100).unwrap()
    }

    /// Nouns and actions of what was recorded.
    fn noun_and_actions(&self) -> Vec<(String, String)> {
        self.ask(|connection| {
            changes::table.order(changes::id).select((changes::noun, changes::action)).load(connection)
        })
    }
}

fn codes(errors: &[RowError]) -> Vec<(u32, &str)> {
    errors.iter().map(|error| (error.row, error.code())).collect()
}

fn refused(error: &Error) -> Vec<&str> {
    match error {
        Error::Invalid(invalid) => invalid.0.iter().map(|field| field.reason.code()).collect(),
        other => panic!("{other}"),
    }
}

#[apply(both_databases)]
async fn a_list_enters_enterprises_and_records_one_import(app: TestApp) {
    let (one, two) = (uscc(), uscc());
    let report = app.import(
        &[
            "星河区税源清单||||||",
            "税号|纳税人名称|行业代码|注册地址|经营地址|所属街道|是否重点",
            &format!("{one}|星河科技|I6510|江南省临川市星河区甲路1号|上海市浦东新区乙路2号|星湖街道办事处|是"),
            &format!("{two}|云台商贸|F5199|江南省临川市星河区丙路3号||云台街道|否"),
            "合计|2户|||||",
        ],
        ALL,
    );
    assert_eq!((report.rows_read, report.created, report.changed, report.bad_rows()), (2, 2, 0, 0));
    let first = app.by_code(&one).unwrap();
    assert_eq!((first.name.as_str(), first.tier, first.street_id), ("星河科技", Tier::Key, Some(app.district.street)));
    assert_eq!(first.presence.as_str(), "operates_elsewhere");
    assert_eq!((first.source.as_deref(), first.data_on), (Some("街道台账"), Some(day("2026-11-01"))));
    assert_eq!(first.import_id, report.import);
    assert_eq!(app.by_code(&two).unwrap().street_id, Some(app.district.other_street));

    let import = app.imported().pop().unwrap();
    assert_eq!((import.rows_read, import.rows_created, import.rows_skipped), (2, 2, 0));
    assert_eq!(import.legal_basis, "税收征管法第五条");
    let recorded = app.noun_and_actions();
    assert_eq!(
        recorded,
        [("import", "imported"), ("enterprise", "imported")].map(|(n, a)| (n.to_owned(), a.to_owned()))
    );
}

#[apply(both_databases)]
async fn an_office_that_keeps_no_enterprises_enters_none(app: TestApp) {
    let chief = app.person_at(Role::ChiefSteward, app.district.department);
    let actor = Actor {
        identity: Identity::Person {
            user: chief.id,
            session: None,
            role: Role::ChiefSteward,
            organisation: app.district.department,
            organisation_kind: OrganisationKind::Department,
        },
        ..system()
    };
    let list = csv(&rows(&["税号|名称", &format!("{}|星河科技", uscc())]));
    let report = app.import_as(&actor, &upload(&list), ALL).unwrap();
    assert_eq!(codes(&report.errors), [(2, "unknown_reference")], "as over the API");
    assert_eq!(count(&app, "enterprises"), 0);
}

#[apply(both_databases)]
async fn what_the_api_refuses_a_file_may_not_bring_in(app: TestApp) {
    let card = "11010519491231002X";
    let header = "税号|名称|注册地址|联系人";
    let list = [header, &format!("{}|甲 {card}|住 {card}|{card}", uscc())];
    let report = app.import(&list, PARTIAL);
    assert_eq!(codes(&report.errors), [(2, "identity_card"); 3], "every field of the row that is wrong");
    assert_eq!(count(&app, "enterprises"), 0);
}

#[apply(both_databases)]
async fn one_bad_row_keeps_all_of_it_out(app: TestApp) {
    let good = uscc();
    let list =
        ["税号|名称|所属街道", &format!("{good}|甲|星湖街道"), "123|乙|星湖街道", &format!("{}|丙|月球街道", uscc())];
    let report = app.import(&list, ALL);
    assert_eq!(codes(&report.errors), [(3, "uscc_length"), (4, "street_unknown")]);
    assert_eq!(report.import, None);
    assert!(app.by_code(&good).is_none() && app.imported().is_empty() && app.noun_and_actions().is_empty());

    let report = app.import(&list, PARTIAL);
    assert_eq!((report.created, report.bad_rows()), (1, 2));
    assert!(app.by_code(&good).is_some());
    assert_eq!(app.imported().pop().unwrap().rows_skipped, 2);
}

#[apply(both_databases)]
async fn a_dry_run_says_what_would_happen_and_writes_nothing(app: TestApp) {
    let known = app.enterprise("星河科技");
    let list = ["税号|名称", &format!("{}|星河科技集团", known.uscc), &format!("{}|甲", uscc())];
    let before = app.noun_and_actions();
    let report = app.import(&list, DRY);
    assert_eq!((report.created, report.changed, report.import), (1, 1, None));
    assert_eq!(app.by_code(&known.uscc).unwrap(), known);
    assert!(app.imported().is_empty());
    assert_eq!(app.noun_and_actions(), before);
}

#[apply(both_databases)]
async fn known_enterprises_are_changed_where_the_file_says_more(app: TestApp) {
    let known = app.enterprise("星河科技");
    let list = ["税号|名称|所属街道|是否重点", &format!("{}|星河科技集团||是", known.uscc)];
    assert_eq!(app.import(&list, ALL).changed, 1);
    let changed = app.by_code(&known.uscc).unwrap();
    assert_eq!((changed.name.as_str(), changed.tier, changed.version), ("星河科技集团", Tier::Key, known.version + 1));
    assert_eq!(changed.street_id, known.street_id, "an empty cell leaves what is there");
    assert!(app.noun_and_actions().contains(&("enterprise".to_owned(), "updated".to_owned())));

    let again = app.import(&list, ALL);
    assert_eq!((again.created, again.changed, again.unchanged), (0, 0, 1));
    assert_eq!(app.by_code(&known.uscc).unwrap(), changed, "nobody's form goes stale");
}

#[apply(both_databases)]
async fn an_older_file_does_not_overwrite_what_is_known_since(app: TestApp) {
    let code = uscc();
    app.import_dated(&["税号|名称", &format!("{code}|星河科技")], "2026-11-01");
    let report = app.import_dated(&["税号|名称", &format!("{code}|旧名称")], "2026-10-01");
    assert_eq!((report.outdated, report.changed), (1, 0));
    assert_eq!(app.by_code(&code).unwrap().name, "星河科技");
}

#[apply(both_databases)]
async fn an_address_that_left_the_district_raises_a_red_alert(app: TestApp) {
    let code = uscc();
    let header = "税号|名称|注册地址|主管税务机关|所属街道";
    let at = |address: &str| format!("{code}|星河科技|{address}|国家税务总局临川市星河区税务局|星湖街道");
    app.import_dated(&[header, &at("江南省临川市星河区甲路1号")], "2026-10-01");
    let enterprise = app.by_code(&code).unwrap().id;
    assert_eq!(app.standing(enterprise).risk_level, Level::None);

    let report = app.import_dated(&[header, &at("上海市浦东新区世纪大道1号")], "2026-11-01");
    assert_eq!((report.changed, report.signals), (1, 1));
    assert_eq!(app.standing(enterprise).risk_level, Level::Red);
    assert_eq!(app.only_alert().level, Level::Red);

    let again = app.import_dated(&[header, &at("上海市浦东新区世纪大道1号")], "2026-11-02");
    assert_eq!((again.unchanged, again.signals), (1, 0), "what has left leaves once");
}

#[apply(both_databases)]
async fn a_signal_in_quarantine_finds_its_firm_in_a_list(app: TestApp) {
    let code = uscc();
    let waiting = NewSignal {
        enterprise_id: EnterpriseReference::Uscc(code.clone()),
        kind: SignalKind::FileTransferLetter,
        occurred_on: day("2026-11-10"),
        source: Some("税务局".to_owned()),
        reference: None,
        detail: None,
    };
    app.app.write_now(&system(), |tx| signals::report(tx, waiting.clone())).unwrap();
    app.import(&["税号|名称|所属街道", &format!("{code}|星河科技|星湖街道")], ALL);
    assert_eq!(app.standing(app.by_code(&code).unwrap().id).risk_level, Level::Red);
}

#[apply(both_databases)]
async fn many_rows_are_written_as_a_set(app: TestApp) {
    let codes: Vec<Uscc> = (0..2_300).map(|_| uscc()).collect();
    let list = |name: &str| {
        let lines = codes.iter().map(|code| format!("{code}|{name}|星湖街道"));
        std::iter::once("税号|名称|所属街道".to_owned()).chain(lines).collect::<Vec<_>>()
    };
    let (first, second) = (list("甲"), list("乙"));
    let texts = |list: &[String]| -> Vec<Vec<String>> { rows(&list.iter().map(String::as_str).collect::<Vec<_>>()) };
    let report = app.import_as(&system(), &upload(&csv(&texts(&first))), ALL).unwrap();
    assert_eq!(report.created, 2_300);
    let report = app.import_as(&system(), &upload(&csv(&texts(&second))), ALL).unwrap();
    assert_eq!((report.created, report.changed), (0, 2_300));
    assert!(some(codes.iter().step_by(500)).all(|code| app.by_code(code).unwrap().name == "乙"));
}

#[apply(both_databases)]
async fn files_and_origins_that_cannot_be_used_are_refused(app: TestApp) {
    let import = |upload: &Upload<'_>| app.import_as(&system(), upload, ALL).unwrap_err();
    assert_eq!(refused(&import(&upload(b"%PDF-1.7 nothing"))), ["not_a_spreadsheet"]);
    assert_eq!(refused(&import(&upload(b""))), ["file_empty"]);
    assert_eq!(refused(&import(&upload(&bomb()))), ["file_expands_too_far"]);
    assert_eq!(refused(&import(&upload("a,b\nc,d\n".as_bytes()))), ["header_not_found"]);
    let list = csv(&rows(&["税号|名称", &format!("{}|甲", uscc())]));
    let unfounded = Upload { source: " ", legal_basis: "", data_on: day("2027-01-01"), ..upload(&list) };
    assert_eq!(refused(&import(&unfounded)), ["text_empty", "text_empty", "in_the_future"]);
    assert!(app.imported().is_empty());
}

#[apply(both_databases)]
async fn a_list_names_the_contact(app: TestApp) {
    let code = uscc();
    let list = |phone: &str| {
        let row = format!("{code}|星河科技|王静|{phone}");
        app.import(&["税号|名称|联系人|联系电话", &row], ALL)
    };
    list("13800001234");
    list("13800005678");
    let enterprise = app.by_code(&code).unwrap().id;
    let kept = contacts::of_enterprise(&mut app.app.database().reader().unwrap(), enterprise).unwrap();
    assert_eq!(kept.len(), 1);
    assert_eq!(
        (kept[0].name.as_str(), kept[0].phone.as_deref(), kept[0].is_primary),
        ("王静", Some("13800005678"), true)
    );
}

#[apply(both_databases)]
async fn a_new_file_of_the_same_source_and_month_supersedes(app: TestApp) {
    let (one, two) = (app.enterprise("星河科技"), app.enterprise("云台商贸"));
    let header = "税号|入库月份|税种|入库金额（元）";
    let first = [
        header.to_owned(),
        format!("{}|2026-10|增值税|1,000.50", one.uscc),
        format!("{}|2026-10|增值税|-200", one.uscc),
        format!("{}|2026-10|教育费附加|30", one.uscc),
        format!("{}|2026-10|企业所得税|700", two.uscc),
    ];
    let report = app.import_receipts(&first, ALL).unwrap();
    assert_eq!((report.created, report.changed, report.skipped.not_taxes), (3, 0, 1));
    assert_eq!(app.standing(one.id).tax_year_fen, Fen(80_050));

    let unknown = [header.to_owned(), format!("{}|2026-10|增值税|1", uscc())];
    let refused = app.import_receipts(&unknown, ALL).unwrap();
    assert_eq!(codes(&refused.errors), [(2, "enterprise_unknown")]);
    assert_eq!(app.standing(one.id).tax_year_fen, Fen(80_050), "nothing was written");

    let second = [header.to_owned(), format!("{}|2026-10|增值税|900", one.uscc)];
    for mode in [ALL, DRY, PARTIAL] {
        assert_eq!(self::refused(&app.import_receipts(&second, mode).unwrap_err()), ["fewer_receipts"]);
    }
    assert_eq!(app.standing(one.id).tax_year_fen, Fen(80_050), "nothing was written");
    let report = app.import_receipts(&second, Mode { allow_fewer: true, ..ALL }).unwrap();
    assert_eq!((report.created, report.changed), (1, 3));
    assert_eq!(app.standing(one.id).tax_year_fen, Fen(90_000));
    assert_eq!(app.standing(two.id).tax_year_fen, Fen::ZERO);

    let unitless = ["税号|入库月份|税种|入库金额".to_owned(), format!("{}|2026-10|增值税|1", one.uscc)];
    let error = app.import_receipts(&unitless, ALL).unwrap_err();
    assert_eq!(self::refused(&error), ["unit_unknown"]);
}

#[apply(both_databases)]
async fn a_file_completes_its_months_when_every_row_could_be_read(app: TestApp) {
    let one = app.enterprise("星河科技");
    let header = "税号|入库月份|税种|入库金额（元）".to_owned();
    let row = |code: &Uscc, month: &str, tax: &str| format!("{code}|{month}|{tax}|100");
    let good = row(&one.uscc, "2026-10", "增值税");
    let complete = || count(&app, "complete_months");

    app.import_receipts(&[header.clone(), good.clone(), row(&one.uscc, "2026-10", "月亮税")], PARTIAL).unwrap();
    assert_eq!(complete(), 0, "nobody knows what the bad row was");
    app.import_receipts(&[header.clone(), good.clone(), row(&uscc(), "2026-10", "增值税")], PARTIAL).unwrap();
    assert_eq!(complete(), 1, "a stranger's row is nobody's here");
    app.import_receipts(&[header.clone(), good.clone(), row(&one.uscc, "2026-10", "月亮税")], PARTIAL).unwrap();
    assert_eq!(complete(), 0, "the new file takes the old one's word back");
    app.import_receipts(&[header, good, row(&one.uscc, "2026-11", "增值税")], ALL).unwrap();
    assert_eq!(complete(), 1, "November is not over");
}

#[apply(both_databases)]
async fn a_firm_that_is_missing_is_noticed_when_the_month_is_all_here(app: TestApp) {
    let (steady, silent) = (app.enterprise("星河科技"), app.enterprise("云台商贸"));
    for month in ["2026-03", "2026-04", "2026-05", "2026-06", "2026-07", "2026-08"] {
        app.tax(silent.id, month, 1000);
    }
    for month in ["2026-03", "2026-04", "2026-05", "2026-06", "2026-07", "2026-08", "2026-09"] {
        app.tax(steady.id, month, 1000);
    }
    let list = ["税号|入库月份|税种|入库金额（元）".to_owned(), format!("{}|2026-10|增值税|900", steady.uscc)];
    let report = app.import_receipts(&list, ALL).unwrap();
    assert_eq!(report.awaited, [("2026-10".parse().unwrap(), vec!["税务局".to_owned()])]);
    assert!(!app.standing(silent.id).risk_factors.contains("no_receipts"), "the file is not the tax office's");

    let bytes = xlsx(&rows(&list.iter().map(String::as_str).collect::<Vec<_>>()));
    let list =
        ReceiptList::read(&Upload { source: "税务局", ..upload(&bytes) }, None, app.app.today(), |_, _| ()).unwrap();
    let report = app.app.write_now(&system(), |tx| list.import(tx, ALL)).unwrap().0;
    assert_eq!(report.awaited, []);
    assert!(app.standing(silent.id).risk_factors.contains("no_receipts"));
}

#[apply(both_databases)]
async fn formulas_are_text_and_identity_cards_are_not_kept(app: TestApp) {
    let (formula, card) = (uscc(), uscc());
    let list = [
        "税号|名称|经营地址",
        &format!("{formula}|=HYPERLINK(\"http://x\")|Robert'); DROP TABLE enterprises; --"),
        &format!("{card}|甲|张三 11010519491231002X"),
    ];
    let report = app.import(&list, PARTIAL);
    assert_eq!(codes(&report.errors), [(3, "identity_card")]);
    let kept = app.by_code(&formula).unwrap();
    assert_eq!(kept.name, "=HYPERLINK(\"http://x\")");
    assert_eq!(kept.operating_address.as_deref(), Some("Robert'); DROP TABLE enterprises; --"));
}

/// A workbook whose one sheet is a gigabyte of nothing.
fn bomb() -> Vec<u8> {
    use std::io::Write;
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    for name in ["[Content_Types].xml", "xl/workbook.xml", "xl/worksheets/sheet1.xml"] {
        archive.start_file(name, options).unwrap();
        if name.ends_with("sheet1.xml") {
            let nothing = vec![b' '; 1 << 20];
            for _ in 0..400 {
                archive.write_all(&nothing).unwrap();
            }
        }
    }
    archive.finish().unwrap().into_inner()
}
