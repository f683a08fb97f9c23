use mortise_domain::grant::Grant;
use mortise_domain::manifest::Manifest;
use proptest::prelude::*;
use serde_json::json;

use super::*;

fn outbound(wishes: &[&str], grant: &[&str], private: &[&str]) -> Outbound {
    let reason = json!({ "zh": "因", "en": "because" });
    let wishes: Vec<_> = wishes.iter().map(|origin| json!({ "origin": origin, "reason": reason })).collect();
    let manifest = json!({
        "name": "p", "version": "1.0.0", "publisher": "us", "contract": "1.0",
        "title": reason, "description": reason, "wishes": { "http": wishes },
    });
    // Unchecked: a setting may hold what a manifest may not.
    let manifest: Manifest = serde_json::from_value(manifest).unwrap();
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
    "http://0x7f.0x0.0x0.0x1/",
    "http://0X7F000001/",
    "http://0177.1/",
    "http://00000177.0000.0000.0001/",
    "http://127.0.0.1:80/",
    "http://127.000.000.001/",
    "http://１２７。０。０。１/",
    "http://127．0．0．1/",
    "http://127｡0｡0｡1/",
    "http://0x7f。1/",
    "http://[::ffff:169.254.169.254]/",
    "http://[0000:0000::0001]/",
    "http://[2001:0:4136:e378:8000:63bf:3fff:fdd2]/",
    "http://[64:ff9b:1::a00:1]/",
    "http://[fec0::1]/",
    "http://192.0.0.192/",
    "http://198.18.0.1/",
    "http://255.255.255.255/",
    "http://4294967295/",
    "HTTP://127.0.0.1/",
    "hTTps://127.1/",
    "http:127.0.0.1/",
    "http:/127.0.0.1/",
    "http:///127.0.0.1/",
    "http:\\\\127.0.0.1\\x",
    "http://127.0.0.1\\.example/",
    " \thttp://127.0.0.1/\r\n",
    "ht\ntp://12\t7.0.0\n.1/",
    "http://1\t2\n7.1/",
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

/// What looks like a granted host to a reader, and is another one to whoever dials.
#[test]
fn a_granted_name_elsewhere_in_the_url_opens_nothing() {
    let outbound = outbound(&["https://granted.example"], &["https://granted.example"], &[]);
    for url in [
        "https://granted.example@127.0.0.1/",
        "https://granted.example:443@127.0.0.1/",
        "https://granted.example%40127.0.0.1/",
        "https://127.0.0.1/granted.example",
        "https://127.0.0.1/?https://granted.example",
        "https://127.0.0.1/#@granted.example/",
        "https://127.0.0.1\\@granted.example/",
        "https://granted.example.127.0.0.1.nip.example/",
        "https://granted.example:8443/",
        "https://granted.example:0/",
        "https://granted.example./",
        "https://granted-example/",
        "https://xn--granted-example/",
        "https://ɡranted.example/",
        "https://granted.example。evil.example/",
        "https://@127.0.0.1/",
        "https://:@granted.example.evil.example/",
    ] {
        if let Ok(url) = Url::parse(url) {
            assert!(outbound.judge(&url).is_err(), "{url}");
        }
    }
    // Other ways of writing the granted one are the granted one.
    for url in [
        "https://GRANTED.example/",
        "https://granted.example:443/",
        "https://granted。example/",
        "https://ｇranted.example/",
        "https://granted.example\\@127.0.0.1/",
        "https:\\\\granted.example/x",
        "https://gran\tted.exam\nple/",
    ] {
        let target = judge(&outbound, url).expect(url);
        assert_eq!(target.origin.host, "granted.example", "{url}");
    }
}

#[test]
fn wildcards_cover_names_alone() {
    let outbound = outbound(&["http://*.example"], &["http://*.example"], &[]);
    for url in ["http://example/", "http://evilexample/", "http://1.2.3.4/", "http://[::1]/", "http://a.example.com/"] {
        assert!(judge(&outbound, url).is_err(), "{url}");
    }
    assert!(judge(&outbound, "http://a.b.example/").is_ok());
    // No name can stand below an address.
    assert!(Url::parse("http://x.127.0.0.1/").is_err());
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

proptest! {
    /// However an address is written, it is the address that is judged: nothing that is not public passes without the mark.
    #[test]
    fn no_notation_hides_an_address(octets: [u8; 4], notation in 0..6_usize, scheme in "[hH][tT][tT][pP][sS]?") {
        let [a, b, c, d] = octets;
        let number = u32::from_be_bytes(octets);
        let host = match notation {
            0 => format!("{a}.{b}.{c}.{d}"),
            1 => number.to_string(),
            2 => format!("0x{number:x}"),
            3 => format!("0{number:o}"),
            4 => format!("0x{a:X}.0{b:o}.{}", u16::from_be_bytes([c, d])),
            _ => format!("[::ffff:{a}.{b}.{c}.{d}]"),
        };
        let url = format!("{scheme}://{host}/");
        let judged = judge(&outbound(&[&url], &[&url], &[]), &url);
        let public = address::kind(IpAddr::from(octets)).is_none();
        prop_assert_eq!(judged.is_ok(), public, "{}: {:?}", url, judged);
    }

    /// Whatever a guest writes: no panic, and where it is let through, the host is one that was granted.
    #[test]
    fn hostile_urls_are_judged(url in "\\PC{0,60}", tail in "[a-z0-9.:@/\\\\%#?\\[\\]-]{0,40}") {
        let outbound = outbound(&["https://granted.example"], &["https://granted.example"], &[]);
        for text in [url.clone(), format!("https://{tail}"), format!("https://granted.example{tail}"), format!("https:{url}")] {
            if let Ok(url) = Url::parse(&text)
                && let Ok(target) = outbound.judge(&url)
            {
                prop_assert_eq!((url.host_str(), url.port_or_known_default()), (Some("granted.example"), Some(443)));
                prop_assert_eq!(target.origin.to_string(), "https://granted.example:443");
            }
        }
    }
}
