//! The eighteen taxes (税种), how files name them, and what files list beside them that is no tax.

use crate::{
    domain::{codes::codes, text::half_width},
    texts::{Explain, Language},
};
use thiserror::Error;

codes! {
    /// A tax.
    pub enum TaxType {
        /// 增值税
        Vat = "vat", "增值税", "Value-added tax";
        /// 消费税
        Consumption = "consumption_tax", "消费税", "Consumption tax";
        /// 企业所得税
        CorporateIncome = "corporate_income_tax", "企业所得税", "Corporate income tax";
        /// 个人所得税
        IndividualIncome = "individual_income_tax", "个人所得税", "Individual income tax";
        /// 资源税
        Resource = "resource_tax", "资源税", "Resource tax";
        /// 城市维护建设税
        UrbanMaintenance = "urban_maintenance_and_construction_tax", "城市维护建设税", "Urban maintenance and construction tax";
        /// 房产税
        RealEstate = "real_estate_tax", "房产税", "Real estate tax";
        /// 印花税
        Stamp = "stamp_tax", "印花税", "Stamp tax";
        /// 城镇土地使用税
        LandUse = "urban_land_use_tax", "城镇土地使用税", "Urban land use tax";
        /// 土地增值税
        LandAppreciation = "land_appreciation_tax", "土地增值税", "Land appreciation tax";
        /// 车船税
        VehicleAndVessel = "vehicle_and_vessel_tax", "车船税", "Vehicle and vessel tax";
        /// 车辆购置税
        VehiclePurchase = "vehicle_purchase_tax", "车辆购置税", "Vehicle purchase tax";
        /// 耕地占用税
        FarmlandOccupation = "farmland_occupation_tax", "耕地占用税", "Farmland occupation tax";
        /// 契税
        Deed = "deed_tax", "契税", "Deed tax";
        /// 烟叶税
        TobaccoLeaf = "tobacco_leaf_tax", "烟叶税", "Tobacco leaf tax";
        /// 环境保护税
        EnvironmentalProtection = "environmental_protection_tax", "环境保护税", "Environmental protection tax";
        /// 关税
        CustomsDuty = "customs_duty", "关税", "Customs duty";
        /// 船舶吨税
        VesselTonnage = "vessel_tonnage_tax", "船舶吨税", "Vessel tonnage tax";
    }
}

/// Other names of taxes in files.
const ALIASES: &[(&str, TaxType)] = &[
    ("国内增值税", TaxType::Vat),
    ("改征增值税", TaxType::Vat),
    ("营改增增值税", TaxType::Vat),
    ("国内消费税", TaxType::Consumption),
    ("企税", TaxType::CorporateIncome),
    ("企所税", TaxType::CorporateIncome),
    ("法人所得税", TaxType::CorporateIncome),
    ("个税", TaxType::IndividualIncome),
    ("个所税", TaxType::IndividualIncome),
    ("个人所得", TaxType::IndividualIncome),
    ("城建税", TaxType::UrbanMaintenance),
    ("城维税", TaxType::UrbanMaintenance),
    ("城市建设维护税", TaxType::UrbanMaintenance),
    ("城市维护建设", TaxType::UrbanMaintenance),
    ("印花", TaxType::Stamp),
    ("证券交易印花税", TaxType::Stamp),
    ("土地使用税", TaxType::LandUse),
    ("城镇土地税", TaxType::LandUse),
    ("土增税", TaxType::LandAppreciation),
    ("土增", TaxType::LandAppreciation),
    ("车船使用税", TaxType::VehicleAndVessel),
    ("车船使用和牌照税", TaxType::VehicleAndVessel),
    ("车购税", TaxType::VehiclePurchase),
    ("车辆购置附加税", TaxType::VehiclePurchase),
    ("耕占税", TaxType::FarmlandOccupation),
    ("环保税", TaxType::EnvironmentalProtection),
    ("吨税", TaxType::VesselTonnage),
];

/// Levies that files list beside taxes and that never enter a total of tax.
const NOT_TAXES: &[&str] = &[
    "教育费附加",
    "教育附加",
    "地方教育附加",
    "地方教育费附加",
    "文化事业建设费",
    "残保金",
    "残疾人就业保障金",
    "残疾人保障金",
    "社保费",
    "社会保险费",
    "社保基金",
    "养老保险",
    "医疗保险",
    "失业保险",
    "工伤保险",
    "生育保险",
    "水利建设基金",
    "水利基金",
    "工会经费",
    "非税收入",
    "罚没收入",
    "土地出让",
    "国有土地使用权出让",
    "水土保持补偿费",
    "防空地下室易地建设费",
    "废弃电器电子产品处理基金",
    "垃圾处理费",
    "价格调节基金",
];

/// Words of audits, arrears and late payment: such receipts happen once and say nothing about the enterprise's course.
const ARREARS: &[&str] =
    &["查补", "稽查", "评估补", "补缴", "补税", "滞纳金", "罚款", "清欠", "欠税", "陈欠", "往年欠", "利息"];

/// Words behind a tax's name that don't change what it is.
const HARMLESS: &[&str] = &["税款", "收入", "预缴", "汇算清缴", "代扣代缴", "代收代缴", "代征", "自行申报"];

/// Characters behind which files put the sub-item: `个人所得税（工资薪金）`.
const SUB_ITEM: [char; 11] = ['(', '[', '【', '-', '—', '–', ':', '_', '/', '\\', '·'];

/// What a name in the tax column of a file means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TaxItem {
    /// A tax.
    Tax {
        /// Which one.
        tax: TaxType,
        /// Paid after an audit, late, or as a fine on the tax: one-off whatever the tax.
        arrears: bool,
    },
    /// A levy that is no tax and stays out of totals.
    NotATax,
}

