//! Whether an address lies in the district, read from the names of divisions in its text.
//!
//! An address outside is a hard signal, so the reading is careful: only names in the leading part count against the
//! district (a road called 上海路, a 小区 or a 开发区 is no division), and an address that is not clear is unknown. No map, no
//! gazetteer.

mod division_word;

use self::division_word::division_word;

use super::division::Province;

use crate::{
    domain::{
        codes::codes,
        text::{half_width, is_han},
    },
    texts::Language,
};
use serde::{Deserialize, Serialize};

/// The names by which the district is known in addresses.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct DistrictNames {
    /// Full name of the province, such as 江苏省; may be empty.
    pub province: String,
    /// Full name of the city, such as 南京市; empty where the province is a municipality.
    pub city: String,
    /// Full name of the district, such as 鼓楼区.
    pub district: String,
    /// Other names that mean the district or a part of it: development zones, towns, former names.
    pub aliases: Vec<String>,
}

codes! {
    /// Where an address lies.
    pub enum AddressVerdict {
        /// It names the district.
        Inside = "inside", "在本区", "in the district";
        /// It names another province, city, district or county.
        Outside = "outside", "不在本区", "outside the district";
        /// It names neither.
        Unknown = "unknown", "无法判断", "can't be told";
    }
}

/// Tells from the text whether an address lies in the district. The first division named decides; a name behind the road and
/// number can only speak for the district.
pub fn address_lies_in(address: &str, names: &DistrictNames) -> AddressVerdict {
    let text: String = address.chars().map(half_width).filter(|c| !c.is_whitespace()).collect();
    let mut is_leading = true;
    let mut after_city = false;
    for (segment, separator) in segments(without_preamble(&text)) {
        let (verdict, rest) = read_units(segment, names, &mut after_city, is_leading);
        if let Some(verdict) = verdict {
            return verdict;
        }
        if names_district(rest, names) {
            return AddressVerdict::Inside;
        }
        // A label such as 注册地址: is not yet the address.
        if !rest.is_empty() && separator != Some(':') {
            is_leading = false;
        }
    }
    AddressVerdict::Unknown
}

/// Tells from the name of a tax authority, such as 国家税务总局临川市星河区税务局, whether it is the district's.
pub fn tax_authority_lies_in(authority: &str, names: &DistrictNames) -> AddressVerdict {
    let name: String = authority.chars().map(half_width).filter(|c| !c.is_whitespace()).collect();
    let name =
        ["国家税务总局", "国税总局", "国家税务局"].iter().find_map(|owner| name.strip_prefix(owner)).unwrap_or(&name);
    address_lies_in(name, names)
}

/// Leaves out a postal code and the name of the country.
fn without_preamble(text: &str) -> &str {
    let text = match text.split_at_checked(6) {
        Some((code, rest)) if code.bytes().all(|b| b.is_ascii_digit()) => rest,
        _ => text,
    };
    text.strip_prefix("中华人民共和国").or_else(|| text.strip_prefix("中国")).unwrap_or(text)
}

/// The parts between punctuation, each with the sign behind it.
fn segments(text: &str) -> impl Iterator<Item = (&str, Option<char>)> {
    text.split_inclusive(|c: char| !c.is_alphanumeric()).map(|part| {
        let sign = part.chars().last().filter(|c| !c.is_alphanumeric());
        (part.trim_end_matches(|c: char| !c.is_alphanumeric()), sign)
    })
}

