//! The cookie of a session.

use axum::http::{HeaderMap, HeaderValue, header};

use super::super::problem::Problem;
use crate::access::Site;

/// With https, browsers accept a cookie of this name only from this host, for all its paths, and over https: nobody can slip
/// one in from a neighbouring host.
const SECURE: &str = "__Host-mortise";
/// Without, there is no such promise.
const PLAIN: &str = "mortise";

const fn name(site: &Site) -> &'static str {
    if site.secure { SECURE } else { PLAIN }
}

/// The id of the session that the request names; none: it names none, or several, of which one must have been slipped in.
pub fn session<'a>(site: &Site, headers: &'a HeaderMap) -> Option<&'a str> {
    let cookies = headers.get_all(header::COOKIE).into_iter().filter_map(|value| value.to_str().ok());
    let pairs = cookies.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='));
    let mut ids = pairs.filter(|(key, _)| *key == name(site)).map(|(_, id)| id);
    let id = ids.next()?;
    ids.next().is_none().then_some(id)
}

/// `Set-Cookie` that keeps the session for so many seconds. No script reads it, and no other site's request carries it.
pub fn keep(site: &Site, id: &str, seconds: u64) -> Result<HeaderValue, Problem> {
    let secure = if site.secure { "; Secure" } else { "" };
    let text = format!("{}={id}; Path=/; HttpOnly; SameSite=Strict; Max-Age={seconds}{secure}", name(site));
    let mut value = HeaderValue::try_from(text).map_err(|_| Problem::internal())?;
    value.set_sensitive(true);
    Ok(value)
}

/// `Set-Cookie` that removes it.
pub fn forget(site: &Site) -> Result<HeaderValue, Problem> {
    keep(site, "", 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(site: &Site, cookies: &[&'static str]) -> Option<String> {
        let headers: HeaderMap =
            cookies.iter().map(|value| (header::COOKIE, HeaderValue::from_static(value))).collect();
        session(site, &headers).map(ToOwned::to_owned)
    }

    #[test]
    fn only_the_one_cookie_of_this_site_counts() {
        let (plain, secure) = (Site::new(None, "").unwrap(), Site::new(Some("https://m.example"), "").unwrap());
        assert_eq!(found(&plain, &["a=1; mortise=x", "b=2"]).as_deref(), Some("x"));
        assert_eq!(found(&secure, &["mortise=x"]), None);
        assert_eq!(found(&secure, &["mortise=x; __Host-mortise=y"]).as_deref(), Some("y"));
        assert_eq!(found(&plain, &["mortise=x; mortise=y"]), None);
        assert_eq!(found(&plain, &["mortise=x", "mortise=x"]), None);
        assert_eq!(found(&plain, &["xmortise=x; mortise"]), None);
    }

    #[test]
    fn attributes_are_as_strict_as_the_site_allows() {
        let plain = keep(&Site::new(None, "").unwrap(), "x", 60).unwrap();
        assert_eq!(plain, "mortise=x; Path=/; HttpOnly; SameSite=Strict; Max-Age=60");
        let secure = keep(&Site::new(Some("https://m.example"), "").unwrap(), "x", 60).unwrap();
        assert_eq!(secure, "__Host-mortise=x; Path=/; HttpOnly; SameSite=Strict; Max-Age=60; Secure");
        assert!(secure.is_sensitive());
        let gone = forget(&Site::new(None, "").unwrap()).unwrap();
        assert_eq!(gone, "mortise=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0");
    }
}
