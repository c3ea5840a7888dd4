//! Rows are locked in one order (`db/locks.rs`): a function that waits for a row says which.

use super::recorded::functions;
use std::{fs, path::Path};

/// What makes a query wait for other transactions.
const WAITS: &[&str] = &[".for_no_key_update()", ".for_update()", ".for_share()", ".for_key_share()"];

/// The functions of a source that wait for rows, and whether each notes what it locked.
fn waiting(source: &str) -> Vec<(String, bool)> {
    let waits = |body: &str| WAITS.iter().any(|wait| body.contains(wait)) && !body.contains(".skip_locked()");
    let found = functions(source).into_iter().filter(|function| waits(function.body));
    found.map(|function| (function.name.to_owned(), function.body.contains("locks::taken("))).collect()
}

#[test]
fn each_lock_is_held_to_the_order() {
    let mut locks = 0;
    for path in super::sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src")) {
        for (name, noted) in waiting(&fs::read_to_string(&path).expect("UTF-8")) {
            assert!(noted, "{}: {name} locks rows and does not say so (`locks::taken`)", path.display());
            locks += 1;
        }
    }
    assert!(locks > 4, "only {locks} functions that lock were found");
}

#[test]
fn a_lock_that_is_not_noted_is_found() {
    let source = "fn lock(c: &mut DbConn) { rows.for_no_key_update().load(c) }";
    assert_eq!(waiting(source), [("lock".to_owned(), false)]);
    assert_eq!(waiting("fn next() { rows.for_update().skip_locked().load(c) }"), []);
}
