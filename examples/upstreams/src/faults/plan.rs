//! Does this request fail, and how?

use crate::{
    dice::Dice,
    faults::{ALL, Chaos, Fault, Rule},
    message::Request,
};

/// What will be done to a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Plan {
    pub fault: Fault,
    pub ms: Option<u64>,
    /// An error page hides that the request was done.
    pub committed: bool,
}

/// Rules first, then chance.
#[derive(Debug)]
pub struct Planner {
    rules: Vec<Rule>,
    chaos: Option<(Chaos, Dice)>,
    dice: Dice,
}

impl Planner {
    pub fn new(seed: u64) -> Self {
        Self { rules: Vec::new(), chaos: None, dice: Dice::new(seed) }
    }

    pub fn add(&mut self, rules: Vec<Rule>) {
        for mut rule in rules {
            if rule.times.is_none() && rule.rate.is_none() {
                rule.times = Some(1);
            }
            self.rules.push(rule);
        }
    }

    pub fn clear(&mut self) {
        self.rules.clear();
        self.chaos = None;
    }

    pub fn set_chaos(&mut self, chaos: Chaos) {
        let dice = Dice::new(chaos.seed);
        self.chaos = (chaos.rate > 0.0).then_some((chaos, dice));
    }

    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    pub fn chaos(&self) -> Option<&Chaos> {
        self.chaos.as_ref().map(|(chaos, _)| chaos)
    }

    pub fn plan(&mut self, request: &Request) -> Option<Plan> {
        self.by_rule(request).or_else(|| self.by_chance(request))
    }

    fn by_rule(&mut self, request: &Request) -> Option<Plan> {
        let full = format!("/{}{}", request.vendor.name(), request.path);
        let dice = &mut self.dice;
        let at = self.rules.iter_mut().position(|rule| {
            let concerns = rule.vendor.is_none_or(|vendor| vendor == request.vendor)
                && full.contains(&rule.path)
                && rule.fault.applies_to(request)
                && rule.times != Some(0);
            if concerns && rule.skip > 0 {
                rule.skip -= 1;
                return false;
            }
            concerns && rule.rate.is_none_or(|rate| dice.hits(rate))
        })?;
        let rule = self.rules.get_mut(at)?;
        rule.times = rule.times.map(|times| times - 1);
        let plan = Plan { fault: rule.fault, ms: rule.ms, committed: rule.committed };
        self.rules.retain(|rule| rule.times != Some(0));
        Some(plan)
    }

    fn by_chance(&mut self, request: &Request) -> Option<Plan> {
        let (chaos, dice) = self.chaos.as_mut()?;
        if !(chaos.vendors.is_empty() || chaos.vendors.contains(&request.vendor)) || !dice.hits(chaos.rate) {
            return None;
        }
        let wished = if chaos.kinds.is_empty() { &ALL[..] } else { &chaos.kinds[..] };
        let kinds: Vec<Fault> = wished.iter().copied().filter(|fault| fault.applies_to(request)).collect();
        // A gateway's page says nothing about what happened behind it.
        let committed = dice.hits(0.5);
        Some(Plan { fault: dice.pick(&kinds)?, ms: None, committed })
    }
}
