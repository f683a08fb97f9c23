//! What do the words of a Chinese address part say?

use super::level::{Level, is_han};

const NEAR: [&str; 9] = ["附近", "旁边", "旁", "斜对面", "对面", "周边", "周围", "一带", "隔壁"];
const CROSSING: [&str; 9] = ["路口", "交叉口", "交汇处", "交汇口", "交界处", "交界口", "交口", "交叉处", "十字街口"];
const UNIT: [&str; 12] = ["号商铺", "号铺", "号楼", "号门", "号院", "单元", "室", "栋", "幢", "座", "商铺", "铺"];
const FLOOR: [&str; 3] = ["层", "楼", "期"];
const FLOOR_WORDS: [&str; 5] = ["首层", "底层", "地下", "裙楼", "夹层"];
const STREETS_THAT_ARE_PLACES: [&str; 4] = ["步行街", "商业街", "美食街", "风情街"];
const ROAD_ENDS: [&str; 9] = ["路", "街", "大道", "道", "巷", "胡同", "弄", "里弄", "高速"];
/// Where on a road: the road stays a road.
const ROAD_TAILS: [&str; 15] = [
    "北段", "南段", "东段", "西段", "中段", "一段", "二段", "三段", "四段", "五段", "段", "东侧", "西侧", "南侧",
    "北侧",
];
const PLACE_WORDS: [&str; 52] = [
    "广场",
    "大厦",
    "中心",
    "商场",
    "百货",
    "酒店",
    "宾馆",
    "饭店",
    "医院",
    "学校",
    "大学",
    "中学",
    "小学",
    "机场",
    "车站",
    "火车站",
    "高铁站",
    "地铁站",
    "航站楼",
    "候机楼",
    "公园",
    "超市",
    "银行",
    "写字楼",
    "购物",
    "小区",
    "花园",
    "公寓",
    "码头",
    "博物馆",
    "奥特莱斯",
    "市场",
    "园区",
    "科技园",
    "工业园",
    "产业园",
    "天地",
    "大楼",
    "会所",
    "商业",
    "商厦",
    "影城",
    "世界",
    "校区",
    "景区",
    "社区",
    "仓库",
    "物流园",
    "政府",
    "派出所",
    "门店",
    "国际",
];
const PLACE_ENDS: [char; 24] = [
    '店', '馆', '院', '苑', '园', '城', '站', '港', '湾', '府', '厦', '场', '厂', '所', '宫', '寺', '塔', '楼', '汇',
    '坊', '庭', '轩', '阁', '居',
];
const NOT_PLACES: [&str; 4] = ["知道", "哪里", "街道", "频道"];
const ZONES: [&str; 7] = ["开发区", "高新区", "工业区", "经开区", "自贸区", "合作区", "高新园区"];
const TOWNS: [&str; 6] = ["街道办事处", "街道办", "街道", "镇", "乡", "苏木"];

pub fn is_crossing(part: &str) -> bool {
    CROSSING.iter().any(|word| part.contains(word))
}

pub fn has_nearness(part: &str) -> bool {
    NEAR.iter().any(|word| part.contains(word))
}

pub fn ends_near(part: &str) -> bool {
    let part = part.trim_end_matches(|c: char| !c.is_alphanumeric());
    NEAR.iter().any(|word| part.ends_with(word)) || part.ends_with("附近的")
}

pub fn without_nearness(part: &str) -> String {
    NEAR.iter().fold(part.to_owned(), |text, word| text.replace(word, ""))
}

/// The finest level that the part names; what stands in brackets counts only if nothing else does.
pub fn level(part: &str) -> Option<Level> {
    let (outside, inside) = split_brackets(part);
    outside_level(&outside).or_else(|| outside_level(&inside))
}

fn outside_level(part: &str) -> Option<Level> {
    let text: String = part.chars().filter(|c| !c.is_whitespace()).collect();
    if text.is_empty() {
        return None;
    }
    if is_crossing(&text) {
        return Some(Level::Crossing);
    }
    if has_nearness(&text) {
        return Some(Level::Road);
    }
    let numbered = numbered(&text);
    if numbered.is_some_and(|level| level > Level::Place) {
        return numbered;
    }
    numbered.max(named(&text))
}

/// Numbers and codes with the word that follows them: `18号`, `3栋`, `B1-106`, `一层`.
fn numbered(text: &str) -> Option<Level> {
    let chars: Vec<char> = text.chars().collect();
    let mut finest = FLOOR_WORDS.iter().any(|word| text.contains(word)).then_some(Level::Place);
    let mut at = 0;
    while at < chars.len() {
        let run = chars.iter().skip(at).take_while(|c| in_code(**c)).count();
        if run == 0 {
            at += 1;
            continue;
        }
        let code: String = chars.iter().skip(at).take(run).collect();
        let before = at.checked_sub(1).and_then(|before| chars.get(before));
        let after: String = chars.iter().skip(at + run).collect();
        finest = finest.max(code_level(&code, before.copied(), &after));
        at += run;
    }
    finest
}

