//! What a plugin file is, found out without running any of it.

mod contract;
mod extent;
mod schema;
mod told;

use mortise_domain::call::Interface;
use mortise_domain::contract::Misfit;
use mortise_domain::manifest::{Manifest, ManifestFault, SECTION};
use sha2::{Digest, Sha256};
use wasmparser::{Encoding, Parser, Payload, Validator};

use crate::signature::Signatures;

/// Longest manifest, in bytes.
const MANIFEST: usize = 1 << 20;

/// What was found in a plugin file.
#[derive(Debug, Clone, PartialEq)]
pub struct Inspection {
    /// What the plugin says about itself.
    pub manifest: Manifest,
    /// Interfaces of the contract that it exports.
    pub interfaces: Vec<Interface>,
    /// What it imports, with versions.
    pub imports: Vec<String>,
    /// Does it import WASI? It then gets an empty one: no files, sockets, environment.
    pub wasi: bool,
    /// Does it send by `wasi:http`? What it sends is judged like what it sends by the contract's own `http`.
    pub wasi_http: bool,
    /// Who vouches for it.
    pub signatures: Signatures,
    /// SHA-256 of the file, in hex.
    pub hash: String,
    /// Size of the file.
    pub bytes: u64,
}

/// Why a file is no plugin: what was found, what was expected, what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InspectError {
    /// Over the size cap.
    #[error(
        "the file has {found} bytes, the most is {most}: build in release mode and strip debug information, or raise `plugin-bytes`"
    )]
    TooLarge {
        /// Its size.
        found: usize,
        /// The cap.
        most: usize,
    },
    /// No WebAssembly at all.
    #[error(
        "the file is not WebAssembly: it begins with {found}, a component begins with `\\0asm`; hand in the `.wasm` file that `mortise plugin build` wrote"
    )]
    NotWasm {
        /// Its first bytes, in hex.
        found: String,
    },
    /// A core module.
    #[error(
        "the file is a core WebAssembly module, not a component: build it with `mortise plugin build`, or turn it into a component with `wasm-tools component new`"
    )]
    CoreModule,
    /// It ends in the middle.
    #[error("the file ends at byte {at} in the middle of a section: it was cut off on the way; copy it again")]
    Truncated {
        /// Where.
        at: usize,
    },
    /// It breaks the rules of the format.
    #[error("the file is not a valid component (at byte {at}: {detail}): build it again with a current toolchain")]
    Malformed {
        /// Where.
        at: usize,
        /// What the parser says.
        detail: String,
    },
    /// The compiler would not come to an end with it.
    #[error(
        "the component has more than {most} parts once the components inside it are written out as often as they are instantiated: its developer instantiates fewer components within components"
    )]
    TooIntricate {
        /// How many it may have.
        most: u64,
    },
    /// No manifest section.
    #[error(
        "the component has no manifest (custom section `{SECTION}`): pack it with `mortise plugin build`, which puts `manifest.json` into it"
    )]
    NoManifest,
    /// More than one manifest section.
    #[error(
        "the component has {found} manifests (custom sections `{SECTION}`): pack the component that the compiler made, once, with `mortise plugin build`"
    )]
    SeveralManifests {
        /// How many.
        found: usize,
    },
    /// A manifest that cannot be read.
    #[error(transparent)]
    Manifest(#[from] ManifestFault),
    /// Built for a contract that this host does not speak.
    #[error("{}", .misfit.text(.found).en)]
    Contract {
        /// Its version.
        found: String,
        /// Too new or too old.
        misfit: Misfit,
    },
    /// None of our interfaces is exported.
    #[error(
        "the component exports {found}, none of the contract's interfaces ({expected}): implement one of them for a world of `wit/v1`"
    )]
    WrongWorld {
        /// What it exports.
        found: String,
        /// What would do.
        expected: String,
    },
    /// An import that the host does not offer.
    #[error(
        "the component imports `{found}`, which this host does not offer: plugins may import the interfaces of `wit/v1`, WASI 0.2 and `wasi:http/outgoing-handler`, nothing else"
    )]
    ForeignImport {
        /// Its name.
        found: String,
    },
    /// A function of an exported interface is missing.
    #[error(
        "the interface `{interface}` lacks the function `{function}`; it has {found}: build the plugin against `wit/v1` of this host"
    )]
    MissingFunction {
        /// The interface.
        interface: String,
        /// The function.
        function: String,
        /// What is there.
        found: String,
    },
}

