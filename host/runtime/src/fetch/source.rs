//! Where a plugin's file is: `oci://HOST/REPOSITORY[:TAG|@sha256:…]`, or an `https://` address.

use oci_spec::distribution::Reference;
use url::Url;

/// Where a plugin's file is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// In a registry.
    Registry(Reference),
    /// At an address.
    Address(Url),
}

/// Why a text names no source.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} names no plugin: {reason}")]
pub struct SourceError {
    text: String,
    reason: String,
}

const SCHEME: &str = "oci://";

impl Source {
    /// Is it meant as a source, not as a file of this machine?
    pub fn is_meant(text: &str) -> bool {
        text.contains("://")
    }
}

impl std::str::FromStr for Source {
    type Err = SourceError;

    fn from_str(text: &str) -> Result<Self, SourceError> {
        let refuse = |reason: String| SourceError { text: text.chars().take(200).collect(), reason };
        if let Some(name) = text.strip_prefix(SCHEME) {
            return reference(name).map(Self::Registry).map_err(refuse);
        }
        let url = Url::parse(text)
            .map_err(|_| refuse("write oci://HOST/REPOSITORY:TAG, or an address that begins with https://".into()))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(refuse("write oci://HOST/REPOSITORY:TAG, or an address that begins with https://".into()));
        }
        if !url.username().is_empty() || url.password().is_some() {
            // The text holds a password: it is not repeated.
            let reason = "an address must not hold a user name or password".into();
            return Err(SourceError { text: format!("{}://…", url.scheme()), reason });
        }
        Ok(Self::Address(url))
    }
}

fn reference(name: &str) -> Result<Reference, String> {
    let reference: Reference =
        name.parse().map_err(|error| format!("{error}; write oci://HOST/REPOSITORY:TAG or …@sha256:DIGEST"))?;
    // Without a host, container tools mean Docker Hub; here that would fetch from somebody whom nobody named.
    let host = name.split_once('/').map_or("", |(host, _)| host);
    if host != reference.registry() {
        return Err("the registry's host is missing; write oci://HOST/REPOSITORY:TAG".into());
    }
    if reference.digest().is_some_and(|digest| !digest.starts_with("sha256:")) {
        return Err("only sha256 digests are known".into());
    }
    Ok(reference)
}

impl std::fmt::Display for Source {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Registry(reference) => write!(f, "{SCHEME}{reference}"),
            // A query may hold what lets one in.
            Self::Address(url) => f.write_str(url.as_str().split(['?', '#']).next().unwrap_or_default()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_names_a_source() {
        for (text, shown) in [
            ("oci://ghcr.io/acme/u8:1.2.0", "oci://ghcr.io/acme/u8:1.2.0"),
            ("oci://127.0.0.1:5000/u8", "oci://127.0.0.1:5000/u8:latest"),
            ("https://acme.example/u8.wasm?token=s3cr3t#x", "https://acme.example/u8.wasm"),
        ] {
            assert_eq!(text.parse::<Source>().unwrap().to_string(), shown);
        }
        let digest = format!("oci://ghcr.io/acme/u8@sha256:{}", "a".repeat(64));
        assert_eq!(digest.parse::<Source>().unwrap().to_string(), digest);
    }

    #[test]
    fn what_names_none() {
        let refused = [
            "u8.wasm",
            "ftp://acme.example/u8.wasm",
            "file:///etc/passwd",
            "https://ann:s3cr3t@acme.example/u8.wasm",
            "oci://u8",
            "oci://acme/u8:1.0",
            "oci://ghcr.io/../../etc/passwd",
            "oci://ghcr.io/acme/../u8",
            "oci://ghcr.io/acme/u8:../../tag",
            "oci://ghcr.io/acme/u8:a/b",
            "oci://ghcr.io/acme%2f..%2fu8",
            "oci://ghcr.io/Acme/u8",
            "oci://ghcr.io//u8",
            "oci://ghcr.io/acme/u8@sha256:abc",
            "oci://ghcr.io/acme/u8@md5:d41d8cd98f00b204e9800998ecf8427e",
            "oci://ann:s3cr3t@ghcr.io/acme/u8",
            "oci://ghcr.io/acme/u8?x=1",
            "oci://ghcr.io/acme/u8 :1",
            "oci://",
        ];
        let told: Vec<String> = refused.iter().map(|text| text.parse::<Source>().unwrap_err().to_string()).collect();
        insta::assert_snapshot!(told.join("\n"), @r#"
        "u8.wasm" names no plugin: write oci://HOST/REPOSITORY:TAG, or an address that begins with https://
        "ftp://acme.example/u8.wasm" names no plugin: write oci://HOST/REPOSITORY:TAG, or an address that begins with https://
        "file:///etc/passwd" names no plugin: write oci://HOST/REPOSITORY:TAG, or an address that begins with https://
        "https://…" names no plugin: an address must not hold a user name or password
        "oci://u8" names no plugin: the registry's host is missing; write oci://HOST/REPOSITORY:TAG
        "oci://acme/u8:1.0" names no plugin: the registry's host is missing; write oci://HOST/REPOSITORY:TAG
        "oci://ghcr.io/../../etc/passwd" names no plugin: invalid reference format; write oci://HOST/REPOSITORY:TAG or …@sha256:DIGEST
        "oci://ghcr.io/acme/../u8" names no plugin: invalid reference format; write oci://HOST/REPOSITORY:TAG or …@sha256:DIGEST
        "oci://ghcr.io/acme/u8:../../tag" names no plugin: invalid reference format; write oci://HOST/REPOSITORY:TAG or …@sha256:DIGEST
        "oci://ghcr.io/acme/u8:a/b" names no plugin: invalid reference format; write oci://HOST/REPOSITORY:TAG or …@sha256:DIGEST
        "oci://ghcr.io/acme%2f..%2fu8" names no plugin: invalid reference format; write oci://HOST/REPOSITORY:TAG or …@sha256:DIGEST
        "oci://ghcr.io/Acme/u8" names no plugin: invalid reference format; write oci://HOST/REPOSITORY:TAG or …@sha256:DIGEST
        "oci://ghcr.io//u8" names no plugin: invalid reference format; write oci://HOST/REPOSITORY:TAG or …@sha256:DIGEST
        "oci://ghcr.io/acme/u8@sha256:abc" names no plugin: invalid reference format; write oci://HOST/REPOSITORY:TAG or …@sha256:DIGEST
        "oci://ghcr.io/acme/u8@md5:d41d8cd98f00b204e9800998ecf8427e" names no plugin: unsupported digest algorithm; write oci://HOST/REPOSITORY:TAG or …@sha256:DIGEST
        "oci://ann:s3cr3t@ghcr.io/acme/u8" names no plugin: invalid reference format; write oci://HOST/REPOSITORY:TAG or …@sha256:DIGEST
        "oci://ghcr.io/acme/u8?x=1" names no plugin: invalid reference format; write oci://HOST/REPOSITORY:TAG or …@sha256:DIGEST
        "oci://ghcr.io/acme/u8 :1" names no plugin: invalid reference format; write oci://HOST/REPOSITORY:TAG or …@sha256:DIGEST
        "oci://" names no plugin: repository name must have at least one component; write oci://HOST/REPOSITORY:TAG or …@sha256:DIGEST
        "#);
    }
}
