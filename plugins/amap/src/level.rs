//! How precise is an answer? By AMap's own word for it, and by what the address says of itself.

use mortise_sdk::geocoder::Level;

const POINT: [&str; 12] = [
    "兴趣点",
    "门牌号",
    "门址",
    "单元号",
    "楼栋号",
    "住宅区",
    "公交站台、地铁站",
    "公交站台",
    "地铁站",
    "公交地铁站点",
    "室内",
    "楼层",
];
const ROAD: [&str; 4] = ["道路", "道路交叉路口", "道路交叉口", "路口"];

/// The level of AMap's word. One that nobody knows is no point: goods are not sent on a guess.
pub fn of(word: &str) -> Level {
    if POINT.contains(&word) {
        Level::Point
    } else if ROAD.contains(&word) {
        Level::Road
    } else {
        Level::Area
    }
}

/// Words that say "somewhere about here".
const NEAR: [&str; 14] = [
    "附近",
    "旁边",
    "斜对面",
    "对面",
    "周边",
    "周围",
    "一带",
    "隔壁",
    "路口",
    "交叉口",
    "交汇处",
    "交汇口",
    "交界处",
    "十字街口",
];
const NEAR_ENDS: [&str; 3] = ["旁", "边上", "交口"];
const NEAR_LATIN: [&str; 9] =
    ["near", "opposite", "beside", "next to", "behind", "across from", "corner of", "intersection", "crossing"];
/// A clinic on such a road is a place like any other.
const NOT_NEAR: [&str; 1] = ["路口腔"];

/// Does the address say by itself that it means no one place?
pub fn is_vague(address: &str) -> bool {
    let named = NOT_NEAR.iter().fold(address.to_lowercase(), |text, word| text.replace(word, ""));
    let latin = |word: &str| {
        named.match_indices(word).any(|(at, _)| {
            let whole = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric());
            whole(named[..at].chars().next_back()) && whole(named[at + word.len()..].chars().next())
        })
    };
    NEAR.iter().any(|word| named.contains(word))
        || parts(&named).any(|part| NEAR_ENDS.iter().any(|word| part.ends_with(word)))
        || NEAR_LATIN.iter().any(|word| latin(word))
}

/// The address without such words: what a person may have meant.
pub fn without_vagueness(address: &str) -> String {
    let plain =
        NEAR.iter().filter(|word| **word != "路口").fold(address.to_owned(), |text, word| text.replace(word, ""));
    let plain =
        plain.replace("路口腔", "\u{1}").replace("路路口", "路").replace("路口", "路").replace('\u{1}', "路口腔");
    let ended = NEAR_ENDS.iter().fold(plain.trim(), |text, word| text.trim_end_matches(word));
    ended.trim_matches(|c: char| c.is_whitespace() || "，,。.()（）".contains(c)).to_owned()
}

fn parts(text: &str) -> impl Iterator<Item = &str> {
    text.split([',', '，', ';', '；', '。', '(', ')', '（', '）', ' ']).filter(|part| !part.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_are_sets() {
        for word in ["门牌号", "兴趣点", "单元号", "公交站台、地铁站", "住宅区", "门址"] {
            assert_eq!(of(word), Level::Point, "{word}");
        }
        assert_eq!([of("道路"), of("道路交叉路口")], [Level::Road; 2]);
        for word in ["国家", "省", "市", "区县", "开发区", "乡镇", "村庄", "热点商圈", "未知", "", "新词"]
        {
            assert_eq!(of(word), Level::Area, "{word}");
        }
    }

    #[test]
    fn vague_words_are_seen() {
        for vague in [
            "中山路100号附近",
            "人民路与解放路交叉口",
            "人民路解放路路口",
            "第一医院对面",
            "万达广场旁边",
            "万达广场旁",
            "超市隔壁, 二楼",
            "Nanjing Road, near the station",
            "Opposite City Hall",
        ] {
            assert!(is_vague(vague), "{vague}");
        }
        for plain in [
            "中山路100号",
            "中山路口腔医院",
            "江边路8号",
            "旁遮普餐厅",
            "Nearchos Street 4",
            "北京市朝阳区阜通东大街6号",
        ] {
            assert!(!is_vague(plain), "{plain}");
        }
    }

    #[test]
    fn what_was_meant_is_left() {
        assert_eq!(without_vagueness("第一医院对面"), "第一医院");
        assert_eq!(without_vagueness("人民路与解放路路口"), "人民路与解放路");
        assert_eq!(without_vagueness("万达广场旁"), "万达广场");
        assert_eq!(without_vagueness("中山路口腔医院附近"), "中山路口腔医院");
        assert_eq!(without_vagueness("附近"), "");
    }
}
