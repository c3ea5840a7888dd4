//! Where things are: the invented district 星河区 of 临川市 in 江南省, its twelve street offices, and the places enterprises go
//! to.

use super::dice::Dice;
use crate::domain::registry::address::DistrictNames;

/// The province, which does not exist.
pub const PROVINCE: &str = "江南省";
/// The city.
pub const CITY: &str = "临川市";
/// The district.
pub const DISTRICT: &str = "星河区";
/// Its competent tax authority.
pub const TAX_AUTHORITY: &str = "国家税务总局临川市星河区税务局";
/// The six digits of first registration in credit codes. GB/T 2260 has no divisions that begin with 99, so no code made with them
/// is that of an enterprise that exists.
pub const DIVISION: &str = "990102";
/// The same of enterprises first registered in other districts of the city and province.
pub const OTHER_DIVISIONS: [&str; 4] = ["990101", "990103", "990105", "990300"];

/// A street office and what lies in its area.
#[derive(Debug)]
pub struct Street {
    /// Its name.
    pub name: &'static str,
    /// Roads.
    pub roads: [&'static str; 4],
    /// Office buildings and parks.
    pub buildings: [&'static str; 3],
    /// How many of a hundred enterprises lie here.
    pub weight: u32,
}

const fn street(name: &'static str, weight: u32, roads: [&'static str; 4], buildings: [&'static str; 3]) -> Street {
    Street { name, roads, buildings, weight }
}

/// The twelve street offices.
pub static STREETS: [Street; 12] = [
    street("星湖街道", 14, ["星湖大道", "湖滨路", "观澜路", "听涛路"], ["星湖国际中心", "湖滨金融大厦", "观澜广场"]),
    street("云台街道", 12, ["云台路", "云锦路", "栖云路", "登云路"], ["云台科技园", "云锦大厦", "栖云中心"]),
    street("望江街道", 11, ["望江路", "滨江大道", "船厂路", "江月路"], ["望江商务中心", "滨江一号", "船厂创意园"]),
    street("东渡街道", 9, ["东渡路", "渡口路", "港前路", "集贤路"], ["东渡物流园", "港前大厦", "集贤大厦"]),
    street("锦绣街道", 9, ["锦绣路", "丝绸路", "织锦路", "彩云路"], ["锦绣天地", "丝绸大厦", "织锦工坊"]),
    street("学府街道", 8, ["学府路", "书院路", "求知路", "明德路"], ["学府科创园", "书院大厦", "求知孵化器"]),
    street("石桥街道", 8, ["石桥路", "工业路", "锻造路", "建新路"], ["石桥工业园", "建新厂区", "锻造智造园"]),
    street("龙亭街道", 7, ["龙亭路", "古城路", "鼓楼巷路", "文庙路"], ["龙亭广场", "古城大厦", "文庙商场"]),
    street("青榆街道", 6, ["青榆路", "榆林路", "育才路", "百花路"], ["青榆产业园", "榆林大厦", "百花市场"]),
    street("松涛街道", 6, ["松涛路", "松风路", "翠微路", "山前路"], ["松涛软件园", "翠微大厦", "山前工业坊"]),
    street("梅溪街道", 5, ["梅溪路", "梅岭路", "溪畔路", "竹园路"], ["梅溪电商园", "溪畔中心", "竹园大厦"]),
    street("南苑街道", 5, ["南苑路", "花苑路", "新苑路", "康宁路"], ["南苑商贸城", "花苑大厦", "康宁大厦"]),
];

/// Places outside the district where enterprises work or go to.
const ELSEWHERE: [&str; 6] = [
    "江南省临川市澄江区科创大道",
    "江南省临川市江北区浦江路",
    "江南省临川市东湖区云帆路",
    "江南省安阳湖市开发区兴业路",
    "江南省平江市城南区人民路",
    "江南省临川市清河县工业大道",
];

/// The tax authorities of neighbouring districts.
const OTHER_AUTHORITIES: [&str; 3] =
    ["国家税务总局临川市江北区税务局", "国家税务总局临川市东湖区税务局", "国家税务总局临川市高新区税务局"];

/// Where enterprises move to, as visitors write it; with the division code when it lies in another province. Of the
/// enterprises that left a large city whole between 2010 and 2014, 71.9 % stayed in their province (蔡舒, 从杭州看企业外迁的有序引导,
/// 2014); the invented province has no code.
const DESTINATIONS: [(&str, Option<&str>); 10] = [
    ("临川市高新区", None),
    ("临川市江北区", None),
    ("临川市东湖区", None),
    ("临川市清河县", None),
    ("省内平江市", None),
    ("省内安阳湖市", None),
    ("临川市高新区", None),
    ("上海市", Some("310000")),
    ("深圳市", Some("440300")),
    ("苏州市", Some("320500")),
];

/// A place an enterprise goes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Destination {
    /// As people call it.
    pub name: &'static str,
    /// Its division code, if it has one.
    pub division: Option<&'static str>,
}

impl Destination {
    /// Draws one.
    pub fn draw(dice: &mut Dice) -> Self {
        let (name, division) = dice.pick(&DESTINATIONS);
        Self { name, division }
    }
}

/// The names by which the district is known in addresses.
pub fn district_names() -> DistrictNames {
    DistrictNames {
        province: PROVINCE.to_owned(),
        city: CITY.to_owned(),
        district: DISTRICT.to_owned(),
        aliases: Vec::new(),
    }
}

/// An address in a street.
pub fn address_in(street: &Street, dice: &mut Dice) -> String {
    let road = dice.pick(&street.roads);
    let number = dice.number(1..=398);
    let room = dice.number(2..=26) * 100 + dice.number(1..=18);
    let place = if dice.per_mille(620) {
        format!("{}{room}室", dice.pick(&street.buildings))
    } else {
        format!("{}幢{room}室", dice.number(1..=9))
    };
    format!("{PROVINCE}{CITY}{DISTRICT}{}{road}{number}号{place}", street.name)
}

/// An address outside the district.
pub fn address_elsewhere(dice: &mut Dice) -> String {
    format!("{}{}号{}幢{}室", dice.pick(&ELSEWHERE), dice.number(1..=960), dice.number(1..=20), dice.number(101..=1808))
}

/// A competent tax authority outside the district.
pub fn authority_elsewhere(dice: &mut Dice) -> &'static str {
    dice.pick(&OTHER_AUTHORITIES)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::registry::{
        address::{AddressVerdict, address_lies_in},
        division::DivisionCode,
    };

    #[test]
    fn addresses_are_read_as_they_are_meant() {
        let mut dice = Dice::named(1, "addresses");
        for street in &STREETS {
            for _ in 0..40 {
                let address = address_in(street, &mut dice);
                assert_eq!(address_lies_in(&address, &district_names()), AddressVerdict::Inside, "{address}");
            }
        }
        for _ in 0..200 {
            let address = address_elsewhere(&mut dice);
            assert_eq!(address_lies_in(&address, &district_names()), AddressVerdict::Outside, "{address}");
        }
    }

    #[test]
    fn destinations_are_divisions() {
        assert!(DESTINATIONS.iter().filter_map(|(_, code)| *code).all(|code| DivisionCode::parse(code).is_ok()));
        let in_province = DESTINATIONS.iter().filter(|(_, code)| code.is_none()).count();
        assert_eq!(in_province * 10 / DESTINATIONS.len(), 7);
    }

    #[test]
    fn the_divisions_of_first_registration_exist_nowhere() {
        assert!([DIVISION].iter().chain(&OTHER_DIVISIONS).all(|code| DivisionCode::parse(code).is_err()));
        assert_eq!(STREETS.iter().map(|street| street.weight).sum::<u32>(), 100);
    }
}
