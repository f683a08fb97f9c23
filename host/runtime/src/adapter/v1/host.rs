//! What plugins may ask about their call.

use mortise_domain::call::LogLine;

use super::imports::{clock, config, context, log, random, types};
use crate::state::State;

/// Most random bytes of one question.
const RANDOM_BYTES: usize = 4096;

impl types::Host for State {}

impl State {
    fn told(&mut self, text: String) -> wasmtime::Result<String> {
        self.bounds.copy(text.len())?;
        Ok(text)
    }
}

impl context::Host for State {
    fn connection(&mut self) -> wasmtime::Result<String> {
        self.told(self.confines.name.to_string())
    }

    fn call_id(&mut self) -> wasmtime::Result<String> {
        self.told(self.context.call_id.clone())
    }

    fn idempotency_key(&mut self) -> wasmtime::Result<String> {
        self.told(self.context.idempotency_key.clone())
    }

    fn attempt(&mut self) -> wasmtime::Result<u32> {
        Ok(self.context.attempt)
    }

    fn deadline(&mut self) -> wasmtime::Result<u64> {
        Ok(u64::try_from(self.left().as_millis()).unwrap_or(u64::MAX))
    }

    fn time_limit(&mut self) -> wasmtime::Result<u64> {
        Ok(u64::try_from(self.allowed().as_millis()).unwrap_or(u64::MAX))
    }

    fn locale(&mut self) -> wasmtime::Result<String> {
        self.told(self.context.locale.clone())
    }

    fn time_zone(&mut self) -> wasmtime::Result<String> {
        self.told(self.shared.zone.load().name.to_string())
    }

    fn business_date(&mut self) -> wasmtime::Result<String> {
        self.told(self.shared.ports.clock.now().day_in(&self.shared.zone.load().zone))
    }

    fn trace_parent(&mut self) -> wasmtime::Result<String> {
        self.told(self.context.trace_parent.clone())
    }
}

impl config::Host for State {
    fn get(&mut self) -> wasmtime::Result<String> {
        self.told(self.confines.settings.to_string())
    }
}

impl log::Host for State {
    fn write(&mut self, level: log::Level, message: String, fields: Vec<(String, String)>) -> wasmtime::Result<()> {
        let level = match level {
            log::Level::Trace => "trace",
            log::Level::Debug => "debug",
            log::Level::Info => "info",
            log::Level::Warn => "warn",
            log::Level::Error => "error",
        };
        let bytes = message.len() + fields.iter().map(|(name, value)| name.len() + value.len()).sum::<usize>();
        self.bounds.copy(bytes)?;
        self.log(LogLine { level: level.into(), message, fields });
        Ok(())
    }
}

impl clock::Host for State {
    fn now(&mut self) -> wasmtime::Result<i64> {
        Ok(self.shared.ports.clock.now().0)
    }

    fn monotonic(&mut self) -> wasmtime::Result<u64> {
        Ok(u64::try_from(self.begun.elapsed().as_nanos()).unwrap_or(u64::MAX))
    }
}

impl random::Host for State {
    fn bytes(&mut self, length: u32) -> wasmtime::Result<Vec<u8>> {
        let mut bytes = vec![0; usize::try_from(length).unwrap_or(usize::MAX).min(RANDOM_BYTES)];
        self.bounds.copy(bytes.len())?;
        self.shared.ports.chance.fill(&mut bytes);
        Ok(bytes)
    }

    fn number(&mut self) -> wasmtime::Result<u64> {
        let mut bytes = [0; 8];
        self.shared.ports.chance.fill(&mut bytes);
        Ok(u64::from_le_bytes(bytes))
    }
}
