//! What is known of a request's effect: whether the upstream may have done it, or may still be doing it.

use http::StatusCode;

use super::{Refused, Sender};

/// Does this answer leave open what became of the request?
///
/// It does where a gateway on the way gives it: the upstream behind may have done the request, or still be working on it.
///
/// * 408 and 504: who answers has waited long enough. 502: what came from behind was no answer.
/// * 503: proxies answer it too when the connection behind them breaks after the request has gone there. An upstream that says
///   it of itself has done nothing; waiting for it costs a pause only.
/// * 520 to 524: Cloudflare's own, for the same and for connections that break or time out behind it.
///
/// All others are answers of an end. 500 is among them: the upstream itself says that it failed, so that it is not working on
/// it any more. What it did before it failed, the next attempt looks up.
pub(super) fn is_unknown(status: StatusCode) -> bool {
    matches!(status.as_u16(), 408 | 502..=504 | 520..=524)
}

impl Sender {
    /// The first request of a chain was answered: its effect may have happened, whatever becomes of the next one.
    pub(super) fn after_redirect(&self, refused: Refused, hops: usize) -> Refused {
        match refused {
            Refused::UnknownOutcome(text) => {
                self.recorder().unknown_outcome = true;
                Refused::UnknownOutcome(text)
            }
            Refused::NotSent(text) if hops > 0 => {
                self.recorder().unknown_outcome = true;
                Refused::UnknownOutcome(format!("after a redirect: {text}"))
            }
            Refused::Denied(text) if hops > 0 => {
                self.recorder().unknown_outcome = true;
                Refused::Denied(format!("after a redirect: {text}"))
            }
            Refused::Limit(text) if hops > 0 => {
                self.recorder().unknown_outcome = true;
                Refused::Limit(format!("after a redirect: {text}"))
            }
            Refused::TooLarge(text) => {
                self.recorder().unknown_outcome = true;
                Refused::TooLarge(text)
            }
            other => other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_gateways_answer_leaves_it_open() {
        let unknown: Vec<u16> = (100..600).filter(|code| is_unknown(StatusCode::from_u16(*code).unwrap())).collect();
        assert_eq!(unknown, [408, 502, 503, 504, 520, 521, 522, 523, 524]);
    }
}
