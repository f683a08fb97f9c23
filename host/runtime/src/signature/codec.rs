//! The section of signatures, byte by byte. What is read here comes from anybody: every length is bounded before it is
//! believed.

use wasm_encoder::{ComponentSection, CustomSection, Encode};
use wasmparser::{BinaryReader, BinaryReaderError, Encoding, Parser, Payload};

/// Name of the custom section that holds the signatures.
pub(super) const SECTION: &str = "signature";
/// Ed25519, in the convention's numbering.
pub(super) const ED25519: u8 = 1;
/// Version of the convention, content type (WebAssembly), hash function (SHA-256).
const KIND: [u8; 3] = [1, 1, 1];
const DOMAIN: &[u8] = b"wasmsig";
/// Bytes of the header of a component.
const HEADER: usize = 8;

/// Most bytes of the section.
const SECTION_BYTES: usize = 64 << 10;
/// Most hashes that one signature covers, and most lists of hashes.
const HASHES: u32 = 64;
/// Most signatures of one list of hashes.
const SIGNATURES: u32 = 64;
/// Most signatures of a file: each may be held against every key that is known.
const IN_ALL: usize = 16;
/// Longest id of a key.
const KEY_BYTES: usize = 255;
/// Longest signature. Those of algorithms that are not known here may be longer than ours.
const SIGNATURE_BYTES: usize = 8 << 10;

pub(super) type Hash = [u8; 32];

/// Where signatures and content of a file are.
pub(super) struct Block<'a> {
    pub(super) section: Option<&'a [u8]>,
    pub(super) content: &'a [u8],
}

/// Hashes that are signed together: that of the whole content, before it those of its beginnings where a signer cut it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SignedHashes {
    pub(super) hashes: Vec<Hash>,
    pub(super) entries: Vec<Entry>,
}

/// One signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) key: Option<Vec<u8>>,
    pub(super) algorithm: u8,
    pub(super) signature: Vec<u8>,
}

impl SignedHashes {
    /// What the signature is made over.
    pub(super) fn message(&self) -> Vec<u8> {
        [DOMAIN, &KIND, self.hashes.as_flattened()].concat()
    }
}

/// Finds the section. It must be the first one, and the only one of its name.
pub(super) fn find(file: &[u8]) -> Result<Block<'_>, String> {
    let content = file.get(HEADER..).ok_or("the file is too short")?;
    let mut block = Block { section: None, content };
    let (mut depth, mut sections) = (0_u32, 0_u32);
    for payload in Parser::new(0).parse_all(file) {
        match payload.map_err(reason)? {
            Payload::Version { encoding: Encoding::Module, .. } if depth == 0 => {
                return Err("the file is no component".into());
            }
            Payload::Version { .. } => continue,
            Payload::ModuleSection { .. } | Payload::ComponentSection { .. } => depth += 1,
            Payload::End(_) => depth = depth.saturating_sub(1),
            Payload::CustomSection(section) if depth == 0 && section.name() == SECTION => {
                if sections > 0 {
                    let found = if block.section.is_some() { "there are several" } else { "they do not come first" };
                    return Err(found.into());
                }
                let end = usize::try_from(section.range().end).map_err(|_| "the file is too long")?;
                block.section = Some(section.data());
                block.content = file.get(end..).ok_or("the file ends within them")?;
            }
            _ => {}
        }
        sections += 1;
    }
    Ok(block)
}

#[expect(clippy::needless_pass_by_value, reason = "the shape that map_err wants")]
fn reason(error: BinaryReaderError) -> String {
    format!("at byte {}: {}", error.offset(), error.message())
}