/// Reads the divisions at the start of a segment: a verdict when one decides, and the text behind them.
fn read_units<'t>(
    segment: &'t str,
    names: &DistrictNames,
    after_city: &mut bool,
    is_leading: bool,
) -> (Option<AddressVerdict>, &'t str) {
    let mut rest = segment;
    while let Some((unit, behind)) = next_unit(rest, names, *after_city) {
        match unit {
            Unit::Ours(Level::District) => return (Some(AddressVerdict::Inside), behind),
            Unit::Ours(Level::City) => *after_city = true,
            Unit::Ours(Level::Province) => {}
            Unit::Other if is_leading => return (Some(AddressVerdict::Outside), behind),
            Unit::Doubtful if is_leading => return (Some(AddressVerdict::Unknown), behind),
            Unit::Other | Unit::Doubtful => break,
        }
        rest = behind;
    }
    (None, rest)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Level {
    Province,
    City,
    District,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Unit {
    /// A division that the district is or lies in.
    Ours(Level),
    /// A division that it does not lie in.
    Other,
    /// The name of the district behind an unknown name: 徐州鼓楼区.
    Doubtful,
}

fn next_unit<'t>(text: &'t str, names: &DistrictNames, after_city: bool) -> Option<(Unit, &'t str)> {
    our_unit(text, names)
        .or_else(|| our_short_unit(text, names))
        .or_else(|| province_unit(text, names))
        .or_else(|| named_unit(text, names, after_city))
}

fn our_unit<'t>(text: &'t str, names: &DistrictNames) -> Option<(Unit, &'t str)> {
    if let Some(rest) = alias_at_start(text, names) {
        return Some((Unit::Ours(Level::District), rest));
    }
    let levels = [(&names.district, Level::District), (&names.city, Level::City), (&names.province, Level::Province)];
    levels.into_iter().find_map(|(name, level)| Some((Unit::Ours(level), strip_name(text, name)?)))
}

fn strip_name<'t>(text: &'t str, name: &str) -> Option<&'t str> {
    if name.is_empty() { None } else { text.strip_prefix(name) }
}

fn alias_at_start<'t>(text: &'t str, names: &DistrictNames) -> Option<&'t str> {
    names.aliases.iter().find_map(|alias| {
        let rest = strip_name(text, alias)?;
        (is_division_name(alias) || !rest.starts_with(is_place_of_another_kind)).then_some(rest)
    })
}

fn is_division_name(name: &str) -> bool {
    name.ends_with(['区', '县', '市', '旗', '镇', '乡', '城', '园'])
}

/// Behind a bare name these make it a road, an estate or a village: 星河路, 星河小区.
fn is_place_of_another_kind(c: char) -> bool {
    "路街道巷弄里村小大花苑园湾广公".contains(c)
}

/// Our province or city without its last character, when a division follows: 江苏南京市, 南京鼓楼区.
fn our_short_unit<'t>(text: &'t str, names: &DistrictNames) -> Option<(Unit, &'t str)> {
    [(&names.province, Level::Province), (&names.city, Level::City)].into_iter().find_map(|(name, level)| {
        let rest = strip_name(text, short_name(name))?;
        (rest.is_empty() || leads_to_unit(rest, names)).then_some((Unit::Ours(level), rest))
    })
}

fn short_name(name: &str) -> &str {
    match Province::all().find(|province| province.name(Language::Zh) == name) {
        Some(province) => province.short_name(),
        None => name.strip_suffix(['省', '市']).unwrap_or(name),
    }
}

fn leads_to_unit(rest: &str, names: &DistrictNames) -> bool {
    !rest.starts_with(['路', '街', '道', '巷'])
        && (our_unit(rest, names).is_some() || named_unit(rest, names, true).is_some())
}

/// A province by its full name, or by its short one when it stands alone or a division follows: 上海浦东新区, not 上海路.
fn province_unit<'t>(text: &'t str, names: &DistrictNames) -> Option<(Unit, &'t str)> {
    Province::all().find_map(|province| {
        let full = province.name(Language::Zh);
        let is_ours = [&names.province, &names.city].into_iter().any(|name| name == full);
        let unit = if is_ours { Unit::Ours(Level::Province) } else { Unit::Other };
        if let Some(rest) = text.strip_prefix(full) {
            return (!rest.starts_with('场')).then_some((unit, rest));
        }
        let rest = text.strip_prefix(province.short_name())?;
        (rest.is_empty() || leads_to_unit(rest, names)).then_some((unit, rest))
    })
}

