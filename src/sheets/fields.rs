//! The kinds of list, what their columns mean, and the names that files use for them.

use super::header_name::HeaderName;
use crate::domain::codes::codes;

codes! {
    /// The kinds of list that are imported.
    pub enum List {
        /// The tax-source list.
        Enterprises = "enterprises", "税源清单", "tax-source list";
        /// Taxes paid into the treasury.
        Receipts = "receipts", "入库税款", "tax receipts";
        /// Days of the statutory calendar.
        Calendar = "calendar", "工作日历", "work calendar";
    }

    /// What a column means.
    pub enum Field {
        /// Unified Social Credit Code.
        Uscc = "uscc", "统一社会信用代码", "unified social credit code";
        /// Taxpayer id, which for organisations is their Unified Social Credit Code.
        TaxpayerId = "taxpayer_id", "纳税人识别号", "taxpayer id";
        /// Name of the enterprise.
        Name = "name", "企业名称", "name";
        /// Industry code, GB/T 4754.
        IndustryCode = "industry_code", "行业代码", "industry code";
        /// Registered address.
        RegisteredAddress = "registered_address", "注册地址", "registered address";
        /// Operating address.
        OperatingAddress = "operating_address", "经营地址", "operating address";
        /// Name of the street office.
        StreetName = "street_name", "所属街道", "street office";
        /// Competent tax authority.
        TaxAuthority = "tax_authority", "主管税务机关", "competent tax authority";
        /// Date of entry into the district.
        EnteredOn = "entered_on", "入驻日期", "entry date";
        /// Its tier.
        Tier = "tier", "企业类别", "tier";
        /// Presence class.
        Presence = "presence", "纳税经营情况", "tax and operating presence";
        /// Contact person.
        ContactName = "contact_name", "联系人", "contact";
        /// The contact's phone number.
        ContactPhone = "contact_phone", "联系电话", "contact's phone";
        /// Month in which the treasury received the tax.
        TreasuryMonth = "treasury_month", "入库月份", "treasury month";
        /// Tax type.
        TaxType = "tax_type", "税种", "tax type";
        /// Tax period.
        Period = "period", "税款所属期", "tax period";
        /// First day or month of the tax period.
        PeriodStart = "period_start", "所属期起", "start of the tax period";
        /// Last day or month of the tax period.
        PeriodEnd = "period_end", "所属期止", "end of the tax period";
        /// Amount paid, all levels.
        Amount = "amount", "入库金额", "amount";
        /// Part retained by the district.
        DistrictAmount = "district_amount", "区级留成", "district amount";
        /// Budget level.
        BudgetLevel = "budget_level", "预算级次", "budget level";
        /// A day of the calendar.
        Day = "day", "日期", "day";
        /// Whether the day is worked.
        DayKind = "day_kind", "类型", "kind";
        /// What the day is called.
        DayName = "day_name", "节日", "name";
        /// The notice that says so.
        Source = "source", "来源", "source";
    }
}

impl List {
    /// The columns the list may have.
    pub const fn fields(self) -> &'static [Field] {
        use Field::{
            Amount, BudgetLevel, ContactName, ContactPhone, Day, DayKind, DayName, DistrictAmount, EnteredOn,
            IndustryCode, Name, OperatingAddress, Period, PeriodEnd, PeriodStart, Presence, RegisteredAddress, Source,
            StreetName, TaxAuthority, TaxType, TaxpayerId, Tier, TreasuryMonth, Uscc,
        };
        match self {
            Self::Enterprises => &[
                Uscc,
                TaxpayerId,
                Name,
                IndustryCode,
                RegisteredAddress,
                OperatingAddress,
                StreetName,
                TaxAuthority,
                EnteredOn,
                Tier,
                Presence,
                ContactName,
                ContactPhone,
            ],
            Self::Receipts => &[
                Uscc,
                TaxpayerId,
                Name,
                TreasuryMonth,
                TaxType,
                Period,
                PeriodStart,
                PeriodEnd,
                Amount,
                DistrictAmount,
                BudgetLevel,
            ],
            Self::Calendar => &[Day, DayKind, DayName, Source],
        }
    }

    /// The columns it must have; a taxpayer id stands in for the code.
    pub const fn required(self) -> &'static [Field] {
        match self {
            Self::Enterprises => &[Field::Uscc, Field::Name],
            Self::Receipts => &[Field::Uscc, Field::TreasuryMonth, Field::TaxType, Field::Amount],
            Self::Calendar => &[Field::Day, Field::DayKind],
        }
    }
}

