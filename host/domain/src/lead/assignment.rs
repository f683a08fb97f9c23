//! Who gets a lead: a score that says why.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::instant::Instant;
use crate::text::Text;

/// Somebody who could look after a lead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// As in stories.
    pub actor: String,
    /// Do they belong to the lead's store itself, or only to its region?
    pub own_store: bool,
    /// Leads that they look after and that have not ended.
    pub load: i64,
    /// Leads of theirs that were won.
    pub won: i64,
    /// Leads of theirs that ended, won or lost.
    pub ended: i64,
    /// When they were last given a lead.
    pub last_at: Option<Instant>,
    /// Did they have this lead before and not answer it?
    pub missed: bool,
}

/// A part of a score.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Part {
    /// What it is for.
    pub title: Text,
    /// Points of it.
    pub points: i64,
    /// Points at most.
    pub most: i64,
}

/// A candidate with the score.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scored {
    /// Who.
    pub actor: String,
    /// All points.
    pub score: i64,
    /// Where they come from.
    pub parts: Vec<Part>,
}

/// Points for won leads.
const WON: i64 = 40;
/// Points for having few leads.
const FREE: i64 = 40;
/// Points for being near.
const NEAR: i64 = 20;

/// The candidates by score, the best first; of those alike, whoever was given a lead longest ago. Those who missed this lead before come only
/// where there is nobody else.
pub fn ranked(candidates: &[Candidate]) -> Vec<Scored> {
    let fresh: Vec<&Candidate> = candidates.iter().filter(|one| !one.missed).collect();
    let considered = if fresh.is_empty() { candidates.iter().collect() } else { fresh };
    let heaviest = considered.iter().map(|one| one.load).max().unwrap_or_default().max(1);
    let mut scored: Vec<(Scored, Option<Instant>)> =
        considered.into_iter().map(|one| (score(one, heaviest), one.last_at)).collect();
    scored.sort_by(|(one, one_at), (other, other_at)| {
        (other.score, one_at, &one.actor).cmp(&(one.score, other_at, &other.actor))
    });
    scored.into_iter().map(|(scored, _)| scored).collect()
}

fn score(one: &Candidate, heaviest: i64) -> Scored {
    // Whoever has ended few leads is taken for average: half of two won.
    let won = WON * (one.won + 1) / (one.ended + 2);
    let free = FREE * (heaviest - one.load).max(0) / heaviest;
    let near = if one.own_store { NEAR } else { NEAR / 2 };
    let part = |zh: &str, en: &str, points, most| Part { title: Text::new(zh, en), points, most };
    let parts = vec![
        part("成交记录", "Won before", won, WON),
        part("当前负荷低", "Few leads now", free, FREE),
        part("门店匹配", "Store match", near, NEAR),
    ];
    Scored { actor: one.actor.clone(), score: won + free + near, parts }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn candidate(actor: &str, load: i64, won: i64, ended: i64) -> Candidate {
        Candidate { actor: actor.into(), own_store: true, load, won, ended, last_at: None, missed: false }
    }

    fn order(candidates: &[Candidate]) -> Vec<String> {
        ranked(candidates).into_iter().map(|one| one.actor).collect()
    }

    #[test]
    fn the_best_and_freest_comes_first() {
        assert_eq!(order(&[candidate("busy", 10, 5, 10), candidate("free", 0, 5, 10)]), ["free", "busy"]);
        assert_eq!(order(&[candidate("poor", 3, 0, 10), candidate("good", 3, 9, 10)]), ["good", "poor"]);
        let far = Candidate { own_store: false, ..candidate("far", 0, 0, 0) };
        assert_eq!(order(&[far, candidate("near", 0, 0, 0)]), ["near", "far"]);
        let just = Candidate { last_at: Some(Instant(5)), ..candidate("a", 0, 0, 0) };
        assert_eq!(order(&[just, candidate("b", 0, 0, 0)]), ["b", "a"], "those alike take turns");
        let missed = Candidate { missed: true, ..candidate("missed", 0, 9, 9) };
        assert_eq!(order(&[missed.clone(), candidate("other", 9, 0, 9)]), ["other"]);
        assert_eq!(order(&[missed]), ["missed"], "better than nobody");
        for one in ranked(&[candidate("a", 3, 2, 4), candidate("b", 1, 0, 0)]) {
            assert_eq!(one.score, one.parts.iter().map(|part| part.points).sum::<i64>());
            assert!(one.parts.iter().all(|part| (0..=part.most).contains(&part.points)), "{one:?}");
        }
    }
}
