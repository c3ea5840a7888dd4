//! What handlers take as arguments: bodies, queries and preconditions, each refused with a problem when it cannot be read.

pub mod body;
pub mod caller;
pub mod client_address;
pub mod id;
pub mod misfit;
pub mod precondition;
pub mod query;

pub use body::{Body, NoBody};
pub use caller::Caller;
pub use id::{Id, Ids};
pub use precondition::{Expected, IfMatch, IfMatchGiven};
pub use query::Query;
