use mortise_domain::grant::Grant;
use mortise_domain::manifest::Manifest;
use serde_json::json;

use super::*;

fn outbound(wishes: &[&str], grant: &[&str], private: &[&str]) -> Outbound {
    let reason = json!({ "zh": "因", "en": "because" });
    let wishes: Vec<_> = wishes.iter().map(|origin| json!({ "origin": origin, "reason": reason })).collect();
    let manifest = json!({
        "name": "p", "version": "1.0.0", "publisher": "us", "contract": "1.0",
        "title": reason, "description": reason, "wishes": { "http": wishes },
    });
    let manifest = Manifest::parse(manifest.to_string().as_bytes()).unwrap();
    let texts = |all: &[&str]| all.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
    let grant = Grant { http: texts(grant), private: texts(private), ..Grant::default() };
    Outbound {
        connection: "c".into(),
        allowed: Allowed::new(&manifest, &json!({}), &grant),
        wished: manifest.wishes.http.iter().filter_map(|wish| resolve(&wish.host, &json!({}))).collect(),
        ..Outbound::default()
    }
}

fn judge(outbound: &Outbound, url: &str) -> Result<Target, String> {
    outbound.judge(&Url::parse(url).unwrap())
}

#[test]
fn wish_and_grant_must_agree() {
    let outbound = outbound(&["https://api.example.com", "https://*.b.example"], &["https://api.example.com"], &[]);
    assert!(judge(&outbound, "https://api.example.com/x?y").is_ok());
    insta::assert_snapshot!(judge(&outbound, "https://x.b.example/").unwrap_err(), @"`https://x.b.example:443` is not granted: an admin adds it to `grant.http` of the connection `c`");
    insta::assert_snapshot!(judge(&outbound, "https://evil.example/").unwrap_err(), @"`https://evil.example:443` is not wished for (the manifest wishes for `https://api.example.com:443`, `https://*.b.example:443` with these settings): the plugin's developer adds it to `wishes.http`, then an admin grants it");
    for url in [
        "http://api.example.com/",
        "https://api.example.com:8443/",
        "https://api.example.com.evil.example/",
        "https://API.example.com./",
        "https://x.api.example.com/",
        "https://user@api.example.com/",
        "https://user:word@api.example.com/",
        "https://api.example.com@evil.example/",
        "ftp://api.example.com/",
        "file:///etc/passwd",
    ] {
        assert!(judge(&outbound, url).is_err(), "{url}");
    }
}

/// Every way of writing an address of this machine or a metadata service.
const LITERALS: &[&str] = &[
    "http://127.0.0.1/",
    "http://127.1/",
    "http://127.0.1/",
    "http://2130706433/",
    "http://0x7f000001/",
    "http://0x7f.1/",
    "http://0177.0.0.1/",
    "http://017700000001/",
    "http://127.0.0.1./",
    "http://0.0.0.0/",
    "http://0/",
    "http://[::1]/",
    "http://[::]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[::ffff:7f00:1]/",
    "http://[0:0:0:0:0:ffff:7f00:0001]/",
    "http://[::127.0.0.1]/",
    "http://[64:ff9b::7f00:1]/",
    "http://[2002:7f00:1::]/",
    "http://１２７.０.０.１/",
    "http://①②⑦.0.0.1/",
    "http://127。0。0。1/",
    "http://%31%32%37.0.0.1/",
    "http://169.254.169.254/",
    "http://2852039166/",
    "http://0xa9fea9fe/",
    "http://[fd00:ec2::254]/",
    "http://100.100.100.200/",
    "http://10.0.0.8/",
    "http://0xa.0.0.8/",
    "http://[fe80::1]/",
    "http://[fd00::8]/",
];

#[test]
fn literals_are_recognised_in_every_notation() {
    for url in LITERALS {
        // Even where an admin granted exactly this text, without the private mark.
        let granted = outbound(&[url], &[url], &[]);
        let refusal = judge(&granted, url).expect_err(url);
        assert!(refusal.contains(" is ") && !refusal.contains("not granted"), "{url}: {refusal}");
    }
}

#[test]
fn the_private_mark_opens_what_can_be_opened() {
    let table = [
        ("http://127.0.0.1:8080/", true),
        ("http://10.0.0.8/", true),
        ("http://[::1]/", true),
        ("http://169.254.169.254/", true),
        ("http://0.0.0.0/", false),
        ("http://224.0.0.1/", false),
        ("http://[64:ff9b::7f00:1]/", false),
    ];
    for (url, open) in table {
        assert_eq!(judge(&outbound(&[url], &[url], &[url]), url).is_ok(), open, "{url}");
    }
}