/// Any name that ends like a division's.
fn named_unit<'t>(text: &'t str, names: &DistrictNames, after_city: bool) -> Option<(Unit, &'t str)> {
    let word = division_word(text, after_city)?;
    let rest = text.strip_prefix(word)?;
    if word == names.city || word == names.province {
        return Some((Unit::Ours(Level::City), rest));
    }
    let unit = match word.strip_suffix(names.district.as_str()).filter(|_| !names.district.is_empty()) {
        Some("本市" | "我市" | "全市" | "") => Unit::Ours(Level::District),
        Some(before) if before.chars().count() > 1 => Unit::Doubtful,
        _ => Unit::Other,
    };
    Some((unit, rest))
}

/// Whether the text names the district somewhere, and not as the end of a longer name.
fn names_district(text: &str, names: &DistrictNames) -> bool {
    let ours = std::iter::once(&names.district).chain(names.aliases.iter().filter(|alias| is_division_name(alias)));
    ours.filter(|name| !name.is_empty()).any(|name| {
        text.match_indices(name.as_str()).any(|(at, _)| {
            let before = text.get(..at).and_then(|before| before.chars().last());
            before.is_none_or(|c| !is_han(c) || "号室楼层座栋幢弄巷路街道村厦园场院店省市区县镇乡内在于".contains(c))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::AddressVerdict::{Inside, Outside, Unknown};
    use super::*;
    use proptest::prelude::*;

    fn names(province: &str, city: &str, district: &str, aliases: &[&str]) -> DistrictNames {
        DistrictNames {
            province: province.to_owned(),
            city: city.to_owned(),
            district: district.to_owned(),
            aliases: aliases.iter().map(|&alias| alias.to_owned()).collect(),
        }
    }

    fn assert_all(names: &DistrictNames, verdict: AddressVerdict, addresses: &[&str]) {
        let wrong: Vec<&&str> = addresses.iter().filter(|address| address_lies_in(address, names) != verdict).collect();
        assert!(wrong.is_empty(), "not {verdict:?}: {wrong:?}");
    }

    fn star_river() -> DistrictNames {
        names("江海省", "滨江市", "星河区", &["星河高新区", "银杏街道", "星河"])
    }

    fn drum_tower() -> DistrictNames {
        names("江苏省", "南京市", "鼓楼区", &[])
    }

    #[test]
    fn addresses_of_the_district() {
        assert_all(
            &star_river(),
            Inside,
            &[
                "星河区人民路12号3楼",
                "滨江市星河区人民路12号",
                "江海省滨江市星河区人民路12号",
                "江海滨江星河区人民路12号",
                "中国江海省滨江市星河区",
                "江海省 滨江市　星河区 人民路",
                "江海省-滨江市-星河区-人民路",
                "３１００００江海省滨江市星河区人民路１２号",
                "人民路12号（星河区）",
                "科技大道88号星河区创业大厦",
                "本市星河区人民路12号",
                "滨江市市辖区星河区人民路",
                "星河高新区创新路1号",
                "滨江市银杏街道3号",
                "滨江市高新技术产业开发区星河区创新路1号",
                "注册地址：星河区人民路12号",
                "星河区人民路12号（上海市浦东新区分公司）",
                "星河区上海路8号",
                "星河区浦东新区大厦",
            ],
        );
    }

    #[test]
    fn addresses_elsewhere() {
        assert_all(
            &star_river(),
            Outside,
            &[
                "上海市浦东新区张江路1号",
                "上海浦东新区张江路1号",
                "上海市浦东新区星河路1号",
                "浦东新区张江路1号",
                "中国（上海）自由贸易试验区张江路1号",
                "北京市朝阳区建国路1号",
                "北京东城区东长安街1号",
                "注册地址：上海市浦东新区张江路1号",
                "200120上海市浦东新区张江路1号",
                "江海省临海市人民路1号",
                "江海省滨江市南湖区人民路1号",
                "滨江市南湖区人民路1号",
                "滨江南湖区人民路1号",
                "南湖区人民路1号",
                "江海省,滨江市,南湖区",
                "江苏省南京市",
                "深圳市南山区科技园",
                "广东省深圳市前海深港合作区",
                "内蒙古自治区鄂尔多斯市东胜区",
                "内蒙古呼伦贝尔市莫力达瓦达斡尔族自治旗",
                "额济纳旗达来呼布镇",
                "湖南省永州市道县",
                "道县濂溪街道",
                "新疆喀什地区疏勒县",
                "云南省双江拉祜族佤族布朗族傣族自治县",
                "恩施土家族苗族自治州恩施市",
                "昆山市玉山镇",
                "景德镇市珠山区",
                "新乡市红旗区",
                "哈尔滨市道里区",
                "路桥区路北街道",
                "青岛市市北区",
                "市北区台东路",
                "荆州市沙市区",
                "常德市津市市",
                "西安市新城区",
                "银星河区人民路",
                "香港特别行政区中环",
                "台湾省台北市",
                "成都市高新区天府大道",
                "运城市盐湖区",
                "厦门市思明区",
            ],
        );
    }

    #[test]
    fn addresses_that_do_not_say() {
        assert_all(
            &star_river(),
            Unknown,
            &[
                "",
                "人民路12号",
                "滨江市人民路12号",
                "江海省滨江市",
                "滨江市区中山路",
                "星河小区3号楼",
                "星河路12号",
                "幸福小区5栋",
                "科技园区创业大厦A区",
                "经济技术开发区浦江路2号",
                "第三工业区8号",
                "商品市场12号",
                "阳光社区",
                "步行街区20号",
                "上海路12号",
                "北京西路1号",
                "南京路步行街区",
                "北京市场路3号",
                "翠微北里三区5号楼",
                "万达广场北区",
                "阳光城市花园2栋",
                "红旗路18号",
                "红旗大街2号",
                "县前街3号",
                "县道102号",
                "市府大道1号",
                "永辉超市旁",
                "门市部12号",
                "高新区创新路",
                "滨江市城南新区创业路9号",
                "创新路88号（浦东新区会馆）",
                "人民路5号南区3栋",
                "人民路5号，南山区大厦",
                "东区12号",
                "A区12号",
                "地下室B区",
                "<script>alert(1)</script>",
                "…………",
            ],
        );
    }

    #[test]
    fn districts_of_the_same_name_are_told_apart_by_their_city() {
        let ours = drum_tower();
        assert_all(
            &ours,
            Inside,
            &["南京市鼓楼区中山路1号", "南京鼓楼区中山路1号", "江苏南京市鼓楼区", "鼓楼区中山路1号"],
        );
        assert_all(
            &ours,
            Outside,
            &["徐州市鼓楼区", "江苏省徐州市鼓楼区", "福建省福州市鼓楼区", "开封市鼓楼区", "南京市江北新区"],
        );
        assert_all(&ours, Unknown, &["徐州鼓楼区中山路", "南京市中山路1号", "南京西路1号", "江苏路5号"]);
    }

    #[test]
    fn municipalities_and_short_names() {
        let ours = names("上海市", "", "浦东新区", &[]);
        assert_all(&ours, Inside, &["上海市浦东新区张江路1号", "上海浦东新区张江路1号", "浦东新区张江路"]);
        assert_all(&ours, Outside, &["上海市黄浦区", "上海黄浦区", "北京市朝阳区"]);
        assert_all(&ours, Unknown, &["上海市南京路1号", "南京路1号", "中国（上海）自由贸易试验区张江路1号"]);
        let city_district = names("山西省", "晋城市", "城区", &[]);
        assert_all(&city_district, Inside, &["山西省晋城市城区凤台街", "城区凤台街"]);
        assert_all(&city_district, Outside, &["北京市西城区", "西城区德胜门"]);
        let county_city = names("江苏省", "苏州市", "昆山市", &[]);
        assert_all(&county_city, Inside, &["昆山市玉山镇", "江苏省昆山市", "江苏省苏州市昆山市"]);
        assert_all(&county_city, Outside, &["江苏省太仓市", "苏州市吴中区"]);
    }

    proptest! {
        #[test]
        fn no_address_breaks_the_reader(text in "[省市区县旗州盟新星河路号上海北京a1()（），：]{0,24}|\\PC*") {
            let _ = address_lies_in(&text, &star_river());
        }
    }
}
