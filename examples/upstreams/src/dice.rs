//! Chance that repeats: the same seed gives the same faults in the same order.

/// SplitMix64.
#[derive(Debug, Clone)]
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        mix(self.0)
    }

    /// True in `rate` of all throws.
    pub fn hits(&mut self, rate: f64) -> bool {
        #[expect(clippy::cast_precision_loss, reason = "the loss is below the resolution of a rate")]
        let share = (self.roll() >> 11) as f64 / (1_u64 << 53) as f64;
        share < rate
    }

    /// One of them; none of an empty slice.
    pub fn pick<T: Copy>(&mut self, from: &[T]) -> Option<T> {
        let at = self.roll() % u64::try_from(from.len()).ok().filter(|n| *n > 0)?;
        from.get(usize::try_from(at).ok()?).copied()
    }
}

/// The same number for the same text, in every run and on every machine.
pub fn hash(text: &str) -> u64 {
    mix(text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)))
}

/// 32 hexadecimal digits, as tokens and ids look.
pub fn id(seed: u64, kind: &str, number: u64, now_ms: i64) -> String {
    let of = |half| hash(&format!("{seed}/{kind}/{number}/{now_ms}/{half}"));
    format!("{:016x}{:016x}", of(0), of(1))
}

fn mix(value: u64) -> u64 {
    let value = (value ^ (value >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    value ^ (value >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_met_and_a_seed_repeats() {
        let count = |seed| {
            let mut dice = Dice::new(seed);
            (0..10_000).filter(|_| dice.hits(0.3)).count()
        };
        assert!((2_800..3_200).contains(&count(1)));
        assert_eq!(count(7), count(7));
    }
}
