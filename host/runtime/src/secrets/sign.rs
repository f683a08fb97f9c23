//! Signatures over credentials that the guest does not see, only in shapes that the manifest declares.

use hmac::{Hmac, KeyInit, Mac};
use md5::Md5;
use mortise_domain::instant::Instant;
use mortise_domain::manifest::{Algorithm, Shape, ShapeKind};
use mortise_domain::secret::Secret;
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha512};
use zeroize::Zeroizing;

use super::{Refusal, Secrets};

/// One piece of what is signed.
pub(crate) enum Piece<'a> {
    Bytes(&'a [u8]),
    Credential(&'a str),
}

impl Secrets {
    /// HMAC in a declared shape.
    pub(crate) fn hmac(&self, shape: &str, pieces: &[Piece<'_>], now: Instant) -> Result<Vec<u8>, Refusal> {
        let shape = self.shape(shape, ShapeKind::Hmac)?;
        let key = shape.key.as_deref().unwrap_or_default();
        let key = self.required_value(key, now)?;
        let message = self.message(shape, pieces, now)?;
        Ok(match shape.algorithm {
            Algorithm::Md5 => mac::<Hmac<Md5>>(&key, &message),
            Algorithm::Sha1 => mac::<Hmac<Sha1>>(&key, &message),
            Algorithm::Sha256 => mac::<Hmac<Sha256>>(&key, &message),
            Algorithm::Sha512 => mac::<Hmac<Sha512>>(&key, &message),
        })
    }

    /// Digest in a declared shape.
    pub(crate) fn digest(&self, shape: &str, pieces: &[Piece<'_>], now: Instant) -> Result<Vec<u8>, Refusal> {
        let shape = self.shape(shape, ShapeKind::Digest)?;
        let message = self.message(shape, pieces, now)?;
        Ok(match shape.algorithm {
            Algorithm::Md5 => Md5::digest(&*message).to_vec(),
            Algorithm::Sha1 => Sha1::digest(&*message).to_vec(),
            Algorithm::Sha256 => Sha256::digest(&*message).to_vec(),
            Algorithm::Sha512 => Sha512::digest(&*message).to_vec(),
        })
    }

    fn shape(&self, name: &str, kind: ShapeKind) -> Result<&Shape, Refusal> {
        self.shapes.iter().find(|shape| shape.name == name && shape.kind == kind).ok_or_else(|| {
            let kind = if kind == ShapeKind::Hmac { "hmac" } else { "digest" };
            Refusal::Denied(format!(
                "the manifest declares no {kind} shape `{name}`: the plugin's developer adds it to `shapes`"
            ))
        })
    }

    /// What is signed, if its pieces are those of the shape.
    fn message(&self, shape: &Shape, pieces: &[Piece<'_>], now: Instant) -> Result<Zeroizing<Vec<u8>>, Refusal> {
        let fits = pieces.len() == shape.parts.len()
            && shape.parts.iter().zip(pieces).all(|(part, piece)| match piece {
                Piece::Bytes(_) => part == "bytes",
                Piece::Credential(slot) => part.strip_prefix("credential:") == Some(slot),
            });
        if !fits {
            let given: Vec<String> = pieces
                .iter()
                .map(|piece| match piece {
                    Piece::Bytes(_) => "bytes".to_owned(),
                    Piece::Credential(slot) => format!("credential:{slot}"),
                })
                .collect();
            return Err(Refusal::Denied(format!(
                "the shape `{}` is {}, the plugin handed over {}",
                shape.name,
                shape.parts.join(" + "),
                given.join(" + ")
            )));
        }
        let mut message = Zeroizing::new(Vec::new());
        for piece in pieces {
            match piece {
                Piece::Bytes(bytes) => message.extend_from_slice(bytes),
                Piece::Credential(slot) => {
                    message.extend_from_slice(self.required_value(slot, now)?.expose().as_bytes());
                }
            }
        }
        Ok(message)
    }
}

fn mac<M: Mac + KeyInit>(key: &Secret, message: &[u8]) -> Vec<u8> {
    // An HMAC takes keys of every length.
    <M as KeyInit>::new_from_slice(key.expose().as_bytes())
        .map(|mac| mac.chain_update(message).finalize().into_bytes().to_vec())
        .unwrap_or_default()
}
