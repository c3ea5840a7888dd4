//! Every write of a recorded table goes through the unit of work: a function of `db/` that writes one takes a `WriteProof`,
//! which only the unit of work makes.

use crate::migrations::{assert_same, declared_columns};
use std::{collections::BTreeSet, fs, path::Path};
use wellspring::{db::records::declarations::declaration, domain::records::change::Noun};

/// Writes of recorded tables that change nothing a record tells of.
const EXCEPTIONS: &[(&str, &str, &str)] = &[(
    "people/tokens.rs",
    "used",
    "when a token was last used is kept by machinery, and is not a change somebody made",
)];

/// Tables whose rows are no change that somebody made.
const NOT_RECORDED: &[(&str, &str)] = &[
    ("access_records", "the record itself"),
    ("changes", "the record itself"),
    ("credentials", "recorded as events of the account: no secret goes on record"),
    ("deadlines", "follows from the thing it is about; taking a step is an event"),
    ("deliveries", "follow from what they tell; sending again is an event"),
    ("delivery_attempts", "what the other side answered: a log of its own"),
    ("delivery_subjects", "follow from a delivery"),
    ("enterprise_viewers", "follows from teams and street offices, by triggers"),
    ("idempotency_keys", "kept answers"),
    ("job_leases", "machinery"),
    ("job_status", "machinery: how the passes of jobs ended"),
    ("mail_messages", "follow from a delivery"),
    ("monthly_taxes", "follows from the receipts"),
    ("record_heads", "machinery of the record"),
    ("record_seals", "machinery of the record"),
    ("sessions", "recorded as events: signing in and out"),
    ("standings", "follows from the facts"),
    ("unsealed_records", "machinery of the record"),
];

const WRITES: &[&str] =
    &["insert_into(", "diesel::update(", "diesel::delete(", "INSERT INTO ", "UPDATE ", "DELETE FROM "];

/// A function with its signature and its body.
pub(super) struct Function<'s> {
    pub(super) name: &'s str,
    signature: &'s str,
    pub(super) body: &'s str,
}

/// The functions of a source, up to its tests.
pub(super) fn functions(source: &str) -> Vec<Function<'_>> {
    let source = source.split("#[cfg(test)]").next().unwrap_or_default();
    let mut starts: Vec<usize> = source.match_indices("fn ").map(|(at, _)| at + 3).collect();
    starts.retain(|&at| at == 3 || source[..at - 3].ends_with(['\n', ' ']));
    let ends = starts.iter().skip(1).copied().chain([source.len()]);
    let function = |(start, end): (usize, usize)| {
        let text = &source[start..end];
        let (signature, body) = text.split_once('{')?;
        Some(Function { name: signature.split(['(', '<']).next()?, signature, body })
    };
    starts.iter().copied().zip(ends).filter_map(function).collect()
}

fn recorded_tables() -> BTreeSet<&'static str> {
    Noun::ALL.iter().flat_map(|&noun| declaration(noun).tables.iter().copied()).collect()
}

/// Whether the body says `name::table`, not as the end of a longer name.
fn names_table(body: &str, name: &str) -> bool {
    let is_word = |before: &str| before.ends_with(|c: char| c.is_alphanumeric() || c == '_');
    body.match_indices(&format!("{name}::table")).any(|(at, _)| !is_word(&body[..at]))
}

/// Whether the function writes, and names one of the tables.
fn writes_one_of(function: &Function<'_>, tables: &BTreeSet<&str>) -> bool {
    let names = |table: &&&str| {
        // `imports.rs` calls the table of enterprises by the singular, since its own name is taken there.
        [**table, table.trim_end_matches('s')].iter().any(|name| names_table(function.body, name))
            || WRITES.iter().any(|write| function.body.contains(&format!("{write}{table} ")))
    };
    WRITES.iter().any(|write| function.body.contains(write)) && tables.iter().any(|table| names(&table))
}

fn complaints(file: &str, source: &str, tables: &BTreeSet<&str>) -> Vec<String> {
    let excepted = |name: &str| EXCEPTIONS.iter().any(|(of, function, _)| (*of, *function) == (file, name));
    functions(source)
        .iter()
        .filter(|function| writes_one_of(function, tables) && !function.signature.contains("&WriteProof"))
        .filter(|function| !excepted(function.name))
        .map(|function| format!("src/db/{file}: {} writes a recorded table without a WriteProof", function.name))
        .collect()
}

#[test]
fn a_recorded_table_is_written_through_the_unit_of_work_alone() {
    let tables = recorded_tables();
    assert!(tables.contains("visits") && tables.contains("team_members"), "{tables:?}");
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/db");
    let mut checked = 0;
    for path in super::sources(&directory) {
        let file = path.strip_prefix(&directory).expect("below src/db").to_string_lossy().replace('\\', "/");
        let source = fs::read_to_string(&path).expect("UTF-8");
        checked += functions(&source).iter().filter(|function| writes_one_of(function, &tables)).count();
        assert_eq!(complaints(&file, &source, &tables), Vec::<String>::new());
    }
    assert!(checked > 20, "only {checked} functions that write were found");
}

#[test]
fn every_table_is_recorded_or_says_why_not() {
    let declared: BTreeSet<String> = declared_columns().into_iter().map(|(table, _, _)| table).collect();
    assert!(declared.len() > 25, "{declared:?}");
    let recorded = recorded_tables();
    let not: BTreeSet<&str> = NOT_RECORDED.iter().map(|(table, _)| *table).collect();
    assert_eq!(recorded.intersection(&not).collect::<Vec<_>>(), Vec::<&&str>::new(), "recorded, and said not to be");
    let placed = recorded.union(&not).map(|table| (*table).to_owned()).collect();
    assert_same("tables: declared in schema.rs, and recorded or said not to be", &declared, &placed);
}

#[test]
fn a_write_without_a_proof_is_found() {
    let tables = BTreeSet::from(["visits"]);
    let source = "pub fn insert(c: &mut DbConn, row: &Visit) -> QueryResult<usize> {\n    \
                  diesel::insert_into(visits::table).values(row).execute(c)\n}\n";
    assert_eq!(complaints("visits.rs", source, &tables).len(), 1);
    assert_eq!(
        complaints("visits.rs", &source.replace("row: &Visit", "row: &Visit, _: &WriteProof"), &tables).len(),
        0
    );
    let by_hand = "fn f(c: &mut DbConn) {\n    sql_query(\"UPDATE visits SET channel = 'phone'\").execute(c)\n}\n";
    assert_eq!(complaints("visits.rs", by_hand, &tables).len(), 1);
}
