//! The demonstration district: 星河区 of the invented city 临川市, with its enterprises, receipts, visits and moves. `plan`
//! draws the data, `replay` enters it as if it had happened day by day, and `credentials` says who may sign in.

pub mod credentials;
mod error;
pub mod plan;
mod replay;

pub use credentials::{Credentials, Login};
pub use error::Error;

use crate::{
    app::App,
    db::{
        backend::{self, DbConn},
        operation::{demonstrations, job_leases},
    },
    domain::codes::codes,
    services,
};
use chrono::TimeDelta;
use plan::Plan;
use replay::Replay;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Where a database says that it holds a demonstration district: the note of a job that never runs.
const MARKER: &str = "demonstration";

codes! {
    /// What is being done.
    pub enum Stage {
        /// Passwords are made.
        Passwords = "passwords", "生成密码", "passwords";
        /// What happened is entered.
        History = "history", "写入辖区数据", "district data";
        /// Enterprises are assessed.
        Assessment = "assessment", "评估企业", "assessment";
        /// What was recorded is sealed.
        Seal = "seal", "封存记录", "sealing the record";
    }
}

/// What a district is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct DemoOptions {
    /// How many enterprises, from [`plan::FEWEST`] to [`plan::MOST`].
    pub enterprises: usize,
    /// What everything follows from.
    pub seed: u64,
}

/// A district that can be served.
pub struct Demonstration {
    /// Who may sign in.
    pub credentials: Credentials,
    /// Their names, in the same order.
    pub names: Vec<String>,
    /// What it is made of; of a district that was there before, what it was made of then.
    pub options: DemoOptions,
    /// Whether it was made just now.
    pub is_new: bool,
}

/// Told what is being done, how much of it is done, and of how much.
pub type Progress<'p> = dyn FnMut(Stage, usize, usize) + 'p;

/// Makes the district in an empty database, or finds the one that was made there before. Any other database is refused.
pub fn build(app: &App, options: DemoOptions, progress: &mut Progress<'_>) -> Result<Demonstration, Error> {
    let mut connection = app.database().reader().map_err(services::Error::from)?;
    let made = marker(&mut connection)?;
    let is_empty = made.is_none() && demonstrations::is_empty(&mut connection).map_err(services::Error::from)?;
    drop(connection);
    match made {
        Some(options) => credentials::find(app, progress).map(|found| demonstration(app, found, options, false))?,
        None if is_empty => make(app, options, progress),
        None => Err(Error::Foreign),
    }
}

fn make(app: &App, options: DemoOptions, progress: &mut Progress<'_>) -> Result<Demonstration, Error> {
    let now = app.now();
    let plan = Plan::draw(options.seed, options.enterprises, now, app.context().settings.locale.time_zone);
    let usernames: Vec<&str> = plan.staff.people.iter().map(|person| person.username.as_str()).collect();
    let passwords = credentials::passwords(app.context(), &usernames, progress)?;
    let mut connection = app.database().writer().map_err(services::Error::from)?;
    let credentials = backend::transaction(&mut connection, |connection| {
        Replay::new(connection, app.context(), &plan).run(progress)?;
        let credentials = credentials::enter(connection, app.context(), now, passwords)?;
        replay::finish(connection, app.context(), &plan, progress)?;
        set_marker(connection, options)?;
        Ok::<_, services::Error>(credentials)
    })?;
    drop(connection);
    credentials::write(app.context(), &credentials)?;
    demonstration(app, credentials, options, true)
}

fn demonstration(
    app: &App,
    credentials: Credentials,
    options: DemoOptions,
    is_new: bool,
) -> Result<Demonstration, Error> {
    let names = credentials::names(app, &credentials)?;
    Ok(Demonstration { credentials, names, options, is_new })
}

fn marker(connection: &mut DbConn) -> Result<Option<DemoOptions>, services::Error> {
    let note = job_leases::note(connection, MARKER)?;
    Ok(serde_json::from_str(&note).ok())
}

fn set_marker(connection: &mut DbConn, options: DemoOptions) -> Result<(), services::Error> {
    let note = serde_json::to_string(&options).map_err(services::Error::internal)?;
    job_leases::acquire(connection, MARKER, Uuid::nil(), TimeDelta::zero())?;
    job_leases::set_note(connection, MARKER, &note)?;
    Ok(())
}
