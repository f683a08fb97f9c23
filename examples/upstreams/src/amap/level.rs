//! How precise is an address? Read from its text, so that every gazetteer will do.

use super::{chinese, latin};

/// From coarse to fine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    Country,
    Province,
    City,
    District,
    Zone,
    Town,
    Village,
    Road,
    Crossing,
    Place,
    Number,
    Unit,
}

impl Level {
    /// The service's own word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Country => "国家",
            Self::Province => "省",
            Self::City => "市",
            Self::District => "区县",
            Self::Zone => "开发区",
            Self::Town => "乡镇",
            Self::Village => "村庄",
            Self::Road => "道路",
            Self::Crossing => "道路交叉路口",
            Self::Place => "兴趣点",
            Self::Number => "门牌号",
            Self::Unit => "单元号",
        }
    }

    pub fn is_area(self) -> bool {
        self < Self::Road
    }

    pub fn is_point(self) -> bool {
        self >= Self::Place
    }
}

/// What a gazetteer says of a part of an address that names nothing by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Known {
    Area,
    Place,
}

/// An address as read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reading {
    pub level: Level,
    /// "Near", "opposite", "crossing": several places answer to it.
    pub vague: bool,
}

/// The parts between commas.
pub fn parts(text: &str) -> impl Iterator<Item = &str> {
    text.split([',', '，', ';', '；', '\n', '|']).map(|part| part.trim_matches(|c: char| c.is_whitespace() || c == '"'))
}

/// None: nothing in the text is known.
pub fn read(text: &str, known: impl Fn(&str) -> Option<Known>) -> Option<Reading> {
    let parts: Vec<&str> = parts(text).filter(|part| !part.is_empty()).collect();
    let part_level = |part: &str| {
        own_level(part).or_else(|| {
            known(part).map(|known| match known {
                Known::Area => Level::City,
                Known::Place => Level::Place,
            })
        })
    };
    let near = parts.last().is_some_and(|part| chinese::ends_near(part) || latin::is_near(part));
    let crossing = parts.last().is_some_and(|part| chinese::is_crossing(part) || latin::is_crossing(part));
    let finest = parts.iter().filter_map(|part| part_level(&without_nearness(part))).max()?;
    if near && !finest.is_area() {
        let level = if crossing || finest == Level::Crossing { Level::Crossing } else { Level::Road };
        return Some(Reading { level, vague: true });
    }
    Some(Reading {
        level: finest,
        vague: finest == Level::Crossing || (finest == Level::Road && parts.iter().any(|p| chinese::has_nearness(p))),
    })
}

/// The level of one part, from its words alone.
pub fn own_level(part: &str) -> Option<Level> {
    if !has_han(part) {
        return latin::level(part);
    }
    let chinese = chinese::level(part);
    // A Chinese city in front of a road in Latin letters.
    let latin = || latin::level(part).filter(|level| !level.is_area());
    chinese.filter(|level| !level.is_area()).or_else(latin).or(chinese)
}

fn without_nearness(part: &str) -> String {
    if has_han(part) {
        return if chinese::ends_near(part) { chinese::without_nearness(part) } else { part.to_owned() };
    }
    part.to_owned()
}

pub fn has_han(text: &str) -> bool {
    text.chars().any(is_han)
}

pub fn is_han(c: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&c)
}
