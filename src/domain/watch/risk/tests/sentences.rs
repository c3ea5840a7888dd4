//! The sentences that explain a factor.
use super::*;
use crate::texts::Language::{En, Zh};
use Amounts::{Bands, Figures};

fn text(facts: &Facts, rule: RuleCode, amounts: Amounts) -> [String; 2] {
    let factor = factor(facts, rule).unwrap();
    [factor.text(Zh, amounts), factor.text(En, amounts)]
}

#[test]
fn words_of_the_enterprise() {
    let facts = with_visits(&[visit(1, 2, Some(RelocationIntent::Moving))]);
    assert_eq!(
        text(&facts, RuleCode::RelocationTold, Bands),
        [
            "2026-11-20 走访中企业表示：正在外迁（标准：出现一次即计；级别至少为红）。",
            "The enterprise told a visitor on 2026-11-20: moving (threshold: one record is enough; level red at least).",
        ]
    );
    let facts = with_visits(&[visit(1, 2, Some(RelocationIntent::Considering))]);
    assert_eq!(
        text(&facts, RuleCode::ConsideringTold, Bands),
        [
            "2026-11-20 走访中企业表示：考虑外迁（标准：180 天内出现一次即计；级别至少为橙）。",
            "The enterprise told a visitor on 2026-11-20: considering a move (threshold: one record within 180 days; level orange at least).",
        ]
    );
}

#[test]
fn reported_signals() {
    let facts = with_signals(&[signal(1, SignalKind::InsuredDecline, 0), signal(2, SignalKind::InsuredDecline, 3)]);
    assert_eq!(
        text(&facts, RuleCode::InsuredDecline, Bands),
        [
            "2026-11-22 的线索：员工或参保人数下降，另有 1 条同类记录（标准：下降二成以上；计 15 分）。",
            "Signal of 2026-11-22: fewer employees or insured staff; older records of this kind: 1 (threshold: down by at least 20 %; points: 15).",
        ]
    );
    let facts = with_signals(&[signal(1, SignalKind::LeaseGivenUp, 90)]);
    assert_eq!(
        text(&facts, RuleCode::LeaseGivenUp, Bands),
        [
            "2026-08-24 的线索：退租或腾空（标准：出现一次即计；满分 40 分，随时间衰减后计 20 分）。",
            "Signal of 2026-08-24: lease given up or space emptied (threshold: one record is enough; points: 20 of 40 after fading).",
        ]
    );
}

#[test]
fn silence() {
    let facts = with_visits(&[visit(1, 90, None)]);
    assert_eq!(
        text(&facts, RuleCode::NoVisit, Bands),
        [
            "2026-08-24 走访之后再无走访（标准：满 90 天未走访；计 5 分）。",
            "No visit since the one on 2026-08-24 (threshold: 90 days without a visit; points: 5).",
        ]
    );
    let facts = Facts { entered_on: Some(days_ago(30)), ..with_visits(&[]) };
    assert_eq!(
        text(&facts, RuleCode::NoVisit, Bands),
        [
            "自 2026-10-23 入驻以来从未走访（标准：满 30 天未走访；计 10 分）。",
            "Never visited since its entry on 2026-10-23 (threshold: 30 days without a visit; points: 10).",
        ]
    );
}

#[test]
fn a_decline_shows_its_figures_only_to_those_who_may_see_them() {
    let mut amounts = [1_000_000; 15];
    amounts[12..].copy_from_slice(&[500_000, 700_000, 56_789]);
    let facts = with_receipts("2026-10", &amounts);
    let [zh, en] = text(&facts, RuleCode::TaxDecline, Figures);
    assert!(zh.contains("下降 58%") && zh.contains("标准：下降五成以上"), "{zh}");
    assert!(en.contains("down 58 %") && en.contains("threshold: down by at least 50 %"), "{en}");
    let bands = [
        "2026-08 至 2026-10 入库税款较上年同期下降五成以上，数据截至 2026-10-31，不含一次性税收（标准：下降五成以上；满分 30 分，随时间衰减后计 25 分）。",
        "Receipts of 2026-08 to 2026-10 are down by at least 50 % on a year ago, data as of 2026-10-31, one-off taxes left out (threshold: down by at least 50 %; points: 25 of 30 after fading).",
    ];
    assert_eq!(text(&facts, RuleCode::TaxDecline, Bands), bands);
    let redacted = factor(&facts, RuleCode::TaxDecline).unwrap().redacted();
    assert_eq!([redacted.text(Zh, Figures), redacted.text(En, Figures)], bands);
}

#[test]
fn a_gap() {
    let facts = with_receipts("2026-10", &[9, 9, 9, 9, 9, 9, 0, 0]);
    let [zh, en] = text(&facts, RuleCode::NoReceipts, Bands);
    assert!(zh.starts_with("自 2026-09 起无税款入库，数据截至 2026-10-31"), "{zh}");
    assert!(zh.contains("此前 6 个月中至少 5 个月有入库，随后连续 2 个月无入库"), "{zh}");
    assert!(en.contains("2 months in a row without receipts, after receipts in at least 5 of 6 months"), "{en}");
}
