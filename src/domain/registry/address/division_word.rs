//! Recognises the name of a division (省, 市, 区, 县, 旗 …) at the start of an address, and distinguishes it from roads,
//! estates, markets and zones with the same endings. `address.rs` decides which division it is.

use crate::domain::text::is_han;

/// The shortest beginning that is the name of a province, city, district or county.
pub(super) fn division_word(text: &str, after_city: bool) -> Option<&str> {
    let mut length = 0;
    let mut characters = text.char_indices().peekable();
    while let Some((at, c)) = characters.next() {
        length += 1;
        let next = characters.peek().map(|&(_, next)| next);
        if !is_han(c) || "街巷弄号室栋幢座站".contains(c) {
            return None;
        }
        let word = text.get(..at + c.len_utf8())?;
        match ending(word, length, next, text, after_city) {
            Ending::Division => return Some(word),
            Ending::Place => return None,
            Ending::Open => {}
        }
        let is_inside_word = length > 1 && !next.is_some_and(|next| "省市区县旗州盟".contains(next));
        if is_inside_word && "路道镇乡村园院楼厦场馆厂校店苑期".contains(c) {
            return None;
        }
    }
    None
}

enum Ending {
    /// The word is the name of a division.
    Division,
    /// The word is a zone, a market or some other place; what follows is no longer the leading part.
    Place,
    /// The word is not complete.
    Open,
}

fn ending(word: &str, length: usize, next: Option<char>, text: &str, after_city: bool) -> Ending {
    let follows = |characters: &str| next.is_some_and(|next| characters.contains(next));
    match word.chars().last() {
        Some('省') if length >= 3 => place_if(length > 4 || follows("道府委级"), Ending::Division),
        Some('市') if length >= 3 => city_ending(word, length, next, text),
        Some('州') if word.ends_with("自治州") => place_if(length > 16, Ending::Division),
        Some('盟') if matches!(word, "兴安盟" | "锡林郭勒盟" | "阿拉善盟") => Ending::Division,
        Some('区') if length >= 2 => zone_or_district(word, length, next, after_city),
        Some('县') if length >= 2 => {
            let is_other = matches!(word, "本县" | "我县" | "该县" | "全县") || follows("城前府道委");
            place_if(is_other || length > if word.contains("自治") { 16 } else { 6 }, Ending::Division)
        }
        Some('旗') if length >= 3 => place_if(
            word.ends_with("红旗") || follows("舰杆帜") || length > 12,
            if follows("区县") { Ending::Open } else { Ending::Division },
        ),
        _ => Ending::Open,
    }
}

fn place_if(is_place: bool, otherwise: Ending) -> Ending {
    if is_place { Ending::Place } else { otherwise }
}

fn city_ending(word: &str, length: usize, next: Option<char>, text: &str) -> Ending {
    let behind = text.strip_prefix(word).unwrap_or_default();
    let is_no_city = length > 6
        || (length > 3 && word.ends_with("城市"))
        || matches!(word, "新城市" | "大城市")
        || ["超市", "大都市", "夜市", "早市", "菜市", "花市"].iter().any(|market| word.ends_with(market));
    match next {
        Some('场' | '政' | '民' | '口' | '容' | '委' | '府' | '郊' | '立') => Ending::Place,
        // 青岛市|市北区, but 津市市.
        Some('市') if !["市南区", "市北区", "市中区"].iter().any(|d| behind.starts_with(d)) => Ending::Open,
        // 沙市区 is a district, 南京市区 means the city.
        Some('区') => Ending::Open,
        _ => place_if(is_no_city, Ending::Division),
    }
}

/// New areas of national rank: the only ones whose name alone says where they are.
const NEW_AREAS: [&str; 19] = [
    "浦东新区",
    "滨海新区",
    "两江新区",
    "舟山群岛新区",
    "兰州新区",
    "南沙新区",
    "西咸新区",
    "贵安新区",
    "西海岸新区",
    "金普新区",
    "天府新区",
    "湘江新区",
    "江北新区",
    "福州新区",
    "滇中新区",
    "哈尔滨新区",
    "长春新区",
    "赣江新区",
    "雄安新区",
];

/// What ends in 区 and is no division.
const ZONES: [&str; 62] = [
    "小区",
    "园区",
    "开发区",
    "工业区",
    "社区",
    "街区",
    "校区",
    "院区",
    "厂区",
    "库区",
    "片区",
    "营区",
    "辖区",
    "市区",
    "县区",
    "镇区",
    "场区",
    "期区",
    "景区",
    "高新区",
    "经开区",
    "产业区",
    "科技区",
    "科创区",
    "孵化区",
    "试验区",
    "实验区",
    "示范区",
    "先行区",
    "自贸区",
    "综保区",
    "保税区",
    "加工区",
    "物流区",
    "仓储区",
    "集聚区",
    "聚集区",
    "集中区",
    "合作区",
    "管理区",
    "功能区",
    "核心区",
    "中心区",
    "中心城区",
    "主城区",
    "商务区",
    "商业区",
    "商贸区",
    "金融区",
    "服务区",
    "旅游区",
    "度假区",
    "保护区",
    "居住区",
    "住宅区",
    "生活区",
    "宿舍区",
    "家属区",
    "别墅区",
    "公寓区",
    "办公区",
    "安置区",
];

fn zone_or_district(word: &str, length: usize, next: Option<char>, after_city: bool) -> Ending {
    if matches!(word, "沙市区" | "梁园区") || (after_city && matches!(word, "新城区" | "老城区")) {
        return Ending::Division;
    }
    if length == 2 {
        let is_district = after_city && matches!(word, "城区" | "郊区" | "矿区" | "东区" | "西区");
        return if is_district { Ending::Division } else { Ending::Place };
    }
    // 阿里地区 is a prefecture, 本地区 is not.
    if word.ends_with("地区") {
        return place_if(matches!(word, "本地区" | "该地区"), Ending::Division);
    }
    if word.ends_with("新区") {
        return place_if(!NEW_AREAS.contains(&word), Ending::Division);
    }
    let before = word.chars().rev().nth(1).unwrap_or_default();
    let is_part_of_estate = "一二三四五六七八九十甲乙丙丁".contains(before)
        || (length > 3 && "东西南北中楼".contains(before))
        || matches!(word, "新城区" | "老城区");
    let longest = if word.ends_with("族区") || word.contains("自治") { 10 } else { 6 };
    let is_zone = ZONES.iter().any(|zone| word.ends_with(zone));
    place_if(is_zone || is_part_of_estate || length > longest || next == Some('域'), Ending::Division)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn divisions() {
        for (text, word) in [
            ("江海省滨江市", "江海省"),
            ("青岛市市北区", "青岛市"),
            ("津市市人民路", "津市市"),
            ("沙市区北京路", "沙市区"),
            ("路桥区路北街道", "路桥区"),
            ("莫力达瓦达斡尔族自治旗尼尔基镇", "莫力达瓦达斡尔族自治旗"),
            ("阿里地区噶尔县", "阿里地区"),
            ("浦东新区张江", "浦东新区"),
        ] {
            assert_eq!(division_word(text, false), Some(word), "{text}");
        }
    }

    #[test]
    fn other_places() {
        for text in [
            "星河小区",
            "科技园区",
            "人民路鼓楼区",
            "商品市场",
            "红旗路",
            "县前街",
            "A区",
            "城区",
            "城南新区",
            "省府路",
        ] {
            assert_eq!(division_word(text, false), None, "{text}");
        }
        assert_eq!(division_word("城区凤台街", true), Some("城区"));
        assert_eq!(division_word("新城区长乐路", true), Some("新城区"));
    }
}
