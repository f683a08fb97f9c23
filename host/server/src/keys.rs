//! Keys that are shown once: tokens, session ids, invitations. 256 random bits, of which only the hash is stored.

use mortise_domain::ports::clock::Chance;
use mortise_domain::secret::Secret;
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

/// What a key is for; its prefix tells people and scanners, and keeps the hashes of the kinds apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyKind {
    /// Of an API token.
    Token,
    /// Of a session.
    Session,
    /// Of an invitation.
    Invite,
}

impl KeyKind {
    /// How keys of this kind begin.
    pub const fn prefix(self) -> &'static str {
        match self {
            Self::Token => "mrt_",
            Self::Session => "mrs_",
            Self::Invite => "mri_",
        }
    }
}

/// Under which a key is stored. The keys are random, so a fast hash does.
pub fn hash(key: &str) -> [u8; 32] {
    Sha256::digest(key.as_bytes()).into()
}

/// A new key: 32 random bytes in base 62.
pub fn generate(kind: KeyKind, chance: &dyn Chance) -> Secret {
    const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    let mut number = Zeroizing::new([0_u8; 32]);
    chance.fill(number.as_mut());
    let mut key = Zeroizing::new(kind.prefix().to_owned());
    // 62^43 > 2^256: 43 digits hold the whole number.
    for _ in 0..43 {
        let mut rest = 0_usize;
        for byte in number.iter_mut() {
            let value = rest << 8 | usize::from(*byte);
            *byte = u8::try_from(value / 62).unwrap_or(u8::MAX);
            rest = value % 62;
        }
        key.push(DIGITS.get(rest).copied().map_or('0', char::from));
    }
    Secret::new(key.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Fixed(u8);
    impl Chance for Fixed {
        fn fill(&self, buffer: &mut [u8]) {
            buffer.fill(self.0);
        }
    }

    #[test]
    fn keys_use_all_their_bytes() {
        let all = generate(KeyKind::Token, &Fixed(0xff));
        // 2^256 - 1 in base 62, last digit first.
        assert_eq!(all.expose(), "mrt_1pX8wOr5j2ACunjH7GLL8mWZWHmY1LA1ZO6Adwksjhy");
        assert_ne!(all, generate(KeyKind::Token, &Fixed(0xfe)));
        assert_ne!(all, generate(KeyKind::Session, &Fixed(0xff)));
    }
}