/// Reads what stands in the section.
pub(super) fn read(section: &[u8]) -> Result<Vec<SignedHashes>, String> {
    if section.len() > SECTION_BYTES {
        return Err(format!("they have {} bytes, the most is {SECTION_BYTES}", section.len()));
    }
    let mut reader = BinaryReader::new(section, 0);
    let kind = reader.read_bytes(KIND.len()).map_err(reason)?;
    if kind != KIND {
        return Err(format!("their form is {kind:?}, this host knows {KIND:?}"));
    }
    let sets = count(&mut reader, HASHES)?;
    let sets: Vec<SignedHashes> =
        (0..sets).map(|_| set(reader.read_reader().map_err(reason)?)).collect::<Result<_, _>>()?;
    ended(&reader)?;
    let found: usize = sets.iter().map(|set| set.entries.len()).sum();
    if found > IN_ALL {
        return Err(format!("there are {found}, the most is {IN_ALL}"));
    }
    Ok(sets)
}

fn set(mut reader: BinaryReader<'_>) -> Result<SignedHashes, String> {
    let hashes = count(&mut reader, HASHES)?;
    let hashes = (0..hashes).map(|_| {
        let bytes = reader.read_bytes(size_of::<Hash>()).map_err(reason)?;
        Hash::try_from(bytes).map_err(|error| error.to_string())
    });
    let hashes = hashes.collect::<Result<_, String>>()?;
    let entries = count(&mut reader, SIGNATURES)?;
    let entries = (0..entries).map(|_| entry(reader.read_reader().map_err(reason)?)).collect::<Result<_, _>>()?;
    ended(&reader)?;
    Ok(SignedHashes { hashes, entries })
}

fn entry(mut reader: BinaryReader<'_>) -> Result<Entry, String> {
    let key = slice(&mut reader, KEY_BYTES)?;
    let algorithm = reader.read_u8().map_err(reason)?;
    let signature = slice(&mut reader, SIGNATURE_BYTES)?;
    ended(&reader)?;
    Ok(Entry { key: (!key.is_empty()).then_some(key), algorithm, signature })
}

fn count(reader: &mut BinaryReader<'_>, most: u32) -> Result<u32, String> {
    let found = reader.read_var_u32().map_err(reason)?;
    if found > most { Err(format!("{found} entries, the most is {most}")) } else { Ok(found) }
}

fn slice(reader: &mut BinaryReader<'_>, most: usize) -> Result<Vec<u8>, String> {
    let mut inner = reader.read_reader().map_err(reason)?;
    let length = inner.bytes_remaining();
    if length > most {
        return Err(format!("{length} bytes, the most is {most}"));
    }
    Ok(inner.read_bytes(length).map_err(reason)?.to_vec())
}

fn ended(reader: &BinaryReader<'_>) -> Result<(), String> {
    if reader.eof() { Ok(()) } else { Err(format!("{} bytes too many", reader.bytes_remaining())) }
}

/// The file `before` with these signatures in place of its own.
pub(super) fn write(sets: &[SignedHashes], before: &[u8], content: &[u8]) -> Result<Vec<u8>, String> {
    let mut section = KIND.to_vec();
    length(sets.len()).encode(&mut section);
    for set in sets {
        let mut bytes = Vec::new();
        length(set.hashes.len()).encode(&mut bytes);
        bytes.extend_from_slice(set.hashes.as_flattened());
        length(set.entries.len()).encode(&mut bytes);
        for Entry { key, algorithm, signature } in &set.entries {
            let mut entry = Vec::new();
            key.as_deref().unwrap_or_default().encode(&mut entry);
            entry.push(*algorithm);
            signature.as_slice().encode(&mut entry);
            entry.as_slice().encode(&mut bytes);
        }
        bytes.as_slice().encode(&mut section);
    }
    // What is written must be what is read: a file that is refused later helps nobody.
    read(&section)?;
    let mut file = before.get(..HEADER).ok_or("the file is too short")?.to_vec();
    CustomSection { name: SECTION.into(), data: section.into() }.append_to_component(&mut file);
    file.extend_from_slice(content);
    Ok(file)
}

fn length(items: usize) -> u32 {
    // `read` refuses what is longer than its bounds, which are far below.
    u32::try_from(items).unwrap_or(u32::MAX)
}
