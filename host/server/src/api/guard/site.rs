//! Cross-site requests. A browser sends the cookie of a session along whoever asked it to, so what changes something by a cookie
//! must prove that our own pages asked. Two proofs are needed, either of which would do; `host/ACCESS.md` says why.

use axum::http::uri::Authority;
use axum::http::{HeaderMap, Method, Uri, header};

use super::super::problem::Problem;
use crate::access::Site;

/// Other sites' pages cannot send it: a browser asks us first (CORS), and we never say yes.
pub const OWN_HEADER: (&str, &str) = ("x-requested-with", "mortise");

/// Does this method change something?
pub fn changes(method: &Method) -> bool {
    !matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

/// Refuses what a browser sends for another site's page.
pub fn from_own_pages(site: &Site, uri: &Uri, headers: &HeaderMap) -> Result<(), Problem> {
    let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or_default());
    let own = match (text("sec-fetch-site"), text(header::ORIGIN.as_str())) {
        // Set by the browser, out of reach of pages.
        (Some(relation), _) => relation == "same-origin",
        (None, Some(origin)) => is_own(site, origin, uri, headers),
        // No browser that sends neither still gets security updates; programs send neither.
        (None, None) => true,
    };
    if own { Ok(()) } else { Err(refusal("The browser says that another site's page sent this request.")) }
}

/// Refuses what lacks the header that only our own pages and programs can send.
pub fn with_own_header(headers: &HeaderMap) -> Result<(), Problem> {
    let (name, value) = OWN_HEADER;
    if headers.get(name).is_some_and(|sent| sent == value) {
        return Ok(());
    }
    Err(refusal(&format!("A change by the cookie of a session needs the header {name}: {value}.")))
}

fn is_own(site: &Site, origin: &str, uri: &Uri, headers: &HeaderMap) -> bool {
    if let Some(own) = &site.origin {
        return origin == own;
    }
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    let asked = host.or_else(|| uri.authority().map(Authority::as_str));
    let named = origin.split_once("://").map(|(_, host)| host);
    named.is_some() && named == asked
}

fn refusal(detail: &str) -> Problem {
    Problem::new(axum::http::StatusCode::FORBIDDEN, "cross-site", "The request comes from another site", detail)
        .remedy("Use Mortise's own pages, or an API token.")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passes(site: &Site, headers: &[(&'static str, &'static str)]) -> bool {
        let headers =
            headers.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect::<HeaderMap>();
        from_own_pages(site, &Uri::from_static("/api/v1/orders"), &headers).is_ok()
    }

    #[test]
    fn the_browsers_word_counts_before_the_origin() {
        let site = Site::new(None, "").unwrap();
        for (relation, own) in [("same-origin", true), ("same-site", false), ("cross-site", false), ("none", false)] {
            let headers = [("sec-fetch-site", relation), ("origin", "http://a:1"), ("host", "a:1")];
            assert_eq!(passes(&site, &headers), own, "{relation}");
        }
    }

    #[test]
    fn an_origin_is_compared_whole() {
        let here = Site::new(None, "").unwrap();
        let asked = |origin| passes(&here, &[("origin", origin), ("host", "a.example:8080")]);
        assert!(asked("http://a.example:8080") && !asked("http://a.example") && !asked("http://b.example:8080"));
        assert!(!asked("null") && !asked("") && !asked("a.example:8080"));
        assert!(passes(&here, &[("host", "a.example:8080")]));
        let public = Site::new(Some("https://a.example"), "").unwrap();
        assert!(passes(&public, &[("origin", "https://a.example"), ("host", "10.0.0.1:8080")]));
        // The same host without TLS is another site.
        assert!(!passes(&public, &[("origin", "http://a.example"), ("host", "a.example")]));
    }
}
