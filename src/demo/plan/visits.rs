//! The routine visits of a year, on which nobody mentions a move.

use super::{
    calendar::{Calendar, workday_from},
    dice::Dice,
    enterprises::Enterprise,
    names,
    staff::Staff,
    teams::Team,
};
use crate::domain::{
    fieldwork::visit::{Channel, RelocationIntent},
    ids::{UserId, VisitId},
    people::role::Role,
    registry::{enterprise::Tier, presence::Presence},
};
use chrono::{DateTime, Days, NaiveDate, Utc};
use std::ops::RangeInclusive;

/// A visit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Visit {
    /// Its id.
    pub id: VisitId,
    /// The day.
    pub visited_on: NaiveDate,
    /// When it was recorded.
    pub recorded_at: DateTime<Utc>,
    /// Who visited, and recorded it.
    pub visitor: UserId,
    /// How they met.
    pub channel: Channel,
    /// The contact met.
    pub met_with: Option<String>,
    /// What was said.
    pub summary: String,
    /// What was said about moving; `None` when nobody was found to be asked.
    pub intent: Option<RelocationIntent>,
    /// What the enterprise asked for.
    pub requests: Vec<&'static str>,
    /// Head-count.
    pub employees: Option<i32>,
    /// When the next visit is promised.
    pub next_visit_on: Option<NaiveDate>,
}

/// What visitors write; `{}` is the trade.
const SUMMARIES: [&str; 12] = [
    "企业主营{}，经营平稳，订单饱满，近期计划增加两名技术人员。",
    "例行走访。企业从事{}，本季度营收与去年同期基本持平，暂无困难。",
    "了解企业{}业务情况：客户以本省为主，回款正常，已告知惠企政策申报渠道。",
    "企业反映旺季临近，{}业务量上升，办公场地够用，对园区服务满意。",
    "与负责人座谈，企业{}板块平稳，正在申报专精特新，已对接科技部门。",
    "走访企业办公现场，{}业务正常开展，员工到岗率高，核对了联系方式。",
    "企业{}业务稳步增长，拟升级设备，询问技改政策，已转投资促进局答复。",
    "企业从事{}，受原材料价格影响利润略降，总体可控，持续关注。",
    "向企业宣讲税收优惠政策，企业{}业务保持正常，无诉求。",
    "企业{}业务向线上拓展，需要招聘运营人员，已对接区人力资源市场。",
    "核实企业经营地址和主营{}情况，与登记一致，现场正常办公。",
    "企业{}项目进展顺利，预计下半年产值小幅增长，感谢街道前期协调用电问题。",
];

/// What is written when nobody was found.
const NOT_FOUND: &str = "按登记地址上门走访未见企业人员，物业反映长期无人办公，登记电话无人接听。";

/// What enterprises ask for.
const REQUESTS: [&str; 6] = [
    "希望协调员工子女就近入学",
    "希望增加园区停车位",
    "希望协助对接银行续贷",
    "希望改善周边公交接驳",
    "希望协助招聘技术工人",
    "希望加快消防验收进度",
];

/// Draws the ordinary visits to an enterprise, none between the days of `quiet`, when its visits belong to a story.
pub fn draw(
    enterprise: &Enterprise,
    team: Option<&Team>,
    staff: &Staff,
    calendar: &Calendar,
    quiet: Option<&RangeInclusive<NaiveDate>>,
    dice: &mut Dice,
) -> Vec<Visit> {
    let Some(visitor) = visitor(enterprise, team, staff) else { return Vec::new() };
    let interval = interval(enterprise, team);
    let head_count =
        dice.number(3..=18) * if enterprise.tier == Tier::Key { dice.number(8..=60) } else { dice.number(1..=5) };
    let mut day = enterprise.recorded_at.date_naive() + Days::new(dice.number(2..=*interval.end()).unsigned_abs());
    let mut visits = Vec::new();
    while day < calendar.today {
        let visited_on = workday_from(day);
        let is_quiet = quiet.is_some_and(|quiet| quiet.contains(&visited_on));
        if visited_on < calendar.today && enterprise.is_here(visited_on) && !is_quiet {
            visits.push(ordinary(enterprise, visitor, visited_on, head_count, calendar, dice));
        }
        day = day + Days::new(dice.number(interval.clone()).unsigned_abs());
    }
    promise_next(&mut visits, calendar, dice);
    visits
}

/// The steward of the team, else one of the street office.
pub fn visitor(enterprise: &Enterprise, team: Option<&Team>, staff: &Staff) -> Option<UserId> {
    let of_street = || {
        let street = staff.streets().nth(enterprise.street)?;
        Some(staff.at(street.id, Role::Steward).next()?.id)
    };
    team.map(|team| team.steward).or_else(of_street)
}

/// Days between visits: key enterprises monthly, those with a team each quarter or so, the others when there is time.
fn interval(enterprise: &Enterprise, team: Option<&Team>) -> RangeInclusive<i64> {
    match (enterprise.tier, team) {
        (Tier::Key, _) => 18..=34,
        (Tier::Normal, Some(_)) => 60..=170,
        (Tier::Normal, None) => 120..=330,
    }
}

fn ordinary(
    enterprise: &Enterprise,
    visitor: UserId,
    visited_on: NaiveDate,
    head_count: i64,
    calendar: &Calendar,
    dice: &mut Dice,
) -> Visit {
    let recorded_at = calendar.office_hour(visited_on, dice);
    let is_found = enterprise.presence != Presence::Unreachable;
    let channel = match dice.number(1..=100) {
        _ if !is_found => Channel::OnSite,
        1..=66 => Channel::OnSite,
        67..=88 => Channel::Phone,
        89..=94 => Channel::Online,
        _ => Channel::CameToUs,
    };
    let activity = enterprise.trade().map_or("", |trade| trade.activity);
    let summary = if is_found { dice.pick(&SUMMARIES).replace("{}", activity) } else { NOT_FOUND.to_owned() };
    let asks = is_found && dice.per_mille(110);
    Visit {
        id: VisitId(dice.id_at(recorded_at)),
        visited_on,
        recorded_at,
        visitor,
        channel,
        met_with: is_found.then(|| names::spokesperson(dice)),
        summary,
        intent: is_found.then_some(RelocationIntent::None),
        requests: if asks { vec![dice.pick(&REQUESTS)] } else { Vec::new() },
        employees: i32::try_from(head_count + dice.number(-2..=2)).ok().filter(|_| is_found),
        next_visit_on: None,
    }
}

/// At one last visit in three the next one was promised.
fn promise_next(visits: &mut [Visit], calendar: &Calendar, dice: &mut Dice) {
    if let Some(last) = visits.last_mut().filter(|_| dice.per_mille(330)) {
        last.next_visit_on = Some(workday_from(calendar.today + Days::new(dice.number(3..=45).unsigned_abs())));
    }
}