/// The name is neither a tax nor a known levy.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{}", self.text(Language::En))]
pub struct UnknownTax {
    /// The name as found, cut to 30 characters.
    pub name: String,
}

mod say {
    crate::texts::texts! {
        unknown(name: &str) {
            zh: "无法识别税种“{name}”，请改为税种全称（如 增值税、企业所得税）。",
            en: "“{name}” is no known tax. Use the full name of the tax, such as 增值税 or 企业所得税.",
        }
    }
}

impl Explain for UnknownTax {
    fn code(&self) -> &'static str {
        "tax_type_unknown"
    }

    fn text(&self, language: Language) -> String {
        say::unknown(language, &self.name)
    }
}

impl TaxType {
    /// Whether the tax falls due once and not year by year, so that it is left out before a decline is computed.
    pub const fn one_off(self) -> bool {
        matches!(self, Self::LandAppreciation | Self::Deed | Self::FarmlandOccupation)
    }

    /// Reads the name of a tax or levy as files write it: item numbers before it, sub-items behind it and short forms included.
    pub fn parse_name(text: &str) -> Result<TaxItem, UnknownTax> {
        let written: String = text.chars().filter(|c| !c.is_whitespace()).map(half_width).collect();
        let name =
            written.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | '、' | '-' | '_' | '|'));
        if NOT_TAXES.iter().any(|levy| name.contains(levy)) && !starts_with_tax(name) {
            return Ok(TaxItem::NotATax);
        }
        let arrears = ARREARS.iter().any(|word| name.contains(word));
        let base = name.split(SUB_ITEM).next().unwrap_or_default();
        named(without_tail(base))
            .or_else(|| written.to_ascii_lowercase().parse().ok())
            .map(|tax| TaxItem::Tax { tax, arrears })
            .ok_or_else(|| UnknownTax { name: text.trim().chars().take(30).collect() })
    }
}

/// Leaves out words of arrears and harmless words at the end of a name.
fn without_tail(name: &str) -> &str {
    let mut rest = name;
    while let Some(shorter) = ARREARS.iter().chain(HARMLESS).find_map(|tail| rest.strip_suffix(tail)) {
        rest = shorter.trim_end_matches(['、', ',', '及', '和']);
    }
    rest
}

fn starts_with_tax(name: &str) -> bool {
    TaxType::ALL.iter().any(|tax| name.starts_with(tax.text(Language::Zh)))
}

fn named(name: &str) -> Option<TaxType> {
    let full = TaxType::ALL.iter().copied().find(|tax| tax.text(Language::Zh) == name);
    full.or_else(|| ALIASES.iter().find(|(alias, _)| *alias == name).map(|&(_, tax)| tax))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::panic, reason = "tests")]
    use super::*;

    fn tax(name: &str) -> (TaxType, bool) {
        match TaxType::parse_name(name) {
            Ok(TaxItem::Tax { tax, arrears }) => (tax, arrears),
            other => panic!("{name}: {other:?}"),
        }
    }

    #[test]
    fn all_eighteen_lead_back() {
        assert_eq!(TaxType::ALL.len(), 18);
        for &each in TaxType::ALL {
            assert_eq!(each.as_str().parse(), Ok(each));
            assert_eq!(tax(each.text(Language::Zh)), (each, false));
            assert_eq!(tax(each.as_str()), (each, false));
        }
    }

    #[test]
    fn names_of_files() {
        for (name, expected) in [
            ("城建税", TaxType::UrbanMaintenance),
            (" 个 税 ", TaxType::IndividualIncome),
            ("10101增值税", TaxType::Vat),
            ("01 | 增值税", TaxType::Vat),
            ("个人所得税（工资薪金所得）", TaxType::IndividualIncome),
            ("企业所得税-查账征收", TaxType::CorporateIncome),
            ("企业所得税汇算清缴", TaxType::CorporateIncome),
            ("车购税", TaxType::VehiclePurchase),
            ("土地使用税", TaxType::LandUse),
            ("印花税税款", TaxType::Stamp),
        ] {
            assert_eq!(tax(name), (expected, false), "{name}");
        }
    }

    #[test]
    fn arrears_are_marked() {
        assert_eq!(tax("增值税滞纳金"), (TaxType::Vat, true));
        assert_eq!(tax("增值税税款滞纳金、罚款收入"), (TaxType::Vat, true));
        assert_eq!(tax("企业所得税（稽查查补）"), (TaxType::CorporateIncome, true));
    }

    #[test]
    fn levies_are_not_taxes() {
        for name in [
            "教育费附加",
            "地方教育附加",
            "文化事业建设费",
            "残保金",
            "社保费",
            "企业职工基本养老保险费",
            "教育费附加滞纳金",
            "增值税教育费附加",
        ] {
            let expected = if name.starts_with("增值税") { None } else { Some(TaxItem::NotATax) };
            assert_eq!(TaxType::parse_name(name).ok(), expected, "{name}");
        }
    }

    #[test]
    fn unknown_names_are_refused() {
        for name in ["", "营业税", "税", "增值税附加", "合计", "城市维护建设税及教育费附加"] {
            assert!(TaxType::parse_name(name).is_err(), "{name}");
        }
    }

    #[test]
    fn one_off_taxes() {
        let one_off: Vec<&str> = TaxType::ALL.iter().filter(|tax| tax.one_off()).map(|tax| tax.as_str()).collect();
        assert_eq!(one_off, ["land_appreciation_tax", "farmland_occupation_tax", "deed_tax"]);
    }
}
