//! What a password must be. Length counts, composition does not (NIST SP 800-63B); what everybody tries first is refused.

use crate::user::User;

/// Fewest characters.
pub const FEWEST: usize = 10;
/// Most bytes: beyond it a request only costs time.
pub const MOST_BYTES: usize = 1_024;

/// Beginnings of what is tried first. Shorter passwords are refused anyway.
const COMMON: [&str; 24] = [
    "password",
    "passw0rd",
    "p@ssw0rd",
    "p@ssword",
    "qwertyuiop",
    "qwerty123",
    "asdfghjkl",
    "1q2w3e4r",
    "1qaz2wsx",
    "12345678",
    "87654321",
    "11223344",
    "abc123456",
    "abcd1234",
    "abcdefgh",
    "a123456",
    "aa123456",
    "woaini",
    "iloveyou",
    "letmein",
    "changeme",
    "welcome",
    "admin",
    "mortise",
];

/// What is wrong with a new password of this user; none: nothing.
pub fn fault(password: &str, user: &User) -> Option<&'static str> {
    if password.chars().count() < FEWEST {
        return Some("must have at least 10 characters; a few unrelated words are easy to remember and hard to guess");
    }
    if password.len() > MOST_BYTES {
        return Some("has more than 1,024 bytes; shorten it");
    }
    let lower = password.to_lowercase();
    let mut kinds: Vec<char> = lower.chars().collect();
    kinds.sort_unstable();
    kinds.dedup();
    if kinds.len() < 5 {
        return Some("repeats the same few characters; use more different ones");
    }
    // A common beginning with little behind it is found as fast as the beginning.
    let guessed = |start: &str| lower.strip_prefix(start).is_some_and(|rest| rest.chars().count() < 8);
    if COMMON.iter().any(|start| guessed(start)) {
        return Some("begins like the passwords that are tried first; choose another");
    }
    let email = user.profile.email.as_deref().and_then(|email| email.split('@').next()).unwrap_or_default();
    let own = [user.name.as_str(), email].map(str::to_lowercase);
    if own.iter().any(|own| own.chars().count() >= 4 && guessed(own)) {
        return Some("begins with the name or e-mail address of the account; choose another");
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::UserId;
    use crate::instant::Instant;
    use crate::user::Profile;

    #[test]
    fn what_is_tried_first_is_refused() {
        let user = User {
            id: UserId(1),
            name: "zhang.wei".into(),
            profile: Profile { email: Some("wei.zhang@example.com".into()), ..Profile::default() },
            disabled: false,
            has_password: false,
            created_at: Instant(0),
            last_login_at: None,
        };
        for good in ["correct horse battery", "马到成功心想事成万事如意", "password is not my password", "tK9#mPq2xL"]
        {
            assert_eq!(fault(good, &user), None, "{good:?}");
        }
        let long = "ab3 ".repeat(257);
        for bad in [
            "short",
            "Password123",
            "12345678901",
            "aaaaaaaaaaaa",
            "zhang.wei2026",
            "Wei.Zhang1234567",
            "admin1234567",
            &long,
        ] {
            assert!(fault(bad, &user).is_some(), "{bad:?}");
        }
    }
}
