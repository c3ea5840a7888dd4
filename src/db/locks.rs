//! The order in which a transaction locks rows. Two transactions that keep to one order never wait for each other in a circle,
//! so a deadlock is never the answer to a use case. Builds with debug assertions hold every transaction to it.
//!
//! Names (`backend::lock_name`) come before all rows. Rows of a queue are taken without waiting (`SKIP LOCKED`) and need no
//! order. SQLite has one writer and locks nothing, but what it would lock is held to the order as well.

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
};
use uuid::Uuid;

/// What is locked, in the order in which a transaction may wait for it; within each, ids ascend.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lock {
    /// Rows of `organisations`.
    Organisations,
    /// Rows of `enterprises`: the aggregate of visits, teams, alerts and all else that belongs to one.
    Enterprises,
    /// Rows of `users`.
    Users,
    /// Rows of `deadlines`: one step, after the aggregate it is about.
    Deadlines,
}

thread_local! {
    /// What the transaction of this thread holds. A transaction stays on the thread it began on.
    static HELD: RefCell<BTreeMap<Lock, BTreeSet<Uuid>>> = const { RefCell::new(BTreeMap::new()) };
}

/// A unit of work begins: it holds nothing yet. (The demonstration makes many in one transaction, on a database of its own.)
pub fn begin() {
    if cfg!(debug_assertions) {
        HELD.take();
    }
}

/// Notes the rows that were locked by one statement, which orders them by id.
///
/// # Panics
///
/// With debug assertions, when a row was locked out of order.
pub(super) fn taken(lock: Lock, ids: impl IntoIterator<Item = Uuid>) {
    if cfg!(debug_assertions) {
        HELD.with_borrow_mut(|held| {
            // A row that is held already is not waited for.
            let known = held.get(&lock);
            let new: BTreeSet<Uuid> =
                ids.into_iter().filter(|id| known.is_none_or(|known| !known.contains(id))).collect();
            if let Some(first) = new.first() {
                let last = held.iter().filter_map(|(lock, ids)| ids.last().map(|id| (*lock, *id))).next_back();
                assert!(last.is_none_or(|last| last < (lock, *first)), "{lock:?} {first} is locked after {last:?}");
            }
            held.entry(lock).or_default().extend(new);
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn take(lock: Lock, ids: &[u128]) {
        taken(lock, ids.iter().copied().map(Uuid::from_u128));
    }

    #[test]
    fn what_is_held_may_be_asked_for_again() {
        begin();
        take(Lock::Enterprises, &[2, 3]);
        take(Lock::Users, &[1]);
        take(Lock::Enterprises, &[3, 2]);
        begin();
        take(Lock::Organisations, &[9]);
    }

    #[test]
    #[should_panic(expected = "Enterprises")]
    fn an_enterprise_is_not_locked_after_an_account() {
        begin();
        take(Lock::Users, &[1]);
        take(Lock::Enterprises, &[2]);
    }

    #[test]
    #[should_panic(expected = "Enterprises")]
    fn ids_ascend() {
        begin();
        take(Lock::Enterprises, &[2]);
        take(Lock::Enterprises, &[1]);
    }
}
