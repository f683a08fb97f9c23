use bytes::Bytes;
use mortise_domain::grant::Grant;
use proptest::prelude::*;
use serde_json::json;
use url::Url;

use super::*;

const SECRET: &str = "s3cret/of &the \"slot\"";

struct Fixed;

impl Chance for Fixed {
    fn fill(&self, buffer: &mut [u8]) {
        buffer.fill(0xab);
    }
}

fn secrets(places: &[&str]) -> Secrets {
    let text = json!({ "zh": "文", "en": "text" });
    let manifest = json!({
        "name": "p", "version": "1.0.0", "publisher": "us", "contract": "1.0", "title": text, "description": text,
        "credentials": [{ "slot": "key", "title": text, "hosts": [{ "origin": "https://own.example" }], "places": places }],
    });
    let manifest = Manifest::parse(manifest.to_string().as_bytes()).unwrap();
    let allowed = Allowed::new(&manifest, &json!({}), &Grant::default());
    let credential = Credential { slot: "key".into(), value: Secret::new(SECRET), expires_at: Instant::NEVER };
    Secrets::new(&manifest, &json!({}), &allowed, vec![credential], &Fixed)
}

/// The text with the placeholder in the middle, where the mask says so.
fn around(token: &str, text: &str, with: bool) -> String {
    let middle = (0..=text.len() / 2).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    let (before, after) = text.split_at(middle);
    if with { format!("{before}{token}{after}") } else { text.to_owned() }
}

proptest! {
    /// Wherever a guest writes the placeholder: the value stands only in places of its slot, only towards its host, and never in
    /// what is recorded.
    #[test]
    fn the_value_stands_only_where_it_may(
        allowed in proptest::sample::subsequence(vec!["header", "query", "path", "body"], 0..=4),
        wanted: [bool; 4],
        own: bool,
        texts in proptest::array::uniform4("[ -~]{0,20}"),
        media in proptest::sample::select(vec!["application/json", "text/xml", "application/x-www-form-urlencoded", "text/plain", ""]),
    ) {
        let secrets = secrets(&allowed);
        let token = secrets.placeholder("key", Instant(0)).unwrap().unwrap();
        let [header, query, path, body] = wanted;
        let host = if own { "own.example" } else { "other.example" };
        let mut url = Url::parse(&format!("https://{host}/")).unwrap();
        url.set_path(&around(&token, &texts[2], path));
        url.set_query(Some(&around(&token, &texts[1], query)));
        let headers = vec![("x-key".to_owned(), around(&token, &texts[0], header)), ("content-type".to_owned(), media.to_owned())];
        let content = Bytes::from(around(&token, &texts[3], body));
        let origin = Origin::of(&url).unwrap();
        let filled = secrets.fill(&url, &headers, Some(&content), &origin, Instant(0));
        let may = |place: &str| allowed.contains(&place);
        let fits = (!header || may("header")) && (!query || may("query")) && (!path || may("path")) && (!body || may("body"));
        let none = !(header || query || path || body);
        prop_assert_eq!(filled.is_ok(), none || (own && fits));
        let Ok(filled) = filled else { return Ok(()) };
        let parts = [
            (header, filled.headers[0].1.clone()),
            (query, filled.url.query().unwrap_or_default().to_owned()),
            (path, filled.url.path().to_owned()),
            (body, String::from_utf8_lossy(filled.body.as_deref().unwrap()).into_owned()),
        ];
        for (with, part) in parts {
            prop_assert_eq!(secrets.holds_secret(part.as_bytes()), with, "{}", part);
            prop_assert!(!part.contains(&*token), "{}", part);
            let recorded = secrets.blot_for_record(part.clone());
            prop_assert_eq!(recorded.contains(BLOT), with, "{}", part);
        }
        prop_assert_eq!(Origin::of(&filled.url).unwrap(), origin);
    }

    /// A body of which only the beginning is recorded shows no part of a secret at its end.
    #[test]
    fn a_beginning_shows_no_part_of_a_secret(before in 0..3_000_usize, most in 0..3_000_usize, encoded: bool) {
        let secrets = secrets(&["header"]);
        let secret = if encoded { hex::encode(SECRET) } else { SECRET.to_owned() };
        let body = format!("{}{secret}{}", "-".repeat(before), "-".repeat(4_000));
        let (head, cut) = secrets.head_for_record(body.as_bytes(), most);
        prop_assert!(cut.is_none_or(|whole| whole == body.len()));
        prop_assert!(head.chars().all(|character| "-*".contains(character)), "{}", head);
        prop_assert!(cut.is_none() || head.len() + secret.len() >= most.min(before));
    }
}
