//! Links in messages by which a person decides an approval without signing in: signed with a key of this installation, bound to one
//! step and one person, and of no use once the step is decided or the time is over. Nothing of them is stored.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use mortise_domain::ids::ApprovalId;
use mortise_domain::instant::Instant;
use mortise_domain::ports::approvals::{Links as Port, Ticket};
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::access::Site;

/// Begins every key, so that scanners for leaked secrets know it.
pub const PREFIX: &str = "mra_";
/// Bytes of a signature.
const SIGNATURE: usize = 32;

/// Makes and checks links.
pub struct Links {
    site: Site,
    key: Zeroizing<[u8; 32]>,
}

impl Links {
    /// To this site, signed with a key for this purpose alone.
    pub fn new(site: Site, key: [u8; 32]) -> Self {
        Self { site, key: Zeroizing::new(key) }
    }

    /// What the key of a link lets decide; none: it is not one of ours, or its time is over.
    pub fn read(&self, key: &str, now: Instant) -> Option<Ticket> {
        let bytes = URL_SAFE_NO_PAD.decode(key.strip_prefix(PREFIX)?).ok()?;
        let (said, signature) = bytes.split_at_checked(bytes.len().checked_sub(SIGNATURE)?)?;
        self.mac(said)?.verify_slice(signature).ok()?;
        let mut parts = std::str::from_utf8(said).ok()?.splitn(4, ' ');
        let ticket = Ticket {
            approval: ApprovalId(parts.next()?.parse().ok()?),
            step: parts.next()?.parse().ok()?,
            expires_at: Instant(parts.next()?.parse().ok()?),
            person: parts.next()?.to_owned(),
        };
        (now < ticket.expires_at).then_some(ticket)
    }

    fn sign(&self, ticket: &Ticket) -> String {
        let Ticket { approval, step, person, expires_at } = ticket;
        let mut bytes = format!("{approval} {step} {} {person}", expires_at.0).into_bytes();
        if let Some(mac) = self.mac(&bytes) {
            bytes.extend_from_slice(&mac.finalize().into_bytes());
        }
        format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(bytes))
    }

    /// None cannot be: HMAC takes keys of every length.
    fn mac(&self, said: &[u8]) -> Option<Hmac<Sha256>> {
        let mut mac = Hmac::<Sha256>::new_from_slice(self.key.as_slice()).ok()?;
        mac.update(b"approval\0");
        mac.update(said);
        Some(mac)
    }
}

impl Port for Links {
    // Behind the `#`, which browsers send to nobody: the key is in no log of a server and in no `Referer`.
    fn deciding(&self, ticket: &Ticket) -> String {
        format!("{}/approve#{}", self.site.url, self.sign(ticket))
    }

    // The console has no page for a single one; its list shows what waits for whoever looks.
    fn showing(&self) -> String {
        format!("{}/approvals", self.site.url)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn only_what_we_signed_is_read() {
        let site = || Site::new(Some("https://m.example.com"), "").unwrap();
        let links = Links::new(site(), [7; 32]);
        let now = Instant(1_000);
        let expires_at = now.after(Duration::from_mins(1));
        let ticket = Ticket { approval: ApprovalId(4), step: 2, person: "dora".into(), expires_at };
        let link = links.deciding(&ticket);
        assert_eq!(link, links.deciding(&ticket), "the same message when it is sent again");
        let key = link.strip_prefix("https://m.example.com/approve#").unwrap();
        assert_eq!(links.read(key, now), Some(ticket.clone()));
        assert_eq!(links.read(key, expires_at), None, "its time is over");
        assert_eq!(Links::new(site(), [8; 32]).read(key, now), None, "another installation");
        let bytes = URL_SAFE_NO_PAD.decode(key.strip_prefix(PREFIX).unwrap()).unwrap();
        for at in 0..bytes.len() {
            let mut forged = bytes.clone();
            forged[at] ^= 1;
            assert_eq!(links.read(&format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(forged)), now), None, "byte {at}");
        }
        for other in ["", PREFIX, "mra_AAAA", &key[..key.len() - 2], "mri_x"] {
            assert_eq!(links.read(other, now), None, "{other:?}");
        }
    }
}
