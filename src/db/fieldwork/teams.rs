//! Service teams: one row a period, at most one of them open for an enterprise.

use crate::{
    db::{
        backend::{DbConn, by_key, of_any, on_conn},
        keyset::{Order, Part},
        records::recorded::{Creatable, Period, WriteProof, recorded, recorded_with},
        schema::{enterprises, team_members, teams},
        values::Timestamp,
    },
    domain::{
        ids::{EnterpriseId, OrganisationId, TeamId, UserId},
        registry::enterprise::EnterpriseStatus,
    },
};
use diesel::{dsl::count_star, prelude::*};
use std::collections::HashMap;

/// One period of a team.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, Queryable, Selectable, Insertable)]
#[diesel(table_name = teams, treat_none_as_default_value = false)]
pub struct Team {
    /// Its id.
    pub id: TeamId,
    /// The enterprise it serves.
    pub enterprise_id: EnterpriseId,
    /// The district leader who heads it.
    pub leader_id: Option<UserId>,
    /// The organisation that leads it.
    pub lead_organisation_id: Option<OrganisationId>,
    /// The chief steward on it.
    pub chief_steward_id: Option<UserId>,
    /// The steward on it.
    pub steward_id: Option<UserId>,
    /// When it was assigned.
    pub since: Timestamp,
    /// When another took its place.
    pub until: Option<Timestamp>,
}

recorded! {
    Team as Team of ["teams", "team_members"], belongs to |row| row.enterprise_id.into(), in feed: true, assessed: true {
        fields {
            leader_id: Public, "牵头领导", "lead leader";
            lead_organisation_id: Public, "牵头单位", "lead organisation";
            chief_steward_id: Public, "总管家", "chief steward";
            steward_id: Public, "服务管家", "steward";
        }
        details {
            members: Public, "成员", "members";
            enterprise_id: Public, "企业", "enterprise";
            since: Public, "开始时间", "since";
            until: Public, "结束时间", "until";
        }
        // The change itself says which enterprise it is and when one period ends and the next begins.
        unrecorded { id, enterprise_id, since, until }
    }
}

/// A team with its further members.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FullTeam {
    /// The team.
    pub row: Team,
    /// Its further members, in the order of ids.
    pub members: Vec<UserId>,
}

recorded_with!(FullTeam { row: Team, members });

impl Creatable for FullTeam {
    fn insert(&self, connection: &mut DbConn, _: &WriteProof) -> QueryResult<usize> {
        let added = diesel::insert_into(teams::table).values(&self.row).execute(connection)?;
        if self.members.is_empty() {
            return Ok(added);
        }
        let team_id = self.row.id;
        let rows: Vec<Member> = self.members.iter().map(|&user_id| Member { team_id, user_id }).collect();
        on_conn!(connection, |c| diesel::insert_into(team_members::table).values(&rows).execute(c))
    }
}

impl Period for FullTeam {
    fn end(&self, connection: &mut DbConn, at: Timestamp, _: &WriteProof) -> QueryResult<usize> {
        diesel::update(teams::table.filter(teams::id.eq(self.row.id)).filter(teams::until.is_null()))
            .set(teams::until.eq(Some(at)))
            .execute(connection)
    }
}

/// One further member of a team.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Insertable)]
#[diesel(table_name = team_members)]
pub struct Member {
    /// The team.
    pub team_id: TeamId,
    /// Who is on it.
    pub user_id: UserId,
}

/// The teams that serve the enterprises now.
pub fn active(connection: &mut DbConn, enterprises: &[EnterpriseId]) -> QueryResult<Vec<Team>> {
    teams::table
        .filter(teams::enterprise_id.eq_any(enterprises.to_vec()))
        .filter(teams::until.is_null())
        .select(Team::as_select())
        .load(connection)
}

/// How many periods the teams of an enterprise have had, the open one included: what a team's version is.
pub fn periods(connection: &mut DbConn, enterprise: EnterpriseId) -> QueryResult<i64> {
    teams::table.filter(teams::enterprise_id.eq(enterprise)).count().get_result(connection)
}

/// The same for several enterprises; one that never had a team is left out.
pub fn periods_of(connection: &mut DbConn, enterprises: &[EnterpriseId]) -> QueryResult<HashMap<EnterpriseId, i64>> {
    let rows: Vec<(EnterpriseId, i64)> = teams::table
        .filter(teams::enterprise_id.eq_any(enterprises.to_vec()))
        .group_by(teams::enterprise_id)
        .select((teams::enterprise_id, count_star()))
        .load(connection)?;
    Ok(rows.into_iter().collect())
}

/// All teams an enterprise has had, latest first.
pub fn history(connection: &mut DbConn, enterprise: EnterpriseId, part: &Part<TeamId>) -> QueryResult<Vec<Team>> {
    const LATEST_FIRST: Order = Order::descending("teams.id");
    let query = teams::table.filter(teams::enterprise_id.eq(enterprise)).filter(part.beyond(LATEST_FIRST));
    query.order(part.order(LATEST_FIRST)).select(Team::as_select()).limit(part.limit).load(connection)
}

/// The further members of each of the teams.
pub fn members(connection: &mut DbConn, ids: &[TeamId]) -> QueryResult<HashMap<TeamId, Vec<UserId>>> {
    let pair = (team_members::team_id, team_members::user_id);
    let rows = of_any(ids, |ids| {
        team_members::table.filter(team_members::team_id.eq_any(ids)).order(pair).select(pair).load(connection)
    });
    rows.map(by_key)
}

/// All teams that these enterprises have had, in no order.
pub fn of_enterprises(connection: &mut DbConn, enterprises: &[EnterpriseId]) -> QueryResult<Vec<Team>> {
    teams::table.filter(teams::enterprise_id.eq_any(enterprises.to_vec())).select(Team::as_select()).load(connection)
}

/// The teams with their further members, in the order they are given.
pub fn with_members(connection: &mut DbConn, rows: Vec<Team>) -> QueryResult<Vec<FullTeam>> {
    let ids: Vec<TeamId> = rows.iter().map(|row| row.id).collect();
    let mut members = members(connection, &ids)?;
    let full = |row: Team| FullTeam { members: members.remove(&row.id).unwrap_or_default(), row };
    Ok(rows.into_iter().map(full).collect())
}

/// How many enterprises that are still here each steward serves now; who serves none is left out.
pub fn workloads(connection: &mut DbConn) -> QueryResult<Vec<(UserId, i64)>> {
    let here: Vec<EnterpriseStatus> = EnterpriseStatus::ALL.iter().copied().filter(|status| status.is_here()).collect();
    let rows: Vec<(Option<UserId>, i64)> = teams::table
        .inner_join(enterprises::table)
        .filter(teams::until.is_null())
        .filter(teams::steward_id.is_not_null())
        .filter(enterprises::status.eq_any(here))
        .group_by(teams::steward_id)
        .select((teams::steward_id, count_star()))
        .load(connection)?;
    Ok(rows.into_iter().filter_map(|(steward, count)| Some((steward?, count))).collect())
}
