//! Signatures: what they cover, what breaks them, and that the other implementation of the format agrees.

use mortise_domain::instant::Instant;
use mortise_domain::publisher::{PublisherKey, Standing};
use mortise_runtime::{PublicKey, SignError, Signatures, SigningKey, inspect, sign};
use proptest::prelude::{any, prop, proptest};
use wasm_encoder::{ComponentSection, CustomSection};
use zeroize::Zeroizing;

use crate::files::with_manifest;
use crate::harness::hello;

const HEADER: usize = 8;

fn pair(seed: u8) -> SigningKey {
    SigningKey::from_seed(&Zeroizing::new([seed; 32]))
}

fn trusted(publisher: &str, key: &SigningKey) -> PublisherKey {
    PublisherKey {
        publisher: publisher.into(),
        id: key.public().id(),
        public_key: key.public().to_pem().unwrap(),
        trusted_at: Instant(0),
        trusted_by: "ann".into(),
        revoked_at: None,
        revoked_by: None,
    }
}

fn plugin(text: &str) -> Vec<u8> {
    with_manifest(&wat::parse_str(format!("(component (core module (data \"{text}\")) (type string))")).unwrap())
}

fn standing(file: &[u8], keys: &[PublisherKey]) -> Standing {
    Signatures::of(file).standing("us", keys)
}

fn section(data: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    CustomSection { name: "signature".into(), data: data.into() }.append_to_component(&mut bytes);
    bytes
}

/// The section of signatures of a signed file, and what stands behind it.
fn taken_apart(signed: &[u8], unsigned: &[u8]) -> (Vec<u8>, Vec<u8>) {
    let content = &unsigned[HEADER..];
    let (head, behind) = signed.split_at(signed.len() - content.len());
    assert_eq!(behind, content, "the content is left as it was");
    (head[HEADER..].to_vec(), behind.to_vec())
}

fn put_together(parts: &[&[u8]]) -> Vec<u8> {
    [&plugin("")[..HEADER], &parts.concat()].concat()
}

#[test]
fn a_signed_plugin_is_still_a_plugin() {
    let file = sign(&hello(), &pair(1)).unwrap();
    let (before, after) = (inspect(&hello(), usize::MAX).unwrap(), inspect(&file, usize::MAX).unwrap());
    assert_eq!((&after.manifest, &after.interfaces), (&before.manifest, &before.interfaces));
    assert_ne!(after.hash, before.hash, "the file is another one");
    assert_eq!(after.signatures.content(), before.signatures.content(), "what is signed is not");
    let keys = [trusted("mortise", &pair(1))];
    assert!(after.signatures.standing("mortise", &keys).is_trusted());
    assert_eq!(before.signatures.standing("mortise", &keys), Standing::Unsigned);
}

/// What the store calls a key may have been computed by another rule.
#[test]
fn a_key_is_known_by_itself() {
    let file = sign(&plugin("a"), &pair(1)).unwrap();
    let id = pair(1).public().id();
    let stored = PublisherKey { id: "0123456789abcdef01234567".into(), ..trusted("us", &pair(1)) };
    assert_eq!(standing(&file, std::slice::from_ref(&stored)), Standing::Trusted { publisher: "us".into(), key: id });
    let revoked = PublisherKey { revoked_at: Some(Instant(1)), ..stored };
    assert!(matches!(standing(&file, &[revoked]), Standing::Revoked { .. }));
}

/// Each may have to be held against every key.
#[test]
fn a_file_has_so_many_signatures_at_most() {
    let mut file = plugin("a");
    for seed in 1..=16 {
        file = sign(&file, &pair(seed)).unwrap();
    }
    assert!(standing(&file, &[trusted("us", &pair(16))]).is_trusted());
    let error = sign(&file, &pair(17)).unwrap_err().to_string();
    assert!(error.contains("there are 17, the most is 16"), "{error}");
}

