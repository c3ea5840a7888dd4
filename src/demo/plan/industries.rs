//! The trades of the district: how many enterprises each has, how its tax is made up, and how easily its firms move.
//!
//! Shares of the number follow the fourth economic census (2018): wholesale and retail 30–36 %, leasing and business services
//! 10–12 %, manufacturing 9–15 % (National Bureau of Statistics; Fuling district, fl.gov.cn). Of 370 firms that left a large city
//! whole between 2010 and 2014, 44 % were manufacturers and 25 % in finance (蔡舒, 2014), far above their share: they move more
//! easily.

/// How the tax of a trade is made up, in thousandths of the year's tax.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TaxMix {
    /// Value-added tax.
    pub vat: i64,
    /// Corporate income tax.
    pub corporate_income: i64,
    /// Individual income tax that the firm withholds.
    pub individual_income: i64,
    /// Real estate tax and urban land use tax.
    pub property: i64,
}

/// One trade.
#[derive(Debug)]
pub struct Trade {
    /// Code of GB/T 4754-2017, with its letter.
    pub industry: &'static str,
    /// What stands for the trade in a name.
    pub words: &'static [&'static str],
    /// How many of the district's enterprises are in it, relative to the others.
    pub weight: u32,
    /// The same among the largest payers.
    pub head_weight: u32,
    /// How easily its firms move, relative to the others.
    pub mobility: u32,
    /// How its tax is made up.
    pub mix: TaxMix,
    /// What it does, as a visitor writes it.
    pub activity: &'static str,
}

const fn mix(vat: i64, corporate_income: i64, individual_income: i64, property: i64) -> TaxMix {
    TaxMix { vat, corporate_income, individual_income, property }
}

const MAKING: TaxMix = mix(560, 240, 60, 70);
const BUILDING: TaxMix = mix(600, 220, 90, 20);
const TRADING: TaxMix = mix(610, 230, 80, 20);
const SOFTWARE: TaxMix = mix(470, 260, 210, 10);
const FINANCING: TaxMix = mix(360, 450, 140, 10);
const HOUSING: TaxMix = mix(440, 330, 60, 110);
const SERVING: TaxMix = mix(500, 250, 180, 20);

const fn trade(
    industry: &'static str,
    words: &'static [&'static str],
    (weight, head_weight, mobility): (u32, u32, u32),
    mix: TaxMix,
    activity: &'static str,
) -> Trade {
    Trade { industry, words, weight, head_weight, mobility, mix, activity }
}

