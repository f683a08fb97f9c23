//! Redirects, followed by the host and checked anew at each hop.

use http::{Method, StatusCode};
use mortise_domain::grant::Origin;
use url::Url;

use super::Refused;
use super::draft::{Hop, URL, check_host};
use crate::secrets::Secrets;

/// Most redirects of one request.
pub(crate) const MOST: usize = 5;

/// The request that follows, if the answer is a redirect.
pub(crate) fn next(
    hop: &Hop,
    status: StatusCode,
    location: Option<&str>,
    secrets: &Secrets,
) -> Result<Option<Hop>, Refused> {
    let to_get = match status.as_u16() {
        301 | 302 => hop.method == Method::POST,
        303 => hop.method != Method::GET && hop.method != Method::HEAD,
        307 | 308 => false,
        _ => return Ok(None),
    };
    let Some(location) = location else { return Ok(None) };
    if location.len() > URL {
        return Err(Refused::Denied(format!(
            "the upstream redirects to a URL of {} bytes, the most is {URL}",
            location.len()
        )));
    }
    let mut url = hop
        .url
        .join(location)
        .map_err(|error| Refused::Denied(format!("the upstream redirects to something that is no URL ({error})")))?;
    check_host(&url)?;
    url.set_fragment(None);
    let mut followed = hop.clone();
    if to_get {
        followed.method = Method::GET;
        followed.body = None;
        followed.headers.retain(|(name, _)| !name.starts_with("content-"));
    }
    if Origin::of(&url) != Origin::of(&hop.url) {
        leave_credentials(&mut followed, &url, secrets)?;
    }
    followed.url = url;
    Ok(Some(followed))
}

/// Credentials never follow to another origin.
fn leave_credentials(hop: &mut Hop, url: &Url, secrets: &Secrets) -> Result<(), Refused> {
    hop.headers.retain(|(name, value)| {
        !matches!(name.as_str(), "authorization" | "cookie") && !secrets.is_sensitive(value.as_bytes())
    });
    let carried = secrets.is_sensitive(url.as_str().as_bytes())
        || hop.body.as_ref().is_some_and(|body| secrets.is_sensitive(body));
    if carried {
        let origin = Origin::of(url).map(|origin| origin.to_string()).unwrap_or_default();
        return Err(Refused::Denied(format!(
            "the upstream redirects to `{origin}` and a credential would go along: credentials never follow to another origin; have the plugin call that address itself"
        )));
    }
    Ok(())
}
