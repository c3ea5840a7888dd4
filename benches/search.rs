//! Finding two Chinese characters among a million names, on both databases, against a LIKE over the names:
//! `cargo bench --bench search`. Some minutes and two gigabytes; quote the ratios.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::disallowed_methods,
    clippy::float_arithmetic,
    dead_code,
    reason = "a program run by hand, on the tests' way to a database"
)]

#[path = "../tests/it/support/postgres/mod.rs"]
mod postgres;

use chrono::{DateTime, NaiveDate};
use diesel::{RunQueryDsl, connection::SimpleConnection};
use std::time::{Duration, Instant};
use wellspring::{
    db::{
        backend::{self, Database, DbConn, Location, QueryError},
        keyset::{Part, Place},
        records::recorded::{Creatable, WriteProof},
        registry::{
            enterprise_list::{self, EnterpriseFilter, EnterpriseOrder},
            enterprises::Enterprise,
        },
        watch::standings::{self, Standing},
    },
    domain::{
        fen::Fen,
        ids::EnterpriseId,
        people::actor::Scope,
        registry::{
            enterprise::{EnterpriseStatus, Tier},
            organisation_code::OrganisationCode,
            presence::Presence,
            uscc::Uscc,
        },
        search_key,
        watch::level::Level,
    },
};

const ENTERPRISES: u32 = 1_000_000;
const CHUNK: u32 = 1_000;
const SYLLABLES: &[&str] =
    &["星", "河", "云", "台", "瑞", "安", "博", "远", "鼎", "新", "华", "源", "致", "明", "德", "海"];
const TRADES: &[&str] = &["科技", "商贸", "建筑工程", "餐饮管理", "物流", "文化传播", "医疗器械", "投资"];

fn main() {
    let directory = tempfile::tempdir().unwrap();
    compare("SQLite", Location::Sqlite(directory.path().join("million.sqlite")));
    match postgres::server() {
        Ok(server) => {
            let database = server.empty_database("million");
            compare("PostgreSQL", Location::Postgres(database.url.clone()));
        }
        Err(_) => println!("PostgreSQL is not installed here: not measured"),
    }
}

fn compare(name: &str, location: Location) {
    let pools = Database::open(location, 2).unwrap();
    let mut connection = pools.writer().unwrap();
    backend::migrate(&mut connection).unwrap();
    let filling = Instant::now();
    for chunk in 0..ENTERPRISES / CHUNK {
        fill(&mut connection, chunk * CHUNK);
    }
    connection.batch_execute("ANALYZE").unwrap();
    println!("{name}: {ENTERPRISES} enterprises written in {:.0} s", filling.elapsed().as_secs_f64());
    for text in ["星河", "科技", "瑞安博", "xhkj", "91350100"] {
        let found = median(|| find(&mut connection, text));
        let scanned = median(|| scan(&mut connection, text));
        let ratio = scanned.as_secs_f64() / found.as_secs_f64();
        println!("  {text}: {found:?} by the index, {scanned:?} by LIKE, {ratio:.0} times as long");
    }
}

fn median(mut run: impl FnMut()) -> Duration {
    let mut times: Vec<Duration> = (0..9)
        .map(|_| {
            let start = Instant::now();
            run();
            start.elapsed()
        })
        .collect();
    times.sort_unstable();
    times.into_iter().nth(4).unwrap()
}

fn find(connection: &mut DbConn, text: &str) {
    let filter = EnterpriseFilter { search: Some(search_key::query(text)), ..EnterpriseFilter::default() };
    let first = Part { place: Place::First, limit: 51 };
    enterprise_list::page(connection, Scope::District, &filter, (EnterpriseOrder::Entry, false), first).unwrap();
}

fn scan(connection: &mut DbConn, text: &str) {
    let statement = format!("SELECT COUNT(*) FROM enterprises WHERE name LIKE '%{text}%'");
    diesel::sql_query(statement).execute(connection).unwrap();
}

fn fill(connection: &mut DbConn, first: u32) {
    let rows: Vec<Enterprise> = (first..first + CHUNK).map(enterprise).collect();
    let standings: Vec<Standing> = rows.iter().map(|row| standing(row.id)).collect();
    backend::transaction::<_, QueryError>(connection, |connection| {
        for rows in rows.chunks(500) {
            Enterprise::insert_many(rows, connection, &WriteProof::of_the_unit_of_work())?;
        }
        standings::upsert(connection, &standings)
    })
    .unwrap();
}

fn enterprise(number: u32) -> Enterprise {
    let syllable = |place: u32| {
        let step = (number / 16_u32.pow(place)).wrapping_mul(7).wrapping_add(place * 5 + number) % 16;
        SYLLABLES[step as usize]
    };
    let trade = TRADES[(number % 8) as usize];
    let name = format!("{}{}{}{}{trade}有限公司", syllable(0), syllable(1), syllable(2), syllable(3));
    Enterprise {
        id: EnterpriseId::new(),
        uscc: code(number),
        name_bigrams: search_key::bigrams(&name),
        name_initials: search_key::initials(&name),
        name_key: search_key::sort_key(&name),
        name,
        industry_edition: None,
        industry_code: None,
        industry_section: None,
        industry_division: None,
        registered_address: None,
        operating_address: None,
        tax_authority: None,
        street_id: None,
        presence: Presence::Local,
        presence_stated: false,
        tier: Tier::Normal,
        entered_on: None,
        status: EnterpriseStatus::Active,
        source: None,
        data_on: None,
        import_id: None,
        version: 1,
        created_at: DateTime::UNIX_EPOCH.into(),
        updated_at: DateTime::UNIX_EPOCH.into(),
    }
}

fn code(number: u32) -> Uscc {
    let organisation = OrganisationCode::from_body(&format!("{number:08}")).unwrap();
    Uscc::from_parts('9', '1', "350100", &organisation).unwrap()
}

fn standing(enterprise_id: EnterpriseId) -> Standing {
    Standing {
        enterprise_id,
        risk_level: Level::None,
        risk_score: 0,
        risk_order: 0,
        risk_factors: "[]".to_owned(),
        assessed_on: NaiveDate::from_ymd_opt(2026, 11, 20).unwrap(),
        last_visit_on: None,
        next_visit_on: None,
        tax_year: 2026,
        tax_year_fen: Fen(0),
        tax_year_band: 0,
        tax_12_months_fen: Fen(0),
        tax_12_months_band: 0,
    }
}
