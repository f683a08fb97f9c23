//! What do the words of an address part in Latin letters say?

use super::level::Level;

const ROADS: [&str; 44] = [
    "road",
    "rd",
    "street",
    "st",
    "avenue",
    "ave",
    "av",
    "lane",
    "ln",
    "drive",
    "dr",
    "way",
    "close",
    "court",
    "ct",
    "place",
    "pl",
    "square",
    "sq",
    "boulevard",
    "blvd",
    "terrace",
    "crescent",
    "gardens",
    "row",
    "walk",
    "parade",
    "highway",
    "hwy",
    "route",
    "rue",
    "via",
    "calle",
    "strasse",
    "straße",
    "weg",
    "platz",
    "allee",
    "lu",
    "jie",
    "dadao",
    "mews",
    "grove",
    "broadway",
];
const UNITS: [&str; 14] = [
    "unit",
    "flat",
    "suite",
    "apt",
    "apartment",
    "room",
    "floor",
    "shop",
    "building",
    "bldg",
    "block",
    "level",
    "gf",
    "ground",
];
const PLACES: [&str; 30] = [
    "hospital",
    "mall",
    "plaza",
    "airport",
    "station",
    "hotel",
    "centre",
    "center",
    "tower",
    "park",
    "university",
    "school",
    "college",
    "house",
    "shopping",
    "market",
    "museum",
    "church",
    "warehouse",
    "factory",
    "stadium",
    "office",
    "bank",
    "library",
    "theatre",
    "terminal",
    "inn",
    "castle",
    "arcade",
    "estate",
];
const AREAS: [&str; 9] =
    ["county", "district", "borough", "shire", "province", "qu", "prefecture", "township", "municipality"];
const NEAR: [&str; 9] =
    ["near", "nearby", "opposite", "beside", "next to", "behind", "close to", "around", "adjacent to"];
const CROSSINGS: [&str; 6] = ["corner of", "junction", "crossing", "intersection", "crossroads", "corner"];

pub fn is_near(part: &str) -> bool {
    let words = words(part);
    NEAR.iter().any(|phrase| has_phrase(&words, phrase)) || is_crossing(part)
}

pub fn is_crossing(part: &str) -> bool {
    let words = words(part);
    CROSSINGS.iter().any(|phrase| has_phrase(&words, phrase))
}

pub fn level(part: &str) -> Option<Level> {
    let words = words(part);
    let has = |set: &[&str]| words.iter().any(|word| set.contains(&word.as_str()) || ends_as_road(word, set));
    let numbered = words.iter().any(|word| word.bytes().any(|b| b.is_ascii_digit()));
    let first_is_number = words.first().is_some_and(|word| word.starts_with(|c: char| c.is_ascii_digit()));
    let named = words.iter().any(|word| word.chars().count() >= 3 && word.chars().all(char::is_alphabetic));
    if is_crossing(part) {
        Some(Level::Crossing)
    } else if is_near(part) {
        Some(Level::Road)
    } else if has(&UNITS) && (numbered || words.len() > 1) {
        Some(Level::Unit)
    } else if has(&ROADS) && numbered {
        Some(Level::Number)
    } else if words.last().is_some_and(|word| ROADS.contains(&word.as_str()) || ends_as_road(word, &ROADS)) {
        // "Station Road" is a road, "Road Station" a station.
        if words.len() > 1 || ends_as_road(part, &ROADS) { Some(Level::Road) } else { None }
    } else if has(&PLACES) {
        Some(Level::Place)
    } else if has(&ROADS) && words.len() > 1 {
        Some(Level::Road)
    } else if first_is_number && named {
        Some(Level::Number)
    } else if has(&AREAS) {
        Some(Level::District)
    } else {
        None
    }
}

/// German roads are one word: Hauptstraße.
fn ends_as_road(word: &str, set: &[&str]) -> bool {
    set.contains(&"strasse") && ["straße", "strasse", "gasse"].iter().any(|end| word.ends_with(end))
}

fn words(part: &str) -> Vec<String> {
    let lower = part.to_lowercase();
    lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(ToOwned::to_owned).collect()
}

fn has_phrase(words: &[String], phrase: &str) -> bool {
    let phrase: Vec<&str> = phrase.split(' ').collect();
    words.windows(phrase.len()).any(|window| window.iter().map(String::as_str).eq(phrase.iter().copied()))
}

/// Road and number of an address such as `12 Station Road`.
pub fn road(text: &str) -> Option<(String, String)> {
    super::level::parts(text).find_map(|part| {
        let words: Vec<&str> = part.split_whitespace().collect();
        let is_road = |word: &&str| {
            ROADS.contains(&word.to_lowercase().trim_end_matches('.')) || ends_as_road(&word.to_lowercase(), &ROADS)
        };
        words.iter().find(|word| is_road(word))?;
        let (numbers, names): (Vec<&str>, Vec<&str>) =
            words.iter().partition(|word| word.bytes().any(|b| b.is_ascii_digit()));
        Some((names.join(" "), numbers.join(" ")))
    })
}
