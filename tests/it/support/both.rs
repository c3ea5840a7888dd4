//! A test of both databases: written once, run on SQLite and on PostgreSQL.

pub use macro_rules_attribute::apply;

/// Makes of a function a module of its name with the tests `sqlite` and `postgres`.
///
/// The argument's type says what the test runs on: it has `async fn new(Backend) -> Option<Self>`, which gives `None`
/// where there is no such database, and then the test is skipped. Attributes go to both tests.
///
/// ```ignore
/// #[apply(both_databases)]
/// async fn refuses_a_visit_in_the_future(app: TestApp) {
///     …
/// }
/// ```
macro_rules! both_databases {
    ($(#[$attribute:meta])* async fn $name:ident($($argument:ident)+: $fixture:ty $(,)?) $body:block) => {
        mod $name {
            #[allow(unused_imports, reason = "a body may need nothing of what surrounds it")]
            use super::*;

            async fn run($($argument)+: $fixture) $body

            async fn run_on(backend: $crate::support::app::Backend) {
                if let Some(fixture) = <$fixture>::new(backend).await {
                    run(fixture).await;
                }
            }

            $(#[$attribute])*
            #[actix_web::test]
            async fn sqlite() {
                run_on($crate::support::app::Backend::Sqlite).await;
            }

            $(#[$attribute])*
            #[actix_web::test]
            async fn postgres() {
                run_on($crate::support::app::Backend::Postgres).await;
            }
        }
    };
}

pub(crate) use both_databases;
