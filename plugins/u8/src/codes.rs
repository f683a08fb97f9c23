//! Which codes does the ERP have for ours? Its own where the company keeps a mapping, ours otherwise.

use std::collections::HashMap;

use mortise_sdk::records::CodeKind;
use mortise_sdk::{Error, Result, log};

use crate::host::Host;

/// The ERP's codes, in the same order. A mapping that cannot be read now must not become a wrong code: that is an error. One
/// that is not granted is none.
pub fn remote(host: &mut dyn Host, kind: CodeKind, local: &[String]) -> Result<Vec<String>> {
    if local.is_empty() {
        return Ok(Vec::new());
    }
    let mapped = granted(host.codes(kind, local))?;
    Ok(fill(local, mapped))
}

/// One code.
pub fn remote_one(host: &mut dyn Host, kind: CodeKind, local: &str) -> Result<String> {
    let codes = remote(host, kind, &[local.to_owned()])?;
    Ok(codes.into_iter().next().unwrap_or_else(|| local.to_owned()))
}

/// Our codes by the ERP's.
pub fn local(host: &mut dyn Host, kind: CodeKind, remote: &[String]) -> Result<HashMap<String, String>> {
    if remote.is_empty() {
        return Ok(HashMap::new());
    }
    let mapped = granted(host.local_codes(kind, remote))?;
    Ok(remote.iter().cloned().zip(fill(remote, mapped)).collect())
}

fn granted(codes: Result<Vec<Option<String>>>) -> Result<Vec<Option<String>>> {
    match codes {
        Err(Error::Unauthorized(reason)) => {
            log::debug!("code maps are not granted, our own codes are used: {}", reason.en);
            Ok(Vec::new())
        }
        other => other,
    }
}

fn fill(given: &[String], mapped: Vec<Option<String>>) -> Vec<String> {
    let mapped = mapped.into_iter().map(Some).chain(std::iter::repeat(None));
    given
        .iter()
        .zip(mapped)
        .map(|(given, mapped)| mapped.flatten().filter(|code| !code.is_empty()).unwrap_or_else(|| given.clone()))
        .collect()
}