/// The trades of the district.
#[rustfmt::skip]
pub static TRADES: [Trade; 44] = [
    trade("C1411", &["食品", "食品科技"],           (7, 4, 30),  MAKING,   "焙烤食品生产"),
    trade("C1811", &["服饰", "制衣"],               (8, 3, 45),  MAKING,   "服装生产"),
    trade("C2770", &["医疗科技", "卫材"],           (7, 8, 35),  MAKING,   "卫生材料生产"),
    trade("C2927", &["塑业", "塑胶制品"],           (8, 3, 45),  MAKING,   "塑料制品生产"),
    trade("C3311", &["金属制品", "钢构"],           (12, 6, 45), MAKING,   "金属结构件制造"),
    trade("C3484", &["精密机械", "机械制造"],       (22, 10, 45), MAKING,  "机械零部件加工"),
    trade("C3824", &["电气", "电力设备"],           (14, 12, 40), MAKING,  "电力电子元器件制造"),
    trade("C3973", &["微电子", "半导体"],           (8, 14, 40), MAKING,   "集成电路制造"),
    trade("C4011", &["自动化设备", "智能仪表"],     (10, 8, 40), MAKING,   "工业自动控制装置制造"),
    trade("E4710", &["建设", "建筑工程"],           (16, 22, 10), BUILDING, "房屋建筑施工"),
    trade("E4813", &["市政工程", "路桥工程"],       (10, 10, 10), BUILDING, "市政道路工程施工"),
    trade("E4910", &["机电安装", "机电工程"],       (14, 4, 10), BUILDING, "机电设备安装"),
    trade("E5011", &["装饰工程", "建筑装饰"],       (24, 4, 10), BUILDING, "建筑装饰装修"),
    trade("F5132", &["服装贸易", "服饰商贸"],       (38, 6, 12), TRADING,  "服装批发"),
    trade("F5137", &["电器销售", "家电贸易"],       (30, 12, 12), TRADING, "家用电器批发"),
    trade("F5154", &["医疗器械", "医药贸易"],       (26, 22, 12), TRADING, "医疗器械批发"),
    trade("F5164", &["金属材料", "钢铁贸易"],       (38, 26, 15), TRADING, "金属材料批发"),
    trade("F5179", &["机电设备", "工业器材"],       (56, 14, 12), TRADING, "机电产品批发"),
    trade("F5191", &["商贸", "贸易", "供应链管理"], (88, 26, 15), TRADING, "贸易代理"),
    trade("F5211", &["百货", "商业"],               (18, 18, 5),  TRADING, "百货零售"),
    trade("F5261", &["汽车销售", "汽车贸易"],       (14, 22, 5),  TRADING, "汽车销售"),
    trade("F5292", &["电子商务", "网络科技"],       (44, 10, 25), TRADING, "互联网零售"),
    trade("G5431", &["物流", "运输"],               (24, 6, 20), TRADING,  "道路货物运输"),
    trade("G5821", &["国际货运代理", "货运代理"],   (12, 4, 20), SERVING,  "货物运输代理"),
    trade("G5990", &["仓储", "仓储物流"],           (8, 4, 10),  HOUSING,  "仓储服务"),
    trade("H6110", &["酒店管理", "大酒店"],         (14, 6, 3),  HOUSING,  "酒店经营"),
    trade("H6210", &["餐饮", "餐饮管理"],           (34, 3, 5),  SERVING,  "正餐服务"),
    trade("I6429", &["网络科技", "互联网科技"],     (22, 12, 25), SOFTWARE, "互联网信息服务"),
    trade("I6513", &["软件", "信息技术", "数字科技"], (64, 34, 25), SOFTWARE, "应用软件开发"),
    trade("I6520", &["集成电路设计", "芯片科技"],   (8, 16, 30), SOFTWARE, "集成电路设计"),
    trade("I6531", &["系统集成", "信息系统"],       (34, 14, 20), SOFTWARE, "信息系统集成"),
    trade("J6631", &["融资租赁"],                   (5, 30, 60), FINANCING, "融资租赁"),
    trade("J6760", &["股权投资", "创业投资"],       (20, 44, 70), FINANCING, "股权投资"),
    trade("J6851", &["保险代理"],                   (10, 10, 50), FINANCING, "保险代理"),
    trade("K7010", &["房地产开发", "置业"],         (14, 58, 5), HOUSING,  "房地产开发经营"),
    trade("K7020", &["物业服务", "物业管理"],       (26, 8, 3),  HOUSING,  "物业管理"),
    trade("L7212", &["企业管理", "投资管理"],       (48, 34, 40), FINANCING, "投资与资产管理"),
    trade("L7241", &["税务咨询", "财务咨询"],       (30, 4, 10), SERVING,  "财税咨询"),
    trade("L7259", &["广告传媒", "文化传媒"],       (64, 8, 15), SERVING,  "广告服务"),
    trade("L7263", &["人力资源服务", "劳务派遣"],   (38, 14, 25), SERVING, "人力资源服务"),
    trade("M7484", &["工程设计", "建筑设计"],       (34, 12, 15), SERVING, "工程设计"),
    trade("M7519", &["科技推广", "生物科技", "新能源科技"], (58, 12, 20), SERVING, "技术推广服务"),
    trade("O8111", &["汽车服务", "汽车维修"],       (30, 2, 3),  SERVING,  "汽车修理与维护"),
    trade("P8391", &["教育科技", "职业培训"],       (24, 3, 8),  SERVING,  "职业技能培训"),
];

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::domain::registry::industry::{IndustryCode, IndustryEdition};

    fn share(letter: char) -> u32 {
        let of = |trades: &mut dyn Iterator<Item = &Trade>| trades.map(|trade| trade.weight).sum::<u32>();
        of(&mut TRADES.iter().filter(|trade| trade.industry.starts_with(letter))) * 100 / of(&mut TRADES.iter())
    }

    #[test]
    fn every_trade_has_a_code_of_the_classification() {
        for trade in &TRADES {
            let code = IndustryCode::parse(trade.industry, IndustryEdition::Gb2017).unwrap();
            assert_eq!(code.to_string(), trade.industry);
            assert!(code.division().is_some() && !trade.words.is_empty());
        }
    }

    #[test]
    fn the_numbers_are_like_those_of_the_census() {
        assert!((28..=36).contains(&share('F')), "trade {}", share('F'));
        assert!((10..=17).contains(&share('L')), "business services {}", share('L'));
        assert!((8..=15).contains(&share('C')), "manufacturing {}", share('C'));
    }

    #[test]
    fn a_mix_leaves_room_for_the_small_taxes() {
        for trade in &TRADES {
            let TaxMix { vat, corporate_income, individual_income, property } = trade.mix;
            // Seven hundredths of the value-added tax are paid as urban maintenance and construction tax.
            let sum = vat * 107 / 100 + corporate_income + individual_income + property;
            assert!((900..1000).contains(&sum), "{}: {sum}", trade.industry);
        }
    }
}
