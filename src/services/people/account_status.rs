//! Leaving and coming back: an account is deactivated, never deleted, and a successor takes over its teams.

use super::{
    sessions,
    users::{AccountError, check_keeper_remains},
};
use crate::{
    db::{
        backend::DbConn,
        people::{
            credentials,
            users::{self, User},
        },
        registry::successions::running_with,
    },
    domain::{
        ids::UserId,
        outbox::delivery::CancelReason,
        people::{actor::Actor, role::Permission, user::UserStatus},
        records::change::Action,
    },
    services::{Details, Error, Tx, outbox::unheard_alerts, registry::successions, unit_of_work::require},
};

/// Who takes over the teams of a person who leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Succession {
    /// Who takes over.
    pub successor: Option<UserId>,
    /// The places stay empty on purpose.
    pub leave_unassigned: bool,
}

/// How many running service teams a person is on: what somebody else would take over.
pub fn running_teams(connection: &mut DbConn, actor: &Actor, id: UserId) -> Result<usize, Error> {
    require(actor, Permission::ManageAccounts)?;
    Ok(running_with(connection, id)?.len())
}

/// Deactivates an account: its sessions end, its teams are handed over, and alerts it alone was told of are told to others.
pub fn deactivate(tx: &mut Tx<'_>, id: UserId, succession: Succession) -> Result<User, Error> {
    tx.require(Permission::ManageAccounts)?;
    if tx.actor.user() == Some(id) {
        return Err(Error::refused(AccountError::OwnAccount));
    }
    let mailed = unheard_alerts::enterprises_of(tx, id)?;
    let teams = successions::lock(tx, id, &mailed)?;
    let keepers = users::lock_with_security_administrators(tx.conn, id)?;
    let before = keepers.iter().find(|user| user.id == id).cloned().ok_or(Error::NotFound)?;
    if before.status == UserStatus::Deactivated {
        return Err(Error::conflict(AccountError::Deactivated));
    }
    check_keeper_remains(&before, &keepers)?;
    let successor = successor(tx, &before, succession, teams)?;
    sessions::end_all(tx, id, None)?;
    let handed_over = successions::hand_over(tx, id, successor)?;
    unheard_alerts::pass_on(tx, id, CancelReason::RecipientLeft, &mailed)?;
    let details = Details::none().with("successor_id", (), successor).with("teams", (), handed_over);
    set_status(tx, before, UserStatus::Deactivated, Action::Deactivated, details)
}

fn successor(tx: &mut Tx<'_>, leaving: &User, succession: Succession, teams: usize) -> Result<Option<UserId>, Error> {
    let refuse = |reason| Err(Error::field("/successor_id", reason));
    let Some(id) = succession.successor else {
        let is_open = teams > 0 && !succession.leave_unassigned;
        return if is_open { refuse(AccountError::SuccessorRequired) } else { Ok(None) };
    };
    if succession.leave_unassigned {
        return refuse(AccountError::SuccessorOrNobody);
    }
    let fits = |user: &User| user.id != leaving.id && user.role == leaving.role && user.status == UserStatus::Active;
    match users::find(tx.conn, id)?.filter(fits) {
        Some(user) => Ok(Some(user.id)),
        None => refuse(AccountError::SuccessorUnfit),
    }
}

/// Reactivates an account: the old password works again, a lock is ended, and the teams stay with the successors.
pub fn reactivate(tx: &mut Tx<'_>, id: UserId) -> Result<User, Error> {
    tx.require(Permission::ManageAccounts)?;
    unheard_alerts::look_again(tx)?;
    let before = users::lock(tx.conn, id)?.ok_or(Error::NotFound)?;
    if before.status == UserStatus::Active {
        return Err(Error::conflict(AccountError::Active));
    }
    if let Some(mut row) = credentials::find(tx.conn, id)? {
        row.failed_attempts = 0;
        row.locked_until = None;
        credentials::update(tx.conn, &row)?;
    }
    set_status(tx, before, UserStatus::Active, Action::Reactivated, Details::none())
}

fn set_status(
    tx: &mut Tx<'_>,
    before: User,
    status: UserStatus,
    action: Action,
    details: Details,
) -> Result<User, Error> {
    let after = User { status, ..before.clone() };
    Ok(tx.change_with(&before, after, action, details)?.unwrap_or(before))
}