#[test]
fn a_second_signature_stands_beside_the_first() {
    let (ann, bob) = (pair(1), pair(2));
    let once = sign(&plugin("a"), &ann).unwrap();
    let twice = sign(&once, &bob).unwrap();
    for (publisher, key) in [("us", &ann), ("us", &bob)] {
        let key = trusted(publisher, key);
        let id = key.id.clone();
        assert_eq!(standing(&twice, &[key]), Standing::Trusted { publisher: "us".into(), key: id });
    }
    let each = Signatures::of(&twice).each("us", &[trusted("us", &bob), trusted("others", &ann)]);
    let other = Standing::OtherPublisher { publisher: "others".into(), key: ann.public().id() };
    assert_eq!(each, [other, Standing::Trusted { publisher: "us".into(), key: bob.public().id() }]);
    assert_eq!(Signatures::of(&twice).content(), Signatures::of(&once).content());
    assert_eq!(sign(&twice, &ann), Err(SignError::Already(ann.public().id())));
}

#[test]
fn every_byte_is_covered() {
    let (ann, unsigned) = (pair(1), plugin("a small plugin"));
    let signed = sign(&unsigned, &ann).unwrap();
    let keys = [trusted("us", &ann)];
    assert!(standing(&signed, &keys).is_trusted());
    for at in 0..signed.len() {
        for flip in [0x01, 0x80, 0xff] {
            let mut changed = signed.clone();
            changed[at] ^= flip;
            assert!(!standing(&changed, &keys).is_trusted(), "byte {at} ^ {flip:#x}");
        }
    }
    for length in 0..signed.len() {
        assert!(!standing(&signed[..length], &keys).is_trusted(), "cut after {length} bytes");
    }
}