/// Looks at a file of at most `most` bytes. Nothing of it runs.
pub fn inspect(bytes: &[u8], most: usize) -> Result<Inspection, InspectError> {
    if bytes.len() > most {
        return Err(InspectError::TooLarge { found: bytes.len(), most });
    }
    if !bytes.starts_with(b"\0asm") {
        let head = bytes.get(..8.min(bytes.len())).unwrap_or_default();
        return Err(InspectError::NotWasm {
            found: if head.is_empty() { "no byte at all".into() } else { format!("`{}`", hex::encode(head)) },
        });
    }
    if Parser::is_core_wasm(bytes) {
        return Err(InspectError::CoreModule);
    }
    let section = manifest_section(bytes)?;
    let manifest = match section {
        Some(json) if json.len() > MANIFEST => {
            let message = format!("{} bytes, the most is {MANIFEST}: shorten it", json.len());
            return Err(ManifestFault { field: "size".into(), message }.into());
        }
        Some(json) => {
            check_version(json)?;
            let manifest = Manifest::parse(json)?;
            schema::check(&manifest.settings)?;
            manifest
        }
        None => return Err(InspectError::NoManifest),
    };
    extent::check(bytes)?;
    let types = Validator::new().validate_all(bytes).map_err(|error| malformed(&error, bytes.len()))?;
    let outline = contract::outline(bytes, &types)?;
    Ok(Inspection {
        manifest,
        interfaces: outline.interfaces,
        imports: outline.imports,
        wasi: outline.wasi,
        wasi_http: outline.wasi_http,
        signatures: Signatures::of(bytes),
        hash: hex::encode(Sha256::digest(bytes)),
        bytes: bytes.len() as u64,
    })
}

fn malformed(error: &wasmparser::BinaryReaderError, length: usize) -> InspectError {
    let at = usize::try_from(error.offset()).unwrap_or(length);
    // The parser's own word for input that ends early.
    if at >= length || error.message().contains("unexpected end") {
        InspectError::Truncated { at: length }
    } else {
        InspectError::Malformed { at, detail: error.message().to_owned() }
    }
}

/// The component's own section, never one of a module inside it.
fn manifest_section(bytes: &[u8]) -> Result<Option<&[u8]>, InspectError> {
    let mut depth = 0_u32;
    let mut found = Vec::new();
    for payload in Parser::new(0).parse_all(bytes) {
        match payload.map_err(|error| malformed(&error, bytes.len()))? {
            Payload::Version { encoding, .. } if depth == 0 && encoding == Encoding::Module => {
                return Err(InspectError::CoreModule);
            }
            Payload::ModuleSection { .. } | Payload::ComponentSection { .. } => depth += 1,
            Payload::End(_) => depth = depth.saturating_sub(1),
            Payload::CustomSection(section) if depth == 0 && section.name() == SECTION => found.push(section.data()),
            _ => {}
        }
    }
    match found.len() {
        0 | 1 => Ok(found.pop()),
        // Two readers must not take one file for two plugins.
        several => Err(InspectError::SeveralManifests { found: several }),
    }
}

/// A manifest of another version may have fields that ours does not know; the version is the better answer then.
fn check_version(json: &[u8]) -> Result<(), InspectError> {
    let Ok(value) = serde_json::from_slice::<serde_json::Value>(json) else { return Ok(()) };
    let Some(contract) = value.get("contract").and_then(serde_json::Value::as_str) else { return Ok(()) };
    match mortise_domain::contract::version(contract).and_then(Misfit::of) {
        Some(misfit) => Err(InspectError::Contract { found: contract.to_owned(), misfit }),
        None => Ok(()),
    }
}