fn code_level(code: &str, before: Option<char>, after: &str) -> Option<Level> {
    let digits = code.chars().any(|c| c.is_ascii_digit());
    let letters = code.chars().any(|c| c.is_ascii_alphabetic());
    let numerals = code.chars().any(|c| NUMERALS.contains(c));
    if !(digits || letters || numerals) {
        return None;
    }
    let starts = |words: &[&str]| words.iter().any(|word| after.starts_with(word));
    if starts(&["号线", "国道", "省道", "高速", "县道"]) {
        return None;
    }
    if starts(&UNIT) {
        return Some(Level::Unit);
    }
    if (digits || numerals) && starts(&["号", "弄", "號", "#"]) {
        return Some(Level::Number);
    }
    if starts(&FLOOR) {
        return Some(Level::Place);
    }
    if digits && before.is_some_and(|c| "路街道巷弄".contains(c)) {
        return Some(Level::Number);
    }
    (digits && letters).then(|| if is_floor(code) { Level::Place } else { Level::Unit })
}

const NUMERALS: &str = "一二三四五六七八九十百零〇两负";

fn in_code(c: char) -> bool {
    c.is_ascii_alphanumeric() || NUMERALS.contains(c) || "-－~～—/&.、#".contains(c)
}

/// `1F`, `B2`, `F3`, `T2`: where in a building, not which door.
fn is_floor(code: &str) -> bool {
    code.len() <= 3
}

fn named(text: &str) -> Option<Level> {
    let ends = |words: &[&str]| words.iter().any(|word| text.ends_with(word));
    if ends(&STREETS_THAT_ARE_PLACES) {
        return Some(Level::Place);
    }
    if ends(&NOT_PLACES[..2]) {
        return None;
    }
    let road = ROAD_TAILS.iter().find_map(|tail| text.strip_suffix(tail)).unwrap_or(text);
    let is_road = ROAD_ENDS.iter().any(|end| road.ends_with(end)) && !NOT_PLACES.iter().any(|no| road.ends_with(no));
    if is_road && road.chars().count() > 1 {
        return Some(Level::Road);
    }
    if let Some(area) = area(text) {
        return Some(area);
    }
    if PLACE_WORDS.iter().any(|word| text.contains(word)) || text.ends_with(PLACE_ENDS) {
        return Some(Level::Place);
    }
    let inner = text.chars().skip(1).any(|c| "路街巷".contains(c)) || text.contains("大道");
    inner.then_some(Level::Road)
}

/// An administrative area; a part that also names a place is not one.
fn area(text: &str) -> Option<Level> {
    if PLACE_WORDS.iter().any(|word| text.contains(word)) && !text.ends_with("新区") {
        return None;
    }
    let ends = |words: &[&str]| words.iter().any(|word| text.ends_with(word));
    if text.chars().count() < 2 {
        None
    } else if ends(&ZONES) {
        Some(Level::Zone)
    } else if ends(&TOWNS) {
        Some(Level::Town)
    } else if ends(&["村", "屯"]) {
        Some(Level::Village)
    } else if ends(&["区", "县", "旗"]) {
        Some(Level::District)
    } else if ends(&["市", "自治州", "州市", "盟", "地区"]) {
        Some(Level::City)
    } else if ends(&["省", "自治区"]) {
        Some(Level::Province)
    } else if text == "中国" {
        Some(Level::Country)
    } else {
        None
    }
}

fn split_brackets(part: &str) -> (String, String) {
    let (mut outside, mut inside, mut depth) = (String::new(), String::new(), 0_u32);
    for c in part.chars() {
        match c {
            '(' | '（' | '【' | '[' => depth += 1,
            ')' | '）' | '】' | ']' => depth = depth.saturating_sub(1),
            c if depth > 0 => inside.push(c),
            c => outside.push(c),
        }
    }
    (outside, inside)
}

/// The district (or county) that the text names.
pub fn district(text: &str) -> Option<String> {
    let part = super::level::parts(text).find(|part| part.contains(['区', '县']))?;
    let end =
        part.char_indices().find(|(at, c)| matches!(c, '区' | '县') && *at > 0).map(|(at, c)| at + c.len_utf8())?;
    let named = part.get(..end)?;
    let named = named.rsplit(['省', '市', ' ']).next().unwrap_or(named);
    let long = named.chars().count();
    ((2..=8).contains(&long) && named.chars().all(is_han)).then(|| named.to_owned())
}

/// Road and number: `机场路`, `18号`.
pub fn road(text: &str) -> Option<(String, String)> {
    let found = super::level::parts(text).filter_map(|part| {
        let chars: Vec<char> = part.chars().collect();
        let end = (1..chars.len()).rev().find(|at| chars.get(*at).is_some_and(|c| "路街道巷弄".contains(*c)))?;
        let before: String = chars.iter().take(end + 1).collect();
        let name = before.rsplit(|c: char| "省市区县镇乡号".contains(c) || !is_han(c)).next()?.to_owned();
        let rest: String = chars.iter().skip(end + 1).collect();
        let number =
            rest.find('号').and_then(|at| rest.get(..at + '号'.len_utf8())).unwrap_or_default().trim().to_owned();
        (name.chars().count() > 1).then_some((name, number))
    });
    found.last()
}