#[test]
fn what_is_done_to_files_on_the_way() {
    let (ann, mallory) = (pair(1), pair(2));
    let keys = [trusted("us", &ann)];
    let (file, other) = (plugin("good"), plugin("evil"));
    let signed = sign(&file, &ann).unwrap();
    let (seal, content) = taken_apart(&signed, &file);
    let evil = &other[HEADER..];
    let mut appended = signed.clone();
    CustomSection { name: "mortise:manifest".into(), data: b"{}".as_slice().into() }.append_to_component(&mut appended);
    let revoked = PublisherKey { revoked_at: Some(Instant(0)), revoked_by: Some("ann".into()), ..trusted("us", &ann) };
    let told = |name: &str, file: &[u8], keys: &[PublisherKey]| {
        let standing = standing(file, keys);
        assert!(!standing.is_trusted(), "{name}");
        let objection = standing.objection("us").unwrap();
        format!("{name}\n  {}\n  {}", objection.en, objection.zh)
    };
    let told = [
        told("never signed", &file, &keys),
        told("signature stripped", &put_together(&[&content]), &keys),
        told("signature of another file", &put_together(&[&seal, evil]), &keys),
        told("section appended", &appended, &keys),
        told("signed by somebody else", &sign(&file, &mallory).unwrap(), &keys),
        told("signature not first", &put_together(&[&content, &seal]), &keys),
        told("two sections of signatures", &put_together(&[&seal, &seal, &content]), &keys),
        told("empty section", &put_together(&[&section(b""), &content]), &keys),
        told("another form", &put_together(&[&section(&[2, 1, 1, 0]), &content]), &keys),
        told("no signature in the section", &put_together(&[&section(&[1, 1, 1, 0]), &content]), &keys),
        told("key revoked", &signed, &[revoked]),
        told("key of another publisher", &signed, &[trusted("others", &ann)]),
    ];
    insta::assert_snapshot!(told.join("\n"), @"
    never signed
      the file carries no signature: ask its publisher us for a signed one
      文件没有签名：请向发布者 us 索取已签名的文件
    signature stripped
      the file carries no signature: ask its publisher us for a signed one
      文件没有签名：请向发布者 us 索取已签名的文件
    signature of another file
      the signature with the key 236c79a936837526e7b8746a does not fit the file: it was changed after signing, or the signature is another file's; fetch it anew from its publisher us
      密钥 236c79a936837526e7b8746a 的签名与文件不符：文件在签名后被改动，或签名属于另一个文件；请向发布者 us 重新获取
    section appended
      the signature with the key 236c79a936837526e7b8746a does not fit the file: it was changed after signing, or the signature is another file's; fetch it anew from its publisher us
      密钥 236c79a936837526e7b8746a 的签名与文件不符：文件在签名后被改动，或签名属于另一个文件；请向发布者 us 重新获取
    signed by somebody else
      the file is signed with the key 0a4c04e8cdaae38617c52317, which nobody here has trusted: compare it with what its publisher us tells you, then trust it with `mortise publisher trust us --key FILE`
      文件的签名密钥 0a4c04e8cdaae38617c52317 在此未被信任：向发布者 us 核对该密钥后，用 `mortise publisher trust us --key 文件` 信任它
    signature not first
      the signatures in the file cannot be read (they do not come first): fetch it anew from its publisher us
      文件中的签名无法读取（they do not come first）：请向发布者 us 重新获取
    two sections of signatures
      the signatures in the file cannot be read (there are several): fetch it anew from its publisher us
      文件中的签名无法读取（there are several）：请向发布者 us 重新获取
    empty section
      the signatures in the file cannot be read (at byte 0: unexpected end-of-file): fetch it anew from its publisher us
      文件中的签名无法读取（at byte 0: unexpected end-of-file）：请向发布者 us 重新获取
    another form
      the signatures in the file cannot be read (their form is [2, 1, 1], this host knows [1, 1, 1]): fetch it anew from its publisher us
      文件中的签名无法读取（their form is [2, 1, 1], this host knows [1, 1, 1]）：请向发布者 us 重新获取
    no signature in the section
      the file carries no signature: ask its publisher us for a signed one
      文件没有签名：请向发布者 us 索取已签名的文件
    key revoked
      the key 236c79a936837526e7b8746a of us was revoked at 1970-01-01T00:00:00Z: ask the publisher for a file that is signed with a present key
      发布者 us 的密钥 236c79a936837526e7b8746a 已于 1970-01-01T00:00:00Z 被撤销：请索取用现行密钥签名的文件
    key of another publisher
      the manifest names the publisher us, but the key 236c79a936837526e7b8746a belongs to others: get the file from us, or trust the key for us too if both are the same
      清单写的发布者是 us，而签名密钥 236c79a936837526e7b8746a 属于 others：请向 us 索取文件；若二者为同一方，也为 us 信任该密钥
    ");
    let broken = sign(&put_together(&[&seal, evil]), &mallory);
    assert_eq!(broken, Err(SignError::Broken), "nobody signs beside a signature that does not fit");
}

/// Lengths that a file only states must not be believed.
#[test]
fn hostile_sections_are_refused_and_cost_nothing() {
    let huge = [0xff, 0xff, 0xff, 0xff, 0x0f];
    let content = &plugin("a")[HEADER..];
    for data in [
        [&[1, 1, 1], &huge[..]].concat(),
        [&[1, 1, 1, 1], &huge[..]].concat(),
        [&[1, 1, 1, 1, 5], &huge[..]].concat(),
        [&[1, 1, 1, 1, 6, 0], &huge[..]].concat(),
        [&[1, 1, 1, 1, 7, 0, 1], &huge[..]].concat(),
        vec![1, 1, 1, 1, 2, 0, 0, 0],
        vec![0; 70_000],
    ] {
        let file = put_together(&[&section(&data), content]);
        let Standing::Unreadable { detail } = standing(&file, &[]) else { panic!("{data:?} was read") };
        assert!(!detail.is_empty());
    }
}

proptest! {
    #[test]
    fn no_section_of_signatures_does_harm(data in prop::collection::vec(any::<u8>(), 0..200)) {
        let keys = [trusted("us", &pair(1))];
        let data = [&[1, 1, 1, 1], data.as_slice()].concat();
        let file = put_together(&[&section(&data), &plugin("a")[HEADER..]]);
        assert!(!standing(&file, &keys).is_trusted());
    }
}

#[test]
fn keys_are_written_as_others_write_them() {
    // Made by OpenSSL.
    let private = "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIG3gR8myTDsak0DwFXOh1MNQcs1lHs3OZ8zvQhLzwIkE\n-----END PRIVATE KEY-----\n";
    let public = "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA3bMEfxuMCbrrZZi69v6IllYJJzlPimb0ZtMWdy8gonY=\n-----END PUBLIC KEY-----\n";
    let pair = SigningKey::from_pem(private).unwrap();
    assert_eq!(pair.to_pem().unwrap().expose(), private);
    assert_eq!(pair.public().to_pem().unwrap(), public);
    assert_eq!(PublicKey::from_pem(public).unwrap(), pair.public());
    assert!(!format!("{pair:?}").contains("beBHybJMOxqT"), "a private key is not shown");
    insta::assert_snapshot!(SigningKey::from_pem(public).unwrap_err(), @"this is no Ed25519 private key in PEM form (it begins with `-----BEGIN PRIVATE KEY-----`): make one with `mortise plugin keygen`");
    insta::assert_snapshot!(PublicKey::from_pem("x").unwrap_err(), @"this is no Ed25519 public key in PEM form (it begins with `-----BEGIN PUBLIC KEY-----`): use the `.pub` file that `mortise plugin keygen` wrote");
    let weak = "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAAQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n-----END PUBLIC KEY-----\n";
    insta::assert_snapshot!(PublicKey::from_pem(weak).unwrap_err(), @"this public key is weak, anybody can sign for it: ask its publisher for another one");
}

mod other_implementation {
    use wasmsign2::{Module, PublicKey as OtherPublic, SecretKey as OtherSecret};

    use super::*;

    fn module(file: &[u8]) -> Module {
        Module::deserialize(&mut &*file).unwrap()
    }

    fn bytes(module: &Module) -> Vec<u8> {
        let mut file = Vec::new();
        module.serialize(&mut file).unwrap();
        file
    }

    fn keys(key: &SigningKey) -> (OtherSecret, OtherPublic) {
        let secret = OtherSecret::from_pem(key.to_pem().unwrap().expose()).unwrap();
        let public = OtherPublic::from_pem(&key.public().to_pem().unwrap()).unwrap();
        (secret, public.attach_default_key_id())
    }

    #[test]
    fn names_keys_alike() {
        let id = keys(&pair(1)).1.key_id().map(hex::encode);
        assert_eq!(id, Some(pair(1).public().id()));
    }

    #[test]
    fn takes_our_signatures() {
        let signed = sign(&sign(&hello(), &pair(1)).unwrap(), &pair(2)).unwrap();
        for key in [pair(1), pair(2)] {
            keys(&key).1.verify(&mut signed.as_slice(), None).unwrap();
        }
        assert!(keys(&pair(3)).1.verify(&mut signed.as_slice(), None).is_err());
    }

    #[test]
    fn makes_signatures_that_count_here() {
        let (secret, public) = keys(&pair(1));
        let trust = [trusted("us", &pair(1)), trusted("us", &pair(2))];
        let named = bytes(&secret.sign(module(&plugin("a")), public.key_id()).unwrap());
        let nameless = bytes(&secret.sign(module(&plugin("a")), None).unwrap());
        let extensible = secret.sign_multi(module(&plugin("a")), public.key_id(), false, true).unwrap().0;
        let parts = module(&plugin("a")).split(|section| !section.is_signature_delimiter()).unwrap();
        let parts = secret.sign_multi(parts, public.key_id(), false, false).unwrap().0;
        for file in [named, nameless, bytes(&extensible), bytes(&parts)] {
            assert_eq!(standing(&file, &trust), Standing::Trusted { publisher: "us".into(), key: trust[0].id.clone() });
            let beside = sign(&file, &pair(2)).unwrap();
            assert!(Signatures::of(&beside).each("us", &trust).iter().all(Standing::is_trusted));
        }
    }

    /// A file whose author signed the hash of its beginning too; somebody cuts the rest off.
    #[test]
    fn a_signed_beginning_is_not_the_file() {
        let (secret, public) = keys(&pair(1));
        let mut custom = 0;
        let parts = module(&plugin("a")).split(|section| {
            custom += usize::from(matches!(section, wasmsign2::Section::Custom(_)));
            custom == 0
        });
        let whole = secret.sign_multi(parts.unwrap(), public.key_id(), false, false).unwrap().0;
        let trust = [trusted("us", &pair(1))];
        assert!(standing(&bytes(&whole), &trust).is_trusted());
        let first = whole.sections.iter().position(wasmsign2::Section::is_signature_delimiter).unwrap();
        let mut beginning = whole.clone();
        beginning.sections.truncate(first + 1);
        assert!(beginning.sections.len() < whole.sections.len());
        let beginning = bytes(&beginning);
        public.verify(&mut beginning.as_slice(), None).expect("the other implementation takes it");
        assert_eq!(standing(&beginning, &trust), Standing::Broken { key: trust[0].id.clone() });
    }
}
