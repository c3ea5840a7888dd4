//! The stories that moves are made of: scenes on days counted from the first.
//!
//! No story makes a move wait: the district listens, helps and respects the choice.

use super::{
    acts::{Cast, FiledSignal, IntentVisit, StoryAction},
    dice::Dice,
    places::Destination,
};
use crate::domain::{
    fieldwork::{
        signal::SignalKind,
        visit::{LeavingReason, RelocationIntent},
    },
    watch::alert::Outcome,
};

/// A story.
#[derive(Debug, Clone, Copy)]
pub(super) struct Story(&'static [Scene]);

/// Something that happens so many days after the beginning.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scene {
    pub(super) day: u64,
    act: Act,
}

#[derive(Debug, Clone, Copy)]
enum Act {
    /// The enterprise says something about moving; `{}` in the text is the destination.
    Tells(RelocationIntent, &'static str),
    /// A department or system reports something.
    Reports(SignalKind, &'static str, &'static str),
    /// The chief steward takes the alert.
    Takes,
    /// A leader gives a directive.
    Directs(&'static str),
    /// The chief steward closes the alert.
    Closes(Outcome, Option<&'static str>),
}
use Act::{Closes, Directs, Reports, Takes, Tells};
use RelocationIntent::{Considering, Decided, Moving, None as Staying};

/// Systems that report.
const MARKET_REGULATOR: &str = "市场监督管理局数据共享";
const TAX_OFFICE: &str = "税务部门数据共享";
const SOCIAL_INSURANCE: &str = "人社部门数据共享";
const BUILDING: &str = "楼宇巡查";

/// Why enterprises leave; none, when they did not say.
pub(super) const REASONS: [Option<LeavingReason>; 9] = [
    Some(LeavingReason::RentOrPremises),
    Some(LeavingReason::RentOrPremises),
    Some(LeavingReason::Space),
    Some(LeavingReason::MarketAndSupplyChain),
    Some(LeavingReason::GroupStrategy),
    Some(LeavingReason::TransportAndSurroundings),
    Some(LeavingReason::Talent),
    Some(LeavingReason::PolicyElsewhere),
    None,
];

const fn on(day: u64, act: Act) -> Scene {
    Scene { day, act }
}

const THINKS: Act = Tells(Considering, "企业负责人表示租约将到期，正在比较区内外场地，考虑迁往{}，尚未最终决定。");
const DECIDES: Act = Tells(Decided, "企业告知董事会已决定迁往{}，预计两个月内办理变更，希望了解迁移流程。");
const MOVES: Act = Tells(Moving, "企业正在迁往{}，部分设备已搬出，询问清税和档案迁移手续。");
const HELPED: Act = Closes(Outcome::Respected, Some("尊重企业选择，已协助办理档案迁移和清税，保持联系。"));
const GONE: Act = Closes(Outcome::Moved, Some("企业已完成迁出登记。"));
const HELP_THEM: Act = Directs("请街道会同投资促进局上门了解企业真实需求，依法依规帮助解决困难，尊重企业选择。");
const SPACE_FOR_THEM: Act = Directs("请投资促进局三日内梳理区内可用场地清单供企业自主选择，按已公布政策提供服务。");

/// Told early, decided later, helped to move.
const GOOD_ENDING: Story =
    Story(&[on(0, THINKS), on(1, Takes), on(2, HELP_THEM), on(27, DECIDES), on(28, Takes), on(62, HELPED)]);
/// Told when it was decided.
const SHORT_NOTICE: Story = Story(&[on(0, DECIDES), on(1, Takes), on(3, HELP_THEM), on(34, HELPED)]);
/// Learned from a filing.
const FILED: Story = Story(&[
    on(0, Reports(SignalKind::AddressChangeFiling, MARKET_REGULATOR, "已受理住所变更登记，新住所在区外。")),
    on(1, Takes),
    on(3, MOVES),
    on(19, GONE),
]);
/// Learned from the tax office.
const REPORTED: Story = Story(&[
    on(0, Reports(SignalKind::CrossProvinceMigration, TAX_OFFICE, "纳税人已提交跨省迁移报告。")),
    on(1, Takes),
    on(12, GONE),
]);
/// Asked for by the new district.
const ASKED_FOR: Story = Story(&[
    on(0, Reports(SignalKind::FileTransferLetter, MARKET_REGULATOR, "收到迁入地登记机关调档函。")),
    on(2, Takes),
    on(9, HELPED),
]);
/// Closed down.
const CLOSED: Story = Story(&[
    on(0, Reports(SignalKind::DeregistrationNotice, MARKET_REGULATOR, "已发布简易注销公告。")),
    on(2, Takes),
    on(23, Closes(Outcome::ClosedDown, Some("企业已办结注销登记。"))),
]);

/// The stories that have not ended.
pub(super) const UNDER_WAY: [Story; 7] = [
    Story(&[on(0, MOVES)]),
    Story(&[on(0, THINKS), on(1, Takes), on(2, SPACE_FOR_THEM)]),
    Story(&[on(0, DECIDES), on(1, Takes), on(2, HELP_THEM)]),
    Story(&[
        on(0, Reports(SignalKind::AddressChangeFiling, MARKET_REGULATOR, "已受理住所变更登记，新住所在区外。")),
        on(1, Takes),
    ]),
    Story(&[on(0, THINKS)]),
    Story(&[on(0, THINKS), on(1, Takes), on(14, MOVES)]),
    Story(&[
        on(0, Reports(SignalKind::LeaseGivenUp, BUILDING, "物业反映企业已书面通知退租。")),
        on(5, Reports(SignalKind::RecruitingElsewhere, BUILDING, "招聘网站显示企业在外地大量招聘。")),
        on(9, THINKS),
        on(10, Takes),
    ]),
];

/// The stories in which the enterprise is still here at the end.
pub(super) const STAYED: [Story; 4] = [
    Story(&[
        on(0, THINKS),
        on(1, Takes),
        on(2, SPACE_FOR_THEM),
        on(25, Tells(Staying, "企业已在区内园区选定新场地并签约，决定留在本区发展。")),
        on(27, Closes(Outcome::Retained, Some("企业自主选择区内新场地，需求已解决。"))),
    ]),
    Story(&[
        on(0, Reports(SignalKind::TaxAuthorityChanged, TAX_OFFICE, "主管税务机关信息发生变化。")),
        on(1, Takes),
        on(2, Tells(Staying, "经核实为区内税务所管辖调整，企业未外迁。")),
        on(3, Closes(Outcome::FalseAlarm, Some("区内税务所管辖调整，企业地址和税收均未变化。"))),
    ]),
    Story(&[
        on(0, THINKS),
        on(2, Takes),
        on(12, Reports(SignalKind::BranchElsewhere, MARKET_REGULATOR, "企业在外地新设全资子公司。")),
        on(40, Closes(Outcome::MovedInPart, Some("生产环节迁出，总部和研发留在本区。"))),
    ]),
    Story(&[
        on(0, THINKS),
        on(1, Takes),
        on(3, HELP_THEM),
        on(30, Tells(Staying, "与业主就续租达成一致，暂不考虑外迁。")),
        on(31, Closes(Outcome::Retained, None)),
    ]),
];

/// Single reports that mean little by themselves.
const SINGLE_SIGNALS: [Story; 5] = [
    Story(&[on(0, Reports(SignalKind::RepresentativeChanged, MARKET_REGULATOR, "法定代表人变更登记。"))]),
    Story(&[on(0, Reports(SignalKind::ShareholderChanged, MARKET_REGULATOR, "股东变更登记。"))]),
    Story(&[on(0, Reports(SignalKind::InsuredDecline, SOCIAL_INSURANCE, "参保人数较年初下降两成以上。"))]),
    Story(&[on(0, Reports(SignalKind::BranchElsewhere, MARKET_REGULATOR, "企业在外地设立分公司。"))]),
    Story(&[on(0, Reports(SignalKind::AreaCut, BUILDING, "企业退租半层办公面积。"))]),
];

/// The story of an enterprise that left, with so many days to happen in.
pub(super) fn of_departure(room: i64, dice: &mut Dice) -> Story {
    let told = match dice.number(1..=100) {
        1..=28 => GOOD_ENDING,
        29..=44 => SHORT_NOTICE,
        45..=66 => FILED,
        67..=76 => REPORTED,
        77..=84 => ASKED_FOR,
        _ => CLOSED,
    };
    if told.days() + 2 < room { told } else { ASKED_FOR }
}

/// One report that means little by itself.
pub(super) fn single_signal(dice: &mut Dice) -> Story {
    SINGLE_SIGNALS.get(dice.place(SINGLE_SIGNALS.len())).copied().unwrap_or(CLOSED)
}

impl Story {
    /// The scenes in their order.
    pub(super) fn scenes(&self) -> impl Iterator<Item = &'static Scene> {
        self.0.iter()
    }

    /// Days from the first scene to the last.
    pub(super) fn days(&self) -> i64 {
        self.0.last().and_then(|scene| i64::try_from(scene.day).ok()).unwrap_or_default()
    }

    /// Whether an alert of it is left unresolved.
    pub(super) fn is_open(&self) -> bool {
        let tells_of_moving = self.0.len() > 1 || matches!(self.0.first(), Some(Scene { act: Tells(..), .. }));
        tells_of_moving && !matches!(self.0.last(), Some(Scene { act: Closes(..), .. }))
    }
}

impl Scene {
    /// What is done, who does it, and which move it is about.
    pub(super) fn deed(
        &self,
        cast: &Cast,
        destination: Destination,
        reason: Option<LeavingReason>,
        dice: &mut Dice,
    ) -> StoryAction {
        match self.act {
            Tells(intent, text) => StoryAction::Visit(IntentVisit {
                by: cast.steward,
                intent,
                summary: text.replace("{}", destination.name),
                reasons: reason.into_iter().filter(|_| intent != Staying).collect(),
                destination_division: destination.division.filter(|_| intent != Staying),
            }),
            Reports(kind, source, detail) => {
                let reference = format!("{:08}", dice.number(1..=99_999_999));
                StoryAction::Signal(FiledSignal { kind, source, reference, detail })
            }
            Takes => StoryAction::Acknowledge { by: cast.chief_steward },
            Directs(text) => StoryAction::Direct { by: cast.leader, text },
            Closes(outcome, note) => StoryAction::Resolve { by: cast.chief_steward, outcome, note },
        }
    }
}
