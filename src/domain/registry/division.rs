//! Codes of administrative divisions (行政区划代码, GB/T 2260) and the names of the provinces.
//!
//! Cities and counties change every year and are not listed here: a code is checked to the level of the province.

use crate::{
    domain::text::half_width,
    texts::{Explain, Language},
};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};
use thiserror::Error;

/// A division at province level: province, municipality, autonomous region or special administrative region.
#[derive(Debug, PartialEq, Eq)]
pub struct Province {
    code: &'static str,
    zh: &'static str,
    short: &'static str,
    en: &'static str,
}

const fn province(code: &'static str, zh: &'static str, short: &'static str, en: &'static str) -> Province {
    Province { code, zh, short, en }
}

static PROVINCES: [Province; 34] = [
    province("11", "北京市", "北京", "Beijing"),
    province("12", "天津市", "天津", "Tianjin"),
    province("13", "河北省", "河北", "Hebei"),
    province("14", "山西省", "山西", "Shanxi"),
    province("15", "内蒙古自治区", "内蒙古", "Inner Mongolia"),
    province("21", "辽宁省", "辽宁", "Liaoning"),
    province("22", "吉林省", "吉林", "Jilin"),
    province("23", "黑龙江省", "黑龙江", "Heilongjiang"),
    province("31", "上海市", "上海", "Shanghai"),
    province("32", "江苏省", "江苏", "Jiangsu"),
    province("33", "浙江省", "浙江", "Zhejiang"),
    province("34", "安徽省", "安徽", "Anhui"),
    province("35", "福建省", "福建", "Fujian"),
    province("36", "江西省", "江西", "Jiangxi"),
    province("37", "山东省", "山东", "Shandong"),
    province("41", "河南省", "河南", "Henan"),
    province("42", "湖北省", "湖北", "Hubei"),
    province("43", "湖南省", "湖南", "Hunan"),
    province("44", "广东省", "广东", "Guangdong"),
    province("45", "广西壮族自治区", "广西", "Guangxi"),
    province("46", "海南省", "海南", "Hainan"),
    province("50", "重庆市", "重庆", "Chongqing"),
    province("51", "四川省", "四川", "Sichuan"),
    province("52", "贵州省", "贵州", "Guizhou"),
    province("53", "云南省", "云南", "Yunnan"),
    province("54", "西藏自治区", "西藏", "Xizang"),
    province("61", "陕西省", "陕西", "Shaanxi"),
    province("62", "甘肃省", "甘肃", "Gansu"),
    province("63", "青海省", "青海", "Qinghai"),
    province("64", "宁夏回族自治区", "宁夏", "Ningxia"),
    province("65", "新疆维吾尔自治区", "新疆", "Xinjiang"),
    province("71", "台湾省", "台湾", "Taiwan"),
    province("81", "香港特别行政区", "香港", "Hong Kong"),
    province("82", "澳门特别行政区", "澳门", "Macao"),
];

impl Province {
    /// All 34, by code.
    pub fn all() -> impl Iterator<Item = &'static Self> {
        PROVINCES.iter()
    }

    /// The first two digits of its codes.
    pub const fn code(&self) -> &'static str {
        self.code
    }

    /// The name: full in Chinese (江苏省), plain in English (Jiangsu).
    pub const fn name(&self, language: Language) -> &'static str {
        match language {
            Language::Zh => self.zh,
            Language::En => self.en,
        }
    }

    /// The Chinese name without 省, 市 or 自治区.
    pub const fn short_name(&self) -> &'static str {
        self.short
    }
}

/// A six-digit code of a province, city or county whose province exists.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(try_from = "String", into = "String")]
#[schema(value_type = String, example = "310115", pattern = r"^\d{6}$")]
pub struct DivisionCode(String);

/// How deep a code goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DivisionLevel {
    /// Ends in 0000.
    Province,
    /// Ends in 00.
    City,
    /// Names a county, a district or a county-level city.
    County,
}

/// Why a text is not the code of a division.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("{}", self.text(Language::En))]
pub enum DivisionError {
    /// Not six digits, or a county without a city.
    Format,
    /// No province has these first two digits.
    Province,
}

mod say {
    crate::texts::texts! {
        format() {
            zh: "行政区划代码应为 6 位数字，例如 310115；只知道省份时写 310000。",
            en: "A division code has six digits, such as 310115; where only the province is known, 310000.",
        }
        province() {
            zh: "行政区划代码的前两位不是任何省级行政区，请核对。",
            en: "No province has the first two digits of this division code. Check it.",
        }
    }
}

impl Explain for DivisionError {
    fn code(&self) -> &'static str {
        match self {
            Self::Format => "division_format",
            Self::Province => "division_province",
        }
    }

    fn text(&self, language: Language) -> String {
        match self {
            Self::Format => say::format(language),
            Self::Province => say::province(language),
        }
    }
}

impl DivisionCode {
    /// Reads six digits.
    pub fn parse(text: &str) -> Result<Self, DivisionError> {
        let code: String = text.trim().chars().map(half_width).collect();
        let is_number = code.len() == 6 && code.bytes().all(|b| b.is_ascii_digit());
        let is_county_without_city = code.get(2..4) == Some("00") && !code.ends_with("00");
        if !is_number || is_county_without_city {
            return Err(DivisionError::Format);
        }
        if find_province(&code).is_none() {
            return Err(DivisionError::Province);
        }
        Ok(Self(code))
    }

    /// The six digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The province.
    pub fn province(&self) -> Option<&'static Province> {
        find_province(&self.0)
    }

    /// How deep the code goes.
    pub fn level(&self) -> DivisionLevel {
        if self.0.ends_with("0000") {
            DivisionLevel::Province
        } else if self.0.ends_with("00") {
            DivisionLevel::City
        } else {
            DivisionLevel::County
        }
    }
}

fn find_province(code: &str) -> Option<&'static Province> {
    Province::all().find(|province| code.starts_with(province.code))
}

impl FromStr for DivisionCode {
    type Err = DivisionError;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl TryFrom<String> for DivisionCode {
    type Error = DivisionError;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<DivisionCode> for String {
    fn from(code: DivisionCode) -> Self {
        code.0
    }
}

impl fmt::Display for DivisionCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn codes() {
        let code = DivisionCode::parse(" ３１0115 ").unwrap();
        assert_eq!((code.as_str(), code.level()), ("310115", DivisionLevel::County));
        assert_eq!(code.province().unwrap().name(Language::Zh), "上海市");
        assert_eq!(DivisionCode::parse("320000").unwrap().level(), DivisionLevel::Province);
        assert_eq!(DivisionCode::parse("320100").unwrap().level(), DivisionLevel::City);
        assert_eq!(DivisionCode::parse("429004").unwrap().level(), DivisionLevel::County);
    }

    #[test]
    fn refusals_say_why() {
        for text in ["", "31", "3101155", "31011A", "310015"] {
            assert_eq!(DivisionCode::parse(text), Err(DivisionError::Format), "{text:?}");
        }
        for text in ["000000", "100000", "990000", "381010"] {
            assert_eq!(DivisionCode::parse(text), Err(DivisionError::Province), "{text:?}");
        }
    }

    #[test]
    fn provinces_are_listed_once() {
        let codes: Vec<&str> = Province::all().map(Province::code).collect();
        assert!(codes.is_sorted() && codes.len() == 34);
        assert!(Province::all().all(|province| province.zh.starts_with(province.short)));
    }
}
