//! The values of a visit (走访): the channel, the intent to move, and the reasons.

use crate::domain::codes::codes;

codes! {
    /// The channel of a visit.
    pub enum Channel {
        /// The visitor went to the enterprise.
        OnSite = "on_site", "上门走访", "on-site visit";
        /// By telephone.
        Phone = "phone", "电话", "telephone";
        /// By video or message.
        Online = "online", "线上", "online";
        /// The enterprise came to the office.
        CameToUs = "came_to_us", "企业来访", "came to us";
    }

    /// The intent to move that the enterprise told; a later value is closer to the move.
    pub enum RelocationIntent {
        /// It was asked and means to stay.
        None = "none", "无外迁意向", "no intent to move";
        /// It is considering a move.
        Considering = "considering", "考虑外迁", "considering a move";
        /// It has decided to move.
        Decided = "decided", "已决定外迁", "decided to move";
        /// The move is under way.
        Moving = "moving", "正在外迁", "moving";
    }

    /// Why an enterprise moves or considers a move.
    pub enum LeavingReason {
        /// Rent or premises.
        RentOrPremises = "rent_or_premises", "租金或场地条件", "rent or premises";
        /// Too little space.
        Space = "space", "空间不足", "space";
        /// Transport and surroundings.
        TransportAndSurroundings = "transport_and_surroundings", "交通与周边配套", "transport and surroundings";
        /// Talent: schools, medical care, housing.
        Talent = "talent", "人才（子女教育、医疗、住房）", "talent (schools, medical care, housing)";
        /// Market and supply chain.
        MarketAndSupplyChain = "market_and_supply_chain", "市场与供应链", "market and supply chain";
        /// Group strategy or a merger.
        GroupStrategy = "group_strategy", "集团战略或并购", "group strategy or merger";
        /// A policy elsewhere.
        PolicyElsewhere = "policy_elsewhere", "外地政策", "policy elsewhere";
        /// Dissatisfied with the service here.
        DissatisfiedWithService = "dissatisfied_with_service", "对服务不满意", "dissatisfied with service";
        /// Administrative or regulatory trouble.
        AdministrativeTrouble =
            "administrative_trouble", "行政或监管方面的困难", "administrative or regulatory trouble";
        /// Demolition or clearance.
        Demolition = "demolition", "拆迁或腾退", "demolition or clearance";
        /// Closing down.
        ClosingDown = "closing_down", "停业歇业", "closing down";
        /// Another reason.
        Other = "other", "其他", "other";
    }
}

impl RelocationIntent {
    /// Whether a move has started by the enterprise's own word: decided, or already moving.
    pub fn is_hard(self) -> bool {
        self >= Self::Decided
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decided_and_moving_are_hard() {
        let hard: Vec<_> = RelocationIntent::ALL.iter().filter(|intent| intent.is_hard()).map(|i| i.as_str()).collect();
        assert_eq!(hard, ["decided", "moving"]);
    }

    #[test]
    fn there_are_twelve_reasons() {
        assert_eq!(LeavingReason::ALL.len(), 12);
    }
}
