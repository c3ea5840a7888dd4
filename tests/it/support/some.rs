//! Of nothing everything holds: what is asserted of all things of a list is asserted of some first.

use std::iter::Peekable;

/// The things, of which there are some.
#[track_caller]
pub fn some<I: IntoIterator>(things: I) -> Peekable<I::IntoIter> {
    let mut things = things.into_iter().peekable();
    assert!(things.peek().is_some(), "there is nothing of which this could hold");
    things
}
