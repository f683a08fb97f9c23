//! One file per plugin: the manifest rides inside the component, as a custom section.

use mortise_domain::manifest::{Manifest, SECTION};
use wasm_encoder::{ComponentSection, CustomSection};
use wasmparser::{Encoding, Parser, Payload};

use crate::PackError;

/// The component with the manifest inside. The manifest is checked first; blanks are dropped from it.
pub fn pack(component: &[u8], manifest: &str) -> Result<Vec<u8>, PackError> {
    Manifest::parse(manifest.as_bytes())?;
    if find(component)?.is_some() {
        return Err(PackError::AlreadyPacked);
    }
    let compact = compact(manifest);
    let section = CustomSection { name: SECTION.into(), data: compact.as_bytes().into() };
    let mut packed = component.to_vec();
    section.append_to_component(&mut packed);
    Ok(packed)
}

/// The manifest inside a packed plugin. The whole file is walked, so that one that was cut off is noticed.
pub fn manifest_of(packed: &[u8]) -> Result<Manifest, PackError> {
    let json = find(packed)?.ok_or(PackError::NoManifest)?;
    Ok(Manifest::parse(json)?)
}

/// The section's bytes. Sections of nested modules and components are not the plugin's.
fn find(component: &[u8]) -> Result<Option<&[u8]>, PackError> {
    let mut found = Vec::new();
    let mut depth = 0_usize;
    for payload in Parser::new(0).parse_all(component) {
        match payload.map_err(damaged)? {
            Payload::Version { encoding: Encoding::Module, .. } if depth == 0 => return Err(PackError::NotAComponent),
            Payload::Version { .. } => depth += 1,
            Payload::End(_) => depth = depth.saturating_sub(1),
            Payload::CustomSection(section) if depth == 1 && section.name() == SECTION => {
                found.push(section.data());
            }
            _ => {}
        }
    }
    if found.len() > 1 { Err(PackError::AlreadyPacked) } else { Ok(found.pop()) }
}

#[expect(clippy::needless_pass_by_value, reason = "the shape that map_err wants")]
fn damaged(error: wasmparser::BinaryReaderError) -> PackError {
    PackError::Damaged { offset: error.offset(), reason: error.message().to_owned() }
}

/// Drops blanks between the tokens; order and spelling stay the author's.
fn compact(json: &str) -> String {
    let (mut quoted, mut escaped) = (false, false);
    json.chars()
        .filter(|&letter| {
            let keep = quoted || !letter.is_ascii_whitespace();
            if letter == '"' && !escaped {
                quoted = !quoted;
            }
            escaped = quoted && letter == '\\' && !escaped;
            keep
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use wasm_encoder::{Component, ComponentSection, CustomSection, Module, ModuleSection};

    use super::{compact, manifest_of, pack};
    use crate::PackError;

    const MANIFEST: &str = r#"{ "name": "x", "version": "1.0.0", "publisher": "p", "contract": "1.0",
        "title": {"zh": "甲 \" 乙", "en": "a  b"}, "description": {"zh": "丙", "en": "c"} }"#;

    /// A component with a module inside that has a section of our name, which is not the plugin's.
    fn component() -> Vec<u8> {
        let mut module = Module::new();
        module.section(&CustomSection { name: "mortise:manifest".into(), data: b"{}".as_slice().into() });
        let mut component = Component::new();
        component.section(&ModuleSection(&module));
        component.finish()
    }

    #[test]
    fn what_is_packed_is_found_again() {
        let packed = pack(&component(), MANIFEST).unwrap();
        let manifest = manifest_of(&packed).unwrap();
        assert_eq!((manifest.name.as_str(), manifest.title.en.as_str()), ("x", "a  b"));
        assert!(matches!(pack(&packed, MANIFEST), Err(PackError::AlreadyPacked)));
        assert!(matches!(manifest_of(&component()), Err(PackError::NoManifest)));
    }

    #[test]
    fn a_damaged_file_is_refused_wherever_it_is_cut() {
        let packed = pack(&component(), MANIFEST).unwrap();
        for length in 0..packed.len() {
            assert!(manifest_of(&packed[..length]).is_err(), "cut after {length} bytes");
        }
        for text in [b"not wasm".as_slice(), b"", b"{}"] {
            assert!(matches!(manifest_of(text), Err(PackError::Damaged { .. })));
        }
    }

    #[test]
    fn a_module_is_no_plugin() {
        let module = Module::new().finish();
        assert!(matches!(pack(&module, MANIFEST), Err(PackError::NotAComponent)));
    }

    #[test]
    fn a_second_manifest_is_refused() {
        let mut packed = pack(&component(), MANIFEST).unwrap();
        CustomSection { name: "mortise:manifest".into(), data: b"{}".as_slice().into() }
            .append_to_component(&mut packed);
        assert!(matches!(manifest_of(&packed), Err(PackError::AlreadyPacked)));
    }

    #[test]
    fn a_wrong_manifest_is_refused() {
        for manifest in ["", "[]", "{", r#"{"name":"x"}"#] {
            assert!(matches!(pack(&component(), manifest), Err(PackError::Manifest(_))), "{manifest}");
        }
    }

    #[test]
    fn blanks_go_but_not_those_in_texts() {
        assert_eq!(compact("{ \"a b\" :\n \"\\\" c \\\\\" , \"d\": [ 1 ] }"), "{\"a b\":\"\\\" c \\\\\",\"d\":[1]}");
    }
}