impl Field {
    /// The names that files give the column. Spaces, line breaks, marks and case don't matter.
    #[allow(clippy::too_many_lines, reason = "a table, an entry a column")]
    pub const fn synonyms(self) -> &'static [&'static str] {
        match self {
            Self::Uscc => &[
                "统一社会信用代码",
                "社会信用代码",
                "统一信用代码",
                "信用代码",
                "统一代码",
                "社会信用代码/纳税人识别号",
                "统一社会信用代码/纳税人识别号",
                "纳税人识别号/统一社会信用代码",
                "uscc",
                "unified social credit code",
            ],
            Self::TaxpayerId => &["纳税人识别号", "税号", "纳税识别号", "纳税人税号", "税务登记号", "taxpayer id"],
            Self::Name => &[
                "企业名称",
                "纳税人名称",
                "单位名称",
                "公司名称",
                "名称",
                "纳税人",
                "企业",
                "市场主体名称",
                "企业全称",
                "name",
                "enterprise name",
            ],
            Self::IndustryCode => {
                &["行业代码", "行业", "国民经济行业代码", "行业分类代码", "所属行业代码", "industry code", "industry"]
            }
            Self::RegisteredAddress => {
                &["注册地址", "注册地", "登记地址", "住所", "工商注册地址", "registered address"]
            }
            Self::OperatingAddress => {
                &["经营地址", "经营地", "生产经营地址", "实际经营地址", "实际经营地", "办公地址", "operating address"]
            }
            Self::StreetName => &[
                "所属街道",
                "街道",
                "街道名称",
                "街镇",
                "所属街镇",
                "乡镇街道",
                "街道办事处",
                "street office",
                "street",
            ],
            Self::TaxAuthority => {
                &["主管税务机关", "主管税务所", "税务机关", "主管税务局", "所属税务机关", "tax authority"]
            }
            Self::EnteredOn => &["入驻日期", "入驻时间", "引进日期", "引进时间", "迁入日期", "迁入时间", "entered on"],
            Self::Tier => &["企业类别", "企业等级", "等级", "重点企业", "是否重点", "是否重点企业", "重点税源", "tier"],
            Self::Presence => &[
                "纳税经营情况",
                "在地情况",
                "在地情形",
                "在地类型",
                "经营情况",
                "在地分类",
                "presence",
                "tax and operating presence",
            ],
            Self::ContactName => &["联系人", "联系人姓名", "企业联系人", "contact name", "contact"],
            Self::ContactPhone => {
                &["联系电话", "联系方式", "电话", "联系人电话", "手机", "手机号", "contact phone", "phone"]
            }
            Self::TreasuryMonth => {
                &["入库月份", "入库日期", "税款入库期", "入库期", "入库月", "入库时间", "入库年月", "treasury month"]
            }
            Self::TaxType => &["税种", "征收项目", "税种名称", "征收项目名称", "税（费）种", "tax type"],
            Self::Period => &["税款所属期", "所属期", "所属时期", "税款所属时期", "所属月份", "tax period", "period"],
            Self::PeriodStart => &["所属期起", "税款所属期起", "所属时期起", "税款所属期始", "period start"],
            Self::PeriodEnd => &["所属期止", "税款所属期止", "所属时期止", "税款所属期末", "period end"],
            Self::Amount => &[
                "入库金额",
                "实缴金额",
                "税额",
                "入库税额",
                "实缴税额",
                "金额",
                "入库税款",
                "税款金额",
                "全口径税收",
                "全口径",
                "amount",
            ],
            Self::DistrictAmount => &[
                "区级留成",
                "区级",
                "区级收入",
                "区级税收",
                "区级金额",
                "区留成",
                "区县级",
                "区级留存",
                "district amount",
            ],
            Self::BudgetLevel => &["预算级次", "级次", "预算级次名称", "预算分配比例", "budget level"],
            Self::Day => &["日期", "day", "date"],
            Self::DayKind => &["类型", "类别", "放假或上班", "安排", "kind"],
            Self::DayName => &["节日", "节日名称", "节假日", "名称", "name"],
            Self::Source => &["来源", "依据", "文件", "文号", "source"],
        }
    }

    /// Whether the column holds money; its header must then be understood to the last word.
    pub(super) const fn is_amount(self) -> bool {
        matches!(self, Self::Amount | Self::DistrictAmount)
    }
}

/// The field among `fields` that a header cell names.
pub(super) fn field_of(name: &HeaderName, fields: &[Field]) -> Option<Field> {
    let means =
        |key: &str, field: &Field| field.synonyms().iter().any(|synonym| HeaderName::read(synonym).whole == key);
    fields.iter().copied().find(|field| means(&name.whole, field)).or_else(|| {
        fields
            .iter()
            .copied()
            .find(|field| means(&name.outside, field) && (!field.is_amount() || name.is_only_annotated))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[test]
    fn no_name_means_two_columns_of_a_list() {
        for list in List::ALL {
            let mut names = BTreeMap::new();
            for field in list.fields() {
                for synonym in field.synonyms() {
                    let other = names.insert(HeaderName::read(synonym).whole, field);
                    assert!(other.is_none_or(|other| other == field), "{synonym} also means {other:?}");
                }
            }
            assert!(list.required().iter().all(|field| list.fields().contains(field)));
        }
    }

    #[test]
    fn every_synonym_is_found_whatever_it_is_dressed_in() {
        for list in List::ALL {
            for field in list.fields() {
                for synonym in field.synonyms() {
                    for dressed in
                        [(*synonym).to_owned(), format!("*{synonym} （必填）"), format!(" {synonym}\u{3000}")]
                    {
                        assert_eq!(field_of(&HeaderName::read(&dressed), list.fields()), Some(*field), "{dressed}");
                    }
                }
            }
        }
    }
}
