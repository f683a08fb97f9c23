//! Credentials, used without being seen.

use std::sync::Arc;

use super::imports::secrets::{Host, Part, SecretError};
use crate::secrets::Refusal;
use crate::secrets::sign::Piece;
use crate::state::State;
use crate::turn::aside;

type Answered<T> = wasmtime::Result<Result<T, SecretError>>;

impl From<Refusal> for SecretError {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Denied(reason) => Self::Denied(reason),
            Refusal::Missing(reason) => Self::Missing(reason),
        }
    }
}

fn pieces(parts: &[Part]) -> Vec<Piece<'_>> {
    parts
        .iter()
        .map(|part| match part {
            Part::Bytes(bytes) => Piece::Bytes(bytes),
            Part::Credential(slot) => Piece::Credential(slot),
        })
        .collect()
}

fn size(parts: &[Part]) -> usize {
    parts
        .iter()
        .map(|part| match part {
            Part::Bytes(bytes) => bytes.len(),
            Part::Credential(slot) => slot.len(),
        })
        .sum()
}

impl Host for State {
    fn placeholder(&mut self, slot: String) -> Answered<Option<String>> {
        let token = self.confines.secrets.placeholder(&slot, self.shared.ports.clock.now());
        Ok(token.map(|token| token.map(|token| token.to_string())).map_err(SecretError::from))
    }

    async fn hmac(&mut self, shape: String, parts: Vec<Part>) -> Answered<Vec<u8>> {
        let bytes = size(&parts);
        self.bounds.copy(bytes)?;
        let (confines, now) = (Arc::clone(&self.confines), self.shared.ports.clock.now());
        let sign = move || confines.secrets.hmac(&shape, &pieces(&parts), now);
        Ok(aside(&self.shared.asides, bytes, sign).await?.map_err(SecretError::from))
    }

    async fn digest(&mut self, shape: String, parts: Vec<Part>) -> Answered<Vec<u8>> {
        let bytes = size(&parts);
        self.bounds.copy(bytes)?;
        let (confines, now) = (Arc::clone(&self.confines), self.shared.ports.clock.now());
        let sign = move || confines.secrets.digest(&shape, &pieces(&parts), now);
        Ok(aside(&self.shared.asides, bytes, sign).await?.map_err(SecretError::from))
    }

    async fn forget(&mut self, slot: String) -> Answered<()> {
        if let Err(refusal) = self.confines.secrets.forget(&slot) {
            return Ok(Err(refusal.into()));
        }
        self.bounds.reach_store()?;
        // The value is gone for this process whatever the store says; a later start would try it once more at worst.
        if let Err(error) = self.shared.ports.vault.forget(&self.confines.name, &slot).await {
            tracing::warn!(connection = &*self.confines.name, slot, %error, "a captured credential cannot be removed from the store");
        }
        Ok(Ok(()))
    }

    fn reveal(&mut self, slot: String) -> Answered<Option<String>> {
        let allowed = &self.confines.outbound.allowed.reveal;
        let revealed = self.confines.secrets.reveal(&slot, allowed, self.shared.ports.clock.now());
        if matches!(revealed, Ok(Some(_))) {
            self.revealed = true;
        }
        Ok(revealed.map_err(SecretError::from))
    }
}
