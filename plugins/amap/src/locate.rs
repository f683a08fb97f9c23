//! Where is this address? A vague one gets candidates for a person, never a point.

use std::time::Duration;

use mortise_sdk::geocoder::{Candidate, Level, Located, Query};
use mortise_sdk::{Error, Result, attributes, log};

use crate::call::{ask, list, text};
use crate::host::Host;
use crate::settings::Settings;
use crate::{level, place};

/// Longer texts are no addresses, and make addresses of the request that are too long on their way.
const LONGEST: usize = 1_000;

/// Countries whose addresses AMap knows.
const KNOWN: [&str; 5] = ["", "CN", "HK", "MO", "TW"];

pub fn locate(host: &mut dyn Host, settings: &Settings, query: &Query) -> Result<Located> {
    // The bar would make several addresses of one.
    let address = query.text.replace('|', " ").trim().to_owned();
    if !KNOWN.contains(&query.country.to_ascii_uppercase().as_str()) {
        return Ok(nothing("outside-china"));
    }
    if address.is_empty() {
        return Err(Error::invalid("text", "地址为空", "the address is empty"));
    }
    let length = address.chars().count();
    if length > LONGEST {
        let zh = format!("地址有 {length} 个字符，最多 {LONGEST} 个");
        return Err(Error::invalid(
            "text",
            zh,
            format!("the address has {length} characters, at most {LONGEST} are looked up"),
        ));
    }
    let city = if query.city.trim().is_empty() { settings.default_city.trim() } else { query.city.trim() };
    let question = format!("{}\n{city}\n{address}\n{}", settings.base_url, settings.candidates);
    let key = format!("geo/{:016x}", hash(&question));
    if settings.cache_days > 0
        && let Some((asked, mut located)) = host.recall(&key)
        // Two questions may share a hash.
        && asked == question
    {
        located.attributes.push(("cached".into(), "true".into()));
        return Ok(located);
    }
    let located = find(host, settings, &address, city)?;
    if settings.cache_days > 0 && located.best.level != Level::None {
        let lifetime = Duration::from_hours(24 * u64::from(settings.cache_days));
        host.remember(&key, &(question, located.clone()), lifetime);
    }
    Ok(located)
}

fn find(host: &mut dyn Host, settings: &Settings, address: &str, city: &str) -> Result<Located> {
    let answer = ask(host, settings, "/v3/geocode/geo", &[("address", address), ("city", city)])?.unwrap_or_default();
    let codes = list(&answer, "geocodes");
    let mut found: Vec<Candidate> = codes.iter().map(place::geocode).filter(|one| one.point.is_some()).collect();
    let word = codes.first().map(|code| text(code, "level")).unwrap_or_default();
    let mut candidates = found.split_off(found.len().min(1));
    let mut best = found.pop().unwrap_or_default();
    let doubt = doubt(address, city, &best, &candidates);
    if let Some(reason) = doubt
        && best.level == Level::Point
    {
        // A person may still say that this very place was meant.
        candidates.insert(0, best.clone());
        best.level = if reason == "vague" { Level::Road } else { Level::Area };
    }
    let most = usize::from(settings.candidates);
    if best.level != Level::Point && candidates.len() < most {
        candidates.extend(places(host, settings, address, city));
    }
    let mut seen: Vec<String> = Vec::new();
    candidates.retain(|one| {
        let fresh = !one.formatted.is_empty() && !seen.contains(&one.formatted);
        seen.push(one.formatted.clone());
        fresh
    });
    candidates.truncate(if best.level == Level::Point { 0 } else { most });
    let told = [("level", word), ("doubt", doubt.unwrap_or_default().to_owned())];
    let told = told.into_iter().filter(|(_, value)| !value.is_empty());
    Ok(Located { best, candidates, attributes: attributes(told) })
}

/// Why even a precise answer may be the wrong place.
fn doubt(address: &str, city: &str, best: &Candidate, others: &[Candidate]) -> Option<&'static str> {
    if level::is_vague(address) {
        return Some("vague");
    }
    let rival = |other: &&Candidate| other.level == Level::Point && other.division.code != best.division.code;
    if others.iter().any(|other| rival(&other)) {
        return Some("ambiguous");
    }
    let is_chinese = city.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
    let name = city.trim_end_matches('市');
    let division = &best.division;
    let known = [&division.province, &division.city, &division.district];
    let elsewhere = is_chinese
        && known.iter().any(|part| !part.is_empty())
        && !known
            .iter()
            .any(|part| !part.is_empty() && (part.contains(name) || name.contains(part.trim_end_matches('市'))));
    elsewhere.then_some("other-city")
}

/// Places that the address may mean. They are an offer: without them the answer is as good as before.
fn places(host: &mut dyn Host, settings: &Settings, address: &str, city: &str) -> Vec<Candidate> {
    let plain = level::without_vagueness(address);
    let keywords: String = if plain.is_empty() { address } else { &plain }.chars().take(80).collect();
    let limit = if city.is_empty() { "" } else { "true" };
    let query = [("keywords", keywords.as_str()), ("city", city), ("citylimit", limit), ("offset", "5"), ("page", "1")];
    match ask(host, settings, "/v3/place/text", &query) {
        Ok(answer) => answer.iter().flat_map(|answer| list(answer, "pois")).map(place::poi).collect(),
        Err(error) => {
            log::info!("no candidates: {error}");
            Vec::new()
        }
    }
}

pub fn nothing(reason: &str) -> Located {
    Located { attributes: attributes([("doubt", reason)]), ..Located::default() }
}

/// FNV-1a.
fn hash(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}
